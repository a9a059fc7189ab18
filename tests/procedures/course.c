#include "course.h"

#include "base/check.h"
#include "events/fee.h"
#include "events/intake.h"
#include "wire/json.h"

#include <stdio.h>
#include <string.h>

/* -- what its events tell ------------------------------------------------------------------- */

const struct clock *course_clock(const struct course *course, struct text name)
{
    for (size_t i = 0; i < course->clock_count; i++) {
        if (text_equal(course->clocks[i].name, name)) {
            return &course->clocks[i];
        }
    }
    return NULL;
}

static void clock_take(struct course *course, const struct clock *clock)
{
    for (size_t i = 0; i < course->clock_count; i++) {
        if (text_equal(course->clocks[i].name, clock->name)) {
            course->clocks[i] = *clock;
            return;
        }
    }
    CHECK(course->clock_count < COURSE_CLOCKS_MAX);
    course->clocks[course->clock_count++] = *clock;
}

static void unit_take(struct course *course, const struct case_unit *unit)
{
    for (size_t i = 0; i < course->unit_count; i++) {
        if (text_equal(course->units[i].stage, unit->stage)) {
            course->units[i] = *unit;
            return;
        }
    }
    CHECK(course->unit_count < COURSE_UNITS_MAX);
    course->units[course->unit_count++] = *unit;
}

const struct case_unit *course_unit(const struct course *course)
{
    for (size_t i = 0; i < course->unit_count; i++) {
        if (text_equal(course->units[i].stage, course->unit)) {
            return &course->units[i];
        }
    }
    return NULL;
}

static void step_take(struct course *course, const struct case_step *step)
{
    CHECK(step != NULL);
    course->state = step->beside ? course->state : step->to;
    for (size_t i = 0; i < step->clocks.count; i++) {
        clock_take(course, &step->clocks.items[i]);
    }
    for (size_t i = 0; i < step->units.count; i++) {
        unit_take(course, &step->units.items[i]);
    }
}

const struct case_step *seen_step(const struct seen_event *seen)
{
    if (seen->is_move) {
        return &seen->moved.step;
    }
    return text_equal_string(seen->type, case_submitted_message.name) ? &seen->submitted.step
                                                                      : NULL;
}

static const struct seen_event *event_own(struct course *course)
{
    while (course->taken < course->hall->seen_count) {
        const struct seen_event *seen = &course->hall->seen[course->taken++];
        if (uuid_equal(&seen->case_id.uuid, &course->id.uuid)) {
            return seen;
        }
    }
    return NULL;
}

const struct seen_event *course_next(struct course *course)
{
    const struct seen_event *seen = event_own(course);
    if (seen == NULL) {
        return NULL;
    }
    if (text_equal_string(seen->type, case_submitted_message.name)) {
        course->received_ms = seen->time_ms;
        course->filed = *seen;
    }
    if (text_equal_string(seen->type, fee_bill_issued_message.name)) {
        course->bill_id = seen->bill_id;
        course->bill_number = seen->bill_number;
    }
    if (seen->payment_id.size == UUID_BYTES) {
        course->payment_id = seen->payment_id;
    }
    if (seen_step(seen) != NULL) {
        step_take(course, seen_step(seen));
    }
    return seen;
}

static bool is_in_cast(const struct course *course, const struct case_id *id)
{
    bool found = uuid_equal(&course->id.uuid, &id->uuid);
    for (size_t i = 0; i < course->cast_count && !found; i++) {
        found = is_in_cast(course->cast[i].course, id);
    }
    return found;
}

/* A matter that began is the course's own when it had none yet, otherwise one that it opened. */
void course_adopt(struct course *course)
{
    struct hall *hall = course->hall;
    for (size_t i = course->newcomers; i < hall->watched_count; i++) {
        if (is_in_cast(course, &hall->watched[i])) {
            continue;
        }
        if (uuid_is_none(&course->id.uuid)) {
            course->id = hall->watched[i];
            continue;
        }
        CHECK(course->cast_count < CAST_MAX);
        struct course *opened = arena_take(&hall->arena, sizeof *opened);
        *opened = (struct course){.hall = hall, .plan = course->plan, .id = hall->watched[i]};
        course->cast[course->cast_count++] =
            (struct cast_member){.name = TEXT_LITERAL("opened"), .course = opened};
    }
}

static void all_take(struct course *course)
{
    while (course_next(course) != NULL) {
    }
    for (size_t i = 0; i < course->cast_count; i++) {
        all_take(course->cast[i].course);
    }
}

void course_catch_up(struct course *course)
{
    course_adopt(course);
    all_take(course);
}

static void taken_reset(struct course *course)
{
    course->taken = 0;
    for (size_t i = 0; i < course->cast_count; i++) {
        taken_reset(course->cast[i].course);
    }
}

void course_forget(struct course *course)
{
    course->hall->seen_count = 0;
    taken_reset(course);
}

/* -- what it is ----------------------------------------------------------------------------- */

struct text course_word(const struct course *course, const char *prefix)
{
    const struct words setups[] = {words_of(course->plan.setup, ' '),
                                   words_of(course->item->setup, ' ')};
    for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++) {
        for (size_t k = 0; k < setups[i].count; k++) {
            if (text_starts_with(setups[i].items[k], prefix)) {
                return text_after(setups[i].items[k], strlen(prefix));
            }
        }
    }
    return (struct text){0};
}

void course_begin(struct course *course, struct hall *hall, const struct course_plan *plan)
{
    const struct table_line *item = table_item(plan->table, plan->item);
    CHECK(item != NULL);
    *course = (struct course){.hall = hall,
                              .plan = *plan,
                              .table = plan->table,
                              .item = item,
                              .item_name = plan->item,
                              .state = TEXT_LITERAL("none"),
                              .newcomers = hall->watched_count};
    if (item->kind == LINE_WITHIN) {
        course->within = item;
        course->table = tables_find(plan->tables, item->who.items[0]);
        course->item_name = item->state;
        course->item = table_item(course->table, item->state);
        CHECK(course->item != NULL);
        course->unit = course_word(course, "unit:");
    }
}

struct text course_state(const struct course *course)
{
    const struct case_unit *unit = course_unit(course);
    if (course->within == NULL) {
        return course->state;
    }
    return unit == NULL ? TEXT_LITERAL("none") : unit->state;
}

struct text course_department(const struct course *course)
{
    struct text rest = {0};
    struct text department = text_split(course->item->state, '-', &rest); /* "MSA-P-001" */
    for (size_t i = 0; text_is_empty(department) && i < course->table->line_count; i++) {
        const struct table_line *line = &course->table->lines[i];
        if (line->kind == LINE_WAY && line_is_for(line, course->item_name)) {
            (void)text_split(line->who.items[0], '.', &department); /* of who begins it */
            department = text_split(department, '.', &rest);
            break;
        }
    }
    return department;
}

enum hall_service course_owner(const struct course *course)
{
    const struct table_state *place = table_state(course->table, course->state);
    bool is_of_hall = text_equal_string(course->item->state, "-");
    if (place == NULL && is_of_hall) { /* where it begins */
        place = &course->table->states[0];
    }
    for (int i = 0; place != NULL && i < HALL_SERVICES; i++) {
        if (text_equal_string(place->owner, hall_service_name((enum hall_service)i))) {
            return (enum hall_service)i;
        }
    }
    return AT_INTAKE; /* where a case enters */
}

struct course *course_other(const struct course *course, struct text name)
{
    for (size_t i = course->cast_count; i > 0; i--) { /* the last made of that name */
        if (text_equal(course->cast[i - 1].name, name)) {
            return course->cast[i - 1].course;
        }
    }
    return NULL;
}

/* -- acting --------------------------------------------------------------------------------- */

/* The officers whom the gateway would look up: all that the fields name. */
static struct text_list named_in(struct hall *hall, const struct action_fields *fields)
{
    const struct text more[] = {fields->assignee, fields->officer, fields->deputy};
    struct text_list named = {
        .items = arena_take_array(&hall->arena, fields->officers.count + 3, sizeof(struct text))};
    for (size_t i = 0; i < fields->officers.count; i++) {
        named.items[named.count++] = fields->officers.items[i];
    }
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        if (!text_is_empty(more[i])) {
            named.items[named.count++] = more[i];
        }
    }
    return named;
}

static struct reply act(struct course *course, const struct principal *who, struct text action,
                        struct text fields)
{
    struct hall *hall = course->hall;
    struct case_act command = {.case_id = course->id, .action = action};
    struct reply reply = {0};
    json_t *json = course_json(course, fields);
    course_fields_set(course, json);
    course_upload(hall, who, json);
    if (!course_record(course, &action_fields_message, json, "/fields", &command.fields, &reply)) {
        return reply;
    }
    struct text_list named = named_in(hall, &command.fields);
    return hall_command(hall, course_owner(course), who, &named, &case_act_message, &command);
}

static struct reply pay(struct course *course, const struct principal *who, struct text fields)
{
    const struct text_list nobody = {0};
    struct record_payment payment;
    struct reply reply = {0};
    struct uuid bill_id;
    json_t *json = course_json(course, fields);
    CHECK(course->bill_id.size == UUID_BYTES);
    memcpy(bill_id.bytes, course->bill_id.data, UUID_BYTES);
    json_t *bill = json_pack("{so}", "bill_id", wire_json_id(&bill_id));
    CHECK(bill != NULL);
    (void)json_object_set_new(json, "bills", json_pack("[o]", bill));
    if (!course_record(course, &record_payment_message, json, "", &payment, &reply)) {
        return reply;
    }
    return hall_command(course->hall, AT_FEE, who, &nobody, &record_payment_message, &payment);
}

/* Asks for the money of the bill back: a matter of its own begins. */
static struct reply ask_back(struct course *course, const struct principal *who, struct text fields)
{
    const struct text_list nobody = {0};
    struct request_refund command;
    struct reply reply = {0};
    struct uuid payment_id;
    json_t *json = course_json(course, fields);
    CHECK(course->payment_id.size == UUID_BYTES);
    memcpy(payment_id.bytes, course->payment_id.data, UUID_BYTES);
    (void)json_object_set_new(json, "payment_id", wire_json_id(&payment_id));
    if (!course_record(course, &request_refund_message, json, "", &command, &reply)) {
        return reply;
    }
    return hall_command(course->hall, AT_FEE, who, &nobody, &request_refund_message, &command);
}

/* Says of an officer that he is absent, or who stands in for him; not about any matter. */
static struct reply deputy_name(struct course *course, const struct principal *who,
                                struct text fields)
{
    struct hall *hall = course->hall;
    struct name_deputy command;
    struct reply reply = {0};
    json_t *json = course_json(course, fields);
    if (!course_record(course, &name_deputy_message, json, "", &command, &reply)) {
        return reply;
    }
    struct text named[] = {command.officer, command.deputy};
    struct text_list officers = {.items = named, .count = text_is_empty(command.deputy) ? 1 : 2};
    return hall_command(hall, AT_INTAKE, who, &officers, &name_deputy_message, &command);
}

/* "NAME/trigger": the matter of that name, and the trigger alone. */
static struct course *meant(struct course *course, struct text *trigger)
{
    struct text rest = {0};
    struct text name = text_split(*trigger, '/', &rest);
    if (rest.data == NULL) {
        return course;
    }
    *trigger = rest;
    return course_other(course, name);
}

static struct text officer_for(const struct course *course, struct text who)
{
    struct text rest;
    struct text instead = course_word(course, "by:");
    struct text role = text_split(who, '.', &rest);
    return instead.data != NULL && text_equal(role, text_split(instead, '.', &rest)) ? instead
                                                                                     : who;
}

struct reply course_act(struct course *course, struct text trigger, struct text who,
                        struct text fields)
{
    struct course *at = meant(course, &trigger);
    struct principal principal;
    CHECK(at != NULL);
    struct text name = hall_officer(at->hall, officer_for(at, who), course_department(at));
    CHECK(hall_principal(at->hall, name, &principal));
    if (is_filer_name(who)) { /* by the case's own number and code, whoever typed it in */
        principal.case_id = at->id;
    }
    if (text_equal_string(trigger, "name_deputy")) {
        return deputy_name(at, &principal, fields);
    }
    if (text_equal_string(trigger, "request_refund")) {
        return ask_back(at, &principal, fields);
    }
    if (course_drafts(at, trigger)) {
        return course_draft(at, &principal, fields);
    }
    if (uuid_is_none(&at->id.uuid)) {
        return course_file(at, &principal, trigger, fields);
    }
    return text_equal_string(trigger, "record_payment") ? pay(at, &principal, fields)
                                                        : act(at, &principal, trigger, fields);
}

/* 24:00 of the day on which the hall's clock stands. */
static int64_t midnight_after(int64_t now_ms)
{
    struct zone zone = {0};
    CHECK(zone_find(TEXT_LITERAL("Asia/Shanghai"), &zone));
    return zone_time(zone, date_add_days(zone_date(zone, now_ms), 1), 0);
}

/* When what is waited for happens: `day over`, or a clock's moment; 0 when that clock does not run.
 */
static int64_t moment_of(const struct course *at, struct text trigger, int64_t now_ms)
{
    struct text what = {0};
    struct text name = text_split(trigger, ' ', &what);
    const struct clock *clock = at == NULL ? NULL : course_clock(at, name);
    if (text_equal_string(name, "day")) {
        return midnight_after(now_ms);
    }
    if (clock == NULL || clock->phase != CLOCK_RUNNING) {
        (void)printf("  the clock %.*s does not run\n", TEXT_PRINT(name));
        return 0;
    }
    return text_equal_string(what, "yellow") ? clock->warn : clock->due;
}

bool course_await(struct course *course, struct text trigger, int64_t *ret_moment_ms)
{
    struct course *at = meant(course, &trigger);
    struct hall *hall = course->hall;
    int64_t moment = moment_of(at, trigger, hall->now_ms);
    if (moment == 0) {
        return false;
    }
    if (moment > hall->now_ms + 1) {
        hall_wait_until(hall, moment - 1);
        course_catch_up(course);
    }
    *ret_moment_ms = moment > hall->now_ms ? moment : hall->now_ms;
    return true;
}
