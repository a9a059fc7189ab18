/* What the public may know of requests for information, and what officers know of promises. */
#include "routes/handlers.h"

#include "routes/pages.h"
#include "routes/people.h"

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200, YEAR_FIRST = 2000 };

/* -- GET /v1/statistics/disclosure ---------------------------------------------------------- */

/* A year of four digits; false when it is none. */
static bool year_read(struct text given, int64_t *ret_year)
{
    int64_t year = 0;
    for (size_t i = 0; i < given.size; i++) {
        if (given.data[i] < '0' || given.data[i] > '9' || given.size > 4) {
            return false;
        }
        year = year * 10 + (given.data[i] - '0');
    }
    *ret_year = year;
    return year >= YEAR_FIRST;
}

static void figures_here(struct visit *visit)
{
    const struct disclosure_figures *figures = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (figures == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the figures cannot be read");
        return;
    }
    visit_answer(visit, 200, &disclosure_figures_message, figures);
}

void get_disclosure_figures(struct visit *visit)
{
    struct ask_disclosure question = {.year = 0};
    struct text year = exchange_query(visit->http, "year");
    if (year.data != NULL && !year_read(year, &question.year)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "year must be a year such as 2026");
        return;
    }
    visit_begin_asks(visit, figures_here);
    visit_ask(visit, "approval", &ask_disclosure_message, &question, &disclosure_figures_message);
}

/* -- GET /v1/promises ----------------------------------------------------------------------- */

static void promises_opened(struct visit *visit)
{
    people_answer(visit, 200, &promises_page_message, visit->page);
}

static void promises_here(struct visit *visit)
{
    const struct promises_told *told = visit->asks[0].answer;
    struct promises_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    *page = (struct promises_page){0};
    if (told != NULL) {
        page->items = told->promises;
        page->next = told->next;
    }
    visit_link_after(visit, page->next);
    visit->page = page;
    if (page->items.count == 0) {
        promises_opened(visit);
        return;
    }
    struct people_part part = {&promises_page_message, page};
    people_open(visit, &page->items.items[0].id, "to look at promises", &part, 1, promises_opened);
}

void get_promises(struct visit *visit)
{
    struct text light = exchange_query(visit->http, "light");
    struct ask_promises question = {
        .department = exchange_query(visit->http, "department"),
        .light = (enum light)wire_enum_value(&light_enum, light),
    };
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit) ||
        !visit_cursor(visit, &question.after)) {
        return;
    }
    if (light.data != NULL && question.light == light_absent) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "light must be green, yellow or red");
        return;
    }
    if (question.department.size > 20) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "there is no such department");
        return;
    }
    visit_begin_asks(visit, promises_here);
    visit_ask(visit, "approval", &ask_promises_message, &question, &promises_told_message);
}
