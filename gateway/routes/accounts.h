/* Accounts and the passwords they are recognised by. One thread. */
#pragma once

#include "routes/visit.h"

/* Checks `password` against `verifier`, or makes a verifier when that is NULL, and calls `then`
 * when it is done. Too many at once are answered 503. */
void password_job(struct visit *visit, struct text password, const struct text *verifier,
                  void (*then)(struct visit *visit, const struct password_outcome *outcome));

/* Something came out of the passwords' thread. */
void password_known(void *context, const struct password_outcome *outcome);
