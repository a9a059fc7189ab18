/* The services' own programs, run for what they say of a store: digests of a live one, or of one
 * that they rebuild from a record. One thread. */
#pragma once

#include "digests.h"

struct programs {
    const char *folder; /* where they are */
    const char *work;   /* where their output goes */
    const char *record; /* the exported record */
    int64_t map_bytes;
    struct arena *arena;
};

/* The tables of the store DATA/service. */
enum err program_digest(const struct programs *programs, const char *service, const char *data,
                        struct digests *ret_digests, struct reason *reason);

/* Rebuilds the service into the empty folder, up to its own record `until` (0: all), and tells its
 * tables. */
enum err program_rebuild(const struct programs *programs, const char *service, const char *folder,
                         int64_t until, struct digests *ret_digests, struct reason *reason);

/* Removes a folder and what is in it. */
void programs_clear(const char *folder);
