/* Questions to the record: the timeline of a case, and everything for auditors. */
#include "audit.h"
#include "events/moves.h"

#include <string.h>

enum {
    ANSWER_BYTES_MAX = 768 * 1024, /* of records in one answer; the bus takes 1 MiB */
    SCAN_ENTRIES_MAX = 20000,      /* looked at for one answer, however few of them match */
};

/* An answer being put together. */
struct gathering {
    struct reading *reading;
    struct timeline told;
    size_t limit;
    size_t bytes;
};

static void gathering_open(struct gathering *gathering, struct reading *reading, int64_t limit)
{
    *gathering = (struct gathering){.reading = reading, .limit = (size_t)limit};
    gathering->told.entries.items =
        arena_take_array(reading->arena, (size_t)limit, sizeof(struct record_entry));
    gathering->told.end = (int64_t)log_end(reading->state->txn, TABLE_RECORD).seq;
}

/* True while there is room for one more record of the largest size. */
static bool gathering_has_room(const struct gathering *gathering)
{
    return gathering->told.entries.count < gathering->limit &&
           gathering->bytes + RECORD_BYTES_MAX < ANSWER_BYTES_MAX;
}

static void gathering_add(struct gathering *gathering, uint64_t index, const struct entry *entry)
{
    gathering->told.entries.items[gathering->told.entries.count++] = (struct record_entry){
        .index = (int64_t)index,
        .source = entry->source,
        .seq = (int64_t)entry->seq,
        .record = entry->record,
    };
    gathering->bytes += entry->record.size;
}

/* Reads an entry, proved against the one before it: what was altered in the store is never told. */
static bool entry_proved(struct state *state, struct hasher *hasher, uint64_t index,
                         struct entry *ret_entry)
{
    struct log_record found;
    if (!log_read_proved(state->txn, TABLE_RECORD, hasher, index, &found)) {
        return false;
    }
    if (!entry_read(arena_copy_bytes(state->arena, found.bytes), ret_entry)) {
        store_fail(state->txn, ERR_CORRUPT);
        return false;
    }
    return true;
}

enum verdict damaged_refuse(struct reading *reading)
{
    return reading_refuse(reading, PROBLEM_DAMAGED,
                          "the record is damaged here; glasshall-audit verify names the place");
}

static enum verdict gathering_answer(struct gathering *gathering)
{
    struct reading *reading = gathering->reading;
    if (store_error(reading->state->txn) != ERR_OK) {
        return damaged_refuse(reading);
    }
    struct timeline *told = arena_take(reading->arena, sizeof *told);
    *told = gathering->told;
    return reading_answer(reading, &timeline_message, told);
}

/* -- the timeline of a case ----------------------------------------------------------------- */

static enum standing standing_at(struct reading *reading, const struct case_id *id)
{
    struct audit *audit = reading->state->memory;
    struct key key = key_of_uuid(&id->uuid);
    struct audited_row row;
    if (!state_get(reading->state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row)) {
        return STANDING_NONE;
    }
    struct case_row concerned = {
        .session = row.session, .department = row.department, .parties = row.parties};
    return matter_standing_of(rules_of(audit->shelf, reading->state, row.catalogue_version),
                              row.item, id, &concerned, reading->principal);
}

/* True for the steps of a case and nothing else: what was filed, sent or read tells who filed. */
static bool is_step(struct state *state, const struct entry *entry)
{
    struct event_envelope envelope;
    return record_kind_of(entry->record) == RECORD_EVENT &&
           record_read_event(&state->reader, entry->record, &envelope) == ERR_OK &&
           wire_find(&moves_vocabulary, envelope.type) != NULL;
}

/* Visits the entries of the case, for a caller with this standing. */
static enum err entries_visit(struct reading *reading, struct case_walk *walk,
                              enum standing standing)
{
    struct state *state = reading->state;
    struct hasher hasher;
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&walk->case_id.uuid);
    struct key from = prefix;
    size_t count = 0;
    size_t bytes = 0;
    key_add_u64(&from, walk->after + 1);
    hasher_init(&hasher);
    store_cursor_open(&cursor, state->txn, TABLE_CASE_EVENTS);
    bool found = store_seek(&cursor, key_bytes(&from));
    while (found && key_has_prefix(cursor.key, &prefix) && count < walk->limit &&
           bytes + RECORD_BYTES_MAX < ANSWER_BYTES_MAX) {
        uint64_t index = read_be64(cursor.key.data + UUID_BYTES);
        struct entry entry;
        if (!entry_proved(state, &hasher, index, &entry)) {
            break;
        }
        if (standing != STANDING_PARTY || is_step(state, &entry)) {
            walk->visit(walk->context, index, &entry);
            count++;
            bytes += entry.record.size;
        }
        found = store_next(&cursor);
    }
    walk->more = found && key_has_prefix(cursor.key, &prefix);
    store_cursor_close(&cursor);
    hasher_free(&hasher);
    return store_error(state->txn);
}

enum verdict case_entries_visit(struct reading *reading, struct case_walk *walk)
{
    enum standing standing = standing_at(reading, &walk->case_id);
    if (standing == STANDING_UNCONCERNED) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "this case is not of your department");
    }
    if (standing == STANDING_NONE) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    return entries_visit(reading, walk, standing) == ERR_OK ? VERDICT_OK : damaged_refuse(reading);
}

static void timeline_add(void *context, uint64_t index, const struct entry *entry)
{
    gathering_add(context, index, entry);
}

enum verdict query_timeline(struct reading *reading, const void *question)
{
    const struct ask_timeline *asked = question;
    struct gathering gathering;
    gathering_open(&gathering, reading, asked->limit);
    struct case_walk walk = {.case_id = asked->case_id,
                             .after = (uint64_t)asked->after,
                             .limit = (size_t)asked->limit,
                             .visit = timeline_add,
                             .context = &gathering};
    enum verdict verdict = case_entries_visit(reading, &walk);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    gathering.told.more = walk.more;
    return gathering_answer(&gathering);
}

/* -- the whole record ----------------------------------------------------------------------- */

/* True when the entry is an event that was asked for. */
static bool is_wanted(struct state *state, const struct entry *entry,
                      const struct ask_record *asked)
{
    struct event_envelope envelope;
    if (record_kind_of(entry->record) != RECORD_EVENT ||
        record_read_event(&state->reader, entry->record, &envelope) != ERR_OK) {
        return false;
    }
    bool type_fits = text_is_empty(asked->type) || text_equal(asked->type, envelope.type);
    bool case_fits = uuid_is_none(&asked->case_id.uuid) ||
                     uuid_equal(&asked->case_id.uuid, &envelope.case_id.uuid);
    return type_fits && case_fits;
}

/* The first entry of `source` from `index` on and before `end`; false when there is none. */
static bool entry_of_source(struct state *state, struct text source, uint64_t index, uint64_t end,
                            uint64_t *ret_index, uint64_t *ret_seq)
{
    for (; index < end; index++) {
        struct log_record found;
        struct entry entry;
        if (!log_read(state->txn, TABLE_RECORD, index, &found) ||
            !entry_read(found.bytes, &entry)) {
            return false;
        }
        if (text_equal(entry.source, source)) {
            *ret_index = index;
            *ret_seq = entry.seq;
            return true;
        }
    }
    return false;
}

/* The index of the record of a service's log; 0 when the record has none. A service's records stand
 * in the order of its log, so that halving finds it; what others said between two of them is passed
 * over. */
static uint64_t index_find(struct state *state, struct text source, uint64_t seq, uint64_t end)
{
    uint64_t low = 1;
    uint64_t high = end + 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t index = 0;
        uint64_t found = 0;
        if (!entry_of_source(state, source, middle, high, &index, &found) || found > seq) {
            high = middle;
        } else if (found == seq) {
            return index;
        } else {
            low = index + 1;
        }
    }
    return 0;
}

static void record_find(struct gathering *gathering, const struct ask_record *asked)
{
    struct state *state = gathering->reading->state;
    struct hasher hasher;
    struct entry entry;
    uint64_t index =
        index_find(state, asked->source, (uint64_t)asked->seq, (uint64_t)gathering->told.end);
    hasher_init(&hasher);
    if (index > (uint64_t)asked->after && entry_proved(state, &hasher, index, &entry) &&
        is_wanted(state, &entry, asked)) {
        gathering_add(gathering, index, &entry);
    }
    hasher_free(&hasher);
}

enum verdict query_record(struct reading *reading, const void *question)
{
    const struct ask_record *asked = question;
    struct gathering gathering;
    struct hasher hasher;
    struct entry entry;
    if (!principal_holds(reading->principal, TEXT_LITERAL("auditor"), TEXT_LITERAL("*"))) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "the record is open to auditors");
    }
    gathering_open(&gathering, reading, asked->limit);
    if (!text_is_empty(asked->source)) {
        record_find(&gathering, asked);
        return gathering_answer(&gathering);
    }
    uint64_t end = (uint64_t)gathering.told.end;
    uint64_t index = (uint64_t)asked->after;
    uint64_t last = index + SCAN_ENTRIES_MAX < end ? index + SCAN_ENTRIES_MAX : end;
    hasher_init(&hasher);
    while (index < last && gathering_has_room(&gathering) &&
           entry_proved(reading->state, &hasher, index + 1, &entry)) {
        index++;
        if (is_wanted(reading->state, &entry, asked)) {
            gathering_add(&gathering, index, &entry);
        }
    }
    hasher_free(&hasher);
    gathering.told.looked_at = (int64_t)index;
    gathering.told.more = index < end;
    return gathering_answer(&gathering);
}
