/* The settings of a program: flags, environment, one file, defaults, in that order of strength.
 *
 * A program declares its options once, as a table; parsing, checking, `--help` and the reference
 * page come from it. A bad value is an error with a sentence before anything starts.
 *
 *   flag          --stream-window 4096, or --stream-window=4096
 *   environment   GLASSHALL_STREAM_WINDOW=4096
 *   file          stream-window = 4096       (given with --config FILE; keys above the first
 *                 [section] are for every program, a [section] is for the program of that name)
 *
 * Used at start by one thread; read only afterwards. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <stdio.h>

enum option_type {
    OPTION_TEXT,
    OPTION_PATH,
    OPTION_NUMBER, /* an integer between min and max */
    OPTION_MS,     /* a time: 250ms, 2s, 5m, 1h; kept in milliseconds */
    OPTION_BYTES,  /* a size: 512, 64k, 16m, 2g; kept in bytes */
    OPTION_FLAG,   /* on or off; `--name` alone is on */
    OPTION_CHOICE, /* one of `choices`, separated by | */
};

struct option_spec {
    const char *name;
    enum option_type type;
    const char *default_value; /* NULL: no default, the value is then absent (0, NULL, off) */
    const char *doc;
    int64_t min;
    int64_t max; /* 0 with min 0: any */
    const char *choices;
};

struct option_value {
    const char *text;
    int64_t number;
};

enum { OPTION_COUNT_MAX = 64, OPTION_WORDS_MAX = 16 };

struct options {
    const char *program;
    const struct option_spec *specs[OPTION_COUNT_MAX];
    struct option_value values[OPTION_COUNT_MAX];
    size_t count;
    const char *words[OPTION_WORDS_MAX]; /* arguments that are not options, in order */
    size_t word_count;
    bool help_wanted; /* --help was given */
    struct arena arena;
};

void options_init(struct options *options, const char *program);
void options_free(struct options *options);

/* Adds a table of options; several tables may be added (those of every service, then one's own). */
void options_add(struct options *options, const struct option_spec *specs, size_t count);

/* Reads everything. On ERR_INVALID `reason` says which option is wrong, where it was given and what
 * would be right. */
enum err options_read(struct options *options, int argc, char **argv, struct reason *reason);

/* The value of an option that exists (CHECK). Text is NULL when there is none. */
const char *options_text(const struct options *options, const char *name);
int64_t options_number(const struct options *options, const char *name);
bool options_flag(const struct options *options, const char *name);

/* Writes the help: usage, then every option with type, default and meaning. */
void options_help(const struct options *options, const char *usage, FILE *stream);
