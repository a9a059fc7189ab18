/* Procedures: new, gone, and which states, clocks and transitions are others now. */
#include "catalogue_tool/diff_internal.h"

/* A procedure on both sides. */
struct procedure_diff {
    struct diff *diff;
    struct text subject;
    const struct yaml_node *before;
    const struct yaml_node *after;
};

static const struct audience for_everybody = {.everybody = true};

static struct telling procedure_telling(const struct procedure_diff *p, struct audience audience)
{
    return (struct telling){
        .diff = p->diff, .subject = p->subject, .audience = audience, .prefix = ""};
}

/* -- states and clocks ---------------------------------------------------------------------- */

static void named_tell(const struct procedure_diff *p, const char *key, const char *what,
                       struct text name, const struct yaml_node *before,
                       const struct yaml_node *after)
{
    static const char *const told[] = {"limit", NULL};
    struct telling t = procedure_telling(p, for_everybody);
    struct text path = arena_print(p->diff->arena, "%s.%.*s", key, TEXT_PRINT(name));
    struct text limit =
        arena_print(p->diff->arena, "the limit of the %s %.*s", what, TEXT_PRINT(name));
    if (before == NULL || after == NULL) {
        struct text called = tree_text_at(tree_get(after == NULL ? before : after, "names"), "en");
        changes_tell(p->diff->changes, &t.audience, t.subject, "%s %s %.*s%s%.*s",
                     before == NULL ? "new" : "gone is the", what, TEXT_PRINT(name),
                     text_is_empty(called) ? "" : ": ", TEXT_PRINT(called));
        return;
    }
    (void)tell_limit(&t, limit.data, tree_get(before, "limit"), tree_get(after, "limit"));
    tell_other_keys(&t, path, told, before, after);
}

/* The maps of states or of clocks, by name. */
static void names_compare(const struct procedure_diff *p, const char *key, const char *what)
{
    const struct yaml_node *before = tree_get(p->before, key);
    const struct yaml_node *after = tree_get(p->after, key);
    for (size_t i = 0; before != NULL && i < before->count; i++) {
        const struct yaml_pair *pair = &before->pairs[i];
        const struct yaml_node *now = tree_get(after, pair->key.data);
        if (!tree_equal(pair->value, now)) {
            named_tell(p, key, what, pair->key, pair->value, now);
        }
    }
    for (size_t i = 0; after != NULL && i < after->count; i++) {
        const struct yaml_pair *pair = &after->pairs[i];
        if (tree_get(before, pair->key.data) == NULL) {
            named_tell(p, key, what, pair->key, NULL, pair->value);
        }
    }
}

/* -- transitions ---------------------------------------------------------------------------- */

/* "in submitted: accept", "in submitted: notice over", "in fee_due: on bills_cleared". */
static struct text transition_words(const struct procedure_diff *p, const struct yaml_node *t)
{
    struct text from = tree_text_at(t, "from");
    struct text action = tree_text_at(t, "do");
    struct text clock = tree_text_at(t, "when");
    struct text signal = tree_text_at(t, "on");
    bool is_first = text_equal_string(from, "none");
    struct text trigger = action.data != NULL ? action : clock.data != NULL ? clock : signal;
    struct text where = is_first ? TEXT_LITERAL("at the beginning")
                                 : arena_print(p->diff->arena, "in %.*s", TEXT_PRINT(from));
    return arena_print(p->diff->arena, "%.*s: %s%.*s", TEXT_PRINT(where),
                       signal.data == NULL ? "" : "on ", TEXT_PRINT(trigger));
}

/* Those who may do it; where nobody acts it concerns everybody. */
static struct audience transition_audience(const struct procedure_diff *p,
                                           const struct yaml_node *before,
                                           const struct yaml_node *after)
{
    struct text_span roles = roles_of_both(p->diff, tree_get(before, "by"), tree_get(after, "by"));
    return roles.count == 0 ? for_everybody : (struct audience){.roles = roles};
}

static void transition_alone_tell(const struct procedure_diff *p, const struct yaml_node *t,
                                  bool is_new)
{
    struct audience audience = transition_audience(p, t, NULL);
    struct text words = transition_words(p, t);
    struct text to = tree_text_at(t, "to");
    struct text conditions =
        tree_get(t, "if") == NULL
            ? TEXT_LITERAL("")
            : arena_print(p->diff->arena, " if %.*s",
                          TEXT_PRINT(tree_print(tree_get(t, "if"), p->diff->arena)));
    changes_tell(p->diff->changes, &audience, p->subject, "%.*s%.*s %s %.*s", TEXT_PRINT(words),
                 TEXT_PRINT(conditions), is_new ? "is new and leads to" : "is gone; it led to",
                 TEXT_PRINT(to));
}

/* To each role: whether it may do it now, or no longer. */
static void persons_tell(const struct procedure_diff *p, const struct yaml_node *before,
                         const struct yaml_node *after)
{
    const struct yaml_node *was = tree_get(before, "by");
    const struct yaml_node *now = tree_get(after, "by");
    struct text words = transition_words(p, after);
    struct text_span old = roles_of_both(p->diff, was, NULL);
    struct text_span new = roles_of_both(p->diff, NULL, now);
    struct text_span both = roles_of_both(p->diff, was, now);
    for (size_t i = 0; i < both.count; i++) {
        const struct audience audience = {.roles = {.items = &both.items[i], .count = 1}};
        bool could = text_span_contains(&old, both.items[i]);
        bool can = text_span_contains(&new, both.items[i]);
        if (could != can) {
            changes_tell(p->diff->changes, &audience, p->subject, "%.*s: %.*s %s",
                         TEXT_PRINT(words), TEXT_PRINT(both.items[i]),
                         can ? "may do it now" : "may no longer do it");
        }
    }
}

static struct text field_name(const struct catalogue *catalogue, struct text field)
{
    (void)catalogue;
    return field;
}

static void transition_changed_tell(const struct procedure_diff *p, const struct yaml_node *before,
                                    const struct yaml_node *after)
{
    static const char *const told[] = {"by", "needs", "may", "to", NULL};
    struct telling t = procedure_telling(p, transition_audience(p, before, after));
    struct text words = transition_words(p, after);
    struct text was_to = tree_text_at(before, "to");
    struct text now_to = tree_text_at(after, "to");
    t.prefix = arena_print(p->diff->arena, "%.*s: ", TEXT_PRINT(words)).data;
    persons_tell(p, before, after);
    if (!text_equal(was_to, now_to)) {
        changes_tell(p->diff->changes, &t.audience, t.subject,
                     "%.*s: now leads to %.*s, led to %.*s", TEXT_PRINT(words), TEXT_PRINT(now_to),
                     TEXT_PRINT(was_to));
    }
    if (!tree_equal(tree_get(before, "needs"), tree_get(after, "needs"))) {
        codes_tell(&t, "must now be given", "need no longer be given", field_name,
                   tree_get(before, "needs"), tree_get(after, "needs"));
    }
    if (!tree_equal(tree_get(before, "may"), tree_get(after, "may"))) {
        codes_tell(&t, "may now be given", "may no longer be given", field_name,
                   tree_get(before, "may"), tree_get(after, "may"));
    }
    tell_other_keys(&t, (struct text){0}, told, before, after);
}

enum { LIKENESS_KEYS = 6 };

/* How much two transitions must have in common to be taken for the same one, most first. */
static const char *const likeness[][LIKENESS_KEYS] = {
    {"from", "do", "when", "on", "to", "if"},
    {"from", "do", "when", "on", "if", NULL},
    {"from", "do", "when", "on", "to", NULL},
    {"from", "do", "when", "on", NULL, NULL},
};

enum { LIKENESS_COUNT = sizeof likeness / sizeof likeness[0] };

/* Degree 0: they say the same. */
static bool are_alike(const struct yaml_node *left, const struct yaml_node *right, size_t degree)
{
    if (degree == 0) {
        return tree_equal(left, right);
    }
    for (size_t i = 0; i < LIKENESS_KEYS && likeness[degree - 1][i] != NULL; i++) {
        const char *key = likeness[degree - 1][i];
        if (!tree_equal(tree_get(left, key), tree_get(right, key))) {
            return false;
        }
    }
    return true;
}

/* Transitions of both sides, and which of them have found their like. */
struct pairing {
    const struct yaml_node *before;
    const struct yaml_node *after;
    bool *before_done;
    bool *after_done;
};

/* The transition of the other side to which number `index` is alike; -1 when there is none left. */
static int like_of(const struct pairing *pairing, size_t index, size_t degree)
{
    for (size_t k = 0; k < pairing->after->count; k++) {
        if (!pairing->after_done[k] &&
            are_alike(pairing->before->items[index], pairing->after->items[k], degree)) {
            return (int)k;
        }
    }
    return -1;
}

static void pairs_tell(const struct procedure_diff *p, struct pairing *pairing, size_t degree)
{
    for (size_t i = 0; i < pairing->before->count; i++) {
        int like = pairing->before_done[i] ? -1 : like_of(pairing, i, degree);
        if (like >= 0) {
            pairing->before_done[i] = true;
            pairing->after_done[like] = true;
            transition_changed_tell(p, pairing->before->items[i], pairing->after->items[like]);
        }
    }
}

/* Transitions have no name: those that say the same are set aside, then the likest are paired. */
static void transitions_compare(const struct procedure_diff *p)
{
    const struct yaml_node *before = tree_get(p->before, "transitions");
    const struct yaml_node *after = tree_get(p->after, "transitions");
    struct pairing pairing = {
        .before = before,
        .after = after,
        .before_done = arena_take_array(p->diff->arena, before->count, sizeof(bool)),
        .after_done = arena_take_array(p->diff->arena, after->count, sizeof(bool)),
    };
    for (size_t degree = 0; degree <= LIKENESS_COUNT; degree++) {
        pairs_tell(p, &pairing, degree);
    }
    for (size_t i = 0; i < before->count; i++) {
        if (!pairing.before_done[i]) {
            transition_alone_tell(p, before->items[i], false);
        }
    }
    for (size_t k = 0; k < after->count; k++) {
        if (!pairing.after_done[k]) {
            transition_alone_tell(p, after->items[k], true);
        }
    }
}

/* -- whole procedures ----------------------------------------------------------------------- */

/* "procedure permit (UMB-P-001, MSA-P-001)": with the items that move by it. */
static struct text procedure_subject(struct diff *diff, const struct folder *side, struct text name)
{
    const struct catalogue *catalogue = side->rules.catalogue;
    struct text items = {0};
    for (size_t i = 0; i < catalogue->item_count; i++) {
        if (text_equal(catalogue->items[i].machine, name)) {
            struct text code = catalogue->items[i].code;
            items = items.data == NULL ? code
                                       : arena_print(diff->arena, "%.*s, %.*s", TEXT_PRINT(items),
                                                     TEXT_PRINT(code));
        }
    }
    return items.data == NULL ? arena_print(diff->arena, "procedure %.*s", TEXT_PRINT(name))
                              : arena_print(diff->arena, "procedure %.*s (%.*s)", TEXT_PRINT(name),
                                            TEXT_PRINT(items));
}

static const struct yaml_node *procedure_tree(struct diff *diff, const struct folder *side,
                                              struct text name)
{
    for (size_t i = 0; i < side->files.procedure_count; i++) {
        const struct yaml_node *tree = folder_tree(&side->files.procedures[i], diff->arena);
        if (text_equal(tree_text_at(tree, "procedure"), name)) {
            return tree;
        }
    }
    return NULL;
}

static void procedure_compare(struct diff *diff, struct text name)
{
    static const char *const told[] = {"states", "clocks", "transitions", NULL};
    struct procedure_diff p = {
        .diff = diff,
        .subject = procedure_subject(diff, diff->after, name),
        .before = procedure_tree(diff, diff->before, name),
        .after = procedure_tree(diff, diff->after, name),
    };
    struct telling t = procedure_telling(&p, for_everybody);
    if (p.before == NULL || p.after == NULL) {
        changes_tell(diff->changes, &t.audience, t.subject, "the procedure is %s",
                     p.before == NULL ? "new" : "gone");
        return;
    }
    tell_other_keys(&t, (struct text){0}, told, p.before, p.after);
    names_compare(&p, "clocks", "clock");
    names_compare(&p, "states", "state");
    transitions_compare(&p);
}

void diff_procedures(struct diff *diff)
{
    const struct catalogue *before = diff->before->rules.catalogue;
    const struct catalogue *after = diff->after->rules.catalogue;
    for (size_t i = 0; i < before->procedure_count; i++) {
        procedure_compare(diff, before->procedures[i]->name);
    }
    for (size_t i = 0; i < after->procedure_count; i++) {
        if (catalogue_procedure(before, after->procedures[i]->name) == NULL) {
            procedure_compare(diff, after->procedures[i]->name);
        }
    }
}
