/* The catalogue comes in parts and is checked as a whole; the first one comes into force at once,
 * the others by their matter (versions.c; S05, S39). */
#include "intake.h"

#include "crypto/seal.h"
#include "crypto/sha256.h"
#include "matter/calendars.h"

#include <inttypes.h>

bool loads_first_catalogue(const struct principal *principal)
{
    const struct text everywhere = TEXT_LITERAL("*");
    return principal_holds(principal, TEXT_LITERAL("admin"), everywhere) ||
           principal_holds(principal, TEXT_LITERAL("publisher"), everywhere);
}

const char *publishing_refusal(struct state *state, const struct principal *principal)
{
    const struct intake *intake = state->memory;
    if (rules_active_version(intake->shelf, state) > 0) {
        return principal_holds(principal, TEXT_LITERAL("information_officer"), TEXT_LITERAL("HALL"))
                   ? NULL
                   : "only an information officer of the hall drafts a new version of the "
                     "catalogue";
    }
    return loads_first_catalogue(principal)
               ? NULL
               : "only an administrator or publisher of the whole hall loads its first catalogue";
}

enum verdict version_check(struct decision *decision, int64_t version)
{
    const char *refusal = publishing_refusal(decision->state, decision->principal);
    if (refusal != NULL) {
        return refuse(decision, PROBLEM_FORBIDDEN, "%s", refusal);
    }
    if (version != version_next(decision->state)) {
        return refuse(decision, PROBLEM_CONFLICT, "the next catalogue has the version %" PRId64,
                      version_next(decision->state));
    }
    return VERDICT_OK;
}

/* Who loaded the catalogue in force and did not hear so sends it again: part by part it is there.
 * Only the first one needs this; of later ones everything was drafted under a number of its own. */
static bool is_there_already(struct decision *decision, const struct register_part *part)
{
    const struct intake *intake = decision->state->memory;
    struct catalogue_part_registered there;
    return part->version == rules_active_version(intake->shelf, decision->state) &&
           loads_first_catalogue(decision->principal) &&
           rules_part(intake->shelf, decision->state, part->version, part->index, &there) &&
           text_equal(there.file, part->file) && text_equal(there.name, part->name) &&
           bytes_equal(there.text, part->text);
}

enum verdict decide_register_part(struct decision *decision, const void *command)
{
    const struct register_part *part = command;
    const struct intake *intake = decision->state->memory;
    if (is_there_already(decision, part)) {
        return VERDICT_OK;
    }
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

struct hash version_hash(struct state *state, int64_t version)
{
    const struct intake *intake = state->memory;
    int64_t count = rules_part_count(intake->shelf, state, version);
    struct hasher hasher;
    hasher_init(&hasher);
    hash_begin(&hasher);
    for (int64_t index = 0; index < count; index++) {
        struct catalogue_part_registered part;
        if (rules_part(intake->shelf, state, version, index, &part)) {
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

static void names_way_on(void *context, const struct hall_rules *rules)
{
    bool *names_it = context;
    *names_it = catalogue_item(rules->catalogue, text_of(version_procedure)) != NULL;
}

/* A catalogue must say how the next one comes into force: without that it would stay for ever. */
static enum verdict way_on_check(struct decision *decision, int64_t version)
{
    const struct intake *intake = decision->state->memory;
    bool names_it = false;
    (void)rules_look(intake->shelf, decision->state, version, decision->arena, names_way_on,
                     &names_it);
    return names_it
               ? VERDICT_OK
               : unsound_refuse(decision,
                                TEXT_LITERAL("procedures/item_version.yaml: must be there: it says "
                                             "how the next version comes into force"));
}

enum verdict version_files_check(struct decision *decision, const struct activate_catalogue *files)
{
    const struct intake *intake = decision->state->memory;
    struct state *state = decision->state;
    struct text errors = {0};
    int64_t count = rules_part_count(intake->shelf, state, files->version);
    struct hash hash = version_hash(state, files->version);
    if (count != files->parts || !hash_equal(&hash, &files->sha256)) {
        return refuse(decision, PROBLEM_CONFLICT,
                      "the parts registered are not those of this catalogue; register them again");
    }
    if (rules_check(intake->shelf, state, files->version, decision->now_ms, decision->arena,
                    &errors) != ERR_OK) {
        return unsound_refuse(decision, errors);
    }
    return way_on_check(decision, files->version);
}

/* With the first catalogue the hall becomes a subject itself: what its officers write in matters
 * that nobody filed is sealed to it. */
static void hall_subject_fill(struct decision *decision, struct catalogue_activated *activated)
{
    struct intake *intake = decision->state->memory;
    struct vault_keys keys;
    rules_hall_subject(intake->shelf, decision->state, decision->arena, &activated->subject,
                       &activated->public_key);
    if (activated->subject != 0 || intake->vault == NULL) {
        return;
    }
    int64_t subject = subjects_given(decision->state) + 1;
    if (vault_keys(intake->vault, (uint64_t)subject, &keys)) {
        uint8_t *public_key = arena_take(decision->arena, SEAL_PUBLIC_KEY_BYTES);
        seal_public_key(keys.box_seed, public_key);
        activated->subject = subject;
        activated->public_key = bytes_of(public_key, SEAL_PUBLIC_KEY_BYTES);
        intake->subject = (uint64_t)subject;
    }
}

struct catalogue_activated version_activation(struct decision *decision,
                                              const struct activate_catalogue *files)
{
    const struct intake *intake = decision->state->memory;
    struct catalogue_activated activated = {
        .version = files->version,
        .parts = files->parts,
        .sha256 = files->sha256,
        .calendar = calendars_version_of(intake->shelf, decision->state, files->version),
    };
    hall_subject_fill(decision, &activated);
    return activated;
}

/* The next part of a version from `index` on that is not of its calendar; false at the end. */
static bool part_beside_calendar(struct decision *decision, int64_t version, int64_t *index,
                                 struct catalogue_part_registered *ret_part)
{
    const struct intake *intake = decision->state->memory;
    int64_t count = rules_part_count(intake->shelf, decision->state, version);
    while (*index < count) {
        int64_t at = (*index)++;
        if (rules_part(intake->shelf, decision->state, version, at, ret_part) &&
            !rules_is_calendar(ret_part->file)) {
            return true;
        }
    }
    return false;
}

/* True when nothing but the calendar is new in a version, beside the one in force. */
static bool is_calendar_alone(struct decision *decision, int64_t active, int64_t version)
{
    struct catalogue_part_registered before;
    struct catalogue_part_registered after;
    int64_t before_index = 0;
    int64_t after_index = 0;
    for (;;) {
        bool more = part_beside_calendar(decision, active, &before_index, &before);
        if (part_beside_calendar(decision, version, &after_index, &after) != more) {
            return false;
        }
        if (!more) {
            return true;
        }
        if (!text_equal(before.file, after.file) || !text_equal(before.name, after.name) ||
            !bytes_equal(before.text, after.text)) {
            return false;
        }
    }
}

/* What the State Council announces is not checked by the hall's officers: a calendar alone comes
 * into force at once. Anything else does not, once the hall has a catalogue. */
static enum verdict at_once_check(struct decision *decision, int64_t version)
{
    const struct intake *intake = decision->state->memory;
    int64_t active = rules_active_version(intake->shelf, decision->state);
    struct catalogue_row row;
    if (active == 0) {
        return VERDICT_OK;
    }
    if (!is_calendar_alone(decision, active, version) ||
        calendars_version_of(intake->shelf, decision->state, version) != version) {
        return refuse(
            decision, PROBLEM_CONFLICT,
            "the hall has a catalogue; the next version is drafted, checked and approved");
    }
    if (version_row(decision->state, active, &row) && row.halt.items.count > 0) {
        return refuse(decision, PROBLEM_CONFLICT,
                      "an order halts items of the version in force and would end with it; resume "
                      "them first");
    }
    return VERDICT_OK;
}

/* The hall's first catalogue: there is none before it that says how, so it comes into force at
 * once; so does a later one that brings a calendar and nothing else. */
enum verdict decide_activate_catalogue(struct decision *decision, const void *command)
{
    const struct activate_catalogue *activate = command;
    const struct intake *intake = decision->state->memory;
    struct hash active = rules_active_hash(intake->shelf, decision->state);
    if (activate->version == rules_active_version(intake->shelf, decision->state) &&
        hash_equal(&activate->sha256, &active) && loads_first_catalogue(decision->principal)) {
        return VERDICT_OK; /* asked again by who did not hear that it was done */
    }
    enum verdict verdict = at_once_check(decision, activate->version);
    if (verdict == VERDICT_OK) {
        verdict = version_check(decision, activate->version);
    }
    if (verdict == VERDICT_OK) {
        verdict = version_files_check(decision, activate);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct catalogue_activated activated = version_activation(decision, activate);
    version_begin_at_once(decision, &activated);
    emit(decision, NULL, &catalogue_activated_message, &activated);
    version_end_before(decision);
    return VERDICT_OK;
}

void apply_part_registered(struct state *state, const struct event *event)
{
    const struct intake *intake = state->memory;
    rules_apply_part(intake->shelf, state, event);
}

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    const struct catalogue_activated *activated = event->data;
    version_apply_activated(state, event);
    recount_apply_activated(&intake_flow, state, event);
    if (activated->subject > subjects_given(state)) {
        subject_give(state, activated->subject);
    }
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
