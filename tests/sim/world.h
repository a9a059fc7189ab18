/* The simulated world: one seed, one virtual time, one trace.
 *
 * Everything that happens in a run is drawn from the world's random source, and time moves only
 * when the world says so: the same seed and number of steps give the same run. One thread.
 *
 * A run that finds something wrong ends the process at once (world_fail): the trace's tail and the
 * line that repeats the run are printed. */
#pragma once

#include "base/arena.h"
#include "base/datetime.h"
#include "base/random.h"

/* Ways in which a run can be made wrong, to prove that the checkers look: the simulator's own host,
 * and what only a year's checkers would notice. */
enum broken {
    BROKEN_NOTHING,
    BROKEN_REPLY_FIRST,   /* replies leave before the commit is durable */
    BROKEN_MARK_APART,    /* consumption is noted in a transaction of its own, after the others */
    BROKEN_RELEASE_EARLY, /* records are released to services before audit has them */
    BROKEN_CLOCK_AHEAD,   /* a machine believes that it is three days later */
    BROKEN_TIMERS_HELD,   /* a service does not work its timers any more */
    BROKEN_TIMER_LOST,    /* a clock runs, but nothing will happen when it is over */
    BROKEN_DUE_MOVED,     /* a stored due day is another than the clock's steps make it */
    BROKEN_DEAD_END,      /* the rules lead to where nobody can do anything */
    BROKEN_IMPOSSIBLE,    /* the rules offer what cannot be done with any values */
};

enum { TRACE_LINES = 60, TRACE_LINE_BYTES = 400, HOSTS_MAX = 6 };

/* Exit codes of the simulator. */
enum { EXIT_CAUGHT = 2, EXIT_DIED = 3 };

struct bus;
struct tally;
struct sim_host;
struct load;
struct checks;
struct hall_rules;
struct holidays;
struct year;

struct world {
    uint64_t seed;
    uint64_t steps; /* how many this run has before it comes to rest */
    uint64_t step;
    enum broken broken;
    struct random_source random;
    int64_t wall_ms;
    int64_t boot_ms;
    bool is_calm;       /* no faults, no new load: the run comes to rest */
    bool is_swift;      /* messages take no time, machines agree on the hour, windows are wide */
    bool commit_fails;  /* the next commit finds no room (seams.c) */
    bool is_narrated;   /* the trace goes to standard output as it grows */
    char folder[128];   /* of this run's data */
    bool is_kept;       /* the folder stays */
    char repeat[160];   /* the arguments that play the same run once more */
    size_t store_bytes; /* how large each service's store may become */
    char trace[TRACE_LINES][TRACE_LINE_BYTES];
    uint64_t traced;

    struct tally *tally; /* over all runs */
    struct bus *bus;
    struct sim_host *hosts[HOSTS_MAX];
    size_t host_count;
    struct load *load;
    struct checks *checks;
    struct arena arena;             /* of the run */
    const struct hall_rules *rules; /* of the shipped catalogue, as people read them, with the
                                       calendar that counts */
    struct holidays *holidays;
    struct year *year; /* NULL: not a year's run */
};

/* Begins a run in a fresh folder: in `kept`, which must not be there and stays, or in one of its
 * own where `kept` is NULL. */
void world_open(struct world *world, const char *kept, uint64_t seed, uint64_t steps,
                enum broken broken, struct tally *tally);

/* Removes the folder unless it is to be kept. */
void world_close(struct world *world);

/* Removes a folder and all that is in it. */
void folder_remove(const char *path);

/* True once in `among` times. */
bool chance(struct world *world, uint64_t among);

/* A number from `low` to `high`. */
int64_t between(struct world *world, int64_t low, int64_t high);

void time_pass(struct world *world, int64_t ms);

/* Adds a line to the trace: who, what. */
void trace(struct world *world, const char *who, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends the process: `invariant` (I1 .. I8, ledger ...) does not hold. */
_Noreturn void world_fail(struct world *world, const char *invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints the trace's tail and how to repeat the run. */
void world_tell(const struct world *world);
