/* What the hall tells of its officers: powers that were delegated (S33), interests (S14), and cases
 * that somebody put first (S04). */
#include "approval.h"

#include <string.h>

/* -- interests ------------------------------------------------------------------------------ */

/* Exactly one of case and item, and one that is there. */
static void target_check(struct decision *decision, const struct declare_interest *command)
{
    bool of_case = !uuid_is_none(&command->case_id.uuid);
    bool of_item = !text_is_empty(command->item);
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(decision->state->memory), decision->state);
    struct matter matter;
    if (of_case == of_item) {
        field_wrong(decision, "case_id", "name a case or an item, one of both");
    } else if (of_item &&
               (rules == NULL || catalogue_item(rules->catalogue, command->item) == NULL)) {
        field_wrong(decision, "item", "is not an item of the catalogue");
    } else if (of_case &&
               (!matter_load(&approval_flow, decision->state, &command->case_id, &matter) ||
                matter_standing(&matter, decision->principal) == STANDING_NONE)) {
        field_wrong(decision, "case_id", "there is no such case");
    }
}

enum verdict decide_declare_interest(struct decision *decision, const void *command)
{
    const struct declare_interest *asked = command;
    if (decision->principal->kind != PRINCIPAL_STAFF) {
        return refuse(decision, PROBLEM_FORBIDDEN, "only officers declare interests");
    }
    target_check(decision, asked);
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    struct interest_declared declared = {.officer = decision->principal->login,
                                         .item = asked->item};
    emit(decision, uuid_is_none(&asked->case_id.uuid) ? NULL : &asked->case_id,
         &interest_declared_message, &declared);
    return VERDICT_OK;
}

/* -- delegations ---------------------------------------------------------------------------- */

static struct date today_of(const struct hall_rules *rules, int64_t now_ms)
{
    return zone_date(calendar_zone(rules->calendar), now_ms);
}

struct delegation_search {
    const struct ask_delegations *asked;
    struct delegations_told *told;
    struct arena *arena;
    struct date today;
};

static bool delegation_wanted(const struct ask_delegations *asked, const struct delegation_row *row)
{
    return (text_is_empty(asked->officer) || text_equal(asked->officer, row->officer)) &&
           (text_is_empty(asked->item) || text_equal(asked->item, row->item)) &&
           (text_is_empty(asked->department) || text_equal(asked->department, row->department));
}

static bool delegation_take(void *context, const struct case_id *id,
                            const struct delegation_row *row)
{
    struct delegation_search *search = context;
    if (!delegation_wanted(search->asked, row)) {
        return true;
    }
    search->told->delegations.items[search->told->delegations.count++] = (struct delegation_shown){
        .id = *id,
        .number = row->number,
        .officer = row->officer,
        .item = row->item,
        .power = row->power,
        .department = row->department,
        .valid_from = row->valid_from,
        .valid_until = row->valid_until,
        .status = delegation_status_on(row, search->today),
        .granted_by = row->granted_by,
    };
    if (search->told->delegations.count == (size_t)search->asked->limit) {
        search->told->next = arena_copy_bytes(search->arena, bytes_of(id->uuid.bytes, UUID_BYTES));
        return false;
    }
    return true;
}

enum verdict query_delegations(struct reading *reading, const void *question)
{
    const struct ask_delegations *asked = question;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    struct delegations_told *told = arena_take(reading->arena, sizeof *told);
    struct uuid after;
    if (reading->principal->kind != PRINCIPAL_STAFF) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "the register is open to officers");
    }
    told->delegations.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *told->delegations.items);
    if (rules == NULL) {
        return reading_answer(reading, &delegations_told_message, told);
    }
    struct delegation_search search = {asked, told, reading->arena,
                                       today_of(rules, reading->now_ms)};
    bool goes_on = asked->after.size == UUID_BYTES;
    if (goes_on) {
        memcpy(after.bytes, asked->after.data, UUID_BYTES);
    }
    delegations_visit(&approval_flow, reading->state, goes_on ? &after : NULL, delegation_take,
                      &search);
    return reading_answer(reading, &delegations_told_message, told);
}

/* -- the share decided at the window -------------------------------------------------------- */

struct holder_search {
    struct text item;
    struct date today;
    bool found;
};

static bool holder_look(void *context, const struct case_id *id, const struct delegation_row *row)
{
    struct holder_search *search = context;
    (void)id;
    search->found = text_equal(row->item, search->item) &&
                    delegation_status_on(row, search->today) == DELEGATION_EFFECTIVE;
    return !search->found;
}

enum verdict query_window_share(struct reading *reading, const void *question)
{
    const struct ask_window_share *asked = question;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    struct window_share *share = arena_take(reading->arena, sizeof *share);
    for (size_t i = 0; rules != NULL && i < rules->catalogue->item_count; i++) {
        const struct catalogue_item *item = &rules->catalogue->items[i];
        struct holder_search search = {.item = item->code,
                                       .today = today_of(rules, reading->now_ms)};
        if (!text_equal(item->department->code, asked->department) ||
            !power_is_delegated(item->procedure, (struct text){0})) {
            continue;
        }
        delegations_visit(&approval_flow, reading->state, NULL, holder_look, &search);
        share->items++;
        share->at_window += search.found ? 1 : 0;
    }
    share->percent = share->items == 0 ? 0 : share->at_window * 100 / share->items;
    return reading_answer(reading, &window_share_message, share);
}

/* -- cases put first ------------------------------------------------------------------------ */

void expedited_note(struct state *state, const struct event *event)
{
    const struct event_envelope *envelope = event->envelope;
    struct text kind = {0};
    (void)text_split(envelope->type, '.', &kind);
    if (!text_equal_string(kind, "case_expedited.v1")) {
        return;
    }
    struct key key = key_of_uuid(&envelope->case_id.uuid);
    struct expedited_row row = {.at = envelope->time,
                                .by = envelope->actor.login,
                                .name = envelope->actor.badge,
                                .source = envelope->source};
    state_put(state, TABLE_EXPEDITED, key_bytes(&key), &expedited_row_message, &row);
}

/* Supervision, auditors, and who may put a case first. */
static bool may_see_expedited(const struct hall_rules *rules, const struct principal *principal)
{
    for (size_t i = 0; rules != NULL && i < principal->grants.count; i++) {
        struct text code = principal->grants.items[i].role;
        const struct catalogue_role *role = catalogue_role(rules->catalogue, code);
        if (text_equal_string(code, "hall_manager") ||
            (role != NULL && (text_equal_string(role->group, "supervisor") ||
                              text_equal_string(role->group, "auditor")))) {
            return principal->kind == PRINCIPAL_STAFF;
        }
    }
    return false;
}

static void expedited_take(struct reading *reading, const struct store_cursor *cursor,
                           struct expedited_told *told)
{
    struct expedited_row row;
    struct matter matter;
    struct case_id id;
    memcpy(id.uuid.bytes, cursor->key.data, UUID_BYTES);
    if (!state_row(reading->state, cursor->value, &expedited_row_message, &row) ||
        !matter_load(&approval_flow, reading->state, &id, &matter)) {
        return;
    }
    told->cases.items[told->cases.count++] = (struct expedited_shown){
        .case_id = id,
        .number = matter.row.number,
        .item = matter.row.item,
        .status = matter.row.state,
        .at = row.at,
        .by = row.by,
        .name = row.name,
        .source = row.source,
    };
}

enum verdict query_expedited(struct reading *reading, const void *question)
{
    const struct ask_expedited *asked = question;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    struct expedited_told *told = arena_take(reading->arena, sizeof *told);
    struct store_cursor cursor;
    if (!may_see_expedited(rules, reading->principal)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "the list is open to supervisors and auditors");
    }
    told->cases.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *told->cases.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_EXPEDITED);
    bool more = asked->after.size == 0
                    ? store_last(&cursor)
                    : store_seek(&cursor, asked->after) && store_previous(&cursor);
    while (more) {
        struct bytes place = arena_copy_bytes(reading->arena, cursor.key);
        expedited_take(reading, &cursor, told);
        if (told->cases.count == (size_t)asked->limit) {
            told->next = place;
            break;
        }
        more = store_previous(&cursor);
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &expedited_told_message, told);
}
