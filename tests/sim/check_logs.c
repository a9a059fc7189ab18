/* Logs as they grow: I1, I2, I3, I5, I6. */
#include "check_state.h"

#include "base/check.h"
#include "service/tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct checks *checks_open(void)
{
    struct checks *checks = calloc(1, sizeof *checks);
    CHECK(checks != NULL);
    hasher_init(&checks->hasher);
    arena_init(&checks->arena);
    wire_reader_init(&checks->reader, &checks->arena);
    checks->receipts = (struct model_numbers){.kind = "receipt", .digits = 7};
    checks->bill_numbers = (struct model_numbers){.kind = "bill", .digits = 7};
    checks->documents = (struct model_numbers){.kind = "licence", .digits = 6};
    return checks;
}

static void model_free(struct checks *checks)
{
    for (size_t i = 0; i < checks->case_count; i++) {
        free(checks->cases[i].clocks);
    }
    free(checks->cases);
    free(checks->bills);
    free(checks->messages);
    free(checks->posts);
    index_free(&checks->case_ids);
    index_free(&checks->case_keys);
    index_free(&checks->case_numbers);
    index_free(&checks->bill_ids);
    index_free(&checks->bill_cases);
    index_free(&checks->message_ids);
}

void checks_close(struct checks **checks)
{
    model_free(*checks);
    for (size_t i = 0; i < HOSTS_MAX; i++) {
        free((*checks)->logs[i].records);
    }
    hasher_free(&(*checks)->hasher);
    wire_reader_free(&(*checks)->reader);
    arena_free(&(*checks)->arena);
    free(*checks);
    *checks = NULL;
}

size_t place_of(const struct world *world, struct text name)
{
    for (size_t i = 0; i < world->host_count; i++) {
        if (text_equal_string(name, world->hosts[i]->service->name)) {
            return i;
        }
    }
    return HOSTS_MAX;
}

size_t table_of(const struct sim_host *host, const char *name)
{
    const struct store *store = engine_store(host->engine);
    size_t table = 0;
    while (strcmp(store_table_at(store, table)->name, name) != 0) {
        table++; /* store_table_at checks the bound */
    }
    return table;
}

static const char *name_of(const struct world *world, size_t place)
{
    return world->hosts[place]->service->name;
}

static bool consumes(const struct service *service, const char *source)
{
    for (const char *const *name = service->streams; name != NULL && *name != NULL; name++) {
        if (strcmp(*name, source) == 0) {
            return true;
        }
    }
    return false;
}

/* -- what a record says of other logs --------------------------------------------------------- */

/* A word about another log: "known up to here". */
struct word {
    size_t place; /* HOSTS_MAX: none */
    uint64_t seq;
    bool is_cause;
    int64_t time_ms; /* of the event that says so; 0: a mark */
};

static struct word word_of(struct world *world, struct bytes record)
{
    struct wire_reader *reader = &world->checks->reader;
    struct word word = {.place = HOSTS_MAX};
    if (record_kind_of(record) == RECORD_MARK) {
        struct log_mark mark;
        CHECK(record_read_mark(reader, record, &mark) == ERR_OK);
        word.place = place_of(world, mark.stream);
        word.seq = (uint64_t)mark.upto;
    } else {
        struct event_envelope envelope;
        CHECK(record_read_event(reader, record, &envelope) == ERR_OK);
        word.time_ms = envelope.time;
        if (envelope.cause.seq != 0) {
            word.place = place_of(world, envelope.cause.source);
            word.seq = (uint64_t)envelope.cause.seq;
            word.is_cause = true;
        }
    }
    return word;
}

/* I3: what was consumed is never consumed again. Events of one reaction share their cause. */
static void once_check(struct world *world, size_t place, const struct word *word)
{
    struct seen_log *log = &world->checks->logs[place];
    uint64_t knew = log->records[log->seq].knows[word->place];
    bool same_reaction = word->is_cause && log->last_cause.seq == (int64_t)word->seq &&
                         text_equal_string(log->last_cause.source, name_of(world, word->place));
    if (word->seq < knew || (word->seq == knew && !same_reaction)) {
        world_fail(world, "I3",
                   "%s consumed %s %" PRIu64 " again: record %" PRIu64 " says so, it knew %" PRIu64,
                   name_of(world, place), name_of(world, word->place), word->seq, log->seq + 1,
                   knew);
    }
}

/* I5: nobody acts on what the archivist does not have. */
static void evidence_check(struct world *world, size_t place, const struct word *word)
{
    bool is_archivists = world->hosts[word->place]->service->archive != NULL;
    if (!is_archivists && world->checks->logs[word->place].recorded < word->seq) {
        world_fail(world, "I5", "%s acts on %s %" PRIu64 ", of which audit has %" PRIu64,
                   name_of(world, place), name_of(world, word->place), word->seq,
                   world->checks->logs[word->place].recorded);
    }
}

/* I6: all that stood before the event in its producer's log is known here as well. */
static void causes_check(struct world *world, size_t place, const struct word *word)
{
    const struct seen_log *log = &world->checks->logs[place];
    const struct seen_log *producer = &world->checks->logs[word->place];
    if (word->seq > producer->seq) {
        world_fail(world, "I1", "%s knows %s %" PRIu64 ", whose durable log ends at %" PRIu64,
                   name_of(world, place), name_of(world, word->place), word->seq, producer->seq);
    }
    const struct seen_record *seen = &producer->records[word->seq];
    for (size_t i = 0; i < world->host_count; i++) {
        uint64_t knows = i == place ? log->seq : log->records[log->seq].knows[i];
        bool matters = i == place || consumes(world->hosts[place]->service, name_of(world, i));
        if (matters && i != word->place && seen->knows[i] > knows) {
            world_fail(world, "I6",
                       "%s took %s %" PRIu64 ", which knew %s %" PRIu64
                       ", but itself knows only %" PRIu64,
                       name_of(world, place), name_of(world, word->place), word->seq,
                       name_of(world, i), seen->knows[i], knows);
        }
    }
}

/* DESIGN 8: a log's times never go back, and nothing happens before its cause. */
static void time_check(struct world *world, size_t place, const struct word *word)
{
    const struct seen_log *log = &world->checks->logs[place];
    int64_t before_ms = log->records[log->seq].time_ms;
    if (word->place != HOSTS_MAX) {
        int64_t cause_ms = world->checks->logs[word->place].records[word->seq].time_ms;
        before_ms = cause_ms > before_ms ? cause_ms : before_ms;
    }
    if (word->time_ms < before_ms) {
        world_fail(world, "time",
                   "record %" PRIu64 " of %s is %" PRId64 " ms older than what it follows",
                   log->seq + 1, name_of(world, place), before_ms - word->time_ms);
    }
}

/* -- following a log -------------------------------------------------------------------------- */

static struct seen_record *record_add(struct seen_log *log)
{
    if (log->seq + 2 > log->capacity) {
        log->capacity = log->capacity == 0 ? 256 : 2 * log->capacity;
        log->records = realloc(log->records, log->capacity * sizeof *log->records);
        CHECK(log->records != NULL);
        if (log->seq == 0) {
            log->records[0] = (struct seen_record){0};
        }
    }
    struct seen_record *added = &log->records[log->seq + 1];
    *added = log->records[log->seq];
    return added;
}

static void record_follow(struct world *world, size_t place, const struct log_record *record)
{
    struct checks *checks = world->checks;
    struct seen_log *log = &checks->logs[place];
    struct seen_record *added = record_add(log);
    struct word word = word_of(world, record->bytes);
    if (word.place != HOSTS_MAX) {
        once_check(world, place, &word);
        if (world->hosts[place]->service->archive == NULL) {
            evidence_check(world, place, &word);
            causes_check(world, place, &word);
        } /* the archivist's order is looked at in its record */
        added->knows[word.place] = word.seq;
    }
    if (word.time_ms != 0) {
        time_check(world, place, &word);
        added->time_ms = word.time_ms;
    }
    log->last_cause = (struct event_cause){0};
    if (word.is_cause) {
        log->last_cause = (struct event_cause){.source = text_of(name_of(world, word.place)),
                                               .seq = (int64_t)word.seq};
    }
    added->chain = record->chain;
    log->seq++;
}

static void log_follow(struct world *world, struct sim_host *host, struct store_txn *txn)
{
    struct checks *checks = world->checks;
    struct seen_log *log = &checks->logs[host->place];
    uint64_t end = log_end(txn, TABLE_LOG).seq;
    /* The engine looks at the disk every 100 ms; until then it writes into the reserve. */
    bool is_known_full = host->disk_is_full && world->boot_ms - host->full_since_ms > 100;
    if (is_known_full && end != log->seq) {
        world_fail(world, "I7", "%s wrote although its disk is full", host->service->name);
    }
    while (log->seq < end) {
        struct log_record record;
        arena_reset(&checks->arena);
        if (!log_read_proved(txn, TABLE_LOG, &checks->hasher, log->seq + 1, &record)) {
            world_fail(world, "I2", "record %" PRIu64 " of %s is missing or does not chain",
                       log->seq + 1, host->service->name);
        }
        record_follow(world, host->place, &record);
    }
}

/* -- following the record --------------------------------------------------------------------- */

struct entry {
    size_t place;
    uint64_t seq;
    struct bytes record;
};

/* Length of the source u8, source, seq u64, the record's own bytes. */
static struct entry entry_read(struct world *world, struct bytes bytes)
{
    CHECK(bytes.size > 9 && bytes.size > 9U + bytes.data[0]);
    const uint8_t *behind = bytes.data + 1 + bytes.data[0];
    return (struct entry){
        .place = place_of(world, bytes_text(bytes_of(bytes.data + 1, bytes.data[0]))),
        .seq = read_be64(behind),
        .record = bytes_of(behind + 8, bytes.size - 9 - bytes.data[0]),
    };
}

/* The entry is the next record of its log, byte for byte, and comes after all that it knew. */
static void entry_follow(struct world *world, const struct entry *entry, uint64_t index)
{
    struct checks *checks = world->checks;
    struct seen_log *log = &checks->logs[entry->place];
    struct word word = word_of(world, entry->record);
    if (entry->seq != log->recorded + 1) {
        world_fail(world, "I3", "entry %" PRIu64 " of the record is %s %" PRIu64 ", after %" PRIu64,
                   index, name_of(world, entry->place), entry->seq, log->recorded);
    }
    struct hash chain =
        hash_chain(&checks->hasher, &log->records[entry->seq - 1].chain, entry->record);
    if (entry->seq > log->seq || !hash_equal(&chain, &log->records[entry->seq].chain)) {
        world_fail(world, "I5", "entry %" PRIu64 " of the record is not what %s has at %" PRIu64,
                   index, name_of(world, entry->place), entry->seq);
    }
    if (word.place != HOSTS_MAX && word.place != entry->place &&
        checks->logs[word.place].recorded < word.seq) {
        world_fail(
            world, "I6",
            "entry %" PRIu64 " of the record, %s %" PRIu64 ", comes before its cause %s %" PRIu64,
            index, name_of(world, entry->place), entry->seq, name_of(world, word.place), word.seq);
    }
    log->recorded = entry->seq;
    if (record_kind_of(entry->record) == RECORD_EVENT) {
        struct event_envelope envelope;
        CHECK(record_read_event(&checks->reader, entry->record, &envelope) == ERR_OK);
        model_follow(world, &envelope);
    }
}

static void archive_follow(struct world *world, struct sim_host *host, struct store_txn *txn)
{
    struct checks *checks = world->checks;
    size_t table = table_of(host, "record");
    uint64_t end = log_end(txn, table).seq;
    while (checks->record.seq < end) {
        struct log_record record;
        arena_reset(&checks->arena);
        if (!log_read_proved(txn, table, &checks->hasher, checks->record.seq + 1, &record)) {
            world_fail(world, "I2", "entry %" PRIu64 " of the record does not chain",
                       checks->record.seq + 1);
        }
        struct entry entry = entry_read(world, arena_copy_bytes(&checks->arena, record.bytes));
        entry_follow(world, &entry, record.seq);
        checks->record = (struct log_position){record.seq, record.chain};
    }
}

/* -- hooks ------------------------------------------------------------------------------------ */

void checks_committed(struct world *world, struct sim_host *host)
{
    struct store_txn *txn = NULL;
    CHECK(store_begin_read(engine_store(host->engine), &txn) == ERR_OK);
    log_follow(world, host, txn);
    if (host->service->archive != NULL) {
        archive_follow(world, host, txn);
    }
    store_end_read(&txn);
}

void checks_started(struct world *world, struct sim_host *host)
{
    const struct seen_log *log = &world->checks->logs[host->place];
    struct store_txn *txn = NULL;
    struct log_record record = {0};
    CHECK(store_begin_read(engine_store(host->engine), &txn) == ERR_OK);
    bool stands = log->seq == 0 || (log_read(txn, TABLE_LOG, log->seq, &record) &&
                                    hash_equal(&record.chain, &log->records[log->seq].chain));
    if (!stands || log_end(txn, TABLE_LOG).seq != log->seq) {
        world_fail(world, "I2",
                   "%s came up with a log that ends at %" PRIu64 ", it had committed %" PRIu64,
                   host->service->name, log_end(txn, TABLE_LOG).seq, log->seq);
    }
    store_end_read(&txn);
}

/* True when `event` is record `seq` of the log. */
static bool is_record(struct checks *checks, const struct seen_log *log, uint64_t seq,
                      struct bytes event)
{
    if (seq < 1 || seq > log->seq) {
        return false;
    }
    struct hash chain = hash_chain(&checks->hasher, &log->records[seq - 1].chain, event);
    return hash_equal(&chain, &log->records[seq].chain);
}

void checks_reply(struct world *world, const struct reply *reply)
{
    struct checks *checks = world->checks;
    size_t place = place_of(world, reply->source);
    CHECK(place != HOSTS_MAX);
    const struct seen_log *log = &checks->logs[place];
    uint64_t end = (uint64_t)reply->seq;
    if (end > log->seq) {
        world_fail(world, "I1",
                   "%s answered on the strength of record %" PRIu64 ", but made only %" PRIu64
                   " durable",
                   name_of(world, place), end, log->seq);
    }
    /* A repeated answer tells the records of the first time. */
    uint64_t first = end - reply->events.count + 1;
    while (reply->repeated && first > 1 && !is_record(checks, log, first, reply->events.items[0])) {
        first--;
    }
    for (size_t i = 0; i < reply->events.count; i++) {
        if (!is_record(checks, log, first + i, reply->events.items[i])) {
            world_fail(world, "I1", "%s told an event that is not its record %" PRIu64,
                       name_of(world, place), first + i);
        }
    }
}
