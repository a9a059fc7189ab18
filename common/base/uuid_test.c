/* UUIDs: their text, and ids that always grow. */
#include "base/test_kit.h"
#include "base/uuid.h"

enum { COUNTER_MAX = (1 << 22) - 1 };

#define NOW_MS INT64_C(1771200000000)

struct fixture {
    struct random_source random;
    struct uuid_generator generator;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    random_init_seeded(&f->random, 1);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

/* The time that an id begins with. */
static int64_t time_of(const struct uuid *uuid)
{
    return (int64_t)(read_be64(uuid->bytes) >> 16);
}

static int order_of(const struct uuid *left, const struct uuid *right)
{
    return memcmp(left->bytes, right->bytes, UUID_BYTES);
}

static void the_text_is_canonical(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7C, 0xC3,
                                    0x98, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
    struct uuid uuid;
    char text[UUID_TEXT_BYTES + 1];
    /* RFC 9562, appendix A.6 */
    assert_true(uuid_parse(TEXT_LITERAL("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), &uuid));
    assert_memory_equal(uuid.bytes, bytes, sizeof bytes);
    uuid_format(&uuid, text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void any_other_form_is_refused(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_LITERAL(""),
        TEXT_LITERAL("017f22e279b07cc398c4dc0c0c07398f"),
        TEXT_LITERAL("{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}"),
        TEXT_LITERAL("017f22e2-79b0-7cc3-98c4-dc0c0c07398"),
        TEXT_LITERAL("017f22e2-79b0-7cc3-98c4-dc0c0c07398f0"),
        TEXT_LITERAL("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"),
        TEXT_LITERAL("017f22e2-79b0-7cc398-c4-dc0c0c07398f"),
        TEXT_LITERAL("017f22e2079b007cc3098c40dc0c0c07398f"),
        TEXT_LITERAL("017f22e--79b0-7cc3-98c4-dc0c0c07398f"),
        TEXT_LITERAL("017f22e2-79b0-7cc3-98c4-dc0c0c0739\0f"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct uuid uuid = {{0xAB}};
        assert_false(uuid_parse(bad[i], &uuid));
        assert_int_equal(0xAB, uuid.bytes[0]);
    }
}

static void zero_is_no_id(void **state)
{
    (void)state;
    struct uuid uuid = {0};
    assert_true(uuid_is_none(&uuid));
    uuid.bytes[15] = 1;
    assert_false(uuid_is_none(&uuid));
    assert_true(uuid_equal(&uuid, &uuid));
    assert_false(uuid_equal(&uuid, &(struct uuid){0}));
}

static void an_id_is_of_version_7_and_carries_its_time(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 1000; i++) {
        struct uuid uuid = uuid_next(&f->generator, NOW_MS + i, &f->random);
        assert_int_equal(NOW_MS + i, time_of(&uuid));
        assert_int_equal(0x70, uuid.bytes[6] & 0xF0);
        assert_int_equal(0x80, uuid.bytes[8] & 0xC0);
    }
}

static void ids_of_one_millisecond_grow(void **state)
{
    struct fixture *f = *state;
    struct uuid before = uuid_next(&f->generator, NOW_MS, &f->random);
    for (int i = 0; i < 10000; i++) {
        struct uuid next = uuid_next(&f->generator, NOW_MS, &f->random);
        assert_true(order_of(&before, &next) < 0);
        assert_int_equal(NOW_MS, time_of(&next));
        before = next;
    }
}

static void a_clock_set_back_does_not_set_ids_back(void **state)
{
    struct fixture *f = *state;
    struct uuid before = uuid_next(&f->generator, NOW_MS, &f->random);
    struct uuid next = uuid_next(&f->generator, NOW_MS - 3600000, &f->random);
    assert_true(order_of(&before, &next) < 0);
    assert_int_equal(NOW_MS, time_of(&next));
}

static void a_counter_that_is_used_up_borrows_the_next_millisecond(void **state)
{
    struct fixture *f = *state;
    f->generator = (struct uuid_generator){.last_ms = NOW_MS, .counter = COUNTER_MAX - 1};
    struct uuid last = uuid_next(&f->generator, NOW_MS, &f->random);
    struct uuid borrowed = uuid_next(&f->generator, NOW_MS, &f->random);
    assert_int_equal(NOW_MS, time_of(&last));
    assert_int_equal(NOW_MS + 1, time_of(&borrowed));
    assert_true(order_of(&last, &borrowed) < 0);
    struct uuid next = uuid_next(&f->generator, NOW_MS + 1, &f->random);
    assert_true(order_of(&borrowed, &next) < 0);
}

static void ids_grow_whatever_the_clock_does(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = NOW_MS;
    struct uuid before = {0};
    for (int i = 0; i < 100000; i++) {
        now_ms += (int64_t)random_below(&f->random, 7) - 3;
        struct uuid next = uuid_next(&f->generator, now_ms, &f->random);
        assert_true(order_of(&before, &next) < 0);
        before = next;
    }
}

static void two_generators_of_one_moment_differ(void **state)
{
    struct fixture *f = *state;
    struct uuid_generator other = {0};
    struct uuid one = uuid_next(&f->generator, NOW_MS, &f->random);
    struct uuid two = uuid_next(&other, NOW_MS, &f->random);
    assert_memory_not_equal(one.bytes + 8, two.bytes + 8, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_text_is_canonical),
        CASE(any_other_form_is_refused),
        CASE(zero_is_no_id),
        CASE(an_id_is_of_version_7_and_carries_its_time),
        CASE(ids_of_one_millisecond_grow),
        CASE(a_clock_set_back_does_not_set_ids_back),
        CASE(a_counter_that_is_used_up_borrows_the_next_millisecond),
        CASE(ids_grow_whatever_the_clock_does),
        CASE(two_generators_of_one_moment_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
