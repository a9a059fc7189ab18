/* Promises: what joint meetings resolved that a unit does by a day, each a matter of the hall
 * (procedures/promise.yaml). Their list, most urgent first. */
#include "approval.h"

#include "events/moves.h"

#include <string.h>

enum { SCAN_MAX = 5000 };

static struct key promise_key(const struct promise_row *row, const struct case_id *id)
{
    struct key key = key_of_text(row->department);
    key_add_u64(&key, (uint64_t)row->due.days);
    key_add_uuid(&key, &id->uuid);
    return key;
}

/* -- applying ------------------------------------------------------------------------------- */

static bool promise_find(struct state *state, const struct case_id *id, struct promise_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    struct bytes place;
    if (!store_get(state->txn, TABLE_PROMISE_PLACES, key_bytes(&key), &place)) {
        return false;
    }
    return state_get(state, TABLE_PROMISES, arena_copy_bytes(state->arena, place),
                     &promise_row_message, ret_row);
}

static void promise_remove(struct state *state, const struct case_id *id,
                           const struct promise_row *row)
{
    struct key place = key_of_uuid(&id->uuid);
    struct key key = promise_key(row, id);
    state_delete(state, TABLE_PROMISES, key_bytes(&key));
    state_delete(state, TABLE_PROMISE_PLACES, key_bytes(&place));
}

static void promise_put(struct state *state, const struct case_id *id,
                        const struct promise_row *row)
{
    struct key place = key_of_uuid(&id->uuid);
    struct key key = promise_key(row, id);
    state_put(state, TABLE_PROMISES, key_bytes(&key), &promise_row_message, row);
    store_put(state->txn, TABLE_PROMISE_PLACES, key_bytes(&place), key_bytes(&key));
}

void promises_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct promise_row row = {0};
    bool is_new = event->message == &approval_promise_made_message;
    if (!is_new && !promise_find(state, id, &row)) {
        return;
    }
    if (!is_new) {
        promise_remove(state, id, &row);
    }
    if (is_new) {
        row = (struct promise_row){.number = moved->head.number,
                                   .department = moved->head.department,
                                   .text = moved->fields.text,
                                   .parent = moved->head.parent};
    }
    if (event->message == &approval_promise_reported_message) {
        row.report = moved->fields.text;
    }
    if (moved->fields.until.days != 0) {
        row.due = moved->fields.until;
    }
    if (event->message != &approval_promise_kept_message) {
        promise_put(state, id, &row);
    }
}

/* -- asking --------------------------------------------------------------------------------- */

/* Whose promises somebody may read: those of the departments he works for; supervision, all. */
static bool may_read(const struct reading *reading, const struct hall_rules *rules,
                     struct text department)
{
    const struct principal *principal = reading->principal;
    for (size_t i = 0; i < principal->grants.count; i++) {
        const struct role_grant *grant = &principal->grants.items[i];
        const struct catalogue_role *role = catalogue_role(rules->catalogue, grant->role);
        bool everywhere = text_equal_string(grant->department, "*") ||
                          text_equal_string(grant->department, "HALL") ||
                          (role != NULL && text_equal_string(role->group, "supervisor"));
        if (everywhere || text_equal(grant->department, department)) {
            return true;
        }
    }
    return false;
}

/* A page being filled. */
struct page {
    struct reading *reading;
    const struct ask_promises *asked;
    struct promises_told *told;
};

static void promise_take(struct page *page, const struct store_cursor *cursor)
{
    struct promise_row row;
    struct matter matter;
    struct case_id id;
    int64_t due_ms = 0;
    memcpy(id.uuid.bytes, cursor->key.data + cursor->key.size - UUID_BYTES, UUID_BYTES);
    if (!state_row(page->reading->state, cursor->value, &promise_row_message, &row) ||
        !matter_load(&approval_flow, page->reading->state, &id, &matter)) {
        return;
    }
    enum light light = row_light(&matter.row, page->reading->now_ms, &due_ms);
    if (page->asked->light != light_absent && page->asked->light != light) {
        return;
    }
    page->told->promises.items[page->told->promises.count++] = (struct promise_shown){
        .id = id,
        .number = row.number,
        .department = row.department,
        .text = row.text,
        .due_day = row.due,
        .status = matter.row.state,
        .light = light,
        .report = row.report,
        .parent = row.parent,
    };
}

/* Reads one department's promises, behind `after` where that lies in it. */
static void department_read(struct page *page, struct text department)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(department);
    struct bytes after = page->asked->after;
    size_t scanned = 0;
    bool resumes = after.size > 0 && key_has_prefix(after, &prefix);
    store_cursor_open(&cursor, page->reading->state->txn, TABLE_PROMISES);
    bool more = store_seek(&cursor, resumes ? after : key_bytes(&prefix));
    if (more && resumes && bytes_equal(cursor.key, after)) {
        more = store_next(&cursor);
    }
    while (more && key_has_prefix(cursor.key, &prefix) && scanned++ < SCAN_MAX) {
        promise_take(page, &cursor);
        if (page->told->promises.count == (size_t)page->asked->limit) {
            page->told->next = arena_copy_bytes(page->reading->arena, cursor.key);
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

enum verdict query_promises(struct reading *reading, const void *question)
{
    const struct ask_promises *asked = question;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    struct promises_told *told = arena_take(reading->arena, sizeof *told);
    struct page page = {.reading = reading, .asked = asked, .told = told};
    if (reading->principal->kind != PRINCIPAL_STAFF) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "promises are shown to officers");
    }
    told->promises.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *told->promises.items);
    bool begun = asked->after.size == 0;
    for (size_t i = 0; rules != NULL && i < rules->catalogue->head.unit_count; i++) {
        struct text department = rules->catalogue->head.units[i].code;
        struct key prefix = key_of_text(department);
        bool wanted = text_is_empty(asked->department) || text_equal(asked->department, department);
        begun = begun || key_has_prefix(asked->after, &prefix);
        if (begun && wanted && may_read(reading, rules, department)) {
            department_read(&page, department);
        }
        if (told->promises.count == (size_t)asked->limit) {
            break;
        }
    }
    return reading_answer(reading, &promises_told_message, told);
}
