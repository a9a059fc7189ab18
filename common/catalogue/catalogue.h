/* The catalogue: what the hall offers, by whom, under which law, how long and for how much.
 *
 * One YAML file (deploy/catalogue/catalogue.yaml; its head explains every key) becomes a tree of
 * structs in which every reference has been resolved, together with the procedures that move its
 * items. A catalogue that is loaded is consistent; everything wrong with one that is not is told at
 * once, by file, line and field. What a person fills in is checked by form.h, what must be handed
 * in is found by materials.h, what it costs by fees.h.
 *
 * A loaded catalogue is immutable, may be read by any thread, and lives in the arena of its file.
 */
#pragma once

#include "catalogue/head.h"
#include "catalogue/item.h"

/* The text of one file of a catalogue, and what errors call it. */
struct catalogue_source {
    const char *name;
    struct text text;
};

/* What a catalogue is loaded with. */
struct catalogue_inputs {
    /* The procedures that items may name as their machine. */
    const struct catalogue_source *procedures;
    size_t procedure_count;
    /* Facts, signals, fields and events that the procedures may name; its roles are left out, for
     * they are the catalogue's own. */
    const struct procedure_vocabulary *vocabulary;
    /* True when for every start date in the calendar a clock of `promise` is due no later than one
     * of `law`, which is in another unit. NULL: limits in different units are not compared. */
    bool (*promise_fits)(void *context, struct stated_limit promise, struct stated_limit law);
    void *context;
};

struct catalogue {
    struct catalogue_head head;
    const struct catalogue_item *items;
    size_t item_count;
    const struct procedure *const *procedures;
    size_t procedure_count;
    const struct catalogue_item *hall_items; /* one for each procedure of the hall, of its name */
    size_t hall_item_count;
    struct procedure_vocabulary vocabulary; /* the one given, with the catalogue's roles */
};

/* Reads and checks `source` and the procedures of `inputs`. ERR_INVALID when anything is wrong; the
 * errors are in `file`, those of a procedure under its own name. */
enum err catalogue_load(struct yaml_file *file, struct text source,
                        const struct catalogue_inputs *inputs,
                        const struct catalogue **ret_catalogue);

/* -- looking up: NULL when there is none ---------------------------------------------------- */

/* An item of the catalogue, or the one that stands for a procedure of the hall itself: without
 * form, stages, fees or limits, and never open. */
const struct catalogue_item *catalogue_item(const struct catalogue *catalogue, struct text code);
const struct procedure *catalogue_procedure(const struct catalogue *catalogue, struct text name);
const struct catalogue_unit *catalogue_unit(const struct catalogue *catalogue, struct text code);
const struct catalogue_role *catalogue_role(const struct catalogue *catalogue, struct text code);
const struct catalogue_name *catalogue_relation(const struct catalogue *catalogue,
                                                struct text code);
const struct catalogue_register *catalogue_register(const struct catalogue *catalogue,
                                                    struct text code);
const struct catalogue_pause_cause *catalogue_pause_cause(const struct catalogue *catalogue,
                                                          struct text code);
const struct catalogue_charging_unit *catalogue_charging_unit(const struct catalogue *catalogue,
                                                              struct text code);
const struct catalogue_bank_account *catalogue_bank_account(const struct catalogue *catalogue,
                                                            struct text code);
const struct catalogue_collection_point *catalogue_collection_point(
    const struct catalogue *catalogue, struct text code);
const struct catalogue_payment_provider *catalogue_payment_provider(
    const struct catalogue *catalogue, struct text code);
const struct catalogue_window *catalogue_window(const struct catalogue *catalogue,
                                                struct text code);
const struct catalogue_material *catalogue_material(const struct catalogue *catalogue,
                                                    struct text code);
const struct catalogue_waiver *catalogue_waiver(const struct catalogue *catalogue,
                                                struct text code);
const struct catalogue_reply_kind *catalogue_reply_kind(const struct catalogue *catalogue,
                                                        struct text code);

/* A ground that decisions on matters of `kind` may cite; its `use` says for what. */
const struct catalogue_ground *catalogue_ground(const struct catalogue *catalogue, struct text kind,
                                                struct text code);

/* The label of a choice: it may be a choice name, a waiver code, a unit, a window or a ground. */
const struct names *catalogue_choice_names(const struct catalogue *catalogue, struct text code);

const struct catalogue_field *catalogue_field(const struct catalogue_item *item, struct text id);
const struct catalogue_stage *catalogue_stage(const struct catalogue_item *item, struct text id);
const struct catalogue_item_material *catalogue_item_material(const struct catalogue_item *item,
                                                              struct text code);
const struct catalogue_fee *catalogue_fee(const struct catalogue_item *item, struct text code);
