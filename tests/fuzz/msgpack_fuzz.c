/* MessagePack by the field tables (wire/pack.h). Input: the name of a message, a newline, bytes.
 *
 * What decodes is valid; written and read again it is the same record; written once more it is the
 * same bytes. */
#include "fuzz.h"

#include "base/check.h"
#include "equal.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "wire/personal.h"
#include "wire/validate.h"

enum { ENCODED_BYTES_MAX = 64 << 20 };

/* One way to read one input. */
struct reading {
    const struct wire_message *message;
    enum wire_form form;
    enum wire_unknown unknown;
    struct arena *arena;
};

static void write_record(const struct reading *r, const void *record, struct buffer *ret_buffer)
{
    buffer_init(ret_buffer, ENCODED_BYTES_MAX);
    wire_pack(ret_buffer, r->form, r->message, record);
#ifdef FUZZ_CANARY
    ret_buffer->data[ret_buffer->size - 1] ^= 1; /* a broken encoder: the replay must notice */
#endif
    CHECK(!ret_buffer->failed);
}

static void check_written_again(const struct reading *r, const void *record)
{
    struct wire_reader reader;
    struct buffer first;
    struct buffer second;
    wire_reader_init(&reader, r->arena);
    write_record(r, record, &first);
    void *again = arena_take(r->arena, r->message->size);
    CHECK(wire_unpack(&reader, r->form, WIRE_REFUSE_UNKNOWN, r->message, buffer_bytes(&first),
                      again, NULL) == ERR_OK);
    CHECK(record_equal(r->message, record, again, NULL));
    write_record(r, again, &second);
    CHECK(bytes_equal(buffer_bytes(&first), buffer_bytes(&second)));
    buffer_free(&first);
    buffer_free(&second);
    wire_reader_free(&reader);
}

static bool count_sealed(void *context, const struct wire_path *path, struct personal *personal)
{
    size_t *sealed_count = context;
    (void)path;
    *sealed_count += personal->sealed ? 1 : 0;
    return true;
}

/* A valid record can be shown, and what is sealed in it is exactly what is withheld. */
static void check_shown(const struct reading *r, void *record)
{
    size_t sealed_count = 0;
    struct wire_view view = {.withheld = json_array()};
    json_t *json = wire_to_json(r->message, record, &view);
    CHECK(json != NULL);
    CHECK(wire_visit_personal(r->message, record, count_sealed, &sealed_count));
    CHECK(json_array_size(view.withheld) == sealed_count);
    json_decref(json);
    json_decref(view.withheld);
}

static void check_nested(const struct reading *r, struct wire_reader *reader, const void *record);

static void check_record(const struct reading *r, struct wire_reader *reader, void *record)
{
    CHECK(wire_validate(r->message, record, NULL, NULL));
    check_nested(r, reader, record);
    check_written_again(r, record);
    check_shown(r, record);
}

/* The message that a record names beside a nested one: an event's type, a request's name. */
static const struct wire_message *nested_message(const struct wire_message *message,
                                                 const void *record)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->type == WIRE_PUBLIC_TEXT) {
            const struct wire_message *named =
                fuzz_message_named(*(const struct text *)wire_value(field, record));
            if (named != NULL) {
                return named;
            }
        }
    }
    return NULL;
}

static void check_nested(const struct reading *r, struct wire_reader *reader, const void *record)
{
    const struct wire_message *message = nested_message(r->message, record);
    for (size_t i = 0; message != NULL && i < r->message->field_count; i++) {
        const struct wire_field *field = &r->message->fields[i];
        if (field->type != WIRE_ANY) {
            continue;
        }
        struct reading nested = *r;
        nested.message = message;
        nested.form = WIRE_MAP;
        void *content = arena_take(r->arena, message->size);
        if (wire_unpack_any(reader, r->unknown, wire_value(field, record), message, content,
                            NULL) == ERR_OK) {
            check_record(&nested, reader, content);
        }
    }
}

static void read_one_way(const struct reading *r, struct bytes bytes)
{
    struct wire_reader reader;
    struct wire_errors errors;
    wire_errors_init(&errors, r->arena);
    wire_reader_init(&reader, r->arena);
    void *record = arena_take(r->arena, r->message->size);
    if (wire_unpack(&reader, r->form, r->unknown, r->message, bytes, record, &errors) == ERR_OK) {
        check_record(r, &reader, record);
    } else {
        fuzz_check_errors(&errors);
    }
    wire_reader_free(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena);
    struct text name = fuzz_first_line(bytes_of(data, size), &bytes);
    struct reading reading = {.message = fuzz_message(name), .arena = &arena};
    for (enum wire_form form = WIRE_MAP; form <= WIRE_ROW; form++) {
        reading.form = form;
        reading.unknown = WIRE_SKIP_UNKNOWN;
        read_one_way(&reading, bytes);
        reading.unknown = WIRE_REFUSE_UNKNOWN;
        read_one_way(&reading, bytes);
    }
    arena_free(&arena);
    return 0;
}
