#include "routes/uploads.h"

#include "routes/handlers.h"

#include "base/check.h"
#include "base/encoding.h"
#include "bus/link.h"
#include "routes/pages.h"

#include <stdlib.h>
#include <string.h>

enum { UPLOADS_AT_ONCE = 128, RETRY_MS = 20, FILE_BYTES_MAX = 20 << 20 };

static const char *const targets[UPLOAD_TARGETS] = {"intake", "fee"};

static const struct file_kind file_kinds[] = {
    {"application/pdf", FILE_BYTES_MAX},
    {"image/png", 10 << 20},
    {"image/jpeg", 10 << 20},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", FILE_BYTES_MAX},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FILE_BYTES_MAX},
};

static void blob_arrived(struct visit *visit, const struct upload_status *status);

const struct upload_way upload_files = {
    .target = UPLOAD_TO_INTAKE,
    .kinds = file_kinds,
    .kind_count = sizeof file_kinds / sizeof file_kinds[0],
    .told = "files are taken as PDF, PNG, JPEG, DOCX or XLSX; say which in Content-Type",
    .arrived = blob_arrived,
};

/* A file on its way. */
struct upload {
    struct visit *visit;
    const struct upload_way *way;
    int64_t id;
    struct upload_begin begin;
    int64_t sent;
    int64_t credit;
    int64_t heard_ms; /* boot time of the service's last sign of life, or of this upload's start */
    bool is_begun;    /* the beginning was sent */
    bool is_waiting;  /* its client waits for credit, or to be answered */
    bool wants_end;   /* the body is over: the last piece is to be sent */
    bool is_ended;    /* it was sent */
    struct upload *next;
};

struct uploads {
    struct link_socket *sockets[UPLOAD_TARGETS];
    struct upload *first;
    size_t count;
    int64_t last_id;
    bool is_stuck; /* a service's end is not there, or its queue is full */
    struct buffer buffer;
    struct arena arena;
    struct wire_reader reader;
};

enum err uploads_open(struct gateway *gateway, struct reason *reason)
{
    struct uploads *uploads = calloc(1, sizeof *uploads);
    CHECK(uploads != NULL);
    gateway->uploads = uploads;
    buffer_init(&uploads->buffer, UPLOAD_MESSAGE_BYTES_MAX);
    arena_init(&uploads->arena);
    wire_reader_init(&uploads->reader, &uploads->arena);
    enum err err = ERR_OK;
    for (size_t i = 0; i < UPLOAD_TARGETS && err == ERR_OK; i++) {
        err = link_connect(host_link(gateway->host), targets[i], ENDPOINT_UPLOAD,
                           &uploads->sockets[i], reason);
    }
    return err;
}

void uploads_close(struct gateway *gateway)
{
    struct uploads *uploads = gateway->uploads;
    if (uploads != NULL) {
        for (size_t i = 0; i < UPLOAD_TARGETS; i++) {
            link_socket_close(&uploads->sockets[i]);
        }
        buffer_free(&uploads->buffer);
        wire_reader_free(&uploads->reader);
        arena_free(&uploads->arena);
        free(uploads);
        gateway->uploads = NULL;
    }
}

static bool message_send(const struct upload *upload, const char *kind,
                         const struct wire_message *message, const void *data)
{
    struct uploads *uploads = upload->visit->gateway->uploads;
    buffer_clear(&uploads->buffer);
    wire_pack(&uploads->buffer, WIRE_MAP, message, data);
    struct bytes frames[2] = {bytes_of(kind, 1), buffer_bytes(&uploads->buffer)};
    CHECK(!uploads->buffer.failed);
    bool sent = link_send(uploads->sockets[upload->way->target], (struct bytes){0}, frames, 2);
    uploads->is_stuck |= !sent;
    return sent;
}

/* -- a request ------------------------------------------------------------------------------ */

static const struct file_kind *kind_of(const struct upload_way *way, struct text media_type)
{
    struct text rest;
    struct text plain = text_split(media_type, ';', &rest);
    for (size_t i = 0; i < way->kind_count; i++) {
        if (text_equal_string(plain, way->kinds[i].media_type)) {
            return &way->kinds[i];
        }
    }
    return NULL;
}

void uploads_begin(struct visit *visit)
{
    struct uploads *uploads = visit->gateway->uploads;
    const struct upload_way *way = visit->route->takes;
    const struct file_kind *kind = kind_of(way, exchange_header(visit->http, "Content-Type"));
    if (way->may != NULL && !way->may(visit)) {
        return;
    }
    if (kind == NULL) {
        exchange_refuse(visit->http, PROBLEM_UNSUPPORTED_MEDIA, "%s", way->told);
        return;
    }
    if (uploads->count == UPLOADS_AT_ONCE) {
        exchange_refuse(visit->http, PROBLEM_AWAY, "too many files are coming in; try again");
        return;
    }
    struct upload *upload = arena_take(&visit->http->arena, sizeof *upload);
    *upload = (struct upload){
        .visit = visit,
        .way = way,
        .id = ++uploads->last_id,
        .begin = {.session = visit->principal.session,
                  .media_type = text_of(kind->media_type),
                  .size_max = kind->bytes_max},
        .heard_ms = visit->gateway->boot_ms,
        .next = uploads->first,
    };
    upload->begin.id = upload->id;
    uploads->first = upload;
    uploads->count++;
    visit->page = upload;
    visit->http->streams = true;
    visit->http->body_bytes_max = (size_t)kind->bytes_max;
    upload->is_begun =
        message_send(upload, UPLOAD_FRAME_BEGIN, &upload_begin_message, &upload->begin);
}

size_t uploads_data(struct visit *visit, struct bytes bytes)
{
    struct upload *upload = visit->page;
    size_t taken = 0;
    while (upload->is_begun && taken < bytes.size && upload->sent < upload->credit) {
        size_t size = bytes.size - taken;
        size = size > UPLOAD_CHUNK_BYTES ? UPLOAD_CHUNK_BYTES : size;
        size = (int64_t)size > upload->credit - upload->sent
                   ? (size_t)(upload->credit - upload->sent)
                   : size;
        struct upload_chunk chunk = {.id = upload->id, .data = bytes_of(bytes.data + taken, size)};
        if (!message_send(upload, UPLOAD_FRAME_CHUNK, &upload_chunk_message, &chunk)) {
            break;
        }
        upload->sent += (int64_t)size;
        taken += size;
    }
    upload->is_waiting = taken < bytes.size;
    upload->heard_ms = visit->gateway->boot_ms;
    return taken;
}

static void end_send(struct upload *upload)
{
    struct upload_chunk last = {.id = upload->id, .last = true};
    if (upload->is_begun && !upload->is_ended) {
        upload->is_ended = message_send(upload, UPLOAD_FRAME_CHUNK, &upload_chunk_message, &last);
    }
}

struct text upload_media_type(const struct visit *visit)
{
    const struct upload *upload = visit->page;
    return upload->begin.media_type;
}

void post_file(struct visit *visit)
{
    struct upload *upload = visit->page;
    upload->wants_end = true;
    upload->heard_ms = visit->gateway->boot_ms;
    end_send(upload);
}

void uploads_forget(struct visit *visit)
{
    struct uploads *uploads = visit->gateway->uploads;
    for (struct upload **link = &uploads->first; *link != NULL; link = &(*link)->next) {
        struct upload *upload = *link;
        if (upload->visit != visit) {
            continue;
        }
        struct upload_chunk drop = {.id = upload->id, .drop = true};
        if (upload->is_begun && !upload->is_ended) {
            (void)message_send(upload, UPLOAD_FRAME_CHUNK, &upload_chunk_message, &drop);
        }
        *link = upload->next;
        uploads->count--;
        return;
    }
}

/* -- what the services say ------------------------------------------------------------------- */

/* The hash the client announced (RFC 9530: Content-Digest: sha-256=:...:); false when it announced
 * another one than was received. */
static bool digest_agrees(const struct visit *visit, const struct hash *received)
{
    struct text header = exchange_header(visit->http, "Content-Digest");
    struct bytes wanted;
    if (!text_starts_with(header, "sha-256=:") || header.data[header.size - 1] != ':') {
        return header.data == NULL;
    }
    struct text digits = text_after(header, 9);
    digits.size--;
    return base64_decode(&visit->http->arena, digits, &wanted) &&
           bytes_equal(wanted, bytes_of(received->bytes, HASH_BYTES));
}

static void blob_arrived(struct visit *visit, const struct upload_status *status)
{
    struct blob_page page = {
        .upload = status->upload_id,
        .sha256 = status->sha256,
        .size = status->size,
        .media_type = upload_media_type(visit),
    };
    visit_answer(visit, 201, &blob_page_message, &page);
}

static void upload_finish(struct upload *upload, const struct upload_status *status)
{
    struct visit *visit = upload->visit;
    upload->wants_end = false;
    if (!digest_agrees(visit, &status->sha256)) {
        exchange_refuse(visit->http, PROBLEM_INVALID_FIELDS,
                        "what arrived does not have the hash that Content-Digest announced; send "
                        "it again");
        return;
    }
    upload->way->arrived(visit, status);
    visit_continue(visit);
}

static void status_take(struct uploads *uploads, const struct upload_status *status,
                        int64_t boot_ms)
{
    struct upload *upload = uploads->first;
    while (upload != NULL && upload->id != status->id) {
        upload = upload->next;
    }
    if (upload == NULL || upload->visit->http->phase == EXCHANGE_ANSWERED) {
        return;
    }
    struct visit *visit = upload->visit;
    upload->heard_ms = boot_ms;
    if (!text_is_empty(status->problem.type)) {
        upload->is_ended = true; /* the service has forgotten it already */
        struct problem problem =
            problem_make(&visit->http->arena, problem_type_of(status->problem.type),
                         arena_copy_text(&visit->http->arena, status->problem.detail), NULL);
        exchange_answer_problem(visit->http, &problem);
    } else if (!uuid_is_none(&status->upload_id.uuid)) {
        upload_finish(upload, status);
    } else {
        upload->credit = status->credit;
        if (upload->is_waiting && !upload->wants_end) {
            upload->is_waiting = false;
            server_resume(visit->http);
        }
    }
}

/* Tries again what could not be sent, and gives up what waited too long. */
static void uploads_tend(struct gateway *gateway)
{
    struct uploads *uploads = gateway->uploads;
    int64_t deadline_ms = options_number(gateway->options, "deadline");
    bool was_stuck = uploads->is_stuck;
    uploads->is_stuck = false;
    for (struct upload *upload = uploads->first; upload != NULL; upload = upload->next) {
        struct exchange *http = upload->visit->http;
        bool waits = upload->is_waiting || upload->wants_end;
        if (http->phase == EXCHANGE_ANSWERED) {
            continue;
        }
        if (waits && gateway->boot_ms - upload->heard_ms > deadline_ms) {
            exchange_refuse(http, PROBLEM_AWAY, "%s does not answer; send the file again",
                            targets[upload->way->target]);
            continue;
        }
        if (!upload->is_begun) {
            upload->is_begun =
                message_send(upload, UPLOAD_FRAME_BEGIN, &upload_begin_message, &upload->begin);
        }
        if (upload->wants_end) {
            end_send(upload);
        } else if (upload->is_waiting && was_stuck && upload->sent < upload->credit) {
            upload->is_waiting = false;
            server_resume(http);
        }
    }
}

void uploads_receive(struct gateway *gateway)
{
    struct uploads *uploads = gateway->uploads;
    struct link_message message;
    struct upload_status status;
    for (size_t i = 0; i < UPLOAD_TARGETS; i++) {
        while (link_receive(uploads->sockets[i], UPLOAD_MESSAGE_BYTES_MAX, &message)) {
            arena_reset(&uploads->arena);
            if (message.frame_count == 1 &&
                wire_unpack(&uploads->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &upload_status_message,
                            message.frames[0], &status, NULL) == ERR_OK) {
                status_take(uploads, &status, gateway->boot_ms);
            }
        }
    }
    uploads_tend(gateway);
}

long uploads_wait_ms(const struct gateway *gateway)
{
    const struct uploads *uploads = gateway->uploads;
    return uploads->first == NULL ? -1 : uploads->is_stuck ? RETRY_MS : 200;
}

struct link_socket *const *uploads_sockets(const struct gateway *gateway)
{
    return gateway->uploads->sockets;
}
