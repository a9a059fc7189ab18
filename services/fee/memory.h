/* What fee keeps besides its tables: the rules, uploaded files of bank statements with their keys,
 * how payment providers are reached, and the font of proofs on paper. The files say whose they
 * are as to threads; the rest belongs to the writer. */
#pragma once

#include "base/options.h"
#include "matter/rules.h"
#include "service/waiting_files.h"

struct letter_fonts;
struct providers;

enum { FEE_OPTION_COUNT = 7 };
extern const struct option_spec fee_options[FEE_OPTION_COUNT];

struct fee_memory {
    struct rules_shelf *shelf;
    struct providers *providers; /* NULL in a replay */
    struct waiting_files files;
    struct letter_fonts *fonts; /* NULL: no proof is put on paper, and `no_fonts` says why */
    struct reason no_fonts;
};

enum err fee_open(const struct service_start *start, void **ret_memory, struct reason *reason);
void fee_close(void *memory);
void fee_forget(void *memory);
void fee_committed(void *memory, uint64_t seq);

/* The shelf in the memory of this service. */
struct rules_shelf *fee_shelf(void *memory);

/* What uploads work on. */
void *fee_upload_memory(void *memory);
