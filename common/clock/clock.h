/* The clocks of a case: limits that start, pause, resume, restart, are extended and stop, and the
 * day on which they are due.
 *
 * A due day is a derivation, not a number. A clock keeps what happened to it (its steps); its due
 * day, its warning and its phase are worked out from the steps and the calendar by one function,
 * clock_recompute, every time. clock_explain says the same in sentences that a citizen can check.
 *
 * How days are counted (行政許可法 82 and the general rule of procedure; the readings where the law
 * is silent stand in the README):
 *   - The day of the event is not counted. A due day ends at 24:00 in the calendar's zone.
 *   - A limit in calendar days or months whose last day does not work ends on the next working day.
 *   - The days after a pause up to and including the day it resumes are added.
 *   - An extension in the clock's own unit is added before counting, another is counted on from the
 *     due day. A restart is the whole limit again: nothing before it counts.
 *
 * A moment is milliseconds since 1970. 00:00 belongs to the day that it begins: what happens
 * because a limit is over happens at clock_last_moment, not at `due`.
 *
 * Pure functions, any thread. A clock is a value; its texts are views of those that were passed in,
 * its steps lie in the arena that was passed in. Results are untouched on errors, and a result may
 * be the clock that was changed. */
#pragma once

#include "calendar/hours.h"
#include "clock/records.h"

/* What clocks are counted with. `hours` may be NULL where no clock counts work hours. */
struct clock_context {
    const struct calendar *calendar;
    const struct opening_hours *hours;
};

/* A limit as the catalogue or a procedure states it. */
struct clock_rule {
    struct text name;
    enum clock_kind kind;
    int64_t value;
    enum limit_unit unit;
    struct text basis;
};

/* -- what happens to a clock ---------------------------------------------------------------- */

/* All give:
 *   ERR_DENIED     the phase forbids it: pausing a paused clock, resuming a running one, anything
 *                  after the stop
 *   ERR_FULL       the clock has taken too many steps. The last place is kept for the stop, and a
 *                  pause is taken only when there is room to resume.
 *   ERR_INVALID    a moment before the last step's (a stop may be earlier than a start that lies
 *                  ahead), a value out of bounds, a text too long, or work hours without hours
 *   ERR_TOO_LARGE  the result lies behind the days that calendars cover
 */

/* Starts a clock at `at_ms`, which may lie in the past (deemed acceptance counts from the day of
 * receipt). A limit of 0 is over at the end of the same day, 0 hours at once. */
enum err clock_start(const struct clock_rule *rule, int64_t at_ms,
                     const struct clock_context *context, struct arena *arena,
                     struct clock *ret_clock);

/* Starts a clock that runs until the end of `day`; the value and unit of the rule are ignored. The
 * day was named, so it stays where it is, on a day of rest too. The clock's limit is the calendar
 * days up to `day`: once it is paused, extended or restarted it counts as such. ERR_INVALID when
 * `day` is earlier than the day of the start. */
enum err clock_start_until(const struct clock_rule *rule, int64_t at_ms, struct date day,
                           const struct clock_context *context, struct arena *arena,
                           struct clock *ret_clock);

/* `basis` of these is the article the step rests on, or absent. */
enum err clock_pause(const struct clock *clock, int64_t at_ms, struct text basis,
                     const struct clock_context *context, struct arena *arena,
                     struct clock *ret_clock);
enum err clock_resume(const struct clock *clock, int64_t at_ms, struct text basis,
                      const struct clock_context *context, struct arena *arena,
                      struct clock *ret_clock);

/* Begins the whole limit again, from a running or a paused clock. */
enum err clock_restart(const struct clock *clock, int64_t at_ms, struct text basis,
                       const struct clock_context *context, struct arena *arena,
                       struct clock *ret_clock);

/* What an extension gives, and why. */
struct clock_extension {
    int64_t value; /* 1..CLOCK_LIMIT_MAX */
    enum limit_unit unit;
    struct text basis;
};

/* ERR_TIMEOUT when the limit is over at `at_ms`: what is late cannot be made timely. */
enum err clock_extend(const struct clock *clock, int64_t at_ms,
                      const struct clock_extension *extension, const struct clock_context *context,
                      struct arena *arena, struct clock *ret_clock);
enum err clock_stop(const struct clock *clock, int64_t at_ms, struct text basis,
                    const struct clock_context *context, struct arena *arena,
                    struct clock *ret_clock);

/* -- what follows from it ------------------------------------------------------------------- */

/* Works out phase, due, due_day, warn, provisional and calendar_version of `clock` from its limit
 * and steps alone. Errors as above: a clock from outside may hold anything. */
enum err clock_recompute(const struct clock *clock, const struct clock_context *context,
                         struct clock *ret_clock);

/* True when both say the same about the due day: for a stored clock and its recomputation. The
 * version of the calendar may differ. */
bool clock_agrees(const struct clock *left, const struct clock *right);

/* Counts a clock again, at `at_ms`, with the calendar of `context`, which came after the one it was
 * counted with: false when nothing of it moves. What moved is noted in `recount`. The rules
 * (README, Counting again): what ended stays as it was, and time that belongs to people is never
 * cut short.
 */
bool clock_count_again(const struct clock *clock, const struct clock_context *context,
                       int64_t at_ms, struct clock *ret_clock);

/* The clock as it stood before its `recount`: to be counted and explained with the calendar
 * `recount.calendar_before`. Only for a clock that has one. */
struct clock clock_before_recount(const struct clock *clock);

/* A paused or ended clock stands: these then answer for the moment it was paused or stopped. */
enum light clock_light(const struct clock *clock, int64_t now_ms);
bool clock_is_over(const struct clock *clock, int64_t now_ms);

/* How many working days after today are left, the due day included: 0 on the due day, negative by
 * the working days after it. It can be 0 over a weekend when the limit is over; clock_is_over
 * tells. */
int clock_working_days_left(const struct clock *clock, const struct clock_context *context,
                            int64_t now_ms);

/* The last moment that lies within the limit: 24:00 of the due day, as a moment of that day. What
 * the end of a limit causes (a clock resumed or started by silence) is dated with it. */
int64_t clock_last_moment(const struct clock *clock);

/* The steps from the start to the due day, as sentences in `language`, at most
 * CLOCK_DERIVATIONS_MAX. Errors as clock_recompute. */
enum err clock_explain(const struct clock *clock, const struct clock_context *context,
                       enum name_language language, struct arena *arena,
                       struct clock_derivation_list *ret_steps);

/* A promise agrees with a law when, for every start within the calendar, its due day is not later.
 * Where it does not, `ret_start` (may be NULL) is the first such day. A limit that cannot be
 * counted does not agree. */
struct clock_limit {
    int64_t value;
    enum limit_unit unit;
};
bool clock_promise_agrees(struct clock_limit promise, struct clock_limit law,
                          const struct clock_context *context, struct date *ret_start);
