/* Arenas: zeroed, aligned, reused after a reset, bounded in what they keep, guarded against views
 * that outlive what they show. */
#include "base/arena.h"
#include "base/test_kit.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define WITH_ADDRESS_SANITIZER 1
/* Of sanitizer/allocator_interface.h, which gcc does not install. */
size_t __sanitizer_get_current_allocated_bytes(void);
#else
#define WITH_ADDRESS_SANITIZER 0
#endif

enum { CHUNK_BYTES = 64 * 1024 };

static int set_up(void **state)
{
    struct arena *arena = calloc(1, sizeof *arena);
    arena_init(arena);
    *state = arena;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    free(*state);
    return 0;
}

static size_t allocated_bytes(void)
{
#if WITH_ADDRESS_SANITIZER
    return __sanitizer_get_current_allocated_bytes();
#else
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void what_is_taken_is_zero_and_aligned_and_nobody_elses(void **state)
{
    uint8_t *before = NULL;
    for (size_t size = 1; size < 200; size += 7) {
        uint8_t *taken = arena_take(*state, size);
        assert_int_equal(0, (uintptr_t)taken % alignof(max_align_t));
        assert_true(is_zero(taken, size));
        memset(taken, 0xAB, size);
        if (before != NULL) {
            assert_int_equal(0xAB, before[0]);
        }
        before = taken;
    }
}

static void memory_is_used_again_after_a_reset_and_zero_again(void **state)
{
    uint8_t *first = arena_take(*state, 1000);
    memset(first, 0xAB, 1000);
    arena_reset(*state);
    uint8_t *again = arena_take(*state, 1000);
    assert_ptr_equal(first, again);
    assert_true(is_zero(again, 1000));
}

static void more_than_a_chunk_can_be_taken_at_once(void **state)
{
    uint8_t *small = arena_take(*state, 10);
    uint8_t *large = arena_take(*state, 5 * CHUNK_BYTES);
    small[9] = 1;
    memset(large, 0xAB, 5 * CHUNK_BYTES);
    assert_int_equal(1, small[9]);
    assert_int_equal(0, small[8]);
}

static void a_steady_round_allocates_nothing(void **state)
{
    size_t after_first_round = 0;
    for (int round = 0; round < 5; round++) {
        for (size_t taken = 0; taken < ARENA_KEPT_BYTES; taken += CHUNK_BYTES) {
            (void)arena_take(*state, CHUNK_BYTES);
        }
        if (round == 0) {
            after_first_round = allocated_bytes();
        }
        assert_int_equal(after_first_round, allocated_bytes());
        arena_reset(*state);
    }
}

static void a_reset_keeps_a_mebibyte_at_most_and_free_keeps_nothing(void **state)
{
    size_t before = allocated_bytes();
    for (int i = 0; i < 48; i++) {
        (void)arena_take(*state, CHUNK_BYTES);
    }
    assert_true(allocated_bytes() - before >= 48 * CHUNK_BYTES);
    arena_reset(*state);
    size_t kept = allocated_bytes() - before;
    assert_true(kept >= ARENA_KEPT_BYTES);
    assert_true(kept < ARENA_KEPT_BYTES + CHUNK_BYTES);
    arena_free(*state);
    assert_int_equal(before, allocated_bytes());
}

static void a_chunk_too_large_to_keep_goes_and_smaller_ones_behind_it_stay(void **state)
{
    size_t before = allocated_bytes();
    (void)arena_take(*state, 4 * ARENA_KEPT_BYTES);
    (void)arena_take(*state, 100);
    arena_reset(*state);
    size_t kept = allocated_bytes() - before;
    assert_true(kept >= CHUNK_BYTES && kept < 2 * CHUNK_BYTES);
    (void)arena_take(*state, 100);
    assert_int_equal(kept, allocated_bytes() - before);
}

static void a_freed_arena_may_be_used_again(void **state)
{
    (void)arena_take(*state, 100);
    arena_free(*state);
    uint8_t *taken = arena_take(*state, 100);
    assert_true(is_zero(taken, 100));
}

static void copies_are_the_arenas_own_and_copied_text_ends_in_a_zero(void **state)
{
    char source[] = "acceptance";
    struct text text = arena_copy_text(*state, text_of(source));
    struct bytes bytes = arena_copy_bytes(*state, bytes_of(source, 6));
    source[0] = 'A';
    assert_text(text, "acceptance");
    assert_int_equal('\0', text.data[text.size]);
    assert_bytes(bytes, "accept", 6);
}

static void absence_stays_absence_and_emptiness_emptiness(void **state)
{
    assert_null(arena_copy_text(*state, (struct text){0}).data);
    assert_null(arena_copy_bytes(*state, (struct bytes){0}).data);
    struct text empty = arena_copy_text(*state, TEXT_LITERAL(""));
    assert_non_null(empty.data);
    assert_int_equal(0, empty.size);
    assert_non_null(arena_copy_bytes(*state, bytes_of("", 0)).data);
}

static void printing_knows_its_size(void **state)
{
    struct text text = arena_print(*state, "%s %d", "case", 42);
    assert_int_equal(7, text.size);
    assert_string_equal(text.data, "case 42");
    struct text longer = arena_print(*state, "%0*d", 3 * CHUNK_BYTES, 7);
    assert_int_equal(3 * CHUNK_BYTES, longer.size);
    assert_int_equal('7', longer.data[longer.size - 1]);
}

static void a_product_that_overflows_ends_the_process(void **state)
{
    (void)arena_take_array(*state, 3, 0);
    assert_check_fails((void)arena_take_array(*state, SIZE_MAX / 4, 8));
    assert_check_fails((void)arena_take(*state, SIZE_MAX));
}

static void a_view_that_outlives_a_reset_is_found(void **state)
{
#if !WITH_ADDRESS_SANITIZER
    (void)state;
    skip();
#else
    const uint8_t *taken = arena_take(*state, 21);
    assert_false(__asan_address_is_poisoned(taken));
    assert_false(__asan_address_is_poisoned(taken + 20));
    assert_true(__asan_address_is_poisoned(taken + 21));
    arena_reset(*state);
    assert_true(__asan_address_is_poisoned(taken));
    (void)arena_take(*state, 8);
    assert_false(__asan_address_is_poisoned(taken + 7));
    assert_true(__asan_address_is_poisoned(taken + 8));
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_is_taken_is_zero_and_aligned_and_nobody_elses),
        CASE(memory_is_used_again_after_a_reset_and_zero_again),
        CASE(more_than_a_chunk_can_be_taken_at_once),
        CASE(a_steady_round_allocates_nothing),
        CASE(a_reset_keeps_a_mebibyte_at_most_and_free_keeps_nothing),
        CASE(a_chunk_too_large_to_keep_goes_and_smaller_ones_behind_it_stay),
        CASE(a_freed_arena_may_be_used_again),
        CASE(copies_are_the_arenas_own_and_copied_text_ends_in_a_zero),
        CASE(absence_stays_absence_and_emptiness_emptiness),
        CASE(printing_knows_its_size),
        CASE(a_product_that_overflows_ends_the_process),
        CASE(a_view_that_outlives_a_reset_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
