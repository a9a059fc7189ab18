#include "matter/recount.h"

#include "base/check.h"
#include "matter/calendars.h"
#include "matter/internal.h"

#include <inttypes.h>
#include <string.h>

/* What one step looks at, and how many cases it moves, so that what waits behind it waits for
 * milliseconds; the decision's last event tells of the step itself. */
enum { STEP_CASES_MAX = 512, STEP_MOVES_MAX = DECISION_EVENTS_MAX - 8, CLOCKS_PER_EVENT_MAX = 16 };

/* clang-format off */
#define RECOUNT_ROW(F, S)                                                                          \
    F(S, calendar, INT(1, INT64_MAX), REQUIRED, "the calendar that cases are brought to")          \
    F(S, begun,    TIME,              REQUIRED, "when it came")                                    \
    F(S, steps,    INT(0, INT64_MAX), REQUIRED, "steps of the walk made")                          \
    F(S, seen,     INT(0, INT64_MAX), REQUIRED, "cases looked at")                                 \
    F(S, moved,    INT(0, INT64_MAX), REQUIRED, "cases of which a limit moved")                    \
    F(S, last,     ID(case_id),       OPTIONAL, "the last case that was looked at")                \
    F(S, finished, TIME,              OPTIONAL, "when the walk came to its end")

#define RECOUNT_ROWS(M) M(ROW, recount_row, RECOUNT_ROW, "matter.recount", "A walk over all cases.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(recount_rows, RECOUNT_ROWS)
WIRE_DEFINE_VOCABULARY(recount_rows, RECOUNT_ROWS)

static const uint8_t row_key[] = "recount of cases";

static const char *own_name(const struct flow *flow)
{
    return procedure_owner_name(flow->owner);
}

static size_t row_table(const struct flow *flow, const struct state *state)
{
    return rules_shelf_tables(flow->shelf(state->memory)).versions;
}

static bool row_get(const struct flow *flow, struct state *state, struct recount_row *ret_row)
{
    return state_get(state, row_table(flow, state), bytes_of(row_key, sizeof row_key),
                     &recount_row_message, ret_row);
}

static void row_put(const struct flow *flow, struct state *state, const struct recount_row *row)
{
    state_put(state, row_table(flow, state), bytes_of(row_key, sizeof row_key),
              &recount_row_message, row);
}

/* The timer of the next step. Every step has one of its own, named by its number. */
static struct timer step_timer(const struct flow *flow, const struct recount_row *row,
                               struct arena *arena)
{
    return (struct timer){
        .due_ms = row->begun,
        .kind = flow->timer_recount,
        .tag = arena_print(arena, "%020" PRId64, row->steps),
    };
}

static const struct wire_message *message_of(const struct flow *flow,
                                             const struct wire_vocabulary *vocabulary,
                                             const char *name, struct arena *arena)
{
    struct text type = arena_print(arena, "%s.%s.v1", own_name(flow), name);
    const struct wire_message *message = wire_find(vocabulary, type);
    CHECK(message != NULL);
    return message;
}

/* -- one case ------------------------------------------------------------------------------- */

/* Fills the clocks that the newest calendar moves, as many as an event takes; false when there are
 * none. A clock whose end was told stays as it is: what came of it stands. */
static bool clocks_count_again(const struct matter *matter, int64_t now_ms, struct arena *arena,
                               struct case_step *step)
{
    const struct clock_list *clocks = &matter->row.clocks;
    for (size_t i = 0; i < clocks->count && step->clocks.count < CLOCKS_PER_EVENT_MAX; i++) {
        const struct clock *clock = &clocks->items[i];
        struct clock again;
        if (!clock->overdue && clock_count_again(clock, &matter->clocks, now_ms, &again)) {
            step_clock_set(step, &again, arena);
        }
    }
    return step->clocks.count > 0;
}

bool recount_matter(const struct flow *flow, struct decision *decision, struct matter *matter)
{
    struct arena *arena = decision->arena;
    bool any = false;
    if (!flow_owns(flow, &matter->row)) {
        return false;
    }
    for (;;) {
        struct case_moved moved = {.step = {.action = TEXT_LITERAL("calendar changed"),
                                            .from = matter->row.state,
                                            .to = matter->row.state,
                                            .version = matter->row.version + 1}};
        if (!clocks_count_again(matter, decision->now_ms, arena, &moved.step)) {
            return any;
        }
        const struct wire_message *message =
            message_of(flow, &moves_vocabulary, "clocks_recounted", arena);
        struct event_envelope envelope = {.type = text_of(message->name)};
        emit_by_hall(decision, &matter->id, message, &moved);
        matter->row =
            row_advance(&matter->row, matter->procedure, &envelope, &moved, own_name(flow), arena);
        any = true;
    }
}

/* True when a clock that goes on was counted with another calendar than `calendar`. */
static bool is_stale(const struct clock_list *clocks, int64_t calendar)
{
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock *clock = &clocks->items[i];
        if (clock->phase != CLOCK_ENDED && clock->calendar_version != calendar) {
            return true;
        }
    }
    return false;
}

void recount_react(const struct flow *flow, struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct state *state = decision->state;
    struct matter matter;
    if (is_stale(&moved->step.clocks, calendars_active(flow->shelf(state->memory), state)) &&
        matter_load(flow, state, &event->envelope->case_id, &matter)) {
        (void)recount_matter(flow, decision, &matter);
    }
}

/* -- a step of the walk --------------------------------------------------------------------- */

/* Counts a case again, as its row has it; false when nothing of it moves. */
static bool row_count_again(const struct flow *flow, struct decision *decision,
                            const struct case_id *id, const struct case_row *row)
{
    struct matter matter = {.id = *id, .row = *row};
    return flow_owns(flow, row) &&
           matter_rules(flow, decision->state, row->catalogue_version, row->item, &matter) &&
           recount_matter(flow, decision, &matter);
}

/* Looks at the cases behind `progress->last`, up to the step's bounds; false at their end. */
static bool cases_walk(const struct flow *flow, struct decision *decision,
                       struct recount_progress *progress)
{
    struct state *state = decision->state;
    struct store_cursor cursor;
    struct key from = key_of_uuid(&progress->last.uuid);
    size_t looked = 0;
    store_cursor_open(&cursor, state->txn, flow->cases);
    bool more = store_seek(&cursor, key_bytes(&from));
    if (more && bytes_equal(cursor.key, key_bytes(&from))) {
        more = store_next(&cursor);
    }
    while (more && looked < STEP_CASES_MAX && decision->event_count < STEP_MOVES_MAX) {
        struct case_row row;
        if (cursor.key.size != UUID_BYTES) {
            store_fail(state->txn, ERR_CORRUPT);
            break;
        }
        memcpy(progress->last.uuid.bytes, cursor.key.data, UUID_BYTES);
        if (!state_row(state, cursor.value, &case_row_message, &row)) {
            break;
        }
        looked++;
        progress->moved += row_count_again(flow, decision, &progress->last, &row);
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    progress->seen += (int64_t)looked;
    return more;
}

enum verdict recount_timer(const struct flow *flow, struct decision *decision,
                           const struct timer *timer)
{
    struct recount_row row;
    (void)timer; /* there is but one */
    if (!row_get(flow, decision->state, &row)) {
        store_fail(decision->state->txn, ERR_CORRUPT);
        return VERDICT_OK;
    }
    struct recount_progress progress = {
        .calendar = row.calendar, .seen = row.seen, .moved = row.moved, .last = row.last};
    bool goes_on = cases_walk(flow, decision, &progress);
    emit(decision, NULL,
         message_of(flow, &recount_steps_vocabulary,
                    goes_on ? "recount_advanced" : "recount_finished", decision->arena),
         &progress);
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

void recount_apply_activated(const struct flow *flow, struct state *state,
                             const struct event *event)
{
    struct rules_shelf *shelf = flow->shelf(state->memory);
    int64_t before = calendars_active(shelf, state);
    struct recount_row row;
    rules_apply_activated(shelf, state, event);
    int64_t calendar = calendars_active(shelf, state);
    if (before == 0 || before == calendar) {
        return;
    }
    if (row_get(flow, state, &row) && row.finished == 0) {
        struct timer overtaken = step_timer(flow, &row, state->arena);
        timer_remove(state, &overtaken);
    }
    row = (struct recount_row){.calendar = calendar, .begun = event->envelope->time};
    struct timer first = step_timer(flow, &row, state->arena);
    row_put(flow, state, &row);
    timer_set(state, &first);
}

void recount_apply_step(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct recount_progress *progress = event->data;
    const struct wire_message *finished =
        message_of(flow, &recount_steps_vocabulary, "recount_finished", state->arena);
    struct recount_row row;
    if (!row_get(flow, state, &row)) {
        store_fail(state->txn, ERR_CORRUPT);
        return;
    }
    struct timer done = step_timer(flow, &row, state->arena);
    timer_remove(state, &done);
    row.steps++;
    row.seen = progress->seen;
    row.moved = progress->moved;
    row.last = progress->last;
    if (event->message == finished) {
        row.finished = event->envelope->time;
    } else {
        struct timer next = step_timer(flow, &row, state->arena);
        timer_set(state, &next);
    }
    row_put(flow, state, &row);
}

/* -- looking -------------------------------------------------------------------------------- */

/* Who runs the hall or its catalogue, and who watches them. */
static bool may_look(const struct principal *principal)
{
    static const char *const roles[] = {"admin", "publisher", "operator", "auditor"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (principal_holds(principal, text_of(roles[i]), TEXT_LITERAL("*"))) {
            return true;
        }
    }
    return principal_holds(principal, TEXT_LITERAL("information_officer"), TEXT_LITERAL("HALL"));
}

enum verdict recount_query(const struct flow *flow, struct reading *reading, const void *question)
{
    const struct ask_recount *asked = question;
    struct state *state = reading->state;
    struct recount_row row = {.finished = 1};
    struct recount_told *told = arena_take(reading->arena, sizeof *told);
    if (!may_look(reading->principal)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "this is for those who run the hall and its catalogue");
    }
    (void)row_get(flow, state, &row);
    *told = (struct recount_told){
        .service = text_of(own_name(flow)),
        .calendar = calendars_active(flow->shelf(state->memory), state),
        .running = row.finished == 0,
        .seen = row.seen,
        .moved = row.moved,
        .begun = row.begun,
        .finished = row.begun == 0 ? 0 : row.finished,
    };
    if (asked->with_cases) {
        told->cases = (int64_t)store_count(state->txn, flow->cases);
    }
    return reading_answer(reading, &recount_told_message, told);
}
