/* Parameters: what stands in a message. Numbers, days, codes and names of the catalogue: nothing
 * personal, so that a message can be kept and shown without the vault. */
#include "notification.h"

#include <inttypes.h>

enum { PARAMETERS_MAX = 20 };

struct filling {
    struct decision *decision;
    const struct contact_row *contact;
    const struct hall_rules *rules;
    struct message_parameter_list list;
};

static void parameter_add(struct filling *filling, const char *name, struct text value)
{
    if (!text_is_empty(value) && filling->list.count < PARAMETERS_MAX) {
        filling->list.items[filling->list.count++] =
            (struct message_parameter){.name = text_of(name), .value = value};
    }
}

static struct text name_in(const struct filling *filling, const struct names *names)
{
    return names_in(names, (enum name_language)filling->contact->language);
}

static struct text day_text(struct filling *filling, struct date day)
{
    char *text = arena_take(filling->decision->arena, DATE_TEXT_BYTES + 1);
    date_format(day, text);
    return text_of(text);
}

/* "1234.50", from fen. */
static struct text money_text(struct filling *filling, int64_t amount_fen)
{
    return arena_print(filling->decision->arena, "%" PRId64 ".%02" PRId64, amount_fen / 100,
                       amount_fen % 100);
}

static void missing_add(struct filling *filling, const struct text_list *codes)
{
    struct text list = {0};
    for (size_t i = 0; filling->rules != NULL && i < codes->count; i++) {
        const struct catalogue_material *material =
            catalogue_material(filling->rules->catalogue, codes->items[i]);
        struct text name = material == NULL ? codes->items[i] : name_in(filling, &material->names);
        list = arena_print(filling->decision->arena, "%.*s%s%.*s", TEXT_PRINT(list),
                           i == 0 ? "" : "; ", TEXT_PRINT(name));
    }
    parameter_add(filling, "missing", list);
}

/* The clock that a person who gets the message wants to know: the last one that the step started.
 */
static void due_add(struct filling *filling, const struct clock_list *clocks)
{
    const struct clock *told = NULL;
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock *clock = &clocks->items[i];
        bool runs = clock->phase == CLOCK_RUNNING;
        bool is_promise = clock->kind == CLOCK_KIND_PROMISED;
        bool is_persons = clock->kind == CLOCK_KIND_PERSON || clock->kind == CLOCK_KIND_EXCLUDED;
        if (runs && (is_promise || is_persons || told == NULL)) {
            told = clock;
        }
    }
    if (told != NULL) {
        parameter_add(filling, "due", day_text(filling, told->due_day));
    }
}

static void ground_add(struct filling *filling, struct text code)
{
    const struct catalogue_item *item =
        filling->rules == NULL ? NULL
                               : catalogue_item(filling->rules->catalogue, filling->contact->item);
    const struct catalogue_ground *ground =
        item == NULL ? NULL : catalogue_ground(filling->rules->catalogue, item->kind, code);
    if (ground != NULL) {
        parameter_add(filling, "ground", name_in(filling, &ground->names));
        parameter_add(filling, "article", ground->article);
    }
}

/* The kind of a reply; the article of its ground, or else its own. */
static void reply_add(struct filling *filling, const struct action_fields *fields)
{
    const struct catalogue_reply_kind *kind =
        filling->rules == NULL
            ? NULL
            : catalogue_reply_kind(filling->rules->catalogue, fields->reply_kind);
    if (kind != NULL) {
        parameter_add(filling, "reply", name_in(filling, &kind->names));
    }
    if (kind != NULL && text_is_empty(fields->ground)) {
        parameter_add(filling, "article", kind->article);
    }
}

static void moved_add(struct filling *filling, const struct case_moved *moved)
{
    missing_add(filling, &moved->fields.missing);
    due_add(filling, &moved->step.clocks);
    ground_add(filling, moved->fields.ground);
    reply_add(filling, &moved->fields);
    parameter_add(filling, "right_agency", moved->fields.right_agency);
    parameter_add(filling, "document", moved->number);
    if (moved->fields.amount_fen != 0) {
        parameter_add(filling, "amount", money_text(filling, moved->fields.amount_fen));
    }
    if (moved->fields.until.days != 0) {
        parameter_add(filling, "until", day_text(filling, moved->fields.until));
    }
    if (moved->fields.valid_until.days != 0) {
        parameter_add(filling, "valid_until", day_text(filling, moved->fields.valid_until));
    }
    parameter_add(filling, "outcome", wire_enum_name(&outcome_enum, (int)moved->fields.outcome));
}

static void bill_add(struct filling *filling, const struct fee_bill_issued *bill)
{
    parameter_add(filling, "amount", money_text(filling, bill->amount_fen));
    parameter_add(filling, "bill", bill->number);
    if (bill->due.days != 0) {
        parameter_add(filling, "due", day_text(filling, bill->due));
    }
}

struct message_parameter_list parameters_of(struct decision *decision, const struct event *event,
                                            const struct contact_row *contact)
{
    struct notification *notification = decision->state->memory;
    struct filling filling = {
        .decision = decision,
        .contact = contact,
        .rules = rules_of(notification->shelf, decision->state, contact->catalogue_version),
        .list = {.items = arena_take_array(decision->arena, PARAMETERS_MAX,
                                           sizeof(struct message_parameter))},
    };
    const struct catalogue_item *item =
        filling.rules == NULL ? NULL : catalogue_item(filling.rules->catalogue, contact->item);
    parameter_add(&filling, "number", contact->number);
    parameter_add(&filling, "item", item == NULL ? contact->item : name_in(&filling, &item->names));
    if (event->message == &case_submitted_message) {
        const struct case_submitted *submitted = event->data;
        missing_add(&filling, &submitted->missing);
        due_add(&filling, &submitted->step.clocks);
    } else if (event->message == &fee_bill_issued_message) {
        bill_add(&filling, event->data);
    } else if (event->message == &fee_bill_lowered_message) {
        const struct fee_bill_lowered *lowered = event->data;
        parameter_add(&filling, "amount", money_text(&filling, lowered->due_fen));
    } else if (event->message == &fee_receipt_issued_message) {
        const struct fee_receipt_issued *receipt = event->data;
        parameter_add(&filling, "amount", money_text(&filling, receipt->amount_fen));
        parameter_add(&filling, "receipt", receipt->number);
    } else if (event->message->fields == case_moved_message.fields) {
        moved_add(&filling, event->data);
    }
    return filling.list;
}

static struct text parameter_find(const void *context, struct text name)
{
    const struct message_parameter_list *parameters = context;
    for (size_t i = 0; i < parameters->count; i++) {
        if (text_equal(parameters->items[i].name, name)) {
            return parameters->items[i].value;
        }
    }
    return (struct text){0};
}

struct text message_text(const struct names *names, enum language language,
                         const struct message_parameter_list *parameters, struct arena *arena)
{
    return template_fill(names_in(names, (enum name_language)language), parameter_find, parameters,
                         arena);
}

const struct message_template *message_template_of(struct state *state,
                                                   const struct message_row *row)
{
    const struct notification *notification = state->memory;
    const struct hall_rules *rules = rules_of(notification->shelf, state, row->catalogue_version);
    return rules == NULL ? NULL : template_named(&rules->templates, row->template_name);
}
