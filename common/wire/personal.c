#include "wire/personal.h"

struct walk {
    personal_visitor *visitor;
    void *context;
};

static bool visit_record(const struct walk *walk, const struct wire_message *message, void *record,
                         const struct wire_path *path);

static bool visit_form(const struct walk *walk, struct form *form, const struct wire_path *path)
{
    for (size_t i = 0; i < form->count; i++) {
        struct wire_path at = {.parent = path, .name = form->items[i].name};
        if (form->items[i].kind == FORM_PERSONAL &&
            !walk->visitor(walk->context, &at, &form->items[i].personal)) {
            return false;
        }
    }
    return true;
}

static bool visit_list(const struct walk *walk, const struct wire_field *field, void *record,
                       const struct wire_path *path)
{
    size_t count = 0;
    /* The record may be changed, so what it contains may be too. */
    uint8_t *items = (uint8_t *)(uintptr_t)wire_list_items(field, record, &count);
    for (size_t i = 0; i < count; i++) {
        struct wire_path at = {.parent = path, .index = i};
        if (!visit_record(walk, field->record, items + i * field->record->size, &at)) {
            return false;
        }
    }
    return true;
}

static bool visit_record(const struct walk *walk, const struct wire_message *message, void *record,
                         const struct wire_path *path)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        struct wire_path at = {.parent = path, .name = {field->name, field->name_size}};
        void *place = wire_place(field, record);
        bool go_on = true;
        if (field->type == WIRE_TEXT && !wire_is_absent(field, record)) {
            go_on = walk->visitor(walk->context, &at, place);
        } else if (field->type == WIRE_RECORD) {
            go_on = visit_record(walk, field->record, place, &at);
        } else if (field->type == WIRE_LIST) {
            go_on = visit_list(walk, field, record, &at);
        } else if (field->type == WIRE_FORM) {
            go_on = visit_form(walk, place, &at);
        }
        if (!go_on) {
            return false;
        }
    }
    return true;
}

bool wire_visit_personal(const struct wire_message *message, void *record,
                         personal_visitor *visitor, void *context)
{
    struct walk walk = {.visitor = visitor, .context = context};
    return visit_record(&walk, message, record, NULL);
}

static bool is_sealed(void *context, const struct wire_path *path, struct personal *personal)
{
    (void)context;
    (void)path;
    return personal->sealed;
}

bool wire_is_sealed(const struct wire_message *message, const void *record)
{
    /* The visitor only looks. */
    return wire_visit_personal(message, (void *)(uintptr_t)record, is_sealed, NULL);
}
