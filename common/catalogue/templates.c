#include "catalogue/templates.h"

#include "procedure/procedure.h"
#include "procedure/reading.h"

enum { NAME_CHARACTERS_MAX = 60, TYPE_CHARACTERS_MAX = 80, OUTCOME_CHARACTERS_MAX = 20 };

const char *const template_parameters[] = {
    "number",  "item",         "missing",  "due",         "until",  "ground",
    "article", "right_agency", "document", "valid_until", "amount", "bill",
    "receipt", "reply",        "limits",   "held_on",     NULL,
};

static bool parameter_is_known(struct text name, const char *const *known)
{
    for (size_t i = 0; known[i] != NULL; i++) {
        if (text_equal_string(name, known[i])) {
            return true;
        }
    }
    return false;
}

void template_parameters_check(struct yaml_map *map, const char *key, struct text text,
                               const char *const *known)
{
    struct text rest = text;
    (void)text_split(rest, '{', &rest);
    while (rest.data != NULL) {
        struct text behind = {0};
        struct text name = text_split(rest, '}', &behind);
        if (behind.data == NULL || !parameter_is_known(name, known)) {
            yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                       "\"{%.*s}\" is no parameter of %s", TEXT_PRINT(utf8_cut(name, 40)),
                       known == template_parameters ? "messages" : "letters");
            return;
        }
        (void)text_split(behind, '{', &rest);
    }
}

static struct names texts_read(struct yaml_map *map, const char *key)
{
    struct names names = names_read(map, key, YAML_REQUIRED);
    template_parameters_check(map, key, names.zh_hans, template_parameters);
    template_parameters_check(map, key, names.zh_hant, template_parameters);
    template_parameters_check(map, key, names.en, template_parameters);
    return names;
}

/* `event` names one, `events` several. */
static struct text_span events_read(struct yaml_map *map, bool (*event_exists)(struct text type))
{
    struct text *one = arena_take(map->file->arena, sizeof *one);
    const char *key = "event";
    *one = yaml_text(map, key, YAML_OPTIONAL, TYPE_CHARACTERS_MAX);
    struct text_span events = {.items = one, .count = 1};
    if (one->data == NULL) {
        key = "events";
        events = yaml_texts(map, key, YAML_REQUIRED, TYPE_CHARACTERS_MAX);
    }
    for (size_t i = 0; event_exists != NULL && i < events.count; i++) {
        if (!text_is_empty(events.items[i]) && !event_exists(events.items[i])) {
            yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                       "the hall has no such event");
        }
    }
    return events;
}

/* `to: parties`; absent: to who filed. */
static bool to_parties_read(struct yaml_map *map)
{
    struct text to = yaml_text(map, "to", YAML_OPTIONAL, NAME_CHARACTERS_MAX);
    bool is_to_parties = text_equal_string(to, "parties");
    if (to.data != NULL && !is_to_parties) {
        yaml_error(map->file, yaml_line(map, "to"), yaml_field(map, "to"),
                   "must be parties, or be left out: to who filed");
    }
    return is_to_parties;
}

/* What messages may name. */
struct message_vocabulary {
    bool (*event_exists)(struct text type); /* NULL: not asked */
};

static void template_read(struct yaml_map *map, const void *context, const void *before,
                          size_t before_count, void *item)
{
    const struct message_vocabulary *vocabulary = context;
    const struct message_templates known = {.items = before, .count = before_count};
    struct message_template *template = item;
    template->name = yaml_text(map, "name", YAML_REQUIRED, NAME_CHARACTERS_MAX);
    template->events = events_read(map, vocabulary->event_exists);
    template->outcome = yaml_text(map, "outcome", YAML_OPTIONAL, OUTCOME_CHARACTERS_MAX);
    template->kind = yaml_text(map, "for_kind", YAML_OPTIONAL, NAME_CHARACTERS_MAX);
    template->kind_line = yaml_line(map, "for_kind");
    template->to_parties = to_parties_read(map);
    template->title = texts_read(map, "title");
    template->text = texts_read(map, "text");
    if (template_named(&known, template->name) != NULL) {
        yaml_error(map->file, yaml_line(map, "name"), yaml_field(map, "name"),
                   "another message has this name");
    }
}

enum err template_list_load(struct yaml_file *file, struct text source,
                            const struct template_list *list, const void **ret_items,
                            size_t *ret_count)
{
    size_t errors_before = file->error_count;
    const struct yaml_node *root = NULL;
    struct yaml_map map;
    if (yaml_parse(file, source, &root) != ERR_OK) {
        return ERR_INVALID;
    }
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    const struct yaml_node *node = yaml_list(&map, list->key, YAML_REQUIRED);
    size_t count = node == NULL ? 0 : node->count;
    uint8_t *items = arena_take_array(file->arena, count, list->item_bytes);
    for (size_t i = 0; i < count; i++) {
        struct yaml_map entry;
        yaml_map_open(&entry, file, node->items[i], yaml_element(&map, list->key, i));
        list->read(&entry, list->context, items, i, items + i * list->item_bytes);
        yaml_map_close(&entry);
    }
    yaml_map_close(&map);
    if (file->error_count > errors_before) {
        return ERR_INVALID;
    }
    *ret_items = items;
    *ret_count = count;
    return ERR_OK;
}

enum err templates_load(struct yaml_file *file, struct text source,
                        bool (*event_exists)(struct text type),
                        struct message_templates *ret_templates)
{
    const struct message_vocabulary vocabulary = {event_exists};
    const struct template_list list = {.key = "messages",
                                       .item_bytes = sizeof *ret_templates->items,
                                       .read = template_read,
                                       .context = &vocabulary};
    const void *items = NULL;
    size_t count = 0;
    enum err err = template_list_load(file, source, &list, &items, &count);
    if (err == ERR_OK) {
        *ret_templates = (struct message_templates){.items = items, .count = count};
    }
    return err;
}

bool catalogue_has_kind(const struct catalogue *catalogue, struct text kind)
{
    for (size_t i = 0; i < catalogue->item_count; i++) {
        if (text_equal(catalogue->items[i].kind, kind)) {
            return true;
        }
    }
    return false;
}

enum err templates_kinds_check(struct yaml_file *file, const struct message_templates *templates,
                               const struct catalogue *catalogue)
{
    size_t errors_before = file->error_count;
    for (size_t i = 0; i < templates->count; i++) {
        const struct message_template *template = &templates->items[i];
        if (!text_is_empty(template->kind) && !catalogue_has_kind(catalogue, template->kind)) {
            yaml_error(file, template->kind_line,
                       arena_print(file->arena, "messages[%zu].for_kind", i),
                       "no item of the catalogue is of this kind");
        }
    }
    return file->error_count == errors_before ? ERR_OK : ERR_INVALID;
}

const struct message_template *template_for_event(const struct message_templates *templates,
                                                  struct text type, struct text kind,
                                                  struct text outcome, bool to_parties)
{
    const struct message_template *for_all = NULL;
    for (size_t i = 0; i < templates->count; i++) {
        const struct message_template *template = &templates->items[i];
        bool outcome_fits =
            text_is_empty(template->outcome) || text_equal(template->outcome, outcome);
        if (!outcome_fits || template->to_parties != to_parties ||
            !text_span_contains(&template->events, type)) {
            continue;
        }
        if (!text_is_empty(template->kind) && text_equal(template->kind, kind)) {
            return template;
        }
        if (text_is_empty(template->kind) && for_all == NULL) {
            for_all = template;
        }
    }
    return for_all;
}

const struct message_template *template_named(const struct message_templates *templates,
                                              struct text name)
{
    for (size_t i = 0; i < templates->count; i++) {
        if (text_equal(templates->items[i].name, name)) {
            return &templates->items[i];
        }
    }
    return NULL;
}

struct text template_fill(struct text text,
                          struct text (*value_of)(const void *context, struct text parameter),
                          const void *context, struct arena *arena)
{
    struct text rest = text;
    struct text filled = text_split(rest, '{', &rest);
    while (rest.data != NULL) {
        struct text name = text_split(rest, '}', &rest);
        struct text value = value_of(context, name);
        struct text behind = text_split(rest, '{', &rest);
        filled = arena_print(arena, "%.*s%.*s%.*s", TEXT_PRINT(filled), TEXT_PRINT(value),
                             TEXT_PRINT(behind));
    }
    return filled;
}
