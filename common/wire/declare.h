/* How a message is declared: once, in the header of its vocabulary.
 *
 *     #define FEE_BILL_LINE(F, S)                                                                \
 *         F(S, fee_code,   PUBLIC_TEXT(40),           REQUIRED, "code of the fee")               \
 *         F(S, quantity,   DECIMAL(0, 1000000),       REQUIRED, "how many units are charged")    \
 *         F(S, amount_fen, FEN(0, FEN_MAX),           REQUIRED, "what this line costs")
 *
 *     #define FEE_VOCABULARY(M)                                                                  \
 *         M(RECORD, fee_bill_line,   FEE_BILL_LINE,   "fee.bill_line",      "One line of a bill.")
 *         M(EVENT,  fee_bill_issued, FEE_BILL_ISSUED, "fee.bill_issued.v1", "A bill was issued.")
 *
 *     WIRE_DECLARE_VOCABULARY(fee_vocabulary, FEE_VOCABULARY)
 *
 * declares `struct fee_bill_line`, `struct fee_bill_line_list`, `fee_bill_line_message` and so on;
 * WIRE_DEFINE_VOCABULARY in one source file defines the tables. A record must stand in the list
 * before the messages that use it. Types and their bounds:
 *
 *     PUBLIC_TEXT(characters)  TEXT(characters)  BYTES(bytes)  BOOL  TIME  DATE  HASH
 *     INT(min, max)  FEN(min, max)  DECIMAL(min, max)  ENUM(name)  ID(name)
 *     RECORD(name)  LIST(name, min, max)  TEXTS(characters, min, max)  BLOBS(bytes, max)
 *     FORM(max)  ANY
 *
 * An enum and an id are declared the same way, before the messages that use them:
 *
 *     #define CHANNEL_VALUES(V)                                                                  \
 *         V(CHANNEL_ONLINE, "online", "through the portal")                                      \
 *         V(CHANNEL_WINDOW, "window", "at a window of the hall")
 *     WIRE_DECLARE_ENUM(channel, CHANNEL_VALUES)
 *     WIRE_DECLARE_ID(case_id) */
#pragma once

#include "wire/field.h"

#include <stddef.h>

/* The largest sum of money the hall handles, in fen. */
#define FEN_MAX INT64_C(1000000000000000)

/* -- ids and enums ------------------------------------------------------------------------- */

/* Ids are structs with one member, so that a bill cannot be passed for a case. */
#define WIRE_DECLARE_ID(name)                                                                      \
    struct name {                                                                                  \
        struct uuid uuid;                                                                          \
    };

#define WIRE_ENUM_MEMBER(member, name, doc) member,
#define WIRE_ENUM_ROW(member, name, doc)    {name, doc},

#define WIRE_DECLARE_ENUM(enum_name, values)                                                       \
    enum enum_name { enum_name##_absent, values(WIRE_ENUM_MEMBER) };                               \
    extern const struct wire_enum enum_name##_enum;

#define WIRE_DEFINE_ENUM(enum_name, list)                                                          \
    static const struct wire_enum_value enum_name##_values[] = {list(WIRE_ENUM_ROW)};              \
    const struct wire_enum enum_name##_enum = {                                                    \
        .name = #enum_name,                                                                        \
        .values = enum_name##_values,                                                              \
        .count = sizeof enum_name##_values / sizeof enum_name##_values[0],                         \
    };

/* -- the C type of each wire type ----------------------------------------------------------- */

#define WIRE_C_PUBLIC_TEXT(characters)     struct text
#define WIRE_C_TEXT(characters)            struct personal
#define WIRE_C_BYTES(limit)                struct bytes
#define WIRE_C_BOOL                        bool
#define WIRE_C_INT(min, max)               int64_t
#define WIRE_C_FEN(min, max)               int64_t
#define WIRE_C_DECIMAL(min, max)           struct decimal
#define WIRE_C_TIME                        int64_t
#define WIRE_C_DATE                        struct date
#define WIRE_C_ENUM(name)                  enum name
#define WIRE_C_ID(name)                    struct name
#define WIRE_C_HASH                        struct hash
#define WIRE_C_RECORD(name)                struct name
#define WIRE_C_LIST(name, min, max)        struct name##_list
#define WIRE_C_TEXTS(characters, min, max) struct text_list
#define WIRE_C_BLOBS(limit, max)           struct bytes_list
#define WIRE_C_FORM(max)                   struct form
#define WIRE_C_ANY                         struct wire_any

/* -- the table row of each wire type --------------------------------------------------------- */

#define WIRE_T_PUBLIC_TEXT(characters) .type = WIRE_PUBLIC_TEXT, .max = (characters)
#define WIRE_T_TEXT(characters)        .type = WIRE_TEXT, .max = (characters)
#define WIRE_T_BYTES(limit)            .type = WIRE_BYTES, .max = (limit)
#define WIRE_T_BOOL                    .type = WIRE_BOOL
#define WIRE_T_INT(low, high)          .type = WIRE_INT, .min = (low), .max = (high)
#define WIRE_T_FEN(low, high)          .type = WIRE_FEN, .min = (low), .max = (high)
#define WIRE_T_DECIMAL(low, high)      .type = WIRE_DECIMAL, .min = (low), .max = (high)
#define WIRE_T_TIME                    .type = WIRE_TIME
#define WIRE_T_DATE                    .type = WIRE_DATE
#define WIRE_T_ENUM(name)              .type = WIRE_ENUM, .enumeration = &name##_enum
#define WIRE_T_ID(name)                .type = WIRE_ID
#define WIRE_T_HASH                    .type = WIRE_HASH
#define WIRE_T_RECORD(name)            .type = WIRE_RECORD, .record = &name##_message
#define WIRE_T_LIST(name, low, high)                                                               \
    .type = WIRE_LIST, .record = &name##_message, .list_min = (low), .list_max = (high)
#define WIRE_T_TEXTS(characters, low, high)                                                        \
    .type = WIRE_TEXTS, .max = (characters), .list_min = (low), .list_max = (high)
#define WIRE_T_BLOBS(limit, high) .type = WIRE_BLOBS, .max = (limit), .list_max = (high)
#define WIRE_T_FORM(high)         .type = WIRE_FORM, .list_max = (high)
#define WIRE_T_ANY                .type = WIRE_ANY

/* -- messages --------------------------------------------------------------------------------- */

#define WIRE_STRUCT_MEMBER(message, member, type, is_required, text) WIRE_C_##type member;
#define WIRE_TABLE_ROW(message, member, spec, is_required, text)                                   \
    {.name = #member,                                                                              \
     .name_size = sizeof(#member) - 1,                                                             \
     .presence = is_required,                                                                      \
     .offset = offsetof(struct message, member),                                                   \
     .doc = text,                                                                                  \
     WIRE_T_##spec},

#define WIRE_DECLARE_MESSAGE(kind, message, fields, type, text)                                    \
    struct message {                                                                               \
        fields(WIRE_STRUCT_MEMBER, message)                                                        \
    };                                                                                             \
    struct message##_list {                                                                        \
        struct message *items;                                                                     \
        size_t count;                                                                              \
    };                                                                                             \
    extern const struct wire_message message##_message;

#define WIRE_DEFINE_MESSAGE(wire_kind_name, message, field_list, type, text)                       \
    static const struct wire_field message##_fields[] = {field_list(WIRE_TABLE_ROW, message)};     \
    const struct wire_message message##_message = {                                                \
        .name = type,                                                                              \
        .kind = WIRE_KIND_##wire_kind_name,                                                        \
        .fields = message##_fields,                                                                \
        .field_count = sizeof message##_fields / sizeof message##_fields[0],                       \
        .size = sizeof(struct message),                                                            \
        .doc = text,                                                                               \
    };

#define WIRE_LIST_MESSAGE(kind, message, fields, type, text) &message##_message,

#define WIRE_DECLARE_VOCABULARY(vocabulary, list)                                                  \
    list(WIRE_DECLARE_MESSAGE) extern const struct wire_vocabulary vocabulary;

#define WIRE_DEFINE_VOCABULARY(vocabulary, list)                                                   \
    list(WIRE_DEFINE_MESSAGE) static const struct wire_message *const vocabulary##_messages[] = {  \
        list(WIRE_LIST_MESSAGE)};                                                                  \
    const struct wire_vocabulary vocabulary = {                                                    \
        .name = #vocabulary,                                                                       \
        .messages = vocabulary##_messages,                                                         \
        .count = sizeof vocabulary##_messages / sizeof vocabulary##_messages[0],                   \
    };
