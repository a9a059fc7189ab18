#include "places.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 1024 };

static size_t source_find(const struct places *places, struct text source)
{
    size_t i = 0;
    while (i < places->count && !text_equal_string(source, places->sources[i].name)) {
        i++;
    }
    return i;
}

void places_add(struct places *places, struct text source, uint64_t seq, int64_t number)
{
    size_t i = source_find(places, source);
    if (i == PLACES_SOURCES_MAX || source.size > SOURCE_CHARACTERS) {
        return;
    }
    if (i == places->count) {
        memcpy(places->sources[i].name, source.data, source.size);
        places->count++;
    }
    if (seq != places->sources[i].count + 1) {
        return;
    }
    if (places->sources[i].count == places->sources[i].room) {
        size_t room = places->sources[i].room == 0 ? ROOM_FIRST : 2 * places->sources[i].room;
        places->sources[i].numbers =
            reallocarray(places->sources[i].numbers, room, sizeof(int64_t));
        CHECK(places->sources[i].numbers != NULL);
        places->sources[i].room = room;
    }
    places->sources[i].numbers[places->sources[i].count++] = number;
}

int64_t places_find(const struct places *places, struct text source, int64_t seq)
{
    size_t i = source_find(places, source);
    return i == places->count || seq < 1 || (uint64_t)seq > places->sources[i].count
               ? 0
               : places->sources[i].numbers[seq - 1];
}

void places_free(struct places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        free(places->sources[i].numbers);
    }
    places->count = 0;
}
