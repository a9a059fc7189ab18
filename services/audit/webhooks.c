/* Webhooks: which endpoints there are, how far each has taken the record, when it is tried again.
 *
 * An endpoint's order of work stands as long as the record has something that may be for it. What
 * is known of it moves by events of its own, which are carried to nobody: the record comes to rest.
 */
#include "webhook_sender.h"

#include "events/cloud_event.h"
#include "events/registry.h"

#include <string.h>

#define OWN_EVENTS "audit.webhook_"

enum { OLD_SECRET_MS = 24 * 3600 * 1000, WAIT_MS_MAX = 24 * 3600 * 1000 };

/* Waits between attempts; after the last one nothing goes out until somebody enables it again. */
static const int64_t waits_ms[] = {5000,     300000,   1800000,  7200000, 18000000,
                                   36000000, 50400000, 72000000, 86400000};
enum { WAIT_COUNT = sizeof waits_ms / sizeof waits_ms[0] };

bool webhook_get(struct state *state, const struct webhook_id *id, struct webhook_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_WEBHOOKS, key_bytes(&key), &webhook_row_message, ret_row);
}

static void webhook_put(struct state *state, const struct webhook_id *id,
                        const struct webhook_row *row)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, TABLE_WEBHOOKS, key_bytes(&key), &webhook_row_message, row);
}

/* All of them, the earliest first; at most WEBHOOKS_MAX. */
static size_t webhooks_read(struct state *state, struct webhook_id *ret_ids,
                            struct webhook_row *ret_rows)
{
    struct store_cursor cursor;
    size_t count = 0;
    store_cursor_open(&cursor, state->txn, TABLE_WEBHOOKS);
    bool found = store_first(&cursor);
    while (found && count < WEBHOOKS_MAX) {
        memcpy(ret_ids[count].uuid.bytes, cursor.key.data, UUID_BYTES);
        count += state_row(state, cursor.value, &webhook_row_message, &ret_rows[count]) ? 1 : 0;
        found = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    return count;
}

/* -- which events --------------------------------------------------------------------------- */

static struct text type_plain(struct text type)
{
    return text_starts_with(type, CLOUD_TYPE_PREFIX)
               ? text_after(type, sizeof CLOUD_TYPE_PREFIX - 1)
               : type;
}

static bool is_prefix(struct text type)
{
    return type.size > 0 && type.data[type.size - 1] == '.';
}

bool webhook_wants_type(const struct webhook_row *row, struct text type)
{
    if (text_starts_with(type, OWN_EVENTS)) {
        return false;
    }
    for (size_t i = 0; i < row->types.count; i++) {
        struct text wanted = type_plain(row->types.items[i]);
        struct text head = {type.data,
                            is_prefix(wanted) && wanted.size < type.size ? wanted.size : type.size};
        if (text_equal(wanted, head)) {
            return true;
        }
    }
    return row->types.count == 0;
}

/* -- orders --------------------------------------------------------------------------------- */

/* Lets the endpoint's one order be due at `due_ms`; 0: it has none. */
static void order_set(struct state *state, const struct webhook_id *id, struct webhook_row *row,
                      int64_t due_ms)
{
    if (row->order_due != 0) {
        (void)work_remove(state, row->order_due, WORK_DELIVER, &id->uuid);
    }
    row->order_due = due_ms;
    if (due_ms != 0) {
        struct work_order order = {.due_ms = due_ms, .kind = WORK_DELIVER, .id = id->uuid};
        struct deliver_order payload = {.webhook_id = *id};
        work_add(state, &order, &deliver_order_message, &payload);
    }
}

/* The order as it must stand at `now_ms`. It is never due at the same time as the one before: a
 * report about that would be taken for one about this. */
static void order_renew(struct state *state, const struct webhook_id *id, struct webhook_row *row,
                        int64_t now_ms)
{
    bool has_work = row->enabled && row->last_wanted > row->up_to;
    int64_t due_ms = now_ms != row->order_due ? now_ms : now_ms - 1;
    order_set(state, id, row, has_work ? due_ms : 0);
}

void webhooks_note(struct state *state, const struct event_envelope *envelope, uint64_t index)
{
    struct webhook_id ids[WEBHOOKS_MAX];
    struct webhook_row rows[WEBHOOKS_MAX];
    if (store_count(state->txn, TABLE_WEBHOOKS) == 0) {
        return;
    }
    size_t count = webhooks_read(state, ids, rows);
    for (size_t i = 0; i < count; i++) {
        if (webhook_wants_type(&rows[i], envelope->type)) {
            rows[i].last_wanted = (int64_t)index;
            if (rows[i].order_due == 0) {
                order_renew(state, &ids[i], &rows[i], envelope->time);
            }
            webhook_put(state, &ids[i], &rows[i]);
        }
    }
}

/* -- what people do ------------------------------------------------------------------------- */

static bool may_keep_webhooks(const struct principal *principal)
{
    return principal_holds(principal, TEXT_LITERAL("auditor"), TEXT_LITERAL("*")) ||
           principal_holds(principal, TEXT_LITERAL("admin"), TEXT_LITERAL("*"));
}

static bool url_letters_are_sound(struct text url)
{
    for (size_t i = 0; i < url.size; i++) {
        if (url.data[i] <= ' ' || url.data[i] >= 0x7F || strchr("@?#\\\"<>", url.data[i]) != NULL) {
            return false;
        }
    }
    return true;
}

/* An address without name, password and query: it stands in the record for ever. */
static void url_check(struct decision *decision, struct text url)
{
    const struct audit *audit = decision->state->memory;
    bool is_open =
        webhook_sender_allows_loopback(audit->sender) && text_starts_with(url, "http://");
    size_t scheme_size = is_open ? 7 : 8;
    if (!is_open && !text_starts_with(url, "https://")) {
        field_wrong(decision, "url", "must begin with https://");
    } else if (url.size <= scheme_size || url.data[scheme_size] == '/') {
        field_wrong(decision, "url", "must name a machine");
    } else if (!url_letters_are_sound(url)) {
        field_wrong(decision, "url",
                    "must have neither sign-in name nor query: it stands in the record");
    }
}

static bool type_is_known(struct text type)
{
    static const char *const services[] = {"intake.", "approval.",     "fee.",
                                           "audit.",  "notification.", "gateway."};
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (text_equal_string(type, services[i])) {
            return true;
        }
    }
    return hall_event_find(type) != NULL && !text_starts_with(type, OWN_EVENTS);
}

static void types_check(struct decision *decision, const struct text_list *types)
{
    for (size_t i = 0; i < types->count; i++) {
        if (!type_is_known(type_plain(types->items[i]))) {
            field_wrong(decision, "types", "names an event type that is not carried");
            return;
        }
    }
}

enum verdict decide_register_webhook(struct decision *decision, const void *command)
{
    const struct register_webhook *asked = command;
    const struct audit *audit = decision->state->memory;
    if (!may_keep_webhooks(decision->principal)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "webhooks are kept by auditors and administrators");
    }
    url_check(decision, asked->url);
    types_check(decision, &asked->types);
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    if (store_count(decision->state->txn, TABLE_WEBHOOKS) >= WEBHOOKS_MAX) {
        return refuse(decision, PROBLEM_CONFLICT, "there are %d endpoints, which is the most",
                      WEBHOOKS_MAX);
    }
    if (!webhook_sender_can_sign(audit->sender)) {
        return refuse(decision, PROBLEM_CONFLICT, "the key of webhooks is not at its place");
    }
    struct webhook_registered registered = {
        .webhook_id = {decision_new_id(decision)},
        .url = asked->url,
        .types = asked->types,
        .department = asked->department,
        .whole_record = asked->whole_record,
    };
    emit(decision, NULL, &webhook_registered_message, &registered);
    return VERDICT_OK;
}

/* What every change of an endpoint asks first. */
static enum verdict webhook_find(struct decision *decision, const struct webhook_id *id,
                                 struct webhook_row *ret_row)
{
    if (!may_keep_webhooks(decision->principal)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "webhooks are kept by auditors and administrators");
    }
    if (!webhook_get(decision->state, id, ret_row)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such endpoint");
    }
    if (decision->request->if_match != 0 && decision->request->if_match != ret_row->version) {
        return refuse(decision, PROBLEM_STALE, "the endpoint has changed since you read it");
    }
    return VERDICT_OK;
}

enum verdict decide_change_webhook(struct decision *decision, const void *command)
{
    const struct change_webhook *change = command;
    struct webhook_row row;
    enum verdict verdict = webhook_find(decision, &change->webhook_id, &row);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!text_is_empty(change->url)) {
        url_check(decision, change->url);
    }
    types_check(decision, &change->types);
    if (change->disabled && change->enabled) {
        field_wrong(decision, "enabled", "cannot stand beside disabled");
    }
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    emit(decision, NULL, &webhook_changed_message, change);
    return VERDICT_OK;
}

enum verdict decide_end_webhook(struct decision *decision, const void *command)
{
    const struct end_webhook *end = command;
    struct webhook_row row;
    enum verdict verdict = webhook_find(decision, &end->webhook_id, &row);
    if (verdict == VERDICT_OK) {
        emit(decision, NULL, &webhook_ended_message, end);
    }
    return verdict;
}

enum verdict decide_renew_webhook_secret(struct decision *decision, const void *command)
{
    const struct renew_webhook_secret *renew = command;
    const struct audit *audit = decision->state->memory;
    struct webhook_row row;
    enum verdict verdict = webhook_find(decision, &renew->webhook_id, &row);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!webhook_sender_can_sign(audit->sender)) {
        return refuse(decision, PROBLEM_CONFLICT, "the key of webhooks is not at its place");
    }
    struct webhook_secret_renewed renewed = {
        .webhook_id = renew->webhook_id,
        .number = row.secret + 1,
        .old_until = decision->now_ms + OLD_SECRET_MS,
    };
    emit(decision, NULL, &webhook_secret_renewed_message, &renewed);
    return VERDICT_OK;
}

/* -- what came of carrying ------------------------------------------------------------------ */

/* With a tenth at random on top: endpoints that failed together are not tried together. */
static int64_t wait_ms(struct decision *decision, int64_t attempts, int64_t asked_s)
{
    int64_t usual_ms = waits_ms[attempts - 1];
    int64_t asked_ms = asked_s < WAIT_MS_MAX / 1000 ? asked_s * 1000 : WAIT_MS_MAX;
    int64_t at_least_ms = asked_ms > usual_ms ? asked_ms : usual_ms;
    return at_least_ms + (int64_t)random_below(decision->random, (uint64_t)at_least_ms / 10 + 1);
}

static void failure_emit(struct decision *decision, const struct report_webhook *report,
                         int64_t attempts)
{
    struct text why = text_is_empty(report->why) ? TEXT_LITERAL("unknown") : report->why;
    if (report->gone || attempts > WAIT_COUNT) {
        struct webhook_disabled disabled = {.webhook_id = report->webhook_id, .why = why};
        emit(decision, NULL, &webhook_disabled_message, &disabled);
        return;
    }
    struct webhook_delayed delayed = {
        .webhook_id = report->webhook_id,
        .attempts = attempts,
        .why = why,
        .again = decision->now_ms + wait_ms(decision, attempts, report->wait_s),
    };
    emit(decision, NULL, &webhook_delayed_message, &delayed);
}

enum verdict decide_report_webhook(struct decision *decision, const void *command)
{
    const struct report_webhook *report = command;
    struct webhook_row row;
    if (!work_stands(decision->state, report->order_due, WORK_DELIVER, &report->webhook_id.uuid) ||
        !webhook_get(decision->state, &report->webhook_id, &row)) {
        return VERDICT_OK; /* told before, or changed meanwhile: it is carried again */
    }
    if (report->up_to > row.up_to || !report->failed) {
        struct webhook_advanced advanced = {
            .webhook_id = report->webhook_id,
            .up_to = report->up_to,
            .delivered = report->delivered,
        };
        emit(decision, NULL, &webhook_advanced_message, &advanced);
    }
    if (report->failed) {
        failure_emit(decision, report, (report->delivered > 0 ? 0 : row.attempts) + 1);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static int64_t record_end(struct state *state)
{
    return (int64_t)log_end(state->txn, TABLE_RECORD).seq;
}

void apply_webhook_registered(struct state *state, const struct event *event)
{
    const struct webhook_registered *registered = event->data;
    int64_t end = record_end(state);
    struct webhook_row row = {
        .url = registered->url,
        .types = registered->types,
        .department = registered->department,
        .enabled = true,
        .up_to = registered->whole_record ? 0 : end,
        .last_wanted = end,
        .secret = 1,
        .version = 1,
    };
    order_renew(state, &registered->webhook_id, &row, event->envelope->time);
    webhook_put(state, &registered->webhook_id, &row);
}

void apply_webhook_changed(struct state *state, const struct event *event)
{
    const struct change_webhook *changed = event->data;
    struct webhook_row row;
    if (!webhook_get(state, &changed->webhook_id, &row)) {
        return;
    }
    row.url = text_is_empty(changed->url) ? row.url : changed->url;
    row.types = changed->types.count > 0 || changed->all_types ? changed->types : row.types;
    row.department = !text_is_empty(changed->department) || changed->whole_hall
                         ? changed->department
                         : row.department;
    if (changed->enabled) {
        row.attempts = 0;
        row.why = (struct text){0};
    }
    row.enabled = (row.enabled || changed->enabled) && !changed->disabled;
    row.last_wanted = record_end(state); /* what it did not want before it may want now */
    row.version++;
    order_renew(state, &changed->webhook_id, &row, event->envelope->time);
    webhook_put(state, &changed->webhook_id, &row);
}

void apply_webhook_ended(struct state *state, const struct event *event)
{
    const struct end_webhook *ended = event->data;
    struct key key = key_of_uuid(&ended->webhook_id.uuid);
    struct webhook_row row;
    if (webhook_get(state, &ended->webhook_id, &row)) {
        order_set(state, &ended->webhook_id, &row, 0);
        state_delete(state, TABLE_WEBHOOKS, key_bytes(&key));
    }
}

void apply_webhook_secret_renewed(struct state *state, const struct event *event)
{
    const struct webhook_secret_renewed *renewed = event->data;
    struct webhook_row row;
    if (webhook_get(state, &renewed->webhook_id, &row)) {
        row.secret = renewed->number;
        row.old_until = renewed->old_until;
        row.version++;
        webhook_put(state, &renewed->webhook_id, &row);
    }
}

void apply_webhook_advanced(struct state *state, const struct event *event)
{
    const struct webhook_advanced *advanced = event->data;
    struct webhook_row row;
    if (!webhook_get(state, &advanced->webhook_id, &row)) {
        return;
    }
    row.up_to = advanced->up_to > row.up_to ? advanced->up_to : row.up_to;
    row.delivered += advanced->delivered;
    if (advanced->delivered > 0) {
        row.delivered_at = event->envelope->time;
        row.attempts = 0;
        row.why = (struct text){0};
    }
    order_renew(state, &advanced->webhook_id, &row, event->envelope->time);
    webhook_put(state, &advanced->webhook_id, &row);
}

void apply_webhook_delayed(struct state *state, const struct event *event)
{
    const struct webhook_delayed *delayed = event->data;
    struct webhook_row row;
    if (webhook_get(state, &delayed->webhook_id, &row)) {
        row.attempts = delayed->attempts;
        row.why = delayed->why;
        order_set(state, &delayed->webhook_id, &row, delayed->again);
        webhook_put(state, &delayed->webhook_id, &row);
    }
}

void apply_webhook_disabled(struct state *state, const struct event *event)
{
    const struct webhook_disabled *disabled = event->data;
    struct webhook_row row;
    if (webhook_get(state, &disabled->webhook_id, &row)) {
        row.enabled = false;
        row.why = disabled->why;
        row.version++;
        order_set(state, &disabled->webhook_id, &row, 0);
        webhook_put(state, &disabled->webhook_id, &row);
    }
}

/* -- telling -------------------------------------------------------------------------------- */

static struct webhook_told told_of(const struct webhook_id *id, const struct webhook_row *row)
{
    return (struct webhook_told){
        .id = *id,
        .url = row->url,
        .types = row->types,
        .department = row->department,
        .enabled = row->enabled,
        .why = row->why,
        .up_to = row->up_to,
        .waiting = row->last_wanted > row->up_to,
        .delivered = row->delivered,
        .delivered_at = row->delivered_at,
        .attempts = row->attempts,
        .again = row->attempts > 0 ? row->order_due : 0,
        .version = row->version,
        .old_until = row->old_until,
    };
}

/* The endpoint with its new secret. An endpoint that ended since then has none. */
void tell_webhook(struct decision *decision, const struct event *first)
{
    const struct audit *audit = decision->state->memory;
    const struct webhook_secret_renewed *renewed = first->data;
    const struct webhook_registered *registered = first->data;
    bool is_renewed = first->message == &webhook_secret_renewed_message;
    struct webhook_id id = is_renewed ? renewed->webhook_id : registered->webhook_id;
    struct webhook_row row;
    if (!webhook_get(decision->state, &id, &row) || !webhook_sender_can_sign(audit->sender)) {
        return;
    }
    struct webhook_told *told = arena_take(decision->arena, sizeof *told);
    *told = told_of(&id, &row);
    told->secret =
        webhook_secret(audit->sender, &id, is_renewed ? renewed->number : 1, decision->arena);
    decision_answer(decision, &webhook_told_message, told);
}

enum verdict query_webhooks(struct reading *reading, const void *question)
{
    const struct ask_webhooks *asked = question;
    struct webhook_id ids[WEBHOOKS_MAX];
    struct webhook_row rows[WEBHOOKS_MAX];
    struct webhooks_told *told = arena_take(reading->arena, sizeof *told);
    bool is_one = !uuid_is_none(&asked->webhook_id.uuid);
    if (!may_keep_webhooks(reading->principal)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "webhooks are kept by auditors and administrators");
    }
    size_t count = webhooks_read(reading->state, ids, rows);
    told->items.items = arena_take_array(reading->arena, count, sizeof *told->items.items);
    for (size_t i = 0; i < count; i++) {
        if (!is_one || uuid_equal(&ids[i].uuid, &asked->webhook_id.uuid)) {
            told->items.items[told->items.count++] = told_of(&ids[i], &rows[i]);
        }
    }
    if (is_one && told->items.count == 0) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such endpoint");
    }
    return reading_answer(reading, &webhooks_told_message, told);
}
