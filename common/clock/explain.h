/* The sentences of a derivation in the hall's languages, internal to this folder, and the words
 * that fill them (day_words, amount_words, weekday_words), for others that write about limits.
 *
 * A sentence is a template with named places such as {from}; the words that fill them are made here
 * too, so that dates and amounts read as they do in that language. */
#pragma once

#include "calendar/calendar.h"
#include "clock/records.h"

enum sentence {
    SENTENCE_START,
    SENTENCE_START_HOURS,
    SENTENCE_START_WORK_HOURS,
    SENTENCE_START_UNTIL,
    SENTENCE_RESTART,
    SENTENCE_OPENING,
    SENTENCE_PAUSE,
    SENTENCE_PAUSE_OPEN,
    SENTENCE_EXTENSION,
    SENTENCE_EXTENSION_ON,
    SENTENCE_HOLIDAY,
    SENTENCE_HOLIDAY_DAY,
    SENTENCE_MAKE_UP,
    SENTENCE_OMITTED,
    SENTENCE_COUNT_WORKDAYS,
    SENTENCE_COUNT_DAYS,
    SENTENCE_MOVED,
    SENTENCE_PROVISIONAL,
    SENTENCE_RECOUNT,
    SENTENCE_RECOUNT_SAME,
    SENTENCE_STOP,
    SENTENCE_RESULT,
    SENTENCE_RESULT_PAUSED,
    SENTENCES,
};

/* What may stand in a sentence; what a sentence has no place for stays unused. */
struct sentence_words {
    struct text from;
    struct text to;
    struct text amount;
    struct text total;
    struct text basis; /* as it stands in the record; brackets are put around it */
    struct text name;
    struct text weekday;
    struct text hours;
};

/* The filled sentence in `arena`. */
struct text sentence_text(enum sentence sentence, enum name_language language,
                          const struct sentence_words *words, struct arena *arena);

/* "18 Sep 2026", "2026年9月18日". */
struct text day_words(enum name_language language, struct date date, struct arena *arena);

/* A day and a time of it; 24:00 is the end of the day. */
struct text moment_words(enum name_language language, struct date date, int minute,
                         struct arena *arena);

/* "20 working days". */
struct text amount_words(enum name_language language, enum limit_unit unit, int64_t value,
                         struct arena *arena);

/* "5 weekdays": days that would work if they were no holiday. */
struct text weekdays_words(enum name_language language, int64_t count, struct arena *arena);

/* "2 hours 30 minutes". */
struct text duration_words(enum name_language language, int64_t ms, struct arena *arena);

/* Two amounts, one after the other: "3 months and 5 calendar days". */
struct text both_words(enum name_language language, struct text first, struct text second,
                       struct arena *arena);

/* "Saturday". */
struct text weekday_words(enum name_language language, enum weekday weekday);

/* What a day of rest without a name is called. */
struct text weekend_words(enum name_language language);
