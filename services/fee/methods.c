/* In which ways a bill may be paid: its charging units say so in the catalogue, and collection
 * points take less. Money that came in another way is booked all the same: it is here. */
#include "money.h"

#include "catalogue/points.h"

static const enum payment_method methods[] = {METHOD_CASH, METHOD_TRANSFER, METHOD_ONLINE};

enum { METHOD_COUNT = sizeof methods / sizeof methods[0] };

static struct text name_of(enum payment_method method)
{
    return wire_enum_name(&payment_method_enum, (int)method);
}

/* A unit that is in the rules no more has nothing against any way. */
bool bill_has_method(struct state *state, const struct bill_row *bill, enum payment_method method)
{
    const struct hall_rules *rules = money_rules(state);
    for (size_t i = 0; rules != NULL && i < bill->lines.count; i++) {
        const struct bill_line *line = &bill->lines.items[i];
        const struct catalogue_charging_unit *unit =
            catalogue_charging_unit(rules->catalogue, line->payee);
        if (unit != NULL && line_due(line) > 0 &&
            !text_span_contains(&unit->methods, name_of(method))) {
            return false;
        }
    }
    return true;
}

struct text_list bill_methods(struct state *state, struct arena *arena, const struct bill_row *bill)
{
    struct text_list list = {.items = arena_take_array(arena, METHOD_COUNT, sizeof *list.items)};
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (bill_has_method(state, bill, methods[i])) {
            list.items[list.count++] = name_of(methods[i]);
        }
    }
    return list;
}

enum verdict bill_method_check(struct decision *decision, const struct bill_row *bill,
                               enum payment_method method)
{
    struct text_list list = bill_methods(decision->state, decision->arena, bill);
    struct text words = {0};
    if (bill_has_method(decision->state, bill, method)) {
        return VERDICT_OK;
    }
    for (size_t i = 0; i < list.count; i++) {
        words = arena_print(decision->arena, "%.*s%s%.*s", TEXT_PRINT(words), i == 0 ? "" : ", ",
                            TEXT_PRINT(list.items[i]));
    }
    if (list.count == 0) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                      "the units of this bill have no way to pay in common; Finance has it issued "
                      "anew, a bill for each");
    }
    return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                  "the units of this bill are not paid in this way (%.*s); it may be paid by: %.*s",
                  TEXT_PRINT(name_of(method)), TEXT_PRINT(words));
}

enum verdict bill_point_check(struct decision *decision, const struct bill_row *bill,
                              const struct catalogue_collection_point *point)
{
    struct filed_row filed;
    for (size_t i = 0; i < bill->lines.count; i++) {
        const struct bill_line *line = &bill->lines.items[i];
        if (line_due(line) > 0 &&
            !catalogue_point_takes(point, line->payee, name_of(METHOD_CASH))) {
            return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                          "this collection point takes no cash for charging unit %.*s; it is paid "
                          "at the hall",
                          TEXT_PRINT(line->payee));
        }
    }
    if (fee_filed_load(decision->state, &bill->case_id, &filed) &&
        !catalogue_point_has_item(point, filed.item)) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                      "this collection point takes no money for item %.*s; it is paid at the hall",
                      TEXT_PRINT(filed.item));
    }
    return VERDICT_OK;
}
