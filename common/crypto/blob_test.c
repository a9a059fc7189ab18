/* Blobs: any size comes back, any change is noticed, nothing half-made stays. */
#include "base/encoding.h"
#include "base/file.h"
#include "base/test_kit.h"
#include "crypto/blob.h"
#include "crypto/sha256.h"

#include <dirent.h>
#include <sodium.h>

enum {
    /* The file, as README.md says. */
    MAGIC_BYTES = 8,
    TAG_BYTES = 16,
    CHUNK = BLOB_CHUNK_BYTES,
    SEALED_CHUNK = CHUNK + TAG_BYTES,
};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct random_source random;
    struct hasher hasher;
    uint8_t key[SEAL_KEY_BYTES];
    uint8_t *content; /* 3 chunks of it */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    random_init_seeded(&f->random, 1);
    hasher_init(&f->hasher);
    random_fill(&f->random, f->key, sizeof f->key);
    f->content = malloc(3 * CHUNK);
    random_fill(&f->random, f->content, 3 * CHUNK);
    struct reason reason;
    assert_int_equal(ERR_OK, blob_folders_make(f->folder.path, &reason));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    hasher_free(&f->hasher);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f->content);
    free(f);
    return 0;
}

/* Writes the first `size` bytes of the content, `piece` at a time. */
static struct blob_facts written(struct fixture *f, size_t size, size_t piece)
{
    struct blob_writer *writer = NULL;
    struct blob_facts facts;
    assert_int_equal(ERR_OK, blob_begin(f->folder.path, f->key, &f->random, &writer));
    for (size_t at = 0; at < size; at += piece) {
        size_t taken = size - at < piece ? size - at : piece;
        assert_int_equal(ERR_OK, blob_write(writer, bytes_of(f->content + at, taken)));
    }
    assert_int_equal(ERR_OK, blob_finish(&writer, &facts));
    assert_null(writer);
    return facts;
}

static enum err read_chunk(struct fixture *f, const struct blob_facts *facts, uint64_t index,
                           struct bytes *ret_bytes)
{
    return blob_read(f->folder.path, &facts->sealed, f->key, index, &f->arena, ret_bytes);
}

/* Where a blob lies: in a folder named by the first byte of its hash. */
static const char *path_of(struct fixture *f, const struct hash *sealed)
{
    struct text digits = hex_text(&f->arena, bytes_of(sealed->bytes, sizeof sealed->bytes));
    return arena_print(&f->arena, "%s/%.2s/%s", f->folder.path, digits.data, digits.data).data;
}

static size_t files_in(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] == '.' ? 0 : 1;
    }
    closedir(folder);
    return count;
}

/* -- what comes back --------------------------------------------------------------------------- */

static void assert_content(struct fixture *f, const struct blob_facts *facts, size_t size)
{
    size_t got = 0;
    uint64_t index = 0;
    struct bytes chunk = {0};
    enum err err = ERR_OK;
    for (; (err = read_chunk(f, facts, index, &chunk)) == ERR_OK; index++) {
        assert_true(got + chunk.size <= size);
        if (chunk.size > 0) {
            assert_memory_equal(chunk.data, f->content + got, chunk.size);
        }
        got += chunk.size;
    }
    assert_int_equal(ERR_NOT_FOUND, err);
    assert_int_equal(size, got);
}

static void every_size_comes_back_and_is_known_by_its_facts(void **state)
{
    struct fixture *f = *state;
    static const size_t sizes[] = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK};
    static const size_t chunks[] = {1, 1, 1, 1, 2, 3};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct blob_facts facts = written(f, sizes[i], 7777);
        struct hash plain = hash_of(&f->hasher, bytes_of(f->content, sizes[i]));
        const char *path = path_of(f, &facts.sealed);
        struct bytes file = {0};
        assert_int_equal(sizes[i], facts.size);
        assert_true(hash_equal(&plain, &facts.plain));
        assert_int_equal(MAGIC_BYTES + sizes[i] + chunks[i] * TAG_BYTES, file_size(path));
        assert_int_equal(ERR_OK, file_read(path, 1 << 20, &f->arena, &file, NULL));
        struct hash sealed = hash_of(&f->hasher, file);
        assert_true(hash_equal(&sealed, &facts.sealed));
        assert_memory_equal(file.data, "GHBLOB1\n", MAGIC_BYTES);
        assert_content(f, &facts, sizes[i]);
    }
}

static void the_pieces_it_was_written_in_do_not_matter(void **state)
{
    struct fixture *f = *state;
    static const size_t pieces[] = {CHUNK, CHUNK + 1, 1000, 3 * CHUNK};
    struct blob_facts first = written(f, 2 * CHUNK + 5, 4096);
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct blob_facts facts = written(f, 2 * CHUNK + 5, pieces[i]);
        assert_true(hash_equal(&first.sealed, &facts.sealed));
    }
}

static void the_content_cannot_be_seen_in_the_file(void **state)
{
    struct fixture *f = *state;
    struct bytes file = {0};
    memset(f->content, 'A', CHUNK);
    struct blob_facts facts = written(f, CHUNK, CHUNK);
    assert_int_equal(ERR_OK, file_read(path_of(f, &facts.sealed), 1 << 20, &f->arena, &file, NULL));
    assert_null(memmem(file.data, file.size, "AAAA", 4));
}

static void a_blob_and_its_folder_are_its_owners_alone(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    struct blob_facts facts = written(f, 1, 1);
    assert_int_equal(0, stat(path_of(f, &facts.sealed), &status));
    assert_int_equal(0600, status.st_mode & 0777);
    assert_int_equal(0, stat(path_in(&f->folder, "00", &f->arena), &status));
    assert_int_equal(0700, status.st_mode & 0777);
}

/* -- what is noticed --------------------------------------------------------------------------- */

static void a_changed_byte_is_noticed_wherever_it_stands(void **state)
{
    struct fixture *f = *state;
    static const struct {
        long offset;
        uint64_t index; /* of the chunk it belongs to */
    } places[] = {
        {0, 0},                                                      /* the magic */
        {6, 0},                                                      /* the version in it */
        {MAGIC_BYTES, 0},                                            /* first chunk */
        {MAGIC_BYTES + CHUNK - 1, 0},                                /* its last byte */
        {MAGIC_BYTES + CHUNK, 0},                                    /* its tag */
        {MAGIC_BYTES + SEALED_CHUNK - 1, 0},                         /* the end of that */
        {MAGIC_BYTES + SEALED_CHUNK, 1},                             /* second chunk */
        {MAGIC_BYTES + 2 * SEALED_CHUNK + CHUNK + TAG_BYTES - 1, 2}, /* the end of the file */
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        struct blob_facts facts = written(f, 3 * CHUNK, CHUNK);
        const char *path = path_of(f, &facts.sealed);
        struct bytes file = {0};
        struct bytes chunk = {0};
        assert_int_equal(ERR_OK, file_read(path, 1 << 20, &f->arena, &file, NULL));
        uint8_t changed = file.data[places[i].offset] ^ 0x80;
        file_patch(path, places[i].offset, &changed, 1);
        assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, places[i].index, &chunk));
        assert_null(chunk.data);
    }
}

static void a_file_cut_short_is_noticed_at_its_new_end(void **state)
{
    struct fixture *f = *state;
    static const struct {
        off_t size;
        uint64_t index; /* of the chunk that ends it now */
    } cuts[] = {
        {MAGIC_BYTES + 2 * SEALED_CHUNK + SEALED_CHUNK - 1, 2},
        {MAGIC_BYTES + 2 * SEALED_CHUNK + TAG_BYTES - 1, 2},
        {MAGIC_BYTES + 2 * SEALED_CHUNK + 1, 2},
        {MAGIC_BYTES + 2 * SEALED_CHUNK, 1}, /* whole chunks: the last one does not say so */
        {MAGIC_BYTES + SEALED_CHUNK, 0},
        {MAGIC_BYTES, 0},
        {MAGIC_BYTES - 1, 0},
        {0, 0},
    };
    for (size_t i = 0; i < COUNT(cuts); i++) {
        struct blob_facts facts = written(f, 3 * CHUNK, CHUNK);
        struct bytes chunk = {0};
        assert_int_equal(0, truncate(path_of(f, &facts.sealed), cuts[i].size));
        assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, cuts[i].index, &chunk));
    }
}

static void a_file_that_was_drawn_out_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct blob_facts facts = written(f, CHUNK, CHUNK);
    struct bytes chunk = {0};
    const char *path = path_of(f, &facts.sealed);
    assert_int_equal(0, truncate(path, MAGIC_BYTES + SEALED_CHUNK + 1));
    assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, 0, &chunk));
    assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, 1, &chunk));
}

static void chunks_that_changed_places_are_noticed(void **state)
{
    struct fixture *f = *state;
    struct blob_facts facts = written(f, 3 * CHUNK, CHUNK);
    const char *path = path_of(f, &facts.sealed);
    struct bytes file = {0};
    struct bytes chunk = {0};
    assert_int_equal(ERR_OK, file_read(path, 1 << 20, &f->arena, &file, NULL));
    const uint8_t *first = file.data + MAGIC_BYTES;
    file_patch(path, MAGIC_BYTES, first + SEALED_CHUNK, SEALED_CHUNK);
    file_patch(path, MAGIC_BYTES + SEALED_CHUNK, first, SEALED_CHUNK);
    assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, 0, &chunk));
    assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, 1, &chunk));
    assert_int_equal(ERR_OK, read_chunk(f, &facts, 2, &chunk));
}

static void another_key_opens_nothing(void **state)
{
    struct fixture *f = *state;
    struct blob_facts facts = written(f, 100, 100);
    struct bytes chunk = {0};
    f->key[0] ^= 1;
    assert_int_equal(ERR_CORRUPT, read_chunk(f, &facts, 0, &chunk));
}

static void chunks_and_blobs_that_are_not_there_are_not_found(void **state)
{
    struct fixture *f = *state;
    struct blob_facts facts = written(f, 2 * CHUNK, CHUNK);
    struct bytes chunk = {0};
    assert_int_equal(ERR_NOT_FOUND, read_chunk(f, &facts, 2, &chunk));
    assert_int_equal(ERR_NOT_FOUND, read_chunk(f, &facts, UINT64_MAX, &chunk));
    /* A number that would lead back into the file if it were multiplied carelessly. */
    assert_int_equal(ERR_NOT_FOUND, read_chunk(f, &facts, UINT64_C(1) << 60, &chunk));
    facts.sealed.bytes[5] ^= 1;
    assert_int_equal(ERR_NOT_FOUND, read_chunk(f, &facts, 0, &chunk));
}

/* -- what stays -------------------------------------------------------------------------------- */

static void a_blob_that_was_dropped_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct blob_writer *writer = NULL;
    const char *new_files = path_in(&f->folder, "new", &f->arena);
    assert_int_equal(ERR_OK, blob_begin(f->folder.path, f->key, &f->random, &writer));
    assert_int_equal(ERR_OK, blob_write(writer, bytes_of(f->content, 2 * CHUNK)));
    assert_int_equal(1, files_in(new_files));
    blob_drop(&writer);
    assert_null(writer);
    blob_drop(&writer);
    assert_int_equal(0, files_in(new_files));
    (void)written(f, 10, 10);
    assert_int_equal(0, files_in(new_files));
}

static void a_blob_that_cannot_be_finished_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct blob_writer *writer = NULL;
    struct blob_facts facts;
    const char *new_files = path_in(&f->folder, "new", &f->arena);
    for (unsigned i = 0; i < 256; i++) {
        assert_int_equal(0, rmdir(arena_print(&f->arena, "%s/%02x", f->folder.path, i).data));
    }
    assert_int_equal(ERR_OK, blob_begin(f->folder.path, f->key, &f->random, &writer));
    assert_int_equal(ERR_NOT_FOUND, blob_finish(&writer, &facts));
    assert_null(writer);
    assert_int_equal(0, files_in(new_files));
    assert_int_equal(0, rmdir(new_files));
    assert_int_equal(ERR_NOT_FOUND, blob_begin(f->folder.path, f->key, &f->random, &writer));
    assert_null(writer);
}

static void a_blob_is_removed_once(void **state)
{
    struct fixture *f = *state;
    struct blob_facts facts = written(f, 10, 10);
    struct bytes chunk = {0};
    assert_int_equal(ERR_OK, blob_remove(f->folder.path, &facts.sealed));
    assert_false(file_exists(path_of(f, &facts.sealed)));
    assert_int_equal(ERR_NOT_FOUND, read_chunk(f, &facts, 0, &chunk));
    assert_int_equal(ERR_NOT_FOUND, blob_remove(f->folder.path, &facts.sealed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(every_size_comes_back_and_is_known_by_its_facts),
        CASE(the_pieces_it_was_written_in_do_not_matter),
        CASE(the_content_cannot_be_seen_in_the_file),
        CASE(a_blob_and_its_folder_are_its_owners_alone),
        CASE(a_changed_byte_is_noticed_wherever_it_stands),
        CASE(a_file_cut_short_is_noticed_at_its_new_end),
        CASE(a_file_that_was_drawn_out_is_noticed),
        CASE(chunks_that_changed_places_are_noticed),
        CASE(another_key_opens_nothing),
        CASE(chunks_and_blobs_that_are_not_there_are_not_found),
        CASE(a_blob_that_was_dropped_leaves_nothing),
        CASE(a_blob_that_cannot_be_finished_leaves_nothing),
        CASE(a_blob_is_removed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
