/* Records that were tampered with while the hall stood still: each way is named, with its place. */
#include "audit/record_kit.h"
#include "tools.h"

#include "base/file.h"

#include <inttypes.h>
#include <sodium.h>

enum { ENTRIES = 600, ARGUMENTS_MAX = 8, OUTPUT_BYTES_MAX = 1 << 16 };

struct fixture {
    struct record_kit kit;
    struct store_txn *txn;
    struct text output; /* of the last run */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    kit_open(&f->kit);
    kit_sign(f->kit.store_path, f->kit.store);
    kit_append(f->kit.store, "true", ENTRIES);
    kit_sign(f->kit.store_path, f->kit.store);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    kit_close(&f->kit);
    free(f);
    return 0;
}

/* -- running -------------------------------------------------------------------------------- */

static void output_read(struct fixture *f, const char *path)
{
    struct bytes bytes;
    struct reason reason = {""};
    assert_int_equal(ERR_OK, file_read(path, OUTPUT_BYTES_MAX, &f->kit.arena, &bytes, &reason));
    f->output = arena_copy_text(&f->kit.arena, bytes_text(bytes));
}

/* Runs `glasshall-audit verify`, with one option more when `name` is not NULL; its exit code. */
static int verify(struct fixture *f, const char *name, const char *value)
{
    const char *output = path_in(&f->kit.folder, "output", &f->kit.arena);
    const char *words[ARGUMENTS_MAX] = {
        "verify", "--data", f->kit.folder.path, "--map-size", "256m", name, value};
    char *arguments[ARGUMENTS_MAX] = {NULL};
    int count = name == NULL ? 5 : 7;
    for (int i = 0; i < count; i++) {
        arguments[i] = strdup(words[i]);
    }
    store_close(&f->kit.store); /* it is looked at from outside */
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(STDOUT_FILENO, dup2(file, STDOUT_FILENO));
    int code = verify_main(count, arguments);
    (void)fflush(stdout);
    assert_int_equal(STDOUT_FILENO, dup2(kept, STDOUT_FILENO));
    (void)close(file);
    (void)close(kept);
    for (int i = 0; i < count; i++) {
        free(arguments[i]);
    }
    f->kit.store = kit_store_open(f->kit.store_path);
    output_read(f, output);
    return code;
}

static void assert_said(struct fixture *f, const char *words)
{
    if (strstr(f->output.data, words) == NULL) {
        fail_msg("\"%s\" does not stand in:\n%s", words, f->output.data);
    }
}

static void assert_found(struct fixture *f, const char *words)
{
    assert_int_equal(TOOL_FOUND, verify(f, NULL, NULL));
    assert_said(f, words);
    assert_said(f, "NOT VERIFIED");
}

/* -- damage --------------------------------------------------------------------------------- */

static void damage_begin(struct fixture *f)
{
    assert_int_equal(ERR_OK, store_begin_write(f->kit.store, &f->txn));
}

static void damage_end(struct fixture *f)
{
    assert_int_equal(ERR_OK, store_commit(&f->txn));
}

static struct bytes entry_value(struct fixture *f, uint64_t n)
{
    struct bytes value;
    assert_true(store_get_sequence(f->txn, TABLE_RECORD, n, &value));
    return arena_copy_bytes(&f->kit.arena, value);
}

static void entry_put(struct fixture *f, uint64_t n, struct bytes value)
{
    store_put(f->txn, TABLE_RECORD, bytes_of(&n, sizeof n), value);
}

static void entry_drop(struct fixture *f, uint64_t n)
{
    assert_true(store_delete(f->txn, TABLE_RECORD, bytes_of(&n, sizeof n)));
}

static struct bytes flipped(struct fixture *f, struct bytes value, size_t at)
{
    uint8_t *changed = arena_take(&f->kit.arena, value.size);
    memcpy(changed, value.data, value.size);
    changed[at] ^= 1;
    return bytes_of(changed, value.size);
}

static void entry_flip(struct fixture *f, uint64_t n)
{
    damage_begin(f);
    struct bytes value = entry_value(f, n);
    entry_put(f, n, flipped(f, value, value.size - 1));
    damage_end(f);
}

static struct bytes tile_key_bytes(struct fixture *f, uint8_t level, uint64_t index)
{
    struct key key = key_make();
    key_add_byte(&key, level);
    key_add_u64(&key, index);
    return arena_copy_bytes(&f->kit.arena, key_bytes(&key));
}

static void tile_flip(struct fixture *f, uint8_t level, uint64_t index, size_t place)
{
    struct bytes value;
    damage_begin(f);
    assert_true(tree_kept_tile(f->txn, level, index, &value));
    store_put(f->txn, TABLE_TILES, tile_key_bytes(f, level, index),
              flipped(f, value, place * HASH_BYTES));
    damage_end(f);
}

/* -- the record ----------------------------------------------------------------------------- */

static void a_record_that_nobody_touched_is_verified(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(TOOL_OK, verify(f, NULL, NULL));
    assert_said(f, "record    600 entries");
    assert_said(f, "tree      600 entries, root ");
    assert_said(f, "3 tiles looked at");
    assert_said(f, "signed    600 entries");
    assert_said(f, "last), agrees");
    assert_said(f, "\nverified\n");
}

static void a_flipped_byte_is_named(void **state)
{
    struct fixture *f = *state;
    entry_flip(f, 300);
    assert_found(f, "entry 300 (intake 300) is damaged: its bytes do not give its chain");
    assert_said(f, "tile/0/001 keeps another hash of entry 300 than its bytes give");
    assert_said(f, "tile/1/000.p/2 keeps another hash of tile/0/001 than the entries give");
    assert_said(f, "the first 600 entries do not give the root that was signed over them");
}

static void a_flipped_byte_behind_the_last_full_tile_is_named(void **state)
{
    struct fixture *f = *state;
    entry_flip(f, ENTRIES);
    assert_found(f, "entry 600 (intake 600) is damaged");
    assert_said(f, "the first 600 entries do not give the root that was signed over them");
}

static void a_dropped_entry_is_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    entry_drop(f, 5);
    entry_drop(f, 100);
    entry_drop(f, 101);
    damage_end(f);
    assert_found(f, "entry 5 is missing");
    assert_said(f, "entries 100 to 101 are missing");
    assert_said(f, "tile/0/000 keeps another hash of entry 5 than its bytes give");
    assert_null(strstr(f->output.data, "entry 6 (intake 6) is damaged"));
}

static void swapped_entries_are_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    struct bytes fifth = entry_value(f, 5);
    entry_put(f, 5, entry_value(f, 6));
    entry_put(f, 6, fifth);
    damage_end(f);
    assert_found(f, "entry 5 (intake 6) is damaged");
    assert_said(f, "entry 5 is intake 6, but 5 should follow");
    assert_said(f, "entry 6 is intake 5, but 7 should follow");
}

static void entries_in_another_order_are_named(void **state)
{
    struct fixture *f = *state;
    struct bytes values[10];
    damage_begin(f);
    for (uint64_t i = 0; i < 10; i++) {
        values[i] = entry_value(f, 20 + i);
    }
    for (uint64_t i = 0; i < 10; i++) {
        entry_put(f, 29 - i, values[i]);
    }
    damage_end(f);
    assert_found(f, "entry 20 is intake 29, but 20 should follow");
    assert_said(f, "tile/0/000 keeps another hash of entry 20 than its bytes give");
}

/* One entry more, in its place, and all later ones moved up. */
static void an_inserted_entry_is_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    for (uint64_t n = ENTRIES; n >= 5; n--) {
        entry_put(f, n + 1, entry_value(f, n));
    }
    entry_put(f, 5, entry_value(f, 200));
    damage_end(f);
    assert_found(f, "entry 5 (intake 199) is damaged: its bytes do not give its chain");
    assert_said(f, "entry 5 is intake 199, but 5 should follow");
    assert_said(f, "the first 600 entries do not give the root that was signed over them");
}

static void a_truncated_record_is_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    entry_drop(f, ENTRIES - 1);
    entry_drop(f, ENTRIES);
    damage_end(f);
    assert_found(f, "the record ends at 598 entries, but 600 were signed");
    assert_said(f, "restore a newer one");
    damage_begin(f);
    for (uint64_t n = 500; n < ENTRIES - 1; n++) {
        entry_drop(f, n);
    }
    damage_end(f);
    assert_found(f, "the record ends at 499 entries, but 600 were signed");
    assert_said(f, "tile/1/000.p/1 is kept with 2 hashes");
    assert_said(f, "1 tiles are kept that this record does not have");
}

/* With chains and tiles made again nothing but the signature tells. */
static void a_rewritten_history_is_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    store_clear(f->txn, TABLE_RECORD);
    store_clear(f->txn, TABLE_TILES);
    damage_end(f);
    kit_append(f->kit.store, "true", 400);
    kit_append(f->kit.store, "other", ENTRIES + 50);
    assert_found(f, "the first 600 entries do not give the root that was signed over them");
    assert_said(f, "NOT VERIFIED: 1 problems");
}

/* -- tiles ---------------------------------------------------------------------------------- */

static void a_replaced_tile_is_named(void **state)
{
    struct fixture *f = *state;
    tile_flip(f, 0, 1, 7);
    assert_found(f, "tile/0/001 keeps another hash of entry 264 than its bytes give");
    assert_said(f, "NOT VERIFIED: 1 problems");
    tile_flip(f, 0, 1, 7);
    tile_flip(f, 1, 0, 1);
    assert_found(f, "tile/1/000.p/2 keeps another hash of tile/0/001 than the entries give");
    assert_said(f, "NOT VERIFIED: 1 problems");
}

static void a_tile_too_many_or_too_few_is_named(void **state)
{
    struct fixture *f = *state;
    damage_begin(f);
    assert_true(store_delete(f->txn, TABLE_TILES, tile_key_bytes(f, 0, 0)));
    damage_end(f);
    assert_found(f, "tile/0/000 is not kept");
    damage_begin(f);
    store_put(f->txn, TABLE_TILES, tile_key_bytes(f, 0, 0), bytes_of("x", 1));
    store_put(f->txn, TABLE_TILES, tile_key_bytes(f, 3, 9), bytes_of("x", 1));
    damage_end(f);
    assert_found(f, "tile/0/000 is kept with 0 hashes");
    assert_said(f, "1 tiles are kept that this record does not have");
}

/* However much is wrong with the entries, what was signed is told. */
static void of_many_wrong_tiles_the_first_are_told(void **state)
{
    struct fixture *f = *state;
    kit_append(f->kit.store, "true", 20 * TILE_HASHES);
    damage_begin(f);
    for (uint64_t n = 20 * TILE_HASHES; n >= 5; n--) {
        entry_put(f, n + 1, entry_value(f, n));
    }
    damage_end(f);
    assert_found(f, "tile/0/008 keeps another hash of entry 2049 than its bytes give");
    assert_said(f, "11 further tiles are not as the entries give them");
    assert_said(f, "the first 600 entries do not give the root that was signed over them");
}

/* -- checkpoints ---------------------------------------------------------------------------- */

static const char *last_path(struct fixture *f)
{
    return arena_print(&f->kit.arena, "%s.keys/last", f->kit.store_path).data;
}

/* Keeps what was signed last under another name. */
static const char *keep_last(struct fixture *f, const char *name)
{
    struct bytes bytes;
    struct reason reason = {""};
    const char *path = path_in(&f->kit.folder, name, &f->kit.arena);
    assert_int_equal(ERR_OK,
                     file_read(last_path(f), NOTE_BYTES_MAX, &f->kit.arena, &bytes, &reason));
    file_make(path, bytes);
    return path;
}

static void put_last_back(struct fixture *f, const char *path)
{
    struct bytes bytes;
    struct reason reason = {""};
    assert_int_equal(ERR_OK, file_read(path, NOTE_BYTES_MAX, &f->kit.arena, &bytes, &reason));
    file_make(last_path(f), bytes);
}

static void every_kept_checkpoint_is_looked_at(void **state)
{
    struct fixture *f = *state;
    const char *first = keep_last(f, "first");
    kit_append(f->kit.store, "true", 700);
    kit_sign(f->kit.store_path, f->kit.store);
    const char *second = keep_last(f, "second");
    kit_append(f->kit.store, "true", 777);
    kit_sign(f->kit.store_path, f->kit.store);
    const char *both = arena_print(&f->kit.arena, "%s,%s", second, first).data;
    assert_int_equal(TOOL_OK, verify(f, "--checkpoint", both));
    assert_said(f, "signed    600 entries");
    assert_said(f, "signed    700 entries");
    assert_said(f, "signed    777 entries");
    assert_int_equal(TOOL_FAILED, verify(f, "--checkpoint", "/nowhere"));
}

static void a_checkpoint_that_the_key_did_not_sign_is_named(void **state)
{
    struct fixture *f = *state;
    const char *path = keep_last(f, "forged");
    file_patch(path, -30, "0", 1);
    file_patch(path, -29, "1", 1);
    assert_int_equal(TOOL_FOUND, verify(f, "--checkpoint", path));
    assert_said(f, "is false");
    assert_int_equal(
        TOOL_FOUND,
        verify(f, "--vkey",
               "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"));
    assert_said(f, "is not signed by hall.example/log");
}

/* An older copy of all, the keys' folder too, that went on with other events: what somebody kept
 * from the true log convicts it. */
static void a_forked_log_is_convicted_by_what_was_signed(void **state)
{
    struct fixture *f = *state;
    const char *common = keep_last(f, "common");
    kit_append(f->kit.store, "true", 700);
    kit_sign(f->kit.store_path, f->kit.store);
    const char *kept = keep_last(f, "kept");
    put_last_back(f, common);
    damage_begin(f);
    for (uint64_t n = ENTRIES + 1; n <= 700; n++) {
        entry_drop(f, n);
    }
    damage_end(f);
    kit_append(f->kit.store, "forked", 700);
    kit_sign(f->kit.store_path, f->kit.store);
    assert_int_equal(TOOL_OK, verify(f, NULL, NULL)); /* alone it looks well */
    assert_int_equal(TOOL_FOUND, verify(f, "--checkpoint", kept));
    assert_said(f, "the first 700 entries do not give the root that was signed over them");
    assert_said(f, "are both signed over 700 entries with different roots: the log was forked");
    kit_append(f->kit.store, "forked", 800);
    kit_sign(f->kit.store_path, f->kit.store);
    assert_int_equal(TOOL_FOUND, verify(f, "--checkpoint", kept));
    assert_said(f, "last is signed over 800 entries and does not contain what");
    assert_said(f, "kept signed over 700: the log was forked");
}

static void without_what_was_signed_it_says_so(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, remove(last_path(f)));
    assert_int_equal(TOOL_OK, verify(f, NULL, NULL));
    assert_said(f, "signed    what was signed last is not at hand");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_record_that_nobody_touched_is_verified),
        TEST(a_flipped_byte_is_named),
        TEST(a_flipped_byte_behind_the_last_full_tile_is_named),
        TEST(a_dropped_entry_is_named),
        TEST(swapped_entries_are_named),
        TEST(entries_in_another_order_are_named),
        TEST(an_inserted_entry_is_named),
        TEST(a_truncated_record_is_named),
        TEST(a_rewritten_history_is_named),
        TEST(a_replaced_tile_is_named),
        TEST(a_tile_too_many_or_too_few_is_named),
        TEST(of_many_wrong_tiles_the_first_are_told),
        TEST(every_kept_checkpoint_is_looked_at),
        TEST(a_checkpoint_that_the_key_did_not_sign_is_named),
        TEST(a_forked_log_is_convicted_by_what_was_signed),
        TEST(without_what_was_signed_it_says_so),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
