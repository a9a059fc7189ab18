/* Catalogues (catalogue/catalogue.h): the loader with everything it checks, as the program
 * `glasshall-catalogue check` uses it, and what is then asked of items. Input: a catalogue, then
 * perhaps procedures, each behind a line `%% procedures/NAME.yaml`.
 *
 * In a catalogue that loads every code leads back to its owner, every item can be filed with the
 * plainest form it asks for, what is missing is among what is required, and a bill is the sum of
 * its lines. Cut into parts and joined again, the source is the same. */
#include "documents.h"
#include "fuzz.h"

#include "base/check.h"
#include "catalogue/catalogue.h"
#include "catalogue/fees.h"
#include "catalogue/form.h"
#include "catalogue/materials.h"
#include "catalogue/parts.h"
#include "procedure/vocabulary.h"

#include <string.h>

/* -- the plainest form of an item ------------------------------------------------------------- */

/* How a form is filled: with the smallest values, or with the largest. */
enum filling { SMALLEST, LARGEST, FILLINGS };

static void fill_text(struct form_entry *entry, struct text text)
{
    entry->kind = FORM_PERSONAL;
    entry->personal = personal_of(text);
}

static void fill_entry(const struct catalogue_field *field, enum filling filling,
                       struct form_entry *entry)
{
    entry->name = field->id;
    switch (field->type) {
    case FORM_FIELD_TEXT:
    case FORM_FIELD_ADDRESS:
        fill_text(entry, TEXT_LITERAL("x"));
        return;
    case FORM_FIELD_DATE:
        fill_text(entry, TEXT_LITERAL("2026-02-28"));
        return;
    case FORM_FIELD_CHOICE:
        CHECK(field->choices.count > 0);
        fill_text(entry, field->choices.items[filling == SMALLEST ? 0 : field->choices.count - 1]);
        return;
    case FORM_FIELD_DECIMAL:
    case FORM_FIELD_INTEGER:
        entry->kind = FORM_DECIMAL;
        entry->decimal = filling == SMALLEST ? field->min : field->max;
        return;
    case FORM_FIELD_BOOLEAN:
        entry->kind = FORM_BOOL;
        entry->boolean = filling == LARGEST;
        return;
    }
    UNREACHABLE();
}

static struct form form_make(const struct catalogue_item *item, enum filling filling,
                             struct arena *arena)
{
    struct form form = {.items = arena_take_array(arena, item->field_count, sizeof *form.items)};
    for (size_t i = 0; i < item->field_count; i++) {
        if (text_is_empty(item->fields[i].filled_by)) {
            fill_entry(&item->fields[i], filling, &form.items[form.count++]);
        }
    }
    return form;
}

/* -- what is asked of an item ----------------------------------------------------------------- */

static bool list_contains(const struct catalogue_material_list *list,
                          const struct catalogue_item_material *material)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == material) {
            return true;
        }
    }
    return false;
}

static void check_materials(const struct catalogue_item *item, const struct catalogue_facts *facts,
                            struct text stage, struct arena *arena)
{
    const struct text_span nothing = {0};
    struct catalogue_material_list required =
        catalogue_required_materials(item, facts, stage, arena);
    struct catalogue_material_list missing =
        catalogue_missing_materials(item, facts, stage, &nothing, arena);
    for (size_t i = 0; i < missing.count; i++) {
        CHECK(list_contains(&required, missing.items[i]));
        CHECK(missing.items[i]->material->from_register == NULL);
    }
}

static void check_fees(const struct catalogue_item *item, const struct catalogue_facts *facts,
                       struct arena *arena)
{
    for (enum fee_bill_at bill_at = BILL_ACCEPTED; bill_at <= BILL_REQUESTED; bill_at++) {
        struct wire_errors errors;
        struct catalogue_fee_lines lines;
        int64_t sum_fen = 0;
        wire_errors_init(&errors, arena);
        if (catalogue_fee_lines(item, bill_at, facts, arena, NULL, &errors, &lines) != ERR_OK) {
            continue;
        }
        CHECK(errors.count == 0 && lines.count <= item->fee_count);
        for (size_t i = 0; i < lines.count; i++) {
            CHECK(lines.items[i].amount_fen >= 0 && lines.items[i].fee->bill_at == bill_at);
            sum_fen += lines.items[i].amount_fen;
        }
        CHECK(sum_fen == lines.sum_fen);
    }
}

static void check_filing(const struct catalogue_item *item, enum filling filling,
                         struct arena *arena)
{
    struct wire_errors errors;
    struct form_filer filer = {.occasion = FORM_FILED};
    struct form form = form_make(item, filling, arena);
    struct catalogue_facts facts = {
        .applicant_kind = item->applicants.count > 0 ? item->applicants.items[0] : (struct text){0},
        .applicant_represented = filling == LARGEST,
        .form = &form,
    };
    wire_errors_init(&errors, arena);
    CHECK(catalogue_applicant_allowed(item, facts.applicant_kind));
    check_materials(item, &facts, (struct text){0}, arena);
    CHECK(catalogue_check_form(item, &filer, &form, arena, NULL, &errors));
    CHECK(errors.count == 0);
    for (size_t i = 0; i < item->stage_count; i++) {
        check_materials(item, &facts, item->stages[i].id, arena);
    }
    check_fees(item, &facts, arena);
}

static void check_item(const struct catalogue *catalogue, const struct catalogue_item *item,
                       struct arena *arena)
{
    CHECK(catalogue_item(catalogue, item->code) == item);
    CHECK(item->department != NULL && item->contact.window != NULL);
    CHECK(item->open == (item->procedure != NULL));
    for (size_t i = 0; i < item->field_count; i++) {
        CHECK(catalogue_field(item, item->fields[i].id) == &item->fields[i]);
    }
    for (size_t i = 0; i < item->stage_count; i++) {
        CHECK(catalogue_stage(item, item->stages[i].id) == &item->stages[i]);
    }
    for (size_t i = 0; i < item->fee_count; i++) {
        CHECK(catalogue_fee(item, item->fees[i].code) == &item->fees[i]);
        CHECK(!text_is_empty(item->fees[i].basis));
    }
    for (enum filling filling = SMALLEST; filling < FILLINGS; filling++) {
        check_filing(item, filling, arena);
    }
}

static void check_catalogue(const struct catalogue *catalogue, struct arena *arena)
{
    for (size_t i = 0; i < catalogue->head.unit_count; i++) {
        const struct catalogue_unit *unit = &catalogue->head.units[i];
        CHECK(catalogue_unit(catalogue, unit->code) == unit);
    }
    for (size_t i = 0; i < catalogue->head.role_count; i++) {
        const struct catalogue_role *role = &catalogue->head.roles[i];
        CHECK(catalogue_role(catalogue, role->code) == role);
    }
    for (size_t i = 0; i < catalogue->item_count; i++) {
        check_item(catalogue, &catalogue->items[i], arena);
    }
}

/* -- parts ------------------------------------------------------------------------------------ */

static void check_parts(struct text source, struct arena *arena)
{
    struct yaml_file file;
    struct catalogue_parts parts;
    size_t joined = 0;
    yaml_file_init(&file, "catalogue.yaml", arena);
    bool accepted = catalogue_cut(&file, source, &parts) == ERR_OK;
    fuzz_check_yaml(&file, accepted, arena);
    for (size_t i = 0; accepted && i < parts.count; i++) {
        const struct catalogue_part *part = &parts.items[i];
        CHECK(part->source.size > 0 && part->source.size <= CATALOGUE_PART_BYTES_MAX);
        CHECK(part->source.size <= source.size - joined);
        CHECK(memcmp(part->source.data, source.data + joined, part->source.size) == 0);
        joined += part->source.size;
    }
    CHECK(!accepted || joined == source.size);
}

static enum err load(const struct fuzz_documents *documents, struct yaml_file *file,
                     const struct catalogue **ret_catalogue)
{
    struct catalogue_source procedures[FUZZ_DOCUMENTS_MAX];
    for (size_t i = 1; i < documents->count; i++) {
        procedures[i - 1] =
            (struct catalogue_source){documents->items[i].name, documents->items[i].text};
    }
    struct procedure_vocabulary *vocabulary = arena_take(file->arena, sizeof *vocabulary);
    *vocabulary = (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
    };
    const struct catalogue_inputs inputs = {
        .procedures = procedures,
        .procedure_count = documents->count - 1,
        .vocabulary = vocabulary,
    };
    return catalogue_load(file, documents->items[0].text, &inputs, ret_catalogue);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct yaml_file file;
    struct fuzz_documents documents;
    const struct catalogue *catalogue = NULL;
    arena_init(&arena);
    yaml_file_init(&file, "catalogue.yaml", &arena);
    fuzz_documents_cut(bytes_of(data, size), &arena, &documents);
    bool accepted = load(&documents, &file, &catalogue) == ERR_OK;
    fuzz_check_yaml(&file, accepted, &arena);
    if (accepted) {
        check_catalogue(catalogue, &arena);
    }
    check_parts(documents.items[0].text, &arena);
    arena_free(&arena);
    return 0;
}
