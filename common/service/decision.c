#include "service/decision.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DETAIL_BYTES_MAX = 500 };

struct uuid decision_new_id(struct decision *decision)
{
    return uuid_next(decision->ids, decision->now_ms, decision->random);
}

static void *copy_of(struct arena *arena, const struct wire_message *message, const void *data)
{
    void *copy = arena_take(arena, message->size);
    memcpy(copy, data, message->size);
    return copy;
}

void emit_effective(struct decision *decision, const struct case_id *case_id, int64_t effective_at,
                    const struct wire_message *message, const void *data)
{
    CHECK(decision->event_count < DECISION_EVENTS_MAX);
    struct pending_event *event = &decision->events[decision->event_count++];
    *event = (struct pending_event){
        .message = message,
        .data = copy_of(decision->arena, message, data),
        .effective_at = effective_at,
    };
    if (case_id != NULL) {
        event->case_id = *case_id;
    }
}

void emit(struct decision *decision, const struct case_id *case_id,
          const struct wire_message *message, const void *data)
{
    emit_effective(decision, case_id, 0, message, data);
}

void decision_answer(struct decision *decision, const struct wire_message *message,
                     const void *data)
{
    decision->answer =
        (struct wire_any){.message = message, .data = copy_of(decision->arena, message, data)};
}

enum verdict refuse(struct decision *decision, enum problem_type type, const char *format, ...)
{
    char detail[DETAIL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    decision->problem_type = type;
    decision->problem_detail = arena_copy_text(decision->arena, text_of(detail));
    return VERDICT_PROBLEM;
}

enum verdict refuse_fields(struct decision *decision)
{
    return refuse(decision, PROBLEM_INVALID_FIELDS, "correct the fields named in errors");
}

void decision_allow(struct decision *decision, struct text action)
{
    for (size_t i = 0; i < decision->allowed_action_count; i++) {
        if (text_equal(decision->allowed_actions[i], action)) {
            return;
        }
    }
    if (decision->allowed_action_count < DECISION_ACTIONS_MAX) {
        decision->allowed_actions[decision->allowed_action_count++] = action;
    }
}

bool principal_holds(const struct principal *principal, struct text role, struct text department)
{
    for (size_t i = 0; i < principal->grants.count; i++) {
        const struct role_grant *grant = &principal->grants.items[i];
        if (text_equal(grant->role, role) && (text_equal_string(grant->department, "*") ||
                                              text_equal(grant->department, department))) {
            return true;
        }
    }
    return false;
}
