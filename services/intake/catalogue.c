/* The catalogue comes in parts, is checked as a whole, and becomes the active one (S05, S39). */
#include "intake.h"

#include "crypto/sha256.h"
#include "matter/calendars.h"

#include <inttypes.h>

const char publishers_only[] =
    "only an administrator or publisher of the whole hall changes the catalogue";

bool may_publish(const struct principal *principal)
{
    const struct text everywhere = TEXT_LITERAL("*");
    return principal_holds(principal, TEXT_LITERAL("admin"), everywhere) ||
           principal_holds(principal, TEXT_LITERAL("publisher"), everywhere);
}

static int64_t next_version(struct decision *decision)
{
    const struct intake *intake = decision->state->memory;
    return rules_active_version(intake->shelf, decision->state) + 1;
}

static enum verdict version_check(struct decision *decision, int64_t version)
{
    if (!may_publish(decision->principal)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "%s", publishers_only);
    }
    if (version != next_version(decision)) {
        return refuse(decision, PROBLEM_CONFLICT, "the next catalogue has the version %" PRId64,
                      next_version(decision));
    }
    return VERDICT_OK;
}

enum verdict decide_register_part(struct decision *decision, const void *command)
{
    const struct register_part *part = command;
    const struct intake *intake = decision->state->memory;
    enum verdict verdict = version_check(decision, part->version);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    int64_t count = rules_part_count(intake->shelf, decision->state, part->version);
    /* Part 0 begins anew: what an earlier attempt left is forgotten. */
    if (part->index != 0 && part->index != count) {
        return refuse(decision, PROBLEM_CONFLICT, "part %" PRId64 " is the next one", count);
    }
    struct catalogue_part_registered registered = {
        .version = part->version,
        .index = part->index,
        .file = part->file,
        .name = part->name,
        .text = part->text,
    };
    emit(decision, NULL, &catalogue_part_registered_message, &registered);
    return VERDICT_OK;
}

/* The hash over the texts of the parts in order. */
static struct hash parts_hash(struct decision *decision, int64_t version, int64_t count)
{
    const struct intake *intake = decision->state->memory;
    struct hasher hasher;
    hasher_init(&hasher);
    hash_begin(&hasher);
    for (int64_t index = 0; index < count; index++) {
        struct catalogue_part_registered part;
        if (rules_part(intake->shelf, decision->state, version, index, &part)) {
            hash_add(&hasher, part.text);
        }
    }
    struct hash hash = hash_end(&hasher);
    hasher_free(&hasher);
    return hash;
}

/* Every line of `errors` becomes an error of the problem. */
static enum verdict unsound_refuse(struct decision *decision, struct text errors)
{
    struct text rest = errors;
    while (rest.data != NULL && rest.size > 0) {
        struct text line = text_split(rest, '\n', &rest);
        wire_errors_add(&decision->errors, NULL, "%.*s", TEXT_PRINT(line));
    }
    return refuse(decision, PROBLEM_INVALID_FIELDS,
                  "the catalogue is not sound; the active one stays. Correct what errors name");
}

enum verdict decide_activate_catalogue(struct decision *decision, const void *command)
{
    const struct activate_catalogue *activate = command;
    const struct intake *intake = decision->state->memory;
    struct text errors = {0};
    enum verdict verdict = version_check(decision, activate->version);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    int64_t count = rules_part_count(intake->shelf, decision->state, activate->version);
    struct hash hash = parts_hash(decision, activate->version, count);
    if (count != activate->parts || !hash_equal(&hash, &activate->sha256)) {
        return refuse(decision, PROBLEM_CONFLICT,
                      "the parts registered are not those of this catalogue; register them again");
    }
    if (rules_check(intake->shelf, decision->state, activate->version, decision->now_ms,
                    decision->arena, &errors) != ERR_OK) {
        return unsound_refuse(decision, errors);
    }
    struct catalogue_activated activated = {
        .version = activate->version,
        .parts = activate->parts,
        .sha256 = activate->sha256,
        .calendar = calendars_version_of(intake->shelf, decision->state, activate->version),
    };
    emit(decision, NULL, &catalogue_activated_message, &activated);
    return VERDICT_OK;
}

void apply_part_registered(struct state *state, const struct event *event)
{
    const struct intake *intake = state->memory;
    rules_apply_part(intake->shelf, state, event);
}

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&intake_flow, state, event);
}

/* -- calendars ------------------------------------------------------------------------------ */

enum verdict decide_recount(struct decision *decision, const struct timer *timer)
{
    return recount_timer(&intake_flow, decision, timer);
}

void apply_recount(struct state *state, const struct event *event)
{
    recount_apply_step(&intake_flow, state, event);
}

enum verdict query_recount(struct reading *reading, const void *question)
{
    return recount_query(&intake_flow, reading, question);
}

enum verdict query_calendars(struct reading *reading, const void *question)
{
    const struct ask_calendars *asked = question;
    const struct intake *intake = reading->state->memory;
    size_t limit = (size_t)asked->limit;
    struct calendar_version *versions = arena_take_array(reading->arena, limit, sizeof *versions);
    struct calendars_told *told = arena_take(reading->arena, sizeof *told);
    size_t count = calendars_list(intake->shelf, reading->state, limit, versions);
    told->calendars.items = arena_take_array(reading->arena, count, sizeof *told->calendars.items);
    for (size_t i = 0; i < count; i++) {
        const struct hall_rules *rules =
            rules_of(intake->shelf, reading->state, versions[i].version);
        struct calendar_told *calendar = &told->calendars.items[told->calendars.count++];
        *calendar = (struct calendar_told){
            .version = versions[i].version, .since = versions[i].since_ms, .active = i == 0};
        if (rules != NULL) {
            calendar->valid_from = calendar_valid_from(rules->calendar);
            calendar->valid_through = calendar_valid_through(rules->calendar);
        }
    }
    return reading_answer(reading, &calendars_told_message, told);
}

const struct hall_rules *intake_rules_now(struct state *state)
{
    const struct intake *intake = state->memory;
    return rules_active(intake->shelf, state);
}
