/* The fourth disclosure: the stages of the procedure in order, their limits and clocks with the law
 * they rest on, and what the procedure does when a limit is over. */
#include "catalogue_tool/explain_internal.h"

#include <inttypes.h>

/* -- clocks of the procedure ---------------------------------------------------------------- */

static struct text state_name(struct page *page, const struct procedure_state *state)
{
    struct text name = page_name(page, &state->names);
    return text_is_empty(name) ? state->name : name;
}

/* The names of the states among `states`, as bits, with `joint` between them. */
static struct text states_joined(struct page *page, uint64_t states, struct text joint)
{
    const struct procedure *procedure = page->item->procedure;
    struct text list = {0};
    for (size_t i = 0; i < procedure->state_count; i++) {
        if ((states & UINT64_C(1) << i) != 0) {
            struct text name = state_name(page, &procedure->states[i]);
            list = list.data == NULL ? name
                                     : arena_print(page->arena, "%.*s%.*s%.*s", TEXT_PRINT(list),
                                                   TEXT_PRINT(joint), TEXT_PRINT(name));
        }
    }
    return list;
}

static struct text states_words(struct page *page, uint64_t states)
{
    return states_joined(page, states,
                         page->language == NAME_EN ? TEXT_LITERAL(", ") : TEXT_LITERAL("，"));
}

/* What happens when the clock is over: the state that silence leads to, or a report. */
static struct text consequence_words(struct page *page, struct text clock)
{
    const struct procedure *procedure = page->item->procedure;
    uint64_t targets = 0;
    for (size_t i = 0; procedure != NULL && i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        if (t->trigger == TRIGGER_CLOCK_OVER && text_equal(t->trigger_name, clock) &&
            t->target != TARGET_SAME) {
            targets |= procedure_targets(procedure, t);
        }
    }
    return targets == 0 ? page_word(page, WORD_REPORTED)
                        : states_joined(page, targets, page_word(page, WORD_OR));
}

/* The procedure's clock that runs with the stage; NULL when it has none of its own. */
static const struct procedure_clock *clock_of_stage(const struct procedure *procedure,
                                                    struct text stage)
{
    for (size_t i = 0; i < procedure->clock_count; i++) {
        const struct procedure_clock *clock = &procedure->clocks[i];
        if (clock->source == CLOCK_FROM_STAGE && text_equal(clock->stage, stage)) {
            return clock;
        }
    }
    return NULL;
}

/* -- stages --------------------------------------------------------------------------------- */

static void stage_limit_write(struct page *page, const struct catalogue_stage *stage,
                              const struct procedure_clock *clock)
{
    struct text basis = clock == NULL ? (struct text){0} : clock->basis;
    struct text limit = page_limit(page, stage->limit, basis);
    if (limit.data == NULL) {
        limit = page_word(page, WORD_NO_LIMIT);
        limit = arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(limit),
                            TEXT_PRINT(in_brackets(stage->why, page->language, page->arena)));
    } else if (stage->clock->counts) {
        limit = page_join(page, limit, page_word(page, WORD_WITHIN_PROMISE));
    }
    page_line(page, 2, WORD_LIMIT, limit);
    page_line(page, 2, WORD_COUNTING, page_name(page, &stage->clock->names));
}

static struct text group_words(struct page *page, const struct catalogue_stage *stage)
{
    const struct catalogue_item *item = page->item;
    struct text list = {0};
    for (size_t i = 0; stage->parallel_group.data != NULL && i < item->stage_count; i++) {
        const struct catalogue_stage *other = &item->stages[i];
        if (other != stage && text_equal(other->parallel_group, stage->parallel_group)) {
            list = page_join(page, list, page_name(page, &other->names));
        }
    }
    return list;
}

static void stage_states_write(struct page *page, const struct catalogue_stage *stage,
                               const struct procedure_clock *clock)
{
    const struct procedure *procedure = page->item->procedure;
    uint64_t states = 0;
    for (size_t i = 0; procedure != NULL && i < procedure->state_count; i++) {
        if (text_span_contains(&procedure->states[i].stages, stage->id)) {
            states |= UINT64_C(1) << i;
        }
    }
    if (states != 0) {
        page_line(page, 2, WORD_STATE, states_words(page, states));
    }
    if (clock != NULL) {
        page_line(page, 2, WORD_WHEN_OVER, consequence_words(page, clock->name));
    }
}

static void stage_write(struct page *page, size_t index)
{
    const struct catalogue_stage *stage = &page->item->stages[index];
    const struct procedure *procedure = page->item->procedure;
    const struct procedure_clock *clock =
        procedure == NULL ? NULL : clock_of_stage(procedure, stage->id);
    struct text unit =
        page_unit(page, stage->department == NULL ? page->item->department : stage->department);
    page_text(page, 1,
              arena_print(page->arena, "%zu) %.*s", index + 1,
                          TEXT_PRINT(page_name(page, &stage->names))));
    page_line(page, 2, WORD_BY,
              arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(page_roles(page, &stage->roles)),
                          TEXT_PRINT(in_brackets(unit, page->language, page->arena))));
    stage_limit_write(page, stage, clock);
    stage_states_write(page, stage, clock);
    page_line(page, 2, WORD_TOGETHER, group_words(page, stage));
    if (stage->min_staff > 1) {
        page_line(page, 2, WORD_STAFF, arena_print(page->arena, "%" PRId64, stage->min_staff));
    }
    if (stage->blocks.data != NULL) {
        page_line(page, 2, WORD_BLOCKS,
                  page_name(page, &catalogue_stage(page->item, stage->blocks)->names));
    }
    if (stage->optional) {
        page_text(page, 2, page_word(page, WORD_OPTIONAL));
    }
}

/* -- other limits --------------------------------------------------------------------------- */

static struct text main_limit_words(struct page *page, const struct catalogue_limits *limits)
{
    bool has_law = limits->statutory.limit.unit.data != NULL;
    const struct catalogue_limit *law = has_law ? &limits->statutory : &limits->local;
    struct text promised = page_labelled(
        page, WORD_PROMISED, limit_words(limits->promised.limit, page->language, page->arena));
    struct text words = page_limit(page, law->limit, law->basis);
    return page_labelled(page, WORD_MAIN,
                         words.data == NULL ? promised : page_join(page, words, promised));
}

/* What the clock is called and how long it is for this item; absent when the item has none. */
static struct text clock_words(struct page *page, const struct procedure_clock *clock)
{
    const struct catalogue_limits *limits = &page->item->limits;
    struct text limit = {0};
    switch (clock->source) {
    case CLOCK_FROM_STAGE:
        return limit; /* told with the stage */
    case CLOCK_FROM_MAIN:
        return main_limit_words(page, limits);
    case CLOCK_FROM_SUPPLEMENT:
        limit = page_limit(page, limits->supplement.usual, limits->supplement.basis);
        return limit.data == NULL ? limit : page_labelled(page, WORD_SUPPLEMENT, limit);
    case CLOCK_FROM_PAYMENT:
        limit = page_limit(page, limits->payment.usual, limits->payment.basis);
        return limit.data == NULL ? limit : page_labelled(page, WORD_PAYMENT, limit);
    case CLOCK_FROM_DELIVER:
        limit = page_limit(page, limits->deliver.limit, limits->deliver.basis);
        return limit.data == NULL ? limit : page_labelled(page, WORD_DELIVER, limit);
    case CLOCK_FROM_LIMIT:
        return page_limit(page, clock->limit, clock->basis);
    case CLOCK_FROM_FIELD:
        return arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(page_word(page, WORD_NAMED_DAY)),
                           TEXT_PRINT(in_brackets(clock->basis, page->language, page->arena)));
    }
    return limit;
}

static void clock_write(struct page *page, const struct procedure_clock *clock)
{
    const struct procedure *procedure = page->item->procedure;
    struct text words = clock_words(page, clock);
    uint64_t states = 0;
    if (words.data == NULL) {
        return;
    }
    for (size_t i = 0; i < procedure->state_count; i++) {
        if (text_span_contains(&procedure->states[i].clocks, clock->name)) {
            states |= UINT64_C(1) << i;
        }
    }
    page_bullet(page, 1, words);
    page_line(page, 2, WORD_RUNS_IN, states_words(page, states));
    page_line(page, 2, WORD_WHEN_OVER, consequence_words(page, clock->name));
}

static void ends_write(struct page *page)
{
    const struct procedure *procedure = page->item->procedure;
    uint64_t ends = 0;
    for (size_t i = 0; i < procedure->state_count; i++) {
        ends |= procedure->states[i].is_end ? UINT64_C(1) << i : 0;
    }
    page_line(page, 1, WORD_ENDS, states_words(page, ends));
}

void page_procedure(struct page *page)
{
    const struct procedure *procedure = page->item->procedure;
    page_section(page, 4, WORD_PROCEDURE);
    for (size_t i = 0; i < page->item->stage_count; i++) {
        stage_write(page, i);
    }
    if (procedure == NULL) {
        page_text(page, 1, page_word(page, WORD_NO_PROCEDURE));
        return;
    }
    page_head(page, 1, WORD_OTHER_CLOCKS);
    for (size_t i = 0; i < procedure->clock_count; i++) {
        clock_write(page, &procedure->clocks[i]);
    }
    ends_write(page);
}
