#include "webhook_sender.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/time_source.h"
#include "crypto/webhook.h"
#include "events/cloud_event.h"
#include "service/host.h"
#include "web/web.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    KEY_BYTES = 32,
    SECRET_BYTES = 32,
    CALL_MS = 15000,
    ANSWER_BYTES_MAX = 64 * 1024,
    ROUND_MS = 1000,       /* then it reports: what was taken is soon durable */
    ROUND_EVENTS_MAX = 64, /* this many are taken again at most after a crash */
    ROUND_SCAN_MAX = 20000 /* entries looked at, however few are for the endpoint */
};

struct webhook_sender {
    uint8_t key[KEY_BYTES];
    bool has_key;
    bool loopback;
    unsigned flags; /* of calls */
    const char *authorities;
};

/* -- the key -------------------------------------------------------------------------------- */

static enum err key_read(struct webhook_sender *sender, const char *path, struct arena *arena,
                         struct reason *reason)
{
    struct bytes bytes;
    struct stat status;
    if (stat(path, &status) != 0) {
        return ERR_NOT_FOUND;
    }
    if ((status.st_mode & 077) != 0) {
        return reason_set(reason, ERR_DENIED,
                          "%s can be read by others; whoever has it can sign webhooks for the "
                          "hall: chmod 600 it, and renew every endpoint's secret if it was read",
                          path);
    }
    enum err err = file_read(path, KEY_BYTES, arena, &bytes, reason);
    if (err == ERR_OK && bytes.size != KEY_BYTES) {
        err = reason_set(reason, ERR_INVALID, "%s does not have %d bytes", path, KEY_BYTES);
    }
    if (err == ERR_OK) {
        memcpy(sender->key, bytes.data, KEY_BYTES);
        sender->has_key = true;
    }
    return err;
}

static enum err has_endpoints(struct store *store, bool *ret_has, struct reason *reason)
{
    struct store_txn *txn = NULL;
    if (store_begin_read(store, &txn) != ERR_OK) {
        return reason_set(reason, ERR_IO, "cannot read the endpoints of webhooks");
    }
    *ret_has = store_count(txn, TABLE_WEBHOOKS) > 0;
    store_end_read(&txn);
    return ERR_OK;
}

/* Another key would sign what no endpoint can check: it is made only while there is none. */
static enum err key_open(struct webhook_sender *sender, const char *folder, struct store *store,
                         struct arena *arena, struct reason *reason)
{
    bool is_used = false;
    const char *path = arena_print(arena, "%s/webhooks", folder).data;
    enum err err = key_read(sender, path, arena, reason);
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    err = has_endpoints(store, &is_used, reason);
    if (err != ERR_OK || is_used) {
        return err;
    }
    randombytes_buf(sender->key, KEY_BYTES);
    sender->has_key = true;
    err = folder_make(folder, reason);
    return err != ERR_OK ? err : file_replace(path, bytes_of(sender->key, KEY_BYTES), 0600, reason);
}

enum err webhook_sender_open(const struct service_start *start, struct webhook_sender **ret_sender,
                             struct reason *reason)
{
    struct arena arena;
    struct webhook_sender *sender = calloc(1, sizeof *sender);
    const char *folder = options_text(start->options, "log-keys");
    CHECK(sender != NULL);
    web_start();
    arena_init(&arena);
    sender->loopback = options_flag(start->options, "webhook-loopback");
    sender->flags = options_flag(start->options, "webhook-private") ? 0 : WEB_STRANGER;
    sender->flags |= sender->loopback ? WEB_LOOPBACK : 0;
    sender->authorities = options_text(start->options, "webhook-authorities");
    folder = folder != NULL ? folder : arena_print(&arena, "%s.keys", start->folder).data;
    enum err err = key_open(sender, folder, start->store, &arena, reason);
    arena_free(&arena);
    *ret_sender = sender;
    if (err != ERR_OK) {
        webhook_sender_close(ret_sender);
    }
    return err;
}

void webhook_sender_close(struct webhook_sender **sender)
{
    struct webhook_sender *closing = *sender;
    *sender = NULL;
    if (closing != NULL) {
        sodium_memzero(closing, sizeof *closing);
        free(closing);
        web_end();
    }
}

bool webhook_sender_can_sign(const struct webhook_sender *sender)
{
    return sender != NULL && sender->has_key;
}

bool webhook_sender_allows_loopback(const struct webhook_sender *sender)
{
    return sender != NULL && sender->loopback;
}

static void key_derive(const struct webhook_sender *sender, const struct webhook_id *id,
                       int64_t number, struct webhook_key *ret_key)
{
    uint8_t input[7 + UUID_BYTES + 8] = "webhook";
    memcpy(input + 7, id->uuid.bytes, UUID_BYTES);
    write_be64(input + 7 + UUID_BYTES, (uint64_t)number);
    ret_key->size = SECRET_BYTES;
    CHECK(crypto_generichash(ret_key->bytes, SECRET_BYTES, input, sizeof input, sender->key,
                             KEY_BYTES) == 0);
}

struct text webhook_secret(const struct webhook_sender *sender, const struct webhook_id *id,
                           int64_t number, struct arena *arena)
{
    struct webhook_key key;
    key_derive(sender, id, number, &key);
    struct text encoded = base64_text(arena, bytes_of(key.bytes, key.size));
    sodium_memzero(&key, sizeof key);
    return arena_print(arena, "whsec_%.*s", TEXT_PRINT(encoded));
}

/* -- one event ------------------------------------------------------------------------------ */

/* A round of work for one endpoint. */
struct round {
    struct worker *worker;
    const struct webhook_sender *sender;
    struct webhook_row row;
    struct hasher hasher;
    struct report_webhook report;
    uint64_t looked_at; /* entries */
};

static bool is_ending(void *context)
{
    return worker_is_ending(context);
}

static struct text signature(struct round *round, struct text id, int64_t at_s, struct bytes body)
{
    struct arena *arena = round->worker->arena;
    struct webhook_key key;
    key_derive(round->sender, &round->report.webhook_id, round->row.secret, &key);
    struct text text = webhook_signature(WEBHOOK_STANDARD, &key, id, at_s, body, arena);
    if (round->worker->now_ms < round->row.old_until) {
        key_derive(round->sender, &round->report.webhook_id, round->row.secret - 1, &key);
        struct text old = webhook_signature(WEBHOOK_STANDARD, &key, id, at_s, body, arena);
        text = arena_print(arena, "%.*s %.*s", TEXT_PRINT(text), TEXT_PRINT(old));
    }
    sodium_memzero(&key, sizeof key);
    return text;
}

static struct web_answer event_post(struct round *round, struct text id, struct text body)
{
    struct worker *worker = round->worker;
    struct arena *arena = worker->arena;
    struct time_source world; /* the receiver's clock, whatever is ours */
    time_source_init_system(&world);
    int64_t at_s = world.wall_ms(&world) / 1000;
    struct text signed_with = signature(round, id, at_s, text_bytes(body));
    struct web_call call = {
        .url = arena_print(arena, "%.*s", TEXT_PRINT(round->row.url)).data,
        .body = body,
        .headers = {"Content-Type: application/cloudevents+json; charset=utf-8",
                    "User-Agent: Glasshall",
                    "Expect:", arena_print(arena, "webhook-id: %.*s", TEXT_PRINT(id)).data,
                    arena_print(arena, "webhook-timestamp: %" PRId64, at_s).data,
                    arena_print(arena, "webhook-signature: %.*s", TEXT_PRINT(signed_with)).data},
        .authorities = round->sender->authorities,
        .timeout_ms = CALL_MS,
        .answer_bytes_max = ANSWER_BYTES_MAX,
        .flags = round->sender->flags,
        .is_ending = is_ending,
        .context = worker,
    };
    return web_fetch(&call, arena);
}

/* Sends the event at `index`; true when it was taken. Otherwise the report says why. */
static bool event_deliver(struct round *round, struct bytes record, uint64_t index)
{
    struct worker *worker = round->worker;
    struct wire_reader *reader = &worker->state->reader;
    struct hall_event event;
    char id[UUID_TEXT_BYTES + 1];
    CHECK(hall_event_read(reader, record, &event)); /* it was read when it was found */
    uuid_format(&event.envelope.id.uuid, id);
    json_t *json = cloud_event(&event, (int64_t)index, worker->arena);
    char *body = json_dumps(json, JSON_COMPACT);
    CHECK(body != NULL);
    struct web_answer answer = event_post(round, text_of(id), text_of(body));
    free(body);
    json_decref(json);
    if (answer.status >= 200 && answer.status < 300) {
        return true;
    }
    round->report.failed = !worker_is_ending(worker); /* it was cut short, and nobody's fault */
    round->report.gone = answer.status == 410;
    round->report.wait_s = answer.wait_s;
    round->report.why = answer.status == 0
                            ? text_of(answer.why)
                            : arena_print(worker->arena, "it answered %d", answer.status);
    return false;
}

/* -- the next one --------------------------------------------------------------------------- */

/* The unit whose matter a case is; absent when there is no such case. */
static struct text department_of(struct round *round, const struct case_id *id)
{
    const struct audit *audit = round->worker->memory;
    struct state *state = round->worker->state;
    struct key key = key_of_uuid(&id->uuid);
    struct audited_row row;
    if (!state_get(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row)) {
        return (struct text){0};
    }
    const struct hall_rules *rules = rules_of(audit->shelf, state, row.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, row.item);
    bool is_items = text_is_empty(row.department) && item != NULL && item->department != NULL;
    return is_items ? item->department->code : row.department;
}

/* True when the case is of the unit whose events alone the endpoint has. */
static bool department_fits(struct round *round, const struct event_envelope *envelope)
{
    return text_is_empty(round->row.department) ||
           text_equal(department_of(round, &envelope->case_id), round->row.department);
}

/* Looks at the next entry. True when it is for the endpoint, and `ret_record` is a copy. */
static bool entry_look(struct round *round, uint64_t index, struct bytes *ret_record)
{
    struct state *state = round->worker->state;
    struct log_record found;
    struct entry entry;
    struct event_envelope envelope;
    if (!log_read_proved(state->txn, TABLE_RECORD, &round->hasher, index, &found) ||
        !entry_read(found.bytes, &entry)) {
        store_fail(state->txn, ERR_CORRUPT);
        return false;
    }
    if (record_kind_of(entry.record) != RECORD_EVENT ||
        record_read_event(&state->reader, entry.record, &envelope) != ERR_OK ||
        !webhook_wants_type(&round->row, envelope.type) || !department_fits(round, &envelope)) {
        return false;
    }
    *ret_record = arena_copy_bytes(round->worker->arena, entry.record);
    return true;
}

/* Finds the next event for the endpoint; what is passed over is done with. False when there is none
 * within the bounds of the round, or the record cannot be read. No snapshot is held afterwards. */
static bool event_find(struct round *round, uint64_t *ret_index, struct bytes *ret_record)
{
    struct worker *worker = round->worker;
    bool found = false;
    if (!worker_look(worker)) {
        return false;
    }
    uint64_t end = log_end(worker->state->txn, TABLE_RECORD).seq;
    uint64_t index = (uint64_t)round->report.up_to;
    while (!found && index < end && round->looked_at < ROUND_SCAN_MAX) {
        found = entry_look(round, ++index, ret_record);
        round->looked_at++;
        if (store_error(worker->state->txn) != ERR_OK) {
            round->report.failed = true;
            round->report.why = TEXT_LITERAL("the record is damaged here");
            break;
        }
        round->report.up_to = (int64_t)(found ? index - 1 : index);
    }
    *ret_index = index;
    worker_done(worker);
    return found;
}

/* -- a round -------------------------------------------------------------------------------- */

static void round_run(struct round *round)
{
    int64_t until_ns = monotonic_ns() + ROUND_MS * INT64_C(1000000);
    struct bytes record = {0};
    uint64_t index = 0;
    if (!webhook_sender_can_sign(round->sender)) {
        round->report.failed = true;
        round->report.why = TEXT_LITERAL("the key of webhooks is not at its place");
        return;
    }
    while (round->report.delivered < ROUND_EVENTS_MAX && monotonic_ns() < until_ns &&
           event_find(round, &index, &record) && event_deliver(round, record, index)) {
        round->report.up_to = (int64_t)index;
        round->report.delivered++;
    }
}

void perform_deliver(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct deliver_order *asked = payload;
    const struct audit *audit = worker->memory;
    struct round round = {.worker = worker, .sender = audit->sender};
    if (!worker_look(worker) || !webhook_get(worker->state, &asked->webhook_id, &round.row)) {
        return;
    }
    worker_done(worker);
    round.report.webhook_id = asked->webhook_id;
    round.report.up_to = round.row.up_to;
    round.report.order_due = order->due_ms;
    hasher_init(&round.hasher);
    round_run(&round);
    hasher_free(&round.hasher);
    bool has_news = round.report.up_to > round.row.up_to || round.report.failed;
    if (has_news || !worker_is_ending(worker)) {
        /* A report that is not taken leaves the order standing: the events are carried again. */
        worker_report(worker, &report_webhook_message, &round.report);
    }
}
