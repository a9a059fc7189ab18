/* The catalogue comes in parts, is checked as a whole, and becomes the active one (S05, S39). */
#include "intake.h"

#include "crypto/seal.h"
#include "crypto/sha256.h"

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
    if (rules_check(intake->shelf, decision->state, activate->version, decision->arena, &errors) !=
        ERR_OK) {
        return unsound_refuse(decision, errors);
    }
    struct catalogue_activated activated = {
        .version = activate->version, .parts = activate->parts, .sha256 = activate->sha256};
    hall_subject_fill(decision, &activated);
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
    const struct intake *intake = state->memory;
    const struct catalogue_activated *activated = event->data;
    rules_apply_activated(intake->shelf, state, event);
    if (activated->subject > subjects_given(state)) {
        subject_give(state, activated->subject);
    }
}

const struct hall_rules *intake_rules_now(struct state *state)
{
    const struct intake *intake = state->memory;
    return rules_active(intake->shelf, state);
}
