#include "catalogue/letters.h"

enum {
    NAME_CHARACTERS_MAX = 60,
    TYPE_CHARACTERS_MAX = 80,
    OUTCOME_CHARACTERS_MAX = 20,
    TITLE_CHARACTERS_MAX = 60,
    LABEL_CHARACTERS_MAX = 20,
    TEXT_CHARACTERS_MAX = 1000
};

const char *const letter_parameters[] = {
    "number",         "item",        "missing",       "due",          "until",
    "ground",         "article",     "document",      "amount",       "bill",
    "right_agency",   "valid_until", "receipt",       "amount_words", "day",
    "received",       "letter",      "department",    "hall",         "remedies",
    "result",         "issuer",      "checker",       "method",       "reference",
    "original",       "name",        "payer",         "reasons",      "note",
    "conditions",     "reply",       "reply_article", "text",         "facts_found",
    "responsibility", "rule",        "correction",    NULL,
};

static struct text text_read(struct yaml_map *map, const char *key, enum yaml_presence presence,
                             size_t characters_max)
{
    struct text text = yaml_text(map, key, presence, characters_max);
    template_parameters_check(map, key, text, letter_parameters);
    return text;
}

static struct text_span texts_read(struct yaml_map *map, const char *key)
{
    struct text_span texts = yaml_texts(map, key, YAML_OPTIONAL, TEXT_CHARACTERS_MAX);
    for (size_t i = 0; i < texts.count; i++) {
        template_parameters_check(map, key, texts.items[i], letter_parameters);
    }
    return texts;
}

static struct letter_template_facts facts_read(struct yaml_map *map, const char *key)
{
    const struct yaml_node *list = yaml_list(map, key, YAML_OPTIONAL);
    size_t count = list == NULL ? 0 : list->count;
    struct letter_template_fact *items = arena_take_array(map->file->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        struct yaml_map entry;
        yaml_map_open(&entry, map->file, list->items[i], yaml_element(map, key, i));
        items[i].label = yaml_text(&entry, "label", YAML_REQUIRED, LABEL_CHARACTERS_MAX);
        items[i].value = text_read(&entry, "value", YAML_REQUIRED, TEXT_CHARACTERS_MAX);
        yaml_map_close(&entry);
    }
    return (struct letter_template_facts){.items = items, .count = count};
}

static void causes_read(struct yaml_map *map, const struct letter_vocabulary *vocabulary,
                        struct letter_template *letter)
{
    letter->kind = yaml_text(map, "kind", YAML_REQUIRED, NAME_CHARACTERS_MAX);
    letter->events = yaml_texts(map, "events", YAML_REQUIRED, TYPE_CHARACTERS_MAX);
    letter->outcome = yaml_text(map, "outcome", YAML_OPTIONAL, OUTCOME_CHARACTERS_MAX);
    letter->kinds = yaml_texts(map, "for_kinds", YAML_OPTIONAL, NAME_CHARACTERS_MAX);
    letter->kinds_line = yaml_line(map, "for_kinds");
    if (vocabulary->kind_exists != NULL && letter->kind.data != NULL &&
        !vocabulary->kind_exists(letter->kind)) {
        yaml_error(map->file, yaml_line(map, "kind"), yaml_field(map, "kind"),
                   "the hall has no such kind of letter");
    }
    for (size_t i = 0; vocabulary->event_exists != NULL && i < letter->events.count; i++) {
        if (!vocabulary->event_exists(letter->events.items[i])) {
            yaml_error(map->file, yaml_line(map, "events"), yaml_field(map, "events"),
                       "the hall has no such event");
        }
    }
}

static void letter_read(struct yaml_map *map, const void *vocabulary, const void *before,
                        size_t before_count, void *item)
{
    const struct letter_templates known = {.items = before, .count = before_count};
    struct letter_template *letter = item;
    letter->name = yaml_text(map, "name", YAML_REQUIRED, NAME_CHARACTERS_MAX);
    causes_read(map, vocabulary, letter);
    letter->title = text_read(map, "title", YAML_REQUIRED, TITLE_CHARACTERS_MAX);
    letter->lead = text_read(map, "lead", YAML_OPTIONAL, TEXT_CHARACTERS_MAX);
    letter->facts = facts_read(map, "facts");
    letter->has_lines = yaml_bool(map, "lines", YAML_OPTIONAL, false);
    letter->sums = facts_read(map, "sums");
    letter->paragraphs = texts_read(map, "text");
    letter->signer = text_read(map, "signer", YAML_REQUIRED, TITLE_CHARACTERS_MAX);
    letter->notes = texts_read(map, "notes");
    if (letter_named(&known, letter->name) != NULL) {
        yaml_error(map->file, yaml_line(map, "name"), yaml_field(map, "name"),
                   "another letter has this name");
    }
}

enum err letters_load(struct yaml_file *file, struct text source,
                      const struct letter_vocabulary *vocabulary,
                      struct letter_templates *ret_letters)
{
    const struct template_list list = {.key = "letters",
                                       .item_bytes = sizeof *ret_letters->items,
                                       .read = letter_read,
                                       .context = vocabulary};
    const void *items = NULL;
    size_t count = 0;
    enum err err = template_list_load(file, source, &list, &items, &count);
    if (err == ERR_OK) {
        *ret_letters = (struct letter_templates){.items = items, .count = count};
    }
    return err;
}

enum err letters_kinds_check(struct yaml_file *file, const struct letter_templates *letters,
                             const struct catalogue *catalogue)
{
    size_t errors_before = file->error_count;
    for (size_t i = 0; i < letters->count; i++) {
        const struct letter_template *letter = &letters->items[i];
        for (size_t k = 0; k < letter->kinds.count; k++) {
            if (!catalogue_has_kind(catalogue, letter->kinds.items[k])) {
                yaml_error(file, letter->kinds_line,
                           arena_print(file->arena, "letters[%zu].for_kinds", i),
                           "no item of the catalogue is of the kind \"%.*s\"",
                           TEXT_PRINT(utf8_cut(letter->kinds.items[k], 40)));
            }
        }
    }
    return file->error_count == errors_before ? ERR_OK : ERR_INVALID;
}

const struct letter_template *letter_for_event(const struct letter_templates *letters,
                                               struct text type, struct text kind,
                                               struct text outcome)
{
    for (size_t i = 0; i < letters->count; i++) {
        const struct letter_template *letter = &letters->items[i];
        bool outcome_fits = text_is_empty(letter->outcome) || text_equal(letter->outcome, outcome);
        bool kind_fits = letter->kinds.count == 0 || text_span_contains(&letter->kinds, kind);
        if (outcome_fits && kind_fits && text_span_contains(&letter->events, type)) {
            return letter;
        }
    }
    return NULL;
}

const struct letter_template *letter_named(const struct letter_templates *letters, struct text name)
{
    for (size_t i = 0; i < letters->count; i++) {
        if (text_equal(letters->items[i].name, name)) {
            return &letters->items[i];
        }
    }
    return NULL;
}
