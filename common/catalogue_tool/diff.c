/* The comparison as a whole, and what its parts have in common. */
#include "catalogue_tool/diff.h"

#include "catalogue_tool/diff_internal.h"
#include "catalogue_tool/words.h"
#include "clock/explain.h"

#include <stdlib.h>
#include <string.h>

/* -- names ---------------------------------------------------------------------------------- */

struct text name_of_entry(const struct diff *diff, const struct yaml_node *entry)
{
    struct text name = tree_text_at(tree_get(entry, "names"), "en");
    name = name.data == NULL ? tree_text_at(entry, "en") : name;
    return name.data == NULL ? tree_print(entry, diff->arena) : name;
}

struct text yuan_of(const struct diff *diff, struct text fen)
{
    char digits[24] = "";
    memcpy(digits, fen.data, fen.size < sizeof digits ? fen.size : 0);
    return yuan_words(strtoll(digits, NULL, 10), NAME_EN, diff->arena);
}

struct text_span roles_of_both(const struct diff *diff, const struct yaml_node *before,
                               const struct yaml_node *after)
{
    const struct yaml_node *const lists[] = {before, after};
    size_t count = (before == NULL ? 0 : before->count) + (after == NULL ? 0 : after->count);
    struct text_span roles = {.items = arena_take_array(diff->arena, count, sizeof *roles.items)};
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; lists[i] != NULL && k < lists[i]->count; k++) {
            struct text role = lists[i]->items[k]->scalar;
            if (!text_span_contains(&roles, role)) {
                roles.items[roles.count++] = role;
            }
        }
    }
    return roles;
}

/* -- leaves --------------------------------------------------------------------------------- */

/* A part of the file in words: an entry by its name, a list of entries by what they are known by.
 */
static struct text part_words(const struct diff *diff, const struct yaml_node *part)
{
    if (part->kind != YAML_LIST || !tree_is_keyed(part)) {
        return name_of_entry(diff, part);
    }
    struct text words = {0};
    for (size_t i = 0; i < part->count; i++) {
        words = joined(words, tree_key(part->items[i]), NAME_EN, diff->arena);
    }
    return words;
}

static void leaf_tell(void *context, struct text path, const struct yaml_node *before,
                      const struct yaml_node *after)
{
    const struct telling *t = context;
    struct diff *diff = t->diff;
    struct text was = before == NULL ? (struct text){0} : part_words(diff, before);
    struct text now = after == NULL ? (struct text){0} : part_words(diff, after);
    if (before == NULL) {
        changes_tell(diff->changes, &t->audience, t->subject, "%s%.*s is new: %.*s", t->prefix,
                     TEXT_PRINT(path), TEXT_PRINT(now));
    } else if (after == NULL) {
        changes_tell(diff->changes, &t->audience, t->subject, "%s%.*s is gone, was %.*s", t->prefix,
                     TEXT_PRINT(path), TEXT_PRINT(was));
    } else {
        changes_tell(diff->changes, &t->audience, t->subject, "%s%.*s is now %.*s, was %.*s",
                     t->prefix, TEXT_PRINT(path), TEXT_PRINT(now), TEXT_PRINT(was));
    }
}

void tell_leaves(const struct telling *telling, struct text path, const struct yaml_node *before,
                 const struct yaml_node *after)
{
    struct telling copy = *telling;
    tree_compare(before, after, path, telling->diff->arena, leaf_tell, &copy);
}

static bool is_among(const char *const *names, struct text name)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (text_equal_string(name, names[i])) {
            return true;
        }
    }
    return false;
}

void tell_other_keys(const struct telling *telling, struct text path, const char *const *told,
                     const struct yaml_node *before, const struct yaml_node *after)
{
    const struct yaml_node *const maps[] = {before, after};
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; maps[side] != NULL && i < maps[side]->count; i++) {
            struct text key = maps[side]->pairs[i].key;
            bool is_told = is_among(told, key) || (side == 1 && tree_get(before, key.data) != NULL);
            if (!is_told) {
                struct text place = text_is_empty(path)
                                        ? key
                                        : arena_print(telling->diff->arena, "%.*s.%.*s",
                                                      TEXT_PRINT(path), TEXT_PRINT(key));
                tell_leaves(telling, place, tree_get(before, key.data), tree_get(after, key.data));
            }
        }
    }
}

/* -- limits --------------------------------------------------------------------------------- */

static struct clock_limit limit_of(const struct yaml_node *node)
{
    char digits[24] = "";
    struct text value = tree_text_at(node, "value");
    memcpy(digits, value.data, value.size < sizeof digits ? value.size : 0);
    return (struct clock_limit){
        .value = strtoll(digits, NULL, 10),
        .unit = (enum limit_unit)wire_enum_value(&limit_unit_enum, tree_text_at(node, "unit")),
    };
}

/* Which of the two is longer: in other units the calendar knows, day by day. */
static const char *length_words(const struct diff *diff, struct clock_limit before,
                                struct clock_limit after)
{
    if (before.unit == after.unit) {
        return before.value < after.value ? "longer" : "shorter";
    }
    const struct clock_context *clocks = &diff->after->rules.clocks;
    if (clock_promise_agrees(after, before, clocks, NULL)) {
        return "shorter";
    }
    return clock_promise_agrees(before, after, clocks, NULL)
               ? "longer"
               : "shorter or longer, as the days fall";
}

bool tell_limit(const struct telling *t, const char *name, const struct yaml_node *before,
                const struct yaml_node *after)
{
    struct diff *diff = t->diff;
    bool has_before = tree_get(before, "value") != NULL;
    bool has_after = tree_get(after, "value") != NULL;
    struct clock_limit was = has_before ? limit_of(before) : (struct clock_limit){0};
    struct clock_limit now = has_after ? limit_of(after) : (struct clock_limit){0};
    if (was.value == now.value && was.unit == now.unit && has_before == has_after) {
        return false;
    }
    struct text was_words =
        has_before ? amount_words(NAME_EN, was.unit, was.value, diff->arena) : TEXT_LITERAL("none");
    struct text now_words =
        has_after ? amount_words(NAME_EN, now.unit, now.value, diff->arena) : TEXT_LITERAL("none");
    if (has_before && has_after) {
        changes_tell(diff->changes, &t->audience, t->subject, "%s is %s: %.*s, was %.*s", name,
                     length_words(diff, was, now), TEXT_PRINT(now_words), TEXT_PRINT(was_words));
    } else {
        changes_tell(diff->changes, &t->audience, t->subject, "%s is now %.*s, was %.*s", name,
                     TEXT_PRINT(now_words), TEXT_PRINT(was_words));
    }
    return true;
}

/* -- the whole ------------------------------------------------------------------------------ */

/* Everything of catalogue.yaml that is no item. */
static void head_tell(struct diff *diff)
{
    static const char *const told[] = {"items", NULL};
    const struct telling telling = {.diff = diff,
                                    .subject = TEXT_LITERAL("catalogue"),
                                    .audience = {.everybody = true},
                                    .prefix = ""};
    tell_other_keys(&telling, (struct text){0}, told, diff->before_tree, diff->after_tree);
}

static void messages_tell(struct diff *diff)
{
    const struct yaml_node *before = folder_tree(&diff->before->files.templates, diff->arena);
    const struct yaml_node *after = folder_tree(&diff->after->files.templates, diff->arena);
    const struct telling telling = {.diff = diff,
                                    .subject = TEXT_LITERAL("messages"),
                                    .audience = {.applicants = true},
                                    .prefix = ""};
    tell_leaves(&telling, TEXT_LITERAL("messages"), tree_get(before, "messages"),
                tree_get(after, "messages"));
}

size_t diff_folders(const struct folder *before, const struct folder *after, struct arena *arena,
                    struct buffer *page)
{
    struct diff diff = {
        .before = before,
        .after = after,
        .before_tree = folder_tree(&before->files.catalogue, arena),
        .after_tree = folder_tree(&after->files.catalogue, arena),
        .changes = changes_new(before->rules.catalogue, after->rules.catalogue, arena),
        .arena = arena,
    };
    diff_items(&diff);
    diff_procedures(&diff);
    messages_tell(&diff);
    diff_calendar(&diff);
    head_tell(&diff);
    changes_write(diff.changes, page);
    return changes_count(diff.changes);
}
