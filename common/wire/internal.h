/* What the decoders of this folder share; nobody else includes this. */
#pragma once

#include "wire/field.h"

/* The most fields that a message may have (CHECK): decoders note on their stack which they saw. */
enum { FIELDS_MAX = 128 };

/* Every `{ items, count }` struct has this shape, whatever its items are. */
struct any_list {
    void *items;
    size_t count;
};

/* The size of one item of a WIRE_LIST, WIRE_TEXTS or WIRE_BLOBS. */
size_t wire_item_size(const struct wire_field *field);
