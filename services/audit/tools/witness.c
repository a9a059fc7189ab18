/* glasshall-audit witness: a witness that another body runs (C2SP tlog-witness).
 *
 *   POST /add-checkpoint                         signs what grew from what it knows
 *   GET  /<SHA-256 of the origin>/checkpoint     what it knows of a log
 *
 * It keeps the last checkpoint of each log in a file of its own and makes it durable before it
 * answers. One thread answers one request after the other: what is known never changes under a
 * decision. It stands behind a proxy that speaks TLS, or is reached by the hall over a network that
 * both trust: a signature needs no secrecy. */
#include "tools.h"

#include "base/check.h"
#include "base/file.h"
#include "base/options.h"
#include "base/time_source.h"
#include "transparency/witness.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_BYTES_MAX = 1024, IDLE_S = 30, CONNECTIONS_MAX = 64 };

struct server {
    struct arena arena; /* of the settings */
    const char *folder;
    struct policy policy;
    struct note_signer signer;
    struct witness witness;
    struct MHD_Daemon *daemon;
    struct time_source clock;
    int lock;
};

/* A request whose body is coming in. */
struct body {
    uint8_t bytes[WITNESS_REQUEST_BYTES_MAX];
    size_t size;
    bool is_too_large;
};

static const struct option_spec witness_options[] = {
    {.name = "data",
     .type = OPTION_PATH,
     .default_value = "./witness",
     .doc = "folder of the key (made when there is none) and of what is known of each log"},
    {.name = "name",
     .type = OPTION_TEXT,
     .doc = "the witness's name, such as witness.example; for a new key alone"},
    {.name = "policy",
     .type = OPTION_PATH,
     .doc = "the logs that it stands for: lines log <verifier key>, and quorum none"},
    {.name = "listen",
     .type = OPTION_TEXT,
     .default_value = "127.0.0.1",
     .doc = "IPv4 address to listen on"},
    {.name = "port",
     .type = OPTION_NUMBER,
     .default_value = "8091",
     .min = 0,
     .max = 65535,
     .doc = "port to listen on; 0: a free one, which is printed"},
};

/* -- what is known -------------------------------------------------------------------------- */

static struct text known_file(const struct server *server, struct text path, struct arena *arena)
{
    return arena_print(arena, "%s/%.*s", server->folder, TEXT_PRINT(path));
}

static bool known(void *context, struct text origin, struct arena *arena, struct text *ret_kept)
{
    const struct server *server = context;
    struct bytes bytes = {0};
    struct text path = known_file(server, witness_known_path(origin, arena), arena);
    enum err err = file_read(path.data, NOTE_BYTES_MAX, arena, &bytes, NULL);
    *ret_kept = bytes_text(bytes);
    return err == ERR_OK || err == ERR_NOT_FOUND;
}

/* Makes durable what is known from now on. */
static enum err known_keep(const struct server *server, const struct witness_answer *answer,
                           struct arena *arena, struct reason *reason)
{
    struct text path = known_file(server, witness_known_path(answer->origin, arena), arena);
    const char *slash = strrchr(path.data, '/');
    struct text folder = arena_print(arena, "%.*s", (int)(slash - path.data), path.data);
    enum err err = folder_make(folder.data, reason);
    return err != ERR_OK ? err
                         : file_replace(path.data, text_bytes(answer->checkpoint), 0644, reason);
}

/* -- answering ------------------------------------------------------------------------------ */

static enum MHD_Result answer_send(struct MHD_Connection *connection, int status, const char *media,
                                   struct text text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        text.size, (void *)(uintptr_t)text.data, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, media);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result plain_send(struct MHD_Connection *connection, int status, const char *text)
{
    return answer_send(connection, status, "text/plain; charset=utf-8", text_of(text));
}

static enum MHD_Result checkpoint_add(struct server *server, struct MHD_Connection *connection,
                                      const struct body *body)
{
    struct arena arena;
    struct reason reason = {""};
    arena_init(&arena);
    struct text request = bytes_text(bytes_of(body->bytes, body->size));
    uint64_t now_s = (uint64_t)(server->clock.wall_ms(&server->clock) / 1000);
    struct witness_answer answer = witness_decide(&server->witness, request, now_s, &arena);
    if (answer.status == 200 && known_keep(server, &answer, &arena, &reason) != ERR_OK) {
        fprintf(stderr, "witness: %s\n", reason.text);
        answer = (struct witness_answer){.status = 500,
                                         .media = "text/plain; charset=utf-8",
                                         .body = TEXT_LITERAL("it cannot be remembered\n")};
    }
    enum MHD_Result result = answer_send(connection, answer.status, answer.media, answer.body);
    arena_free(&arena);
    return result;
}

/* True for the path of a checkpoint: 64 hexadecimal digits and a name. */
static bool is_known_path(struct text path)
{
    struct text rest;
    struct text digits = text_split(path, '/', &rest);
    for (size_t i = 0; i < digits.size; i++) {
        if (strchr("0123456789abcdef", digits.data[i]) == NULL) {
            return false;
        }
    }
    return digits.size == 2 * HASH_BYTES && text_equal_string(rest, "checkpoint");
}

static enum MHD_Result known_tell(struct server *server, struct MHD_Connection *connection,
                                  struct text path)
{
    struct arena arena;
    struct bytes bytes = {0};
    if (!is_known_path(path)) {
        return plain_send(connection, 404, "there is nothing here\n");
    }
    arena_init(&arena);
    enum err err =
        file_read(known_file(server, path, &arena).data, NOTE_BYTES_MAX, &arena, &bytes, NULL);
    enum MHD_Result result =
        err == ERR_OK ? answer_send(connection, 200, "text/plain; charset=utf-8", bytes_text(bytes))
                      : plain_send(connection, 404, "this log was never seen here\n");
    arena_free(&arena);
    return result;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *data_size, void **request)
{
    struct server *server = context;
    bool is_post = strcmp(method, "POST") == 0;
    struct body *body = *request;
    (void)version;
    if (strcmp(method, "GET") == 0) {
        return known_tell(server, connection, text_after(text_of(url), 1));
    }
    if (!is_post || strcmp(url, "/add-checkpoint") != 0) {
        return plain_send(connection, is_post ? 404 : 405, "POST /add-checkpoint\n");
    }
    if (body == NULL) {
        *request = calloc(1, sizeof *body);
        return *request == NULL ? MHD_NO : MHD_YES;
    }
    if (*data_size > 0) {
        body->is_too_large |= *data_size > sizeof body->bytes - body->size;
        if (!body->is_too_large) {
            memcpy(body->bytes + body->size, data, *data_size);
            body->size += *data_size;
        }
        *data_size = 0;
        return MHD_YES;
    }
    return body->is_too_large ? plain_send(connection, 413, "the request is too large\n")
                              : checkpoint_add(server, connection, body);
}

static void on_end(void *context, struct MHD_Connection *connection, void **request,
                   enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    free(*request);
    *request = NULL;
}

/* -- starting ------------------------------------------------------------------------------- */

static enum err key_make(struct server *server, const char *path, const char *name,
                         struct reason *reason)
{
    uint8_t seed[NOTE_SEED_BYTES];
    if (!note_name_fits(text_of(name))) {
        return reason_set(reason, ERR_INVALID,
                          "there is no key at %s: --name gives the name of a new one, without "
                          "blanks and +",
                          path);
    }
    randombytes_buf(seed, sizeof seed);
    note_signer_make(text_of(name), NOTE_KEY_WITNESS, seed, &server->signer);
    sodium_memzero(seed, sizeof seed);
    struct text line = arena_print(&server->arena, "%.*s\n",
                                   TEXT_PRINT(note_signer_text(&server->signer, &server->arena)));
    return file_replace(path, text_bytes(line), 0600, reason);
}

static enum err key_open(struct server *server, const struct options *options,
                         struct reason *reason)
{
    struct bytes bytes;
    struct text rest;
    const char *path = arena_print(&server->arena, "%s/key", server->folder).data;
    enum err err = file_read(path, KEY_FILE_BYTES_MAX, &server->arena, &bytes, reason);
    if (err == ERR_NOT_FOUND) {
        const char *name = options_text(options, "name");
        return key_make(server, path, name == NULL ? "" : name, reason);
    }
    if (err == ERR_OK) {
        err = note_signer_read(text_split(bytes_text(bytes), '\n', &rest), &server->signer, reason);
    }
    if (err == ERR_OK && server->signer.verifier.type != NOTE_KEY_WITNESS) {
        err = reason_set(reason, ERR_INVALID, "%s is no key of a witness (type 4)", path);
    }
    return err;
}

static enum err policy_open(struct server *server, const struct options *options,
                            struct reason *reason)
{
    struct bytes bytes;
    const char *path = options_text(options, "policy");
    if (path == NULL) {
        return reason_set(reason, ERR_INVALID, "--policy names the logs that it stands for");
    }
    enum err err = file_read(path, POLICY_BYTES_MAX, &server->arena, &bytes, reason);
    if (err == ERR_OK) {
        err = policy_read(bytes_text(bytes), &server->arena, &server->policy, reason);
        if (err != ERR_OK) {
            reason_prefix(reason, "%s", path);
        }
    }
    return err;
}

/* Two witnesses on one folder would each sign what the other does not know. */
static enum err folder_take(struct server *server, struct reason *reason)
{
    enum err err = folder_make(server->folder, reason);
    if (err != ERR_OK) {
        return err;
    }
    const char *path = arena_print(&server->arena, "%s/lock", server->folder).data;
    server->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (server->lock < 0 || flock(server->lock, LOCK_EX | LOCK_NB) != 0) {
        return reason_set(reason, ERR_BUSY, "another witness works in %s", server->folder);
    }
    return ERR_OK;
}

static enum err daemon_start(struct server *server, const struct options *options,
                             struct reason *reason)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)options_number(options, "port"))};
    if (inet_pton(AF_INET, options_text(options, "listen"), &address.sin_addr) != 1) {
        return reason_set(reason, ERR_INVALID, "listen must be an IPv4 address");
    }
    server->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_access, server,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                         MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_CONNECTION_TIMEOUT,
                         IDLE_S, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_END);
    return server->daemon != NULL
               ? ERR_OK
               : reason_set(reason, ERR_BUSY, "cannot listen on %s port %" PRId64,
                            options_text(options, "listen"), options_number(options, "port"));
}

static enum err server_start(struct server *server, const struct options *options,
                             struct reason *reason)
{
    server->folder = options_text(options, "data");
    server->witness = (struct witness){
        .policy = &server->policy, .signer = &server->signer, .known = known, .context = server};
    enum err err = folder_take(server, reason);
    if (err == ERR_OK) {
        err = key_open(server, options, reason);
    }
    if (err == ERR_OK) {
        err = policy_open(server, options, reason);
    }
    return err == ERR_OK ? daemon_start(server, options, reason) : err;
}

static void server_end(struct server *server)
{
    if (server->daemon != NULL) {
        MHD_stop_daemon(server->daemon);
    }
    if (server->lock >= 0) {
        close(server->lock);
    }
    sodium_memzero(&server->signer, sizeof server->signer);
    arena_free(&server->arena);
}

/* Says who it is and waits until it is told to end. */
static void server_run(struct server *server)
{
    sigset_t set;
    int number;
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    struct text key = note_verifier_text(&server->signer.verifier, &server->arena);
    printf("witness %.*s\nlistens on port %u\n", TEXT_PRINT(key), info == NULL ? 0U : info->port);
    (void)fflush(stdout);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    (void)sigwait(&set, &number);
}

static int witness_run(const struct options *options)
{
    struct server *server = calloc(1, sizeof *server);
    struct reason reason = {""};
    sigset_t set;
    CHECK(server != NULL && sodium_init() >= 0);
    server->lock = -1;
    time_source_init_system(&server->clock);
    arena_init(&server->arena);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL); /* before the daemon's thread is made */
    enum err err = server_start(server, options, &reason);
    if (err == ERR_OK) {
        server_run(server);
    } else {
        fprintf(stderr, "witness: %s\n", reason.text);
    }
    server_end(server);
    free(server);
    return err == ERR_OK ? TOOL_OK : TOOL_FAILED;
}

int witness_main(int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    int code = TOOL_FAILED;
    options_init(&options, "audit witness");
    options_add(&options, witness_options, sizeof witness_options / sizeof witness_options[0]);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "witness: %s\n", reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[options]", stdout);
        code = TOOL_OK;
    } else {
        code = witness_run(&options);
    }
    options_free(&options);
    return code;
}
