/* Loading the files of a version into rules. */
#include "matter/rules.h"

#include "events/notification.h"
#include "events/registry.h"
#include "procedure/vocabulary.h"

#include <string.h>

enum { PROCEDURES_MAX = 64 };

static const char catalogue_file[] = "catalogue.yaml";
static const char calendar_prefix[] = "calendar";
static const char procedure_prefix[] = "procedures/";
static const char templates_file[] = "templates/messages.yaml";
static const char letters_file[] = "templates/letters.yaml";

bool rules_is_calendar(struct text file)
{
    return text_starts_with(file, calendar_prefix);
}

/* The sources sorted into what they are, in the arena that the rules will live in. */
struct rules_texts {
    struct text catalogue;
    struct text calendar;
    const char *calendar_name;
    struct text templates;
    struct text letters;
    struct catalogue_source procedures[PROCEDURES_MAX];
    size_t procedure_count;
};

static void texts_sort(const struct rules_file *files, size_t count, struct arena *arena,
                       struct rules_texts *texts)
{
    *texts = (struct rules_texts){.calendar_name = "calendar.yaml"};
    for (size_t i = 0; i < count; i++) {
        struct text name = files[i].name;
        struct text text = arena_copy_text(arena, files[i].text);
        if (text_equal_string(name, catalogue_file)) {
            texts->catalogue = text;
        } else if (rules_is_calendar(name)) {
            texts->calendar = text;
            texts->calendar_name = arena_copy_text(arena, name).data;
        } else if (text_equal_string(name, templates_file)) {
            texts->templates = text;
        } else if (text_equal_string(name, letters_file)) {
            texts->letters = text;
        } else if (text_starts_with(name, procedure_prefix) &&
                   texts->procedure_count < PROCEDURES_MAX) {
            texts->procedures[texts->procedure_count++] =
                (struct catalogue_source){.name = arena_copy_text(arena, name).data, .text = text};
        }
    }
}

static struct clock_limit clock_limit_of(struct stated_limit limit)
{
    return (struct clock_limit){limit.value,
                                (enum limit_unit)wire_enum_value(&limit_unit_enum, limit.unit)};
}

static bool promise_fits(void *context, struct stated_limit promise, struct stated_limit law)
{
    return clock_promise_agrees(clock_limit_of(promise), clock_limit_of(law), context, NULL);
}

static enum err hours_read(struct yaml_file *file, struct text source,
                           const struct calendar *calendar, struct opening_hours *ret_hours)
{
    const struct yaml_node *root = NULL;
    struct yaml_map map;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    const struct yaml_node *node = yaml_get(&map, "hours", YAML_REQUIRED);
    return node == NULL
               ? ERR_INVALID
               : opening_hours_load(file, node, TEXT_LITERAL("hours"), calendar, ret_hours);
}

/* The hall's own facts, signals, fields and events: what its procedures may name. */
static struct procedure_vocabulary hall_vocabulary(void)
{
    return (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
        .fields = &action_fields_message,
        .events = hall_vocabularies,
        .event_vocabulary_count = hall_vocabulary_count,
    };
}

/* Adds those errors of `hours` about whose place `file` says nothing yet: the catalogue's own
 * reader looks at its hours too. */
static void hours_errors_add(struct yaml_file *file, const struct yaml_file *hours)
{
    for (size_t i = 0; i < hours->error_count && i < YAML_ERRORS_MAX; i++) {
        const struct yaml_error *error = &hours->errors[i];
        bool is_told = false;
        for (size_t k = 0; k < file->error_count && k < YAML_ERRORS_MAX; k++) {
            is_told |= strcmp(file->errors[k].file_name, error->file_name) == 0 &&
                       file->errors[k].line == error->line;
        }
        if (!is_told) {
            yaml_error(file, error->line, error->field, "%.*s", TEXT_PRINT(error->detail));
        }
    }
}

/* Loads texts into `rules`, all in the arena of `file`. A calendar that is wrong does not keep the
 * faults of the catalogue from being told, though limits in other units are not compared then. */
static enum err catalogue_and_calendar_load(struct yaml_file *file, const struct rules_texts *texts,
                                            struct hall_rules *rules)
{
    size_t errors_before = file->error_count;
    struct procedure_vocabulary *vocabulary = arena_take(file->arena, sizeof *vocabulary);
    struct yaml_file hours;
    bool is_counted = false;
    *vocabulary = hall_vocabulary();
    yaml_file_init(&hours, catalogue_file, file->arena);
    file->name = texts->calendar_name;
    if (texts->calendar.data == NULL) {
        yaml_error(file, 1, TEXT_LITERAL(""), "is missing: limits are counted in its working days");
    } else if (calendar_load(file, texts->calendar, rules->version, &rules->calendar) == ERR_OK) {
        rules->clocks.calendar = rules->calendar;
        rules->clocks.hours = &rules->hours;
        is_counted = hours_read(&hours, texts->catalogue, rules->calendar, &rules->hours) == ERR_OK;
    }
    file->name = catalogue_file;
    struct catalogue_inputs inputs = {
        .procedures = texts->procedures,
        .procedure_count = texts->procedure_count,
        .vocabulary = vocabulary,
        .promise_fits = is_counted ? promise_fits : NULL,
        .context = &rules->clocks,
    };
    (void)catalogue_load(file, texts->catalogue, &inputs, &rules->catalogue);
    hours_errors_add(file, &hours);
    return file->error_count == errors_before ? ERR_OK : ERR_INVALID;
}

static bool event_exists(struct text type)
{
    return hall_event_find(type) != NULL;
}

static enum err messages_load(struct yaml_file *file, const struct rules_texts *texts,
                              struct hall_rules *rules)
{
    if (text_is_empty(texts->templates)) {
        return ERR_OK;
    }
    file->name = templates_file;
    enum err err = templates_load(file, texts->templates, event_exists, &rules->templates);
    /* A catalogue that is wrong has its own errors; its kinds are not known. */
    return err == ERR_OK && rules->catalogue != NULL
               ? templates_kinds_check(file, &rules->templates, rules->catalogue)
               : err;
}

static bool letter_kind_exists(struct text kind)
{
    return wire_enum_value(&letter_kind_enum, kind) != letter_kind_absent;
}

static enum err letters_of_version_load(struct yaml_file *file, const struct rules_texts *texts,
                                        struct hall_rules *rules)
{
    static const struct letter_vocabulary vocabulary = {.event_exists = event_exists,
                                                        .kind_exists = letter_kind_exists};
    if (text_is_empty(texts->letters)) {
        return ERR_OK;
    }
    file->name = letters_file;
    enum err err = letters_load(file, texts->letters, &vocabulary, &rules->letters);
    return err == ERR_OK && rules->catalogue != NULL
               ? letters_kinds_check(file, &rules->letters, rules->catalogue)
               : err;
}

enum err rules_load(const struct rules_file *files, size_t count, int64_t version,
                    struct arena *arena, struct hall_rules *ret_rules, struct text *ret_errors)
{
    struct rules_texts *texts = arena_take(arena, sizeof *texts);
    struct hall_rules rules = {.version = version};
    struct yaml_file file;
    texts_sort(files, count, arena, texts);
    yaml_file_init(&file, catalogue_file, arena);
    *ret_rules = rules;
    enum err rules_err = catalogue_and_calendar_load(&file, texts, ret_rules);
    enum err messages_err = messages_load(&file, texts, ret_rules);
    enum err letters_err = letters_of_version_load(&file, texts, ret_rules);
    if (rules_err == ERR_OK && messages_err == ERR_OK && letters_err == ERR_OK) {
        return ERR_OK;
    }
    if (ret_errors != NULL) {
        *ret_errors = yaml_errors_text(&file, arena);
    }
    return ERR_INVALID;
}
