#include "events/moves.h"

WIRE_DEFINE_ENUM(channel, CHANNEL_VALUES)
WIRE_DEFINE_ENUM(language, LANGUAGE_VALUES)
WIRE_DEFINE_ENUM(opinion, OPINION_VALUES)
WIRE_DEFINE_ENUM(outcome, OUTCOME_VALUES)
WIRE_DEFINE_ENUM(delivery, DELIVERY_VALUES)
WIRE_DEFINE_ENUM(remedy_kind, REMEDY_KIND_VALUES)
WIRE_DEFINE_ENUM(remedy_body, REMEDY_BODY_VALUES)
WIRE_DEFINE_ENUM(charge_scale, CHARGE_SCALE_VALUES)
WIRE_DEFINE_ENUM(review_outcome, REVIEW_OUTCOME_VALUES)
WIRE_DEFINE_VOCABULARY(matter_vocabulary, MATTER_VOCABULARY)

#define DEFINE_MOVE(move, type, text)                                                              \
    const struct wire_message move##_message = {                                                   \
        .name = type,                                                                              \
        .kind = WIRE_KIND_EVENT,                                                                   \
        .fields = case_moved_fields,                                                               \
        .field_count = sizeof case_moved_fields / sizeof case_moved_fields[0],                     \
        .size = sizeof(struct case_moved),                                                         \
        .doc = text,                                                                               \
    };
INTAKE_MOVES(DEFINE_MOVE)
APPROVAL_MOVES(DEFINE_MOVE)
FEE_MOVES(DEFINE_MOVE)
AUDIT_MOVES(DEFINE_MOVE)

#define LIST_MOVE(move, type, text) &move##_message,
static const struct wire_message *const moves[] = {INTAKE_MOVES(LIST_MOVE) APPROVAL_MOVES(LIST_MOVE)
                                                       FEE_MOVES(LIST_MOVE) AUDIT_MOVES(LIST_MOVE)};

const struct wire_vocabulary moves_vocabulary = {
    .name = "moves_vocabulary",
    .messages = moves,
    .count = sizeof moves / sizeof moves[0],
};
