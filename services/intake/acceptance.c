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
    enum verdict verdict = version_move_check(move);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    asked_check(move);
    verdict = shift_check(move);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
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

/* A step of a case tells the subject's public key: who has the case next seals with it, and so does
 * notification, which writes a letter about the step. */
static void public_key_fill(struct move *move, struct case_moved *moved)
{
    const struct intake *intake = move->decision->state->memory;
    struct vault_keys keys;
    uint8_t *public_key = arena_take(move->decision->arena, SEAL_PUBLIC_KEY_BYTES);
    const char *owner = matter_owner(move->matter->procedure, moved->step.to, "intake");
    bool is_step =
        !move->matter->procedure->of_hall && !text_equal(moved->step.from, moved->step.to);
    if ((is_step || strcmp(owner, "intake") != 0) && intake->vault != NULL &&
        vault_keys(intake->vault, (uint64_t)move->matter->row.subject, &keys)) {
        seal_public_key(keys.box_seed, public_key);
        moved->public_key = bytes_of(public_key, SEAL_PUBLIC_KEY_BYTES);
    }
}

/* Silence to the end of the notice is acceptance from the day of receipt. */
static bool is_deemed(const struct move *move)
{
    return move_emits(move, "case_deemed_accepted");
}

static enum verdict move_complete(struct move *move, struct case_moved *moved)
{
    if (supplies(move)) {
        moved->materials =
            materials_claim(move->decision, move->matter->item, &move->fields->materials);
        moved->missing = still_missing(move);
    }
    if (is_deemed(move)) {
        moved->receipt = move->matter->row.received;
    }
    public_key_fill(move, moved);
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

static void case_changed(struct state *state, const struct case_id *id,
                         const struct case_row *before, const struct case_row *after)
{
    work_follow(&intake_flow, state, id, before, after);
}

const struct flow intake_flow = {
    .owner = OWNER_INTAKE,
    .cases = TABLE_CASES,
    .registers = TABLE_REGISTERS,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .assigned = TABLE_ASSIGNED,
    .timer_pass = TIMER_PASS,
    .work_kept = &intake_work_kept_message,
    .hooks = {.check = move_check,
              .complete = move_complete,
              .seal = move_seal,
              .fact = version_fact,
              .after = version_after_move},
    .shelf = shelf_of,
    .changed = case_changed,
};

/* -- functions of the service --------------------------------------------------------------- */

/* What follows from a move besides: alerts about posts, owners who are released. */
static enum verdict settle(struct decision *decision, enum verdict verdict)
{
    if (verdict == VERDICT_OK) {
        posts_settle(decision);
        owners_settle(decision);
    }
    return verdict;
}

enum verdict decide_act(struct decision *decision, const void *command)
{
    return settle(decision, flow_act(&intake_flow, decision, command));
}

enum verdict decide_open(struct decision *decision, const void *command)
{
    struct matter_open *open = arena_take(decision->arena, sizeof *open);
    *open = *(const struct matter_open *)command;
    deputy_fill(decision, open);
    return flow_open(&intake_flow, decision, open);
}

/* True when the event tells of what intake has a part in: a case that comes back to be corrected,
 * or that is not paid and ends here. */
static bool concerns_intake(const struct event *event)
{
    struct text type = event->envelope->type;
    return text_equal_string(type, approval_supplement_requested_message.name) ||
           text_equal_string(type, fee_bill_lapsed_message.name);
}

void react_elsewhere(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    if (concerns_intake(event)) {
        flow_react(&intake_flow, decision, event);
    }
    if (!moved->step.beside && !text_equal(moved->step.from, moved->step.to)) {
        owner_release(decision, &event->envelope->case_id, moved->step.to);
    }
}

enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return settle(decision, flow_timer(&intake_flow, decision, timer));
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&intake_flow, state, subject, now_ms, ret_timer) ||
           offer_next_due(state, subject, now_ms, ret_timer) ||
           erasure_next_due(state, subject, now_ms, ret_timer) ||
           work_next_due(&intake_flow, state, subject, ret_timer);
}

enum verdict decide_pass(struct decision *decision, const struct timer *timer)
{
    return work_pass(&intake_flow, decision, timer);
}

void apply_work_kept(struct state *state, const struct event *event)
{
    work_apply_kept(&intake_flow, state, event);
}

void apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct matter matter;
    flow_apply_moved(&intake_flow, state, event);
    registers_follow(&intake_flow, state, event);
    work_follow_posts(&intake_flow, state, event);
    owners_follow(state, event);
    version_apply_moved(state, event);
    if (moved->materials.count > 0 || moved->fields.form.count > 0) {
        filed_note(state, event, &moved->materials);
    }
    if (!moved->step.beside && !text_equal(moved->step.from, moved->step.to) &&
        matter_load(&intake_flow, state, &event->envelope->case_id, &matter)) {
        erasure_follow_case(state, event, &matter);
    }
}

/* Events of approval that name parties, say something to them, or hold the office's own papers. */
static bool has_marks(struct text type)
{
    static const struct wire_message *const messages[] = {
        &approval_consultation_sent_message,  &approval_consultation_answered_message,
        &approval_meeting_called_message,     &approval_meeting_resolved_message,
        &approval_complaint_resolved_message, &approval_reply_drafted_message,
        &approval_advice_given_message,       &approval_opinion_given_message};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if (text_equal_string(type, messages[i]->name)) {
            return true;
        }
    }
    return false;
}

void apply_elsewhere(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct matter matter;
    registers_follow(&intake_flow, state, event);
    if (has_marks(event->envelope->type)) {
        flow_apply_parties(&intake_flow, state, event);
        marks_of_moved(state, event);
    }
    if (text_equal_string(event->envelope->type, approval_supplement_requested_message.name)) {
        apply_moved(state, event);
        return;
    }
    if (moved->step.beside || text_equal(moved->step.from, moved->step.to) ||
        !matter_load(&intake_flow, state, id, &matter)) {
        return;
    }
    int to = procedure_state_index(matter.procedure, moved->step.to);
    bool is_over = to >= 0 && matter.procedure->states[to].is_end;
    if (is_over != matter.row.over) {
        struct key key = key_of_uuid(&id->uuid);
        matter.row.over = is_over;
        state_put(state, TABLE_CASES, key_bytes(&key), &case_row_message, &matter.row);
        erasure_follow_case(state, event, &matter);
    }
}
