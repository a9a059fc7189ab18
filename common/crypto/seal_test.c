/* Sealed values: opened by their key alone, and not at all once anything of them was changed. */
#include "base/test_kit.h"
#include "crypto/seal.h"

#include <sodium.h>

enum { SUBJECT = 4711 };

struct fixture {
    struct arena arena;
    struct random_source random;
    uint8_t key[SEAL_KEY_BYTES];
    uint8_t box_seed[SEAL_KEY_BYTES];
    uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    arena_init(&f->arena);
    random_init_seeded(&f->random, 1);
    random_fill(&f->random, f->key, sizeof f->key);
    random_fill(&f->random, f->box_seed, sizeof f->box_seed);
    seal_public_key(f->box_seed, f->public_key);
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

static const struct bytes plain = {(const uint8_t *)"王芳", 6};

static struct bytes by_key(struct fixture *f, struct bytes value)
{
    struct personal sealed = seal_with_key(f->key, SUBJECT, value, &f->random, &f->arena);
    assert_true(sealed.sealed);
    return sealed.value;
}

static struct bytes by_public_key(struct fixture *f, struct bytes value)
{
    struct personal sealed =
        seal_to_public_key(f->public_key, SUBJECT, value, &f->random, &f->arena);
    assert_true(sealed.sealed);
    return sealed.value;
}

static bool opens(struct fixture *f, struct bytes sealed)
{
    struct bytes opened;
    return seal_open(f->key, f->box_seed, sealed, &f->arena, &opened);
}

static void assert_opens(struct fixture *f, struct bytes sealed, struct bytes expected)
{
    struct bytes opened = {0};
    uint64_t subject = 0;
    assert_true(seal_subject(sealed, &subject));
    assert_int_equal(SUBJECT, subject);
    assert_true(seal_open(f->key, f->box_seed, sealed, &f->arena, &opened));
    assert_bytes(opened, expected.data, expected.size);
}

static void what_is_sealed_is_opened_again_by_its_key(void **state)
{
    struct fixture *f = *state;
    assert_opens(f, by_key(f, plain), plain);
    assert_opens(f, by_public_key(f, plain), plain);
    assert_opens(f, by_key(f, (struct bytes){0}), (struct bytes){0});
    assert_opens(f, by_public_key(f, (struct bytes){0}), (struct bytes){0});
    struct bytes large = bytes_of(arena_take(&f->arena, 50000), 50000);
    assert_opens(f, by_key(f, large), large);
    assert_opens(f, by_public_key(f, large), large);
}

static void the_bytes_are_those_the_format_says(void **state)
{
    struct fixture *f = *state;
    static const uint8_t subject[] = {0, 0, 0, 0, 0, 0, 0x12, 0x67};
    struct bytes keyed = by_key(f, plain);
    assert_int_equal(1 + 8 + 24 + 6 + 16, keyed.size);
    assert_int_equal(1, keyed.data[0]);
    assert_memory_equal(keyed.data + 1, subject, 8);
    struct bytes boxed = by_public_key(f, plain);
    assert_int_equal(1 + 8 + 32 + 16 + 6, boxed.size);
    assert_int_equal(2, boxed.data[0]);
    assert_memory_equal(boxed.data + 1, subject, 8);
    assert_true(keyed.size <= plain.size + SEAL_EXTRA_BYTES_MAX);
    assert_true(boxed.size <= plain.size + SEAL_EXTRA_BYTES_MAX);
}

static void the_same_value_never_looks_the_same(void **state)
{
    struct fixture *f = *state;
    struct bytes one = by_key(f, plain);
    struct bytes two = by_key(f, plain);
    assert_memory_not_equal(one.data + 9, two.data + 9, 24);
    assert_memory_not_equal(one.data + 33, two.data + 33, 22);
    one = by_public_key(f, plain);
    two = by_public_key(f, plain);
    assert_memory_not_equal(one.data + 9, two.data + 9, 32);
    assert_memory_not_equal(one.data + 41, two.data + 41, 22);
}

static void a_run_from_a_seed_seals_the_same_bytes_again(void **state)
{
    struct fixture *f = *state;
    struct random_source again = f->random;
    struct bytes keyed = by_key(f, plain);
    struct bytes boxed = by_public_key(f, plain);
    f->random = again;
    assert_bytes(by_key(f, plain), keyed.data, keyed.size);
    assert_bytes(by_public_key(f, plain), boxed.data, boxed.size);
}

static void every_changed_byte_under_the_key_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct bytes sealed = by_key(f, plain);
    uint8_t *changed = arena_take(&f->arena, sealed.size);
    for (size_t i = 0; i < sealed.size; i++) {
        memcpy(changed, sealed.data, sealed.size);
        changed[i] ^= 0x01;
        assert_false(opens(f, bytes_of(changed, sealed.size)));
    }
}

static void every_changed_byte_of_a_box_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct bytes sealed = by_public_key(f, plain);
    uint8_t *changed = arena_take(&f->arena, sealed.size);
    for (size_t i = 0; i < sealed.size; i++) {
        memcpy(changed, sealed.data, sealed.size);
        changed[i] ^= 0x01;
        /* Its subject says whose key to take and is not sealed itself. */
        bool is_subject = i >= 1 && i <= 8;
        assert_int_equal(is_subject, opens(f, bytes_of(changed, sealed.size)));
    }
}

static void a_value_cut_short_or_drawn_out_is_noticed(void **state)
{
    struct fixture *f = *state;
    const struct bytes both[] = {by_key(f, plain), by_public_key(f, plain)};
    for (size_t form = 0; form < COUNT(both); form++) {
        uint8_t *longer = arena_take(&f->arena, both[form].size + 1);
        memcpy(longer, both[form].data, both[form].size);
        for (size_t size = 0; size < both[form].size; size++) {
            uint8_t *shorter = malloc(size + 1); /* so that a read too far is found */
            memcpy(shorter, longer, size);
            assert_false(opens(f, bytes_of(shorter, size)));
            free(shorter);
        }
        assert_false(opens(f, bytes_of(longer, both[form].size + 1)));
    }
}

static void another_key_opens_nothing(void **state)
{
    struct fixture *f = *state;
    struct bytes keyed = by_key(f, plain);
    struct bytes boxed = by_public_key(f, plain);
    f->key[31] ^= 1;
    f->box_seed[31] ^= 1;
    assert_false(opens(f, keyed));
    assert_false(opens(f, boxed));
}

static void what_is_no_sealed_value_has_no_subject(void **state)
{
    (void)state;
    uint64_t subject = 99;
    static const struct bytes bad[] = {
        {0},
        {(const uint8_t *)"\1\0\0\0\0\0\0\0", 8},
        {(const uint8_t *)"\0\0\0\0\0\0\0\0\1", 9},
        {(const uint8_t *)"\3\0\0\0\0\0\0\0\1", 9},
        {(const uint8_t *)"Wang Fang, 42", 13},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(seal_subject(bad[i], &subject));
        assert_int_equal(99, subject);
    }
}

/* -- libsodium's own sealed boxes -------------------------------------------------------------- */

static void libsodium_opens_our_boxes(void **state)
{
    struct fixture *f = *state;
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_box_SECRETKEYBYTES];
    uint8_t opened[6];
    struct bytes sealed = by_public_key(f, plain);
    assert_int_equal(0, crypto_box_seed_keypair(public_key, secret_key, f->box_seed));
    assert_memory_equal(public_key, f->public_key, sizeof public_key);
    assert_int_equal(0,
                     crypto_box_seal_open(opened, sealed.data + SEAL_HEADER_BYTES,
                                          sealed.size - SEAL_HEADER_BYTES, public_key, secret_key));
    assert_memory_equal(opened, plain.data, sizeof opened);
}

static void we_open_libsodiums_boxes(void **state)
{
    struct fixture *f = *state;
    uint8_t sealed[SEAL_HEADER_BYTES + crypto_box_SEALBYTES + 6] = {2, 0, 0,    0,   0,
                                                                    0, 0, 0x12, 0x67};
    assert_int_equal(
        0, crypto_box_seal(sealed + SEAL_HEADER_BYTES, plain.data, plain.size, f->public_key));
    assert_opens(f, bytes_of(sealed, sizeof sealed), plain);
}

/* -- keyed hashes ------------------------------------------------------------------------------ */

static void equal_values_have_equal_hashes_under_one_key_and_label(void **state)
{
    struct fixture *f = *state;
    uint8_t hash[KEYED_HASH_BYTES];
    uint8_t other[KEYED_HASH_BYTES];
    keyed_hash(f->key, "phone", text_bytes(TEXT_LITERAL("13800000000")), hash);
    keyed_hash(f->key, "phone", text_bytes(TEXT_LITERAL("13800000000")), other);
    assert_memory_equal(hash, other, sizeof hash);
    keyed_hash(f->key, "phone", text_bytes(TEXT_LITERAL("13800000001")), other);
    assert_memory_not_equal(hash, other, sizeof hash);
    keyed_hash(f->key, "id number", text_bytes(TEXT_LITERAL("13800000000")), other);
    assert_memory_not_equal(hash, other, sizeof hash);
    /* Label and value are told apart. */
    keyed_hash(f->key, "phone1", text_bytes(TEXT_LITERAL("3800000000")), other);
    assert_memory_not_equal(hash, other, sizeof hash);
    keyed_hash(f->box_seed, "phone", text_bytes(TEXT_LITERAL("13800000000")), other);
    assert_memory_not_equal(hash, other, sizeof hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_is_sealed_is_opened_again_by_its_key),
        CASE(the_bytes_are_those_the_format_says),
        CASE(the_same_value_never_looks_the_same),
        CASE(a_run_from_a_seed_seals_the_same_bytes_again),
        CASE(every_changed_byte_under_the_key_is_noticed),
        CASE(every_changed_byte_of_a_box_is_noticed),
        CASE(a_value_cut_short_or_drawn_out_is_noticed),
        CASE(another_key_opens_nothing),
        CASE(what_is_no_sealed_value_has_no_subject),
        CASE(libsodium_opens_our_boxes),
        CASE(we_open_libsodiums_boxes),
        CASE(equal_values_have_equal_hashes_under_one_key_and_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
