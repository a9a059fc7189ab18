/* A service's state as its functions see it: tables of rows, each row a declared message.
 *
 * Rows are stored in the row form of the wire (wire/pack.h) and copied into the batch's arena when
 * read, so that they stay valid until the batch ends, whatever is written meanwhile. Only `apply`
 * may write. A stored row that cannot be read is corruption: it fails the transaction. */
#pragma once

#include "store/store.h"
#include "wire/pack.h"

struct service;

struct state {
    const struct service *service; /* whose state it is; NULL when it is only read */
    struct store_txn *txn;
    struct arena *arena; /* of the batch or the request */
    struct wire_reader reader;
    struct buffer buffer;
    bool writable;
    void *memory; /* what the service keeps besides its tables: caches, keys (service.h) */
};

void state_init(struct state *state, struct arena *arena, void *memory);
void state_free(struct state *state);

/* The row at `key`; false when there is none. */
bool state_get(struct state *state, size_t table, struct bytes key,
               const struct wire_message *message, void *ret_row);

/* Decodes a value that a cursor found. False when it is corrupt (the transaction then fails). */
bool state_row(struct state *state, struct bytes value, const struct wire_message *message,
               void *ret_row);
void state_put(struct state *state, size_t table, struct bytes key,
               const struct wire_message *message, const void *row);
void state_delete(struct state *state, size_t table, struct bytes key);

/* A key built from parts, in an order that sorts as the parts do. */
struct key {
    uint8_t data[STORE_KEY_BYTES_MAX];
    size_t size;
};

struct key key_make(void);
struct key key_of_uuid(const struct uuid *uuid);
struct key key_of_text(struct text text);
void key_add_uuid(struct key *key, const struct uuid *uuid);
void key_add_u64(struct key *key, uint64_t value);
void key_add_byte(struct key *key, uint8_t value);
void key_add_bytes(struct key *key, struct bytes bytes);

/* Text with a zero byte behind it, so that a shorter text sorts first and parts stay apart. */
void key_add_text(struct key *key, struct text text);
struct bytes key_bytes(const struct key *key);

/* True when `key` begins with `prefix`: how a scan over one part ends. */
bool key_has_prefix(struct bytes key, const struct key *prefix);
