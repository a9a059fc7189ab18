#include "hall.h"

#include "approval/approval_service.h"
#include "audit/audit_service.h"
#include "base/check.h"
#include "base/file.h"
#include "events/fee.h"
#include "events/intake.h"
#include "events/moves.h"
#include "fee/fee_service.h"
#include "intake/intake_service.h"
#include "notification/notification_service.h"
#include "publishing.h"
#include "service/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ftw.h>

enum { WINDOW = 4096, RELAY_ROUNDS = 20, TIMERS = 1000 };

static const struct service *const services[HALL_SERVICES] = {
    &intake_service, &approval_service, &fee_service, &notification_service, &audit_service};

const char *hall_service_name(enum hall_service service)
{
    return services[service]->name;
}

/* -- opening -------------------------------------------------------------------------------- */

static void engine_start(struct hall *hall, enum hall_service service)
{
    char folder[128];
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/%s", hall->folder, services[service]->name);
    struct engine_options options = {
        .service = services[service],
        .store = {.folder = folder, .map_bytes = (size_t)1 << 30, .without_sync = true},
        .logger = &hall->logger,
        .random_seed = 1 + (uint64_t)service,
        .stream_window = WINDOW,
    };
    if (engine_open(&options, &hall->engines[service], &reason) != ERR_OK) {
        (void)fprintf(stderr, "%s: %s\n", services[service]->name, reason.text);
        abort();
    }
    stream_producer_init(&hall->producers[service], services[service]->name, NULL, TABLE_LOG);
}

void hall_open(struct hall *hall, const char *folder, const struct catalogue_change *change,
               int64_t now_ms)
{
    *hall = (struct hall){.now_ms = now_ms, .catalogue = folder};
    /* In memory where there is room: what outlives the hall is not asked of its stores. */
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(hall->folder, sizeof hall->folder, "%s/glasshall-table-XXXXXX", place);
    CHECK(mkdtemp(hall->folder) != NULL);
    logger_init(&hall->logger, "procedures", LOG_LEVEL_ERROR);
    arena_init(&hall->arena);
    arena_init(&hall->batch);
    wire_reader_init(&hall->reader, &hall->batch);
    buffer_init(&hall->buffer, 1 << 20);
    hall->seen = calloc(SEEN_EVENTS_MAX, sizeof *hall->seen);
    CHECK(hall->seen != NULL);
    for (int i = 0; i < HALL_SERVICES; i++) {
        engine_start(hall, (enum hall_service)i);
    }
    catalogue_publish(hall, change);
}

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

void hall_close(struct hall *hall)
{
    for (int i = 0; i < HALL_SERVICES; i++) {
        engine_close(&hall->engines[i]);
    }
    wire_reader_free(&hall->reader);
    buffer_free(&hall->buffer);
    arena_free(&hall->batch);
    arena_free(&hall->arena);
    free(hall->seen);
    (void)nftw(hall->folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* -- who ------------------------------------------------------------------------------------ */

static struct principal_list witnesses_of(struct hall *hall, const struct text_list *officers)
{
    struct principal_list list = {
        .items = arena_take_array(&hall->arena, officers->count, sizeof *list.items)};
    for (size_t i = 0; i < officers->count; i++) {
        struct principal witness;
        if (hall_principal(hall, officers->items[i], &witness) && witness.kind == PRINCIPAL_STAFF) {
            list.items[list.count++] = witness;
        }
    }
    return list;
}

/* -- looking at matters --------------------------------------------------------------------- */

static bool is_move(struct text type)
{
    return wire_find(&moves_vocabulary, type) != NULL;
}

/* Keeps what an event says; `envelope` and what it points to live as long as the hall. */
static void event_keep(struct hall *hall, enum hall_service service,
                       const struct event_envelope *envelope)
{
    CHECK(hall->seen_count < SEEN_EVENTS_MAX);
    struct seen_event *seen = &hall->seen[hall->seen_count++];
    struct fee_bill_issued bill;
    *seen = (struct seen_event){.service = service,
                                .case_id = envelope->case_id,
                                .id = envelope->id.uuid,
                                .type = envelope->type,
                                .time_ms = envelope->time,
                                .is_move = is_move(envelope->type)};
    enum err err = ERR_OK;
    if (seen->is_move) {
        err = wire_unpack_any(&hall->reader, WIRE_REFUSE_UNKNOWN, &envelope->data,
                              &case_moved_message, &seen->moved, NULL);
    } else if (text_equal_string(envelope->type, case_submitted_message.name)) {
        err = wire_unpack_any(&hall->reader, WIRE_REFUSE_UNKNOWN, &envelope->data,
                              &case_submitted_message, &seen->submitted, NULL);
    } else if (text_equal_string(envelope->type, fee_bill_issued_message.name)) {
        err = wire_unpack_any(&hall->reader, WIRE_REFUSE_UNKNOWN, &envelope->data,
                              &fee_bill_issued_message, &bill, NULL);
        seen->bill_id =
            arena_copy_bytes(&hall->arena, bytes_of(bill.bill_id.uuid.bytes, UUID_BYTES));
        seen->bill_number = bill.number;
    }
    if (text_equal_string(envelope->type, fee_payment_recorded_message.name)) {
        struct fee_payment_recorded paid;
        err = wire_unpack_any(&hall->reader, WIRE_REFUSE_UNKNOWN, &envelope->data,
                              &fee_payment_recorded_message, &paid, NULL);
        seen->payment_id =
            arena_copy_bytes(&hall->arena, bytes_of(paid.payment_id.uuid.bytes, UUID_BYTES));
    }
    CHECK(err == ERR_OK);
}

static bool is_watched(const struct hall *hall, const struct case_id *id)
{
    for (size_t i = 0; i < hall->watched_count; i++) {
        if (uuid_equal(&hall->watched[i].uuid, &id->uuid)) {
            return true;
        }
    }
    return false;
}

/* The books of a day begin with whatever moves money first, and collection points are silent day
 * by day: that is looked at where a table is about it, and is nothing of other matters. */
static bool begins_by_the_day(const struct hall *hall, const struct seen_event *seen)
{
    return (!hall->watches_books && text_equal_string(seen->type, fee_day_opened_message.name)) ||
           (!hall->watches_points && text_equal_string(seen->type, fee_point_silent_message.name));
}

static bool is_beginning(const struct hall *hall, const struct seen_event *seen)
{
    return text_equal_string(seen->type, case_submitted_message.name) ||
           (seen->is_move && !begins_by_the_day(hall, seen) &&
            text_is_empty(seen->moved.step.from) && !seen->moved.step.beside &&
            !text_is_empty(seen->moved.head.number));
}

void hall_watch_none(struct hall *hall)
{
    hall->watched_count = 0;
    hall->seen_count = 0;
}

static void record_look(struct hall *hall, enum hall_service service, struct bytes record)
{
    struct event_envelope envelope;
    if (record_kind_of(record) != RECORD_EVENT) {
        return;
    }
    struct bytes kept = arena_copy_bytes(&hall->arena, record);
    hall->reader.arena = &hall->arena;
    CHECK(record_read_event(&hall->reader, kept, &envelope) == ERR_OK);
    if (uuid_is_none(&envelope.case_id.uuid)) {
        return;
    }
    bool is_known = is_watched(hall, &envelope.case_id);
    if (!is_known && !is_move(envelope.type) &&
        !text_equal_string(envelope.type, case_submitted_message.name)) {
        return;
    }
    event_keep(hall, service, &envelope);
    if (is_known) {
        return;
    }
    if (!is_beginning(hall, &hall->seen[hall->seen_count - 1])) {
        hall->seen_count--;
        return;
    }
    CHECK(hall->watched_count < WATCHED_MAX);
    hall->watched[hall->watched_count++] = envelope.case_id;
}

/* Takes what a service's log has got since it was last looked at. */
static void log_look(struct hall *hall, enum hall_service service)
{
    struct store_txn *txn = NULL;
    struct log_record record;
    CHECK(store_begin_read(engine_store(hall->engines[service]), &txn) == ERR_OK);
    while (log_read(txn, TABLE_LOG, hall->seen_to[service] + 1, &record)) {
        hall->seen_to[service]++;
        record_look(hall, service, record.bytes);
    }
    store_end_read(&txn);
}

/* -- streams -------------------------------------------------------------------------------- */

static int service_named(const char *name)
{
    for (int i = 0; i < HALL_SERVICES; i++) {
        if (strcmp(services[i]->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static size_t consumer_index(const struct stream_producer *producer, const char *name)
{
    for (size_t i = 0; i < producer->consumer_count; i++) {
        if (text_equal_string(producer->consumers[i].name, name)) {
            return i;
        }
    }
    CHECK(false);
    return 0;
}

/* Carries what `from` has to the queue of one of `to`'s streams. */
static void carry(struct hall *hall, int from, int to, struct stream_consumer *consumer)
{
    struct stream_producer *producer = &hall->producers[from];
    struct stream_want want = stream_consumer_want(consumer);
    struct store_txn *txn = NULL;
    struct stream_refused refused;
    struct stream_records records;
    struct hasher hasher;
    hasher_init(&hasher);
    CHECK(store_begin_read(engine_store(hall->engines[from]), &txn) == ERR_OK);
    CHECK(stream_producer_take_want(producer, bytes_of("p", 1), &want, txn, &refused) == ERR_OK);
    size_t index = consumer_index(producer, services[to]->name);
    while (stream_producer_next(producer, index, txn, &hasher, &hall->batch, &records)) {
        (void)stream_consumer_take_records(consumer, &records);
    }
    store_end_read(&txn);
    hasher_free(&hasher);
}

static void batch_begin(struct hall *hall, int service)
{
    CHECK(engine_begin(hall->engines[service], hall->now_ms, hall->now_ms) == ERR_OK);
}

static void batch_end(struct hall *hall, int service)
{
    CHECK(engine_commit(hall->engines[service]) == ERR_OK);
    log_look(hall, (enum hall_service)service);
}

/* True when a log that the service follows has more than it received. */
static bool has_news(struct hall *hall, int service)
{
    struct stream_consumer *consumer = NULL;
    for (size_t i = 0; (consumer = engine_consumer(hall->engines[service], i)) != NULL; i++) {
        int from = service_named(consumer->source);
        if (from >= 0 && (uint64_t)stream_consumer_want(consumer).next <= hall->seen_to[from]) {
            return true;
        }
    }
    return false;
}

/* Lets a service consume what the others have; true when it consumed something. */
static bool follow(struct hall *hall, int service)
{
    size_t consumed = 0;
    if (hall->is_even[service] && !has_news(hall, service)) {
        return false;
    }
    batch_begin(hall, service);
    for (size_t i = 0; engine_consumer(hall->engines[service], i) != NULL; i++) {
        struct stream_consumer *consumer = engine_consumer(hall->engines[service], i);
        int from = service_named(consumer->source);
        if (from >= 0) {
            carry(hall, from, service, consumer);
            consumed += engine_stream(hall->engines[service], i, WINDOW);
        }
    }
    batch_end(hall, service);
    hall->is_even[service] = consumed == 0;
    return consumed > 0;
}

static void all_follow(struct hall *hall)
{
    bool any = true;
    for (int round = 0; any; round++) {
        CHECK(round < RELAY_ROUNDS);
        any = false;
        for (int i = 0; i < HALL_SERVICES; i++) {
            any |= follow(hall, i);
        }
    }
    arena_reset(&hall->batch);
}

/* Works off the timers that are due. */
static void timers_work(struct hall *hall)
{
    size_t worked = 1;
    while (worked > 0) { /* what one timer does may be due at once again */
        worked = 0;
        for (int i = 0; i < HALL_SERVICES; i++) {
            batch_begin(hall, i);
            worked += engine_timers(hall->engines[i], TIMERS, false);
            batch_end(hall, i);
        }
        all_follow(hall);
    }
}

/* -- acting --------------------------------------------------------------------------------- */

static struct reply request_put(struct hall *hall, enum hall_service service,
                                const struct request *request, struct arena *arena)
{
    bool is_internal = request->principal.kind == PRINCIPAL_SYSTEM;
    batch_begin(hall, (int)service);
    buffer_clear(&hall->buffer);
    wire_pack(&hall->buffer, WIRE_MAP, &request_message, request);
    struct bytes message = arena_copy_bytes(arena, buffer_bytes(&hall->buffer));
    engine_command(hall->engines[service], bytes_of("me", 2), message, is_internal);
    batch_end(hall, (int)service);
    size_t count = 0;
    struct reply reply;
    const struct engine_reply *replies = engine_replies(hall->engines[service], &count);
    CHECK(count == 1);
    struct bytes kept = arena_copy_bytes(arena, replies[0].message);
    hall->reader.arena = arena;
    CHECK(wire_unpack(&hall->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message, kept, &reply,
                      NULL) == ERR_OK);
    return reply;
}

struct reply hall_command(struct hall *hall, enum hall_service service,
                          const struct principal *principal, const struct text_list *officers,
                          const struct wire_message *message, const void *body)
{
    struct request request = {
        .id = 1,
        .name = text_of(message->name),
        .deadline_ms = 1000,
        .principal = *principal,
        .witnesses = witnesses_of(hall, officers),
        .body = {.message = message, .data = body},
    };
    hall->now_ms += MS_PER_SECOND;
    struct reply reply = request_put(hall, service, &request, &hall->arena);
    all_follow(hall);
    return reply;
}

struct reply hall_try(struct hall *hall, enum hall_service service,
                      const struct principal *principal, const struct wire_message *message,
                      const void *body)
{
    struct request request = {
        .id = 1,
        .name = text_of(message->name),
        .deadline_ms = 1000,
        .principal = *principal,
        .body = {.message = message, .data = body},
    };
    arena_reset(&hall->batch);
    return request_put(hall, service, &request, &hall->batch);
}

void hall_report(struct hall *hall, const struct wire_message *message, const void *body)
{
    const struct text_list nobody = {0};
    const struct principal system = {.kind = PRINCIPAL_SYSTEM};
    struct reply reply = hall_command(hall, AT_INTAKE, &system, &nobody, message, body);
    CHECK(text_is_empty(reply.problem.type));
}

void hall_wait_until(struct hall *hall, int64_t time_ms)
{
    hall->now_ms = time_ms;
    timers_work(hall);
}
