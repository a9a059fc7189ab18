#include "difference.h"

#include "rows.h"

#include "base/encoding.h"
#include "base/uuid.h"
#include "log/record.h"
#include "log/record_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is shown of a value, and how much of it stands before the first byte that differs. */
enum { SHOWN_BYTES = 64, SHOWN_BEFORE_BYTES = 16 };

static struct rows_place place_of(const struct differing *of, const char *folder, struct text table)
{
    return (struct rows_place){
        .folder = arena_print(of->programs->arena, "%s/%s", folder, of->service).data,
        .table = arena_copy_text(of->programs->arena, table).data,
        .map_bytes = (size_t)of->programs->map_bytes,
    };
}

/* Whether the row has its value already when the service is rebuilt up to its own record `until`.
 */
static enum err row_is_so(const struct differing *of, const struct rows_place *whole,
                          struct bytes key, int64_t until, bool *ret_is_so, struct reason *reason)
{
    struct digests digests;
    struct rows_place part = *whole;
    bool is_here[2];
    struct bytes values[2];
    part.folder = arena_print(of->programs->arena, "%s/part", of->programs->work).data;
    enum err err = program_rebuild(of->programs, of->service, part.folder, until, &digests, reason);
    if (err == ERR_OK) {
        err = rows_read(&part, key, of->programs->arena, &is_here[0], &values[0], reason);
    }
    if (err == ERR_OK) {
        err = rows_read(whole, key, of->programs->arena, &is_here[1], &values[1], reason);
    }
    programs_clear(part.folder);
    *ret_is_so = err == ERR_OK && is_here[0] == is_here[1] && bytes_equal(values[0], values[1]);
    return err;
}

/* The record behind which the row is as the rebuilt store has it, found by halves. */
static enum err origin_find(const struct differing *of, const struct rows_place *whole,
                            struct bytes key, int64_t *ret_seq, struct reason *reason)
{
    int64_t low = 1;
    int64_t high = of->seq;
    enum err err = ERR_OK;
    while (err == ERR_OK && low < high) {
        int64_t middle = low + (high - low) / 2;
        bool is_so = false;
        fprintf(stderr,
                "replay: looking for the record of %s between %" PRId64 " and %" PRId64 "\n",
                of->service, low, high);
        err = row_is_so(of, whole, key, middle, &is_so, reason);
        if (is_so) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    *ret_seq = high;
    return err;
}

/* Tells the type of record `seq` of the service, and its place in the record. */
static void origin_tell(const struct differing *of, int64_t seq)
{
    struct record_file file = {0};
    struct record_file_entry entry;
    struct event_envelope envelope;
    struct wire_reader reader;
    uint64_t index = 0;
    bool is_it = false;
    wire_reader_init(&reader, of->programs->arena);
    enum err err = record_file_open(&file, of->programs->record, NULL);
    while (err == ERR_OK && !is_it) {
        err = record_file_read(&file, &entry, NULL);
        index++;
        is_it = err == ERR_OK && entry.seq == (uint64_t)seq &&
                text_equal_string(entry.source, of->service);
    }
    bool is_event = is_it && record_kind_of(entry.bytes) == RECORD_EVENT &&
                    record_read_event(&reader, entry.bytes, &envelope) == ERR_OK;
    struct text type = is_event ? envelope.type : TEXT_LITERAL("a mark");
    if (is_it) {
        printf("              it is so behind %s %" PRId64 " (%.*s), entry %" PRIu64
               " of the record\n",
               of->service, seq, TEXT_PRINT(type), index);
    }
    (void)record_file_close(&file, NULL);
    wire_reader_free(&reader);
}

/* The key in hexadecimal, with the id that most keys begin with, or the number that a record has.
 */
static void key_print(const struct differing *of, struct text table, struct bytes key)
{
    struct uuid uuid;
    uint64_t number;
    char told[UUID_TEXT_BYTES + 1] = "";
    bool is_sequence = text_equal_string(table, "log") || text_equal_string(table, "record");
    if (is_sequence && key.size == sizeof number) {
        memcpy(&number, key.data, sizeof number); /* as the machine has it (store.h) */
        (void)snprintf(told, sizeof told, "number %" PRIu64, number);
    } else if (key.size >= UUID_BYTES) {
        memcpy(uuid.bytes, key.data, UUID_BYTES);
        uuid_format(&uuid, told);
    }
    printf("              first at key %.*s%s%s\n", TEXT_PRINT(hex_text(of->programs->arena, key)),
           told[0] == '\0' ? "" : ": ", told);
}

/* Where a part of both values begins that shows the first byte in which they differ. */
static size_t shown_from(const struct rows_difference *difference)
{
    const struct bytes *values = difference->values;
    size_t common = 0;
    while (difference->is_here[0] && difference->is_here[1] && common < values[0].size &&
           common < values[1].size && values[0].data[common] == values[1].data[common]) {
        common++;
    }
    return common > SHOWN_BEFORE_BYTES ? common - SHOWN_BEFORE_BYTES : 0;
}

static void value_print(const struct differing *of, const char *side, struct bytes value,
                        size_t from)
{
    struct bytes rest = bytes_of(value.data + from, value.size - from);
    struct bytes shown = bytes_of(rest.data, rest.size < SHOWN_BYTES ? rest.size : SHOWN_BYTES);
    printf("              %s: %zu bytes, from byte %zu %.*s%s\n", side, value.size, from,
           TEXT_PRINT(hex_text(of->programs->arena, shown)),
           shown.size < rest.size ? " and more" : "");
}

static void difference_print(const struct differing *of, struct text table,
                             const struct rows_difference *difference)
{
    static const char *const sides[] = {"live", "rebuilt"};
    size_t from = shown_from(difference);
    key_print(of, table, difference->key);
    for (size_t i = 0; i < 2; i++) {
        if (difference->is_here[i]) {
            value_print(of, sides[i], difference->values[i], from);
        } else {
            printf("              %s: not there\n", sides[i]);
        }
    }
}

void difference_tell(const struct differing *of, struct text table)
{
    struct reason reason = {""};
    struct rows_difference difference = {.key = {0}};
    uint64_t end = 0;
    int64_t seq = 0;
    struct rows_place live = place_of(of, of->data, table);
    struct rows_place rebuilt = place_of(of, of->programs->work, table);
    enum err err = rows_compare(&live, &rebuilt, of->programs->arena, &difference, &end, &reason);
    if (err == ERR_OK && (int64_t)end != of->seq) {
        printf("              %s ran on meanwhile: its keys can be compared when it stands still\n",
               of->service);
        return;
    }
    if (err == ERR_OK) {
        difference_print(of, table, &difference);
        if (!difference.is_here[1]) {
            printf("              nothing in the record gives it\n");
            return;
        }
        err = origin_find(of, &rebuilt, difference.key, &seq, &reason);
    }
    if (err == ERR_OK) {
        origin_tell(of, seq);
    } else {
        printf("              its keys cannot be compared: %s\n", reason.text);
    }
}
