#include "tools.h"

#include "period.h"
#include "walk.h"

#include "base/check.h"

#include <sodium.h>
#include <stdio.h>

static int options_run(const struct tool *tool, const struct options *options)
{
    if (options->help_wanted) {
        options_help(options, tool->usage, stdout);
        return TOOL_OK;
    }
    if (options->word_count != tool->word_count) {
        fprintf(stderr, "%s: usage: glasshall-audit %s %s (see --help)\n", tool->name, tool->name,
                tool->usage);
        return TOOL_FAILED;
    }
    return tool->run(options);
}

int tool_main(const struct tool *tool, int argc, char **argv)
{
    struct options options;
    struct arena arena;
    struct reason reason = {""};
    int code = TOOL_FAILED;
    CHECK(sodium_init() >= 0);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    arena_init(&arena);
    options_init(&options, arena_print(&arena, "audit %s", tool->name).data);
    options_add(&options, tool->options, tool->option_count);
    if (tool->walks) {
        options_add(&options, walk_options, walk_option_count);
    }
    if (tool->walks_folders) {
        options_add(&options, walk_folder_options, WALK_FOLDER_OPTIONS);
    }
    if (tool->has_period) {
        options_add(&options, period_options, period_option_count);
    }
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "%s: %s\n", tool->name, reason.text);
    } else {
        code = options_run(tool, &options);
    }
    options_free(&options);
    arena_free(&arena);
    return code;
}

int tool_refuse(const char *name, enum err err, const struct reason *reason)
{
    bool is_wrong = err == ERR_CORRUPT || err == ERR_DIVERGED;
    fprintf(stderr, "%s: %s%s\n", name, is_wrong ? "WRONG: " : "",
            reason->text[0] == '\0' ? err_text(err) : reason->text);
    return is_wrong ? TOOL_FOUND : TOOL_FAILED;
}

void tool_print_json(json_t *json)
{
    CHECK(json != NULL);
    (void)json_dumpf(json, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(json);
}
