#include "index.h"

#include "base/bytes.h"
#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 256 };

/* Ids grow with time: their later halves tell them apart. */
static size_t slot_first(const struct index *index, const uint8_t name[INDEX_NAME_BYTES])
{
    uint64_t mixed = (read_be64(name) ^ read_be64(name + 8)) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 20) & (index->capacity - 1);
}

/* The slot that has the name, or the free one where it would stand. */
static struct index_slot *slot_of(const struct index *index, const uint8_t name[INDEX_NAME_BYTES])
{
    size_t at = slot_first(index, name);
    while (index->slots[at].place != 0 &&
           memcmp(index->slots[at].name, name, INDEX_NAME_BYTES) != 0) {
        at = (at + 1) & (index->capacity - 1);
    }
    return &index->slots[at];
}

static void grow(struct index *index)
{
    struct index before = *index;
    index->capacity = before.capacity == 0 ? CAPACITY_FIRST : 2 * before.capacity;
    index->slots = calloc(index->capacity, sizeof *index->slots);
    CHECK(index->slots != NULL);
    for (size_t i = 0; i < before.capacity; i++) {
        if (before.slots[i].place != 0) {
            *slot_of(index, before.slots[i].name) = before.slots[i];
        }
    }
    free(before.slots);
}

void index_free(struct index *index)
{
    free(index->slots);
    *index = (struct index){0};
}

void index_set(struct index *index, const uint8_t name[INDEX_NAME_BYTES], size_t place)
{
    if (2 * (index->count + 1) > index->capacity) {
        grow(index);
    }
    struct index_slot *slot = slot_of(index, name);
    index->count += slot->place == 0 ? 1 : 0;
    memcpy(slot->name, name, INDEX_NAME_BYTES);
    slot->place = place + 1;
}

void index_add(struct index *index, const uint8_t name[INDEX_NAME_BYTES], size_t place)
{
    CHECK(index_find(index, name) == SIZE_MAX);
    index_set(index, name, place);
}

size_t index_find(const struct index *index, const uint8_t name[INDEX_NAME_BYTES])
{
    return index->capacity == 0 ? SIZE_MAX : slot_of(index, name)->place - 1;
}
