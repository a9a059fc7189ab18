/* Bank statements: handed in as files, judged and booked by fee. */
#include "routes/handlers.h"

#include "events/statements.h"
#include "iso20022/statement.h"
#include "routes/uploads.h"

enum { STATEMENTS_USUAL = 50, STATEMENTS_MAX = 200 };

/* -- GET /v1/fee/statements/{id} ------------------------------------------------------------ */

static void statement_here(struct visit *visit)
{
    const struct statement_shown *shown = visit->asks[0].answer;
    char id[UUID_TEXT_BYTES + 1];
    if (visit_refused(visit)) {
        return;
    }
    if (shown == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the bank statement cannot be read");
        return;
    }
    if (visit->route->status == 201) {
        uuid_format(&shown->id.uuid, id);
        exchange_add_header(visit->http, "Location",
                            arena_print(&visit->http->arena, "/v1/fee/statements/%s", id).data);
    }
    visit_answer(visit, visit->route->status, &statement_shown_message, shown);
}

static void statement_ask(struct visit *visit, const struct statement_id *id)
{
    struct ask_statement question = {.statement_id = *id};
    visit_begin_asks(visit, statement_here);
    visit_ask(visit, "fee", &ask_statement_message, &question, &statement_shown_message);
}

void get_statement(struct visit *visit)
{
    struct statement_id id;
    if (visit_id(visit, 0, &id.uuid)) {
        statement_ask(visit, &id);
    }
}

/* -- POST /v1/fee/statements ---------------------------------------------------------------- */

static const struct file_kind statement_kinds[] = {
    {"application/xml", STATEMENT_BYTES_MAX},
    {"text/xml", STATEMENT_BYTES_MAX},
};

/* Asked before the file is taken, for it is large; fee looks again. */
static bool statement_may(struct visit *visit)
{
    const struct text role = TEXT_LITERAL("finance_officer");
    if (principal_holds(&visit->principal, role, TEXT_LITERAL("FIN")) ||
        principal_holds(&visit->principal, role, TEXT_LITERAL("HALL"))) {
        return true;
    }
    exchange_refuse(visit->http, PROBLEM_FORBIDDEN,
                    "bank statements are handed in by finance officers");
    return false;
}

static void statement_taken(struct visit *visit)
{
    const struct statement_named *named = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (named == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the bank statement cannot be read");
        return;
    }
    struct statement_id id = named->statement_id;
    statement_ask(visit, &id);
}

static void statement_arrived(struct visit *visit, const struct upload_status *status)
{
    struct receive_statement command = {.upload = status->upload_id};
    visit_begin_asks(visit, statement_taken);
    visit_ask(visit, "fee", &receive_statement_message, &command, &statement_named_message);
}

const struct upload_way upload_statements = {
    .target = UPLOAD_TO_FEE,
    .kinds = statement_kinds,
    .kind_count = sizeof statement_kinds / sizeof statement_kinds[0],
    .told = "bank statements are taken as application/xml (camt.053); say so in Content-Type",
    .may = statement_may,
    .arrived = statement_arrived,
};

/* -- GET /v1/fee/statements ----------------------------------------------------------------- */

static void statements_here(struct visit *visit)
{
    const struct statements_told *told = visit->asks[0].answer;
    char cursor[UUID_TEXT_BYTES + 1];
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the bank statements cannot be read");
        return;
    }
    if (told->more && told->items.count > 0) {
        uuid_format(&told->items.items[told->items.count - 1].id.uuid, cursor);
        visit_link_next(visit, text_of(cursor));
    }
    visit_answer(visit, 200, &statements_told_message, told);
}

void get_statements(struct visit *visit)
{
    struct ask_statements question = {0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, STATEMENTS_USUAL, STATEMENTS_MAX, &question.limit)) {
        return;
    }
    if (cursor.data != NULL && !uuid_parse(cursor, &question.before.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, statements_here);
    visit_ask(visit, "fee", &ask_statements_message, &question, &statements_told_message);
}
