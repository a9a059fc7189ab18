/* Putting transfers together: every rule of the ledger is looked at here, before anything is said.
 */
#include "ledger/internal.h"

#include <string.h>

void ledger_draft_begin(struct ledger_draft *draft, const struct ledger *ledger,
                        struct decision *decision, struct date day)
{
    *draft = (struct ledger_draft){
        .ledger = ledger,
        .state = decision->state,
        .decision = decision,
        .arena = decision->arena,
        .day = day,
        .result = LEDGER_OK,
    };
    draft->list.items =
        arena_take_array(draft->arena, LEDGER_TRANSFERS_MAX, sizeof *draft->list.items);
    draft->seen =
        arena_take_array(draft->arena, LEDGER_TRANSFERS_MAX * (size_t)2, sizeof *draft->seen);
}

struct text ledger_name(struct arena *arena, const char *kind, struct text detail)
{
    return arena_print(arena, "%s:%.*s", kind, TEXT_PRINT(detail));
}

static void fail(struct ledger_draft *draft, enum ledger_result result, struct text account)
{
    draft->result = result;
    draft->account = account;
}

static const struct ledger_kind *kind_of(const struct ledger *ledger, struct text name)
{
    for (size_t i = 0; i < ledger->kind_count; i++) {
        const struct ledger_kind *kind = &ledger->kinds[i];
        size_t size = strlen(kind->name);
        if (name.size > size + 1 && name.size <= LEDGER_NAME_MAX && name.data[size] == ':' &&
            memcmp(name.data, kind->name, size) == 0) {
            return kind;
        }
    }
    return NULL;
}

/* The account as the draft leaves it so far. */
static struct ledger_seen *see(struct ledger_draft *draft, struct text name)
{
    for (size_t i = 0; i < draft->seen_count; i++) {
        if (text_equal(draft->seen[i].name, name)) {
            return &draft->seen[i];
        }
    }
    struct ledger_seen *seen = &draft->seen[draft->seen_count++];
    *seen = (struct ledger_seen){.name = name,
                                 .balance = ledger_balance_of(draft->ledger, draft->state, name)};
    return seen;
}

/* False when the account would break its limit by what was just added to that side. */
static bool keeps_limit(enum ledger_limit limit, bool is_debit,
                        const struct ledger_balance *balance)
{
    if (limit == LEDGER_NEVER_CREDIT && !is_debit) {
        return balance->credits_posted_fen + balance->credits_held_fen <=
               balance->debits_posted_fen;
    }
    if (limit == LEDGER_NEVER_DEBIT && is_debit) {
        return balance->debits_posted_fen + balance->debits_held_fen <= balance->credits_posted_fen;
    }
    return true;
}

/* Moves one side of a transfer in the draft. */
static void side_add(struct ledger_draft *draft, const struct transfer *transfer, bool is_debit,
                     int64_t held_fen)
{
    struct text name = is_debit ? transfer->debit : transfer->credit;
    const struct ledger_kind *kind = kind_of(draft->ledger, name);
    if (kind == NULL) {
        fail(draft, LEDGER_NO_KIND, name);
        return;
    }
    struct ledger_seen *seen = see(draft, name);
    if (!ledger_side_move(&seen->balance, transfer, is_debit, held_fen)) {
        fail(draft, LEDGER_OVERFLOW, name);
    } else if (!keeps_limit(kind->limit, is_debit, &seen->balance)) {
        fail(draft, LEDGER_EXCEEDED, name);
    }
}

/* What is still held under `id`: 0 when nothing is, in the state or after this draft. */
static int64_t held_of(struct ledger_draft *draft, const struct transfer_id *id,
                       struct ledger_transfer_row *ret_row)
{
    for (size_t i = 0; i < draft->list.count; i++) {
        if (uuid_equal(&draft->list.items[i].held.uuid, &id->uuid)) {
            return 0;
        }
    }
    bool is_held = ledger_transfer_load(draft->ledger, draft->state, id, ret_row) &&
                   ret_row->transfer.step == TRANSFER_HOLD && !ret_row->is_resolved;
    return is_held ? ret_row->transfer.amount_fen : 0;
}

static bool is_same(const struct transfer *left, const struct transfer *right)
{
    return text_equal(left->debit, right->debit) && text_equal(left->credit, right->credit) &&
           left->amount_fen == right->amount_fen && left->code == right->code &&
           left->step == right->step && uuid_equal(&left->held.uuid, &right->held.uuid);
}

/* LEDGER_OK when no transfer has the id yet. The day is not compared: the same notice may come
 * again another day. */
static enum ledger_result id_check(struct ledger_draft *draft, const struct transfer *transfer)
{
    struct ledger_transfer_row row;
    for (size_t i = 0; i < draft->list.count; i++) {
        if (uuid_equal(&draft->list.items[i].id.uuid, &transfer->id.uuid)) {
            return LEDGER_CONFLICT;
        }
    }
    if (!ledger_transfer_load(draft->ledger, draft->state, &transfer->id, &row)) {
        return LEDGER_OK;
    }
    return is_same(&row.transfer, transfer) ? LEDGER_EXISTS : LEDGER_CONFLICT;
}

void ledger_add(struct ledger_draft *draft, struct transfer transfer)
{
    struct ledger_transfer_row held;
    int64_t held_fen = 0;
    if (draft->result != LEDGER_OK) {
        return;
    }
    if (uuid_is_none(&transfer.id.uuid)) {
        transfer.id.uuid = decision_new_id(draft->decision);
    } else {
        draft->result = id_check(draft, &transfer);
    }
    transfer.day = draft->day;
    if (transfer.step == TRANSFER_POST || transfer.step == TRANSFER_RELEASE) {
        held_fen = held_of(draft, &transfer.held, &held);
    }
    if (draft->result != LEDGER_OK) {
        draft->account = transfer.debit;
    } else if (draft->list.count == LEDGER_TRANSFERS_MAX || transfer.amount_fen <= 0 ||
               transfer.amount_fen > FEN_MAX) {
        fail(draft, LEDGER_OVERFLOW, transfer.debit);
    } else if (text_equal(transfer.debit, transfer.credit)) {
        fail(draft, LEDGER_SAME, transfer.debit);
    } else if (ledger_resolves(&transfer) && held_fen < transfer.amount_fen) {
        fail(draft, LEDGER_NOT_HELD, transfer.debit);
    } else {
        side_add(draft, &transfer, true, held_fen);
    }
    if (draft->result == LEDGER_OK) {
        side_add(draft, &transfer, false, held_fen);
    }
    if (draft->result == LEDGER_OK) {
        draft->list.items[draft->list.count++] = transfer;
    }
}

/* A transfer of the draft that says the same but for the amount; NULL when there is none. */
static struct transfer *alike(struct ledger_draft *draft, enum transfer_code code,
                              struct text debit, struct text credit)
{
    for (size_t i = 0; i < draft->list.count; i++) {
        struct transfer *item = &draft->list.items[i];
        if (item->code == code && item->step == transfer_step_absent &&
            text_equal(item->debit, debit) && text_equal(item->credit, credit)) {
            return item;
        }
    }
    return NULL;
}

void ledger_move(struct ledger_draft *draft, enum transfer_code code, struct text debit,
                 struct text credit, int64_t amount_fen)
{
    struct transfer transfer = {
        .debit = debit, .credit = credit, .amount_fen = amount_fen, .code = code};
    if (amount_fen == 0 || draft->result != LEDGER_OK) {
        return;
    }
    struct transfer *before = alike(draft, code, debit, credit);
    if (before == NULL) {
        ledger_add(draft, transfer);
        return;
    }
    side_add(draft, &transfer, true, 0);
    if (draft->result == LEDGER_OK) {
        side_add(draft, &transfer, false, 0);
    }
    if (draft->result == LEDGER_OK &&
        (__builtin_add_overflow(before->amount_fen, amount_fen, &before->amount_fen) ||
         before->amount_fen > FEN_MAX)) {
        fail(draft, LEDGER_OVERFLOW, debit);
    }
}

void ledger_resolve(struct ledger_draft *draft, const struct transfer_id *held, int64_t amount_fen)
{
    struct ledger_transfer_row row;
    if (draft->result != LEDGER_OK) {
        return;
    }
    int64_t held_fen = held_of(draft, held, &row);
    if (held_fen == 0) {
        fail(draft, LEDGER_NOT_HELD, (struct text){0});
        return;
    }
    ledger_add(draft, (struct transfer){
                          .debit = row.transfer.debit,
                          .credit = row.transfer.credit,
                          .amount_fen = amount_fen == 0 ? held_fen : amount_fen,
                          .code = row.transfer.code,
                          .step = amount_fen == 0 ? TRANSFER_RELEASE : TRANSFER_POST,
                          .held = *held,
                      });
}

const char *ledger_result_text(enum ledger_result result)
{
    switch (result) {
    case LEDGER_OK:
        return "it can be booked";
    case LEDGER_EXISTS:
        return "it was booked before";
    case LEDGER_CONFLICT:
        return "something else was booked under the same reference";
    case LEDGER_NO_KIND:
        return "there is no such kind of account";
    case LEDGER_SAME:
        return "money cannot move from an account to itself";
    case LEDGER_EXCEEDED:
        return "the account does not hold that much";
    case LEDGER_OVERFLOW:
        return "the amount is out of range, or there are too many parts";
    case LEDGER_NOT_HELD:
        return "that much is not held any more";
    }
    return "it cannot be booked";
}
