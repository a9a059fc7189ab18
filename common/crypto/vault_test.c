/* The vault: keys that outlive the process, are found by whom they belong to, and once erased open
 * nothing any more. */
#include "base/file.h"
#include "base/test_kit.h"
#include "crypto/vault.h"

#include <sodium.h>

enum {
    /* The file, as README.md says. */
    HEADER_BYTES = 4096,
    SLOT_BYTES = 128,
    BLOCK_SLOTS = 4096,
    VERSION_AT = 8,
    NOTED_TO_AT = 80,
    ID_NUMBER_AT = 64,
};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct random_source random;
    struct reason reason;
    struct vault *vault;
    const char *path;
};

static void reopen(struct fixture *f)
{
    vault_close(&f->vault);
    assert_int_equal(ERR_OK, vault_open(f->folder.path, &f->random, &f->vault, &f->reason));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    random_init_seeded(&f->random, 1);
    f->path = path_in(&f->folder, "vault.keys", &f->arena);
    reopen(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    vault_close(&f->vault);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void reserve(struct fixture *f, uint64_t subject)
{
    assert_int_equal(ERR_OK, vault_reserve(f->vault, &f->random, subject));
}

static struct bytes sealed_for(struct fixture *f, uint64_t subject, const char *text)
{
    struct vault_keys keys;
    assert_true(vault_keys(f->vault, subject, &keys));
    return seal_with_key(keys.key, subject, text_bytes(text_of(text)), &f->random, &f->arena).value;
}

static bool opens(struct fixture *f, struct bytes sealed)
{
    struct bytes opened;
    return vault_unseal(f->vault, sealed, &f->arena, &opened);
}

static void assert_opens(struct fixture *f, struct bytes sealed, const char *expected)
{
    struct bytes opened = {0};
    assert_true(vault_unseal(f->vault, sealed, &f->arena, &opened));
    assert_bytes(opened, expected, strlen(expected));
}

static void note(struct fixture *f, uint64_t subject, const char *id_number, const char *phone)
{
    vault_note(f->vault, subject, text_of(id_number), text_of(phone));
}

static void assert_found(struct fixture *f, enum vault_search_kind kind, const char *value,
                         size_t capacity, const uint64_t *expected, size_t expected_count)
{
    uint64_t found[16] = {0};
    assert_int_equal(expected_count, vault_search(f->vault, kind, text_of(value), found, capacity));
    for (size_t i = 0; i < expected_count; i++) {
        assert_int_equal(expected[i], found[i]);
    }
}

#define SUBJECTS(...)                                                                              \
    ((const uint64_t[]){__VA_ARGS__}), (sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* -- keys -------------------------------------------------------------------------------------- */

static void nobody_has_a_key_before_slots_are_reserved(void **state)
{
    struct fixture *f = *state;
    struct vault_keys keys;
    assert_false(vault_keys(f->vault, 1, &keys));
    reserve(f, 1);
    assert_true(vault_keys(f->vault, 1, &keys));
    assert_true(vault_keys(f->vault, BLOCK_SLOTS, &keys));
    assert_false(vault_keys(f->vault, BLOCK_SLOTS + 1, &keys));
    assert_false(vault_keys(f->vault, 0, &keys));
}

static void slots_are_filled_in_blocks_ahead_of_their_use(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(HEADER_BYTES, file_size(f->path));
    reserve(f, 1);
    assert_int_equal(HEADER_BYTES + BLOCK_SLOTS * SLOT_BYTES, file_size(f->path));
    reserve(f, BLOCK_SLOTS);
    assert_int_equal(HEADER_BYTES + BLOCK_SLOTS * SLOT_BYTES, file_size(f->path));
    reserve(f, 2 * BLOCK_SLOTS + 1);
    assert_int_equal(HEADER_BYTES + 3 * BLOCK_SLOTS * SLOT_BYTES, file_size(f->path));
}

static void every_subject_has_keys_of_its_own(void **state)
{
    struct fixture *f = *state;
    struct vault_keys before = {0};
    reserve(f, BLOCK_SLOTS);
    for (uint64_t subject = 1; subject <= BLOCK_SLOTS; subject++) {
        struct vault_keys keys;
        assert_true(vault_keys(f->vault, subject, &keys));
        assert_memory_not_equal(keys.key, before.key, sizeof keys.key);
        assert_memory_not_equal(keys.box_seed, before.box_seed, sizeof keys.box_seed);
        assert_memory_not_equal(keys.key, keys.box_seed, sizeof keys.key);
        before = keys;
    }
}

static void keys_outlive_the_process(void **state)
{
    struct fixture *f = *state;
    reserve(f, 5000);
    struct bytes first = sealed_for(f, 1, "first");
    struct bytes last = sealed_for(f, 5000, "last");
    reopen(f);
    assert_opens(f, first, "first");
    assert_opens(f, last, "last");
}

static void a_value_sealed_to_the_public_key_is_opened_too(void **state)
{
    struct fixture *f = *state;
    struct vault_keys keys;
    uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
    reserve(f, 1);
    assert_true(vault_keys(f->vault, 7, &keys));
    seal_public_key(keys.box_seed, public_key);
    struct bytes sealed = seal_to_public_key(public_key, 7, text_bytes(TEXT_LITERAL("a remark")),
                                             &f->random, &f->arena)
                              .value;
    assert_opens(f, sealed, "a remark");
}

static void what_is_no_sealed_value_of_anybody_here_is_not_opened(void **state)
{
    struct fixture *f = *state;
    reserve(f, 1);
    struct bytes sealed = sealed_for(f, 1, "first");
    uint8_t *changed = arena_take(&f->arena, sealed.size);
    memcpy(changed, sealed.data, sealed.size);
    write_be64(changed + 1, 2); /* somebody else's */
    assert_false(opens(f, bytes_of(changed, sealed.size)));
    write_be64(changed + 1, UINT64_MAX); /* nobody's */
    assert_false(opens(f, bytes_of(changed, sealed.size)));
    write_be64(changed + 1, 0);
    assert_false(opens(f, bytes_of(changed, sealed.size)));
    assert_false(opens(f, (struct bytes){0}));
    assert_false(opens(f, bytes_of("plain text", 10)));
}

/* -- erasing ----------------------------------------------------------------------------------- */

static void what_was_sealed_for_an_erased_subject_opens_never_again(void **state)
{
    struct fixture *f = *state;
    struct vault_keys keys;
    uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
    reserve(f, 1);
    assert_true(vault_keys(f->vault, 2, &keys));
    seal_public_key(keys.box_seed, public_key);
    struct bytes boxed =
        seal_to_public_key(public_key, 2, text_bytes(TEXT_LITERAL("boxed")), &f->random, &f->arena)
            .value;
    struct bytes sealed = sealed_for(f, 2, "sealed");
    struct bytes neighbour = sealed_for(f, 3, "neighbour");
    assert_int_equal(ERR_OK, vault_erase(f->vault, 2));
    for (int round = 0; round < 2; round++) {
        assert_false(vault_keys(f->vault, 2, &keys));
        assert_false(opens(f, sealed));
        assert_false(opens(f, boxed));
        assert_opens(f, neighbour, "neighbour");
        reserve(f, BLOCK_SLOTS + 1); /* reserving more fills no erased slot */
        reopen(f);
    }
}

static void an_erased_slot_is_zero_in_the_file(void **state)
{
    struct fixture *f = *state;
    struct bytes bytes = {0};
    reserve(f, 1);
    note(f, 2, "110101199003070000", "13800000000");
    assert_int_equal(ERR_OK, vault_erase(f->vault, 2));
    assert_int_equal(ERR_OK, file_read(f->path, 1 << 20, &f->arena, &bytes, &f->reason));
    const uint8_t *slot = bytes.data + HEADER_BYTES + SLOT_BYTES;
    assert_memory_equal(slot, (uint8_t[SLOT_BYTES]){0}, SLOT_BYTES);
    assert_memory_not_equal(slot - SLOT_BYTES, (uint8_t[64]){0}, 64);
    assert_memory_not_equal(slot + SLOT_BYTES, (uint8_t[64]){0}, 64);
}

static void an_erased_subject_is_neither_found_nor_noted_again(void **state)
{
    struct fixture *f = *state;
    reserve(f, 1);
    note(f, 2, "110101199003070000", NULL);
    assert_int_equal(ERR_OK, vault_erase(f->vault, 2));
    assert_found(f, VAULT_ID_NUMBER, "110101199003070000", 16, NULL, 0);
    note(f, 2, "110101199003070000", NULL); /* the log is caught up from behind the erasure */
    assert_found(f, VAULT_ID_NUMBER, "110101199003070000", 16, NULL, 0);
}

static void erasing_is_for_subjects_that_are_there_and_may_be_repeated(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_NOT_FOUND, vault_erase(f->vault, 1));
    reserve(f, 1);
    assert_int_equal(ERR_OK, vault_erase(f->vault, 1));
    assert_int_equal(ERR_OK, vault_erase(f->vault, 1));
    assert_int_equal(ERR_NOT_FOUND, vault_erase(f->vault, 0));
    assert_int_equal(ERR_NOT_FOUND, vault_erase(f->vault, BLOCK_SLOTS + 1));
}

/* -- search ------------------------------------------------------------------------------------ */

static void a_search_finds_all_subjects_of_a_person_the_latest_first(void **state)
{
    struct fixture *f = *state;
    reserve(f, 5000);
    note(f, 1, "110101199003070000", "13800000000");
    note(f, 17, "110101199003070000", NULL);
    note(f, 18, "110101198001010000", "13800000000");
    note(f, 5000, "110101199003070000", "13911111111");
    assert_found(f, VAULT_ID_NUMBER, "110101199003070000", 16, SUBJECTS(5000, 17, 1));
    assert_found(f, VAULT_ID_NUMBER, "110101199003070000", 2, SUBJECTS(5000, 17));
    assert_found(f, VAULT_PHONE, "13800000000", 16, SUBJECTS(18, 1));
    assert_found(f, VAULT_PHONE, "110101199003070000", 16, NULL, 0);
    assert_found(f, VAULT_PHONE, "13800000001", 16, NULL, 0);
}

static void assert_alike(struct fixture *f, uint64_t subject, size_t capacity,
                         const uint64_t *expected, size_t expected_count)
{
    uint64_t found[16] = {0};
    assert_int_equal(expected_count, vault_alike(f->vault, subject, found, capacity));
    for (size_t i = 0; i < expected_count; i++) {
        assert_int_equal(expected[i], found[i]);
    }
}

static void subjects_with_one_identity_number_are_one_person(void **state)
{
    struct fixture *f = *state;
    reserve(f, 5000);
    note(f, 1, "110101199003070000", "13800000000");
    note(f, 17, "110101199003070000", NULL);
    note(f, 18, NULL, "13800000000"); /* a telephone may be shared */
    note(f, 19, NULL, NULL);
    note(f, 5000, "110101199003070000", NULL);
    assert_alike(f, 17, 16, SUBJECTS(5000, 17, 1));
    assert_alike(f, 17, 2, SUBJECTS(5000, 17));
    assert_alike(f, 18, 16, SUBJECTS(18));
    assert_alike(f, 19, 16, SUBJECTS(19));
    assert_alike(f, 17, 0, NULL, 0);
    assert_alike(f, 0, 16, NULL, 0);
    assert_alike(f, 2 * BLOCK_SLOTS + 1, 16, NULL, 0);
    assert_int_equal(ERR_OK, vault_erase(f->vault, 5000));
    assert_alike(f, 17, 16, SUBJECTS(17, 1));
    assert_alike(f, 5000, 16, SUBJECTS(5000));
}

static void a_subject_is_known_by_what_was_noted_of_it_alone(void **state)
{
    struct fixture *f = *state;
    struct text number = TEXT_LITERAL("110101199003070000");
    reserve(f, 1);
    note(f, 1, "110101199003070000", "13800000000");
    assert_true(vault_knows(f->vault, 1, VAULT_ID_NUMBER, number));
    assert_true(vault_knows(f->vault, 1, VAULT_PHONE, TEXT_LITERAL("13800000000")));
    assert_false(vault_knows(f->vault, 1, VAULT_PHONE, number));
    assert_false(vault_knows(f->vault, 1, VAULT_ID_NUMBER, TEXT_LITERAL("110101199003070001")));
    assert_false(vault_knows(f->vault, 1, VAULT_ID_NUMBER, (struct text){0}));
    assert_false(vault_knows(f->vault, 2, VAULT_ID_NUMBER, number));
    assert_false(vault_knows(f->vault, 0, VAULT_ID_NUMBER, number));
    assert_false(vault_knows(f->vault, BLOCK_SLOTS + 1, VAULT_ID_NUMBER, number));
    assert_int_equal(ERR_OK, vault_erase(f->vault, 1));
    assert_false(vault_knows(f->vault, 1, VAULT_ID_NUMBER, number));
}

static void a_later_note_replaces_what_it_brings(void **state)
{
    struct fixture *f = *state;
    reserve(f, 1);
    note(f, 1, "110101199003070000", "13800000000");
    note(f, 1, NULL, "13911111111");
    assert_found(f, VAULT_ID_NUMBER, "110101199003070000", 16, SUBJECTS(1));
    assert_found(f, VAULT_PHONE, "13800000000", 16, NULL, 0);
    assert_found(f, VAULT_PHONE, "13911111111", 16, SUBJECTS(1));
    note(f, 0, "1", "1");
    note(f, BLOCK_SLOTS + 1, "1", "1");
    assert_found(f, VAULT_PHONE, "1", 16, NULL, 0);
}

static void notes_are_durable_up_to_the_position_that_is_kept_with_them(void **state)
{
    struct fixture *f = *state;
    uint8_t stored[8];
    struct bytes bytes = {0};
    reserve(f, 1);
    assert_int_equal(0, vault_noted_to(f->vault));
    note(f, 3, NULL, "13800000000");
    assert_int_equal(ERR_OK, vault_sync(f->vault, 4711));
    reopen(f);
    assert_int_equal(4711, vault_noted_to(f->vault));
    assert_found(f, VAULT_PHONE, "13800000000", 16, SUBJECTS(3));
    assert_int_equal(ERR_OK, file_read(f->path, 1 << 20, &f->arena, &bytes, &f->reason));
    memcpy(stored, bytes.data + NOTED_TO_AT, sizeof stored);
    assert_memory_equal(stored, "\x67\x12\0\0\0\0\0\0", 8);
}

static void what_is_kept_for_search_says_nothing_by_itself(void **state)
{
    struct fixture *f = *state;
    struct fixture other = {.random = f->random};
    struct bytes one = {0};
    struct bytes two = {0};
    folder_begin(&other.folder);
    arena_init(&other.arena);
    random_init_seeded(&other.random, 2);
    reopen(&other);
    reserve(f, 1);
    reserve(&other, 1);
    note(f, 1, "110101199003070000", NULL);
    note(&other, 1, "110101199003070000", NULL);
    const char *path = path_in(&other.folder, "vault.keys", &other.arena);
    assert_int_equal(ERR_OK, file_read(f->path, 1 << 20, &f->arena, &one, &f->reason));
    assert_int_equal(ERR_OK, file_read(path, 1 << 20, &f->arena, &two, &f->reason));
    size_t at = HEADER_BYTES + ID_NUMBER_AT;
    assert_memory_not_equal(one.data + at, (uint8_t[16]){0}, 16);
    assert_memory_not_equal(one.data + at, two.data + at, 16);
    vault_close(&other.vault);
    folder_end(&other.folder);
    arena_free(&other.arena);
}

/* -- tracking codes ---------------------------------------------------------------------------- */

static void a_code_is_derived_again_and_again_and_is_kept_nowhere(void **state)
{
    struct fixture *f = *state;
    struct uuid one = {{1}};
    struct uuid two = {{2}};
    uint64_t code = vault_code(f->vault, &one);
    assert_true(code < UINT64_C(1) << 60);
    assert_true(code != vault_code(f->vault, &two));
    reopen(f);
    assert_true(code == vault_code(f->vault, &one));
    assert_int_equal(HEADER_BYTES, file_size(f->path));
}

/* -- files that are not right ------------------------------------------------------------------ */

static void assert_refused(struct fixture *f, enum err expected_err, const char *expected)
{
    struct vault *vault = NULL;
    assert_int_equal(expected_err, vault_open(f->folder.path, &f->random, &vault, &f->reason));
    assert_null(vault);
    assert_string_equal(f->reason.text, arena_print(&f->arena, "%s %s", f->path, expected).data);
}

static void a_vault_that_others_may_read_is_refused(void **state)
{
    struct fixture *f = *state;
    static const mode_t modes[] = {0640, 0604, 0620, 0610, 0660, 0644};
    for (size_t i = 0; i < COUNT(modes); i++) {
        assert_int_equal(0, chmod(f->path, modes[i]));
        assert_refused(f, ERR_DENIED, "can be read by others; make its mode 0600");
    }
    assert_int_equal(0, chmod(f->path, 0600));
    reopen(f);
    struct stat status;
    assert_int_equal(0, stat(f->path, &status));
    assert_int_equal(0600, status.st_mode & 0777);
}

static void a_file_that_is_no_vault_is_refused_and_left_alone(void **state)
{
    struct fixture *f = *state;
    uint8_t page[HEADER_BYTES] = "something else";
    vault_close(&f->vault);
    file_make(f->path, bytes_of(page, sizeof page));
    assert_int_equal(0, chmod(f->path, 0600));
    assert_refused(f, ERR_CORRUPT, "is not a vault");
    struct bytes bytes = {0};
    assert_int_equal(ERR_OK, file_read(f->path, 1 << 20, &f->arena, &bytes, &f->reason));
    assert_bytes(bytes, page, sizeof page);
    assert_int_equal(0, truncate(f->path, HEADER_BYTES - 1));
    assert_refused(f, ERR_CORRUPT, "is cut short");
    assert_int_equal(HEADER_BYTES - 1, file_size(f->path));
}

static void a_vault_of_another_version_or_slot_size_is_refused(void **state)
{
    struct fixture *f = *state;
    vault_close(&f->vault);
    file_patch(f->path, VERSION_AT, "\2\0\0\0", 4);
    assert_refused(f, ERR_VERSION, "has version 2, this program reads 1");
    file_patch(f->path, VERSION_AT, "\1\0\0\0\0\1\0\0", 8);
    assert_refused(f, ERR_VERSION, "has slots of 256 bytes, this program reads 128");
}

static void a_block_that_a_crash_cut_short_is_filled_again(void **state)
{
    struct fixture *f = *state;
    struct vault_keys keys;
    reserve(f, 1);
    struct bytes sealed = sealed_for(f, 1, "first");
    vault_close(&f->vault);
    assert_int_equal(0, truncate(f->path, HEADER_BYTES + BLOCK_SLOTS * SLOT_BYTES + 1000));
    reopen(f);
    assert_opens(f, sealed, "first");
    assert_false(vault_keys(f->vault, BLOCK_SLOTS + 1, &keys));
    reserve(f, BLOCK_SLOTS + 1);
    assert_true(vault_keys(f->vault, 2 * BLOCK_SLOTS, &keys));
    assert_int_equal(HEADER_BYTES + 2 * BLOCK_SLOTS * SLOT_BYTES, file_size(f->path));
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct fixture *f = *state;
    struct vault *vault = NULL;
    assert_int_equal(ERR_NOT_FOUND, vault_open("/no/such/folder", &f->random, &vault, &f->reason));
    assert_string_equal(f->reason.text,
                        "cannot open /no/such/folder/vault.keys: No such file or directory");
    vault_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(nobody_has_a_key_before_slots_are_reserved),
        CASE(slots_are_filled_in_blocks_ahead_of_their_use),
        CASE(every_subject_has_keys_of_its_own),
        CASE(keys_outlive_the_process),
        CASE(a_value_sealed_to_the_public_key_is_opened_too),
        CASE(what_is_no_sealed_value_of_anybody_here_is_not_opened),
        CASE(what_was_sealed_for_an_erased_subject_opens_never_again),
        CASE(an_erased_slot_is_zero_in_the_file),
        CASE(an_erased_subject_is_neither_found_nor_noted_again),
        CASE(erasing_is_for_subjects_that_are_there_and_may_be_repeated),
        CASE(a_search_finds_all_subjects_of_a_person_the_latest_first),
        CASE(subjects_with_one_identity_number_are_one_person),
        CASE(a_subject_is_known_by_what_was_noted_of_it_alone),
        CASE(a_later_note_replaces_what_it_brings),
        CASE(notes_are_durable_up_to_the_position_that_is_kept_with_them),
        CASE(what_is_kept_for_search_says_nothing_by_itself),
        CASE(a_code_is_derived_again_and_again_and_is_kept_nowhere),
        CASE(a_vault_that_others_may_read_is_refused),
        CASE(a_file_that_is_no_vault_is_refused_and_left_alone),
        CASE(a_vault_of_another_version_or_slot_size_is_refused),
        CASE(a_block_that_a_crash_cut_short_is_filled_again),
        CASE(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
