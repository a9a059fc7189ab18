/* Uploads that wait: found by their session alone, gone once claimed or given up. */
#include "base/file.h"
#include "base/test_kit.h"
#include "crypto/claims.h"

enum {
    /* The file, as README.md says. */
    SLOT_COUNT = 16384,
    SLOT_BYTES = 512,
};

#define NOW_MS INT64_C(1771200000000)

static const uint8_t mine[CLAIM_SESSION_BYTES] = {1, 2, 3};
static const uint8_t theirs[CLAIM_SESSION_BYTES] = {1, 2, 4};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct random_source random;
    struct reason reason;
    struct claims *claims;
    const char *path;
};

static void reopen(struct fixture *f)
{
    claims_close(&f->claims);
    assert_int_equal(ERR_OK, claims_open(f->folder.path, &f->claims, &f->reason));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    random_init_seeded(&f->random, 1);
    f->path = path_in(&f->folder, "uploads.keys", &f->arena);
    reopen(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    claims_close(&f->claims);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct upload_claim an_upload(const uint8_t session[CLAIM_SESSION_BYTES], int64_t made_ms)
{
    struct upload_claim claim = {
        .key = {42},
        .facts = {.sealed = {{7}}, .plain = {{8}}, .size = 1234},
        .made_ms = made_ms,
        .media_type = "application/pdf",
    };
    memcpy(claim.session, session, sizeof claim.session);
    return claim;
}

static struct uuid added(struct fixture *f, const uint8_t session[CLAIM_SESSION_BYTES],
                         int64_t made_ms)
{
    struct upload_claim claim = an_upload(session, made_ms);
    assert_int_equal(ERR_OK, claims_add(f->claims, &f->random, &claim));
    assert_false(uuid_is_none(&claim.upload_id));
    return claim.upload_id;
}

static bool is_found(struct fixture *f, const struct uuid *id,
                     const uint8_t session[CLAIM_SESSION_BYTES])
{
    struct upload_claim found;
    return claims_find(f->claims, id, session, &found);
}

static void assert_waits(struct fixture *f, const struct uuid *id)
{
    struct upload_claim expected = an_upload(mine, NOW_MS);
    struct upload_claim found;
    expected.upload_id = *id;
    assert_true(claims_find(f->claims, id, mine, &found));
    assert_memory_equal(&found, &expected, sizeof found);
}

static void an_upload_is_found_with_all_that_is_known_of_it(void **state)
{
    struct fixture *f = *state;
    struct uuid first = added(f, mine, NOW_MS);
    struct uuid second = added(f, mine, NOW_MS);
    assert_false(uuid_equal(&first, &second));
    assert_waits(f, &first);
    assert_waits(f, &second);
}

static void an_upload_of_another_session_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct uuid id = added(f, mine, NOW_MS);
    struct upload_claim found = {0};
    assert_false(claims_find(f->claims, &id, theirs, &found));
    assert_memory_equal(&found, &(struct upload_claim){0}, sizeof found); /* not even seen */
    assert_true(claims_find(f->claims, &id, mine, &found));
}

static void an_id_must_be_right_in_every_byte(void **state)
{
    struct fixture *f = *state;
    struct uuid id = added(f, mine, NOW_MS);
    for (size_t i = 0; i < UUID_BYTES; i++) {
        struct uuid wrong = id;
        wrong.bytes[i] ^= 1;
        assert_false(is_found(f, &wrong, mine));
    }
    struct uuid beyond = id;
    memset(beyond.bytes + UUID_BYTES - 3, 0xFF, 3); /* a slot that there is not */
    assert_false(is_found(f, &beyond, mine));
    claims_remove(f->claims, &beyond);
}

static void no_id_is_found_in_no_slot(void **state)
{
    struct fixture *f = *state;
    static const uint8_t no_session[CLAIM_SESSION_BYTES];
    struct uuid none = {0};
    assert_false(is_found(f, &none, no_session)); /* a free slot is all zeros */
}

static void an_upload_that_was_claimed_is_gone_with_its_key(void **state)
{
    struct fixture *f = *state;
    struct uuid first = added(f, mine, NOW_MS);
    struct uuid second = added(f, mine, NOW_MS);
    struct bytes file = {0};
    claims_remove(f->claims, &first);
    claims_remove(f->claims, &first);
    assert_false(is_found(f, &first, mine));
    assert_waits(f, &second);
    assert_int_equal(ERR_OK, file_read(f->path, 16 << 20, &f->arena, &file, &f->reason));
    assert_memory_equal(file.data, (uint8_t[SLOT_BYTES]){0}, SLOT_BYTES);
}

static void removing_what_is_gone_leaves_who_came_after(void **state)
{
    struct fixture *f = *state;
    struct uuid first = added(f, mine, NOW_MS);
    claims_remove(f->claims, &first);
    reopen(f); /* the search for a free slot begins anew */
    struct uuid second = added(f, mine, NOW_MS);
    assert_memory_equal(first.bytes + 13, second.bytes + 13, 3); /* the same slot */
    claims_remove(f->claims, &first);
    assert_waits(f, &second);
    assert_false(is_found(f, &first, mine));
}

static void uploads_outlive_the_process(void **state)
{
    struct fixture *f = *state;
    struct uuid id = added(f, mine, NOW_MS);
    reopen(f);
    assert_waits(f, &id);
    struct uuid next = added(f, mine, NOW_MS);
    assert_waits(f, &id);
    assert_waits(f, &next);
}

static bool take_one(void *context, const struct upload_claim *claim)
{
    struct uuid *seen = context;
    bool is_first = uuid_is_none(seen);
    if (is_first) {
        *seen = claim->upload_id;
    }
    return is_first;
}

static void uploads_that_nobody_claims_go_if_the_visitor_agrees(void **state)
{
    struct fixture *f = *state;
    struct uuid old = added(f, mine, NOW_MS - 1);
    struct uuid as_old = added(f, theirs, NOW_MS - 1);
    struct uuid young = added(f, mine, NOW_MS);
    struct uuid seen = {0};
    claims_expire(f->claims, NOW_MS, take_one, &seen);
    assert_true(uuid_equal(&seen, &old));
    assert_false(is_found(f, &old, mine));
    assert_true(is_found(f, &as_old, theirs)); /* the visitor wanted to keep it */
    assert_true(is_found(f, &young, mine));
    seen = (struct uuid){0};
    claims_expire(f->claims, NOW_MS, take_one, &seen);
    assert_true(uuid_equal(&seen, &as_old));
    assert_false(is_found(f, &as_old, theirs));
    assert_true(is_found(f, &young, mine));
}

/* A file in which every slot is taken; each id ends in the number of its slot. */
static void fill(struct fixture *f)
{
    struct upload_claim claim = an_upload(mine, NOW_MS);
    uint8_t *slots = calloc(SLOT_COUNT, SLOT_BYTES);
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        claim.upload_id = (struct uuid){{1}};
        write_be16(claim.upload_id.bytes + UUID_BYTES - 2, (uint16_t)i);
        memcpy(slots + i * SLOT_BYTES, &claim, sizeof claim);
    }
    claims_close(&f->claims);
    file_make(f->path, bytes_of(slots, (size_t)SLOT_COUNT * SLOT_BYTES));
    free(slots);
    reopen(f);
}

static void when_too_many_wait_no_more_are_taken_until_one_is_gone(void **state)
{
    struct fixture *f = *state;
    struct upload_claim claim = an_upload(mine, NOW_MS);
    struct uuid last = {{1}};
    write_be16(last.bytes + UUID_BYTES - 2, SLOT_COUNT - 1);
    fill(f);
    assert_waits(f, &last);
    assert_int_equal(ERR_FULL, claims_add(f->claims, &f->random, &claim));
    claims_remove(f->claims, &last);
    assert_int_equal(ERR_OK, claims_add(f->claims, &f->random, &claim));
    assert_waits(f, &claim.upload_id);
    assert_int_equal(ERR_FULL, claims_add(f->claims, &f->random, &claim));
}

static void the_file_has_its_full_size_from_the_beginning(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    assert_int_equal(0, stat(f->path, &status));
    assert_int_equal((size_t)SLOT_COUNT * SLOT_BYTES, status.st_size);
    assert_int_equal(0600, status.st_mode & 0777);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct fixture *f = *state;
    struct claims *claims = NULL;
    assert_int_equal(ERR_NOT_FOUND, claims_open("/no/such/folder", &claims, &f->reason));
    assert_null(claims);
    assert_string_equal(f->reason.text,
                        "cannot open /no/such/folder/uploads.keys: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(an_upload_is_found_with_all_that_is_known_of_it),
        CASE(an_upload_of_another_session_is_not_found),
        CASE(an_id_must_be_right_in_every_byte),
        CASE(no_id_is_found_in_no_slot),
        CASE(an_upload_that_was_claimed_is_gone_with_its_key),
        CASE(removing_what_is_gone_leaves_who_came_after),
        CASE(uploads_outlive_the_process),
        CASE(uploads_that_nobody_claims_go_if_the_visitor_agrees),
        CASE(when_too_many_wait_no_more_are_taken_until_one_is_gone),
        CASE(the_file_has_its_full_size_from_the_beginning),
        CASE(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
