/* Tries tables on a hall: each line as it stands, and what the table does not list. */
#pragma once

#include "course.h"
#include "table.h"

/* What a run works with and what came of it. */
struct run {
    const struct tables *tables;
    const struct table *table; /* the one that is walked */
    const char *catalogue;     /* folder */
    int64_t begins_ms;
    struct hall *hall; /* shared by what needs no time */
    int tried;
    int failed;
};

/* Opens a hall for this run. */
void run_open_hall(const struct run *run, struct hall *hall, const struct catalogue_change *change);

/* Tries one line on one kind of item, as one person. Differences are printed. */
void line_try(struct run *run, const struct table_line *line, struct text item, struct text who);

/* Tries in each state, as everybody, every action that the table does not list there: it must be
 * refused and name those that it does list; what is listed must be refused to everybody else. */
void unlisted_try(struct run *run);
