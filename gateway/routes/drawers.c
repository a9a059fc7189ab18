/* Cashiers' drawers: opened here; they are counted and emptied like cases. */
#include "routes/actions.h"
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/visit.h"

#include "events/fee.h"

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200, LOGIN_BYTES_MAX = 64 };

void post_drawer(struct visit *visit)
{
    const struct drawer_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct matter_open open = {
        .procedure = TEXT_LITERAL("drawer"),
        .action = TEXT_LITERAL("open"),
        .fields = {.amount_fen = asked->amount_fen,
                   .empty = asked->empty,
                   .collection_point = asked->collection_point},
    };
    matter_begin(visit, "fee", &open);
}

static void drawers_here(struct visit *visit)
{
    const struct drawers_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the drawers cannot be read");
        return;
    }
    if (told->more && told->items.count > 0) {
        visit_link_next(visit, told->items.items[told->items.count - 1].cashier);
    }
    visit_answer(visit, 200, &drawers_told_message, told);
}

void get_drawers(struct visit *visit)
{
    struct ask_drawers question = {.after = exchange_query(visit->http, "cursor")};
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit)) {
        return;
    }
    if (question.after.size > LOGIN_BYTES_MAX) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, drawers_here);
    visit_ask(visit, "fee", &ask_drawers_message, &question, &drawers_told_message);
}
