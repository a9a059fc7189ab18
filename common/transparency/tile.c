#include "transparency/tile.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GROUP = 1000, LEVEL_BITS = 8 };

unsigned tile_width(unsigned level, uint64_t index, uint64_t size)
{
    uint64_t hashes = level < TILE_LEVELS ? size >> (LEVEL_BITS * level) : 0;
    uint64_t before = index * TILE_HASHES;
    if (index >= UINT64_MAX / TILE_HASHES || hashes <= before) {
        return 0;
    }
    return hashes - before < TILE_HASHES ? (unsigned)(hashes - before) : TILE_HASHES;
}

/* -- paths ---------------------------------------------------------------------------------- */

static struct text index_path(uint64_t index, struct arena *arena)
{
    struct text path = arena_print(arena, "%03u", (unsigned)(index % GROUP));
    for (index /= GROUP; index > 0; index /= GROUP) {
        path = arena_print(arena, "x%03u/%.*s", (unsigned)(index % GROUP), TEXT_PRINT(path));
    }
    return path;
}

struct text tile_path(const struct tile *tile, struct arena *arena)
{
    struct text index = index_path(tile->index, arena);
    struct text level =
        tile->is_entries ? TEXT_LITERAL("entries") : arena_print(arena, "%u", tile->level);
    if (tile->width == TILE_HASHES) {
        return arena_print(arena, "tile/%.*s/%.*s", TEXT_PRINT(level), TEXT_PRINT(index));
    }
    return arena_print(arena, "tile/%.*s/%.*s.p/%u", TEXT_PRINT(level), TEXT_PRINT(index),
                       tile->width);
}

/* Decimal digits of a number, without leading zeros unless `digits` says how many there are. */
static bool number_parse(struct text text, size_t digits, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    bool is_padded = text.size > 1 && text.data[0] == '0';
    if (text.size == 0 || text.size > 6 || (digits == 0 ? is_padded : text.size != digits)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    *ret_number = number;
    return number <= max;
}

/* The groups of the index; what stands behind the last one stays in `rest`. */
static bool index_parse(struct text path, uint64_t *ret_index, struct text *ret_rest)
{
    uint64_t index = 0;
    uint64_t group;
    bool is_first = true;
    while (path.size > 0 && path.data[0] == 'x') {
        struct text digits = text_split(text_after(path, 1), '/', &path);
        if (!number_parse(digits, 3, GROUP - 1, &group) || (is_first && group == 0) ||
            index > UINT64_MAX / GROUP / GROUP) {
            return false;
        }
        index = index * GROUP + group;
        is_first = false;
    }
    struct text last = path;
    if (last.size > 3) {
        last.size = 3;
    }
    if (!number_parse(last, 3, GROUP - 1, &group)) {
        return false;
    }
    *ret_index = index * GROUP + group;
    *ret_rest = text_after(path, 3);
    return true;
}

bool tile_parse(struct text path, struct tile *ret_tile)
{
    static const char partial[] = ".p/";
    struct text rest;
    uint64_t level = 0;
    uint64_t width = TILE_HASHES;
    struct text first = text_split(path, '/', &rest);
    *ret_tile = (struct tile){.is_entries = text_equal_string(first, "entries")};
    if (!ret_tile->is_entries && !number_parse(first, 0, TILE_LEVELS - 1, &level)) {
        return false;
    }
    if (!index_parse(rest, &ret_tile->index, &rest)) {
        return false;
    }
    if (rest.size > 0 &&
        (!text_starts_with(rest, partial) ||
         !number_parse(text_after(rest, sizeof partial - 1), 0, TILE_HASHES - 1, &width) ||
         width == 0)) {
        return false;
    }
    ret_tile->level = (unsigned)level;
    ret_tile->width = (unsigned)width;
    return true;
}

/* -- subtrees ------------------------------------------------------------------------------- */

static struct hash hashes_fold(struct hasher *hasher, struct bytes hashes)
{
    struct hash copied[TILE_HASHES];
    CHECK(hashes.size > 0 && hashes.size <= sizeof copied && hashes.size % HASH_BYTES == 0);
    memcpy(copied, hashes.data, hashes.size);
    return merkle_fold(hasher, copied, hashes.size / HASH_BYTES);
}

struct hash tile_fold(struct hasher *hasher, struct bytes hashes)
{
    CHECK(hashes.size == TILE_BYTES);
    return hashes_fold(hasher, hashes);
}

/* The subtree lies within one tile of the level below it: its hashes there are put together. */
static bool subtree_hash(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
    const struct tile_source *tiles = context;
    unsigned tile_level = level / LEVEL_BITS;
    unsigned inside = level % LEVEL_BITS;
    uint64_t first = index << inside;
    uint64_t tile_index = first / TILE_HASHES;
    size_t skipped = (size_t)(first % TILE_HASHES) * HASH_BYTES;
    size_t size = (size_t)HASH_BYTES << inside;
    unsigned width = tile_width(tile_level, tile_index, tiles->size);
    struct bytes hashes;
    if (width == 0 || !tiles->read(tiles->context, tile_level, tile_index, width, &hashes) ||
        hashes.size < skipped + size) {
        return false;
    }
    *ret_hash = hashes_fold(tiles->hasher, bytes_of(hashes.data + skipped, size));
    return true;
}

struct merkle_source tile_subtrees(struct tile_source *tiles)
{
    return (struct merkle_source){.hash = subtree_hash, .context = tiles, .hasher = tiles->hasher};
}
