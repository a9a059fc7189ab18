/* Field tables: the one declaration of a message.
 *
 * Every event, command, query, answer and stored row is declared once, as a table of fields with
 * type, bounds, presence and a line of documentation (declare.h shows how). Everything else comes
 * from the table: MessagePack (pack.h), JSON (json.h), validation (validate.h), the sealing of
 * personal values (personal.h), OpenAPI schemas and the reference pages (schema.h).
 *
 * Absence. A value that is zero is absent: the empty text, the all-zero id or hash, the empty list,
 * time 0, the day 1970-01-01, the number 0, false. An OPTIONAL field that is absent is left out of
 * the encoding; a REQUIRED field is always written, and must be there when reading.
 *
 * Text is personal unless its type says PUBLIC_TEXT. */
#pragma once

#include "base/arena.h"
#include "base/bytes.h"
#include "base/datetime.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/uuid.h"

enum wire_type {
    WIRE_PUBLIC_TEXT, /* struct text       UTF-8, 1..max characters */
    WIRE_TEXT,    /* struct personal   UTF-8, personal: plain in memory only, sealed elsewhere */
    WIRE_BYTES,   /* struct bytes      up to max bytes */
    WIRE_BOOL,    /* bool */
    WIRE_INT,     /* int64_t           min..max */
    WIRE_FEN,     /* int64_t           money, min..max fen */
    WIRE_DECIMAL, /* struct decimal    min..max whole units */
    WIRE_TIME,    /* int64_t           milliseconds since 1970, UTC */
    WIRE_DATE,    /* struct date       a day in the hall's zone */
    WIRE_ENUM,    /* an enum           one of a declared list of names */
    WIRE_ID,      /* a one-member struct around a struct uuid */
    WIRE_HASH,    /* struct hash       SHA-256 */
    WIRE_RECORD,  /* an embedded struct */
    WIRE_LIST,    /* { items, count }  of records, list_min..list_max of them */
    WIRE_TEXTS,   /* struct text_list  of public texts, list_min..list_max of them */
    WIRE_BLOBS,   /* struct bytes_list of byte strings, up to list_max of them */
    WIRE_FORM,    /* struct form       open map, checked against an item's form fields */
    WIRE_ANY,     /* struct wire_any   a message whose table another field names */
};

enum wire_presence { OPTIONAL, REQUIRED };

/* A personal value. Plain, it is UTF-8 text; sealed, only the vault can read it. */
struct personal {
    struct bytes value;
    bool sealed;
};

struct text_list {
    struct text *items;
    size_t count;
};

struct bytes_list {
    struct bytes *items;
    size_t count;
};

enum form_kind { FORM_NONE, FORM_TEXT, FORM_PERSONAL, FORM_DECIMAL, FORM_BOOL };

/* One answer of a form. What a person typed is FORM_PERSONAL until the item's field says that it
 * may be public. */
struct form_entry {
    struct text name;
    enum form_kind kind;
    struct text text;         /* FORM_TEXT */
    struct personal personal; /* FORM_PERSONAL */
    struct decimal decimal;   /* FORM_DECIMAL */
    bool boolean;             /* FORM_BOOL */
};

struct form {
    struct form_entry *items;
    size_t count;
};

enum { FORM_NAME_CHARACTERS = 64 };

struct wire_message;

/* A nested message. To be written: `message` and `data`. Read from bytes: `encoded`, to be decoded
 * with wire_unpack_any once its table is known, or written again as it was read. */
struct wire_any {
    const struct wire_message *message;
    const void *data;
    const void *encoded;
};

struct wire_enum_value {
    const char *name;
    const char *doc;
};

/* The names of an enum; its members are 1.. in this order, 0 is absence. */
struct wire_enum {
    const char *name;
    const struct wire_enum_value *values;
    size_t count;
};

struct wire_field {
    const char *name;
    size_t name_size;
    enum wire_type type;
    enum wire_presence presence;
    size_t offset;
    int64_t min;
    int64_t max;
    size_t list_min;
    size_t list_max;
    const struct wire_enum *enumeration; /* WIRE_ENUM */
    const struct wire_message *record;   /* WIRE_RECORD, WIRE_LIST */
    const char *doc;
};

enum wire_kind {
    WIRE_KIND_RECORD,
    WIRE_KIND_EVENT,
    WIRE_KIND_COMMAND,
    WIRE_KIND_QUERY,
    WIRE_KIND_ANSWER,
    WIRE_KIND_ROW,
};

struct wire_message {
    const char *name; /* `fee.bill_issued.v1`; for a record the name of its schema */
    enum wire_kind kind;
    const struct wire_field *fields;
    size_t field_count;
    size_t size; /* of the struct */
    const char *doc;
};

/* All messages that one vocabulary declares, in the order of its list. */
struct wire_vocabulary {
    const char *name;
    const struct wire_message *const *messages;
    size_t count;
};

/* The message of that name, or NULL. */
const struct wire_message *wire_find(const struct wire_vocabulary *vocabulary, struct text name);

/* The field of that name and its index, or NULL. `hint` is the index to try first: encodings keep
 * the order of the table, so the search is usually one comparison. */
const struct wire_field *wire_field_find(const struct wire_message *message, struct text name,
                                         size_t hint, size_t *ret_index);

/* Where the field's value lies inside `record`. */
const void *wire_value(const struct wire_field *field, const void *record);
void *wire_place(const struct wire_field *field, void *record);

/* True when the field's value is its zero. */
bool wire_is_absent(const struct wire_field *field, const void *record);

/* The items of a WIRE_LIST: the array and how many there are. */
const void *wire_list_items(const struct wire_field *field, const void *record, size_t *ret_count);

/* The name of an enum's member; the absent text for 0 or a value outside. */
struct text wire_enum_name(const struct wire_enum *enumeration, int value);

/* The member of that name, 0 when there is none. */
int wire_enum_value(const struct wire_enum *enumeration, struct text name);

/* The entry of that name, or NULL. */
const struct form_entry *form_find(const struct form *form, struct text name);

/* A plain personal value made of text; the view is kept. */
struct personal personal_of(struct text text);

/* The text of a plain personal value; absent when it is sealed. */
struct text personal_text(struct personal personal);
