/* glasshall-audit verify: the record against itself and against every service's own log.
 *
 *   chain    every entry's chain is the hash of the chain before it and its own bytes
 *   order    each service's records stand in the order of its log, without gap
 *   causes   what an event or mark says was known before it stands before it
 *   own log  each service's log, where it is at hand, has the same bytes, chained the same way
 *   tree     the entries give the tiles that are kept, and what was signed (verify_tree.h) */
#include "tools.h"
#include "verify_tree.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/logline.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES_MAX = 16, PROBLEMS_TOLD_MAX = 20 };

/* A service as the record shows it, beside its own log. */
struct producer {
    char name[SOURCE_CHARACTERS + 1];
    struct log_position end; /* of what the record has of it */
    uint64_t events;
    uint64_t marks;
    struct store *store; /* its own; NULL when it is not at hand */
    struct store_txn *txn;
    uint64_t own_end;
    bool differs; /* its own log was found to be another one */
};

struct verification {
    const struct options *options;
    struct walk walk;
    struct tree_check *tree;
    uint64_t before;    /* the number of the entry before the present one */
    struct arena arena; /* of the entry being looked at */
    struct wire_reader reader;
    struct producer producers[SOURCES_MAX];
    size_t producer_count;
    uint64_t problems;
    uint64_t tree_problems;
};

static const struct option_spec verify_options[] = {
    {.name = "head",
     .type = OPTION_TEXT,
     .doc = "INDEX:SHA256 as an earlier run printed it: the record must still contain it"},
};

static void problem(struct verification *verification, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void problem(struct verification *verification, const char *format, ...)
{
    va_list arguments;
    verification->problems++;
    if (verification->problems > PROBLEMS_TOLD_MAX) {
        return;
    }
    printf("WRONG     ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

/* Of the tree there are few, and they tell most: they are never cut. */
static void tree_problem(void *context, const char *sentence)
{
    struct verification *verification = context;
    verification->tree_problems++;
    printf("WRONG     %s\n", sentence);
}

/* -- the services' own logs ----------------------------------------------------------------- */

/* Opens the log of a service, when its store is at hand. Its snapshot is later than the record's:
 * it holds at least what the record holds. */
static void own_log_open(struct verification *verification, struct producer *producer)
{
    static const struct store_table tables[] = {{"log", STORE_SEQUENCE}};
    struct reason reason = {""};
    const char *data = walk_data(verification->options);
    if (data == NULL) {
        return; /* a mirror alone */
    }
    struct store_options options = {
        .folder = arena_print(&verification->arena, "%s/%s", data, producer->name).data,
        .map_bytes = (size_t)options_number(verification->options, "map-size"),
        .read_only = true,
    };
    if (store_open(&options, tables, 1, &producer->store, &reason) != ERR_OK) {
        producer->store = NULL;
        return;
    }
    if (store_begin_read(producer->store, &producer->txn) != ERR_OK) {
        store_close(&producer->store);
        return;
    }
    producer->own_end = log_end(producer->txn, 0).seq;
}

static void own_log_close(struct producer *producer)
{
    if (producer->store != NULL) {
        store_end_read(&producer->txn);
        store_close(&producer->store);
    }
}

static struct producer *producer_find(struct verification *verification, struct text source)
{
    for (size_t i = 0; i < verification->producer_count; i++) {
        if (text_equal_string(source, verification->producers[i].name)) {
            return &verification->producers[i];
        }
    }
    if (verification->producer_count == SOURCES_MAX || source.size > SOURCE_CHARACTERS) {
        return NULL;
    }
    struct producer *producer = &verification->producers[verification->producer_count++];
    *producer = (struct producer){.store = NULL};
    memcpy(producer->name, source.data, source.size);
    own_log_open(verification, producer);
    return producer;
}

/* Holds the present entry against the same record in its service's own log. */
static void own_log_compare(struct verification *verification, struct producer *producer)
{
    const struct entry *entry = &verification->walk.entry;
    struct log_record own;
    if (producer->store == NULL || producer->differs) {
        return;
    }
    if (!log_read(producer->txn, 0, entry->seq, &own)) {
        problem(verification,
                "the log of %s ends at %" PRIu64 ", but the record has its %" PRIu64
                ": its store is older than the record; restore a newer one",
                producer->name, producer->own_end, entry->seq);
        producer->differs = true;
        return;
    }
    if (!bytes_equal(own.bytes, entry->record) || !hash_equal(&own.chain, &producer->end.chain)) {
        problem(verification, "the log of %s differs at %" PRIu64 " (entry %" PRIu64 ")",
                producer->name, entry->seq, verification->walk.stored.seq);
        producer->differs = true;
    }
}

/* What the service wrote and audit has not yet taken is chained as well. */
static void own_tail_check(struct verification *verification, struct producer *producer)
{
    struct log_position end = producer->end;
    struct log_record own;
    while (producer->store != NULL && !producer->differs && end.seq < producer->own_end) {
        if (!log_read(producer->txn, 0, end.seq + 1, &own) ||
            !log_follows(&verification->walk.hasher, &end.chain, &own)) {
            problem(verification, "the log of %s is damaged at %" PRIu64, producer->name,
                    end.seq + 1);
            producer->differs = true;
            return;
        }
        end = (struct log_position){.seq = own.seq, .chain = own.chain};
    }
}

/* -- one entry ------------------------------------------------------------------------------ */

static void known_before_check(struct verification *verification, const struct entry *entry,
                               struct text source, int64_t seq)
{
    const struct producer *producer = seq > 0 ? producer_find(verification, source) : NULL;
    if (seq > 0 && (producer == NULL || producer->end.seq < (uint64_t)seq)) {
        problem(verification,
                "entry %" PRIu64 " (%.*s %" PRIu64 ") rests on %.*s %" PRId64
                ", which does not stand before it",
                verification->walk.stored.seq, TEXT_PRINT(entry->source), entry->seq,
                TEXT_PRINT(source), seq);
    }
}

static void record_check(struct verification *verification, struct producer *producer,
                         const struct entry *entry)
{
    struct event_envelope envelope;
    struct log_mark mark;
    enum record_kind kind = record_kind_of(entry->record);
    arena_reset(&verification->arena);
    if (kind == RECORD_EVENT &&
        record_read_event(&verification->reader, entry->record, &envelope) == ERR_OK) {
        producer->events++;
        known_before_check(verification, entry, envelope.cause.source, envelope.cause.seq);
    } else if (kind == RECORD_MARK &&
               record_read_mark(&verification->reader, entry->record, &mark) == ERR_OK) {
        producer->marks++;
        known_before_check(verification, entry, mark.stream, mark.upto);
    } else {
        problem(verification, "entry %" PRIu64 " (%s %" PRIu64 ") is neither an event nor a mark",
                verification->walk.stored.seq, producer->name, entry->seq);
    }
}

/* Names the entries that are missing before the present one; true when there are any. */
static bool missing_check(struct verification *verification)
{
    uint64_t first = verification->before + 1;
    uint64_t present = verification->walk.stored.seq;
    verification->before = present;
    if (present > first + 1) {
        problem(verification, "entries %" PRIu64 " to %" PRIu64 " are missing", first, present - 1);
    } else if (present > first) {
        problem(verification, "entry %" PRIu64 " is missing", first);
    }
    return present > first;
}

static void entry_check(struct verification *verification)
{
    const struct walk *walk = &verification->walk;
    const struct entry *entry = &walk->entry;
    struct producer *producer =
        walk->is_readable ? producer_find(verification, entry->source) : NULL;
    bool is_gap = missing_check(verification);
    if (producer == NULL) {
        problem(verification, "entry %" PRIu64 " is damaged: it cannot be read", walk->stored.seq);
        return;
    }
    if (!walk->is_proved && !is_gap) {
        problem(verification,
                "entry %" PRIu64 " (%s %" PRIu64 ") is damaged: its bytes do not give its chain",
                walk->stored.seq, producer->name, entry->seq);
        producer->differs = true;
    }
    if (entry->seq != producer->end.seq + 1) {
        problem(verification, "entry %" PRIu64 " is %s %" PRIu64 ", but %" PRIu64 " should follow",
                walk->stored.seq, producer->name, entry->seq, producer->end.seq + 1);
    }
    record_check(verification, producer, entry);
    producer->end = (struct log_position){
        .seq = entry->seq,
        .chain = hash_chain(&verification->walk.hasher, &producer->end.chain, entry->record)};
    own_log_compare(verification, producer);
}

/* -- the whole ------------------------------------------------------------------------------ */

/* True when --head was given and this entry is not the one it names. */
static void head_check(struct verification *verification)
{
    struct text head = text_of(options_text(verification->options, "head"));
    struct text digits = {0};
    char stored[2 * HASH_BYTES + 1] = "";
    char index[24];
    (void)snprintf(index, sizeof index, "%" PRIu64, verification->walk.stored.seq);
    if (text_is_empty(head) || !text_equal_string(text_split(head, ':', &digits), index)) {
        return;
    }
    hex_encode(bytes_of(verification->walk.stored.chain.bytes, HASH_BYTES), stored);
    if (!text_equal_string(digits, stored)) {
        problem(verification, "entry %s has another chain than --head says: history was rewritten",
                index);
    }
}

static void head_reached(struct verification *verification)
{
    struct text head = text_of(options_text(verification->options, "head"));
    if (!text_is_empty(head) && strtoull(head.data, NULL, 10) > verification->walk.end) {
        problem(verification, "the record ends before the entry that --head names");
    }
}

static void summary_print(const struct verification *verification)
{
    char head[2 * HASH_BYTES + 1] = "";
    hex_encode(bytes_of(verification->walk.stored.chain.bytes, HASH_BYTES), head);
    printf("record    %" PRIu64 " entries, head %" PRIu64 ":%s\n", verification->walk.stored.seq,
           verification->walk.stored.seq, head);
    tree_check_print(verification->tree);
    for (size_t i = 0; i < verification->producer_count; i++) {
        const struct producer *producer = &verification->producers[i];
        printf("%-13s %8" PRIu64 " records (%" PRIu64 " events, %" PRIu64 " marks), ",
               producer->name, producer->end.seq, producer->events, producer->marks);
        if (producer->store == NULL) {
            printf("own log not at hand\n");
        } else if (producer->differs) {
            printf("OWN LOG DIFFERS\n");
        } else {
            printf("own log agrees, %" PRIu64 " newer\n", producer->own_end - producer->end.seq);
        }
    }
    if (verification->problems > PROBLEMS_TOLD_MAX) {
        printf("... and %" PRIu64 " more\n", verification->problems - PROBLEMS_TOLD_MAX);
    }
    uint64_t all = verification->problems + verification->tree_problems;
    printf(all == 0 ? "verified\n" : "NOT VERIFIED: %" PRIu64 " problems\n", all);
}

static int verify_run(const struct options *options)
{
    struct verification verification = {.options = options};
    struct reason reason = {""};
    struct tree_listener listener = {.wrong = tree_problem, .context = &verification};
    enum err err = tree_check_open(options, listener, &verification.tree, &reason);
    if (err == ERR_OK) {
        err = walk_open(&verification.walk, options, &reason);
    }
    if (err != ERR_OK) {
        tree_check_close(&verification.tree);
        return tool_refuse("verify", err, &reason);
    }
    arena_init(&verification.arena);
    wire_reader_init(&verification.reader, &verification.arena);
    while (walk_next(&verification.walk)) {
        entry_check(&verification);
        tree_check_entry(verification.tree, &verification.walk);
        head_check(&verification);
        if (walk_is_milestone(&verification.walk)) {
            fprintf(stderr, "verify: %" PRIu64 " of %" PRIu64 " entries\n",
                    verification.walk.stored.seq, verification.walk.end);
        }
    }
    head_reached(&verification);
    tree_check_end(verification.tree, &verification.walk);
    for (size_t i = 0; i < verification.producer_count; i++) {
        own_tail_check(&verification, &verification.producers[i]);
    }
    summary_print(&verification);
    for (size_t i = 0; i < verification.producer_count; i++) {
        own_log_close(&verification.producers[i]);
    }
    wire_reader_free(&verification.reader);
    arena_free(&verification.arena);
    tree_check_close(&verification.tree);
    walk_close(&verification.walk);
    return verification.problems + verification.tree_problems == 0 ? TOOL_OK : TOOL_FOUND;
}

int verify_main(int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    int code = TOOL_FAILED;
    CHECK(sodium_init() >= 0);
    options_init(&options, "audit verify");
    options_add(&options, walk_options, walk_option_count);
    options_add(&options, verify_options, sizeof verify_options / sizeof verify_options[0]);
    options_add(&options, tree_check_options, TREE_CHECK_OPTIONS);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "verify: %s\n", reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[options]", stdout);
        code = TOOL_OK;
    } else {
        code = verify_run(&options);
    }
    options_free(&options);
    return code;
}
