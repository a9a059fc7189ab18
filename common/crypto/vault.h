/* The vault: the keys of the people whose personal values are sealed (DESIGN: personal data).
 *
 * A file of fixed slots beside intake's store, one per subject. Slots are filled with random keys
 * ahead of their use, in blocks that are made durable at once, so that filing a case needs no sync
 * of its own: that a slot is somebody's says the log. Overwriting a slot with zeros makes
 * everything sealed under it unreadable for ever, wherever copies of it lie.
 *
 *   page 0   magic, version, the keys for search and for tracking codes, and the position of the
 *            log that the search hashes cover
 *   slot n   key[32], seed of the key pair[32], keyed hashes of id number and phone[16 each]
 *
 * README.md has the bytes. Keyed hashes lead from an id number or a phone to the subjects of a
 * person; they are written after the commit and synced in blocks, and what a crash loses of them is
 * caught up from the log. Slots are numbered from 1. The writer thread changes; other threads may
 * read keys and search at the same time. */
#pragma once

#include "base/err.h"
#include "base/random.h"
#include "crypto/seal.h"

struct vault;

struct vault_keys {
    uint8_t key[SEAL_KEY_BYTES];
    uint8_t box_seed[SEAL_KEY_BYTES];
};

/* Opens or makes `folder`/vault.keys, with strict modes. */
enum err vault_open(const char *folder, struct random_source *random, struct vault **ret_vault,
                    struct reason *reason);
void vault_close(struct vault **vault);

/* Makes the slots up to `subject` ready and durable. Cheap when they are. */
enum err vault_reserve(struct vault *vault, struct random_source *random, uint64_t subject);

/* The keys of `subject`; false when its slot is not filled or was erased. */
bool vault_keys(const struct vault *vault, uint64_t subject, struct vault_keys *ret_keys);

/* What a sealed value hides; false when its subject is erased or the value was changed. */
bool vault_unseal(const struct vault *vault, struct bytes sealed, struct arena *arena,
                  struct bytes *ret_plain);

/* Overwrites the slot with zeros and syncs. */
enum err vault_erase(struct vault *vault, uint64_t subject);

/* -- search ------------------------------------------------------------------------------------ */

enum vault_search_kind { VAULT_ID_NUMBER, VAULT_PHONE };

/* Notes by what the subject can be found; absent texts leave no hash. Durable after vault_sync. */
void vault_note(struct vault *vault, uint64_t subject, struct text id_number, struct text phone);

/* Makes the hashes noted so far durable, with the position of the log that they cover. */
enum err vault_sync(struct vault *vault, uint64_t log_seq);

/* The position up to which the hashes are durable: behind it they are noted again at start. */
uint64_t vault_noted_to(const struct vault *vault);

/* The subjects found by `value`, at most `capacity`, the latest first. Reads every slot. */
size_t vault_search(const struct vault *vault, enum vault_search_kind kind, struct text value,
                    uint64_t *ret_subjects, size_t capacity);

/* `subject` and all others with its identity number, at most `capacity`, the latest first: the same
 * person as other filings know him. Of who gave none, and who was erased, `subject` alone. */
size_t vault_alike(const struct vault *vault, uint64_t subject, uint64_t *ret_subjects,
                   size_t capacity);

/* True when `subject` is found by `value`. */
bool vault_knows(const struct vault *vault, uint64_t subject, enum vault_search_kind kind,
                 struct text value);

/* -- tracking codes ---------------------------------------------------------------------------- */

/* The 60-bit code that opens the case of that id, derived anew each time: it is stored nowhere. */
uint64_t vault_code(const struct vault *vault, const struct uuid *case_id);
