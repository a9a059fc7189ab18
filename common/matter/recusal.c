/* Recusal (回避): who has an interest in a case neither takes, reviews nor decides it, and is not
 * given the work. That somebody tried is recorded. */
#include "matter/internal.h"
#include "matter/registers.h"

#include "base/check.h"

/* What makes somebody handle a case; anything else he may go on doing. */
static const char *const handling[] = {"take",   "review", "decide", "record",
                                       "advise", "reply",  "resolve"};

static bool handles(struct text action)
{
    for (size_t i = 0; i < sizeof handling / sizeof handling[0]; i++) {
        if (text_equal_string(action, handling[i])) {
            return true;
        }
    }
    return false;
}

static bool has_interest(const struct move *move, struct text officer)
{
    return !text_is_empty(officer) && interest_stands(move->flow, move->decision->state, officer,
                                                      &move->matter->id, move->matter->row.item);
}

struct text move_recused(const struct move *move, struct text action)
{
    if (move->flow->registers == 0) {
        return (struct text){0};
    }
    struct text caller = move->decision->principal->login;
    const struct text_list *together = &move->fields->officers;
    if (handles(action) && has_interest(move, caller)) {
        return caller;
    }
    for (size_t i = 0; i < together->count; i++) {
        if (has_interest(move, together->items[i])) {
            return together->items[i];
        }
    }
    return has_interest(move, move->fields->assignee) ? move->fields->assignee : (struct text){0};
}

void recusal_note(const struct move *move, struct text action, struct text officer)
{
    struct text type = arena_print(move->decision->arena, "%s.recusal_required.v1",
                                   procedure_owner_name(move->flow->owner));
    const struct wire_message *message = wire_find(&moves_vocabulary, type);
    const struct case_row *row = &move->matter->row;
    struct case_moved moved = {
        .step = {.action = TEXT_LITERAL("recusal"),
                 .from = row->state,
                 .to = row->state,
                 .version = row->version,
                 .beside = true},
        .fields = {.officer = officer, .power = action},
    };
    CHECK(message != NULL);
    emit(move->decision, &move->matter->id, message, &moved);
}
