/* Opening and closing; files on their way in. A file waits under a key of its own until it is
 * booked or refused, a day at most: what it says of payers is kept nowhere else. */
#include "memory.h"

#include "fee.h"
#include "providers.h"

#include "base/check.h"
#include "letter/letter.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rules_shelf *fee_shelf(void *memory)
{
    return ((struct fee_memory *)memory)->shelf;
}

void fee_close(void *memory)
{
    struct fee_memory *fee = memory;
    rules_shelf_close(&fee->shelf);
    claims_close(&fee->claims);
    providers_close(&fee->providers);
    letter_fonts_close(&fee->fonts);
    free(fee);
    curl_global_cleanup();
}

/* Money is taken without a font too. */
static void fonts_open(struct fee_memory *fee, const struct options *options)
{
    if (letter_fonts_open(options_text(options, "letter-font"),
                          options_text(options, "letter-font-family"), &fee->fonts,
                          &fee->no_fonts) != ERR_OK) {
        fee->fonts = NULL;
    }
}

enum err fee_open(const struct service_start *start, void **ret_memory, struct reason *reason)
{
    struct fee_memory *fee = calloc(1, sizeof *fee);
    CHECK(fee != NULL);
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    fee->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    random_init(&fee->upload_random);
    (void)snprintf(fee->blobs, sizeof fee->blobs, "%s/statements", start->folder);
    enum err err = ERR_OK;
    if (!start->is_replay) {
        err = claims_open(start->folder, &fee->claims, reason);
    }
    if (err == ERR_OK && !start->is_replay) {
        err = blob_folders_make(fee->blobs, reason);
    }
    if (err == ERR_OK && !start->is_replay && start->options != NULL) {
        err = providers_open(start->options, &fee->providers, reason);
        fonts_open(fee, start->options);
    }
    if (err != ERR_OK) {
        fee_close(fee);
        return err;
    }
    *ret_memory = fee;
    return ERR_OK;
}

void fee_forget(void *memory)
{
    rules_shelf_forget(fee_shelf(memory));
}

void fee_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(fee_shelf(memory));
}

/* -- uploads ---------------------------------------------------------------------------------- */

/* A file on its way in. */
struct arriving {
    struct blob_writer *writer;
    struct upload_claim claim;
};

static enum problem_type problem_of(enum err err)
{
    return err == ERR_OK ? PROBLEM_NONE : PROBLEM_CANNOT_WRITE;
}

static enum problem_type file_begin(void *memory, const struct upload_begin *begin, void **ret_file)
{
    struct fee_memory *fee = memory;
    struct arriving *arriving = calloc(1, sizeof *arriving);
    CHECK(arriving != NULL);
    if (begin->session.size != CLAIM_SESSION_BYTES ||
        begin->media_type.size >= sizeof arriving->claim.media_type) {
        free(arriving);
        return PROBLEM_INVALID_FIELDS;
    }
    memcpy(arriving->claim.session, begin->session.data, CLAIM_SESSION_BYTES);
    memcpy(arriving->claim.media_type, begin->media_type.data, begin->media_type.size);
    random_fill(&fee->upload_random, arriving->claim.key, sizeof arriving->claim.key);
    enum err err =
        blob_begin(fee->blobs, arriving->claim.key, &fee->upload_random, &arriving->writer);
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
    struct fee_memory *fee = memory;
    struct arriving *arriving = file;
    struct upload_claim *claim = &arriving->claim;
    enum err err = blob_finish(&arriving->writer, &claim->facts);
    if (err == ERR_OK) {
        claim->made_ms = fee->upload_now_ms;
        err = claims_add(fee->claims, &fee->upload_random, claim);
        if (err != ERR_OK) {
            (void)blob_remove(fee->blobs, &claim->facts.sealed);
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
    struct fee_memory *fee = context;
    (void)blob_remove(fee->blobs, &claim->facts.sealed);
    return true;
}

static void files_tidy(void *memory, int64_t now_ms)
{
    struct fee_memory *fee = memory;
    fee->upload_now_ms = now_ms;
    claims_expire(fee->claims, now_ms - CLAIM_KEPT_MS, expired, fee);
}

const struct upload_sink fee_uploads = {
    .begin = file_begin,
    .write = file_write,
    .finish = file_finish,
    .drop = file_drop,
    .tidy = files_tidy,
};
