/* The business as its events tell it, in the order of the archivist's record: cases move as
 * domain.md 4.1 says, money adds up (4.4), numbers run without gaps. Written by hand from there. */
#include "check_state.h"

#include "base/check.h"
#include "events/audit.h"
#include "events/notification.h"
#include "events/registry.h"
#include "holidays.h"
#include "tally.h"
#include "year.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Silence needs that many days at least, whatever the calendar: five and ten working days. */
enum { NOTICE_DAYS_MIN = 5, SUPPLEMENT_DAYS_MIN = 10, PAYMENT_DAYS_MIN = 30 };

/* The one service that decides what leaves a state; NULL: an end. */
struct state_owner {
    const char *state;
    const char *owner;
};

static const struct state_owner owners[] = {
    {"submitted", "intake"},       {"supplement", "intake"},
    {"accepted", "approval"},      {"in_review", "approval"},
    {"joint_review", "approval"},  {"in_meeting", "approval"},
    {"site_check", "approval"},    {"excluded", "approval"},
    {"decision_due", "approval"},  {"fee_due", "fee"},
    {"issuing", "approval"},       {"hearing_offered", "approval"},
    {"hearing", "approval"},       {"in_force", "approval"},
    {"change_review", "approval"}, {"renewal_review", "approval"},
    {"revoked", "approval"},       {"retracted", "approval"},
    {"cancelled", "approval"},     {"not_accepted", "intake"},
    {"refused", "approval"},       {"lapsed", "fee"},
    {"withdrawn", NULL},
};

/* The service that decides in the state of a case: of a permit by the table above, of others by
 * their procedures, where the rules are known. */
static const char *owner_of(struct world *world, const struct model_case *c)
{
    if (!c->is_permit) {
        int state =
            c->procedure == NULL ? -1 : procedure_state_index(c->procedure, text_of(c->state));
        return state < 0 ? NULL : procedure_owner_name(c->procedure->states[state].owner);
    }
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        if (strcmp(owners[i].state, c->state) == 0) {
            return owners[i].owner;
        }
    }
    world_fail(world, "case", "a case is in the state \"%s\", which no permit has", c->state);
}

void model_text(char target[NAME_BYTES], struct text text)
{
    (void)snprintf(target, NAME_BYTES, "%.*s", TEXT_PRINT(text));
}

void model_data(struct world *world, const struct event_envelope *envelope,
                const struct wire_message *message, void *ret_data)
{
    if (wire_unpack_any(&world->checks->reader, WIRE_SKIP_UNKNOWN, &envelope->data, message,
                        ret_data, NULL) != ERR_OK) {
        world_fail(world, "event", "%.*s cannot be read", TEXT_PRINT(envelope->type));
    }
}

void *model_grow(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count == *capacity) {
        *capacity = count == 0 ? 16 : 2 * count;
        list = realloc(list, *capacity * size);
        CHECK(list != NULL);
    }
    memset((char *)list + count * size, 0, size);
    return list;
}

void model_number(struct world *world, const struct event_envelope *envelope, struct text number,
                  struct model_numbers *numbers)
{
    char tail[16] = "";
    size_t digits = numbers->digits;
    int year = date_civil(zone_date((struct zone){8 * 60}, envelope->time)).year;
    CHECK(number.size > digits && digits < sizeof tail);
    memcpy(tail, number.data + number.size - digits, digits);
    if (year != numbers->year) {
        numbers->year = year;
        numbers->last = 0;
    }
    if (strtoll(tail, NULL, 10) != numbers->last + 1) {
        world_fail(world, "numbers", "%s %.*s follows number %" PRId64, numbers->kind,
                   TEXT_PRINT(number), numbers->last);
    }
    numbers->last += 1;
}

/* -- cases ------------------------------------------------------------------------------------ */

struct model_case *model_case_find(struct checks *checks, const struct uuid *id)
{
    size_t place = index_find(&checks->case_ids, id->bytes);
    return place == SIZE_MAX ? NULL : &checks->cases[place];
}

static void follow_activated(struct world *world, const struct event_envelope *envelope)
{
    struct catalogue_activated activated;
    model_data(world, envelope, &catalogue_activated_message, &activated);
    if (activated.version <= world->checks->catalogue_version) {
        world_fail(world, "case", "catalogue %" PRId64 " follows %" PRId64, activated.version,
                   world->checks->catalogue_version);
    }
    world->checks->catalogue_version = activated.version;
    holidays_follow(world, activated.version);
}

/* What its form makes a permit to dig up a road cost, line by line, rounded half up; the price of
 * asphalt rises with each version that load_catalogue hands in. */
static int64_t price_of(const struct world *world, const struct case_submitted *submitted)
{
    const struct form_entry *asphalt = form_find(&submitted->form, TEXT_LITERAL("asphalt_m2"));
    const struct form_entry *pavement = form_find(&submitted->form, TEXT_LITERAL("pavement_m2"));
    int64_t asphalt_fen = 24000 + 1000 * world->load->prices[submitted->catalogue_version];
    if (!text_equal_string(submitted->item, "UMB-P-001") || asphalt == NULL || pavement == NULL) {
        return 0;
    }
    return (asphalt->decimal.units * asphalt_fen + DECIMAL_SCALE / 2) / DECIMAL_SCALE +
           (pavement->decimal.units * 12000 + DECIMAL_SCALE / 2) / DECIMAL_SCALE;
}

/* A name of sixteen bytes for a tracking number: its digits. */
static void number_name(const char *number, uint8_t name[INDEX_NAME_BYTES])
{
    size_t size = 0;
    memset(name, 0, INDEX_NAME_BYTES);
    for (; *number != '\0'; number++) {
        if (*number != '-') {
            CHECK(size < INDEX_NAME_BYTES);
            name[size++] = (uint8_t)*number;
        }
    }
}

/* One filing, one case, one number. */
static void case_index(struct world *world, const struct model_case *added)
{
    struct checks *checks = world->checks;
    uint8_t number[INDEX_NAME_BYTES];
    size_t place = checks->case_count;
    number_name(added->number, number);
    if (index_find(&checks->case_ids, added->id.bytes) != SIZE_MAX ||
        index_find(&checks->case_numbers, number) != SIZE_MAX) {
        world_fail(world, "case", "two cases have the number %s", added->number);
    }
    size_t other = index_find(&checks->case_keys, added->key);
    if (other != SIZE_MAX) {
        world_fail(world, "I2", "one filing became two cases, %s and %s",
                   checks->cases[other].number, added->number);
    }
    index_add(&checks->case_ids, added->id.bytes, place);
    index_add(&checks->case_numbers, number, place);
    index_add(&checks->case_keys, added->key, place);
}

/* A new case at the end of the list. */
static struct model_case *case_add(struct world *world, const struct event_envelope *envelope,
                                   struct text number, struct text item)
{
    struct checks *checks = world->checks;
    checks->cases = model_grow(checks->cases, checks->case_count, &checks->case_capacity,
                               sizeof *checks->cases);
    struct model_case *added = &checks->cases[checks->case_count];
    const struct catalogue_item *known = catalogue_item(world->rules->catalogue, item);
    added->id = envelope->case_id.uuid;
    added->received_ms = added->moved_ms = added->notice_from_ms = envelope->time;
    added->procedure = known == NULL ? NULL : known->procedure;
    model_text(added->number, number);
    model_text(added->item, item);
    if (envelope->idempotency.key.size > 0) { /* what the hall begins by itself has none */
        memcpy(added->key, envelope->idempotency.key.data, envelope->idempotency.key.size);
    }
    return added;
}

static void follow_submitted(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    struct case_submitted submitted;
    model_data(world, envelope, &case_submitted_message, &submitted);
    CHECK(envelope->idempotency.key.size == KEY_BYTES);
    struct model_case *added = case_add(world, envelope, submitted.number, submitted.item);
    model_text(added->state, submitted.step.to);
    added->catalogue_version = submitted.catalogue_version;
    added->is_permit =
        strcmp(added->item, "UMB-P-001") == 0 || strcmp(added->item, "MSA-P-001") == 0;
    added->is_filed = true;
    added->price_fen = price_of(world, &submitted);
    if (submitted.catalogue_version != checks->catalogue_version) {
        world_fail(world, "case", "%s goes by catalogue %" PRId64 ", the active one is %" PRId64,
                   added->number, submitted.catalogue_version, checks->catalogue_version);
    }
    case_index(world, added);
    follow_asked_first(world, envelope, added);
    follow_clocks(world, envelope, added, &submitted.step);
    checks->case_count++;
}

/* Silence has its consequence, but not before its time. */
static void silence_check(struct world *world, const struct event_envelope *envelope,
                          const struct model_case *c, const struct case_moved *moved)
{
    struct checks *checks = world->checks;
    int64_t since_ms = 0;
    int64_t days = 0;
    if (!c->is_permit) {
        return; /* other kinds have other limits: the clocks are held to their own words */
    }
    if (text_equal_string(envelope->type, "intake.case_deemed_accepted.v1")) {
        since_ms = c->notice_from_ms;
        days = NOTICE_DAYS_MIN;
        checks->deemed++;
    } else if (text_equal_string(moved->step.action, "supplement_period over")) {
        since_ms = c->asked_ms;
        days = c->asked_days;
    } else if (text_equal_string(moved->step.action, "payment_period over")) {
        since_ms = c->decided_ms;
        days = PAYMENT_DAYS_MIN;
    }
    if (envelope->time - since_ms < days * MS_PER_DAY) {
        world_fail(world, "silence", "%s: %.*s after %" PRId64 " hours", c->number,
                   TEXT_PRINT(moved->step.action), (envelope->time - since_ms) / MS_PER_HOUR);
    }
}

/* What the time of a case is counted from. */
static void times_note(struct model_case *c, const struct event_envelope *envelope,
                       const struct case_moved *moved)
{
    if (text_equal_string(envelope->type, "intake.supplement_requested.v1")) {
        int64_t named = moved->fields.period_workdays; /* an officer may name another period */
        c->asked_days = named > 0 ? named : SUPPLEMENT_DAYS_MIN;
        c->asked_ms = envelope->time;
    } else if (text_equal_string(envelope->type, "intake.supplement_received.v1")) {
        c->notice_from_ms = envelope->time;
    } else if (text_equal_string(envelope->type, "approval.decision_made.v1")) {
        c->decided_ms = envelope->time;
    }
}

/* A matter that the hall began itself: what it is stands in the head of its first event. */
static void follow_begun(struct world *world, const struct event_envelope *envelope,
                         const struct case_moved *moved)
{
    if (!text_is_empty(moved->step.from) || text_is_empty(moved->head.number)) {
        world_fail(world, "case", "%.*s of a case that was never filed",
                   TEXT_PRINT(envelope->type));
    }
    struct model_case *added = case_add(world, envelope, moved->head.number, moved->head.item);
    model_text(added->state, moved->step.to);
    model_text(added->owner.asked_first, moved->head.opened_by);
    model_text(added->owner.officer, moved->head.opened_by);
    index_add(&world->checks->case_ids, added->id.bytes, world->checks->case_count);
    follow_clocks(world, envelope, added, &moved->step);
    world->checks->case_count++;
    if (world->year != NULL && added->procedure != NULL) {
        year_adopt(world, &added->id, added->procedure);
    }
}

static void follow_moved(struct world *world, const struct event_envelope *envelope)
{
    struct case_moved moved;
    struct model_case *c = model_case_find(world->checks, &envelope->case_id.uuid);
    model_data(world, envelope, &case_moved_message, &moved);
    if (text_equal_string(envelope->type, "approval.result_issued.v1") ||
        text_equal_string(envelope->type, "approval.filing_recorded.v1")) {
        model_number(world, envelope, moved.number, &world->checks->documents);
    }
    transfers_follow(world, &moved.transfers);
    follow_posts(world, envelope, &moved, c);
    if (moved.step.beside) {
        return;
    }
    if (c == NULL) {
        follow_begun(world, envelope, &moved);
        return;
    }
    const char *owner = owner_of(world, c);
    bool is_known = c->is_permit || c->procedure != NULL;
    if (is_known && (owner == NULL || !text_equal_string(envelope->source, owner))) {
        world_fail(world, "case", "%s moved by %.*s (%.*s) while it was in %s, which is %s's",
                   c->number, TEXT_PRINT(envelope->source), TEXT_PRINT(envelope->type), c->state,
                   owner == NULL ? "nobody" : owner);
    }
    if (!text_equal_string(moved.step.from, c->state)) {
        world_fail(world, "case", "%s: %.*s from %.*s, but it was in %s", c->number,
                   TEXT_PRINT(envelope->type), TEXT_PRINT(moved.step.from), c->state);
    }
    silence_check(world, envelope, c, &moved);
    times_note(c, envelope, &moved);
    if (text_equal_string(envelope->type, "fee.case_cleared.v1")) {
        model_cleared(world, c);
    }
    follow_clocks(world, envelope, c, &moved.step);
    follow_notice(world, envelope, c, moved.clock);
    follow_windows(envelope, c, &moved.step);
    model_text(c->state, moved.step.to);
    c->moved_ms = envelope->time;
}

/* -- messages --------------------------------------------------------------------------------- */

static struct model_message *message_find(struct checks *checks, const struct uuid *id)
{
    size_t place = index_find(&checks->message_ids, id->bytes);
    return place == SIZE_MAX ? NULL : &checks->messages[place];
}

void model_message_queued(struct world *world, const struct uuid *id)
{
    struct checks *checks = world->checks;
    if (message_find(checks, id) != NULL) {
        world_fail(world, "messages", "a message or letter is queued twice");
    }
    checks->messages = model_grow(checks->messages, checks->message_count,
                                  &checks->message_capacity, sizeof *checks->messages);
    index_add(&checks->message_ids, id->bytes, checks->message_count);
    checks->messages[checks->message_count++].id = *id;
}

void model_message_over(struct world *world, const struct uuid *id)
{
    struct model_message *message = message_find(world->checks, id);
    if (message == NULL || message->is_over) {
        world_fail(world, "messages",
                   "a message or letter is over that was never queued, or was over before");
    }
    message->is_over = true;
}

static void follow_queued(struct world *world, const struct event_envelope *envelope)
{
    struct message_queued queued;
    model_data(world, envelope, &message_queued_message, &queued);
    model_message_queued(world, &queued.message_id.uuid);
}

/* What is said to be sent lies in the folder that mail goes to. */
static void follow_sent(struct world *world, const struct event_envelope *envelope)
{
    struct message_sent sent;
    char id[UUID_TEXT_BYTES + 1];
    char path[256];
    model_data(world, envelope, &message_sent_message, &sent);
    model_message_over(world, &sent.message_id.uuid);
    uuid_format(&sent.message_id.uuid, id);
    (void)snprintf(path, sizeof path, "%s/mail/%s.eml", world->folder, id);
    if (access(path, F_OK) != 0) {
        world_fail(world, "messages", "message %s is said to be sent, but is nowhere", id);
    }
}

static void follow_failed(struct world *world, const struct event_envelope *envelope)
{
    struct message_failed failed;
    model_data(world, envelope, &message_failed_message, &failed);
    model_message_over(world, &failed.message_id.uuid);
}

/* -- following -------------------------------------------------------------------------------- */

static void follow_finding(struct world *world, const struct event_envelope *envelope)
{
    struct finding_raised finding;
    model_data(world, envelope, &finding_raised_message, &finding);
    if (text_equal_string(finding.rule, "case_deemed_accepted")) {
        world->checks->deemed_found++;
    }
}

struct follower {
    const char *type;
    void (*follow)(struct world *world, const struct event_envelope *envelope);
};

static const struct follower followers[] = {
    {"intake.catalogue_activated.v1", follow_activated},
    {"fee.bill_issued.v1", follow_bill},
    {"fee.payment_recorded.v1", follow_payment},
    {"fee.bill_lowered.v1", follow_lowered},
    {"fee.bill_voided.v1", follow_voided},
    {"fee.receipt_issued.v1", follow_receipt},
    {"fee.settlement_made.v1", follow_settlement},
    {"audit.finding_raised.v1", follow_finding},
    {"intake.deputy_named.v1", follow_deputy},
    {"notification.escalation_sent.v1", follow_escalated},
    {"notification.message_queued.v1", follow_queued},
    {"notification.message_sent.v1", follow_sent},
    {"notification.message_failed.v1", follow_failed},
    {"notification.letter_issued.v1", follow_letter_issued},
    {"notification.letter_made.v1", follow_letter_made},
    {"notification.letter_failed.v1", follow_letter_failed}};

void model_follow(struct world *world, const struct event_envelope *envelope)
{
    const struct wire_message *message = hall_event_find(envelope->type);
    tally_add(world->tally, envelope->type);
    if (message != NULL && message->fields == case_submitted_message.fields) {
        follow_submitted(world, envelope);
        return;
    }
    if (message != NULL && message->fields == case_moved_message.fields) {
        follow_moved(world, envelope);
        return;
    }
    for (size_t i = 0; i < sizeof followers / sizeof followers[0]; i++) {
        if (text_equal_string(envelope->type, followers[i].type)) {
            followers[i].follow(world, envelope);
            return;
        }
    }
}
