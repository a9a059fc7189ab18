/* JSON by the field table (reading and writing with jansson).
 *
 * Members are named as the fields are, in snake case. Times are RFC 3339 in UTC, dates
 * `2026-02-28`, ids canonical UUIDs, hashes hexadecimal, bytes base64, money integers of fen. A
 * decimal may be a JSON string, or a number: a number is taken when it is the double nearest to a
 * value of at most four places, and is carried as an integer from there on.
 *
 * Reading reports every bad field at once, by JSON Pointer, and never quotes a value; unknown
 * members and `null` are errors. */
#pragma once

#include "base/err.h"
#include "wire/errors.h"
#include "wire/field.h"

#include <jansson.h>

enum { JSON_DEPTH_MAX = 16 };

/* Parses `text`; ERR_INVALID with an error that names line and column when it is not JSON, holds a
 * member twice or is nested deeper than JSON_DEPTH_MAX. The caller owns *ret_json. */
enum err wire_parse_json(struct text text, json_t **ret_json, struct wire_errors *errors);

/* Reads `json` into `ret_record`, a struct of `message`. Everything is copied into `arena`; `json`
 * may go afterwards. ERR_INVALID when anything is wrong. */
enum err wire_from_json(const struct wire_message *message, const json_t *json, struct arena *arena,
                        void *ret_record, struct wire_errors *errors);

/* How a record is shown. Sealed values are not shown: each leaves its JSON Pointer in `withheld`
 * (an array, may be NULL). */
struct wire_view {
    json_t *withheld;
};

/* The JSON of `record`. The caller owns it. */
json_t *wire_to_json(const struct wire_message *message, const void *record,
                     const struct wire_view *view);

/* A JSON string of `text`; null when it is absent. */
json_t *wire_json_text(struct text text);

/* An RFC 3339 string, an id string. */
json_t *wire_json_time(int64_t time_ms);
json_t *wire_json_id(const struct uuid *uuid);
