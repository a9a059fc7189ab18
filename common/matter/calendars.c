#include "matter/calendars.h"

#include "base/check.h"

static const uint8_t active_key[] = "calendar";
static const char since_prefix[] = "calendar since";

static size_t table_of(const struct rules_shelf *shelf)
{
    return rules_shelf_tables(shelf).versions;
}

int64_t calendars_active(struct rules_shelf *shelf, struct state *state)
{
    struct bytes value;
    if (!store_get(state->txn, table_of(shelf), bytes_of(active_key, sizeof active_key), &value) ||
        value.size != 8) {
        return 0;
    }
    return (int64_t)read_be64(value.data);
}

struct clock_context calendars_context(struct rules_shelf *shelf, struct state *state,
                                       const struct hall_rules *rules)
{
    const struct hall_rules *counting = rules_of(shelf, state, calendars_active(shelf, state));
    return (struct clock_context){
        .calendar = counting == NULL ? rules->calendar : counting->calendar,
        .hours = &rules->hours,
    };
}

/* The text of the calendar that a version's parts hold. */
static struct text calendar_text(struct rules_shelf *shelf, struct state *state, int64_t version)
{
    int64_t count = rules_part_count(shelf, state, version);
    struct text text = TEXT_LITERAL("");
    for (int64_t index = 0; index < count; index++) {
        struct catalogue_part_registered part;
        if (rules_part(shelf, state, version, index, &part) && rules_is_calendar(part.file)) {
            text = arena_print(state->arena, "%.*s%.*s", TEXT_PRINT(text), (int)part.text.size,
                               (const char *)part.text.data);
        }
    }
    return text;
}

int64_t calendars_version_of(struct rules_shelf *shelf, struct state *state, int64_t version)
{
    int64_t active = calendars_active(shelf, state);
    bool is_same = active != 0 && text_equal(calendar_text(shelf, state, active),
                                             calendar_text(shelf, state, version));
    return is_same ? active : version;
}

/* The name of the file that holds a version's calendar. */
static struct text calendar_file(struct rules_shelf *shelf, struct state *state, int64_t version)
{
    int64_t count = rules_part_count(shelf, state, version);
    for (int64_t index = 0; index < count; index++) {
        struct catalogue_part_registered part;
        if (rules_part(shelf, state, version, index, &part) && rules_is_calendar(part.file)) {
            return part.file;
        }
    }
    return TEXT_LITERAL("calendar");
}

/* The day as a text of its own. */
static struct text day_text(struct date day, struct arena *arena)
{
    char *text = arena_take(arena, DATE_TEXT_BYTES + 1);
    date_format(day, text);
    return text_of(text);
}

/* Why `after` may not follow `before`, seen from `today`; absent when it may. */
static struct text objection(const struct calendar *before, const struct calendar *after,
                             struct date today, struct arena *arena)
{
    struct date day;
    if (calendar_valid_through(after).days < calendar_valid_through(before).days) {
        struct text end = day_text(calendar_valid_through(before), arena);
        return arena_print(arena,
                           "valid_through: the calendar that counts goes to %.*s; keep its years",
                           TEXT_PRINT(end));
    }
    if (!calendar_contradicts(before, after, today, &day)) {
        return (struct text){0};
    }
    struct text past = day_text(day, arena);
    if (calendar_is_provisional(after, day)) {
        return arena_print(arena,
                           "%.*s is past and was covered by a notice; past years stay in the file, "
                           "for limits were counted with them",
                           TEXT_PRINT(past));
    }
    return arena_print(arena, "%.*s is past and was %s; what was counted with it stands",
                       TEXT_PRINT(past),
                       calendar_is_workday(before, day) ? "a working day" : "a day off");
}

struct text calendars_objection(struct rules_shelf *shelf, struct state *state,
                                const struct hall_rules *rules, int64_t now_ms, struct arena *arena)
{
    const struct hall_rules *counting = rules_of(shelf, state, calendars_active(shelf, state));
    struct date today = zone_date(calendar_zone(rules->calendar), now_ms);
    if (counting == NULL) {
        return (struct text){0};
    }
    struct text why = objection(counting->calendar, rules->calendar, today, arena);
    return text_is_empty(why) ? why
                              : arena_print(arena, "%.*s: %.*s",
                                            TEXT_PRINT(calendar_file(shelf, state, rules->version)),
                                            TEXT_PRINT(why));
}

/* -- applying ------------------------------------------------------------------------------- */

static struct key since_key(int64_t version)
{
    struct key key = key_of_text(text_of(since_prefix));
    key_add_u64(&key, (uint64_t)version);
    return key;
}

static void number_put(struct state *state, size_t table, struct bytes key, int64_t number)
{
    uint8_t value[8];
    write_be64(value, (uint64_t)number);
    store_put(state->txn, table, key, bytes_of(value, sizeof value));
}

void calendars_apply_activated(struct rules_shelf *shelf, struct state *state,
                               const struct event *event)
{
    const struct catalogue_activated *activated = event->data;
    int64_t calendar = activated->calendar == 0 ? activated->version : activated->calendar;
    struct key since = since_key(calendar);
    if (calendars_active(shelf, state) != calendar) {
        number_put(state, table_of(shelf), bytes_of(active_key, sizeof active_key), calendar);
        number_put(state, table_of(shelf), key_bytes(&since), event->envelope->time);
    }
}

size_t calendars_list(struct rules_shelf *shelf, struct state *state, size_t limit,
                      struct calendar_version *ret_calendars)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(text_of(since_prefix));
    struct key from = prefix;
    size_t count = 0;
    /* Walked from the oldest: the newest `limit` stay. */
    key_add_u64(&from, 0);
    store_cursor_open(&cursor, state->txn, table_of(shelf));
    for (bool more = store_seek(&cursor, key_bytes(&from));
         more && key_has_prefix(cursor.key, &prefix) && cursor.value.size == 8;
         more = store_next(&cursor)) {
        for (size_t i = count < limit ? count : limit - 1; i > 0; i--) {
            ret_calendars[i] = ret_calendars[i - 1];
        }
        ret_calendars[0] = (struct calendar_version){
            .version = (int64_t)read_be64(cursor.key.data + prefix.size),
            .since_ms = (int64_t)read_be64(cursor.value.data),
        };
        count += count < limit;
    }
    store_cursor_close(&cursor);
    return count;
}
