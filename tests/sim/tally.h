/* What happened how often over all runs: which events, which refusals. Says whether the load still
 * reaches what the checkers are there to judge. */
#pragma once

#include "base/bytes.h"

enum { TALLY_LINES_MAX = 1024, TALLY_NAME_BYTES = 80 };

struct tally {
    struct {
        char name[TALLY_NAME_BYTES];
        uint64_t count;
    } lines[TALLY_LINES_MAX];
    size_t count;
};

void tally_add(struct tally *tally, struct text name);
void tally_print(const struct tally *tally);
