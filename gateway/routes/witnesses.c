#include "routes/witnesses.h"

enum { WITNESSES_MAX = 8 };

void witness_add(struct visit *visit, struct principal_list *list, struct text login)
{
    struct state *state = &visit->gateway->state;
    struct account_id id;
    struct account_row row;
    state->arena = &visit->http->arena;
    state->reader.arena = state->arena;
    if (list->items == NULL) {
        list->items = arena_take_array(state->arena, WITNESSES_MAX, sizeof *list->items);
    }
    if (!text_is_empty(login) && list->count < WITNESSES_MAX &&
        identity_find(state, login, &id, &row) && !row.disabled) {
        list->items[list->count++] = identity_principal(&id, &row);
    }
}

struct principal_list witnesses_of(struct visit *visit, const struct action_fields *fields)
{
    struct principal_list list = {0};
    witness_add(visit, &list, fields->assignee);
    witness_add(visit, &list, fields->officer);
    witness_add(visit, &list, fields->deputy);
    for (size_t i = 0; i < fields->officers.count; i++) {
        witness_add(visit, &list, fields->officers.items[i]);
    }
    return list;
}

struct principal_list witnesses_named(struct visit *visit, struct text first, struct text second)
{
    struct principal_list list = {0};
    witness_add(visit, &list, first);
    witness_add(visit, &list, second);
    return list;
}
