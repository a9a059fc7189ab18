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

/* -- limits that a new calendar moved ------------------------------------------------------- */

bool is_recount(const struct event *event)
{
    struct text name = {0};
    (void)text_split(event->envelope->type, '.', &name);
    return text_equal_string(name, "clocks_recounted.v1");
}

/* What a limit is called that the person was told of before; NULL for what is the office's own
 * affair. */
static const struct names *limit_names(enum clock_kind kind)
{
    static const struct names promised = {TEXT_LITERAL("我们承诺作出决定的日期"),
                                          TEXT_LITERAL("我們承諾作出決定的日期"),
                                          TEXT_LITERAL("the day by which we promise a decision")};
    static const struct names statutory = {TEXT_LITERAL("法定的决定期限"),
                                           TEXT_LITERAL("法定的決定期限"),
                                           TEXT_LITERAL("the last day the law gives us to decide")};
    static const struct names notice = {TEXT_LITERAL("答复您是否受理的期限"),
                                        TEXT_LITERAL("答覆您是否受理的期限"),
                                        TEXT_LITERAL("the day by which we tell you of acceptance")};
    static const struct names deliver = {TEXT_LITERAL("送达结果的期限"),
                                         TEXT_LITERAL("送達結果的期限"),
                                         TEXT_LITERAL("the day by which you get the result")};
    static const struct names person = {TEXT_LITERAL("您办理的期限"), TEXT_LITERAL("您辦理的期限"),
                                        TEXT_LITERAL("the last day of your own time")};
    switch (kind) {
    case CLOCK_KIND_PROMISED:
        return &promised;
    case CLOCK_KIND_STATUTORY:
        return &statutory;
    case CLOCK_KIND_SUPPLEMENT_NOTICE:
        return &notice;
    case CLOCK_KIND_DELIVER:
        return &deliver;
    case CLOCK_KIND_PERSON:
        return &person;
    default:
        return NULL;
    }
}

/* True when who filed is to know that this clock moved. The promise is what was told: where it
 * moves too, the law's limit behind it is not. */
static bool clock_concerns(const struct clock_list *clocks, const struct clock *clock)
{
    bool has_promise = false;
    for (size_t i = 0; i < clocks->count; i++) {
        has_promise |= clocks->items[i].kind == CLOCK_KIND_PROMISED;
    }
    return limit_names(clock->kind) != NULL &&
           clock->recount.due_before.days != clock->recount.due_after.days &&
           !(has_promise && clock->kind == CLOCK_KIND_STATUTORY);
}

bool recount_concerns(const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct clock_list *clocks = &moved->step.clocks;
    for (size_t i = 0; i < clocks->count; i++) {
        if (clock_concerns(clocks, &clocks->items[i])) {
            return true;
        }
    }
    return false;
}

/* "the day by which we promise a decision: was 2026-10-20, now 2026-10-22". */
static void limits_add(struct filling *filling, const struct clock_list *clocks)
{
    static const struct names was = {TEXT_LITERAL("：原为 "), TEXT_LITERAL("：原為 "),
                                     TEXT_LITERAL(": was ")};
    static const struct names now = {TEXT_LITERAL("，现为 "), TEXT_LITERAL("，現為 "),
                                     TEXT_LITERAL(", now ")};
    bool is_english = filling->contact->language == LANGUAGE_EN;
    struct text list = TEXT_LITERAL("");
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock_recount *recount = &clocks->items[i].recount;
        if (!clock_concerns(clocks, &clocks->items[i])) {
            continue;
        }
        const char *joint = text_is_empty(list) ? "" : is_english ? "; " : "；";
        list = arena_print(
            filling->decision->arena, "%.*s%s%.*s%.*s%.*s%.*s%.*s", TEXT_PRINT(list), joint,
            TEXT_PRINT(name_in(filling, limit_names(clocks->items[i].kind))),
            TEXT_PRINT(name_in(filling, &was)), TEXT_PRINT(day_text(filling, recount->due_before)),
            TEXT_PRINT(name_in(filling, &now)), TEXT_PRINT(day_text(filling, recount->due_after)));
    }
    parameter_add(filling, "limits", list);
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
    if (moved->fields.held_on.days != 0) {
        parameter_add(filling, "held_on", day_text(filling, moved->fields.held_on));
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
    } else if (is_recount(event)) {
        const struct case_moved *moved = event->data;
        limits_add(&filling, &moved->step.clocks);
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
