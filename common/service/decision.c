#include "service/decision.h"

#include <stdarg.h>
#include <string.h>

enum { ITEMS_FIRST = 4 };

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

/* Makes room for one more item of `size` bytes behind `count`; the array is a power of two long. */
static void *items_grow(struct arena *arena, void *items, size_t count, size_t size)
{
    bool is_full = count == 0 || (count >= ITEMS_FIRST && (count & (count - 1)) == 0);
    if (!is_full) {
        return items;
    }
    void *grown = arena_take_array(arena, count == 0 ? ITEMS_FIRST : 2 * count, size);
    if (count > 0) {
        memcpy(grown, items, count * size);
    }
    return grown;
}

void emit_effective(struct decision *decision, const struct case_id *case_id, int64_t effective_at,
                    const struct wire_message *message, const void *data)
{
    if (decision->event_count == DECISION_EVENTS_MAX) {
        decision->overflowed = true;
        return;
    }
    decision->events = items_grow(decision->arena, decision->events, decision->event_count,
                                  sizeof *decision->events);
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

void emit_by_hall(struct decision *decision, const struct case_id *case_id,
                  const struct wire_message *message, const void *data)
{
    size_t before = decision->event_count;
    emit(decision, case_id, message, data);
    if (decision->event_count > before) {
        decision->events[before].is_halls = true;
    }
}

void decision_answer(struct decision *decision, const struct wire_message *message,
                     const void *data)
{
    decision->answer =
        (struct wire_any){.message = message, .data = copy_of(decision->arena, message, data)};
}

enum verdict refuse(struct decision *decision, enum problem_type type, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    decision->problem_detail = problem_detail(decision->arena, format, arguments);
    va_end(arguments);
    decision->problem_type = type;
    return VERDICT_PROBLEM;
}

enum verdict refuse_fields(struct decision *decision)
{
    return refuse(decision, PROBLEM_INVALID_FIELDS, "correct the fields named in errors");
}

void field_wrong(struct decision *decision, const char *name, const char *detail)
{
    struct wire_path at = {.name = text_of(name)};
    wire_errors_add(&decision->errors, &at, "%s", detail);
}

enum verdict refuse_field(struct decision *decision, const char *name, const char *detail)
{
    field_wrong(decision, name, detail);
    return refuse_fields(decision);
}

void decision_allow(struct decision *decision, struct text action)
{
    for (size_t i = 0; i < decision->allowed_action_count; i++) {
        if (text_equal(decision->allowed_actions[i], action)) {
            return;
        }
    }
    if (decision->allowed_action_count == DECISION_ACTIONS_MAX) {
        return;
    }
    decision->allowed_actions =
        items_grow(decision->arena, decision->allowed_actions, decision->allowed_action_count,
                   sizeof *decision->allowed_actions);
    decision->allowed_actions[decision->allowed_action_count++] = action;
}

const struct principal *request_witness(const struct request *request, struct text login)
{
    for (size_t i = 0; request != NULL && i < request->witnesses.count; i++) {
        if (text_equal(request->witnesses.items[i].login, login)) {
            return &request->witnesses.items[i];
        }
    }
    return NULL;
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

bool principal_works_in(const struct principal *principal, struct text department)
{
    for (size_t i = 0; i < principal->grants.count; i++) {
        if (text_equal(principal->grants.items[i].department, department)) {
            return true;
        }
    }
    return false;
}
