#include "ledger/bank_moves.h"

#include "events/moves.h"

/* The bank of `transit:BANK:...`; absent when the account is another. */
static struct text bank_of(struct text account)
{
    struct text rest = {0};
    struct text kind = text_split(account, ':', &rest);
    return text_equal_string(kind, "transit") ? text_split(rest, ':', &rest) : (struct text){0};
}

/* What is paid back goes out under the red receipt's number, and what the treasury sends back for
 * it comes under "T-" and that number; what is sent back goes out under "R-" and what it came by.
 */
static struct text reference_of(const struct bank_telling *telling, const struct transfer *transfer,
                                struct arena *arena)
{
    const struct wire_message *message = telling->message;
    if (message == &fee_payment_recorded_message) {
        return ((const struct fee_payment_recorded *)telling->data)->reference;
    }
    if (message == &fee_settlement_made_message) {
        return ((const struct fee_settlement_made *)telling->data)->end_to_end;
    }
    if (message->fields != case_moved_message.fields) {
        return (struct text){0};
    }
    const struct case_moved *moved = telling->data;
    const char *prefix = transfer->code == TRANSFER_RETURN ? "T-" : "";
    struct text number = moved->number;
    if (message == &fee_payment_returned_message) {
        prefix = "R-";
        number = telling->came_by;
    }
    return text_is_empty(number) || prefix[0] == '\0'
               ? number
               : arena_print(arena, "%s%.*s", prefix, TEXT_PRINT(number));
}

bool bank_move_of(const struct bank_telling *telling, const struct transfer *transfer,
                  struct arena *arena, struct bank_move *ret_move)
{
    bool moves = transfer->step == transfer_step_absent || transfer->step == TRANSFER_POST;
    struct text to = bank_of(transfer->debit);
    struct text from = bank_of(transfer->credit);
    bool comes_in = !text_is_empty(to);
    if (!moves || text_equal(to, from)) {
        return false;
    }
    *ret_move = (struct bank_move){
        .bank = comes_in ? to : from,
        .reference = reference_of(telling, transfer, arena),
        .amount_fen = comes_in ? transfer->amount_fen : -transfer->amount_fen,
        .code = transfer->code,
        .day = transfer->day,
    };
    return !text_is_empty(ret_move->reference);
}
