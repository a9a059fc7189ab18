/* Policies, and a witness that signs what grew and nothing else. */
#include "base/test_kit.h"
#include "transparency/witness.h"

#include <sodium.h>

enum { LEAVES = 8 };

struct fixture {
    struct arena arena;
    struct hasher hasher;
    struct hash leaves[LEAVES];
    struct note_signer log;
    struct note_signer stranger;
    struct note_signer signer;
    struct policy policy;
    struct text kept; /* what the witness keeps of the log */
    bool is_broken;   /* it cannot read what it keeps */
    struct witness witness;
};

static bool leaf_hash(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
    struct fixture *f = context;
    struct hash hashes[LEAVES];
    size_t count = (size_t)1 << level;
    memcpy(hashes, &f->leaves[index * count], count * sizeof hashes[0]);
    *ret_hash = merkle_fold(&f->hasher, hashes, count);
    return true;
}

static struct merkle_source source_of(struct fixture *f)
{
    return (struct merkle_source){.hash = leaf_hash, .context = f, .hasher = &f->hasher};
}

static bool known(void *context, struct text origin, struct arena *arena, struct text *ret_kept)
{
    struct fixture *f = context;
    (void)origin;
    *ret_kept = arena_copy_text(arena, f->kept);
    return !f->is_broken;
}

static void signer_make(const char *name, enum note_key_type type, struct note_signer *ret_signer)
{
    uint8_t seed[NOTE_SEED_BYTES];
    memset(seed, name[0], sizeof seed);
    note_signer_make(text_of(name), type, seed, ret_signer);
}

static struct text key_of(struct fixture *f, const struct note_signer *signer)
{
    return note_verifier_text(&signer->verifier, &f->arena);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    arena_init(&f->arena);
    hasher_init(&f->hasher);
    for (uint8_t i = 0; i < LEAVES; i++) {
        f->leaves[i] = merkle_leaf(&f->hasher, bytes_of(&i, 1));
    }
    signer_make("log.example", NOTE_KEY_LOG, &f->log);
    signer_make("stranger.example", NOTE_KEY_LOG, &f->stranger);
    signer_make("witness.example", NOTE_KEY_WITNESS, &f->signer);
    struct text policy =
        arena_print(&f->arena, "log %.*s\nquorum none\n", TEXT_PRINT(key_of(f, &f->log)));
    assert_int_equal(policy_read(policy, &f->arena, &f->policy, NULL), ERR_OK);
    f->witness =
        (struct witness){.policy = &f->policy, .signer = &f->signer, .known = known, .context = f};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    hasher_free(&f->hasher);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* -- the witness ---------------------------------------------------------------------------- */

static struct text signed_at(struct fixture *f, const struct note_signer *signer, uint64_t size)
{
    struct merkle_source source = source_of(f);
    struct checkpoint checkpoint = {.origin = text_of(signer->verifier.name),
                                    .head = {.size = size}};
    assert_true(merkle_root(&source, size, &checkpoint.head.root));
    struct text text = checkpoint_text(&checkpoint, &f->arena);
    struct text signature = note_signature(signer, text, 0, &f->arena);
    return arena_print(&f->arena, "%.*s\n%.*s", TEXT_PRINT(text), TEXT_PRINT(signature));
}

static struct text request_of(struct fixture *f, uint64_t old_size, uint64_t size)
{
    struct merkle_source source = source_of(f);
    struct witness_request request = {.old_size = old_size,
                                      .checkpoint = signed_at(f, &f->log, size)};
    assert_true(merkle_consistency(&source, old_size, size, &request.proof));
    return witness_request_text(&request, &f->arena);
}

static struct witness_answer asked(struct fixture *f, struct text request)
{
    struct witness_answer answer = witness_decide(&f->witness, request, 1700000000, &f->arena);
    if (answer.status == 200) {
        f->kept = answer.checkpoint;
    }
    return answer;
}

static void what_grew_is_signed(void **state)
{
    struct fixture *f = *state;
    static const uint64_t sizes[] = {1, 3, 4, 4, 7, 8};
    uint64_t old_size = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct note note;
        uint64_t time_s = 0;
        struct witness_answer answer = asked(f, request_of(f, old_size, sizes[i]));
        assert_int_equal(answer.status, 200);
        assert_text(answer.origin, "log.example");
        assert_true(note_read(answer.checkpoint, &f->arena, &note));
        assert_int_equal(note_verify(&note, &f->log.verifier, NULL), NOTE_SIGNED);
        assert_int_equal(note_verify(&note, &f->signer.verifier, &time_s), NOTE_SIGNED);
        assert_int_equal(time_s, 1700000000);
        old_size = sizes[i];
    }
}

static void another_size_is_told_what_is_known(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(asked(f, request_of(f, 0, 5)).status, 200);
    struct witness_answer answer = asked(f, request_of(f, 3, 7));
    assert_int_equal(answer.status, 409);
    assert_string_equal(answer.media, "text/x.tlog.size");
    assert_text(answer.body, "5\n");
}

static void another_history_is_not_signed(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(asked(f, request_of(f, 0, 5)).status, 200);
    f->leaves[2].bytes[0] ^= 1;
    assert_int_equal(asked(f, request_of(f, 5, 7)).status, 422);
    assert_int_equal(asked(f, request_of(f, 5, 5)).status, 422);
}

static void a_false_proof_is_not_signed(void **state)
{
    struct fixture *f = *state;
    struct merkle_source source = source_of(f);
    struct witness_request request = {.checkpoint = signed_at(f, &f->log, 5)};
    assert_true(merkle_consistency(&source, 3, 5, &request.proof));
    assert_int_equal(asked(f, witness_request_text(&request, &f->arena)).status, 422);
}

static void strangers_are_not_signed(void **state)
{
    struct fixture *f = *state;
    struct witness_request request = {.checkpoint = signed_at(f, &f->stranger, 5)};
    assert_int_equal(asked(f, witness_request_text(&request, &f->arena)).status, 404);
    signer_make("Log.example", NOTE_KEY_LOG, &f->stranger);
    memcpy(f->stranger.verifier.name, "log.example", sizeof "log.example");
    request.checkpoint = signed_at(f, &f->stranger, 5);
    assert_int_equal(asked(f, witness_request_text(&request, &f->arena)).status, 403);
}

static void what_is_no_request_is_refused(void **state)
{
    struct fixture *f = *state;
    struct text good = request_of(f, 0, 5);
    static const char *const wrong[] = {"", "old 0\n", "old x\n\n", "old 0\nAA==\n\n",
                                        "old 0\n\nno note\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(asked(f, text_of(wrong[i])).status, 400);
    }
    struct text later = arena_print(&f->arena, "old 6%.*s", TEXT_PRINT(text_after(good, 5)));
    assert_int_equal(asked(f, later).status, 400);
}

static void what_cannot_be_remembered_is_not_signed(void **state)
{
    struct fixture *f = *state;
    f->is_broken = true;
    assert_int_equal(asked(f, request_of(f, 0, 5)).status, 500);
    f->is_broken = false;
    f->kept = TEXT_LITERAL("rubbish");
    assert_int_equal(asked(f, request_of(f, 0, 5)).status, 500);
}

/* -- policies ------------------------------------------------------------------------------- */

/* A policy with three witnesses a, b, c and what `lines` say. */
static enum err policy_of(struct fixture *f, const char *lines, struct reason *reason)
{
    struct text text = {.data = "# who is believed\n\n", .size = 19};
    for (char name = 'a'; name <= 'c'; name++) {
        char whole[] = "a.example";
        whole[0] = name;
        signer_make(whole, NOTE_KEY_WITNESS, &f->signer);
        text = arena_print(&f->arena, "%.*switness %c %.*s http://w/%c\n", TEXT_PRINT(text), name,
                           TEXT_PRINT(key_of(f, &f->signer)), name);
    }
    text = arena_print(&f->arena, "%.*s%s", TEXT_PRINT(text), lines);
    return policy_read(text, &f->arena, &f->policy, reason);
}

static bool met(struct fixture *f, bool a, bool b, bool c)
{
    const bool signed_by[POLICY_NODES_MAX] = {a, b, c};
    return policy_is_met(&f->policy, signed_by);
}

static void quorums_are_counted(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(policy_of(f, "quorum none\n", NULL), ERR_OK);
    assert_true(met(f, false, false, false));
    assert_text(f->policy.nodes[1].url, "http://w/b");
    assert_int_equal(policy_of(f, "quorum b\n", NULL), ERR_OK);
    assert_true(met(f, false, true, false));
    assert_false(met(f, true, false, true));
    assert_int_equal(policy_of(f, "group g 2 a b c\nquorum g\n", NULL), ERR_OK);
    assert_true(met(f, true, false, true));
    assert_false(met(f, false, false, true));
    assert_int_equal(policy_of(f, "group g any a b\ngroup h all g c\nquorum h\n", NULL), ERR_OK);
    assert_true(met(f, false, true, true));
    assert_false(met(f, true, true, false));
}

static void a_note_is_held_against_a_policy(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(policy_of(f, "quorum a\n", NULL), ERR_OK);
    struct note note;
    struct text text = TEXT_LITERAL("text\n");
    signer_make("b.example", NOTE_KEY_WITNESS, &f->signer);
    struct text of_b = note_signature(&f->signer, text, 1, &f->arena);
    assert_true(
        note_read(arena_print(&f->arena, "text\n\n%.*s", TEXT_PRINT(of_b)), &f->arena, &note));
    assert_false(policy_accepts(&f->policy, &note));
    signer_make("a.example", NOTE_KEY_WITNESS, &f->signer);
    struct text of_a = note_signature(&f->signer, text, 1, &f->arena);
    struct text both =
        arena_print(&f->arena, "text\n\n%.*s%.*s", TEXT_PRINT(of_b), TEXT_PRINT(of_a));
    assert_true(note_read(both, &f->arena, &note));
    assert_true(policy_accepts(&f->policy, &note));
}

static void what_is_no_policy_is_refused_with_its_line(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[][2] = {
        {"", "a policy says its quorum, or quorum none"},
        {"quorum d\n", "line 6: d does not stand before the quorum"},
        {"quorum none\nquorum a\n", "line 7: one quorum, of one name or none"},
        {"group a all b\nquorum a\n", "line 6: the name a is taken"},
        {"group g 3 a b\nquorum g\n", "line 6: a group takes all, any, or 1 to 2 of its members"},
        {"group g 0 a b\nquorum g\n", "line 6: a group takes all, any, or 1 to 2 of its members"},
        {"group g all d\nquorum g\n", "line 6: d does not stand before the group"},
        {"trust me\n", "line 6: a line begins with log, witness, group or quorum"},
        {"witness d x\n", "line 6: behind the name of a key stand + and 8 hexadecimal digits"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct reason reason = {""};
        assert_int_not_equal(policy_of(f, wrong[i][0], &reason), ERR_OK);
        assert_string_equal(reason.text, wrong[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_grew_is_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_size_is_told_what_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_history_is_not_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_false_proof_is_not_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_are_not_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_request_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_remembered_is_not_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quorums_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_note_is_held_against_a_policy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_policy_is_refused_with_its_line, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
