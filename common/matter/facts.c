/* Facts: what conditions of procedures compare (procedure/vocabulary.c). */
#include "matter/hearing.h"
#include "matter/internal.h"
#include "matter/registers.h"

#include "base/check.h"
#include "catalogue/fees.h"

static struct text yes_or_no(bool value)
{
    return value ? TEXT_LITERAL("yes") : TEXT_LITERAL("no");
}

static struct text fact_materials(struct move *move)
{
    return move->matter->row.missing.count == 0 ? TEXT_LITERAL("complete")
                                                : TEXT_LITERAL("missing");
}

static struct text fact_list(struct move *move)
{
    /* A second list is for new facts only; they stand in its reasons (domain 4.1). */
    bool has_new_facts = move->fields->reasons.value.size > 0;
    return move->matter->row.asked_before && !has_new_facts ? TEXT_LITERAL("used_up")
                                                            : TEXT_LITERAL("allowed");
}

static struct text fact_ground(struct move *move)
{
    const struct catalogue_ground *ground = catalogue_ground(
        move->matter->rules->catalogue, move->matter->item->kind, move->fields->ground);
    return ground == NULL ? TEXT_LITERAL("none") : ground->use;
}

/* A joint item is one with stages that run in parallel. */
static struct text fact_joint(struct move *move)
{
    const struct catalogue_item *item = move->matter->item;
    for (size_t i = 0; i < item->stage_count; i++) {
        if (!text_is_empty(item->stages[i].parallel_group)) {
            return yes_or_no(true);
        }
    }
    return yes_or_no(false);
}

/* An item whose site stage is not optional always needs the check; one without never does. */
static struct text fact_site_check(struct move *move)
{
    const struct catalogue_stage *site = catalogue_stage(move->matter->item, TEXT_LITERAL("site"));
    bool needed = site != NULL && (!site->optional || move->fields->site_check);
    return needed ? TEXT_LITERAL("needed") : TEXT_LITERAL("not_needed");
}

static struct text fact_pause_cause(struct move *move)
{
    return text_span_contains(&move->matter->item->limits.excluded, move->fields->cause)
               ? TEXT_LITERAL("listed")
               : TEXT_LITERAL("unlisted");
}

static struct text fact_extension_head(struct move *move)
{
    struct text head = move->matter->item->limits.extension.approver;
    return yes_or_no(!text_is_empty(head) &&
                     matter_holds(move->matter, move->decision->principal, head, move->unit));
}

/* Counts the different officers who hold the caller's part: the caller and the witnesses. */
static struct text fact_officers(struct move *move)
{
    const struct catalogue_stage *stage = matter_stage(move->matter, move->unit);
    const struct request *request = move->decision->request;
    const struct text role = TEXT_LITERAL("field_checker");
    int64_t count = 1;
    for (size_t i = 0; request != NULL && i < request->witnesses.count; i++) {
        const struct principal *witness = &request->witnesses.items[i];
        bool is_new = !text_equal(witness->login, move->decision->principal->login);
        for (size_t k = 0; k < i && is_new; k++) {
            is_new = !text_equal(witness->login, request->witnesses.items[k].login);
        }
        count += is_new && matter_holds(move->matter, witness, role, move->unit) ? 1 : 0;
    }
    int64_t wanted = stage == NULL || stage->min_staff < 1 ? 1 : stage->min_staff;
    return count >= wanted ? TEXT_LITERAL("enough") : TEXT_LITERAL("too_few");
}

/* The head of the item's department decides by office, anybody else by a delegation that is in
 * force today (S33). Every transition that asks for authority is a decision. */
static struct text fact_authority(struct move *move)
{
    const struct matter *matter = move->matter;
    const struct decision *decision = move->decision;
    struct date today = zone_date(calendar_zone(matter->rules->calendar), decision->now_ms);
    bool by_office = principal_holds(decision->principal, TEXT_LITERAL("agency_head"),
                                     matter->item->department->code);
    bool may =
        by_office || (move->flow->registers != 0 &&
                      delegation_holds(move->flow, decision->state, decision->principal->login,
                                       matter->item->code, TEXT_LITERAL("decide"), today));
    return may ? TEXT_LITERAL("delegated") : TEXT_LITERAL("not_delegated");
}

static struct text fact_licence(struct move *move)
{
    return text_is_empty(move->matter->row.document) ? TEXT_LITERAL("not_made")
                                                     : TEXT_LITERAL("made");
}

/* A request counts from its receipt when it came by hand, or by mail that was signed for
 * (政府信息公开条例 31). */
static struct text fact_arrival(struct move *move)
{
    const struct case_row *row = &move->matter->row;
    bool by_hand = row->channel == CHANNEL_WINDOW || row->channel == CHANNEL_KIOSK;
    return by_hand || row->signed_for ? TEXT_LITERAL("received") : TEXT_LITERAL("to_confirm");
}

static struct text fact_own(struct move *move)
{
    struct text opener = move->matter->row.opened_by;
    return yes_or_no(!text_is_empty(opener) &&
                     text_equal(opener, move->decision->principal->login));
}

static struct text fact_concerned(struct move *move)
{
    return yes_or_no(
        matter_holds(move->matter, move->decision->principal, TEXT_LITERAL("unit_concerned"), -1));
}

/* Who the unit is to the case. */
static struct text fact_party(struct move *move)
{
    return move->unit < 0 ? (struct text){0} : move->matter->row.units.items[move->unit].relation;
}

static const struct catalogue_reply_kind *reply_kind(const struct move *move)
{
    return catalogue_reply_kind(move->matter->rules->catalogue, move->fields->reply_kind);
}

static struct text fact_counsel(struct move *move)
{
    const struct catalogue_reply_kind *kind = reply_kind(move);
    if (kind == NULL) {
        return TEXT_LITERAL("unknown");
    }
    return kind->counsel ? TEXT_LITERAL("needed") : TEXT_LITERAL("not_needed");
}

/* A reply that withholds something cites one of the grounds listed for it; no other cites one. */
static struct text fact_reply(struct move *move)
{
    const struct catalogue_reply_kind *kind = reply_kind(move);
    struct text ground = move->fields->ground;
    bool sound =
        kind != NULL && (kind->grounds.count == 0 ? text_is_empty(ground)
                                                  : text_span_contains(&kind->grounds, ground));
    return sound ? TEXT_LITERAL("sound") : TEXT_LITERAL("unsound");
}

/* Counsel advises on a draft: a new draft of such a kind needs new advice. */
static struct text fact_advice(struct move *move)
{
    const struct catalogue_reply_kind *kind = reply_kind(move);
    bool advised =
        row_did_after(&move->matter->row, TEXT_LITERAL("advise"), TEXT_LITERAL("review"));
    return kind != NULL && (!kind->counsel || advised) ? TEXT_LITERAL("enough")
                                                       : TEXT_LITERAL("missing");
}

/* True when the item's schedule asks for something: a fee of nothing would only begin the person's
 * waiting again. */
static bool is_charged(struct move *move)
{
    const struct action_fields *fields = move->fields;
    bool by_request = fields->charge_by == CHARGE_BY_REQUEST;
    int64_t quantity = by_request ? fields->requests_this_month : fields->pages;
    struct form_entry entries[] = {
        {.name = TEXT_LITERAL("charge_by"),
         .kind = FORM_TEXT,
         .text = wire_enum_name(&charge_scale_enum, (int)fields->charge_by)},
        {.name = by_request ? TEXT_LITERAL("requests_this_month") : TEXT_LITERAL("pages"),
         .kind = FORM_DECIMAL,
         .decimal = decimal_of(quantity)},
    };
    struct form form = {.items = entries, .count = 2};
    struct catalogue_facts facts = {.applicant_kind = move->matter->row.applicant_kind,
                                    .form = &form};
    struct catalogue_fee_lines lines = {0};
    struct wire_errors *errors = arena_take(move->decision->arena, sizeof *errors);
    wire_errors_init(errors, move->decision->arena);
    return catalogue_fee_lines(move->matter->item, BILL_REQUESTED, &facts, move->decision->arena,
                               NULL, errors, &lines) == ERR_OK &&
           lines.sum_fen > 0;
}

/* One scale, with the number it is read from (国办函〔2020〕109号: never both). */
static struct text fact_charge(struct move *move)
{
    const struct action_fields *fields = move->fields;
    bool one_scale = fields->charge_by == CHARGE_BY_REQUEST
                         ? fields->requests_this_month > 0 && fields->pages == 0
                         : fields->pages > 0 && fields->requests_this_month == 0;
    bool sound = one_scale && is_charged(move);
    return sound ? TEXT_LITERAL("sound") : TEXT_LITERAL("unsound");
}

static struct text fact_consulted(struct move *move)
{
    const struct party_list *parties = &move->fields->parties;
    bool sound = parties->count > 0;
    for (size_t i = 0; i < parties->count; i++) {
        const struct party *party = &parties->items[i];
        bool is_asked = text_equal_string(party->relation, "third_party") ||
                        text_equal_string(party->relation, "co_author");
        bool is_known = !text_is_empty(party->department) || !text_is_empty(party->login) ||
                        party->name.value.size > 0;
        sound = sound && is_asked && is_known;
    }
    return sound ? TEXT_LITERAL("sound") : TEXT_LITERAL("unsound");
}

/* What the service that has the case knows of it alone. */
static struct text fact_of_service(struct move *move, const char *name)
{
    const struct flow_hooks *hooks = &move->flow->hooks;
    return hooks->fact == NULL ? (struct text){0} : hooks->fact(move, text_of(name));
}

static struct text fact_waiver_class(struct move *move)
{
    return fact_of_service(move, "waiver_class");
}

static struct text fact_waivable(struct move *move)
{
    return fact_of_service(move, "waivable");
}

static struct text fact_books(struct move *move)
{
    return fact_of_service(move, "books");
}

static struct text fact_counter(struct move *move)
{
    return fact_of_service(move, "counter");
}

static struct text fact_bank(struct move *move)
{
    return fact_of_service(move, "bank");
}

static struct text fact_takings(struct move *move)
{
    return fact_of_service(move, "takings");
}

static struct text fact_disclosures(struct move *move)
{
    return fact_of_service(move, "disclosures");
}

static struct text fact_succession(struct move *move)
{
    return fact_of_service(move, "succession");
}

/* The working days until a permit expires; -1 when it does not. */
static int64_t days_to_expiry(const struct move *move)
{
    const struct clock *expiry = row_clock(&move->matter->row, TEXT_LITERAL("expiry"));
    if (expiry == NULL || expiry->phase != CLOCK_RUNNING) {
        return -1;
    }
    return clock_working_days_left(expiry, &move->matter->clocks, move->decision->now_ms);
}

/* A permit that expires is renewed on a request made in the time that its guide states before that
 * (行政许可法 50); where it states none, while it runs. */
static struct text fact_renewal_window(struct move *move)
{
    const struct catalogue_renewal *renewal = &move->matter->item->particulars.renewal;
    int64_t left = days_to_expiry(move);
    bool is_early = !text_is_empty(renewal->apply_from.unit) && left > renewal->apply_from.value;
    bool is_late = !text_is_empty(renewal->apply_until.unit) && left < renewal->apply_until.value;
    return left >= 0 && !is_early && !is_late ? TEXT_LITERAL("open") : TEXT_LITERAL("closed");
}

static struct date today_of(const struct move *move)
{
    return zone_date(calendar_zone(move->matter->clocks.calendar), move->at_ms);
}

/* The last day on which a hearing is held in time: of the time that runs, or that begins with this
 * step. */
static struct date hearing_last_day(const struct move *move)
{
    const struct text name = TEXT_LITERAL("hold");
    const struct clock *hold = row_clock(&move->matter->row, name);
    const struct procedure_clock *clock = procedure_clock_find(move->procedure, name);
    struct date last = {0};
    if (hold != NULL && hold->phase == CLOCK_RUNNING) {
        return hold->due_day;
    }
    if (clock != NULL) {
        (void)calendar_add_workdays(move->matter->clocks.calendar, today_of(move),
                                    clock->limit.value, &last);
    }
    return last;
}

/* Time and place are told seven days before (行政许可法 48), and it is held within twenty working
 * days (47). That no day is named at all is told by what the action needs. */
static struct text fact_hearing_notice(struct move *move)
{
    struct date day = move->fields->held_on;
    enum hearing_day judged = hearing_day_judge(today_of(move), day, hearing_last_day(move));
    if (day.days == 0 || judged == HEARING_DAY_SOUND) {
        return TEXT_LITERAL("enough");
    }
    return judged == HEARING_DAY_TOO_SOON ? TEXT_LITERAL("short") : TEXT_LITERAL("late");
}

/* What the record says against the day that was told: its clock ran until that day began. */
static struct text fact_hearing_held(struct move *move)
{
    const struct clock *clock = row_clock(&move->matter->row, TEXT_LITERAL("hearing_day"));
    struct date day = move->fields->held_on;
    struct date told = {clock == NULL ? 0 : clock->due_day.days + 1};
    bool fits = day.days == 0 || hearing_was_held(told, day, today_of(move));
    return fits ? TEXT_LITERAL("held") : TEXT_LITERAL("not_held");
}

/* Only an objection must cite a ground; one that is cited must be listed. */
static struct text fact_opinion_ground(struct move *move)
{
    bool cited = !text_is_empty(move->fields->ground);
    bool listed = text_equal_string(fact_ground(move), "refusal");
    bool owed = move->fields->opinion == OPINION_OBJECT;
    return (owed && !listed) || (cited && !listed) ? TEXT_LITERAL("missing")
                                                   : TEXT_LITERAL("given");
}

static struct text truth(bool value)
{
    return value ? TEXT_LITERAL("true") : TEXT_LITERAL("false");
}

/* What the form says, as the procedure compares it. */
static struct text fact_of_form(struct move *move, struct text name)
{
    const struct form_entry *entry = form_find(&move->fields->form, name);
    if (entry == NULL) {
        entry = form_find(&move->matter->row.says, name);
    }
    if (entry == NULL) {
        return TEXT_LITERAL("none");
    }
    return entry->kind == FORM_BOOL ? truth(entry->boolean) : entry->text;
}

/* The text of an action's field: the name of an enum, true or false, a code. */
static struct text fact_of_field(struct move *move, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    if (field == NULL) {
        return (struct text){0};
    }
    const void *value = wire_value(field, move->fields);
    switch (field->type) {
    case WIRE_ENUM:
        return wire_enum_name(field->enumeration, *(const int *)value);
    case WIRE_BOOL:
        return truth(*(const bool *)value);
    case WIRE_PUBLIC_TEXT:
        return *(const struct text *)value;
    default:
        return (struct text){0};
    }
}

/* The phase of a clock, `none` when the case has no such clock. */
static struct text fact_of_clock(struct move *move, struct text name)
{
    const struct clock *clock = row_clock(&move->matter->row, name);
    return clock == NULL ? TEXT_LITERAL("none")
                         : wire_enum_name(&clock_phase_enum, (int)clock->phase);
}

struct text move_fact(struct move *move, struct text name)
{
    static const struct {
        const char *name;
        struct text (*value)(struct move *move);
    } facts[] = {
        {"materials", fact_materials},
        {"list", fact_list},
        {"ground", fact_ground},
        {"joint", fact_joint},
        {"site_check", fact_site_check},
        {"pause_cause", fact_pause_cause},
        {"extension_head", fact_extension_head},
        {"officers", fact_officers},
        {"authority", fact_authority},
        {"licence", fact_licence},
        {"opinion_ground", fact_opinion_ground},
        {"arrival", fact_arrival},
        {"own", fact_own},
        {"concerned", fact_concerned},
        {"party", fact_party},
        {"counsel", fact_counsel},
        {"reply", fact_reply},
        {"advice", fact_advice},
        {"charge", fact_charge},
        {"consulted", fact_consulted},
        {"waiver_class", fact_waiver_class},
        {"waivable", fact_waivable},
        {"books", fact_books},
        {"counter", fact_counter},
        {"bank", fact_bank},
        {"takings", fact_takings},
        {"disclosures", fact_disclosures},
        {"succession", fact_succession},
        {"renewal_window", fact_renewal_window},
        {"hearing_notice", fact_hearing_notice},
        {"hearing_held", fact_hearing_held},
    };
    if (text_starts_with(name, "field.")) {
        return fact_of_field(move, text_after(name, 6));
    }
    if (text_starts_with(name, "form.")) {
        return fact_of_form(move, text_after(name, 5));
    }
    if (text_starts_with(name, "clock.")) {
        return fact_of_clock(move, text_after(name, 6));
    }
    if (text_equal_string(name, "appealed")) {
        struct text appealed = move->matter->row.appealed;
        return text_is_empty(appealed) ? TEXT_LITERAL("none") : appealed;
    }
    if (text_starts_with(name, "done.")) {
        return truth(row_done(&move->matter->row, text_after(name, 5)));
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (text_equal_string(name, facts[i].name)) {
            return facts[i].value(move);
        }
    }
    return (struct text){0};
}

/* -- the situation ------------------------------------------------------------------------------
 */

static bool situation_holds(void *context, struct text role)
{
    struct move *move = context;
    return matter_holds(move->matter, move->decision->principal, role, move->unit);
}

static struct text situation_fact(void *context, struct text name)
{
    return move_fact(context, name);
}

static bool situation_made_before(void *context, const struct procedure_transition *transition)
{
    const struct move *move = context;
    const struct text_list *made = &move->matter->row.made;
    for (size_t i = 0; i < made->count; i++) {
        if (text_equal(made->items[i], transition->trigger_name)) {
            return true;
        }
    }
    return false;
}

static bool situation_is_over(void *context, struct text name)
{
    const struct move *move = context;
    const struct clock *clock = row_clock(&move->matter->row, name);
    return clock != NULL && clock->phase != CLOCK_ENDED &&
           clock_is_over(clock, move->decision->now_ms);
}

static bool situation_did(void *context, struct text action)
{
    const struct move *move = context;
    struct text login = row_did(&move->matter->row, action);
    return !text_is_empty(login) && text_equal(login, move->decision->principal->login);
}

struct procedure_situation move_situation(struct move *move)
{
    int state = move->matter->state;
    if (move->unit >= 0) {
        CHECK((size_t)move->unit < move->matter->row.units.count);
        state =
            procedure_state_index(move->procedure, move->matter->row.units.items[move->unit].state);
    }
    return (struct procedure_situation){
        .state = state,
        .holds = situation_holds,
        .fact = situation_fact,
        .did = situation_did,
        .made_before = situation_made_before,
        .is_over = situation_is_over,
        .context = move,
    };
}
