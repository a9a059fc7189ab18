/* CURVE keys, the list of known ones, and the answers to ZeroMQ's authentication requests (ZAP,
 * RFC 27/ZAP). The list has one key a line, a name and a key in one line only:
 *
 *     # name        public key (Z85)                           what it may do
 *     gateway       rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7   command query upload
 *     approval      ...                                        consume:intake consume:fee
 *     notification  ...                                        consume:intake vault
 *
 * A program's own key is known without a line, for its health check. */
#include "bus/internal.h"

#include "base/check.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FILE_BYTES_MAX = 64 * 1024, KEY_BYTES = 32 };

static struct text word_take(struct text *line)
{
    while (line->size > 0 && (line->data[0] == ' ' || line->data[0] == '\t')) {
        *line = text_after(*line, 1);
    }
    size_t size = 0;
    while (size < line->size && line->data[size] != ' ' && line->data[size] != '\t' &&
           line->data[size] != '\r') {
        size++;
    }
    struct text word = {line->data, size};
    *line = text_after(*line, size);
    return word;
}

static const struct known_key *known_by_name(const struct link *link, const char *name)
{
    for (size_t i = 0; i < link->known_count; i++) {
        if (strcmp(link->known[i].name, name) == 0) {
            return &link->known[i];
        }
    }
    return NULL;
}

static const struct known_key *known_by_bytes(const struct link *link, const void *key, size_t size)
{
    for (size_t i = 0; size == KEY_BYTES && i < link->known_count; i++) {
        if (memcmp(link->known[i].public_key, key, KEY_BYTES) == 0) {
            return &link->known[i];
        }
    }
    return NULL;
}

static enum err known_key_read(struct link *link, const char *path, int number, struct text line,
                               struct reason *reason)
{
    struct text name = word_take(&line);
    if (name.size == 0 || name.data[0] == '#') {
        return ERR_OK;
    }
    struct text key = word_take(&line);
    if (link->known_count == KNOWN_KEYS_MAX || name.size > KEY_NAME_BYTES_MAX ||
        key.size != KEY_TEXT_BYTES) {
        return reason_set(reason, ERR_INVALID,
                          "%s line %d must be a name, a public key of %d characters and grants",
                          path, number, KEY_TEXT_BYTES);
    }
    struct known_key *known = &link->known[link->known_count];
    memcpy(known->name, name.data, name.size);
    memcpy(known->public_text, key.data, key.size);
    if (zmq_z85_decode(known->public_key, known->public_text) == NULL) {
        return reason_set(reason, ERR_INVALID, "%s line %d: the key is not Z85", path, number);
    }
    if (known_by_name(link, known->name) != NULL ||
        known_by_bytes(link, known->public_key, KEY_BYTES) != NULL) {
        return reason_set(reason, ERR_INVALID, "%s line %d: the name or the key stands there twice",
                          path, number);
    }
    for (;;) {
        struct text grant = word_take(&line);
        if (grant.size == 0) {
            break;
        }
        if (known->grant_count == GRANTS_MAX) {
            return reason_set(reason, ERR_INVALID, "%s line %d: too many grants", path, number);
        }
        known->grants[known->grant_count++] = grant;
    }
    link->known_count++;
    return ERR_OK;
}

static enum err known_keys_read(struct link *link, const char *folder, struct reason *reason)
{
    struct bytes bytes;
    const char *path = arena_print(&link->arena, "%s/known-keys", folder).data;
    enum err err = file_read(path, KEY_FILE_BYTES_MAX, &link->arena, &bytes, reason);
    struct text rest = bytes_text(bytes);
    for (int number = 1; err == ERR_OK && rest.data != NULL; number++) {
        err = known_key_read(link, path, number, text_split(rest, '\n', &rest), reason);
    }
    return err;
}

static enum err own_key_read(struct link *link, const char *folder, struct reason *reason)
{
    struct bytes bytes;
    const char *path = arena_print(&link->arena, "%s/%s.secret", folder, link->self).data;
    enum err err = file_read(path, KEY_FILE_BYTES_MAX, &link->arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct text line = bytes_text(bytes);
    while (line.size > 0 && line.data[line.size - 1] == '\n') {
        line.size--;
    }
    if (line.size != KEY_TEXT_BYTES) {
        return reason_set(reason, ERR_INVALID, "%s must hold a secret key of %d characters", path,
                          KEY_TEXT_BYTES);
    }
    memcpy(link->secret_text, line.data, line.size);
    if (zmq_curve_public(link->public_text, link->secret_text) != 0) {
        return reason_set(reason, ERR_INVALID, "%s holds no CURVE key", path);
    }
    link->has_keys = true;
    return ERR_OK;
}

/* -- ZAP --------------------------------------------------------------------------------------- */

static void gate_answer(void *gate, const char *version, const char *request,
                        const struct known_key *known)
{
    const char *parts[] = {version,
                           request,
                           known == NULL ? "400" : "200",
                           known == NULL ? "key not known" : "OK",
                           known == NULL ? "" : known->name,
                           ""};
    for (size_t i = 0; i < 6; i++) {
        (void)zmq_send(gate, parts[i], strlen(parts[i]), i < 5 ? ZMQ_SNDMORE : 0);
    }
}

enum { ZAP_VERSION, ZAP_REQUEST, ZAP_MECHANISM = 5, ZAP_KEY = 6, ZAP_PARTS_MAX = 8 };

/* Answers one question; false when the context is closing. */
static bool gate_serve(struct link *link)
{
    char texts[2][64] = {"", ""};
    const struct known_key *known = NULL;
    for (int i = 0; i < ZAP_PARTS_MAX; i++) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, link->gate, 0) < 0) {
            zmq_msg_close(&part);
            return false;
        }
        size_t size = zmq_msg_size(&part);
        if (i <= ZAP_REQUEST && size < sizeof texts[0]) {
            memcpy(texts[i], zmq_msg_data(&part), size);
            texts[i][size] = '\0';
        }
        if (i == ZAP_KEY) {
            known = known_by_bytes(link, zmq_msg_data(&part), size);
        }
        bool more = zmq_msg_more(&part) != 0;
        zmq_msg_close(&part);
        if (!more) {
            break;
        }
    }
    if (known == NULL) {
        atomic_fetch_add_explicit(&link->rubbish, 1, memory_order_relaxed);
    }
    gate_answer(link->gate, texts[ZAP_VERSION], texts[ZAP_REQUEST], known);
    return true;
}

static void *gate_run(void *context)
{
    struct link *link = context;
    while (gate_serve(link)) {
    }
    zmq_close(link->gate);
    return NULL;
}

/* Makes our own key known, when the list does not, for who asks how we are. */
static void own_key_know(struct link *link)
{
    if (known_by_name(link, link->self) != NULL || link->known_count == KNOWN_KEYS_MAX ||
        strlen(link->self) > KEY_NAME_BYTES_MAX) {
        return;
    }
    struct known_key *own = &link->known[link->known_count++];
    *own = (struct known_key){.grants = {TEXT_LITERAL("query")}, .grant_count = 1};
    memcpy(own->name, link->self, strlen(link->self));
    memcpy(own->public_text, link->public_text, sizeof own->public_text);
    CHECK(zmq_z85_decode(own->public_key, own->public_text) != NULL);
}

enum err curve_open(struct link *link, const char *folder, struct reason *reason)
{
    if (folder == NULL) {
        return reason_set(reason, ERR_INVALID,
                          "tcp between services needs keys; make them and name their folder with "
                          "--keys");
    }
    if (zmq_has("curve") == 0) {
        return reason_set(reason, ERR_UNAVAILABLE, "this libzmq was built without CURVE");
    }
    enum err err = own_key_read(link, folder, reason);
    if (err == ERR_OK) {
        err = known_keys_read(link, folder, reason);
    }
    if (err != ERR_OK) {
        return err;
    }
    own_key_know(link);
    link->gate = zmq_socket(link->context, ZMQ_REP);
    CHECK(link->gate != NULL && zmq_bind(link->gate, "inproc://zeromq.zap.01") == 0);
    CHECK(pthread_create(&link->gate_thread, NULL, gate_run, link) == 0);
    link->gate_runs = true;
    return ERR_OK;
}

void curve_close(struct link *link)
{
    if (link->gate_runs) {
        (void)zmq_ctx_shutdown(link->context);
        (void)pthread_join(link->gate_thread, NULL);
        link->gate_runs = false;
    }
}

void curve_serve(struct link *link, struct link_socket *socket)
{
    int on = 1;
    CHECK(zmq_setsockopt(socket->handle, ZMQ_CURVE_SERVER, &on, sizeof on) == 0);
    CHECK(zmq_setsockopt(socket->handle, ZMQ_CURVE_SECRETKEY, link->secret_text,
                         KEY_TEXT_BYTES + 1) == 0);
    CHECK(zmq_setsockopt(socket->handle, ZMQ_ZAP_DOMAIN, "hall", 4) == 0);
}

enum err curve_call(struct link *link, struct link_socket *socket, const char *service,
                    struct reason *reason)
{
    const struct known_key *server = known_by_name(link, service);
    if (server == NULL) {
        return reason_set(reason, ERR_NOT_FOUND, "the list of known keys has no key of %s",
                          service);
    }
    CHECK(zmq_setsockopt(socket->handle, ZMQ_CURVE_SERVERKEY, server->public_text,
                         KEY_TEXT_BYTES + 1) == 0);
    CHECK(zmq_setsockopt(socket->handle, ZMQ_CURVE_PUBLICKEY, link->public_text,
                         KEY_TEXT_BYTES + 1) == 0);
    CHECK(zmq_setsockopt(socket->handle, ZMQ_CURVE_SECRETKEY, link->secret_text,
                         KEY_TEXT_BYTES + 1) == 0);
    return ERR_OK;
}

bool link_may(const struct link *link, const char *user, const char *grant)
{
    if (user == NULL || user[0] == '\0') {
        return link->base == NULL;
    }
    const struct known_key *known = known_by_name(link, user);
    for (size_t i = 0; known != NULL && i < known->grant_count; i++) {
        if (text_equal_string(known->grants[i], grant)) {
            return true;
        }
    }
    return false;
}
