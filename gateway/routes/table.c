/* The route table. One entry is one operation of the contract; the order is that of the document.
 */
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/route.h"

/* -- values of query strings ---------------------------------------------------------------- */

/* clang-format off */
#define QUERY_LIMIT  {"limit", "how many at most"}
#define QUERY_CURSOR {"cursor", "of the next page, as the Link header told"}

static const struct route_query items_queries[] = {
    {"kind", "items of one kind of matter"},
    {"department", "items of one department"},
    {"q", "words that the name contains, in any language"},
    QUERY_LIMIT, QUERY_CURSOR, {0}};
static const struct route_query tasks_queries[] = {
    {"department", "work of one department"},
    {"stage", "work of one stage"},
    {"light", "green, yellow or red"},
    QUERY_LIMIT, QUERY_CURSOR, {0}};
static const struct route_query disclosure_queries[] = {
    {"year", "the year, this one when it is left out"}, {0}};
static const struct route_query promises_queries[] = {
    {"department", "of one department"},
    {"light", "green, yellow or red"},
    QUERY_LIMIT, QUERY_CURSOR, {0}};
static const struct route_query inbox_queries[] = {
    {"case", "id of the case; a session for one case need not say it"},
    QUERY_LIMIT, {0}};
static const struct route_query letter_queries[] = {
    {"n", "which of its kind, from 1; the newest when it is left out"}, {0}};
static const struct route_query letter_check_queries[] = {
    {"c", "the check code that stands on the letter"}, {0}};
static const struct route_query delegations_queries[] = {
    {"officer", "sign-in name of who holds the power"},
    {"item", "powers over one item"},
    {"department", "powers of one department"},
    QUERY_LIMIT, QUERY_CURSOR, {0}};
static const struct route_query shifts_queries[] = {
    {"department", "officers of one unit"},
    {0}};
static const struct route_query list_queries[] = {QUERY_LIMIT, QUERY_CURSOR, {0}};
static const struct route_query ledger_queries[] = {QUERY_CURSOR, {0}};
static const struct route_query record_queries[] = {
    {"from", "place in the record behind which to begin"},
    {"type", "events of one type"},
    {"case", "events of one case"},
    QUERY_LIMIT, QUERY_CURSOR, {0}};

/* -- routes --------------------------------------------------------------------------------- */

const struct route route_table[] = {
    {HTTP_GET, 200, "/v1/departments", "listDepartments",
     "Departments, bodies of the hall, windows.",
     ROUTE_OPEN, 0, get_departments,
     .answer = &departments_page_message},
    {HTTP_GET, 200, "/v1/departments/{code}", "getDepartment", "A department or body of the hall.",
     ROUTE_OPEN, 0, get_department,
     .answer = &department_page_message},
    {HTTP_GET, 200, "/v1/items", "listItems", "What can be asked for here.",
     ROUTE_OPEN, 0, get_items,
     .answer = &items_page_message, .queries = items_queries},
    {HTTP_GET, 200, "/v1/items/{code}", "getItem", "An item with its eight disclosures.",
     ROUTE_OPEN, 0, get_item,
     .answer = &item_page_message},
    {HTTP_GET, 200, "/v1/catalogue/versions", "listCatalogueVersions",
     "Versions of the catalogue, the newest first, and what the caller may do with each.",
     ROUTE_STAFF, 0, get_versions,
     .answer = &catalogue_versions_told_message, .queries = list_queries},
    {HTTP_POST, 201, "/v1/catalogue/versions", "draftCatalogue",
     "Checks a new catalogue as a whole and makes it a draft; the hall's first one is in force at"
     " once.",
     ROUTE_STAFF, ROUTE_ANEW, post_catalogue,
     .body = &catalogue_ask_message, .answer = &catalogue_version_told_message},
    {HTTP_GET, 200, "/v1/catalogue/versions/{n}", "getCatalogueVersion",
     "A version of the catalogue and what it changes.",
     ROUTE_STAFF, 0, get_version,
     .answer = &catalogue_version_told_message},
    {HTTP_POST, 200, "/v1/catalogue/versions/{n}/actions/{action}", "actOnCatalogueVersion",
     "Does what the procedure item_version has under this name.",
     ROUTE_STAFF, 0, post_version_action,
     .body = &action_fields_message, .answer = &action_page_message},

    {HTTP_POST, 201, "/v1/catalogue/calendars", "publishCalendar",
     "Checks a new calendar of working days and makes it count, with every item as it is.",
     ROUTE_STAFF, ROUTE_ANEW, post_calendar,
     .body = &calendar_ask_message, .answer = &calendar_page_message},
    {HTTP_GET, 200, "/v1/catalogue/calendars", "listCalendars",
     "Calendars of working days, and how far limits are counted again with the newest one.",
     ROUTE_STAFF, 0, get_calendars,
     .answer = &calendars_page_message},

    {HTTP_POST, 201, "/v1/blobs", "uploadFile", "Uploads one file, for this session to file.",
     ROUTE_CALLER, ROUTE_TAKES_FILE | ROUTE_ANEW, post_blob,
     .answer = &blob_page_message},
    {HTTP_POST, 201, "/v1/cases", "fileCase", "Files a case.",
     ROUTE_CALLER, 0, post_case,
     .body = &file_case_message, .answer = &filed_page_message},
    {HTTP_POST, 200, "/v1/cases/search", "searchCases", "Looks for cases.",
     ROUTE_CALLER, ROUTE_ANEW, post_search,
     .body = &search_ask_message, .answer = &search_page_message},
    {HTTP_GET, 200, "/v1/cases/{id}", "getCase",
     "A case, its limits, and what the caller may do now.",
     ROUTE_CALLER, 0, get_case,
     .answer = &case_page_message},
    {HTTP_POST, 200, "/v1/cases/{id}/actions/{action}", "actOnCase",
     "Does what the item's procedure has under this name.",
     ROUTE_CALLER, 0, post_action,
     .body = &action_fields_message, .answer = &action_page_message},
    {HTTP_GET, 200, "/v1/cases/{id}/clocks/{clock}/recompute", "recomputeClock",
     "A limit found again from its steps and the calendar alone.",
     ROUTE_CALLER, 0, get_recompute,
     .answer = &recompute_page_message},
    {HTTP_GET, 200, "/v1/cases/{id}/materials/{n}", "readMaterial",
     "A file of the case; that it was read is recorded.",
     ROUTE_CALLER, ROUTE_GIVES_FILE, get_material, .body = NULL},
    {HTTP_GET, 200, "/v1/cases/{id}/letters", "listLetters",
     "Letters of the case, the earliest first.",
     ROUTE_CALLER, 0, get_letters,
     .answer = &letters_told_message},
    {HTTP_GET, 200, "/v1/cases/{id}/letters/{kind}.pdf", "readLetter",
     "A letter of the case as PDF; 409 with Retry-After while it is being made.",
     ROUTE_CALLER, 0, get_letter,
     .gives = "application/pdf", .queries = letter_queries},
    {HTTP_GET, 200, "/v1/letters/{number}", "checkLetter",
     "Whether a letter that somebody holds was issued here, and whether it still stands.",
     ROUTE_OPEN, 0, get_letter_check,
     .answer = &letter_checked_message, .queries = letter_check_queries},
    {HTTP_GET, 200, "/v1/cases/{id}/timeline", "getTimeline",
     "Every event of the case in causal order.",
     ROUTE_CALLER, 0, get_timeline,
     .answer = &timeline_page_message, .queries = list_queries},
    {HTTP_POST, 200, "/v1/track", "trackCase",
     "How a case stands, by number and code, in plain words.",
     ROUTE_OPEN, ROUTE_ANEW, post_track,
     .body = &track_ask_message, .answer = &track_page_message},
    {HTTP_GET, 200, "/v1/tasks", "listTasks", "The caller's worklist, most urgent first.",
     ROUTE_STAFF, 0, get_tasks,
     .answer = &tasks_page_message, .queries = tasks_queries},
    {HTTP_POST, 200, "/v1/tasks/{id}/offer", "offerMatter",
     "Offers the ownership of a matter; it stays with the owner until it is accepted.",
     ROUTE_STAFF, 0, post_offer,
     .body = &offer_ask_message, .answer = &handed_page_message},
    {HTTP_POST, 200, "/v1/tasks/{id}/accept", "acceptMatter",
     "Takes over a matter that is offered.",
     ROUTE_STAFF, 0, post_accept,
     .body = NULL, .answer = &handed_page_message},
    {HTTP_POST, 200, "/v1/tasks/{id}/return", "returnMatter",
     "Gives back a matter that is offered, with the reasons.",
     ROUTE_STAFF, 0, post_return,
     .body = &return_ask_message, .answer = &handed_page_message},
    {HTTP_GET, 200, "/v1/supervision/expedited", "listExpedited", "Cases that somebody put first.",
     ROUTE_STAFF, 0, get_expedited,
     .answer = &expedited_page_message, .queries = list_queries},

    {HTTP_POST, 201, "/v1/delegations", "delegatePower",
     "Delegates a power over an item to an officer, from a day to a day.",
     ROUTE_STAFF, 0, post_delegation,
     .body = &delegation_ask_message, .answer = &opened_page_message},
    {HTTP_GET, 200, "/v1/delegations", "listDelegations", "The register of delegations.",
     ROUTE_STAFF, 0, get_delegations,
     .answer = &delegations_page_message, .queries = delegations_queries},
    {HTTP_POST, 201, "/v1/shifts", "openShift", "Goes on duty, badge shown and the post's B named.",
     ROUTE_STAFF, 0, post_shift,
     .body = &shift_ask_message, .answer = &opened_page_message},
    {HTTP_GET, 200, "/v1/shifts", "listShifts", "Who is on duty now, as on the badges.",
     ROUTE_OPEN, 0, get_shifts,
     .answer = &shifts_page_message, .queries = shifts_queries},
    {HTTP_POST, 201, "/v1/meetings", "callMeeting", "Calls a joint meeting of units.",
     ROUTE_STAFF, 0, post_meeting,
     .body = &meeting_ask_message, .answer = &opened_page_message},
    {HTTP_POST, 200, "/v1/deputies", "nameDeputy",
     "Names the B of a post for good, or says that its A is absent.",
     ROUTE_STAFF, 0, post_deputy,
     .body = &name_deputy_message, .answer = &deputy_named_message},
    {HTTP_POST, 201, "/v1/interests", "declareInterest",
     "Declares an interest of one's own in a case or an item: then others handle it.",
     ROUTE_STAFF, 0, post_interest,
     .body = &declare_interest_message, .answer = &interest_declared_message},

    {HTTP_GET, 200, "/v1/promises", "listPromises",
     "What joint meetings resolved and is not done yet, by unit and day.",
     ROUTE_STAFF, 0, get_promises,
     .answer = &promises_page_message, .queries = promises_queries},
    {HTTP_GET, 200, "/v1/statistics/disclosure", "getDisclosureFigures",
     "Requests for information in a year, as the annual report tells them.",
     ROUTE_OPEN, 0, get_disclosure_figures,
     .answer = &disclosure_figures_message, .queries = disclosure_queries},
    {HTTP_GET, 200, "/v1/inbox", "listMessages", "Messages about a case.",
     ROUTE_CALLER, 0, get_inbox,
     .answer = &inbox_page_message, .queries = inbox_queries},

    {HTTP_GET, 200, "/v1/bills/{id}", "getBill", "A bill.",
     ROUTE_CALLER, 0, get_bill,
     .answer = &bill_shown_message},
    {HTTP_POST, 201, "/v1/bills/{id}/payments", "payBill", "Takes a payment, cash or by transfer.",
     ROUTE_STAFF, 0, post_payment,
     .body = &pay_ask_message, .answer = &payment_page_message},
    {HTTP_GET, 200, "/v1/fee/accounts", "listLedger", "The ledger's accounts and balances.",
     ROUTE_STAFF, 0, get_ledger,
     .answer = &ledger_told_message, .queries = ledger_queries},
    {HTTP_GET, 200, "/v1/fee/refunds", "listRefunds",
     "Money that is to be paid back, the oldest first.",
     ROUTE_STAFF, 0, get_refunds,
     .answer = &refunds_told_message, .queries = list_queries},
    {HTTP_GET, 200, "/v1/audit/events", "listEvents",
     "The record, as a CloudEvents batch in log order; Prefer: wait=N waits for news.",
     ROUTE_STAFF, 0, get_audit_events,
     .gives = "application/cloudevents-batch+json", .queries = record_queries},

    {HTTP_POST, 201, "/v1/sessions", "signIn",
     "Opens a session: an officer's, one for a single case by number and code, or one for filing.",
     ROUTE_OPEN, ROUTE_ANEW, post_session,
     .body = &session_ask_message, .answer = &session_page_message},
    {HTTP_DELETE, 204, "/v1/sessions/current", "signOut", "Ends the session.",
     ROUTE_CALLER, 0, delete_session, .body = NULL},
    {HTTP_GET, 200, "/v1/me", "whoAmI", "Who the caller is here.",
     ROUTE_CALLER, 0, get_me,
     .answer = &me_page_message},
    {HTTP_GET, 200, "/v1/accounts", "listAccounts", "Officers' accounts.",
     ROUTE_STAFF, 0, get_accounts,
     .answer = &accounts_page_message, .queries = list_queries},
    {HTTP_POST, 201, "/v1/accounts", "createAccount", "Makes an officer's account.",
     ROUTE_STAFF, 0, post_account,
     .body = &account_ask_message, .answer = &account_page_message},
    {HTTP_PATCH, 200, "/v1/accounts/{id}", "changeAccount", "Changes an officer's account.",
     ROUTE_STAFF, ROUTE_IF_MATCH, patch_account,
     .body = &account_change_message, .answer = &account_page_message},
    {HTTP_POST, 200, "/v1/clock", "setClock",
     "Moves a virtual clock, or confirms that a clock which jumped is right.",
     ROUTE_STAFF, ROUTE_ANEW, post_clock,
     .body = &clock_ask_message, .answer = &clock_told_message},

    {HTTP_GET, 200, "/livez", "isAlive", "The gateway runs.",
     ROUTE_OPEN, 0, get_livez, .gives = "text/plain"},
    {HTTP_GET, 200, "/readyz", "isReady",
     "Every service can do its work; 503 tells why one cannot.",
     ROUTE_OPEN, 0, get_readyz,
     .answer = &ready_page_message},
    {HTTP_GET, 200, "/metrics", "getMetrics",
     "Counters of all services, in Prometheus' text format.",
     ROUTE_OPEN, 0, get_metrics, .gives = "text/plain"},
    {HTTP_GET, 200, "/openapi.json", "getContract", "This contract, as an OpenAPI 3.1 document.",
     ROUTE_OPEN, 0, get_openapi, .gives = "application/json"},
};
/* clang-format on */
const size_t route_count = sizeof route_table / sizeof route_table[0];
