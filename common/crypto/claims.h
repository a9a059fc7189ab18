/* Uploads that wait to be claimed by a filing: what is known of each, and its blob's key.
 *
 * A file of fixed slots beside the store: outside the log, in no digest. An upload belongs to the
 * session that made it; who claims it gets the key, which is then sealed to the subject of the
 * case, and the slot is overwritten. What nobody claims goes after a day.
 *
 * Slots are numbered; an upload's id ends in its slot's number, so that nothing has to be searched.
 * Any thread (a lock inside). */
#pragma once

#include "base/err.h"
#include "base/hash.h"
#include "base/uuid.h"
#include "crypto/blob.h"

enum { CLAIM_MEDIA_TYPE_BYTES = 64, CLAIM_SESSION_BYTES = 16 };

#define CLAIM_KEPT_MS (24 * INT64_C(3600000))

struct upload_claim {
    struct uuid upload_id;
    uint8_t session[CLAIM_SESSION_BYTES];
    uint8_t key[SEAL_KEY_BYTES];
    struct blob_facts facts;
    int64_t made_ms;
    char media_type[CLAIM_MEDIA_TYPE_BYTES];
};

struct claims;

/* Opens or makes `folder`/uploads.keys. */
enum err claims_open(const char *folder, struct claims **ret_claims, struct reason *reason);
void claims_close(struct claims **claims);

/* Keeps `claim` durably and gives it an id; ERR_FULL when too many uploads wait. */
enum err claims_add(struct claims *claims, struct random_source *random,
                    struct upload_claim *claim);

/* The upload of that id, if it waits and belongs to that session. */
bool claims_find(struct claims *claims, const struct uuid *upload_id,
                 const uint8_t session[CLAIM_SESSION_BYTES], struct upload_claim *ret_claim);

/* Overwrites the slot: the upload was claimed, or is given up. Not synced: after a crash the slot
 * may be there again, so who removes files of expired uploads looks first whether a case has them.
 */
void claims_remove(struct claims *claims, const struct uuid *upload_id);

/* Calls `visit` for every upload made before `before_ms`; those for which it returns true are
 * removed. */
void claims_expire(struct claims *claims, int64_t before_ms,
                   bool (*visit)(void *context, const struct upload_claim *claim), void *context);
