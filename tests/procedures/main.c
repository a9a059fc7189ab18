/* The table of the permit against the services that decide it (README.md).
 *
 *   procedures_table [CATALOGUE [TABLE]] */
#include "lines.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

/* Monday 2026-03-02, 09:00 in the hall: five weeks without a holiday follow. */
static int64_t beginning(void)
{
    int64_t time_ms = 0;
    CHECK(time_parse(TEXT_LITERAL("2026-03-02T09:00:00+08:00"), &time_ms));
    return time_ms;
}

static void lines_try(struct run *run)
{
    for (size_t i = 0; i < run->table->line_count; i++) {
        const struct table_line *line = &run->table->lines[i];
        for (size_t who = 0; who < line->who.count; who++) {
            for (int is_joint = 0; is_joint <= 1; is_joint++) {
                if (line_is_for(line, is_joint == 1)) {
                    line_try(run, line, is_joint == 1, line->who.items[who]);
                }
            }
        }
    }
}

int main(int argc, char **argv)
{
    struct table *table = calloc(1, sizeof *table);
    struct hall *hall = malloc(sizeof *hall);
    CHECK(table != NULL && hall != NULL);
    struct run run = {
        .table = table,
        .catalogue = argc > 1 ? argv[1] : "deploy/catalogue",
        .begins_ms = beginning(),
        .hall = hall,
    };
    table_read(table, argc > 2 ? argv[2] : "tests/procedures/expected/permit.tsv");
    run_open_hall(&run, hall, NULL);
    lines_try(&run);
    unlisted_try(&run);
    hall_close(hall);
    (void)printf("%zu lines, %d tries, %d wrong\n", table->line_count, run.tried, run.failed);
    table_free(table);
    free(table);
    free(hall);
    return run.failed == 0 ? 0 : 1;
}
