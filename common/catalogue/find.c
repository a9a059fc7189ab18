/* Looking up by code. The lists are short: they are walked. */
#include "catalogue/draft.h"

const struct catalogue_item *catalogue_item(const struct catalogue *catalogue, struct text code)
{
    const struct catalogue_item *item =
        draft_find(CODED(catalogue->items, catalogue->item_count), code);
    return item != NULL
               ? item
               : draft_find(CODED(catalogue->hall_items, catalogue->hall_item_count), code);
}

const struct procedure *catalogue_procedure(const struct catalogue *catalogue, struct text name)
{
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        if (text_equal(catalogue->procedures[i]->name, name)) {
            return catalogue->procedures[i];
        }
    }
    return NULL;
}

const struct catalogue_unit *catalogue_unit(const struct catalogue *catalogue, struct text code)
{
    return draft_find(CODED(catalogue->head.units, catalogue->head.unit_count), code);
}

const struct catalogue_role *catalogue_role(const struct catalogue *catalogue, struct text code)
{
    return draft_find(CODED(catalogue->head.roles, catalogue->head.role_count), code);
}

const struct catalogue_name *catalogue_relation(const struct catalogue *catalogue, struct text code)
{
    return draft_find(CODED(catalogue->head.relations, catalogue->head.relation_count), code);
}

const struct catalogue_register *catalogue_register(const struct catalogue *catalogue,
                                                    struct text code)
{
    return draft_find(CODED(catalogue->head.registers, catalogue->head.register_count), code);
}

const struct catalogue_pause_cause *catalogue_pause_cause(const struct catalogue *catalogue,
                                                          struct text code)
{
    return draft_find(CODED(catalogue->head.pause_causes, catalogue->head.pause_cause_count), code);
}

const struct catalogue_charging_unit *catalogue_charging_unit(const struct catalogue *catalogue,
                                                              struct text code)
{
    return draft_find(CODED(catalogue->head.charging_units, catalogue->head.charging_unit_count),
                      code);
}

const struct catalogue_bank_account *catalogue_bank_account(const struct catalogue *catalogue,
                                                            struct text code)
{
    const struct catalogue_transit_account *transit = &catalogue->head.transit_account;
    return draft_find(CODED(transit->bank_accounts, transit->bank_account_count), code);
}

const struct catalogue_collection_point *catalogue_collection_point(
    const struct catalogue *catalogue, struct text code)
{
    return draft_find(
        CODED(catalogue->head.collection_points, catalogue->head.collection_point_count), code);
}

const struct catalogue_payment_provider *catalogue_payment_provider(
    const struct catalogue *catalogue, struct text code)
{
    return draft_find(
        CODED(catalogue->head.payment_providers, catalogue->head.payment_provider_count), code);
}

const struct catalogue_window *catalogue_window(const struct catalogue *catalogue, struct text code)
{
    return draft_find(CODED(catalogue->head.windows, catalogue->head.window_count), code);
}

const struct catalogue_material *catalogue_material(const struct catalogue *catalogue,
                                                    struct text code)
{
    return draft_find(CODED(catalogue->head.materials, catalogue->head.material_count), code);
}

const struct catalogue_waiver *catalogue_waiver(const struct catalogue *catalogue, struct text code)
{
    return draft_find(CODED(catalogue->head.waivers, catalogue->head.waiver_count), code);
}

const struct catalogue_reply_kind *catalogue_reply_kind(const struct catalogue *catalogue,
                                                        struct text code)
{
    return draft_find(CODED(catalogue->head.reply_kinds, catalogue->head.reply_kind_count), code);
}

const struct catalogue_ground *catalogue_ground(const struct catalogue *catalogue, struct text kind,
                                                struct text code)
{
    const struct catalogue_head *head = &catalogue->head;
    const struct catalogue_ground_list *list =
        draft_find(CODED(head->grounds, head->ground_list_count), kind);
    return list == NULL ? NULL : draft_find(CODED(list->items, list->count), code);
}

/* The names of the entry with that code, in a list whose structs have them behind the code. */
static const struct names *names_found(struct coded list, struct text code)
{
    const struct catalogue_name *found = draft_find(list, code);
    return found == NULL ? NULL : &found->names;
}

const struct names *catalogue_choice_names(const struct catalogue *catalogue, struct text code)
{
    const struct catalogue_head *head = &catalogue->head;
    const struct coded lists[] = {
        CODED(head->choices, head->choice_count),
        CODED(head->waivers, head->waiver_count),
        CODED(head->units, head->unit_count),
        CODED(head->windows, head->window_count),
    };
    const struct names *names = NULL;
    for (size_t i = 0; names == NULL && i < sizeof lists / sizeof lists[0]; i++) {
        names = names_found(lists[i], code);
    }
    for (size_t i = 0; names == NULL && i < head->ground_list_count; i++) {
        names = names_found(CODED(head->grounds[i].items, head->grounds[i].count), code);
    }
    return names;
}

const struct catalogue_field *catalogue_field(const struct catalogue_item *item, struct text id)
{
    return draft_find(CODED(item->fields, item->field_count), id);
}

const struct catalogue_stage *catalogue_stage(const struct catalogue_item *item, struct text id)
{
    return draft_find(CODED(item->stages, item->stage_count), id);
}

const struct catalogue_item_material *catalogue_item_material(const struct catalogue_item *item,
                                                              struct text code)
{
    for (size_t i = 0; i < item->material_count; i++) {
        if (text_equal(item->materials[i].material->code, code)) {
            return &item->materials[i];
        }
    }
    return NULL;
}

const struct catalogue_fee *catalogue_fee(const struct catalogue_item *item, struct text code)
{
    return draft_find(CODED(item->fees, item->fee_count), code);
}
