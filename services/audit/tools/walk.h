/* Walking the record from outside, entry after entry: one snapshot of audit's store, or a mirror of
 * the log in a folder.
 *
 * A mirror has each entry's bytes alone, as they are hashed: whose they are stands in them, and
 * their place in that log is counted. From those the chain follows, so an entry, its chain and its
 * index are the same from either. For the auditor's commands; one thread. */
#pragma once

#include "audit/audit.h"
#include "mirror_folder.h"

#include "base/options.h"

enum { WALK_SOURCES_MAX = 16 };

/* How far a service's log has come in a mirror. */
struct walk_source {
    char name[SOURCE_CHARACTERS + 1];
    uint64_t seq;
};

struct walk {
    struct store *store; /* NULL for a mirror */
    struct store_txn *txn;
    struct store_cursor cursor;
    struct hasher hasher;
    uint64_t end; /* the last index */

    /* of the present entry; what it points to is valid until the next */
    struct log_record stored; /* its index, its chain, its bytes as audit keeps them */
    struct entry entry;
    bool is_proved;   /* it is what the chain, or the checkpoint, says */
    bool is_readable; /* `entry` was read */

    /* of a mirror */
    bool is_mirror;
    struct mirror mirror;
    struct arena bundle_arena;
    struct bytes bundle[TILE_HASHES];
    bool bundle_proved[TILE_HASHES];
    unsigned bundle_width;
    struct wire_reader reader;
    struct arena reader_arena;
    struct buffer kept; /* the entry as audit keeps it */
    struct walk_source sources[WALK_SOURCES_MAX];
    size_t source_count;
};

/* The options that say where the record is; of every command that walks it. */
enum { WALK_OPTIONS = 4, WALK_FOLDER_OPTIONS = 2 };
extern const struct option_spec walk_options[WALK_OPTIONS];
extern const size_t walk_option_count;

/* The last of them alone: how a folder is read that is named otherwise. */
extern const struct option_spec *const walk_folder_options;

/* The hall's data folder: what --data gives, or ./var where --from is not given either; NULL where
 * there is a mirror alone. */
const char *walk_data(const struct options *options);

/* Opens what --from or --data names. ERR_CORRUPT when it is a mirror that is not what was signed.
 */
enum err walk_open(struct walk *walk, const struct options *options, struct reason *reason);

/* Opens a folder, which is a mirror, or the data folder of a hall. */
enum err walk_open_folder(struct walk *walk, const char *folder, const struct options *options,
                          struct reason *reason);
void walk_close(struct walk *walk);

/* The next entry; false behind the last. A gap between indexes is an entry that is not proved. */
bool walk_next(struct walk *walk);

/* True now and then in a long walk: time to say how far it is. */
bool walk_is_milestone(const struct walk *walk);

/* Says so on standard error when it is time. */
void walk_progress(const struct walk *walk, const char *command);
