/* Asking another service from a worker, over tcp, by a key that may only ask the vault. */
#include "service/asking.h"
#include "service/host_kit.h"
#include "service/work.h"

#include <zmq.h>

enum { KEY_BYTES = 40, PORT_FIRST = 20000, PORT_SPAN = 10000, WAIT_MS = 5000 };

/* -- who asks ---------------------------------------------------------------------------------- */

/* What its worker was told; the last one says that all are there. */
struct told {
    _Atomic enum err opened;
    _Atomic int64_t total;
    _Atomic enum err opened_as_another;
    _Atomic enum err commanded;
    _Atomic enum err away;
    _Atomic bool is_complete;
};
static struct told told;

static void asker_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    struct work_order order = {.due_ms = 1, .id = event->envelope->id.uuid};
    work_add(state, &order, &toy_total_message, &(struct toy_total){.total = added->amount});
}

static enum err ask(struct worker *worker, const char *service, const char *login,
                    const struct wire_message *command, struct toy_total *ret_total)
{
    struct toy_open question = {.case_id = {{{1}}}, .amount = AMOUNT_ANSWERED};
    struct principal principal = {.kind = PRINCIPAL_STAFF, .login = text_of(login)};
    return worker_ask(worker, service, &principal, command, &question, WAIT_MS, &toy_total_message,
                      ret_total);
}

static void perform_ask(struct worker *worker, const struct work_order *order, const void *payload)
{
    struct toy_total total = {0};
    (void)order;
    (void)payload;
    atomic_store(&told.opened_as_another,
                 ask(worker, "counter", "chen", &toy_open_message, &total));
    atomic_store(&told.commanded, ask(worker, "counter", "asker", &toy_add_message, &total));
    (void)ask(worker, "counter", "asker", &toy_open_message, &total);
    atomic_store(&told.opened, ask(worker, "counter", "asker", &toy_open_message, &total));
    atomic_store(&told.total, total.total);
    atomic_store(&told.away, ask(worker, "mirror", "asker", &toy_open_message, &total));
    atomic_store(&told.is_complete, true);
}

static const struct service_command asker_commands[] = {{&toy_add_message, decide_add, 0, NULL}};
static const struct service_event asker_events[] = {{&toy_added_message, asker_added, NULL}};
static const struct service_work asker_works[] = {{"ask", &toy_total_message, perform_ask}};
static const struct service asker = {
    .name = "asker",
    .commands = asker_commands,
    .command_count = 1,
    .events = asker_events,
    .event_count = 1,
    .works = asker_works,
    .work_count = 1,
    .tables = toy_tables,
    .table_count = 1,
};

/* -- keys -------------------------------------------------------------------------------------- */

static void file_write(struct fixture *f, const char *name, const char *content)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", f->folder.path, name);
    file_make(path, text_bytes(text_of(content)));
}

static void keys_make(struct fixture *f)
{
    char counter_public[KEY_BYTES + 1];
    char asker_public[KEY_BYTES + 1];
    char secret[KEY_BYTES + 1];
    char lines[200];
    assert_int_equal(zmq_curve_keypair(counter_public, secret), 0);
    file_write(f, "counter.secret", secret);
    assert_int_equal(zmq_curve_keypair(asker_public, secret), 0);
    file_write(f, "asker.secret", secret);
    (void)snprintf(lines, sizeof lines, "counter %s\nasker %s vault\n", counter_public,
                   asker_public);
    file_write(f, "known-keys", lines);
}

/* Starts a service with the keys and one more option. */
static void started_with(struct fixture *f, const struct service *service, const char *name,
                         const char *value)
{
    options_use_both(f, "--keys", f->folder.path, name, value);
    (void)started(f, service);
}

static void a_worker_asks_what_its_key_allows(void **state)
{
    struct fixture *f = *state;
    char address[60];
    char peers[80];
    keys_make(f);
    (void)snprintf(address, sizeof address, "tcp://127.0.0.1:%d",
                   PORT_FIRST + (int)getpid() % PORT_SPAN);
    (void)snprintf(peers, sizeof peers, "counter=%s", address);
    started_with(f, &asker, "--peers", peers);
    started_with(f, &counter, "--bind", address);
    call(f, "asker", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 1});
    for (int i = 0; i < PATIENCE_MS / 10 && !atomic_load(&told.is_complete); i++) {
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    assert_true(atomic_load(&told.is_complete));
    assert_int_equal(atomic_load(&told.opened), ERR_OK);
    assert_int_equal(atomic_load(&told.total), AMOUNT_ANSWERED);
    assert_int_equal(atomic_load(&told.opened_as_another), ERR_DENIED);
    assert_int_equal(atomic_load(&told.commanded), ERR_DENIED);
    assert_int_equal(atomic_load(&told.away), ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_worker_asks_what_its_key_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
