/* The tree that is kept in tiles against one that is built naively, at every size; and what was
 * altered never enters it. */
#include "record_kit.h"

enum { ENTRIES = 70000, DENSE = 1100, STRIDE = 193 };

struct fixture {
    struct record_kit kit;
    struct hash *leaves;
    struct hash *roots; /* by size */
};

/* -- naive ---------------------------------------------------------------------------------- */

/* RFC 6962, 2.1, as it is written there. */
static struct hash naive_root(struct hasher *hasher, const struct hash *leaves, size_t count)
{
    size_t split = 1;
    if (count == 1) {
        return leaves[0];
    }
    while (2 * split < count) {
        split *= 2;
    }
    struct hash left = naive_root(hasher, leaves, split);
    struct hash right = naive_root(hasher, leaves + split, count - split);
    return merkle_node(hasher, &left, &right);
}

/* The roots of all sizes: whole subtrees are joined as a binary counter counts. */
static void roots_fill(struct fixture *f)
{
    struct hash whole[64];
    struct hasher *hasher = &f->kit.hasher;
    for (size_t size = 1; size <= ENTRIES; size++) {
        struct hash hash = f->leaves[size - 1];
        unsigned level = 0;
        for (; ((size - 1) >> level & 1) != 0; level++) {
            hash = merkle_node(hasher, &whole[level], &hash);
        }
        whole[level] = hash;
        for (level++; size >> level != 0; level++) {
            if ((size >> level & 1) != 0) {
                hash = merkle_node(hasher, &whole[level], &hash);
            }
        }
        f->roots[size] = hash;
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct arena arena;
    kit_open(&f->kit);
    kit_append(f->kit.store, "tree", ENTRIES);
    f->leaves = calloc(ENTRIES, sizeof(struct hash));
    f->roots = calloc(ENTRIES + 1, sizeof(struct hash));
    arena_init(&arena);
    for (uint64_t n = 1; n <= ENTRIES; n++) {
        f->leaves[n - 1] = merkle_leaf(&f->kit.hasher, kit_entry(&arena, "tree", n));
    }
    arena_free(&arena);
    roots_fill(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    kit_close(&f->kit);
    free(f->leaves);
    free(f->roots);
    free(f);
    return 0;
}

/* -- the tree ------------------------------------------------------------------------------- */

static void the_naive_roots_agree_with_each_other(void **state)
{
    struct fixture *f = *state;
    static const size_t sizes[] = {1, 2, 3, 7, 8, 255, 256, 257, 65535, 65536, 65537, ENTRIES};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct hash root = naive_root(&f->kit.hasher, f->leaves, sizes[i]);
        assert_true(hash_equal(&root, &f->roots[sizes[i]]));
    }
}

static void root_compare(struct fixture *f, struct store_txn *txn, uint64_t size)
{
    struct tree tree;
    struct hash root;
    tree_open(&tree, txn, &f->kit.hasher, size);
    if (!merkle_root(&tree.subtrees, size, &root) || !hash_equal(&root, &f->roots[size])) {
        fail_msg("the root of %llu entries differs", (unsigned long long)size);
    }
}

static void the_root_of_every_size_is_that_of_the_entries(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, store_begin_read(f->kit.store, &txn));
    for (uint64_t size = 1; size <= DENSE; size++) {
        root_compare(f, txn, size);
    }
    for (uint64_t size = DENSE; size < ENTRIES; size += STRIDE) {
        root_compare(f, txn, size);
    }
    for (uint64_t size = TILE_HASHES; size < ENTRIES; size += TILE_HASHES) {
        root_compare(f, txn, size - 1);
        root_compare(f, txn, size);
        root_compare(f, txn, size + 1);
    }
    root_compare(f, txn, ENTRIES);
    store_end_read(&txn);
}

static void every_tile_has_the_hashes_of_its_level(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    struct tree tree;
    size_t count = 0;
    assert_int_equal(ERR_OK, store_begin_read(f->kit.store, &txn));
    tree_open(&tree, txn, &f->kit.hasher, ENTRIES);
    for (unsigned level = 0; level < 3; level++) {
        size_t leaves = (size_t)1 << (8 * level); /* below one hash of the tile */
        for (uint64_t index = 0; tile_width(level, index, ENTRIES) > 0; index++) {
            unsigned width = tile_width(level, index, ENTRIES);
            struct bytes hashes;
            assert_true(tree_tile(&tree, level, index, width, &hashes));
            assert_int_equal(hashes.size, width * HASH_BYTES);
            for (size_t i = 0; i < width; i++, count++) {
                const struct hash *first = f->leaves + (index * TILE_HASHES + i) * leaves;
                struct hash hash = naive_root(&f->kit.hasher, first, leaves);
                assert_memory_equal(hash.bytes, hashes.data + i * HASH_BYTES, HASH_BYTES);
            }
        }
    }
    assert_int_equal(count, ENTRIES + ENTRIES / 256 + ENTRIES / 65536);
    store_end_read(&txn);
}

static void no_tile_is_there_that_the_size_does_not_have(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    struct tree tree;
    struct bytes hashes;
    assert_int_equal(ERR_OK, store_begin_read(f->kit.store, &txn));
    tree_open(&tree, txn, &f->kit.hasher, 300);
    assert_true(tree_tile(&tree, 0, 1, 44, &hashes));
    assert_false(tree_tile(&tree, 0, 1, 45, &hashes));
    assert_false(tree_tile(&tree, 0, 2, 1, &hashes));
    assert_false(tree_tile(&tree, 1, 0, 2, &hashes));
    assert_false(tree_tile(&tree, 0, 0, 0, &hashes));
    assert_int_equal(ERR_OK, store_error(txn));
    store_end_read(&txn);
}

/* Behind the last full tile the hashes come from the record: an entry that does not follow the one
 * before it is not hashed. */
static void an_altered_entry_never_enters_the_tree(void **state)
{
    struct fixture *f = *state;
    struct store_txn *txn = NULL;
    struct tree tree;
    struct bytes hashes;
    const uint64_t altered = ENTRIES + 1;
    assert_int_equal(ERR_OK, store_begin_write(f->kit.store, &txn));
    uint8_t *value = store_append(txn, TABLE_RECORD, altered, HASH_BYTES + 64);
    assert_non_null(value);
    memset(value, 7, HASH_BYTES + 64);
    assert_int_equal(ERR_OK, store_commit(&txn));
    assert_int_equal(ERR_OK, store_begin_read(f->kit.store, &txn));
    tree_open(&tree, txn, &f->kit.hasher, altered);
    unsigned width = tile_width(0, altered / TILE_HASHES, altered);
    assert_true(tree_tile(&tree, 0, altered / TILE_HASHES, width - 1, &hashes));
    assert_false(tree_tile(&tree, 0, altered / TILE_HASHES, width, &hashes));
    assert_int_equal(ERR_CORRUPT, store_error(txn));
    store_end_read(&txn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_naive_roots_agree_with_each_other),
        cmocka_unit_test(the_root_of_every_size_is_that_of_the_entries),
        cmocka_unit_test(every_tile_has_the_hashes_of_its_level),
        cmocka_unit_test(no_tile_is_there_that_the_size_does_not_have),
        cmocka_unit_test(an_altered_entry_never_enters_the_tree),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
