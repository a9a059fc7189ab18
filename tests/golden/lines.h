/* The lines of events.txt: golden bytes of every message that a log holds, and the names of every
 * enum in them. README.md beside this file says what they promise.
 *
 *     fee.bill_paid.v1 all 82a762696c6c...      a message, how it is filled, its bytes
 *     enum payment_method cash                  a name that an enum has
 *
 * Lines are views into the text they were read from or into an arena. One thread at a time. */
#pragma once

#include "base/arena.h"
#include "wire/pack.h"

struct golden_line {
    struct text what;  /* a message, or `enum` */
    struct text which; /* how it is filled, or the enum */
    struct text value; /* hexadecimal bytes, or the name */
};

struct golden_lines {
    struct golden_line *items;
    size_t count;
};

/* The lines of a file: blank ones and those that begin with # are left aside, words are separated
 * by one blank each. */
struct golden_lines golden_parse(struct text file, struct arena *arena);

/* The lines that today's tables ask for, in their order. */
struct golden_lines golden_expected(struct arena *arena);

/* The message of that name that may stand in a log; NULL when there is none. */
const struct wire_message *golden_message(struct text name);

/* Decodes a message's line into *ret_record, as a reader of logs does; it lives as long as the
 * reader and its arena. False with *ret_why when it cannot be read. */
bool golden_decode(const struct golden_line *line, struct wire_reader *reader, void **ret_record,
                   struct text *ret_why);

/* True when today's program reads the line and would write it the same. Otherwise *ret_why says
 * what is wrong. */
bool golden_holds(const struct golden_line *line, struct wire_reader *reader, struct text *ret_why);

bool golden_line_equal(const struct golden_line *left, const struct golden_line *right);
bool golden_contains(const struct golden_lines *lines, const struct golden_line *line);
