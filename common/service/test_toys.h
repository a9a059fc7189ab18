/* For the tests of this part: two toy services. The counter adds up what it is told, now or by
 * timers; some amounts make it do what a service must not. The mirror follows the counter and
 * answers every even amount with an event of its own. */
#pragma once

#include "service/engine.h"
#include "service/tables.h"
#include "service/timers.h"

#include "base/check.h"

#include <string.h>

/* clang-format off */
#define TOY_ADD(F, S)                                                                              \
    F(S, case_id, ID(case_id),        REQUIRED, "which counter")                                   \
    F(S, amount,  INT(0, 1000),       REQUIRED, "how much")                                        \
    F(S, remind,  TIME,               OPTIONAL, "when to add one more, with legal effect")         \
    F(S, nudge,   TIME,               OPTIONAL, "when to add one more, without")                   \
    F(S, times,   INT(0, 100),        OPTIONAL, "how many events to make of it; 0: one")           \
    F(S, note,    PUBLIC_TEXT(59000), OPTIONAL, "anything")                                        \
    F(S, chore,   TIME,               OPTIONAL, "when to add one more, in the background")
#define TOY_EVENED(F, S)                                                                           \
    F(S, case_id, ID(case_id),     REQUIRED, "which counter")                                      \
    F(S, note,    PUBLIC_TEXT(10), OPTIONAL, "of what was added")
#define TOY_TOTAL(F, S) F(S, total, INT(0, INT64_MAX), REQUIRED, "the sum")
#define TOY_TOLD(F, S)  F(S, parts, BLOBS(60000, 64), OPTIONAL, "much to tell")
#define TOY_VOCABULARY(M)                                                                          \
    M(COMMAND, toy_add,      TOY_ADD,    "toy.add",             "Add to a counter.")               \
    M(COMMAND, toy_report,   TOY_ADD,    "toy.report",                                             \
      "Add, as a worker of the counter.")                                                          \
    M(COMMAND, toy_open,     TOY_ADD,    "toy.open",                                               \
      "Add, for who may ask the vault.")                                                           \
    M(QUERY,   toy_ask,      TOY_ADD,    "toy.ask",             "What is the sum?")                \
    M(EVENT,   toy_added,    TOY_ADD,    "counter.added.v1",    "It was added.")                   \
    M(EVENT,   toy_reminded, TOY_ADD,    "counter.reminded.v1", "One more was added by a timer.")  \
    M(EVENT,   toy_evened,   TOY_EVENED, "mirror.evened.v1",    "An even amount was seen.")        \
    M(ROW,     toy_total,    TOY_TOTAL,  "toy.total",           "A counter's sum.")                \
    M(ANSWER,  toy_told,     TOY_TOLD,   "toy.told",            "Much.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(toy_vocabulary, TOY_VOCABULARY)
WIRE_DEFINE_VOCABULARY(toy_vocabulary, TOY_VOCABULARY)

enum { TABLE_TOTALS = ENGINE_TABLE_COUNT, TOY_TABLE_END };
enum toy_timer { TOY_REMIND, TOY_NUDGE, TOY_CHORE };

enum toy_amount {
    AMOUNT_REFUSED = 13,      /* is refused */
    AMOUNT_LONG_ROLE = 14,    /* its events name a role longer than an envelope may hold */
    AMOUNT_LONG_ANSWER = 15,  /* its answer is larger than a reply may be */
    AMOUNT_FAILS = 16,        /* finds the store full */
    AMOUNT_LONG_DETAIL = 17,  /* is refused at length, in Chinese */
    AMOUNT_SPOILT_TIMER = 18, /* its timers cannot be decided */
    AMOUNT_ANSWERED = 19,     /* is answered with the sum before it */
};

/* What the toys saw, for tests to look at, from whatever thread. */
struct toy_seen {
    _Atomic int decided;
    _Atomic int applied;
    _Atomic int prepared;
    _Atomic int committed;
    _Atomic enum err prepare; /* what `prepare` returns */
};
static struct toy_seen toy_seen;

static inline int64_t total_of(struct state *state, const struct uuid *id)
{
    struct toy_total row = {0};
    struct key key = key_of_uuid(id);
    (void)state_get(state, TABLE_TOTALS, key_bytes(&key), &toy_total_message, &row);
    return row.total;
}

static inline void total_add(struct state *state, const struct uuid *id, int64_t amount)
{
    struct toy_total row = {.total = total_of(state, id) + amount};
    struct key key = key_of_uuid(id);
    state_put(state, TABLE_TOTALS, key_bytes(&key), &toy_total_message, &row);
}

/* -- the counter ------------------------------------------------------------------------------- */

static inline void tell_much(struct decision *decision)
{
    struct toy_told told = {.parts = {.count = 20}};
    told.parts.items = arena_take_array(decision->arena, told.parts.count, sizeof(struct bytes));
    for (size_t i = 0; i < told.parts.count; i++) {
        told.parts.items[i] = bytes_of(arena_take(decision->arena, 60000), 60000);
    }
    decision_answer(decision, &toy_told_message, &told);
}

static inline enum verdict refuse_at_length(struct decision *decision)
{
    static const char letter[] = "\xE7\x84\xA1"; /* U+7121 */
    char long_text[400 * 3 + 1] = "";
    for (size_t i = 0; i < 400; i++) {
        memcpy(long_text + 3 * i, letter, sizeof letter);
    }
    return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "no: %s", long_text);
}

static inline enum verdict decide_add(struct decision *decision, const void *command)
{
    const struct toy_add *add = command;
    struct toy_added added;
    memcpy(&added, add, sizeof added);
    toy_seen.decided++;
    switch (add->amount) {
    case AMOUNT_REFUSED:
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "thirteen is not added");
    case AMOUNT_LONG_ROLE:
        decision->actor.role = TEXT_LITERAL("a role that is longer than forty characters");
        break;
    case AMOUNT_LONG_ANSWER:
        tell_much(decision);
        break;
    case AMOUNT_ANSWERED:
        decision_answer(
            decision, &toy_total_message,
            &(struct toy_total){.total = total_of(decision->state, &add->case_id.uuid)});
        break;
    case AMOUNT_FAILS:
        store_fail(decision->state->txn, ERR_FULL);
        break;
    case AMOUNT_LONG_DETAIL:
        return refuse_at_length(decision);
    default:
        break;
    }
    for (int64_t i = 0; i < (add->times == 0 ? 1 : add->times); i++) {
        emit(decision, &add->case_id, &toy_added_message, &added);
    }
    return VERDICT_OK;
}

static inline struct timer toy_timer(const struct toy_added *added, enum toy_timer kind)
{
    return (struct timer){
        .due_ms = kind == TOY_REMIND  ? added->remind
                  : kind == TOY_NUDGE ? added->nudge
                                      : added->chore,
        .kind = kind,
        .subject = added->case_id.uuid,
        .tag =
            added->amount == AMOUNT_SPOILT_TIMER ? TEXT_LITERAL("spoilt") : TEXT_LITERAL("again"),
    };
}

static inline void apply_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    toy_seen.applied++;
    total_add(state, &added->case_id.uuid, added->amount);
    struct timer remind = toy_timer(added, TOY_REMIND);
    struct timer nudge = toy_timer(added, TOY_NUDGE);
    if (added->remind != 0) {
        timer_set(state, &remind);
    }
    if (added->nudge != 0) {
        timer_set(state, &nudge);
    }
    struct timer chore = toy_timer(added, TOY_CHORE);
    if (added->chore != 0) {
        timer_set(state, &chore);
    }
}

static inline void apply_reminded(struct state *state, const struct event *event)
{
    struct toy_added added;
    memcpy(&added, event->data, sizeof added);
    struct timer timer = toy_timer(&added, added.remind != 0  ? TOY_REMIND
                                           : added.nudge != 0 ? TOY_NUDGE
                                                              : TOY_CHORE);
    total_add(state, &added.case_id.uuid, 1);
    timer_remove(state, &timer);
}

static inline enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    struct toy_reminded reminded = {.case_id = {timer->subject}, .amount = 1};
    if (text_equal_string(timer->tag, "spoilt")) {
        reminded.amount = 1001; /* more than its table allows */
    }
    if (timer->kind == TOY_REMIND) {
        reminded.remind = timer->due_ms;
    } else if (timer->kind == TOY_NUDGE) {
        reminded.nudge = timer->due_ms;
    } else {
        reminded.chore = timer->due_ms;
    }
    emit(decision, &reminded.case_id, &toy_reminded_message, &reminded);
    return VERDICT_OK;
}

static inline bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                            struct timer *ret_timer)
{
    struct timer_walk walk;
    bool found = false;
    for (int class = TIMER_PLAIN; class <= TIMER_LEGAL; class ++) {
        timer_walk_open(&walk, state->txn, (enum timer_class) class);
        while (timer_walk_next(&walk) && walk.timer.due_ms <= now_ms) {
            if (uuid_equal(&walk.timer.subject, subject) &&
                (!found || walk.timer.due_ms < ret_timer->due_ms)) {
                *ret_timer = walk.timer; /* its tag points into the store */
                found = true;
            }
        }
        timer_walk_close(&walk);
    }
    return found;
}

static inline enum verdict query_total(struct reading *reading, const void *question)
{
    const struct toy_ask *ask = question;
    struct toy_total *total = arena_take(reading->arena, sizeof *total);
    if (ask->amount == AMOUNT_FAILS) {
        store_fail(reading->state->txn, ERR_CORRUPT);
        return VERDICT_OK;
    }
    total->total = total_of(reading->state, &ask->case_id.uuid);
    return reading_answer(reading, &toy_total_message, total);
}

static inline enum err toy_prepare(void *memory)
{
    (void)memory;
    toy_seen.prepared++;
    return toy_seen.prepare;
}

static inline void toy_committed(void *memory, uint64_t seq)
{
    (void)memory;
    (void)seq;
    toy_seen.committed++;
}

static const struct store_table toy_tables[] = {{"totals", 0}};
static const struct service_command counter_commands[] = {
    {&toy_add_message, decide_add, 0, NULL},
    {&toy_report_message, decide_add, COMMAND_INTERNAL, NULL},
    {&toy_open_message, decide_add, COMMAND_FOR_VAULT, NULL},
};
static const struct service_event counter_events[] = {
    {&toy_added_message, apply_added, NULL}, {&toy_reminded_message, apply_reminded, NULL}};
static const struct service_timer counter_timers[] = {
    [TOY_REMIND] = {"remind", decide_timer, true, false},
    [TOY_NUDGE] = {"nudge", decide_timer, false, false},
    [TOY_CHORE] = {"chore", decide_timer, false, true}};
static const struct service_query toy_queries[] = {{&toy_ask_message, query_total}};

static const struct service counter = {
    .name = "counter",
    .commands = counter_commands,
    .command_count = 3,
    .events = counter_events,
    .event_count = 2,
    .timers = counter_timers,
    .timer_count = 3,
    .queries = toy_queries,
    .query_count = 1,
    .tables = toy_tables,
    .table_count = 1,
    .next_due = next_due,
    .prepare = toy_prepare,
    .committed = toy_committed,
};

/* -- the mirror -------------------------------------------------------------------------------- */

static inline void mirror_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    total_add(state, &added->case_id.uuid, added->amount);
}

static inline void mirror_react(struct decision *decision, const struct event *event)
{
    const struct toy_added *added = event->data;
    if (added->amount % 2 == 0) {
        struct toy_evened evened = {.case_id = added->case_id, .note = added->note};
        emit(decision, &added->case_id, &toy_evened_message, &evened);
    }
}

static inline enum verdict mirror_decide(struct decision *decision, const void *command)
{
    (void)command;
    return refuse(decision, PROBLEM_FORBIDDEN, "the mirror only looks");
}

static const char *const mirror_streams[] = {"counter", NULL};
static const struct service_command mirror_commands[] = {
    {&toy_add_message, mirror_decide, 0, NULL}};
static const struct service_event mirror_events[] = {
    {&toy_added_message, mirror_added, mirror_react}, {&toy_evened_message, NULL, NULL}};

static const struct service mirror = {
    .name = "mirror",
    .streams = mirror_streams,
    .commands = mirror_commands,
    .command_count = 1,
    .events = mirror_events,
    .event_count = 2,
    .queries = toy_queries,
    .query_count = 1,
    .tables = toy_tables,
    .table_count = 1,
    .prepare = toy_prepare,
};
