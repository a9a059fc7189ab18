/* Files of bank statements: received, judged, accepted in their order (S37). */
#include "imports.h"

#include "memory.h"
#include "service/work.h"

#include <inttypes.h>
#include <string.h>

WIRE_DEFINE_VOCABULARY(import_rows, IMPORT_ROWS)

static const struct case_id no_case = {0};

/* -- what is known -------------------------------------------------------------------------- */

bool import_load(struct state *state, const struct statement_id *id, struct import_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_IMPORTS, key_bytes(&key), &import_row_message, ret_row);
}

void import_put(struct state *state, const struct statement_id *id, const struct import_row *row)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, TABLE_IMPORTS, key_bytes(&key), &import_row_message, row);
}

/* The file with this content that was not refused. */
static bool import_of_hash(struct state *state, const struct hash *hash,
                           struct statement_id *ret_id)
{
    struct bytes value;
    if (!store_get(state->txn, TABLE_IMPORTED, bytes_of(hash->bytes, HASH_BYTES), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(ret_id->uuid.bytes, value.data, UUID_BYTES);
    return true;
}

static bool chain_load(struct state *state, struct text bank, struct chain_row *ret_row)
{
    struct key key = key_of_text(bank);
    return state_get(state, TABLE_CHAINS, key_bytes(&key), &chain_row_message, ret_row);
}

/* -- receiving ------------------------------------------------------------------------------ */

/* The file that an upload of this session left; false when none waits. */
static bool file_find(struct decision *decision, const struct upload_id *upload,
                      struct bytes session, struct upload_claim *ret_claim)
{
    const struct fee_memory *fee = decision->state->memory;
    return waiting_files_find(&fee->files, upload, session, ret_claim);
}

/* True when nothing is to be done about a file that came before: it is booked, or will be. */
static bool is_in_hand(struct decision *decision, const struct statement_id *id)
{
    struct import_row row;
    struct upload_claim claim;
    return import_load(decision->state, id, &row) &&
           (row.state == IMPORT_BOOKED || file_find(decision, &row.upload, row.session, &claim));
}

/* The same file again is the same import. One whose file was lost on the way goes on with it. */
enum verdict decide_receive_statement(struct decision *decision, const void *command)
{
    const struct receive_statement *asked = command;
    struct statement_named named;
    struct upload_claim claim;
    enum verdict verdict =
        finance_check(decision, "bank statements are handed in by finance officers");
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!file_find(decision, &asked->upload, decision->principal->session, &claim)) {
        return refuse_field(decision, "upload",
                            "is not an upload of this session that waits; upload the file again");
    }
    bool is_known = import_of_hash(decision->state, &claim.facts.plain, &named.statement_id);
    if (!is_known || !is_in_hand(decision, &named.statement_id)) {
        if (!is_known) {
            named.statement_id.uuid = decision_new_id(decision);
        }
        struct fee_statement_received received = {
            .statement_id = named.statement_id,
            .upload = asked->upload,
            .session = decision->principal->session,
            .sha256 = claim.facts.plain,
            .size = (int64_t)claim.facts.size,
        };
        emit(decision, &no_case, &fee_statement_received_message, &received);
    }
    decision_answer(decision, &statement_named_message, &named);
    return VERDICT_OK;
}

/* -- judging -------------------------------------------------------------------------------- */

/* Says that a file is refused, and why. */
static enum verdict import_refuse(struct decision *decision, const struct statement_id *id,
                                  int64_t line, struct text why)
{
    struct fee_statement_refused refused = {.statement_id = *id, .line = line, .why = why};
    emit(decision, &no_case, &fee_statement_refused_message, &refused);
    return VERDICT_OK;
}

/* True when the file still waits to be judged: a report about any other is stale. */
static bool is_waiting(struct decision *decision, const struct statement_id *id)
{
    struct import_row row;
    return import_load(decision->state, id, &row) && row.state == IMPORT_RECEIVED;
}

enum verdict decide_statement_wrong(struct decision *decision, const void *command)
{
    const struct report_statement_wrong *report = command;
    if (!is_waiting(decision, &report->statement_id)) {
        return refuse(decision, PROBLEM_CONFLICT, "the file was judged already");
    }
    return import_refuse(decision, &report->statement_id, report->line, report->why);
}

static const struct catalogue_bank_account *account_find(struct state *state, struct text number)
{
    const struct catalogue_transit_account *transit =
        &money_rules(state)->catalogue->head.transit_account;
    for (size_t i = 0; i < transit->bank_account_count; i++) {
        if (text_equal(transit->bank_accounts[i].number, number)) {
            return &transit->bank_accounts[i];
        }
    }
    return NULL;
}

/* What stands before part `index`: an earlier part of the file, or what was booked last. */
static bool chain_before(struct state *state, const struct statement_part *parts, size_t index,
                         struct chain_row *ret_chain)
{
    for (size_t i = index; i-- > 0;) {
        if (text_equal(parts[i].bank, parts[index].bank)) {
            *ret_chain =
                (struct chain_row){.number = parts[i].number, .closing_fen = parts[i].closing_fen};
            return true;
        }
    }
    return chain_load(state, parts[index].bank, ret_chain);
}

/* Why a statement does not follow what came before; absent when it does. */
static struct text chain_trouble(struct state *state, const struct statement_part *parts,
                                 size_t index, struct arena *arena)
{
    const struct statement_part *part = &parts[index];
    struct chain_row before;
    if (part->number < 0) {
        return TEXT_LITERAL("the statement has no electronic sequence number: without it nobody "
                            "can tell that none is missing");
    }
    if (!chain_before(state, parts, index, &before)) {
        return (struct text){0};
    }
    if (part->number <= before.number) {
        return arena_print(arena, "statement %" PRId64 " of this account was booked before",
                           part->number);
    }
    if (part->number > before.number + 1) {
        return arena_print(arena, "statement %" PRId64 " of this account is missing",
                           before.number + 1);
    }
    if (part->opening_fen != before.closing_fen) {
        return arena_print(
            arena, "the statement does not open with what statement %" PRId64 " closed with",
            before.number);
    }
    return (struct text){0};
}

enum verdict decide_statement_right(struct decision *decision, const void *command)
{
    const struct report_statement_right *report = command;
    const struct statement_id *id = &report->statement_id;
    struct fee_statement_accepted accepted = {.statement_id = *id};
    struct statement_part *parts =
        arena_take_array(decision->arena, report->parts.count, sizeof *parts);
    int64_t entries = 0;
    if (!is_waiting(decision, id)) {
        return refuse(decision, PROBLEM_CONFLICT, "the file was judged already");
    }
    if (money_rules(decision->state) == NULL) {
        return refuse(decision, PROBLEM_AWAY, "the catalogue is not known yet");
    }
    for (size_t i = 0; i < report->parts.count; i++) {
        parts[i] = report->parts.items[i];
        const struct catalogue_bank_account *account =
            account_find(decision->state, parts[i].account);
        if (account == NULL || !text_equal_string(parts[i].currency, "CNY")) {
            return import_refuse(decision, id, parts[i].line,
                                 account == NULL ? TEXT_LITERAL("the account is none of Finance's")
                                                 : TEXT_LITERAL("the account is not kept in yuan"));
        }
        parts[i].bank = account->code;
        struct text trouble = chain_trouble(decision->state, parts, i, decision->arena);
        if (!text_is_empty(trouble)) {
            return import_refuse(decision, id, parts[i].line, trouble);
        }
        entries += parts[i].entries;
    }
    accepted.parts = (struct statement_part_list){.items = parts, .count = report->parts.count};
    emit(decision, &no_case, &fee_statement_accepted_message, &accepted);
    if (entries == 0) {
        struct fee_statement_booked booked = {.statement_id = *id};
        emit(decision, &no_case, &fee_statement_booked_message, &booked);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static void order_remove(struct state *state, const struct statement_id *id,
                         const struct import_row *row)
{
    (void)work_remove(state, row->received, WORK_READ_STATEMENT, &id->uuid);
}

void apply_statement_received(struct state *state, const struct event *event)
{
    const struct fee_statement_received *received = event->data;
    const struct statement_id *id = &received->statement_id;
    struct import_row row;
    if (!import_load(state, id, &row)) {
        row = (struct import_row){.state = IMPORT_RECEIVED, .received = event->envelope->time};
        struct work_order order = {
            .due_ms = row.received, .kind = WORK_READ_STATEMENT, .id = id->uuid};
        struct statement_order payload = {.statement_id = *id};
        work_add(state, &order, &statement_order_message, &payload);
    }
    row.upload = received->upload;
    row.session = received->session;
    row.sha256 = received->sha256;
    row.size = received->size;
    import_put(state, id, &row);
    store_put(state->txn, TABLE_IMPORTED, bytes_of(row.sha256.bytes, HASH_BYTES),
              bytes_of(id->uuid.bytes, UUID_BYTES));
}

void apply_statement_refused(struct state *state, const struct event *event)
{
    const struct fee_statement_refused *refused = event->data;
    struct import_row row;
    if (!import_load(state, &refused->statement_id, &row)) {
        return;
    }
    row.state = IMPORT_REFUSED;
    row.line = refused->line;
    row.why = refused->why;
    import_put(state, &refused->statement_id, &row);
    order_remove(state, &refused->statement_id, &row);
    store_delete(state->txn, TABLE_IMPORTED, bytes_of(row.sha256.bytes, HASH_BYTES));
}

void apply_statement_accepted(struct state *state, const struct event *event)
{
    const struct fee_statement_accepted *accepted = event->data;
    struct import_row row;
    if (!import_load(state, &accepted->statement_id, &row)) {
        return;
    }
    row.state = IMPORT_BOOKING;
    row.parts = accepted->parts;
    for (size_t i = 0; i < accepted->parts.count; i++) {
        const struct statement_part *part = &accepted->parts.items[i];
        struct chain_row chain = {.number = part->number,
                                  .closing_fen = part->closing_fen,
                                  .last_day = part->last_day,
                                  .statement_id = accepted->statement_id};
        struct key key = key_of_text(part->bank);
        state_put(state, TABLE_CHAINS, key_bytes(&key), &chain_row_message, &chain);
        row.entries += part->entries;
    }
    import_put(state, &accepted->statement_id, &row);
}

void apply_statement_booked(struct state *state, const struct event *event)
{
    const struct fee_statement_booked *booked = event->data;
    struct import_row row;
    if (import_load(state, &booked->statement_id, &row)) {
        row.state = IMPORT_BOOKED;
        import_put(state, &booked->statement_id, &row);
        order_remove(state, &booked->statement_id, &row);
    }
}
