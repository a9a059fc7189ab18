/* Questions to the transparency log: checkpoint, keys, tiles, entries, proofs of a case. */
#include "signer.h"

#include <string.h>

enum { ENTRIES_BYTES_MAX = 768 * 1024, LENGTH_BYTES = 2 };

/* -- checkpoint and keys -------------------------------------------------------------------- */

enum verdict query_log_text(struct reading *reading, const void *question)
{
    const struct ask_log_text *asked = question;
    struct audit *audit = reading->state->memory;
    struct log_text *told = arena_take(reading->arena, sizeof *told);
    uint64_t size;
    told->text = asked->kind == LOG_KEYS ? signer_keys(audit->signer, reading->arena)
                                         : signer_checkpoint(audit->signer, reading->arena, &size);
    return reading_answer(reading, &log_text_message, told);
}

/* -- tiles and entries ---------------------------------------------------------------------- */

/* The tree that the newest checkpoint covers: more is not shown. */
static uint64_t shown_size(struct reading *reading)
{
    struct audit *audit = reading->state->memory;
    uint64_t size;
    (void)signer_checkpoint(audit->signer, reading->arena, &size);
    return size;
}

static enum verdict tile_refuse(struct reading *reading, unsigned level, uint64_t index,
                                unsigned width)
{
    if (width > tile_width(level, index, shown_size(reading))) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND,
                              "the newest checkpoint has no such tile, or fewer hashes in it");
    }
    return VERDICT_OK;
}

enum verdict query_log_tile(struct reading *reading, const void *question)
{
    const struct ask_log_tile *asked = question;
    struct tree *tree = arena_take(reading->arena, sizeof *tree);
    struct log_tile *told = arena_take(reading->arena, sizeof *told);
    struct hasher hasher;
    unsigned level = (unsigned)asked->level;
    uint64_t index = (uint64_t)asked->index;
    unsigned width = (unsigned)asked->width;
    enum verdict verdict = tile_refuse(reading, level, index, width);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    hasher_init(&hasher);
    tree_open(tree, reading->state->txn, &hasher, shown_size(reading));
    bool is_read = tree_tile(tree, level, index, width, &told->hashes);
    hasher_free(&hasher);
    told->hashes = arena_copy_bytes(reading->arena, told->hashes);
    return is_read ? reading_answer(reading, &log_tile_message, told) : damaged_refuse(reading);
}

/* Adds an entry with its length before it; false when there is no room for it. */
static bool entry_add(struct buffer *buffer, struct bytes record)
{
    uint8_t length[LENGTH_BYTES];
    if (buffer->size + LENGTH_BYTES + record.size > ENTRIES_BYTES_MAX) {
        return false;
    }
    write_be16(length, (uint16_t)record.size);
    buffer_append(buffer, length, sizeof length);
    buffer_append(buffer, record.data, record.size);
    return true;
}

/* Reads entries below the tile, behind those that are known, as many as one answer takes. */
static bool entries_read(struct reading *reading, const struct ask_log_entries *asked,
                         struct buffer *buffer, int64_t *ret_count)
{
    struct hasher hasher;
    bool is_read = true;
    bool has_room = true;
    hasher_init(&hasher);
    for (int64_t i = asked->after; is_read && has_room && i < asked->width; i++) {
        uint64_t index = (uint64_t)asked->index * TILE_HASHES + (uint64_t)i + 1;
        struct log_record found;
        struct entry entry;
        is_read = log_read_proved(reading->state->txn, TABLE_RECORD, &hasher, index, &found) &&
                  entry_read(found.bytes, &entry);
        has_room = is_read && entry_add(buffer, entry.record);
        *ret_count += has_room ? 1 : 0;
    }
    hasher_free(&hasher);
    return is_read;
}

enum verdict query_log_entries(struct reading *reading, const void *question)
{
    const struct ask_log_entries *asked = question;
    struct log_entries *told = arena_take(reading->arena, sizeof *told);
    struct buffer buffer;
    if (!principal_holds(reading->principal, TEXT_LITERAL("auditor"), TEXT_LITERAL("*"))) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "the entries are open to auditors; the hashes are open to all");
    }
    enum verdict verdict = tile_refuse(reading, 0, (uint64_t)asked->index, (unsigned)asked->width);
    if (verdict != VERDICT_OK || asked->after >= asked->width) {
        return verdict != VERDICT_OK
                   ? verdict
                   : reading_refuse(reading, PROBLEM_NOT_FOUND, "these are all entries");
    }
    buffer_init(&buffer, ENTRIES_BYTES_MAX);
    bool is_read = entries_read(reading, asked, &buffer, &told->count);
    told->entries = arena_copy_bytes(reading->arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    return is_read ? reading_answer(reading, &log_entries_message, told) : damaged_refuse(reading);
}

/* -- proofs --------------------------------------------------------------------------------- */

/* Proofs under one checkpoint being put together. */
struct proving {
    struct reading *reading;
    struct hasher hasher;
    struct tree tree;
    struct proof_file file;
    uint64_t size; /* of the log at the checkpoint */
    struct case_proofs told;
};

static void proof_add(struct proving *proving, uint64_t index, const struct entry *entry)
{
    struct arena *arena = proving->reading->arena;
    proving->file.index = index - 1;
    if (!merkle_inclusion(&proving->tree.subtrees, index - 1, proving->size,
                          &proving->file.proof)) {
        return; /* the store is damaged, and the walk says so */
    }
    struct entry_proof *told = &proving->told.proofs.items[proving->told.proofs.count++];
    *told = (struct entry_proof){.index = (int64_t)index,
                                 .record = entry->record,
                                 .proof = proof_file_text(&proving->file, arena)};
}

static void case_entry_prove(void *context, uint64_t index, const struct entry *entry)
{
    struct proving *proving = context;
    if (index > proving->size) {
        proving->told.waiting++;
    } else {
        proof_add(proving, index, entry);
    }
}

enum verdict query_case_proofs(struct reading *reading, const void *question)
{
    const struct ask_case_proofs *asked = question;
    struct audit *audit = reading->state->memory;
    struct proving *proving = arena_take(reading->arena, sizeof *proving);
    *proving = (struct proving){.reading = reading};
    proving->file.checkpoint = signer_checkpoint(audit->signer, reading->arena, &proving->size);
    proving->told.proofs.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof(struct entry_proof));
    hasher_init(&proving->hasher);
    tree_open(&proving->tree, reading->state->txn, &proving->hasher, proving->size);
    struct case_walk walk = {.case_id = asked->case_id,
                             .after = (uint64_t)asked->after,
                             .limit = (size_t)asked->limit,
                             .visit = case_entry_prove,
                             .context = proving};
    enum verdict verdict = case_entries_visit(reading, &walk);
    hasher_free(&proving->hasher);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    proving->told.more = walk.more;
    return reading_answer(reading, &case_proofs_message, &proving->told);
}
