/* The record as people read it: the timeline of a case, and all events for auditors. */
#include "routes/handlers.h"

#include "events/cloud_event.h"
#include "routes/pages.h"
#include "routes/people.h"
#include "routes/positions.h"

#include <inttypes.h>

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200, LOOK_AGAIN_MS = 300 };

/* A cursor is the place in the record behind which the page begins. */
static bool cursor_read(struct visit *visit, const char *name, int64_t *ret_after)
{
    struct text given = exchange_query(visit->http, name);
    int64_t after = 0;
    for (size_t i = 0; i < given.size; i++) {
        if (given.data[i] < '0' || given.data[i] > '9' || given.size > 15) {
            exchange_refuse(visit->http, PROBLEM_MALFORMED, "%s is none that was told here", name);
            return false;
        }
        after = after * 10 + (given.data[i] - '0');
    }
    *ret_after = after;
    return true;
}

/* Decodes a record; what was read lives as long as the visit. False for what is no event. */
static bool event_read(struct visit *visit, const struct record_entry *entry,
                       struct hall_event *ret_event)
{
    struct wire_reader *reader = &visit->gateway->reader;
    reader->arena = &visit->http->arena;
    return hall_event_read(reader, entry->record, ret_event);
}

/* -- GET /v1/cases/{id}/timeline ------------------------------------------------------------ */

struct timeline_visit {
    struct case_id id;
    struct timeline_page page;
    struct people_part parts[LIMIT_MAX];
    size_t part_count;
};

static void timeline_opened(struct visit *visit)
{
    const struct timeline_visit *asked = visit->page;
    people_answer(visit, 200, &timeline_page_message, &asked->page);
}

static void timeline_add(struct visit *visit, const struct record_entry *entry)
{
    struct timeline_visit *asked = visit->page;
    struct hall_event read;
    if (!event_read(visit, entry, &read)) {
        return;
    }
    struct timeline_event event = {
        .index = entry->index,
        .id = read.envelope.id,
        .source = entry->source,
        .seq = entry->seq,
        .type = read.envelope.type,
        .at = read.envelope.time,
        .effective_at = read.envelope.effective_at,
        .actor = read.envelope.actor,
        .cause = read.envelope.cause,
    };
    if (read.message != NULL) {
        event.title = text_of(read.message->doc);
        event.data = (struct wire_any){.message = read.message, .data = read.data};
        asked->parts[asked->part_count++] = (struct people_part){read.message, read.data};
    }
    asked->page.items.items[asked->page.items.count++] = event;
}

static void timeline_here(struct visit *visit)
{
    struct timeline_visit *asked = visit->page;
    const struct timeline *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    size_t count = told == NULL ? 0 : told->entries.count;
    asked->page.items.items =
        arena_take_array(&visit->http->arena, count, sizeof *asked->page.items.items);
    for (size_t i = 0; i < count; i++) {
        timeline_add(visit, &told->entries.items[i]);
    }
    if (told != NULL && told->more && count > 0) {
        int64_t last = told->entries.items[count - 1].index;
        asked->page.next = arena_print(&visit->http->arena, "%" PRId64, last);
        visit_link_next(visit, asked->page.next);
    }
    people_open(visit, &asked->id, "to look at the timeline", asked->parts, asked->part_count,
                timeline_opened);
}

void get_timeline(struct visit *visit)
{
    struct timeline_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    struct ask_timeline question = {.limit = 0};
    if (!visit_id(visit, 0, &asked->id.uuid) ||
        !visit_limit(visit, LIMIT_MAX, LIMIT_MAX, &question.limit) ||
        !cursor_read(visit, "cursor", &question.after)) {
        return;
    }
    question.case_id = asked->id;
    visit->page = asked;
    visit_begin_asks(visit, timeline_here);
    visit_ask(visit, "audit", &ask_timeline_message, &question, &timeline_message);
}

/* -- GET /v1/audit/events ------------------------------------------------------------------- */

struct record_visit {
    struct ask_record question;
    int64_t wait_until_ms;
};

static void record_ask(struct visit *visit);

static void record_here(struct visit *visit)
{
    struct record_visit *asked = visit->page;
    const struct timeline *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL && told->end < asked->question.after) {
        exchange_refuse(visit->http, PROBLEM_CONFLICT,
                        "the record ends at %" PRId64 ", before the place to begin behind: it is "
                        "an older copy, or another one",
                        told->end);
        return;
    }
    size_t count = told == NULL ? 0 : told->entries.count;
    bool waits = count == 0 && told != NULL && !told->more && !visit->gateway->is_ending &&
                 visit->gateway->boot_ms < asked->wait_until_ms;
    if (waits) {
        visit_sleep(visit, LOOK_AGAIN_MS, record_ask);
        return;
    }
    json_t *batch = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct record_entry *entry = &told->entries.items[i];
        struct hall_event event;
        if (event_read(visit, entry, &event)) {
            json_array_append_new(batch, cloud_event(&event, entry->index, &visit->http->arena));
        }
    }
    if (told != NULL && told->looked_at > asked->question.after) {
        visit_link_next(visit, arena_print(&visit->http->arena, "%" PRId64, told->looked_at));
    }
    positions_tell(visit);
    exchange_answer_media(visit->http, 200, "application/cloudevents-batch+json", batch);
}

static void record_ask(struct visit *visit)
{
    const struct record_visit *asked = visit->page;
    visit_begin_asks(visit, record_here);
    visit_ask(visit, "audit", &ask_record_message, &asked->question, &timeline_message);
}

void get_audit_events(struct visit *visit)
{
    struct record_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    struct ask_record *question = &asked->question;
    struct text case_id = exchange_query(visit->http, "case");
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question->limit) ||
        !cursor_read(visit, exchange_query(visit->http, "cursor").data == NULL ? "from" : "cursor",
                     &question->after)) {
        return;
    }
    if (case_id.data != NULL && !uuid_parse(case_id, &question->case_id.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "case must be the id of a case");
        return;
    }
    question->type = exchange_query(visit->http, "type");
    if (text_starts_with(question->type, CLOUD_TYPE_PREFIX)) {
        question->type = text_after(question->type, sizeof CLOUD_TYPE_PREFIX - 1);
    }
    if (question->type.size > 80) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "type must be the name of an event type");
        return;
    }
    question->source = exchange_query(visit->http, "source");
    if (!cursor_read(visit, "seq", &question->seq)) {
        return;
    }
    if ((question->seq == 0) != text_is_empty(question->source) ||
        question->source.size > SOURCE_CHARACTERS) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED,
                        "source and seq name an event together: source=fee&seq=12");
        return;
    }
    asked->wait_until_ms = visit->gateway->boot_ms + visit_wait_ms(visit);
    visit->page = asked;
    record_ask(visit);
}
