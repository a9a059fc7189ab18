/* The form of an item, and the conditions that compare what was filled in. */
#include "catalogue/draft.h"

enum {
    ADDRESS_CHARACTERS = 200,
    TEXT_CHARACTERS_MAX = 50000,
};

static const char *const type_names[] = {"text",    "address", "choice", "decimal",
                                         "integer", "date",    "boolean"};

enum { TYPE_COUNT = sizeof type_names / sizeof type_names[0] };

/* -- fields --------------------------------------------------------------------------------- */

/* Reports a key that says nothing about a field of this type. */
static void key_fits(struct yaml_map *map, const char *key, bool fits, const char *wanted)
{
    if (!fits && yaml_get(map, key, YAML_OPTIONAL) != NULL) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "goes with %s only",
                   wanted);
    }
}

static void bounds_read(struct yaml_map *map, struct catalogue_field *field)
{
    bool is_number = field->type == FORM_FIELD_DECIMAL || field->type == FORM_FIELD_INTEGER;
    key_fits(map, "min", is_number, "type: decimal or integer");
    key_fits(map, "max", is_number, "type: decimal or integer");
    if (!is_number) {
        return;
    }
    field->min = yaml_decimal(map, "min", YAML_REQUIRED);
    field->max = yaml_decimal(map, "max", YAML_REQUIRED);
    if (field->min.units > field->max.units) {
        yaml_error(map->file, yaml_line(map, "max"), yaml_field(map, "max"),
                   "must not be less than min");
    }
}

static void characters_read(struct yaml_map *map, struct catalogue_field *field)
{
    bool is_text = field->type == FORM_FIELD_TEXT || field->type == FORM_FIELD_ADDRESS;
    key_fits(map, "max_length", is_text, "type: text or address");
    if (is_text) {
        field->max_characters = yaml_int(
            map, "max_length", field->type == FORM_FIELD_TEXT ? YAML_REQUIRED : YAML_OPTIONAL, 1,
            TEXT_CHARACTERS_MAX, ADDRESS_CHARACTERS);
    }
}

static void choices_read(struct catalogue_draft *draft, struct yaml_map *map,
                         struct catalogue_field *field)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    bool is_choice = field->type == FORM_FIELD_CHOICE;
    key_fits(map, "choices", is_choice, "type: choice");
    if (!is_choice) {
        return;
    }
    field->choices = yaml_texts(map, "choices", YAML_REQUIRED, NAME_CHARACTERS);
    for (size_t i = 0; i < field->choices.count; i++) {
        if (catalogue_choice_names(draft->catalogue, field->choices.items[i]) == NULL) {
            draft_unknown(map, yaml_line(map, "choices"), yaml_element(map, "choices", i),
                          field->choices.items[i], CODED(head->choices, head->choice_count),
                          "a choice with a name");
        }
    }
}

static void field_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    struct catalogue_field *field = place;
    field->id = name_read(map, "id", YAML_REQUIRED);
    field->names = names_read(map, "names", YAML_REQUIRED);
    int type = yaml_choice(map, "type", YAML_REQUIRED, type_names, TYPE_COUNT);
    field->type = type < 0 ? FORM_FIELD_TEXT : (enum form_field_type)type;
    field->required = yaml_bool(map, "required", YAML_REQUIRED, false);
    /* Text and addresses are personal unless the file says that they are not. */
    bool is_text = field->type == FORM_FIELD_TEXT || field->type == FORM_FIELD_ADDRESS;
    field->personal = yaml_bool(map, "personal", YAML_OPTIONAL, is_text);
    field->filled_by = draft_role(draft, map, "filled_by", YAML_OPTIONAL);
    if (field->required && field->filled_by.data != NULL) {
        yaml_error(map->file, yaml_line(map, "required"), yaml_field(map, "required"),
                   "must be false: who files is never asked for what another role fills in");
    }
    characters_read(map, field);
    bounds_read(map, field);
    choices_read(draft, map, field);
}

void draft_form(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    item->fields = draft_list(draft, map, "form", YAML_REQUIRED, sizeof *item->fields, field_read,
                              &item->field_count);
    draft_unique(map, "form", CODED(item->fields, item->field_count));
}

/* -- conditions ----------------------------------------------------------------------------- */

static const struct text truths[] = {{"true", 4}, {"false", 5}};

/* One key of `when` while it is checked. */
struct comparison {
    struct yaml_map *map;
    struct text field; /* how errors name it */
    int line;
    const struct catalogue_condition *condition;
};

static void values_check(const struct comparison *c, const struct text *known, size_t known_count)
{
    for (size_t i = 0; i < c->condition->values.count; i++) {
        struct coded among = {known, known_count, sizeof *known};
        if (draft_find(among, c->condition->values.items[i]) == NULL) {
            draft_unknown(c->map, c->line, c->field, c->condition->values.items[i], among,
                          "a value it can have");
        }
    }
}

static void field_comparison_check(const struct comparison *c, const struct catalogue_field *field,
                                   enum when_asked asked)
{
    if (field->personal && asked == WHEN_LATER) {
        yaml_error(c->map->file, c->line, c->field,
                   "is personal, so only its sealed value is kept and nobody can compare it after "
                   "filing; mark the field personal: false, or ask something else");
    }
    if (field->type == FORM_FIELD_CHOICE) {
        values_check(c, field->choices.items, field->choices.count);
    } else if (field->type == FORM_FIELD_BOOLEAN) {
        values_check(c, truths, 2);
    } else {
        yaml_error(c->map->file, c->line, c->field,
                   "is %s: conditions compare choices and yes-or-no fields",
                   field->type == FORM_FIELD_DATE ? "a date" : "text or a number");
    }
}

static void comparison_check(struct catalogue_draft *draft, const struct comparison *c,
                             enum when_asked asked)
{
    const struct catalogue_item *item = draft->item;
    const struct catalogue_field *field = catalogue_field(item, c->condition->key);
    if (text_equal_string(c->condition->key, "applicant.kind")) {
        values_check(c, item->applicants.items, item->applicants.count);
    } else if (text_equal_string(c->condition->key, "applicant.represented")) {
        values_check(c, truths, 2);
    } else if (field != NULL) {
        field_comparison_check(c, field, asked);
    } else {
        draft_unknown(c->map, c->line, c->field, c->condition->key,
                      CODED(item->fields, item->field_count),
                      "a field of the form, applicant.kind or applicant.represented");
    }
}

/* The value or values that one key is compared with. */
static struct text_span values_read(struct yaml_map *map, const struct yaml_node *node,
                                    struct text field)
{
    struct text_span values = {0};
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    values.items = arena_take_array(map->file->arena, count, sizeof *values.items);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *value = node->kind == YAML_LIST ? node->items[i] : node;
        if (value->kind != YAML_SCALAR || text_is_empty(value->scalar)) {
            yaml_error(map->file, value->line, field, "must be a value or a list of values");
            continue;
        }
        values.items[values.count++] = value->scalar;
    }
    return values;
}

struct catalogue_when draft_when(struct catalogue_draft *draft, struct yaml_map *map,
                                 enum yaml_presence presence, enum when_asked asked)
{
    const struct yaml_node *node = draft_map(map, "when", presence);
    if (node == NULL) {
        return (struct catalogue_when){0};
    }
    struct catalogue_condition *conditions =
        arena_take_array(map->file->arena, node->count, sizeof *conditions);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        struct comparison comparison = {
            .map = map,
            .field = arena_print(map->file->arena, "%.*s.when.%.*s", TEXT_PRINT(map->path),
                                 TEXT_PRINT(pair->key)),
            .line = pair->line,
            .condition = &conditions[i],
        };
        conditions[i].key = pair->key;
        conditions[i].values = values_read(map, pair->value, comparison.field);
        comparison_check(draft, &comparison, asked);
    }
    return (struct catalogue_when){.conditions = conditions, .count = node->count};
}
