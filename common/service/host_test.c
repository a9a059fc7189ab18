/* Hosts over real sockets, threads and stores, in one process; the archivist is a toy too. */
#include "service/host.h"
#include "service/test_toys.h"
#include "service/uploads.h"
#include "service/work.h"

#include "base/check.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOSTS_MAX = 3, PATIENCE_MS = 20000 };

/* -- more toys --------------------------------------------------------------------------------- */

static void archive_nothing(struct state *state, struct text source, uint64_t seq,
                            struct bytes record, const struct event_envelope *envelope)
{
    (void)envelope;
    (void)state;
    (void)source;
    (void)seq;
    (void)record;
}

static const char *const archivist_streams[] = {"counter", NULL};
static const struct service archivist = {
    .name = ARCHIVIST,
    .streams = archivist_streams,
    .archive = archive_nothing,
};

/* A shop: what is added is an order for its workers; amount 1 is one that never succeeds. A report
 * names the order by its case and its due time. */
enum shop_work { WORK_GOOD, WORK_POISON };

static _Atomic int good_performed;
static _Atomic int poison_performed;
static _Atomic bool state_was_readable;

static void shop_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    struct work_order order = {.due_ms = added->remind == 0 ? 1 : added->remind,
                               .kind = added->amount == 1 ? WORK_POISON : WORK_GOOD,
                               .id = event->envelope->id.uuid};
    work_add(state, &order, &toy_total_message, &(struct toy_total){.total = added->amount});
}

static void shop_reported(struct state *state, const struct event *event)
{
    const struct toy_added *reported = event->data;
    (void)work_remove(state, reported->remind, WORK_GOOD, &reported->case_id.uuid);
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
    (void)worker_report(worker, &toy_report_message, &report);
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
    .work_count = 2,
    .tables = toy_tables,
    .table_count = 1,
    .prepare = toy_prepare,
    .uploads = &shop_sink,
};

/* -- driving ----------------------------------------------------------------------------------- */

struct running {
    struct host *host;
    pthread_t thread;
    int code;
};

struct fixture {
    char folder[64];
    struct options options;
    struct logger logger;
    struct running running[HOSTS_MAX];
    size_t running_count;
    struct link *link;
    struct link_socket *socket; /* of the caller */
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t next_id;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    CHECK(f != NULL);
    toy_seen = (struct toy_seen){0};
    atomic_store(&good_performed, 0);
    atomic_store(&poison_performed, 0);
    strcpy(f->folder, "/tmp/glasshall-host-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    char texts[][20] = {"test", "--data", "", "--map-size", "64m", "--reserve", "1m"};
    char *arguments[] = {texts[0], texts[1], f->folder, texts[3], texts[4], texts[5], texts[6]};
    options_init(&f->options, "test");
    options_add(&f->options, link_options, link_option_count);
    options_add(&f->options, host_option_specs, host_option_count);
    assert_int_equal(ERR_OK, options_read(&f->options, 7, arguments, &reason));
    logger_init(&f->logger, "test", LOG_LEVEL_INFO);
    f->logger.descriptor = memfd_create("log", MFD_CLOEXEC);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, BUS_MESSAGE_BYTES_MAX);
    assert_int_equal(ERR_OK, link_open(&f->options, "test", &f->link, &reason));
    *state = f;
    return 0;
}

static void *run(void *context)
{
    struct running *running = context;
    running->code = host_run(running->host);
    return NULL;
}

static struct host *started(struct fixture *f, const struct service *service)
{
    struct reason reason = {""};
    struct running *running = &f->running[f->running_count++];
    struct host_options options = {
        .service = service, .options = &f->options, .logger = &f->logger};
    if (host_open(&options, &running->host, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    assert_int_equal(pthread_create(&running->thread, NULL, run, running), 0);
    return running->host;
}

/* Waits for the last host that was started to end by itself, or after being told to. */
static int ended(struct fixture *f)
{
    struct running *running = &f->running[--f->running_count];
    assert_int_equal(pthread_join(running->thread, NULL), 0);
    host_close(&running->host);
    return running->code;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    while (f->running_count > 0) {
        host_stop(f->running[f->running_count - 1].host);
        assert_int_equal(ended(f), 0);
    }
    link_socket_close(&f->socket);
    link_close(&f->link);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    options_free(&f->options);
    close(f->logger.descriptor);
    (void)snprintf(command, sizeof command, "rm -rf %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static bool was_logged(struct fixture *f, const char *text)
{
    off_t size = lseek(f->logger.descriptor, 0, SEEK_END);
    char *lines = arena_take(&f->arena, (size_t)size + 1);
    assert_int_equal(pread(f->logger.descriptor, lines, (size_t)size, 0), size);
    return strstr(lines, text) != NULL;
}

static void call(struct fixture *f, const char *service, enum endpoint endpoint)
{
    struct reason reason = {""};
    link_socket_close(&f->socket);
    assert_int_equal(ERR_OK, link_connect(f->link, service, endpoint, &f->socket, &reason));
}

/* Sends, once the connection stands. */
static void say(struct fixture *f, const struct bytes *frames, size_t count)
{
    for (int i = 0; i < PATIENCE_MS; i++) {
        if (link_send(f->socket, (struct bytes){0}, frames, count)) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 1, NULL);
    }
    fail_msg("nobody took the message");
}

static struct link_message heard(struct fixture *f)
{
    struct link_message message;
    if (!link_wait(&f->socket, 1, NULL, 0, PATIENCE_MS, NULL) ||
        !link_receive(f->socket, BUS_MESSAGE_BYTES_MAX, &message)) {
        fail_msg("nobody answered");
    }
    return message;
}

static struct bytes packed(struct fixture *f, const struct wire_message *message,
                           const void *record)
{
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, message, record);
    return arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
}

/* What is asked: a command or a query of the toys. */
struct asked {
    const struct wire_message *message;
    int64_t amount;
    int64_t remind;
    const char *source; /* whose log is known up to `seen` */
    int64_t seen;
    int64_t deadline_ms;
    enum principal_kind kind; /* 0 stands for staff */
};

static struct bytes request_of(struct fixture *f, struct asked asked)
{
    struct toy_add add = {.case_id = {{{1}}}, .amount = asked.amount, .remind = asked.remind};
    struct log_position_seen seen = {.source = text_of(asked.source), .seq = asked.seen};
    struct request request = {
        .id = ++f->next_id,
        .name = text_of(asked.message->name),
        .deadline_ms = asked.deadline_ms == 0 ? 1000 : asked.deadline_ms,
        .principal = {.kind = asked.kind == 0 ? PRINCIPAL_STAFF : asked.kind},
        .positions = {&seen, asked.source == NULL ? 0 : 1},
        .body = {.message = asked.message, .data = &add},
    };
    return packed(f, &request_message, &request);
}

static struct reply reply_of(struct fixture *f, struct bytes frame)
{
    struct reply reply;
    struct bytes kept = arena_copy_bytes(&f->arena, frame);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply;
}

static struct reply answered(struct fixture *f, struct asked asked)
{
    struct bytes frame = request_of(f, asked);
    say(f, &frame, 1);
    return reply_of(f, heard(f).frames[0]);
}

static int64_t total_told(struct fixture *f, const struct reply *reply)
{
    struct toy_total total;
    assert_true(text_is_empty(reply->problem.type));
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &reply->answer,
                                             &toy_total_message, &total, NULL));
    return total.total;
}

/* Asks until the sum is `expected`. */
static void wait_for_total(struct fixture *f, int64_t expected)
{
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        struct reply reply = answered(f, (struct asked){.message = &toy_ask_message});
        if (total_told(f, &reply) == expected) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    fail_msg("the sum never came to %d", (int)expected);
}

/* -- tests ------------------------------------------------------------------------------------- */

static void what_one_service_says_reaches_another_by_way_of_the_archivist(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    (void)started(f, &mirror);
    (void)started(f, &archivist);
    call(f, "counter", ENDPOINT_COMMAND);
    struct reply reply = {0};
    for (int64_t i = 0; i < 50; i++) {
        reply = answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
        assert_int_equal(reply.seq, i + 1);
    }
    call(f, "mirror", ENDPOINT_QUERY);
    for (int i = 0; i < 10; i++) { /* streams may need longer than one request may wait */
        struct asked ask = {
            .message = &toy_ask_message, .source = "counter", .seen = 50, .deadline_ms = 5000};
        reply = answered(f, ask);
        if (text_is_empty(reply.problem.type)) {
            break;
        }
        assert_true(text_equal_string(reply.problem.type, "behind"));
    }
    assert_int_equal(total_told(f, &reply), 150);
}

static void an_archivist_that_has_more_than_the_log_ends_the_service(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    call(f, "counter", ENDPOINT_STREAM);
    struct stream_want want = {
        .consumer = TEXT_LITERAL(ARCHIVIST), .done = 2, .next = 3, .credit = 9};
    struct bytes frame = packed(f, &stream_want_message, &want);
    say(f, &frame, 1);
    assert_int_equal(heard(f).frames[0].data[0], 'X');
    assert_int_equal(ended(f), HOST_EXIT_NEEDS_A_PERSON);
    assert_true(was_logged(f, "\"event\":\"archive.diverged\""));
}

static void another_consumer_that_has_more_than_the_log_ends_nothing(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_STREAM);
    struct stream_want want = {
        .consumer = TEXT_LITERAL("mirror"), .done = 2, .next = 3, .credit = 9};
    struct bytes frame = packed(f, &stream_want_message, &want);
    say(f, &frame, 1);
    assert_int_equal(heard(f).frames[0].data[0], 'X');
    call(f, "counter", ENDPOINT_COMMAND);
    assert_int_equal(answered(f, (struct asked){.message = &toy_add_message, .amount = 3}).seq, 1);
}

static void a_query_waits_for_the_own_log_it_relies_on(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {
        .message = &toy_ask_message, .source = "counter", .seen = 1, .deadline_ms = 50};
    assert_true(text_equal_string(answered(f, ask).problem.type, "behind"));
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    call(f, "counter", ENDPOINT_QUERY);
    struct reply reply = answered(f, ask);
    assert_int_equal(total_told(f, &reply), 3);
    assert_int_equal(reply.seq, 1);
}

static void a_query_that_finds_the_store_spoilt_does_not_spoil_the_next(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct bytes frames[] = {
        request_of(f, (struct asked){.message = &toy_ask_message, .amount = AMOUNT_FAILS}),
        request_of(f, (struct asked){.message = &toy_ask_message}),
    };
    say(f, frames, 2);
    struct link_message message = heard(f);
    assert_int_equal(message.frame_count, 2);
    struct reply first = reply_of(f, message.frames[0]);
    assert_true(text_equal_string(first.problem.type, "internal"));
    struct reply second = reply_of(f, message.frames[1]);
    assert_int_equal(total_told(f, &second), 0);
}

static void a_query_in_the_name_of_the_hall_is_refused(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {.message = &toy_ask_message, .kind = PRINCIPAL_SYSTEM};
    assert_true(text_equal_string(answered(f, ask).problem.type, "forbidden"));
}

static void a_query_too_many_that_would_have_to_wait_is_refused(void **state)
{
    struct fixture *f = *state;
    enum { WAITING = 1024, FRAMES = 256 };
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {
        .message = &toy_ask_message, .source = "counter", .seen = 1, .deadline_ms = 60000};
    struct bytes frames[FRAMES];
    for (int sent = 0; sent < WAITING; sent += FRAMES) {
        for (int i = 0; i < FRAMES; i++) {
            frames[i] = request_of(f, ask);
        }
        say(f, frames, FRAMES);
    }
    struct reply reply = answered(f, ask);
    assert_int_equal(reply.id, WAITING + 1);
    assert_true(text_equal_string(reply.problem.type, "behind"));
}

static void who_waits_for_a_stream_hears_when_the_service_ends(void **state)
{
    struct fixture *f = *state;
    struct host *host = started(f, &mirror);
    call(f, "mirror", ENDPOINT_COMMAND);
    struct bytes frames[] = {
        request_of(f, (struct asked){.message = &toy_add_message, .source = "counter", .seen = 1}),
        request_of(f, (struct asked){.message = &toy_add_message}),
    };
    say(f, frames, 2);
    assert_int_equal(reply_of(f, heard(f).frames[0]).id, 2); /* the first one waits */
    host_stop(host);
    struct reply reply = reply_of(f, heard(f).frames[0]);
    assert_int_equal(reply.id, 1);
    assert_true(text_equal_string(reply.problem.type, "behind"));
    assert_int_equal(ended(f), HOST_EXIT_ENDED);
}

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
    struct reason reason = {""};
    char texts[][20] = {"test", "--data", "", "--map-size", "64m", "--clock", "virtual"};
    char *arguments[] = {texts[0], texts[1], f->folder, texts[3], texts[4], texts[5], texts[6]};
    assert_int_equal(ERR_OK, options_read(&f->options, 7, arguments, &reason));
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

static void what_the_clock_is_trusted_for_is_kept(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    char path[100];
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    (void)snprintf(path, sizeof path, "%s/counter/clock", f->folder);
    assert_int_equal(stat(path, &status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_one_service_says_reaches_another_by_way_of_the_archivist),
        CASE(an_archivist_that_has_more_than_the_log_ends_the_service),
        CASE(another_consumer_that_has_more_than_the_log_ends_nothing),
        CASE(a_query_waits_for_the_own_log_it_relies_on),
        CASE(a_query_that_finds_the_store_spoilt_does_not_spoil_the_next),
        CASE(a_query_in_the_name_of_the_hall_is_refused),
        CASE(a_query_too_many_that_would_have_to_wait_is_refused),
        CASE(who_waits_for_a_stream_hears_when_the_service_ends),
        CASE(an_order_that_fails_does_not_stand_before_the_others),
        CASE(nothing_is_performed_while_its_outcome_cannot_be_recorded),
        CASE(an_upload_needs_a_number_of_its_own_and_no_file),
        CASE(more_than_the_credit_of_an_upload_is_refused),
        CASE(what_the_clock_is_trusted_for_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
