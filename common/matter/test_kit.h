/* For tests of what moves cases without anybody acting on them: a service of one flow, driven by
 * hand, with the shipped catalogue and cases that are under review. */
#pragma once

#include "matter/deputies.h"
#include "matter/recount.h"
#include "matter/registers.h"

#include "base/file.h"
#include "base/test_kit.h"
#include "matter/calendars.h"
#include "service/engine.h"
#include "wire/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    TABLE_CASES = ENGINE_TABLE_COUNT,
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_REGISTERS,
    TABLE_ASSIGNED,
    TABLE_END
};
enum { TIMER_WARN, TIMER_DUE, TIMER_RECOUNT, TIMER_PASS };
enum { PART_BYTES = 40 * 1024 };

/* -- a service ------------------------------------------------------------------------------ */

static inline void case_changed(struct state *state, const struct case_id *id,
                                const struct case_row *before, const struct case_row *after);

static const struct flow flow = {
    .owner = OWNER_APPROVAL,
    .cases = TABLE_CASES,
    .registers = TABLE_REGISTERS,
    .assigned = TABLE_ASSIGNED,
    .timer_pass = TIMER_PASS,
    .work_kept = &approval_work_kept_message,
    .changed = case_changed,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .shelf = rules_memory_shelf,
};

static inline void case_changed(struct state *state, const struct case_id *id,
                                const struct case_row *before, const struct case_row *after)
{
    work_follow(&flow, state, id, before, after);
}

static inline enum err service_open(const struct service_start *start, void **ret_memory,
                                    struct reason *reason)
{
    (void)start;
    (void)reason;
    *ret_memory =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    return ERR_OK;
}

/* What the next command says: any event, of its own or, here, of intake. */
static struct {
    const struct wire_message *message;
    const void *data;
    struct case_id case_id;
} saying;

static inline enum verdict decide_say(struct decision *decision, const void *command)
{
    (void)command;
    emit(decision, &saying.case_id, saying.message, saying.data);
    return VERDICT_OK;
}

static inline enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&flow, decision, command);
}

static inline enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return flow_timer(&flow, decision, timer);
}

static inline enum verdict decide_recount(struct decision *decision, const struct timer *timer)
{
    return recount_timer(&flow, decision, timer);
}

static inline enum verdict decide_pass(struct decision *decision, const struct timer *timer)
{
    return work_pass(&flow, decision, timer);
}

static inline bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                            struct timer *ret_timer)
{
    return flow_next_due(&flow, state, subject, now_ms, ret_timer) ||
           work_next_due(&flow, state, subject, ret_timer);
}

static inline void apply_part(struct state *state, const struct event *event)
{
    rules_apply_part(state->memory, state, event);
}

static inline void apply_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&flow, state, event);
}

static inline void apply_submitted(struct state *state, const struct event *event)
{
    flow_apply_submitted(&flow, state, event);
}

static inline void apply_moved(struct state *state, const struct event *event)
{
    flow_apply_moved(&flow, state, event);
}

static inline void apply_people(struct state *state, const struct event *event)
{
    registers_follow(&flow, state, event);
    work_follow_posts(&flow, state, event);
}

static inline void apply_taken(struct state *state, const struct event *event)
{
    apply_moved(state, event);
    apply_people(state, event);
}

static inline void apply_kept(struct state *state, const struct event *event)
{
    work_apply_kept(&flow, state, event);
}

static inline void apply_step(struct state *state, const struct event *event)
{
    recount_apply_step(&flow, state, event);
}

static const struct service_command commands[] = {
    {&ask_recount_message, decide_say, 0, NULL}, /* any message will do for saying something */
    {&case_act_message, decide_act, 0, NULL},
};
static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part, NULL},
    {&catalogue_activated_message, apply_activated, NULL},
    {&case_submitted_message, apply_submitted, NULL},
    {&approval_clock_warned_message, apply_moved, NULL},
    {&approval_clock_overdue_message, apply_moved, NULL},
    {&approval_case_withdrawn_message, apply_moved, NULL},
    {&approval_clocks_recounted_message, apply_moved, NULL},
    {&approval_task_claimed_message, apply_taken, NULL},
    {&approval_task_reassigned_message, apply_moved, NULL},
    {&approval_decision_made_message, apply_moved, NULL},
    {&fee_case_cleared_message, apply_moved, NULL},
    {&approval_work_kept_message, apply_kept, NULL},
    {&intake_shift_opened_message, apply_people, NULL},
    {&intake_shift_paused_message, apply_people, NULL},
    {&intake_shift_closed_message, apply_people, NULL},
    {&deputy_named_message, apply_people, NULL},
    {&interest_declared_message, apply_people, NULL},
    {&approval_recount_advanced_message, apply_step, NULL},
    {&approval_recount_finished_message, apply_step, NULL},
};
static const struct service_timer timers[] = {
    [TIMER_WARN] = {"yellow", decide_timer, true, false},
    [TIMER_DUE] = {"over", decide_timer, true, false},
    [TIMER_RECOUNT] = {"recount", decide_recount, false, true},
    [TIMER_PASS] = {"pass", decide_pass, false, false},
};
static const struct store_table tables[] = {
    {"cases", 0}, {"parts", 0}, {"versions", 0}, {"registers", 0}, {"assigned", 0}};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct service approval = {
    .name = "approval",
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .events = events,
    .event_count = COUNT_OF(events),
    .timers = timers,
    .timer_count = COUNT_OF(timers),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .open = service_open,
    .close = rules_memory_close,
    .forget = rules_memory_forget,
    .committed = rules_memory_committed,
    .next_due = next_due,
};

/* -- a hall --------------------------------------------------------------------------------- */

struct fixture {
    struct test_folder folder;
    struct logger logger;
    struct engine *engine;
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    struct text calendar; /* as published last */
    struct hall_rules rules;
    int64_t version;
    int64_t now_ms;
    uint64_t read_to; /* of the log, by `happened` */
};

static inline int64_t at(const char *text)
{
    int64_t time_ms = 0;
    assert_true(time_parse(text_of(text), &time_ms));
    return time_ms;
}

static inline void engine_start(struct fixture *f)
{
    struct reason reason = {""};
    struct engine_options options = {
        .service = &approval,
        .store = {.folder = f->folder.path, .map_bytes = 256 << 20, .without_sync = true},
        .logger = &f->logger,
        .random_seed = 1,
        .stream_window = 16,
    };
    if (engine_open(&options, &f->engine, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
}

/* Begins a batch, lets one command be decided (none: NULL), commits; the reply's problem. */
static inline struct text batch(struct fixture *f, const struct wire_message *message,
                                const void *body, const struct principal *principal)
{
    struct request request = {.id = 1,
                              .name = text_of(message->name),
                              .deadline_ms = 1000,
                              .principal = *principal,
                              .body = {.message = message, .data = body}};
    struct reply reply;
    size_t count = 0;
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, &request_message, &request);
    assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
    engine_command(f->engine, bytes_of("me", 2), buffer_bytes(&f->buffer), false);
    assert_int_equal(ERR_OK, engine_commit(f->engine));
    const struct engine_reply *replies = engine_replies(f->engine, &count);
    assert_int_equal(1, count);
    struct bytes kept = arena_copy_bytes(&f->arena, replies[0].message);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply.problem.type;
}

/* Says an event of an officer. */
static inline void say_as(struct fixture *f, const char *login, const struct case_id *id,
                          const struct wire_message *message, const void *data)
{
    const struct principal officer = {.kind = PRINCIPAL_STAFF, .login = text_of(login)};
    struct ask_recount nothing = {0};
    saying.message = message;
    saying.data = data;
    saying.case_id = id == NULL ? (struct case_id){0} : *id;
    assert_true(text_is_empty(batch(f, &ask_recount_message, &nothing, &officer)));
}

static inline void say(struct fixture *f, const struct case_id *id,
                       const struct wire_message *message, const void *data)
{
    say_as(f, "", id, message, data);
}

/* What the log got since the last look: types without the owner's name and the version, with a
 * count behind those that come several times in a row. */
static inline const char *happened(struct fixture *f)
{
    struct store_txn *txn = NULL;
    struct log_record record;
    struct text story = TEXT_LITERAL("");
    struct text last = {0};
    int times = 0;
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->engine), &txn));
    for (bool more = true; more;) {
        struct event_envelope envelope;
        struct text name = {0};
        more = log_read(txn, TABLE_LOG, f->read_to + 1, &record);
        if (more) {
            f->read_to++;
            assert_int_equal(ERR_OK, record_read_event(&f->reader, record.bytes, &envelope));
            (void)text_split(envelope.type, '.', &name);
            name = arena_copy_text(&f->arena, text_split(name, '.', &(struct text){0}));
        }
        if (more && text_equal(name, last)) {
            times++;
            continue;
        }
        if (times > 1) {
            story = arena_print(&f->arena, "%.*s*%d", TEXT_PRINT(story), times);
        }
        if (more) {
            story = arena_print(&f->arena, "%.*s%s%.*s", TEXT_PRINT(story),
                                text_is_empty(story) ? "" : " ", TEXT_PRINT(name));
        }
        last = name;
        times = 1;
    }
    store_end_read(&txn);
    return story.data;
}

/* -- the catalogue -------------------------------------------------------------------------- */

static inline struct text file_text(struct fixture *f, const char *name)
{
    struct bytes bytes;
    struct text path = arena_print(&f->arena, "deploy/catalogue/%s", name);
    assert_int_equal(ERR_OK, file_read(path.data, 1 << 20, &f->arena, &bytes, NULL));
    return bytes_text(bytes);
}

static inline void part_say(struct fixture *f, int64_t *index, const char *name, struct text text)
{
    while (text.size > 0) {
        size_t size = text.size < PART_BYTES ? text.size : PART_BYTES;
        while (size < text.size && text.data[size - 1] != '\n') {
            size--;
        }
        struct catalogue_part_registered part = {.version = f->version,
                                                 .index = (*index)++,
                                                 .file = text_of(name),
                                                 .name = text_of(name),
                                                 .text = bytes_of(text.data, size)};
        say(f, NULL, &catalogue_part_registered_message, &part);
        text = text_after(text, size);
    }
}

/* Publishes the next version. `brought` says which version brought its calendar, 0: this one. */
static inline void publish(struct fixture *f, int64_t brought)
{
    static const char *const names[] = {"catalogue.yaml",
                                        "procedures/permit.yaml",
                                        "procedures/joint_review.yaml",
                                        "procedures/joint_meeting.yaml",
                                        "procedures/promise.yaml",
                                        "calendar-cn.yaml"};
    struct rules_file files[COUNT_OF(names)];
    int64_t index = 0;
    f->version++;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        bool is_calendar = rules_is_calendar(text_of(names[i]));
        struct text text = is_calendar ? f->calendar : file_text(f, names[i]);
        files[i] = (struct rules_file){.name = text_of(names[i]), .text = text};
        part_say(f, &index, names[i], text);
    }
    struct text errors = {0};
    struct catalogue_activated activated = {
        .version = f->version, .parts = index, .sha256 = {{1}}, .calendar = brought};
    if (rules_load(files, COUNT_OF(names), f->version, &f->arena, &f->rules, &errors) != ERR_OK) {
        fail_msg("%s", errors.data);
    }
    say(f, NULL, &catalogue_activated_message, &activated);
}

/* The calendar in which Saturday 14 March 2026 works. */
static inline void saturday_works(struct fixture *f)
{
    static const char list[] = "[2026-01-04, ";
    static const char count[] = "2026-10-10]\n    workday_count: 248";
    struct text text = f->calendar;
    const char *found = memmem(text.data, text.size, list, strlen(list));
    const char *counted = memmem(text.data, text.size, count, strlen(count));
    assert_non_null(found);
    assert_non_null(counted);
    found += strlen(list);
    f->calendar =
        arena_print(&f->arena, "%.*s2026-03-14, %.*s2026-10-10]\n    workday_count: 249\n",
                    (int)(found - text.data), text.data, (int)(counted - found), found);
}

/* The calendar with `day`, a working day of March or April 2026, off. */
static inline void day_off(struct fixture *f, const char *day)
{
    static const char place[] =
        "      - {name: {zh-Hans: 劳动节, zh-Hant: 勞動節, en: Labour Day}, "
        "from: 2026-05-01";
    static const char count[] = "2026-10-10]\n    workday_count: ";
    const char *found = memmem(f->calendar.data, f->calendar.size, place, strlen(place));
    const char *counted = memmem(f->calendar.data, f->calendar.size, count, strlen(count));
    assert_non_null(found);
    assert_non_null(counted);
    counted += strlen(count);
    size_t before = (size_t)(found - f->calendar.data);
    f->calendar = arena_print(
        &f->arena,
        "%.*s      - {name: {zh-Hans: x, zh-Hant: x, en: Storm}, from: %s, to: %s}\n%.*s%d\n",
        (int)before, f->calendar.data, day, day, (int)(counted - found), found,
        (int)strtol(counted, NULL, 10) - 1);
}

/* -- cases ---------------------------------------------------------------------------------- */

static const char session[] = "the filer's own ";

static inline struct case_id id_of(int number)
{
    struct case_id id = {0};
    write_be64(id.uuid.bytes + 8, (uint64_t)number);
    return id;
}

/* A case under review, with the limits that run there: 10 working days of the law, 7 promised, and
 * 15 of the person's own. */
static inline void file(struct fixture *f, int number)
{
    static const struct clock_rule rules[] = {
        {TEXT_LITERAL("main"), CLOCK_KIND_STATUTORY, 10, LIMIT_WORKDAY, {0}},
        {TEXT_LITERAL("promise"), CLOCK_KIND_PROMISED, 7, LIMIT_WORKDAY, {0}},
        {TEXT_LITERAL("own"), CLOCK_KIND_PERSON, 15, LIMIT_WORKDAY, {0}},
    };
    struct clock clocks[COUNT_OF(rules)];
    struct case_id id = id_of(number);
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        assert_int_equal(
            ERR_OK, clock_start(&rules[i], f->now_ms, &f->rules.clocks, &f->arena, &clocks[i]));
    }
    struct case_submitted submitted = {
        .number = TEXT_LITERAL("20260302-000001-5"),
        .item = TEXT_LITERAL("MSA-P-001"),
        .catalogue_version = f->version,
        .subject = 1,
        .channel = CHANNEL_ONLINE,
        .applicant = {.kind = TEXT_LITERAL("legal_person"),
                      .name = {.value = bytes_of("x", 1), .sealed = true}},
        .session = bytes_of(session, 16),
        .step = {.action = TEXT_LITERAL("submit"),
                 .to = TEXT_LITERAL("in_review"),
                 .version = 1,
                 .clocks = {clocks, COUNT_OF(clocks)}},
    };
    say(f, &id, &case_submitted_message, &submitted);
}

static inline struct case_row row_of(struct fixture *f, int number)
{
    struct store_txn *txn = NULL;
    struct bytes value;
    struct case_row row;
    struct case_id id = id_of(number);
    struct key key = key_of_uuid(&id.uuid);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->engine), &txn));
    assert_true(store_get(txn, TABLE_CASES, key_bytes(&key), &value));
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, &case_row_message,
                                         arena_copy_bytes(&f->arena, value), &row, NULL));
    store_end_read(&txn);
    return row;
}

static inline void assert_due(struct fixture *f, int number, const char *name, const char *day)
{
    char text[DATE_TEXT_BYTES + 1];
    struct case_row row = row_of(f, number);
    const struct clock *clock = row_clock(&row, text_of(name));
    assert_non_null(clock);
    date_format(clock->due_day, text);
    assert_string_equal(day, text);
}

/* Works what is due, a batch at a time, until nothing is. */
static inline void work(struct fixture *f)
{
    size_t worked = 1;
    while (worked > 0) {
        assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
        worked = engine_timers(f->engine, 1000, false);
        assert_int_equal(ERR_OK, engine_commit(f->engine));
    }
}

static inline void step(struct fixture *f)
{
    assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
    assert_int_equal(1, engine_timers(f->engine, 1000, false));
    assert_int_equal(ERR_OK, engine_commit(f->engine));
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    folder_begin(&f->folder);
    logger_init(&f->logger, "test", LOG_LEVEL_ERROR);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    f->now_ms = at("2026-03-02T09:00:00+08:00");
    f->calendar = file_text(f, "calendar-cn.yaml");
    engine_start(f);
    publish(f, 0);
    (void)happened(f);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    engine_close(&f->engine);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    folder_end(&f->folder);
    free(f);
    return 0;
}
