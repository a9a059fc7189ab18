/* The clock a service goes by (DESIGN 8): the machine's wall clock, as long as it does not jump.
 *
 * The wall clock is held against the time since boot. When the two part by more than a minute at
 * once, the wall clock jumped: until an operator confirms it, or it comes back, time goes on as it
 * went before, and timers with legal effect are held, for legal silence cannot be taken back. A
 * virtual clock is always trusted.
 *
 * What was trusted is kept over a restart, in the file `clock` of the service's folder: the id of
 * the machine's run and the wall time minus the time since boot. In the same run a jump that was
 * made meanwhile is seen; in another one the latest event is all there is to go by, and a clock
 * that stands before it is held. A broken file counts as none.
 *
 * One thread keeps it; the others may look at it. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "base/time_source.h"

enum { CLOCK_JUMP_MS = 60000, BOOT_ID_BYTES = 36 };

struct trusted_clock {
    struct time_source source;
    bool is_virtual;
    _Atomic int64_t offset_ms; /* trusted wall time minus boot time */
    _Atomic bool held;

    const char *folder; /* NULL: nothing is kept */
    char boot_id[BOOT_ID_BYTES + 1];
    bool has_kept;
    int64_t kept_offset_ms;
    int64_t kept_at_ms; /* boot time of the last attempt to write */
};

/* Goes by the machine's clock, or by any other that is no virtual one. */
void trusted_clock_init(struct trusted_clock *clock);
void trusted_clock_init_source(struct trusted_clock *clock, const struct time_source *source);

/* Goes by a virtual clock that stands at `start_ms` until it is moved. */
void trusted_clock_init_virtual(struct trusted_clock *clock, int64_t start_ms);

/* The id of the machine's present run; empty when it cannot be read. */
void boot_id_read(char boot_id[BOOT_ID_BYTES + 1]);

/* Takes up where the last process left off. `folder`, which outlives the clock, holds the file;
 * `last_event_ms` is the time of the latest event that the service knows. */
void trusted_clock_resume(struct trusted_clock *clock, const char *folder, const char *boot_id,
                          int64_t last_event_ms);

/* Writes down what is trusted: the first time, at an operator's word, and when it moved by more
 * than a second, then at most once a minute; never while the clock is held. */
enum err trusted_clock_keep(struct trusted_clock *clock, struct reason *reason);

/* The time to go by now; looks for jumps. */
int64_t trusted_clock_now(struct trusted_clock *clock);

/* The same for other threads: looks for nothing. */
int64_t trusted_clock_peek(struct trusted_clock *clock);

/* True while the clock jumped and nobody confirmed it. */
bool trusted_clock_is_held(const struct trusted_clock *clock);

/* The operator's word: the wall clock is right. */
void trusted_clock_confirm(struct trusted_clock *clock);
