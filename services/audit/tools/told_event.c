#include "told_event.h"

#include <inttypes.h>

struct text told_text(struct text text, struct arena *arena)
{
    struct text copy = arena_copy_text(arena, text);
    char *told = arena_take(arena, copy.size + 1);
    for (size_t i = 0; i < copy.size; i++) {
        unsigned char byte = (unsigned char)copy.data[i];
        bool is_high = i > 0 && (unsigned char)copy.data[i - 1] == 0xc2 && byte < 0xa0; /* C1 */
        told[i] = byte < ' ' || byte == 0x7f || is_high ? '?' : copy.data[i];
    }
    return (struct text){.data = told, .size = copy.size};
}

struct text told_time(int64_t time_ms, struct zone zone, struct arena *arena)
{
    char day[DATE_TEXT_BYTES + 1];
    int minute = zone_minute(zone, time_ms);
    date_format(zone_date(zone, time_ms), day);
    return arena_print(arena, "%s %02d:%02d:%02d", day, minute / 60, minute % 60,
                       (int)(time_ms / MS_PER_SECOND % 60));
}

struct text told_actor(const struct event_actor *actor, struct arena *arena)
{
    bool is_kind = actor->kind > 0 && (size_t)actor->kind <= actor_kind_enum.count;
    struct text told =
        arena_print(arena, "%s", is_kind ? actor_kind_enum.values[actor->kind - 1].name : "?");
    if (!text_is_empty(actor->role)) {
        told = arena_print(arena, "%.*s %.*s", TEXT_PRINT(told), TEXT_PRINT(actor->role));
    }
    if (!text_is_empty(actor->department)) {
        told = arena_print(arena, "%.*s of %.*s", TEXT_PRINT(told), TEXT_PRINT(actor->department));
    }
    if (!text_is_empty(actor->badge)) {
        told =
            arena_print(arena, "%.*s, badge \"%.*s\"", TEXT_PRINT(told), TEXT_PRINT(actor->badge));
    }
    return told_text(told, arena);
}

struct text told_title(const struct hall_event *event)
{
    return event->message != NULL ? text_of(event->message->doc)
                                  : TEXT_LITERAL("An event of a newer version of the hall.");
}
