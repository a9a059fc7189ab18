/* Items: new, retired, changed, key by key. Form, materials, stages, limits and fees stand in
 * diff_item_parts.c and diff_fees.c. */
#include "catalogue_tool/deciders.h"
#include "catalogue_tool/diff_internal.h"

/* -- whom ----------------------------------------------------------------------------------- */

struct telling item_telling(const struct item_diff *item, struct audience audience)
{
    return (struct telling){
        .diff = item->diff, .subject = item->subject, .audience = audience, .prefix = ""};
}

struct audience item_audience(const struct item_diff *item)
{
    return (struct audience){.applicants = true,
                             .roles = deciders_of(item->after, item->diff->arena)};
}

/* -- lists ---------------------------------------------------------------------------------- */

void entries_tell(struct item_diff *item, struct audience audience, const char *what,
                  const struct yaml_node *before, const struct yaml_node *after, item_teller *tell)
{
    size_t told = 0;
    for (size_t i = 0; before != NULL && i < before->count; i++) {
        const struct yaml_node *now = tree_element(after, tree_key(before->items[i]));
        if (!tree_equal(before->items[i], now)) {
            tell(item, before->items[i], now);
            told++;
        }
    }
    for (size_t i = 0; after != NULL && i < after->count; i++) {
        if (tree_element(before, tree_key(after->items[i])) == NULL) {
            tell(item, NULL, after->items[i]);
            told++;
        }
    }
    if (told == 0) {
        changes_tell(item->diff->changes, &audience, item->subject, "%s: stand in another order",
                     what);
    }
}

static bool has_code(const struct yaml_node *list, struct text code)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (text_equal(list->items[i]->scalar, code)) {
            return true;
        }
    }
    return false;
}

void codes_tell(const struct telling *t, const char *is_new, const char *is_gone, code_name *name,
                const struct yaml_node *before, const struct yaml_node *after)
{
    const struct diff *diff = t->diff;
    size_t told = 0;
    for (size_t i = 0; after != NULL && i < after->count; i++) {
        struct text code = after->items[i]->scalar;
        if (!has_code(before, code)) {
            struct text called = name(diff->after->rules.catalogue, code);
            changes_tell(diff->changes, &t->audience, t->subject, "%s%s: %.*s", t->prefix, is_new,
                         TEXT_PRINT(called));
            told++;
        }
    }
    for (size_t i = 0; before != NULL && i < before->count; i++) {
        struct text code = before->items[i]->scalar;
        if (!has_code(after, code)) {
            struct text called = name(diff->before->rules.catalogue, code);
            changes_tell(diff->changes, &t->audience, t->subject, "%s%s: %.*s", t->prefix, is_gone,
                         TEXT_PRINT(called));
            told++;
        }
    }
    if (told == 0) {
        tell_leaves(t, TEXT_LITERAL("order"), before, after);
    }
}

/* Entries without a code: what is not on the other side is new or gone. */
static void sentences_tell(const struct telling *t, const char *what,
                           const struct yaml_node *before, const struct yaml_node *after)
{
    const struct yaml_node *const lists[] = {after, before};
    size_t told = 0;
    for (size_t side = 0; side < 2; side++) {
        const struct yaml_node *list = lists[side];
        const struct yaml_node *other = lists[1 - side];
        for (size_t i = 0; list != NULL && i < list->count; i++) {
            bool stands = false;
            for (size_t k = 0; other != NULL && k < other->count; k++) {
                stands |= tree_equal(list->items[i], other->items[k]);
            }
            if (!stands) {
                struct text entry = tree_get(list->items[i], "names") != NULL ||
                                            tree_get(list->items[i], "en") != NULL
                                        ? name_of_entry(t->diff, list->items[i])
                                        : tree_print(list->items[i], t->diff->arena);
                changes_tell(t->diff->changes, &t->audience, t->subject, "%s %s: %.*s", what,
                             side == 0 ? "now" : "no longer", TEXT_PRINT(entry));
                told++;
            }
        }
    }
    if (told == 0) {
        changes_tell(t->diff->changes, &t->audience, t->subject, "%s: stand in another order",
                     what);
    }
}

/* -- keys of an item ------------------------------------------------------------------------ */

static struct text applicant_name(const struct catalogue *catalogue, struct text code)
{
    for (size_t i = 0; i < catalogue->head.applicant_kind_count; i++) {
        if (text_equal(catalogue->head.applicant_kinds[i].code, code)) {
            return catalogue->head.applicant_kinds[i].names.en;
        }
    }
    return code;
}

static struct text unit_name(const struct catalogue *catalogue, struct text code)
{
    const struct catalogue_unit *unit = catalogue_unit(catalogue, code);
    return unit == NULL ? code : unit->names.en;
}

static struct text plain_code(const struct catalogue *catalogue, struct text code)
{
    (void)catalogue;
    return code;
}

static void tell_names(struct item_diff *item, const struct yaml_node *before,
                       const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    struct text was = tree_text_at(before, "en");
    struct text now = tree_text_at(after, "en");
    if (!text_equal(was, now)) {
        changes_tell(t.diff->changes, &t.audience, t.subject,
                     "is now called \"%.*s\", was \"%.*s\"", TEXT_PRINT(now), TEXT_PRINT(was));
    }
    static const char *const told[] = {"en", NULL};
    tell_other_keys(&t, TEXT_LITERAL("names"), told, before, after);
}

static void tell_applicants(struct item_diff *item, const struct yaml_node *before,
                            const struct yaml_node *after)
{
    struct telling t = item_telling(item, (struct audience){.applicants = true});
    codes_tell(&t, "may now apply", "may no longer apply", applicant_name, before, after);
}

static void tell_channels(struct item_diff *item, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    struct telling t = item_telling(item, (struct audience){.applicants = true});
    codes_tell(&t, "new way to apply", "no longer a way to apply", plain_code, before, after);
}

static void tell_co_departments(struct item_diff *item, const struct yaml_node *before,
                                const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    codes_tell(&t, "takes part now", "takes part no longer", unit_name, before, after);
}

static void tell_department(struct item_diff *item, const struct yaml_node *before,
                            const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    struct text was = unit_name(t.diff->before->rules.catalogue, before->scalar);
    struct text now = unit_name(t.diff->after->rules.catalogue, after->scalar);
    changes_tell(t.diff->changes, &t.audience, t.subject,
                 "is now with the department %.*s, was with %.*s", TEXT_PRINT(now),
                 TEXT_PRINT(was));
}

static void tell_conditions(struct item_diff *item, const struct yaml_node *before,
                            const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    sentences_tell(&t, "conditions:", before, after);
}

static void tell_specials(struct item_diff *item, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    sentences_tell(&t, "special rules:", before, after);
}

static void tell_laws(struct item_diff *item, const struct yaml_node *before,
                      const struct yaml_node *after)
{
    struct telling t = item_telling(item, item_audience(item));
    sentences_tell(&t, "legal basis:", before, after);
}

static void tell_results(struct item_diff *item, const struct yaml_node *before,
                         const struct yaml_node *after)
{
    struct telling t = item_telling(item, (struct audience){.applicants = true});
    sentences_tell(&t, "results:", before, after);
}

static void tell_authority(struct item_diff *item, const struct yaml_node *before,
                           const struct yaml_node *after)
{
    static const char *const told[] = {"decides", "delegated_to_window", NULL};
    struct telling t = item_telling(item, item_audience(item));
    struct text was = tree_text_at(before, "decides");
    struct text now = tree_text_at(after, "decides");
    if (!text_equal(was, now)) {
        struct text was_name = unit_name(t.diff->before->rules.catalogue, was);
        struct text now_name = unit_name(t.diff->after->rules.catalogue, now);
        changes_tell(t.diff->changes, &t.audience, t.subject, "is now decided by %.*s, was by %.*s",
                     TEXT_PRINT(now_name), TEXT_PRINT(was_name));
    }
    if (item->before->authority.delegated_to_window != item->after->authority.delegated_to_window) {
        changes_tell(t.diff->changes, &t.audience, t.subject,
                     "the decision is %s delegated to the window",
                     item->after->authority.delegated_to_window ? "now" : "no longer");
    }
    tell_other_keys(&t, TEXT_LITERAL("authority"), told, before, after);
}

static const struct {
    const char *key;
    item_teller *tell;
} tellers[] = {
    {"names", tell_names},
    {"applicants", tell_applicants},
    {"channels", tell_channels},
    {"co_departments", tell_co_departments},
    {"department", tell_department},
    {"conditions", tell_conditions},
    {"special", tell_specials},
    {"legal_basis", tell_laws},
    {"results", tell_results},
    {"authority", tell_authority},
    {"form", tell_form},
    {"materials", tell_materials},
    {"stages", tell_stages},
    {"limits", tell_limits},
    {"fees", tell_fees},
};

enum { TELLER_COUNT = sizeof tellers / sizeof tellers[0] };

/* -- whole items ---------------------------------------------------------------------------- */

static struct text item_subject(const struct diff *diff, const struct catalogue_item *item)
{
    return arena_print(diff->arena, "%.*s %.*s", TEXT_PRINT(item->code),
                       TEXT_PRINT(item->names.en));
}

/* A new item, or one that is gone: to applicants, payers, and officers stage by stage. */
static void whole_tell(struct diff *diff, const struct catalogue_item *item, bool is_new)
{
    struct text subject = item_subject(diff, item);
    const char *what = is_new ? "is a new item" : "is retired";
    const struct audience applicants = {.applicants = true};
    const struct audience payers = {.payers = true};
    changes_tell(diff->changes, &applicants, subject, "%s%s", what,
                 is_new && !item->open ? ", not open yet" : "");
    for (size_t i = 0; i < item->fee_count; i++) {
        if (item->fees[i].payee != NULL) {
            changes_tell(diff->changes, &payers, subject, "%s with the fee \"%.*s\"", what,
                         TEXT_PRINT(item->fees[i].names.en));
        }
    }
    for (size_t i = 0; i < item->stage_count; i++) {
        const struct audience officers = {.roles = item->stages[i].roles};
        changes_tell(diff->changes, &officers, subject, "%s with your stage \"%.*s\"", what,
                     TEXT_PRINT(item->stages[i].names.en));
    }
}

static void item_tell(struct diff *diff, const struct catalogue_item *before,
                      const struct catalogue_item *after, const struct yaml_node *before_tree,
                      const struct yaml_node *after_tree)
{
    struct item_diff item = {
        .diff = diff, .before = before, .after = after, .subject = item_subject(diff, after)};
    const char *told[TELLER_COUNT + 1] = {NULL};
    struct telling t = item_telling(&item, (struct audience){.applicants = true});
    if (before->open != after->open) {
        changes_tell(diff->changes, &t.audience, t.subject, "%s",
                     after->open ? "is open now: its procedure is there"
                                 : "is no longer open: its procedure is gone");
    }
    for (size_t i = 0; i < TELLER_COUNT; i++) {
        const struct yaml_node *was = tree_get(before_tree, tellers[i].key);
        const struct yaml_node *now = tree_get(after_tree, tellers[i].key);
        told[i] = tellers[i].key;
        if (!tree_equal(was, now)) {
            tellers[i].tell(&item, was, now);
        }
    }
    tell_other_keys(&t, (struct text){0}, told, before_tree, after_tree);
}

void diff_items(struct diff *diff)
{
    const struct catalogue *before = diff->before->rules.catalogue;
    const struct catalogue *after = diff->after->rules.catalogue;
    for (size_t i = 0; i < before->item_count; i++) {
        const struct catalogue_item *item = &before->items[i];
        const struct catalogue_item *now = catalogue_item(after, item->code);
        if (now == NULL) {
            whole_tell(diff, item, false);
        } else {
            item_tell(diff, item, now, folder_item_tree(diff->before_tree, item->code),
                      folder_item_tree(diff->after_tree, item->code));
        }
    }
    for (size_t i = 0; i < after->item_count; i++) {
        if (catalogue_item(before, after->items[i].code) == NULL) {
            whole_tell(diff, &after->items[i], true);
        }
    }
}
