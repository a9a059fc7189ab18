#include "course.h"

#include "base/check.h"
#include "events/fee.h"
#include "events/intake.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
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

static void step_take(struct course *course, const struct case_step *step)
{
    CHECK(step != NULL);
    course->state = step->to;
    for (size_t i = 0; i < step->clocks.count; i++) {
        clock_take(course, &step->clocks.items[i]);
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

const struct seen_event *course_next(struct course *course)
{
    if (course->taken == course->hall->seen_count) {
        return NULL;
    }
    const struct seen_event *seen = &course->hall->seen[course->taken++];
    if (text_equal_string(seen->type, case_submitted_message.name)) {
        course->received_ms = seen->time_ms;
    }
    if (text_equal_string(seen->type, fee_bill_issued_message.name)) {
        course->bill_id = seen->bill_id;
    }
    if (seen_step(seen) != NULL) {
        step_take(course, seen_step(seen));
    }
    return seen;
}

void course_catch_up(struct course *course)
{
    while (course_next(course) != NULL) {
    }
}

void course_begin(struct course *course, struct hall *hall, struct course_plan plan)
{
    *course = (struct course){.hall = hall, .plan = plan, .state = TEXT_LITERAL("none")};
    hall->looked_at = (struct case_id){0};
    hall->looks_at_new = true;
    hall->seen_count = 0;
}

/* -- acting --------------------------------------------------------------------------------- */

struct text course_officer(const struct course *course, struct text who)
{
    static const struct {
        const char *role;
        const char *department;
    } places[] = {
        {"window_clerk", "HALL"},    {"hall_manager", "HALL"}, {"cashier", "HALL"},
        {"bank_link", "HALL"},       {"co_reviewer", "PSB"},   {"supervisor", "SUP"},
        {"finance_officer", "HALL"}, {"government_head", "*"}, {"auditor", "*"},
    };
    static const char *const persons[] = {"applicant", "representative", "stranger", "nobody"};
    const char *department = course->plan.is_joint ? "UMB" : "MSA";
    for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++) {
        if (text_equal_string(who, persons[i])) {
            return who;
        }
    }
    if (memchr(who.data, '.', who.size) != NULL) {
        return who;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (text_equal_string(who, places[i].role)) {
            department = places[i].department;
        }
    }
    return arena_print(&course->hall->arena, "%.*s.%s", TEXT_PRINT(who), department);
}

static json_t *json_of(struct text text)
{
    json_t *json = NULL;
    struct text object = text_is_empty(text) ? TEXT_LITERAL("{}") : text;
    if (wire_parse_json(object, &json, NULL) != ERR_OK) {
        (void)fprintf(stderr, "not JSON: %.*s\n", TEXT_PRINT(object));
        abort();
    }
    return json;
}

/* Gives each material a file that waits. */
static void materials_fill(struct hall *hall, const struct principal *who, json_t *fields)
{
    size_t index = 0;
    json_t *material = NULL;
    json_array_foreach(json_object_get(fields, "materials"), index, material)
    {
        struct upload_id upload = hall_upload(hall, who);
        (void)json_object_set_new(material, "upload", wire_json_id(&upload.uuid));
        (void)json_object_set_new(material, "filename", json_string("paper.pdf"));
    }
}

static void record_read(struct hall *hall, const struct wire_message *message, json_t *json,
                        void *ret_record)
{
    struct wire_errors errors;
    wire_errors_init(&errors, &hall->arena);
    if (wire_from_json(message, json, &hall->arena, ret_record, &errors) != ERR_OK) {
        (void)fprintf(stderr, "not a %s\n", message->name);
        abort();
    }
    json_decref(json);
}

/* The officers whom the gateway would look up: all that the fields name. */
static struct text_list named_in(struct hall *hall, const struct action_fields *fields)
{
    struct text_list named = {
        .items = arena_take_array(&hall->arena, fields->officers.count + 3, sizeof(struct text))};
    for (size_t i = 0; i < fields->officers.count; i++) {
        named.items[named.count++] = fields->officers.items[i];
    }
    const struct text others[] = {fields->assignee, fields->officer, fields->deputy};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!text_is_empty(others[i])) {
            named.items[named.count++] = others[i];
        }
    }
    return named;
}

struct reply course_act(struct course *course, enum hall_service service,
                        const struct principal *who, struct text action, struct text fields)
{
    struct hall *hall = course->hall;
    struct case_act act = {.case_id = hall->looked_at, .action = action};
    json_t *json = json_of(fields);
    materials_fill(hall, who, json);
    record_read(hall, &action_fields_message, json, &act.fields);
    struct text_list named = named_in(hall, &act.fields);
    return hall_command(hall, service, who, &named, &case_act_message, &act);
}

struct reply course_pay(struct course *course, const struct principal *who, struct text fields)
{
    const struct text_list nobody = {0};
    struct record_payment payment;
    struct uuid bill_id;
    json_t *json = json_of(fields);
    CHECK(course->bill_id.size == UUID_BYTES);
    memcpy(bill_id.bytes, course->bill_id.data, UUID_BYTES);
    (void)json_object_set_new(json, "bill_id", wire_json_id(&bill_id));
    record_read(course->hall, &record_payment_message, json, &payment);
    return hall_command(course->hall, AT_FEE, who, &nobody, &record_payment_message, &payment);
}

/* -- filing --------------------------------------------------------------------------------- */

static const char single_filing[] =
    "{\"item\":\"MSA-P-001\",\"channel\":\"online\",\"applicant\":{\"kind\":\"legal_person\","
    "\"name\":\"Spring Noodle House\",\"id_type\":\"uscc\",\"id_number\":\"91000000000000000X\"},"
    "\"form\":{\"request\":\"new\",\"premises_name\":\"Spring Noodle House\","
    "\"premises_address\":\"1 Bridge Street\",\"business_form\":\"catering\","
    "\"food_items\":\"noodles\",\"floor_area_m2\":\"80\",\"safety_manager\":\"Li\","
    "\"contact_name\":\"Li\",\"contact_phone\":\"13800000000\"},"
    "\"materials\":[{\"code\":\"M-FORM\"},{\"code\":\"M-FSRULES\"}]}";

static const char joint_filing[] =
    "{\"item\":\"UMB-P-001\",\"channel\":\"online\",\"applicant\":{\"kind\":\"legal_person\","
    "\"name\":\"City Water\",\"id_type\":\"uscc\",\"id_number\":\"91000000000000000X\"},"
    "\"form\":{\"location\":\"Bridge Street 1 to 9\",\"road_name\":\"Bridge Street\","
    "\"purpose\":\"water\",\"asphalt_m2\":\"2\",\"pavement_m2\":\"1\",\"from\":\"2026-05-06\","
    "\"to\":\"2026-05-20\",\"closed_road\":false,\"emergency\":false,\"works\":\"a new main\","
    "\"contact_name\":\"Li\",\"contact_phone\":\"13800000000\"},"
    "\"materials\":[{\"code\":\"M-FORM\"},{\"code\":\"M-TRAFFIC\"},{\"code\":\"M-RESTORE\"}]}";

static void material_add(json_t *filing, const char *code)
{
    json_t *material = json_object();
    (void)json_object_set_new(material, "code", json_string(code));
    (void)json_array_append_new(json_object_get(filing, "materials"), material);
}

struct reply course_file(struct course *course, const struct principal *who)
{
    const struct text_list nobody = {0};
    struct hall *hall = course->hall;
    struct file_case filing;
    json_t *json = json_of(text_of(course->plan.is_joint ? joint_filing : single_filing));
    if (!course->plan.lacks_material) {
        material_add(json, course->plan.is_joint ? "M-DESIGN" : "M-LAYOUT");
    }
    if (course->plan.is_represented) {
        json_t *applicant = json_object_get(json, "applicant");
        (void)json_object_set_new(applicant, "represented", json_true());
        (void)json_object_set_new(applicant, "representative", json_string("Wang"));
        material_add(json, "M-POA");
    }
    if (who->kind == PRINCIPAL_STAFF) { /* papers brought to the window are scanned later */
        (void)json_object_set_new(json, "materials", json_array());
        (void)json_object_set_new(json, "channel", json_string("window"));
    }
    materials_fill(hall, who, json);
    record_read(hall, &file_case_message, json, &filing);
    return hall_command(hall, AT_INTAKE, who, &nobody, &file_case_message, &filing);
}
