/* The step of acceptance: one-time notice, acceptance, non-acceptance, and what silence makes of it
 * (行政許可法 32). The procedure says who and when; here stands what only intake knows. */
#include "intake.h"

#include "catalogue/materials.h"
#include "crypto/seal.h"

#include <string.h>

/* -- hooks of the flow ---------------------------------------------------------------------- */

static bool supplies(const struct move *move)
{
    return move->fields->materials.count > 0;
}

/* The codes asked for must be materials that the applicant hands in. */
static void asked_check(struct move *move)
{
    struct wire_path fields = {.name = TEXT_LITERAL("fields")};
    struct wire_path list = {.parent = &fields, .name = TEXT_LITERAL("missing")};
    for (size_t i = 0; i < move->fields->missing.count; i++) {
        struct wire_path at = {.parent = &list, .index = i};
        const struct catalogue_item_material *material =
            catalogue_item_material(move->matter->item, move->fields->missing.items[i]);
        if (material == NULL || material->material->from_register != NULL) {
            wire_errors_add(&move->decision->errors, &at,
                            "is not a material that the applicant hands in for this item");
        }
    }
}

static enum verdict move_check(struct move *move)
{
    struct wire_path fields = {.name = TEXT_LITERAL("fields")};
    struct wire_path materials = {.parent = &fields, .name = TEXT_LITERAL("materials")};
    asked_check(move);
    if (supplies(move)) {
        materials_check(move->decision, move->matter->item, &move->fields->materials, &materials);
    }
    return move->decision->errors.count == 0 ? VERDICT_OK : refuse_fields(move->decision);
}

/* What is still missing after materials came in: of those that were missing before. */
static struct text_list still_missing(const struct move *move)
{
    const struct text_list *before = &move->matter->row.missing;
    const struct material_claim_list *came = &move->fields->materials;
    struct text_list missing = {
        .items = arena_take_array(move->decision->arena, before->count, sizeof(struct text))};
    for (size_t i = 0; i < before->count; i++) {
        bool is_here = false;
        for (size_t k = 0; k < came->count && !is_here; k++) {
            is_here = text_equal(before->items[i], came->items[k].code);
        }
        if (!is_here) {
            missing.items[missing.count++] = before->items[i];
        }
    }
    return missing;
}

/* A case that leaves intake takes the subject's public key along: the others seal with it. */
static void public_key_fill(struct move *move, struct case_moved *moved)
{
    const struct intake *intake = move->decision->state->memory;
    const char *owner = matter_owner(move->matter->procedure, moved->step.to, "intake");
    struct vault_keys keys;
    uint8_t *public_key = arena_take(move->decision->arena, SEAL_PUBLIC_KEY_BYTES);
    if (strcmp(owner, "intake") != 0 && intake->vault != NULL &&
        vault_keys(intake->vault, (uint64_t)move->matter->row.subject, &keys)) {
        seal_public_key(keys.box_seed, public_key);
        moved->public_key = bytes_of(public_key, SEAL_PUBLIC_KEY_BYTES);
    }
}

/* Silence to the end of the notice is acceptance from the day of receipt. */
static bool is_deemed(const struct move *move)
{
    return text_equal_string(move->transition->emits, "case_deemed_accepted");
}

static enum verdict move_complete(struct move *move, struct case_moved *moved)
{
    if (supplies(move)) {
        moved->materials = materials_claim(move->decision, &move->fields->materials);
        moved->missing = still_missing(move);
    }
    if (is_deemed(move)) {
        moved->receipt = move->matter->row.received;
    }
    public_key_fill(move, moved);
    /* The ground that silence stands for is the procedure's, not a person's. */
    if (move->transition->trigger == TRIGGER_CLOCK_OVER &&
        text_equal_string(move->transition->emits, "case_not_accepted")) {
        moved->fields.ground = TEXT_LITERAL("NA-NOT-COMPLETED");
    }
    return VERDICT_OK;
}

static struct personal move_seal(struct move *move, struct bytes plain)
{
    const struct intake *intake = move->decision->state->memory;
    uint64_t subject = (uint64_t)move->matter->row.subject;
    struct vault_keys keys;
    if (intake->vault == NULL || !vault_keys(intake->vault, subject, &keys)) {
        return (struct personal){.sealed = true}; /* the subject was erased: nothing is kept */
    }
    return seal_with_key(keys.key, subject, plain, move->decision->random, move->decision->arena);
}

static struct rules_shelf *shelf_of(void *memory)
{
    return ((struct intake *)memory)->shelf;
}

const struct flow intake_flow = {
    .owner = OWNER_INTAKE,
    .cases = TABLE_CASES,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .hooks = {.check = move_check, .complete = move_complete, .seal = move_seal},
    .shelf = shelf_of,
};

/* -- functions of the service --------------------------------------------------------------- */

enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&intake_flow, decision, command);
}

enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return flow_timer(&intake_flow, decision, timer);
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&intake_flow, state, subject, now_ms, ret_timer);
}

void apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    flow_apply_moved(&intake_flow, state, event);
    if (moved->materials.count > 0) {
        filed_note(state, event, &moved->materials);
    }
}
