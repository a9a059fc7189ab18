/* Passwords: hashed and checked by Argon2id on a thread of its own, for it takes tens of
 * milliseconds and many MiB by design.
 *
 * Jobs queue up to a bound; beyond it nobody is made to wait: the caller answers "too many". Jobs
 * are handed in, and what came of them is taken back, by one thread. */
#pragma once

#include "base/arena.h"

enum { PASSWORD_BYTES_MIN = 10, PASSWORD_BYTES_MAX = 200, VERIFIER_BYTES = 128 };

struct passwords;

/* What came of a job. */
struct password_outcome {
    void *work;                        /* whose job it was */
    bool matches;                      /* of a check */
    char verifier[VERIFIER_BYTES + 1]; /* of a job that makes one */
};

struct passwords *passwords_open(void);

/* Ends the thread; jobs that wait are forgotten. */
void passwords_close(struct passwords **passwords);

/* Checks `password` against `verifier`; an absent verifier never matches but takes as long, so that
 * nobody learns which accounts exist. False when too many jobs wait. */
bool passwords_check(struct passwords *passwords, struct text password, struct text verifier,
                     void *work);

/* Makes a verifier of `password`. */
bool passwords_make(struct passwords *passwords, struct text password, void *work);

/* A descriptor that becomes readable when something came out; false when nothing did. */
int passwords_descriptor(const struct passwords *passwords);
bool passwords_take(struct passwords *passwords, struct password_outcome *ret_outcome);
