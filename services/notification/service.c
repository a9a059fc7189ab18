/* Notification's tables: what it follows, sends, keeps. */
#include "notification.h"
#include "notification_service.h"

#include "base/check.h"
#include "base/options.h"

#include <curl/curl.h>
#include <stdlib.h>

WIRE_DEFINE_VOCABULARY(notification_rows, NOTIFICATION_ROWS)

static enum err notification_open(const struct service_start *start, void **ret_memory,
                                  struct reason *reason)
{
    struct notification *notification = calloc(1, sizeof *notification);
    (void)reason;
    CHECK(notification != NULL);
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    notification->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    if (start->options != NULL) {
        notification->mail = options_text(start->options, "mail");
        notification->mail_from = options_text(start->options, "mail-from");
    }
    *ret_memory = notification;
    return ERR_OK;
}

static void notification_close(void *memory)
{
    struct notification *notification = memory;
    rules_shelf_close(&notification->shelf);
    free(notification);
    curl_global_cleanup();
}

static void notification_forget(void *memory)
{
    struct notification *notification = memory;
    rules_shelf_forget(notification->shelf);
}

static void notification_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(((struct notification *)memory)->shelf);
}

static void apply_part_registered(struct state *state, const struct event *event)
{
    rules_apply_part(((struct notification *)state->memory)->shelf, state, event);
}

static void apply_catalogue_activated(struct state *state, const struct event *event)
{
    rules_apply_activated(((struct notification *)state->memory)->shelf, state, event);
}

static const char *const streams[] = {"intake", "approval", "fee", "audit", NULL};

static const struct service_command commands[] = {
    {&report_message_message, decide_report_message, COMMAND_INTERNAL, NULL},
};

#define MOVED(name, type, doc) {&name##_message, apply_moved, react_to_event},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, react_to_event},
    INTAKE_MOVES(MOVED) APPROVAL_MOVES(MOVED) FEE_MOVES(MOVED)
        AUDIT_MOVES(MOVED){&fee_bill_issued_message, NULL, react_to_event},
    {&fee_bill_lowered_message, NULL, react_to_event},
    {&fee_receipt_issued_message, NULL, react_to_event},
    {&message_queued_message, apply_message_queued, NULL},
    {&message_sent_message, apply_message_sent, NULL},
    {&message_delayed_message, apply_message_delayed, NULL},
    {&message_failed_message, apply_message_failed, NULL},
    {&escalation_sent_message, NULL, NULL},
    {&publication_scheduled_message, NULL, NULL},
    {&notice_published_message, NULL, NULL},
};

static const struct service_query queries[] = {
    {&ask_inbox_message, query_inbox},
};

static const struct service_work works[] = {
    [WORK_SEND] = {"send a message", &send_order_message, perform_send},
};

static const struct store_table tables[] = {
    {"contacts", 0}, {"messages", 0}, {"inbox", 0}, {"parts", 0}, {"versions", 0}, {"matters", 0},
};
_Static_assert(sizeof tables / sizeof tables[0] == NOTIFICATION_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

static const struct option_spec options[] = {
    {.name = "mail",
     .type = OPTION_TEXT,
     .doc = "where e-mail goes: smtp://HOST:PORT, smtps://..., or file:FOLDER for demonstrations "
            "(default: it waits)"},
    {.name = "mail-from",
     .type = OPTION_TEXT,
     .default_value = "hall@localhost",
     .doc = "the sender's address"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service notification_service = {
    .name = "notification",
    .streams = streams,
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .events = events,
    .event_count = COUNT_OF(events),
    .queries = queries,
    .query_count = COUNT_OF(queries),
    .works = works,
    .work_count = COUNT_OF(works),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .options = options,
    .option_count = COUNT_OF(options),
    .open = notification_open,
    .close = notification_close,
    .forget = notification_forget,
    .committed = notification_committed,
};
