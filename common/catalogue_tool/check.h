/* What is worth a look in a catalogue that is sound. */
#pragma once

#include "base/buffer.h"
#include "catalogue_tool/folder.h"

/* Writes the warnings about a sound folder, "file:line: field: warning: ..." a line, and gives
 * their number. None of them keeps the catalogue from being published. */
size_t check_warn(const struct folder *folder, struct arena *arena, struct buffer *lines);

/* Writes what a sound folder offers, an item a line. */
void check_summary(const struct folder *folder, struct buffer *lines);
