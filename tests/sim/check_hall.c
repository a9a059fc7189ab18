/* The business as its events tell it, in the order of the archivist's record: cases move as
 * domain.md 4.1 says, money adds up (4.4), numbers run without gaps. Written by hand from there. */
#include "check_state.h"

#include "base/check.h"
#include "events/audit.h"
#include "events/moves.h"
#include "events/notification.h"
#include "tally.h"

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
    {"submitted", "intake"},
    {"supplement", "intake"},
    {"accepted", "approval"},
    {"in_review", "approval"},
    {"joint_review", "approval"},
    {"in_meeting", "approval"},
    {"site_check", "approval"},
    {"excluded", "approval"},
    {"decision_due", "approval"},
    {"fee_due", "fee"},
    {"issuing", "approval"},
    {"in_force", NULL},
    {"not_accepted", NULL},
    {"refused", NULL},
    {"lapsed", NULL},
    {"withdrawn", NULL},
};

static const char *owner_of(struct world *world, const char *state)
{
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        if (strcmp(owners[i].state, state) == 0) {
            return owners[i].owner;
        }
    }
    world_fail(world, "case", "a case is in the state \"%s\", which no permit has", state);
}

static void name_set(char target[NAME_BYTES], struct text text)
{
    (void)snprintf(target, NAME_BYTES, "%.*s", TEXT_PRINT(text));
}

static void data_read(struct world *world, const struct event_envelope *envelope,
                      const struct wire_message *message, void *ret_data)
{
    if (wire_unpack_any(&world->checks->reader, WIRE_SKIP_UNKNOWN, &envelope->data, message,
                        ret_data, NULL) != ERR_OK) {
        world_fail(world, "event", "%.*s cannot be read", TEXT_PRINT(envelope->type));
    }
}

/* A number that ends in `digits` digits is one more than the last of its kind. */
static void number_check(struct world *world, const char *kind, struct text number, size_t digits,
                         int64_t *last)
{
    char tail[16] = "";
    CHECK(number.size > digits && digits < sizeof tail);
    memcpy(tail, number.data + number.size - digits, digits);
    if (strtoll(tail, NULL, 10) != *last + 1) {
        world_fail(world, "numbers", "%s %.*s follows number %" PRId64, kind, TEXT_PRINT(number),
                   *last);
    }
    *last += 1;
}

/* -- cases ------------------------------------------------------------------------------------ */

struct model_case *model_case_find(struct checks *checks, const struct uuid *id)
{
    for (size_t i = 0; i < checks->case_count; i++) {
        if (uuid_equal(&checks->cases[i].id, id)) {
            return &checks->cases[i];
        }
    }
    return NULL;
}

static void follow_activated(struct world *world, const struct event_envelope *envelope)
{
    struct catalogue_activated activated;
    data_read(world, envelope, &catalogue_activated_message, &activated);
    if (activated.version != world->checks->catalogue_version + 1) {
        world_fail(world, "case", "catalogue %" PRId64 " follows %" PRId64, activated.version,
                   world->checks->catalogue_version);
    }
    world->checks->catalogue_version = activated.version;
}

static void follow_submitted(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    struct case_submitted submitted;
    data_read(world, envelope, &case_submitted_message, &submitted);
    CHECK(checks->case_count < MODEL_CASES_MAX && envelope->idempotency.key.size == KEY_BYTES);
    struct model_case *added = &checks->cases[checks->case_count];
    *added = (struct model_case){.id = envelope->case_id.uuid, .received_ms = envelope->time};
    name_set(added->number, submitted.number);
    name_set(added->state, submitted.step.to);
    memcpy(added->key, envelope->idempotency.key.data, KEY_BYTES);
    added->notice_from_ms = envelope->time;
    added->catalogue_version = submitted.catalogue_version;
    added->is_joint = text_equal_string(submitted.item, "UMB-P-001");
    if (submitted.catalogue_version != checks->catalogue_version) {
        world_fail(world, "case", "%s goes by catalogue %" PRId64 ", the active one is %" PRId64,
                   added->number, submitted.catalogue_version, checks->catalogue_version);
    }
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *other = &checks->cases[i];
        if (uuid_equal(&other->id, &added->id) || strcmp(other->number, added->number) == 0) {
            world_fail(world, "case", "two cases have the number %s", added->number);
        }
        if (memcmp(other->key, added->key, KEY_BYTES) == 0) {
            world_fail(world, "I2", "one filing became two cases, %s and %s", other->number,
                       added->number);
        }
    }
    checks->case_count++;
}

/* Silence has its consequence, but not before its time. */
static void silence_check(struct world *world, const struct event_envelope *envelope,
                          const struct model_case *c, const struct case_moved *moved)
{
    struct checks *checks = world->checks;
    int64_t since_ms = 0;
    int days = 0;
    if (text_equal_string(envelope->type, "intake.case_deemed_accepted.v1")) {
        since_ms = c->notice_from_ms;
        days = NOTICE_DAYS_MIN;
        checks->deemed++;
    } else if (text_equal_string(moved->step.action, "supplement_period over")) {
        since_ms = c->asked_ms;
        days = SUPPLEMENT_DAYS_MIN;
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
static void times_note(struct model_case *c, const struct event_envelope *envelope)
{
    if (text_equal_string(envelope->type, "intake.supplement_requested.v1")) {
        c->asked_ms = envelope->time;
    } else if (text_equal_string(envelope->type, "intake.supplement_received.v1")) {
        c->notice_from_ms = envelope->time;
    } else if (text_equal_string(envelope->type, "approval.decision_made.v1")) {
        c->decided_ms = envelope->time;
    }
}

/* All bills of a case are paid, or were of zero, before it goes on. */
static void cleared_check(struct world *world, const struct model_case *c)
{
    const struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->bill_count; i++) {
        const struct model_bill *bill = &checks->bills[i];
        if (uuid_equal(&bill->case_id, &c->id) && bill->state != BILL_PAID &&
            bill->state != BILL_CLEARED) {
            world_fail(world, "money", "%s goes on with a bill that is not paid", c->number);
        }
    }
}

static void follow_moved(struct world *world, const struct event_envelope *envelope)
{
    struct case_moved moved;
    struct model_case *c = model_case_find(world->checks, &envelope->case_id.uuid);
    data_read(world, envelope, &case_moved_message, &moved);
    if (c == NULL) {
        world_fail(world, "case", "%.*s of a case that was never filed",
                   TEXT_PRINT(envelope->type));
    }
    const char *owner = owner_of(world, c->state);
    if (owner == NULL || !text_equal_string(envelope->source, owner)) {
        world_fail(world, "case", "%s moved by %.*s (%.*s) while it was in %s, which is %s's",
                   c->number, TEXT_PRINT(envelope->source), TEXT_PRINT(envelope->type), c->state,
                   owner == NULL ? "nobody" : owner);
    }
    if (!text_equal_string(moved.step.from, c->state)) {
        world_fail(world, "case", "%s: %.*s from %.*s, but it was in %s", c->number,
                   TEXT_PRINT(envelope->type), TEXT_PRINT(moved.step.from), c->state);
    }
    silence_check(world, envelope, c, &moved);
    times_note(c, envelope);
    if (text_equal_string(envelope->type, "fee.case_cleared.v1")) {
        cleared_check(world, c);
    }
    if (text_equal_string(envelope->type, "approval.result_issued.v1")) {
        number_check(world, "licence", moved.number, 6, &world->checks->last_document);
    }
    name_set(c->state, moved.step.to);
}

/* -- money ------------------------------------------------------------------------------------ */

static struct model_bill *bill_find(struct world *world, const struct bill_id *id)
{
    struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->bill_count; i++) {
        if (uuid_equal(&checks->bills[i].id, &id->uuid)) {
            return &checks->bills[i];
        }
    }
    world_fail(world, "money", "an event of a bill that was never issued");
}

/* The postings of an event sum to zero and move the accounts. */
static void postings_follow(struct world *world, const struct posting_list *postings)
{
    struct checks *checks = world->checks;
    int64_t sum_fen = 0;
    for (size_t i = 0; i < postings->count; i++) {
        const struct posting *posting = &postings->items[i];
        size_t at = 0;
        while (at < checks->account_count &&
               !text_equal_string(posting->account, checks->accounts[at].name)) {
            at++;
        }
        CHECK(at < MODEL_ACCOUNTS_MAX);
        if (at == checks->account_count) {
            checks->account_count++;
            name_set(checks->accounts[at].name, posting->account);
        }
        checks->accounts[at].balance_fen += posting->amount_fen;
        sum_fen += posting->amount_fen;
    }
    if (sum_fen != 0) {
        world_fail(world, "ledger", "postings of an event sum to %" PRId64 " fen", sum_fen);
    }
}

static void follow_issued(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    struct fee_bill_issued issued;
    int64_t sum_fen = 0;
    data_read(world, envelope, &fee_bill_issued_message, &issued);
    for (size_t i = 0; i < checks->bill_count; i++) {
        if (uuid_equal(&checks->bills[i].case_id, &envelope->case_id.uuid)) {
            world_fail(world, "money", "a second bill for one grant");
        }
    }
    for (size_t i = 0; i < issued.lines.count; i++) {
        sum_fen += issued.lines.items[i].amount_fen;
    }
    if (sum_fen != issued.amount_fen) {
        world_fail(world, "money", "a bill of %" PRId64 " fen has lines of %" PRId64,
                   issued.amount_fen, sum_fen);
    }
    const struct model_case *c = model_case_find(checks, &envelope->case_id.uuid);
    int64_t price_fen = c != NULL && c->is_joint ? joint_bill_fen(c->catalogue_version) : 0;
    if (issued.amount_fen != 0 && issued.amount_fen != price_fen) {
        world_fail(world, "money", "a bill of %" PRId64 " fen, the case's catalogue asks %" PRId64,
                   issued.amount_fen, price_fen);
    }
    number_check(world, "bill", issued.number, 7, &checks->last_bill);
    CHECK(checks->bill_count < MODEL_BILLS_MAX);
    checks->bills[checks->bill_count++] = (struct model_bill){
        .id = issued.bill_id.uuid,
        .case_id = envelope->case_id.uuid,
        .amount_fen = issued.amount_fen,
        .state = issued.amount_fen == 0 ? BILL_CLEARED : BILL_ISSUED,
    };
    postings_follow(world, &issued.postings);
}

static void follow_payment(struct world *world, const struct event_envelope *envelope)
{
    struct fee_payment_recorded recorded;
    data_read(world, envelope, &fee_payment_recorded_message, &recorded);
    struct model_bill *bill = bill_find(world, &recorded.bill_id);
    if (bill->state != BILL_ISSUED || recorded.amount_fen != bill->amount_fen) {
        world_fail(world, "money",
                   "a payment of %" PRId64 " fen on a bill of %" PRId64 " that is not open for it",
                   recorded.amount_fen, bill->amount_fen);
    }
    bill->state = BILL_PAID;
    postings_follow(world, &recorded.postings);
}

static void follow_voided(struct world *world, const struct event_envelope *envelope)
{
    struct fee_bill_voided voided;
    data_read(world, envelope, &fee_bill_voided_message, &voided);
    struct model_bill *bill = bill_find(world, &voided.bill_id);
    if (bill->state != BILL_ISSUED) {
        world_fail(world, "money", "a bill that is not open is taken back");
    }
    bill->state = BILL_VOID;
    postings_follow(world, &voided.postings);
}

static void follow_receipt(struct world *world, const struct event_envelope *envelope)
{
    struct fee_receipt_issued receipt;
    data_read(world, envelope, &fee_receipt_issued_message, &receipt);
    if (bill_find(world, &receipt.bill_id)->state != BILL_PAID) {
        world_fail(world, "money", "a receipt for a bill that is not paid");
    }
    number_check(world, "receipt", receipt.number, 7, &world->checks->last_receipt);
}

/* -- messages --------------------------------------------------------------------------------- */

static struct model_message *message_find(struct checks *checks, const struct message_id *id)
{
    for (size_t i = 0; i < checks->message_count; i++) {
        if (uuid_equal(&checks->messages[i].id, &id->uuid)) {
            return &checks->messages[i];
        }
    }
    return NULL;
}

static void follow_queued(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    struct message_queued queued;
    data_read(world, envelope, &message_queued_message, &queued);
    if (message_find(checks, &queued.message_id) != NULL) {
        world_fail(world, "messages", "a message is queued twice");
    }
    CHECK(checks->message_count < MODEL_MESSAGES_MAX);
    checks->messages[checks->message_count++] =
        (struct model_message){.id = queued.message_id.uuid};
}

static void message_over(struct world *world, const struct message_id *id)
{
    struct model_message *message = message_find(world->checks, id);
    if (message == NULL || message->is_over) {
        world_fail(world, "messages",
                   "a message is over that was never queued, or was over before");
    }
    message->is_over = true;
}

/* What is said to be sent lies in the folder that mail goes to. */
static void follow_sent(struct world *world, const struct event_envelope *envelope)
{
    struct message_sent sent;
    char id[UUID_TEXT_BYTES + 1];
    char path[256];
    data_read(world, envelope, &message_sent_message, &sent);
    message_over(world, &sent.message_id);
    uuid_format(&sent.message_id.uuid, id);
    (void)snprintf(path, sizeof path, "%s/mail/%s.eml", world->folder, id);
    if (access(path, F_OK) != 0) {
        world_fail(world, "messages", "message %s is said to be sent, but is nowhere", id);
    }
}

static void follow_failed(struct world *world, const struct event_envelope *envelope)
{
    struct message_failed failed;
    data_read(world, envelope, &message_failed_message, &failed);
    message_over(world, &failed.message_id);
}

/* -- following -------------------------------------------------------------------------------- */

static void follow_finding(struct world *world, const struct event_envelope *envelope)
{
    struct finding_raised finding;
    data_read(world, envelope, &finding_raised_message, &finding);
    if (text_equal_string(finding.rule, "case_deemed_accepted")) {
        world->checks->deemed_found++;
    }
}

struct follower {
    const char *type;
    void (*follow)(struct world *world, const struct event_envelope *envelope);
};

#define MOVED(name, type, doc) {type, follow_moved},

static const struct follower followers[] = {{"intake.catalogue_activated.v1", follow_activated},
                                            {"intake.case_submitted.v1", follow_submitted},
                                            {"fee.bill_issued.v1", follow_issued},
                                            {"fee.payment_recorded.v1", follow_payment},
                                            {"fee.bill_voided.v1", follow_voided},
                                            {"fee.receipt_issued.v1", follow_receipt},
                                            {"audit.finding_raised.v1", follow_finding},
                                            {"notification.message_queued.v1", follow_queued},
                                            {"notification.message_sent.v1", follow_sent},
                                            {"notification.message_failed.v1", follow_failed},
                                            INTAKE_MOVES(MOVED) APPROVAL_MOVES(MOVED)
                                                FEE_MOVES(MOVED) AUDIT_MOVES(MOVED)};

void model_follow(struct world *world, const struct event_envelope *envelope)
{
    tally_add(world->tally, envelope->type);
    for (size_t i = 0; i < sizeof followers / sizeof followers[0]; i++) {
        if (text_equal_string(envelope->type, followers[i].type)) {
            followers[i].follow(world, envelope);
            return;
        }
    }
}
