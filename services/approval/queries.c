/* Questions: how a case stands, and cases by what is public of them. */
#include "approval.h"

#include <string.h>

enum { SCAN_MAX = 20000 };

static struct unit_shown_list units_shown(const struct case_row *row, struct arena *arena)
{
    struct unit_shown_list list = {
        .items = arena_take_array(arena, row->units.count, sizeof *list.items)};
    for (size_t i = 0; i < row->units.count; i++) {
        const struct case_unit *unit = &row->units.items[i];
        list.items[list.count++] = (struct unit_shown){.stage = unit->stage,
                                                       .department = unit->department,
                                                       .state = unit->state,
                                                       .opinion = unit->opinion,
                                                       .relation = unit->relation};
    }
    return list;
}

static struct decision_shown decision_of(struct state *state, const struct matter *matter)
{
    struct decision_row decided;
    struct key key = key_of_uuid(&matter->id.uuid);
    if (!state_get(state, TABLE_DECISIONS, key_bytes(&key), &decision_row_message, &decided)) {
        return (struct decision_shown){0};
    }
    return (struct decision_shown){
        .outcome = decided.outcome,
        .at = decided.at,
        .ground = decided.ground,
        .reasons = decided.reasons,
        .conditions = decided.conditions,
        .valid_until = decided.valid_until,
        .decider = decided.decider,
        .remedies = matter_remedies(matter, decided.ground, (struct text){0}, state->arena),
        .number = decided.set_aside == 0 ? matter->row.document : decided.number,
        .set_aside = decided.set_aside,
    };
}

enum verdict query_case(struct reading *reading, const void *question)
{
    const struct ask_handled *asked = question;
    struct matter matter;
    if (!matter_load(&approval_flow, reading->state, &asked->case_id, &matter)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    enum standing standing = matter_standing(&matter, reading->principal);
    if (standing == STANDING_UNCONCERNED) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "this case is not of your department");
    }
    if (standing == STANDING_NONE) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    struct case_handled_part *part = arena_take(reading->arena, sizeof *part);
    *part = (struct case_handled_part){
        .case_id = asked->case_id,
        .number = matter.row.number,
        .item = matter.row.item,
        .owner = matter.row.owner,
        .state = matter.row.state,
        .is_end = matter.procedure->states[matter.state].is_end,
        .version = matter.row.version,
        .subject = matter.row.subject,
        .received = matter.row.received,
        .assignee = matter.row.assignee,
        .clocks = matter_clocks(&matter.row, reading->arena),
        .units = units_shown(&matter.row, reading->arena),
        .decision = decision_of(reading->state, &matter),
        .document = matter.row.document,
        .catalogue_version = matter.row.catalogue_version,
        .of_hall = matter.procedure->of_hall,
        .opened_by = matter.row.opened_by,
        .department = matter.row.department,
    };
    words_show(reading->state, &matter, standing, part);
    if (standing == STANDING_CONCERNED) {
        matters_show(reading->state, &asked->case_id, part);
    }
    if (text_equal_string(matter.row.owner, "approval")) {
        struct onlooker onlooker = {
            .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
        part->actions = matter_actions(&approval_flow, &matter, &onlooker, reading->arena);
    }
    return reading_answer(reading, &case_handled_part_message, part);
}

/* -- search --------------------------------------------------------------------------------- */

struct search {
    struct reading *reading;
    const struct search_cases *asked;
    struct cases_found *found;
};

/* Whose cases are looked for; nobody named: everybody's. */
static bool subject_wanted(const struct search_cases *asked, int64_t subject)
{
    bool found = asked->subjects.count == 0;
    for (size_t i = 0; i < asked->subjects.count && !found; i++) {
        found = asked->subjects.items[i].subject == subject;
    }
    return found;
}

static bool row_wanted(const struct search *search, const struct matter *matter)
{
    const struct search_cases *asked = search->asked;
    const struct case_row *row = &matter->row;
    struct date day = zone_date(calendar_zone(matter->rules->calendar), row->received);
    enum standing standing = matter_standing(matter, search->reading->principal);
    /* Whether a person complained must not be found out by the person's telephone. */
    bool may_find = standing == STANDING_FILER || standing == STANDING_CONCERNED ||
                    (standing == STANDING_PARTY && asked->subjects.count == 0);
    return may_find && subject_wanted(asked, row->subject) &&
           (text_is_empty(asked->item) || text_equal(asked->item, row->item)) &&
           (text_is_empty(asked->state) || text_equal(asked->state, row->state)) &&
           (text_is_empty(asked->department) ||
            text_equal(asked->department, matter->item->department->code)) &&
           (text_is_empty(asked->assignee) || text_equal(asked->assignee, row->assignee)) &&
           (asked->from.days == 0 || day.days >= asked->from.days) &&
           (asked->to.days == 0 || day.days <= asked->to.days);
}

static bool is_full(const struct search *search)
{
    return search->found->cases.count == (size_t)search->asked->limit;
}

static void case_take(struct search *search, const struct uuid *id)
{
    struct matter matter;
    struct case_id case_id = {*id};
    int64_t due_ms = 0;
    if (is_full(search) ||
        !matter_load(&approval_flow, search->reading->state, &case_id, &matter) ||
        !row_wanted(search, &matter)) {
        return;
    }
    enum light light = row_light(&matter.row, search->reading->now_ms, &due_ms);
    search->found->cases.items[search->found->cases.count++] = (struct case_listed){
        .id = case_id,
        .number = matter.row.number,
        .item = matter.row.item,
        .status = matter.row.state,
        .department = matter.item->department->code,
        .assignee = matter.row.assignee,
        .received_at = matter.row.received,
        .due_at = due_ms,
        .light = light,
    };
}

static void search_by_number(struct search *search)
{
    struct key key = key_of_text(search->asked->number);
    struct bytes value;
    struct uuid id;
    if (store_get(search->reading->state->txn, TABLE_NUMBERS, key_bytes(&key), &value) &&
        value.size == UUID_BYTES) {
        memcpy(id.bytes, value.data, UUID_BYTES);
        case_take(search, &id);
    }
}

/* Goes to the latest case of a subject, or behind the place where the last page ended. */
static bool subject_begin(struct store_cursor *cursor, uint64_t subject, struct bytes after)
{
    struct key behind = key_make();
    key_add_u64(&behind, subject + 1);
    bool seeked = store_seek(cursor, after.size > 0 ? after : key_bytes(&behind));
    return seeked ? store_previous(cursor) : store_last(cursor);
}

/* The latest subject first, and of each the latest case first. A page goes on at the place, of the
 * table of subjects, where the last one ended. */
static void search_by_subjects(struct search *search)
{
    const struct search_cases *asked = search->asked;
    struct store_cursor cursor;
    struct bytes after = asked->after;
    store_cursor_open(&cursor, search->reading->state->txn, TABLE_SUBJECTS);
    for (size_t i = 0; i < asked->subjects.count && !is_full(search); i++) {
        uint64_t subject = (uint64_t)asked->subjects.items[i].subject;
        struct key prefix = key_make();
        key_add_u64(&prefix, subject);
        if (after.size > 0 && !key_has_prefix(after, &prefix)) {
            continue; /* of an earlier page */
        }
        bool more = subject_begin(&cursor, subject, after);
        after = (struct bytes){0};
        while (more && !is_full(search) && key_has_prefix(cursor.key, &prefix)) {
            struct uuid id;
            memcpy(id.bytes, cursor.key.data + prefix.size, UUID_BYTES);
            struct bytes place = arena_copy_bytes(search->reading->arena, cursor.key);
            case_take(search, &id);
            search->found->next = is_full(search) ? place : (struct bytes){0};
            more = store_previous(&cursor);
        }
    }
    store_cursor_close(&cursor);
}

/* From the latest case back: ids grow with time. */
static void search_all(struct search *search)
{
    struct store_cursor cursor;
    struct bytes after = search->asked->after;
    size_t scanned = 0;
    store_cursor_open(&cursor, search->reading->state->txn, TABLE_CASES);
    bool more = after.size == 0 ? store_last(&cursor)
                                : store_seek(&cursor, after) && store_previous(&cursor);
    while (more && scanned++ < SCAN_MAX) {
        struct uuid id;
        struct bytes place = arena_copy_bytes(search->reading->arena, cursor.key);
        memcpy(id.bytes, cursor.key.data, UUID_BYTES);
        case_take(search, &id);
        if (is_full(search) || scanned == SCAN_MAX) {
            search->found->next = place;
            break;
        }
        more = store_previous(&cursor);
    }
    store_cursor_close(&cursor);
}

enum verdict query_search(struct reading *reading, const void *question)
{
    const struct search_cases *asked = question;
    struct cases_found *found = arena_take(reading->arena, sizeof *found);
    struct search search = {.reading = reading, .asked = asked, .found = found};
    found->cases.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *found->cases.items);
    if (!text_is_empty(asked->number)) {
        search_by_number(&search);
    } else if (asked->subjects.count > 0) {
        search_by_subjects(&search);
    } else if (!uuid_is_none(&reading->principal->case_id.uuid)) {
        case_take(&search, &reading->principal->case_id.uuid);
    } else {
        search_all(&search);
    }
    return reading_answer(reading, &cases_found_message, found);
}
