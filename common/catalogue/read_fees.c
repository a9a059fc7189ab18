/* The fees of an item: each with its basis, its schedule, and who is paid. */
#include "catalogue/draft.h"

#include "wire/declare.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { STEP_UNITS_MAX = 1000000000 };

/* -- quantity ------------------------------------------------------------------------------- */

/* The field that says how many: it must be a number, and public, for bills are made after filing
 * from what is kept. */
static void quantity_check(struct yaml_map *map, const struct catalogue_fee *fee)
{
    const struct catalogue_field *field = fee->quantity;
    const char *wrong = NULL;
    if (field->type != FORM_FIELD_DECIMAL && field->type != FORM_FIELD_INTEGER) {
        wrong = "must be a decimal or integer field of the form, or 1";
    } else if (field->personal) {
        wrong = "is personal, so only its sealed value is kept and nobody can count with it after "
                "filing; mark the field personal: false";
    } else if (field->type != FORM_FIELD_INTEGER && fee->charge != FEE_EACH) {
        wrong = "must be an integer field: steps count whole units";
    } else if (field->min.units < 0) {
        wrong = "may be negative: give the field a min of 0 or more";
    }
    if (wrong != NULL) {
        yaml_error(map->file, yaml_line(map, "quantity"), yaml_field(map, "quantity"), "%s", wrong);
    }
}

static void quantity_read(struct catalogue_draft *draft, struct yaml_map *map,
                          struct catalogue_fee *fee)
{
    const struct catalogue_item *item = draft->item;
    struct text quantity = yaml_text(map, "quantity", YAML_REQUIRED, NAME_CHARACTERS);
    if (quantity.data == NULL || text_equal_string(quantity, "1")) {
        return;
    }
    fee->quantity = catalogue_field(item, quantity);
    if (fee->quantity != NULL) {
        quantity_check(map, fee);
        return;
    }
    draft_unknown(map, yaml_line(map, "quantity"), yaml_field(map, "quantity"), quantity,
                  CODED(item->fields, item->field_count), "a field of the form, or 1");
}

/* -- steps ---------------------------------------------------------------------------------- */

static void step_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_fee_step *step = place;
    bool has_no_end = yaml_is_null(map, "up_to");
    step->up_to = yaml_int(map, "up_to", has_no_end ? YAML_OPTIONAL : YAML_REQUIRED, 1,
                           STEP_UNITS_MAX, INT64_MAX);
    step->each_fen = yaml_int(map, "each_fen", YAML_REQUIRED, 0, FEN_MAX, 0);
    bool rises = yaml_get(map, "every", YAML_OPTIONAL) != NULL ||
                 yaml_get(map, "add_fen", YAML_OPTIONAL) != NULL;
    enum yaml_presence rise = rises ? YAML_REQUIRED : YAML_OPTIONAL;
    step->every = yaml_int(map, "every", rise, 1, STEP_UNITS_MAX, 0);
    step->add_fen = yaml_int(map, "add_fen", rise, 1, FEN_MAX, 0);
}

static void steps_check(struct yaml_map *map, const struct catalogue_fee *fee)
{
    const struct yaml_node *list = yaml_list(map, "steps", YAML_OPTIONAL);
    for (size_t i = 0; i < fee->step_count; i++) {
        bool is_last = i + 1 == fee->step_count;
        bool is_open = fee->steps[i].up_to == INT64_MAX;
        struct text field =
            arena_print(map->file->arena, "%.*s.up_to", TEXT_PRINT(yaml_element(map, "steps", i)));
        if (is_open != is_last) {
            yaml_error(map->file, list->items[i]->line, field,
                       "must be a number, and null in the last step only");
        } else if (i > 0 && fee->steps[i - 1].up_to != INT64_MAX &&
                   fee->steps[i].up_to <= fee->steps[i - 1].up_to) {
            yaml_error(map->file, list->items[i]->line, field,
                       "must be more than in the step before");
        }
    }
}

/* An amount for each unit, or steps and how they are charged. */
static void schedule_read(struct catalogue_draft *draft, struct yaml_map *map,
                          struct catalogue_fee *fee)
{
    static const char *const charges[] = {"last", "all"};
    bool has_steps = yaml_get(map, "steps", YAML_OPTIONAL) != NULL;
    int charge = yaml_choice(map, "charge", has_steps ? YAML_REQUIRED : YAML_OPTIONAL, charges,
                             COUNT(charges));
    bool has_amount = yaml_get(map, "amount_fen", YAML_OPTIONAL) != NULL;
    fee->amount_fen =
        yaml_int(map, "amount_fen", has_steps ? YAML_OPTIONAL : YAML_REQUIRED, 0, FEN_MAX, 0);
    if (!has_steps) {
        fee->charge = FEE_EACH;
        if (charge >= 0) {
            yaml_error(map->file, yaml_line(map, "charge"), yaml_field(map, "charge"),
                       "goes with steps only");
        }
        return;
    }
    fee->charge = charge == 1 ? FEE_ALL : FEE_LAST;
    fee->steps = draft_list(draft, map, "steps", YAML_REQUIRED, sizeof *fee->steps, step_read,
                            &fee->step_count);
    steps_check(map, fee);
    if (has_amount) {
        yaml_error(map->file, yaml_line(map, "amount_fen"), yaml_field(map, "amount_fen"),
                   "and steps exclude each other");
    }
}

/* -- fees ----------------------------------------------------------------------------------- */

static bool is_free(const struct catalogue_fee *fee)
{
    for (size_t i = 0; i < fee->step_count; i++) {
        if (fee->steps[i].each_fen != 0 || fee->steps[i].add_fen != 0) {
            return false;
        }
    }
    return fee->amount_fen == 0;
}

static void fee_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const moments[] = {"accepted", "granted", "requested"};
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_fee *fee = place;
    fee->code = draft_code(map, "code");
    fee->names = names_read(map, "names", YAML_REQUIRED);
    schedule_read(draft, map, fee);
    quantity_read(draft, map, fee);
    fee->when = draft_when(draft, map, YAML_OPTIONAL, WHEN_LATER);
    int moment = yaml_choice(map, "bill_at", YAML_REQUIRED, moments, COUNT(moments));
    fee->bill_at = moment < 0 ? BILL_ACCEPTED : (enum fee_bill_at)moment;
    /* No fee unless a law says so, and no fee outside the published lists (行政许可法 58). */
    fee->basis = draft_label(map, "basis", YAML_REQUIRED);
    fee->status = draft_status(map, YAML_REQUIRED);
    fee->payee =
        draft_reference(map, "payee", is_free(fee) ? YAML_OPTIONAL : YAML_REQUIRED,
                        CODED(head->charging_units, head->charging_unit_count), "a charging unit");
    fee->waivers = draft_references(map, "waivers", YAML_REQUIRED,
                                    CODED(head->waivers, head->waiver_count), "a waiver code");
}

void draft_fees(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    item->fees = draft_list(draft, map, "fees", YAML_REQUIRED, sizeof *item->fees, fee_read,
                            &item->fee_count);
    draft_unique(map, "fees", CODED(item->fees, item->fee_count));
}
