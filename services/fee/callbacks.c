/* What providers say of intents, told by themselves (callbacks) or asked (reports of work): one way
 * in for both. Late, doubled, reordered and missing words are harmless: money is booked once, by
 * the provider's own id of it, and what was paid stays paid. */
#include "intents.h"
#include "memory.h"
#include "money.h"
#include "provider_words.h"
#include "providers.h"

#include <string.h>

enum { NOTICE_BYTES_MAX = 100 };

#define SECONDS(count) ((count)*INT64_C(1000))
#define MINUTES(count) ((count)*INT64_C(60000))

/* When a provider that did not set it up yet is asked again; the last one until the time is over.
 */
static const int64_t setup_wait_ms[] = {SECONDS(10), SECONDS(30), MINUTES(1), MINUTES(5),
                                        MINUTES(15)};

/* When a provider that has it is asked how it stands, should it not tell; then no more. */
static const int64_t ask_wait_ms[] = {MINUTES(5),   MINUTES(10),  MINUTES(30),   MINUTES(60),
                                      MINUTES(180), MINUTES(720), MINUTES(1440), MINUTES(1440)};

#define COUNT_OF(array) ((int64_t)(sizeof(array) / sizeof((array)[0])))

/* A provider's word on its way to its events. */
struct hearing {
    struct decision *decision;
    const struct catalogue_payment_provider *provider;
    const struct intent *intent; /* NULL: not one of the hall's */
    const struct provider_word *word;
};

/* -- asking again --------------------------------------------------------------------------- */

/* When to ask after `asks` times in vain; 0: never. */
static int64_t ask_again_ms(const struct decision *decision, enum intent_status status,
                            int64_t asks)
{
    if (status == INTENT_OPENED) {
        int64_t last = COUNT_OF(setup_wait_ms) - 1;
        return decision->now_ms + setup_wait_ms[asks < last ? asks : last];
    }
    return asks < COUNT_OF(ask_wait_ms) ? decision->now_ms + ask_wait_ms[asks] : 0;
}

static void delayed_emit(struct decision *decision, const struct intent *intent, struct text why,
                         bool is_last)
{
    struct fee_intent_delayed delayed = {
        .intent_id = intent->id,
        .why = text_is_empty(why) ? TEXT_LITERAL("unknown") : why,
        .again = is_last ? 0 : ask_again_ms(decision, intent->row.status, intent->row.asks),
    };
    emit(decision, &intent->row.case_id, &fee_intent_delayed_message, &delayed);
}

static void failed_emit(struct decision *decision, const struct intent *intent, const char *why)
{
    struct fee_intent_failed failed = {.intent_id = intent->id, .why = text_of(why)};
    emit(decision, &intent->row.case_id, &fee_intent_failed_message, &failed);
}

/* -- money ---------------------------------------------------------------------------------- */

/* True when this very money paid the bill, to whichever account of Finance's it went. */
static bool is_booked(const struct hearing *hearing)
{
    const struct intent *intent = hearing->intent;
    return intent != NULL && intent->row.status == INTENT_PAID &&
           text_equal(intent->row.reference, hearing->word->id);
}

/* True when one of the events from `first` on is of `message`. */
static bool has_emitted(const struct decision *decision, size_t first,
                        const struct wire_message *message)
{
    for (size_t i = first; i < decision->event_count; i++) {
        if (decision->events[i].message == message) {
            return true;
        }
    }
    return false;
}

static void unmatched_emit(const struct hearing *hearing, const char *why)
{
    const struct intent *intent = hearing->intent;
    if (intent == NULL || intent->row.status == INTENT_PAID ||
        intent->row.status == INTENT_UNMATCHED) {
        return;
    }
    struct fee_intent_unmatched unmatched = {
        .intent_id = intent->id,
        .reference = hearing->word->id,
        .amount_fen = hearing->word->amount_fen,
        .currency = hearing->word->currency,
        .why = text_of(why),
    };
    emit(hearing->decision, &intent->row.case_id, &fee_intent_unmatched_message, &unmatched);
}

static void paid_emit(const struct hearing *hearing)
{
    const struct intent *intent = hearing->intent;
    struct fee_intent_paid paid = {.intent_id = intent->id, .reference = hearing->word->id};
    emit(hearing->decision, &intent->row.case_id, &fee_intent_paid_message, &paid);
}

/* The bank's statement was the first to tell of this money, and its bill is paid with it. */
static void statement_follow(const struct hearing *hearing, const struct payment_id *payment_id)
{
    const struct intent *intent = hearing->intent;
    struct bill_row bill;
    if (intent != NULL && intent->row.status != INTENT_PAID &&
        intent->row.status != INTENT_UNMATCHED &&
        bill_load(hearing->decision->state, &intent->row.bill_id, &bill) &&
        uuid_equal(&bill.payment.uuid, &payment_id->uuid)) {
        paid_emit(hearing);
    }
}

/* What names the money to Finance where the bill is not paid with it. */
static struct text bill_number(struct decision *decision, const struct intent *intent)
{
    struct bill_row bill;
    bool is_there = intent != NULL && bill_load(decision->state, &intent->row.bill_id, &bill);
    return is_there ? bill.number : (struct text){0};
}

/* Books what the provider took, once. Only the whole of the intent is meant for its bill; anything
 * else, and what the bill has no need of any more, is money without a bill. What is not in the
 * currency of the books has no value in them: the bank's statement will tell what it was worth. */
static enum verdict money_hear(const struct hearing *hearing)
{
    struct decision *decision = hearing->decision;
    const struct provider_word *word = hearing->word;
    const struct intent *intent = hearing->intent;
    size_t first = decision->event_count;
    struct payment_id payment_id;
    bool is_whole = intent != NULL && word->amount_fen == intent->row.amount_fen;
    if (word->amount_fen == 0 || !text_equal_string(word->currency, hall_currency)) {
        unmatched_emit(hearing, "not an amount in the currency of the books");
        exception_raise(decision, &(struct exception){.kind = EXCEPTION_FOREIGN_MONEY,
                                                      .provider = hearing->provider->code,
                                                      .intent = intent,
                                                      .word = word});
        return VERDICT_OK;
    }
    struct money_in in = {
        .method = METHOD_ONLINE,
        .bank = hearing->provider->bank_account->code,
        .amount_fen = word->amount_fen,
        .reference = arena_print(decision->arena, "%.*s:%.*s", TEXT_PRINT(hearing->provider->code),
                                 TEXT_PRINT(word->id)),
        .remittance = bill_number(decision, intent),
        .bills = is_whole ? &intent->row.bill_id : NULL,
        .bill_count = is_whole ? 1 : 0,
    };
    if (is_booked(hearing)) {
        return VERDICT_OK; /* whatever is told of it now */
    }
    if (payment_of_reference(decision->state, in.bank, in.reference, &payment_id)) {
        statement_follow(hearing, &payment_id);
        return VERDICT_OK;
    }
    enum verdict verdict = money_receive(decision, &in, &payment_id);
    if (verdict != VERDICT_OK || intent == NULL) {
        return verdict;
    }
    if (has_emitted(decision, first, &fee_bill_paid_message)) {
        paid_emit(hearing);
    } else {
        unmatched_emit(hearing, is_whole ? "nothing is due on the bill any more"
                                         : "not the amount that was asked for");
    }
    return VERDICT_OK;
}

/* -- hearing -------------------------------------------------------------------------------- */

/* The provider has set it up: the payer may go there, if it is what was asked for. */
static void open_hear(const struct hearing *hearing)
{
    struct decision *decision = hearing->decision;
    const struct intent *intent = hearing->intent;
    const struct provider_word *word = hearing->word;
    if (intent == NULL || intent->row.status != INTENT_OPENED) {
        return;
    }
    if (word->amount_fen != intent->row.amount_fen ||
        !text_equal_string(word->currency, hall_currency)) {
        failed_emit(decision, intent, "the provider asks for another amount");
        return;
    }
    if (text_is_empty(word->redirect)) {
        failed_emit(decision, intent, "the provider names no address to pay at");
        return;
    }
    struct fee_intent_ready ready = {
        .intent_id = intent->id,
        .reference = word->id,
        .redirect = word->redirect,
        .again = ask_again_ms(decision, INTENT_READY, 0),
    };
    emit(decision, &intent->row.case_id, &fee_intent_ready_message, &ready);
}

/* No money: it ends what still waits, and changes nothing else. */
static void end_hear(const struct hearing *hearing)
{
    const struct intent *intent = hearing->intent;
    if (intent == NULL ||
        (intent->row.status != INTENT_OPENED && intent->row.status != INTENT_READY)) {
        return;
    }
    if (hearing->word->status == PROVIDER_FAILED) {
        failed_emit(hearing->decision, intent, "the payer could not pay, or gave up");
        return;
    }
    struct fee_intent_expired expired = {.intent_id = intent->id, .by_provider = true};
    emit(hearing->decision, &intent->row.case_id, &fee_intent_expired_message, &expired);
}

static enum verdict word_hear(const struct hearing *hearing)
{
    switch (hearing->word->status) {
    case PROVIDER_PAID:
        return money_hear(hearing);
    case PROVIDER_OPEN:
        open_hear(hearing);
        return VERDICT_OK;
    case PROVIDER_FAILED:
    case PROVIDER_EXPIRED:
        end_hear(hearing);
        return VERDICT_OK;
    case provider_status_absent:
        break;
    }
    return VERDICT_OK;
}

/* An intent counts as the provider's own alone: one provider cannot speak for another. */
static const struct intent *intent_of_provider(struct decision *decision,
                                               const struct intent_id *id, struct text provider)
{
    struct intent *intent = arena_take(decision->arena, sizeof *intent);
    bool is_own =
        intent_load(decision->state, id, intent) && text_equal(intent->row.provider, provider);
    return is_own ? intent : NULL;
}

static const struct catalogue_payment_provider *provider_of(struct decision *decision,
                                                            struct text code)
{
    struct fee_memory *fee = decision->state->memory;
    const struct hall_rules *rules = rules_active(fee->shelf, decision->state);
    return rules == NULL ? NULL : catalogue_payment_provider(rules->catalogue, code);
}

/* -- callbacks ------------------------------------------------------------------------------ */

/* True when the provider that the callback names signed it, and just now. */
static bool callback_is_genuine(const struct decision *decision,
                                const struct catalogue_payment_provider *provider,
                                const struct take_callback *callback)
{
    struct fee_memory *fee = decision->state->memory;
    const struct provider *connected = provider_find(fee->providers, callback->provider);
    if (provider == NULL || connected == NULL) {
        return false;
    }
    enum webhook_style style = provider_style(provider->signature);
    const struct bytes *const signatures[] = {[WEBHOOK_STANDARD] = &callback->standard,
                                              [WEBHOOK_STRIPE] = &callback->stripe,
                                              [WEBHOOK_GITHUB] = &callback->github};
    struct webhook_headers headers = {
        .id = bytes_text(callback->id),
        .timestamp = bytes_text(callback->timestamp),
        .signature = bytes_text(*signatures[style]),
    };
    return provider_has_signed(connected, style, &headers, callback->body, decision->now_ms);
}

static struct key notice_key(struct text provider, struct text notice)
{
    struct key key = key_of_text(provider);
    key_add_text(&key, notice);
    return key;
}

/* The provider's id of what it tells: signed, as a header or in the body. */
static struct text notice_id(const struct catalogue_payment_provider *provider,
                             const struct take_callback *callback,
                             const struct provider_notice *notice)
{
    return provider_style(provider->signature) == WEBHOOK_STANDARD ? bytes_text(callback->id)
                                                                   : notice->id;
}

static enum verdict notice_hear(struct decision *decision,
                                const struct catalogue_payment_provider *provider,
                                const struct provider_notice *notice, struct text id)
{
    struct hearing hearing = {
        .decision = decision,
        .provider = provider,
        .intent = intent_of_provider(decision, &notice->intent_id, provider->code),
        .word = &notice->word,
    };
    struct fee_provider_heard heard = {
        .provider = provider->code, .notice = id, .word = notice->word};
    struct case_id case_id = {0};
    if (hearing.intent != NULL) {
        heard.intent_id = hearing.intent->id;
        case_id = hearing.intent->row.case_id;
    }
    decision->actor = (struct event_actor){.kind = ACTOR_LINK,
                                           .login = provider->code,
                                           .role = TEXT_LITERAL("provider_link"),
                                           .department = TEXT_LITERAL("HALL")};
    emit(decision, &case_id, &fee_provider_heard_message, &heard);
    return word_hear(&hearing);
}

enum verdict decide_take_callback(struct decision *decision, const void *command)
{
    const struct take_callback *callback = command;
    const struct catalogue_payment_provider *provider = provider_of(decision, callback->provider);
    struct fee_memory *fee = decision->state->memory;
    struct provider_notice notice;
    if (!callback_is_genuine(decision, provider, callback)) {
        return refuse(decision, PROBLEM_UNAUTHENTICATED, "the signature does not fit");
    }
    if (!provider_notice_read(bytes_text(callback->body), fee->providers->loopback, decision->arena,
                              &notice)) {
        return refuse(decision, PROBLEM_MALFORMED, "the body must be a JSON object");
    }
    if (!notice.is_word) {
        return VERDICT_OK; /* of something else than a payment: not our business */
    }
    struct text id = notice_id(provider, callback, &notice);
    if (!provider_id_is_sound(id, NOTICE_BYTES_MAX)) {
        return refuse(decision, PROBLEM_MALFORMED, "what is told needs an id of its own");
    }
    struct key key = notice_key(provider->code, id);
    if (store_has(decision->state->txn, TABLE_NOTICES, key_bytes(&key))) {
        return VERDICT_OK; /* heard before */
    }
    return notice_hear(decision, provider, &notice, id);
}

void apply_provider_heard(struct state *state, const struct event *event)
{
    const struct fee_provider_heard *heard = event->data;
    struct key key = notice_key(heard->provider, heard->notice);
    store_put(state->txn, TABLE_NOTICES, key_bytes(&key), bytes_of("", 0));
}

/* -- reports of work ------------------------------------------------------------------------ */

/* The provider said how it stands: when that is nothing new, it is asked on while it is open. */
static enum verdict answer_hear(const struct hearing *hearing)
{
    size_t first = hearing->decision->event_count;
    enum verdict verdict = word_hear(hearing);
    if (verdict == VERDICT_OK && hearing->decision->event_count == first) {
        bool is_open = hearing->word->status == PROVIDER_OPEN;
        delayed_emit(hearing->decision, hearing->intent,
                     is_open ? TEXT_LITERAL("the payer has not paid yet")
                             : TEXT_LITERAL("the provider has nothing new to say"),
                     !is_open);
    }
    return verdict;
}

enum verdict decide_report_intent(struct decision *decision, const void *command)
{
    const struct report_intent *report = command;
    struct intent intent;
    if (!work_stands(decision->state, report->order_due, WORK_INTENT, &report->intent_id.uuid) ||
        !intent_load(decision->state, &report->intent_id, &intent)) {
        return VERDICT_OK; /* told before */
    }
    struct hearing hearing = {.decision = decision,
                              .provider = provider_of(decision, intent.row.provider),
                              .intent = &intent};
    if (report->reach == REACH_HEARD && report->word.count == 1 && hearing.provider != NULL) {
        hearing.word = &report->word.items[0];
        return answer_hear(&hearing);
    }
    if (report->reach == REACH_REFUSED && intent.row.status == INTENT_OPENED) {
        failed_emit(decision, &intent, "the provider will not take this payment");
        return VERDICT_OK;
    }
    delayed_emit(decision, &intent, report->why, false);
    if (ask_again_ms(decision, intent.row.status, intent.row.asks) == 0) {
        exception_raise(decision, &(struct exception){.kind = EXCEPTION_UNHEARD,
                                                      .provider = intent.row.provider,
                                                      .intent = &intent});
    }
    return VERDICT_OK;
}
