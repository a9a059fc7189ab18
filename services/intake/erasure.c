/* Erasure (個人信息保護法 47): the key of a person is destroyed, and with it whatever was sealed
 * under it, in whatever copy. While a case goes on, or a legal period runs, the values are only
 * stored. One asks, who filed or an officer; another officer decides. */
#include "intake.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { PERSON_CASES_MAX = 1000, DECIDED_AT_ONCE_MAX = 48, MONTHS_PER_YEAR = 12 };

static const char retention_tag[] = "retention";

static struct key subject_key(int64_t subject)
{
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)subject);
    return key;
}

static bool erasure_get(struct state *state, int64_t subject, struct erasure_row *ret_row)
{
    struct key key = subject_key(subject);
    *ret_row = (struct erasure_row){0};
    return subject > 0 &&
           state_get(state, TABLE_ERASURES, key_bytes(&key), &erasure_row_message, ret_row);
}

/* When the case ended; 0 while it goes on. */
static int64_t ended_at(struct state *state, const struct case_id *id)
{
    struct key key = key_of_uuid(&id->uuid);
    struct bytes value;
    return store_get(state->txn, TABLE_ENDED, key_bytes(&key), &value) && value.size == 8
               ? (int64_t)read_be64(value.data)
               : 0;
}

/* The case of a subject; false for one that no filing brought. */
static bool case_of_subject(struct state *state, uint64_t subject, struct matter *ret_matter)
{
    struct key key = subject_key((int64_t)subject);
    struct bytes value;
    struct case_id id;
    if (!store_get(state->txn, TABLE_SUBJECTS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(id.uuid.bytes, value.data, UUID_BYTES);
    return matter_load(&intake_flow, state, &id, ret_matter);
}

/* The moment from which nothing has to be kept of a case that ended then. */
static int64_t retention_end(const struct matter *matter, int64_t ended_ms)
{
    struct zone zone = calendar_zone(matter->rules->calendar);
    int years = (int)matter->item->retention.years;
    struct date last = date_add_months(zone_date(zone, ended_ms), MONTHS_PER_YEAR * years);
    return years == 0 ? ended_ms : zone_time(zone, date_add_days(last, 1), 0);
}

bool erasure_withholds(struct state *state, int64_t subject, bool is_own)
{
    struct erasure_row row;
    if (!erasure_get(state, subject, &row)) {
        return false;
    }
    /* While the case goes on, who has to decide it reads it. */
    return row.status == ERASURE_ERASED ||
           (row.status == ERASURE_RESTRICTED && !is_own && ended_at(state, &row.case_id) != 0);
}

bool erasure_of(struct state *state, int64_t subject, struct erasure_shown *ret_shown)
{
    struct erasure_row row;
    bool is_there = erasure_get(state, subject, &row);
    *ret_shown =
        (struct erasure_shown){.status = row.status, .since = row.since, .until = row.until};
    return is_there;
}

/* -- deciding ------------------------------------------------------------------------------- */

/* A decision about the values of a person. */
struct erasing {
    struct decision *decision;
    const struct erase_subject *command;
    struct matter matter;   /* the case that was named */
    struct erasure_row row; /* as it stands there */
    bool is_asked;
};

static void step_emit(struct erasing *erasing, const struct matter *matter,
                      const struct wire_message *message, const struct erasure_step *step)
{
    emit(erasing->decision, &matter->id, message, step);
}

/* What is said of a decision to erase must outlast the person's key: it is sealed to the hall. */
static struct personal sealed_to_hall(struct decision *decision, struct personal plain)
{
    const struct intake *intake = decision->state->memory;
    struct bytes public_key = {0};
    int64_t hall = 0;
    rules_hall_subject(intake->shelf, decision->state, decision->arena, &hall, &public_key);
    if (hall == 0 || public_key.size != SEAL_PUBLIC_KEY_BYTES) {
        return (struct personal){.sealed = true};
    }
    return seal_to_public_key(public_key.data, (uint64_t)hall, plain.value, decision->random,
                              decision->arena);
}

/* What the person says of himself goes with the rest. */
static struct personal sealed_to_person(const struct erasing *erasing, struct personal plain)
{
    const struct intake *intake = erasing->decision->state->memory;
    uint64_t subject = (uint64_t)erasing->matter.row.subject;
    struct vault_keys keys;
    if (!vault_keys(intake->vault, subject, &keys)) {
        return (struct personal){.sealed = true};
    }
    return seal_with_key(keys.key, subject, plain.value, erasing->decision->random,
                         erasing->decision->arena);
}

static enum verdict ask_decide(struct erasing *erasing, struct text login)
{
    struct personal reasons = erasing->command->reasons;
    struct erasure_step step = {
        .subject = erasing->matter.row.subject,
        .asked_by = login,
        .basis = erasing->command->basis,
        .reasons = text_is_empty(login) ? sealed_to_person(erasing, reasons)
                                        : sealed_to_hall(erasing->decision, reasons),
    };
    step_emit(erasing, &erasing->matter, &erasure_asked_message, &step);
    return VERDICT_OK;
}

static bool is_settled(struct state *state, const struct matter *matter)
{
    struct erasure_row row;
    return erasure_get(state, matter->row.subject, &row) && row.status != ERASURE_ASKED;
}

/* Erases the values of one case, or restricts them while they have to be kept. */
static void case_settle(struct erasing *erasing, const struct matter *matter)
{
    struct decision *decision = erasing->decision;
    int64_t ended = ended_at(decision->state, &matter->id);
    int64_t until = ended == 0 ? 0 : retention_end(matter, ended);
    struct erasure_step step = {
        .subject = matter->row.subject,
        .asked_by = erasing->row.asked_by,
        .basis = erasing->command->basis,
        .reasons = sealed_to_hall(decision, erasing->command->reasons),
    };
    if (ended != 0 && until <= decision->now_ms) {
        step_emit(erasing, matter, &subject_erased_message, &step);
        return;
    }
    step.until = until;
    step_emit(erasing, matter, &subject_restricted_message, &step);
}

/* The other filings of the person that are not settled yet, one more than are decided at once at
 * most. Whoever gave no identity number has none. */
static size_t others_find(struct erasing *erasing, struct matter *others)
{
    struct state *state = erasing->decision->state;
    const struct intake *intake = state->memory;
    uint64_t named = (uint64_t)erasing->matter.row.subject;
    uint64_t *found = arena_take_array(state->arena, PERSON_CASES_MAX, sizeof *found);
    size_t found_count = vault_alike(intake->vault, named, found, PERSON_CASES_MAX);
    size_t count = 0;
    for (size_t i = 0; i < found_count && count <= DECIDED_AT_ONCE_MAX; i++) {
        if (found[i] != named && case_of_subject(state, found[i], &others[count]) &&
            !is_settled(state, &others[count])) {
            count++;
        }
    }
    return count;
}

/* All filings of the person, found by the keyed hash of the identity number. When they are too many
 * for one decision the named one stays as it is, so that the decision can be repeated. */
static enum verdict person_settle(struct erasing *erasing)
{
    struct matter *others =
        arena_take_array(erasing->decision->arena, DECIDED_AT_ONCE_MAX + 1, sizeof *others);
    size_t count = others_find(erasing, others);
    if (count <= DECIDED_AT_ONCE_MAX) {
        case_settle(erasing, &erasing->matter);
    }
    for (size_t i = 0; i < count && i < DECIDED_AT_ONCE_MAX; i++) {
        case_settle(erasing, &others[i]);
    }
    return VERDICT_OK;
}

static enum verdict officer_decide(struct erasing *erasing)
{
    struct decision *decision = erasing->decision;
    const struct principal *officer = decision->principal;
    if (text_is_empty(erasing->command->basis)) {
        return refuse_field(decision, "basis", "must be given");
    }
    if (!erasing->is_asked && erasing->command->refuse) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "nobody asked for it");
    }
    if (!erasing->is_asked) {
        return ask_decide(erasing, officer->login);
    }
    if (erasing->row.status != ERASURE_ASKED) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "it is decided already");
    }
    if (erasing->command->refuse) {
        struct erasure_step step = {
            .subject = erasing->matter.row.subject,
            .asked_by = erasing->row.asked_by,
            .basis = erasing->command->basis,
            .reasons = sealed_to_hall(decision, erasing->command->reasons),
        };
        step_emit(erasing, &erasing->matter, &erasure_refused_message, &step);
        return VERDICT_OK;
    }
    if (text_equal(erasing->row.asked_by, officer->login)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "another officer than who asked decides it");
    }
    return person_settle(erasing);
}

static enum verdict filer_ask(struct erasing *erasing)
{
    if (erasing->command->refuse) {
        return refuse(erasing->decision, PROBLEM_FORBIDDEN, "an officer decides on it");
    }
    if (erasing->is_asked) {
        return refuse(erasing->decision, PROBLEM_NOT_ALLOWED_NOW, "it was asked for already");
    }
    erasing->decision->actor.role = TEXT_LITERAL("applicant");
    return ask_decide(erasing, (struct text){0});
}

static bool is_data_officer(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_STAFF &&
           principal_holds(principal, TEXT_LITERAL("data_officer"), TEXT_LITERAL("HALL"));
}

enum verdict decide_erase_subject(struct decision *decision, const void *command)
{
    struct erasing *erasing = arena_take(decision->arena, sizeof *erasing);
    const struct intake *intake = decision->state->memory;
    *erasing = (struct erasing){.decision = decision, .command = command};
    bool is_officer = is_data_officer(decision->principal);
    if (intake->vault == NULL ||
        !matter_load(&intake_flow, decision->state, &erasing->command->case_id, &erasing->matter) ||
        erasing->matter.procedure->of_hall) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    }
    erasing->is_asked = erasure_get(decision->state, erasing->matter.row.subject, &erasing->row);
    if (is_officer) {
        decision->actor.role = TEXT_LITERAL("data_officer");
        return officer_decide(erasing);
    }
    switch (matter_standing(&erasing->matter, decision->principal)) {
    case STANDING_FILER:
        return filer_ask(erasing);
    case STANDING_NONE:
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    case STANDING_CONCERNED:
    case STANDING_PARTY:
    case STANDING_UNCONCERNED:
        break;
    }
    return refuse(decision, PROBLEM_FORBIDDEN,
                  "who filed asks for erasure, officers for the protection of data decide on it");
}

enum verdict decide_retention_over(struct decision *decision, const struct timer *timer)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    struct case_id id = {timer->subject};
    struct erasure_row row;
    if (!matter_load(&intake_flow, decision->state, &id, matter) ||
        !erasure_get(decision->state, matter->row.subject, &row)) {
        store_fail(decision->state->txn, ERR_CORRUPT); /* a timer of what nobody asked for */
        return VERDICT_OK;
    }
    struct erasure_step step = {.subject = matter->row.subject, .asked_by = row.asked_by};
    emit(decision, &id, &subject_erased_message, &step);
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static struct timer timer_of(const struct case_id *id, int64_t due_ms)
{
    return (struct timer){
        .due_ms = due_ms, .kind = TIMER_ERASE, .subject = id->uuid, .tag = text_of(retention_tag)};
}

bool erasure_next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                      struct timer *ret_timer)
{
    struct case_id id = {*subject};
    struct matter matter;
    struct erasure_row row;
    if (ended_at(state, &id) == 0 || !matter_load(&intake_flow, state, &id, &matter) ||
        !erasure_get(state, matter.row.subject, &row) || row.until == 0 || row.until > now_ms) {
        return false;
    }
    *ret_timer = timer_of(&id, row.until);
    return true;
}

static void erasure_put(struct state *state, int64_t subject, const struct erasure_row *before,
                        const struct erasure_row *row)
{
    struct key key = subject_key(subject);
    if (before->until != 0) {
        struct timer timer = timer_of(&before->case_id, before->until);
        timer_remove(state, &timer);
    }
    if (row->until != 0) {
        struct timer timer = timer_of(&row->case_id, row->until);
        timer_set(state, &timer);
    }
    state_put(state, TABLE_ERASURES, key_bytes(&key), &erasure_row_message, row);
}

/* The slot is overwritten once the batch is durable; in a replay there is none. */
static void slot_mark(struct intake *intake, int64_t subject)
{
    if (intake->vault == NULL) {
        return;
    }
    if (intake->erasing_count == intake->erasing_capacity) {
        intake->erasing_capacity = intake->erasing_capacity == 0 ? 64 : 2 * intake->erasing_count;
        intake->erasing =
            realloc(intake->erasing, intake->erasing_capacity * sizeof *intake->erasing);
        CHECK(intake->erasing != NULL);
    }
    intake->erasing[intake->erasing_count++] = (uint64_t)subject;
}

/* What is shown of the case is another than before: who holds its older version reads again. */
static void case_version_raise(struct state *state, const struct case_id *id)
{
    struct key key = key_of_uuid(&id->uuid);
    struct case_row row;
    if (state_get(state, TABLE_CASES, key_bytes(&key), &case_row_message, &row)) {
        row.version++;
        state_put(state, TABLE_CASES, key_bytes(&key), &case_row_message, &row);
    }
}

void apply_erasure(struct state *state, const struct event *event)
{
    const struct erasure_step *step = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct key key = subject_key(step->subject);
    struct erasure_row before;
    (void)erasure_get(state, step->subject, &before);
    case_version_raise(state, id);
    if (event->message == &erasure_refused_message) {
        state_delete(state, TABLE_ERASURES, key_bytes(&key));
        return;
    }
    struct erasure_row row = {
        .case_id = *id,
        .status = ERASURE_ASKED,
        .asked_by = step->asked_by,
        .since = event->envelope->time,
    };
    if (event->message == &subject_restricted_message) {
        row.status = ERASURE_RESTRICTED;
        row.until = step->until;
    } else if (event->message == &subject_erased_message) {
        row.status = ERASURE_ERASED;
        slot_mark(state->memory, step->subject);
    }
    erasure_put(state, step->subject, &before, &row);
}

void erasure_follow_case(struct state *state, const struct event *event,
                         const struct matter *matter)
{
    struct key key = key_of_uuid(&matter->id.uuid);
    bool is_over = matter_has_ended(matter);
    struct erasure_row before;
    uint8_t moment[8];
    if (is_over == (ended_at(state, &matter->id) != 0)) {
        return;
    }
    if (is_over) {
        write_be64(moment, (uint64_t)event->envelope->time);
        store_put(state->txn, TABLE_ENDED, key_bytes(&key), bytes_of(moment, sizeof moment));
    } else {
        state_delete(state, TABLE_ENDED, key_bytes(&key));
    }
    if (erasure_get(state, matter->row.subject, &before) && before.status == ERASURE_RESTRICTED) {
        struct erasure_row row = before;
        row.until = is_over ? retention_end(matter, event->envelope->time) : 0;
        erasure_put(state, matter->row.subject, &before, &row);
    }
}

/* -- the vault ------------------------------------------------------------------------------ */

enum err erasures_finish(struct intake *intake)
{
    for (size_t i = 0; i < intake->erasing_due; i++) {
        enum err err = vault_erase(intake->vault, intake->erasing[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    intake->erasing_count = 0;
    intake->erasing_due = 0;
    return ERR_OK;
}

enum err erasures_redo(struct intake *intake, struct store_txn *txn)
{
    struct state state;
    struct store_cursor cursor;
    struct arena arena;
    enum err err = vault_reserve(intake->vault, &intake->random, intake->subject);
    arena_init(&arena);
    state_init(&state, &arena, intake);
    state.txn = txn;
    store_cursor_open(&cursor, txn, TABLE_ERASURES);
    bool more = err == ERR_OK && store_first(&cursor);
    while (more && err == ERR_OK) {
        struct erasure_row row;
        struct vault_keys keys;
        uint64_t subject = read_be64(cursor.key.data);
        if (state_row(&state, cursor.value, &erasure_row_message, &row) &&
            row.status == ERASURE_ERASED && vault_keys(intake->vault, subject, &keys)) {
            err = vault_erase(intake->vault, subject);
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    state_free(&state);
    arena_free(&arena);
    return err == ERR_OK ? store_error(txn) : err;
}

/* -- the list ------------------------------------------------------------------------------- */

enum verdict query_erasures(struct reading *reading, const void *question)
{
    const struct ask_erasures *asked = question;
    struct erasures_told *told = arena_take(reading->arena, sizeof *told);
    size_t limit = (size_t)asked->limit;
    struct store_cursor cursor;
    uint64_t last = asked->after.size == 8 ? read_be64(asked->after.data) : 0;
    struct key from = subject_key((int64_t)last + 1);
    if (!is_data_officer(reading->principal)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "officers for the protection of data read this list");
    }
    told->items.items = arena_take_array(reading->arena, limit, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_ERASURES);
    bool more = store_seek(&cursor, key_bytes(&from));
    while (more && told->items.count < limit) {
        struct erasure_row row;
        last = read_be64(cursor.key.data);
        if (!state_row(reading->state, cursor.value, &erasure_row_message, &row)) {
            break;
        }
        told->items.items[told->items.count++] = (struct erasure_listed){
            .case_id = row.case_id,
            .asked_by = arena_copy_text(reading->arena, row.asked_by),
            .status = row.status,
            .since = row.since,
            .until = row.until,
        };
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    if (more) {
        uint8_t *next = arena_take(reading->arena, 8);
        write_be64(next, last);
        told->next = bytes_of(next, 8);
    }
    return reading_answer(reading, &erasures_told_message, told);
}
