/* Intents: what a payer opens to pay a bill on line, and how it ends. A provider's word on it is
 * heard in callbacks.c. */
#include "intents.h"
#include "memory.h"
#include "money.h"

#include "providers.h"

#include <string.h>

/* How long a payer has. Money that comes later is still booked. */
#define INTENT_LIFE_MS (2 * INT64_C(3600000))

const char hall_currency[] = "CNY";

/* -- rows ----------------------------------------------------------------------------------- */

bool intent_load(struct state *state, const struct intent_id *id, struct intent *ret_intent)
{
    struct key key = key_of_uuid(&id->uuid);
    ret_intent->id = *id;
    return state_get(state, TABLE_INTENTS, key_bytes(&key), &intent_row_message, &ret_intent->row);
}

static void intent_put(struct state *state, struct intent *intent)
{
    struct key key = key_of_uuid(&intent->id.uuid);
    intent->row.version++;
    state_put(state, TABLE_INTENTS, key_bytes(&key), &intent_row_message, &intent->row);
}

static struct key bill_key(const struct bill_id *bill_id, struct text provider)
{
    struct key key = key_of_uuid(&bill_id->uuid);
    key_add_text(&key, provider);
    return key;
}

static bool is_waiting(const struct intent_row *row)
{
    return row->status == INTENT_OPENED || row->status == INTENT_READY;
}

/* The intent that is alive for a bill at a provider. */
static bool intent_alive(struct decision *decision, const struct open_intent *asked,
                         struct intent *ret_intent)
{
    struct key key = bill_key(&asked->bill_id, asked->provider);
    struct bytes value;
    struct intent_id id;
    if (!store_get(decision->state->txn, TABLE_BILL_INTENTS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(id.uuid.bytes, value.data, UUID_BYTES);
    return intent_load(decision->state, &id, ret_intent) && is_waiting(&ret_intent->row) &&
           decision->now_ms < ret_intent->row.expires;
}

static struct intent_shown intent_show(const struct intent *intent)
{
    const struct intent_row *row = &intent->row;
    return (struct intent_shown){
        .id = intent->id,
        .bill = row->bill_id,
        .provider = row->provider,
        .amount_fen = row->amount_fen,
        .status = row->status,
        .redirect = row->status == INTENT_READY ? row->redirect : (struct text){0},
        .opened_at = row->opened,
        .expires_at = row->expires,
        .version = row->version,
    };
}

/* -- opening -------------------------------------------------------------------------------- */

/* Who filed pays on line, in the case's own session or with an account. */
static enum verdict payer_check(struct decision *decision, const struct matter *matter)
{
    enum standing standing = matter_standing(matter, decision->principal);
    if (standing == STANDING_FILER) {
        return VERDICT_OK;
    }
    return standing == STANDING_NONE ? refuse(decision, PROBLEM_NOT_FOUND, "there is no such bill")
                                     : refuse(decision, PROBLEM_FORBIDDEN,
                                              "a bill is paid on line by who filed the case");
}

static enum verdict bill_check(struct decision *decision, const struct bill_row *bill)
{
    if (decision->request->if_match != 0 && decision->request->if_match != bill->version) {
        return refuse(decision, PROBLEM_STALE, "the bill has changed since you read it");
    }
    if (bill->state != BILL_ISSUED) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "the bill is %.*s; nothing is due on it",
                      TEXT_PRINT(wire_enum_name(&bill_state_enum, (int)bill->state)));
    }
    return VERDICT_OK;
}

/* The provider must stand in the catalogue that is in force, and be connected to this process. */
static enum verdict provider_check(struct decision *decision, struct text code)
{
    struct fee_memory *fee = decision->state->memory;
    const struct hall_rules *rules = rules_active(fee->shelf, decision->state);
    if (rules == NULL || text_is_empty(code) ||
        catalogue_payment_provider(rules->catalogue, code) == NULL) {
        return refuse_field(decision, "provider", "must be a payment provider of the hall");
    }
    if (provider_find(fee->providers, code) == NULL) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                      "nothing can be paid through this provider at present; choose another way");
    }
    return VERDICT_OK;
}

static void answer_alive(struct decision *decision, const struct intent *intent)
{
    struct intent_shown *shown = arena_take(decision->arena, sizeof *shown);
    *shown = intent_show(intent);
    decision_answer(decision, &intent_shown_message, shown);
}

/* One intent at a time for a bill and a provider: who asks again gets the one that is alive. */
enum verdict decide_open_intent(struct decision *decision, const void *command)
{
    const struct open_intent *asked = command;
    struct bill_row bill;
    struct matter matter;
    struct intent alive;
    if (!bill_load(decision->state, &asked->bill_id, &bill) ||
        !fee_matter_load(decision->state, &bill.case_id, &matter)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such bill");
    }
    enum verdict verdict = payer_check(decision, &matter);
    if (verdict == VERDICT_OK) {
        verdict = bill_check(decision, &bill);
    }
    if (verdict == VERDICT_OK) {
        verdict = bill_method_check(decision, &bill, METHOD_ONLINE);
    }
    if (verdict == VERDICT_OK) {
        verdict = provider_check(decision, asked->provider);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (intent_alive(decision, asked, &alive) && alive.row.amount_fen == bill.amount_fen) {
        answer_alive(decision, &alive);
        return VERDICT_OK;
    }
    struct fee_intent_opened opened = {
        .intent_id = {decision_new_id(decision)},
        .bill_id = asked->bill_id,
        .provider = asked->provider,
        .amount_fen = bill.amount_fen,
        .expires = decision->now_ms + INTENT_LIFE_MS,
    };
    emit(decision, &bill.case_id, &fee_intent_opened_message, &opened);
    return VERDICT_OK;
}

/* The row that an intent begins with. */
static struct intent intent_of(const struct event *event)
{
    const struct fee_intent_opened *opened = event->data;
    return (struct intent){.id = opened->intent_id,
                           .row = {.case_id = event->envelope->case_id,
                                   .bill_id = opened->bill_id,
                                   .provider = opened->provider,
                                   .amount_fen = opened->amount_fen,
                                   .status = INTENT_OPENED,
                                   .opened = event->envelope->time,
                                   .expires = opened->expires,
                                   .version = 1}};
}

void tell_intent(struct decision *decision, const struct event *first)
{
    struct intent intent = intent_of(first);
    answer_alive(decision, &intent);
}

/* -- the end of its time -------------------------------------------------------------------- */

enum verdict decide_intent_over(struct decision *decision, const struct timer *timer)
{
    struct intent intent;
    struct fee_intent_expired expired = {.intent_id = {timer->subject}};
    if (!intent_load(decision->state, &expired.intent_id, &intent)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such payment");
    }
    emit(decision, &intent.row.case_id, &fee_intent_expired_message, &expired);
    return VERDICT_OK;
}

/* -- looking -------------------------------------------------------------------------------- */

struct text_list providers_on_line(struct state *state, struct arena *arena)
{
    struct fee_memory *fee = state->memory;
    const struct hall_rules *rules = rules_active(fee->shelf, state);
    struct text_list list = {0};
    if (rules == NULL) {
        return list;
    }
    const struct catalogue_head *head = &rules->catalogue->head;
    list.items = arena_take_array(arena, PROVIDERS_MAX, sizeof *list.items);
    for (size_t i = 0; i < head->payment_provider_count && list.count < PROVIDERS_MAX; i++) {
        struct text code = head->payment_providers[i].code;
        if (provider_find(fee->providers, code) != NULL) {
            list.items[list.count++] = code;
        }
    }
    return list;
}

enum verdict query_intent(struct reading *reading, const void *question)
{
    const struct ask_intent *asked = question;
    struct intent intent;
    struct matter matter;
    struct bill_row bill;
    if (!intent_load(reading->state, &asked->intent_id, &intent) ||
        !fee_matter_load(reading->state, &intent.row.case_id, &matter) ||
        matter_standing(&matter, reading->principal) == STANDING_NONE) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such payment");
    }
    enum verdict verdict = bill_look_check(reading, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct intent_shown *shown = arena_take(reading->arena, sizeof *shown);
    *shown = intent_show(&intent);
    if (!bill_load(reading->state, &intent.row.bill_id, &bill) || bill.state != BILL_ISSUED) {
        shown->redirect = (struct text){0}; /* paid otherwise, or not due any more */
    }
    return reading_answer(reading, &intent_shown_message, shown);
}

/* -- applying ------------------------------------------------------------------------------- */

/* An intent has one order at most: to ask its provider at `due_ms`; 0: not any more. */
static void order_set(struct state *state, struct intent *intent, int64_t due_ms)
{
    struct work_order order = {.due_ms = due_ms, .kind = WORK_INTENT, .id = intent->id.uuid};
    struct intent_order payload = {.intent_id = intent->id};
    if (intent->row.order_due != 0) {
        (void)work_remove(state, intent->row.order_due, WORK_INTENT, &intent->id.uuid);
    }
    if (due_ms != 0) {
        work_add(state, &order, &intent_order_message, &payload);
    }
    intent->row.order_due = due_ms;
}

static struct timer timer_of(const struct intent *intent)
{
    return (struct timer){
        .due_ms = intent->row.expires, .kind = TIMER_INTENT, .subject = intent->id.uuid};
}

/* The intent came to an end: its timer has nothing to wait for. */
static void intent_end(struct state *state, struct intent *intent, enum intent_status status)
{
    struct timer timer = timer_of(intent);
    timer_remove(state, &timer);
    intent->row.status = status;
}

void apply_intent_opened(struct state *state, const struct event *event)
{
    struct intent intent = intent_of(event);
    struct key key = bill_key(&intent.row.bill_id, intent.row.provider);
    struct timer timer = timer_of(&intent);
    timer_set(state, &timer);
    order_set(state, &intent, event->envelope->time);
    intent.row.version = 0; /* the first one is 1 */
    intent_put(state, &intent);
    store_put(state->txn, TABLE_BILL_INTENTS, key_bytes(&key),
              bytes_of(intent.id.uuid.bytes, UUID_BYTES));
}

void apply_intent_ready(struct state *state, const struct event *event)
{
    const struct fee_intent_ready *ready = event->data;
    struct intent intent;
    if (intent_load(state, &ready->intent_id, &intent)) {
        intent.row.status = INTENT_READY;
        intent.row.reference = ready->reference;
        intent.row.redirect = ready->redirect;
        intent.row.asks = 0;
        order_set(state, &intent, ready->again);
        intent_put(state, &intent);
    }
}

void apply_intent_delayed(struct state *state, const struct event *event)
{
    const struct fee_intent_delayed *delayed = event->data;
    struct intent intent;
    if (intent_load(state, &delayed->intent_id, &intent)) {
        intent.row.asks++;
        order_set(state, &intent, delayed->again);
        intent_put(state, &intent);
    }
}

void apply_intent_failed(struct state *state, const struct event *event)
{
    const struct fee_intent_failed *failed = event->data;
    struct intent intent;
    if (intent_load(state, &failed->intent_id, &intent)) {
        intent_end(state, &intent, INTENT_FAILED);
        order_set(state, &intent, 0);
        intent_put(state, &intent);
    }
}

/* A provider that did not say so itself is asked on: money may be on its way. */
void apply_intent_expired(struct state *state, const struct event *event)
{
    const struct fee_intent_expired *expired = event->data;
    struct intent intent;
    if (!intent_load(state, &expired->intent_id, &intent)) {
        return;
    }
    bool was_ready = intent.row.status == INTENT_READY;
    intent_end(state, &intent, INTENT_EXPIRED);
    intent.row.asks = was_ready ? intent.row.asks : 0;
    if (expired->by_provider) {
        order_set(state, &intent, 0);
    }
    intent_put(state, &intent);
}

void apply_intent_paid(struct state *state, const struct event *event)
{
    const struct fee_intent_paid *paid = event->data;
    struct intent intent;
    if (intent_load(state, &paid->intent_id, &intent)) {
        intent_end(state, &intent, INTENT_PAID);
        intent.row.reference = paid->reference;
        order_set(state, &intent, 0);
        intent_put(state, &intent);
    }
}

void apply_intent_unmatched(struct state *state, const struct event *event)
{
    const struct fee_intent_unmatched *unmatched = event->data;
    struct intent intent;
    if (intent_load(state, &unmatched->intent_id, &intent)) {
        intent_end(state, &intent, INTENT_UNMATCHED);
        intent.row.reference = unmatched->reference;
        order_set(state, &intent, 0);
        intent_put(state, &intent);
    }
}
