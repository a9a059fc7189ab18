/* Walking the record from outside: one snapshot of audit's store, entry after entry.
 *
 * For the auditor's commands; one thread. */
#pragma once

#include "audit/audit.h"

#include "base/options.h"

struct walk {
    struct store *store;
    struct store_txn *txn;
    struct store_cursor cursor;
    struct hasher hasher;
    uint64_t end; /* the last index of the snapshot */

    /* of the present entry */
    struct log_record stored; /* its index, its chain, its bytes as kept */
    struct entry entry;
    bool is_proved;   /* its chain is the hash of the chain before it and its bytes */
    bool is_readable; /* `entry` was read */
};

/* The options that say where the record is; of every command that walks it. */
extern const struct option_spec walk_options[];
extern const size_t walk_option_count;

/* Takes a snapshot of DATA/audit. */
enum err walk_open(struct walk *walk, const struct options *options, struct reason *reason);
void walk_close(struct walk *walk);

/* The next entry; false behind the last. A gap between indexes is an entry that is not proved. */
bool walk_next(struct walk *walk);

/* True now and then in a long walk: time to say how far it is. */
bool walk_is_milestone(const struct walk *walk);
