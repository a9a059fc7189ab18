#include "matter/hearing.h"

enum hearing_day hearing_day_judge(struct date today, struct date held_on, struct date last)
{
    struct date earliest = date_add_days(today, HEARING_NOTICE_DAYS);
    if (held_on.days < earliest.days) {
        return HEARING_DAY_TOO_SOON;
    }
    bool has_sound_day = earliest.days <= last.days;
    return has_sound_day && held_on.days > last.days ? HEARING_DAY_TOO_LATE : HEARING_DAY_SOUND;
}

bool hearing_was_held(struct date told, struct date held_on, struct date today)
{
    return held_on.days >= told.days && held_on.days <= today.days;
}
