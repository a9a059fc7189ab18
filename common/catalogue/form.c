#include "catalogue/form.h"

#include <inttypes.h>

/* A value on its way from what was filed to what is kept. */
struct checking {
    const struct catalogue_field *field;
    const struct form_entry *given;
    struct form_entry *kept;
    struct arena *arena;
    const struct wire_path *path;
    struct wire_errors *errors;
};

static bool refuse(const struct checking *c, const char *detail)
{
    wire_errors_add(c->errors, c->path, "%s", detail);
    return false;
}

/* The text of an entry; false for a number, a truth or a sealed value. */
static bool text_given(const struct form_entry *entry, struct text *ret_text)
{
    if (entry->kind == FORM_TEXT) {
        *ret_text = entry->text;
        return true;
    }
    if (entry->kind == FORM_PERSONAL && !entry->personal.sealed) {
        *ret_text = personal_text(entry->personal);
        return true;
    }
    return false;
}

/* Keeps a text: public when the field is, otherwise personal, to be sealed. */
static void keep_text(const struct checking *c, struct text text)
{
    c->kept->kind = c->field->personal ? FORM_PERSONAL : FORM_TEXT;
    if (c->field->personal) {
        c->kept->personal = personal_of(text);
    } else {
        c->kept->text = text;
    }
}

/* -- by type -------------------------------------------------------------------------------- */

static bool check_text(const struct checking *c)
{
    struct text text;
    size_t characters = 0;
    if (!text_given(c->given, &text)) {
        return refuse(c, "must be text");
    }
    if (!utf8_count(text, &characters)) {
        return refuse(c, "must be valid UTF-8 text without zero bytes");
    }
    if (characters > (size_t)c->field->max_characters) {
        wire_errors_add(c->errors, c->path, "must have at most %" PRId64 " characters",
                        c->field->max_characters);
        return false;
    }
    keep_text(c, text);
    return true;
}

static bool check_choice(const struct checking *c)
{
    struct text text;
    if (text_given(c->given, &text) && text_span_contains(&c->field->choices, text)) {
        keep_text(c, text);
        return true;
    }
    struct text choices = TEXT_LITERAL("");
    for (size_t i = 0; i < c->field->choices.count; i++) {
        choices = arena_print(c->arena, "%.*s%s%.*s", TEXT_PRINT(choices), i == 0 ? "" : ", ",
                              TEXT_PRINT(c->field->choices.items[i]));
    }
    wire_errors_add(c->errors, c->path, "must be one of %.*s", TEXT_PRINT(choices));
    return false;
}

static bool check_date(const struct checking *c)
{
    struct text text;
    struct date date;
    if (!text_given(c->given, &text) || !date_parse(text, &date)) {
        return refuse(c, "must be a date such as 2026-02-28");
    }
    keep_text(c, text);
    return true;
}

static bool check_boolean(const struct checking *c)
{
    if (c->given->kind != FORM_BOOL) {
        return refuse(c, "must be true or false");
    }
    if (c->field->personal) {
        keep_text(c, c->given->boolean ? TEXT_LITERAL("true") : TEXT_LITERAL("false"));
    } else {
        c->kept->kind = FORM_BOOL;
        c->kept->boolean = c->given->boolean;
    }
    return true;
}

/* A number may come as one, or as a string, which carries all its places. */
static bool number_given(const struct form_entry *entry, struct decimal *ret_number)
{
    struct text text;
    if (entry->kind == FORM_DECIMAL) {
        *ret_number = entry->decimal;
        return true;
    }
    return text_given(entry, &text) && decimal_parse(text, ret_number);
}

static bool check_number(const struct checking *c)
{
    bool is_whole = c->field->type == FORM_FIELD_INTEGER;
    struct decimal number;
    char text[DECIMAL_TEXT_BYTES];
    if (!number_given(c->given, &number) || (is_whole && number.units % DECIMAL_SCALE != 0)) {
        return refuse(c, is_whole ? "must be a whole number"
                                  : "must be a number of at most four places");
    }
    if (number.units < c->field->min.units || number.units > c->field->max.units) {
        char min[DECIMAL_TEXT_BYTES];
        char max[DECIMAL_TEXT_BYTES];
        decimal_format(c->field->min, min);
        decimal_format(c->field->max, max);
        wire_errors_add(c->errors, c->path, "must be between %s and %s", min, max);
        return false;
    }
    if (c->field->personal) {
        decimal_format(number, text);
        keep_text(c, arena_copy_text(c->arena, text_of(text)));
    } else {
        c->kept->kind = FORM_DECIMAL;
        c->kept->decimal = number;
    }
    return true;
}

static bool check_value(const struct checking *c)
{
    c->kept->name = c->field->id;
    switch (c->field->type) {
    case FORM_FIELD_TEXT:
    case FORM_FIELD_ADDRESS:
        return check_text(c);
    case FORM_FIELD_CHOICE:
        return check_choice(c);
    case FORM_FIELD_DATE:
        return check_date(c);
    case FORM_FIELD_BOOLEAN:
        return check_boolean(c);
    case FORM_FIELD_DECIMAL:
    case FORM_FIELD_INTEGER:
        return check_number(c);
    }
    return false;
}

/* -- the whole form ------------------------------------------------------------------------- */

/* Entries that belong to no field, or stand twice. */
static bool names_check(const struct catalogue_item *item, const struct form *form,
                        const struct wire_path *path, struct wire_errors *errors)
{
    bool good = true;
    for (size_t i = 0; i < form->count; i++) {
        struct wire_path at = {.parent = path, .name = form->items[i].name};
        struct form before = {.items = form->items, .count = i};
        bool known = false;
        for (size_t k = 0; k < item->field_count && !known; k++) {
            known = text_equal(item->fields[k].id, form->items[i].name);
        }
        if (!known) {
            wire_errors_add(errors, &at, "is not a field of this item's form");
            good = false;
        } else if (form_find(&before, form->items[i].name) != NULL) {
            wire_errors_add(errors, &at, "stands twice");
            good = false;
        }
    }
    return good;
}

static bool is_left_out(const struct form_entry *entry)
{
    struct text text;
    return entry == NULL || (text_given(entry, &text) && text_is_empty(text));
}

/* True when the field is left to a role that this person does not fill in for. */
static bool is_for_another(const struct catalogue_field *field, const struct form_filer *filer)
{
    return field->filled_by.data != NULL && !text_equal(field->filled_by, filer->role);
}

static bool presence_check(const struct checking *c, const struct form_filer *filer)
{
    if (is_left_out(c->given)) {
        return !c->field->required || filer->occasion == FORM_AMENDED || refuse(c, "must be given");
    }
    if (is_for_another(c->field, filer)) {
        wire_errors_add(c->errors, c->path, "is filled in by the role %.*s: leave it out",
                        TEXT_PRINT(c->field->filled_by));
        return false;
    }
    return true;
}

bool catalogue_check_form(const struct catalogue_item *item, const struct form_filer *filer,
                          struct form *form, struct arena *arena, const struct wire_path *path,
                          struct wire_errors *errors)
{
    struct form kept = {.items = arena_take_array(arena, item->field_count, sizeof *kept.items)};
    bool good = names_check(item, form, path, errors);
    for (size_t i = 0; i < item->field_count; i++) {
        struct wire_path at = {.parent = path, .name = item->fields[i].id};
        struct checking checking = {
            .field = &item->fields[i],
            .given = form_find(form, item->fields[i].id),
            .kept = &kept.items[kept.count],
            .arena = arena,
            .path = &at,
            .errors = errors,
        };
        bool present = !is_left_out(checking.given);
        bool valid = presence_check(&checking, filer) && (!present || check_value(&checking));
        good &= valid;
        kept.count += valid && present ? 1 : 0;
    }
    if (good) {
        *form = kept;
    }
    return good;
}

bool catalogue_applicant_allowed(const struct catalogue_item *item, struct text kind)
{
    return text_span_contains(&item->applicants, kind);
}
