/* Letters: which event causes which, their numbers, and what became of each. */
#include "notification.h"

#include "base/encoding.h"
#include "crypto/seal.h"

#include <inttypes.h>
#include <string.h>

enum { NUMBER_DIGITS = 7, LETTERS_PER_CASE_MAX = 1000 };

/* How the numbers of a kind begin; receipts, red ones too, keep those that fee gave them. */
static const char *const prefixes[] = {
    [LETTER_ACCEPTANCE] = "SL",        /* 受理 */
    [LETTER_MISSING_MATERIALS] = "BZ", /* 补正 */
    [LETTER_NOT_ACCEPTED] = "BY",      /* 不予受理 */
    [LETTER_DECISION] = "JD",          /* 决定 */
    [LETTER_LICENCE] = "XK",           /* 许可 */
};

/* -- reading -------------------------------------------------------------------------------- */

bool letter_get(struct state *state, const struct letter_id *id, struct letter_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_LETTERS, key_bytes(&key), &letter_row_message, ret_row);
}

static void letter_put(struct state *state, const struct letter_row *row)
{
    struct key key = key_of_uuid(&row->letter.letter_id.uuid);
    state_put(state, TABLE_LETTERS, key_bytes(&key), &letter_row_message, row);
}

void letters_visit(struct state *state, const struct case_id *case_id,
                   bool (*visit)(void *context, const struct letter_row *row), void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&case_id->uuid);
    store_cursor_open(&cursor, state->txn, TABLE_CASE_LETTERS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix)) {
        struct letter_id id;
        struct letter_row row;
        memcpy(id.uuid.bytes, cursor.key.data + UUID_BYTES, UUID_BYTES);
        more = letter_get(state, &id, &row) && visit(context, &row) && store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

/* -- numbers -------------------------------------------------------------------------------- */

static int64_t year_of(struct date day)
{
    return date_civil(day).year;
}

static struct key count_key(enum letter_kind kind, int64_t year)
{
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)kind);
    key_add_u64(&key, (uint64_t)year);
    return key;
}

static uint64_t count_read(struct state *state, enum letter_kind kind, int64_t year)
{
    struct key key = count_key(kind, year);
    struct bytes value;
    return store_get(state->txn, TABLE_LETTER_COUNTS, key_bytes(&key), &value) && value.size == 8
               ? read_be64(value.data)
               : 0;
}

static void count_add(struct state *state, enum letter_kind kind, int64_t year)
{
    struct key key = count_key(kind, year);
    uint8_t value[8];
    write_be64(value, count_read(state, kind, year) + 1);
    store_put(state->txn, TABLE_LETTER_COUNTS, key_bytes(&key), bytes_of(value, sizeof value));
}

/* "JD20260000017": the letters of a kind and year are numbered without a gap. */
static struct text number_make(struct decision *decision, const struct event *event,
                               enum letter_kind kind, struct date day)
{
    if (kind == LETTER_RECEIPT) {
        return ((const struct fee_receipt_issued *)event->data)->number;
    }
    if (kind == LETTER_RED_RECEIPT) {
        return ((const struct case_moved *)event->data)->number;
    }
    return arena_print(decision->arena, "%s%" PRId64 "%0*" PRIu64, prefixes[kind], year_of(day),
                       NUMBER_DIGITS, count_read(decision->state, kind, year_of(day)) + 1);
}

/* 60 bits that stand on the letter and nowhere in the record: who has only the number learns
 * nothing. Made from the salt of the letter's event, so that a replay makes it again. */
static struct text code_make(struct arena *arena, const struct event *event, struct text number)
{
    uint8_t key[SEAL_KEY_BYTES] = {0};
    uint8_t hash[KEYED_HASH_BYTES];
    char *code = arena_take(arena, BASE32_DIGITS_MAX + 1);
    struct bytes salt = event->envelope->salt;
    memcpy(key, salt.data, salt.size < sizeof key ? salt.size : sizeof key);
    keyed_hash(key, "letter", text_bytes(number), hash);
    base32_encode(read_be64(hash), BASE32_DIGITS_MAX, code);
    return text_of(code);
}

/* -- issuing -------------------------------------------------------------------------------- */

/* What stands beside another step moves nothing, and nobody is written to for it. A receipt comes
 * with fee's event of that name, and with no other; a red one with a step that pays back what a
 * bill brought, under fee's number for it. */
static bool is_of_cause(const struct event *event, enum letter_kind kind)
{
    bool is_move = event->message->fields == case_moved_message.fields;
    const struct case_moved *moved = event->data;
    if (kind == LETTER_RECEIPT) {
        return event->message == &fee_receipt_issued_message;
    }
    if (kind == LETTER_RED_RECEIPT) {
        return is_move && !uuid_is_none(&moved->bill.uuid) && !text_is_empty(moved->number);
    }
    return is_move && !moved->step.beside;
}

void letter_issue(struct decision *decision, const struct event *event,
                  const struct case_id *case_id, const struct contact_row *contact,
                  const struct hall_rules *rules, struct text outcome)
{
    const struct catalogue_item *item = catalogue_item(rules->catalogue, contact->item);
    const struct letter_template *template =
        item == NULL
            ? NULL
            : letter_for_event(&rules->letters, event->envelope->type, item->kind, outcome);
    if (template == NULL) {
        return;
    }
    enum letter_kind kind = (enum letter_kind)wire_enum_value(&letter_kind_enum, template->kind);
    if (!is_of_cause(event, kind)) {
        return;
    }
    struct date day = zone_date(calendar_zone(rules->calendar), event->envelope->time);
    struct letter_issued letter = {
        .letter_id = {decision_new_id(decision)},
        .kind = kind,
        .number = number_make(decision, event, kind, day),
        .template_name = template->name,
        .catalogue_version = rules->version,
        .day = day,
        .subject = contact->subject,
        .due = decision->now_ms,
    };
    if (event->message->fields == case_moved_message.fields) {
        letter.state = ((const struct case_moved *)event->data)->step.from;
    }
    letter_words_fill(decision, event, contact, rules, template, &letter);
    emit(decision, case_id, &letter_issued_message, &letter);
}

void letter_issue_for_bill(struct decision *decision, const struct event *event)
{
    struct notification *notification = decision->state->memory;
    const struct case_moved *moved = event->data;
    struct paid_row paid;
    struct contact_row contact;
    if (event->message->fields != case_moved_message.fields || uuid_is_none(&moved->bill.uuid) ||
        !paid_get(decision->state, &moved->bill, &paid) ||
        !contact_get(decision->state, &paid.case_id, &contact)) {
        return;
    }
    const struct hall_rules *rules =
        rules_of(notification->shelf, decision->state, contact.catalogue_version);
    if (rules != NULL) {
        letter_issue(decision, event, &paid.case_id, &contact, rules, (struct text){0});
    }
}

/* -- what came of making it ----------------------------------------------------------------- */

static void failure_emit(struct decision *decision, const struct report_letter *report,
                         const struct letter_row *row)
{
    int64_t attempts = report->attempts + 1;
    int64_t wait_ms = attempt_wait_ms(attempts);
    struct text why = text_is_empty(report->why) ? TEXT_LITERAL("unknown") : report->why;
    if (report->hopeless || wait_ms == 0) {
        struct letter_failed failed = {.letter_id = report->letter_id,
                                       .attempts = attempts,
                                       .why = why,
                                       .order_due = report->order_due};
        emit(decision, &row->case_id, &letter_failed_message, &failed);
        return;
    }
    struct letter_delayed delayed = {.letter_id = report->letter_id,
                                     .attempts = attempts,
                                     .why = why,
                                     .again = decision->now_ms + wait_ms,
                                     .order_due = report->order_due};
    emit(decision, &row->case_id, &letter_delayed_message, &delayed);
}

enum verdict decide_report_letter(struct decision *decision, const void *command)
{
    const struct report_letter *report = command;
    struct letter_row row;
    if (!work_stands(decision->state, report->order_due, WORK_MAKE_LETTER,
                     &report->letter_id.uuid) ||
        !letter_get(decision->state, &report->letter_id, &row)) {
        return VERDICT_OK; /* told before */
    }
    if (!report->made) {
        failure_emit(decision, report, &row);
        return VERDICT_OK;
    }
    struct letter_made made = {
        .letter_id = report->letter_id,
        .sealed = report->sealed,
        .size = report->size,
        .sha256 = report->sha256,
        .key = report->key,
        .attempts = report->attempts + 1,
        .order_due = report->order_due,
    };
    emit(decision, &row.case_id, &letter_made_message, &made);
    return VERDICT_OK;
}

/* The gateway says so for who reads a letter and finds it given up, or its file lost: made again,
 * it is the same. What is on its way already is not asked for twice. */
enum verdict decide_make_letter_again(struct decision *decision, const void *command)
{
    const struct make_letter_again *asked = command;
    struct letter_row row;
    struct contact_row contact;
    enum standing standing = STANDING_NONE;
    if (letter_get(decision->state, &asked->letter_id, &row) &&
        contact_get(decision->state, &row.case_id, &contact)) {
        standing = contact_standing(decision->state, decision->principal, &row.case_id, &contact);
    }
    if (standing != STANDING_FILER && standing != STANDING_CONCERNED) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such letter");
    }
    if (row.status == LETTER_FAILED || row.status == LETTER_READY) {
        struct letter_wanted_again wanted = {
            .letter_id = asked->letter_id,
            .why = row.status == LETTER_FAILED ? TEXT_LITERAL("it was given up")
                                               : TEXT_LITERAL("its file cannot be read"),
            .due = decision->now_ms,
        };
        emit_by_hall(decision, &row.case_id, &letter_wanted_again_message, &wanted);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

/* What ends letters, and which: those of a kind that were decided in a state, or the one with a
 * number. Absent: whatever it is. */
struct ending {
    struct state *state;
    enum letter_kind kind;
    struct text decided_in;
    struct text number;
    struct letter_id except;
    int64_t at;
};

static bool letter_end(void *context, const struct letter_row *row)
{
    const struct ending *ending = context;
    const struct letter_issued *letter = &row->letter;
    bool is_meant =
        letter->kind == ending->kind &&
        !uuid_equal(&letter->letter_id.uuid, &ending->except.uuid) &&
        (text_is_empty(ending->number) || text_equal(letter->number, ending->number)) &&
        (text_is_empty(ending->decided_in) || text_equal(letter->state, ending->decided_in));
    if (is_meant && row->ended == 0) {
        struct letter_row ended = *row;
        ended.ended = ending->at;
        letter_put(ending->state, &ended);
    }
    return true;
}

/* A new licence replaces the one before; a red receipt takes back the receipt that it names. */
static void replaced_end(struct state *state, const struct event *event)
{
    const struct letter_issued *letter = event->data;
    bool is_licence = letter->kind == LETTER_LICENCE;
    struct ending ending = {
        .state = state,
        .kind = is_licence ? LETTER_LICENCE : LETTER_RECEIPT,
        .number = letter->ends,
        .except = letter->letter_id,
        .at = event->envelope->time,
    };
    if (is_licence || !text_is_empty(letter->ends)) {
        letters_visit(state, &event->envelope->case_id, letter_end, &ending);
    }
}

static void order_add(struct state *state, const struct letter_id *id, int64_t due_ms)
{
    struct work_order order = {.due_ms = due_ms, .kind = WORK_MAKE_LETTER, .id = id->uuid};
    struct letter_order payload = {.letter_id = *id};
    work_add(state, &order, &letter_order_message, &payload);
}

void apply_letter_issued(struct state *state, const struct event *event)
{
    const struct letter_issued *letter = event->data;
    struct key number = key_of_text(letter->number);
    struct key of_case = key_of_uuid(&event->envelope->case_id.uuid);
    struct letter_row row = {
        .case_id = event->envelope->case_id,
        .letter = *letter,
        .at = event->envelope->time,
        .code = code_make(state->arena, event, letter->number),
        .status = LETTER_QUEUED,
    };
    key_add_uuid(&of_case, &letter->letter_id.uuid);
    letter_put(state, &row);
    store_put(state->txn, TABLE_CASE_LETTERS, key_bytes(&of_case), bytes_of("", 0));
    store_put(state->txn, TABLE_LETTER_NUMBERS, key_bytes(&number),
              bytes_of(letter->letter_id.uuid.bytes, UUID_BYTES));
    count_add(state, letter->kind, year_of(letter->day));
    replaced_end(state, event);
    order_add(state, &letter->letter_id, letter->due);
}

void apply_letter_made(struct state *state, const struct event *event)
{
    const struct letter_made *made = event->data;
    struct letter_row row;
    (void)work_remove(state, made->order_due, WORK_MAKE_LETTER, &made->letter_id.uuid);
    if (letter_get(state, &made->letter_id, &row)) {
        row.status = LETTER_READY;
        row.why = (struct text){0};
        row.sealed = made->sealed;
        row.size = made->size;
        row.sha256 = made->sha256;
        row.key = made->key;
        letter_put(state, &row);
    }
}

static void status_set(struct state *state, const struct letter_id *id, enum letter_status status,
                       struct text why)
{
    struct letter_row row;
    if (letter_get(state, id, &row)) {
        row.status = status;
        row.why = why;
        letter_put(state, &row);
    }
}

void apply_letter_delayed(struct state *state, const struct event *event)
{
    const struct letter_delayed *delayed = event->data;
    status_set(state, &delayed->letter_id, LETTER_DELAYED, delayed->why);
    (void)work_put_off(state, delayed->order_due, WORK_MAKE_LETTER, &delayed->letter_id.uuid,
                       delayed->again);
}

void apply_letter_failed(struct state *state, const struct event *event)
{
    const struct letter_failed *failed = event->data;
    status_set(state, &failed->letter_id, LETTER_FAILED, failed->why);
    (void)work_remove(state, failed->order_due, WORK_MAKE_LETTER, &failed->letter_id.uuid);
}

void apply_letter_wanted_again(struct state *state, const struct event *event)
{
    const struct letter_wanted_again *wanted = event->data;
    status_set(state, &wanted->letter_id, LETTER_QUEUED, wanted->why);
    order_add(state, &wanted->letter_id, wanted->due);
}

/* -- what stands no longer, and what stands again -------------------------------------------- */

static bool is_set_aside(struct text type)
{
    struct text name = {0};
    (void)text_split(type, '.', &name);
    return text_equal_string(name, "decision_set_aside.v1");
}

/* The last licence of a case that was not decided in a state. */
struct licence_search {
    struct text decided_in;
    bool found;
    struct letter_row row;
};

static bool licence_find(void *context, const struct letter_row *row)
{
    struct licence_search *search = context;
    if (row->letter.kind == LETTER_LICENCE && !text_equal(row->letter.state, search->decided_in)) {
        search->found = true;
        search->row = *row;
    }
    return true;
}

/* What fell was a change, a renewal, or that the permit was taken away: the licence that there was
 * before stands again. */
static void licence_revive(struct state *state, const struct case_id *case_id, struct text from)
{
    struct licence_search search = {.decided_in = from};
    letters_visit(state, case_id, licence_find, &search);
    if (search.found && search.row.ended != 0) {
        search.row.ended = 0;
        letter_put(state, &search.row);
    }
}

/* A decision that is set aside leads back to the state in which it was taken: what was decided
 * there falls, and with the grant every licence. */
static void set_aside_follow(struct state *state, const struct event *event)
{
    static const enum letter_kind kinds[] = {LETTER_NOT_ACCEPTED, LETTER_DECISION, LETTER_LICENCE};
    const struct case_id *case_id = &event->envelope->case_id;
    struct text back = ((const struct case_moved *)event->data)->step.to;
    struct ending ending = {.state = state, .decided_in = back, .at = event->envelope->time};
    struct contact_row contact;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        ending.kind = kinds[i];
        letters_visit(state, case_id, letter_end, &ending);
    }
    if (contact_get(state, case_id, &contact) && text_equal(contact.decided_in, back)) {
        ending.decided_in = (struct text){0};
        letters_visit(state, case_id, letter_end, &ending);
    } else {
        licence_revive(state, case_id, back);
    }
}

void letters_follow(struct state *state, const struct event *event)
{
    const struct wire_message *message = event->message;
    bool is_over = message == &approval_permit_revoked_message ||
                   message == &approval_permit_retracted_message ||
                   message == &approval_permit_cancelled_message;
    struct ending ending = {.state = state, .kind = LETTER_LICENCE, .at = event->envelope->time};
    if (is_over) {
        letters_visit(state, &event->envelope->case_id, letter_end, &ending);
    }
    if (is_set_aside(event->envelope->type)) {
        set_aside_follow(state, event);
    }
}
