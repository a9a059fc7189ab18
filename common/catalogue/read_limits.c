/* The limits of an item: what the law and the promise say, and whether the stages fit into it. */
#include "catalogue/draft.h"

#include <inttypes.h>

/* -- reading -------------------------------------------------------------------------------- */

static void limit_entry_read(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                             enum yaml_presence presence, struct catalogue_limit *limit)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return;
    }
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, node, yaml_field(map, key));
    limit->limit = limit_from(&inner);
    limit->basis = draft_label(&inner, "basis", YAML_REQUIRED);
    limit->status = draft_status(&inner, YAML_REQUIRED);
    if (limit == &draft->item->limits.extension) {
        limit->approver = draft_role(draft, &inner, "approver", YAML_REQUIRED);
    }
    yaml_map_close(&inner);
}

static void period_read(struct yaml_map *map, const char *key, struct catalogue_period *period)
{
    const struct yaml_node *node = yaml_get(map, key, YAML_OPTIONAL);
    if (node == NULL) {
        return;
    }
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, node, yaml_field(map, key));
    period->usual = limit_read(&inner, "default", YAML_REQUIRED);
    period->max = limit_read(&inner, "max", YAML_REQUIRED);
    period->basis = draft_label(&inner, "basis", YAML_REQUIRED);
    period->status = draft_status(&inner, YAML_REQUIRED);
    if (!text_equal(period->usual.unit, period->max.unit) ||
        period->max.value < period->usual.value) {
        yaml_error(map->file, yaml_line(&inner, "max"), yaml_field(&inner, "max"),
                   "must be in the unit of default and not less than it");
    }
    yaml_map_close(&inner);
}

/* A promise is never longer than the law. In the same unit the numbers tell; in another, the
 * calendar, whom the caller asks (domain rule: due no later for any start date). */
static bool promise_fits(const struct catalogue_draft *draft, struct stated_limit promise,
                         struct stated_limit law)
{
    if (text_equal(promise.unit, law.unit)) {
        return promise.value <= law.value;
    }
    const struct catalogue_inputs *inputs = draft->inputs;
    return inputs->promise_fits == NULL || inputs->promise_fits(inputs->context, promise, law);
}

/* The longest limit in the unit of `promise`, which does not fit, that does; 0 when none does. */
static int64_t longest_promise(const struct catalogue_draft *draft, struct stated_limit promise,
                               struct stated_limit law)
{
    int64_t fits = 0;
    int64_t too_long = promise.value;
    while (too_long - fits > 1) {
        struct stated_limit middle = {.value = fits + (too_long - fits) / 2, .unit = promise.unit};
        if (promise_fits(draft, middle, law)) {
            fits = middle.value;
        } else {
            too_long = middle.value;
        }
    }
    return fits;
}

static void promise_check(struct catalogue_draft *draft, struct yaml_map *map,
                          const struct catalogue_limit *law, const char *law_key)
{
    struct stated_limit promise = draft->item->limits.promised.limit;
    if (law->limit.unit.data == NULL || promise.unit.data == NULL ||
        promise_fits(draft, promise, law->limit)) {
        return;
    }
    int64_t longest = longest_promise(draft, promise, law->limit);
    struct text right = longest > 0
                            ? arena_print(map->file->arena, "promise at most %" PRId64 " %.*s",
                                          longest, TEXT_PRINT(promise.unit))
                            : arena_print(map->file->arena, "promise it in %.*s as the law does",
                                          TEXT_PRINT(law->limit.unit));
    yaml_error(map->file, yaml_line(map, "promised"), yaml_field(map, "promised"),
               "is longer than %s: %" PRId64 " %.*s against %" PRId64 " %.*s; %.*s", law_key,
               promise.value, TEXT_PRINT(promise.unit), law->limit.value,
               TEXT_PRINT(law->limit.unit), TEXT_PRINT(right));
}

void draft_limits(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_limits *limits = &draft->item->limits;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "limits", YAML_REQUIRED),
                  yaml_field(map, "limits"));
    /* That the law has no limit is stated too. */
    enum yaml_presence statutory =
        yaml_is_null(&inner, "statutory") ? YAML_OPTIONAL : YAML_REQUIRED;
    limit_entry_read(draft, &inner, "statutory", statutory, &limits->statutory);
    limit_entry_read(draft, &inner, "local", YAML_OPTIONAL, &limits->local);
    limit_entry_read(draft, &inner, "promised", YAML_REQUIRED, &limits->promised);
    limit_entry_read(draft, &inner, "extension", YAML_OPTIONAL, &limits->extension);
    limit_entry_read(draft, &inner, "deliver", YAML_OPTIONAL, &limits->deliver);
    limit_entry_read(draft, &inner, "acknowledge", YAML_OPTIONAL, &limits->acknowledge);
    limit_entry_read(draft, &inner, "feedback", YAML_OPTIONAL, &limits->feedback);
    limit_entry_read(draft, &inner, "minimum_notice", YAML_OPTIONAL, &limits->minimum_notice);
    period_read(&inner, "supplement", &limits->supplement);
    period_read(&inner, "payment", &limits->payment);
    limits->excluded = draft_references(&inner, "excluded", YAML_REQUIRED,
                                        CODED(head->pause_causes, head->pause_cause_count),
                                        "a cause that may stop a clock");
    promise_check(draft, &inner, &limits->statutory, "statutory");
    promise_check(draft, &inner, &limits->local, "local");
    yaml_map_close(&inner);
}

/* -- stages within the promise -------------------------------------------------------------- */

/* Units that measure the same kind of time: their limits may be added. */
enum family { FAMILY_NONE, FAMILY_WORKING, FAMILY_RUNNING, FAMILY_MONTHS };

/* A length in the smallest unit of its family: work hours, hours, months. */
struct length {
    enum family family;
    int64_t value;
};

static struct length length_of(const struct catalogue_draft *draft, struct stated_limit limit)
{
    enum { HOURS_PER_DAY = 24 };
    if (text_equal_string(limit.unit, "workday")) {
        int64_t hours = draft->catalogue->head.hours.work_hours_per_day;
        return (struct length){FAMILY_WORKING, limit.value * hours};
    }
    if (text_equal_string(limit.unit, "work_hour")) {
        return (struct length){FAMILY_WORKING, limit.value};
    }
    if (text_equal_string(limit.unit, "calendar_day")) {
        return (struct length){FAMILY_RUNNING, limit.value * HOURS_PER_DAY};
    }
    if (text_equal_string(limit.unit, "hour")) {
        return (struct length){FAMILY_RUNNING, limit.value};
    }
    if (text_equal_string(limit.unit, "month")) {
        return (struct length){FAMILY_MONTHS, limit.value};
    }
    return (struct length){FAMILY_NONE, 0};
}

/* What the stage takes of a promise of that family: nothing when its clock does not count. */
static int64_t stage_share(const struct catalogue_draft *draft, const struct catalogue_stage *stage,
                           enum family family)
{
    struct length length = length_of(draft, stage->limit);
    bool counts = stage->clock != NULL && stage->clock->counts && length.family == family;
    return counts ? length.value : 0;
}

/* True when a stage before `index` belongs to the same parallel group. */
static bool group_was_counted(const struct catalogue_item *item, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (!item->stages[i].optional && item->stages[i].parallel_group.data != NULL &&
            text_equal(item->stages[i].parallel_group, item->stages[index].parallel_group)) {
            return true;
        }
    }
    return false;
}

/* The longest of the stages that run together with the one at `index`, itself included. */
static int64_t group_share(const struct catalogue_draft *draft, size_t index, enum family family)
{
    const struct catalogue_item *item = draft->item;
    int64_t longest = stage_share(draft, &item->stages[index], family);
    for (size_t i = index + 1; i < item->stage_count; i++) {
        const struct catalogue_stage *stage = &item->stages[i];
        if (!stage->optional && stage->parallel_group.data != NULL &&
            text_equal(stage->parallel_group, item->stages[index].parallel_group)) {
            int64_t share = stage_share(draft, stage, family);
            longest = share > longest ? share : longest;
        }
    }
    return longest;
}

/* An optional stage comes on top of the others, at the cost of the extension: it must fit alone. */
static void optional_stage_check(struct catalogue_draft *draft, struct yaml_map *map, size_t index,
                                 struct length promise)
{
    const struct catalogue_item *item = draft->item;
    struct length extension = length_of(draft, item->limits.extension.limit);
    int64_t room = promise.value + (extension.family == promise.family ? extension.value : 0);
    if (stage_share(draft, &item->stages[index], promise.family) > room) {
        yaml_error(map->file, yaml_list(map, "stages", YAML_OPTIONAL)->items[index]->line,
                   yaml_element(map, "stages", index),
                   "is longer than limits.promised and limits.extension together");
    }
}

void draft_check_promise(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct catalogue_item *item = draft->item;
    struct length promise = length_of(draft, item->limits.promised.limit);
    int64_t sum = 0;
    for (size_t i = 0; i < item->stage_count; i++) {
        if (item->stages[i].optional) {
            optional_stage_check(draft, map, i, promise);
        } else if (!group_was_counted(item, i)) {
            sum += group_share(draft, i, promise.family);
        }
    }
    if (promise.family == FAMILY_NONE || sum <= promise.value) {
        return;
    }
    const char *unit = promise.family == FAMILY_WORKING   ? "work hours"
                       : promise.family == FAMILY_RUNNING ? "hours"
                                                          : "months";
    yaml_error(map->file, yaml_line(map, "stages"), yaml_field(map, "stages"),
               "take %" PRId64 " %s together, but limits.promised is %" PRId64 " %s", sum, unit,
               promise.value, unit);
}
