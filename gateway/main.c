/* The gateway: its own small service beside an HTTP server, in one process. */
#include "base/check.h"
#include "identity/first_admin.h"
#include "routes/gateway.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static int run(const struct options *options, const struct logger *logger)
{
    struct host_options host_options = {
        .service = &gateway_service, .options = options, .logger = logger};
    struct host *host = NULL;
    struct gateway *gateway = NULL;
    struct reason reason = {""};
    pthread_t front;
    int code = EXIT_FAILURE;
    enum err err = host_open(&host_options, &host, &reason);
    if (err == ERR_OK) {
        err = first_admin_make(host, options, &reason);
    }
    if (err == ERR_OK) {
        err = gateway_open(options, logger, host, &gateway, &reason);
    }
    if (err != ERR_OK) {
        LOG_ERROR(logger, "gateway.cannot_start", log_string("reason", reason.text));
        code = (int)host_exit_code(err);
    } else {
        CHECK(pthread_create(&front, NULL, front_run, gateway) == 0);
        code = host_run(host);
        atomic_store(&gateway->host_is_over, true);
        CHECK(pthread_join(front, NULL) == 0);
    }
    gateway_close(&gateway);
    host_close(&host);
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    struct logger logger;
    int code = EXIT_FAILURE;
    CHECK(sodium_init() >= 0);
    options_init(&options, "gateway");
    service_options_add(&options, &gateway_service);
    options_add(&options, server_options, server_option_count);
    options_add(&options, gateway_options, gateway_option_count);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "gateway: %s\n", reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[check] [options]", stdout);
        code = EXIT_SUCCESS;
    } else {
        logger_init(&logger, "gateway", service_log_level(&options));
        service_signals_block();
        if (!service_offline_command(&gateway_service, &options, &logger, &code)) {
            code = run(&options, &logger);
        }
    }
    options_free(&options);
    return code;
}
