/* Actions on cases: POST /v1/cases/{id}/actions/{action}.
 *
 * The procedure says which service has the case; the gateway does not know. It asks the one that
 * did this action last time, and goes on to where it is sent. */
#include "routes/actions.h"

#include "base/check.h"
#include "routes/clocks.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/rules.h"
#include "routes/witnesses.h"

#include <stdlib.h>
#include <string.h>

enum { HINTS_MAX = 128, ACTION_BYTES_MAX = 40, TRIES_MAX = 5, OWNERS = 4, OPENED_MAX = 64 };

static const char *const owners[OWNERS] = {"approval", "intake", "fee", "audit"};

/* Which service did an action last. */
struct hint {
    char action[ACTION_BYTES_MAX + 1];
    int owner;
};

struct hints {
    struct hint items[HINTS_MAX];
    size_t count;
};

struct hints *hints_open(void)
{
    struct hints *hints = calloc(1, sizeof *hints);
    CHECK(hints != NULL);
    return hints;
}

void hints_close(struct hints **hints)
{
    free(*hints);
    *hints = NULL;
}

static struct hint *hint_find(struct hints *hints, struct text action)
{
    for (size_t i = 0; i < hints->count; i++) {
        if (text_equal_string(action, hints->items[i].action)) {
            return &hints->items[i];
        }
    }
    return NULL;
}

static void hint_note(struct hints *hints, struct text action, int owner)
{
    struct hint *hint = hint_find(hints, action);
    if (hint == NULL && hints->count < HINTS_MAX && action.size <= ACTION_BYTES_MAX) {
        hint = &hints->items[hints->count++];
        memcpy(hint->action, action.data, action.size);
    }
    if (hint != NULL) {
        hint->owner = owner;
    }
}

/* -- one action ----------------------------------------------------------------------------- */

struct acting {
    struct case_act act;
    struct principal_list witnesses;
    int owner;           /* whom it was sent to */
    bool owner_is_known; /* by the address: it says nothing of where such actions are done else */
    int tries;
    unsigned asked; /* a bit per owner */
    bool has_first_refusal;
    struct ask first_refusal;
    struct action_page page;
    struct clock_list clocks;
};

static void act_send(struct visit *visit, int owner);

static int owner_index(struct text name)
{
    for (int i = 0; i < OWNERS; i++) {
        if (text_equal_string(name, owners[i])) {
            return i;
        }
    }
    return -1;
}

void fields_lift(struct problem *problem)
{
    for (size_t i = 0; i < problem->errors.count; i++) {
        struct text *pointer = &problem->errors.items[i].pointer;
        if (text_starts_with(*pointer, "/fields/")) {
            *pointer = text_after(*pointer, strlen("/fields"));
        }
    }
}

static void refuse_with(struct visit *visit, struct ask *ask)
{
    fields_lift(&ask->reply.problem);
    visit_refuse_ask(visit, ask);
}

/* Sends it to a service that was not asked yet; false when all were. */
static bool try_another(struct visit *visit)
{
    const struct acting *acting = visit->page;
    for (int i = 0; i < OWNERS; i++) {
        if ((acting->asked & 1U << i) == 0) {
            act_send(visit, i);
            return true;
        }
    }
    return false;
}

/* Where to go on after a service said no; false when that was the last word. */
static bool go_elsewhere(struct visit *visit, const struct ask *ask)
{
    struct acting *acting = visit->page;
    bool has_key = exchange_header(visit->http, "Idempotency-Key").data != NULL;
    int owner = ask->problem == PROBLEM_ELSEWHERE ? owner_index(ask->reply.problem.detail) : -1;
    if (acting->tries >= TRIES_MAX) {
        return false;
    }
    if (owner >= 0) {
        act_send(visit, owner);
        return true;
    }
    if (ask->problem == PROBLEM_NOT_FOUND && (acting->asked & 1U << 1) == 0) {
        act_send(visit, 1); /* every case enters at intake */
        return true;
    }
    if (ask->problem == PROBLEM_NOT_FOUND && (acting->asked & 1U << 0) == 0) {
        act_send(visit, 0); /* but what the hall itself began may be approval's alone */
        return true;
    }
    if (ask->problem == PROBLEM_NOT_FOUND && (acting->asked & 1U << 2) == 0) {
        act_send(visit, 2); /* or fee's */
        return true;
    }
    /* An earlier success of this very request may be known to who had the case then. */
    return ask->problem == PROBLEM_NOT_ALLOWED_NOW && has_key && try_another(visit);
}

/* -- success -------------------------------------------------------------------------------- */

static void rules_here(struct visit *visit, const struct hall_rules *rules)
{
    struct acting *acting = visit->page;
    struct clock_look look = {
        .rules = rules,
        .now_ms = gateway_now_ms(visit->gateway),
        .language = visit->language,
        .arena = &visit->http->arena,
    };
    acting->page.clocks = clock_pages_of(&acting->clocks, &look);
    visit_answer(visit, 200, &action_page_message, &acting->page);
}

bool first_move_read(struct visit *visit, const struct ask *ask,
                     struct event_envelope *ret_envelope, const struct case_moved **ret_moved)
{
    struct wire_reader *reader = &visit->gateway->reader;
    struct case_moved *moved = arena_take(&visit->http->arena, sizeof *moved);
    reader->arena = &visit->http->arena;
    if (ask->reply.events.count == 0 ||
        record_read_event(reader, ask->reply.events.items[0], ret_envelope) != ERR_OK ||
        wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &ret_envelope->data, &case_moved_message, moved,
                        NULL) != ERR_OK) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the service's answer cannot be read");
        return false;
    }
    visit_tell_repeated(visit, ask);
    *ret_moved = moved;
    return true;
}

/* Takes what an event of another matter tells, which began with the action. */
static void matter_begun_take(struct visit *visit, const struct event_envelope *envelope)
{
    struct acting *acting = visit->page;
    struct wire_reader *reader = &visit->gateway->reader;
    struct case_moved *moved = arena_take(reader->arena, sizeof *moved);
    bool is_beginning = wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &envelope->data,
                                        &case_moved_message, moved, NULL) == ERR_OK &&
                        uuid_equal(&moved->head.parent.uuid, &acting->act.case_id.uuid);
    if (is_beginning && acting->page.opened.count < OPENED_MAX) {
        acting->page.opened.items[acting->page.opened.count++] = (struct matter_begun){
            .id = envelope->case_id, .number = moved->head.number, .item = moved->head.item};
    }
}

/* Takes what the events of a reply tell. */
static void events_take(struct visit *visit, const struct ask *ask)
{
    struct acting *acting = visit->page;
    struct wire_reader *reader = &visit->gateway->reader;
    struct text_list *types = &acting->page.events;
    reader->arena = &visit->http->arena;
    types->items = arena_take_array(reader->arena, ask->reply.events.count, sizeof *types->items);
    acting->page.opened.items =
        arena_take_array(reader->arena, OPENED_MAX, sizeof *acting->page.opened.items);
    for (size_t i = 0; i < ask->reply.events.count; i++) {
        struct event_envelope envelope;
        struct case_moved *moved = arena_take(reader->arena, sizeof *moved);
        if (record_read_event(reader, ask->reply.events.items[i], &envelope) != ERR_OK) {
            continue;
        }
        types->items[types->count++] = envelope.type;
        if (!uuid_equal(&envelope.case_id.uuid, &acting->act.case_id.uuid)) {
            matter_begun_take(visit, &envelope);
            continue;
        }
        bool is_move = wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &envelope.data,
                                       &case_moved_message, moved, NULL) == ERR_OK;
        if (is_move && moved->step.beside) {
            continue;
        }
        if (is_move && text_is_empty(moved->step.unit)) {
            acting->page.status = moved->step.to;
            acting->clocks = moved->step.clocks;
            acting->page.document = moved->number;
        } else if (text_is_empty(acting->page.status)) {
            acting->page.status = moved->step.from;
            acting->clocks = moved->step.clocks;
        }
    }
}

/* True when all that came of it is a note that somebody with an interest tried. */
static bool was_recused(struct visit *visit, const struct ask *ask)
{
    struct wire_reader *reader = &visit->gateway->reader;
    struct event_envelope envelope;
    struct text kind = {0};
    reader->arena = &visit->http->arena;
    if (ask->reply.events.count != 1 ||
        record_read_event(reader, ask->reply.events.items[0], &envelope) != ERR_OK) {
        return false;
    }
    (void)text_split(envelope.type, '.', &kind);
    return text_equal_string(kind, "recusal_required.v1");
}

static void act_done(struct visit *visit)
{
    struct acting *acting = visit->page;
    struct ask *ask = &visit->asks[0];
    if (ask->problem == PROBLEM_NOT_ALLOWED_NOW && !acting->has_first_refusal) {
        acting->has_first_refusal = true;
        acting->first_refusal = *ask;
    }
    if (ask->problem != PROBLEM_NONE && go_elsewhere(visit, ask)) {
        return;
    }
    if (ask->problem == PROBLEM_ELSEWHERE && !acting->has_first_refusal) {
        exchange_refuse(visit->http, PROBLEM_BEHIND,
                        "the case is on its way between services; try again");
        return;
    }
    if (ask->problem != PROBLEM_NONE) {
        refuse_with(visit, acting->has_first_refusal ? &acting->first_refusal : ask);
        return;
    }
    if (was_recused(visit, ask)) {
        exchange_refuse(visit->http, PROBLEM_FORBIDDEN,
                        "an interest in this case was declared: somebody else has to handle it; "
                        "that it was tried is recorded");
        return;
    }
    if (!acting->owner_is_known) {
        hint_note(visit->gateway->hints, acting->act.action, acting->owner);
    }
    acting->page.id = acting->act.case_id;
    acting->page.action = acting->act.action;
    acting->page.owner = text_of(owners[acting->owner]);
    visit_tell_repeated(visit, ask);
    events_take(visit, ask);
    rules_fetch(visit, 0, rules_here);
}

static int64_t version_of(const struct visit *visit, int owner)
{
    const int64_t versions[OWNERS] = {visit->if_match.approval, visit->if_match.intake,
                                      visit->if_match.fee};
    return visit->has_if_match ? versions[owner] : 0;
}

static void act_send(struct visit *visit, int owner)
{
    struct acting *acting = visit->page;
    acting->owner = owner;
    acting->asked |= 1U << owner;
    acting->tries++;
    visit_begin_asks(visit, act_done);
    visit_command(visit, owners[owner], &case_act_message, &acting->act, NULL,
                  version_of(visit, owner), &acting->witnesses);
}

void act_on(struct visit *visit, const struct case_id *id, const char *owner)
{
    struct acting *acting = arena_take(&visit->http->arena, sizeof *acting);
    const struct action_fields *fields = visit_body(visit);
    if (fields == NULL) {
        return;
    }
    acting->act.case_id = *id;
    acting->act.action = visit->parameters[1];
    acting->act.fields = *fields;
    if (acting->act.action.size > ACTION_BYTES_MAX) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such action");
        return;
    }
    acting->owner_is_known = owner != NULL;
    acting->witnesses = witnesses_of(visit, fields);
    visit->page = acting;
    const struct hint *hint = hint_find(visit->gateway->hints, acting->act.action);
    int usual = hint == NULL ? 0 : hint->owner;
    act_send(visit, owner == NULL ? usual : owner_index(text_of(owner)));
}

void post_action(struct visit *visit)
{
    struct case_id id;
    if (visit_id(visit, 0, &id.uuid)) {
        act_on(visit, &id, NULL);
    }
}
