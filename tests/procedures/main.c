/* The tables against the services that decide what they tell of (README.md).
 *
 *   procedures_table [CATALOGUE [TABLES [NAME]]] */
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

/* All items that the table gives a name. */
static struct words items_of(const struct table *table)
{
    struct words items = {.count = 0};
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if ((line->kind == LINE_ITEM || line->kind == LINE_WITHIN) && items.count < WORDS_MAX) {
            items.items[items.count++] = line->items.items[0];
        }
    }
    return items;
}

static void lines_try(struct run *run)
{
    struct words items = items_of(run->table);
    for (size_t i = 0; i < run->table->line_count; i++) {
        const struct table_line *line = &run->table->lines[i];
        for (size_t k = 0; line->kind == LINE_TRY && k < items.count; k++) {
            for (size_t who = 0; line_is_for(line, items.items[k]) && who < line->who.count;
                 who++) {
                line_try(run, line, items.items[k], line->who.items[who]);
            }
        }
    }
}

static int table_walk(const struct tables *tables, const struct table *table, const char *catalogue)
{
    struct hall *hall = malloc(sizeof *hall);
    CHECK(hall != NULL);
    struct run run = {.tables = tables,
                      .table = table,
                      .catalogue = catalogue,
                      .begins_ms = beginning(),
                      .hall = hall};
    run_open_hall(&run, hall, NULL);
    lines_try(&run);
    unlisted_try(&run);
    hall_close(hall);
    free(hall);
    (void)printf("%s: %zu lines, %d tries, %d wrong\n", table->path, table->line_count, run.tried,
                 run.failed);
    (void)fflush(stdout);
    return run.failed;
}

int main(int argc, char **argv)
{
    struct tables tables = {.count = 0};
    const char *catalogue = argc > 1 ? argv[1] : "deploy/catalogue";
    int failed = 0;
    tables_read(&tables, argc > 2 ? argv[2] : "tests/procedures/expected");
    if (argc > 3) {
        failed = table_walk(&tables, tables_find(&tables, text_of(argv[3])), catalogue);
    }
    for (size_t i = 0; argc <= 3 && i < tables.count; i++) {
        failed += table_walk(&tables, tables.items[i], catalogue);
    }
    tables_free(&tables);
    return failed == 0 ? 0 : 1;
}
