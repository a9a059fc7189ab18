/* Tasks: everybody's worklist, derived from the cases' rows (S06). */
#include "approval.h"

#include "base/check.h"

#include <string.h>

enum { TASKS_PER_CASE_MAX = 16, SCAN_MAX = 20000 };

/* A task with the key it stands under. */
struct task {
    struct text department;
    bool is_first;
    struct task_row row;
};

struct task_set {
    struct task items[TASKS_PER_CASE_MAX];
    size_t count;
};

/* The clock that says when a piece of work is due: the nearest of the office's own. */
static void due_fill(struct task_row *task, const struct case_row *row, struct text only_unit)
{
    for (size_t i = 0; i < row->clocks.count; i++) {
        const struct clock *clock = &row->clocks.items[i];
        struct text unit = {0};
        (void)text_split(clock->name, ':', &unit);
        bool is_its = unit.data == NULL || text_equal(unit, only_unit);
        bool runs = clock->phase == CLOCK_RUNNING && clock->kind != CLOCK_KIND_PERSON;
        if (runs && is_its && (task->due == 0 || clock->due < task->due)) {
            task->due = clock->due;
            task->warn = clock->warn;
        }
    }
}

static void task_add(struct task_set *set, const struct case_row *row, struct text department,
                     struct text stage, struct text role, struct text unit)
{
    if (set->count == TASKS_PER_CASE_MAX) {
        return;
    }
    struct task *task = &set->items[set->count++];
    *task = (struct task){
        .department = department,
        .is_first = row->first,
        .row = {.number = row->number,
                .item = row->item,
                .stage = stage,
                .state = row->state,
                .role = role,
                .assignee = row->assignee},
    };
    due_fill(&task->row, row, unit);
}

/* The first role of a stage; of a state without a stage, who may move the case on. */
static struct text role_of_stage(const struct catalogue_stage *stage)
{
    return stage != NULL && stage->roles.count > 0 ? stage->roles.items[0] : (struct text){0};
}

static struct text role_of_state(const struct procedure *procedure, int state)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from == state && transition->trigger == TRIGGER_ACTION &&
            transition->by.count > 0) {
            return transition->by.items[0];
        }
    }
    return (struct text){0};
}

/* The role whose work it is; absent where a relation names who acts: then all of the unit's staff,
 * or nobody of the office. */
static struct text role_or_none(const struct matter *matter, struct text role)
{
    return catalogue_relation(matter->rules->catalogue, role) == NULL ? role : (struct text){0};
}

/* A matter of the hall that several roles may move on is its unit's own to give to somebody. */
static bool is_anybodys(const struct procedure *procedure, int state)
{
    for (size_t i = 0; procedure->of_hall && i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from == state && transition->trigger == TRIGGER_ACTION) {
            return transition->by.count > 1;
        }
    }
    return false;
}

/* A piece of work for each unit that has not come to an end. */
static void units_add(struct task_set *set, const struct case_row *row, const struct matter *matter,
                      const struct procedure *units)
{
    for (size_t i = 0; i < row->units.count; i++) {
        const struct case_unit *unit = &row->units.items[i];
        int state = procedure_state_index(units, unit->state);
        if (!text_equal(unit->procedure, units->name) || state < 0 || units->states[state].is_end) {
            continue;
        }
        const struct catalogue_stage *stage = catalogue_stage(matter->item, unit->stage);
        struct text role = stage != NULL ? role_of_stage(stage)
                                         : role_or_none(matter, role_of_state(units, state));
        task_add(set, row, unit->department, unit->stage, role, unit->stage);
    }
}

static void state_add(struct task_set *set, const struct case_row *row, const struct matter *matter,
                      int index)
{
    const struct procedure_state *place = &matter->procedure->states[index];
    const struct catalogue_stage *stage =
        place->stages.count == 0 ? NULL : catalogue_stage(matter->item, place->stages.items[0]);
    struct text own =
        text_is_empty(row->department) ? matter->item->department->code : row->department;
    own = text_is_empty(place->department) ? own : place->department;
    struct text department =
        stage != NULL && stage->department != NULL ? stage->department->code : own;
    struct text role = stage != NULL
                           ? role_of_stage(stage)
                           : role_or_none(matter, role_of_state(matter->procedure, index));
    bool for_all = stage == NULL && is_anybodys(matter->procedure, index);
    if (for_all || !text_is_empty(role)) {
        task_add(set, row, department, stage != NULL ? stage->id : place->name,
                 for_all ? (struct text){0} : role, (struct text){0});
    }
}

/* What there is to do in a case: a piece of work for each stage that runs. */
static void tasks_of(struct state *state, const struct case_row *row, struct task_set *ret_set)
{
    struct matter matter;
    ret_set->count = 0;
    if (row == NULL ||
        !matter_rules(&approval_flow, state, row->catalogue_version, row->item, &matter) ||
        matter.procedure == NULL) {
        return;
    }
    int index = procedure_state_index(matter.procedure, row->state);
    if (index < 0 || matter.procedure->states[index].is_end) {
        return;
    }
    const struct procedure_state *place = &matter.procedure->states[index];
    const struct procedure *units = catalogue_procedure(matter.rules->catalogue, place->parallel);
    if (units != NULL) {
        units_add(ret_set, row, &matter, units);
    }
    if (units == NULL || place->units == UNITS_OF_RELATION) {
        state_add(ret_set, row, &matter, index);
    }
}

static struct key task_key(const struct task *task, const struct case_id *id)
{
    struct key key = key_of_text(task->department);
    key_add_byte(&key, task->is_first ? 0 : 1); /* no limit moves: only the place in the queue */
    key_add_u64(&key, task->row.due == 0 ? UINT64_MAX : (uint64_t)task->row.due);
    key_add_uuid(&key, &id->uuid);
    key_add_text(&key, task->row.stage);
    return key;
}

void tasks_follow(struct state *state, const struct case_id *id, const struct case_row *before,
                  const struct case_row *after)
{
    struct task_set *set = arena_take(state->arena, sizeof *set);
    tasks_of(state, before, set);
    for (size_t i = 0; i < set->count; i++) {
        struct key key = task_key(&set->items[i], id);
        state_delete(state, TABLE_TASKS, key_bytes(&key));
    }
    tasks_of(state, after, set);
    for (size_t i = 0; i < set->count; i++) {
        struct key key = task_key(&set->items[i], id);
        state_put(state, TABLE_TASKS, key_bytes(&key), &task_row_message, &set->items[i].row);
    }
}

/* -- asking --------------------------------------------------------------------------------- */

static enum light light_of(const struct task_row *row, int64_t now_ms)
{
    if (row->due != 0 && now_ms >= row->due) {
        return LIGHT_RED;
    }
    return row->warn != 0 && now_ms >= row->warn ? LIGHT_YELLOW : LIGHT_GREEN;
}

/* One page being filled. */
struct page {
    struct reading *reading;
    const struct ask_tasks *asked;
    struct tasks_told *told;
    struct text department;
};

static bool task_wanted(const struct page *page, const struct task_row *row, enum light light)
{
    const struct ask_tasks *asked = page->asked;
    const struct principal *principal = page->reading->principal;
    bool has_role = text_is_empty(row->role) ||
                    principal_holds(principal, row->role, page->department) ||
                    principal_holds(principal, row->role, TEXT_LITERAL("HALL"));
    return has_role && (text_is_empty(asked->stage) || text_equal(asked->stage, row->stage)) &&
           (asked->light == light_absent || asked->light == light);
}

/* Adds what the cursor stands on, when it is wanted. */
static void task_take(struct page *page, const struct store_cursor *cursor, size_t prefix_size)
{
    struct task_row row;
    struct uuid id;
    if (cursor->key.size < prefix_size + 1 + 8 + UUID_BYTES ||
        !state_row(page->reading->state, cursor->value, &task_row_message, &row)) {
        return;
    }
    memcpy(id.bytes, cursor->key.data + prefix_size + 1 + 8, UUID_BYTES);
    enum light light = light_of(&row, page->reading->now_ms);
    if (!task_wanted(page, &row, light)) {
        return;
    }
    page->told->tasks.items[page->told->tasks.count++] = (struct task_shown){
        .case_id = {id},
        .number = row.number,
        .item = row.item,
        .department = page->department,
        .stage = row.stage,
        .status = row.state,
        .role = row.role,
        .assignee = row.assignee,
        .due_at = row.due,
        .light = light,
        .first = cursor->key.data[prefix_size] == 0,
    };
}

/* Fills the page from one department's tasks, behind `after` where that lies in it. */
static void department_read(struct page *page, struct bytes after)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(page->department);
    size_t scanned = 0;
    bool resumes = after.size > 0 && key_has_prefix(after, &prefix);
    store_cursor_open(&cursor, page->reading->state->txn, TABLE_TASKS);
    bool more = store_seek(&cursor, resumes ? after : key_bytes(&prefix));
    if (more && resumes && bytes_equal(cursor.key, after)) {
        more = store_next(&cursor);
    }
    while (more && key_has_prefix(cursor.key, &prefix) && scanned++ < SCAN_MAX) {
        task_take(page, &cursor, prefix.size);
        if (page->told->tasks.count == (size_t)page->asked->limit) {
            page->told->next = arena_copy_bytes(page->reading->arena, cursor.key);
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

/* The departments for which the caller works; `*` and the hall stand for all of them. */
static bool works_for(const struct principal *principal, struct text department)
{
    for (size_t i = 0; i < principal->grants.count; i++) {
        struct text place = principal->grants.items[i].department;
        if (text_equal_string(place, "*") || text_equal_string(place, "HALL") ||
            text_equal(place, department)) {
            return true;
        }
    }
    return false;
}

/* What was put first comes first, then the most urgent, within a department; a page goes through
 * the departments in their order. */
enum verdict query_tasks(struct reading *reading, const void *question)
{
    const struct ask_tasks *asked = question;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    struct tasks_told *told = arena_take(reading->arena, sizeof *told);
    struct page page = {.reading = reading, .asked = asked, .told = told};
    if (reading->principal->kind != PRINCIPAL_STAFF) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "only officers have a worklist");
    }
    told->tasks.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *told->tasks.items);
    bool begun = asked->after.size == 0;
    for (size_t i = 0; rules != NULL && i < rules->catalogue->head.unit_count; i++) {
        page.department = rules->catalogue->head.units[i].code;
        struct key prefix = key_of_text(page.department);
        begun = begun || key_has_prefix(asked->after, &prefix);
        bool wanted =
            text_is_empty(asked->department) || text_equal(asked->department, page.department);
        if (!begun || !wanted || !works_for(reading->principal, page.department)) {
            continue;
        }
        department_read(&page, asked->after);
        if (told->tasks.count == (size_t)asked->limit) {
            break;
        }
    }
    return reading_answer(reading, &tasks_told_message, told);
}
