/* The auditor's commands: they look at the record from outside, beside running services; main.c
 * says what each does.
 *
 * Each takes the place of `main` and returns the exit code: 0 all is well, 1 something is wrong and
 * was named, 2 it could not be looked at. */
#pragma once

#include "base/options.h"

#include <jansson.h>

enum tool_exit { TOOL_OK = 0, TOOL_FOUND = 1, TOOL_FAILED = 2 };

int verify_main(int argc, char **argv);
int rebuild_main(int argc, char **argv);
int money_main(int argc, char **argv);
int witness_main(int argc, char **argv);
int reference_main(int argc, char **argv);
int mirror_main(int argc, char **argv);
int follow_main(int argc, char **argv);
int export_main(int argc, char **argv);
int diff_main(int argc, char **argv);
int story_main(int argc, char **argv);
int rules_main(int argc, char **argv);
int check_receipt_main(int argc, char **argv);

/* What a command is called with. */
struct tool {
    const char *name;
    const char *usage; /* behind the name */
    const struct option_spec *options;
    size_t option_count;
    bool walks;         /* it has the options of walk.h too */
    bool walks_folders; /* or those alone of them that say how folders are read */
    bool has_period;    /* and those of period.h */
    size_t word_count;  /* arguments that are no options: exactly so many */
    int (*run)(const struct options *options);
};

/* Reads the arguments, helps, runs. */
int tool_main(const struct tool *tool, int argc, char **argv);

/* Says why a command could not go on; the exit code: 1 when what was looked at is not what was
 * signed (ERR_CORRUPT, ERR_DIVERGED), otherwise 2. */
int tool_refuse(const char *name, enum err err, const struct reason *reason);

/* Prints a document and gives it back. */
void tool_print_json(json_t *json);
