#include "catalogue/parts.h"

#include <string.h>

/* Where the source may be cut: the start of a line, and what begins there. */
struct place {
    size_t start;
    struct text item; /* code of the item; absent for a key of the head */
    int line;
};

struct cutting {
    struct yaml_file *file;
    struct text source;
    size_t *line_starts; /* bytes; line 1 is the first entry */
    size_t line_count;
    struct place *places;
    size_t place_count;
};

/* -- lines ---------------------------------------------------------------------------------- */

/* Bytes of the line break at `at`, 0 when there is none. YAML 1.1 knows five, and libyaml's line
 * numbers count them all: CR LF, CR, LF, NEL, LS and PS. */
static size_t break_size(struct text source, size_t at)
{
    const char *data = source.data + at;
    size_t left = source.size - at;
    if (data[0] == '\r') {
        return left > 1 && data[1] == '\n' ? 2 : 1;
    }
    if (data[0] == '\n') {
        return 1;
    }
    if (left >= 2 && memcmp(data, "\xC2\x85", 2) == 0) {
        return 2;
    }
    if (left >= 3 &&
        (memcmp(data, "\xE2\x80\xA8", 3) == 0 || memcmp(data, "\xE2\x80\xA9", 3) == 0)) {
        return 3;
    }
    return 0;
}

static void lines_find(struct cutting *c)
{
    size_t breaks = 0;
    for (size_t at = 0; at < c->source.size; at++) {
        breaks += break_size(c->source, at) > 0 ? 1 : 0;
    }
    c->line_starts = arena_take_array(c->file->arena, breaks + 1, sizeof *c->line_starts);
    c->line_starts[c->line_count++] = 0;
    for (size_t at = 0; at < c->source.size;) {
        size_t size = break_size(c->source, at);
        at += size > 0 ? size : 1;
        if (size > 0) {
            c->line_starts[c->line_count++] = at;
        }
    }
}

/* True for a line with nothing but blanks, or with a comment. */
static bool says_nothing(const struct cutting *c, size_t line)
{
    size_t end = line < c->line_count ? c->line_starts[line] : c->source.size;
    for (size_t at = c->line_starts[line - 1]; at < end; at++) {
        char letter = c->source.data[at];
        if (letter == '#') {
            return true;
        }
        if (letter != ' ' && letter != '\r' && letter != '\n') {
            return false;
        }
    }
    return true;
}

/* Adds a place before `line` and the lines above it that say nothing. */
static void place_add(struct cutting *c, int line, struct text item)
{
    size_t first = (size_t)line;
    while (first > 1 && says_nothing(c, first - 1)) {
        first--;
    }
    c->places[c->place_count++] =
        (struct place){.start = c->line_starts[first - 1], .item = item, .line = line};
}

/* -- places --------------------------------------------------------------------------------- */

static struct text code_of(const struct yaml_node *item)
{
    for (size_t i = 0; item->kind == YAML_MAP && i < item->count; i++) {
        if (text_equal_string(item->pairs[i].key, "code") &&
            item->pairs[i].value->kind == YAML_SCALAR) {
            return item->pairs[i].value->scalar;
        }
    }
    return TEXT_LITERAL("?");
}

static void places_find(struct cutting *c, const struct yaml_node *root)
{
    size_t place_max = 0;
    for (size_t i = 0; i < root->count; i++) {
        place_max += 1 + root->pairs[i].value->count;
    }
    c->places = arena_take_array(c->file->arena, place_max, sizeof *c->places);
    for (size_t i = 0; i < root->count; i++) {
        const struct yaml_pair *pair = &root->pairs[i];
        place_add(c, pair->line, (struct text){0});
        bool is_items = text_equal_string(pair->key, "items") && pair->value->kind == YAML_LIST;
        for (size_t k = 0; is_items && k < pair->value->count; k++) {
            place_add(c, pair->value->items[k]->line, code_of(pair->value->items[k]));
        }
    }
    /* What stands above the first key belongs to it. */
    if (c->place_count > 0) {
        c->places[0].start = 0;
    }
}

/* -- parts ---------------------------------------------------------------------------------- */

static size_t place_end(const struct cutting *c, size_t index)
{
    return index + 1 < c->place_count ? c->places[index + 1].start : c->source.size;
}

/* True when the place at `index` may join a part that began at `start`. */
static bool may_join(const struct cutting *c, size_t index, size_t start)
{
    return c->places[index].item.data == NULL && c->places[index - 1].item.data == NULL &&
           place_end(c, index) - start <= CATALOGUE_PART_BYTES_WANTED;
}

static void parts_make(const struct cutting *c, struct catalogue_parts *parts)
{
    size_t head_parts = 0;
    for (size_t i = 0; i < c->place_count;) {
        const struct place *place = &c->places[i];
        size_t next = i + 1;
        while (next < c->place_count && may_join(c, next, place->start)) {
            next++;
        }
        size_t size = place_end(c, next - 1) - place->start;
        struct text name = place->item.data == NULL
                               ? arena_print(c->file->arena, "head:%02zu", ++head_parts)
                               : arena_print(c->file->arena, "item:%.*s", TEXT_PRINT(place->item));
        if (size > CATALOGUE_PART_BYTES_MAX) {
            yaml_error(c->file, place->line, name, "has %zu bytes, more than the %d of one event",
                       size, CATALOGUE_PART_BYTES_MAX);
        }
        parts->items[parts->count++] = (struct catalogue_part){
            .name = name,
            .source = {c->source.data + place->start, size},
        };
        i = next;
    }
}

/* Each place begins on a line behind the one before it. */
static void places_check(const struct cutting *c)
{
    for (size_t i = 1; i < c->place_count; i++) {
        if (c->places[i].start <= c->places[i - 1].start) {
            yaml_error(c->file, c->places[i].line, TEXT_LITERAL(""),
                       "each key and each item must begin on a line of its own");
        }
    }
}

enum err catalogue_cut(struct yaml_file *file, struct text source,
                       struct catalogue_parts *ret_parts)
{
    struct cutting cutting = {.file = file, .source = source};
    const struct yaml_node *root = NULL;
    size_t errors_before = file->error_count;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    if (root->kind != YAML_MAP || root->count == 0) {
        yaml_error(file, root->line, TEXT_LITERAL(""), "must be a map of keys and values");
        return ERR_INVALID;
    }
    lines_find(&cutting);
    places_find(&cutting, root);
    places_check(&cutting);
    struct catalogue_parts parts = {
        .items = arena_take_array(file->arena, cutting.place_count, sizeof *parts.items)};
    if (file->error_count == errors_before) {
        parts_make(&cutting, &parts);
    }
    if (file->error_count != errors_before) {
        return ERR_INVALID;
    }
    *ret_parts = parts;
    return ERR_OK;
}
