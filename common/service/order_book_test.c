#include "service/order_book.h"

#include "base/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid numbered(int number)
{
    struct uuid id = {{0}};
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

static int set_up(void **state)
{
    struct order_book *book = malloc(sizeof *book);
    CHECK(book != NULL);
    order_book_init(book);
    *state = book;
    return 0;
}

static int tear_down(void **state)
{
    order_book_free(*state);
    free(*state);
    return 0;
}

static void an_order_is_in_one_hand_at_a_time(void **state)
{
    struct order_book *book = *state;
    struct uuid one = numbered(1);
    struct uuid two = numbered(2);
    assert_true(order_book_take(book, &one, 0));
    assert_false(order_book_take(book, &one, 0));
    assert_true(order_book_take(book, &two, 0));
    order_book_done(book, &one);
    assert_true(order_book_take(book, &one, 0));
}

static void a_failed_order_waits_twice_as_long_each_time(void **state)
{
    struct order_book *book = *state;
    struct uuid id = numbered(1);
    static const int64_t waits_ms[] = {200,   400,   800,   1600,  3200, 6400,
                                       12800, 25600, 51200, 60000, 60000};
    int64_t boot_ms = 5000;
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_true(order_book_take(book, &id, boot_ms));
        assert_int_equal(order_book_failed(book, &id, boot_ms), i == 0);
        assert_int_equal(order_book_next(book), boot_ms + waits_ms[i]);
        assert_false(order_book_take(book, &id, boot_ms + waits_ms[i] - 1));
        boot_ms += waits_ms[i];
    }
}

static void a_failed_order_stands_in_nobodys_way(void **state)
{
    struct order_book *book = *state;
    struct uuid one = numbered(1);
    struct uuid two = numbered(2);
    assert_true(order_book_take(book, &one, 0));
    (void)order_book_failed(book, &one, 0);
    assert_false(order_book_take(book, &one, 0));
    assert_true(order_book_take(book, &two, 0));
}

static void an_order_that_is_gone_starts_afresh(void **state)
{
    struct order_book *book = *state;
    struct uuid id = numbered(1);
    assert_true(order_book_take(book, &id, 0));
    (void)order_book_failed(book, &id, 0);
    assert_true(order_book_take(book, &id, 200));
    order_book_done(book, &id);
    assert_int_equal(order_book_next(book), INT64_MAX);
    assert_true(order_book_take(book, &id, 200));
    assert_true(order_book_failed(book, &id, 200));
    assert_int_equal(order_book_next(book), 400);
}

static void a_full_book_forgets_who_may_come_soonest(void **state)
{
    struct order_book *book = *state;
    for (int i = 0; i <= ORDERS_FAILED_MAX; i++) {
        struct uuid id = numbered(i);
        assert_true(order_book_take(book, &id, i));
        assert_true(order_book_failed(book, &id, i));
    }
    struct uuid first = numbered(0);
    struct uuid second = numbered(1);
    assert_true(order_book_take(book, &first, 0));
    assert_false(order_book_take(book, &second, 0));
    assert_int_equal(order_book_next(book), 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(an_order_is_in_one_hand_at_a_time),
        CASE(a_failed_order_waits_twice_as_long_each_time),
        CASE(a_failed_order_stands_in_nobodys_way),
        CASE(an_order_that_is_gone_starts_afresh),
        CASE(a_full_book_forgets_who_may_come_soonest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
