/* Events as CloudEvents 1.0 has them: the one writer of that form.
 *
 *   source           /hall/SERVICE
 *   type             org.glasshall.TYPE
 *   subject          the case, where there is one
 *   sequence         the place in audit's record, 20 digits
 *   data             the fields of the type; sealed values are left out
 *
 * One thread per reader. */
#pragma once

#include "log/record.h"

#include <jansson.h>

#define CLOUD_TYPE_PREFIX "org.glasshall."

/* An event of the record, taken apart. */
struct hall_event {
    struct event_envelope envelope;
    const struct wire_message *message; /* NULL: of a newer version, and its fields are not known */
    void *data;                         /* the struct of `message` */
};

/* Reads a record; false for what is no event. What was read points into `record` and lives in the
 * reader's arena, the rest in the reader until its next use. */
bool hall_event_read(struct wire_reader *reader, struct bytes record, struct hall_event *ret_event);

/* The event at place `index` of the record. The caller owns the JSON. */
json_t *cloud_event(const struct hall_event *event, int64_t index, struct arena *arena);
