/* What may be done against a decision (L21), the same for every office. */
#include "matter/internal.h"

/* 行政复议法 20: within 60 days of learning of the decision. */
static struct remedy review_make(void)
{
    return (struct remedy){.kind = REMEDY_REVIEW,
                           .value = 60,
                           .unit = LIMIT_CALENDAR_DAY,
                           .basis = TEXT_LITERAL("行政复议法 20"),
                           .body = REMEDY_GOVERNMENT};
}

/* 行政诉讼法 46: within six months. */
static struct remedy suit_make(void)
{
    return (struct remedy){.kind = REMEDY_SUIT,
                           .value = 6,
                           .unit = LIMIT_MONTH,
                           .basis = TEXT_LITERAL("行政诉讼法 46"),
                           .body = REMEDY_COURT};
}

/* What is not given, and what is taken away. */
static bool is_against(const struct matter *matter, struct text code)
{
    static const char *const uses[] = {"refusal",    "non_acceptance", "revocation",
                                       "retraction", "cancellation",   "strike"};
    const struct catalogue_ground *ground =
        catalogue_ground(matter->rules->catalogue, matter->item->kind, code);
    for (size_t i = 0; ground != NULL && i < sizeof uses / sizeof uses[0]; i++) {
        if (text_equal_string(ground->use, uses[i])) {
            return true;
        }
    }
    return false;
}

struct remedy_list remedies_all(struct arena *arena)
{
    struct remedy_list list = {0};
    list.items = arena_take_array(arena, 2, sizeof *list.items);
    list.items[list.count++] = review_make();
    list.items[list.count++] = suit_make();
    return list;
}

struct remedy_list matter_remedies(const struct matter *matter, struct text ground,
                                   struct arena *arena)
{
    const struct remedy_list none = {0};
    return is_against(matter, ground) ? remedies_all(arena) : none;
}
