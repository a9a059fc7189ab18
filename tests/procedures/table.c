#include "table.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_BYTES_MAX = 1 << 20, CELLS_MAX = 9 };

/* -- words ---------------------------------------------------------------------------------- */

struct words words_of(struct text text, char separator)
{
    struct words words = {.count = 0};
    while (text.size > 0 && words.count < WORDS_MAX) {
        struct text word = text_split(text, separator, &text);
        if (word.size > 0) {
            words.items[words.count++] = word;
        }
    }
    return words;
}

bool words_have(const struct words *words, struct text word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (text_equal(words->items[i], word)) {
            return true;
        }
    }
    return false;
}

static int word_compare(const void *left, const void *right)
{
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static void words_print(char sign, const char *what, const struct words *words)
{
    (void)printf("  %c %s:", sign, what);
    for (size_t i = 0; i < words->count; i++) {
        (void)printf("%s%.*s", i == 0 ? " " : ", ", TEXT_PRINT(words->items[i]));
    }
    (void)printf("%s\n", words->count == 0 ? " (none)" : "");
}

bool words_compare(const char *what, struct words expected, struct words actual)
{
    qsort(expected.items, expected.count, sizeof expected.items[0], word_compare);
    qsort(actual.items, actual.count, sizeof actual.items[0], word_compare);
    bool same = expected.count == actual.count;
    for (size_t i = 0; same && i < expected.count; i++) {
        same = text_equal(expected.items[i], actual.items[i]);
    }
    if (!same) {
        words_print('-', what, &expected);
        words_print('+', what, &actual);
    }
    return same;
}

/* -- the file ------------------------------------------------------------------------------- */

static void line_refuse(const struct table *table, int line, const char *what)
{
    (void)fprintf(stderr, "%s:%d: %s\n", table->path, line, what);
    exit(2);
}

/* "stop notice; start main promise" becomes "stop notice", "start main", "start promise". */
static struct words clocks_of(struct table *table, struct text cell)
{
    struct words clocks = {.count = 0};
    struct words parts = words_of(cell, ';');
    for (size_t i = 0; i < parts.count; i++) {
        struct words names = words_of(parts.items[i], ' ');
        for (size_t k = 1; k < names.count && clocks.count < WORDS_MAX; k++) {
            clocks.items[clocks.count++] = arena_print(
                &table->arena, "%.*s %.*s", TEXT_PRINT(names.items[0]), TEXT_PRINT(names.items[k]));
        }
    }
    return clocks;
}

static void state_add(struct table *table, int line, const struct text cells[CELLS_MAX])
{
    if (table->state_count == sizeof table->states / sizeof table->states[0]) {
        line_refuse(table, line, "too many states");
    }
    table->states[table->state_count++] = (struct table_state){
        .name = cells[0], .owner = cells[2], .is_end = text_equal_string(cells[1], "end")};
}

static void line_add(struct table *table, int line, const struct text cells[CELLS_MAX])
{
    bool is_item = text_equal_string(cells[3], "single") || text_equal_string(cells[3], "joint") ||
                   text_equal_string(cells[3], "both");
    if (!is_item || text_is_empty(cells[6])) {
        line_refuse(table, line, "needs an item (single, joint, both) and what comes next");
    }
    if (table->line_count == TABLE_LINES_MAX) {
        line_refuse(table, line, "is one too many");
    }
    table->lines[table->line_count++] = (struct table_line){
        .line = line,
        .state = cells[0],
        .trigger = cells[1],
        .who = words_of(cells[2], ','),
        .item = cells[3],
        .setup = cells[4],
        .fields = cells[5],
        .next = cells[6],
        .events = words_of(cells[7], ' '),
        .clocks = clocks_of(table, cells[8]),
    };
}

static void line_read(struct table *table, int line, struct text text)
{
    struct text cells[CELLS_MAX] = {{0}};
    size_t count = 0;
    if (text_is_empty(text) || text_starts_with(text, "#")) {
        return;
    }
    for (struct text rest = text; rest.data != NULL; count++) {
        struct text cell = text_split(rest, '\t', &rest);
        if (count == CELLS_MAX) {
            line_refuse(table, line, "has more than nine cells");
        }
        cells[count] = cell;
    }
    bool is_state = text_equal_string(cells[1], "owned") || text_equal_string(cells[1], "end");
    if (is_state) {
        state_add(table, line, cells);
    } else {
        line_add(table, line, cells);
    }
}

void table_read(struct table *table, const char *path)
{
    struct bytes bytes;
    struct reason reason = {""};
    table->path = path;
    arena_init(&table->arena);
    if (file_read(path, TABLE_BYTES_MAX, &table->arena, &bytes, &reason) != ERR_OK) {
        line_refuse(table, 0, reason.text);
    }
    int line = 1;
    for (struct text rest = bytes_text(bytes); rest.data != NULL; line++) {
        line_read(table, line, text_split(rest, '\n', &rest));
    }
}

void table_free(struct table *table)
{
    arena_free(&table->arena);
}

/* -- asking --------------------------------------------------------------------------------- */

const struct table_state *table_state(const struct table *table, struct text name)
{
    for (size_t i = 0; i < table->state_count; i++) {
        if (text_equal(table->states[i].name, name)) {
            return &table->states[i];
        }
    }
    return NULL;
}

bool line_is_for(const struct table_line *line, bool is_joint)
{
    return text_equal_string(line->item, "both") ||
           text_equal_string(line->item, is_joint ? "joint" : "single");
}

bool line_succeeds(const struct table_line *line)
{
    return !text_starts_with(line->next, "4");
}

bool line_waits(const struct table_line *line)
{
    return memchr(line->trigger.data, ' ', line->trigger.size) != NULL;
}
