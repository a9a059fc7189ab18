/* The tree against the vectors of RFC 6962's reference and of other implementations, and against a
 * tree that is built naively. */
#include "base/encoding.h"
#include "base/test_kit.h"
#include "transparency/tile.h"

enum { LEAVES_MAX = 70000 };

/* A log whose entries are {"n":0}, {"n":1}, ..., kept as tiles are. */
struct fixture {
    struct hasher hasher;
    struct arena arena;
    struct hash *hashes[3]; /* by level of tiles */
    struct tile_source tiles;
};

static bool tile_read(void *context, unsigned level, uint64_t index, unsigned width,
                      struct bytes *ret_hashes)
{
    struct fixture *f = context;
    if (level >= 3) {
        return false;
    }
    *ret_hashes = bytes_of(f->hashes[level] + index * TILE_HASHES, (size_t)width * HASH_BYTES);
    return true;
}

static struct bytes entry_of(struct fixture *f, size_t index)
{
    return text_bytes(arena_print(&f->arena, "{\"n\":%zu}", index));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    hasher_init(&f->hasher);
    arena_init(&f->arena);
    for (size_t level = 0, count = LEAVES_MAX; level < 3; level++, count /= TILE_HASHES) {
        f->hashes[level] = calloc(count + 1, sizeof(struct hash));
        for (size_t i = 0; i < count; i++) {
            f->hashes[level][i] =
                level == 0 ? merkle_leaf(&f->hasher, entry_of(f, i))
                           : tile_fold(&f->hasher, bytes_of(f->hashes[level - 1] + i * TILE_HASHES,
                                                            TILE_BYTES));
        }
    }
    f->tiles = (struct tile_source){.read = tile_read, .context = f, .hasher = &f->hasher};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t level = 0; level < 3; level++) {
        free(f->hashes[level]);
    }
    hasher_free(&f->hasher);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct merkle_source source_of(struct fixture *f, uint64_t size)
{
    f->tiles.size = size;
    return tile_subtrees(&f->tiles);
}

static struct hash root_of(struct fixture *f, uint64_t size)
{
    struct hash root = {{0}};
    struct merkle_source source = source_of(f, size);
    assert_true(merkle_root(&source, size, &root));
    return root;
}

static void assert_hash(const struct hash *hash, const char *digits)
{
    char found[2 * HASH_BYTES + 1] = "";
    hex_encode(bytes_of(hash->bytes, HASH_BYTES), found);
    assert_string_equal(found, digits);
}

static void assert_root(struct fixture *f, uint64_t size, const char *digits)
{
    struct hash root = root_of(f, size);
    assert_hash(&root, digits);
}

static void roots_are_those_of_others(void **state)
{
    struct fixture *f = *state;
    assert_root(f, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_root(f, 1, "f94070abfd2da0bf72902eb13a808e794f954d9e2745c682a158f6ed0d4ac036");
    assert_root(f, 2, "3badc80537f029e1bb77280dc85203cf2ed9748dc8f571230fcba5c326c91068");
    assert_root(f, 3, "2cfef7627597e00b564975774ad728ef210706759fca6d64138c6dfc1cbf2cda");
    assert_root(f, 7, "8eefbabda4f08b5448b4dbb04eb1ebcf2cd86bf367d1c0fec3214882a91b7b9e");
    assert_root(f, 8, "daa05e291c183a06972d53a1046e0ac7d516a5e93c53139488f98abd0eca629d");
    struct hash root = root_of(f, 70000);
    struct text encoded = base64_text(&f->arena, bytes_of(root.bytes, HASH_BYTES));
    assert_text(encoded, "Bgv+86JoCgNF32/SwcmYtPJl1lKSbMhDoRdDYwUbFUc=");
}

static void leaves_are_hashed_as_the_reference_does(void **state)
{
    struct fixture *f = *state;
    static const char *const entries[] = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    struct hash hashes[8];
    for (size_t i = 0; i < 8; i++) {
        uint8_t entry[16];
        size_t size = strlen(entries[i]) / 2;
        assert_true(hex_decode(text_of(entries[i]), entry, size));
        hashes[i] = merkle_leaf(&f->hasher, bytes_of(entry, size));
    }
    assert_hash(&hashes[0], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    struct hash root = merkle_fold(&f->hasher, hashes, 8);
    assert_hash(&root, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

static void assert_proof(const struct merkle_proof *proof, const char *const *digits, size_t count)
{
    assert_int_equal(proof->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_hash(&proof->hashes[i], digits[i]);
    }
}

static void proofs_are_those_of_others(void **state)
{
    struct fixture *f = *state;
    static const char *const third[] = {
        "3d1de776df086c1ae9f7049d2bb0c0475ad14185f987e064e8d10dcb2db4a322",
        "3badc80537f029e1bb77280dc85203cf2ed9748dc8f571230fcba5c326c91068",
        "2dd81c5911e734c69a745636d999003b5421ee20710736c8d22454b542da8d5c"};
    static const char *const sixth[] = {
        "49341fdcaff60bfdace7afb9c813751bb784d60ab565c2b5ff885357a0574e81",
        "bd0070acbdc679a24cf44615841483fbfcc18aba00ae4dbe2a0c54af26cbd9fa"};
    static const char *const from_three[] = {
        "3d1de776df086c1ae9f7049d2bb0c0475ad14185f987e064e8d10dcb2db4a322",
        "d74a2d1f2af1c1cad6c5e8a86fc869162e7d1ea01e729abff17851d10948f994",
        "3badc80537f029e1bb77280dc85203cf2ed9748dc8f571230fcba5c326c91068",
        "2dd81c5911e734c69a745636d999003b5421ee20710736c8d22454b542da8d5c"};
    struct merkle_source source = source_of(f, 7);
    struct merkle_proof proof;
    assert_true(merkle_inclusion(&source, 3, 7, &proof));
    assert_proof(&proof, third, 3);
    assert_true(merkle_inclusion(&source, 6, 7, &proof));
    assert_proof(&proof, sixth, 2);
    assert_true(merkle_consistency(&source, 3, 7, &proof));
    assert_proof(&proof, from_three, 4);
    assert_true(merkle_consistency(&source, 4, 7, &proof));
    assert_proof(&proof, &from_three[3], 1);
}

/* Every leaf of every small tree is proved, and proves nothing else. */
static void every_leaf_of_small_trees_is_proved(void **state)
{
    struct fixture *f = *state;
    for (uint64_t size = 1; size <= 40; size++) {
        struct hash root = root_of(f, size);
        struct merkle_source source = source_of(f, size);
        for (uint64_t index = 0; index < size; index++) {
            struct merkle_proof proof;
            const struct hash *leaf = &f->hashes[0][index];
            assert_true(merkle_inclusion(&source, index, size, &proof));
            assert_true(merkle_includes(&f->hasher, leaf, index, size, &proof, &root));
            assert_false(merkle_includes(&f->hasher, leaf, index + 1, size, &proof, &root));
            assert_false(
                merkle_includes(&f->hasher, &f->hashes[0][index + 1], index, size, &proof, &root));
            if (proof.count > 0) {
                proof.hashes[proof.count - 1].bytes[31] ^= 1;
                assert_false(merkle_includes(&f->hasher, leaf, index, size, &proof, &root));
                proof.hashes[proof.count - 1].bytes[31] ^= 1;
                proof.count--;
                assert_false(merkle_includes(&f->hasher, leaf, index, size, &proof, &root));
            }
        }
    }
}

static void growth_is_proved(struct fixture *f, uint64_t old_size, uint64_t size)
{
    struct merkle_head old = {.size = old_size, .root = root_of(f, old_size)};
    struct merkle_head head = {.size = size, .root = root_of(f, size)};
    struct merkle_source source = source_of(f, size);
    struct merkle_proof proof;
    assert_true(merkle_consistency(&source, old_size, size, &proof));
    assert_true(merkle_grew(&f->hasher, &old, &head, &proof));
    if (old_size > 0) {
        old.root.bytes[0] ^= 1;
        assert_false(merkle_grew(&f->hasher, &old, &head, &proof));
        old.root.bytes[0] ^= 1;
    }
    head.root.bytes[0] ^= 1;
    assert_int_equal(merkle_grew(&f->hasher, &old, &head, &proof), old_size == 0 && size > 0);
}

static void every_growth_of_small_trees_is_proved(void **state)
{
    struct fixture *f = *state;
    for (uint64_t size = 1; size <= 40; size++) {
        for (uint64_t old_size = 0; old_size <= size; old_size++) {
            growth_is_proved(f, old_size, size);
        }
    }
}

static void large_trees_are_proved_from_their_tiles(void **state)
{
    struct fixture *f = *state;
    static const uint64_t sizes[] = {255, 256, 257, 511, 65535, 65536, 65537, 69999, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct merkle_proof proof;
        struct hash root = root_of(f, sizes[i]);
        struct merkle_source source = source_of(f, sizes[i]);
        for (uint64_t index = 0; index < sizes[i]; index += 97) {
            assert_true(merkle_inclusion(&source, index, sizes[i], &proof));
            assert_true(
                merkle_includes(&f->hasher, &f->hashes[0][index], index, sizes[i], &proof, &root));
        }
        growth_is_proved(f, sizes[i] / 3, sizes[i]);
        growth_is_proved(f, 256 < sizes[i] ? 256 : 1, sizes[i]);
    }
}

static void a_shrunken_log_never_grew(void **state)
{
    struct fixture *f = *state;
    struct merkle_head old = {.size = 9, .root = root_of(f, 9)};
    struct merkle_head head = {.size = 8, .root = root_of(f, 8)};
    struct merkle_proof proof = {.count = 0};
    assert_false(merkle_grew(&f->hasher, &old, &head, &proof));
}

/* -- tiles ---------------------------------------------------------------------------------- */

static void assert_path(struct fixture *f, struct tile tile, const char *path)
{
    struct tile read;
    assert_text(tile_path(&tile, &f->arena), path);
    assert_true(tile_parse(text_after(text_of(path), strlen("tile/")), &read));
    assert_int_equal(read.is_entries, tile.is_entries);
    assert_int_equal(read.level, tile.level);
    assert_int_equal(read.index, tile.index);
    assert_int_equal(read.width, tile.width);
}

static void paths_are_written_and_read(void **state)
{
    struct fixture *f = *state;
    assert_path(f, (struct tile){.width = 256}, "tile/0/000");
    assert_path(f, (struct tile){.index = 256, .width = 256}, "tile/0/256");
    assert_path(f, (struct tile){.index = 70000, .width = 256}, "tile/0/x070/000");
    assert_path(f, (struct tile){.level = 1, .index = 1234067, .width = 17},
                "tile/1/x001/x234/067.p/17");
    assert_path(f, (struct tile){.is_entries = true, .index = 273, .width = 112},
                "tile/entries/273.p/112");
}

static void what_is_no_path_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "0",
                                        "0/",
                                        "0/00",
                                        "0/0000",
                                        "00/000",
                                        "8/000",
                                        "0/x000/001",
                                        "0/000.p/0",
                                        "0/000.p/256",
                                        "0/000.p/01",
                                        "0/000.p",
                                        "0/000/",
                                        "0/1x1",
                                        "0/x001/",
                                        "-1/000",
                                        "0/000.q/1",
                                        "entries/00a",
                                        "0/x001/x2/3",
                                        "entry/000",
                                        "0/x1/x001/000",
                                        "0/000.p/1/"};
    struct tile tile;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (tile_parse(text_of(wrong[i]), &tile)) {
            fail_msg("%s was taken for a tile", wrong[i]);
        }
    }
}

static void the_tiles_of_a_size_have_their_widths(void **state)
{
    (void)state;
    assert_int_equal(tile_width(0, 272, 70000), 256);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(0, 274, 70000), 0);
    assert_int_equal(tile_width(1, 0, 70000), 256);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(3, 0, 70000), 0);
    assert_int_equal(tile_width(0, UINT64_MAX, UINT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_others),
        cmocka_unit_test(leaves_are_hashed_as_the_reference_does),
        cmocka_unit_test(proofs_are_those_of_others),
        cmocka_unit_test(every_leaf_of_small_trees_is_proved),
        cmocka_unit_test(every_growth_of_small_trees_is_proved),
        cmocka_unit_test(large_trees_are_proved_from_their_tiles),
        cmocka_unit_test(a_shrunken_log_never_grew),
        cmocka_unit_test(paths_are_written_and_read),
        cmocka_unit_test(what_is_no_path_is_refused),
        cmocka_unit_test(the_tiles_of_a_size_have_their_widths),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
