/* What fee keeps besides its tables: the rules, uploaded files of bank statements with their keys,
 * and how payment providers are reached. The files say whose they are as to threads; the rest
 * belongs to the writer. */
#pragma once

#include "matter/rules.h"
#include "service/waiting_files.h"

struct providers;

struct fee_memory {
    struct rules_shelf *shelf;
    struct providers *providers; /* NULL in a replay */
    struct waiting_files files;
};

enum err fee_open(const struct service_start *start, void **ret_memory, struct reason *reason);
void fee_close(void *memory);
void fee_forget(void *memory);
void fee_committed(void *memory, uint64_t seq);

/* The shelf in the memory of this service. */
struct rules_shelf *fee_shelf(void *memory);

/* What uploads work on. */
void *fee_upload_memory(void *memory);
