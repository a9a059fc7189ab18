/* Holidays that are announced late: calendars that come alone in the middle of a year, as they were
 * handed in and as the record says that they count. */
#pragma once

#include "world.h"

#include "base/bytes.h"
#include "calendar/calendar.h"

/* Begins with the calendar that is shipped. */
void holidays_open(struct world *world, struct text shipped);

/* A working day that is near becomes a day off, by the calendar that catalogue `version` will
 * bring. False when there were enough of them. */
bool holiday_announce(struct world *world, int64_t version);

/* Forgets what was announced and never came into force, by version `active` of the catalogue. */
void holidays_forget(struct world *world, int64_t active);

/* The calendar file of a version of the catalogue: its own, else that of the newest one. */
struct text holidays_text(const struct world *world, int64_t version);

/* The record says that `version` is in force: from now on people go by its calendar. */
void holidays_follow(struct world *world, int64_t version);

/* The calendar of that version; NULL when none of it ever counted. And the one that counts now. */
const struct calendar *holidays_calendar(const struct world *world, int64_t version);
const struct calendar *holidays_newest(const struct world *world);
