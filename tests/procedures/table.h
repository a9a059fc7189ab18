/* The tables of expectation: one line of a file of tab-separated values says what one action, by
 * one of some persons, in one state leads to; others say what is filed and how states are reached.
 * README.md says how they are read. */
#pragma once

#include "base/arena.h"
#include "base/bytes.h"

enum { TABLE_LINES_MAX = 1000, TABLES_MAX = 32, WORDS_MAX = 32 };

/* Words of a cell, divided by blanks or commas. */
struct words {
    struct text items[WORDS_MAX];
    size_t count;
};

enum line_kind {
    LINE_TRY,    /* what an action or a clock does */
    LINE_ITEM,   /* what is filed */
    LINE_WITHIN, /* whose unit it is */
    LINE_BESIDE, /* another matter that lines may name */
    LINE_WAY,    /* how a state is reached */
    LINE_STEP    /* what a word of a setup does */
};

struct table_line {
    int line;
    enum line_kind kind;
    struct text state;   /* of LINE_STEP and LINE_BESIDE: its name, of LINE_ITEM: the code */
    struct text trigger; /* an action, or "<clock> yellow", "<clock> over"; "NAME/..." of another */
    struct words who;
    struct words items; /* names of the table's items, or "all" ("both") */
    struct text setup;
    struct text fields;  /* JSON */
    struct text next;    /* a state, or a status with JSON Pointers */
    struct words events; /* types without version; "+remedies" where they must say them */
    struct words clocks; /* "stop notice" ..., an operation and a clock each */
};

/* A state: who decides in it. */
struct table_state {
    struct text name;
    struct text owner;
    bool is_end;
};

struct table {
    const char *path;
    struct text name; /* of the procedure */
    struct arena arena;
    struct table_line lines[TABLE_LINES_MAX];
    size_t line_count;
    struct table_state states[64];
    size_t state_count;
};

/* All tables of a folder. */
struct tables {
    struct table *items[TABLES_MAX];
    size_t count;
};

/* Reads every table of the folder; what is wrong with one ends the program. */
void tables_read(struct tables *tables, const char *folder);
void tables_free(struct tables *tables);

/* The table of that name; a missing one ends the program. */
const struct table *tables_find(const struct tables *tables, struct text name);

struct words words_of(struct text text, char separator);
bool words_have(const struct words *words, struct text word);

/* Prints both lists, sorted, where they differ: "- " what was expected, "+ " what came. True when
 * they are the same. Duplicates count. */
bool words_compare(const char *what, struct words expected, struct words actual);

const struct table_state *table_state(const struct table *table, struct text name);

/* The first line of that kind whose first cell is `name` and which is for `item` (its name). */
const struct table_line *table_find(const struct table *table, enum line_kind kind,
                                    struct text name, struct text item);

/* The `item` or `within` line that gives the name `item`. */
const struct table_line *table_item(const struct table *table, struct text item);

/* True when the line is about that item. */
bool line_is_for(const struct table_line *line, struct text item);

/* True when the line says that something happens, false when it says how it is refused. */
bool line_succeeds(const struct table_line *line);

/* True when that trigger is a clock. */
bool trigger_waits(struct text trigger);
