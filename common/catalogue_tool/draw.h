/* Procedures as pictures: GraphViz documents, or SVG by the program `dot` of GraphViz.
 *
 * Blocks on the disk and while dot works; one thread. */
#pragma once

#include "base/arena.h"
#include "procedure/procedure.h"

struct drawing {
    bool is_svg;
    const char *folder; /* NAME.dot or NAME.svg in this folder; NULL: to the standard output */
};

/* ERR_NOT_FOUND when dot is not installed, ERR_INVALID when it fails; else errors of writing. */
enum err draw_procedure(const struct procedure *procedure, struct drawing drawing,
                        struct arena *arena, struct reason *reason);
