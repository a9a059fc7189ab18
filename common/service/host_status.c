/* How a service is, and what it counts. */
#include "service/host_internal.h"

#include "service/tables.h"
#include "service/timers.h"
#include "service/work.h"

#include <string.h>

enum { REASONS_MAX = 16, METRICS_MAX = 64, WORK_COUNTED_MAX = 1000 };

static void reason_add(struct health *health, struct text reason)
{
    if (health->reasons.count < REASONS_MAX) {
        health->reasons.items[health->reasons.count++] = reason;
    }
}

static void streams_add(struct host *host, struct health *health, struct arena *arena)
{
    const char *const *source = host->service->streams;
    health->streams.items =
        arena_take_array(arena, ENGINE_STREAMS_MAX, sizeof(struct health_stream));
    for (size_t i = 0; source != NULL && source[i] != NULL; i++) {
        struct health_stream *stream = &health->streams.items[health->streams.count++];
        *stream = (struct health_stream){
            .source = text_of(source[i]),
            .done = (int64_t)atomic_load(&host->stream_seq[i]),
            .end = (int64_t)atomic_load(&host->stream_end[i]),
            .alive = atomic_load(&host->stream_alive[i]),
            .diverged = atomic_load(&host->stream_diverged[i]),
        };
        if (stream->diverged) {
            health->ready = false;
            reason_add(health, arena_print(arena, "the log of %s is not the one that was consumed",
                                           source[i]));
        } else if (!stream->alive) {
            reason_add(health, arena_print(arena, "%s does not answer", source[i]));
        }
    }
}

/* When the next timer is due; 0 when there is none. */
static int64_t next_timer(struct store_txn *txn)
{
    int64_t first_ms = INT64_MAX;
    for (int class = 0; class < TIMER_CLASSES; class ++) {
        int64_t due_ms = timer_first_due(txn, (enum timer_class) class);
        first_ms = due_ms < first_ms ? due_ms : first_ms;
    }
    return first_ms == INT64_MAX ? 0 : first_ms;
}

/* Orders that are due: with those under way, what keeps the service busy. */
static int64_t work_due(struct store_txn *txn, int64_t now_ms)
{
    struct store_cursor cursor;
    int64_t count = 0;
    store_cursor_open(&cursor, txn, TABLE_WORK);
    for (bool more = store_first(&cursor); more && count < WORK_COUNTED_MAX;
         more = store_next(&cursor)) {
        if (cursor.key.size < 8 || (int64_t)read_be64(cursor.key.data) > now_ms) {
            break;
        }
        count++;
    }
    store_cursor_close(&cursor);
    return count;
}

struct health host_health(struct host *host, struct arena *arena, struct store_txn *txn)
{
    enum err refusal = (enum err)atomic_load(&host->refusal);
    int64_t now_ms = trusted_clock_peek(&host->clock);
    struct health health = {
        .service = text_of(host->service->name),
        .version = text_of(GLASSHALL_VERSION),
        .ready = atomic_load(&host->ready) && refusal == ERR_OK,
        .seq = (int64_t)log_end(txn, TABLE_LOG).seq,
        .archived = (int64_t)atomic_load(&host->archived),
        .now = now_ms,
        .next_timer = next_timer(txn),
        .busy = work_due(txn, now_ms),
    };
    health.reasons.items = arena_take_array(arena, REASONS_MAX, sizeof(struct text));
    if (atomic_load(&host->draining)) {
        reason_add(&health, TEXT_LITERAL("it is shutting down"));
    }
    if (refusal != ERR_OK) {
        reason_add(&health, arena_print(arena, "it cannot write: %s", err_text(refusal)));
    }
    if (trusted_clock_is_held(&host->clock)) {
        reason_add(&health, TEXT_LITERAL("the clock jumped; timers with legal effect wait for an "
                                         "operator to confirm it"));
    }
    if (atomic_load(&host->log_corrupt)) {
        health.ready = false;
        reason_add(&health, TEXT_LITERAL("a stored record does not match its chain"));
    }
    streams_add(host, &health, arena);
    return health;
}

static void metric_add(struct metrics *metrics, const char *name, const char *help, bool is_gauge,
                       int64_t value)
{
    if (metrics->metrics.count < METRICS_MAX) {
        metrics->metrics.items[metrics->metrics.count++] = (struct metric){
            .name = text_of(name), .help = text_of(help), .gauge = is_gauge, .value = value};
    }
}

static void stream_metrics(struct host *host, struct metrics *metrics, struct arena *arena)
{
    const char *const *source = host->service->streams;
    for (size_t i = 0; source != NULL && source[i] != NULL; i++) {
        uint64_t done = atomic_load(&host->stream_seq[i]);
        uint64_t end = atomic_load(&host->stream_end[i]);
        metric_add(metrics, "stream_lag_records", "records of a stream still to be consumed", true,
                   end > done ? (int64_t)(end - done) : 0);
        metrics->metrics.items[metrics->metrics.count - 1].label =
            arena_print(arena, "stream=%s", source[i]);
    }
}

struct metrics host_metrics(struct host *host, struct arena *arena, struct store_txn *txn)
{
    struct metrics metrics = {.service = text_of(host->service->name)};
    struct engine_counters counters = engine_counters(host->engine);
    struct store_usage usage = store_usage(engine_store(host->engine));
    metrics.metrics.items = arena_take_array(arena, METRICS_MAX, sizeof(struct metric));
#define X(name, doc)                                                                               \
    metric_add(&metrics, "engine_" #name "_total", doc, false, (int64_t)counters.name);
    ENGINE_COUNTERS(X)
#undef X
    metric_add(&metrics, "queries_total", "queries answered", false,
               (int64_t)atomic_load(&host->queries_answered));
    metric_add(&metrics, "uploads_total", "files taken in", false,
               (int64_t)atomic_load(&host->uploads_taken));
    metric_add(&metrics, "work_done_total", "work orders done", false,
               (int64_t)atomic_load(&host->work_done));
    metric_add(&metrics, "work_failed_total", "work orders that failed and are tried again", false,
               (int64_t)atomic_load(&host->work_failed));
    metric_add(&metrics, "rubbish_total", "messages dropped as rubbish", false,
               (int64_t)link_rubbish(host->link));
    metric_add(&metrics, "log_records", "records in the log", true,
               (int64_t)log_end(txn, TABLE_LOG).seq);
    metric_add(&metrics, "timers_set", "timers that wait", true,
               (int64_t)store_count(txn, TABLE_TIMERS));
    metric_add(&metrics, "work_waiting", "work orders that wait", true,
               (int64_t)store_count(txn, TABLE_WORK));
    metric_add(&metrics, "store_used_bytes", "bytes of the store in use", true,
               (int64_t)usage.used_bytes);
    metric_add(&metrics, "disk_free_bytes", "bytes free on the store's disk", true,
               (int64_t)usage.disk_free_bytes);
    metric_add(&metrics, "clock_held", "1 while the clock jumped and nobody confirmed it", true,
               trusted_clock_is_held(&host->clock));
    stream_metrics(host, &metrics, arena);
    return metrics;
}
