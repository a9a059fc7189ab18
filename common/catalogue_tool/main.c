/* glasshall-catalogue: for people who write catalogues. */
#include "catalogue_tool/check.h"
#include "catalogue_tool/diff.h"
#include "catalogue_tool/draw.h"
#include "catalogue_tool/explain.h"

#include "base/file.h"
#include "base/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As diff(1): nothing wrong and no difference, something of the sort, trouble. */
enum status { STATUS_FINE, STATUS_FOUND, STATUS_TROUBLE };

enum { PAGE_BYTES_MAX = 16 << 20 };

static const char overview[] =
    "usage: glasshall-catalogue COMMAND ...\n"
    "\n"
    "  check FOLDER                 what is wrong, and what would be right, by file and line;\n"
    "                               else what the catalogue offers, with warnings\n"
    "  draw FOLDER KIND [--svg] [--out DIR]\n"
    "                               a procedure as GraphViz document or as SVG; KIND `all` draws\n"
    "                               every one into DIR\n"
    "  explain FOLDER ITEM [--language zh-Hans|zh-Hant|en|all]\n"
    "                               the eight disclosures of an item\n"
    "  diff FOLDER FOLDER           what changes for whom, from the first to the second\n"
    "\n"
    "FOLDER is one such as deploy/catalogue. `glasshall-catalogue COMMAND --help` has the "
    "options.\n"
    "Exit status: 0 all is well, or no difference; 1 faults, or differences; 2 trouble.\n";

static enum status trouble(const char *text)
{
    fprintf(stderr, "glasshall-catalogue: %s\n", text);
    return STATUS_TROUBLE;
}

/* -- folders and pages ---------------------------------------------------------------------- */

/* Writes each line of `lines` behind "prefix/" (or as it is, where `prefix` is NULL). */
static void lines_write(const char *prefix, struct text lines)
{
    struct text rest = lines;
    while (!text_is_empty(rest)) {
        struct text line = text_split(rest, '\n', &rest);
        fprintf(stderr, "%s%s%.*s\n", prefix == NULL ? "" : prefix, prefix == NULL ? "" : "/",
                TEXT_PRINT(line));
    }
}

/* Loads a folder that must be sound. */
static bool sound_folder(const char *path, struct arena *arena, struct folder *ret_folder)
{
    struct reason reason;
    enum err err = folder_load(path, arena, ret_folder, &reason);
    if (err == ERR_INVALID) {
        lines_write(path, ret_folder->errors);
    } else if (err != ERR_OK) {
        (void)trouble(reason.text);
    }
    return err == ERR_OK;
}

static bool page_print(struct buffer *page)
{
    bool is_whole = !page->failed && write_all(STDOUT_FILENO, buffer_bytes(page)) == ERR_OK;
    buffer_free(page);
    if (!is_whole) {
        (void)trouble("the output cannot be written");
    }
    return is_whole;
}

/* -- commands ------------------------------------------------------------------------------- */

static enum status check_run(const struct options *options, struct arena *arena)
{
    struct reason reason;
    struct folder folder;
    struct buffer summary;
    struct buffer warnings;
    enum err err = folder_load(options->words[0], arena, &folder, &reason);
    if (err == ERR_INVALID) {
        lines_write(NULL, folder.errors);
        return STATUS_FOUND;
    }
    if (err != ERR_OK) {
        return trouble(reason.text);
    }
    buffer_init(&summary, PAGE_BYTES_MAX);
    buffer_init(&warnings, PAGE_BYTES_MAX);
    check_summary(&folder, &summary);
    (void)check_warn(&folder, arena, &warnings);
    lines_write(NULL, buffer_text(&warnings));
    buffer_free(&warnings);
    return page_print(&summary) ? STATUS_FINE : STATUS_TROUBLE;
}

static enum status kind_unknown(const struct catalogue *catalogue, struct text kind,
                                struct arena *arena)
{
    const char **known = arena_take_array(arena, catalogue->procedure_count, sizeof *known);
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        known[i] = catalogue->procedures[i]->name.data;
    }
    const char *nearest = yaml_nearest(kind, known, catalogue->procedure_count);
    fprintf(stderr, "glasshall-catalogue: there is no procedure \"%.*s\"%s%s%s\n", TEXT_PRINT(kind),
            nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
            nearest == NULL ? "" : "\"?");
    return STATUS_TROUBLE;
}

static enum status draw_run(const struct options *options, struct arena *arena)
{
    struct reason reason;
    struct folder folder;
    struct text kind = text_of(options->words[1]);
    bool is_all = text_equal_string(kind, "all");
    const struct drawing drawing = {.is_svg = options_flag(options, "svg"),
                                    .folder = options_text(options, "out")};
    if (is_all && drawing.folder == NULL) {
        return trouble("draw FOLDER all needs --out DIR");
    }
    if (!sound_folder(options->words[0], arena, &folder)) {
        return STATUS_TROUBLE;
    }
    const struct catalogue *catalogue = folder.rules.catalogue;
    if (!is_all && catalogue_procedure(catalogue, kind) == NULL) {
        return kind_unknown(catalogue, kind, arena);
    }
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        const struct procedure *procedure = catalogue->procedures[i];
        if ((is_all || text_equal(procedure->name, kind)) &&
            draw_procedure(procedure, drawing, arena, &reason) != ERR_OK) {
            return trouble(reason.text);
        }
    }
    return STATUS_FINE;
}

static enum status explain_run(const struct options *options, struct arena *arena)
{
    static const char *const names[NAME_LANGUAGES] = {"zh-Hans", "zh-Hant", "en"};
    struct folder folder;
    struct buffer page;
    const char *language = options_text(options, "language");
    struct text code = text_of(options->words[1]);
    if (!sound_folder(options->words[0], arena, &folder)) {
        return STATUS_TROUBLE;
    }
    buffer_init(&page, PAGE_BYTES_MAX);
    for (int i = 0; i < NAME_LANGUAGES; i++) {
        if (strcmp(language, "all") != 0 && strcmp(language, names[i]) != 0) {
            continue;
        }
        buffer_append_string(&page, page.size == 0 ? "" : "\n\n");
        if (!explain_item(&folder, code, (enum name_language)(NAME_ZH_HANS + i), arena, &page)) {
            buffer_free(&page);
            return trouble(arena_print(arena, "there is no item \"%.*s\"", TEXT_PRINT(code)).data);
        }
    }
    return page_print(&page) ? STATUS_FINE : STATUS_TROUBLE;
}

static enum status diff_run(const struct options *options, struct arena *arena)
{
    struct folder before;
    struct folder after;
    struct buffer page;
    bool is_sound = sound_folder(options->words[0], arena, &before);
    is_sound &= sound_folder(options->words[1], arena, &after);
    if (!is_sound) {
        return STATUS_TROUBLE;
    }
    buffer_init(&page, PAGE_BYTES_MAX);
    size_t count = diff_folders(&before, &after, arena, &page);
    if (!page_print(&page)) {
        return STATUS_TROUBLE;
    }
    return count == 0 ? STATUS_FINE : STATUS_FOUND;
}

/* -- the command line ----------------------------------------------------------------------- */

static const struct option_spec draw_options[] = {
    {.name = "svg", .type = OPTION_FLAG, .doc = "draw with GraphViz, as SVG"},
    {.name = "out", .type = OPTION_PATH, .doc = "folder for the files, made when missing"},
};

static const struct option_spec explain_options[] = {
    {.name = "language",
     .type = OPTION_CHOICE,
     .default_value = "all",
     .choices = "zh-Hans|zh-Hant|en|all",
     .doc = "in which language"},
};

static const struct command {
    const char *name;
    const char *words; /* what stands behind it */
    size_t word_count;
    const struct option_spec *options;
    size_t option_count;
    enum status (*run)(const struct options *options, struct arena *arena);
} commands[] = {
    {"check", "FOLDER", 1, NULL, 0, check_run},
    {"draw", "FOLDER KIND [options]", 2, draw_options, 2, draw_run},
    {"explain", "FOLDER ITEM [options]", 2, explain_options, 1, explain_run},
    {"diff", "FOLDER FOLDER", 2, NULL, 0, diff_run},
};

static enum status command_run(const struct command *command, struct options *options, int argc,
                               char **argv)
{
    struct reason reason;
    struct arena arena;
    options_add(options, command->options, command->option_count);
    if (options_read(options, argc, argv, &reason) != ERR_OK) {
        return trouble(reason.text);
    }
    if (options->help_wanted) {
        options_help(options, command->words, stdout);
        return STATUS_FINE;
    }
    if (options->word_count != command->word_count) {
        fprintf(stderr, "usage: glasshall-catalogue %s %s\n", command->name, command->words);
        return STATUS_TROUBLE;
    }
    arena_init(&arena);
    enum status status = command->run(options, &arena);
    arena_free(&arena);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(overview, stdout);
        return STATUS_FINE;
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            struct options options;
            char program[32];
            (void)snprintf(program, sizeof program, "catalogue %s", commands[i].name);
            options_init(&options, program);
            enum status status = command_run(&commands[i], &options, argc - 1, argv + 1);
            options_free(&options);
            return (int)status;
        }
    }
    fputs(overview, stderr);
    return STATUS_TROUBLE;
}
