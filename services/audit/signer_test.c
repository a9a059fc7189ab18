/* What the signer refuses, what it makes durable, and that old keys and new ones sign together. */
#include "record_kit.h"
#include "signer.h"

#include "base/file.h"
#include "base/logline.h"

#include <sodium.h>

struct fixture {
    struct record_kit kit;
    struct signer *signer;
    struct logger silent;
    struct reason reason;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    kit_open(&f->kit);
    logger_init(&f->silent, "audit", LOG_LEVEL_ERROR);
    f->silent.descriptor = open("/dev/null", O_WRONLY);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    signer_close(&f->signer);
    (void)close(f->silent.descriptor);
    kit_close(&f->kit);
    free(f);
    return 0;
}

/* -- opening -------------------------------------------------------------------------------- */

static const char *key_file(struct fixture *f, const char *name)
{
    return arena_print(&f->kit.arena, "%s.keys/%s", f->kit.store_path, name).data;
}

static enum err open_over(struct fixture *f, struct store *store, const char *origin)
{
    struct options options;
    char program[] = "audit";
    char flag[] = "--origin";
    char value[256];
    (void)snprintf(value, sizeof value, "%s", origin == NULL ? "" : origin);
    char *arguments[] = {program, flag, value, NULL};
    signer_close(&f->signer);
    options_init(&options, "audit");
    options_add(&options, audit_service.options, audit_service.option_count);
    assert_int_equal(ERR_OK, options_read(&options, origin == NULL ? 1 : 3, arguments, &f->reason));
    enum err err = signer_open(&options, f->kit.store_path, store, &f->signer, &f->reason);
    options_free(&options);
    return err;
}

static enum err open_again(struct fixture *f)
{
    return open_over(f, f->kit.store, NULL);
}

static void assert_refused(struct fixture *f, enum err expected, enum err err, const char *words)
{
    assert_int_equal(expected, err);
    assert_null(f->signer);
    if (strstr(f->reason.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", f->reason.text, words);
    }
}

/* -- signing -------------------------------------------------------------------------------- */

static enum err look_at(struct fixture *f, struct store *store)
{
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, store_begin_read(store, &txn));
    enum err err = signer_look(f->signer, txn, &f->kit.arena, &f->silent);
    store_end_read(&txn);
    return err;
}

static void grow_and_sign(struct fixture *f, uint64_t size)
{
    kit_append(f->kit.store, "signed", size);
    assert_int_equal(ERR_OK, look_at(f, f->kit.store));
}

static struct text shown(struct fixture *f)
{
    uint64_t size;
    return signer_checkpoint(f->signer, &f->kit.arena, &size);
}

static struct bytes file_content(struct fixture *f, const char *path)
{
    struct bytes bytes;
    assert_int_equal(ERR_OK, file_read(path, NOTE_BYTES_MAX, &f->kit.arena, &bytes, &f->reason));
    return bytes;
}

/* What the key on a line of the public keys says of the checkpoint. */
static enum err opened_by_line(struct fixture *f, size_t line, struct checkpoint *ret_checkpoint)
{
    struct note_verifier verifier;
    struct text rest = signer_keys(f->signer, &f->kit.arena);
    struct text key = text_split(rest, '\n', &rest);
    for (; line > 0; line--) {
        key = text_split(rest, '\n', &rest);
    }
    assert_int_equal(ERR_OK, note_verifier_read(key, &verifier, &f->reason));
    return checkpoint_open(shown(f), &verifier, &f->kit.arena, ret_checkpoint, &f->reason);
}

/* -- keys ----------------------------------------------------------------------------------- */

static void a_key_is_made_once_and_read_again(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    assert_int_equal(ERR_OK, open_over(f, f->kit.store, "hall.example/v1/log"));
    struct text made = signer_keys(f->signer, &f->kit.arena);
    assert_true(text_starts_with(made, "hall.example/v1/log+"));
    assert_int_equal(0, stat(key_file(f, "log"), &status));
    assert_int_equal(0600, status.st_mode & 07777);
    grow_and_sign(f, 3);
    assert_int_equal(ERR_OK, open_again(f));
    assert_true(text_equal(made, signer_keys(f->signer, &f->kit.arena)));
    const char *public_path = arena_print(&f->kit.arena, "%s.vkey", f->kit.store_path).data;
    assert_true(bytes_equal(text_bytes(made), file_content(f, public_path)));
    assert_int_equal(0, stat(public_path, &status));
    assert_int_equal(0644, status.st_mode & 07777);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_again(f));
    assert_int_equal(0, chmod(key_file(f, "log"), 0640));
    assert_refused(f, ERR_DENIED, open_again(f), "chmod 600");
    assert_int_equal(0, chmod(key_file(f, "log"), 0604));
    assert_refused(f, ERR_DENIED, open_again(f), "can be read by others");
}

static void another_origin_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_over(f, f->kit.store, "hall.example/v1/log"));
    assert_refused(f, ERR_INVALID, open_over(f, f->kit.store, "other.example/v1/log"),
                   "never changes its name");
    assert_refused(f, ERR_INVALID, open_over(f, f->kit.store, "hall example"), "without blanks");
    assert_int_equal(ERR_OK, open_over(f, f->kit.store, "hall.example/v1/log"));
}

static void without_its_key_a_record_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 2);
    assert_int_equal(0, remove(key_file(f, "log")));
    assert_refused(f, ERR_DENIED, open_again(f), "put it back");
    assert_false(file_exists(key_file(f, "log")));
}

static void what_is_no_key_file_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_again(f));
    file_make(key_file(f, "log"), bytes_of("", 0));
    assert_refused(f, ERR_INVALID, open_again(f), "has no key");
    file_make(key_file(f, "log"), text_bytes(TEXT_LITERAL("PRIVATE+KEY+x+00000000+AAAA\n")));
    assert_refused(f, ERR_INVALID, open_again(f), "line 1");
}

/* -- what was signed ------------------------------------------------------------------------ */

static void a_checkpoint_is_durable_before_it_is_shown(void **state)
{
    struct fixture *f = *state;
    struct checkpoint checkpoint;
    assert_int_equal(ERR_OK, open_again(f));
    for (uint64_t size = 250; size <= 260; size += 5) {
        grow_and_sign(f, size);
        assert_true(bytes_equal(text_bytes(shown(f)), file_content(f, key_file(f, "last"))));
        assert_int_equal(ERR_OK, opened_by_line(f, 0, &checkpoint));
        assert_int_equal(checkpoint.head.size, size);
    }
    struct text before = shown(f);
    assert_int_equal(ERR_OK, open_again(f));
    assert_true(text_equal(before, shown(f)));
}

static void a_checkpoint_that_cannot_be_written_is_not_shown(void **state)
{
    struct fixture *f = *state;
    uint64_t size;
    const char *folder = arena_print(&f->kit.arena, "%s.keys", f->kit.store_path).data;
    const char *away = arena_print(&f->kit.arena, "%s.away", folder).data;
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 4);
    struct text before = shown(f);
    assert_int_equal(0, rename(folder, away));
    grow_and_sign(f, 9);
    assert_true(text_equal(before, shown(f)));
    assert_int_equal(0, rename(away, folder));
    assert_true(bytes_equal(text_bytes(before), file_content(f, key_file(f, "last"))));
    assert_int_equal(ERR_OK, look_at(f, f->kit.store)); /* tried again */
    (void)signer_checkpoint(f->signer, &f->kit.arena, &size);
    assert_int_equal(9, size);
    assert_true(bytes_equal(text_bytes(shown(f)), file_content(f, key_file(f, "last"))));
}

static void without_what_was_signed_last_a_record_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 2);
    assert_int_equal(0, remove(key_file(f, "last")));
    assert_refused(f, ERR_DENIED, open_again(f), "last is missing");
}

static void what_was_signed_last_must_bear_the_own_signature(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 2);
    file_patch(key_file(f, "last"), -20, "A", 1);
    file_patch(key_file(f, "last"), -19, "B", 1);
    assert_refused(f, ERR_DENIED, open_again(f), "put the newest one there");
    file_make(key_file(f, "last"), text_bytes(TEXT_LITERAL("nothing")));
    assert_refused(f, ERR_DENIED, open_again(f), "put the newest one there");
}

static void an_older_store_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *older = kit_store_open(path_in(&f->kit.folder, "old", &f->kit.arena));
    kit_append(older, "signed", 300);
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 301);
    assert_refused(f, ERR_DIVERGED, open_over(f, older, NULL), "this store is older");
    kit_append(older, "signed", 301);
    assert_int_equal(ERR_OK, open_over(f, older, NULL)); /* the same again */
    signer_close(&f->signer);
    store_close(&older);
}

/* An older copy that went on with other events is long enough and another history. */
static void another_history_is_refused_however_long(void **state)
{
    struct fixture *f = *state;
    struct store *fork = kit_store_open(path_in(&f->kit.folder, "fork", &f->kit.arena));
    kit_append(fork, "signed", 300);
    kit_append(fork, "forked", 700);
    assert_int_equal(ERR_OK, open_again(f));
    grow_and_sign(f, 300);
    assert_int_equal(ERR_OK, look_at(f, fork)); /* what follows what was signed is one history */
    assert_int_equal(ERR_CORRUPT, look_at(f, f->kit.store));
    assert_refused(f, ERR_DIVERGED, open_again(f), "this store is older");
    kit_append(f->kit.store, "signed", 800);
    assert_refused(f, ERR_DIVERGED, open_again(f), "not the one that was signed at 700 entries");
    store_close(&fork);
}

/* -- rotation ------------------------------------------------------------------------------- */

static void two_keys_sign_while_one_follows_the_other(void **state)
{
    struct fixture *f = *state;
    struct checkpoint checkpoint;
    struct note_signer newer;
    uint8_t seed[NOTE_SEED_BYTES] = {7};
    assert_int_equal(ERR_OK, open_over(f, f->kit.store, "hall.example/v1/log"));
    grow_and_sign(f, 5);
    note_signer_make(TEXT_LITERAL("hall.example/v1/log"), NOTE_KEY_LOG, seed, &newer);
    struct text old_line = bytes_text(file_content(f, key_file(f, "log")));
    struct text new_line = note_signer_text(&newer, &f->kit.arena);
    struct text both =
        arena_print(&f->kit.arena, "%.*s%.*s\n", TEXT_PRINT(old_line), TEXT_PRINT(new_line));
    file_patch(key_file(f, "log"), 0, both.data, both.size);
    assert_int_equal(ERR_OK, open_again(f)); /* what was signed last bears the old one alone */
    assert_int_equal(ERR_DENIED, opened_by_line(f, 1, &checkpoint));
    grow_and_sign(f, 8);
    for (size_t line = 0; line < 2; line++) {
        assert_int_equal(ERR_OK, opened_by_line(f, line, &checkpoint));
        assert_int_equal(8, checkpoint.head.size);
    }
    file_make(key_file(f, "log"),
              text_bytes(arena_print(&f->kit.arena, "%.*s\n", TEXT_PRINT(new_line))));
    assert_int_equal(ERR_OK, open_again(f)); /* the old one is gone */
    grow_and_sign(f, 11);
    assert_int_equal(ERR_OK, opened_by_line(f, 0, &checkpoint));
    assert_int_equal(11, checkpoint.head.size);
}

static void a_key_of_another_log_does_not_sign_along(void **state)
{
    struct fixture *f = *state;
    struct note_signer stranger;
    uint8_t seed[NOTE_SEED_BYTES] = {9};
    assert_int_equal(ERR_OK, open_over(f, f->kit.store, "hall.example/v1/log"));
    note_signer_make(TEXT_LITERAL("other.example/v1/log"), NOTE_KEY_LOG, seed, &stranger);
    struct text old_line = bytes_text(file_content(f, key_file(f, "log")));
    struct text both = arena_print(&f->kit.arena, "%.*s%.*s\n", TEXT_PRINT(old_line),
                                   TEXT_PRINT(note_signer_text(&stranger, &f->kit.arena)));
    file_patch(key_file(f, "log"), 0, both.data, both.size);
    assert_refused(f, ERR_INVALID, open_again(f), "all keys are of one log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_is_made_once_and_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_that_others_can_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_origin_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_its_key_a_record_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_key_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_checkpoint_is_durable_before_it_is_shown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_cannot_be_written_is_not_shown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_what_was_signed_last_a_record_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_signed_last_must_bear_the_own_signature, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_older_store_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_history_is_refused_however_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_keys_sign_while_one_follows_the_other, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_of_another_log_does_not_sign_along, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
