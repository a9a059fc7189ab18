/* Posts: shifts with badge and B (亮牌上崗制, AB角), who is on duty, and the alert when A and B are
 * both away. A shift itself moves by its procedure. */
#include "intake.h"

enum { SHIFTS_MAX = 200 };

/* -- opening a shift ------------------------------------------------------------------------ */

void deputy_fill(struct decision *decision, struct matter_open *open)
{
    struct post_row post;
    if (text_equal_string(open->procedure, "shift") && text_is_empty(open->fields.deputy) &&
        post_find(&intake_flow, decision->state, decision->principal->login, &post)) {
        open->fields.deputy = post.standing;
    }
}

enum verdict shift_check(struct move *move)
{
    struct post_row post = {.status = POST_OFF};
    if (!move_emits(move, "shift_opened")) {
        return VERDICT_OK;
    }
    (void)post_find(&intake_flow, move->decision->state, move->decision->principal->login, &post);
    if (post.status != POST_OFF) {
        return refuse(move->decision, PROBLEM_CONFLICT,
                      "you have a shift already; close it before you open another");
    }
    return VERDICT_OK;
}

/* -- A and B both away ---------------------------------------------------------------------- */

/* Tells a shift whose officer is away that his B is away too. */
static void uncovered_tell(struct decision *decision, const struct case_id *shift)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    if (matter_load_ahead(&intake_flow, decision, shift, matter)) {
        (void)flow_signal(&intake_flow, decision, matter, "deputy_away");
    }
}

struct cover_search {
    struct decision *decision;
    struct text deputy;
};

/* At the end of the day all go: a shift that is over itself needs nobody to stand in. */
static bool uncovered_look(void *context, struct text officer, const struct post_row *row)
{
    const struct cover_search *search = context;
    (void)officer;
    bool goes_on = row->until > search->decision->now_ms;
    if (row->status == POST_AWAY && goes_on && text_equal(post_deputy(row), search->deputy)) {
        uncovered_tell(search->decision, &row->shift);
    }
    return true;
}

/* `officer` leaves his window with this decision: is his own post covered, and those he covers? */
static void cover_look(struct decision *decision, struct text officer, bool comes_back)
{
    struct cover_search search = {decision, officer};
    struct post_row post;
    if (!post_find(&intake_flow, decision->state, officer, &post)) {
        return;
    }
    if (comes_back && !post_is_manned(&intake_flow, decision->state, post_deputy(&post))) {
        uncovered_tell(decision, &post.shift);
    }
    if (post.status == POST_ON_DUTY) {
        posts_visit(&intake_flow, decision->state, uncovered_look, &search);
    }
}

void posts_settle(struct decision *decision)
{
    size_t count = decision->event_count; /* what is added here calls for nothing more */
    for (size_t i = 0; i < count; i++) {
        const struct pending_event *pending = &decision->events[i];
        bool pauses = pending->message == &intake_shift_paused_message;
        if (!pauses && pending->message != &intake_shift_closed_message) {
            continue;
        }
        struct text officer = post_of_shift(&intake_flow, decision->state, &pending->case_id);
        if (!text_is_empty(officer)) {
            cover_look(decision, officer, pauses);
        }
    }
}

/* -- standing pairs ------------------------------------------------------------------------- */

/* B works in a department in which A works. */
static bool share_department(const struct principal *officer, const struct principal *deputy)
{
    for (size_t i = 0; i < officer->grants.count; i++) {
        if (principal_works_in(deputy, officer->grants.items[i].department)) {
            return true;
        }
    }
    return false;
}

static void pair_check(struct decision *decision, const struct name_deputy *command)
{
    const struct principal *officer = request_witness(decision->request, command->officer);
    const struct principal *deputy = request_witness(decision->request, command->deputy);
    struct post_row post = {.status = POST_OFF};
    (void)post_find(&intake_flow, decision->state, command->officer, &post);
    if (officer == NULL) {
        field_wrong(decision, "officer", "names somebody who has no account here");
    }
    if (text_is_empty(command->deputy)) {
        if (text_is_empty(post_deputy(&post))) {
            field_wrong(decision, "deputy", "must be given: this post has no B yet");
        }
    } else if (deputy == NULL) {
        field_wrong(decision, "deputy", "names somebody who has no account here");
    } else if (text_equal(command->officer, command->deputy)) {
        field_wrong(decision, "deputy", "must be somebody else");
    } else if (officer != NULL && !share_department(officer, deputy)) {
        field_wrong(decision, "deputy", "names somebody of another department");
    }
}

/* The hall's manager, or the head of a department in which the officer works. */
static bool may_name(const struct decision *decision, const struct name_deputy *command)
{
    const struct principal *caller = decision->principal;
    const struct principal *officer = request_witness(decision->request, command->officer);
    bool may = principal_holds(caller, TEXT_LITERAL("hall_manager"), TEXT_LITERAL("HALL"));
    for (size_t i = 0; !may && officer != NULL && i < officer->grants.count; i++) {
        may = principal_holds(caller, TEXT_LITERAL("agency_head"),
                              officer->grants.items[i].department);
    }
    return may && caller->kind == PRINCIPAL_STAFF;
}

/* Who is said to be absent while his shift is open leaves his window with that. */
static void absence_tell(struct decision *decision, struct text officer)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    struct post_row post;
    if (post_find(&intake_flow, decision->state, officer, &post) && post.status == POST_ON_DUTY &&
        matter_load(&intake_flow, decision->state, &post.shift, matter)) {
        (void)flow_signal(&intake_flow, decision, matter, "absent");
    }
}

enum verdict decide_name_deputy(struct decision *decision, const void *command)
{
    const struct name_deputy *asked = command;
    if (!may_name(decision, asked)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "the hall's manager, or the head of the department, names deputies");
    }
    pair_check(decision, asked);
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    struct deputy_named named = {
        .officer = asked->officer, .deputy = asked->deputy, .absent = asked->absent};
    emit(decision, NULL, &deputy_named_message, &named);
    if (asked->absent) {
        absence_tell(decision, asked->officer);
        posts_settle(decision);
    }
    return VERDICT_OK;
}

void apply_registers(struct state *state, const struct event *event)
{
    registers_follow(&intake_flow, state, event);
    work_follow_posts(&intake_flow, state, event);
}

/* -- who is on duty ------------------------------------------------------------------------- */

struct shift_search {
    struct reading *reading;
    const struct ask_shifts *asked;
    struct shifts_told *told;
    const struct hall_rules *rules;
};

/* Where complaints about the unit's officers go: as its items state it, or those of the hall. */
static struct text supervision_phone(const struct hall_rules *rules, struct text department)
{
    struct text phone = {0};
    for (size_t i = 0; rules != NULL && i < rules->catalogue->item_count; i++) {
        const struct catalogue_item *item = &rules->catalogue->items[i];
        bool is_its = text_equal(item->department->code, department);
        if (is_its || text_is_empty(phone)) {
            phone = item->contact.complaints_phone;
        }
        if (is_its) {
            break;
        }
    }
    return phone;
}

static bool shift_take(void *context, struct text officer, const struct post_row *row)
{
    const struct shift_search *search = context;
    struct shifts_told *told = search->told;
    struct post_row deputy = {0};
    (void)officer;
    bool wanted = text_is_empty(search->asked->department) ||
                  text_equal(search->asked->department, row->department);
    if (row->status == POST_OFF || !wanted) {
        return true;
    }
    (void)post_find(&intake_flow, search->reading->state, post_deputy(row), &deputy);
    told->shifts.items[told->shifts.count++] = (struct shift_shown){
        .id = row->shift,
        .name = row->name,
        .badge = row->badge,
        .post = row->role,
        .department = row->department,
        .window = row->window,
        .status = post_is_away(row) ? POST_AWAY : row->status,
        .deputy = deputy.name,
        .until = row->until,
        .supervision_phone = supervision_phone(search->rules, row->department),
    };
    return told->shifts.count < SHIFTS_MAX;
}

/* Public: what stands on the badge, and nothing else of an officer. */
enum verdict query_shifts(struct reading *reading, const void *question)
{
    struct shifts_told *told = arena_take(reading->arena, sizeof *told);
    struct shift_search search = {reading, question, told, intake_rules_now(reading->state)};
    told->shifts.items = arena_take_array(reading->arena, SHIFTS_MAX, sizeof *told->shifts.items);
    posts_visit(&intake_flow, reading->state, shift_take, &search);
    return reading_answer(reading, &shifts_told_message, told);
}
