/* What fee keeps besides its tables: the rules, uploaded files of bank statements with their keys,
 * how payment providers are reached, and the font of proofs on paper. The claims are their own
 * master as to threads; the rest belongs to the writer, `upload_...` to the uploader. */
#pragma once

#include "base/options.h"
#include "crypto/claims.h"
#include "matter/rules.h"
#include "service/uploads.h"

struct letter_fonts;
struct providers;

enum { FEE_OPTION_COUNT = 7 };
extern const struct option_spec fee_options[FEE_OPTION_COUNT];

struct fee_memory {
    struct rules_shelf *shelf;
    struct providers *providers; /* NULL in a replay */
    struct claims *claims;       /* NULL in a replay */
    struct letter_fonts *fonts;  /* NULL: no proof is put on paper, and `no_fonts` says why */
    struct reason no_fonts;
    struct random_source upload_random;
    int64_t upload_now_ms; /* the uploader's time, to the minute */
    char blobs[4096];      /* folder of the files */
};

enum err fee_open(const struct service_start *start, void **ret_memory, struct reason *reason);
void fee_close(void *memory);
void fee_forget(void *memory);
void fee_committed(void *memory, uint64_t seq);

/* The shelf in the memory of this service. */
struct rules_shelf *fee_shelf(void *memory);

extern const struct upload_sink fee_uploads;
