/* An index over things that have a name of sixteen bytes: an id, a key. Names are only added. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { INDEX_NAME_BYTES = 16 };

struct index {
    struct index_slot {
        uint8_t name[INDEX_NAME_BYTES];
        size_t place; /* + 1; 0: the slot is free */
    } * slots;
    size_t capacity; /* 0 or a power of two */
    size_t count;
};

void index_free(struct index *index);

/* Adds a name that is not there yet, with the place of what it names. */
void index_add(struct index *index, const uint8_t name[INDEX_NAME_BYTES], size_t place);

/* Adds a name, or gives the one that is there another place. */
void index_set(struct index *index, const uint8_t name[INDEX_NAME_BYTES], size_t place);

/* The place of what has that name, SIZE_MAX when nothing has. */
size_t index_find(const struct index *index, const uint8_t name[INDEX_NAME_BYTES]);
