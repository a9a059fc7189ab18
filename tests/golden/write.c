/* golden_write [OLD_FILE]: writes what events.txt should hold to standard output. Lines of the old
 * file that still hold are kept; what is dropped is told on standard error. */
#include "lines.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 16 << 20 };

static const char head[] =
    "# Golden bytes of everything that a log holds, written by tests/golden/update.\n"
    "# A line that is gone or changed is a broken promise to logs that exist: see README.md.\n";

static void line_print(FILE *to, const struct golden_line *line)
{
    fprintf(to, "%.*s %.*s %.*s\n", TEXT_PRINT(line->what), TEXT_PRINT(line->which),
            TEXT_PRINT(line->value));
}

static bool is_same_variant(const struct golden_line *left, const struct golden_line *right)
{
    return text_equal(left->what, right->what) && text_equal(left->which, right->which);
}

/* The old lines that still hold: with the reasons of those that do not. */
static struct golden_lines lines_keep(const struct golden_lines *old, struct wire_reader *reader)
{
    struct golden_lines kept = {arena_take_array(reader->arena, old->count, sizeof *kept.items), 0};
    for (size_t i = 0; i < old->count; i++) {
        struct text why = {0};
        if (golden_holds(&old->items[i], reader, &why)) {
            kept.items[kept.count++] = old->items[i];
        } else {
            fprintf(stderr, "dropped, %.*s:\n", TEXT_PRINT(why));
            line_print(stderr, &old->items[i]);
        }
    }
    return kept;
}

/* Today's lines, each behind the older ones of the same message. */
static void lines_print(const struct golden_lines *kept, const struct golden_lines *expected)
{
    fputs(head, stdout);
    for (size_t i = 0; i < expected->count; i++) {
        const struct golden_line *line = &expected->items[i];
        for (size_t k = 0; k < kept->count; k++) {
            if (is_same_variant(&kept->items[k], line) &&
                !golden_contains(expected, &kept->items[k])) {
                line_print(stdout, &kept->items[k]);
            }
        }
        line_print(stdout, line);
    }
}

static enum err old_read(int argc, char **argv, struct arena *arena, struct golden_lines *ret_old,
                         struct reason *reason)
{
    struct bytes bytes = {0};
    enum err err = argc < 2 ? ERR_OK : file_read(argv[1], FILE_BYTES_MAX, arena, &bytes, reason);
    *ret_old = golden_parse(bytes_text(bytes), arena);
    return err;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct wire_reader reader;
    struct golden_lines old;
    struct reason reason;
    arena_init(&arena);
    wire_reader_init(&reader, &arena);
    enum err err = old_read(argc, argv, &arena, &old, &reason);
    if (err == ERR_OK) {
        struct golden_lines kept = lines_keep(&old, &reader);
        struct golden_lines expected = golden_expected(&arena);
        lines_print(&kept, &expected);
    } else {
        fprintf(stderr, "golden_write: %s\n", reason.text);
    }
    wire_reader_free(&reader);
    arena_free(&arena);
    return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
