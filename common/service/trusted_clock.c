#include "service/trusted_clock.h"

#include "base/arena.h"
#include "base/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 100, KEEP_MOVED_MS = 1000, KEEP_EVERY_MS = 60000 };

static int64_t offset_now(struct trusted_clock *clock)
{
    return clock->source.wall_ms(&clock->source) - clock->source.boot_ms(&clock->source);
}

void trusted_clock_init_source(struct trusted_clock *clock, const struct time_source *source)
{
    *clock = (struct trusted_clock){.source = *source};
    clock->offset_ms = offset_now(clock);
}

void trusted_clock_init(struct trusted_clock *clock)
{
    struct time_source source;
    time_source_init_system(&source);
    trusted_clock_init_source(clock, &source);
}

void trusted_clock_init_virtual(struct trusted_clock *clock, int64_t start_ms)
{
    *clock = (struct trusted_clock){.is_virtual = true};
    time_source_init_virtual(&clock->source, start_ms);
}

/* -- over a restart ---------------------------------------------------------------------------- */

void boot_id_read(char boot_id[BOOT_ID_BYTES + 1])
{
    /* The kernel's file says that it has no bytes: it is read without asking. */
    ssize_t got = -1;
    int descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        got = read(descriptor, boot_id, BOOT_ID_BYTES);
        close(descriptor);
    }
    boot_id[got == BOOT_ID_BYTES ? BOOT_ID_BYTES : 0] = '\0';
}

static struct text file_path(const struct trusted_clock *clock, struct arena *arena)
{
    return arena_print(arena, "%s/clock", clock->folder);
}

/* Reads "ID OFFSET\n"; false when the file is absent, broken or of another run of the machine. */
static bool kept_read(const struct trusted_clock *clock, int64_t *ret_offset_ms)
{
    struct arena arena;
    struct bytes bytes;
    bool found = false;
    arena_init(&arena);
    if (clock->boot_id[0] != '\0' &&
        file_read(file_path(clock, &arena).data, FILE_BYTES_MAX, &arena, &bytes, NULL) == ERR_OK) {
        struct text number;
        struct text line = arena_copy_text(&arena, bytes_text(bytes));
        struct text id = text_split(line, ' ', &number);
        char *end = NULL;
        bool is_ours = text_equal_string(id, clock->boot_id) && number.data != NULL;
        int64_t offset_ms = is_ours ? strtoll(number.data, &end, 10) : 0;
        found = is_ours && end != number.data && strcmp(end, "\n") == 0 && offset_ms >= 0;
        *ret_offset_ms = offset_ms;
    }
    arena_free(&arena);
    return found;
}

void trusted_clock_resume(struct trusted_clock *clock, const char *folder, const char *boot_id,
                          int64_t last_event_ms)
{
    int64_t offset_ms = 0;
    clock->folder = folder;
    (void)snprintf(clock->boot_id, sizeof clock->boot_id, "%s", boot_id);
    if (kept_read(clock, &offset_ms)) {
        clock->offset_ms = offset_ms;
    } else if (clock->source.wall_ms(&clock->source) < last_event_ms - CLOCK_JUMP_MS) {
        clock->offset_ms = last_event_ms - clock->source.boot_ms(&clock->source);
    }
    (void)trusted_clock_now(clock);
}

enum err trusted_clock_keep(struct trusted_clock *clock, struct reason *reason)
{
    int64_t offset_ms = clock->offset_ms;
    int64_t boot_ms = clock->source.boot_ms(&clock->source);
    if (clock->is_virtual || clock->folder == NULL || trusted_clock_is_held(clock)) {
        return ERR_OK;
    }
    bool moved = llabs(offset_ms - clock->kept_offset_ms) > KEEP_MOVED_MS;
    if (clock->has_kept && (!moved || boot_ms - clock->kept_at_ms < KEEP_EVERY_MS)) {
        return ERR_OK;
    }
    struct arena arena;
    arena_init(&arena);
    struct text line = arena_print(&arena, "%s %" PRId64 "\n", clock->boot_id, offset_ms);
    enum err err = file_replace(file_path(clock, &arena).data, text_bytes(line), 0600, reason);
    arena_free(&arena);
    clock->has_kept = true;
    clock->kept_offset_ms = err == ERR_OK ? offset_ms : clock->kept_offset_ms;
    clock->kept_at_ms = boot_ms;
    return err;
}

/* -- going by it ------------------------------------------------------------------------------- */

int64_t trusted_clock_now(struct trusted_clock *clock)
{
    if (clock->is_virtual) {
        return clock->source.wall_ms(&clock->source);
    }
    int64_t offset_ms = offset_now(clock);
    int64_t moved_ms = offset_ms - clock->offset_ms;
    bool jumped = moved_ms > CLOCK_JUMP_MS || moved_ms < -CLOCK_JUMP_MS;
    if (!jumped) {
        clock->offset_ms = offset_ms;
    }
    atomic_store_explicit(&clock->held, jumped, memory_order_relaxed);
    return clock->source.boot_ms(&clock->source) + clock->offset_ms;
}

int64_t trusted_clock_peek(struct trusted_clock *clock)
{
    return clock->is_virtual ? clock->source.wall_ms(&clock->source)
                             : clock->source.boot_ms(&clock->source) + clock->offset_ms;
}

bool trusted_clock_is_held(const struct trusted_clock *clock)
{
    return atomic_load_explicit(&clock->held, memory_order_relaxed);
}

void trusted_clock_confirm(struct trusted_clock *clock)
{
    clock->offset_ms = offset_now(clock);
    clock->has_kept = false;
    atomic_store_explicit(&clock->held, false, memory_order_relaxed);
}
