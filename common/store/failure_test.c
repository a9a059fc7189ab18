/* The store when something is in its way: another process, another version, a full map or disk, a
 * write that fails. */
#include "base/file.h"
#include "base/test_kit.h"
#include "store/store.h"

#include <lmdb.h>

enum { TABLE_THINGS, TABLE_LOG, TABLE_COUNT, VALUE_BYTES = 1000 };

static const struct store_table tables[] = {{"things", 0}, {"log", STORE_SEQUENCE}};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct reason reason;
    struct store_options options;
    struct store *store;
};

static enum err open_store(struct fixture *f)
{
    return store_open(&f->options, tables, TABLE_COUNT, &f->store, &f->reason);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    f->options = (struct store_options){
        .folder = f->folder.path, .map_bytes = 1 << 20, .reserve_bytes = 128 << 10};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_close(&f->store);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct bytes key_of(uint32_t number, uint8_t key[4])
{
    write_be32(key, number);
    return bytes_of(key, 4);
}

/* Puts the values of that many numbers from `first` on. */
static void put_values(struct store_txn *txn, uint32_t first, uint32_t count)
{
    static const uint8_t value[VALUE_BYTES];
    uint8_t key[4];
    for (uint32_t i = 0; i < count; i++) {
        store_put(txn, TABLE_THINGS, key_of(first + i, key), bytes_of(value, sizeof value));
    }
}

static enum err put_and_commit(struct fixture *f, uint32_t first, uint32_t count)
{
    struct store_txn *txn = NULL;
    enum err err = store_begin_write(f->store, &txn);
    if (err != ERR_OK) {
        return err;
    }
    put_values(txn, first, count);
    return store_commit(&txn);
}

static uint64_t value_count(struct fixture *f)
{
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, store_begin_read(f->store, &txn));
    uint64_t count = store_count(txn, TABLE_THINGS);
    store_end_read(&txn);
    return count;
}

/* Runs `statement`, which must give true, in a process of its own. */
#define assert_in_other_process(condition)                                                         \
    do {                                                                                           \
        int status = 0;                                                                            \
        pid_t child = fork();                                                                      \
        if (child == 0) {                                                                          \
            _exit((condition) ? EXIT_SUCCESS : EXIT_FAILURE);                                      \
        }                                                                                          \
        assert_int_equal(child, waitpid(child, &status, 0));                                       \
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);                     \
    } while (false)

/* -- opening ----------------------------------------------------------------------------------- */

static void what_was_committed_is_there_when_the_store_is_opened_again(void **state)
{
    struct fixture *f = *state;
    f->options.folder = path_in(&f->folder, "made/when/missing", &f->arena);
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 10));
    store_close(&f->store);
    assert_null(f->store);
    store_close(&f->store);
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(10, value_count(f));
    assert_int_equal(TABLE_COUNT, store_table_count(f->store));
    assert_string_equal("log", store_table_at(f->store, TABLE_LOG)->name);
}

static void a_second_process_is_refused_until_the_first_is_gone(void **state)
{
    struct fixture *f = *state;
    struct store *second = NULL;
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_BUSY, store_open(&f->options, tables, TABLE_COUNT, &second, &f->reason));
    assert_null(second);
    assert_string_equal(
        f->reason.text,
        arena_print(&f->arena, "another process is using the data in %s", f->folder.path).data);
    assert_in_other_process(store_open(&f->options, tables, TABLE_COUNT, &second, NULL) ==
                            ERR_BUSY);
    store_close(&f->store);
    assert_int_equal(ERR_OK, open_store(f));
}

static void a_process_that_was_killed_leaves_no_lock(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)(open_store(f) == ERR_OK && put_and_commit(f, 1, 5) == ERR_OK);
        struct store_txn *txn = NULL;
        (void)store_begin_write(f->store, &txn);
        put_values(txn, 100, 5);
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(5, value_count(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 100, 5));
}

static bool looks_right(struct fixture *f, uint64_t expected)
{
    struct store *look = NULL;
    struct store_txn *txn = NULL;
    struct store_options options = f->options;
    options.read_only = true;
    bool opened = store_open(&options, tables, TABLE_COUNT, &look, NULL) == ERR_OK &&
                  store_begin_read(look, &txn) == ERR_OK;
    bool right = opened && store_count(txn, TABLE_THINGS) == expected;
    store_end_read(&txn);
    right = right && store_begin_write(look, &txn) == ERR_READ_ONLY;
    store_close(&look);
    return right;
}

static void another_process_may_look_beside_the_writer(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 10));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &txn));
    put_values(txn, 11, 5);
    assert_in_other_process(looks_right(f, 10));
    assert_int_equal(ERR_OK, store_commit(&txn));
    assert_in_other_process(looks_right(f, 15));
}

static void looking_makes_nothing(void **state)
{
    struct fixture *f = *state;
    f->options.read_only = true;
    f->options.folder = path_in(&f->folder, "none", &f->arena);
    assert_int_equal(ERR_NOT_FOUND, open_store(f));
    assert_false(file_exists(f->options.folder));
}

/* Puts `version` into a store past this program. */
static void version_write(struct fixture *f, const void *version, size_t size)
{
    MDB_env *environment = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi meta = 0;
    MDB_val key = {.mv_size = 7, .mv_data = (void *)(uintptr_t) "version"};
    MDB_val value = {.mv_size = size, .mv_data = (void *)(uintptr_t)version};
    assert_int_equal(ERR_OK, open_store(f));
    store_close(&f->store);
    assert_int_equal(0, mdb_env_create(&environment));
    assert_int_equal(0, mdb_env_set_maxdbs(environment, 4));
    assert_int_equal(0, mdb_env_open(environment, path_in(&f->folder, "store.mdb", &f->arena),
                                     MDB_NOSUBDIR, 0600));
    assert_int_equal(0, mdb_txn_begin(environment, NULL, 0, &txn));
    assert_int_equal(0, mdb_dbi_open(txn, "meta", 0, &meta));
    assert_int_equal(0, mdb_put(txn, meta, &key, &value, 0));
    assert_int_equal(0, mdb_txn_commit(txn));
    mdb_env_close(environment);
}

static void a_store_of_another_version_is_refused(void **state)
{
    struct fixture *f = *state;
    version_write(f, "\0\0\0\2", 4);
    assert_int_equal(ERR_VERSION, open_store(f));
    assert_null(f->store);
    assert_string_equal(f->reason.text,
                        arena_print(&f->arena,
                                    "the store in %s has format 2, this program reads format 1",
                                    f->folder.path)
                            .data);
    f->options.read_only = true;
    assert_int_equal(ERR_VERSION, open_store(f));
}

static void a_store_without_a_sound_version_is_refused(void **state)
{
    struct fixture *f = *state;
    version_write(f, "\0\0\1", 3);
    assert_int_equal(ERR_CORRUPT, open_store(f));
    assert_string_equal(
        f->reason.text,
        arena_print(&f->arena, "the store in %s has no version", f->folder.path).data);
}

static void a_file_that_is_no_store_is_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t *rubbish = arena_take(&f->arena, 16384);
    memset(rubbish, 0xAB, 16384);
    file_make(path_in(&f->folder, "store.mdb", &f->arena), bytes_of(rubbish, 16384));
    assert_int_equal(ERR_CORRUPT, open_store(f));
    assert_null(f->store);
}

/* -- no room ----------------------------------------------------------------------------------- */

static void a_transaction_too_large_for_the_map_is_undone_and_the_store_goes_on(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    struct bytes value;
    uint8_t key[4];
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 10));
    assert_int_equal(ERR_OK, store_begin_write(f->store, &txn));
    put_values(txn, 1000, 2000);
    assert_int_equal(ERR_FULL, store_error(txn));
    assert_false(store_get(txn, TABLE_THINGS, key_of(1, key), &value));
    assert_null(store_append(txn, TABLE_LOG, 1, 1));
    assert_int_equal(ERR_FULL, store_commit(&txn));
    assert_int_equal(10, value_count(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 11, 10));
    assert_int_equal(20, value_count(f));
}

/* Fills the map in small transactions until the store says that there is no room. */
static uint32_t fill(struct fixture *f)
{
    uint32_t next = 1;
    while (store_room(f->store) == ERR_OK && next < 5000) {
        assert_int_equal(ERR_OK, put_and_commit(f, next, 10));
        next += 10;
    }
    assert_int_equal(ERR_FULL, store_room(f->store));
    return next;
}

static void room_is_refused_while_the_reserve_is_still_free(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_store(f));
    uint32_t next = fill(f);
    struct store_usage usage = store_usage(f->store);
    assert_int_equal(1 << 20, usage.map_bytes);
    assert_true(usage.used_bytes > (1 << 20) - (128 << 10));
    /* So the little that ends a day still fits. */
    assert_int_equal(ERR_OK, put_and_commit(f, next, 10));
}

static void pages_that_are_free_again_are_room(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    uint8_t key[4];
    assert_int_equal(ERR_OK, open_store(f));
    uint32_t next = fill(f);
    uint64_t used_before = store_usage(f->store).used_bytes;
    assert_int_equal(ERR_OK, store_begin_write(f->store, &txn));
    for (uint32_t number = 1; number < next / 2; number++) {
        assert_true(store_delete(txn, TABLE_THINGS, key_of(number, key)));
    }
    assert_int_equal(ERR_OK, store_commit(&txn));
    /* The file does not shrink: the last page in use alone would still say that it is full. */
    assert_true(store_usage(f->store).used_bytes >= used_before);
    assert_int_equal(ERR_OK, store_room(f->store));
    /* LMDB takes the pages of a transaction again from the one after the next on. */
    assert_int_equal(ERR_OK, put_and_commit(f, next, 1));
    assert_int_equal(ERR_OK, put_and_commit(f, next + 1, next / 3));
}

static void a_disk_without_the_reserve_is_full(void **state)
{
    struct fixture *f = *state;
    uint64_t free_bytes = 0;
    assert_int_equal(ERR_OK, disk_free_bytes(f->folder.path, &free_bytes));
    f->options.map_bytes = (size_t)free_bytes / 4096 * 4096 * 4;
    f->options.reserve_bytes = (size_t)free_bytes * 2;
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_FULL, store_room(f->store));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 1));
}

/* -- writes that fail -------------------------------------------------------------------------- */

/* The descriptor by which LMDB writes the pages of data, or those that say which data holds. */
static int descriptor_of(struct fixture *f, bool of_meta)
{
    const char *path = path_in(&f->folder, "store.mdb", &f->arena);
    for (int descriptor = 3; descriptor < 256; descriptor++) {
        char link[64];
        char target[4096] = "";
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        int flags = fcntl(descriptor, F_GETFL);
        if (readlink(link, target, sizeof target - 1) > 0 && strcmp(target, path) == 0 &&
            ((flags & O_DSYNC) != 0) == of_meta) {
            return descriptor;
        }
    }
    fail_msg("LMDB has not opened %s", path);
    return -1;
}

/* Lets every write through `descriptor` fail for want of room; returns what stood there. */
static int break_descriptor(int descriptor)
{
    int kept = dup(descriptor);
    int full = open("/dev/full", O_WRONLY);
    assert_int_equal(descriptor, dup2(full, descriptor));
    close(full);
    return kept;
}

static void a_commit_for_which_the_disk_has_no_room_may_be_tried_again(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 10));
    int descriptor = descriptor_of(f, false);
    int kept = break_descriptor(descriptor);
    assert_int_equal(ERR_FULL, put_and_commit(f, 11, 10));
    assert_int_equal(ERR_FULL, put_and_commit(f, 11, 10));
    assert_int_equal(10, value_count(f));
    assert_int_equal(descriptor, dup2(kept, descriptor));
    close(kept);
    assert_int_equal(ERR_OK, put_and_commit(f, 11, 10));
    assert_int_equal(20, value_count(f));
}

static void a_commit_after_which_lmdb_gives_up_ends_the_process(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 1, 10));
    int descriptor = descriptor_of(f, true);
    int kept = break_descriptor(descriptor);
    /* The disk is full here too, but LMDB no longer knows which pages hold. */
    assert_int_equal(ERR_IO, put_and_commit(f, 11, 10));
    assert_int_equal(descriptor, dup2(kept, descriptor));
    close(kept);
    assert_int_equal(ERR_IO, store_begin_write(f->store, &txn));
    assert_int_equal(ERR_IO, store_begin_read(f->store, &txn));
    assert_null(txn);
    /* A new process finds what was durable. */
    store_close(&f->store);
    assert_int_equal(ERR_OK, open_store(f));
    assert_int_equal(10, value_count(f));
    assert_int_equal(ERR_OK, put_and_commit(f, 11, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_was_committed_is_there_when_the_store_is_opened_again),
        CASE(a_second_process_is_refused_until_the_first_is_gone),
        CASE(a_process_that_was_killed_leaves_no_lock),
        CASE(another_process_may_look_beside_the_writer),
        CASE(looking_makes_nothing),
        CASE(a_store_of_another_version_is_refused),
        CASE(a_store_without_a_sound_version_is_refused),
        CASE(a_file_that_is_no_store_is_refused),
        CASE(a_transaction_too_large_for_the_map_is_undone_and_the_store_goes_on),
        CASE(room_is_refused_while_the_reserve_is_still_free),
        CASE(pages_that_are_free_again_are_room),
        CASE(a_disk_without_the_reserve_is_full),
        CASE(a_commit_for_which_the_disk_has_no_room_may_be_tried_again),
        CASE(a_commit_after_which_lmdb_gives_up_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
