/* Questions about versions of the catalogue: which there are, how they stand, what they change. */
#include "intake.h"

#include "catalogue/disclosures.h"
#include "crypto/sha256.h"
#include "matter/calendars.h"

#include <inttypes.h>

enum { LACKING_MAX = 200 };

static const char item_prefix[] = "item:";

/* -- which is in force ------------------------------------------------------------------------ */

enum verdict query_catalogue(struct reading *reading, const void *question)
{
    const struct intake *intake = reading->state->memory;
    const struct ask_catalogue *asked = question;
    const char *refusal = publishing_refusal(reading->state, reading->principal);
    struct catalogue_row row;
    /* Who loaded the first and did not hear so asks again, and is told that it is there. */
    if (asked->publishing && refusal != NULL && !loads_first_catalogue(reading->principal)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "%s", refusal);
    }
    struct catalogue_told *told = arena_take(reading->arena, sizeof *told);
    told->version = rules_active_version(intake->shelf, reading->state);
    told->sha256 = rules_active_hash(intake->shelf, reading->state);
    told->calendar = calendars_active(intake->shelf, reading->state);
    told->next = version_next(reading->state);
    if (version_row(reading->state, told->version, &row)) {
        told->halted = row.halt.items;
    }
    return reading_answer(reading, &catalogue_told_message, told);
}

/* -- what a version changes ------------------------------------------------------------------- */

struct parts {
    const struct catalogue_part_registered *items;
    size_t count;
};

static struct parts parts_read(struct reading *reading, int64_t version)
{
    const struct intake *intake = reading->state->memory;
    int64_t count = rules_part_count(intake->shelf, reading->state, version);
    struct catalogue_part_registered *items =
        arena_take_array(reading->arena, (size_t)count, sizeof *items);
    struct parts parts = {.items = items};
    for (int64_t index = 0; index < count; index++) {
        if (rules_part(intake->shelf, reading->state, version, index, &items[parts.count])) {
            parts.count++;
        }
    }
    return parts;
}

static bool is_item(const struct catalogue_part_registered *part)
{
    return text_starts_with(part->name, item_prefix);
}

static const struct catalogue_part_registered *item_find(const struct parts *parts,
                                                         struct text name)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (text_equal(parts->items[i].name, name)) {
            return &parts->items[i];
        }
    }
    return NULL;
}

/* The hash over a file without the items in it. */
static struct hash file_hash(const struct parts *parts, struct text file)
{
    struct hasher hasher;
    hasher_init(&hasher);
    hash_begin(&hasher);
    for (size_t i = 0; i < parts->count; i++) {
        if (text_equal(parts->items[i].file, file) && !is_item(&parts->items[i])) {
            hash_add(&hasher, parts->items[i].text);
        }
    }
    struct hash hash = hash_end(&hasher);
    hasher_free(&hasher);
    return hash;
}

static void name_add(struct text_list *list, struct text name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i], name)) {
            return;
        }
    }
    list->items[list->count++] = name;
}

/* Adds the files of `parts` that differ between the two. */
static void files_compare(const struct parts *parts, const struct parts *others,
                          struct text_list *differing)
{
    for (size_t i = 0; i < parts->count; i++) {
        struct text file = parts->items[i].file;
        bool is_next = i > 0 && text_equal(parts->items[i - 1].file, file);
        struct hash left = is_next ? (struct hash){0} : file_hash(parts, file);
        struct hash right = is_next ? left : file_hash(others, file);
        if (!hash_equal(&left, &right)) {
            name_add(differing, file);
        }
    }
}

static void items_compare(const struct parts *now, const struct parts *before,
                          struct catalogue_changes *changes)
{
    for (size_t i = 0; i < now->count; i++) {
        const struct catalogue_part_registered *part = &now->items[i];
        struct text code =
            is_item(part) ? text_after(part->name, sizeof item_prefix - 1) : part->name;
        const struct catalogue_part_registered *old = item_find(before, part->name);
        if (is_item(part) && old == NULL) {
            name_add(&changes->added, code);
        } else if (is_item(part) && !bytes_equal(part->text, old->text)) {
            name_add(&changes->changed, code);
        }
    }
    for (size_t i = 0; i < before->count; i++) {
        const struct catalogue_part_registered *part = &before->items[i];
        if (is_item(part) && item_find(now, part->name) == NULL) {
            name_add(&changes->retired, text_after(part->name, sizeof item_prefix - 1));
        }
    }
}

static struct text_list list_for(struct reading *reading, size_t count)
{
    return (struct text_list){.items =
                                  arena_take_array(reading->arena, count, sizeof(struct text))};
}

static struct catalogue_changes changes_of(struct reading *reading, int64_t version,
                                           int64_t against)
{
    struct parts now = parts_read(reading, version);
    struct parts before = parts_read(reading, against);
    struct catalogue_changes changes = {
        .against = against,
        .added = list_for(reading, now.count),
        .changed = list_for(reading, now.count),
        .retired = list_for(reading, before.count),
        .files = list_for(reading, now.count + before.count),
    };
    items_compare(&now, &before, &changes);
    files_compare(&now, &before, &changes.files);
    files_compare(&before, &now, &changes.files);
    return changes;
}

/* -- versions --------------------------------------------------------------------------------- */

static struct action_offered_list actions_of(struct reading *reading, const struct matter *matter)
{
    struct onlooker onlooker = {
        .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
    return matter_actions(&intake_flow, matter, &onlooker, reading->arena);
}

/* Tells of a version; false when there is none of that number. */
static bool version_tell(struct reading *reading, int64_t version,
                         struct catalogue_version_told *ret_told, bool *ret_ended)
{
    struct catalogue_row row;
    struct matter matter;
    if (!version_row(reading->state, version, &row) ||
        !matter_load(&intake_flow, reading->state, &row.case_id, &matter)) {
        return false;
    }
    *ret_ended = row.replaced_by != 0 || matter.procedure->states[matter.state].is_end;
    *ret_told = (struct catalogue_version_told){
        .version = version,
        .id = row.case_id,
        .number = matter.row.number,
        .status = matter.row.state,
        .part_version = matter.row.version,
        .base = row.base,
        .parts = row.parts,
        .sha256 = row.sha256,
        .drafted_at = row.drafted_at,
        .effective_on = row.effective_on,
        .active_from = row.active_from,
        .active_until = row.active_until,
        .replaced_by = row.replaced_by,
        .halt = row.halt,
        .held_back = row.held_back,
    };
    if (row.replaced_by == 0) {
        ret_told->actions = actions_of(reading, &matter);
    }
    return true;
}

struct lacking {
    struct arena *arena;
    struct text_list *list;
};

static void lacking_look(void *context, const struct hall_rules *rules)
{
    struct lacking *lacking = context;
    const struct catalogue *catalogue = rules->catalogue;
    lacking->list->items =
        arena_take_array(lacking->arena, catalogue->item_count, sizeof(struct text));
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const char *lacks = catalogue_undisclosed(&catalogue->items[i]);
        if (lacks != NULL && lacking->list->count < LACKING_MAX) {
            lacking->list->items[lacking->list->count++] = arena_print(
                lacking->arena, "%.*s: %s", TEXT_PRINT(catalogue->items[i].code), lacks);
        }
    }
}

/* What keeps a draft from being submitted. */
static void lacking_tell(struct reading *reading, struct catalogue_version_told *told)
{
    const struct intake *intake = reading->state->memory;
    struct lacking lacking = {.arena = reading->arena, .list = &told->undisclosed};
    if (text_equal_string(told->status, "draft") && told->replaced_by == 0) {
        (void)rules_look(intake->shelf, reading->state, told->version, reading->arena, lacking_look,
                         &lacking);
    }
}

/* The one that is asked for, with what it changes. */
static void changes_tell(struct reading *reading, struct catalogue_version_told *told)
{
    const struct intake *intake = reading->state->memory;
    int64_t active = rules_active_version(intake->shelf, reading->state);
    int64_t against = told->active_from == 0 ? active : told->base;
    if (against != 0) {
        told->changes = changes_of(reading, told->version, against);
    }
}

enum verdict query_catalogue_versions(struct reading *reading, const void *question)
{
    const struct ask_catalogue_versions *asked = question;
    struct catalogue_versions_told *told = arena_take(reading->arena, sizeof *told);
    size_t limit = (size_t)asked->limit;
    int64_t newest = version_next(reading->state) - 1;
    bool of_files = !hash_is_none(&asked->sha256);
    if (asked->before != 0 && asked->before <= newest) {
        newest = asked->before - 1;
    }
    newest = asked->version == 0 ? newest : asked->version;
    int64_t oldest = asked->version == 0 ? 1 : asked->version;
    told->items.items = arena_take_array(reading->arena, limit, sizeof *told->items.items);
    for (int64_t version = newest; version >= oldest; version--) {
        struct catalogue_version_told *item = &told->items.items[told->items.count];
        bool ended = false;
        if (told->items.count == limit) {
            told->next = arena_print(reading->arena, "%" PRId64, version + 1);
            break;
        }
        if (version_tell(reading, version, item, &ended) &&
            (!of_files || (!ended && hash_equal(&item->sha256, &asked->sha256)))) {
            told->items.count++;
        }
    }
    if (asked->version != 0 && told->items.count == 1) {
        changes_tell(reading, &told->items.items[0]);
        lacking_tell(reading, &told->items.items[0]);
    }
    return reading_answer(reading, &catalogue_versions_told_message, told);
}
