#include "catalogue_tool/changes.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum group { GROUP_APPLICANTS, GROUP_PAYERS, GROUP_OFFICERS, GROUP_EVERYBODY, GROUPS };

enum { CAPACITY_FIRST = 64 };

struct change {
    enum group group;
    struct text role; /* GROUP_OFFICERS: what its people are called */
    struct text subject;
    struct text sentence;
};

struct changes {
    const struct catalogue *before;
    const struct catalogue *after;
    struct arena *arena;
    struct change *items;
    size_t count;
    size_t capacity;
};

struct changes *changes_new(const struct catalogue *before, const struct catalogue *after,
                            struct arena *arena)
{
    struct changes *changes = arena_take(arena, sizeof *changes);
    *changes = (struct changes){.before = before, .after = after, .arena = arena};
    return changes;
}

/* -- adding --------------------------------------------------------------------------------- */

static bool change_equal(const struct change *left, const struct change *right)
{
    return left->group == right->group && text_equal(left->role, right->role) &&
           text_equal(left->subject, right->subject) && text_equal(left->sentence, right->sentence);
}

static void change_add(struct changes *changes, struct change change)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (change_equal(&changes->items[i], &change)) {
            return;
        }
    }
    if (changes->count == changes->capacity) {
        size_t capacity = changes->capacity == 0 ? CAPACITY_FIRST : 2 * changes->capacity;
        struct change *items = arena_take_array(changes->arena, capacity, sizeof *items);
        if (changes->count > 0) {
            memcpy(items, changes->items, changes->count * sizeof *items);
        }
        changes->items = items;
        changes->capacity = capacity;
    }
    changes->items[changes->count++] = change;
}

static const struct catalogue_role *role_find(const struct changes *changes, struct text code)
{
    const struct catalogue_role *role = catalogue_role(changes->after, code);
    return role != NULL ? role : catalogue_role(changes->before, code);
}

/* Where people with that role or relation are told. */
static struct change change_for_role(const struct changes *changes, struct text code)
{
    const struct catalogue_role *role = role_find(changes, code);
    if (role != NULL && !text_equal_string(role->group, "applicant")) {
        return (struct change){.group = GROUP_OFFICERS,
                               .role =
                                   arena_print(changes->arena, "%.*s (%.*s)",
                                               TEXT_PRINT(role->names.en), TEXT_PRINT(role->code))};
    }
    bool pays = text_equal_string(code, "payer");
    return (struct change){.group = pays ? GROUP_PAYERS : GROUP_APPLICANTS};
}

static struct text sentence_print(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static struct text sentence_print(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(size >= 0);
    char *sentence = arena_take(arena, (size_t)size + 1);
    (void)vsnprintf(sentence, (size_t)size + 1, format, arguments);
    return (struct text){sentence, (size_t)size};
}

void changes_tell(struct changes *changes, const struct audience *audience, struct text subject,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct text told = sentence_print(changes->arena, format, arguments);
    va_end(arguments);
    const bool wanted[GROUPS] = {
        [GROUP_APPLICANTS] = audience->applicants,
        [GROUP_PAYERS] = audience->payers,
        [GROUP_EVERYBODY] = audience->everybody,
    };
    for (int group = 0; group < GROUPS; group++) {
        if (wanted[group]) {
            change_add(
                changes,
                (struct change){.group = (enum group)group, .subject = subject, .sentence = told});
        }
    }
    for (size_t i = 0; i < audience->roles.count; i++) {
        struct change change = change_for_role(changes, audience->roles.items[i]);
        change.subject = subject;
        change.sentence = told;
        change_add(changes, change);
    }
}

size_t changes_count(const struct changes *changes)
{
    return changes->count;
}

/* -- writing -------------------------------------------------------------------------------- */

/* The changes of one group and one role, as they are written under one heading. */
struct heading {
    enum group group;
    struct text role;
};

static bool belongs(const struct change *change, const struct heading *heading)
{
    return change->group == heading->group && text_equal(change->role, heading->role);
}

/* True when an earlier change of the heading has the same subject. */
static bool subject_was_written(const struct changes *changes, const struct heading *heading,
                                size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (belongs(&changes->items[i], heading) &&
            text_equal(changes->items[i].subject, changes->items[index].subject)) {
            return true;
        }
    }
    return false;
}

static void subjects_write(const struct changes *changes, const struct heading *heading, int indent,
                           struct buffer *page)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (!belongs(&changes->items[i], heading) || subject_was_written(changes, heading, i)) {
            continue;
        }
        struct text subject = changes->items[i].subject;
        buffer_print(page, "%*s%.*s\n", indent, "", TEXT_PRINT(subject));
        for (size_t k = i; k < changes->count; k++) {
            const struct change *change = &changes->items[k];
            if (belongs(change, heading) && text_equal(change->subject, subject)) {
                buffer_print(page, "%*s- %.*s\n", indent + 2, "", TEXT_PRINT(change->sentence));
            }
        }
    }
}

static bool role_was_written(const struct changes *changes, size_t index)
{
    const struct change *change = &changes->items[index];
    for (size_t i = 0; i < index; i++) {
        if (changes->items[i].group == change->group &&
            text_equal(changes->items[i].role, change->role)) {
            return true;
        }
    }
    return false;
}

static void group_write(const struct changes *changes, enum group group, struct buffer *page)
{
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        if (change->group != group || role_was_written(changes, i)) {
            continue;
        }
        bool has_role = !text_is_empty(change->role);
        struct heading heading = {.group = group, .role = change->role};
        if (has_role) {
            buffer_print(page, "  %.*s\n", TEXT_PRINT(change->role));
        }
        subjects_write(changes, &heading, has_role ? 4 : 2, page);
    }
}

void changes_write(const struct changes *changes, struct buffer *page)
{
    static const char *const titles[GROUPS] = {
        [GROUP_APPLICANTS] = "For applicants and others with a case",
        [GROUP_PAYERS] = "For payers",
        [GROUP_OFFICERS] = "For officers",
        [GROUP_EVERYBODY] = "For everybody",
    };
    bool is_first = true;
    for (int group = 0; group < GROUPS; group++) {
        size_t count = 0;
        for (size_t i = 0; i < changes->count; i++) {
            count += changes->items[i].group == (enum group)group ? 1 : 0;
        }
        if (count > 0) {
            buffer_print(page, "%s%s\n", is_first ? "" : "\n", titles[group]);
            group_write(changes, (enum group)group, page);
            is_first = false;
        }
    }
}
