/* An arena: memory that is taken piece by piece and given back all at once.
 *
 * Everything a batch, a message or a loaded document needs lives in one arena, so that no function
 * has to free anything on its way out. What is taken is bounded by the inputs, which are bounded
 * where they enter; running out of memory is therefore a bug (CHECK). One thread at a time. */
#pragma once

#include "base/bytes.h"

struct arena_chunk;

/* How much memory arena_reset keeps at most. What a steady loop needs a round should fit into it.
 */
enum { ARENA_KEPT_BYTES = 1 << 20 };

struct arena {
    struct arena_chunk *first;
    struct arena_chunk *current;
    size_t used; /* bytes taken from `current` */
};

/* Makes an empty arena; nothing is allocated before the first use. */
void arena_init(struct arena *arena);

/* Gives all memory back. Afterwards the arena is empty and may be used again. */
void arena_free(struct arena *arena);

/* Forgets what was taken but keeps up to ARENA_KEPT_BYTES for reuse, so that a steady loop does not
 * allocate. Whatever points into the arena is invalid from now on; under AddressSanitizer its use
 * is found, as is the use of bytes behind the end of what was taken. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Never NULL. */
void *arena_take(struct arena *arena, size_t size);

/* Room for `count` objects of `size` bytes each, zeroed; the product is checked. */
void *arena_take_array(struct arena *arena, size_t count, size_t size);

/* Copies into the arena. Copied text also gets a zero byte behind its end. */
struct bytes arena_copy_bytes(struct arena *arena, struct bytes bytes);
struct text arena_copy_text(struct arena *arena, struct text text);

/* Formats into the arena, as printf does. */
struct text arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
