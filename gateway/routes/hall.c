/* Matters of the hall itself: delegations, shifts, meetings. They are begun here; once begun they
 * are looked at and moved like cases. */
#include "routes/actions.h"
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/visit.h"
#include "routes/witnesses.h"

#include <string.h>

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200 };

/* -- beginning ------------------------------------------------------------------------------ */

void matter_opened_here(struct visit *visit)
{
    struct ask *ask = &visit->asks[0];
    struct arena *arena = &visit->http->arena;
    const struct case_moved *moved = NULL;
    struct opened_page *page = arena_take(arena, sizeof *page);
    struct event_envelope envelope;
    char id[UUID_TEXT_BYTES + 1];
    fields_lift(&ask->reply.problem);
    if (visit_refused(visit) || !first_move_read(visit, ask, &envelope, &moved)) {
        return;
    }
    *page = (struct opened_page){.id = envelope.case_id,
                                 .number = moved->head.number,
                                 .item = moved->head.item,
                                 .status = moved->step.to};
    uuid_format(&page->id.uuid, id);
    exchange_add_header(visit->http, "Location", arena_print(arena, "/v1/cases/%s", id).data);
    visit_answer(visit, 201, &opened_page_message, page);
}

void matter_begin(struct visit *visit, const char *service, const struct matter_open *open)
{
    struct matter_open *command = arena_take(&visit->http->arena, sizeof *command);
    struct principal_list *witnesses = arena_take(&visit->http->arena, sizeof *witnesses);
    *command = *open;
    *witnesses = witnesses_of(visit, &command->fields);
    visit_begin_asks(visit, matter_opened_here);
    visit_command(visit, service, &matter_open_message, command, NULL, 0, witnesses);
}

void post_delegation(struct visit *visit)
{
    const struct delegation_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct matter_open open = {
        .procedure = TEXT_LITERAL("delegation"),
        .action = TEXT_LITERAL("register"),
        .fields = {.officer = asked->officer,
                   .item = asked->item,
                   .power = asked->power,
                   .valid_from = asked->valid_from,
                   .valid_until = asked->valid_until,
                   .note = asked->note},
    };
    matter_begin(visit, "approval", &open);
}

void post_shift(struct visit *visit)
{
    const struct shift_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct matter_open open = {
        .procedure = TEXT_LITERAL("shift"),
        .action = TEXT_LITERAL("open"),
        .department = asked->department,
        .fields = {.window = asked->window, .badge = asked->badge, .deputy = asked->deputy},
    };
    matter_begin(visit, "intake", &open);
}

void post_meeting(struct visit *visit)
{
    const struct meeting_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct matter_open open = {
        .procedure = TEXT_LITERAL("joint_meeting"),
        .action = TEXT_LITERAL("call_meeting"),
        .department = asked->department,
        .parent = asked->case_id,
        .fields = {.members = asked->members, .agenda = asked->agenda},
    };
    matter_begin(visit, "approval", &open);
}

/* -- lists ---------------------------------------------------------------------------------- */

static void delegations_here(struct visit *visit)
{
    const struct delegations_told *told = visit->asks[0].answer;
    struct delegations_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->delegations;
        page->next = told->next;
    }
    visit_link_after(visit, page->next);
    visit_answer(visit, 200, &delegations_page_message, page);
}

void get_delegations(struct visit *visit)
{
    struct ask_delegations question = {
        .officer = exchange_query(visit->http, "officer"),
        .item = exchange_query(visit->http, "item"),
        .department = exchange_query(visit->http, "department"),
    };
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit) ||
        !visit_cursor(visit, &question.after)) {
        return;
    }
    if (question.officer.size > 64 || question.item.size > 40 || question.department.size > 20) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED,
                        "there is no such officer, item or department");
        return;
    }
    visit_begin_asks(visit, delegations_here);
    visit_ask(visit, "approval", &ask_delegations_message, &question, &delegations_told_message);
}

static void shifts_here(struct visit *visit)
{
    const struct shifts_told *told = visit->asks[0].answer;
    struct shifts_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->shifts;
    }
    visit_answer(visit, 200, &shifts_page_message, page);
}

void get_shifts(struct visit *visit)
{
    struct ask_shifts question = {.department = exchange_query(visit->http, "department")};
    if (question.department.size > 20) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "there is no such department");
        return;
    }
    visit_begin_asks(visit, shifts_here);
    visit_ask(visit, "intake", &ask_shifts_message, &question, &shifts_told_message);
}

static void expedited_here(struct visit *visit)
{
    const struct expedited_told *told = visit->asks[0].answer;
    struct expedited_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->cases;
        page->next = told->next;
    }
    visit_link_after(visit, page->next);
    visit_answer(visit, 200, &expedited_page_message, page);
}

void get_expedited(struct visit *visit)
{
    struct ask_expedited question = {0};
    if (visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit) &&
        visit_cursor(visit, &question.after)) {
        visit_begin_asks(visit, expedited_here);
        visit_ask(visit, "approval", &ask_expedited_message, &question, &expedited_told_message);
    }
}
