/* For operations: whether the suite is well, what it counts, what time it is. */
#include "routes/handlers.h"

#include "routes/bus.h"
#include "routes/pages.h"

#include <inttypes.h>
#include <string.h>

enum { SERVICES_MAX = 6, SETTLE_LOOK_MS = 20 };
#define SETTLE_MS_MAX INT64_C(60000)

/* -- GET /livez, /readyz -------------------------------------------------------------------- */

static void text_answer(struct visit *visit, int status, struct text text)
{
    exchange_answer(visit->http, status, "text/plain; charset=utf-8", text_bytes(text));
}

void get_livez(struct visit *visit)
{
    text_answer(visit, 200, TEXT_LITERAL("ok\n"));
}

static void health_ask_all(struct visit *visit, void (*then)(struct visit *visit))
{
    struct health_ask question = {.verbose = true};
    visit_begin_asks(visit, then);
    for (size_t i = 0; bus_services[i] != NULL; i++) {
        visit_ask(visit, bus_services[i], &health_ask_message, &question, &health_message);
    }
    visit_ask(visit, gateway_service.name, &health_ask_message, &question, &health_message);
}

static struct health_page health_of(struct visit *visit, const struct ask *ask)
{
    const struct health *health = ask->answer;
    struct health_page page = {.service = text_of(ask->service)};
    if (health != NULL) {
        page.ready = health->ready;
        page.reasons = health->reasons;
        return page;
    }
    page.reasons.items = arena_take_array(&visit->http->arena, 1, sizeof *page.reasons.items);
    page.reasons.items[page.reasons.count++] = TEXT_LITERAL("it does not answer");
    return page;
}

static void ready_here(struct visit *visit)
{
    struct ready_page *page = arena_take(&visit->http->arena, sizeof *page);
    page->ready = true;
    page->services.items =
        arena_take_array(&visit->http->arena, visit->ask_count, sizeof *page->services.items);
    for (size_t i = 0; i < visit->ask_count; i++) {
        struct health_page health = health_of(visit, &visit->asks[i]);
        page->ready = page->ready && health.ready;
        page->services.items[page->services.count++] = health;
    }
    visit_answer(visit, page->ready ? 200 : 503, &ready_page_message, page);
}

void get_readyz(struct visit *visit)
{
    health_ask_all(visit, ready_here);
}

/* -- GET /metrics --------------------------------------------------------------------------- */

/* One metric of one service as a sample; help and type stand once per name. */
static void sample_add(struct buffer *page, struct text service, const struct metric *metric,
                       bool is_first)
{
    struct text value = {0};
    struct text label = text_split(metric->label, '=', &value);
    if (is_first) {
        buffer_print(page, "# HELP glasshall_%.*s %.*s\n# TYPE glasshall_%.*s %s\n",
                     TEXT_PRINT(metric->name), TEXT_PRINT(metric->help), TEXT_PRINT(metric->name),
                     metric->gauge ? "gauge" : "counter");
    }
    buffer_print(page, "glasshall_%.*s{service=\"%.*s\"", TEXT_PRINT(metric->name),
                 TEXT_PRINT(service));
    if (!text_is_empty(label)) {
        buffer_print(page, ",%.*s=\"%.*s\"", TEXT_PRINT(label), TEXT_PRINT(value));
    }
    if (metric->micro) {
        buffer_print(page, "} %" PRId64 ".%06" PRId64 "\n", metric->value / 1000000,
                     metric->value % 1000000);
    } else {
        buffer_print(page, "} %" PRId64 "\n", metric->value);
    }
}

/* All samples of one name together, as the text format wants them. */
static void family_add(struct visit *visit, struct buffer *page, const struct metric *family)
{
    bool is_first = true;
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct metrics *told = visit->asks[i].answer;
        for (size_t k = 0; told != NULL && k < told->metrics.count; k++) {
            const struct metric *metric = &told->metrics.items[k];
            if (text_equal(metric->name, family->name)) {
                sample_add(page, told->service, metric, is_first);
                is_first = false;
            }
        }
    }
}

/* True when the family was written already, for an earlier service or entry. */
static bool family_is_known(const struct visit *visit, size_t ask, size_t entry)
{
    const struct metrics *own = visit->asks[ask].answer;
    for (size_t i = 0; i <= ask; i++) {
        const struct metrics *told = visit->asks[i].answer;
        for (size_t k = 0; told != NULL && k < told->metrics.count; k++) {
            if (i == ask && k == entry) {
                return false;
            }
            if (text_equal(told->metrics.items[k].name, own->metrics.items[entry].name)) {
                return true;
            }
        }
    }
    return false;
}

static void own_add(struct visit *visit, struct buffer *page)
{
    static const char *const classes[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
    struct server_counters counters = server_counters(visit->gateway->server);
    buffer_print(page,
                 "# HELP glasshall_http_requests_total requests that came in\n"
                 "# TYPE glasshall_http_requests_total counter\n"
                 "glasshall_http_requests_total %" PRIu64 "\n"
                 "# HELP glasshall_http_answers_total answers by class of status\n"
                 "# TYPE glasshall_http_answers_total counter\n",
                 counters.requests);
    for (size_t i = 1; i < sizeof classes / sizeof classes[0]; i++) {
        buffer_print(page, "glasshall_http_answers_total{class=\"%s\"} %" PRIu64 "\n", classes[i],
                     counters.answers[i]);
    }
    buffer_print(page,
                 "# HELP glasshall_http_connections connections that are open\n"
                 "# TYPE glasshall_http_connections gauge\n"
                 "glasshall_http_connections %zu\n",
                 server_connections(visit->gateway->server));
    buffer_append_string(page, "# HELP glasshall_up whether the service answers\n"
                               "# TYPE glasshall_up gauge\n");
    for (size_t i = 0; i < visit->ask_count; i++) {
        buffer_print(page, "glasshall_up{service=\"%s\"} %d\n", visit->asks[i].service,
                     visit->asks[i].answer != NULL);
    }
}

static void metrics_here(struct visit *visit)
{
    struct buffer page;
    buffer_init(&page, 4 << 20);
    own_add(visit, &page);
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct metrics *told = visit->asks[i].answer;
        for (size_t k = 0; told != NULL && k < told->metrics.count; k++) {
            if (!family_is_known(visit, i, k)) {
                family_add(visit, &page, &told->metrics.items[k]);
            }
        }
    }
    struct bytes bytes = arena_copy_bytes(&visit->http->arena, buffer_bytes(&page));
    buffer_free(&page);
    exchange_answer(visit->http, 200, "text/plain; version=0.0.4; charset=utf-8", bytes);
}

void get_metrics(struct visit *visit)
{
    struct metrics_ask question = {0};
    visit_begin_asks(visit, metrics_here);
    for (size_t i = 0; bus_services[i] != NULL; i++) {
        visit_ask(visit, bus_services[i], &metrics_ask_message, &question, &metrics_message);
    }
    visit_ask(visit, gateway_service.name, &metrics_ask_message, &question, &metrics_message);
}

/* -- POST /v1/clock ------------------------------------------------------------------------- */

/* The clock of all services is moved; the answer waits until every timer that fell due has been
 * worked, and what came of it has reached everybody. */
struct clock_visit {
    struct clock_set command;
    int64_t give_up_ms;
    int64_t seqs[SERVICES_MAX]; /* ends of the logs at the last look */
    bool looked;
};

static void settle_look(struct visit *visit);

/* Nothing is due, nothing is under way, every stream is level. */
static bool is_settled(const struct health *health, int64_t now_ms)
{
    bool timer_is_due = health->next_timer != 0 && health->next_timer <= now_ms;
    bool is_level =
        health->archived >= health->seq || text_equal_string(health->service, ARCHIVIST);
    for (size_t i = 0; i < health->streams.count; i++) {
        const struct health_stream *stream = &health->streams.items[i];
        is_level = is_level && stream->done >= stream->end;
    }
    return !timer_is_due && is_level && health->busy == 0 && health->now >= now_ms;
}

static void clock_tell(struct visit *visit, bool settled)
{
    struct clock_told *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct clock_told){.now = gateway_now_ms(visit->gateway), .settled = settled};
    visit_answer(visit, 200, &clock_told_message, page);
}

static void settle_here(struct visit *visit)
{
    struct clock_visit *asked = visit->page;
    bool settled = asked->looked;
    if (visit_refused(visit)) {
        return;
    }
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct health *health = visit->asks[i].answer;
        settled = settled && health != NULL && is_settled(health, asked->command.now) &&
                  health->seq == asked->seqs[i];
        asked->seqs[i] = health == NULL ? 0 : health->seq;
    }
    asked->looked = true;
    if (settled || visit->gateway->boot_ms >= asked->give_up_ms || visit->gateway->is_ending) {
        clock_tell(visit, settled);
        return;
    }
    visit_sleep(visit, SETTLE_LOOK_MS, settle_look);
}

static void settle_look(struct visit *visit)
{
    health_ask_all(visit, settle_here);
}

static void clock_moved(struct visit *visit)
{
    struct clock_visit *asked = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    asked->give_up_ms = visit->gateway->boot_ms + SETTLE_MS_MAX;
    settle_look(visit);
}

void post_clock(struct visit *visit)
{
    struct clock_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    const struct clock_ask *body = visit_body(visit);
    if (body == NULL) {
        return;
    }
    asked->command.now = body->now;
    asked->command.confirm = body->confirm;
    visit->page = asked;
    visit_begin_asks(visit, clock_moved);
    for (size_t i = 0; bus_services[i] != NULL; i++) {
        visit_ask(visit, bus_services[i], &clock_set_message, &asked->command, NULL);
    }
    visit_ask(visit, gateway_service.name, &clock_set_message, &asked->command, NULL);
}
