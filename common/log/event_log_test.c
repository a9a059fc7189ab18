/* A service's log: gapless, chained, and a changed bit of it is never served. */
#include "base/test_kit.h"
#include "log/event_log.h"

enum { TABLE_LOG, TABLE_COUNT };

static const struct store_table tables[] = {{"log", STORE_SEQUENCE}};

struct fixture {
    struct test_folder folder;
    struct hasher hasher;
    struct store *store;
    struct store_txn *txn;
    struct log_position end;
};

static void open_store(struct fixture *f)
{
    struct reason reason = {""};
    struct store_options options = {
        .folder = f->folder.path, .map_bytes = 16 << 20, .without_sync = true};
    assert_int_equal(ERR_OK, store_open(&options, tables, TABLE_COUNT, &f->store, &reason));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    hasher_init(&f->hasher);
    open_store(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_abort(&f->txn);
    store_close(&f->store);
    hasher_free(&f->hasher);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static void append(struct fixture *f, const char *record)
{
    log_append(f->txn, TABLE_LOG, &f->hasher, &f->end, bytes_of(record, strlen(record)));
}

/* The chain as the header of the log says, by hand. */
static struct hash chain_of(struct fixture *f, const struct hash *before, const char *record)
{
    hash_begin(&f->hasher);
    hash_add(&f->hasher, bytes_of(before->bytes, sizeof before->bytes));
    hash_add(&f->hasher, bytes_of(record, strlen(record)));
    return hash_end(&f->hasher);
}

static void assert_end(struct fixture *f, uint64_t seq, const struct hash *chain)
{
    struct log_position end = log_end(f->txn, TABLE_LOG);
    assert_int_equal(seq, end.seq);
    assert_true(hash_equal(chain, &end.chain));
}

static void an_empty_log_ends_at_zero(void **state)
{
    struct fixture *f = *state;
    assert_end(f, 0, &(struct hash){0});
    assert_int_equal(ERR_OK, store_error(f->txn));
}

static void records_are_numbered_from_one_and_chained_to_the_one_before(void **state)
{
    struct fixture *f = *state;
    static const char *const records[] = {"first", "second", "third"};
    struct hash chain = {0};
    for (uint64_t i = 0; i < COUNT(records); i++) {
        append(f, records[i]);
        chain = chain_of(f, &chain, records[i]);
        assert_int_equal(i + 1, f->end.seq);
        assert_true(hash_equal(&chain, &f->end.chain));
        assert_end(f, i + 1, &chain);
    }
}

static void a_record_is_stored_behind_its_chain(void **state)
{
    struct fixture *f = *state;
    struct bytes value;
    append(f, "first");
    assert_true(store_get_sequence(f->txn, TABLE_LOG, 1, &value));
    assert_int_equal(HASH_BYTES + 5, value.size);
    assert_memory_equal(value.data, f->end.chain.bytes, HASH_BYTES);
    assert_memory_equal(value.data + HASH_BYTES, "first", 5);
}

static void what_was_appended_is_read_again_and_after_a_restart(void **state)
{
    struct fixture *f = *state;
    struct log_record record;
    append(f, "first");
    append(f, "second");
    struct log_position end = f->end;
    assert_int_equal(ERR_OK, store_commit(&f->txn));
    store_close(&f->store);
    open_store(f);
    assert_end(f, 2, &end.chain);
    f->end = log_end(f->txn, TABLE_LOG);
    append(f, "third");
    assert_true(log_read(f->txn, TABLE_LOG, 1, &record));
    assert_int_equal(1, record.seq);
    assert_bytes(record.bytes, "first", 5);
    assert_true(log_read(f->txn, TABLE_LOG, 3, &record));
    assert_bytes(record.bytes, "third", 5);
    struct hash expected = chain_of(f, &end.chain, "third");
    assert_true(hash_equal(&expected, &record.chain));
}

static void a_record_that_is_not_there_is_no_error(void **state)
{
    struct fixture *f = *state;
    struct log_record record;
    append(f, "first");
    assert_false(log_read(f->txn, TABLE_LOG, 0, &record));
    assert_false(log_read(f->txn, TABLE_LOG, 2, &record));
    assert_false(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 2, &record));
    assert_false(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 3, &record));
    assert_int_equal(ERR_OK, store_error(f->txn));
}

static void a_record_follows_only_the_one_it_was_chained_to(void **state)
{
    struct fixture *f = *state;
    struct log_record first;
    struct log_record second;
    append(f, "first");
    append(f, "second");
    assert_true(log_read(f->txn, TABLE_LOG, 1, &first));
    assert_true(log_read(f->txn, TABLE_LOG, 2, &second));
    assert_true(log_follows(&f->hasher, &(struct hash){0}, &first));
    assert_true(log_follows(&f->hasher, &first.chain, &second));
    assert_false(log_follows(&f->hasher, &(struct hash){0}, &second));
    assert_false(log_follows(&f->hasher, &second.chain, &first));
}

static void a_flipped_bit_is_noticed_wherever_it_stands(void **state)
{
    struct fixture *f = *state;
    struct log_record record;
    uint8_t bytes[] = "the record";
    const struct hash before = {{1, 2, 3}};
    record = (struct log_record){.seq = 2, .bytes = bytes_of(bytes, sizeof bytes)};
    record.chain = hash_chain(&f->hasher, &before, record.bytes);
    assert_true(log_follows(&f->hasher, &before, &record));
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(log_follows(&f->hasher, &before, &record));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * HASH_BYTES; bit++) {
        struct hash other = before;
        other.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(log_follows(&f->hasher, &other, &record));
        record.chain.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(log_follows(&f->hasher, &before, &record));
        record.chain.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(log_follows(&f->hasher, &before, &record));
}

/* Changes one byte of the stored value of `seq`, past the log. */
static void tamper(struct fixture *f, uint64_t seq, size_t offset)
{
    uint8_t changed[200];
    struct bytes value;
    assert_true(store_get_sequence(f->txn, TABLE_LOG, seq, &value));
    assert_true(offset < value.size && value.size <= sizeof changed);
    memcpy(changed, value.data, value.size);
    changed[offset] ^= 1;
    store_put(f->txn, TABLE_LOG, bytes_of(&seq, sizeof seq), bytes_of(changed, value.size));
}

static void a_record_is_proved_before_it_is_served(void **state)
{
    struct fixture *f = *state;
    struct log_record record;
    append(f, "first");
    append(f, "second");
    append(f, "third");
    assert_true(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 1, &record));
    assert_bytes(record.bytes, "first", 5);
    assert_true(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 3, &record));
    assert_bytes(record.bytes, "third", 5);
    tamper(f, 2, HASH_BYTES + 1);
    assert_true(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 1, &record));
    assert_false(log_read_proved(f->txn, TABLE_LOG, &f->hasher, 2, &record));
    assert_int_equal(ERR_CORRUPT, store_error(f->txn));
}

static void a_changed_chain_spoils_both_records_that_it_joins(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seq = 2; seq <= 3; seq++) {
        struct log_record record;
        f->end = log_end(f->txn, TABLE_LOG);
        append(f, "first");
        append(f, "second");
        append(f, "third");
        tamper(f, 2, 0);
        assert_false(log_read_proved(f->txn, TABLE_LOG, &f->hasher, seq, &record));
        assert_int_equal(ERR_CORRUPT, store_commit(&f->txn));
        assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
    }
}

static void a_stored_value_too_short_to_be_a_record_is_corrupt(void **state)
{
    struct fixture *f = *state;
    struct log_record record;
    uint64_t seq = 1;
    uint8_t chain_alone[HASH_BYTES] = {0};
    store_put(f->txn, TABLE_LOG, bytes_of(&seq, sizeof seq),
              bytes_of(chain_alone, sizeof chain_alone));
    assert_false(log_read(f->txn, TABLE_LOG, 1, &record));
    assert_int_equal(ERR_CORRUPT, store_error(f->txn));
}

static void a_value_has_1_to_61504_bytes(void **state)
{
    struct fixture *f = *state;
    static const uint8_t bytes[LOG_VALUE_BYTES_MAX + 1];
    assert_int_equal(61504, LOG_VALUE_BYTES_MAX); /* a record of 60 KiB, and the archivist's note */
    log_append(f->txn, TABLE_LOG, &f->hasher, &f->end, bytes_of(bytes, 1));
    log_append(f->txn, TABLE_LOG, &f->hasher, &f->end, bytes_of(bytes, LOG_VALUE_BYTES_MAX));
    assert_int_equal(2, f->end.seq);
    assert_int_equal(ERR_OK, store_error(f->txn));
    assert_check_fails(
        log_append(f->txn, TABLE_LOG, &f->hasher, &f->end, bytes_of(bytes, sizeof bytes)));
    assert_check_fails(log_append(f->txn, TABLE_LOG, &f->hasher, &f->end, bytes_of(bytes, 0)));
}

static void after_an_error_the_end_stays_where_it_was(void **state)
{
    struct fixture *f = *state;
    append(f, "first");
    struct log_position before = f->end;
    store_fail(f->txn, ERR_FULL);
    append(f, "second");
    assert_int_equal(before.seq, f->end.seq);
    assert_true(hash_equal(&before.chain, &f->end.chain));
    assert_int_equal(ERR_FULL, store_commit(&f->txn));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
    assert_end(f, 0, &(struct hash){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(an_empty_log_ends_at_zero),
        CASE(records_are_numbered_from_one_and_chained_to_the_one_before),
        CASE(a_record_is_stored_behind_its_chain),
        CASE(what_was_appended_is_read_again_and_after_a_restart),
        CASE(a_record_that_is_not_there_is_no_error),
        CASE(a_record_follows_only_the_one_it_was_chained_to),
        CASE(a_flipped_bit_is_noticed_wherever_it_stands),
        CASE(a_record_is_proved_before_it_is_served),
        CASE(a_changed_chain_spoils_both_records_that_it_joins),
        CASE(a_stored_value_too_short_to_be_a_record_is_corrupt),
        CASE(a_value_has_1_to_61504_bytes),
        CASE(after_an_error_the_end_stays_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
