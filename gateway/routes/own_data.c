/* GET /v1/cases/{id}/data: all that the hall holds of who filed a case, for that person alone
 * (個人信息保護法 45). Reading one's own data leaves no event. */
#include "routes/cases.h"
#include "routes/handlers.h"
#include "routes/people.h"

enum { MESSAGES_MAX = 200 };

struct own_visit {
    struct case_id id;
    struct own_data page;
};

static void own_opened(struct visit *visit)
{
    const struct own_visit *own = visit->page;
    people_answer(visit, 200, &own_data_message, &own->page);
}

static void letters_here(struct visit *visit)
{
    struct own_visit *own = visit->page;
    const struct letters_told *letters = visit->asks[0].answer;
    const struct inbox_told *inbox = visit->asks[1].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (letters == NULL || inbox == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "letters and messages cannot be read");
        return;
    }
    own->page.letters = letters->items;
    own->page.messages = inbox->messages;
    struct people_part part = {&own_data_message, &own->page};
    people_open(visit, &own->id, "to export one's own data", &part, 1, own_opened);
}

static void case_here(struct visit *visit, struct case_parts *parts)
{
    struct own_visit *own = visit->page;
    struct ask_letters letters = {.case_id = own->id};
    struct ask_inbox inbox = {.case_id = own->id, .limit = MESSAGES_MAX};
    case_page_fill(visit, &own->page.filed, parts);
    own->page.exported_at = gateway_now_ms(visit->gateway);
    visit_begin_asks(visit, letters_here);
    visit_ask(visit, "notification", &ask_letters_message, &letters, &letters_told_message);
    visit_ask(visit, "notification", &ask_inbox_message, &inbox, &inbox_told_message);
}

void get_own_data(struct visit *visit)
{
    struct own_visit *own = arena_take(&visit->http->arena, sizeof *own);
    if (!visit_id(visit, 0, &own->id.uuid)) {
        return;
    }
    if (visit->principal.kind == PRINCIPAL_STAFF) {
        exchange_refuse(visit->http, PROBLEM_FORBIDDEN, "only who filed exports his own data");
        return;
    }
    visit->page = own;
    case_parts_fetch(visit, &visit->principal, &own->id, case_here);
}
