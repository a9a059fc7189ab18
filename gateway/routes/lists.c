/* Lists: search, worklist, inbox. */
#include "routes/handlers.h"

#include "routes/pages.h"
#include "routes/visit.h"
#include "wire/json.h"

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200 };

/* -- POST /v1/cases/search ------------------------------------------------------------------ */

static void found_here(struct visit *visit)
{
    const struct cases_found *found = visit->asks[0].answer;
    struct search_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (found != NULL) {
        page->items = found->cases;
        page->next = found->next;
    }
    visit_answer(visit, 200, &search_page_message, page);
}

static void search_send(struct visit *visit)
{
    visit_begin_asks(visit, found_here);
    visit_ask(visit, "approval", &search_cases_message, visit->page, &cases_found_message);
}

/* Whom the vault knows by what was asked for: the search goes on with their numbers. */
static void subjects_here(struct visit *visit)
{
    struct search_cases *question = visit->page;
    const struct subjects_found *found = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (found == NULL || found->subjects.count == 0) {
        struct search_page *page = arena_take(&visit->http->arena, sizeof *page);
        visit_answer(visit, 200, &search_page_message, page);
        return;
    }
    question->subjects = found->subjects;
    search_send(visit);
}

void post_search(struct visit *visit)
{
    const struct search_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct search_cases *question = arena_take(&visit->http->arena, sizeof *question);
    *question = (struct search_cases){
        .number = asked->number,
        .item = asked->item,
        .state = asked->status,
        .department = asked->department,
        .assignee = asked->assignee,
        .from = asked->from,
        .to = asked->to,
        .limit = asked->limit == 0 ? LIMIT_USUAL : asked->limit,
        .after = asked->cursor,
    };
    visit->page = question;
    if (asked->id_number.value.size == 0 && asked->phone.value.size == 0) {
        search_send(visit);
        return;
    }
    struct find_subjects by = {.id_number = asked->id_number, .phone = asked->phone};
    visit_begin_asks(visit, subjects_here);
    visit_ask(visit, "intake", &find_subjects_message, &by, &subjects_found_message);
}

/* -- GET /v1/tasks -------------------------------------------------------------------------- */

static void tasks_here(struct visit *visit)
{
    const struct tasks_told *told = visit->asks[0].answer;
    struct tasks_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->tasks;
        page->next = told->next;
    }
    visit_link_after(visit, page->next);
    visit_answer(visit, 200, &tasks_page_message, page);
}

void get_tasks(struct visit *visit)
{
    struct text light = exchange_query(visit->http, "light");
    struct ask_tasks question = {
        .department = exchange_query(visit->http, "department"),
        .stage = exchange_query(visit->http, "stage"),
        .light = (enum light)wire_enum_value(&light_enum, light),
    };
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit) ||
        !visit_cursor(visit, &question.after)) {
        return;
    }
    if (light.data != NULL && question.light == light_absent) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "light must be green, yellow or red");
        return;
    }
    if (question.department.size > 20 || question.stage.size > 60) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "there is no such department or stage");
        return;
    }
    visit_begin_asks(visit, tasks_here);
    visit_ask(visit, "approval", &ask_tasks_message, &question, &tasks_told_message);
}

/* -- GET /v1/inbox -------------------------------------------------------------------------- */

static void inbox_here(struct visit *visit)
{
    const struct inbox_told *told = visit->asks[0].answer;
    struct inbox_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->messages;
    }
    visit_answer(visit, 200, &inbox_page_message, page);
}

/* The inbox of the case that the session opens, or of the one that is named. */
void get_inbox(struct visit *visit)
{
    struct ask_inbox question = {.case_id = visit->principal.case_id};
    struct text named = exchange_query(visit->http, "case");
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit)) {
        return;
    }
    if (named.data != NULL && !uuid_parse(named, &question.case_id.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "case must be the id of a case");
        return;
    }
    if (uuid_is_none(&question.case_id.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "say which case: ?case=ID");
        return;
    }
    visit_begin_asks(visit, inbox_here);
    visit_ask(visit, "notification", &ask_inbox_message, &question, &inbox_told_message);
}
