/* Materials: files handed in, claimed from the uploads that wait (L25: nothing is asked for that
 * the hall can have from a register). */
#include "intake.h"

#include "base/check.h"
#include "base/encoding.h"

#include <string.h>

struct text_span materials_codes(const struct material_claim_list *claims, struct arena *arena)
{
    struct text_span codes = {.items = arena_take_array(arena, claims->count, sizeof(struct text))};
    for (size_t i = 0; i < claims->count; i++) {
        codes.items[codes.count++] = claims->items[i].code;
    }
    return codes;
}

/* The upload that a claim names, if it waits for this session. */
static bool upload_find(struct decision *decision, const struct material_claim *claim,
                        struct upload_claim *ret_upload)
{
    const struct intake *intake = decision->state->memory;
    if (!waiting_files_find(&intake->files, &claim->upload, decision->principal->session,
                            ret_upload)) {
        return false;
    }
    /* Claimed by a case already, be it in this very batch. */
    return !store_has(decision->state->txn, TABLE_BLOBS,
                      bytes_of(ret_upload->facts.sealed.bytes, HASH_BYTES));
}

static void claim_check(struct decision *decision, const struct catalogue_item *item,
                        const struct material_claim_list *claims, size_t index,
                        const struct wire_path *path)
{
    const struct material_claim *claim = &claims->items[index];
    const struct catalogue_item_material *material = catalogue_item_material(item, claim->code);
    struct wire_path element = {.parent = path, .index = index};
    struct wire_path code = {.parent = &element, .name = TEXT_LITERAL("code")};
    struct wire_path upload = {.parent = &element, .name = TEXT_LITERAL("upload")};
    struct wire_path sha256 = {.parent = &element, .name = TEXT_LITERAL("sha256")};
    struct upload_claim waiting;
    if (material == NULL) {
        wire_errors_add(&decision->errors, &code, "is not a material of this item");
    } else if (material->material->from_register != NULL) {
        wire_errors_add(&decision->errors, &code,
                        "is fetched from a register by the hall; do not hand it in");
    }
    for (size_t i = 0; i < index; i++) {
        if (uuid_equal(&claims->items[i].upload.uuid, &claim->upload.uuid)) {
            wire_errors_add(&decision->errors, &upload, "is handed in twice");
            return;
        }
    }
    if (!upload_find(decision, claim, &waiting)) {
        wire_errors_add(&decision->errors, &upload,
                        "is not an upload of this session that waits; upload the file again");
    } else if (!hash_is_none(&claim->sha256) && !hash_equal(&claim->sha256, &waiting.facts.plain)) {
        wire_errors_add(&decision->errors, &sha256,
                        "does not match the file that was received; upload it again");
    }
}

void materials_check(struct decision *decision, const struct catalogue_item *item,
                     const struct material_claim_list *claims, const struct wire_path *path)
{
    for (size_t i = 0; i < claims->count; i++) {
        claim_check(decision, item, claims, i, path);
    }
}

static struct personal hex_personal(struct arena *arena, const uint8_t *bytes, size_t size)
{
    return personal_of(hex_text(arena, bytes_of(bytes, size)));
}

/* Biometrics and health never enter an event (L61): of such a file it holds no name that was given
 * to it and no hash of the content, only what finds the sealed file and opens it. */
static bool is_sensitive(const struct catalogue_item *item, struct text code)
{
    const struct catalogue_item_material *material = catalogue_item_material(item, code);
    return material != NULL && material->sensitive;
}

struct material_filed_list materials_claim(struct decision *decision,
                                           const struct catalogue_item *item,
                                           const struct material_claim_list *claims)
{
    struct arena *arena = decision->arena;
    struct material_filed_list filed = {
        .items = arena_take_array(arena, claims->count, sizeof *filed.items)};
    for (size_t i = 0; i < claims->count; i++) {
        struct upload_claim waiting;
        CHECK(upload_find(decision, &claims->items[i], &waiting));
        struct material_filed *material = &filed.items[filed.count++];
        *material = (struct material_filed){
            .code = claims->items[i].code,
            .upload = {waiting.upload_id},
            .sealed = waiting.facts.sealed,
            .size = (int64_t)waiting.facts.size,
            .media_type = arena_copy_text(arena, text_of(waiting.media_type)),
            .key = hex_personal(arena, waiting.key, sizeof waiting.key),
        };
        if (!is_sensitive(item, material->code)) {
            material->filename = claims->items[i].filename;
            material->sha256 = hex_personal(arena, waiting.facts.plain.bytes, HASH_BYTES);
        }
    }
    return filed;
}

/* The key of the `place`-th event that brought something for a case. */
static struct key filed_place_key(const struct uuid *case_id, uint64_t place)
{
    struct key key = key_of_uuid(case_id);
    key_add_u64(&key, place);
    return key;
}

void filed_note(struct state *state, const struct event *event,
                const struct material_filed_list *materials)
{
    struct intake *intake = state->memory;
    const struct uuid *id = &event->envelope->case_id.uuid;
    uint64_t place = 0;
    uint8_t seq[8];
    struct key key = filed_place_key(id, place);
    while (store_has(state->txn, TABLE_FILED, key_bytes(&key))) {
        key = filed_place_key(id, ++place);
    }
    write_be64(seq, event->seq);
    store_put(state->txn, TABLE_FILED, key_bytes(&key), bytes_of(seq, sizeof seq));
    for (size_t i = 0; i < materials->count; i++) {
        store_put(state->txn, TABLE_BLOBS, bytes_of(materials->items[i].sealed.bytes, HASH_BYTES),
                  bytes_of(id->bytes, UUID_BYTES));
        /* Once the batch is durable the slot of the upload is overwritten; one that is not noted
         * here goes when it is a day old. */
        if (intake->claimed_count < CLAIMS_PER_BATCH_MAX) {
            intake->claimed[intake->claimed_count++] = materials->items[i].upload.uuid;
        }
    }
}

/* -- uploads --------------------------------------------------------------------------------------
 */

void *upload_memory(void *memory)
{
    struct intake *intake = memory;
    return &intake->files;
}

bool material_is_claimed(void *context, const struct hash *sealed)
{
    struct intake *intake = context;
    struct store_txn *txn = NULL;
    if (store_begin_read(intake->store, &txn) != ERR_OK) {
        return true; /* when in doubt a file is kept */
    }
    bool claimed = store_has(txn, TABLE_BLOBS, bytes_of(sealed->bytes, HASH_BYTES)) ||
                   store_error(txn) != ERR_OK;
    store_end_read(&txn);
    return claimed;
}
