/* Uploads: a file's body on its way to a service, piece by piece, with credit (DESIGN: a third
 * pattern). One thread. */
#pragma once

#include "routes/visit.h"

struct link_socket;

/* What may be handed in, and how large it may be. */
struct file_kind {
    const char *media_type;
    int64_t bytes_max;
};

/* Where files of a route go, and what becomes of one that has arrived. */
enum upload_target { UPLOAD_TO_INTAKE, UPLOAD_TO_FEE, UPLOAD_TARGETS };

struct upload_way {
    enum upload_target target;
    const struct file_kind *kinds;
    size_t kind_count;
    const char *told; /* the kinds, for a refusal */

    /* False when the caller may not, and that was answered: before a byte is taken. May be NULL. */
    bool (*may)(struct visit *visit);

    /* The file is durable: answers, or asks. `status` is valid during the call. */
    void (*arrived)(struct visit *visit, const struct upload_status *status);
};

/* Files for filings. */
extern const struct upload_way upload_files;

/* Bank statements. */
extern const struct upload_way upload_statements;

/* The media type under which the file of this visit came. */
struct text upload_media_type(const struct visit *visit);

enum err uploads_open(struct gateway *gateway, struct reason *reason);
void uploads_close(struct gateway *gateway);

/* The headers of an upload are here. */
void uploads_begin(struct visit *visit);

/* Its next bytes: how many were taken. */
size_t uploads_data(struct visit *visit, struct bytes bytes);

/* Drops what belongs to a visit that is over. */
void uploads_forget(struct visit *visit);

/* The body is over: what a route that takes a file runs. */
void post_file(struct visit *visit);

/* What the services say, and what waited too long. */
void uploads_receive(struct gateway *gateway);
long uploads_wait_ms(const struct gateway *gateway);

/* The sockets to wait on, UPLOAD_TARGETS of them. */
struct link_socket *const *uploads_sockets(const struct gateway *gateway);
