#include "table.h"

#include "base/check.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

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

static enum line_kind kind_of(struct text cell)
{
    static const char *const kinds[] = {
        [LINE_TRY] = "",          [LINE_ITEM] = "item", [LINE_WITHIN] = "within",
        [LINE_BESIDE] = "beside", [LINE_WAY] = "way",   [LINE_STEP] = "step"};
    for (int kind = LINE_ITEM; kind <= LINE_STEP; kind++) {
        if (text_equal_string(cell, kinds[kind])) {
            return (enum line_kind)kind;
        }
    }
    return LINE_TRY;
}

static void line_add(struct table *table, int line, const struct text cells[CELLS_MAX])
{
    enum line_kind kind = kind_of(cells[1]);
    if (text_is_empty(cells[3]) || text_is_empty(cells[6])) {
        line_refuse(table, line, "needs an item and what comes next");
    }
    if (table->line_count == TABLE_LINES_MAX) {
        line_refuse(table, line, "is one too many");
    }
    table->lines[table->line_count++] = (struct table_line){
        .line = line,
        .kind = kind,
        .state = cells[0],
        .trigger = kind == LINE_TRY ? cells[1] : cells[6],
        .who = words_of(cells[2], ','),
        .items = words_of(cells[3], ','),
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

/* The items that lines name must be given by the table, or the line would be passed over. */
static void items_check(const struct table *table)
{
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        for (size_t k = 0; line->kind != LINE_BESIDE && k < line->items.count; k++) {
            struct text item = line->items.items[k];
            if (!text_equal_string(item, "all") && !text_equal_string(item, "both") &&
                table_item(table, item) == NULL) {
                line_refuse(table, line->line, "names an item that no line gives");
            }
        }
    }
}

static void table_read(struct table *table, const char *folder, const char *file)
{
    struct bytes bytes;
    struct reason reason = {""};
    arena_init(&table->arena);
    struct text path = arena_print(&table->arena, "%s/%s", folder, file);
    table->path = path.data;
    table->name = arena_print(&table->arena, "%.*s", (int)(strlen(file) - strlen(".tsv")), file);
    if (file_read(table->path, TABLE_BYTES_MAX, &table->arena, &bytes, &reason) != ERR_OK) {
        line_refuse(table, 0, reason.text);
    }
    int line = 1;
    for (struct text rest = bytes_text(bytes); rest.data != NULL; line++) {
        line_read(table, line, text_split(rest, '\n', &rest));
    }
    items_check(table);
}

static int is_table(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".tsv") == 0 ? 1 : 0;
}

void tables_read(struct tables *tables, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_table, alphasort);
    CHECK(count > 0 && count <= TABLES_MAX);
    for (int i = 0; i < count; i++) {
        struct table *table = calloc(1, sizeof *table);
        CHECK(table != NULL);
        table_read(table, folder, entries[i]->d_name);
        tables->items[tables->count++] = table;
        free(entries[i]);
    }
    free(entries);
}

void tables_free(struct tables *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        arena_free(&tables->items[i]->arena);
        free(tables->items[i]);
    }
    tables->count = 0;
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

const struct table *tables_find(const struct tables *tables, struct text name)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (text_equal(tables->items[i]->name, name)) {
            return tables->items[i];
        }
    }
    (void)fprintf(stderr, "there is no table %.*s\n", TEXT_PRINT(name));
    exit(2);
}

const struct table_line *table_find(const struct table *table, enum line_kind kind,
                                    struct text name, struct text item)
{
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if (line->kind == kind && text_equal(line->state, name) && line_is_for(line, item)) {
            return line;
        }
    }
    return NULL;
}

const struct table_line *table_item(const struct table *table, struct text item)
{
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if ((line->kind == LINE_ITEM || line->kind == LINE_WITHIN) &&
            words_have(&line->items, item)) {
            return line;
        }
    }
    return NULL;
}

bool line_is_for(const struct table_line *line, struct text item)
{
    return line->kind == LINE_BESIDE || words_have(&line->items, TEXT_LITERAL("all")) ||
           words_have(&line->items, TEXT_LITERAL("both")) || words_have(&line->items, item);
}

bool line_succeeds(const struct table_line *line)
{
    return !text_starts_with(line->next, "4");
}

bool trigger_waits(struct text trigger)
{
    return memchr(trigger.data, ' ', trigger.size) != NULL;
}
