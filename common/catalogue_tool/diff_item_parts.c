/* The parts of an item: form, materials, stages, limits. */
#include "catalogue_tool/diff_internal.h"
#include "catalogue_tool/words.h"

static const struct audience for_applicants = {.applicants = true};

/* What an entry is called: its English name, in quotes by the sentence. */
static struct text called(const struct item_diff *item, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    return name_of_entry(item->diff, after == NULL ? before : after);
}

static bool scalar_differs(const struct yaml_node *before, const struct yaml_node *after,
                           const char *key)
{
    return !tree_equal(tree_get(before, key), tree_get(after, key));
}

/* -- form ----------------------------------------------------------------------------------- */

/* A field that a role fills in concerns that role, any other the applicant. */
static struct audience field_audience(const struct item_diff *item, const struct yaml_node *field)
{
    struct text role = tree_text_at(field, "filled_by");
    if (role.data == NULL) {
        return for_applicants;
    }
    struct text *roles = arena_take(item->diff->arena, sizeof *roles);
    *roles = role;
    return (struct audience){.roles = {.items = roles, .count = 1}};
}

static struct text choice_name(const struct catalogue *catalogue, struct text code)
{
    const struct names *names = catalogue_choice_names(catalogue, code);
    return names == NULL ? code : names->en;
}

static void field_changed_tell(const struct telling *t, struct text name,
                               const struct yaml_node *before, const struct yaml_node *after)
{
    static const char *const told[] = {"required", "choices", NULL};
    if (scalar_differs(before, after, "required")) {
        bool required = text_equal_string(tree_text_at(after, "required"), "true");
        changes_tell(t->diff->changes, &t->audience, t->subject, "form: \"%.*s\" %s",
                     TEXT_PRINT(name), required ? "must be filled in now" : "may be left out now");
    }
    if (scalar_differs(before, after, "choices")) {
        struct telling choices = *t;
        choices.prefix = arena_print(t->diff->arena, "form: \"%.*s\": ", TEXT_PRINT(name)).data;
        codes_tell(&choices, "new choice", "choice gone", choice_name, tree_get(before, "choices"),
                   tree_get(after, "choices"));
    }
    tell_other_keys(t, tree_key(after), told, before, after);
}

static void field_tell(struct item_diff *item, const struct yaml_node *before,
                       const struct yaml_node *after)
{
    struct telling t = item_telling(item, field_audience(item, after == NULL ? before : after));
    struct text name = called(item, before, after);
    bool required = text_equal_string(tree_text_at(after, "required"), "true");
    t.prefix = "form: ";
    if (before == NULL) {
        changes_tell(t.diff->changes, &t.audience, t.subject, "form: new field \"%.*s\" (%s)",
                     TEXT_PRINT(name), required ? "must be filled in" : "may be left out");
    } else if (after == NULL) {
        changes_tell(t.diff->changes, &t.audience, t.subject, "form: the field \"%.*s\" is gone",
                     TEXT_PRINT(name));
    } else {
        field_changed_tell(&t, name, before, after);
    }
}

void tell_form(struct item_diff *item, const struct yaml_node *before,
               const struct yaml_node *after)
{
    entries_tell(item, for_applicants, "form", before, after, field_tell);
}

/* -- materials ------------------------------------------------------------------------------ */

static struct text material_name(const struct catalogue *catalogue, const struct yaml_node *entry)
{
    const struct catalogue_material *material =
        catalogue_material(catalogue, tree_text_at(entry, "id"));
    return material == NULL ? tree_text_at(entry, "id") : material->names.en;
}

static const char *need_words(const struct yaml_node *entry)
{
    struct text required = tree_text_at(entry, "required");
    return text_equal_string(required, "true")    ? "required"
           : text_equal_string(required, "false") ? "not required"
                                                  : "required on a condition";
}

static void material_tell(struct item_diff *item, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    static const char *const told[] = {"required", NULL};
    struct telling t = item_telling(item, for_applicants);
    const struct folder *side = after == NULL ? item->diff->before : item->diff->after;
    struct text name = material_name(side->rules.catalogue, after == NULL ? before : after);
    if (before == NULL) {
        struct text form = tree_text_at(after, "form");
        changes_tell(t.diff->changes, &t.audience, t.subject, "new material: %.*s (%.*s, %s)",
                     TEXT_PRINT(name), TEXT_PRINT(form), need_words(after));
        return;
    }
    if (after == NULL) {
        changes_tell(t.diff->changes, &t.audience, t.subject, "no longer asked for: %.*s",
                     TEXT_PRINT(name));
        return;
    }
    if (scalar_differs(before, after, "required")) {
        changes_tell(t.diff->changes, &t.audience, t.subject, "material: %.*s is now %s, was %s",
                     TEXT_PRINT(name), need_words(after), need_words(before));
    }
    t.prefix = "material: ";
    tell_other_keys(&t, name, told, before, after);
}

void tell_materials(struct item_diff *item, const struct yaml_node *before,
                    const struct yaml_node *after)
{
    entries_tell(item, for_applicants, "materials", before, after, material_tell);
}

/* -- stages --------------------------------------------------------------------------------- */

/* To each role: whether the stage is now its, or no longer. */
static void stage_roles_tell(const struct telling *t, struct text name,
                             const struct yaml_node *before, const struct yaml_node *after)
{
    struct text_span both = roles_of_both(t->diff, before, after);
    for (size_t i = 0; i < both.count; i++) {
        bool was = false;
        bool is = false;
        for (size_t k = 0; k < before->count; k++) {
            was |= text_equal(before->items[k]->scalar, both.items[i]);
        }
        for (size_t k = 0; k < after->count; k++) {
            is |= text_equal(after->items[k]->scalar, both.items[i]);
        }
        const struct audience audience = {.roles = {.items = &both.items[i], .count = 1}};
        if (was != is) {
            changes_tell(t->diff->changes, &audience, t->subject, "the stage \"%.*s\" is %s yours",
                         TEXT_PRINT(name), is ? "now" : "no longer");
        }
    }
}

static void stage_changed_tell(const struct telling *t, struct text name,
                               const struct yaml_node *before, const struct yaml_node *after)
{
    static const char *const told[] = {"limit", "roles", NULL};
    struct text limit =
        arena_print(t->diff->arena, "the limit of the stage \"%.*s\"", TEXT_PRINT(name));
    (void)tell_limit(t, limit.data, tree_get(before, "limit"), tree_get(after, "limit"));
    if (scalar_differs(before, after, "roles")) {
        stage_roles_tell(t, name, tree_get(before, "roles"), tree_get(after, "roles"));
    }
    tell_other_keys(t, name, told, before, after);
}

static void stage_tell(struct item_diff *item, const struct yaml_node *before,
                       const struct yaml_node *after)
{
    struct audience audience = {
        .roles = roles_of_both(item->diff, tree_get(before, "roles"), tree_get(after, "roles"))};
    struct telling t = item_telling(item, audience);
    struct text name = called(item, before, after);
    t.prefix = "stage: ";
    if (before != NULL && after != NULL) {
        stage_changed_tell(&t, name, before, after);
        return;
    }
    t.audience.applicants = true;
    changes_tell(t.diff->changes, &t.audience, t.subject, "%s: \"%.*s\"",
                 before == NULL ? "new stage" : "the stage is gone", TEXT_PRINT(name));
}

void tell_stages(struct item_diff *item, const struct yaml_node *before,
                 const struct yaml_node *after)
{
    entries_tell(item, item_audience(item), "stages", before, after, stage_tell);
}

/* -- limits --------------------------------------------------------------------------------- */

static const struct {
    const char *key;
    const char *name;
    bool of_payers; /* the time to pay */
} limits[] = {
    {"statutory", "the limit by law", false},
    {"local", "the limit by local rule", false},
    {"promised", "the promised limit", false},
    {"extension", "the longest extension", false},
    {"deliver", "the time to deliver", false},
    {"acknowledge", "the time to acknowledge", false},
    {"feedback", "the time for feedback", false},
    {"minimum_notice", "the shortest public notice", false},
    {"supplement", "the time to hand in what is missing", false},
    {"payment", "the time to pay", true},
};

enum { LIMIT_COUNT = sizeof limits / sizeof limits[0] };

static void limit_tell(const struct telling *t, const char *key, const char *name,
                       const struct yaml_node *before, const struct yaml_node *after)
{
    static const char *const told[] = {"value", "unit", "default", "max", NULL};
    struct text longest = arena_print(t->diff->arena, "%s at most", name);
    (void)tell_limit(t, name, before, after);
    (void)tell_limit(t, name, tree_get(before, "default"), tree_get(after, "default"));
    (void)tell_limit(t, longest.data, tree_get(before, "max"), tree_get(after, "max"));
    if (before != NULL && after != NULL && before->kind == YAML_MAP && after->kind == YAML_MAP) {
        tell_other_keys(t, arena_print(t->diff->arena, "limits.%s", key), told, before, after);
    }
}

static struct text cause_name(const struct catalogue *catalogue, struct text code)
{
    const struct catalogue_pause_cause *cause = catalogue_pause_cause(catalogue, code);
    return cause == NULL ? code : cause->names.en;
}

void tell_limits(struct item_diff *item, const struct yaml_node *before,
                 const struct yaml_node *after)
{
    const char *told[LIMIT_COUNT + 2] = {"excluded"};
    struct telling t = item_telling(item, item_audience(item));
    struct telling payers = item_telling(item, (struct audience){.payers = true});
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        told[i + 1] = limits[i].key;
        limit_tell(limits[i].of_payers ? &payers : &t, limits[i].key, limits[i].name,
                   tree_get(before, limits[i].key), tree_get(after, limits[i].key));
    }
    if (scalar_differs(before, after, "excluded")) {
        codes_tell(&t, "now also stops the clock", "no longer stops the clock", cause_name,
                   tree_get(before, "excluded"), tree_get(after, "excluded"));
    }
    tell_other_keys(&t, TEXT_LITERAL("limits"), told, before, after);
}
