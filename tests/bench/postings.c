/* bench-postings FOLDER BATCH BATCHES: how fast the ledger posts, against LMDB alone.
 *
 * A till with the ledger's four tables, in the engine of every service and over a durable store:
 * BATCHES batches of BATCH commands, as the writer makes them. Each command is one event with one
 * transfer: a unit charges, or a cashier takes what it charged. In turns with it, the very events
 * that came of it are appended to a bare store, a transaction for each batch. Prints what it took.
 */
#include "base/check.h"
#include "ledger/ledger.h"
#include "service/engine.h"
#include "service/tables.h"
#include "skeleton/skeleton.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURNS = 10, BATCH_MAX = 1024, UNITS = 13, CASHIERS = 8, AMOUNT_FEN = 4000 };
enum { DAY = 20514 };
static const size_t MAP_BYTES = (size_t)16 << 30;
#define NOW_MS INT64_C(1772413200000)

void need_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    abort();
}

/* -- the till ------------------------------------------------------------------------------- */

/* clang-format off */
#define TILL_POST(F, S)                                                                            \
    F(S, unit,    INT(0, 99), REQUIRED, "the charging unit")                                       \
    F(S, cashier, INT(0, 99), OPTIONAL, "who takes the money; 0: the unit charges it")
#define TILL_POSTED(F, S) F(S, transfers, LIST(transfer, 1, 64), REQUIRED, "the money")
#define TILL_VOCABULARY(M)                                                                         \
    M(COMMAND, till_post,   TILL_POST,   "till.post",      "Charge, or take what was charged.")    \
    M(EVENT,   till_posted, TILL_POSTED, "till.posted.v1", "Money moved.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(till_vocabulary, TILL_VOCABULARY)
WIRE_DEFINE_VOCABULARY(till_vocabulary, TILL_VOCABULARY)

enum { TABLE_ACCOUNTS = ENGINE_TABLE_COUNT, TABLE_TRANSFERS, TABLE_ENTRIES, TABLE_TURNOVERS };

static const struct ledger_kind kinds[] = {{"receivable", LEDGER_NEVER_CREDIT},
                                           {"income_due", LEDGER_NEVER_DEBIT},
                                           {"drawer", LEDGER_NEVER_CREDIT}};

static const struct ledger ledger = {
    .accounts = TABLE_ACCOUNTS,
    .transfers = TABLE_TRANSFERS,
    .entries = TABLE_ENTRIES,
    .turnovers = TABLE_TURNOVERS,
    .kinds = kinds,
    .kind_count = sizeof kinds / sizeof kinds[0],
};

static enum verdict decide_post(struct decision *decision, const void *command)
{
    const struct till_post *post = command;
    struct ledger_draft draft;
    struct text unit = arena_print(decision->arena, "CU%02" PRId64, post->unit);
    struct text receivable = ledger_name(decision->arena, "receivable", unit);
    ledger_draft_begin(&draft, &ledger, decision, (struct date){DAY});
    if (post->cashier == 0) {
        ledger_move(&draft, TRANSFER_CHARGE, receivable,
                    ledger_name(decision->arena, "income_due", unit), AMOUNT_FEN);
    } else {
        struct text drawer = arena_print(decision->arena, "drawer:cashier-%" PRId64 ":%.*s",
                                         post->cashier, TEXT_PRINT(unit));
        ledger_move(&draft, TRANSFER_PAYMENT, drawer, receivable, AMOUNT_FEN);
    }
    CHECK(draft.result == LEDGER_OK);
    struct till_posted posted = {.transfers = draft.list};
    emit(decision, NULL, &till_posted_message, &posted);
    return VERDICT_OK;
}

static void apply_posted(struct state *state, const struct event *event)
{
    const struct till_posted *posted = event->data;
    ledger_apply(&ledger, state, event, &posted->transfers);
}

static const struct store_table till_tables[] = {
    {"accounts", 0}, {"transfers", 0}, {"entries", 0}, {"turnovers", 0}};
static const struct service_command till_commands[] = {{&till_post_message, decide_post, 0, NULL}};
static const struct service_event till_events[] = {{&till_posted_message, apply_posted, NULL}};

static const struct service till = {
    .name = "till",
    .commands = till_commands,
    .command_count = 1,
    .events = till_events,
    .event_count = 1,
    .tables = till_tables,
    .table_count = sizeof till_tables / sizeof till_tables[0],
};

/* -- measuring ------------------------------------------------------------------------------ */

/* What one side took. */
struct spent {
    int64_t clock_ns;
    int64_t cpu_ns;
};

struct bench {
    struct logger logger;
    struct engine *engine;
    struct bare_store bare;
    struct arena arena; /* of one turn */
    struct buffer buffer;
    uint64_t posted; /* commands so far */
    uint64_t copied; /* events so far, in the bare store */
    uint64_t event_bytes;
    struct spent ledger;
    struct spent bare_lmdb;
};

static int64_t ns_of(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void spending_begin(struct spent *spent)
{
    spent->clock_ns -= ns_of(CLOCK_MONOTONIC);
    spent->cpu_ns -= ns_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void spending_end(struct spent *spent)
{
    spent->clock_ns += ns_of(CLOCK_MONOTONIC);
    spent->cpu_ns += ns_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void bench_open(struct bench *bench, const char *folder)
{
    struct reason reason = {""};
    char path[256];
    (void)snprintf(path, sizeof path, "%s/till", folder);
    logger_init(&bench->logger, "till", LOG_LEVEL_ERROR);
    struct engine_options options = {
        .service = &till,
        .store = {.folder = path, .map_bytes = MAP_BYTES},
        .logger = &bench->logger,
        .stream_window = 1,
    };
    if (engine_open(&options, &bench->engine, &reason) != ERR_OK) {
        fprintf(stderr, "bench-postings: %s\n", reason.text);
        exit(EXIT_FAILURE);
    }
    bare_store_open(&bench->bare, folder, "bare");
    arena_init(&bench->arena);
    buffer_init(&bench->buffer, 1 << 16);
}

/* The next command: a unit charges, then a cashier takes it; units and cashiers by turns. */
static struct bytes command_next(struct bench *bench)
{
    uint64_t pair = bench->posted / 2;
    struct till_post post = {.unit = 1 + (int64_t)(pair % UNITS)};
    struct request request = {
        .id = (int64_t)bench->posted + 1,
        .name = text_of(till_post_message.name),
        .deadline_ms = 1000,
        .principal = {.kind = PRINCIPAL_STAFF, .login = TEXT_LITERAL("cashier-1")},
        .body = {.message = &till_post_message, .data = &post},
    };
    post.cashier = bench->posted % 2 == 0 ? 0 : 1 + (int64_t)(pair / UNITS % CASHIERS);
    bench->posted++;
    buffer_clear(&bench->buffer);
    wire_pack(&bench->buffer, WIRE_MAP, &request_message, &request);
    return arena_copy_bytes(&bench->arena, buffer_bytes(&bench->buffer));
}

/* As the writer does: all that has come, one commit, then the replies. */
static void batch_post(struct bench *bench, const struct bytes *commands, size_t count)
{
    size_t replies = 0;
    NEED(engine_begin(bench->engine, NOW_MS + (int64_t)bench->posted, 1) == ERR_OK);
    for (size_t i = 0; i < count; i++) {
        engine_command(bench->engine, bytes_of("me", 2), commands[i], false);
    }
    NEED(engine_commit(bench->engine) == ERR_OK);
    (void)engine_replies(bench->engine, &replies);
    NEED(replies == count);
}

static void turn_post(struct bench *bench, size_t batch, size_t batches)
{
    struct bytes *commands = arena_take_array(&bench->arena, batch * batches, sizeof *commands);
    for (size_t i = 0; i < batch * batches; i++) {
        commands[i] = command_next(bench);
    }
    spending_begin(&bench->ledger);
    for (size_t i = 0; i < batches; i++) {
        batch_post(bench, commands + i * batch, batch);
    }
    spending_end(&bench->ledger);
    NEED(engine_end(bench->engine).seq == bench->posted); /* every command was an event */
}

static void batch_append(struct bench *bench, const struct bytes *events, size_t count)
{
    MDB_txn *txn = NULL;
    NEED(mdb_txn_begin(bench->bare.environment, NULL, 0, &txn) == 0);
    for (size_t i = 0; i < count; i++) {
        bare_store_append(&bench->bare, txn, ++bench->copied, events[i].data, events[i].size);
    }
    NEED(mdb_txn_commit(txn) == 0);
}

/* The same events in the same batches, without a ledger. */
static void turn_append(struct bench *bench, size_t batch, size_t batches)
{
    struct bytes *events = arena_take_array(&bench->arena, batch * batches, sizeof *events);
    struct store_txn *txn = NULL;
    NEED(store_begin_read(engine_store(bench->engine), &txn) == ERR_OK);
    for (size_t i = 0; i < batch * batches; i++) {
        struct log_record record;
        NEED(log_read(txn, TABLE_LOG, bench->copied + 1 + i, &record));
        events[i] = arena_copy_bytes(&bench->arena, record.bytes);
        bench->event_bytes += record.bytes.size;
    }
    store_end_read(&txn);
    spending_begin(&bench->bare_lmdb);
    for (size_t i = 0; i < batches; i++) {
        batch_append(bench, events + i * batch, batch);
    }
    spending_end(&bench->bare_lmdb);
}

static void spent_print(const char *side, const struct spent *spent)
{
    printf(", \"%s_us\": %" PRId64 ", \"%s_cpu_us\": %" PRId64, side, spent->clock_ns / 1000, side,
           spent->cpu_ns / 1000);
}

int main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    NEED(bench != NULL && argc == 4);
    size_t batch = strtoul(argv[2], NULL, 10);
    size_t batches = strtoul(argv[3], NULL, 10) / TURNS;
    NEED(batch > 0 && batch <= BATCH_MAX && batches > 0);
    bench_open(bench, argv[1]);
    for (int turn = 0; turn < TURNS; turn++) {
        arena_reset(&bench->arena);
        turn_post(bench, batch, batches);
        turn_append(bench, batch, batches);
    }
    NEED(bench->copied == bench->posted);
    printf("{\"postings\": %" PRIu64 ", \"event_bytes\": %" PRIu64, bench->posted,
           bench->event_bytes);
    spent_print("ledger", &bench->ledger);
    spent_print("bare", &bench->bare_lmdb);
    puts("}");
    mdb_env_close(bench->bare.environment);
    engine_close(&bench->engine);
    buffer_free(&bench->buffer);
    arena_free(&bench->arena);
    free(bench);
    return EXIT_SUCCESS;
}
