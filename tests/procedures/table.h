/* The table of expectations: one line of a file of tab-separated values says what one action, by
 * one of some persons, in one state leads to. README.md says how it is read. */
#pragma once

#include "base/arena.h"
#include "base/bytes.h"

enum { TABLE_LINES_MAX = 1000, WORDS_MAX = 32 };

/* Words of a cell, divided by blanks or commas. */
struct words {
    struct text items[WORDS_MAX];
    size_t count;
};

struct table_line {
    int line;
    struct text state;
    struct text trigger; /* an action, or "<clock> yellow", "<clock> over" */
    struct words who;
    struct text item; /* single, joint or both */
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
    struct arena arena;
    struct table_line lines[TABLE_LINES_MAX];
    size_t line_count;
    struct table_state states[64];
    size_t state_count;
};

/* Reads the file; what is wrong with it ends the program. */
void table_read(struct table *table, const char *path);
void table_free(struct table *table);

struct words words_of(struct text text, char separator);
bool words_have(const struct words *words, struct text word);

/* Prints both lists, sorted, where they differ: "- " what was expected, "+ " what came. True when
 * they are the same. Duplicates count. */
bool words_compare(const char *what, struct words expected, struct words actual);

const struct table_state *table_state(const struct table *table, struct text name);

/* True when the line is about cases of that kind. */
bool line_is_for(const struct table_line *line, bool is_joint);

/* True when the line says that something happens, false when it says how it is refused. */
bool line_succeeds(const struct table_line *line);

/* True when its trigger is a clock. */
bool line_waits(const struct table_line *line);
