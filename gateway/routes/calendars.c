/* Calendars of working days: a new one beside the catalogue as it is, and what the newest one does
 * to limits that run. */
#include "routes/handlers.h"

#include "routes/pages.h"
#include "routes/publishing.h"
#include "routes/rules.h"

enum { PARTS_AT_ONCE = 8, CALENDARS_SHOWN_MAX = 50 };

/* -- POST /v1/catalogue/calendars ----------------------------------------------------------- */

/* The parts of the active catalogue, on their way here; the calendar takes the place of the one
 * that counts. */
struct calendar_visit {
    struct text text;
    struct publishing publishing;
    int64_t part_count; /* 0: not yet known */
    int64_t next;
    bool is_placed;
};

static void parts_ask(struct visit *visit);

static void page_tell(struct visit *visit, int64_t version, int64_t calendar)
{
    struct calendar_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct calendar_page){.version = version, .calendar = calendar};
    visit_answer(visit, 201, &calendar_page_message, page);
}

static void activated_here(struct visit *visit)
{
    const struct calendar_visit *asked = visit->page;
    int64_t version = asked->publishing.version;
    if (visit_refused(visit)) {
        return;
    }
    const struct catalogue_activated *activated =
        ask_event(visit, &visit->asks[0], &catalogue_activated_message, NULL);
    int64_t calendar =
        activated == NULL || activated->calendar == 0 ? version : activated->calendar;
    LOG_INFO(visit->gateway->logger, "gateway.calendar_published", log_number("version", version),
             log_number("calendar", calendar));
    page_tell(visit, version, calendar);
}

static void activate_send(struct visit *visit)
{
    const struct calendar_visit *asked = visit->page;
    struct activate_catalogue command = {
        .version = asked->publishing.version,
        .parts = (int64_t)asked->publishing.count,
        .sha256 = asked->publishing.sha256,
    };
    visit_begin_asks(visit, activated_here);
    visit_ask(visit, "intake", &activate_catalogue_message, &command, NULL);
}

/* The calendar that counts already is not published again. */
static void publish(struct visit *visit, struct publishing *publishing)
{
    struct hash sha256 = publishing_hash(publishing);
    if (hash_equal(&sha256, &publishing->active_sha256)) {
        page_tell(visit, publishing->active, publishing->calendar);
    } else {
        publishing_register(visit, publishing, activate_send);
    }
}

static bool part_take(struct visit *visit, struct calendar_visit *asked,
                      const struct catalogue_part_told *part)
{
    if (!rules_is_calendar(part->file)) {
        return publishing_add(visit, &asked->publishing, part->file, part->name,
                              bytes_text(part->text));
    }
    bool is_further = asked->is_placed; /* another part of the calendar that counted */
    asked->is_placed = true;
    return is_further || publishing_add_file(visit, &asked->publishing, part->file, asked->text);
}

static void parts_here(struct visit *visit)
{
    struct calendar_visit *asked = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct catalogue_part_told *part = visit->asks[i].answer;
        if (part == NULL) {
            exchange_refuse(visit->http, PROBLEM_INTERNAL, "the catalogue cannot be read here");
            return;
        }
        if (!part_take(visit, asked, part)) {
            return;
        }
        asked->part_count = part->parts;
    }
    if (asked->next < asked->part_count) {
        parts_ask(visit);
    } else {
        publish(visit, &asked->publishing);
    }
}

/* Asks for the next parts; for one alone while their number is not known. */
static void parts_ask(struct visit *visit)
{
    struct calendar_visit *asked = visit->page;
    int64_t end = asked->part_count == 0 ? 1 : asked->next + PARTS_AT_ONCE;
    end = asked->part_count != 0 && end > asked->part_count ? asked->part_count : end;
    visit_begin_asks(visit, parts_here);
    while (asked->next < end) {
        struct ask_catalogue_part question = {.version = asked->publishing.active,
                                              .index = asked->next++};
        visit_ask(visit, "intake", &ask_catalogue_part_message, &question,
                  &catalogue_part_told_message);
    }
}

static void version_here(struct visit *visit)
{
    struct calendar_visit *asked = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    publishing_begin(&asked->publishing, visit->asks[0].answer);
    if (asked->publishing.active == 0) {
        exchange_refuse(visit->http, PROBLEM_CONFLICT,
                        "the hall has no catalogue yet: its first calendar comes with it");
        return;
    }
    parts_ask(visit);
}

void post_calendar(struct visit *visit)
{
    struct calendar_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    struct ask_catalogue question = {.publishing = true};
    const struct calendar_ask *body = visit_body(visit);
    if (body != NULL) {
        asked->text = body->text;
        visit->page = asked;
        visit_begin_asks(visit, version_here);
        visit_ask(visit, "intake", &ask_catalogue_message, &question, &catalogue_told_message);
    }
}

/* -- GET /v1/catalogue/calendars ------------------------------------------------------------ */

/* A service that is away or behind is left out: whoever looks after the hall sees the others. */
static void calendars_here(struct visit *visit)
{
    struct calendars_page *page = arena_take(&visit->http->arena, sizeof *page);
    const struct calendars_told *told = visit->asks[0].answer;
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct ask *ask = &visit->asks[i];
        bool is_missing = ask->problem == PROBLEM_AWAY || ask->problem == PROBLEM_BEHIND;
        if (ask->problem != PROBLEM_NONE && (i == 0 || !is_missing)) {
            visit_refuse_ask(visit, ask);
            return;
        }
    }
    if (told != NULL) {
        page->calendars = told->calendars;
    }
    page->recounts.items =
        arena_take_array(&visit->http->arena, visit->ask_count, sizeof *page->recounts.items);
    for (size_t i = 1; i < visit->ask_count; i++) {
        const struct recount_told *recount = visit->asks[i].answer;
        if (recount != NULL) {
            page->recounts.items[page->recounts.count++] = *recount;
        }
    }
    visit_answer(visit, 200, &calendars_page_message, page);
}

void get_calendars(struct visit *visit)
{
    static const char *const services[] = {"intake", "approval", "fee", "audit"};
    struct ask_calendars question = {.limit = CALENDARS_SHOWN_MAX};
    struct ask_recount recount = {.with_cases = true};
    visit_begin_asks(visit, calendars_here);
    visit_ask(visit, "intake", &ask_calendars_message, &question, &calendars_told_message);
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        visit_ask(visit, services[i], &ask_recount_message, &recount, &recount_told_message);
    }
}
