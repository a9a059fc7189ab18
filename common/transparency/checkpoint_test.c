/* Notes, checkpoints and proofs against the vectors that other implementations agreed on. */
#include "base/encoding.h"
#include "base/test_kit.h"
#include "transparency/checkpoint.h"

#include <sodium.h>

static const char log_key[] =
    "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
static const char witness_key[] =
    "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
static const char text_at_7[] =
    "hall.example/log\n7\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54=\n";
static const char note_at_7[] =
    "hall.example/log\n7\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54=\n\n"
    "\xe2\x80\x94 hall.example/log ehnjqWvHiqSnO6SeJEAQSVWDh5hfIDAPuNoy6ys5HJ0Vv8EwlYVLkPpJ1NN8PiNI"
    "mehaFxFi6QuyRLJkf8B7dNP+Ogs=\n"
    "\xe2\x80\x94 witness.example/w1 IDJKvgAAAABlU/EAanObi2EGDE/G9dff5MDr57ZyGUFr2aeG9mKvpsv9BG55GR"
    "t+5BukoA5LKzwB5tgaC7OB8v8e2+7YTWnJsIKoCg==\n";

struct fixture {
    struct arena arena;
    struct note_signer log;
    struct note_signer witness;
    struct note note;
};

static void seed_fill(uint8_t *seed, uint8_t from)
{
    for (uint8_t i = 0; i < NOTE_SEED_BYTES; i++) {
        seed[i] = (uint8_t)(from + i);
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    uint8_t seed[NOTE_SEED_BYTES];
    assert_true(sodium_init() >= 0);
    arena_init(&f->arena);
    seed_fill(seed, 0x00);
    note_signer_make(TEXT_LITERAL("hall.example/log"), NOTE_KEY_LOG, seed, &f->log);
    seed_fill(seed, 0x20);
    note_signer_make(TEXT_LITERAL("witness.example/w1"), NOTE_KEY_WITNESS, seed, &f->witness);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* -- keys ----------------------------------------------------------------------------------- */

static void keys_are_written_as_others_write_them(void **state)
{
    struct fixture *f = *state;
    assert_text(note_verifier_text(&f->log.verifier, &f->arena), log_key);
    assert_text(note_verifier_text(&f->witness.verifier, &f->arena), witness_key);
}

static void keys_are_read_again(void **state)
{
    struct fixture *f = *state;
    struct note_verifier verifier;
    struct note_signer signer;
    assert_int_equal(note_verifier_read(text_of(witness_key), &verifier, NULL), ERR_OK);
    assert_memory_equal(&verifier, &f->witness.verifier, sizeof verifier);
    struct text secret = note_signer_text(&f->log, &f->arena);
    assert_true(text_starts_with(secret, "PRIVATE+KEY+hall.example/log+7a19e3a9+"));
    assert_int_equal(note_signer_read(secret, &signer, NULL), ERR_OK);
    assert_memory_equal(&signer, &f->log, sizeof signer);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "hall.example/log",
        "hall.example/log+7a19e3a8+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVQ==",
        "hall.example/log+7a19e3+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "hall example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "hall.example/log+7a19e3a9+BgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"};
    struct note_verifier verifier;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct reason reason = {""};
        assert_int_equal(note_verifier_read(text_of(wrong[i]), &verifier, &reason), ERR_INVALID);
        assert_true(strlen(reason.text) > 0);
    }
}

static void names_are_without_blanks(void **state)
{
    (void)state;
    assert_true(note_name_fits(TEXT_LITERAL("大廳.example/log")));
    assert_false(note_name_fits(TEXT_LITERAL("")));
    assert_false(note_name_fits(TEXT_LITERAL("a b")));
    assert_false(note_name_fits(TEXT_LITERAL("a+b")));
    assert_false(note_name_fits(TEXT_LITERAL("a\xe3\x80\x80z")));
    assert_false(note_name_fits(TEXT_LITERAL("a\nb")));
    assert_false(note_name_fits(TEXT_LITERAL("\xff")));
}

/* -- notes ---------------------------------------------------------------------------------- */

static void a_checkpoint_is_signed_as_others_sign_it(void **state)
{
    struct fixture *f = *state;
    struct text own = note_signature(&f->log, text_of(text_at_7), 0, &f->arena);
    struct text witnessed = note_signature(&f->witness, text_of(text_at_7), 1700000000, &f->arena);
    struct text note =
        arena_print(&f->arena, "%s\n%.*s%.*s", text_at_7, TEXT_PRINT(own), TEXT_PRINT(witnessed));
    assert_text(note, note_at_7);
}

static void signatures_are_checked(void **state)
{
    struct fixture *f = *state;
    struct note_verifier example;
    uint64_t time_s = 0;
    assert_true(note_read(text_of(note_at_7), &f->arena, &f->note));
    assert_text(f->note.text, text_at_7);
    assert_int_equal(note_verify(&f->note, &f->log.verifier, NULL), NOTE_SIGNED);
    assert_int_equal(note_verify(&f->note, &f->witness.verifier, &time_s), NOTE_SIGNED);
    assert_int_equal(time_s, 1700000000);
    assert_int_equal(
        note_verifier_read(
            TEXT_LITERAL("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            &example, NULL),
        ERR_OK);
    assert_int_equal(note_verify(&f->note, &example, NULL), NOTE_UNKNOWN);
}

static void a_changed_text_is_forged(void **state)
{
    struct fixture *f = *state;
    char changed[sizeof note_at_7];
    memcpy(changed, note_at_7, sizeof changed);
    changed[strlen("hall.example/log\n")] = '8';
    assert_true(note_read(text_of(changed), &f->arena, &f->note));
    assert_int_equal(note_verify(&f->note, &f->log.verifier, NULL), NOTE_FORGED);
    assert_int_equal(note_verify(&f->note, &f->witness.verifier, NULL), NOTE_FORGED);
}

static void what_is_no_note_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {"",
                                        "\n",
                                        "\n\n",
                                        "text\n",
                                        "text\n\n",
                                        "text\n\n- name AAAAAAA=\n",
                                        "text\n\n\xe2\x80\x94 name\n",
                                        "text\n\n\xe2\x80\x94 name AAAA\n",
                                        "text\n\n\xe2\x80\x94 name AAAAAAA=",
                                        "te\txt\n\n\xe2\x80\x94 name AAAAAAA=\n",
                                        "\xff\n\n\xe2\x80\x94 name AAAAAAA=\n",
                                        "text\n\n\xe2\x80\x94 name AAAAAAA=\nmore\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (note_read(text_of(wrong[i]), &f->arena, &f->note)) {
            fail_msg("%s was taken for a note", wrong[i]);
        }
    }
    assert_true(
        note_read(TEXT_LITERAL("text\n\n\xe2\x80\x94 name AAAAAAA=\n"), &f->arena, &f->note));
}

/* -- checkpoints and proofs ----------------------------------------------------------------- */

static void a_checkpoint_is_written_and_opened(void **state)
{
    struct fixture *f = *state;
    struct checkpoint checkpoint;
    struct reason reason = {""};
    assert_int_equal(
        checkpoint_open(text_of(note_at_7), &f->log.verifier, &f->arena, &checkpoint, &reason),
        ERR_OK);
    assert_text(checkpoint.origin, "hall.example/log");
    assert_int_equal(checkpoint.head.size, 7);
    assert_text(checkpoint_text(&checkpoint, &f->arena), text_at_7);
    assert_int_equal(
        checkpoint_open(text_of(note_at_7), &f->witness.verifier, &f->arena, &checkpoint, &reason),
        ERR_DENIED);
    assert_string_equal(reason.text, "the checkpoint is of another log than witness.example/w1");
}

static void what_is_no_checkpoint_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {
        "",
        "\n7\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54=\n",
        "log\n7\n",
        "log\n07\nAA==\n",
        "log\n-1\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54=\n",
        "log\n7\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54\n",
        "log\n9999999999999999999\nju+6vaTwi1RItNuwTrHrzyzYa/Nn0cD+wyFIgqkbe54=\n"};
    struct checkpoint checkpoint;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(checkpoint_read(text_of(wrong[i]), &f->arena, &checkpoint));
    }
}

static const char proof_of_3[] = "c2sp.org/tlog-proof@v1\n"
                                 "index 3\n"
                                 "PR3ndt8IbBrp9wSdK7DAR1rRQYX5h+Bk6NENyy20oyI=\n"
                                 "O63IBTfwKeG7dygNyFIDzy7ZdI3I9XEjD8ulwybJEGg=\n"
                                 "LdgcWRHnNMaadFY22ZkAO1Qh7iBxBzbI0iRUtULajVw=\n"
                                 "\n";

static struct text whole_proof(struct fixture *f)
{
    return arena_print(&f->arena, "%s%s", proof_of_3, note_at_7);
}

static void a_proof_is_read_checked_and_written_again(void **state)
{
    struct fixture *f = *state;
    struct proof_file *file = arena_take(&f->arena, sizeof *file);
    struct checkpoint checkpoint;
    struct reason reason = {""};
    struct bytes entry = text_bytes(TEXT_LITERAL("{\"n\":3}"));
    struct text whole = whole_proof(f);
    assert_int_equal(proof_file_read(whole, &f->arena, file, &reason), ERR_OK);
    assert_int_equal(
        proof_file_check(file, entry, &f->log.verifier, &f->arena, &checkpoint, &reason), ERR_OK);
    assert_true(text_equal(proof_file_text(file, &f->arena), whole));
    file->extra = text_bytes(TEXT_LITERAL("more"));
    struct text again = proof_file_text(file, &f->arena);
    assert_int_equal(proof_file_read(again, &f->arena, file, &reason), ERR_OK);
    assert_bytes(file->extra, "more", 4);
}

static void another_entry_is_not_proved(void **state)
{
    struct fixture *f = *state;
    struct proof_file *file = arena_take(&f->arena, sizeof *file);
    struct checkpoint checkpoint;
    struct reason reason = {""};
    assert_int_equal(proof_file_read(whole_proof(f), &f->arena, file, &reason), ERR_OK);
    assert_int_equal(proof_file_check(file, text_bytes(TEXT_LITERAL("{\"n\":4}")), &f->log.verifier,
                                      &f->arena, &checkpoint, &reason),
                     ERR_CORRUPT);
    assert_string_equal(reason.text, "the entry is not number 3 of the log at size 7");
}

static void what_is_no_proof_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {"",
                                        "c2sp.org/tlog-proof@v2\nindex 3\n\n",
                                        "c2sp.org/tlog-proof@v1\n",
                                        "c2sp.org/tlog-proof@v1\nindex x\n\n",
                                        "c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\n",
                                        "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\n",
                                        "c2sp.org/tlog-proof@v1\nindex 1\n"};
    struct proof_file *file = arena_take(&f->arena, sizeof *file);
    struct reason reason;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(proof_file_read(text_of(wrong[i]), &f->arena, file, &reason), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_written_as_others_write_them),
        cmocka_unit_test(keys_are_read_again),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(names_are_without_blanks),
        cmocka_unit_test(a_checkpoint_is_signed_as_others_sign_it),
        cmocka_unit_test(signatures_are_checked),
        cmocka_unit_test(a_changed_text_is_forged),
        cmocka_unit_test(what_is_no_note_is_refused),
        cmocka_unit_test(a_checkpoint_is_written_and_opened),
        cmocka_unit_test(what_is_no_checkpoint_is_refused),
        cmocka_unit_test(a_proof_is_read_checked_and_written_again),
        cmocka_unit_test(another_entry_is_not_proved),
        cmocka_unit_test(what_is_no_proof_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
