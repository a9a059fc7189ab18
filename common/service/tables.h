/* The tables every service has, in front of its own: a service numbers its tables from
 * ENGINE_TABLE_COUNT on. */
#pragma once

enum { REPEAT_DAYS = 8 };

enum engine_table {
    TABLE_LOG,     /* the records (log/event_log.h) */
    TABLE_CURSORS, /* stream name -> the last of its events that was consumed;
                      the empty name -> the latest time of an event that was applied */
    TABLE_TIMERS,  /* what falls due (timers.h) */
    TABLE_WORK,    /* what workers have to do (work.h) */
    TABLE_REPEATS, /* requests that may come again, a table a day (repeats.h) */
    ENGINE_TABLE_COUNT = TABLE_REPEATS + REPEAT_DAYS,
};
