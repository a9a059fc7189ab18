/* Personal values are opened for those who may see them; whoever reads somebody else's leaves an
 * event (DESIGN: personal data; L65). */
#include "intake.h"

enum { FOUND_MAX = 200 };

/* Who wants values of a case opened, and what he is to it. */
struct opening {
    const struct intake *intake;
    struct state *state;
    struct case_id case_id;
    enum standing standing;
    int64_t subject;  /* of the case; 0: one of the hall's own matters */
    int64_t hall;     /* the subject to whom the texts of those are sealed */
    bool is_withheld; /* the subject was erased, or its values are only stored */
};

/* Values of another subject are never opened. What the hall's own matters say is open to officers
 * to whom it was given; of a case, who takes part reads what the procedure shows him, and who filed
 * reads all but what is somebody else's. */
static bool may_open(const struct opening *opening, struct bytes sealed)
{
    uint64_t owner = 0;
    bool is_known = seal_subject(sealed, &owner);
    if (is_known && opening->hall != 0 && owner == (uint64_t)opening->hall) {
        return opening->standing != STANDING_FILER;
    }
    if (!is_known || opening->subject == 0 || owner != (uint64_t)opening->subject ||
        opening->is_withheld) {
        return false;
    }
    enum value_mark mark = mark_of(opening->state, &opening->case_id, sealed);
    switch (opening->standing) {
    case STANDING_CONCERNED:
        return true;
    case STANDING_FILER:
        return mark != MARK_KEPT;
    case STANDING_PARTY:
        return mark == MARK_SHOWN;
    case STANDING_NONE:
    case STANDING_UNCONCERNED:
        return false;
    }
    return false;
}

static struct opened_values values_open(const struct opening *opening,
                                        const struct open_values *question, struct arena *arena)
{
    struct opened_values opened = {
        .values = {.items =
                       arena_take_array(arena, question->values.count, sizeof *opened.values.items),
                   .count = question->values.count}};
    for (size_t i = 0; i < question->values.count; i++) {
        struct bytes sealed = question->values.items[i].value;
        if (may_open(opening, sealed)) {
            (void)vault_unseal(opening->intake->vault, sealed, arena, &opened.values.items[i].text);
        }
    }
    return opened;
}

/* A service of the hall, which writes to the person: no officer reads. */
static bool is_service(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_STAFF && uuid_is_none(&principal->account_id.uuid);
}

static struct opening opening_of(struct state *state, const struct matter *matter,
                                 const struct principal *principal)
{
    const struct intake *intake = state->memory;
    struct bytes public_key;
    enum standing standing = matter_standing(matter, principal);
    bool is_own = standing == STANDING_FILER || is_service(principal);
    struct opening opening = {.intake = intake,
                              .state = state,
                              .case_id = matter->id,
                              .standing = standing,
                              .subject = matter->row.subject,
                              .is_withheld = erasure_withholds(state, matter->row.subject, is_own)};
    rules_hall_subject(intake->shelf, state, state->arena, &opening.hall, &public_key);
    return opening;
}

/* A matter of the hall itself, which intake does not know: an officer reads the hall's words. */
static bool opening_of_hall(struct decision *decision, const struct case_id *id,
                            struct opening *ret_opening)
{
    const struct intake *intake = decision->state->memory;
    struct bytes public_key;
    *ret_opening = (struct opening){
        .intake = intake, .state = decision->state, .case_id = *id, .standing = STANDING_PARTY};
    rules_hall_subject(intake->shelf, decision->state, decision->arena, &ret_opening->hall,
                       &public_key);
    return decision->principal->kind == PRINCIPAL_STAFF && ret_opening->hall != 0;
}

enum verdict decide_open_values(struct decision *decision, const void *command)
{
    const struct open_values *question = command;
    const struct intake *intake = decision->state->memory;
    struct matter matter;
    struct opening opening;
    bool is_case = matter_load(&intake_flow, decision->state, &question->case_id, &matter);
    if (intake->vault == NULL ||
        (!is_case && !opening_of_hall(decision, &question->case_id, &opening))) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    }
    if (is_case) {
        opening = opening_of(decision->state, &matter, decision->principal);
    }
    if (opening.standing != STANDING_CONCERNED && opening.standing != STANDING_PARTY) {
        return refuse(decision,
                      opening.standing == STANDING_UNCONCERNED ? PROBLEM_FORBIDDEN
                                                               : PROBLEM_NOT_FOUND,
                      "this case is not yours to read");
    }
    struct personal_data_read read = {
        .purpose = question->purpose,
        .values = (int64_t)question->values.count,
        .subject = is_case ? opening.subject : opening.hall,
    };
    struct opened_values opened = values_open(&opening, question, decision->arena);
    if (uuid_is_none(&decision->principal->account_id.uuid)) {
        decision->actor.kind = ACTOR_SYSTEM; /* a service of the hall: no officer read it */
    }
    emit(decision, &question->case_id, &personal_data_read_message, &read);
    decision_answer(decision, &opened_values_message, &opened);
    return VERDICT_OK;
}

enum verdict query_open_own_values(struct reading *reading, const void *question)
{
    const struct open_values *asked = question;
    const struct intake *intake = reading->state->memory;
    struct matter matter;
    if (intake->vault == NULL ||
        !matter_load(&intake_flow, reading->state, &asked->case_id, &matter) ||
        matter_standing(&matter, reading->principal) != STANDING_FILER) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    struct opened_values *opened = arena_take(reading->arena, sizeof *opened);
    struct opening opening = opening_of(reading->state, &matter, reading->principal);
    *opened = values_open(&opening, asked, reading->arena);
    return reading_answer(reading, &opened_values_message, opened);
}

/* Leaves of `found` those that `other` has as well; both stand in the same order. */
static size_t both_keep(uint64_t *found, size_t count, const uint64_t *other, size_t other_count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < other_count; k++) {
            if (found[i] == other[k]) {
                found[kept++] = found[i];
                break;
            }
        }
    }
    return kept;
}

/* Who has this identity number, or this telephone, or both where both are given. */
static size_t people_find(const struct intake *intake, const struct find_subjects *asked,
                          uint64_t found[FOUND_MAX])
{
    struct text id_number = personal_text(asked->id_number);
    struct text phone = personal_text(asked->phone);
    uint64_t others[FOUND_MAX];
    if (id_number.size == 0) {
        return vault_search(intake->vault, VAULT_PHONE, phone, found, FOUND_MAX);
    }
    size_t count = vault_search(intake->vault, VAULT_ID_NUMBER, id_number, found, FOUND_MAX);
    if (phone.size == 0) {
        return count;
    }
    size_t other_count = vault_search(intake->vault, VAULT_PHONE, phone, others, FOUND_MAX);
    return both_keep(found, count, others, other_count);
}

/* Only staff search for people, and only exactly. */
enum verdict query_find_subjects(struct reading *reading, const void *question)
{
    const struct find_subjects *asked = question;
    const struct intake *intake = reading->state->memory;
    uint64_t found[FOUND_MAX];
    if (intake->vault == NULL || reading->principal->kind != PRINCIPAL_STAFF) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "only officers search for people");
    }
    size_t count = people_find(intake, asked, found);
    struct subjects_found *told = arena_take(reading->arena, sizeof *told);
    told->subjects.items = arena_take_array(reading->arena, count, sizeof *told->subjects.items);
    for (size_t i = 0; i < count; i++) {
        if (!erasure_withholds(reading->state, (int64_t)found[i], false)) {
            told->subjects.items[told->subjects.count++].subject = (int64_t)found[i];
        }
    }
    return reading_answer(reading, &subjects_found_message, told);
}
