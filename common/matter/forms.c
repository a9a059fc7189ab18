/* Forms that an officer goes on filling in (`filled_by` in the catalogue). */
#include "matter/internal.h"

#include "catalogue/form.h"

#include <string.h>

struct form form_with(const struct form *form, const struct form *more, struct arena *arena)
{
    struct form joined = {
        .items = arena_take_array(arena, form->count + more->count, sizeof *joined.items)};
    for (size_t i = 0; i < form->count; i++) {
        const struct form_entry *newer = form_find(more, form->items[i].name);
        joined.items[joined.count++] = newer == NULL ? form->items[i] : *newer;
    }
    for (size_t i = 0; i < more->count; i++) {
        if (form_find(form, more->items[i].name) == NULL) {
            joined.items[joined.count++] = more->items[i];
        }
    }
    return joined;
}

static const struct catalogue_field *field_named(const struct catalogue_item *item,
                                                 struct text name)
{
    for (size_t i = 0; i < item->field_count; i++) {
        if (text_equal(item->fields[i].id, name)) {
            return &item->fields[i];
        }
    }
    return NULL;
}

/* What the person who filed has answered is not an officer's to change. */
static void answers_check(struct move *move, const struct form *form, const struct wire_path *path)
{
    for (size_t i = 0; i < form->count; i++) {
        const struct catalogue_field *field = field_named(move->matter->item, form->items[i].name);
        struct wire_path at = {.parent = path, .name = form->items[i].name};
        if (field != NULL && text_is_empty(field->filled_by)) {
            wire_errors_add(&move->decision->errors, &at, "is answered by who files: leave it out");
        }
    }
}

enum verdict move_form_check(struct move *move)
{
    struct decision *decision = move->decision;
    struct wire_path fields = {.name = TEXT_LITERAL("fields")};
    struct wire_path path = {.parent = &fields, .name = TEXT_LITERAL("form")};
    struct form_filer filer = {.occasion = FORM_AMENDED, .role = decision->actor.role};
    if (move->fields->form.count == 0) {
        return VERDICT_OK;
    }
    struct action_fields *checked = arena_take(decision->arena, sizeof *checked);
    *checked = *move->fields;
    if (decision->principal->kind == PRINCIPAL_STAFF) {
        answers_check(move, &checked->form, &path);
    }
    (void)catalogue_check_form(move->matter->item, &filer, &checked->form, decision->arena, &path,
                               &decision->errors);
    move->fields = checked;
    return decision->errors.count == 0 ? VERDICT_OK : refuse_fields(decision);
}
