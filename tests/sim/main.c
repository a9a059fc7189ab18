/* The simulator: see README.md.
 *
 *   sim --seed N [--steps M] [--trace]      one run
 *   sim --seeds COUNT [--first N] ...       COUNT runs, one after the other
 *   sim ... --broken reply-first            with a host that is wrong on purpose
 *   sim --year [--cases N] [--seed S]       a year of the hall
 *   sim --year --keep DIR                   ... whose stores stay, for the tools of auditors */
#include "host.h"
#include "run.h"
#include "seams.h"
#include "tally.h"
#include "year.h"

#include "base/check.h"
#include "base/options.h"

#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct option_spec specs[] = {
    {.name = "config", .type = OPTION_PATH, .doc = "file of settings"},
    {.name = "seed",
     .type = OPTION_NUMBER,
     .doc = "play this one seed",
     .min = 0,
     .max = INT64_MAX},
    {.name = "seeds",
     .type = OPTION_NUMBER,
     .default_value = "1",
     .doc = "how many seeds to play",
     .min = 1,
     .max = 10000000},
    {.name = "first",
     .type = OPTION_NUMBER,
     .default_value = "1",
     .doc = "the first of them",
     .min = 0,
     .max = INT64_MAX},
    {.name = "steps",
     .type = OPTION_NUMBER,
     .default_value = "500",
     .doc = "steps of a run before it comes to rest",
     .min = 1,
     .max = 100000000},
    {.name = "trace", .type = OPTION_FLAG, .doc = "tell everything that happens"},
    {.name = "tally", .type = OPTION_FLAG, .doc = "tell what happened how often"},
    {.name = "broken",
     .type = OPTION_CHOICE,
     .default_value = "nothing",
     .doc = "what is wrong on purpose",
     .choices = "nothing|reply-first|mark-apart|release-early|clock-ahead|timers-held|timer-lost|"
                "due-moved|dead-end|impossible"},
    {.name = "year", .type = OPTION_FLAG, .doc = "play a year of the hall"},
    {.name = "cases",
     .type = OPTION_NUMBER,
     .default_value = "3000",
     .doc = "how many cases are filed in a year",
     .min = 1,
     .max = 1000000},
    {.name = "keep", .type = OPTION_PATH, .doc = "a new folder: the year's stores stay there"},
    {.name = "faults", .type = OPTION_FLAG, .doc = "with faults in the year, seldom"},
};

/* -- dying -----------------------------------------------------------------------------------
 * A broken fact in the code under test ends the process: the run is told before. */

static struct world *present;

static void died(void)
{
    if (present != NULL) {
        world_tell(present);
        world_close(present);
        present = NULL; /* an abort may follow */
    }
}

static void tell_and_die(int signal)
{
    (void)signal;
    died();
    _exit(EXIT_DIED);
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>

/* Short stacks of allocations: a run allocates much and is repeated at will. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "malloc_context_size=4:quarantine_size_mb=16";
}

static void deaths_tell(void)
{
    __sanitizer_set_death_callback(died);
    (void)signal(SIGABRT, tell_and_die);
}
#else
static void deaths_tell(void)
{
    (void)signal(SIGABRT, tell_and_die);
}
#endif

/* -- playing ---------------------------------------------------------------------------------- */

static enum broken broken_of(const struct options *options)
{
    static const char *const names[] = {
        [BROKEN_NOTHING] = "nothing",         [BROKEN_REPLY_FIRST] = "reply-first",
        [BROKEN_MARK_APART] = "mark-apart",   [BROKEN_RELEASE_EARLY] = "release-early",
        [BROKEN_CLOCK_AHEAD] = "clock-ahead", [BROKEN_TIMERS_HELD] = "timers-held",
        [BROKEN_TIMER_LOST] = "timer-lost",   [BROKEN_DUE_MOVED] = "due-moved",
        [BROKEN_DEAD_END] = "dead-end",       [BROKEN_IMPOSSIBLE] = "impossible",
    };
    const char *chosen = options_text(options, "broken");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(chosen, names[i]) == 0) {
            return (enum broken)i;
        }
    }
    UNREACHABLE();
}

static void play(const struct options *options, uint64_t seed, struct tally *tally, bool is_told)
{
    char told[200] = "";
    struct world *world = calloc(1, sizeof *world);
    CHECK(world != NULL);
    world_open(world, NULL, seed, (uint64_t)options_number(options, "steps"), broken_of(options),
               tally);
    world->is_narrated = options_flag(options, "trace");
    present = world;
    run_play(world, told, sizeof told);
    present = NULL;
    if (is_told) {
        printf("seed %" PRIu64 ": %s\n", seed, told);
    }
    world_close(world);
    free(world);
}

static int64_t seed_first(const struct options *options)
{
    return options_number(options, options_text(options, "seed") != NULL ? "seed" : "first");
}

/* A year, and how much real time it took. */
static void play_year(const struct options *options)
{
    struct timespec begun;
    struct timespec ended;
    struct tally *tally = calloc(1, sizeof *tally);
    struct world *world = calloc(1, sizeof *world);
    struct year_plan plan = {.cases = (uint64_t)options_number(options, "cases"),
                             .with_faults = options_flag(options, "faults")};
    CHECK(tally != NULL && world != NULL);
    (void)clock_gettime(CLOCK_MONOTONIC, &begun);
    world_open(world, options_text(options, "keep"), (uint64_t)seed_first(options), 0,
               broken_of(options), tally);
    world->is_narrated = options_flag(options, "trace");
    present = world;
    year_play(world, plan);
    present = NULL;
    world_close(world);
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    if (options_flag(options, "tally")) {
        tally_print(tally);
    }
    printf("a year of %" PRIu64 " cases, seed %" PRId64 ", in %.1f s: all invariants held\n",
           plan.cases, seed_first(options),
           (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9);
    free(tally);
    free(world);
    seams_end();
}

static void play_all(const struct options *options)
{
    int64_t count = options_number(options, "seeds");
    int64_t first = seed_first(options);
    struct tally *tally = calloc(1, sizeof *tally);
    bool is_one = options_text(options, "seed") != NULL;
    CHECK(tally != NULL);
    count = is_one ? 1 : count;
    for (int64_t i = 0; i < count; i++) {
        play(options, (uint64_t)(first + i), tally, is_one);
    }
    if (options_flag(options, "tally")) {
        tally_print(tally);
    }
    free(tally);
    seams_end();
    printf("%" PRId64 " seeds from %" PRId64 ", %" PRId64 " steps each: all invariants held\n",
           count, first, options_number(options, "steps"));
}

int main(int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    int code = EXIT_FAILURE;
    CHECK(sodium_init() >= 0);
    options_init(&options, "sim");
    options_add(&options, specs, sizeof specs / sizeof specs[0]);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "sim: %s\n", reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[options]", stdout);
        code = EXIT_SUCCESS;
    } else {
        deaths_tell();
        if (options_flag(&options, "year")) {
            play_year(&options);
        } else {
            play_all(&options);
        }
        code = EXIT_SUCCESS;
    }
    options_free(&options);
    return code;
}
