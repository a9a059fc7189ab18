/* Calls to payment providers (common/web). A provider is asked how an intent stands before anything
 * is given to it, always: whoever was cut short, by a time-out there or a crash here, never knows
 * what the other side has. The intent's id is the Idempotency-Key besides. */
#include "intents.h"
#include "memory.h"
#include "provider_words.h"
#include "providers.h"

#include "base/logline.h"
#include "service/host.h"
#include "web/web.h"
#include "wire/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 64 * 1024 };

/* One call and what came of it. */
struct call {
    struct worker *worker;
    const struct provider *provider;
    const struct providers *providers;
    struct text path;
    struct text body; /* absent: a GET */
    const char *key;  /* Idempotency-Key */
    struct web_answer answer;
};

/* How far a provider was reached, and what it said. */
struct finding {
    enum intent_reach reach;
    const char *why;
    struct provider_word word;
};

static struct finding away(const char *why)
{
    return (struct finding){.reach = REACH_AWAY, .why = why};
}

/* -- one call ------------------------------------------------------------------------------- */

/* A hall that ends does not wait for providers. */
static bool is_ending(void *context)
{
    return worker_is_ending(context);
}

/* Makes the call; `status` is 0 when no whole answer came. */
static void call_make(struct call *call)
{
    const struct provider_secret *key = &call->provider->key;
    struct arena *arena = call->worker->arena;
    char authorization[sizeof key->bytes + 32];
    (void)snprintf(authorization, sizeof authorization, "Authorization: Bearer %.*s",
                   (int)key->size, key->bytes);
    struct web_call web = {
        .url = arena_print(arena, "%s%.*s", call->provider->url, TEXT_PRINT(call->path)).data,
        .body = call->body,
        .headers = {"Accept: application/json", authorization},
        .authorities = call->providers->authorities,
        .timeout_ms = call->providers->timeout_ms,
        .answer_bytes_max = ANSWER_BYTES_MAX,
        .flags = call->providers->loopback ? WEB_LOOPBACK : 0,
        .is_ending = is_ending,
        .context = call->worker,
    };
    if (call->body.data != NULL) {
        web.headers[2] = "Content-Type: application/json";
        web.headers[3] = arena_print(arena, "Idempotency-Key: \"%s\"", call->key).data;
    }
    call->answer = web_fetch(&web, arena);
    sodium_memzero(authorization, sizeof authorization);
}

/* -- what the provider answers -------------------------------------------------------------- */

/* An answer that cannot be read, or speaks of something else, is none. */
static struct finding answer_read(const struct call *call, const struct intent *intent)
{
    struct finding found = {.reach = REACH_HEARD};
    struct intent_id told;
    if (!provider_word_read(call->answer.body, call->providers->loopback, call->worker->arena,
                            &told, &found.word) ||
        !uuid_equal(&told.uuid, &intent->id.uuid)) {
        return away("the provider's answer cannot be read");
    }
    return found;
}

static struct finding finding_of(const struct call *call, const struct intent *intent)
{
    bool is_post = call->body.data != NULL;
    if (call->answer.status == 0) {
        return away("the provider did not answer");
    }
    if (call->answer.status == 200 || call->answer.status == 201) {
        return answer_read(call, intent);
    }
    if (call->answer.status == 404 && !is_post) {
        return (struct finding){.reach = REACH_UNKNOWN, .why = "the provider does not know it"};
    }
    if (call->answer.status == 401 || call->answer.status == 403) {
        return away("the provider does not accept our key");
    }
    if (is_post && (call->answer.status == 400 || call->answer.status == 422)) {
        return (struct finding){.reach = REACH_REFUSED};
    }
    return away("the provider cannot answer now");
}

/* -- asking and giving ---------------------------------------------------------------------- */

static struct finding intent_call(struct worker *worker, const struct provider *provider,
                                  const struct intent *intent, struct text body)
{
    struct fee_memory *fee = worker->memory;
    char id[UUID_TEXT_BYTES + 1];
    uuid_format(&intent->id.uuid, id);
    struct call call = {
        .worker = worker,
        .provider = provider,
        .providers = fee->providers,
        .path = body.data != NULL ? TEXT_LITERAL("/intents")
                                  : arena_print(worker->arena, "/intents/%s", id),
        .body = body,
        .key = id,
    };
    call_make(&call);
    if (call.answer.status != 0) {
        provider_note_answer(fee->providers, provider);
    } else if (!worker_is_ending(worker)) {
        provider_note_silence(fee->providers, provider, worker->now_ms);
    }
    return finding_of(&call, intent);
}

/* What is to be paid. The bill's number and no name: who pays is the provider's own to ask. */
static struct text body_of(struct worker *worker, const struct intent *intent,
                           struct text bill_number)
{
    char id[UUID_TEXT_BYTES + 1];
    uuid_format(&intent->id.uuid, id);
    json_t *body = json_pack("{s:s,s:I,s:s,s:s%,s:o}", "intent", id, "amount",
                             (json_int_t)intent->row.amount_fen, "currency", hall_currency,
                             "reference", bill_number.data, bill_number.size, "expires",
                             wire_json_time(intent->row.expires));
    char *printed = json_dumps(body, JSON_COMPACT);
    struct text text = arena_copy_text(worker->arena, text_of(printed));
    free(printed);
    json_decref(body);
    return text;
}

/* Asks; gives what the provider does not know and still should; asks again where giving it was not
 * answered. */
static struct finding intent_settle(struct worker *worker, const struct provider *provider,
                                    const struct intent *intent, struct text bill_number)
{
    struct text nothing = {0};
    struct finding found = intent_call(worker, provider, intent, nothing);
    bool is_wanted = intent->row.status == INTENT_OPENED && worker->now_ms < intent->row.expires;
    if (found.reach != REACH_UNKNOWN || !is_wanted) {
        return found;
    }
    struct text body = body_of(worker, intent, bill_number);
    found = intent_call(worker, provider, intent, body);
    return found.reach == REACH_AWAY ? intent_call(worker, provider, intent, nothing) : found;
}

/* Reads what the order is about; false when it is gone. */
static bool intent_find(struct worker *worker, const struct intent_id *id,
                        struct intent *ret_intent, struct text *ret_number)
{
    struct bill_row bill;
    if (!worker_look(worker)) {
        return false;
    }
    bool is_there = intent_load(worker->state, id, ret_intent) &&
                    bill_load(worker->state, &ret_intent->row.bill_id, &bill);
    if (is_there) {
        *ret_number = bill.number;
    }
    worker_done(worker);
    return is_there;
}

/* An operator sees that a provider is away; of what it says nothing is told. */
static void away_log(const struct worker *worker, const struct intent *intent,
                     const struct finding *found)
{
    if (found->reach == REACH_AWAY && !worker_is_ending(worker)) {
        LOG_WARNING(worker->logger, "provider.away", log_view("provider", intent->row.provider),
                    log_string("reason", found->why));
    }
}

static struct finding finding_make(struct worker *worker, const struct intent *intent,
                                   struct text bill_number)
{
    struct fee_memory *fee = worker->memory;
    const struct provider *provider = provider_find(fee->providers, intent->row.provider);
    if (provider == NULL) {
        return away("the provider is not connected");
    }
    if (provider_is_silent(provider, worker->now_ms)) {
        return away("the provider did not answer a moment ago");
    }
    return intent_settle(worker, provider, intent, bill_number);
}

void perform_intent(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct intent_order *asked = payload;
    struct intent intent;
    struct text bill_number;
    if (!intent_find(worker, &asked->intent_id, &intent, &bill_number)) {
        return;
    }
    struct finding found = finding_make(worker, &intent, bill_number);
    away_log(worker, &intent, &found);
    struct report_intent report = {
        .intent_id = asked->intent_id,
        .order_due = order->due_ms,
        .reach = found.reach,
        .why = text_of(found.why),
    };
    if (found.reach == REACH_HEARD) {
        report.word = (struct provider_word_list){.items = &found.word, .count = 1};
    }
    /* A report that is not taken leaves the order standing: the provider is asked again. */
    worker_report(worker, &report_intent_message, &report);
}
