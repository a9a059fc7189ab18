/* Audit's tables: what it follows, keeps, answers. */
#include "audit_service.h"
#include "cosigner.h"
#include "webhook_sender.h"

#include "base/check.h"
#include "service/host.h"

#include <stdlib.h>

WIRE_DEFINE_VOCABULARY(audit_rows, AUDIT_ROWS)

static void audit_close(void *memory)
{
    struct audit *audit = memory;
    webhook_sender_close(&audit->sender);
    cosigner_close(&audit->cosigner);
    signer_close(&audit->signer);
    rules_shelf_close(&audit->shelf);
    hasher_free(&audit->hasher);
    buffer_free(&audit->entry);
    free(audit);
}

static enum err signing_open(struct audit *audit, const struct service_start *start,
                             struct reason *reason)
{
    enum err err = signer_open(start->options, start->folder, start->store, &audit->signer, reason);
    if (err == ERR_OK) {
        err = cosigner_open(start->options, audit->signer, &audit->cosigner, reason);
    }
    return err != ERR_OK ? err : webhook_sender_open(start, &audit->sender, reason);
}

static enum err audit_open(const struct service_start *start, void **ret_memory,
                           struct reason *reason)
{
    struct audit *audit = calloc(1, sizeof *audit);
    CHECK(audit != NULL);
    audit->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    hasher_init(&audit->hasher);
    buffer_init(&audit->entry, LOG_VALUE_BYTES_MAX);
    bool signs = !start->is_replay && start->options != NULL;
    enum err err = signs ? signing_open(audit, start, reason) : ERR_OK;
    if (err != ERR_OK) {
        audit_close(audit);
        return err;
    }
    *ret_memory = audit;
    return ERR_OK;
}

static void audit_forget(void *memory)
{
    struct audit *audit = memory;
    rules_shelf_forget(audit->shelf);
    audit->end_is_known = false;
}

static void audit_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(((struct audit *)memory)->shelf);
}

static enum err tend_signer(struct worker *worker)
{
    struct audit *audit = worker->memory;
    return worker_look(worker)
               ? signer_look(audit->signer, worker->state->txn, worker->arena, worker->logger)
               : ERR_OK;
}

static enum err tend_cosigner(struct worker *worker)
{
    struct audit *audit = worker->memory;
    return cosigner_look(audit->cosigner, worker);
}

static tend_function *const tenders[] = {tend_signer, tend_cosigner, NULL};

static void apply_part_registered(struct state *state, const struct event *event)
{
    rules_apply_part(((struct audit *)state->memory)->shelf, state, event);
}

static const char *const streams[] = {"intake", "approval", "fee", "notification", "gateway", NULL};

static const struct service_command commands[] = {
    {&case_act_message, decide_act, 0, NULL},
    {&register_webhook_message, decide_register_webhook, 0, tell_webhook},
    {&change_webhook_message, decide_change_webhook, 0, NULL},
    {&end_webhook_message, decide_end_webhook, 0, NULL},
    {&renew_webhook_secret_message, decide_renew_webhook_secret, 0, tell_webhook},
    {&report_webhook_message, decide_report_webhook, COMMAND_INTERNAL, NULL},
};

#define OWN(name, type, doc)      {&name##_message, apply_moved, NULL},
#define ANOTHERS(name, type, doc) {&name##_message, apply_moved, react_to_move},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, NULL},
    {&finding_raised_message, NULL, NULL},
    {&audit_recount_advanced_message, apply_recount, NULL},
    {&audit_recount_finished_message, apply_recount, NULL},
    {&webhook_registered_message, apply_webhook_registered, NULL},
    {&webhook_changed_message, apply_webhook_changed, NULL},
    {&webhook_ended_message, apply_webhook_ended, NULL},
    {&webhook_secret_renewed_message, apply_webhook_secret_renewed, NULL},
    {&webhook_advanced_message, apply_webhook_advanced, NULL},
    {&webhook_delayed_message, apply_webhook_delayed, NULL},
    {&webhook_disabled_message, apply_webhook_disabled, NULL},
    AUDIT_MOVES(OWN) INTAKE_MOVES(ANOTHERS) APPROVAL_MOVES(ANOTHERS) FEE_MOVES(ANOTHERS)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
};

static const struct service_query queries[] = {
    {&ask_timeline_message, query_timeline},
    {&ask_record_message, query_record},
    {&ask_audited_message, query_case},
    {&ask_recount_message, query_recount},
    {&ask_log_text_message, query_log_text},
    {&ask_log_tile_message, query_log_tile},
    {&ask_log_entries_message, query_log_entries},
    {&ask_case_proofs_message, query_case_proofs},
    {&ask_webhooks_message, query_webhooks},
};

static const struct service_work works[] = {
    [WORK_DELIVER] = {"carry events to an endpoint", &deliver_order_message, perform_deliver},
};

static const struct option_spec options[] = {
    {.name = "origin",
     .type = OPTION_TEXT,
     .doc = "the name of the log, for ever: where it is served, without scheme, such as "
            "hall.example/v1/log; when it is left out the key's, or " ORIGIN_USUAL},
    {.name = "log-keys",
     .type = OPTION_PATH,
     .doc = "folder of the signing keys and of what was signed last; beside the store, with .keys "
            "behind its name, when it is left out. Never put an older one back"},
    {.name = "witnesses",
     .type = OPTION_PATH,
     .doc = "trust policy (C2SP tlog-policy) whose witnesses are asked to sign checkpoints, and "
            "whose quorum it takes; their addresses are https://"},
    {.name = "witness-authorities",
     .type = OPTION_PATH,
     .doc = "file of the certificates by which witnesses are known; the system's when left out"},
    {.name = "witness-loopback",
     .type = OPTION_FLAG,
     .doc = "witnesses may be on this machine, and http://: for demonstrations and tests"},
    {.name = "webhook-authorities",
     .type = OPTION_PATH,
     .doc = "file of the certificates by which endpoints of webhooks are known; the system's when "
            "left out"},
    {.name = "webhook-private",
     .type = OPTION_FLAG,
     .doc = "endpoints of webhooks may be in private networks"},
    {.name = "webhook-loopback",
     .type = OPTION_FLAG,
     .doc = "endpoints of webhooks may be on this machine, and http://: for demonstrations and "
            "tests"},
};

static const struct store_table tables[] = {
    {"record", STORE_SEQUENCE},
    {"case_events", 0},
    {"cases", 0},
    {"matters", 0},
    {"parts", 0},
    {"versions", 0},
    {"tiles", 0},
    {"webhooks", 0},
};
_Static_assert(sizeof tables / sizeof tables[0] == AUDIT_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service audit_service = {
    .name = ARCHIVIST,
    .streams = streams,
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .timers = timers,
    .timer_count = COUNT_OF(timers),
    .next_due = next_due,
    .events = events,
    .event_count = COUNT_OF(events),
    .queries = queries,
    .query_count = COUNT_OF(queries),
    .works = works,
    .work_count = COUNT_OF(works),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .open = audit_open,
    .close = audit_close,
    .forget = audit_forget,
    .committed = audit_committed,
    .options = options,
    .option_count = COUNT_OF(options),
    .tenders = tenders,
    .archive = archive,
};
