/* The keys that only some kinds of items have. */
#include "catalogue/draft.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MANY = 1000000 };

/* Opens the map at `key`; false when there is none. */
static bool part_open(struct yaml_map *inner, struct yaml_map *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key, YAML_OPTIONAL);
    if (node == NULL) {
        return false;
    }
    yaml_map_open(inner, map->file, node, yaml_field(map, key));
    return true;
}

static void renewal_read(struct yaml_map *map, struct catalogue_renewal *renewal)
{
    struct yaml_map inner;
    if (!part_open(&inner, map, "renewal")) {
        return;
    }
    renewal->apply_from = limit_read(&inner, "apply_from", YAML_REQUIRED);
    renewal->apply_until = limit_read(&inner, "apply_until", YAML_REQUIRED);
    renewal->deemed_if_undecided_at_expiry =
        yaml_bool(&inner, "deemed_if_undecided_at_expiry", YAML_REQUIRED, false);
    renewal->basis = draft_label(&inner, "basis", YAML_REQUIRED);
    renewal->status = draft_status(&inner, YAML_REQUIRED);
    if (text_equal(renewal->apply_from.unit, renewal->apply_until.unit) &&
        renewal->apply_from.value < renewal->apply_until.value) {
        yaml_error(map->file, yaml_line(&inner, "apply_until"), yaml_field(&inner, "apply_until"),
                   "must be nearer to the expiry than apply_from");
    }
    yaml_map_close(&inner);
}

static void privacy_read(struct catalogue_draft *draft, struct yaml_map *map,
                         struct catalogue_privacy *privacy)
{
    static const char *const places[] = {"vault_only"};
    static const char *const releases[] = {"daily"};
    struct yaml_map inner;
    if (!part_open(&inner, map, "privacy")) {
        return;
    }
    privacy->identity = draft_word(&inner, "identity", YAML_REQUIRED, places, COUNT(places));
    privacy->text = draft_word(&inner, "text", YAML_REQUIRED, places, COUNT(places));
    privacy->anonymous_code_bits =
        yaml_int(&inner, "anonymous_code_bits", YAML_REQUIRED, 128, 256, 128);
    privacy->log_contact = yaml_bool(&inner, "log_contact", YAML_REQUIRED, false);
    privacy->visible_to = draft_roles(draft, &inner, "visible_to", YAML_REQUIRED);
    privacy->release = draft_word(&inner, "release", YAML_REQUIRED, releases, COUNT(releases));
    privacy->retention = limit_read(&inner, "retention", YAML_REQUIRED);
    yaml_map_close(&inner);
}

static void slots_read(struct yaml_map *map, struct catalogue_slots *slots)
{
    enum { MINUTES_PER_DAY = 24 * 60, DAYS_PER_YEAR = 366 };
    struct yaml_map inner;
    if (!part_open(&inner, map, "slots")) {
        return;
    }
    slots->length_minutes =
        yaml_int(&inner, "length_minutes", YAML_REQUIRED, 1, MINUTES_PER_DAY, 0);
    slots->per_slot = yaml_int(&inner, "per_slot", YAML_REQUIRED, 1, MANY, 0);
    slots->book_ahead_days =
        yaml_int(&inner, "book_ahead_days", YAML_REQUIRED, 1, DAYS_PER_YEAR, 0);
    slots->cancel_until_minutes = yaml_int(&inner, "cancel_until_minutes", YAML_REQUIRED, 0,
                                           DAYS_PER_YEAR * MINUTES_PER_DAY, 0);
    slots->no_show_limit = yaml_int(&inner, "no_show_limit", YAML_REQUIRED, 1, MANY, 0);
    yaml_map_close(&inner);
}

static void places_read(struct yaml_map *map, struct catalogue_places *places)
{
    struct yaml_map inner;
    if (!part_open(&inner, map, "places")) {
        return;
    }
    places->per_session = yaml_int(&inner, "per_session", YAML_REQUIRED, 1, MANY, 0);
    places->closes_before = limit_read(&inner, "closes_before", YAML_REQUIRED);
    places->waiting_list = yaml_bool(&inner, "waiting_list", YAML_REQUIRED, false);
    yaml_map_close(&inner);
}

static void session_read(struct yaml_map *map, struct catalogue_session *session)
{
    struct yaml_map inner;
    if (!part_open(&inner, map, "session")) {
        return;
    }
    session->announce = limit_read(&inner, "announce", YAML_REQUIRED);
    session->record_published = limit_read(&inner, "record_published", YAML_REQUIRED);
    yaml_map_close(&inner);
}

static void duty_read(struct catalogue_draft *draft, struct yaml_map *map,
                      struct catalogue_duty *duty)
{
    static const char *const frequencies[] = {"weekly"};
    struct yaml_map inner;
    if (!part_open(&inner, map, "duty_roster")) {
        return;
    }
    duty->frequency =
        draft_word(&inner, "frequency", YAML_REQUIRED, frequencies, COUNT(frequencies));
    duty->role = draft_role(draft, &inner, "role", YAML_REQUIRED);
    duty->slots_per_week = yaml_int(&inner, "slots_per_week", YAML_REQUIRED, 1, MANY, 0);
    duty->note = names_read(&inner, "note", YAML_REQUIRED);
    yaml_map_close(&inner);
}

static void class_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_class *class = place;
    class->code = draft_code(map, "id");
    class->names = names_read(map, "names", YAML_REQUIRED);
    class->count = yaml_int(map, "count", YAML_REQUIRED, 1, MANY, 0);
}

static void categories_read(struct catalogue_draft *draft, struct yaml_map *map,
                            struct catalogue_particulars *particulars)
{
    struct yaml_map inner;
    if (!part_open(&inner, map, "categories")) {
        return;
    }
    int64_t total = yaml_int(&inner, "total", YAML_REQUIRED, 1, MANY, 0);
    int64_t sum = 0;
    particulars->classes =
        draft_list(draft, &inner, "classes", YAML_REQUIRED, sizeof *particulars->classes,
                   class_read, &particulars->class_count);
    for (size_t i = 0; i < particulars->class_count; i++) {
        sum += particulars->classes[i].count;
    }
    if (sum != total) {
        yaml_error(map->file, yaml_line(&inner, "total"), yaml_field(&inner, "total"),
                   "must be the sum of the counts of the classes");
    }
    yaml_map_close(&inner);
}

static void daily_checks_read(struct yaml_map *map, struct catalogue_particulars *particulars)
{
    const struct yaml_node *list = yaml_list(map, "daily_checks", YAML_OPTIONAL);
    if (list == NULL) {
        return;
    }
    int *minutes = arena_take_array(map->file->arena, list->count, sizeof *minutes);
    for (size_t i = 0; i < list->count; i++) {
        minutes[i] = draft_minute(map, list->items[i], yaml_element(map, "daily_checks", i));
    }
    particulars->daily_checks = minutes;
    particulars->daily_check_count = list->count;
}

void draft_particulars(struct catalogue_draft *draft, struct yaml_map *map)
{
    static const char *const always[] = {"always"};
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_particulars *p = &draft->item->particulars;
    struct coded items = {draft->item_codes.items, draft->item_codes.count,
                          sizeof *draft->item_codes.items};
    renewal_read(map, &p->renewal);
    privacy_read(draft, map, &p->privacy);
    slots_read(map, &p->slots);
    places_read(map, &p->places);
    session_read(map, &p->session);
    duty_read(draft, map, &p->duty_roster);
    categories_read(draft, map, p);
    daily_checks_read(map, p);
    p->always_open = yaml_choice(map, "service_hours", YAML_OPTIONAL, always, 1) == 0;
    p->applies_to = draft_references(map, "applies_to", YAML_OPTIONAL, items, "an item");
    p->reply_kinds =
        draft_references(map, "reply_kinds", YAML_OPTIONAL,
                         CODED(head->reply_kinds, head->reply_kind_count), "a kind of reply");
    p->subtypes =
        draft_references(map, "subtypes", YAML_OPTIONAL, CODED(head->choices, head->choice_count),
                         "a choice with a name");
    p->phases = draft_names_list(map, "phases", YAML_OPTIONAL, &p->phase_count);
    p->award_cap_percent = yaml_int(map, "award_cap_percent", YAML_OPTIONAL, 1, 100, 0);
}
