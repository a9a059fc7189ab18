#include "base/options.h"

#include "base/check.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec config_spec = {
    .name = "config",
    .type = OPTION_PATH,
    .doc = "file with settings, `name = value` a line, [program] sections",
};

void options_init(struct options *options, const char *program)
{
    *options = (struct options){.program = program};
    arena_init(&options->arena);
    options_add(options, &config_spec, 1);
}

void options_free(struct options *options)
{
    arena_free(&options->arena);
}

void options_add(struct options *options, const struct option_spec *specs, size_t count)
{
    CHECK(options->count + count <= OPTION_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        options->specs[options->count++] = &specs[i];
    }
}

static bool option_find(const struct options *options, struct text name, size_t *ret_index)
{
    for (size_t i = 0; i < options->count; i++) {
        if (text_equal_string(name, options->specs[i]->name)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

/* Reads digits with one of the suffixes; the value is multiplied by the suffix's factor. */
static bool number_parse(const char *text, const char *const *suffixes, const int64_t *factors,
                         size_t suffix_count, int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    /* strtoll would also take blanks and a plus sign. */
    bool begins_well = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
    long long number = strtoll(text, &end, 10);
    if (!begins_well || errno != 0 || end == text) {
        return false;
    }
    for (size_t i = 0; i < suffix_count; i++) {
        if (strcmp(end, suffixes[i]) == 0) {
            return !__builtin_mul_overflow((int64_t)number, factors[i], ret_number);
        }
    }
    return false;
}

static bool choice_allowed(const char *choices, const char *text)
{
    struct text rest = text_of(choices);
    while (rest.data != NULL) {
        if (text_equal_string(text_split(rest, '|', &rest), text)) {
            return true;
        }
    }
    return false;
}

static enum err number_read(const struct option_spec *spec, const char *text, int64_t *ret_number,
                            struct reason *reason)
{
    static const char *const plain[] = {""};
    static const int64_t plain_factors[] = {1};
    static const char *const times[] = {"ms", "s", "m", "h"};
    static const int64_t time_factors[] = {1, 1000, 60000, 3600000};
    static const char *const sizes[] = {"", "k", "m", "g"};
    static const int64_t size_factors[] = {1, 1 << 10, 1 << 20, 1 << 30};
    bool good = false;
    const char *form = "a whole number";
    if (spec->type == OPTION_MS) {
        good = number_parse(text, times, time_factors, 4, ret_number);
        form = "a time such as 250ms, 2s, 5m or 1h";
    } else if (spec->type == OPTION_BYTES) {
        good = number_parse(text, sizes, size_factors, 4, ret_number);
        form = "a size such as 512, 64k, 16m or 2g";
    } else {
        good = number_parse(text, plain, plain_factors, 1, ret_number);
    }
    if (!good) {
        return reason_set(reason, ERR_INVALID, "%s is \"%s\", but must be %s", spec->name, text,
                          form);
    }
    bool bounded = spec->min != 0 || spec->max != 0;
    if (bounded && (*ret_number < spec->min || *ret_number > spec->max)) {
        return reason_set(reason, ERR_INVALID,
                          "%s is \"%s\", but must be between %" PRId64 " and %" PRId64, spec->name,
                          text, spec->min, spec->max);
    }
    return ERR_OK;
}

static enum err value_read(const struct option_spec *spec, const char *text,
                           struct option_value *value, struct reason *reason)
{
    value->text = text;
    switch (spec->type) {
    case OPTION_TEXT:
    case OPTION_PATH:
        return ERR_OK;
    case OPTION_NUMBER:
    case OPTION_MS:
    case OPTION_BYTES:
        return number_read(spec, text, &value->number, reason);
    case OPTION_FLAG:
        value->number = strcmp(text, "on") == 0;
        if (value->number == 0 && strcmp(text, "off") != 0) {
            return reason_set(reason, ERR_INVALID, "%s is \"%s\", but must be on or off",
                              spec->name, text);
        }
        return ERR_OK;
    case OPTION_CHOICE:
        if (!choice_allowed(spec->choices, text)) {
            return reason_set(reason, ERR_INVALID, "%s is \"%s\", but must be one of %s",
                              spec->name, text, spec->choices);
        }
        return ERR_OK;
    }
    UNREACHABLE();
}

static enum err option_set(struct options *options, struct text name, const char *value,
                           const char *origin, struct reason *reason)
{
    size_t index = 0;
    if (!option_find(options, name, &index)) {
        return reason_set(reason, ERR_INVALID, "%s: there is no option \"%.*s\" (see --help)",
                          origin, TEXT_PRINT(name));
    }
    CHECK(value != NULL);
    enum err err = value_read(options->specs[index], value, &options->values[index], reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s", origin);
    }
    return err;
}

static enum err defaults_read(struct options *options, struct reason *reason)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option_spec *spec = options->specs[i];
        if (spec->default_value == NULL) {
            continue;
        }
        enum err err = value_read(spec, spec->default_value, &options->values[i], reason);
        if (err != ERR_OK) {
            reason_prefix(reason, "default");
            return err;
        }
    }
    return ERR_OK;
}

/* A file has settings for every program and, in its section, for this one; the latter win. */
enum file_part { FILE_COMMON, FILE_OWN, FILE_PARTS };

struct file_reading {
    struct options *options;
    struct reason *reason;
    enum err err;
    bool seen[FILE_PARTS][OPTION_COUNT_MAX];
};

/* Refuses a setting that stands twice. libinih joins an indented line to the one before it by
 * giving its name again: such a line would silently replace the value above. */
static enum err setting_note(struct file_reading *reading, enum file_part part, const char *name)
{
    size_t index = 0;
    if (!option_find(reading->options, text_of(name), &index)) {
        return ERR_OK; /* told by option_set */
    }
    if (reading->seen[part][index]) {
        return reason_set(reading->reason, ERR_INVALID,
                          "settings file: \"%s\" stands twice (an indented line belongs to the one "
                          "above it)",
                          name);
    }
    reading->seen[part][index] = true;
    return ERR_OK;
}

/* Called by libinih for every line; 0 marks the line as wrong. */
static int file_line(void *context, const char *section, const char *name, const char *value)
{
    struct file_reading *reading = context;
    struct options *options = reading->options;
    if (reading->err != ERR_OK || (section[0] != '\0' && strcmp(section, options->program) != 0)) {
        return 1;
    }
    struct text kept = arena_copy_text(&options->arena, text_of(value));
    reading->err = setting_note(reading, section[0] == '\0' ? FILE_COMMON : FILE_OWN, name);
    if (reading->err == ERR_OK) {
        reading->err =
            option_set(options, text_of(name), kept.data, "settings file", reading->reason);
    }
    return reading->err == ERR_OK;
}

static enum err file_options_read(struct options *options, const char *path, struct reason *reason)
{
    struct file_reading reading = {.options = options, .reason = reason, .err = ERR_OK};
    int line = ini_parse(path, file_line, &reading);
    if (line < 0) {
        return reason_set(reason, ERR_NOT_FOUND, "cannot read the settings file %s", path);
    }
    if (reading.err != ERR_OK) {
        reason_prefix(reason, "%s line %d", path, line);
        return reading.err;
    }
    if (line > 0) {
        return reason_set(reason, ERR_INVALID, "%s line %d is not `name = value`", path, line);
    }
    return ERR_OK;
}

static enum err environment_read(struct options *options, struct reason *reason)
{
    for (size_t i = 0; i < options->count; i++) {
        struct text name = arena_print(&options->arena, "GLASSHALL_%s", options->specs[i]->name);
        char *variable = (char *)(uintptr_t)name.data;
        for (size_t at = 0; at < name.size; at++) {
            char letter = variable[at];
            if (letter == '-') {
                variable[at] = '_';
            } else if (letter >= 'a' && letter <= 'z') {
                variable[at] = (char)(letter - 'a' + 'A');
            }
        }
        const char *value = getenv(variable);
        if (value == NULL) {
            continue;
        }
        enum err err =
            option_set(options, text_of(options->specs[i]->name), value, variable, reason);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

/* Reads one `--name[=value]` at `argv[*index]`, moving on over a value that stands apart. */
static enum err flag_read(struct options *options, int argc, char **argv, int *index,
                          struct reason *reason)
{
    struct text value = {0};
    struct text name = text_split(text_of(argv[*index] + 2), '=', &value);
    size_t found = 0;
    bool is_known = option_find(options, name, &found);
    if (value.data == NULL && is_known && options->specs[found]->type == OPTION_FLAG) {
        value = TEXT_LITERAL("on");
    }
    if (value.data == NULL && is_known) {
        if (*index + 1 >= argc) {
            return reason_set(reason, ERR_INVALID, "the option %s needs a value", argv[*index]);
        }
        value = text_of(argv[++*index]);
    }
    return option_set(options, name, value.data, "command line", reason);
}

static enum err arguments_read(struct options *options, int argc, char **argv,
                               struct reason *reason)
{
    options->word_count = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            options->help_wanted = true;
            continue;
        }
        if (strncmp(argv[i], "--", 2) != 0) {
            if (options->word_count == OPTION_WORDS_MAX) {
                return reason_set(reason, ERR_INVALID, "there are too many arguments");
            }
            options->words[options->word_count++] = argv[i];
            continue;
        }
        enum err err = flag_read(options, argc, argv, &i, reason);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

enum err options_read(struct options *options, int argc, char **argv, struct reason *reason)
{
    /* Weakest first; the flags are read twice, since one of them names the file. */
    enum err err = defaults_read(options, reason);
    if (err == ERR_OK) {
        err = environment_read(options, reason);
    }
    if (err == ERR_OK) {
        err = arguments_read(options, argc, argv, reason);
    }
    const char *path = options_text(options, "config");
    if (err != ERR_OK || path == NULL || options->help_wanted) {
        return err;
    }
    err = file_options_read(options, path, reason);
    if (err == ERR_OK) {
        err = environment_read(options, reason);
    }
    if (err == ERR_OK) {
        err = arguments_read(options, argc, argv, reason);
    }
    return err;
}

static const struct option_value *option_get(const struct options *options, const char *name)
{
    size_t index = 0;
    CHECK(option_find(options, text_of(name), &index));
    return &options->values[index];
}

const char *options_text(const struct options *options, const char *name)
{
    return option_get(options, name)->text;
}

int64_t options_number(const struct options *options, const char *name)
{
    return option_get(options, name)->number;
}

bool options_flag(const struct options *options, const char *name)
{
    return option_get(options, name)->number != 0;
}

void options_help(const struct options *options, const char *usage, FILE *stream)
{
    static const char *const type_names[] = {
        [OPTION_TEXT] = "TEXT",     [OPTION_PATH] = "PATH",  [OPTION_NUMBER] = "NUMBER",
        [OPTION_MS] = "TIME",       [OPTION_BYTES] = "SIZE", [OPTION_FLAG] = "on|off",
        [OPTION_CHOICE] = "CHOICE",
    };
    fprintf(stream, "usage: %s %s\n\n", options->program, usage);
    for (size_t i = 0; i < options->count; i++) {
        const struct option_spec *spec = options->specs[i];
        const char *form = spec->type == OPTION_CHOICE ? spec->choices : type_names[spec->type];
        fprintf(stream, "  --%s %s\n        %s", spec->name, form, spec->doc);
        if (spec->default_value != NULL) {
            fprintf(stream, " (default %s)", spec->default_value);
        }
        fputc('\n', stream);
    }
    fputs("\nEvery option may also be set as GLASSHALL_<NAME> in the environment or as\n"
          "`name = value` in the file named by --config. Flags win over the environment,\n"
          "the environment over the file.\n",
          stream);
}
