/* The signer: says under the hall's name how far the record is (C2SP tlog-checkpoint).
 *
 *   FOLDER.keys/log    the signing keys, one a line, the oldest first; each signs. Mode 0600.
 *   FOLDER.keys/last   the checkpoint that was signed last: durable before anybody sees it
 *   FOLDER.vkey        the keys that check the signatures, for everybody
 *
 * A log never signs two checkpoints that do not fit together. What was signed last is therefore
 * kept apart from the store: a store that does not contain it (an older backup, another one) is
 * refused when it is opened, and nothing is signed any more.
 *
 * signer_open and signer_close belong to the writer's thread, signer_look to the tender's; the
 * other functions may be called from any. */
#pragma once

#include "tree.h"

#include "base/options.h"
#include "transparency/checkpoint.h"

struct logger;
struct signer;

/* The name of a log that was given none. */
#define ORIGIN_USUAL "glasshall.localhost/v1/log"

/* Reads the keys, or makes the first one for a record that is empty. ERR_DIVERGED when the store
 * does not contain what was signed, ERR_DENIED when a key is missing or open to others, each with
 * what to do in the reason. */
enum err signer_open(const struct options *options, const char *folder, struct store *store,
                     struct signer **ret_signer, struct reason *reason);
void signer_close(struct signer **signer);

/* Signs the tree of the snapshot when it has grown. ERR_CORRUPT when the tree does not contain what
 * was signed last: the process must not go on. A checkpoint that cannot be written is tried again
 * by the next call. */
enum err signer_look(struct signer *signer, struct store_txn *txn, struct arena *arena,
                     const struct logger *logger);

/* The checkpoint to show, and how long the log was then: the newest that enough witnesses signed,
 * as long as they keep up; otherwise the newest. */
struct text signer_checkpoint(struct signer *signer, struct arena *arena, uint64_t *ret_size);

/* The newest, as the hall alone signed it. */
struct text signer_newest(struct signer *signer, struct arena *arena, uint64_t *ret_size);

/* The name of the log. */
struct text signer_origin(const struct signer *signer);

/* Opens a checkpoint that this hall signed, whoever shows it; false for any other. */
bool signer_opens(const struct signer *signer, struct text note, struct arena *arena,
                  struct checkpoint *ret_checkpoint);

/* -- for the cosigner ----------------------------------------------------------------------- */

/* Nothing is signed until signer_go_on: the witnesses are asked first what they know. */
void signer_wait_for_witnesses(struct signer *signer);
void signer_go_on(struct signer *signer);

/* Shows the newest checkpoint with the witnesses' signatures. */
void signer_show_cosigned(struct signer *signer, struct text note, uint64_t size);

/* The verifier keys, one a line. */
struct text signer_keys(struct signer *signer, struct arena *arena);
