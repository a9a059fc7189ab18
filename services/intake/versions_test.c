/* Goal: a version comes into force whole or not at all, also when its files stop being sound
 * between approval and its day; and only by the way that leads through its files.
 *
 * Method: the engine of intake alone, over the shipped catalogue, with a clock moved by hand. A
 * file that a later program would refuse is stood for by a part that changes in the store. */
#include "intake/intake.h"
#include "intake/intake_service.h"

#include "base/check.h"
#include "base/file.h"
#include "base/test_kit.h"
#include "crypto/sha256.h"
#include "service/engine.h"
#include "service/tables.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_BYTES_MAX = 4 << 20, PART_BYTES = 40 * 1024, TIMERS = 100 };

static const char folder_of_rules[] = "deploy/catalogue";

struct fixture {
    struct test_folder folder;
    struct logger logger;
    struct engine *engine;
    struct arena arena;
    struct arena batch;
    struct wire_reader reader;
    struct buffer buffer;
    struct hasher hasher;
    int64_t now_ms;
    int64_t parts; /* of the version that is being handed in */
};

/* -- a hall ----------------------------------------------------------------------------------- */

static struct principal officer(struct fixture *f, const char *role, const char *department)
{
    struct role_grant *grant = arena_take(&f->arena, sizeof *grant);
    *grant = (struct role_grant){.role = text_of(role), .department = text_of(department)};
    return (struct principal){.kind = PRINCIPAL_STAFF,
                              .login = text_of(role),
                              .badge = text_of(role),
                              .grants = {grant, 1}};
}

static struct reply ask(struct fixture *f, const struct principal *who,
                        const struct wire_message *message, const void *body)
{
    struct request request = {
        .id = 1,
        .name = text_of(message->name),
        .deadline_ms = 1000,
        .principal = *who,
        .body = {.message = message, .data = body},
    };
    struct reply reply;
    size_t count = 0;
    assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, &request_message, &request);
    struct bytes sent = arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
    engine_command(f->engine, bytes_of("me", 2), sent, false);
    assert_int_equal(ERR_OK, engine_commit(f->engine));
    const struct engine_reply *replies = engine_replies(f->engine, &count);
    assert_int_equal(1, count);
    struct bytes kept = arena_copy_bytes(&f->arena, replies[0].message);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply;
}

static void done(const struct reply *reply)
{
    if (!text_is_empty(reply->problem.type)) {
        fail_msg("%.*s: %.*s", TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail));
    }
}

static void refused(const struct reply *reply, enum problem_type type)
{
    assert_int_equal(type, problem_type_of(reply->problem.type));
}

static void file_register(struct fixture *f, const struct principal *who, int64_t version,
                          const char *name)
{
    struct bytes bytes;
    struct text path = arena_print(&f->arena, "%s/%s", folder_of_rules, name);
    assert_int_equal(ERR_OK, file_read(path.data, FILE_BYTES_MAX, &f->arena, &bytes, NULL));
    struct text rest = bytes_text(bytes);
    while (rest.size > 0) {
        size_t size = rest.size < PART_BYTES ? rest.size : PART_BYTES;
        while (size < rest.size && rest.data[size - 1] != '\n') {
            size--;
        }
        struct register_part part = {
            .version = version,
            .index = f->parts++,
            .file = text_of(name),
            .name = text_of(name),
            .text = bytes_of(rest.data, size),
        };
        hash_add(&f->hasher, part.text);
        struct reply reply = ask(f, who, &register_part_message, &part);
        done(&reply);
        rest = text_after(rest, size);
    }
}

static int is_yaml(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".yaml") == 0;
}

/* Hands in the shipped files under a number; what is to be said of them afterwards. */
static struct activate_catalogue files_register(struct fixture *f, const struct principal *who,
                                                int64_t version)
{
    struct dirent **entries = NULL;
    struct text procedures = arena_print(&f->arena, "%s/procedures", folder_of_rules);
    f->parts = 0;
    hash_begin(&f->hasher);
    file_register(f, who, version, "catalogue.yaml");
    file_register(f, who, version, "calendar-cn.yaml");
    int count = scandir(procedures.data, &entries, is_yaml, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        struct text name = arena_print(&f->arena, "procedures/%s", entries[i]->d_name);
        file_register(f, who, version, name.data);
        free(entries[i]);
    }
    free(entries);
    return (struct activate_catalogue){
        .version = version, .parts = f->parts, .sha256 = hash_end(&f->hasher)};
}

static void time_set(struct fixture *f, const char *moment)
{
    assert_true(time_parse(text_of(moment), &f->now_ms));
    while (true) {
        assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
        size_t worked = engine_timers(f->engine, TIMERS, false);
        assert_int_equal(ERR_OK, engine_commit(f->engine));
        if (worked == 0) {
            return;
        }
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    CHECK(f != NULL);
    folder_begin(&f->folder);
    logger_init(&f->logger, "test", LOG_LEVEL_ERROR);
    arena_init(&f->arena);
    arena_init(&f->batch);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    hasher_init(&f->hasher);
    struct engine_options options = {
        .service = &intake_service,
        .store = {.folder = f->folder.path, .map_bytes = 64 << 20, .without_sync = true},
        .logger = &f->logger,
        .random_seed = 1,
        .stream_window = 100,
    };
    if (engine_open(&options, &f->engine, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    assert_true(time_parse(TEXT_LITERAL("2026-03-02T09:00:00+08:00"), &f->now_ms));
    struct principal admin = officer(f, "admin", "*");
    struct activate_catalogue first = files_register(f, &admin, 1);
    struct reply reply = ask(f, &admin, &activate_catalogue_message, &first);
    done(&reply);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    engine_close(&f->engine);
    hasher_free(&f->hasher);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->batch);
    arena_free(&f->arena);
    folder_end(&f->folder);
    free(f);
    return 0;
}

/* -- looking ---------------------------------------------------------------------------------- */

struct look {
    struct catalogue_row row;
    struct case_row matter;
    int64_t active;
};

/* A version as intake keeps it, in the fixture's arena. */
static struct look version_look(struct fixture *f, int64_t version)
{
    struct look look = {.active = 0};
    struct store_txn *txn = NULL;
    struct state state;
    struct intake *intake = engine_memory(f->engine);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->engine), &txn));
    state_init(&state, &f->arena, intake);
    state.txn = txn;
    assert_true(version_row(&state, version, &look.row));
    struct key key = key_of_uuid(&look.row.case_id.uuid);
    assert_true(state_get(&state, TABLE_CASES, key_bytes(&key), &case_row_message, &look.matter));
    look.active = rules_active_version(intake->shelf, &state);
    state_free(&state);
    store_end_read(&txn);
    return look;
}

static void in_state(const char *expected, const struct look *look)
{
    if (!text_equal_string(look->matter.state, expected)) {
        fail_msg("%.*s, not %s", TEXT_PRINT(look->matter.state), expected);
    }
}

/* Puts other bytes in the place of a part. With `as_handed_in` they are those that were handed in:
 * the program alone has become stricter. */
static void part_spoil(struct fixture *f, int64_t version, int64_t index, bool as_handed_in)
{
    struct look look = version_look(f, version);
    struct store_txn *txn = NULL;
    struct state state;
    struct catalogue_part_registered part;
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)version);
    key_add_u64(&key, (uint64_t)index);
    assert_int_equal(ERR_OK, store_begin_write(engine_store(f->engine), &txn));
    state_init(&state, &f->arena, engine_memory(f->engine));
    state.txn = txn;
    state.writable = true;
    assert_true(
        state_get(&state, TABLE_PARTS, key_bytes(&key), &catalogue_part_registered_message, &part));
    part.text = bytes_of("no: catalogue\n", 14);
    state_put(&state, TABLE_PARTS, key_bytes(&key), &catalogue_part_registered_message, &part);
    if (as_handed_in) {
        struct key row_key = key_make();
        key_add_u64(&row_key, (uint64_t)version);
        look.row.sha256 = version_hash(&state, version);
        state_put(&state, TABLE_CATALOGUES, key_bytes(&row_key), &catalogue_row_message, &look.row);
    }
    state_free(&state);
    assert_int_equal(ERR_OK, store_commit(&txn));
}

/* -- acting ----------------------------------------------------------------------------------- */

static struct reply act(struct fixture *f, const struct principal *who, int64_t version,
                        const char *action, const struct action_fields *fields)
{
    struct look look = version_look(f, version);
    struct case_act command = {
        .case_id = look.row.case_id, .action = text_of(action), .fields = *fields};
    return ask(f, who, &case_act_message, &command);
}

static struct reply draft(struct fixture *f, int64_t version, int64_t base)
{
    struct principal author = officer(f, "information_officer", "HALL");
    struct activate_catalogue files = files_register(f, &author, version);
    struct draft_catalogue command = {
        .version = version, .parts = files.parts, .sha256 = files.sha256, .base = base};
    return ask(f, &author, &draft_catalogue_message, &command);
}

static void approve(struct fixture *f, int64_t version, const char *effective_on)
{
    struct principal author = officer(f, "information_officer", "HALL");
    struct principal counsel = officer(f, "legal_counsel", "HALL");
    struct principal finance = officer(f, "finance_officer", "HALL");
    struct action_fields submit = {0};
    struct action_fields advise = {.opinion = OPINION_AGREE,
                                   .text = personal_of(TEXT_LITERAL("Lawful"))};
    struct action_fields decide = {.outcome = OUTCOME_GRANT};
    assert_true(date_parse(text_of(effective_on), &submit.effective_on));
    struct reply reply = act(f, &author, version, "submit", &submit);
    done(&reply);
    reply = act(f, &counsel, version, "advise", &advise);
    done(&reply);
    reply = act(f, &finance, version, "decide", &decide);
    done(&reply);
}

/* -- tests ------------------------------------------------------------------------------------ */

static void a_version_is_in_force_from_the_first_moment_of_its_day(void **state)
{
    struct fixture *f = *state;
    struct reply reply = draft(f, 2, 0);
    done(&reply);
    approve(f, 2, "2026-03-05");
    time_set(f, "2026-03-04T23:59:59.999+08:00");
    assert_int_equal(1, version_look(f, 2).active);
    time_set(f, "2026-03-05T00:00:00+08:00");
    struct look first = version_look(f, 1);
    struct look second = version_look(f, 2);
    assert_int_equal(2, second.active);
    in_state("retired", &first);
    in_state("active", &second);
    assert_int_equal(first.row.active_until, second.row.active_from);
    assert_int_equal(f->now_ms, second.row.active_from);
    assert_int_equal(0, second.row.active_until);
}

static struct action_fields halt_until(const char *day)
{
    struct action_fields halt = {.reasons = personal_of(TEXT_LITERAL("The register is moved"))};
    assert_true(date_parse(text_of(day), &halt.until));
    return halt;
}

static void an_order_to_halt_ends_with_its_last_day(void **state)
{
    struct fixture *f = *state;
    struct principal manager = officer(f, "hall_manager", "HALL");
    struct action_fields halt = halt_until("2026-03-07"); /* a Saturday */
    struct reply reply = act(f, &manager, 1, "suspend", &halt);
    done(&reply);
    time_set(f, "2026-03-07T23:59:59.999+08:00");
    struct look look = version_look(f, 1);
    in_state("halted", &look);
    assert_int_equal(1, look.row.halt.items.count);
    time_set(f, "2026-03-08T00:00:00+08:00");
    look = version_look(f, 1);
    in_state("active", &look);
    assert_int_equal(0, look.row.halt.items.count);
}

static void an_order_to_halt_says_until_when_and_may_be_lifted_before(void **state)
{
    struct fixture *f = *state;
    struct principal manager = officer(f, "hall_manager", "HALL");
    struct action_fields nothing = {0};
    struct action_fields past = halt_until("2026-03-01");
    struct action_fields today = halt_until("2026-03-02");
    struct action_fields endless = {.reasons = today.reasons};
    struct reply reply = act(f, &manager, 1, "suspend", &endless);
    refused(&reply, PROBLEM_INVALID_FIELDS);
    assert_int_equal(1, reply.problem.errors.count);
    reply = act(f, &manager, 1, "suspend", &past);
    refused(&reply, PROBLEM_INVALID_FIELDS);
    assert_int_equal(1, reply.problem.errors.count);
    reply = act(f, &manager, 1, "suspend", &today);
    done(&reply);
    reply = act(f, &manager, 1, "resume", &nothing);
    done(&reply);
    time_set(f, "2026-03-03T00:00:00+08:00");
    struct look look = version_look(f, 1);
    in_state("active", &look);
    assert_int_equal(3, look.matter.version); /* begun, halted, resumed: nothing at midnight */
}

static void a_version_that_follows_a_halted_one_at_its_last_midnight_is_in_force(void **state)
{
    struct fixture *f = *state;
    struct principal manager = officer(f, "hall_manager", "HALL");
    struct action_fields halt = halt_until("2026-03-04");
    struct reply reply = draft(f, 2, 0);
    done(&reply);
    approve(f, 2, "2026-03-05");
    reply = act(f, &manager, 1, "suspend", &halt);
    done(&reply);
    time_set(f, "2026-03-05T00:00:00+08:00");
    struct look first = version_look(f, 1);
    struct look second = version_look(f, 2);
    in_state("retired", &first);
    in_state("active", &second);
    assert_int_equal(0, second.row.halt.items.count);
}

static void unsound_on_its_day(struct fixture *f, bool as_handed_in, const char *says)
{
    struct reply reply = draft(f, 2, 0);
    done(&reply);
    approve(f, 2, "2026-03-05");
    part_spoil(f, 2, 0, as_handed_in);
    time_set(f, "2026-03-05T00:00:00+08:00");
    struct look first = version_look(f, 1);
    struct look second = version_look(f, 2);
    assert_int_equal(1, second.active);
    in_state("active", &first);
    in_state("draft", &second);
    assert_int_equal(OBSTACLE_UNSOUND, second.row.held_back.obstacle);
    assert_true(second.row.held_back.errors.count > 0);
    struct text error = second.row.held_back.errors.items[0];
    if (memmem(error.data, error.size, says, strlen(says)) == NULL) {
        fail_msg("%.*s", TEXT_PRINT(error));
    }
    assert_int_equal(0, first.row.active_until);
    assert_int_equal(0, second.row.active_from);
}

static void a_version_that_this_program_finds_unsound_goes_back_with_the_place_of_the_fault(
    void **state)
{
    unsound_on_its_day(*state, true, "catalogue.yaml:");
}

static void a_version_whose_files_are_others_goes_back_and_nothing_of_it_is_in_force(void **state)
{
    unsound_on_its_day(*state, false, "not those that were handed in");
}

static void a_spoilt_draft_cannot_be_submitted(void **state)
{
    struct fixture *f = *state;
    struct principal author = officer(f, "information_officer", "HALL");
    struct action_fields submit = {0};
    struct reply reply = draft(f, 2, 0);
    done(&reply);
    part_spoil(f, 2, 0, true);
    assert_true(date_parse(TEXT_LITERAL("2026-03-05"), &submit.effective_on));
    reply = act(f, &author, 2, "submit", &submit);
    refused(&reply, PROBLEM_NOT_ALLOWED_NOW);
}

static void a_version_is_begun_and_corrected_with_its_files_only(void **state)
{
    struct fixture *f = *state;
    struct principal author = officer(f, "information_officer", "HALL");
    struct matter_open open = {.procedure = TEXT_LITERAL("item_version"),
                               .action = TEXT_LITERAL("register"),
                               .fields = {.catalogue_version = 2}};
    struct action_fields correct = {.catalogue_version = 3};
    struct reply reply = ask(f, &author, &matter_open_message, &open);
    refused(&reply, PROBLEM_FORBIDDEN);
    reply = draft(f, 2, 0);
    done(&reply);
    reply = act(f, &author, 2, "correct", &correct);
    refused(&reply, PROBLEM_FORBIDDEN);
}

static void parts_that_are_not_those_told_of_make_no_draft(void **state)
{
    struct fixture *f = *state;
    struct principal author = officer(f, "information_officer", "HALL");
    struct activate_catalogue files = files_register(f, &author, 2);
    struct draft_catalogue command = {.version = 2, .parts = files.parts, .sha256 = files.sha256};
    command.sha256.bytes[0] ^= 1;
    struct reply reply = ask(f, &author, &draft_catalogue_message, &command);
    refused(&reply, PROBLEM_CONFLICT);
    command.sha256 = files.sha256;
    command.parts--;
    reply = ask(f, &author, &draft_catalogue_message, &command);
    refused(&reply, PROBLEM_CONFLICT);
    command.parts++;
    command.version = 3;
    reply = ask(f, &author, &draft_catalogue_message, &command);
    refused(&reply, PROBLEM_CONFLICT);
    command.version = 2;
    reply = ask(f, &author, &draft_catalogue_message, &command);
    done(&reply);
}

static void a_second_catalogue_is_not_active_at_once_for_anybody(void **state)
{
    struct fixture *f = *state;
    struct principal author = officer(f, "information_officer", "HALL");
    struct principal admin = officer(f, "admin", "*");
    struct activate_catalogue files = files_register(f, &author, 2);
    struct reply reply = ask(f, &author, &activate_catalogue_message, &files);
    refused(&reply, PROBLEM_CONFLICT);
    reply = ask(f, &admin, &activate_catalogue_message, &files);
    refused(&reply, PROBLEM_CONFLICT);
    assert_int_equal(1, version_look(f, 1).active);
}

static void the_first_catalogue_is_told_again_to_who_repeats_it_and_to_nobody_else(void **state)
{
    struct fixture *f = *state;
    struct principal admin = officer(f, "admin", "*");
    struct principal clerk = officer(f, "window_clerk", "HALL");
    uint64_t before = engine_end(f->engine).seq;
    struct activate_catalogue first = files_register(f, &admin, 1);
    struct reply reply = ask(f, &admin, &activate_catalogue_message, &first);
    done(&reply);
    assert_int_equal(before, engine_end(f->engine).seq);
    reply = ask(f, &clerk, &activate_catalogue_message, &first);
    refused(&reply, PROBLEM_FORBIDDEN);
    first.sha256.bytes[0] ^= 1;
    reply = ask(f, &admin, &activate_catalogue_message, &first);
    refused(&reply, PROBLEM_FORBIDDEN);
    struct register_part other = {.version = 1,
                                  .index = 0,
                                  .file = TEXT_LITERAL("catalogue.yaml"),
                                  .name = TEXT_LITERAL("catalogue.yaml"),
                                  .text = bytes_of("#\n", 2)};
    reply = ask(f, &admin, &register_part_message, &other);
    refused(&reply, PROBLEM_FORBIDDEN);
    assert_int_equal(before, engine_end(f->engine).seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_first_catalogue_is_told_again_to_who_repeats_it_and_to_nobody_else, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_version_is_in_force_from_the_first_moment_of_its_day,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_order_to_halt_ends_with_its_last_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_order_to_halt_says_until_when_and_may_be_lifted_before,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_version_that_follows_a_halted_one_at_its_last_midnight_is_in_force, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_version_that_this_program_finds_unsound_goes_back_with_the_place_of_the_fault, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_version_whose_files_are_others_goes_back_and_nothing_of_it_is_in_force, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_spoilt_draft_cannot_be_submitted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_version_is_begun_and_corrected_with_its_files_only,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_that_are_not_those_told_of_make_no_draft, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_second_catalogue_is_not_active_at_once_for_anybody,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
