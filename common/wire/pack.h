/* MessagePack by the field table (encoding and decoding with msgpack-c).
 *
 * Two forms. As a MAP a message is a map from field names to values in the order of the table:
 * events, commands and queries travel and are stored so, and anybody can read them. As a ROW it is
 * an array of values in the order of the table: the shorter form of a service's own tables. Values
 * look the same in both:
 *
 *   text str · personal text str while plain, bin when sealed · bytes, ids and hashes bin ·
 *   numbers, money and times int · decimals [ten-thousandths, 4] · dates str 2026-02-28 ·
 *   enums str · records maps or arrays · lists arrays · forms maps · nested messages (WIRE_ANY)
 * maps
 *
 * Encoding is deterministic: the same record gives the same bytes. Decoding is strict: sizes, depth
 * and counts are bounded before memory is taken, values must be of their type and within their
 * bounds, a name may stand once, nothing may follow. Unknown fields are skipped (events of a newer
 * version) or refused (commands), as the caller says; where they are skipped, an unknown name in an
 * OPTIONAL enum reads as absent. Nothing here crashes on bytes from outside. */
#pragma once

#include "base/buffer.h"
#include "base/err.h"
#include "wire/errors.h"
#include "wire/field.h"

enum wire_form { WIRE_MAP, WIRE_ROW };
enum wire_unknown { WIRE_SKIP_UNKNOWN, WIRE_REFUSE_UNKNOWN };

enum { WIRE_DEPTH_MAX = 12 };

/* Appends the encoding of `record` to `buffer`. The record must be valid (wire_validate). */
void wire_pack(struct buffer *buffer, enum wire_form form, const struct wire_message *message,
               const void *record);

/* A decoder with memory that is reused from message to message. */
struct wire_reader {
    void *zone;          /* msgpack-c's object memory */
    struct arena *arena; /* lists of decoded records; the caller resets it */
};

/* A reader whose decoded lists live in `arena`. */
void wire_reader_init(struct wire_reader *reader, struct arena *arena);
void wire_reader_free(struct wire_reader *reader);

/* Decodes `bytes` into `ret_record`, a struct of `message`. Texts and bytes of the record point
 * into `bytes`, lists into the reader's arena, a WIRE_ANY into the reader until its next
 * wire_unpack. ERR_INVALID when the bytes are not a valid `message`; `errors` (may be NULL) then
 * says what is wrong, and `ret_record` may be half filled. */
enum err wire_unpack(struct wire_reader *reader, enum wire_form form, enum wire_unknown unknown,
                     const struct wire_message *message, struct bytes bytes, void *ret_record,
                     struct wire_errors *errors);

/* Decodes the nested message that `any` kept, now that its table is known. */
enum err wire_unpack_any(struct wire_reader *reader, enum wire_unknown unknown,
                         const struct wire_any *any, const struct wire_message *message,
                         void *ret_record, struct wire_errors *errors);

/* True when `bytes` is exactly one well-formed MessagePack value whose counts fit the bytes that
 * are there and whose depth is at most WIRE_DEPTH_MAX. */
bool wire_bytes_sound(struct bytes bytes);
