/* Beginning a matter: the JSON of the tables made into what the services are told. */
#include "course.h"

#include "base/check.h"
#include "events/intake.h"
#include "events/matter.h"
#include "publishing.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- JSON ----------------------------------------------------------------------------------- */

/* What "@card.bill", "@card.number" or "@.bill" stand for. */
static struct text value_of(const struct course *course, struct text name)
{
    struct text part = {0};
    struct text who = text_split(name, '.', &part);
    const struct course *at = text_is_empty(who) ? course : course_other(course, who);
    CHECK(at != NULL && text_equal_string(part, "bill"));
    return at->bill_number;
}

static void names_replace(const struct course *course, json_t *json)
{
    const char *key = NULL;
    json_t *value = NULL;
    void *next = NULL;
    json_object_foreach_safe(json, next, key, value)
    {
        if (json_is_object(value)) {
            names_replace(course, value);
        } else if (json_is_string(value) && json_string_value(value)[0] == '@') {
            struct text real = value_of(course, text_of(json_string_value(value) + 1));
            (void)json_object_set_new(json, key, json_stringn(real.data, real.size));
        }
    }
}

static json_t *json_of(struct text text)
{
    json_t *json = NULL;
    struct text object = text_is_empty(text) ? TEXT_LITERAL("{}") : text;
    if (wire_parse_json(object, &json, NULL) != ERR_OK) {
        (void)fprintf(stderr, "not JSON: %.*s\n", TEXT_PRINT(object));
        exit(2);
    }
    return json;
}

json_t *course_json(const struct course *course, struct text text)
{
    json_t *json = json_of(text);
    names_replace(course, json);
    return json;
}

struct text course_names(const struct course *course)
{
    struct text cell = course->item->fields;
    const char *at = memmem(cell.data, cell.size, "\"@", 2);
    if (at == NULL || course_word(course, "form:").data != NULL) { /* it names the course itself */
        return (struct text){0};
    }
    struct text rest;
    return text_split(text_after(cell, (size_t)(at - cell.data) + 2), '.', &rest);
}

bool course_record(struct course *course, const struct wire_message *message, json_t *json,
                   const char *at, void *ret_record, struct reply *ret_reply)
{
    struct arena *arena = &course->hall->arena;
    struct wire_errors errors;
    wire_errors_init(&errors, arena);
    enum err err = wire_from_json(message, json, arena, ret_record, &errors);
    json_decref(json);
    if (err == ERR_OK) {
        return true;
    }
    struct problem *problem = &ret_reply->problem;
    *problem = (struct problem){
        .type = text_of(problem_kind(PROBLEM_INVALID_FIELDS)->name),
        .errors = {.items = arena_take_array(arena, errors.count, sizeof *problem->errors.items)}};
    for (size_t i = 0; i < errors.count; i++) {
        problem->errors.items[problem->errors.count++] = (struct problem_field){
            .pointer = arena_print(arena, "%s%.*s", at, TEXT_PRINT(errors.items[i].pointer)),
            .detail = errors.items[i].detail};
    }
    return false;
}

void course_upload(struct hall *hall, const struct principal *who, json_t *json)
{
    size_t index = 0;
    json_t *material = NULL;
    json_array_foreach(json_object_get(json, "materials"), index, material)
    {
        struct upload_id upload = hall_upload(hall, who);
        (void)json_object_set_new(material, "upload", wire_json_id(&upload.uuid));
        (void)json_object_set_new(material, "filename", json_string("paper.pdf"));
    }
}

/* -- what is filed -------------------------------------------------------------------------- */

/* `missing:CODE` takes that material away, `missing` the second one. */
static void material_remove(json_t *filing, struct text code)
{
    size_t index = 0;
    json_t *material = NULL;
    json_t *materials = json_object_get(filing, "materials");
    json_array_foreach(materials, index, material)
    {
        const char *is = json_string_value(json_object_get(material, "code"));
        if (text_is_empty(code) ? index == 1 : text_equal_string(code, is)) {
            (void)json_array_remove(materials, index);
            return;
        }
    }
}

/* "form:FIELD=VALUE": true, false and numbers as such, everything else as text. */
static void form_set(json_t *filing, struct text word)
{
    struct text value = {0};
    json_t *json = NULL;
    struct text field = text_split(word, '=', &value);
    json = json_loadb(value.data, value.size, JSON_DECODE_ANY, NULL);
    if (json == NULL || json_is_real(json)) {
        json_decref(json);
        json = json_stringn(value.data, value.size);
    }
    (void)json_object_setn_new(json_object_get(filing, "form"), field.data, field.size, json);
}

/* Somebody acts for the applicant; where the item asks for it, with a power of attorney. */
static void represent(const struct course *course, json_t *filing)
{
    json_t *applicant = json_object_get(filing, "applicant");
    struct text power = course_word(course, "authorised-by:");
    (void)json_object_set_new(applicant, "represented", json_true());
    (void)json_object_set_new(applicant, "representative", json_string("Wang"));
    if (power.data != NULL) {
        json_t *material = json_object();
        (void)json_object_set_new(material, "code", json_stringn(power.data, power.size));
        (void)json_array_append_new(json_object_get(filing, "materials"), material);
    }
}

static void word_work(const struct course *course, json_t *filing, struct text word)
{
    if (text_equal_string(word, "missing")) {
        material_remove(filing, (struct text){0});
    } else if (text_starts_with(word, "missing:")) {
        material_remove(filing, text_after(word, strlen("missing:")));
    } else if (text_equal_string(word, "represented")) {
        represent(course, filing);
    } else if (text_starts_with(word, "form:")) {
        form_set(filing, text_after(word, strlen("form:")));
    }
}

static json_t *filing_of(const struct course *course, const struct principal *who,
                         struct text fields)
{
    json_t *filing = json_of(course->item->fields);
    json_t *over = json_of(fields);
    struct text code = course->item->state;
    struct text channel = course_word(course, "channel:");
    struct words words = words_of(course->plan.setup, ' ');
    (void)json_object_set_new(filing, "item", json_stringn(code.data, code.size));
    for (size_t i = 0; i < words.count; i++) {
        word_work(course, filing, words.items[i]);
    }
    if (who->kind == PRINCIPAL_STAFF &&
        text_equal_string(text_of(json_string_value(json_object_get(filing, "channel"))),
                          "online")) {
        (void)json_object_set_new(filing, "channel", json_string("window"));
    }
    if (channel.data != NULL) {
        (void)json_object_set_new(filing, "channel", json_stringn(channel.data, channel.size));
    }
    (void)json_object_update_recursive(filing, over);
    json_decref(over);
    names_replace(course, filing);
    return filing;
}

static struct reply case_file(struct course *course, const struct principal *who,
                              struct text fields)
{
    const struct text_list nobody = {0};
    struct file_case filing;
    struct reply reply = {0};
    json_t *json = filing_of(course, who, fields);
    course_upload(course->hall, who, json);
    if (!course_record(course, &file_case_message, json, "", &filing, &reply)) {
        return reply;
    }
    return hall_command(course->hall, AT_INTAKE, who, &nobody, &file_case_message, &filing);
}

/* -- versions of the catalogue -------------------------------------------------------------- */

bool course_drafts(const struct course *course, struct text action)
{
    return text_equal_string(course->table->name, "item_version") &&
           (text_equal_string(action, "register") || text_equal_string(action, "correct"));
}

static const struct catalogue_change *change_of_draft(const struct course *course)
{
    struct words words = words_of(course->plan.setup, ' ');
    for (size_t i = 0; i < words.count; i++) {
        const struct catalogue_change *change = catalogue_change_find(words.items[i]);
        if (change != NULL && change->of_draft) {
            return change;
        }
    }
    return NULL;
}

struct reply course_draft(struct course *course, const struct principal *who, struct text fields)
{
    json_t *json = course_json(course, fields);
    const char *note = json_string_value(json_object_get(json, "note"));
    struct draft_catalogue draft = {
        .base = json_integer_value(json_object_get(json, "base")),
        .replaces = course->version,
    };
    if (note != NULL) {
        draft.note.value = text_bytes(arena_print(&course->hall->arena, "%s", note));
    }
    json_decref(json);
    struct reply reply = catalogue_draft(course->hall, who, change_of_draft(course), &draft);
    if (text_is_empty(reply.problem.type)) {
        course->version = draft.version;
    }
    return reply;
}

/* -- matters of the hall -------------------------------------------------------------------- */

static struct text_list named_by(struct hall *hall, const struct action_fields *fields)
{
    struct text_list named = {.items = arena_take_array(&hall->arena, 2, sizeof(struct text))};
    const struct text names[] = {fields->officer, fields->deputy};
    for (size_t i = 0; i < 2; i++) {
        if (!text_is_empty(names[i])) {
            named.items[named.count++] = names[i];
        }
    }
    return named;
}

void course_fields_set(const struct course *course, json_t *json)
{
    struct words words = words_of(course->plan.setup, ' ');
    for (size_t i = 0; i < words.count; i++) {
        struct text value = {0};
        if (!text_starts_with(words.items[i], "field:")) {
            continue;
        }
        struct text name = text_split(text_after(words.items[i], strlen("field:")), '=', &value);
        if (json_object_getn(json, name.data, name.size) != NULL) {
            (void)json_object_setn_new(json, name.data, name.size,
                                       json_stringn(value.data, value.size));
        }
    }
}

static struct reply matter_begin(struct course *course, const struct principal *who,
                                 struct text action, struct text fields)
{
    struct matter_open command = {.procedure = course->table->name, .action = action};
    struct reply reply = {0};
    json_t *json = course_json(course, fields);
    course_fields_set(course, json);
    if (who->grants.count > 0 && !text_equal_string(who->grants.items[0].department, "*")) {
        command.department = who->grants.items[0].department;
    }
    if (!course_record(course, &action_fields_message, json, "/fields", &command.fields, &reply)) {
        return reply;
    }
    struct text_list named = named_by(course->hall, &command.fields);
    return hall_command(course->hall, course_owner(course), who, &named, &matter_open_message,
                        &command);
}

struct reply course_file(struct course *course, const struct principal *who, struct text action,
                         struct text fields)
{
    return text_equal_string(course->item->state, "-") ? matter_begin(course, who, action, fields)
                                                       : case_file(course, who, fields);
}
