#include "catalogue_tool/check.h"

#include "catalogue_tool/tree.h"

#include <stdarg.h>
#include <stdio.h>

/* Warnings being written, with the tree that knows the lines of catalogue.yaml. */
struct warning {
    const struct folder *folder;
    const struct catalogue *catalogue;
    const struct yaml_node *tree;
    struct arena *arena;
    struct buffer *lines;
    size_t count;
};

static void warn(struct warning *w, const char *file, int line, struct text field,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

static void warn(struct warning *w, const char *file, int line, struct text field,
                 const char *format, ...)
{
    char detail[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    buffer_print(w->lines, "%s:%d: %.*s%swarning: %s\n", file, line, TEXT_PRINT(field),
                 text_is_empty(field) ? "" : ": ", detail);
    w->count++;
}

/* -- files and calendar --------------------------------------------------------------------- */

static void files_warn(struct warning *w)
{
    const struct text_span *unread = &w->folder->files.unread;
    for (size_t i = 0; i < unread->count; i++) {
        warn(w, unread->items[i].data, 1, (struct text){0},
             "is read by nobody: a catalogue is catalogue.yaml, one calendar*.yaml, "
             "procedures/NAME.yaml and templates/messages.yaml");
    }
}

static void calendar_warn(struct warning *w)
{
    struct date from = w->catalogue->head.effective_from;
    if (calendar_is_provisional(w->folder->rules.calendar, from)) {
        warn(w, w->folder->files.catalogue.name, tree_line(w->tree, "effective_from"),
             TEXT_LITERAL("effective_from"),
             "lies outside the days of %s: every limit would be provisional",
             w->folder->files.calendar.name);
    }
}

/* -- items ---------------------------------------------------------------------------------- */

static struct text item_field(struct warning *w, const struct yaml_node *list,
                              const struct yaml_node *entry, const char *key)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == entry) {
            return arena_print(w->arena, "items[%zu].%s", i, key);
        }
    }
    return TEXT_LITERAL("items");
}

static void items_warn(struct warning *w)
{
    const struct yaml_node *list = tree_get(w->tree, "items");
    for (size_t i = 0; i < w->catalogue->item_count; i++) {
        const struct catalogue_item *item = &w->catalogue->items[i];
        const struct yaml_node *entry = tree_element(list, item->code);
        if (!item->open) {
            warn(w, w->folder->files.catalogue.name, tree_line(entry, "machine"),
                 item_field(w, list, entry, "machine"),
                 "procedures/%.*s.yaml is not there yet: %.*s is shown, but not open",
                 TEXT_PRINT(item->machine), TEXT_PRINT(item->code));
        }
    }
}

static bool material_is_used(const struct catalogue *catalogue, struct text code)
{
    for (size_t i = 0; i < catalogue->item_count; i++) {
        if (catalogue_item_material(&catalogue->items[i], code) != NULL) {
            return true;
        }
    }
    return false;
}

static void materials_warn(struct warning *w)
{
    const struct catalogue_head *head = &w->catalogue->head;
    const struct yaml_node *list = tree_get(w->tree, "materials");
    for (size_t i = 0; i < head->material_count; i++) {
        struct text code = head->materials[i].code;
        if (!material_is_used(w->catalogue, code)) {
            warn(w, w->folder->files.catalogue.name, tree_element(list, code)->line,
                 arena_print(w->arena, "materials[%zu]", i), "no item asks for %.*s",
                 TEXT_PRINT(code));
        }
    }
}

/* -- procedures ----------------------------------------------------------------------------- */

/* True when some item that moves by the procedure has the stage, or no item does. */
static bool stage_is_known(const struct catalogue *catalogue, const struct procedure *procedure,
                           struct text stage)
{
    bool is_used = false;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const struct catalogue_item *item = &catalogue->items[i];
        if (item->procedure == procedure) {
            is_used = true;
            if (catalogue_stage(item, stage) != NULL) {
                return true;
            }
        }
    }
    return !is_used;
}

static void stages_warn(struct warning *w, const struct procedure *procedure, const char *file)
{
    for (size_t i = 0; i < procedure->state_count; i++) {
        const struct procedure_state *state = &procedure->states[i];
        for (size_t k = 0; k < state->stages.count; k++) {
            struct text stage = state->stages.items[k];
            if (!stage_is_known(w->catalogue, procedure, stage)) {
                warn(w, file, state->line,
                     arena_print(w->arena, "states.%.*s.stages[%zu]", TEXT_PRINT(state->name), k),
                     "no item with this procedure has a stage \"%.*s\"", TEXT_PRINT(stage));
            }
        }
    }
}

/* True when a matter of `kind` (absent: of any) has a message for events of `type`. */
static bool has_message(const struct message_templates *templates, struct text type,
                        struct text kind)
{
    for (size_t i = 0; i < templates->count; i++) {
        const struct message_template *template = &templates->items[i];
        bool fits = text_is_empty(template->kind) || text_equal(template->kind, kind);
        if (fits && text_span_contains(&template->events, type)) {
            return true;
        }
    }
    return false;
}

/* True when every item that goes by the procedure has a message for events of `type`. */
static bool is_told(const struct warning *w, const struct procedure *procedure, struct text type)
{
    const struct message_templates *templates = &w->folder->rules.templates;
    bool is_used = false;
    for (size_t i = 0; i < w->catalogue->item_count; i++) {
        const struct catalogue_item *item = &w->catalogue->items[i];
        if (item->procedure != procedure) {
            continue;
        }
        is_used = true;
        if (!has_message(templates, type, item->kind)) {
            return false;
        }
    }
    return is_used || has_message(templates, type, (struct text){0});
}

/* A transition that promises a message finds one to send. */
static void messages_warn(struct warning *w, const struct procedure *procedure, const char *file)
{
    const struct text message = TEXT_LITERAL("notification.message_queued");
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        struct text type = procedure_event_type(procedure, t, w->arena);
        if (text_span_contains(&t->then, message) && !is_told(w, procedure, type)) {
            warn(w, file, t->line, arena_print(w->arena, "transitions[%zu].then", i),
                 "templates/messages.yaml has no message for %.*s: nobody is told",
                 TEXT_PRINT(type));
        }
    }
}

static void procedures_warn(struct warning *w)
{
    /* All of them were loaded, in the order of their files. */
    for (size_t i = 0; i < w->catalogue->procedure_count; i++) {
        const char *file = w->folder->files.procedures[i].name;
        stages_warn(w, w->catalogue->procedures[i], file);
        messages_warn(w, w->catalogue->procedures[i], file);
    }
}

size_t check_warn(const struct folder *folder, struct arena *arena, struct buffer *lines)
{
    struct warning w = {
        .folder = folder,
        .catalogue = folder->rules.catalogue,
        .tree = folder_tree(&folder->files.catalogue, arena),
        .arena = arena,
        .lines = lines,
    };
    files_warn(&w);
    calendar_warn(&w);
    items_warn(&w);
    materials_warn(&w);
    procedures_warn(&w);
    return w.count;
}

void check_summary(const struct folder *folder, struct buffer *lines)
{
    const struct catalogue *catalogue = folder->rules.catalogue;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const struct catalogue_item *item = &catalogue->items[i];
        buffer_print(lines, "%-12.*s %-8s %zu fields, %zu materials, %zu stages, %zu fees: %.*s\n",
                     TEXT_PRINT(item->code), item->open ? "open" : "not open", item->field_count,
                     item->material_count, item->stage_count, item->fee_count,
                     TEXT_PRINT(item->names.en));
    }
}
