/* Exceptions: payments on line of which the books say nothing, so that nobody would see them. Money
 * in another currency has no value in the books; a provider that never answers may have taken some.
 * Finance looks into each and says what was found. */
#include "intents.h"
#include "money.h"

#include <string.h>

enum { PAGE_MAX = 200 };

/* What is to be done, by kind. */
static const char *const to_do[] = {
    [EXCEPTION_FOREIGN_MONEY] =
        "Look for it in the statements of the account where this provider's money arrives: what "
        "the bank shows of it becomes money without a bill, to be matched or sent back there. "
        "What the bank does not show is to be given back by the provider. Then say here what was "
        "found.",
    [EXCEPTION_UNHEARD] =
        "Ask the provider what became of the payment, by the payment's id. What it took it is to "
        "tell, or stands in the bank's statements; until then the payer can pay in another way. "
        "Then say here what was found.",
};

/* -- raising -------------------------------------------------------------------------------- */

/* What the provider calls it; a payment of which it said nothing goes by the hall's id. */
static struct key raised_key(const struct fee_exception_raised *raised)
{
    struct key key = key_of_text(raised->provider);
    key_add_byte(&key, (uint8_t)raised->kind);
    key_add_text(&key, raised->reference);
    if (text_is_empty(raised->reference)) {
        key_add_uuid(&key, &raised->intent_id.uuid);
    }
    return key;
}

void exception_raise(struct decision *decision, const struct exception *exception)
{
    const struct intent *intent = exception->intent;
    const struct provider_word *word = exception->word;
    struct fee_exception_raised raised = {.kind = exception->kind, .provider = exception->provider};
    if (intent != NULL) {
        raised.intent_id = intent->id;
        raised.bill_id = intent->row.bill_id;
    }
    if (word != NULL) {
        raised.reference = word->id;
        raised.amount_fen = word->amount_fen;
        raised.currency = word->currency;
    }
    struct key key = raised_key(&raised);
    if (store_has(decision->state->txn, TABLE_EXCEPTIONS_RAISED, key_bytes(&key))) {
        return;
    }
    raised.exception_id = (struct exception_id){decision_new_id(decision)};
    emit(decision, intent == NULL ? NULL : &intent->row.case_id, &fee_exception_raised_message,
         &raised);
}

/* -- resolving ------------------------------------------------------------------------------ */

static bool exception_load(struct state *state, const struct exception_id *id,
                           struct exception_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_EXCEPTIONS, key_bytes(&key), &exception_row_message, ret_row);
}

enum verdict decide_resolve_exception(struct decision *decision, const void *command)
{
    const struct resolve_exception *asked = command;
    struct exception_row row;
    struct intent intent;
    enum verdict verdict = finance_check(decision, "payments are looked into by finance officers");
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!exception_load(decision->state, &asked->exception_id, &row)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such exception, or no more");
    }
    if (text_is_empty(asked->found)) {
        return refuse_field(decision, "found", "must say something");
    }
    bool is_own = intent_load(decision->state, &row.intent_id, &intent);
    struct fee_exception_resolved resolved = {.exception_id = asked->exception_id,
                                              .found = asked->found};
    emit(decision, is_own ? &intent.row.case_id : NULL, &fee_exception_resolved_message, &resolved);
    return VERDICT_OK;
}

/* -- looking -------------------------------------------------------------------------------- */

static struct exception_shown exception_show(struct reading *reading, const struct exception_id *id,
                                             const struct exception_row *row)
{
    struct intent intent;
    struct bill_row bill;
    struct exception_shown shown = {
        .id = *id,
        .kind = row->kind,
        .to_do = text_of(to_do[row->kind]),
        .raised_at = row->raised,
        .provider = row->provider,
        .reference = row->reference,
        .amount_fen = row->amount_fen,
        .currency = row->currency,
        .payment = row->intent_id,
        .bill = row->bill_id,
    };
    if (intent_load(reading->state, &row->intent_id, &intent)) {
        shown.status = intent.row.status;
    }
    if (bill_load(reading->state, &row->bill_id, &bill)) {
        shown.bill_number = bill.number;
    }
    return shown;
}

enum verdict query_exceptions(struct reading *reading, const void *question)
{
    const struct ask_exceptions *asked = question;
    struct exceptions_told *told = arena_take(reading->arena, sizeof *told);
    struct key after = key_of_uuid(&asked->after.uuid);
    struct store_cursor cursor;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, PAGE_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_EXCEPTIONS);
    bool more = store_seek(&cursor, key_bytes(&after));
    for (; more && !told->more; more = store_next(&cursor)) {
        struct exception_id id;
        struct exception_row row;
        memcpy(id.uuid.bytes, cursor.key.data, UUID_BYTES);
        if (uuid_equal(&id.uuid, &asked->after.uuid)) {
            continue;
        }
        told->more = told->items.count == (size_t)asked->limit;
        if (!told->more && state_row(reading->state, cursor.value, &exception_row_message, &row)) {
            told->items.items[told->items.count++] = exception_show(reading, &id, &row);
        }
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &exceptions_told_message, told);
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_exception_raised(struct state *state, const struct event *event)
{
    const struct fee_exception_raised *raised = event->data;
    struct key key = key_of_uuid(&raised->exception_id.uuid);
    struct key once = raised_key(raised);
    struct exception_row row = {.kind = raised->kind,
                                .raised = event->envelope->time,
                                .provider = raised->provider,
                                .intent_id = raised->intent_id,
                                .bill_id = raised->bill_id,
                                .reference = raised->reference,
                                .amount_fen = raised->amount_fen,
                                .currency = raised->currency};
    state_put(state, TABLE_EXCEPTIONS, key_bytes(&key), &exception_row_message, &row);
    store_put(state->txn, TABLE_EXCEPTIONS_RAISED, key_bytes(&once), bytes_of("", 0));
}

void apply_exception_resolved(struct state *state, const struct event *event)
{
    const struct fee_exception_resolved *resolved = event->data;
    struct key key = key_of_uuid(&resolved->exception_id.uuid);
    state_delete(state, TABLE_EXCEPTIONS, key_bytes(&key));
}
