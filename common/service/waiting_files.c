#include "service/waiting_files.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file on its way in. */
struct arriving {
    struct blob_writer *writer;
    struct upload_claim claim;
};

enum err waiting_files_open(struct waiting_files *files, const struct service_start *start,
                            const char *name, struct reason *reason)
{
    random_init(&files->random);
    (void)snprintf(files->folder, sizeof files->folder, "%s/%s", start->folder, name);
    if (start->is_replay) {
        return ERR_OK;
    }
    enum err err = claims_open(start->folder, &files->claims, reason);
    return err == ERR_OK ? blob_folders_make(files->folder, reason) : err;
}

void waiting_files_close(struct waiting_files *files)
{
    claims_close(&files->claims);
}

bool waiting_files_find(const struct waiting_files *files, const struct upload_id *upload,
                        struct bytes session, struct upload_claim *ret_claim)
{
    return files->claims != NULL && session.size == CLAIM_SESSION_BYTES &&
           claims_find(files->claims, &upload->uuid, session.data, ret_claim);
}

/* -- the sink ------------------------------------------------------------------------------- */

static enum problem_type problem_of(enum err err)
{
    return err == ERR_OK ? PROBLEM_NONE : PROBLEM_CANNOT_WRITE;
}

static enum problem_type file_begin(void *memory, const struct upload_begin *begin, void **ret_file)
{
    struct waiting_files *files = memory;
    struct arriving *arriving = calloc(1, sizeof *arriving);
    CHECK(arriving != NULL);
    struct upload_claim *claim = &arriving->claim;
    if (begin->session.size != CLAIM_SESSION_BYTES ||
        begin->media_type.size >= sizeof claim->media_type) {
        free(arriving);
        return PROBLEM_INVALID_FIELDS;
    }
    memcpy(claim->session, begin->session.data, CLAIM_SESSION_BYTES);
    memcpy(claim->media_type, begin->media_type.data, begin->media_type.size);
    random_fill(&files->random, claim->key, sizeof claim->key);
    enum err err = blob_begin(files->folder, claim->key, &files->random, &arriving->writer);
    if (err != ERR_OK) {
        free(arriving);
        return problem_of(err);
    }
    *ret_file = arriving;
    return PROBLEM_NONE;
}

static enum problem_type file_write(void *memory, void *file, struct bytes bytes)
{
    struct arriving *arriving = file;
    (void)memory;
    return problem_of(blob_write(arriving->writer, bytes));
}

static enum problem_type file_finish(void *memory, void *file, struct upload_outcome *ret_outcome)
{
    struct waiting_files *files = memory;
    struct arriving *arriving = file;
    struct upload_claim *claim = &arriving->claim;
    enum err err = blob_finish(&arriving->writer, &claim->facts);
    if (err == ERR_OK) {
        claim->made_ms = files->now_ms;
        err = claims_add(files->claims, &files->random, claim);
        if (err != ERR_OK) {
            (void)blob_remove(files->folder, &claim->facts.sealed);
        }
    }
    if (err == ERR_OK) {
        *ret_outcome = (struct upload_outcome){.upload_id = {claim->upload_id},
                                               .sha256 = claim->facts.plain,
                                               .size = (int64_t)claim->facts.size};
    }
    free(arriving);
    return problem_of(err);
}

static void file_drop(void *memory, void *file)
{
    struct arriving *arriving = file;
    (void)memory;
    blob_drop(&arriving->writer);
    free(arriving);
}

static bool expired(void *context, const struct upload_claim *claim)
{
    struct waiting_files *files = context;
    if (files->is_claimed == NULL || !files->is_claimed(files->context, &claim->facts.sealed)) {
        (void)blob_remove(files->folder, &claim->facts.sealed);
    }
    return true;
}

static void files_tidy(void *memory, int64_t now_ms)
{
    struct waiting_files *files = memory;
    files->now_ms = now_ms;
    claims_expire(files->claims, now_ms - CLAIM_KEPT_MS, expired, files);
}

const struct upload_sink waiting_files_sink = {
    .begin = file_begin,
    .write = file_write,
    .finish = file_finish,
    .drop = file_drop,
    .tidy = files_tidy,
};
