/* What can be guessed: number and code of a case. Wrong ones are counted per client, so that nobody
 * tries many and nobody else is locked out. */
#pragma once

#include "routes/visit.h"

/* True when the client may try; otherwise 429 was answered. */
bool guess_allowed(struct visit *visit);

/* A wrong guess: counts it and answers. */
void guess_wrong(struct visit *visit, enum problem_type type, const char *detail);

/* Calls `then` with the case that number and code open; wrong ones are answered. */
void case_guess(struct visit *visit, struct text number, struct text code,
                void (*then)(struct visit *visit, const struct case_id *id));
