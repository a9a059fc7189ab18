/* Officers about themselves and each other: deputies, interests, handing a matter over. */
#include "routes/actions.h"
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/visit.h"
#include "routes/witnesses.h"

/* What a command's first event says, as `message`; answered as it stands. */
static void told_here(struct visit *visit, const struct wire_message *message)
{
    const struct ask *ask = &visit->asks[0];
    if (visit_refused(visit)) {
        return;
    }
    const void *told = ask_event(visit, ask, message, NULL);
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the service's answer cannot be read");
        return;
    }
    visit_tell_repeated(visit, ask);
    visit_answer(visit, visit->route->status, message, told);
}

/* -- POST /v1/deputies ---------------------------------------------------------------------- */

static void deputy_here(struct visit *visit)
{
    told_here(visit, &deputy_named_message);
}

void post_deputy(struct visit *visit)
{
    const struct name_deputy *command = visit_body(visit);
    if (command == NULL) {
        return;
    }
    struct principal_list *witnesses = arena_take(&visit->http->arena, sizeof *witnesses);
    *witnesses = witnesses_named(visit, command->officer, command->deputy);
    visit_begin_asks(visit, deputy_here);
    visit_command(visit, "intake", &name_deputy_message, command, NULL, 0, witnesses);
}

/* -- POST /v1/interests --------------------------------------------------------------------- */

static void interest_here(struct visit *visit)
{
    told_here(visit, &interest_declared_message);
}

void post_interest(struct visit *visit)
{
    const struct declare_interest *command = visit_body(visit);
    if (command != NULL) {
        visit_begin_asks(visit, interest_here);
        visit_command(visit, "approval", &declare_interest_message, command, NULL, 0, NULL);
    }
}

/* -- POST /v1/tasks/{id}/offer, /accept, /return -------------------------------------------- */

static void handed_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    const struct case_moved *moved = NULL;
    struct handed_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct event_envelope envelope;
    if (visit_refused(visit) || !first_move_read(visit, ask, &envelope, &moved)) {
        return;
    }
    *page = (struct handed_page){
        .id = envelope.case_id, .event = envelope.type, .officer = moved->fields.officer};
    if (moved->step.clocks.count > 0 && moved->step.clocks.items[0].phase == CLOCK_RUNNING) {
        page->answer_by = moved->step.clocks.items[0].due;
    }
    visit_answer(visit, 200, &handed_page_message, page);
}

static void hand_send(struct visit *visit, const struct hand_over *hand)
{
    struct hand_over *command = arena_take(&visit->http->arena, sizeof *command);
    struct principal_list *witnesses = arena_take(&visit->http->arena, sizeof *witnesses);
    *command = *hand;
    if (!visit_id(visit, 0, &command->case_id.uuid)) {
        return;
    }
    *witnesses = witnesses_named(visit, command->officer, (struct text){0});
    visit_begin_asks(visit, handed_here);
    visit_command(visit, "intake", &hand_over_message, command, NULL, 0, witnesses);
}

void post_offer(struct visit *visit)
{
    const struct offer_ask *asked = visit_body(visit);
    if (asked != NULL) {
        hand_send(visit, &(struct hand_over){.step = HAND_OVER_OFFER, .officer = asked->officer});
    }
}

void post_accept(struct visit *visit)
{
    hand_send(visit, &(struct hand_over){.step = HAND_OVER_ACCEPT});
}

void post_return(struct visit *visit)
{
    const struct return_ask *asked = visit_body(visit);
    if (asked != NULL) {
        hand_send(visit, &(struct hand_over){.step = HAND_OVER_RETURN, .reasons = asked->reasons});
    }
}
