/* The collection points: branches that take money outside the hall. */
#include "catalogue/draft.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct coded charging_units_of(const struct catalogue_draft *draft)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    return CODED(head->charging_units, head->charging_unit_count);
}

/* A unit that the point takes money for must allow branches, and each way in which it is paid. */
static void unit_check(struct yaml_map *map, size_t index,
                       const struct catalogue_charging_unit *unit, const struct text_span *methods)
{
    struct text field = yaml_element(map, "takes_for", index);
    if (!unit->grassroots) {
        yaml_error(map->file, yaml_line(map, "takes_for"), field,
                   "\"%.*s\" takes no money outside the hall; its grassroots would have to be true",
                   TEXT_PRINT(unit->code));
    }
    for (size_t i = 0; i < methods->count; i++) {
        if (!text_span_contains(&unit->methods, methods->items[i])) {
            yaml_error(map->file, yaml_line(map, "takes_for"), field,
                       "\"%.*s\" cannot be paid by %.*s: it is none of its methods",
                       TEXT_PRINT(unit->code), TEXT_PRINT(methods->items[i]));
        }
    }
}

static void units_read(struct catalogue_draft *draft, struct yaml_map *map,
                       struct catalogue_collection_point *point)
{
    struct coded units = charging_units_of(draft);
    point->unit = draft_reference(map, "unit", YAML_REQUIRED, units, "a charging unit");
    point->takes_for = draft_references(map, "takes_for", YAML_REQUIRED, units, "a charging unit");
    for (size_t i = 0; i < point->takes_for.count; i++) {
        const struct catalogue_charging_unit *unit = draft_find(units, point->takes_for.items[i]);
        if (unit != NULL) {
            unit_check(map, i, unit, &point->methods);
        }
    }
}

static bool charges_for(const struct catalogue_item *item, const struct text_span *units)
{
    bool charges = false;
    for (size_t i = 0; i < item->fee_count; i++) {
        const struct catalogue_charging_unit *payee = item->fees[i].payee;
        charges |= payee != NULL && text_span_contains(units, payee->code);
    }
    return charges;
}

/* Items by which nothing is paid to the units of the point have no place there. */
static void items_read(struct catalogue_draft *draft, struct yaml_map *map,
                       struct catalogue_collection_point *point)
{
    struct coded items = CODED(draft->catalogue->items, draft->catalogue->item_count);
    point->items = draft_references(map, "items", YAML_OPTIONAL, items, "an item");
    for (size_t i = 0; i < point->items.count; i++) {
        const struct catalogue_item *item = draft_find(items, point->items.items[i]);
        if (item != NULL && !charges_for(item, &point->takes_for)) {
            yaml_error(map->file, yaml_line(map, "items"), yaml_element(map, "items", i),
                       "\"%.*s\" charges nothing for a unit of takes_for", TEXT_PRINT(item->code));
        }
    }
}

static void weekdays_read(struct yaml_map *map, struct catalogue_collection_point *point)
{
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
    struct text_span open_on =
        draft_words(map, "open_on", YAML_OPTIONAL, weekdays, COUNT(weekdays));
    for (size_t i = 0; i < open_on.count; i++) {
        for (size_t day = 0; day < COUNT(weekdays); day++) {
            point->weekdays |= text_equal_string(open_on.items[i], weekdays[day]) ? 1U << day : 0;
        }
    }
}

static void closed_days_read(struct yaml_map *map, struct catalogue_collection_point *point)
{
    const struct yaml_node *list = yaml_list(map, "closed_on", YAML_OPTIONAL);
    if (list == NULL) {
        return;
    }
    struct date *days = arena_take_array(map->file->arena, list->count, sizeof *days);
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->items[i];
        if (node->kind != YAML_SCALAR || !date_parse(node->scalar, &days[i])) {
            yaml_error(map->file, node->line, yaml_element(map, "closed_on", i),
                       "must be a date such as 2026-02-28");
        }
    }
    point->closed_on = days;
    point->closed_count = list->count;
}

static void collection_point_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const methods[] = {"cash", "transfer"};
    const struct catalogue_head *head = &draft->catalogue->head;
    const struct catalogue_transit_account *transit = &head->transit_account;
    struct catalogue_collection_point *point = place;
    point->code = draft_code(map, "code");
    point->names = names_read(map, "names", YAML_REQUIRED);
    if (draft_find(CODED(head->units, head->unit_count), point->code) != NULL) {
        yaml_error(map->file, yaml_line(map, "code"), yaml_field(map, "code"),
                   "\"%.*s\" is a department or body already", TEXT_PRINT(point->code));
    }
    point->methods = draft_words(map, "methods", YAML_REQUIRED, methods, COUNT(methods));
    units_read(draft, map, point);
    items_read(draft, map, point);
    point->deposits_to = draft_reference(map, "deposits_to", YAML_REQUIRED,
                                         CODED(transit->bank_accounts, transit->bank_account_count),
                                         "an account of transit_account.bank_accounts");
    point->since = yaml_date(map, "since", YAML_REQUIRED);
    weekdays_read(map, point);
    closed_days_read(map, point);
}

void draft_collection_points(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    head->collection_points =
        draft_list(draft, map, "collection_points", YAML_OPTIONAL, sizeof *head->collection_points,
                   collection_point_read, &head->collection_point_count);
    draft_unique(map, "collection_points",
                 CODED(head->collection_points, head->collection_point_count));
}
