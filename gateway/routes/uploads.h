/* Uploads: a file's body on its way to intake, piece by piece, with credit (DESIGN: a third
 * pattern). One thread. */
#pragma once

#include "routes/visit.h"

struct link_socket;

/* What may be handed in, and how large it may be. */
struct file_kind {
    const char *media_type;
    int64_t bytes_max;
};
extern const struct file_kind file_kinds[];
extern const size_t file_kind_count;

enum err uploads_open(struct gateway *gateway, struct reason *reason);
void uploads_close(struct gateway *gateway);

/* The headers of an upload are here. */
void uploads_begin(struct visit *visit);

/* Its next bytes: how many were taken. */
size_t uploads_data(struct visit *visit, struct bytes bytes);

/* Drops what belongs to a visit that is over. */
void uploads_forget(struct visit *visit);

/* What intake says, and what waited too long. */
void uploads_receive(struct gateway *gateway);
long uploads_wait_ms(const struct gateway *gateway);
struct link_socket *uploads_socket(const struct gateway *gateway);
