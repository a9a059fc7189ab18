/* Fees, for those who pay them. */
#include "catalogue_tool/diff_internal.h"

#include <stdlib.h>
#include <string.h>

static long long number_of(struct text text)
{
    char digits[24] = "";
    memcpy(digits, text.data, text.size < sizeof digits ? text.size : 0);
    return strtoll(digits, NULL, 10);
}

/* "250.00 yuan for each unit of Asphalt carriageway", or that steps make the price. */
static struct text price_words(const struct item_diff *item, const struct yaml_node *fee,
                               const struct catalogue_item *side)
{
    struct text amount = tree_text_at(fee, "amount_fen");
    const struct catalogue_field *quantity = catalogue_field(side, tree_text_at(fee, "quantity"));
    if (amount.data == NULL) {
        return TEXT_LITERAL("by steps");
    }
    struct text yuan = yuan_of(item->diff, amount);
    return quantity == NULL ? yuan
                            : arena_print(item->diff->arena, "%.*s for each unit of \"%.*s\"",
                                          TEXT_PRINT(yuan), TEXT_PRINT(quantity->names.en));
}

static void amount_tell(const struct telling *t, struct text name, struct text was, struct text now)
{
    struct text was_yuan = yuan_of(t->diff, was);
    struct text now_yuan = yuan_of(t->diff, now);
    changes_tell(t->diff->changes, &t->audience, t->subject,
                 "the fee \"%.*s\" is %s: %.*s, was %.*s", TEXT_PRINT(name),
                 number_of(now) > number_of(was) ? "higher" : "lower", TEXT_PRINT(now_yuan),
                 TEXT_PRINT(was_yuan));
}

/* True when the schedules have the same steps, which may then be compared one by one. */
static bool steps_match(const struct yaml_node *before, const struct yaml_node *after)
{
    if (before == NULL || after == NULL || before->count != after->count) {
        return false;
    }
    for (size_t i = 0; i < before->count; i++) {
        if (!tree_equal(tree_get(before->items[i], "up_to"), tree_get(after->items[i], "up_to"))) {
            return false;
        }
    }
    return true;
}

static void steps_tell(const struct telling *t, struct text name, const struct yaml_node *before,
                       const struct yaml_node *after)
{
    static const char *const told[] = {"each_fen", NULL};
    struct arena *arena = t->diff->arena;
    if (!steps_match(before, after)) {
        tell_leaves(t, arena_print(arena, "%.*s.steps", TEXT_PRINT(name)), before, after);
        return;
    }
    for (size_t i = 0; i < before->count; i++) {
        struct text was = tree_text_at(before->items[i], "each_fen");
        struct text now = tree_text_at(after->items[i], "each_fen");
        struct text step = arena_print(arena, "%.*s, step %zu", TEXT_PRINT(name), i + 1);
        if (number_of(was) != number_of(now)) {
            amount_tell(t, step, was, now);
        }
        tell_other_keys(t, step, told, before->items[i], after->items[i]);
    }
}

static void fee_changed_tell(const struct telling *t, struct text name,
                             const struct yaml_node *before, const struct yaml_node *after)
{
    static const char *const told[] = {"amount_fen", "steps", NULL};
    struct text was = tree_text_at(before, "amount_fen");
    struct text now = tree_text_at(after, "amount_fen");
    if (was.data != NULL && now.data != NULL && number_of(was) != number_of(now)) {
        amount_tell(t, name, was, now);
    } else if ((was.data == NULL) != (now.data == NULL)) {
        tell_leaves(t, arena_print(t->diff->arena, "%.*s.amount_fen", TEXT_PRINT(name)),
                    tree_get(before, "amount_fen"), tree_get(after, "amount_fen"));
    }
    if (!tree_equal(tree_get(before, "steps"), tree_get(after, "steps"))) {
        steps_tell(t, name, tree_get(before, "steps"), tree_get(after, "steps"));
    }
    tell_other_keys(t, name, told, before, after);
}

static void fee_tell(struct item_diff *item, const struct yaml_node *before,
                     const struct yaml_node *after)
{
    struct telling t = item_telling(item, (struct audience){.payers = true});
    struct text name = name_of_entry(item->diff, after == NULL ? before : after);
    t.prefix = "fee: ";
    if (before == NULL) {
        struct text price = price_words(item, after, item->after);
        struct text basis = tree_text_at(after, "basis");
        changes_tell(t.diff->changes, &t.audience, t.subject, "new fee: %.*s, %.*s (%.*s)",
                     TEXT_PRINT(name), TEXT_PRINT(price), TEXT_PRINT(basis));
    } else if (after == NULL) {
        struct text price = price_words(item, before, item->before);
        changes_tell(t.diff->changes, &t.audience, t.subject, "no longer charged: %.*s, was %.*s",
                     TEXT_PRINT(name), TEXT_PRINT(price));
    } else {
        fee_changed_tell(&t, name, before, after);
    }
}

void tell_fees(struct item_diff *item, const struct yaml_node *before,
               const struct yaml_node *after)
{
    entries_tell(item, (struct audience){.payers = true}, "fees", before, after, fee_tell);
}
