/* What the hall offers: departments, and items with their eight disclosures (八公開). */
#include "routes/handlers.h"

#include "routes/item_pages.h"
#include "routes/pages.h"
#include "routes/rules.h"

#include <string.h>

enum { LIMIT_USUAL = 100, LIMIT_MAX = 200 };

/* -- departments ---------------------------------------------------------------------------- */

static bool serves(const struct catalogue_window *window, struct text department)
{
    return text_span_contains(&window->serves, TEXT_LITERAL("*")) ||
           text_span_contains(&window->serves, department);
}

static struct department_page department_of(const struct catalogue *catalogue,
                                            const struct catalogue_unit *unit, struct arena *arena)
{
    const struct catalogue_head *head = &catalogue->head;
    struct department_page page = {
        .code = unit->code, .names = names_page(&unit->names), .is_body = unit->is_body};
    page.windows.items = arena_take_array(arena, head->window_count, sizeof *page.windows.items);
    for (size_t i = 0; i < head->window_count; i++) {
        const struct catalogue_window *window = &head->windows[i];
        if (serves(window, unit->code)) {
            page.windows.items[page.windows.count++] = (struct window_shown){
                .code = window->code,
                .names = names_page(&window->names),
                .serves = texts_page(&window->serves),
            };
        }
    }
    return page;
}

static void departments_here(struct visit *visit, const struct hall_rules *rules)
{
    struct arena *arena = &visit->http->arena;
    struct departments_page *page = arena_take(arena, sizeof *page);
    size_t count = rules == NULL ? 0 : rules->catalogue->head.unit_count;
    page->items.items = arena_take_array(arena, count, sizeof *page->items.items);
    for (size_t i = 0; i < count; i++) {
        page->items.items[page->items.count++] =
            department_of(rules->catalogue, &rules->catalogue->head.units[i], arena);
    }
    visit_answer(visit, 200, &departments_page_message, page);
}

void get_departments(struct visit *visit)
{
    rules_fetch(visit, 0, departments_here);
}

/* Without the service that knows them the page stands without them. */
static void department_officers_here(struct visit *visit)
{
    struct department_page *page = visit->page;
    const struct shifts_told *shifts = visit->asks[0].answer;
    const struct window_share *share = visit->asks[1].answer;
    if (shifts != NULL) {
        page->officers = shifts->shifts;
    }
    if (share != NULL) {
        page->window_share = *share;
    }
    visit_answer(visit, 200, &department_page_message, page);
}

static void department_here(struct visit *visit, const struct hall_rules *rules)
{
    const struct catalogue_unit *unit =
        rules == NULL ? NULL : catalogue_unit(rules->catalogue, visit->parameters[0]);
    if (unit == NULL) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such department");
        return;
    }
    struct department_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct ask_shifts shifts = {.department = unit->code};
    struct ask_window_share share = {.department = unit->code};
    *page = department_of(rules->catalogue, unit, &visit->http->arena);
    visit->page = page;
    visit_begin_asks(visit, department_officers_here);
    visit_ask(visit, "intake", &ask_shifts_message, &shifts, &shifts_told_message);
    visit_ask(visit, "approval", &ask_window_share_message, &share, &window_share_message);
}

void get_department(struct visit *visit)
{
    rules_fetch(visit, 0, department_here);
}

/* -- items ---------------------------------------------------------------------------------- */

/* What a list of items is narrowed down to. */
struct item_filter {
    struct text kind;
    struct text department;
    struct text words;
    struct text after; /* behind this item */
};

static bool contains(struct text text, struct text words)
{
    return text.size >= words.size && memmem(text.data, text.size, words.data, words.size) != NULL;
}

static bool item_wanted(const struct item_filter *filter, const struct catalogue_item *item)
{
    bool kind_fits = text_is_empty(filter->kind) || text_equal(filter->kind, item->kind);
    bool department_fits = text_is_empty(filter->department) ||
                           text_equal(filter->department, item->department->code) ||
                           text_span_contains(&item->co_departments, filter->department);
    bool words_fit = text_is_empty(filter->words) || contains(item->code, filter->words) ||
                     contains(item->names.zh_hans, filter->words) ||
                     contains(item->names.zh_hant, filter->words) ||
                     contains(item->names.en, filter->words);
    return kind_fits && department_fits && words_fit;
}

/* An order may halt new cases of an item, or of all. */
static bool is_halted(const struct visit *visit, struct text code)
{
    for (size_t i = 0; i < visit->halted.count; i++) {
        if (text_equal(visit->halted.items[i], code) ||
            text_equal_string(visit->halted.items[i], "*")) {
            return true;
        }
    }
    return false;
}

static void items_here(struct visit *visit, const struct hall_rules *rules)
{
    const struct item_filter filter = {
        .kind = exchange_query(visit->http, "kind"),
        .department = exchange_query(visit->http, "department"),
        .words = exchange_query(visit->http, "q"),
        .after = exchange_query(visit->http, "cursor"),
    };
    int64_t limit = 0;
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &limit)) {
        return;
    }
    struct items_page *page = arena_take(&visit->http->arena, sizeof *page);
    page->catalogue_version = rules == NULL ? 0 : rules->version;
    page->items.items =
        arena_take_array(&visit->http->arena, (size_t)limit, sizeof *page->items.items);
    bool is_behind = text_is_empty(filter.after);
    size_t count = rules == NULL ? 0 : rules->catalogue->item_count;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_item *item = &rules->catalogue->items[i];
        if (is_behind && item_wanted(&filter, item)) {
            if (page->items.count == (size_t)limit) {
                page->next = page->items.items[page->items.count - 1].code;
                visit_link_next(visit, page->next);
                break;
            }
            struct item_listed *listed = &page->items.items[page->items.count++];
            *listed = item_listed_of(item);
            listed->open = item->open && !is_halted(visit, item->code);
        }
        is_behind |= text_equal(filter.after, item->code);
    }
    visit_answer(visit, 200, &items_page_message, page);
}

void get_items(struct visit *visit)
{
    rules_fetch(visit, 0, items_here);
}

static void item_here(struct visit *visit, const struct hall_rules *rules)
{
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, visit->parameters[0]);
    if (item == NULL) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such item");
        return;
    }
    struct item_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = item_page_of(rules, item, &visit->http->arena);
    page->open = item->open && !is_halted(visit, item->code);
    visit_answer(visit, 200, &item_page_message, page);
}

void get_item(struct visit *visit)
{
    rules_fetch(visit, 0, item_here);
}
