/* What the load generator is to do: a JSON file that tests/bench/part_cases.py writes.
 *
 *   {"port": 8080, "run": "a17", "lanes": 64, "rounds": 5000,
 *    "steps": [{"path": "/v1/cases", "type": "application/json", "body": "...", "tokens":
 * ["gs_.."], "keep": "id"}, ...], "words": ["...", ...]}
 *
 * A round is one pass through all steps, on one lane; a lane is one connection. In path and body
 * `{id}` is what the round kept last, and each `{word}` the next of `words` (uploads to claim). A
 * step is sent as token `lane % tokens`. */
#pragma once

#include <stddef.h>

enum { STEPS_MAX = 16, TOKENS_MAX = 64 };

struct step {
    const char *path;
    const char *type;
    const char *body;
    const char *keep; /* the member of the answer that becomes `{id}`; NULL: none */
    const char *tokens[TOKENS_MAX];
    size_t token_count;
};

struct plan {
    unsigned port;
    const char *run; /* begins every Idempotency-Key */
    size_t lanes;
    size_t rounds;
    struct step steps[STEPS_MAX];
    size_t step_count;
    const char **words;
    size_t word_count;
    void *json; /* that all texts live in */
};

/* Reads the plan; ends the process with a message when it is none. */
struct plan *plan_read(const char *path);
