/* Files that wait to be claimed: the sink of every service that takes files.
 *
 * A file is sealed under a key of its own into a folder of blobs (crypto/blob.h); a slot of
 * `uploads.keys` holds its key and belongs to the session that made it (crypto/claims.h). Who
 * claims it finds it here and removes the slot; what nobody claims goes after a day.
 *
 * The claims are their own master as to threads; `random` and `now_ms` belong to the uploader. */
#pragma once

#include "crypto/claims.h"
#include "service/service.h"
#include "service/uploads.h"

struct waiting_files {
    struct claims *claims; /* NULL in a replay: no file waits */
    char folder[4096];     /* of the blobs */
    struct random_source random;
    int64_t now_ms; /* the uploader's time, to the minute */

    /* True when the blob is somebody's by now, though its slot is still there: it stays when the
     * slot goes. NULL: such a slot is the only one that knows of its blob. */
    bool (*is_claimed)(void *context, const struct hash *sealed);
    void *context;
};

/* Opens the slots and the folder of blobs called `name` in the service's own folder; in a replay it
 * only says which folder that is. */
enum err waiting_files_open(struct waiting_files *files, const struct service_start *start,
                            const char *name, struct reason *reason);
void waiting_files_close(struct waiting_files *files);

/* The file of that id, if it waits and belongs to that session. */
bool waiting_files_find(const struct waiting_files *files, const struct upload_id *upload,
                        struct bytes session, struct upload_claim *ret_claim);

/* Works on a struct waiting_files. */
extern const struct upload_sink waiting_files_sink;
