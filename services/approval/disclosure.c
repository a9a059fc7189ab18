/* Requests for government information, counted: the figures of the annual report (政府信息公开条例
 * 50), and documents asked for so often that they should be published (44).
 *
 * A request counts in the year in which it was received in law, its end in the year of the end. A
 * document is known by the number that requesters give, blanks left out; requests for it are
 * counted over all years, for interest does not end with December. When REQUESTS_ENOUGH have come
 * and a reply has handed it over, its publication is proposed, once. */
#include "approval.h"

#include "base/check.h"

#include <string.h>

enum { REQUESTS_ENOUGH = 5, KINDS_MAX = 40, DOCUMENT_BYTES_MAX = 250 };

static const char document_field[] = "document_number";

static bool is_request(const struct matter *matter)
{
    return text_equal_string(matter->item->kind, "disclosure_request");
}

/* -- the year ------------------------------------------------------------------------------- */

static struct key year_key(int64_t year)
{
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)year);
    return key;
}

static void year_read(struct state *state, int64_t year, struct disclosure_year *ret_row)
{
    struct key key = year_key(year);
    if (!state_get(state, TABLE_DISCLOSURE_YEARS, key_bytes(&key), &disclosure_year_message,
                   ret_row)) {
        *ret_row = (struct disclosure_year){0};
    }
}

static int64_t year_at(const struct matter *matter, int64_t at_ms)
{
    return date_civil(zone_date(calendar_zone(matter->rules->calendar), at_ms)).year;
}

/* The working days from receipt to the reply, whatever of them the law does not count. */
static int64_t days_taken(const struct matter *matter, int64_t at_ms)
{
    const struct clock *clock = row_clock(&matter->row, TEXT_LITERAL("main"));
    struct zone zone = calendar_zone(matter->rules->calendar);
    if (clock == NULL || clock->steps.count == 0) {
        return 0;
    }
    return calendar_count_workdays(
        matter->clocks.calendar, zone_date(zone, clock->steps.items[0].at), zone_date(zone, at_ms));
}

static void kind_count_up(struct state *state, struct reply_count_list *kinds, struct text kind)
{
    struct reply_count_list list = {
        .items = arena_take_array(state->arena, kinds->count + 1, sizeof *list.items)};
    bool is_there = false;
    for (size_t i = 0; i < kinds->count; i++) {
        list.items[list.count++] = kinds->items[i];
        if (text_equal(kinds->items[i].reply_kind, kind)) {
            list.items[i].count++;
            is_there = true;
        }
    }
    if (!is_there && list.count < KINDS_MAX) {
        list.items[list.count++] = (struct reply_count){.reply_kind = kind, .count = 1};
    }
    *kinds = list;
}

/* True when the request was received in law: its limit began to run. */
static bool was_received(const struct matter *matter)
{
    return row_clock(&matter->row, TEXT_LITERAL("main")) != NULL;
}

/* What a step of a request adds to its year; false when it adds nothing. */
static bool step_count(struct state *state, const struct event *event, const struct matter *matter,
                       struct disclosure_year *year)
{
    const struct case_moved *moved = event->data;
    bool has_moved = !text_equal(moved->step.from, moved->step.to);
    if (event->message == &intake_request_received_message) {
        year->received++;
    } else if (event->message == &approval_reply_made_message) {
        year->replied++;
        year->workdays += days_taken(matter, event->envelope->time);
        kind_count_up(state, &year->kinds, moved->fields.reply_kind);
    } else if (has_moved && text_equal_string(moved->step.to, "abandoned")) {
        year->abandoned++;
    } else if (has_moved && text_equal_string(moved->step.to, "withdrawn") &&
               was_received(matter)) {
        year->withdrawn++;
    } else if (event->message == &approval_clock_extended_message) {
        year->extended++;
    } else if (event->message == &approval_reply_postponed_message) {
        year->postponed++;
    } else if (event->message == &approval_publication_proposed_message) {
        year->proposed++;
    } else {
        return false;
    }
    return true;
}

/* -- documents ------------------------------------------------------------------------------ */

static const char by_number[] = "n";
static const char by_case[] = "c";

/* The number without blanks, as far as a key takes it. */
static struct text document_of(const struct form *form, struct arena *arena)
{
    const struct form_entry *entry = form_find(form, text_of(document_field));
    if (entry == NULL || entry->kind != FORM_TEXT) {
        return (struct text){0};
    }
    char *kept = arena_take(arena, entry->text.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < entry->text.size && size < DOCUMENT_BYTES_MAX; i++) {
        if (entry->text.data[i] != ' ' && entry->text.data[i] != '\t') {
            kept[size++] = entry->text.data[i];
        }
    }
    return (struct text){kept, size};
}

static struct key document_key(struct text document)
{
    struct key key = key_of_text(text_of(by_number));
    key_add_text(&key, document);
    return key;
}

static struct key case_key(const struct case_id *id)
{
    struct key key = key_of_text(text_of(by_case));
    key_add_uuid(&key, &id->uuid);
    return key;
}

/* The document that a case asks for, and how often it was asked for; false when it names none. */
static bool document_find(struct state *state, const struct case_id *id, struct text *ret_document,
                          struct document_row *ret_row)
{
    struct key key = case_key(id);
    struct bytes value;
    if (!store_get(state->txn, TABLE_DISCLOSURE_DOCUMENTS, key_bytes(&key), &value)) {
        return false;
    }
    *ret_document = arena_copy_text(state->arena, bytes_text(value));
    key = document_key(*ret_document);
    return state_get(state, TABLE_DISCLOSURE_DOCUMENTS, key_bytes(&key), &document_row_message,
                     ret_row);
}

static void document_put(struct state *state, struct text document, const struct document_row *row)
{
    struct key key = document_key(document);
    state_put(state, TABLE_DISCLOSURE_DOCUMENTS, key_bytes(&key), &document_row_message, row);
}

/* A request for a document that has a number; it counts once it is received. */
static void document_asked(struct state *state, const struct case_id *id, const struct form *form)
{
    struct text document = document_of(form, state->arena);
    struct key of_case = case_key(id);
    struct key key = document_key(document);
    struct document_row row = {0};
    if (text_is_empty(document)) {
        return;
    }
    store_put(state->txn, TABLE_DISCLOSURE_DOCUMENTS, key_bytes(&of_case),
              bytes_of(document.data, document.size));
    if (!store_has(state->txn, TABLE_DISCLOSURE_DOCUMENTS, key_bytes(&key))) {
        document_put(state, document, &row);
    }
}

/* True for kinds of reply that hand something over. */
static bool hands_over(struct text reply_kind)
{
    return text_equal_string(reply_kind, "disclose") || text_equal_string(reply_kind, "partial");
}

static void document_note(struct state *state, const struct event *event)
{
    bool is_received = event->message == &intake_request_received_message ||
                       event->message == &case_submitted_message;
    bool is_reply = event->message == &approval_reply_made_message;
    struct text document;
    struct document_row row;
    if (!document_find(state, &event->envelope->case_id, &document, &row)) {
        return;
    }
    row.requests += is_received ? 1 : 0;
    row.disclosed |=
        is_reply && hands_over(((const struct case_moved *)event->data)->fields.reply_kind);
    row.proposed |= event->message == &approval_publication_proposed_message;
    document_put(state, document, &row);
}

void disclosure_after(struct move *move, const struct case_moved *moved)
{
    struct text document;
    struct document_row row;
    if (!move_emits(move, "reply_made") || !move->matter->item->publicity.convert_to_proactive ||
        !document_find(move->decision->state, &move->matter->id, &document, &row) || row.proposed ||
        row.requests < REQUESTS_ENOUGH ||
        !(row.disclosed || hands_over(moved->fields.reply_kind))) {
        return;
    }
    struct form_entry *entry = arena_take(move->decision->arena, sizeof *entry);
    *entry =
        (struct form_entry){.name = text_of(document_field), .kind = FORM_TEXT, .text = document};
    struct case_moved proposed = {
        .step = {.action = moved->step.action,
                 .from = moved->step.to,
                 .to = moved->step.to,
                 .version = moved->step.version,
                 .basis = TEXT_LITERAL("政府信息公开条例 44"),
                 .beside = true},
        .fields = {.form = {.items = entry, .count = 1}},
    };
    emit(move->decision, &move->matter->id, &approval_publication_proposed_message, &proposed);
}

/* -- applying ------------------------------------------------------------------------------- */

void disclosure_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct matter matter;
    struct disclosure_year year;
    if (!matter_load(&approval_flow, state, &event->envelope->case_id, &matter) ||
        !is_request(&matter)) {
        return;
    }
    document_asked(state, &event->envelope->case_id, &submitted->form);
    if (was_received(&matter)) {
        struct key key = year_key(year_at(&matter, event->envelope->time));
        year_read(state, year_at(&matter, event->envelope->time), &year);
        year.received++;
        state_put(state, TABLE_DISCLOSURE_YEARS, key_bytes(&key), &disclosure_year_message, &year);
        document_note(state, event);
    }
}

void disclosure_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct matter matter;
    struct disclosure_year year;
    bool is_proposal = event->message == &approval_publication_proposed_message;
    if ((moved->step.beside && !is_proposal) || !text_is_empty(moved->step.unit) ||
        !matter_load(&approval_flow, state, &event->envelope->case_id, &matter) ||
        !is_request(&matter)) {
        return;
    }
    int64_t when = year_at(&matter, event->envelope->time);
    struct key key = year_key(when);
    year_read(state, when, &year);
    if (step_count(state, event, &matter, &year)) {
        state_put(state, TABLE_DISCLOSURE_YEARS, key_bytes(&key), &disclosure_year_message, &year);
        document_note(state, event);
    }
}

void apply_fee_money(struct state *state, const struct event *event)
{
    struct matter matter;
    struct disclosure_year year;
    if (!matter_load(&approval_flow, state, &event->envelope->case_id, &matter) ||
        !is_request(&matter)) {
        return;
    }
    int64_t when = year_at(&matter, event->envelope->time);
    struct key key = year_key(when);
    year_read(state, when, &year);
    if (event->message == &fee_bill_issued_message) {
        int64_t amount_fen = ((const struct fee_bill_issued *)event->data)->amount_fen;
        year.charged += amount_fen > 0 ? 1 : 0;
        year.charged_fen += amount_fen;
    } else {
        year.paid_fen += ((const struct fee_payment_recorded *)event->data)->amount_fen;
    }
    state_put(state, TABLE_DISCLOSURE_YEARS, key_bytes(&key), &disclosure_year_message, &year);
}

/* -- asking --------------------------------------------------------------------------------- */

static int64_t ended(const struct disclosure_year *year)
{
    return year->replied + year->abandoned + year->withdrawn;
}

/* What was received before `year` and had not ended by then. */
static int64_t carried_over(struct state *state, int64_t year)
{
    struct store_cursor cursor;
    int64_t open = 0;
    store_cursor_open(&cursor, state->txn, TABLE_DISCLOSURE_YEARS);
    bool more = store_first(&cursor);
    while (more && cursor.key.size == 8 && (int64_t)read_be64(cursor.key.data) < year) {
        struct disclosure_year before;
        if (!state_row(state, cursor.value, &disclosure_year_message, &before)) {
            break;
        }
        open += before.received - ended(&before);
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    return open;
}

enum verdict query_disclosure(struct reading *reading, const void *question)
{
    const struct ask_disclosure *asked = question;
    struct disclosure_figures *figures = arena_take(reading->arena, sizeof *figures);
    struct disclosure_year year;
    const struct hall_rules *rules =
        rules_active(rules_memory_shelf(reading->state->memory), reading->state);
    if (rules == NULL) {
        return reading_refuse(reading, PROBLEM_AWAY, "the hall has no catalogue yet");
    }
    struct matter now = {.rules = rules};
    int64_t wanted = asked->year == 0 ? year_at(&now, reading->now_ms) : asked->year;
    year_read(reading->state, wanted, &year);
    *figures = (struct disclosure_figures){
        .year = wanted,
        .carried_over = carried_over(reading->state, wanted),
        .received = year.received,
        .replied = year.replied,
        .replies = year.kinds,
        .abandoned = year.abandoned,
        .withdrawn = year.withdrawn,
        .extended = year.extended,
        .postponed = year.postponed,
        .proposed = year.proposed,
        .charged = year.charged,
        .charged_fen = year.charged_fen,
        .paid_fen = year.paid_fen,
    };
    figures->pending = figures->carried_over + year.received - ended(&year);
    if (year.replied > 0) {
        figures->average_workdays.units = year.workdays * DECIMAL_SCALE / year.replied;
    }
    return reading_answer(reading, &disclosure_figures_message, figures);
}
