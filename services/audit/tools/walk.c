#include "walk.h"

#include "audit/audit_service.h"
#include "base/check.h"
#include "service/engine.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES_PER_MILESTONE = 500000 };

const struct option_spec walk_options[WALK_OPTIONS] = {
    {.name = "data",
     .type = OPTION_PATH,
     .doc = "the hall's data folder, ./var without --from; services may run meanwhile"},
    {.name = "from",
     .type = OPTION_PATH,
     .doc = "read the record from this mirror (or data folder) instead"},
    {.name = "vkey",
     .type = OPTION_TEXT,
     .doc = "the log's verifier key, or a file of such keys; without it the mirror's own"},
    {.name = "map-size",
     .type = OPTION_BYTES,
     .default_value = "256g",
     .min = 1 << 20,
     .max = INT64_C(1) << 46,
     .doc = "address space for a store, as the services have it"},
};
const size_t walk_option_count = WALK_OPTIONS;
const struct option_spec *const walk_folder_options =
    &walk_options[WALK_OPTIONS - WALK_FOLDER_OPTIONS];

const char *walk_data(const struct options *options)
{
    const char *data = options_text(options, "data");
    return data == NULL && options_text(options, "from") == NULL ? "./var" : data;
}

/* -- opening -------------------------------------------------------------------------------- */

static enum err store_walk_open(struct walk *walk, const char *folder,
                                const struct options *options, struct reason *reason)
{
    struct arena arena;
    arena_init(&arena);
    struct store_options store_options = {
        .folder = arena_print(&arena, "%s/%s", folder, ARCHIVIST).data,
        .map_bytes = (size_t)options_number(options, "map-size"),
        .read_only = true,
    };
    enum err err = engine_store_open(&audit_service, &store_options, &walk->store, reason);
    arena_free(&arena);
    if (err != ERR_OK) {
        return err;
    }
    err = store_begin_read(walk->store, &walk->txn);
    if (err != ERR_OK) {
        store_close(&walk->store);
        return reason_set(reason, err, "cannot read audit's store: %s", err_text(err));
    }
    hasher_init(&walk->hasher);
    store_cursor_open(&walk->cursor, walk->txn, TABLE_RECORD);
    walk->end = log_end(walk->txn, TABLE_RECORD).seq;
    return ERR_OK;
}

static enum err mirror_walk_open(struct walk *walk, const char *folder,
                                 const struct options *options, struct reason *reason)
{
    enum err err = mirror_open(&walk->mirror, folder, options_text(options, "vkey"), reason);
    if (err != ERR_OK) {
        return err;
    }
    walk->is_mirror = true;
    walk->end = walk->mirror.checkpoint.head.size;
    hasher_init(&walk->hasher);
    arena_init(&walk->bundle_arena);
    arena_init(&walk->reader_arena);
    wire_reader_init(&walk->reader, &walk->reader_arena);
    buffer_init(&walk->kept, LOG_VALUE_BYTES_MAX + UINT16_MAX);
    return ERR_OK;
}

enum err walk_open_folder(struct walk *walk, const char *folder, const struct options *options,
                          struct reason *reason)
{
    *walk = (struct walk){.store = NULL};
    return mirror_is_at(folder) ? mirror_walk_open(walk, folder, options, reason)
                                : store_walk_open(walk, folder, options, reason);
}

enum err walk_open(struct walk *walk, const struct options *options, struct reason *reason)
{
    const char *from = options_text(options, "from");
    if (from != NULL) {
        return walk_open_folder(walk, from, options, reason);
    }
    *walk = (struct walk){.store = NULL};
    return store_walk_open(walk, walk_data(options), options, reason);
}

void walk_close(struct walk *walk)
{
    if (walk->is_mirror) {
        mirror_close(&walk->mirror);
        wire_reader_free(&walk->reader);
        arena_free(&walk->reader_arena);
        arena_free(&walk->bundle_arena);
        buffer_free(&walk->kept);
        hasher_free(&walk->hasher);
    } else if (walk->store != NULL) {
        store_cursor_close(&walk->cursor);
        store_end_read(&walk->txn);
        store_close(&walk->store);
        hasher_free(&walk->hasher);
    }
}

/* -- entries of a store --------------------------------------------------------------------- */

static bool store_next_entry(struct walk *walk)
{
    struct log_record before = walk->stored;
    bool found = before.seq == 0 ? store_first(&walk->cursor) : store_next(&walk->cursor);
    if (!found) {
        return false;
    }
    struct bytes value = walk->cursor.value;
    walk->stored = (struct log_record){.seq = store_cursor_sequence(&walk->cursor)};
    walk->is_proved = false;
    walk->is_readable = false;
    if (value.size > HASH_BYTES) {
        memcpy(walk->stored.chain.bytes, value.data, HASH_BYTES);
        walk->stored.bytes = bytes_of(value.data + HASH_BYTES, value.size - HASH_BYTES);
        walk->is_proved = walk->stored.seq == before.seq + 1 &&
                          log_follows(&walk->hasher, &before.chain, &walk->stored);
        walk->is_readable = entry_read(walk->stored.bytes, &walk->entry);
    }
    return true;
}

/* -- entries of a mirror -------------------------------------------------------------------- */

/* Reads the next bundle; entries of one that cannot be read are there, empty and not proved. */
static void bundle_next(struct walk *walk)
{
    struct reason reason = {""};
    uint64_t index = walk->stored.seq / TILE_HASHES;
    arena_reset(&walk->bundle_arena);
    if (mirror_entries(&walk->mirror, index, &walk->bundle_arena, walk->bundle, walk->bundle_proved,
                       &walk->bundle_width, &reason) != ERR_OK) {
        fprintf(stderr, "%s\n", reason.text);
        memset(walk->bundle, 0, sizeof walk->bundle);
        memset(walk->bundle_proved, 0, sizeof walk->bundle_proved);
    }
}

/* Whose record it is, as it says itself; none when it does not say. */
static struct text source_of(struct walk *walk, struct bytes record)
{
    struct event_envelope envelope;
    struct log_mark mark;
    enum record_kind kind = record_kind_of(record);
    arena_reset(&walk->reader_arena);
    if (kind == RECORD_EVENT && record_read_event(&walk->reader, record, &envelope) == ERR_OK) {
        return envelope.source;
    }
    if (kind == RECORD_MARK && record_read_mark(&walk->reader, record, &mark) == ERR_OK) {
        return mark.source;
    }
    return (struct text){0};
}

/* The next place in the log of that service; 0 when there is no room for another service. */
static uint64_t place_next(struct walk *walk, struct text source)
{
    for (size_t i = 0; i < walk->source_count; i++) {
        if (text_equal_string(source, walk->sources[i].name)) {
            return ++walk->sources[i].seq;
        }
    }
    if (walk->source_count == WALK_SOURCES_MAX || text_is_empty(source) ||
        source.size > SOURCE_CHARACTERS) {
        return 0;
    }
    struct walk_source *added = &walk->sources[walk->source_count++];
    *added = (struct walk_source){.seq = 1};
    memcpy(added->name, source.data, source.size);
    return 1;
}

/* The entry as audit keeps it: what its chain is over. */
static struct bytes kept_write(struct walk *walk, const struct entry *entry)
{
    uint8_t seq[8];
    write_be64(seq, entry->seq);
    buffer_clear(&walk->kept);
    buffer_append_byte(&walk->kept, (uint8_t)entry->source.size);
    buffer_append_text(&walk->kept, entry->source);
    buffer_append(&walk->kept, seq, sizeof seq);
    buffer_append(&walk->kept, entry->record.data, entry->record.size);
    CHECK(!walk->kept.failed);
    return buffer_bytes(&walk->kept);
}

static bool mirror_next_entry(struct walk *walk)
{
    struct log_record before = walk->stored;
    unsigned place = (unsigned)(before.seq % TILE_HASHES);
    if (before.seq == walk->end) {
        return false;
    }
    if (place == 0) {
        bundle_next(walk);
    }
    walk->stored = (struct log_record){.seq = before.seq + 1, .chain = before.chain};
    walk->is_proved = walk->bundle_proved[place];
    walk->entry = (struct entry){.record = walk->bundle[place]};
    walk->entry.source = source_of(walk, walk->entry.record);
    walk->entry.seq = place_next(walk, walk->entry.source);
    walk->is_readable = walk->entry.seq > 0;
    if (walk->is_readable) {
        walk->stored.bytes = kept_write(walk, &walk->entry);
        walk->stored.chain = hash_chain(&walk->hasher, &before.chain, walk->stored.bytes);
    }
    return true;
}

/* -- the whole ------------------------------------------------------------------------------ */

bool walk_next(struct walk *walk)
{
    return walk->is_mirror ? mirror_next_entry(walk) : store_next_entry(walk);
}

bool walk_is_milestone(const struct walk *walk)
{
    return walk->stored.seq % ENTRIES_PER_MILESTONE == 0;
}

void walk_progress(const struct walk *walk, const char *command)
{
    if (walk_is_milestone(walk)) {
        fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 " entries\n", command, walk->stored.seq,
                walk->end);
    }
}
