/* Files that wait: whole and sealed, found by their session alone, gone after a day unless somebody
 * has them. */
#include "service/waiting_files.h"

#include "base/file.h"
#include "base/test_kit.h"

#include <stdlib.h>

#define NOW_MS INT64_C(1771200000000)

static const uint8_t mine[CLAIM_SESSION_BYTES] = {1, 2, 3};
static const uint8_t theirs[CLAIM_SESSION_BYTES] = {1, 2, 4};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct reason reason;
    struct waiting_files files;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    struct service_start start = {.folder = f->folder.path};
    assert_int_equal(ERR_OK, waiting_files_open(&f->files, &start, "papers", &f->reason));
    waiting_files_sink.tidy(&f->files, NOW_MS);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    waiting_files_close(&f->files);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct upload_begin beginning(void)
{
    return (struct upload_begin){.session = bytes_of(mine, sizeof mine),
                                 .media_type = TEXT_LITERAL("application/pdf")};
}

static struct upload_outcome uploaded(struct fixture *f, const char *content)
{
    struct upload_begin begin = beginning();
    struct upload_outcome outcome = {0};
    void *file = NULL;
    assert_int_equal(PROBLEM_NONE, waiting_files_sink.begin(&f->files, &begin, &file));
    assert_int_equal(PROBLEM_NONE,
                     waiting_files_sink.write(&f->files, file, text_bytes(text_of(content))));
    assert_int_equal(PROBLEM_NONE, waiting_files_sink.finish(&f->files, file, &outcome));
    return outcome;
}

static bool waits(struct fixture *f, const struct upload_outcome *outcome,
                  const uint8_t session[CLAIM_SESSION_BYTES], struct upload_claim *ret_claim)
{
    return waiting_files_find(&f->files, &outcome->upload_id,
                              bytes_of(session, CLAIM_SESSION_BYTES), ret_claim);
}

/* What can be read of the file itself. */
static enum err content_read(struct fixture *f, const struct upload_claim *claim,
                             struct bytes *ret_content)
{
    return blob_read(f->files.folder, &claim->facts.sealed, claim->key, 0, &f->arena, ret_content);
}

static void a_file_waits_for_the_session_that_brought_it(void **state)
{
    struct fixture *f = *state;
    struct upload_outcome outcome = uploaded(f, "a plan");
    struct upload_claim claim;
    struct bytes content;
    assert_int_equal(6, outcome.size);
    assert_false(waits(f, &outcome, theirs, &claim));
    assert_false(waiting_files_find(&f->files, &outcome.upload_id, bytes_of(mine, 3), &claim));
    assert_true(waits(f, &outcome, mine, &claim));
    assert_true(hash_equal(&outcome.sha256, &claim.facts.plain));
    assert_string_equal("application/pdf", claim.media_type);
    assert_int_equal(NOW_MS, claim.made_ms);
    assert_int_equal(ERR_OK, content_read(f, &claim, &content));
    assert_true(bytes_equal(text_bytes(TEXT_LITERAL("a plan")), content));
}

static void a_session_or_a_type_that_fits_nowhere_is_refused(void **state)
{
    struct fixture *f = *state;
    char type[CLAIM_MEDIA_TYPE_BYTES + 1] = "";
    memset(type, 'a', CLAIM_MEDIA_TYPE_BYTES);
    void *file = NULL;
    struct upload_begin begin = beginning();
    begin.session.size--;
    assert_int_equal(PROBLEM_INVALID_FIELDS, waiting_files_sink.begin(&f->files, &begin, &file));
    begin = beginning();
    begin.media_type = text_of(type);
    assert_int_equal(PROBLEM_INVALID_FIELDS, waiting_files_sink.begin(&f->files, &begin, &file));
    assert_null(file);
}

static void what_nobody_claims_goes_after_a_day_with_its_file(void **state)
{
    struct fixture *f = *state;
    struct upload_outcome outcome = uploaded(f, "a plan");
    struct upload_claim claim;
    struct bytes content;
    waiting_files_sink.tidy(&f->files, NOW_MS + CLAIM_KEPT_MS);
    assert_true(waits(f, &outcome, mine, &claim));
    waiting_files_sink.tidy(&f->files, NOW_MS + CLAIM_KEPT_MS + 1);
    struct upload_claim gone;
    assert_false(waits(f, &outcome, mine, &gone));
    assert_int_equal(ERR_NOT_FOUND, content_read(f, &claim, &content));
}

static bool one_is_claimed(void *context, const struct hash *sealed)
{
    return hash_equal(context, sealed);
}

static void a_file_that_somebody_has_stays_when_its_slot_goes(void **state)
{
    struct fixture *f = *state;
    struct upload_outcome outcome = uploaded(f, "a plan");
    struct upload_outcome other = uploaded(f, "another");
    struct upload_claim claim;
    struct upload_claim unclaimed;
    struct bytes content;
    assert_true(waits(f, &outcome, mine, &claim));
    assert_true(waits(f, &other, mine, &unclaimed));
    f->files.is_claimed = one_is_claimed;
    f->files.context = &claim.facts.sealed;
    waiting_files_sink.tidy(&f->files, NOW_MS + CLAIM_KEPT_MS + 1);
    assert_int_equal(ERR_OK, content_read(f, &claim, &content));
    assert_int_equal(ERR_NOT_FOUND, content_read(f, &unclaimed, &content));
    assert_false(waits(f, &outcome, mine, &claim));
}

static void no_file_waits_in_a_replay(void **state)
{
    struct fixture *f = *state;
    struct service_start start = {.folder = f->folder.path, .is_replay = true};
    struct waiting_files files = {0};
    struct upload_outcome outcome = uploaded(f, "a plan");
    struct upload_claim claim;
    assert_int_equal(ERR_OK, waiting_files_open(&files, &start, "papers", &f->reason));
    assert_false(
        waiting_files_find(&files, &outcome.upload_id, bytes_of(mine, sizeof mine), &claim));
    assert_string_equal(f->files.folder, files.folder);
    waiting_files_close(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_file_waits_for_the_session_that_brought_it),
        CASE(a_session_or_a_type_that_fits_nowhere_is_refused),
        CASE(what_nobody_claims_goes_after_a_day_with_its_file),
        CASE(a_file_that_somebody_has_stays_when_its_slot_goes),
        CASE(no_file_waits_in_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
