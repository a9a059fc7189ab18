/* What changes for whom between two catalogues that are sound. Pure. */
#pragma once

#include "base/buffer.h"
#include "catalogue_tool/folder.h"

/* Writes the differences to `page` and gives their number; nothing is written when there is none.
 * What no sentence of its own is made for is told by the key in the file, so that whatever differs
 * is told. The order of keys, of transitions and of states says nothing, nor do comments. */
size_t diff_folders(const struct folder *before, const struct folder *after, struct arena *arena,
                    struct buffer *page);
