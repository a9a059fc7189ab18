/* Calendars: days that work or rest otherwise than before, and the years covered. */
#include "catalogue_tool/diff_internal.h"
#include "clock/explain.h"

static const struct text subject = TEXT_LITERAL("calendar");
static const struct audience for_everybody = {.everybody = true};

/* "a working day", "National Day" ... */
static struct text kind_words(const struct calendar_day *day)
{
    switch (day->kind) {
    case DAY_WORKDAY:
        return TEXT_LITERAL("an ordinary working day");
    case DAY_MAKE_UP:
        return TEXT_LITERAL("a weekend day that works");
    case DAY_WEEKEND:
        return TEXT_LITERAL("a weekend day");
    case DAY_HOLIDAY:
        return day->holiday.names.en;
    }
    return TEXT_LITERAL("");
}

static struct text day_text(struct diff *diff, struct date date)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(date, text);
    struct text weekday = weekday_words(NAME_EN, date_weekday(date));
    return arena_print(diff->arena, "%s (%.*s)", text, TEXT_PRINT(weekday));
}

static void day_compare(struct diff *diff, struct date date)
{
    struct calendar_day was = calendar_day(diff->before->rules.calendar, date);
    struct calendar_day now = calendar_day(diff->after->rules.calendar, date);
    bool worked = calendar_is_workday(diff->before->rules.calendar, date);
    bool works = calendar_is_workday(diff->after->rules.calendar, date);
    struct text was_words = kind_words(&was);
    struct text now_words = kind_words(&now);
    if (worked == works && text_equal(was_words, now_words)) {
        return;
    }
    const char *becomes = worked == works ? "is still no working day"
                          : works         ? "becomes a working day"
                                          : "becomes a day off";
    if (worked && works) {
        becomes = "is still a working day";
    }
    struct text day = day_text(diff, date);
    changes_tell(diff->changes, &for_everybody, subject, "%.*s %s: %.*s, was %.*s", TEXT_PRINT(day),
                 becomes, TEXT_PRINT(now_words), TEXT_PRINT(was_words));
}

/* -- years ---------------------------------------------------------------------------------- */

/* The calendar files of both sides. */
struct calendar_trees {
    const struct yaml_node *before;
    const struct yaml_node *after;
};

/* What a file says of a year; NULL when it says nothing. */
static const struct yaml_node *year_tree(const struct yaml_node *tree, struct text year)
{
    return tree_get(tree_get(tree, "years"), year.data);
}

static void year_compare(struct diff *diff, const struct calendar_trees *trees, int year)
{
    struct text key = arena_print(diff->arena, "%d", year);
    bool was = year_tree(trees->before, key) != NULL;
    bool is = year_tree(trees->after, key) != NULL;
    if (was == is) {
        return;
    }
    const struct folder *side = is ? diff->after : diff->before;
    int workdays = calendar_count_workdays(side->rules.calendar, date_of(year - 1, 12, 31),
                                           date_of(year, 12, 31));
    if (is) {
        changes_tell(diff->changes, &for_everybody, subject,
                     "the year %d is new, with %d working days; until now it was provisional", year,
                     workdays);
    } else {
        changes_tell(diff->changes, &for_everybody, subject,
                     "the year %d is gone and provisional again; it had %d working days", year,
                     workdays);
    }
}

/* What stands beside the days: zone, span, the notices and their dates. */
static void rest_compare(struct diff *diff, const struct calendar_trees *trees)
{
    static const char *const years[] = {"years", NULL};
    static const char *const days[] = {"holidays", "makeup_workdays", "workday_count", NULL};
    const struct telling telling = {
        .diff = diff, .subject = subject, .audience = for_everybody, .prefix = ""};
    const struct yaml_node *before = tree_get(trees->before, "years");
    tell_other_keys(&telling, (struct text){0}, years, trees->before, trees->after);
    for (size_t i = 0; i < before->count; i++) {
        struct text key = before->pairs[i].key;
        const struct yaml_node *after = year_tree(trees->after, key);
        if (after != NULL) {
            tell_other_keys(&telling, key, days, before->pairs[i].value, after);
        }
    }
}

static struct date later(struct date left, struct date right)
{
    return left.days > right.days ? left : right;
}

static struct date earlier(struct date left, struct date right)
{
    return left.days < right.days ? left : right;
}

void diff_calendar(struct diff *diff)
{
    const struct calendar *before = diff->before->rules.calendar;
    const struct calendar *after = diff->after->rules.calendar;
    const struct calendar_trees trees = {
        .before = folder_tree(&diff->before->files.calendar, diff->arena),
        .after = folder_tree(&diff->after->files.calendar, diff->arena),
    };
    struct date first = earlier(calendar_valid_from(before), calendar_valid_from(after));
    struct date last = later(calendar_valid_through(before), calendar_valid_through(after));
    for (int year = date_civil(first).year; year <= date_civil(last).year; year++) {
        year_compare(diff, &trees, year);
    }
    struct date from = later(calendar_valid_from(before), calendar_valid_from(after));
    struct date to = earlier(calendar_valid_through(before), calendar_valid_through(after));
    for (struct date day = from; day.days <= to.days; day = date_add_days(day, 1)) {
        day_compare(diff, day);
    }
    rest_compare(diff, &trees);
}
