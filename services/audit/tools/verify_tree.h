/* The tree over the record, built anew from the entries while they are walked, and held against
 * what audit keeps and what was signed.
 *
 *   tiles         every tile that audit keeps has the hashes that the entries give
 *   checkpoints   the entries up to its size give its root: the one that was signed last, and those
 *                 that somebody kept from earlier
 *
 * Two checkpoints that are both signed and cannot both be of one log prove that it was forked. For
 * the auditor's commands; one thread. */
#pragma once

#include "walk.h"

struct tree_check;

enum { TREE_CHECK_OPTIONS = 1 };
extern const struct option_spec tree_check_options[TREE_CHECK_OPTIONS];

/* Is told of everything that is wrong, a sentence each. */
struct tree_listener {
    void (*wrong)(void *context, const char *sentence);
    void *context;
};

/* Reads the keys and the checkpoints. To be called before the record's snapshot is taken, so that
 * it cannot be older than what was signed. */
enum err tree_check_open(const struct options *options, struct tree_listener listener,
                         struct tree_check **ret_check, struct reason *reason);
void tree_check_close(struct tree_check **check);

/* Takes the present entry of the walk. */
void tree_check_entry(struct tree_check *check, const struct walk *walk);

/* Behind the last entry: the tiles that are still growing, and the checkpoints beyond the end. */
void tree_check_end(struct tree_check *check, const struct walk *walk);

/* Prints what was looked at. */
void tree_check_print(const struct tree_check *check);
