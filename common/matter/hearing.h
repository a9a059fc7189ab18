/* On which days a hearing may be held (行政许可法 47, 48). Pure: what the facts about it compare.
 */
#pragma once

#include "base/datetime.h"

enum {
    HEARING_NOTICE_DAYS = 7, /* calendar days between the notice and the hearing, at the least */
};

enum hearing_day { HEARING_DAY_SOUND, HEARING_DAY_TOO_SOON, HEARING_DAY_TOO_LATE };

/* Judges the day that is told `today`. `last` is the last day of the time in which the hearing must
 * be held. Where no sound day is left in it the hearing is late whatever day is named, and the
 * notice alone counts. */
enum hearing_day hearing_day_judge(struct date today, struct date held_on, struct date last);

/* True when a hearing of which the day `told` was told can have been held on `held_on`. */
bool hearing_was_held(struct date told, struct date held_on, struct date today);
