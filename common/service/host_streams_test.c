/* Streams between running hosts, and what a producer and a consumer do when the other end is not
 * what it should be. */
#include "service/host_kit.h"

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

/* -- real ends --------------------------------------------------------------------------------- */

/* Adds `amount` to the counter, `times` times. */
static void added(struct fixture *f, int64_t amount, int times)
{
    call(f, "counter", ENDPOINT_COMMAND);
    for (int i = 0; i < times; i++) {
        struct reply reply =
            answered(f, (struct asked){.message = &toy_add_message, .amount = amount});
        assert_true(text_is_empty(reply.problem.type));
    }
}

static void mirrored(struct fixture *f, int64_t total)
{
    call(f, "mirror", ENDPOINT_QUERY);
    wait_for_total(f, total);
}

static void a_consumer_that_comes_back_goes_on_where_it_was(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    (void)started(f, &archivist);
    (void)started(f, &mirror);
    added(f, 3, 3);
    mirrored(f, 9);
    stopped(f);
    added(f, 5, 2);
    (void)started(f, &mirror);
    mirrored(f, 19);
}

static void a_producer_that_comes_back_is_followed(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &archivist);
    (void)started(f, &mirror);
    (void)started(f, &counter);
    added(f, 3, 3);
    mirrored(f, 9);
    stopped(f);
    (void)started(f, &counter);
    added(f, 5, 2);
    mirrored(f, 19);
}

static void a_window_of_one_record_is_enough(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    (void)started(f, &archivist);
    options_use(f, "--stream-window", "1");
    (void)started(f, &mirror);
    added(f, 2, 10);
    mirrored(f, 20);
}

/* -- a consumer by hand ------------------------------------------------------------------------ */

static void want_say(struct fixture *f, const struct stream_want *want)
{
    struct bytes frame = packed(f, &stream_want_message, want);
    say(f, &frame, 1);
}

/* What the producer sends next, records or a sign of life. */
static struct stream_records records_heard(struct fixture *f)
{
    struct stream_records records;
    struct link_message message = heard(f);
    assert_int_equal(message.frame_count, 2);
    assert_int_equal(message.frames[0].data[0], 'R');
    struct bytes kept = arena_copy_bytes(&f->arena, message.frames[1]);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN,
                                         &stream_records_message, kept, &records, NULL));
    return records;
}

/* Says what it wants until the producer may say so many records. */
static void wait_for_release(struct fixture *f, const char *consumer, int64_t end)
{
    struct stream_want want = {.consumer = text_of(consumer), .next = 1, .credit = 0, .ping = true};
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        want_say(f, &want);
        if (records_heard(f).end == end) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    fail_msg("it never released %d records", (int)end);
}

static void nothing_is_released_that_the_archivist_does_not_have(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    added(f, 3, 2);
    call(f, "counter", ENDPOINT_STREAM);
    struct stream_want want = {
        .consumer = TEXT_LITERAL("mirror"), .next = 1, .credit = 9, .ping = true};
    want_say(f, &want);
    struct stream_records records = records_heard(f);
    assert_int_equal(records.records.count, 0);
    assert_int_equal(records.end, 0);
    (void)started(f, &archivist);
    records = records_heard(f);
    assert_int_equal(records.first, 1);
    assert_int_equal(records.end, 2);
}

static void no_more_is_sent_than_there_is_credit_for(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    (void)started(f, &archivist);
    added(f, 3, 5);
    call(f, "counter", ENDPOINT_STREAM);
    wait_for_release(f, "mirror", 5);
    struct stream_want want = {.consumer = TEXT_LITERAL("mirror"), .next = 1, .credit = 3};
    want_say(f, &want);
    struct stream_records records = records_heard(f);
    assert_int_equal(records.first, 1);
    assert_int_equal(records.records.count, 3);
    want = (struct stream_want){
        .consumer = TEXT_LITERAL("mirror"), .next = 4, .credit = 3, .ping = true};
    want_say(f, &want);
    assert_int_equal(records_heard(f).records.count, 0);
    want.ping = false;
    want.credit = 9;
    want_say(f, &want);
    records = records_heard(f);
    assert_int_equal(records.first, 4);
    assert_int_equal(records.records.count, 2);
}

static void what_was_lost_on_the_way_is_sent_again(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    (void)started(f, &archivist);
    added(f, 3, 5);
    call(f, "counter", ENDPOINT_STREAM);
    wait_for_release(f, "mirror", 5);
    struct stream_want want = {.consumer = TEXT_LITERAL("mirror"), .next = 1, .credit = 5};
    want_say(f, &want);
    assert_int_equal(records_heard(f).records.count, 5);
    want.next = 3;
    want.ping = true; /* 3 to 5 are under way, as far as the producer knows */
    want_say(f, &want);
    struct stream_records records = records_heard(f);
    assert_int_equal(records.records.count, 0);
    assert_int_equal(records.first, 6);
    want.ping = false;
    want.restart = true;
    want_say(f, &want);
    records = records_heard(f);
    assert_int_equal(records.first, 3);
    assert_int_equal(records.records.count, 3);
}

/* Changes a byte of the counter's record `seq`, as a disk may; the counter must not run. */
static void record_spoil(struct fixture *f, uint64_t seq)
{
    char folder[100];
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct bytes value;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/counter", f->folder.path);
    struct store_options options = {.folder = folder, .map_bytes = 64 << 20};
    assert_int_equal(ERR_OK, engine_store_open(&counter, &options, &store, &reason));
    assert_int_equal(ERR_OK, store_begin_write(store, &txn));
    assert_true(store_get_sequence(txn, TABLE_LOG, seq, &value));
    uint8_t *spoilt = arena_take(&f->arena, value.size);
    memcpy(spoilt, value.data, value.size);
    spoilt[value.size - 1] ^= 1;
    store_put(txn, TABLE_LOG, bytes_of(&seq, sizeof seq), bytes_of(spoilt, value.size));
    assert_int_equal(ERR_OK, store_commit(&txn));
    store_close(&store);
}

static void a_spoilt_record_is_never_served_and_told(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    added(f, 3, 3);
    call(f, "counter", ENDPOINT_QUERY);
    assert_true(health_told(f).ready);
    stopped(f);
    record_spoil(f, 2);
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_STREAM);
    struct stream_want want = {.consumer = TEXT_LITERAL(ARCHIVIST), .next = 1, .credit = 9};
    want_say(f, &want);
    struct stream_records records = records_heard(f);
    assert_int_equal(records.first, 1);
    assert_int_equal(records.records.count, 1);
    want = (struct stream_want){
        .consumer = TEXT_LITERAL(ARCHIVIST), .next = 2, .credit = 9, .ping = true};
    want_say(f, &want);
    assert_int_equal(records_heard(f).records.count, 0);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_health(f, false, "a stored record does not match its chain");
    assert_true(was_logged(f, "\"event\":\"log.corrupt\""));
}

/* -- a producer by hand ------------------------------------------------------------------------ */

/* Answers as the counter does; its peer is the mirror. */
struct producer {
    struct link *link;
    struct link_socket *socket;
    struct bytes peer;
};

static void producer_open(struct fixture *f, struct producer *producer)
{
    struct reason reason = {""};
    *producer = (struct producer){0};
    assert_int_equal(ERR_OK, link_open(&f->options, "counter", &producer->link, &reason));
    assert_int_equal(ERR_OK,
                     link_bind(producer->link, ENDPOINT_STREAM, &producer->socket, &reason));
}

static void producer_close(struct producer *producer)
{
    link_socket_close(&producer->socket);
    link_close(&producer->link);
}

/* Waits for a want; one that starts over when `restart` is asked for. */
static struct stream_want want_heard(struct fixture *f, struct producer *producer, bool restart)
{
    struct link_message message;
    struct stream_want want;
    for (int i = 0; i < 100; i++) {
        if (!link_wait(&producer->socket, 1, NULL, 0, PATIENCE_MS, NULL) ||
            !link_receive(producer->socket, BUS_MESSAGE_BYTES_MAX, &message)) {
            fail_msg("nobody wants anything");
        }
        producer->peer = arena_copy_bytes(&f->arena, message.sender);
        struct bytes kept = arena_copy_bytes(&f->arena, message.frames[0]);
        assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN,
                                             &stream_want_message, kept, &want, NULL));
        if (want.restart || !restart) {
            return want;
        }
    }
    fail_msg("it never starts over");
    return want;
}

static void producer_say(struct fixture *f, const struct producer *producer, const char *kind,
                         const struct wire_message *message, const void *record)
{
    struct bytes frames[] = {bytes_of(kind, 1), packed(f, message, record)};
    assert_true(link_send(producer->socket, producer->peer, frames, 2));
}

static void a_gap_is_asked_for_again(void **state)
{
    struct fixture *f = *state;
    struct producer producer;
    struct bytes record = bytes_of("x", 1);
    producer_open(f, &producer);
    (void)started(f, &mirror);
    struct stream_want want = want_heard(f, &producer, true);
    assert_int_equal(want.next, 1);
    assert_int_equal(want.done, 0);
    struct stream_records gap = {
        .source = TEXT_LITERAL("counter"), .first = 3, .end = 3, .records = {&record, 1}};
    producer_say(f, &producer, STREAM_FRAME_RECORDS, &stream_records_message, &gap);
    want = want_heard(f, &producer, true);
    assert_int_equal(want.next, 1);
    producer_close(&producer);
}

static void who_is_refused_stops_and_says_so(void **state)
{
    struct fixture *f = *state;
    struct producer producer;
    producer_open(f, &producer);
    (void)started(f, &mirror);
    (void)want_heard(f, &producer, true);
    struct stream_refused refused = {
        .source = TEXT_LITERAL("counter"), .end = 0, .reason = TEXT_LITERAL("another log")};
    producer_say(f, &producer, STREAM_FRAME_REFUSED, &stream_refused_message, &refused);
    call(f, "mirror", ENDPOINT_QUERY);
    wait_for_health(f, false, "the log of counter is not the one that was consumed");
    assert_true(was_logged(f, "\"event\":\"stream.refused\""));
    producer_close(&producer);
}

static void a_log_that_never_continues_is_another_one(void **state)
{
    struct fixture *f = *state;
    struct producer producer;
    struct bytes record = bytes_of("x", 1);
    producer_open(f, &producer);
    (void)started(f, &mirror);
    struct stream_records other = {
        .source = TEXT_LITERAL("counter"), .first = 1, .end = 1, .records = {&record, 1}};
    for (int i = 0; i < 3; i++) { /* whose chain does not lead there */
        (void)want_heard(f, &producer, true);
        producer_say(f, &producer, STREAM_FRAME_RECORDS, &stream_records_message, &other);
    }
    call(f, "mirror", ENDPOINT_QUERY);
    wait_for_health(f, false, "the log of counter is not the one that was consumed");
    producer_close(&producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_one_service_says_reaches_another_by_way_of_the_archivist),
        CASE(an_archivist_that_has_more_than_the_log_ends_the_service),
        CASE(another_consumer_that_has_more_than_the_log_ends_nothing),
        CASE(a_consumer_that_comes_back_goes_on_where_it_was),
        CASE(a_producer_that_comes_back_is_followed),
        CASE(a_window_of_one_record_is_enough),
        CASE(nothing_is_released_that_the_archivist_does_not_have),
        CASE(no_more_is_sent_than_there_is_credit_for),
        CASE(what_was_lost_on_the_way_is_sent_again),
        CASE(a_spoilt_record_is_never_served_and_told),
        CASE(a_gap_is_asked_for_again),
        CASE(who_is_refused_stops_and_says_so),
        CASE(a_log_that_never_continues_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
