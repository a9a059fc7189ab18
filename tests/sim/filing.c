/* Filing any item of the catalogue that is open: its form, its papers, by one of its channels. */
#include "year.h"

#include "base/check.h"
#include "catalogue/form.h"
#include "catalogue/materials.h"
#include "checks.h"
#include "tally.h"

#include <string.h>

enum { INCOMPLETE_ONE_IN = 4, SILENT_ONE_IN = 8, UNPAID_ONE_IN = 10, NUMBERS_MAX = 300 };

/* The one firm or person that the registers know. */
static const struct text known_number = {"91320000MA1MTESTX0", 18};

/* -- the form -----------------------------------------------------------------------------------
 */

static struct decimal number_draw(struct world *world, const struct catalogue_field *field)
{
    int64_t low = field->min.units;
    int64_t high = low + NUMBERS_MAX * DECIMAL_SCALE;
    int64_t step = field->type == FORM_FIELD_INTEGER || chance(world, 2) ? DECIMAL_SCALE : 1;
    high = high > field->max.units ? field->max.units : high;
    int64_t drawn = chance(world, 4) ? low : between(world, low, high);
    return (struct decimal){drawn - drawn % step};
}

static struct text date_text(struct world *world)
{
    struct date today = zone_date(calendar_zone(world->rules->calendar), world->wall_ms);
    char *text = arena_take(&world->year->arena, DATE_TEXT_BYTES + 1);
    date_format(date_add_days(today, (int)between(world, 1, 60)), text);
    return text_of(text);
}

struct form_entry form_entry_draw(struct world *world, const struct catalogue_field *field)
{
    struct form_entry entry = {.name = field->id, .kind = FORM_PERSONAL};
    switch (field->type) {
    case FORM_FIELD_TEXT:
    case FORM_FIELD_ADDRESS:
        entry.personal = personal_of(utf8_cut(
            TEXT_LITERAL("People's Road 12"),
            field->max_characters > 0 ? (size_t)field->max_characters : sizeof "People's Road"));
        break;
    case FORM_FIELD_CHOICE:
        entry.personal =
            personal_of(field->choices.items[random_below(&world->random, field->choices.count)]);
        break;
    case FORM_FIELD_DECIMAL:
    case FORM_FIELD_INTEGER:
        entry.kind = FORM_DECIMAL;
        entry.decimal = number_draw(world, field);
        break;
    case FORM_FIELD_DATE:
        entry.personal = personal_of(date_text(world));
        break;
    case FORM_FIELD_BOOLEAN:
        entry.kind = FORM_BOOL;
        entry.boolean = chance(world, 3);
        break;
    }
    return entry;
}

/* A bill that the item is about: it stands unpaid, whoever files it names its number. All have the
 * same identity number, so it is a bill of theirs. */
static struct text bill_number_draw(struct world *world, const struct catalogue_item *item)
{
    return checks_unpaid_bill(world, &item->particulars.applies_to,
                              random_below(&world->random, NUMBERS_MAX));
}

static bool is_bill_number(const struct catalogue_field *field)
{
    return text_equal_string(field->id, "bill_number");
}

bool filing_is_possible(struct world *world, const struct year_case *c)
{
    for (size_t i = 0; i < c->item->field_count; i++) {
        if (is_bill_number(&c->item->fields[i]) &&
            text_is_empty(checks_unpaid_bill(world, &c->item->particulars.applies_to, 0))) {
            return false;
        }
    }
    return true;
}

/* All that must be answered, and some of what may be; `filled_by` is an officer's. */
static struct form form_draw(struct world *world, const struct catalogue_item *item)
{
    struct form form = {
        .items = arena_take_array(&world->year->arena, item->field_count + 1, sizeof *form.items)};
    for (size_t i = 0; i < item->field_count; i++) {
        const struct catalogue_field *field = &item->fields[i];
        if (text_is_empty(field->filled_by) && (field->required || chance(world, 2))) {
            struct form_entry *entry = &form.items[form.count++];
            *entry = form_entry_draw(world, field);
            if (is_bill_number(field)) {
                entry->personal = personal_of(bill_number_draw(world, item));
            }
        }
    }
    return form;
}

/* -- who and with what --------------------------------------------------------------------------
 */

static struct applicant applicant_draw(struct world *world, const struct catalogue_item *item)
{
    static const enum language languages[] = {LANGUAGE_ZH_HANS, LANGUAGE_ZH_HANT, LANGUAGE_EN};
    struct applicant applicant = {
        .kind = item->applicants.items[random_below(&world->random, item->applicants.count)],
        .name = personal_of(TEXT_LITERAL("水务公司")),
        .id_number = personal_of(known_number),
        .phone = personal_of(TEXT_LITERAL("555-0100")),
        .language = languages[random_below(&world->random, 3)],
        .represented = chance(world, 6),
    };
    if (applicant.represented) {
        applicant.representative = personal_of(TEXT_LITERAL("Li"));
    }
    if (chance(world, 2)) {
        applicant.email = personal_of(TEXT_LITERAL("office@example.org"));
    }
    return applicant;
}

/* The form as the catalogue keeps it, to ask which papers it calls for. False when it is wrong. */
static bool form_kept(struct world *world, const struct catalogue_item *item, struct form *form)
{
    struct wire_path path = {.name = TEXT_LITERAL("form")};
    struct form_filer filer = {.occasion = FORM_FILED};
    struct wire_errors errors;
    wire_errors_init(&errors, &world->year->arena);
    return catalogue_check_form(item, &filer, form, &world->year->arena, &path, &errors);
}

/* The papers that are required, now and then without one of them. */
static bool materials_draw(struct world *world, const struct year_case *c,
                           const struct file_case *command, struct material_claim_list *list)
{
    struct form form = command->form;
    struct catalogue_facts facts = {.applicant_kind = command->applicant.kind,
                                    .applicant_represented = command->applicant.represented,
                                    .form = &form};
    if (!form_kept(world, c->item, &form)) {
        return true; /* the service will say what is wrong */
    }
    struct catalogue_material_list required =
        catalogue_required_materials(c->item, &facts, (struct text){0}, &world->year->arena);
    bool is_complete = !chance(world, INCOMPLETE_ONE_IN);
    list->items = arena_take_array(&world->year->arena, required.count + 1, sizeof *list->items);
    for (size_t i = 0; i < required.count; i++) {
        const struct catalogue_material *material = required.items[i]->material;
        if (material->from_register != NULL || (!is_complete && chance(world, 2))) {
            continue;
        }
        struct material_claim *claim = &list->items[list->count++];
        claim->code = material->code;
        claim->filename = personal_of(TEXT_LITERAL("paper.pdf"));
        if (!upload_make(world, c->session, &claim->upload)) {
            return false;
        }
    }
    return true;
}

static bool is_by_oneself(enum channel channel)
{
    return channel == CHANNEL_ONLINE || channel == CHANNEL_KIOSK;
}

static struct principal filer_of(struct world *world, const struct year_case *c)
{
    struct principal filer = {.kind = PRINCIPAL_FILER};
    if (!is_by_oneself(c->channel)) {
        filer = staff_officer(world, TEXT_LITERAL("window_clerk"), TEXT_LITERAL("HALL"), 0);
    }
    filer.session = bytes_of(c->session, KEY_BYTES);
    return filer;
}

/* -- filing -------------------------------------------------------------------------------------
 */

static const struct catalogue_item *item_draw(struct world *world)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    const struct catalogue_item *drawn = NULL;
    uint64_t open = 0;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        open += catalogue->items[i].open ? 1 : 0;
        if (catalogue->items[i].open && random_below(&world->random, open) == 0) {
            drawn = &catalogue->items[i];
        }
    }
    CHECK(drawn != NULL);
    return drawn;
}

void filing_draw(struct world *world, struct year_case *c)
{
    *c = (struct year_case){
        .item = item_draw(world),
        .is_silent = chance(world, SILENT_ONE_IN),
        .is_unpaid = chance(world, UNPAID_ONE_IN),
    };
    const struct text_span *channels = &c->item->channels;
    struct text channel = channels->items[random_below(&world->random, channels->count)];
    c->channel = (enum channel)wire_enum_value(&channel_enum, channel);
    CHECK(c->channel != channel_absent);
    random_fill(&world->random, c->session, KEY_BYTES);
}

/* The id of the case stands in the event that the filing left. */
static void filed_take(struct world *world, struct year_case *c, const struct reply *reply)
{
    struct wire_reader reader;
    struct event_envelope envelope;
    wire_reader_init(&reader, &world->year->arena);
    CHECK(reply->events.count > 0);
    CHECK(record_read_event(&reader, reply->events.items[0], &envelope) == ERR_OK);
    c->id = envelope.case_id;
    wire_reader_free(&reader);
}

bool filing_make(struct world *world, struct year_case *c)
{
    struct arena *arena = &world->year->arena;
    struct file_case command = {.item = c->item->code,
                                .applicant = applicant_draw(world, c->item),
                                .form = form_draw(world, c->item),
                                .channel = c->channel};
    struct principal filer = filer_of(world, c);
    struct commission commission = {.principal = &filer,
                                    .to = host_find(world, "intake"),
                                    .message = &file_case_message,
                                    .body = &command};
    struct reply reply;
    if (is_by_oneself(c->channel)) {
        session_open(world, c->session, arena);
    }
    if (!materials_draw(world, c, &command, &command.materials) ||
        !commission_do(world, c, &commission, &reply)) {
        return false;
    }
    if (!text_is_empty(reply.problem.type)) {
        const struct problem_field_list *errors = &reply.problem.errors;
        trace(world, "people", "filing of %.*s: %.*s %.*s %.*s", TEXT_PRINT(c->item->code),
              TEXT_PRINT(reply.problem.type), TEXT_PRINT(reply.problem.detail),
              TEXT_PRINT(errors->count > 0 ? errors->items[0].detail : (struct text){0}));
        tally_add(world->tally, reply.problem.type);
        return false;
    }
    filed_take(world, c, &reply);
    return true;
}
