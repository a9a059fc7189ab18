#include "events/officers.h"

WIRE_DEFINE_ENUM(post_status, POST_STATUS_VALUES)
WIRE_DEFINE_ENUM(delegation_status, DELEGATION_STATUS_VALUES)
WIRE_DEFINE_ENUM(hand_over_step, HAND_OVER_STEP_VALUES)
WIRE_DEFINE_VOCABULARY(officers_vocabulary, OFFICERS_VOCABULARY)

#define DEFINE_NOTE(note, type, text)                                                              \
    const struct wire_message note##_message = {                                                   \
        .name = type,                                                                              \
        .kind = WIRE_KIND_EVENT,                                                                   \
        .fields = work_kept_fields,                                                                \
        .field_count = sizeof work_kept_fields / sizeof work_kept_fields[0],                       \
        .size = sizeof(struct work_kept),                                                          \
        .doc = text,                                                                               \
    };
WORK_KEPT_NOTES(DEFINE_NOTE)

#define LIST_NOTE(note, type, text) &note##_message,
static const struct wire_message *const notes[] = {WORK_KEPT_NOTES(LIST_NOTE)};

const struct wire_vocabulary work_kept_vocabulary = {
    .name = "work_kept_vocabulary",
    .messages = notes,
    .count = sizeof notes / sizeof notes[0],
};
