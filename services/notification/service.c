/* Notification's tables: what it follows, sends, keeps. */
#include "notification.h"
#include "notification_service.h"

#include "base/check.h"
#include "base/options.h"
#include "crypto/blob.h"
#include "letter/letter.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

WIRE_DEFINE_VOCABULARY(notification_rows, NOTIFICATION_ROWS)

static void notification_close(void *memory)
{
    struct notification *notification = memory;
    rules_shelf_close(&notification->shelf);
    letter_fonts_close(&notification->fonts);
    free(notification);
    curl_global_cleanup();
}

/* The font that letters are set in, and the folder where they are kept sealed. */
static enum err letters_open(struct notification *notification, const struct service_start *start,
                             struct reason *reason)
{
    (void)snprintf(notification->letters, sizeof notification->letters, "%s/letters",
                   start->folder);
    enum err err = blob_folders_make(notification->letters, reason);
    return err == ERR_OK ? letter_fonts_open(options_text(start->options, "letter-font"),
                                             options_text(start->options, "letter-font-family"),
                                             &notification->fonts, reason)
                         : err;
}

static enum err notification_open(const struct service_start *start, void **ret_memory,
                                  struct reason *reason)
{
    struct notification *notification = calloc(1, sizeof *notification);
    CHECK(notification != NULL);
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    notification->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    if (start->options != NULL) {
        notification->mail = options_text(start->options, "mail");
        notification->mail_from = options_text(start->options, "mail-from");
        notification->public_address = options_text(start->options, "public-address");
    }
    enum err err = start->options == NULL || start->is_replay
                       ? ERR_OK
                       : letters_open(notification, start, reason);
    if (err != ERR_OK) {
        notification_close(notification);
        return err;
    }
    *ret_memory = notification;
    return ERR_OK;
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
    {&report_letter_message, decide_report_letter, COMMAND_INTERNAL, NULL},
    {&make_letter_again_message, decide_make_letter_again, 0, NULL},
};

#define MOVED(name, type, doc) {&name##_message, apply_moved, react_to_event},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, react_to_event},
    INTAKE_MOVES(MOVED) APPROVAL_MOVES(MOVED) FEE_MOVES(MOVED)
        AUDIT_MOVES(MOVED){&fee_bill_issued_message, apply_bill_issued, react_to_event},
    {&fee_bill_lowered_message, apply_bill_lowered, react_to_event},
    {&fee_payment_recorded_message, apply_payment_recorded, NULL},
    {&fee_receipt_issued_message, apply_receipt_issued, react_to_event},
    {&message_queued_message, apply_message_queued, NULL},
    {&message_sent_message, apply_message_sent, NULL},
    {&message_delayed_message, apply_message_delayed, NULL},
    {&message_failed_message, apply_message_failed, NULL},
    {&letter_issued_message, apply_letter_issued, NULL},
    {&letter_made_message, apply_letter_made, NULL},
    {&letter_delayed_message, apply_letter_delayed, NULL},
    {&letter_failed_message, apply_letter_failed, NULL},
    {&letter_wanted_again_message, apply_letter_wanted_again, NULL},
    {&escalation_sent_message, NULL, NULL},
    {&publication_scheduled_message, NULL, NULL},
    {&notice_published_message, NULL, NULL},
};

static const struct service_query queries[] = {
    {&ask_inbox_message, query_inbox},           {&ask_letters_message, query_letters},
    {&ask_letter_message, query_letter},         {&ask_letter_piece_message, query_letter_piece},
    {&check_letter_message, query_check_letter},
};

static const struct service_work works[] = {
    [WORK_SEND] = {"send a message", &send_order_message, perform_send},
    [WORK_MAKE_LETTER] = {"make a letter", &letter_order_message, perform_make_letter},
};

static const struct store_table tables[] = {
    {"contacts", 0},       {"messages", 0},      {"inbox", 0},   {"parts", 0},
    {"versions", 0},       {"matters", 0},       {"letters", 0}, {"case_letters", 0},
    {"letter_numbers", 0}, {"letter_counts", 0}, {"bills", 0},
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
    {.name = "public-address",
     .type = OPTION_TEXT,
     .default_value = "https://hall.invalid",
     .doc = "where the public reaches the hall: the QR codes of letters lead there (default: "
            "nowhere)"},
    {.name = "letter-font",
     .type = OPTION_PATH,
     .default_value = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
     .doc = "the font file that letters are set in"},
    {.name = "letter-font-family",
     .type = OPTION_TEXT,
     .default_value = "WenQuanYi Micro Hei",
     .doc = "which of its families"},
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
