/* The tree: libyaml's events gathered into nodes that know their line. */
#include "yaml/yaml.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct parsing {
    struct yaml_file *file;
    struct text source;
    yaml_parser_t parser;
    bool failed;    /* nothing more can be read */
    bool has_twice; /* a key stood twice: told, and read on so that others are told too */
};

void yaml_file_init(struct yaml_file *file, const char *name, struct arena *arena)
{
    *file = (struct yaml_file){.name = name, .arena = arena};
    file->errors = arena_take_array(arena, YAML_ERRORS_MAX, sizeof *file->errors);
}

/* True when the last error told is the same: rules that are read twice break twice. */
static bool told_just_now(const struct yaml_file *file, int line, struct text field,
                          struct text detail)
{
    if (file->error_count == 0 || file->error_count > YAML_ERRORS_MAX) {
        return false;
    }
    const struct yaml_error *last = &file->errors[file->error_count - 1];
    return last->line == line && text_equal(last->field, field) && text_equal(last->detail, detail);
}

void yaml_error(struct yaml_file *file, int line, struct text field, const char *format, ...)
{
    char detail[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    if (told_just_now(file, line, field, text_of(detail))) {
        return;
    }
    if (file->error_count < YAML_ERRORS_MAX) {
        file->errors[file->error_count] = (struct yaml_error){
            .file_name = file->name,
            .line = line,
            .field = arena_copy_text(file->arena, field),
            .detail = arena_copy_text(file->arena, text_of(detail)),
        };
    }
    file->error_count++;
}

struct text yaml_errors_text(const struct yaml_file *file, struct arena *arena)
{
    struct text lines = TEXT_LITERAL("");
    size_t shown = file->error_count < YAML_ERRORS_MAX ? file->error_count : YAML_ERRORS_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct yaml_error *error = &file->errors[i];
        lines = arena_print(arena, "%.*s%s:%d: %.*s%s%.*s\n", TEXT_PRINT(lines), error->file_name,
                            error->line, TEXT_PRINT(error->field),
                            text_is_empty(error->field) ? "" : ": ", TEXT_PRINT(error->detail));
    }
    if (file->error_count > shown) {
        lines = arena_print(arena, "%.*s%s: and %zu more\n", TEXT_PRINT(lines), file->name,
                            file->error_count - shown);
    }
    return lines;
}

static int line_of(yaml_mark_t mark)
{
    return (int)mark.line + 1;
}

static void refuse(struct parsing *p, int line, const char *detail)
{
    yaml_error(p->file, line, TEXT_LITERAL(""), "%s", detail);
    p->failed = true;
}

/* Fetches the next event; false after an error, which has been reported. */
static bool next_event(struct parsing *p, yaml_event_t *event)
{
    if (p->failed) {
        return false;
    }
    if (yaml_parser_parse(&p->parser, event) == 0) {
        char detail[300];
        (void)snprintf(detail, sizeof detail, "is not valid YAML: %s%s%s",
                       p->parser.problem == NULL ? "unreadable" : p->parser.problem,
                       p->parser.context == NULL ? "" : ", ",
                       p->parser.context == NULL ? "" : p->parser.context);
        refuse(p, line_of(p->parser.problem_mark), detail);
        return false;
    }
    return true;
}

/* A growing list of children, moved into the arena when it is complete. */
struct children {
    struct yaml_pair *pairs;
    size_t count;
    size_t capacity;
};

static struct yaml_pair *children_add(struct children *children, struct arena *arena)
{
    if (children->count == children->capacity) {
        size_t capacity = children->capacity == 0 ? 8 : 2 * children->capacity;
        struct yaml_pair *pairs = arena_take_array(arena, capacity, sizeof *pairs);
        if (children->count > 0) {
            memcpy(pairs, children->pairs, children->count * sizeof *pairs);
        }
        children->pairs = pairs;
        children->capacity = capacity;
    }
    return &children->pairs[children->count++];
}

static struct yaml_node *node_read(struct parsing *p, yaml_event_t *event, int depth);

static struct yaml_node *node_make(struct parsing *p, const yaml_event_t *event,
                                   enum yaml_kind kind)
{
    struct yaml_node *node = arena_take(p->file->arena, sizeof *node);
    node->kind = kind;
    node->line = line_of(event->start_mark);
    return node;
}

static struct yaml_node *scalar_read(struct parsing *p, const yaml_event_t *event)
{
    struct yaml_node *node = node_make(p, event, YAML_SCALAR);
    struct text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    size_t characters = 0;
    if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL) {
        refuse(p, node->line, "anchors and tags are not used in these files");
    }
    if (!utf8_count(text, &characters)) {
        refuse(p, node->line, "text must not contain zero bytes");
    }
    node->scalar = arena_copy_text(p->file->arena, text);
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static struct yaml_node *list_read(struct parsing *p, const yaml_event_t *start, int depth)
{
    struct yaml_node *node = node_make(p, start, YAML_LIST);
    struct children children = {0};
    yaml_event_t event;
    while (next_event(p, &event)) {
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        children_add(&children, p->file->arena)->value = node_read(p, &event, depth + 1);
    }
    struct yaml_node **items = arena_take_array(p->file->arena, children.count, sizeof *items);
    for (size_t i = 0; i < children.count; i++) {
        items[i] = children.pairs[i].value;
    }
    node->items = items;
    node->count = children.count;
    return node;
}

static void key_check(struct parsing *p, const struct children *children,
                      const struct yaml_pair *pair)
{
    for (size_t i = 0; i + 1 < children->count; i++) {
        if (text_equal(children->pairs[i].key, pair->key)) {
            yaml_error(p->file, pair->line, pair->key,
                       "stands twice (first on line %d): keep one of them",
                       children->pairs[i].line);
            p->has_twice = true;
        }
    }
}

static struct yaml_node *map_read(struct parsing *p, const yaml_event_t *start, int depth)
{
    struct yaml_node *node = node_make(p, start, YAML_MAP);
    struct children children = {0};
    yaml_event_t event;
    while (next_event(p, &event)) {
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        struct yaml_node *key = node_read(p, &event, depth + 1);
        if (key == NULL || key->kind != YAML_SCALAR) {
            refuse(p, node->line, "the key of a map must be a word");
            break;
        }
        if (!next_event(p, &event)) {
            break;
        }
        struct yaml_pair *pair = children_add(&children, p->file->arena);
        pair->key = key->scalar;
        pair->line = key->line;
        key_check(p, &children, pair);
        pair->value = node_read(p, &event, depth + 1);
    }
    node->pairs = children.pairs;
    node->count = children.count;
    return node;
}

/* Reads the node that `event` begins, and deletes the event. NULL after an error. */
static struct yaml_node *node_read(struct parsing *p, yaml_event_t *event, int depth)
{
    struct yaml_node *node = NULL;
    int line = line_of(event->start_mark);
    if (depth > YAML_DEPTH_MAX) {
        refuse(p, line, "is nested too deep");
    } else if (event->type == YAML_SCALAR_EVENT) {
        node = scalar_read(p, event);
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        if (event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL) {
            refuse(p, line, "anchors and tags are not used in these files");
        }
        node = list_read(p, event, depth);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        if (event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL) {
            refuse(p, line, "anchors and tags are not used in these files");
        }
        node = map_read(p, event, depth);
    } else {
        refuse(p, line, "aliases are not used in these files");
    }
    yaml_event_delete(event);
    return node;
}

/* Skips to the event that begins the content of the document. */
static bool content_begin(struct parsing *p, yaml_event_t *event)
{
    while (next_event(p, event)) {
        if (event->type == YAML_STREAM_START_EVENT || event->type == YAML_DOCUMENT_START_EVENT) {
            yaml_event_delete(event);
            continue;
        }
        if (event->type == YAML_STREAM_END_EVENT) {
            refuse(p, 1, "is empty");
            yaml_event_delete(event);
            return false;
        }
        return true;
    }
    return false;
}

static void content_end(struct parsing *p)
{
    yaml_event_t event;
    while (next_event(p, &event)) {
        yaml_event_type_t type = event.type;
        int line = line_of(event.start_mark);
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT) {
            return;
        }
        if (type != YAML_DOCUMENT_END_EVENT) {
            refuse(p, line, "must be one document");
        }
    }
}

enum err yaml_parse(struct yaml_file *file, struct text source, const struct yaml_node **ret_root)
{
    struct parsing parsing = {.file = file, .source = source};
    if (source.size > YAML_SOURCE_BYTES_MAX) {
        refuse(&parsing, 1, "is too large");
        return ERR_INVALID;
    }
    CHECK(yaml_parser_initialize(&parsing.parser) == 1);
    yaml_parser_set_encoding(&parsing.parser, YAML_UTF8_ENCODING);
    const char *first = source.data == NULL ? "" : source.data; /* libyaml aborts on NULL */
    yaml_parser_set_input_string(&parsing.parser, (const unsigned char *)first, source.size);
    yaml_event_t event;
    struct yaml_node *root = NULL;
    if (content_begin(&parsing, &event)) {
        root = node_read(&parsing, &event, 0);
        content_end(&parsing);
    }
    yaml_parser_delete(&parsing.parser);
    if (parsing.failed || parsing.has_twice || root == NULL) {
        return ERR_INVALID;
    }
    *ret_root = root;
    return ERR_OK;
}
