#include "events/recount.h"

WIRE_DEFINE_VOCABULARY(recount_vocabulary, RECOUNT_VOCABULARY)

#define DEFINE_STEP(step, type, text)                                                              \
    const struct wire_message step##_message = {                                                   \
        .name = type,                                                                              \
        .kind = WIRE_KIND_EVENT,                                                                   \
        .fields = recount_progress_fields,                                                         \
        .field_count = sizeof recount_progress_fields / sizeof recount_progress_fields[0],         \
        .size = sizeof(struct recount_progress),                                                   \
        .doc = text,                                                                               \
    };
RECOUNT_STEPS(DEFINE_STEP)

#define LIST_STEP(step, type, text) &step##_message,
static const struct wire_message *const steps[] = {RECOUNT_STEPS(LIST_STEP)};

const struct wire_vocabulary recount_steps_vocabulary = {
    .name = "recount_steps_vocabulary",
    .messages = steps,
    .count = sizeof steps / sizeof steps[0],
};
