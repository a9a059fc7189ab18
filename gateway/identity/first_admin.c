#include "identity/first_admin.h"

#include "base/file.h"
#include "identity/identity.h"
#include "identity/passwords.h"
#include "wire/json.h"

#include <sodium.h>

enum { FILE_BYTES_MAX = 4096, PASSES = 2, MEMORY_BYTES = 19 * 1024 * 1024 };

/* clang-format off */
#define FIRST_ADMIN(F, S)                                                                          \
    F(S, login,    PUBLIC_TEXT(64), REQUIRED, "the name to sign in with")                          \
    F(S, badge,    PUBLIC_TEXT(60), REQUIRED, "the officer's name as on the badge")                \
    F(S, password, TEXT(200),       REQUIRED, "the password")

#define FIRST_ADMIN_VOCABULARY(M)                                                                  \
    M(RECORD, first_admin, FIRST_ADMIN, "gateway.first_admin", "The first administrator.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(first_admin_vocabulary, FIRST_ADMIN_VOCABULARY)
WIRE_DEFINE_VOCABULARY(first_admin_vocabulary, FIRST_ADMIN_VOCABULARY)

static bool has_accounts(struct host *host)
{
    struct arena arena;
    struct state state;
    bool is_empty = false;
    arena_init(&arena);
    state_init(&state, &arena, engine_memory(host_engine(host)));
    if (store_begin_read(engine_store(host_engine(host)), &state.txn) == ERR_OK) {
        is_empty = identity_is_empty(&state);
        store_end_read(&state.txn);
    }
    state_free(&state);
    arena_free(&arena);
    return !is_empty;
}

static enum err file_load(const char *path, struct arena *arena, struct first_admin *ret_admin,
                          struct reason *reason)
{
    struct bytes bytes;
    struct wire_errors errors;
    json_t *json = NULL;
    enum err err = file_read(path, FILE_BYTES_MAX, arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    wire_errors_init(&errors, arena);
    err = wire_parse_json(bytes_text(bytes), &json, &errors);
    if (err == ERR_OK) {
        err = wire_from_json(&first_admin_message, json, arena, ret_admin, &errors);
    }
    json_decref(json);
    return err == ERR_OK
               ? ERR_OK
               : reason_set(reason, err, "%s: %.*s %.*s", path, TEXT_PRINT(errors.items[0].pointer),
                            TEXT_PRINT(errors.items[0].detail));
}

/* One batch of one command, before anything else runs. */
static enum err command_do(struct host *host, const struct create_account *command)
{
    static const char sender[] = "first admin";
    struct engine *engine = host_engine(host);
    struct trusted_clock *clock = host_clock(host);
    struct buffer buffer;
    struct request request = {
        .id = 1,
        .name = text_of(create_account_message.name),
        .principal = {.kind = PRINCIPAL_SYSTEM},
        .body = {.message = &create_account_message, .data = command},
    };
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    enum err err =
        engine_begin(engine, trusted_clock_now(clock), clock->source.boot_ms(&clock->source));
    if (err == ERR_OK) {
        engine_command(engine, bytes_of(sender, sizeof sender), buffer_bytes(&buffer), true);
        err = engine_commit(engine);
    }
    buffer_free(&buffer);
    return err;
}

static enum err account_make(struct host *host, const struct first_admin *admin,
                             struct arena *arena, struct reason *reason)
{
    char verifier[crypto_pwhash_STRBYTES];
    struct random_source random;
    struct text password = personal_text(admin->password);
    struct role_grant grant = {.role = TEXT_LITERAL("admin"), .department = TEXT_LITERAL("*")};
    if (password.size < PASSWORD_BYTES_MIN ||
        crypto_pwhash_str(verifier, password.data, password.size, PASSES, MEMORY_BYTES) != 0) {
        return reason_set(reason, ERR_INVALID, "the first administrator's password is too short");
    }
    random_init(&random);
    struct create_account command = {
        .login = admin->login,
        .badge = admin->badge,
        .grants = {&grant, 1},
        .verifier =
            verifier_seal(engine_memory(host_engine(host)), text_of(verifier), &random, arena),
    };
    enum err err = command_do(host, &command);
    if (err != ERR_OK || !has_accounts(host)) {
        return reason_set(reason, err == ERR_OK ? ERR_INVALID : err,
                          "the first administrator could not be made; is the login of small "
                          "letters, digits, dots and dashes?");
    }
    return ERR_OK;
}

enum err first_admin_make(struct host *host, const struct options *options, struct reason *reason)
{
    const char *path = options_text(options, "first-admin");
    struct arena arena;
    struct first_admin admin = {0};
    if (path == NULL || has_accounts(host)) {
        return ERR_OK;
    }
    arena_init(&arena);
    enum err err = file_load(path, &arena, &admin, reason);
    if (err == ERR_OK) {
        err = account_make(host, &admin, &arena, reason);
    }
    arena_free(&arena);
    return err;
}
