/* A catalogue cut into pieces that fit into events. Put together again in their order, the parts
 * are the source byte for byte. Pure, any thread. */
#pragma once

#include "catalogue/catalogue.h"

enum {
    /* Neighbouring keys of the head share a part up to this size. */
    CATALOGUE_PART_BYTES_WANTED = 16 * 1024,
    /* No part is larger: an event holds 60 KiB, its envelope included. */
    CATALOGUE_PART_BYTES_MAX = 56 * 1024,
};

struct catalogue_part {
    struct text name; /* "head:01", "item:UMB-P-001" */
    struct text source;
};

struct catalogue_parts {
    struct catalogue_part *items;
    size_t count;
};

/* Cuts `source` before every item, and before keys of the head, each with the comments and blank
 * lines that stand above it. Names live in the arena of `file`, the sources are views of `source`.
 * ERR_INVALID, with errors in `file`, when it is no YAML map, two items share a line, or a part is
 * too large. */
enum err catalogue_cut(struct yaml_file *file, struct text source,
                       struct catalogue_parts *ret_parts);
