/* Both ends of a stream, over a log of a few records. */
#include "bus/stream.h"

#include "base/check.h"
#include "base/test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TABLE, TABLE_COUNT, WINDOW = 8 };

static const struct store_table tables[TABLE_COUNT] = {[TABLE] = {"log", STORE_SEQUENCE}};

struct fixture {
    struct test_folder folder;
    struct store *store;
    struct store_txn *txn; /* a snapshot behind the last append */
    struct hasher hasher;
    struct log_position end;
    struct arena arena;
    struct stream_producer producer;
    struct stream_consumer consumer;
};

static void look(struct fixture *f)
{
    if (f->txn != NULL) {
        store_end_read(&f->txn);
    }
    assert_int_equal(ERR_OK, store_begin_read(f->store, &f->txn));
}

/* Appends `count` records of `size` bytes, each of its number. */
static void append(struct fixture *f, int count, size_t size)
{
    struct store_txn *txn = NULL;
    uint8_t *bytes = arena_take(&f->arena, size);
    assert_int_equal(ERR_OK, store_begin_write(f->store, &txn));
    for (int i = 0; i < count; i++) {
        memset(bytes, (int)(f->end.seq + 1), size);
        log_append(txn, TABLE, &f->hasher, &f->end, bytes_of(bytes, size));
    }
    assert_int_equal(ERR_OK, store_commit(&txn));
    look(f);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    struct hash none = {{0}};
    CHECK(f != NULL);
    folder_begin(&f->folder);
    struct store_options options = {
        .folder = f->folder.path, .map_bytes = 64 << 20, .without_sync = true};
    assert_int_equal(ERR_OK, store_open(&options, tables, TABLE_COUNT, &f->store, &reason));
    hasher_init(&f->hasher);
    arena_init(&f->arena);
    stream_producer_init(&f->producer, "fee", "audit", TABLE);
    stream_consumer_init(&f->consumer, "fee", "approval", WINDOW, 0, &none);
    look(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    stream_consumer_free(&f->consumer);
    store_end_read(&f->txn);
    store_close(&f->store);
    hasher_free(&f->hasher);
    arena_free(&f->arena);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static enum err want_taken(struct fixture *f, const struct stream_want *want)
{
    struct stream_refused refused;
    return stream_producer_take_want(&f->producer, bytes_of("peer", 4), want, f->txn, &refused);
}

/* The archivist says that it has all up to `done`. */
static void archive(struct fixture *f, uint64_t done)
{
    struct log_record record = {0};
    if (done > 0) {
        assert_true(log_read(f->txn, TABLE, done, &record));
    }
    struct stream_want want = {.consumer = TEXT_LITERAL("audit"),
                               .done = (int64_t)done,
                               .chain = record.chain,
                               .next = (int64_t)done + 1,
                               .credit = (int64_t)done};
    assert_int_equal(ERR_OK, want_taken(f, &want));
}

static struct stream_records nothing;

/* What the consumer gets for its present want. */
static struct stream_records sent(struct fixture *f)
{
    struct stream_records records = nothing;
    struct stream_want want = stream_consumer_want(&f->consumer);
    assert_int_equal(ERR_OK, want_taken(f, &want));
    for (size_t i = 0; i < f->producer.consumer_count; i++) {
        if (text_equal_string(f->producer.consumers[i].name, "approval")) {
            (void)stream_producer_next(&f->producer, i, f->txn, &f->hasher, &f->arena, &records);
        }
    }
    return records;
}

/* -- the producer's end ------------------------------------------------------------------------ */

static void others_get_only_what_the_archivist_has(void **state)
{
    struct fixture *f = *state;
    append(f, 5, 10);
    assert_int_equal(sent(f).records.count, 0);
    archive(f, 3);
    struct stream_records records = sent(f);
    assert_int_equal(records.first, 1);
    assert_int_equal(records.records.count, 3);
    assert_int_equal(records.end, 3);
}

static void an_archivist_that_was_restored_older_takes_its_word_back(void **state)
{
    struct fixture *f = *state;
    append(f, 5, 10);
    archive(f, 4);
    archive(f, 2);
    assert_int_equal(f->producer.archived, 2);
    assert_int_equal(sent(f).records.count, 2);
}

static void a_log_shorter_than_what_was_received_of_it_is_refused(void **state)
{
    struct fixture *f = *state;
    append(f, 3, 10);
    struct stream_want want = {.consumer = TEXT_LITERAL("approval"), .next = 5, .credit = 9};
    assert_int_equal(ERR_DIVERGED, want_taken(f, &want));
    want.next = 4;
    assert_int_equal(ERR_OK, want_taken(f, &want));
}

static void what_could_not_be_sent_waits_for_the_consumers_word(void **state)
{
    struct fixture *f = *state;
    struct stream_records records = nothing;
    append(f, 5, 10);
    archive(f, 5);
    assert_int_equal(sent(f).records.count, 5);
    stream_producer_unsent(&f->producer, 1, 3);
    assert_false(stream_producer_next(&f->producer, 1, f->txn, &f->hasher, &f->arena, &records));
    records = sent(f);
    assert_int_equal(records.first, 3); /* 1 and 2 are under way */
    assert_int_equal(records.records.count, 3);
}

static void what_stands_before_a_corrupt_record_is_sent(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    struct bytes value;
    uint8_t spoilt[HASH_BYTES + 10];
    uint64_t third = 3;
    append(f, 5, 10);
    archive(f, 5);
    assert_int_equal(ERR_OK, store_begin_write(f->store, &txn));
    assert_true(store_get_sequence(txn, TABLE, third, &value));
    memcpy(spoilt, value.data, sizeof spoilt);
    spoilt[HASH_BYTES] ^= 1;
    store_put(txn, TABLE, bytes_of(&third, sizeof third), bytes_of(spoilt, sizeof spoilt));
    assert_int_equal(ERR_OK, store_commit(&txn));
    look(f);
    assert_int_equal(sent(f).records.count, 2);
    assert_int_equal(store_error(f->txn), ERR_OK);
    assert_int_equal(sent(f).records.count, 0);
    assert_int_equal(store_error(f->txn), ERR_CORRUPT);
}

/* -- the consumer's end ------------------------------------------------------------------------ */

static void only_what_is_durable_is_acknowledged(void **state)
{
    struct fixture *f = *state;
    append(f, 12, 10);
    archive(f, 12);
    struct stream_records records = sent(f);
    assert_int_equal(records.records.count, WINDOW);
    assert_true(stream_consumer_take_records(&f->consumer, &records));
    /* 3 was the last event; 4 to 8 were marks. */
    stream_consumer_done(&f->consumer, 8, 3);
    struct log_record third;
    assert_true(log_read(f->txn, TABLE, 3, &third));
    struct stream_want want = stream_consumer_want(&f->consumer);
    assert_int_equal(want.done, 3);
    assert_true(hash_equal(&want.chain, &third.chain));
    assert_int_equal(want.next, 9);
    assert_int_equal(want.credit, 8 + WINDOW);
    struct log_record record;
    assert_false(stream_consumer_peek(&f->consumer, 8, &record));
}

static void many_bytes_waiting_lower_the_credit(void **state)
{
    struct fixture *f = *state;
    struct hash none = {{0}};
    enum { LARGE = 48 * 1024, COUNT = 400 };
    stream_consumer_free(&f->consumer);
    stream_consumer_init(&f->consumer, "fee", "approval", 1024, 0, &none);
    append(f, COUNT, LARGE);
    archive(f, COUNT);
    for (;;) {
        struct stream_records records = sent(f);
        if (records.records.count == 0) {
            break;
        }
        assert_true(stream_consumer_take_records(&f->consumer, &records));
    }
    /* 342 records of 48 KiB are the first to reach 16 MiB. */
    assert_int_equal(f->consumer.next, 343);
    struct stream_want want = stream_consumer_want(&f->consumer);
    assert_int_equal(want.credit, 342);
    stream_consumer_done(&f->consumer, 1, 1);
    assert_true(stream_consumer_is_urgent(&f->consumer));
    assert_int_equal(stream_consumer_want(&f->consumer).credit, 1 + 1024);
}

static void a_full_queue_takes_no_more_and_asks_for_the_rest_later(void **state)
{
    struct fixture *f = *state;
    append(f, 12, 10);
    archive(f, 12);
    f->consumer.window = 12; /* asks for more than it will have room for */
    struct stream_want want = stream_consumer_want(&f->consumer);
    f->consumer.window = WINDOW;
    struct stream_records records = nothing;
    assert_int_equal(ERR_OK, want_taken(f, &want));
    assert_true(stream_producer_next(&f->producer, 1, f->txn, &f->hasher, &f->arena, &records));
    assert_int_equal(records.records.count, 12);
    assert_true(stream_consumer_take_records(&f->consumer, &records));
    stream_consumer_done(&f->consumer, 8, 8);
    records = sent(f);
    assert_int_equal(records.first, 9);
    assert_true(stream_consumer_take_records(&f->consumer, &records));
    assert_int_equal(f->consumer.next, 13);
}

static void a_message_of_another_source_is_refused(void **state)
{
    struct fixture *f = *state;
    append(f, 1, 10);
    archive(f, 1);
    struct stream_records records = sent(f);
    records.source = TEXT_LITERAL("intake");
    assert_false(stream_consumer_take_records(&f->consumer, &records));
    assert_int_equal(f->consumer.next, 1);
    assert_int_equal(f->consumer.misdirected, 1);
    assert_int_equal(f->consumer.health, STREAM_SILENT);
}

static void a_refused_consumer_recovers_when_it_asks_again(void **state)
{
    struct fixture *f = *state;
    append(f, 1, 10);
    archive(f, 1);
    struct stream_records records = sent(f);
    stream_consumer_take_refusal(&f->consumer);
    assert_false(stream_consumer_take_records(&f->consumer, &records));
    assert_int_equal(f->consumer.health, STREAM_DIVERGED);
    stream_consumer_ask_again(&f->consumer);
    assert_int_equal(f->consumer.health, STREAM_DIVERGED);
    records = sent(f);
    assert_true(stream_consumer_take_records(&f->consumer, &records));
    assert_int_equal(f->consumer.health, STREAM_ALIVE);
}

static void records_that_never_continue_come_from_another_log(void **state)
{
    struct fixture *f = *state;
    append(f, 1, 10);
    archive(f, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_not_equal(f->consumer.health, STREAM_DIVERGED);
        struct stream_records records = sent(f);
        assert_int_equal(records.records.count, 1);
        records.chain.bytes[0] ^= 1;
        assert_false(stream_consumer_take_records(&f->consumer, &records));
        assert_int_equal(f->consumer.next, 1);
    }
    assert_int_equal(f->consumer.health, STREAM_DIVERGED);
}

static void news_wait_but_a_quarter_of_the_window_is_urgent(void **state)
{
    struct fixture *f = *state;
    append(f, 4, 10);
    archive(f, 4);
    struct stream_records records = sent(f);
    assert_true(stream_consumer_take_records(&f->consumer, &records));
    assert_false(stream_consumer_has_news(&f->consumer));
    stream_consumer_done(&f->consumer, 1, 1);
    assert_true(stream_consumer_has_news(&f->consumer));
    assert_false(stream_consumer_is_urgent(&f->consumer));
    stream_consumer_done(&f->consumer, 2, 2);
    assert_true(stream_consumer_is_urgent(&f->consumer));
    (void)stream_consumer_want(&f->consumer);
    assert_false(stream_consumer_has_news(&f->consumer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(others_get_only_what_the_archivist_has),
        CASE(an_archivist_that_was_restored_older_takes_its_word_back),
        CASE(a_log_shorter_than_what_was_received_of_it_is_refused),
        CASE(what_could_not_be_sent_waits_for_the_consumers_word),
        CASE(what_stands_before_a_corrupt_record_is_sent),
        CASE(only_what_is_durable_is_acknowledged),
        CASE(many_bytes_waiting_lower_the_credit),
        CASE(a_full_queue_takes_no_more_and_asks_for_the_rest_later),
        CASE(a_message_of_another_source_is_refused),
        CASE(a_refused_consumer_recovers_when_it_asks_again),
        CASE(records_that_never_continue_come_from_another_log),
        CASE(news_wait_but_a_quarter_of_the_window_is_urgent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
