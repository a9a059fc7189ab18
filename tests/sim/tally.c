#include "tally.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>

void tally_add(struct tally *tally, struct text name)
{
    size_t at = 0;
    while (at < tally->count && !text_equal_string(name, tally->lines[at].name)) {
        at++;
    }
    CHECK(at < TALLY_LINES_MAX);
    if (at == tally->count) {
        (void)snprintf(tally->lines[at].name, TALLY_NAME_BYTES, "%.*s", TEXT_PRINT(name));
        tally->count++;
    }
    tally->lines[at].count++;
}

void tally_print(const struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        printf("%8" PRIu64 " %s\n", tally->lines[i].count, tally->lines[i].name);
    }
}
