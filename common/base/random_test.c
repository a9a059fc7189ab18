/* Random bytes: repeatable from a seed, never twice the same from the kernel, evenly spread. */
#include "base/random.h"
#include "base/test_kit.h"

static void a_seed_gives_the_same_bytes_however_they_are_drawn(void **state)
{
    (void)state;
    static uint8_t whole[10000];
    static uint8_t pieces[10000];
    struct random_source source;
    random_init_seeded(&source, 4711);
    random_fill(&source, whole, sizeof whole);
    random_init_seeded(&source, 4711);
    for (size_t at = 0, size = 1; at < sizeof pieces; at += size, size = size % 700 + 1) {
        size_t taken = sizeof pieces - at < size ? sizeof pieces - at : size;
        random_fill(&source, pieces + at, taken);
    }
    assert_memory_equal(whole, pieces, sizeof whole);
    /* The second pool is not the first again. */
    assert_memory_not_equal(whole, whole + sizeof source.pool, 64);
}

static void other_seeds_give_other_bytes(void **state)
{
    (void)state;
    uint8_t one[32];
    uint8_t two[32];
    struct random_source source;
    random_init_seeded(&source, 1);
    random_fill(&source, one, sizeof one);
    random_init_seeded(&source, 2);
    random_fill(&source, two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void the_kernel_never_gives_the_same_twice(void **state)
{
    (void)state;
    static uint8_t one[3 * 4096];
    static uint8_t two[3 * 4096];
    struct random_source source;
    random_init(&source);
    random_fill(&source, one, sizeof one);
    random_init(&source);
    random_fill(&source, two, sizeof two);
    /* Every part of every pool is filled. */
    for (size_t at = 0; at < sizeof one; at += 32) {
        assert_memory_not_equal(one + at, two + at, 32);
        assert_memory_not_equal(one + at, (uint8_t[32]){0}, 32);
    }
}

static void what_was_handed_out_is_wiped_from_the_pool(void **state)
{
    (void)state;
    uint8_t drawn[100];
    struct random_source source;
    random_init_seeded(&source, 1);
    random_fill(&source, drawn, sizeof drawn);
    assert_memory_equal(source.pool, (uint8_t[100]){0}, 100);
    assert_memory_not_equal(source.pool + 100, (uint8_t[32]){0}, 32);
}

static void a_number_is_below_its_bound_and_each_as_likely(void **state)
{
    (void)state;
    enum { BOUND = 6, DRAWS = 60000 };
    int seen[BOUND] = {0};
    struct random_source source;
    random_init_seeded(&source, 1);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t value = random_below(&source, BOUND);
        assert_true(value < BOUND);
        seen[value]++;
    }
    for (int i = 0; i < BOUND; i++) {
        assert_in_range(seen[i], DRAWS / BOUND - 500, DRAWS / BOUND + 500);
    }
}

static void bounds_may_be_as_small_and_as_large_as_they_get(void **state)
{
    (void)state;
    struct random_source source;
    random_init_seeded(&source, 1);
    bool upper_half = false;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(0, random_below(&source, 1));
        assert_true(random_below(&source, UINT64_MAX) != UINT64_MAX);
        /* A bound that leaves a remainder of almost half of all numbers. */
        uint64_t bound = (UINT64_C(1) << 63) + 1;
        uint64_t value = random_below(&source, bound);
        assert_true(value < bound);
        upper_half |= value > UINT64_C(1) << 62;
    }
    assert_true(upper_half);
    assert_check_fails((void)random_below(&source, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_same_bytes_however_they_are_drawn),
        cmocka_unit_test(other_seeds_give_other_bytes),
        cmocka_unit_test(the_kernel_never_gives_the_same_twice),
        cmocka_unit_test(what_was_handed_out_is_wiped_from_the_pool),
        cmocka_unit_test(a_number_is_below_its_bound_and_each_as_likely),
        cmocka_unit_test(bounds_may_be_as_small_and_as_large_as_they_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
