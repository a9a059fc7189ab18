/* The head of a catalogue: the city, its hours, its departments, roles and kinds of applicants. */
#include "catalogue/draft.h"

#include <string.h>

enum { MINUTES_PER_HOUR = 60, RETENTION_YEARS = 10 };

/* What stands in every file of this schema with the same value. */
static void constant_check(struct yaml_map *map, const char *key, const char *wanted)
{
    struct text value = yaml_text(map, key, YAML_REQUIRED, LABEL_CHARACTERS);
    if (value.data != NULL && !text_equal_string(value, wanted)) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must be %s", wanted);
    }
}

static void currency_check(struct yaml_map *map)
{
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "currency", YAML_REQUIRED),
                  yaml_field(map, "currency"));
    constant_check(&inner, "code", "CNY");
    constant_check(&inner, "minor_unit", "fen");
    yaml_map_close(&inner);
}

static void languages_check(struct yaml_map *map)
{
    static const char *const wanted[] = {"zh-Hans", "zh-Hant", "en"};
    struct text_span languages = yaml_texts(map, "languages", YAML_REQUIRED, NAME_CHARACTERS);
    bool good = languages.count == 3;
    for (size_t i = 0; good && i < 3; i++) {
        good = text_equal_string(languages.items[i], wanted[i]);
    }
    if (!good && yaml_get(map, "languages", YAML_OPTIONAL) != NULL) {
        yaml_error(map->file, yaml_line(map, "languages"), yaml_field(map, "languages"),
                   "must be [zh-Hans, zh-Hant, en]");
    }
}

static void coded_name_read(struct yaml_map *map, struct catalogue_name *name)
{
    name->code = draft_code(map, "code");
    name->names = names_read(map, "names", YAML_REQUIRED);
}

static void jurisdiction_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "jurisdiction", YAML_REQUIRED),
                  yaml_field(map, "jurisdiction"));
    coded_name_read(&inner, &draft->catalogue->head.jurisdiction);
    yaml_map_close(&inner);
}

/* -- opening hours -------------------------------------------------------------------------- */

/* Reads [from, to]; false, reported, when it is not two times in order behind `after_minute`. */
static bool opening_read(struct yaml_map *map, const struct yaml_node *node, struct text field,
                         int after_minute, struct catalogue_opening *opening)
{
    if (node->kind != YAML_LIST || node->count != 2) {
        yaml_error(map->file, node->line, field, "must be two times, [\"08:30\", \"12:00\"]");
        return false;
    }
    opening->from_minute = draft_minute(map, node->items[0], field);
    opening->to_minute = draft_minute(map, node->items[1], field);
    if (opening->from_minute < 0 || opening->to_minute < 0) {
        return false;
    }
    if (opening->to_minute <= opening->from_minute || opening->from_minute < after_minute) {
        yaml_error(map->file, node->line, field,
                   "must begin before it ends, and after the one before it");
        return false;
    }
    return true;
}

static void openings_read(struct yaml_map *map, struct catalogue_hours *hours)
{
    const struct yaml_node *list = yaml_list(map, "open", YAML_REQUIRED);
    size_t count = list == NULL ? 0 : list->count;
    struct catalogue_opening *openings =
        arena_take_array(map->file->arena, count, sizeof *openings);
    int open_minutes = 0;
    int after_minute = 0;
    for (size_t i = 0; i < count; i++) {
        if (!opening_read(map, list->items[i], yaml_element(map, "open", i), after_minute,
                          &openings[i])) {
            return;
        }
        after_minute = openings[i].to_minute;
        open_minutes += openings[i].to_minute - openings[i].from_minute;
    }
    if (list != NULL && open_minutes != hours->work_hours_per_day * MINUTES_PER_HOUR) {
        yaml_error(map->file, yaml_line(map, "work_hours_per_day"),
                   yaml_field(map, "work_hours_per_day"),
                   "must be the sum of the opening hours, which is %d minutes", open_minutes);
    }
    hours->openings = openings;
    hours->opening_count = count;
}

static void hours_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_hours *hours = &draft->catalogue->head.hours;
    struct zone zone;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "hours", YAML_REQUIRED),
                  yaml_field(map, "hours"));
    hours->time_zone = yaml_text(&inner, "time_zone", YAML_REQUIRED, NAME_CHARACTERS);
    hours->work_hours_per_day = yaml_int(&inner, "work_hours_per_day", YAML_REQUIRED, 1, 24, 8);
    if (hours->time_zone.data != NULL && !zone_find(hours->time_zone, &zone)) {
        yaml_error(map->file, yaml_line(&inner, "time_zone"), yaml_field(&inner, "time_zone"),
                   "must be a zone with a fixed distance from UTC, such as Asia/Shanghai");
    }
    constant_check(&inner, "days", "workday");
    openings_read(&inner, hours);
    yaml_map_close(&inner);
}

/* -- units, roles --------------------------------------------------------------------------- */

static void unit_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_unit *unit = place;
    unit->code = draft_code(map, "code");
    unit->names = names_read(map, "names", YAML_REQUIRED);
}

/* Departments and bodies become one list: whatever names one of them may name the other. */
static void units_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    size_t department_count = 0;
    size_t body_count = 0;
    struct catalogue_unit *departments =
        draft_list(draft, map, "departments", YAML_REQUIRED, sizeof *departments, unit_read,
                   &department_count);
    struct catalogue_unit *bodies =
        draft_list(draft, map, "bodies", YAML_OPTIONAL, sizeof *bodies, unit_read, &body_count);
    struct catalogue_unit *units =
        arena_take_array(map->file->arena, department_count + body_count, sizeof *units);
    for (size_t i = 0; i < department_count; i++) {
        units[i] = departments[i];
    }
    for (size_t i = 0; i < body_count; i++) {
        units[department_count + i] = bodies[i];
        units[department_count + i].is_body = true;
        if (draft_find(CODED(departments, department_count), bodies[i].code) != NULL) {
            yaml_error(map->file, yaml_line(map, "bodies"), yaml_element(map, "bodies", i),
                       "\"%.*s\" is a department already", TEXT_PRINT(bodies[i].code));
        }
    }
    draft_unique(map, "departments", CODED(departments, department_count));
    draft_unique(map, "bodies", CODED(bodies, body_count));
    head->units = units;
    head->unit_count = department_count + body_count;
}

static void role_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    struct catalogue_role *role = place;
    role->code = draft_code(map, "code");
    role->names = names_read(map, "names", YAML_REQUIRED);
    role->group = yaml_text(map, "group", YAML_REQUIRED, NAME_CHARACTERS);
    const struct text_span *groups = &draft->catalogue->head.role_groups;
    if (role->group.data != NULL && !text_span_contains(groups, role->group)) {
        draft_unknown(map, yaml_line(map, "group"), yaml_field(map, "group"), role->group,
                      (struct coded){groups->items, groups->count, sizeof *groups->items},
                      "a role group");
    }
}

static void name_entry_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    coded_name_read(map, place);
}

static void roles_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    head->role_groups = yaml_texts(map, "role_groups", YAML_REQUIRED, NAME_CHARACTERS);
    head->roles = draft_list(draft, map, "roles", YAML_REQUIRED, sizeof *head->roles, role_read,
                             &head->role_count);
    head->relations = draft_list(draft, map, "relations", YAML_REQUIRED, sizeof *head->relations,
                                 name_entry_read, &head->relation_count);
    head->applicant_kinds =
        draft_list(draft, map, "applicant_kinds", YAML_REQUIRED, sizeof *head->applicant_kinds,
                   name_entry_read, &head->applicant_kind_count);
    draft_unique(map, "roles", CODED(head->roles, head->role_count));
    draft_unique(map, "relations", CODED(head->relations, head->relation_count));
    draft_unique(map, "applicant_kinds", CODED(head->applicant_kinds, head->applicant_kind_count));
    draft->role_names = arena_take_array(map->file->arena, head->role_count + head->relation_count,
                                         sizeof *draft->role_names);
    for (size_t i = 0; i < head->role_count + head->relation_count; i++) {
        struct text code =
            i < head->role_count ? head->roles[i].code : head->relations[i - head->role_count].code;
        if (code.data != NULL) {
            draft->role_names[draft->role_name_count++] = code.data;
        }
    }
}

static void clock_kind_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_clock_kind *kind = place;
    kind->code = name_read(map, "kind", YAML_REQUIRED);
    kind->counts = yaml_bool(map, "counts", YAML_REQUIRED, false);
    kind->means = draft_label(map, "means", YAML_REQUIRED);
    kind->names = names_read(map, "names", YAML_OPTIONAL);
}

void draft_retention(struct yaml_map *map, struct catalogue_retention *retention)
{
    const struct yaml_node *node = yaml_get(map, "retention", YAML_OPTIONAL);
    struct yaml_map inner;
    if (node == NULL) {
        return;
    }
    yaml_map_open(&inner, map->file, node, yaml_field(map, "retention"));
    retention->years = yaml_int(&inner, "years", YAML_REQUIRED, 0, 100, RETENTION_YEARS);
    retention->basis = draft_label(&inner, "basis", YAML_REQUIRED);
    retention->status = draft_status(&inner, YAML_REQUIRED);
    yaml_map_close(&inner);
}

void draft_head(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    constant_check(map, "schema", "catalogue/1");
    jurisdiction_read(draft, map);
    head->version = yaml_int(map, "catalogue_version", YAML_REQUIRED, 1, INT32_MAX, 1);
    head->effective_from = yaml_date(map, "effective_from", YAML_REQUIRED);
    currency_check(map);
    languages_check(map);
    hours_read(draft, map);
    head->badge_required = yaml_bool(map, "badge_required", YAML_OPTIONAL, false);
    head->retention.years = RETENTION_YEARS;
    draft_retention(map, &head->retention);
    head->clock_kinds =
        draft_list(draft, map, "clock_kinds", YAML_REQUIRED, sizeof *head->clock_kinds,
                   clock_kind_read, &head->clock_kind_count);
    draft_unique(map, "clock_kinds", CODED(head->clock_kinds, head->clock_kind_count));
    units_read(draft, map);
    roles_read(draft, map);
}
