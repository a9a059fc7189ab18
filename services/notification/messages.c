/* Messages: queued by events, sent by workers, kept for the inbox. */
#include "notification.h"

#include "matter/calendars.h"
#include "matter/row.h"

#include <string.h>

enum { ATTEMPTS_MAX = 8, PARTIES_MAX = 24 };

/* How long to wait before the next attempt, by how many were made. */
static const int64_t wait_ms[ATTEMPTS_MAX] = {60000,    300000,   1800000,  7200000,
                                              18000000, 36000000, 50400000, 72000000};

bool contact_get(struct state *state, const struct case_id *id, struct contact_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_CONTACTS, key_bytes(&key), &contact_row_message, ret_row);
}

int64_t attempt_wait_ms(int64_t attempts)
{
    return attempts >= ATTEMPTS_MAX ? 0 : wait_ms[attempts - 1];
}

bool contact_has_party(const struct contact_row *contact, struct text login)
{
    for (size_t i = 0; i < contact->parties.count; i++) {
        if (text_equal(contact->parties.items[i], login)) {
            return true;
        }
    }
    return false;
}

/* -- reacting ------------------------------------------------------------------------------- */

static void message_emit(struct decision *decision, const struct event *event,
                         const struct contact_row *contact, const struct hall_rules *told_by,
                         const struct message_template *template)
{
    struct message_queued queued = {
        .message_id = {decision_new_id(decision)},
        .template_name = template->name,
        .language = contact->language,
        .channel = contact->email.value.size > 0 ? MESSAGE_EMAIL : MESSAGE_INBOX,
        .subject = contact->subject,
        .address = contact->email,
        .parameters = parameters_of(decision, event, contact),
        .due = decision->now_ms,
    };
    if (told_by->version != contact->catalogue_version) {
        queued.catalogue_version = told_by->version;
    }
    emit(decision, &event->envelope->case_id, &message_queued_message, &queued);
}

/* A message that is read here alone: how else to reach a party is sealed, and nobody's to guess. */
static void party_message_emit(struct decision *decision, const struct event *event,
                               const struct contact_row *contact,
                               const struct message_template *template, struct text party)
{
    struct message_queued queued = {
        .message_id = {decision_new_id(decision)},
        .template_name = template->name,
        .language = LANGUAGE_ZH_HANS, /* nobody has asked them for another */
        .channel = MESSAGE_INBOX,
        .subject = contact->subject,
        .party = party,
        .parameters = parameters_of(decision, event, contact),
        .due = decision->now_ms,
    };
    emit(decision, &event->envelope->case_id, &message_queued_message, &queued);
}

/* True when an earlier party of the list signs in by the same name. */
static bool is_named_before(const struct party_list *named, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_equal(named->items[i].login, named->items[index].login)) {
            return true;
        }
    }
    return false;
}

/* An act that names parties is told to these, another one to all parties of the case. */
static void parties_tell(struct decision *decision, const struct event *event,
                         const struct contact_row *contact, const struct message_template *template)
{
    const struct case_moved *moved = event->data;
    if (template == NULL || event->message->fields != case_moved_message.fields ||
        moved->step.beside) {
        return;
    }
    const struct party_list *named = &moved->fields.parties;
    for (size_t i = 0; i < named->count; i++) {
        if (!text_is_empty(named->items[i].login) && !is_named_before(named, i)) {
            party_message_emit(decision, event, contact, template, named->items[i].login);
        }
    }
    for (size_t i = 0; named->count == 0 && i < contact->parties.count; i++) {
        party_message_emit(decision, event, contact, template, contact->parties.items[i]);
    }
}

/* The transition that an event tells of, as its procedure has it; NULL when it tells of none. */
static const struct procedure_transition *transition_of(const struct hall_rules *rules,
                                                        const struct contact_row *contact,
                                                        const struct case_step *step)
{
    const struct catalogue_item *item = catalogue_item(rules->catalogue, contact->item);
    return item == NULL || item->procedure == NULL
               ? NULL
               : matter_transition(rules, item->procedure, step);
}

static bool adds(const struct procedure_transition *transition, const char *event)
{
    return transition != NULL && text_span_contains(&transition->then, text_of(event));
}

/* An escalation goes to the head of the department that let a limit pass. */
static void escalation_emit(struct decision *decision, const struct event *event,
                            const struct case_moved *moved, struct text department)
{
    for (size_t i = 0; i < moved->step.units.count; i++) {
        if (text_equal(moved->step.units.items[i].stage, moved->step.unit)) {
            department = moved->step.units.items[i].department;
        }
    }
    struct escalation_sent sent = {
        .clock = text_is_empty(moved->clock) ? moved->step.action : moved->clock,
        .department = department,
        .role = TEXT_LITERAL("agency_head"),
    };
    emit(decision, &event->envelope->case_id, &escalation_sent_message, &sent);
}

/* What was granted is public (行政許可法 40): within the working days that the item says. */
static void publication_emit(struct decision *decision, const struct event *event,
                             const struct hall_rules *rules, const struct catalogue_item *item)
{
    struct notification *notification = decision->state->memory;
    const struct calendar *calendar =
        calendars_context(notification->shelf, decision->state, rules).calendar;
    struct date day = zone_date(calendar_zone(calendar), decision->now_ms);
    struct publication_scheduled scheduled = {.kind = TEXT_LITERAL("result_notice")};
    if (!text_equal_string(item->publicity.decision, "true") ||
        calendar_add_workdays(calendar, day, item->publicity.within.value, &scheduled.due) !=
            ERR_OK) {
        return;
    }
    emit(decision, &event->envelope->case_id, &publication_scheduled_message, &scheduled);
}

/* What was entered is put before the public on the day that the publisher says so. */
static void notice_emit(struct decision *decision, const struct event *event,
                        const struct hall_rules *rules, const struct catalogue_item *item)
{
    struct notice_published published = {
        .kind = item->kind,
        .from = zone_date(calendar_zone(rules->calendar), decision->now_ms),
    };
    emit(decision, &event->envelope->case_id, &notice_published_message, &published);
}

/* A matter was offered to somebody who did not answer in time (首問責任制). */
static bool is_unanswered_offer(const struct event *event)
{
    const struct case_moved *moved = event->data;
    return text_equal_string(event->envelope->type, intake_owner_returned_message.name) &&
           text_equal_string(moved->step.action, "hand_over over");
}

/* What the procedure says that notification adds to a move, messages aside. */
static void additions_emit(struct decision *decision, const struct event *event,
                           const struct contact_row *contact, const struct hall_rules *rules)
{
    const struct case_moved *moved = event->data;
    if (event->message->fields != case_moved_message.fields || moved->step.beside) {
        return;
    }
    const struct catalogue_item *item = catalogue_item(rules->catalogue, contact->item);
    const struct procedure_transition *transition = transition_of(rules, contact, &moved->step);
    if (adds(transition, "notification.escalation_sent")) {
        escalation_emit(decision, event, moved, item->department->code);
    }
    if (adds(transition, "notification.publication_scheduled")) {
        publication_emit(decision, event, rules, item);
    }
    if (adds(transition, "notification.notice_published")) {
        notice_emit(decision, event, rules, item);
    }
}

/* What a step decided, where it decided something: as its fields have it. */
static struct text outcome_told(const struct event *event, const struct hall_rules *rules)
{
    if (event->message->fields != case_moved_message.fields) {
        return (struct text){0};
    }
    const struct action_fields *fields = &((const struct case_moved *)event->data)->fields;
    const struct catalogue_reply_kind *kind =
        catalogue_reply_kind(rules->catalogue, fields->reply_kind);
    if (kind != NULL) {
        return kind->withholds ? TEXT_LITERAL("withheld") : TEXT_LITERAL("given");
    }
    if (event->message == &approval_complaint_resolved_message) {
        return fields->founded ? TEXT_LITERAL("founded") : TEXT_LITERAL("unfounded");
    }
    return fields->review_outcome == review_outcome_absent
               ? wire_enum_name(&outcome_enum, (int)fields->outcome)
               : wire_enum_name(&review_outcome_enum, (int)fields->review_outcome);
}

/* The rules whose templates tell of an event: those of the case; of a new calendar, which comes
 * with new rules, those. NULL where nobody is told. */
static const struct hall_rules *told_by(struct decision *decision, const struct event *event,
                                        const struct hall_rules *of_case)
{
    struct notification *notification = decision->state->memory;
    if (!is_recount(event)) {
        return of_case;
    }
    return recount_concerns(event) ? rules_active(notification->shelf, decision->state) : NULL;
}

/* True where the step is answered by telling somebody higher of a matter of the hall. */
static bool is_escalated(const struct event *event, const struct hall_rules *rules,
                         const struct catalogue_item *item)
{
    const struct case_moved *moved = event->data;
    if (moved->step.beside) {
        return is_unanswered_offer(event);
    }
    return adds(matter_transition(rules, item->procedure, &moved->step),
                "notification.escalation_sent");
}

/* Nobody filed a matter of the hall, so nobody gets a message; its limits bind all the same. */
static void hall_matter_react(struct decision *decision, const struct event *event)
{
    struct notification *notification = decision->state->memory;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct matter_row row;
    if (event->message->fields != case_moved_message.fields ||
        !state_get(decision->state, TABLE_MATTERS, key_bytes(&key), &matter_row_message, &row)) {
        return;
    }
    const struct hall_rules *rules =
        rules_of(notification->shelf, decision->state, row.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, row.item);
    if (item != NULL && is_escalated(event, rules, item)) {
        bool has_own = !text_is_empty(row.department);
        escalation_emit(decision, event, event->data,
                        has_own ? row.department : item->department->code);
    }
}

void react_to_event(struct decision *decision, const struct event *event)
{
    struct notification *notification = decision->state->memory;
    struct contact_row contact;
    if (!contact_get(decision->state, &event->envelope->case_id, &contact)) {
        hall_matter_react(decision, event);
        letter_issue_for_bill(decision, event);
        return;
    }
    const struct hall_rules *rules =
        rules_of(notification->shelf, decision->state, contact.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, contact.item);
    if (item != NULL && is_unanswered_offer(event)) {
        escalation_emit(decision, event, event->data, item->department->code);
    }
    if (rules == NULL) {
        return;
    }
    const struct hall_rules *telling = told_by(decision, event, rules);
    const struct message_template *template =
        telling == NULL ? NULL
                        : template_for_event(&telling->templates, event->envelope->type,
                                             item == NULL ? (struct text){0} : item->kind,
                                             outcome_told(event, rules), false);
    if (template != NULL) {
        message_emit(decision, event, &contact, telling, template);
    }
    parties_tell(decision, event, &contact,
                 template_for_event(&rules->templates, event->envelope->type,
                                    item == NULL ? (struct text){0} : item->kind,
                                    outcome_told(event, rules), true));
    additions_emit(decision, event, &contact, rules);
    letter_issue(decision, event, &event->envelope->case_id, &contact, rules,
                 outcome_told(event, rules));
}

/* -- what came of sending ------------------------------------------------------------------- */

enum verdict decide_report_message(struct decision *decision, const void *command)
{
    const struct report_message *report = command;
    struct key key = key_of_uuid(&report->message_id.uuid);
    struct message_row row;
    if (!work_stands(decision->state, report->order_due, WORK_SEND, &report->message_id.uuid) ||
        !state_get(decision->state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, &row)) {
        return VERDICT_OK; /* told before */
    }
    int64_t attempts = report->attempts + 1;
    struct text why = text_is_empty(report->why) ? TEXT_LITERAL("unknown") : report->why;
    if (report->sent) {
        struct message_sent sent = {
            .message_id = report->message_id, .attempts = attempts, .order_due = report->order_due};
        emit(decision, &row.case_id, &message_sent_message, &sent);
    } else if (report->hopeless || attempt_wait_ms(attempts) == 0) {
        struct message_failed failed = {.message_id = report->message_id,
                                        .attempts = attempts,
                                        .why = why,
                                        .order_due = report->order_due};
        emit(decision, &row.case_id, &message_failed_message, &failed);
    } else {
        struct message_delayed delayed = {.message_id = report->message_id,
                                          .attempts = attempts,
                                          .why = why,
                                          .again = decision->now_ms + attempt_wait_ms(attempts),
                                          .order_due = report->order_due};
        emit(decision, &row.case_id, &message_delayed_message, &delayed);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

/* The units that a form makes parties: the procedure may conceal from them who filed. */
static struct party_list units_of(struct state *state, const struct case_submitted *submitted)
{
    struct notification *notification = state->memory;
    struct case_row filed = {0};
    const struct hall_rules *rules =
        rules_of(notification->shelf, state, submitted->catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, submitted->item);
    if (item != NULL && item->procedure != NULL && item->procedure->party_count > 0) {
        row_read_form(&filed, item->procedure, &submitted->form, state->arena);
    }
    return filed.parties;
}

void apply_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct contact_row row = {
        .number = submitted->number,
        .item = submitted->item,
        .catalogue_version = submitted->catalogue_version,
        .subject = submitted->subject,
        .session = submitted->session,
        .language = submitted->applicant.language,
        .email = submitted->applicant.email,
        .name = submitted->applicant.name,
        .received = event->envelope->time,
        .units = units_of(state, submitted),
    };
    if (row.language == language_absent) {
        row.language = LANGUAGE_ZH_HANS;
    }
    state_put(state, TABLE_CONTACTS, key_bytes(&key), &contact_row_message, &row);
}

/* Keeps what later letters of the case need: the key that a step announces, to which they are
 * sealed, and what was decided. */
static void letters_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    bool is_decided = event->message == &approval_decision_made_message;
    bool is_made = event->message == &approval_result_issued_message;
    struct contact_row row;
    if ((moved->public_key.size == 0 && !is_decided && !is_made) ||
        !contact_get(state, &event->envelope->case_id, &row)) {
        return;
    }
    if (moved->public_key.size > 0) {
        row.public_key = moved->public_key;
    }
    if (is_decided) {
        row.conditions = moved->fields.conditions;
        row.valid_until = moved->fields.valid_until;
        row.decided_in = moved->step.from;
    }
    if (is_made) {
        row.document = moved->number;
    }
    state_put(state, TABLE_CONTACTS, key_bytes(&key), &contact_row_message, &row);
}

/* Keeps who of the parties signs in: a message to them needs no more than that. */
static void parties_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct party_list *named = &moved->fields.parties;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct contact_row row;
    if (named->count == 0 || !contact_get(state, &event->envelope->case_id, &row)) {
        return;
    }
    struct text *items = arena_take_array(state->arena, PARTIES_MAX, sizeof *items);
    for (size_t i = 0; i < row.parties.count; i++) {
        items[i] = row.parties.items[i];
    }
    row.parties.items = items;
    for (size_t i = 0; i < named->count && row.parties.count < PARTIES_MAX; i++) {
        struct text login = named->items[i].login;
        if (!text_is_empty(login) && !contact_has_party(&row, login)) {
            items[row.parties.count++] = login;
        }
    }
    state_put(state, TABLE_CONTACTS, key_bytes(&key), &contact_row_message, &row);
}

void apply_moved(struct state *state, const struct event *event)
{
    parties_note(state, event);
    letters_note(state, event);
    letters_follow(state, event);
    receipts_follow(state, event);
    const struct case_moved *moved = event->data;
    const struct case_head *head = &moved->head;
    struct notification *notification = state->memory;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    if (text_is_empty(head->number)) {
        return;
    }
    const struct hall_rules *rules = rules_of(notification->shelf, state, head->catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, head->item);
    if (item != NULL && item->procedure != NULL && item->procedure->of_hall) {
        struct matter_row row = {.item = head->item,
                                 .catalogue_version = head->catalogue_version,
                                 .department = head->department};
        state_put(state, TABLE_MATTERS, key_bytes(&key), &matter_row_message, &row);
    }
}

void apply_message_queued(struct state *state, const struct event *event)
{
    const struct message_queued *queued = event->data;
    const struct case_id *id = &event->envelope->case_id;
    bool is_email = queued->channel == MESSAGE_EMAIL;
    struct contact_row contact;
    struct key key = key_of_uuid(&queued->message_id.uuid);
    struct key inbox = key_of_uuid(&id->uuid);
    key_add_uuid(&inbox, &queued->message_id.uuid);
    if (!contact_get(state, id, &contact)) {
        return;
    }
    struct message_row row = {
        .case_id = *id,
        .catalogue_version =
            queued->catalogue_version == 0 ? contact.catalogue_version : queued->catalogue_version,
        .template_name = queued->template_name,
        .language = queued->language,
        .channel = queued->channel,
        .address = queued->address,
        .parameters = queued->parameters,
        .party = queued->party,
        .at = event->envelope->time,
        .status = is_email ? TEXT_LITERAL("queued") : TEXT_LITERAL("shown"),
    };
    state_put(state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, &row);
    store_put(state->txn, TABLE_INBOX, key_bytes(&inbox), bytes_of("", 0));
    if (is_email) {
        struct work_order order = {
            .due_ms = queued->due, .kind = WORK_SEND, .id = queued->message_id.uuid};
        struct send_order payload = {.message_id = queued->message_id};
        work_add(state, &order, &send_order_message, &payload);
    }
}

static void status_set(struct state *state, const struct message_id *id, const char *status)
{
    struct key key = key_of_uuid(&id->uuid);
    struct message_row row;
    if (state_get(state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, &row)) {
        row.status = text_of(status);
        state_put(state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, &row);
    }
}

void apply_message_sent(struct state *state, const struct event *event)
{
    const struct message_sent *sent = event->data;
    status_set(state, &sent->message_id, "sent");
    (void)work_remove(state, sent->order_due, WORK_SEND, &sent->message_id.uuid);
}

void apply_message_delayed(struct state *state, const struct event *event)
{
    const struct message_delayed *delayed = event->data;
    status_set(state, &delayed->message_id, "delayed");
    (void)work_put_off(state, delayed->order_due, WORK_SEND, &delayed->message_id.uuid,
                       delayed->again);
}

void apply_message_failed(struct state *state, const struct event *event)
{
    const struct message_failed *failed = event->data;
    status_set(state, &failed->message_id, "failed");
    (void)work_remove(state, failed->order_due, WORK_SEND, &failed->message_id.uuid);
}
