/* The registers of officers as one table: the first byte of a key says what it is about. */
#include "matter/registers.h"

#include "events/moves.h"

#include <string.h>

WIRE_DEFINE_VOCABULARY(registers_vocabulary, REGISTERS_VOCABULARY)

enum register_key {
    KEY_DELEGATION = 'd', /* delegation -> delegation_row */
    KEY_HOLDER = 'h',     /* officer, delegation -> nothing */
    KEY_POST = 'p',       /* officer -> post_row */
    KEY_SHIFT = 's',      /* shift -> officer */
    KEY_CONTACT = 'c',    /* officer -> nothing: first contacts on duty */
    KEY_CASE = 'i',       /* officer, case -> nothing: an interest in the case */
    KEY_ITEM = 't',       /* officer, item -> nothing: an interest in the item */
};

static struct key key_of(enum register_key kind)
{
    struct key key = key_make();
    key_add_byte(&key, (uint8_t)kind);
    return key;
}

static struct key key_of_id(enum register_key kind, const struct uuid *id)
{
    struct key key = key_of(kind);
    key_add_uuid(&key, id);
    return key;
}

static struct key key_of_officer(enum register_key kind, struct text officer)
{
    struct key key = key_of(kind);
    key_add_text(&key, officer);
    return key;
}

static void mark_put(struct state *state, size_t table, const struct key *key)
{
    store_put(state->txn, table, key_bytes(key), bytes_of("", 0));
}

static bool is_type(const struct event *event, const struct wire_message *message)
{
    return text_equal_string(event->envelope->type, message->name);
}

/* -- delegations ---------------------------------------------------------------------------- */

bool power_is_delegated(const struct procedure *procedure, struct text power)
{
    for (size_t i = 0; procedure != NULL && i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool is_meant = text_is_empty(power) || text_equal(transition->trigger_name, power);
        for (size_t k = 0; is_meant && k < transition->condition_count; k++) {
            if (text_equal_string(transition->conditions[k].fact, "authority")) {
                return true;
            }
        }
    }
    return false;
}

static bool delegation_get(const struct flow *flow, struct state *state, const struct uuid *id,
                           struct delegation_row *ret_row)
{
    struct key key = key_of_id(KEY_DELEGATION, id);
    return state_get(state, flow->registers, key_bytes(&key), &delegation_row_message, ret_row);
}

static void delegation_put(const struct flow *flow, struct state *state, const struct uuid *id,
                           const struct delegation_row *row)
{
    struct key key = key_of_id(KEY_DELEGATION, id);
    state_put(state, flow->registers, key_bytes(&key), &delegation_row_message, row);
}

static void delegation_granted(const struct flow *flow, struct state *state,
                               const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct uuid *id = &event->envelope->case_id.uuid;
    struct delegation_row row = {
        .number = moved->head.number,
        .officer = moved->fields.officer,
        .item = moved->fields.item,
        .power = moved->fields.power,
        .department = moved->head.department,
        .valid_from = moved->fields.valid_from,
        .valid_until = moved->fields.valid_until,
        .granted_by = event->envelope->actor.badge,
    };
    struct key holder = key_of_officer(KEY_HOLDER, row.officer);
    key_add_uuid(&holder, id);
    delegation_put(flow, state, id, &row);
    mark_put(state, flow->registers, &holder);
}

static void delegation_ended(const struct flow *flow, struct state *state,
                             const struct event *event)
{
    const struct uuid *id = &event->envelope->case_id.uuid;
    struct delegation_row row;
    if (!delegation_get(flow, state, id, &row)) {
        return;
    }
    struct key holder = key_of_officer(KEY_HOLDER, row.officer);
    key_add_uuid(&holder, id);
    row.ended = true;
    delegation_put(flow, state, id, &row);
    state_delete(state, flow->registers, key_bytes(&holder));
}

enum delegation_status delegation_status_on(const struct delegation_row *row, struct date day)
{
    if (row->ended || day.days > row->valid_until.days) {
        return DELEGATION_ENDED;
    }
    return day.days < row->valid_from.days ? DELEGATION_PLANNED : DELEGATION_EFFECTIVE;
}

bool delegation_holds(const struct flow *flow, struct state *state, struct text officer,
                      struct text item, struct text power, struct date day)
{
    struct store_cursor cursor;
    struct key prefix = key_of_officer(KEY_HOLDER, officer);
    bool holds = false;
    store_cursor_open(&cursor, state->txn, flow->registers);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && !holds && key_has_prefix(cursor.key, &prefix)) {
        struct delegation_row row;
        struct uuid id;
        memcpy(id.bytes, cursor.key.data + prefix.size, UUID_BYTES);
        holds = delegation_get(flow, state, &id, &row) && text_equal(row.item, item) &&
                text_equal(row.power, power) &&
                delegation_status_on(&row, day) == DELEGATION_EFFECTIVE;
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    return holds;
}

void delegations_visit(const struct flow *flow, struct state *state, const struct uuid *after,
                       bool (*visit)(void *context, const struct case_id *id,
                                     const struct delegation_row *row),
                       void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of(KEY_DELEGATION);
    struct key from = after == NULL ? prefix : key_of_id(KEY_DELEGATION, after);
    store_cursor_open(&cursor, state->txn, flow->registers);
    bool more = store_seek(&cursor, key_bytes(&from));
    if (more && after != NULL && bytes_equal(cursor.key, key_bytes(&from))) {
        more = store_next(&cursor);
    }
    while (more && key_has_prefix(cursor.key, &prefix)) {
        struct delegation_row row;
        struct case_id id;
        memcpy(id.uuid.bytes, cursor.key.data + prefix.size, UUID_BYTES);
        if (!state_row(state, cursor.value, &delegation_row_message, &row) ||
            !visit(context, &id, &row)) {
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

/* -- posts ---------------------------------------------------------------------------------- */

bool post_find(const struct flow *flow, struct state *state, struct text officer,
               struct post_row *ret_row)
{
    struct key key = key_of_officer(KEY_POST, officer);
    return state_get(state, flow->registers, key_bytes(&key), &post_row_message, ret_row);
}

struct text post_of_shift(const struct flow *flow, struct state *state, const struct case_id *id)
{
    struct key key = key_of_id(KEY_SHIFT, &id->uuid);
    struct bytes value;
    return store_get(state->txn, flow->registers, key_bytes(&key), &value)
               ? arena_copy_text(state->arena, bytes_text(value))
               : (struct text){0};
}

struct text post_deputy(const struct post_row *row)
{
    return text_is_empty(row->deputy) ? row->standing : row->deputy;
}

bool badge_is_shown(const struct flow *flow, struct state *state, const struct hall_rules *rules,
                    const struct principal *principal, struct text role)
{
    const struct catalogue_role *held = catalogue_role(rules->catalogue, role);
    bool at_window = held != NULL && (text_equal_string(held->group, "clerk") ||
                                      text_equal_string(held->group, "cashier"));
    return !rules->catalogue->head.badge_required || flow->registers == 0 || !at_window ||
           principal->kind != PRINCIPAL_STAFF || post_is_manned(flow, state, principal->login);
}

bool post_is_away(const struct post_row *row)
{
    return row->absent || row->status == POST_AWAY;
}

bool post_is_manned(const struct flow *flow, struct state *state, struct text officer)
{
    struct post_row row;
    return !text_is_empty(officer) && post_find(flow, state, officer, &row) &&
           row.status == POST_ON_DUTY && !row.absent;
}

void posts_visit(const struct flow *flow, struct state *state,
                 bool (*visit)(void *context, struct text officer, const struct post_row *row),
                 void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of(KEY_POST);
    store_cursor_open(&cursor, state->txn, flow->registers);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix)) {
        struct post_row row;
        struct text officer = arena_copy_text(
            state->arena,
            bytes_text(bytes_of(cursor.key.data + prefix.size, cursor.key.size - prefix.size - 1)));
        if (!state_row(state, cursor.value, &post_row_message, &row) ||
            !visit(context, officer, &row)) {
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

struct text post_first_contact(const struct flow *flow, struct state *state)
{
    struct store_cursor cursor;
    struct key prefix = key_of(KEY_CONTACT);
    struct text officer = {0};
    store_cursor_open(&cursor, state->txn, flow->registers);
    if (store_seek(&cursor, key_bytes(&prefix)) && key_has_prefix(cursor.key, &prefix)) {
        officer = arena_copy_text(
            state->arena,
            bytes_text(bytes_of(cursor.key.data + prefix.size, cursor.key.size - prefix.size - 1)));
    }
    store_cursor_close(&cursor);
    return officer;
}

static void post_put(const struct flow *flow, struct state *state, struct text officer,
                     const struct post_row *row)
{
    struct key key = key_of_officer(KEY_POST, officer);
    struct key contact = key_of_officer(KEY_CONTACT, officer);
    state_put(state, flow->registers, key_bytes(&key), &post_row_message, row);
    if (row->status == POST_ON_DUTY && !row->absent &&
        text_equal_string(row->role, "first_contact")) {
        mark_put(state, flow->registers, &contact);
    } else {
        state_delete(state, flow->registers, key_bytes(&contact));
    }
}

static void shift_opened(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct event_actor *actor = &event->envelope->actor;
    struct post_row row = {0};
    struct key shift = key_of_id(KEY_SHIFT, &event->envelope->case_id.uuid);
    (void)post_find(flow, state, actor->login, &row);
    row.status = POST_ON_DUTY;
    row.absent = false;
    row.shift = event->envelope->case_id;
    row.name = actor->badge;
    row.badge = moved->fields.badge;
    row.role = actor->role;
    row.department = actor->department;
    row.window = moved->fields.window;
    row.deputy = moved->fields.deputy;
    row.until = moved->step.clocks.count > 0 ? moved->step.clocks.items[0].due : 0;
    post_put(flow, state, actor->login, &row);
    store_put(state->txn, flow->registers, key_bytes(&shift), text_bytes(actor->login));
}

static void shift_moved(const struct flow *flow, struct state *state, const struct event *event,
                        enum post_status status)
{
    const struct case_id *id = &event->envelope->case_id;
    struct text officer = post_of_shift(flow, state, id);
    struct post_row row;
    if (text_is_empty(officer) || !post_find(flow, state, officer, &row)) {
        return;
    }
    row.status = status;
    row.absent = row.absent && status != POST_ON_DUTY;
    if (status == POST_OFF) {
        struct key shift = key_of_id(KEY_SHIFT, &id->uuid);
        row.shift = (struct case_id){0};
        row.until = 0;
        state_delete(state, flow->registers, key_bytes(&shift));
    }
    post_put(flow, state, officer, &row);
}

static void deputy_noted(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct deputy_named *named = event->data;
    struct post_row row = {.status = POST_OFF};
    (void)post_find(flow, state, named->officer, &row);
    row.standing = text_is_empty(named->deputy) ? row.standing : named->deputy;
    row.absent = named->absent;
    post_put(flow, state, named->officer, &row);
}

/* -- interests ------------------------------------------------------------------------------ */

static void interest_noted(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct interest_declared *declared = event->data;
    const struct uuid *id = &event->envelope->case_id.uuid;
    bool of_item = !text_is_empty(declared->item);
    struct key key = key_of_officer(of_item ? KEY_ITEM : KEY_CASE, declared->officer);
    if (of_item) {
        key_add_text(&key, declared->item);
    } else {
        key_add_uuid(&key, id);
    }
    mark_put(state, flow->registers, &key);
}

bool interest_stands(const struct flow *flow, struct state *state, struct text officer,
                     const struct case_id *id, struct text item)
{
    struct key of_case = key_of_officer(KEY_CASE, officer);
    struct key of_item = key_of_officer(KEY_ITEM, officer);
    key_add_uuid(&of_case, &id->uuid);
    key_add_text(&of_item, item);
    return store_has(state->txn, flow->registers, key_bytes(&of_case)) ||
           store_has(state->txn, flow->registers, key_bytes(&of_item));
}

/* -- following ------------------------------------------------------------------------------ */

void registers_follow(const struct flow *flow, struct state *state, const struct event *event)
{
    if (is_type(event, &approval_delegation_granted_message)) {
        delegation_granted(flow, state, event);
    } else if (is_type(event, &approval_delegation_ended_message)) {
        delegation_ended(flow, state, event);
    } else if (is_type(event, &intake_shift_opened_message)) {
        shift_opened(flow, state, event);
    } else if (is_type(event, &intake_shift_resumed_message)) {
        shift_moved(flow, state, event, POST_ON_DUTY);
    } else if (is_type(event, &intake_shift_paused_message)) {
        shift_moved(flow, state, event, POST_AWAY);
    } else if (is_type(event, &intake_shift_closed_message)) {
        shift_moved(flow, state, event, POST_OFF);
    } else if (is_type(event, &deputy_named_message)) {
        deputy_noted(flow, state, event);
    } else if (is_type(event, &interest_declared_message)) {
        interest_noted(flow, state, event);
    }
}
