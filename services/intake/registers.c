/* Registers: what the hall asks others instead of the applicant (L25). A register that does not
 * answer is asked again; the applicant is never asked for what it holds. The registers of this
 * suite are files that stand for them: REGISTER.json in the folder named by --registers, a map from
 * the key asked by to {"reference": "..."}. */
#include "intake.h"

#include "base/file.h"
#include "service/host.h"
#include "wire/json.h"

#include <string.h>

enum { REGISTER_BYTES_MAX = 16 << 20, ASK_AGAIN_FIRST_MS = 60000, ASK_AGAIN_MAX_MS = 7200000 };

/* The id of the order for the `index`-th shared material of a filing: the event's, moved on. */
static struct uuid order_id(const struct event *event, size_t index)
{
    struct uuid id = event->envelope->id.uuid;
    id.bytes[UUID_BYTES - 1] ^= (uint8_t)(index + 1);
    return id;
}

/* What a register is asked by: a value of the applicant, or of the form. */
static void order_key_fill(struct register_order *order, const struct case_submitted *submitted,
                           struct text key)
{
    if (text_equal_string(key, "applicant.id_number")) {
        order->by = submitted->applicant.id_number;
        return;
    }
    const struct form_entry *entry = form_find(&submitted->form, key);
    if (entry != NULL && entry->kind == FORM_PERSONAL) {
        order->by = entry->personal;
    } else if (entry != NULL) {
        order->by_text = entry->text;
    }
}

void registers_ask(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    const struct intake *intake = state->memory;
    const struct hall_rules *rules = rules_of(intake->shelf, state, submitted->catalogue_version);
    for (size_t i = 0; rules != NULL && i < submitted->shared.count; i++) {
        const struct material_shared *shared = &submitted->shared.items[i];
        const struct catalogue_register *source =
            catalogue_register(rules->catalogue, shared->source);
        struct shared_row row = {.source = shared->source, .status = TEXT_LITERAL("asked")};
        struct key key = key_of_uuid(&event->envelope->case_id.uuid);
        struct register_order order = {
            .case_id = event->envelope->case_id, .code = shared->code, .source = shared->source};
        struct work_order work = {
            .due_ms = event->envelope->time, .kind = WORK_ASK_REGISTER, .id = order_id(event, i)};
        key_add_text(&key, shared->code);
        order_key_fill(&order, submitted, source == NULL ? (struct text){0} : source->key);
        state_put(state, TABLE_SHARED, key_bytes(&key), &shared_row_message, &row);
        work_add(state, &work, &register_order_message, &order);
    }
}

/* -- asking --------------------------------------------------------------------------------- */

/* The plain value the register is asked by; false when its subject was erased. */
static bool order_key(const struct worker *worker, const struct register_order *order,
                      struct text *ret_key)
{
    const struct intake *intake = worker->memory;
    struct bytes plain;
    if (order->by.value.size == 0) {
        *ret_key = order->by_text;
        return true;
    }
    if (!vault_unseal(intake->vault, order->by.value, worker->arena, &plain)) {
        return false;
    }
    *ret_key = bytes_text(plain);
    return true;
}

/* Looks a key up in the file that stands for a register. ERR_UNAVAILABLE when it does not answer.
 */
static enum err register_look_up(const struct worker *worker, struct text source, struct text key,
                                 bool *ret_found, struct text *ret_reference)
{
    const struct intake *intake = worker->memory;
    struct bytes bytes;
    json_t *json = NULL;
    if (intake->registers == NULL) {
        return ERR_UNAVAILABLE;
    }
    const char *path =
        arena_print(worker->arena, "%s/%.*s.json", intake->registers, TEXT_PRINT(source)).data;
    if (file_read(path, REGISTER_BYTES_MAX, worker->arena, &bytes, NULL) != ERR_OK ||
        wire_parse_json(bytes_text(bytes), &json, NULL) != ERR_OK) {
        return ERR_UNAVAILABLE;
    }
    const json_t *entry = json_object_getn(json, key.data == NULL ? "" : key.data, key.size);
    const char *reference = json_string_value(json_object_get(entry, "reference"));
    *ret_found = entry != NULL;
    *ret_reference = arena_copy_text(worker->arena, text_of(reference));
    json_decref(json);
    return ERR_OK;
}

void perform_ask_register(struct worker *worker, const struct work_order *order,
                          const void *payload)
{
    const struct register_order *asked = payload;
    struct report_register report = {
        .case_id = asked->case_id,
        .code = asked->code,
        .source = asked->source,
        .attempts = order->attempts,
        .order_due = order->due_ms,
        .order_id = {order->id},
    };
    struct text key;
    struct text reference = {0};
    if (order_key(worker, asked, &key)) {
        report.answered =
            register_look_up(worker, asked->source, key, &report.found, &reference) == ERR_OK;
        report.reference = personal_of(reference);
    } else {
        report.answered = true; /* the person is gone: there is nobody to ask about */
    }
    /* A report that is not taken leaves the order standing: the register is asked again. */
    worker_report(worker, &report_register_message, &report);
}

/* -- what came of it ------------------------------------------------------------------------ */

static int64_t ask_again_at(int64_t now_ms, int64_t attempts)
{
    int64_t wait_ms = ASK_AGAIN_FIRST_MS;
    for (int64_t i = 0; i < attempts && wait_ms < ASK_AGAIN_MAX_MS; i++) {
        wait_ms *= 2;
    }
    return now_ms + (wait_ms < ASK_AGAIN_MAX_MS ? wait_ms : ASK_AGAIN_MAX_MS);
}

static enum verdict silence_emit(struct decision *decision, const struct report_register *report)
{
    struct register_silent silent = {
        .code = report->code,
        .source = report->source,
        .attempts = report->attempts + 1,
        .again = ask_again_at(decision->now_ms, report->attempts),
        .order_due = report->order_due,
        .order_id = report->order_id,
    };
    emit(decision, &report->case_id, &register_silent_message, &silent);
    return VERDICT_OK;
}

enum verdict decide_report_register(struct decision *decision, const void *command)
{
    const struct report_register *report = command;
    const struct intake *intake = decision->state->memory;
    struct key key = key_of_uuid(&report->case_id.uuid);
    struct case_row row;
    struct vault_keys keys;
    decision->actor =
        (struct event_actor){.kind = ACTOR_LINK, .role = TEXT_LITERAL("registry_link")};
    if (!work_stands(decision->state, report->order_due, WORK_ASK_REGISTER,
                     &report->order_id.uuid)) {
        return VERDICT_OK; /* told before */
    }
    if (!report->answered) {
        return silence_emit(decision, report);
    }
    struct material_fetched fetched = {
        .code = report->code,
        .source = report->source,
        .found = report->found,
        .order_due = report->order_due,
        .order_id = report->order_id,
    };
    if (report->reference.value.size > 0 && intake->vault != NULL &&
        state_get(decision->state, TABLE_CASES, key_bytes(&key), &case_row_message, &row) &&
        vault_keys(intake->vault, (uint64_t)row.subject, &keys)) {
        fetched.reference = seal_with_key(keys.key, (uint64_t)row.subject, report->reference.value,
                                          decision->random, decision->arena);
    }
    emit(decision, &report->case_id, &material_fetched_message, &fetched);
    return VERDICT_OK;
}

void apply_material_fetched(struct state *state, const struct event *event)
{
    const struct material_fetched *fetched = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct shared_row row = {
        .source = fetched->source,
        .status = fetched->found ? TEXT_LITERAL("found") : TEXT_LITERAL("absent"),
        .reference = fetched->reference,
    };
    key_add_text(&key, fetched->code);
    state_put(state, TABLE_SHARED, key_bytes(&key), &shared_row_message, &row);
    (void)work_remove(state, fetched->order_due, WORK_ASK_REGISTER, &fetched->order_id.uuid);
}

void apply_register_silent(struct state *state, const struct event *event)
{
    const struct register_silent *silent = event->data;
    (void)work_put_off(state, silent->order_due, WORK_ASK_REGISTER, &silent->order_id.uuid,
                       silent->again);
}
