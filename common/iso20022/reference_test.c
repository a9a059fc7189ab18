/* Check digits: the published vectors, every slip of one character, and references in free text. */
#include "base/test_kit.h"
#include "iso20022/reference.h"

static void references_carry_the_published_check_digits(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_text(creditor_reference(&arena, TEXT_LITERAL("539007547034")), "RF18539007547034");
    assert_text(creditor_reference(&arena, TEXT_LITERAL("HALL2026000123")), "RF85HALL2026000123");
    assert_true(creditor_reference_is_valid(TEXT_LITERAL("RF18539007547034")));
    assert_true(creditor_reference_is_valid(TEXT_LITERAL("RF85HALL2026000123")));
    assert_true(iban_is_valid(TEXT_LITERAL("DE75512108001245126199")));
    arena_free(&arena);
}

static void what_is_made_is_valid_at_every_length(void **state)
{
    (void)state;
    static const char body[] = "Z0A9Q7X2HALL2026ZZZZ1";
    struct arena arena;
    arena_init(&arena);
    for (size_t size = 1; size <= CREDITOR_REFERENCE_BODY_MAX; size++) {
        struct text made = creditor_reference(&arena, (struct text){body, size});
        assert_int_equal(made.size, size + 4);
        assert_true(creditor_reference_is_valid(made));
    }
    assert_check_fails((void)creditor_reference(&arena, TEXT_LITERAL("")));
    assert_check_fails((void)creditor_reference(&arena, TEXT_LITERAL("hall")));
    assert_check_fails((void)creditor_reference(&arena, TEXT_LITERAL("1234567890123456789012")));
    arena_free(&arena);
}

static bool is_letter(char letter)
{
    return letter >= 'A';
}

/* Any one digit or letter wrong, and any two neighbours of a kind exchanged, is noticed: that is
 * what they are for. A letter for a digit changes the length of the number that is divided, and one
 * of 97 such slips passes. */
static void slips_are_noticed(void **state)
{
    (void)state;
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char good[] = "RF85HALL2026000123";
    char wrong[sizeof good];
    for (size_t i = 2; i < sizeof good - 1; i++) {
        for (size_t k = 0; letters[k] != '\0'; k++) {
            memcpy(wrong, good, sizeof good);
            wrong[i] = letters[k];
            assert_true(is_letter(letters[k]) != is_letter(good[i]) ||
                        creditor_reference_is_valid(text_of(wrong)) == (letters[k] == good[i]));
        }
    }
    for (size_t i = 2; i + 2 < sizeof good; i++) {
        memcpy(wrong, good, sizeof good);
        wrong[i] = good[i + 1];
        wrong[i + 1] = good[i];
        assert_true(is_letter(good[i]) != is_letter(good[i + 1]) ||
                    creditor_reference_is_valid(text_of(wrong)) == (good[i] == good[i + 1]));
    }
}

static void other_forms_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "RF",
        "RF18",
        "rf18539007547034",
        "RF18 5390 0754 7034",
        "RF1853900754703",
        "XX18539007547034",
        "RF18539007547034-",
        "RF1853900754703412345678901234",
        "RFAB539007547034",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(creditor_reference_is_valid(text_of(bad[i])));
    }
    assert_false(iban_is_valid(TEXT_LITERAL("DE75512108001245126198")));
    assert_false(iban_is_valid(TEXT_LITERAL("DE7551210800")));
    assert_false(iban_is_valid(TEXT_LITERAL("D175512108001245126199")));
    assert_false(creditor_reference_is_valid((struct text){"RF18\0", 5}));
}

/* "RF98" and "RF01" leave the same remainder; only the first is ever given. */
static void check_digits_that_are_never_given_are_refused(void **state)
{
    (void)state;
    char wrong[24];
    struct arena arena;
    arena_init(&arena);
    for (int number = 0; number < 1000; number++) {
        struct text made = creditor_reference(&arena, arena_print(&arena, "%d", number));
        int digits = (made.data[2] - '0') * 10 + (made.data[3] - '0');
        int other = digits >= 97 ? digits - 97 : digits + 97;
        if (other < 100) {
            (void)snprintf(wrong, sizeof wrong, "RF%02d%d", other, number);
            assert_false(creditor_reference_is_valid(text_of(wrong)));
        }
    }
    arena_free(&arena);
}

static void references_are_found_in_what_people_write(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *found; /* NULL: none */
    } vectors[] = {
        {"RF18539007547034", "RF18539007547034"},
        {"fee rf18 5390 0754 7034, thanks", "RF18539007547034"},
        {"RF18539007547034 and thanks", "RF18539007547034"},
        {"RF18 5390 0754 7034 RF18539007547034", "RF18539007547034"},
        {"缴费RF85HALL2026000123挖掘道路", "RF85HALL2026000123"},
        {"RF85 HALL 2026 0001 23", "RF85HALL2026000123"},
        {"RF18539007547034 RF85HALL2026000123", NULL},
        {"XRF18539007547034", NULL},
        {"RF18539007547035", NULL},
        {"RF18 539 007547034", NULL},
        {"RF18 5390 0754 7035", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char found[CREDITOR_REFERENCE_MAX + 1] = "untouched";
        bool is_found = creditor_reference_find(text_of(vectors[i].text), found);
        assert_int_equal(is_found, vectors[i].found != NULL);
        assert_string_equal(found, is_found ? vectors[i].found : "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_carry_the_published_check_digits),
        cmocka_unit_test(what_is_made_is_valid_at_every_length),
        cmocka_unit_test(slips_are_noticed),
        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(check_digits_that_are_never_given_are_refused),
        cmocka_unit_test(references_are_found_in_what_people_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
