#include "matter/row.h"

#include "base/check.h"

#include <string.h>

WIRE_DEFINE_VOCABULARY(row_vocabulary, ROW_VOCABULARY)

enum { CLOCKS_MAX = 32, MADE_MAX = 16 };

struct case_row row_of_submitted(const struct case_submitted *submitted, int64_t received_ms,
                                 const char *owner, struct arena *arena)
{
    struct case_row row = {
        .number = submitted->number,
        .item = submitted->item,
        .catalogue_version = submitted->catalogue_version,
        .owner = text_of(owner),
        .state = submitted->step.to,
        .version = 1,
        .subject = submitted->subject,
        .session = submitted->session,
        .received = received_ms,
        .applicant_kind = submitted->applicant.kind,
        .represented = submitted->applicant.represented,
        .missing = submitted->missing,
    };
    size_t count = submitted->step.clocks.count;
    row.clocks.items = arena_take_array(arena, count, sizeof *row.clocks.items);
    row.clocks.count = count;
    for (size_t i = 0; i < count; i++) {
        row.clocks.items[i].clock = submitted->step.clocks.items[i];
    }
    return row;
}

const struct case_clock *row_clock(const struct case_row *row, struct text name)
{
    for (size_t i = 0; i < row->clocks.count; i++) {
        if (text_equal(row->clocks.items[i].clock.name, name)) {
            return &row->clocks.items[i];
        }
    }
    return NULL;
}

/* True when both say that the limit is over at the same moment. */
static bool same_due(const struct clock *left, const struct clock *right)
{
    return left->due == right->due && left->warn == right->warn;
}

/* True when a new calendar moved the clock and it is yellow all the same: not told again. */
static bool stays_yellow(const struct clock *before, const struct clock *after)
{
    return after->recount.at != before->recount.at && after->warn <= after->recount.at;
}

/* Puts a clock into the row: in the place of the one of that name, of one that ended, or behind. */
static void clock_set(struct case_clock_list *clocks, const struct clock *clock)
{
    struct case_clock *place = NULL;
    for (size_t i = 0; i < clocks->count; i++) {
        if (text_equal(clocks->items[i].clock.name, clock->name)) {
            place = &clocks->items[i];
        }
    }
    for (size_t i = 0; place == NULL && clocks->count == CLOCKS_MAX && i < clocks->count; i++) {
        place = clocks->items[i].clock.phase == CLOCK_ENDED ? &clocks->items[i] : NULL;
    }
    if (place == NULL) {
        CHECK(clocks->count < CLOCKS_MAX);
        place = &clocks->items[clocks->count++];
        *place = (struct case_clock){0};
    }
    bool moved = !same_due(&place->clock, clock);
    bool is_yellow = stays_yellow(&place->clock, clock);
    place->clock = *clock;
    place->warned = place->warned && (!moved || is_yellow);
    place->overdue = place->overdue && !moved;
}

static struct case_clock_list clocks_advance(const struct case_row *row,
                                             const struct case_moved *moved, struct arena *arena)
{
    struct case_clock_list clocks = {
        .items = arena_take_array(arena, CLOCKS_MAX, sizeof *clocks.items),
        .count = row->clocks.count,
    };
    if (row->clocks.count > 0) {
        memcpy(clocks.items, row->clocks.items, row->clocks.count * sizeof *clocks.items);
    }
    for (size_t i = 0; i < moved->step.clocks.count; i++) {
        clock_set(&clocks, &moved->step.clocks.items[i]);
    }
    return clocks;
}

/* `clock_warned` and `clock_overdue` say which clock they are about. */
static void notice_take(struct case_row *row, const struct event_envelope *envelope,
                        const struct case_moved *moved)
{
    struct text kind = {0};
    (void)text_split(envelope->type, '.', &kind);
    for (size_t i = 0; i < row->clocks.count; i++) {
        struct case_clock *clock = &row->clocks.items[i];
        if (!text_equal(clock->clock.name, moved->clock)) {
            continue;
        }
        clock->warned = true;
        clock->overdue |= text_starts_with(kind, "clock_overdue");
    }
}

static struct text_list made_add(const struct text_list *made, struct text what,
                                 struct arena *arena)
{
    struct text_list list = {.items = arena_take_array(arena, made->count + 1, sizeof(struct text)),
                             .count = made->count};
    for (size_t i = 0; i < made->count; i++) {
        list.items[i] = made->items[i];
    }
    if (list.count < MADE_MAX) {
        list.items[list.count++] = what;
    }
    return list;
}

struct case_row row_advance(const struct case_row *row, const struct event_envelope *envelope,
                            const struct case_moved *moved, const char *owner, struct arena *arena)
{
    struct case_row next = *row;
    next.owner = text_of(owner);
    next.state = moved->step.to;
    next.version = row->version + 1;
    next.clocks = clocks_advance(row, moved, arena);
    if (!text_is_empty(moved->clock)) {
        notice_take(&next, envelope, moved);
    }
    if (moved->step.units.count > 0) {
        next.units = moved->step.units;
    }
    if (!text_is_empty(moved->step.back)) {
        next.back = moved->step.back;
    }
    if (moved->step.once) {
        next.made = made_add(&row->made, moved->step.action, arena);
    }
    if (moved->public_key.size > 0) {
        next.public_key = moved->public_key;
    }
    if (moved->remedies.count > 0) {
        next.ground = moved->fields.ground;
    }
    if (!text_is_empty(moved->number)) {
        next.document = moved->number;
    }
    if (moved->materials.count > 0) {
        next.missing = moved->missing;
    }
    if (moved->fields.missing.count > 0) {
        next.missing = moved->fields.missing;
        next.asked_before = true;
    }
    if (!text_is_empty(moved->fields.assignee)) {
        next.assignee = moved->fields.assignee;
    } else if (text_equal_string(moved->step.action, "take")) {
        next.assignee = envelope->actor.login;
    }
    return next;
}

enum light row_light(const struct case_row *row, int64_t now_ms, int64_t *ret_due_ms)
{
    enum light worst = LIGHT_GREEN;
    *ret_due_ms = 0;
    for (size_t i = 0; i < row->clocks.count; i++) {
        const struct clock *clock = &row->clocks.items[i].clock;
        if (clock->phase != CLOCK_RUNNING || clock->kind == CLOCK_KIND_PERSON) {
            continue;
        }
        enum light light = clock_light(clock, now_ms);
        worst = light > worst ? light : worst;
        if (*ret_due_ms == 0 || clock->due < *ret_due_ms) {
            *ret_due_ms = clock->due;
        }
    }
    return worst;
}
