/* The store: values, sequences, cursors and digests of one transaction after the other. */
#include "base/test_kit.h"
#include "crypto/sha256.h"
#include "store/store.h"

enum { TABLE_THINGS, TABLE_OTHERS, TABLE_LOG, TABLE_COUNT };

static const struct store_table tables[] = {
    {"things", 0}, {"others", STORE_UNDIGESTED}, {"log", STORE_SEQUENCE}};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct hasher hasher;
    struct store *store;
    struct store_txn *txn; /* a write transaction, when one is open */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    folder_begin(&f->folder);
    arena_init(&f->arena);
    hasher_init(&f->hasher);
    struct store_options options = {
        .folder = f->folder.path, .map_bytes = 16 << 20, .without_sync = true};
    assert_int_equal(ERR_OK, store_open(&options, tables, TABLE_COUNT, &f->store, &reason));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
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
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct bytes b(const char *string)
{
    return bytes_of(string, strlen(string));
}

static void put(struct fixture *f, const char *key, const char *value)
{
    store_put(f->txn, TABLE_THINGS, b(key), b(value));
}

static void assert_value(struct store_txn *txn, const char *key, const char *expected)
{
    struct bytes value = {0};
    assert_true(store_get(txn, TABLE_THINGS, b(key), &value));
    assert_bytes(value, expected, strlen(expected));
}

static void commit(struct fixture *f)
{
    assert_int_equal(ERR_OK, store_commit(&f->txn));
    assert_null(f->txn);
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
}

/* -- values ------------------------------------------------------------------------------------ */

static void a_value_is_there_until_it_is_replaced_or_deleted(void **state)
{
    struct fixture *f = *state;
    struct bytes value = {0};
    put(f, "a", "one");
    assert_value(f->txn, "a", "one");
    assert_true(store_has(f->txn, TABLE_THINGS, b("a")));
    assert_false(store_has(f->txn, TABLE_OTHERS, b("a")));
    put(f, "a", "two");
    assert_value(f->txn, "a", "two");
    assert_true(store_delete(f->txn, TABLE_THINGS, b("a")));
    assert_false(store_get(f->txn, TABLE_THINGS, b("a"), &value));
    assert_false(store_delete(f->txn, TABLE_THINGS, b("a")));
    assert_null(value.data);
    assert_int_equal(ERR_OK, store_error(f->txn));
}

static void values_may_be_empty_and_large(void **state)
{
    struct fixture *f = *state;
    struct bytes value = {0};
    uint8_t *large = arena_take(&f->arena, 100000);
    memset(large, 7, 100000);
    store_put(f->txn, TABLE_THINGS, b("empty"), (struct bytes){0});
    store_put(f->txn, TABLE_THINGS, b("large"), bytes_of(large, 100000));
    commit(f);
    assert_true(store_get(f->txn, TABLE_THINGS, b("empty"), &value));
    assert_int_equal(0, value.size);
    assert_true(store_get(f->txn, TABLE_THINGS, b("large"), &value));
    assert_bytes(value, large, 100000);
}

static void keys_have_1_to_480_bytes(void **state)
{
    struct fixture *f = *state;
    uint8_t key[STORE_KEY_BYTES_MAX + 1] = {1};
    struct bytes value;
    store_put(f->txn, TABLE_THINGS, bytes_of(key, STORE_KEY_BYTES_MAX), b("x"));
    assert_int_equal(ERR_OK, store_error(f->txn));
    assert_true(store_has(f->txn, TABLE_THINGS, bytes_of(key, STORE_KEY_BYTES_MAX)));
    assert_check_fails(store_put(f->txn, TABLE_THINGS, bytes_of(key, sizeof key), b("x")));
    assert_check_fails(store_put(f->txn, TABLE_THINGS, bytes_of(key, 0), b("x")));
    assert_check_fails((void)store_get(f->txn, TABLE_THINGS, bytes_of(key, sizeof key), &value));
    assert_check_fails((void)store_get(f->txn, TABLE_COUNT, b("a"), &value));
}

static void a_table_is_counted_and_cleared(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, store_count(f->txn, TABLE_THINGS));
    put(f, "a", "1");
    put(f, "b", "2");
    store_put(f->txn, TABLE_OTHERS, b("a"), b("1"));
    assert_int_equal(2, store_count(f->txn, TABLE_THINGS));
    store_clear(f->txn, TABLE_THINGS);
    assert_int_equal(0, store_count(f->txn, TABLE_THINGS));
    assert_int_equal(1, store_count(f->txn, TABLE_OTHERS));
}

/* -- transactions ------------------------------------------------------------------------------ */

static void what_is_aborted_never_was(void **state)
{
    struct fixture *f = *state;
    put(f, "a", "kept");
    commit(f);
    put(f, "a", "changed");
    put(f, "b", "new");
    memcpy(store_append(f->txn, TABLE_LOG, 1, 1), "x", 1);
    store_abort(&f->txn);
    assert_null(f->txn);
    store_abort(&f->txn);
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
    assert_value(f->txn, "a", "kept");
    assert_int_equal(1, store_count(f->txn, TABLE_THINGS));
    assert_int_equal(0, store_count(f->txn, TABLE_LOG));
}

static void after_an_error_nothing_is_done_and_the_commit_returns_it(void **state)
{
    struct fixture *f = *state;
    struct bytes value = {0};
    struct store_cursor cursor;
    put(f, "a", "kept");
    commit(f);
    put(f, "a", "changed");
    store_fail(f->txn, ERR_CORRUPT);
    store_fail(f->txn, ERR_FULL); /* the first one counts */
    assert_int_equal(ERR_CORRUPT, store_error(f->txn));
    put(f, "b", "new");
    assert_false(store_get(f->txn, TABLE_THINGS, b("a"), &value));
    assert_false(store_delete(f->txn, TABLE_THINGS, b("a")));
    assert_null(store_append(f->txn, TABLE_LOG, 1, 1));
    assert_int_equal(0, store_count(f->txn, TABLE_THINGS));
    store_clear(f->txn, TABLE_THINGS);
    store_cursor_open(&cursor, f->txn, TABLE_THINGS);
    assert_false(store_first(&cursor));
    store_cursor_close(&cursor);
    assert_int_equal(ERR_CORRUPT, store_commit(&f->txn));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &f->txn));
    assert_value(f->txn, "a", "kept");
    assert_int_equal(1, store_count(f->txn, TABLE_THINGS));
}

static void a_reader_keeps_what_it_saw_until_it_looks_again(void **state)
{
    struct fixture *f = *state;
    struct store_txn *reader = NULL;
    put(f, "a", "old");
    commit(f);
    assert_int_equal(ERR_OK, store_begin_read(f->store, &reader));
    put(f, "a", "new");
    assert_value(reader, "a", "old");
    commit(f);
    assert_value(reader, "a", "old");
    store_reset_read(reader);
    assert_int_equal(ERR_OK, store_renew_read(reader));
    assert_value(reader, "a", "new");
    store_fail(reader, ERR_CORRUPT);
    store_reset_read(reader);
    assert_int_equal(ERR_OK, store_renew_read(reader)); /* an error ends with its snapshot */
    assert_value(reader, "a", "new");
    assert_check_fails(store_put(reader, TABLE_THINGS, b("a"), b("x")));
    store_end_read(&reader);
    assert_null(reader);
}

/* -- sequences --------------------------------------------------------------------------------- */

static void append(struct fixture *f, uint64_t key, const char *value)
{
    uint8_t *place = store_append(f->txn, TABLE_LOG, key, strlen(value));
    assert_non_null(place);
    memcpy(place, value, strlen(value));
}

static void a_sequence_grows_at_its_end(void **state)
{
    struct fixture *f = *state;
    uint64_t last = 99;
    struct bytes value = {0};
    assert_false(store_last_sequence(f->txn, TABLE_LOG, &last));
    assert_int_equal(99, last);
    append(f, 1, "one");
    append(f, 255, "two");
    append(f, 256, "three");
    append(f, UINT64_C(1) << 40, "four");
    commit(f);
    assert_true(store_last_sequence(f->txn, TABLE_LOG, &last));
    assert_true(last == UINT64_C(1) << 40);
    assert_true(store_get_sequence(f->txn, TABLE_LOG, 256, &value));
    assert_bytes(value, "three", 5);
    assert_false(store_get_sequence(f->txn, TABLE_LOG, 2, &value));
    assert_int_equal(ERR_OK, store_error(f->txn));
}

static void a_number_that_does_not_grow_is_a_bug(void **state)
{
    struct fixture *f = *state;
    struct bytes value;
    append(f, 256, "x");
    assert_check_fails((void)store_append(f->txn, TABLE_LOG, 256, 1));
    assert_check_fails((void)store_append(f->txn, TABLE_LOG, 255, 1));
    assert_check_fails((void)store_append(f->txn, TABLE_THINGS, 257, 1));
    assert_check_fails((void)store_get_sequence(f->txn, TABLE_THINGS, 1, &value));
}

/* -- cursors ----------------------------------------------------------------------------------- */

static void assert_at(const struct store_cursor *cursor, const char *key, const char *value)
{
    assert_bytes(cursor->key, key, strlen(key));
    assert_bytes(cursor->value, value, strlen(value));
}

static void a_cursor_goes_through_a_table_both_ways(void **state)
{
    struct fixture *f = *state;
    struct store_cursor cursor;
    put(f, "b", "2");
    put(f, "c", "3");
    put(f, "a", "1");
    store_cursor_open(&cursor, f->txn, TABLE_THINGS);
    assert_true(store_first(&cursor));
    assert_at(&cursor, "a", "1");
    assert_true(store_next(&cursor));
    assert_at(&cursor, "b", "2");
    assert_true(store_next(&cursor));
    assert_at(&cursor, "c", "3");
    assert_false(store_next(&cursor));
    assert_true(store_last(&cursor));
    assert_at(&cursor, "c", "3");
    assert_true(store_previous(&cursor));
    assert_at(&cursor, "b", "2");
    assert_true(store_previous(&cursor));
    assert_at(&cursor, "a", "1");
    assert_false(store_previous(&cursor));
    assert_int_equal(ERR_OK, store_error(f->txn));
    store_cursor_close(&cursor);
    store_cursor_close(&cursor);
}

static void a_cursor_seeks_the_first_key_that_is_not_less(void **state)
{
    struct fixture *f = *state;
    struct store_cursor cursor;
    put(f, "b", "2");
    put(f, "bb", "22");
    put(f, "d", "4");
    store_cursor_open(&cursor, f->txn, TABLE_THINGS);
    assert_true(store_seek(&cursor, b("b")));
    assert_at(&cursor, "b", "2");
    assert_true(store_seek(&cursor, b("ba")));
    assert_at(&cursor, "bb", "22");
    assert_true(store_seek(&cursor, b("c")));
    assert_at(&cursor, "d", "4");
    assert_true(store_previous(&cursor));
    assert_at(&cursor, "bb", "22");
    assert_false(store_seek(&cursor, b("e")));
    store_cursor_close(&cursor);
}

static void a_cursor_seeks_numbers_by_their_value(void **state)
{
    struct fixture *f = *state;
    struct store_cursor cursor;
    append(f, 1, "a");
    append(f, 256, "b");
    append(f, 65536, "c");
    store_cursor_open(&cursor, f->txn, TABLE_LOG);
    assert_true(store_seek_sequence(&cursor, 2));
    assert_int_equal(256, store_cursor_sequence(&cursor));
    assert_true(store_next(&cursor));
    assert_int_equal(65536, store_cursor_sequence(&cursor));
    assert_false(store_seek_sequence(&cursor, 65537));
    assert_true(store_seek_sequence(&cursor, 0));
    assert_int_equal(1, store_cursor_sequence(&cursor));
    store_cursor_close(&cursor);
}

static void an_empty_table_has_neither_first_nor_last(void **state)
{
    struct fixture *f = *state;
    struct store_cursor cursor;
    store_cursor_open(&cursor, f->txn, TABLE_THINGS);
    assert_false(store_first(&cursor));
    assert_false(store_last(&cursor));
    assert_false(store_seek(&cursor, b("a")));
    assert_false(store_next(&cursor));
    store_cursor_close(&cursor);
    assert_int_equal(ERR_OK, store_error(f->txn));
}

/* -- digests ----------------------------------------------------------------------------------- */

static struct hash digest(struct fixture *f)
{
    return store_digest(f->txn, TABLE_THINGS, &f->hasher);
}

static void assert_differs(const struct hash *left, const struct hash *right)
{
    assert_false(hash_equal(left, right));
}

static void equal_tables_have_equal_digests_however_they_came_about(void **state)
{
    struct fixture *f = *state;
    struct store_txn *reader = NULL;
    put(f, "a", "1");
    put(f, "b", "2");
    struct hash first = digest(f);
    store_clear(f->txn, TABLE_THINGS);
    put(f, "c", "3");
    put(f, "b", "9");
    put(f, "b", "2");
    put(f, "a", "1");
    assert_true(store_delete(f->txn, TABLE_THINGS, b("c")));
    struct hash second = digest(f);
    assert_true(hash_equal(&first, &second));
    commit(f);
    assert_int_equal(ERR_OK, store_begin_read(f->store, &reader));
    struct hash read = store_digest(reader, TABLE_THINGS, &f->hasher);
    assert_true(hash_equal(&first, &read));
    store_end_read(&reader);
}

static void whatever_differs_shows_in_the_digest(void **state)
{
    struct fixture *f = *state;
    static const char *const others[][2] = {
        {"ab", "d"},  /* another value */
        {"ac", "c"},  /* another key */
        {"a", "bc"},  /* the same letters, cut elsewhere */
        {"abc", ""},  /* all of them in the key */
        {"ab", "cc"}, /* more */
    };
    struct hash empty = digest(f);
    put(f, "ab", "c");
    struct hash one = digest(f);
    assert_differs(&empty, &one);
    for (size_t i = 0; i < COUNT(others); i++) {
        store_clear(f->txn, TABLE_THINGS);
        put(f, others[i][0], others[i][1]);
        struct hash other = digest(f);
        assert_differs(&one, &other);
    }
    store_clear(f->txn, TABLE_THINGS);
    put(f, "ab", "c");
    put(f, "b", "c");
    struct hash two = digest(f);
    assert_differs(&one, &two);
}

static void a_digest_is_the_hash_of_sizes_keys_and_values_in_order(void **state)
{
    struct fixture *f = *state;
    static const uint8_t expected[] = "\0\0\0\0\0\0\0\1"
                                      "\0\0\0\0\0\0\0\2"
                                      "axy"
                                      "\0\0\0\0\0\0\0\2"
                                      "\0\0\0\0\0\0\0\0"
                                      "bb";
    put(f, "bb", "");
    put(f, "a", "xy");
    struct hash by_hand = hash_of(&f->hasher, bytes_of(expected, sizeof expected - 1));
    struct hash by_store = digest(f);
    assert_true(hash_equal(&by_hand, &by_store));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_value_is_there_until_it_is_replaced_or_deleted),
        CASE(values_may_be_empty_and_large),
        CASE(keys_have_1_to_480_bytes),
        CASE(a_table_is_counted_and_cleared),
        CASE(what_is_aborted_never_was),
        CASE(after_an_error_nothing_is_done_and_the_commit_returns_it),
        CASE(a_reader_keeps_what_it_saw_until_it_looks_again),
        CASE(a_sequence_grows_at_its_end),
        CASE(a_number_that_does_not_grow_is_a_bug),
        CASE(a_cursor_goes_through_a_table_both_ways),
        CASE(a_cursor_seeks_the_first_key_that_is_not_less),
        CASE(a_cursor_seeks_numbers_by_their_value),
        CASE(an_empty_table_has_neither_first_nor_last),
        CASE(equal_tables_have_equal_digests_however_they_came_about),
        CASE(whatever_differs_shows_in_the_digest),
        CASE(a_digest_is_the_hash_of_sizes_keys_and_values_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
