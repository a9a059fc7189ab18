/* One item: who offers it to whom, and its disclosures; forms, stages, limits, fees and the keys of
 * single kinds stand in files of their own. */
#include "catalogue/draft.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { PHONE_CHARACTERS = 40, ARTICLE_CHARACTERS = 40 };

/* -- who, and by which right ---------------------------------------------------------------- */

static void authority_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_authority *authority = &draft->item->authority;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "authority", YAML_REQUIRED),
                  yaml_field(map, "authority"));
    struct text decides = yaml_text(&inner, "decides", YAML_REQUIRED, NAME_CHARACTERS);
    if (!text_equal_string(decides, "charging_unit")) {
        authority->decides =
            draft_reference(&inner, "decides", YAML_OPTIONAL, CODED(head->units, head->unit_count),
                            "a department, a body or charging_unit");
    }
    authority->rule = names_read(&inner, "rule", YAML_REQUIRED);
    authority->delegated_to_window = yaml_bool(&inner, "delegated_to_window", YAML_REQUIRED, false);
    yaml_map_close(&inner);
}

static void law_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_law *law = place;
    law->law = names_read(map, "law", YAML_REQUIRED);
    law->articles = yaml_texts(map, "articles", YAML_REQUIRED, ARTICLE_CHARACTERS);
    law->status = draft_status(map, YAML_REQUIRED);
}

static void identity_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    const struct catalogue_head *head = &draft->catalogue->head;
    item->code = draft_code(map, "code");
    item->names = names_read(map, "names", YAML_REQUIRED);
    /* The kinds of matter are those whose grounds are listed: no decision goes without one. */
    item->kind = yaml_text(map, "kind", YAML_REQUIRED, NAME_CHARACTERS);
    struct coded kinds = CODED(head->grounds, head->ground_list_count);
    if (item->kind.data != NULL && draft_find(kinds, item->kind) == NULL) {
        draft_unknown(map, yaml_line(map, "kind"), yaml_field(map, "kind"), item->kind, kinds,
                      "a kind of matter with grounds");
    }
    item->subkind = name_read(map, "subkind", YAML_REQUIRED);
    item->machine = name_read(map, "machine", YAML_REQUIRED);
}

static void offer_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    static const char *const channels[] = {"online", "window", "kiosk", "hotline", "post"};
    struct catalogue_item *item = draft->item;
    const struct catalogue_head *head = &draft->catalogue->head;
    struct coded units = CODED(head->units, head->unit_count);
    item->department = draft_reference(map, "department", YAML_REQUIRED, units, "a department");
    item->co_departments =
        draft_references(map, "co_departments", YAML_REQUIRED, units, "a department");
    item->applicants = draft_references(map, "applicants", YAML_REQUIRED,
                                        CODED(head->applicant_kinds, head->applicant_kind_count),
                                        "a kind of applicant");
    item->channels = draft_words(map, "channels", YAML_REQUIRED, channels, COUNT(channels));
    item->rules = names_read(map, "rules", YAML_REQUIRED);
    authority_read(draft, map);
    item->laws = draft_list(draft, map, "legal_basis", YAML_REQUIRED, sizeof *item->laws, law_read,
                            &item->law_count);
    item->conditions = draft_names_list(map, "conditions", YAML_REQUIRED, &item->condition_count);
    item->specials = draft_names_list(map, "special", YAML_OPTIONAL, &item->special_count);
}

/* -- results, publicity, evaluation, contact ------------------------------------------------ */

static void result_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const forms[] = {"electronic_licence", "document",    "number", "message",
                                        "physical_card",      "publication", "plaque"};
    struct catalogue_result *result = place;
    result->names = names_read(map, "names", YAML_REQUIRED);
    result->form = draft_word(map, "form", YAML_REQUIRED, forms, COUNT(forms));
    result->validity = draft_label(map, "validity", YAML_OPTIONAL);
    result->classes = yaml_texts(map, "classes", YAML_OPTIONAL, NAME_CHARACTERS);
    for (size_t i = 0; i < result->classes.count; i++) {
        const struct catalogue_ground *ground =
            catalogue_ground(draft->catalogue, draft->item->kind, result->classes.items[i]);
        if (ground == NULL || !text_equal_string(ground->use, "outcome")) {
            yaml_error(map->file, yaml_line(map, "classes"), yaml_element(map, "classes", i),
                       "\"%.*s\" is not a ground of use outcome for %.*s",
                       TEXT_PRINT(result->classes.items[i]), TEXT_PRINT(draft->item->kind));
        }
    }
}

static void decision_publicity_read(struct yaml_map *map, struct catalogue_publicity *publicity)
{
    static const char *const ways[] = {"true", "false", "with_consent", "with_attribute"};
    static const char *const redacted[] = {"natural_person_id", "phone", "address", "all_personal"};
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "decision", YAML_REQUIRED),
                  yaml_field(map, "decision"));
    publicity->decision = draft_word(&inner, "publish", YAML_REQUIRED, ways, COUNT(ways));
    publicity->within = limit_read(&inner, "within", YAML_OPTIONAL);
    publicity->status = draft_status(&inner, YAML_OPTIONAL);
    publicity->redact = draft_words(&inner, "redact", YAML_OPTIONAL, redacted, COUNT(redacted));
    publicity->statistics_only = yaml_bool(&inner, "statistics_only", YAML_OPTIONAL, false);
    publicity->convert_to_proactive =
        yaml_bool(&inner, "convert_to_proactive", YAML_OPTIONAL, false);
    yaml_map_close(&inner);
}

static void preview_read(struct yaml_map *map, struct catalogue_publicity *publicity)
{
    static const char *const ways[] = {"true", "false", "by_subtype"};
    static const char *const units[] = {"workday", "calendar_day"};
    static const char *const objections[] = {"answer_before_final", "investigate_before_award",
                                             "investigate_before_hire"};
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "preview", YAML_REQUIRED),
                  yaml_field(map, "preview"));
    publicity->preview = draft_word(&inner, "enabled", YAML_REQUIRED, ways, COUNT(ways));
    bool is_off = text_equal_string(publicity->preview, "false");
    enum yaml_presence presence = is_off ? YAML_OPTIONAL : YAML_REQUIRED;
    publicity->preview_limit.value = yaml_int(&inner, "days", presence, 1, 365, 0);
    publicity->preview_limit.unit = draft_word(&inner, "unit", presence, units, COUNT(units));
    publicity->objection = draft_word(&inner, "objection", presence, objections, COUNT(objections));
    yaml_map_close(&inner);
}

static void publicity_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_publicity *publicity = &draft->item->publicity;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "publicity", YAML_REQUIRED),
                  yaml_field(map, "publicity"));
    publicity->guide = yaml_bool(&inner, "guide", YAML_REQUIRED, false);
    decision_publicity_read(&inner, publicity);
    preview_read(&inner, publicity);
    yaml_map_close(&inner);
}

static void evaluation_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_evaluation *evaluation = &draft->item->evaluation;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "evaluation", YAML_REQUIRED),
                  yaml_field(map, "evaluation"));
    evaluation->enabled = yaml_bool(&inner, "enabled", YAML_REQUIRED, false);
    enum yaml_presence presence = evaluation->enabled ? YAML_REQUIRED : YAML_OPTIONAL;
    evaluation->scale = yaml_int(&inner, "scale", presence, 2, 10, 0);
    evaluation->once_per_service = yaml_bool(&inner, "once_per_service", presence, false);
    yaml_map_close(&inner);
}

static struct text phone_read(struct yaml_map *map, const char *key)
{
    struct text phone = yaml_text(map, key, YAML_REQUIRED, PHONE_CHARACTERS);
    if (phone.data != NULL && phone.size == 0) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                   "must be a number that people can call");
    }
    return phone;
}

static void contact_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_contact *contact = &draft->item->contact;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "contact", YAML_REQUIRED),
                  yaml_field(map, "contact"));
    contact->window = draft_reference(&inner, "window", YAML_REQUIRED,
                                      CODED(head->windows, head->window_count), "a window");
    contact->phone = phone_read(&inner, "phone");
    contact->leader = names_read(&inner, "leader", YAML_REQUIRED);
    contact->leader_phone = phone_read(&inner, "leader_phone");
    contact->complaints_phone = phone_read(&inner, "complaints_phone");
    yaml_map_close(&inner);
}

void draft_item(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    struct catalogue_item *item = place;
    draft->item = item;
    identity_read(draft, map);
    offer_read(draft, map);
    draft_form(draft, map);
    draft_stages(draft, map);
    draft_materials(draft, map);
    draft_limits(draft, map);
    draft_check_promise(draft, map);
    draft_fees(draft, map);
    item->results = draft_list(draft, map, "results", YAML_REQUIRED, sizeof *item->results,
                               result_read, &item->result_count);
    publicity_read(draft, map);
    evaluation_read(draft, map);
    contact_read(draft, map);
    item->retention = draft->catalogue->head.retention;
    draft_retention(map, &item->retention);
    draft_particulars(draft, map);
    draft_item_procedure(draft, map);
}
