/* Programs: options, help, health check, replay and digests, or the service itself. */
#include "service/host_internal.h"
#include "service/replay.h"

#include "base/check.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_WAIT_MS = 3000 };

static const struct option_spec program_options[] = {
    {.name = "replay",
     .type = OPTION_PATH,
     .doc = "rebuild the state from this record into an empty --data, print the digests and end"},
    {.name = "until",
     .type = OPTION_NUMBER,
     .min = 0,
     .max = INT64_MAX,
     .default_value = "0",
     .doc = "with --replay: end behind this own record (0: at the end of the record)"},
    {.name = "digest",
     .type = OPTION_FLAG,
     .doc = "print the digests of the tables in --data and end; a running service may go on"},
    {.name = "version", .type = OPTION_FLAG, .doc = "print the version and end"},
};

/* The service's answer to "how are you?"; false when it does not come. */
static bool health_asked(struct link_socket *socket, struct arena *arena, struct health *ret_health)
{
    struct buffer buffer;
    struct health_ask ask = {.verbose = true};
    struct request request = {
        .id = 1,
        .name = text_of(health_ask_message.name),
        .deadline_ms = CHECK_WAIT_MS,
        .principal = {.kind = PRINCIPAL_NOBODY},
        .body = {.message = &health_ask_message, .data = &ask},
    };
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    struct bytes frame = buffer_bytes(&buffer);
    struct link_message message;
    struct reply reply;
    struct wire_reader reader;
    wire_reader_init(&reader, arena);
    bool sent = false;
    for (int tries = 0; tries < 50 && !sent; tries++) {
        sent = link_send(socket, (struct bytes){0}, &frame, 1);
        if (!sent) {
            (void)link_wait(NULL, 0, NULL, 0, CHECK_WAIT_MS / 50, NULL);
        }
    }
    bool answered = sent && link_wait(&socket, 1, NULL, 0, CHECK_WAIT_MS, NULL) &&
                    link_receive(socket, BUS_MESSAGE_BYTES_MAX, &message) &&
                    wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message,
                                message.frames[0], &reply, NULL) == ERR_OK &&
                    wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &reply.answer, &health_message,
                                    ret_health, NULL) == ERR_OK;
    if (answered) {
        /* What the answer points to goes with the message: keep the lines that are printed. */
        for (size_t i = 0; i < ret_health->reasons.count; i++) {
            ret_health->reasons.items[i] = arena_copy_text(arena, ret_health->reasons.items[i]);
        }
    }
    buffer_free(&buffer);
    wire_reader_free(&reader);
    return answered;
}

/* `glasshall-fee check`: 0 when the running service is ready, 1 when not; for health checks. */
static int check_run(const struct service *service, const struct options *options)
{
    struct link *link = NULL;
    struct link_socket *socket = NULL;
    struct reason reason = {""};
    struct arena arena;
    struct health health;
    int code = EXIT_FAILURE;
    arena_init(&arena);
    enum err err = link_open(options, service->name, &link, &reason);
    if (err == ERR_OK) {
        err = link_connect(link, service->name, ENDPOINT_QUERY, &socket, &reason);
    }
    if (err != ERR_OK) {
        fprintf(stderr, "%s\n", reason.text);
    } else if (!health_asked(socket, &arena, &health)) {
        printf("%s does not answer\n", service->name);
    } else {
        printf("%s %s\n", service->name, health.ready ? "is ready" : "is not ready");
        for (size_t i = 0; i < health.reasons.count; i++) {
            printf("  %.*s\n", TEXT_PRINT(health.reasons.items[i]));
        }
        code = health.ready ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    link_socket_close(&socket);
    link_close(&link);
    arena_free(&arena);
    return code;
}

static int host_program(const struct service *service, const struct options *options,
                        const struct logger *logger)
{
    struct host_options host_options = {.service = service, .options = options, .logger = logger};
    struct host *host = NULL;
    struct reason reason = {""};
    enum err err = host_open(&host_options, &host, &reason);
    if (err != ERR_OK) {
        LOG_ERROR(logger, "host.cannot_start", log_string("reason", reason.text));
        return (int)host_exit_code(err);
    }
    int code = host_run(host);
    host_close(&host);
    return code;
}

void service_options_add(struct options *options, const struct service *service)
{
    options_add(options, link_options, link_option_count);
    options_add(options, host_option_specs, host_option_count);
    options_add(options, program_options, sizeof program_options / sizeof program_options[0]);
    options_add(options, service->options, service->option_count);
}

enum log_level service_log_level(const struct options *options)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(options_text(options, "log-level"), names[i]) == 0) {
            return (enum log_level)i;
        }
    }
    return LOG_LEVEL_INFO;
}

void service_signals_block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

bool service_offline_command(const struct service *service, const struct options *options,
                             const struct logger *logger, int *ret_code)
{
    if (options_flag(options, "version")) {
        printf("glasshall %s %s\n", service->name, GLASSHALL_VERSION);
        *ret_code = EXIT_SUCCESS;
    } else if (options_text(options, "replay") != NULL) {
        *ret_code = replay_run(service, options, logger);
    } else if (options_flag(options, "digest")) {
        *ret_code = digest_run(service, options);
    } else if (options->word_count == 1 && strcmp(options->words[0], "check") == 0) {
        *ret_code = check_run(service, options);
    } else if (options->word_count > 0) {
        fprintf(stderr, "%s: \"%s\" is not a command of this program (see --help)\n", service->name,
                options->words[0]);
        *ret_code = EXIT_FAILURE;
    } else {
        return false;
    }
    return true;
}

int service_main(const struct service *service, int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    struct logger logger;
    int code = EXIT_FAILURE;
    CHECK(sodium_init() >= 0);
    options_init(&options, service->name);
    service_options_add(&options, service);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "%s: %s\n", service->name, reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[check] [options]", stdout);
        code = EXIT_SUCCESS;
    } else {
        logger_init(&logger, service->name, service_log_level(&options));
        service_signals_block();
        if (!service_offline_command(service, &options, &logger, &code)) {
            code = host_program(service, &options, &logger);
        }
    }
    options_free(&options);
    return code;
}
