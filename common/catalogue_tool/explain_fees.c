/* The seventh disclosure: what it costs, step by step, and on which basis. */
#include "catalogue_tool/explain_internal.h"

#include <inttypes.h>

static struct text yuan(struct page *page, int64_t fen)
{
    return yuan_words(fen, page->language, page->arena);
}

/* "11 to 30: 100.00 yuan", with what it rises by behind the last step. */
static struct text step_words(struct page *page, const struct catalogue_fee_step *step,
                              int64_t from)
{
    struct text range = step->up_to == INT64_MAX
                            ? arena_print(page->arena, "%" PRId64 " %.*s", from,
                                          TEXT_PRINT(page_word(page, WORD_ABOVE)))
                            : arena_print(page->arena, "%" PRId64 "–%" PRId64, from, step->up_to);
    struct text words = arena_print(page->arena, "%.*s: %.*s", TEXT_PRINT(range),
                                    TEXT_PRINT(yuan(page, step->each_fen)));
    if (step->every == 0) {
        return words;
    }
    return page_join(page, words,
                     arena_print(page->arena, "%.*s %" PRId64 " %.*s %.*s",
                                 TEXT_PRINT(page_word(page, WORD_RISING)), step->every,
                                 TEXT_PRINT(page_word(page, WORD_RISING_BY)),
                                 TEXT_PRINT(yuan(page, step->add_fen))));
}

static void price_write(struct page *page, const struct catalogue_fee *fee)
{
    struct text quantity =
        fee->quantity == NULL ? (struct text){0} : page_name(page, &fee->quantity->names);
    if (fee->charge == FEE_EACH) {
        page_line(page, 2, WORD_FOR_EACH, quantity);
        return;
    }
    page_line(page, 2, WORD_FOR_EACH,
              page_join(page, quantity,
                        page_word(page, fee->charge == FEE_LAST ? WORD_ONLY_LAST_STEP
                                                                : WORD_EACH_AT_ITS_STEP)));
    int64_t from = 1;
    for (size_t i = 0; i < fee->step_count; i++) {
        page_bullet(page, 2, step_words(page, &fee->steps[i], from));
        from = fee->steps[i].up_to == INT64_MAX ? from : fee->steps[i].up_to + 1;
    }
}

static void payee_write(struct page *page, const struct catalogue_fee *fee)
{
    if (fee->payee == NULL) {
        return;
    }
    page_line(page, 2, WORD_PAYEE,
              arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(page_name(page, &fee->payee->names)),
                          TEXT_PRINT(in_brackets(page_unit(page, fee->payee->department),
                                                 page->language, page->arena))));
}

static struct text waivers_words(struct page *page, const struct catalogue_fee *fee)
{
    struct text list = {0};
    for (size_t i = 0; i < fee->waivers.count; i++) {
        list = page_join(
            page, list,
            page_name(page, &catalogue_waiver(page->catalogue, fee->waivers.items[i])->names));
    }
    return list;
}

static void fee_write(struct page *page, const struct catalogue_fee *fee)
{
    static const char *const times[] = {"accepted", "granted", "requested"};
    struct text name = page_name(page, &fee->names);
    if (fee->charge == FEE_EACH) {
        name = page_join(page, name, yuan(page, fee->amount_fen));
    }
    if (fee->payee == NULL) {
        name = page_join(page, name, page_word(page, WORD_FREE));
    }
    page_bullet(page, 1, name);
    price_write(page, fee);
    page_line(page, 2, WORD_WHEN, page_when(page, &fee->when));
    if (fee->payee != NULL) {
        page_line(page, 2, WORD_BILL, code_words(text_of(times[fee->bill_at]), page->language));
    }
    payee_write(page, fee);
    page_line(page, 2, WORD_BASIS, fee->basis);
    page_line(page, 2, WORD_WAIVERS, waivers_words(page, fee));
}

void page_fees(struct page *page)
{
    page_section(page, 7, WORD_FEES);
    for (size_t i = 0; i < page->item->fee_count; i++) {
        fee_write(page, &page->item->fees[i]);
    }
}
