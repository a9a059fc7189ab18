/* SHA-256, by the vectors of FIPS 180-4. */
#include "base/encoding.h"
#include "base/test_kit.h"
#include "crypto/sha256.h"

static int set_up(void **state)
{
    struct hasher *hasher = calloc(1, sizeof *hasher);
    hasher_init(hasher);
    *state = hasher;
    return 0;
}

static int tear_down(void **state)
{
    hasher_free(*state);
    free(*state);
    return 0;
}

static void assert_hash(struct hash hash, const char *expected)
{
    char digits[2 * HASH_BYTES + 1] = "";
    hex_encode(bytes_of(hash.bytes, sizeof hash.bytes), digits);
    assert_string_equal(digits, expected);
}

static void known_messages_have_their_known_hashes(void **state)
{
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_hash(hash_of(*state, (struct bytes){0}),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(hash_of(*state, bytes_of("abc", 3)),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(hash_of(*state, bytes_of(two_blocks, sizeof two_blocks - 1)),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_million_letters_are_hashed_piece_by_piece(void **state)
{
    uint8_t letters[1000];
    memset(letters, 'a', sizeof letters);
    hash_begin(*state);
    for (int i = 0; i < 1000; i++) {
        hash_add(*state, bytes_of(letters, sizeof letters));
    }
    hash_add(*state, (struct bytes){0});
    assert_hash(hash_end(*state),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void a_hasher_starts_afresh_each_time(void **state)
{
    hash_begin(*state);
    hash_add(*state, bytes_of("left behind", 11));
    assert_hash(hash_of(*state, bytes_of("abc", 3)),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_link_of_a_chain_is_the_hash_of_both_in_a_row(void **state)
{
    struct hash before = hash_of(*state, bytes_of("abc", 3));
    uint8_t both[HASH_BYTES + 6];
    memcpy(both, before.bytes, HASH_BYTES);
    memcpy(both + HASH_BYTES, "record", 6);
    struct hash expected = hash_of(*state, bytes_of(both, sizeof both));
    struct hash link = hash_chain(*state, &before, bytes_of("record", 6));
    assert_true(hash_equal(&expected, &link));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(known_messages_have_their_known_hashes),
        CASE(a_million_letters_are_hashed_piece_by_piece),
        CASE(a_hasher_starts_afresh_each_time),
        CASE(a_link_of_a_chain_is_the_hash_of_both_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
