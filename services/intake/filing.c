/* Filing a case: validated against the item, sealed, numbered (行政許可法 29, 32). */
#include "intake.h"

#include "base/check.h"
#include "base/encoding.h"
#include "catalogue/form.h"
#include "catalogue/materials.h"
#include "matter/calendars.h"
#include "wire/personal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CODE_DIGITS = 12, SERIAL_DIGITS = 6 };

static const char filed_key[] = "filed";

/* What is gathered on the way to the event. */
struct filing {
    struct decision *decision;
    struct intake *intake;
    const struct file_case *command;
    struct matter matter;
    struct catalogue_facts facts;
    struct counters_row counters;
    struct case_submitted event;
};

/* -- who may file --------------------------------------------------------------------------- */

static enum verdict channel_check(struct filing *filing)
{
    const struct principal *principal = filing->decision->principal;
    bool by_staff = principal->kind == PRINCIPAL_STAFF;
    bool through_staff =
        filing->command->channel != CHANNEL_ONLINE && filing->command->channel != CHANNEL_KIOSK;
    bool by_telephone =
        filing->command->channel == CHANNEL_HOTLINE &&
        principal_holds(principal, TEXT_LITERAL("hotline_operator"), TEXT_LITERAL("HOT"));
    if (through_staff && !by_telephone &&
        !principal_holds(principal, TEXT_LITERAL("window_clerk"), TEXT_LITERAL("HALL"))) {
        return refuse(filing->decision, PROBLEM_FORBIDDEN,
                      "what comes by window, telephone or post is filed by a window clerk, or "
                      "by an operator of the hotline");
    }
    if (by_staff && !through_staff) {
        return refuse(filing->decision, PROBLEM_FORBIDDEN,
                      "officers file for others at the window, by telephone or post");
    }
    struct wire_path signed_for = {.name = TEXT_LITERAL("signed_for")};
    if (filing->command->signed_for && filing->command->channel != CHANNEL_POST) {
        wire_errors_add(&filing->decision->errors, &signed_for,
                        "goes with what came by post: a letter that was signed for");
        return refuse_fields(filing->decision);
    }
    return VERDICT_OK;
}

/* An order of the hall's manager may halt new cases; those that are open go on. */
static enum verdict halt_check(struct filing *filing, const struct hall_rules *rules)
{
    struct decision *decision = filing->decision;
    struct catalogue_halt halt;
    char until[DATE_TEXT_BYTES + 1] = "";
    if (!version_halts(decision->state, rules->version, filing->command->item, &halt)) {
        return VERDICT_OK;
    }
    if (halt.until.days != 0) {
        date_format(halt.until, until);
    }
    return refuse(decision, PROBLEM_ITEM_NOT_OPEN,
                  "by order of the hall's management this item takes no new cases at present%s%s; "
                  "cases that are open go on",
                  halt.until.days == 0 ? "" : ", until ", until);
}

static enum verdict item_find(struct filing *filing)
{
    struct decision *decision = filing->decision;
    const struct hall_rules *rules = intake_rules_now(decision->state);
    if (rules == NULL) {
        return refuse(decision, PROBLEM_AWAY, "the hall has no catalogue yet; load one first");
    }
    const struct catalogue_item *item = catalogue_item(rules->catalogue, filing->command->item);
    if (item == NULL) {
        struct wire_path at = {.name = TEXT_LITERAL("item")};
        wire_errors_add(&decision->errors, &at, "is not in the catalogue");
        return refuse_fields(decision);
    }
    if (!item->open) {
        return refuse(decision, PROBLEM_ITEM_NOT_OPEN,
                      "this item is in the catalogue, but cannot be filed here yet");
    }
    enum verdict verdict = halt_check(filing, rules);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!badge_is_shown(&intake_flow, decision->state, rules, decision->principal,
                        TEXT_LITERAL("window_clerk"))) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "nobody serves without a badge: open your shift first");
    }
    filing->matter = (struct matter){
        .rules = rules,
        .item = item,
        .procedure = item->procedure,
        .clocks = calendars_context(filing->intake->shelf, decision->state, rules),
        .state = -1,
    };
    filing->matter.row.channel = filing->command->channel;
    filing->matter.row.signed_for = filing->command->signed_for;
    filing->matter.row.received = decision->now_ms;
    return VERDICT_OK;
}

/* -- what was filed ------------------------------------------------------------------------- */

static void applicant_check(struct filing *filing)
{
    struct wire_errors *errors = &filing->decision->errors;
    const struct applicant *applicant = &filing->command->applicant;
    struct wire_path root = {.name = TEXT_LITERAL("applicant")};
    struct wire_path kind = {.parent = &root, .name = TEXT_LITERAL("kind")};
    struct wire_path representative = {.parent = &root, .name = TEXT_LITERAL("representative")};
    struct wire_path channel = {.name = TEXT_LITERAL("channel")};
    if (!catalogue_applicant_allowed(filing->matter.item, applicant->kind)) {
        wire_errors_add(errors, &kind, "is not a kind of applicant that may file this item");
    }
    if (applicant->represented && personal_text(applicant->representative).size == 0) {
        wire_errors_add(errors, &representative, "must be given when somebody acts for you");
    }
    if (!text_span_contains(&filing->matter.item->channels,
                            wire_enum_name(&channel_enum, (int)filing->command->channel))) {
        wire_errors_add(errors, &channel, "is not a channel of this item");
    }
}

/* Whatever a register is asked by must be there, for the applicant is never asked for the paper. */
static void register_keys_check(struct filing *filing,
                                const struct catalogue_material_list *required)
{
    struct wire_path root = {.name = TEXT_LITERAL("applicant")};
    struct wire_path at = {.parent = &root, .name = TEXT_LITERAL("id_number")};
    bool has_number = personal_text(filing->command->applicant.id_number).size > 0;
    for (size_t i = 0; i < required->count; i++) {
        const struct catalogue_register *source = required->items[i]->material->from_register;
        if (source != NULL && text_equal_string(source->key, "applicant.id_number") &&
            !has_number) {
            wire_errors_add(&filing->decision->errors, &at,
                            "must be given: a register is asked by it instead of you");
            return;
        }
    }
}

/* What is about a bill of another item names one that this applicant is to pay. That there is no
 * such bill, and that it is somebody else's, is told in the same words. */
static void bill_check(struct filing *filing)
{
    const struct text_span *charged_items = &filing->matter.item->particulars.applies_to;
    struct wire_path root = {.name = TEXT_LITERAL("form")};
    struct wire_path at = {.parent = &root, .name = TEXT_LITERAL("bill_number")};
    const struct form_entry *number = form_find(&filing->event.form, at.name);
    struct charged_row charged;
    if (charged_items->count == 0 || number == NULL || number->kind != FORM_TEXT) {
        return;
    }
    struct key key = key_of_text(number->text);
    bool is_known = state_get(filing->decision->state, TABLE_BILLS, key_bytes(&key),
                              &charged_row_message, &charged) &&
                    text_span_contains(charged_items, charged.item);
    bool is_own = is_known && filing->intake->vault != NULL &&
                  vault_knows(filing->intake->vault, (uint64_t)charged.subject, VAULT_ID_NUMBER,
                              personal_text(filing->command->applicant.id_number));
    if (!is_own) {
        wire_errors_add(&filing->decision->errors, &at,
                        "is no bill of this applicant that can be waived: take the number from the "
                        "bill, and give the identity number under which it was applied for");
    }
}

static void shared_fill(struct filing *filing, const struct catalogue_material_list *required)
{
    struct material_shared_list *shared = &filing->event.shared;
    shared->items =
        arena_take_array(filing->decision->arena, required->count, sizeof *shared->items);
    for (size_t i = 0; i < required->count; i++) {
        const struct catalogue_material *material = required->items[i]->material;
        if (material->from_register != NULL) {
            shared->items[shared->count++] = (struct material_shared){
                .code = material->code, .source = material->from_register->code};
        }
    }
}

static struct text_list codes_of(const struct catalogue_material_list *materials,
                                 struct arena *arena)
{
    struct text_list codes = {.items =
                                  arena_take_array(arena, materials->count, sizeof(struct text))};
    for (size_t i = 0; i < materials->count; i++) {
        codes.items[codes.count++] = materials->items[i]->material->code;
    }
    return codes;
}

/* Checks form and materials against the item, everything at once. */
static enum verdict contents_check(struct filing *filing)
{
    struct decision *decision = filing->decision;
    const struct catalogue_item *item = filing->matter.item;
    struct arena *arena = decision->arena;
    struct wire_path form = {.name = TEXT_LITERAL("form")};
    struct wire_path materials = {.name = TEXT_LITERAL("materials")};
    struct form_filer filer = {.occasion = FORM_FILED};
    applicant_check(filing);
    filing->event.form = filing->command->form;
    filing->facts = (struct catalogue_facts){
        .applicant_kind = filing->command->applicant.kind,
        .applicant_represented = filing->command->applicant.represented,
        .form = &filing->event.form,
    };
    if (catalogue_check_form(item, &filer, &filing->event.form, arena, &form, &decision->errors)) {
        struct text_span codes = materials_codes(&filing->command->materials, arena);
        struct catalogue_material_list required =
            catalogue_required_materials(item, &filing->facts, (struct text){0}, arena);
        struct catalogue_material_list missing =
            catalogue_missing_materials(item, &filing->facts, (struct text){0}, &codes, arena);
        register_keys_check(filing, &required);
        bill_check(filing);
        shared_fill(filing, &required);
        filing->event.missing = codes_of(&missing, arena);
    }
    materials_check(decision, item, &filing->command->materials, &materials);
    return decision->errors.count == 0 ? VERDICT_OK : refuse_fields(decision);
}

/* -- number, subject ------------------------------------------------------------------------ */

/* ISO 7064 MOD 11,10: finds every wrong digit and nearly every swap of neighbours. */
static int check_digit(const char *digits, size_t count)
{
    int product = 10;
    for (size_t i = 0; i < count; i++) {
        int sum = (digits[i] - '0' + product) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10;
}

/* "20260212-000017-3": the day, the serial number of the day, the check digit of both. */
static struct text number_make(struct filing *filing)
{
    struct zone zone = calendar_zone(filing->matter.rules->calendar);
    struct civil day = date_civil(zone_date(zone, filing->decision->now_ms));
    int64_t today = (int64_t)day.year * 10000 + (int64_t)day.month * 100 + day.day;
    char digits[40];
    filing->counters.serial = filing->counters.day == today ? filing->counters.serial + 1 : 1;
    filing->counters.day = today;
    int size = snprintf(digits, sizeof digits, "%08" PRId64 "%0*" PRId64, today, SERIAL_DIGITS,
                        filing->counters.serial);
    return arena_print(filing->decision->arena, "%.8s-%s-%d", digits, digits + 8,
                       check_digit(digits, (size_t)size));
}

static void counters_read(struct state *state, struct counters_row *ret_row)
{
    *ret_row = (struct counters_row){0};
    (void)state_get(state, TABLE_COUNTERS, bytes_of(filed_key, sizeof filed_key),
                    &counters_row_message, ret_row);
}

/* -- sealing -------------------------------------------------------------------------------- */

struct sealing {
    struct decision *decision;
    struct vault_keys keys;
    uint64_t subject;
};

static bool seal_value(void *context, const struct wire_path *path, struct personal *personal)
{
    struct sealing *sealing = context;
    (void)path;
    *personal = seal_with_key(sealing->keys.key, sealing->subject, personal->value,
                              sealing->decision->random, sealing->decision->arena);
    return true;
}

static void note_copy(char *target, size_t capacity, struct text text)
{
    size_t size = text.size < capacity ? text.size : capacity - 1;
    if (size > 0) {
        memcpy(target, text.data, size);
    }
    target[size] = '\0';
}

/* By what the subject will be found; kept until the batch is durable. */
static void subject_note(struct filing *filing, uint64_t subject)
{
    struct intake *intake = filing->intake;
    const struct applicant *applicant = &filing->command->applicant;
    bool same = intake->note_count > 0 && intake->notes[intake->note_count - 1].subject == subject;
    if (!same && intake->note_count == NOTES_PER_BATCH_MAX) {
        return; /* caught up from the log at the next start */
    }
    /* A filing that was refused at the last moment left its subject to this one. */
    intake->note_count -= same ? 1 : 0;
    struct subject_note *note = &intake->notes[intake->note_count++];
    note->subject = subject;
    note_copy(note->id_number, sizeof note->id_number, personal_text(applicant->id_number));
    note_copy(note->phone, sizeof note->phone, personal_text(applicant->phone));
}

static enum verdict event_seal(struct filing *filing)
{
    struct intake *intake = filing->intake;
    struct sealing sealing = {.decision = filing->decision,
                              .subject = (uint64_t)filing->counters.subject + 1};
    if (intake->vault == NULL || !vault_keys(intake->vault, sealing.subject, &sealing.keys)) {
        return refuse(filing->decision, PROBLEM_CANNOT_WRITE,
                      "no keys can be made at present; try again later");
    }
    intake->subject = sealing.subject;
    filing->event.subject = (int64_t)sealing.subject;
    subject_note(filing, sealing.subject);
    (void)wire_visit_personal(&case_submitted_message, &filing->event, seal_value, &sealing);
    return VERDICT_OK;
}

/* -- deciding ------------------------------------------------------------------------------- */

enum verdict decide_file_case(struct decision *decision, const void *command)
{
    struct filing *filing = arena_take(decision->arena, sizeof *filing);
    filing->decision = decision;
    filing->intake = decision->state->memory;
    filing->command = command;
    enum verdict verdict = channel_check(filing);
    if (verdict == VERDICT_OK) {
        verdict = item_find(filing);
    }
    if (verdict == VERDICT_OK) {
        verdict = contents_check(filing);
    }
    if (verdict == VERDICT_OK) {
        verdict = flow_begin(&intake_flow, decision, &filing->matter, &filing->event.step);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct case_id case_id = {decision_new_id(decision)};
    counters_read(decision->state, &filing->counters);
    filing->event.number = number_make(filing);
    filing->event.item = filing->matter.item->code;
    filing->event.catalogue_version = filing->matter.rules->version;
    filing->event.channel = filing->command->channel;
    filing->event.signed_for = filing->command->signed_for;
    filing->event.applicant = filing->command->applicant;
    filing->event.session = decision->principal->session;
    if (filing->event.applicant.language == language_absent) {
        filing->event.applicant.language = LANGUAGE_ZH_HANS;
    }
    filing->event.materials =
        materials_claim(decision, filing->matter.item, &filing->command->materials);
    decision->actor.role = decision->principal->kind == PRINCIPAL_STAFF
                               ? TEXT_LITERAL("window_clerk")
                               : TEXT_LITERAL("applicant");
    verdict = event_seal(filing);
    if (verdict == VERDICT_OK) {
        emit(decision, &case_id, &case_submitted_message, &filing->event);
    }
    return verdict;
}

void tell_filed(struct decision *decision, const struct event *first)
{
    const struct intake *intake = decision->state->memory;
    char code[CODE_DIGITS + 1];
    base32_encode(vault_code(intake->vault, &first->envelope->case_id.uuid), CODE_DIGITS, code);
    struct filed filed = {
        .code = arena_print(decision->arena, "%.4s-%.4s-%.4s", code, code + 4, code + 8)};
    decision_answer(decision, &filed_message, &filed);
}

/* -- applying ------------------------------------------------------------------------------- */

int64_t subjects_given(struct state *state)
{
    struct counters_row row;
    counters_read(state, &row);
    return row.subject;
}

void subject_give(struct state *state, int64_t subject)
{
    struct counters_row row;
    struct key key = key_make();
    counters_read(state, &row);
    row.subject = subject;
    key_add_u64(&key, (uint64_t)subject);
    state_put(state, TABLE_COUNTERS, bytes_of(filed_key, sizeof filed_key), &counters_row_message,
              &row);
    store_put(state->txn, TABLE_SUBJECTS, key_bytes(&key), bytes_of("", 0));
}

/* The counters after a number was given: what the number itself says. */
static void counters_apply(struct state *state, const struct case_submitted *submitted)
{
    struct counters_row row = {.subject = submitted->subject};
    struct text rest;
    struct text day = text_split(submitted->number, '-', &rest);
    struct text serial = text_split(rest, '-', &rest);
    for (size_t i = 0; i < day.size; i++) {
        row.day = row.day * 10 + (day.data[i] - '0');
    }
    for (size_t i = 0; i < serial.size; i++) {
        row.serial = row.serial * 10 + (serial.data[i] - '0');
    }
    state_put(state, TABLE_COUNTERS, bytes_of(filed_key, sizeof filed_key), &counters_row_message,
              &row);
}

void apply_bill_issued(struct state *state, const struct event *event)
{
    const struct fee_bill_issued *issued = event->data;
    struct key key = key_of_text(issued->number);
    struct charged_row row = {.item = issued->item, .subject = issued->subject};
    state_put(state, TABLE_BILLS, key_bytes(&key), &charged_row_message, &row);
}

void apply_case_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct intake *intake = state->memory;
    const struct uuid *id = &event->envelope->case_id.uuid;
    struct key number = key_of_text(submitted->number);
    struct key subject = key_make();
    key_add_u64(&subject, (uint64_t)submitted->subject);
    flow_apply_submitted(&intake_flow, state, event);
    marks_of_submitted(state, &event->envelope->case_id, submitted);
    store_put(state->txn, TABLE_NUMBERS, key_bytes(&number), bytes_of(id->bytes, UUID_BYTES));
    store_put(state->txn, TABLE_SUBJECTS, key_bytes(&subject), bytes_of(id->bytes, UUID_BYTES));
    counters_apply(state, submitted);
    intake->applied_subject = (uint64_t)submitted->subject;
    filed_note(state, event, &submitted->materials);
    registers_ask(state, event);
}
