/* Which calendar counts (domain reference 2.3).
 *
 * A case keeps the rules it was filed under: its limits, stages and opening hours. The calendar is
 * no rule of an item but what the State Council's notices say of days, so the newest one counts for
 * every case. It comes with a version of the catalogue and is named by the first version that
 * brought it: a later version with the same calendar, byte for byte, changes nothing. */
#pragma once

#include "matter/rules.h"

/* The version of the calendar that counts; 0 before the first catalogue. */
int64_t calendars_active(struct rules_shelf *shelf, struct state *state);

/* What clocks of a case that goes by `rules` are counted with. */
struct clock_context calendars_context(struct rules_shelf *shelf, struct state *state,
                                       const struct hall_rules *rules);

/* The version of the calendar that `version`, whose parts are registered, brings or keeps. */
int64_t calendars_version_of(struct rules_shelf *shelf, struct state *state, int64_t version);

/* What is wrong with the calendar of `rules`, a version whose parts are registered, as the next one
 * that counts: it may not end earlier than the present one, nor contradict it about days before
 * today, for what was counted with them stands. A line with the name of its file, in `arena`;
 * absent when nothing is. */
struct text calendars_objection(struct rules_shelf *shelf, struct state *state,
                                const struct hall_rules *rules, int64_t now_ms,
                                struct arena *arena);

/* Notes the calendar of a version that became active: part of rules_apply_activated. */
void calendars_apply_activated(struct rules_shelf *shelf, struct state *state,
                               const struct event *event);

/* A calendar that counts or counted. */
struct calendar_version {
    int64_t version;
    int64_t since_ms; /* when it became the one that counts */
};

/* Fills up to `limit` of them, the newest first, and returns how many. */
size_t calendars_list(struct rules_shelf *shelf, struct state *state, size_t limit,
                      struct calendar_version *ret_calendars);
