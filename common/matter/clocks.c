/* What a move does to the clocks of a case. */
#include "matter/internal.h"

#include "base/check.h"
#include "matter/calendars.h"

#include <inttypes.h>
#include <string.h>

enum { STEP_CLOCKS_MAX = 16 };

static const char main_clock[] = "main";
static const char promise_clock[] = "promise";

void step_clock_set(struct case_step *step, const struct clock *clock, struct arena *arena)
{
    if (step->clocks.items == NULL) {
        step->clocks.items = arena_take_array(arena, STEP_CLOCKS_MAX, sizeof *step->clocks.items);
    }
    for (size_t i = 0; i < step->clocks.count; i++) {
        if (text_equal(step->clocks.items[i].name, clock->name)) {
            step->clocks.items[i] = *clock;
            return;
        }
    }
    CHECK(step->clocks.count < STEP_CLOCKS_MAX);
    step->clocks.items[step->clocks.count++] = *clock;
}

/* The clock as it stands within the step: what the step did to it already, or the row's. */
static const struct clock *clock_now(const struct move *move, const struct case_step *step,
                                     struct text name)
{
    for (size_t i = 0; i < step->clocks.count; i++) {
        if (text_equal(step->clocks.items[i].name, name)) {
            return &step->clocks.items[i];
        }
    }
    return row_clock(&move->matter->row, name);
}

static bool unit_of_limit(struct text name, enum limit_unit *ret_unit)
{
    *ret_unit = (enum limit_unit)wire_enum_value(&limit_unit_enum, name);
    return *ret_unit != limit_unit_absent;
}

/* A rule from a limit that the catalogue or the procedure states; false when it states none. */
static bool rule_make(struct text name, enum clock_kind kind, struct stated_limit limit,
                      struct text basis, struct clock_rule *ret_rule)
{
    enum limit_unit unit = limit_unit_absent;
    if (!unit_of_limit(limit.unit, &unit)) {
        return false;
    }
    *ret_rule = (struct clock_rule){
        .name = name, .kind = kind, .value = limit.value, .unit = unit, .basis = basis};
    return true;
}

static enum clock_kind kind_of_stage(const struct catalogue_stage *stage)
{
    enum clock_kind kind = (enum clock_kind)wire_enum_value(&clock_kind_enum, stage->clock->code);
    return kind == clock_kind_absent ? CLOCK_KIND_STAGE : kind;
}

/* -- starting ------------------------------------------------------------------------------------
 */

static enum verdict clock_refuse(struct move *move, struct text name, enum err err)
{
    return refuse(move->decision, PROBLEM_CONFLICT, "the clock %.*s does not allow this: %s",
                  TEXT_PRINT(name), err_text(err));
}

static enum verdict rule_start(struct move *move, const struct clock_rule *rule, int64_t at_ms,
                               struct case_step *step)
{
    struct clock clock;
    enum err err = clock_start(rule, at_ms, &move->matter->clocks, move->decision->arena, &clock);
    if (err != ERR_OK) {
        return clock_refuse(move, rule->name, err);
    }
    step_clock_set(step, &clock, move->decision->arena);
    return VERDICT_OK;
}

/* The law's limit and the promise beside it: two clocks that are always handled together. */
static enum verdict main_start(struct move *move, int64_t at_ms, struct case_step *step)
{
    const struct catalogue_limits *limits = &move->matter->item->limits;
    const struct catalogue_limit *law =
        text_is_empty(limits->statutory.limit.unit) ? &limits->local : &limits->statutory;
    struct clock_rule rule;
    enum verdict verdict = VERDICT_OK;
    if (rule_make(text_of(main_clock), CLOCK_KIND_STATUTORY, law->limit, law->basis, &rule)) {
        verdict = rule_start(move, &rule, at_ms, step);
    }
    if (verdict == VERDICT_OK && rule_make(text_of(promise_clock), CLOCK_KIND_PROMISED,
                                           limits->promised.limit, limits->promised.basis, &rule)) {
        verdict = rule_start(move, &rule, at_ms, step);
    }
    return verdict;
}

/* A person's own period: the usual one, or what the officer named up to the most allowed. */
static enum verdict period_start(struct move *move, const struct procedure_clock *clock,
                                 const struct catalogue_period *period, struct case_step *step)
{
    struct stated_limit limit = period->usual;
    struct clock_rule rule;
    if (!text_is_empty(clock->field) && move->fields->period_workdays > 0) {
        limit.value = move->fields->period_workdays;
        if (limit.value > period->max.value) {
            struct wire_path fields = {.name = TEXT_LITERAL("fields")};
            struct wire_path at = {.parent = &fields, .name = TEXT_LITERAL("period_workdays")};
            wire_errors_add(&move->decision->errors, &at, "must be at most %" PRId64,
                            period->max.value);
            return refuse_fields(move->decision);
        }
    }
    if (!rule_make(clock->name, CLOCK_KIND_PERSON, limit, period->basis, &rule)) {
        return VERDICT_OK; /* the item knows no such period */
    }
    return rule_start(move, &rule, move->at_ms, step);
}

/* Whose time a clock of the procedure measures. */
static enum clock_kind kind_of(const struct procedure_clock *clock, enum clock_kind otherwise)
{
    enum clock_kind kind = (enum clock_kind)wire_enum_value(&clock_kind_enum, clock->kind);
    return kind == clock_kind_absent ? otherwise : kind;
}

/* The day that a field of the action holds; the loader has seen to it that it is a date. */
static struct date day_in_field(const struct move *move, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    CHECK(field != NULL && field->type == WIRE_DATE);
    return *(const struct date *)wire_value(field, move->fields);
}

/* Until the day that a field of the action names ends, or begins; a day that has begun already is
 * waited for no longer. */
static enum verdict named_day_start(struct move *move, const struct procedure_clock *clock,
                                    struct case_step *step)
{
    const struct clock_context *context = &move->matter->clocks;
    struct date day = day_in_field(move, clock->field);
    struct date today = zone_date(calendar_zone(context->calendar), move->at_ms);
    struct clock_rule rule = {.name = clock->name,
                              .kind = kind_of(clock, CLOCK_KIND_EXCLUDED),
                              .unit = LIMIT_HOUR,
                              .basis = clock->basis};
    struct clock started;
    if (day.days == 0) {
        return VERDICT_OK; /* no day was named, so nothing ends */
    }
    if (clock->starts_day && day.days <= today.days) {
        return rule_start(move, &rule, move->at_ms, step);
    }
    day.days -= clock->starts_day ? 1 : 0;
    enum err err =
        clock_start_until(&rule, move->at_ms, day, context, move->decision->arena, &started);
    if (err != ERR_OK) {
        struct wire_path fields = {.name = TEXT_LITERAL("fields")};
        struct wire_path at = {.parent = &fields, .name = clock->field};
        wire_errors_add(&move->decision->errors, &at, "must be a day from today on");
        return refuse_fields(move->decision);
    }
    step_clock_set(step, &started, move->decision->arena);
    return VERDICT_OK;
}

/* Again until the day that it had before it was ended, for instance with the permit that was
 * revoked; a day that is over by now is over at once. One that never ran stays away. */
static enum verdict reopen(struct move *move, const struct procedure_clock *clock,
                           struct case_step *step)
{
    const struct clock_context *context = &move->matter->clocks;
    const struct clock *ended = clock_now(move, step, clock->name);
    struct date today = zone_date(calendar_zone(context->calendar), move->at_ms);
    struct clock_rule rule = {.name = clock->name,
                              .kind = kind_of(clock, CLOCK_KIND_EXCLUDED),
                              .unit = LIMIT_HOUR,
                              .basis = clock->basis};
    struct clock started;
    if (ended == NULL || ended->phase != CLOCK_ENDED) {
        return VERDICT_OK;
    }
    if (ended->due_day.days < today.days) {
        return rule_start(move, &rule, move->at_ms, step);
    }
    enum err err = clock_start_until(&rule, move->at_ms, ended->due_day, context,
                                     move->decision->arena, &started);
    if (err != ERR_OK) {
        return clock_refuse(move, clock->name, err);
    }
    step_clock_set(step, &started, move->decision->arena);
    return VERDICT_OK;
}

static enum verdict stage_start(struct move *move, const struct catalogue_stage *stage,
                                struct text name, struct text basis, struct case_step *step)
{
    struct clock_rule rule;
    if (stage == NULL || !rule_make(name, kind_of_stage(stage), stage->limit, basis, &rule)) {
        return VERDICT_OK;
    }
    return rule_start(move, &rule, move->at_ms, step);
}

static enum verdict clock_begin(struct move *move, const struct procedure_clock_step *operation,
                                struct case_step *step)
{
    const struct catalogue_limits *limits = &move->matter->item->limits;
    const struct procedure_clock *clock = procedure_clock_find(move->procedure, operation->clock);
    struct clock_rule rule;
    CHECK(clock != NULL);
    switch (clock->source) {
    case CLOCK_FROM_STAGE:
        return stage_start(move, catalogue_stage(move->matter->item, clock->stage), clock->name,
                           clock->basis, step);
    case CLOCK_FROM_MAIN:
        return main_start(move, operation->from_receipt ? move->matter->row.received : move->at_ms,
                          step);
    case CLOCK_FROM_SUPPLEMENT:
        return period_start(move, clock, &limits->supplement, step);
    case CLOCK_FROM_PAYMENT:
        return period_start(move, clock, &limits->payment, step);
    case CLOCK_FROM_DELIVER:
        return rule_make(clock->name, CLOCK_KIND_DELIVER, limits->deliver.limit,
                         limits->deliver.basis, &rule)
                   ? rule_start(move, &rule, move->at_ms, step)
                   : VERDICT_OK;
    case CLOCK_FROM_LIMIT:
        return rule_make(clock->name, kind_of(clock, CLOCK_KIND_STAGE), clock->limit, clock->basis,
                         &rule)
                   ? rule_start(move, &rule, move->at_ms, step)
                   : VERDICT_OK;
    case CLOCK_FROM_FIELD:
        return named_day_start(move, clock, step);
    }
    UNREACHABLE();
}

/* -- changing ------------------------------------------------------------------------------- */

/* What a clock that is there is counted with. */
static struct clock_context context_of(const struct move *move, const struct clock *clock)
{
    struct state *state = move->decision->state;
    return calendars_context_of(move->flow->shelf(state->memory), state, &move->matter->clocks,
                                clock);
}

/* By what the item gives, or by the part of it that the head asks for. */
static enum err extend(struct move *move, const struct clock *clock,
                       const struct clock_context *context, struct clock *ret_clock)
{
    const struct catalogue_limit *extension = &move->matter->item->limits.extension;
    int64_t asked = move->fields->period_workdays;
    struct clock_extension more = {.value = extension->limit.value, .basis = extension->basis};
    if (!unit_of_limit(extension->limit.unit, &more.unit)) {
        return ERR_DENIED;
    }
    if (asked > more.value) {
        return ERR_INVALID;
    }
    if (asked > 0 && more.unit == LIMIT_WORKDAY) {
        more.value = asked;
    }
    return clock_extend(clock, move->at_ms, &more, context, move->decision->arena, ret_clock);
}

/* To a later day that the head names (政府信息公开条例 35): the working days until then are added.
 */
static enum err postpone(struct move *move, const struct clock *clock,
                         const struct clock_context *context, struct clock *ret_clock)
{
    struct clock_extension more = {
        .value = calendar_count_workdays(context->calendar, clock->due_day, move->fields->until),
        .unit = LIMIT_WORKDAY,
        .basis = move->transition->basis,
    };
    if (more.value < 1) {
        return ERR_INVALID;
    }
    return clock_extend(clock, move->at_ms, &more, context, move->decision->arena, ret_clock);
}

/* Does one operation to one clock that is there; a clock that ended, or that the item does not
 * know, is left alone. */
static enum verdict clock_change(struct move *move, enum clock_operation operation,
                                 struct text name, struct case_step *step)
{
    const struct clock *clock = clock_now(move, step, name);
    struct arena *arena = move->decision->arena;
    struct text basis = move->transition->basis;
    struct clock changed;
    enum err err = ERR_OK;
    if (clock == NULL || clock->phase == CLOCK_ENDED) {
        return VERDICT_OK;
    }
    struct clock_context counted = context_of(move, clock);
    const struct clock_context *context = &counted;
    switch (operation) {
    case CLOCK_OP_STOP:
        err = clock_stop(clock, move->at_ms, basis, context, arena, &changed);
        break;
    case CLOCK_OP_PAUSE:
        err = clock_pause(clock, move->at_ms, basis, context, arena, &changed);
        break;
    case CLOCK_OP_RESUME:
        err = clock_resume(clock, move->at_ms, basis, context, arena, &changed);
        break;
    case CLOCK_OP_RESTART:
        err = clock_restart(clock, move->at_ms, basis, context, arena, &changed);
        break;
    case CLOCK_OP_EXTEND:
        err = extend(move, clock, context, &changed);
        break;
    case CLOCK_OP_POSTPONE:
        err = postpone(move, clock, context, &changed);
        break;
    case CLOCK_OP_START:
    case CLOCK_OP_REOPEN:
        UNREACHABLE();
    }
    if (err == ERR_INVALID && operation == CLOCK_OP_EXTEND && move->fields->period_workdays > 0) {
        field_error(move->decision, TEXT_LITERAL("period_workdays"),
                    "is more than the extension that the item gives");
        return refuse_fields(move->decision);
    }
    if (err == ERR_INVALID && operation == CLOCK_OP_POSTPONE) {
        field_error(move->decision, TEXT_LITERAL("until"), "must be a later day than the due day");
        return refuse_fields(move->decision);
    }
    if (err != ERR_OK) {
        return clock_refuse(move, name, err);
    }
    step_clock_set(step, &changed, arena);
    return VERDICT_OK;
}

/* Stops every clock that still runs. */
static enum verdict all_stop(struct move *move, struct case_step *step)
{
    enum verdict verdict = VERDICT_OK;
    const struct case_row *row = &move->matter->row;
    for (size_t i = 0; i < row->clocks.count && verdict == VERDICT_OK; i++) {
        verdict = clock_change(move, CLOCK_OP_STOP, row->clocks.items[i].name, step);
    }
    return verdict;
}

/* A unit's own clocks carry the unit's stage in their names; those of the case stand alone. */
static struct text clock_name(const struct move *move, struct text name)
{
    if (move->unit < 0) {
        return name;
    }
    struct text stage = move->matter->row.units.items[move->unit].stage;
    return arena_print(move->decision->arena, "%.*s:%.*s", TEXT_PRINT(name), TEXT_PRINT(stage));
}

/* Starts a clock of a unit: its stage's own limit, or a limit of the sub-procedure. */
static enum verdict unit_clock_begin(struct move *move, struct text name, struct case_step *step)
{
    const struct procedure_clock *clock = procedure_clock_find(move->procedure, name);
    struct text full = clock_name(move, name);
    struct clock_rule rule;
    CHECK(clock != NULL);
    if (clock->source == CLOCK_FROM_STAGE) {
        const struct catalogue_stage *stage =
            text_equal_string(clock->stage, "unit")
                ? matter_stage(move->matter, move->unit)
                : catalogue_stage(move->matter->item, clock->stage);
        return stage_start(move, stage, full, clock->basis, step);
    }
    if (!rule_make(full, kind_of(clock, CLOCK_KIND_STAGE), clock->limit, clock->basis, &rule)) {
        return VERDICT_OK;
    }
    return rule_start(move, &rule, move->at_ms, step);
}

static enum verdict unit_all_stop(struct move *move, struct case_step *step)
{
    enum verdict verdict = VERDICT_OK;
    for (size_t i = 0; i < move->procedure->clock_count && verdict == VERDICT_OK; i++) {
        verdict = clock_change(move, CLOCK_OP_STOP,
                               clock_name(move, move->procedure->clocks[i].name), step);
    }
    return verdict;
}

/* True when the promise was broken already: the law's limit may still be extended (行政许可法 42),
 * but what is past stays past. */
static bool promise_is_over(const struct move *move)
{
    const struct clock *promise = row_clock(&move->matter->row, text_of(promise_clock));
    return promise != NULL && promise->phase == CLOCK_RUNNING && promise->due <= move->at_ms;
}

enum verdict clock_operate(struct move *move, const struct procedure_clock_step *operation,
                           struct case_step *step)
{
    bool is_all = text_equal_string(operation->clock, "all");
    if (operation->operation == CLOCK_OP_START) {
        return move->unit >= 0 ? unit_clock_begin(move, operation->clock, step)
                               : clock_begin(move, operation, step);
    }
    if (operation->operation == CLOCK_OP_REOPEN) {
        return reopen(move, procedure_clock_find(move->procedure, operation->clock), step);
    }
    if (is_all) {
        return move->unit >= 0 ? unit_all_stop(move, step) : all_stop(move, step);
    }
    enum verdict verdict =
        clock_change(move, operation->operation, clock_name(move, operation->clock), step);
    const struct procedure_clock *clock = procedure_clock_find(move->procedure, operation->clock);
    bool has_promise = clock != NULL && clock->source == CLOCK_FROM_MAIN &&
                       !(operation->operation == CLOCK_OP_EXTEND && promise_is_over(move));
    if (verdict == VERDICT_OK && has_promise) {
        verdict = clock_change(move, operation->operation, text_of(promise_clock), step);
    }
    return verdict;
}

/* -- stages --------------------------------------------------------------------------------- */

static bool times_stage(const struct procedure *procedure, const struct catalogue_stage *stage)
{
    for (size_t i = 0; procedure != NULL && i < procedure->clock_count; i++) {
        const struct procedure_clock *clock = &procedure->clocks[i];
        if (clock->source == CLOCK_FROM_STAGE && text_equal(clock->stage, stage->id)) {
            return true;
        }
    }
    return false;
}

/* True when a clock of the procedure or of the state's units, or the person's own period, stands
 * for the stage's time. */
static bool stage_is_timed_elsewhere(const struct move *move, const struct procedure_state *place,
                                     const struct catalogue_stage *stage)
{
    const struct procedure *units =
        catalogue_procedure(move->matter->rules->catalogue, place->parallel);
    return (units != NULL && place->units == UNITS_OF_STAGES) || times_stage(units, stage) ||
           times_stage(move->matter->procedure, stage) || kind_of_stage(stage) == CLOCK_KIND_PERSON;
}

/* Entering a state starts the clocks of its stages, leaving it ends them. */
static enum verdict stages_change(struct move *move, int state, enum clock_operation operation,
                                  struct case_step *step)
{
    enum verdict verdict = VERDICT_OK;
    const struct procedure_state *place = &move->matter->procedure->states[state];
    for (size_t i = 0; i < place->stages.count && verdict == VERDICT_OK; i++) {
        const struct catalogue_stage *stage =
            catalogue_stage(move->matter->item, place->stages.items[i]);
        if (stage == NULL || stage_is_timed_elsewhere(move, place, stage)) {
            continue;
        }
        verdict = operation == CLOCK_OP_START
                      ? stage_start(move, stage, stage->id, (struct text){0}, step)
                      : clock_change(move, operation, stage->id, step);
    }
    return verdict;
}

/* The clocks of units that a case leaves behind when it leaves their state. */
static enum verdict units_leave(struct move *move, struct case_step *step)
{
    const struct procedure_state *from = &move->matter->procedure->states[move->matter->state];
    const struct procedure *units =
        catalogue_procedure(move->matter->rules->catalogue, from->parallel);
    enum verdict verdict = VERDICT_OK;
    struct move unit = *move;
    unit.procedure = units;
    for (size_t i = 0; units != NULL && i < move->matter->row.units.count; i++) {
        if (!unit_goes_by(&move->matter->row.units.items[i], units)) {
            continue;
        }
        unit.unit = (int)i;
        verdict = verdict == VERDICT_OK ? unit_all_stop(&unit, step) : verdict;
    }
    return verdict;
}

/* The clocks that run on when the case goes to another service: its next owner goes on with them.
 */
static void handed_over(struct move *move, int to_state, struct case_step *step)
{
    const struct procedure *procedure = move->matter->procedure;
    enum procedure_owner to = procedure->states[to_state].owner;
    if (to == OWNER_NONE || to == move->flow->owner) {
        return;
    }
    const struct case_row *row = &move->matter->row;
    for (size_t i = 0; i < row->clocks.count; i++) {
        const struct clock *clock = clock_now(move, step, row->clocks.items[i].name);
        if (clock->phase != CLOCK_ENDED) {
            step_clock_set(step, clock, move->decision->arena);
        }
    }
}

enum verdict move_clocks(struct move *move, int to_state, struct case_step *step)
{
    bool leaves = move->unit < 0 && move->matter->state >= 0 && to_state != move->matter->state;
    enum verdict verdict = VERDICT_OK;
    if (leaves) {
        verdict = stages_change(move, move->matter->state, CLOCK_OP_STOP, step);
    }
    if (leaves && verdict == VERDICT_OK) {
        verdict = units_leave(move, step);
    }
    for (size_t i = 0; i < move->transition->clock_step_count && verdict == VERDICT_OK; i++) {
        verdict = clock_operate(move, &move->transition->clock_steps[i], step);
    }
    bool enters = move->unit < 0 && to_state != move->matter->state;
    if (enters && verdict == VERDICT_OK) {
        verdict = stages_change(move, to_state, CLOCK_OP_START, step);
    }
    if (verdict == VERDICT_OK && move->unit < 0) {
        handed_over(move, to_state, step);
    }
    return verdict;
}
