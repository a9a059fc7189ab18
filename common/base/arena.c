#include "base/arena.h"

#include "base/check.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

enum { CHUNK_BYTES = 64 * 1024 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t capacity;
    alignas(max_align_t) uint8_t data[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

static void chunks_free(struct arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void arena_free(struct arena *arena)
{
    chunks_free(arena->first);
    arena_init(arena);
}

void arena_reset(struct arena *arena)
{
    size_t kept = 0;
    struct arena_chunk **link = &arena->first;
    while (*link != NULL) {
        struct arena_chunk *chunk = *link;
        if (chunk->capacity <= ARENA_KEPT_BYTES - kept) {
            kept += chunk->capacity;
            ASAN_POISON_MEMORY_REGION(chunk->data, chunk->capacity);
            link = &chunk->next;
        } else {
            *link = chunk->next;
            free(chunk);
        }
    }
    arena->current = arena->first;
    arena->used = 0;
}

/* Makes `current` a chunk with room for `size` bytes: the next kept one that is large enough, or a
 * new one put in its place. */
static void arena_advance(struct arena *arena, size_t size)
{
    struct arena_chunk *next = arena->current == NULL ? arena->first : arena->current->next;
    if (next == NULL || next->capacity < size) {
        size_t capacity = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        struct arena_chunk *chunk = malloc(sizeof *chunk + capacity);
        CHECK(chunk != NULL);
        ASAN_POISON_MEMORY_REGION(chunk->data, capacity);
        chunk->capacity = capacity;
        chunk->next = next;
        if (arena->current == NULL) {
            arena->first = chunk;
        } else {
            arena->current->next = chunk;
        }
        next = chunk;
    }
    arena->current = next;
    arena->used = 0;
}

void *arena_take(struct arena *arena, size_t size)
{
    CHECK(size <= SIZE_MAX / 2);
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (arena->current == NULL || arena->current->capacity - arena->used < rounded) {
        arena_advance(arena, rounded);
    }
    void *taken = arena->current->data + arena->used;
    arena->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(taken, size);
    memset(taken, 0, size);
    return taken;
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
    CHECK(size == 0 || count <= SIZE_MAX / 2 / size);
    return arena_take(arena, count * size);
}

struct bytes arena_copy_bytes(struct arena *arena, struct bytes bytes)
{
    if (bytes.data == NULL) {
        return bytes;
    }
    uint8_t *copy = arena_take(arena, bytes.size);
    if (bytes.size != 0) {
        memcpy(copy, bytes.data, bytes.size);
    }
    return bytes_of(copy, bytes.size);
}

struct text arena_copy_text(struct arena *arena, struct text text)
{
    if (text.data == NULL) {
        return text;
    }
    char *copy = arena_take(arena, text.size + 1);
    if (text.size != 0) {
        memcpy(copy, text.data, text.size);
    }
    return (struct text){.data = copy, .size = text.size};
}

struct text arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    char *printed = arena_take(arena, (size_t)size + 1);
    (void)vsnprintf(printed, (size_t)size + 1, format, again);
    va_end(again);
    return (struct text){.data = printed, .size = (size_t)size};
}
