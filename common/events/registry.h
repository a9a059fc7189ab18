/* All vocabularies: where the type of any event of the hall is found. */
#pragma once

#include "wire/field.h"

extern const struct wire_vocabulary *const hall_vocabularies[];
extern const size_t hall_vocabulary_count;

/* The event type of that name, NULL when it is not known here (an event of a newer version). */
const struct wire_message *hall_event_find(struct text type);
