/* Workers and uploads: a shop whose orders are performed outside, and whose files come in past the
 * writer. */
#include "service/host_kit.h"
#include "service/uploads.h"
#include "service/work.h"

/* -- the shop ---------------------------------------------------------------------------------- */

/* A shop: what is added is an order for its workers; amount 1 is one that never succeeds, 2 one
 * that takes steps, of which each rests on the last. A report names the order by its case and its
 * due time. */
enum shop_work { WORK_GOOD, WORK_POISON, WORK_STEPS };

enum { STEPS = 3 };

static _Atomic int good_performed;
static _Atomic int poison_performed;
static _Atomic bool state_was_readable;
static _Atomic int64_t step_totals[STEPS]; /* what the state said after each step */

static void shop_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    struct work_order order = {.due_ms = added->remind == 0 ? 1 : added->remind,
                               .kind = added->amount == 1   ? WORK_POISON
                                       : added->amount == 2 ? WORK_STEPS
                                                            : WORK_GOOD,
                               .id = event->envelope->id.uuid};
    work_add(state, &order, &toy_total_message, &(struct toy_total){.total = added->amount});
}

static void shop_reported(struct state *state, const struct event *event)
{
    const struct toy_added *reported = event->data;
    (void)work_remove(state, reported->remind, WORK_GOOD, &reported->case_id.uuid);
    (void)work_remove(state, reported->remind, WORK_STEPS, &reported->case_id.uuid);
    total_add(state, &(struct uuid){{1}}, reported->amount);
}

static enum verdict decide_reported(struct decision *decision, const void *command)
{
    struct toy_reminded reported;
    memcpy(&reported, command, sizeof reported);
    emit(decision, &reported.case_id, &toy_reminded_message, &reported);
    return VERDICT_OK;
}

static void perform_good(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct toy_total *total = payload;
    struct toy_report report = {
        .case_id = {order->id}, .amount = total->total, .remind = order->due_ms};
    atomic_fetch_add(&good_performed, 1);
    if (worker_look(worker)) {
        bool stands = work_stands(worker->state, order->due_ms, order->kind, &order->id);
        atomic_store(&state_was_readable, stands);
    }
    worker_done(worker);
    worker_report(worker, &toy_report_message, &report);
}

/* All but the last step name no order, so that it stands until then. */
static void perform_steps(struct worker *worker, const struct work_order *order,
                          const void *payload)
{
    (void)payload;
    for (int i = 0; i < STEPS; i++) {
        struct toy_report report = {.case_id = {{{9}}}, .amount = 100, .remind = order->due_ms};
        if (i == STEPS - 1) {
            report.case_id = (struct case_id){order->id};
        }
        worker_report(worker, &toy_report_message, &report);
        worker_wait(worker);
        if (worker_look(worker)) {
            atomic_store(&step_totals[i], total_of(worker->state, &(struct uuid){{1}}));
        }
        worker_done(worker);
    }
}

static void perform_poison(struct worker *worker, const struct work_order *order,
                           const void *payload)
{
    (void)worker;
    (void)order;
    (void)payload;
    atomic_fetch_add(&poison_performed, 1);
}

static _Atomic bool sink_is_slow;

static enum problem_type sink_begin(void *memory, const struct upload_begin *begin, void **ret_file)
{
    (void)memory;
    (void)begin;
    *ret_file = NULL; /* this sink needs nothing to tell its files apart */
    return PROBLEM_NONE;
}

static enum problem_type sink_write(void *memory, void *file, struct bytes bytes)
{
    (void)memory;
    (void)file;
    (void)bytes;
    while (atomic_load(&sink_is_slow)) {
        usleep(1000);
    }
    return PROBLEM_NONE;
}

static enum problem_type sink_finish(void *memory, void *file, struct upload_outcome *ret_outcome)
{
    (void)memory;
    (void)file;
    *ret_outcome = (struct upload_outcome){.upload_id = {{{7}}}, .size = 3};
    return PROBLEM_NONE;
}

static void sink_drop(void *memory, void *file)
{
    (void)memory;
    (void)file;
}

static void sink_tidy(void *memory, int64_t now_ms)
{
    (void)memory;
    (void)now_ms;
}

static void *shop_upload_memory(void *memory)
{
    return memory;
}

static const struct upload_sink shop_sink = {sink_begin, sink_write, sink_finish, sink_drop,
                                             sink_tidy};
static const struct service_command shop_commands[] = {
    {&toy_add_message, decide_add, 0, NULL},
    {&toy_report_message, decide_reported, COMMAND_INTERNAL, NULL},
};
static const struct service_event shop_events[] = {{&toy_added_message, shop_added, NULL},
                                                   {&toy_reminded_message, shop_reported, NULL}};
static const struct service_work shop_works[] = {
    [WORK_GOOD] = {"good", &toy_total_message, perform_good},
    [WORK_POISON] = {"poison", &toy_total_message, perform_poison},
    [WORK_STEPS] = {"steps", &toy_total_message, perform_steps},
};
static const struct service shop = {
    .name = "shop",
    .commands = shop_commands,
    .command_count = 2,
    .events = shop_events,
    .event_count = 2,
    .queries = toy_queries,
    .query_count = 1,
    .works = shop_works,
    .work_count = 3,
    .tables = toy_tables,
    .table_count = 1,
    .prepare = toy_prepare,
    .uploads = &shop_sink,
    .upload_memory = shop_upload_memory,
};

static int shop_set_up(void **state)
{
    atomic_store(&good_performed, 0);
    atomic_store(&poison_performed, 0);
    return set_up(state);
}

/* -- orders ------------------------------------------------------------------------------------ */

static void an_order_that_fails_does_not_stand_before_the_others(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &shop);
    call(f, "shop", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 1});
    for (int i = 0; i < 5; i++) {
        (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 10});
    }
    call(f, "shop", ENDPOINT_QUERY);
    wait_for_total(f, 50);
    assert_int_equal(atomic_load(&good_performed), 5);
    assert_true(atomic_load(&poison_performed) > 0);
    assert_true(atomic_load(&state_was_readable));
    assert_true(was_logged(f, "\"event\":\"work.failed\""));
}

static void nothing_is_performed_while_its_outcome_cannot_be_recorded(void **state)
{
    struct fixture *f = *state;
    options_use(f, "--clock", "virtual");
    struct host *host = started(f, &shop);
    int64_t due_ms = trusted_clock_peek(host_clock(host)) + MS_PER_HOUR;
    call(f, "shop", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 10, .remind = due_ms});
    toy_seen.prepare = ERR_FULL;
    for (int i = 0; i < 2; i++) { /* by the second answer the workers know */
        struct reply reply = answered(f, (struct asked){.message = &toy_add_message, .amount = 10});
        assert_true(text_equal_string(reply.problem.type, "cannot-write"));
    }
    time_source_move(&host_clock(host)->source, due_ms);
    (void)link_wait(NULL, 0, NULL, 0, 600, NULL); /* longer than a worker rests */
    assert_int_equal(atomic_load(&good_performed), 0);
    toy_seen.prepare = ERR_OK;
    call(f, "shop", ENDPOINT_QUERY);
    wait_for_total(f, 10);
}

static void each_step_of_long_work_sees_what_became_of_the_last(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &shop);
    call(f, "shop", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 2});
    call(f, "shop", ENDPOINT_QUERY);
    wait_for_total(f, 100 * STEPS);
    for (int i = 0; i < 100 && atomic_load(&step_totals[STEPS - 1]) == 0; i++) {
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL); /* the worker looks once more */
    }
    for (int i = 0; i < STEPS; i++) {
        assert_int_equal(atomic_load(&step_totals[i]), 100 * (i + 1));
    }
}

/* -- files ------------------------------------------------------------------------------------- */

static struct upload_status upload_told(struct fixture *f)
{
    struct upload_status status;
    struct bytes kept = arena_copy_bytes(&f->arena, heard(f).frames[0]);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN,
                                         &upload_status_message, kept, &status, NULL));
    return status;
}

static void upload_say(struct fixture *f, const char *kind, const struct wire_message *message,
                       const void *record)
{
    struct bytes frames[] = {bytes_of(kind, 1), packed(f, message, record)};
    say(f, frames, 2);
}

static struct upload_begin begin_of(int64_t id)
{
    return (struct upload_begin){.id = id,
                                 .session = bytes_of("0123456789abcdef", 16),
                                 .media_type = TEXT_LITERAL("text/plain"),
                                 .size_max = 1 << 30};
}

static void an_upload_needs_a_number_of_its_own_and_no_file(void **state)
{
    struct fixture *f = *state;
    struct upload_begin begin = begin_of(1);
    (void)started(f, &shop);
    call(f, "shop", ENDPOINT_UPLOAD);
    upload_say(f, "B", &upload_begin_message, &begin);
    assert_int_equal(upload_told(f).credit, 1 << 20);
    upload_say(f, "B", &upload_begin_message, &begin);
    assert_true(text_equal_string(upload_told(f).problem.type, "conflict"));
    struct upload_chunk end = {.id = 1, .data = bytes_of("abc", 3), .last = true};
    upload_say(f, "C", &upload_chunk_message, &end);
    assert_int_equal(upload_told(f).size, 3);
}

static void more_than_the_credit_of_an_upload_is_refused(void **state)
{
    struct fixture *f = *state;
    static const uint8_t letters[UPLOAD_CHUNK_BYTES];
    struct upload_begin begin = begin_of(1);
    struct upload_chunk chunk = {.id = 1, .data = bytes_of(letters, sizeof letters)};
    (void)started(f, &shop);
    call(f, "shop", ENDPOINT_UPLOAD);
    upload_say(f, "B", &upload_begin_message, &begin);
    assert_int_equal(upload_told(f).credit, 16 * sizeof letters);
    atomic_store(&sink_is_slow, true);
    for (int i = 0; i < 17; i++) {
        upload_say(f, "C", &upload_chunk_message, &chunk);
    }
    (void)link_wait(NULL, 0, NULL, 0, 300, NULL); /* until all of it has come */
    atomic_store(&sink_is_slow, false);
    assert_true(text_equal_string(upload_told(f).problem.type, "malformed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, shop_set_up, tear_down)
        CASE(an_order_that_fails_does_not_stand_before_the_others),
        CASE(nothing_is_performed_while_its_outcome_cannot_be_recorded),
        CASE(each_step_of_long_work_sees_what_became_of_the_last),
        CASE(an_upload_needs_a_number_of_its_own_and_no_file),
        CASE(more_than_the_credit_of_an_upload_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
