/* Personal values on their way to somebody who may see them: asked of the vault at intake, once per
 * page. Who filed the case sees his own; for an officer the reading leaves an event. What cannot be
 * opened stays sealed, and the page says where (`withheld`). */
#pragma once

#include "routes/visit.h"

/* A record that may hold sealed values. */
struct people_part {
    const struct wire_message *message;
    void *record;
};

/* Opens the sealed values of `parts`, all of one case, in place, then calls `then`. The visit's
 * asks are used. */
void people_open(struct visit *visit, const struct case_id *case_id, const char *purpose,
                 const struct people_part *parts, size_t part_count,
                 void (*then)(struct visit *visit));

/* Answers with a page that may hold values which stayed sealed. */
void people_answer(struct visit *visit, int status, const struct wire_message *message,
                   const void *page);
