/* Intake's tables: what it answers, follows, keeps. */
#include "intake.h"
#include "intake_service.h"

#include "base/check.h"
#include "base/file.h"
#include "base/options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

WIRE_DEFINE_VOCABULARY(intake_rows, INTAKE_ROWS)

enum {
    SUBJECTS_AHEAD = 4096, /* keys kept ready: more than a batch can use */
    NOTES_PER_SYNC = 1024,
};

/* -- memory --------------------------------------------------------------------------------- */

static void intake_close(void *memory)
{
    struct intake *intake = memory;
    if (intake->vault != NULL && intake->noted_since_sync > 0) {
        (void)vault_sync(intake->vault, intake->committed_seq);
    }
    rules_shelf_close(&intake->shelf);
    vault_close(&intake->vault);
    waiting_files_close(&intake->files);
    free(intake->claimed);
    free(intake->notes);
    free(intake->erasing);
    free(intake);
}

/* The last subject given, from the store. */
static uint64_t last_subject(struct store_txn *txn)
{
    struct store_cursor cursor;
    uint64_t subject = 0;
    store_cursor_open(&cursor, txn, TABLE_SUBJECTS);
    if (store_last(&cursor) && cursor.key.size == 8) {
        subject = read_be64(cursor.key.data);
    }
    store_cursor_close(&cursor);
    return subject;
}

static void note_from_event(struct intake *intake, const struct case_submitted *submitted,
                            struct arena *arena)
{
    struct bytes id_number = {0};
    struct bytes phone = {0};
    if (submitted->applicant.id_number.value.size > 0) {
        (void)vault_unseal(intake->vault, submitted->applicant.id_number.value, arena, &id_number);
    }
    if (submitted->applicant.phone.value.size > 0) {
        (void)vault_unseal(intake->vault, submitted->applicant.phone.value, arena, &phone);
    }
    vault_note(intake->vault, (uint64_t)submitted->subject, bytes_text(id_number),
               bytes_text(phone));
}

/* Catches up by what subjects are found, for the tail of the log that a crash left unsynced. */
static enum err notes_catch_up(struct intake *intake, struct store_txn *txn)
{
    struct arena arena;
    struct wire_reader reader;
    struct log_position end = log_end(txn, TABLE_LOG);
    arena_init(&arena);
    wire_reader_init(&reader, &arena);
    for (uint64_t seq = vault_noted_to(intake->vault) + 1; seq <= end.seq; seq++) {
        struct log_record record;
        struct event_envelope envelope;
        struct case_submitted submitted;
        arena_reset(&arena);
        if (log_read(txn, TABLE_LOG, seq, &record) &&
            record_kind_of(record.bytes) == RECORD_EVENT &&
            record_read_event(&reader, record.bytes, &envelope) == ERR_OK &&
            text_equal_string(envelope.type, case_submitted_message.name) &&
            wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &envelope.data, &case_submitted_message,
                            &submitted, NULL) == ERR_OK) {
            note_from_event(intake, &submitted, &arena);
        }
    }
    wire_reader_free(&reader);
    arena_free(&arena);
    intake->committed_seq = end.seq;
    return vault_noted_to(intake->vault) < end.seq ? vault_sync(intake->vault, end.seq) : ERR_OK;
}

static enum err keys_open(struct intake *intake, const struct service_start *start,
                          struct reason *reason)
{
    struct store_txn *txn = NULL;
    enum err err = vault_open(start->folder, &intake->random, &intake->vault, reason);
    if (err == ERR_OK && store_begin_read(start->store, &txn) == ERR_OK) {
        intake->subject = last_subject(txn);
        err = erasures_redo(intake, txn);
        if (err == ERR_OK) {
            err = notes_catch_up(intake, txn);
        }
        store_end_read(&txn);
    }
    return err;
}

static enum err intake_open(const struct service_start *start, void **ret_memory,
                            struct reason *reason)
{
    struct intake *intake = calloc(1, sizeof *intake);
    CHECK(intake != NULL);
    intake->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    intake->store = start->store;
    intake->claimed = calloc(CLAIMS_PER_BATCH_MAX, sizeof *intake->claimed);
    intake->notes = calloc(NOTES_PER_BATCH_MAX, sizeof *intake->notes);
    CHECK(intake->claimed != NULL && intake->notes != NULL);
    random_init(&intake->random);
    intake->files.is_claimed = material_is_claimed;
    intake->files.context = intake;
    intake->registers = start->options == NULL ? NULL : options_text(start->options, "registers");
    enum err err = waiting_files_open(&intake->files, start, "blobs", reason);
    if (err == ERR_OK && !start->is_replay) {
        err = keys_open(intake, start, reason);
    }
    if (err != ERR_OK) {
        intake_close(intake);
        return err;
    }
    *ret_memory = intake;
    return ERR_OK;
}

/* Keys for more subjects than a batch can bring, made durable before any is used. Nothing more is
 * done before what was erased is overwritten. */
static enum err intake_prepare(void *memory)
{
    struct intake *intake = memory;
    if (intake->vault == NULL) {
        return ERR_OK;
    }
    enum err err = erasures_finish(intake);
    return err == ERR_OK
               ? vault_reserve(intake->vault, &intake->random, intake->subject + SUBJECTS_AHEAD)
               : err;
}

static void batch_clear(struct intake *intake)
{
    intake->claimed_count = 0;
    intake->note_count = 0;
}

static void intake_forget(void *memory)
{
    struct intake *intake = memory;
    rules_shelf_forget(intake->shelf);
    intake->erasing_count = intake->erasing_due;
    batch_clear(intake);
}

/* The batch is durable: its uploads are claimed, its subjects can be found. */
static void intake_committed(void *memory, uint64_t seq)
{
    struct intake *intake = memory;
    rules_shelf_keep(intake->shelf);
    for (size_t i = 0; i < intake->claimed_count; i++) {
        claims_remove(intake->files.claims, &intake->claimed[i]);
    }
    for (size_t i = 0; i < intake->note_count; i++) {
        const struct subject_note *note = &intake->notes[i];
        if (note->subject > intake->applied_subject) {
            continue; /* its filing was refused at the last moment */
        }
        vault_note(intake->vault, note->subject, text_of(note->id_number), text_of(note->phone));
    }
    intake->committed_seq = seq;
    intake->noted_since_sync += intake->note_count;
    if (intake->noted_since_sync >= NOTES_PER_SYNC && vault_sync(intake->vault, seq) == ERR_OK) {
        intake->noted_since_sync = 0;
    }
    batch_clear(intake);
    intake->erasing_due = intake->erasing_count;
    (void)erasures_finish(intake); /* what fails is tried again before the next batch */
}

/* -- tables --------------------------------------------------------------------------------- */

/* A case comes back to intake when the person has to correct it, and what was asked for free ends
 * here when it is not paid (政府信息公开条例 30, 42). */
static const char *const streams[] = {"approval", "fee", NULL};

static const struct service_command commands[] = {
    {&register_part_message, decide_register_part, 0, NULL},
    {&activate_catalogue_message, decide_activate_catalogue, 0, NULL},
    {&draft_catalogue_message, decide_draft_catalogue, 0, NULL},
    {&file_case_message, decide_file_case, 0, tell_filed},
    {&case_act_message, decide_act, 0, NULL},
    {&matter_open_message, decide_open, 0, NULL},
    {&name_deputy_message, decide_name_deputy, 0, NULL},
    {&hand_over_message, decide_hand_over, 0, NULL},
    {&open_values_message, decide_open_values, COMMAND_FOR_VAULT, NULL},
    {&read_material_message, decide_read_material, 0, NULL},
    {&erase_subject_message, decide_erase_subject, 0, NULL},
    {&report_register_message, decide_report_register, COMMAND_INTERNAL, NULL},
};

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&catalogue_drafted_message, apply_catalogue_drafted, NULL},
    {&catalogue_held_back_message, apply_catalogue_held_back, NULL},
    {&case_submitted_message, apply_case_submitted, NULL},
    {&material_fetched_message, apply_material_fetched, NULL},
    {&register_silent_message, apply_register_silent, NULL},
    {&intake_work_kept_message, apply_work_kept, NULL},
    {&intake_recount_advanced_message, apply_recount, NULL},
    {&intake_recount_finished_message, apply_recount, NULL},
    {&personal_data_read_message, NULL, NULL},
    {&material_read_message, NULL, NULL},
    {&erasure_asked_message, apply_erasure, NULL},
    {&erasure_refused_message, apply_erasure, NULL},
    {&subject_restricted_message, apply_erasure, NULL},
    {&subject_erased_message, apply_erasure, NULL},
#define MOVED(name, type, doc) {&name##_message, apply_moved, NULL},
    INTAKE_MOVES(MOVED)
#undef MOVED
#define ANOTHERS(name, type, doc) {&name##_message, apply_elsewhere, react_elsewhere},
        APPROVAL_MOVES(ANOTHERS) FEE_MOVES(ANOTHERS)
#undef ANOTHERS
            {&deputy_named_message, apply_registers, NULL},
    {&interest_declared_message, apply_registers, NULL},
    {&fee_bill_issued_message, apply_bill_issued, NULL},
};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_OFFER] = {"nobody took the matter over", decide_offer_over, false, false},
    [TIMER_PASS] = {"work goes to the post's B", decide_pass, false, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
    [TIMER_ERASE] = {"a legal period is over", decide_retention_over, true, false},
};

static const struct service_query queries[] = {
    {&ask_catalogue_message, query_catalogue},
    {&ask_catalogue_versions_message, query_catalogue_versions},
    {&ask_catalogue_part_message, query_catalogue_part},
    {&ask_calendars_message, query_calendars},
    {&ask_recount_message, query_recount},
    {&ask_case_message, query_case},
    {&ask_shifts_message, query_shifts},
    {&ask_material_message, query_material},
    {&find_by_number_message, query_find_by_number},
    {&find_subjects_message, query_find_subjects},
    {&open_own_values_message, query_open_own_values},
    {&ask_erasures_message, query_erasures},
};

static const struct service_work works[] = {
    [WORK_ASK_REGISTER] = {"ask a register", &register_order_message, perform_ask_register},
};

static const struct store_table tables[] = {
    {"cases", 0}, {"filed", 0},    {"shared", 0},    {"numbers", 0},  {"subjects", 0},
    {"blobs", 0}, {"counters", 0}, {"registers", 0}, {"owners", 0},   {"marks", 0},
    {"bills", 0}, {"assigned", 0}, {"parts", 0},     {"versions", 0}, {"catalogues", 0},
    {"ended", 0}, {"erasures", 0},
};
_Static_assert(sizeof tables / sizeof tables[0] == INTAKE_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

static const struct option_spec options[] = {
    {.name = "registers",
     .type = OPTION_PATH,
     .doc = "folder of the files that stand for the shared registers (NAME.json)"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service intake_service = {
    .name = "intake",
    .streams = streams,
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .events = events,
    .event_count = COUNT_OF(events),
    .timers = timers,
    .timer_count = COUNT_OF(timers),
    .queries = queries,
    .query_count = COUNT_OF(queries),
    .works = works,
    .work_count = COUNT_OF(works),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .options = options,
    .option_count = COUNT_OF(options),
    .open = intake_open,
    .close = intake_close,
    .forget = intake_forget,
    .prepare = intake_prepare,
    .committed = intake_committed,
    .next_due = next_due,
    .uploads = &waiting_files_sink,
    .upload_memory = upload_memory,
};
