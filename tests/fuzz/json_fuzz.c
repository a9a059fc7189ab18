/* JSON by the field tables (wire/json.h). Input: the name of a message, a newline, JSON.
 *
 * What is read is valid; shown and read again it is the same record, shown once more the same JSON.
 * A form is the exception in between: a number is shown as a string, which reads as text. */
#include "fuzz.h"

#include "base/check.h"
#include "equal.h"
#include "wire/json.h"
#include "wire/validate.h"

#include <stdlib.h>

static bool has_form(const struct wire_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->type == WIRE_FORM || (field->record != NULL && has_form(field->record))) {
            return true;
        }
    }
    return false;
}

/* As it goes over HTTP: written out and parsed again. */
static json_t *parsed_again(json_t *json)
{
    json_t *again = NULL;
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    CHECK(wire_parse_json(text_of(text), &again, NULL) == ERR_OK);
    CHECK(json_equal(json, again));
    free(text);
    return again;
}

static void check_shown_again(const struct wire_message *message, const void *record,
                              struct arena *arena)
{
    json_t *first = wire_to_json(message, record, NULL);
    json_t *parsed = parsed_again(first);
    void *again = arena_take(arena, message->size);
    CHECK(wire_from_json(message, parsed, arena, again, NULL) == ERR_OK);
    CHECK(has_form(message) || record_equal(message, record, again, NULL));
    json_t *second = wire_to_json(message, again, NULL);
    CHECK(json_equal(first, second));
    json_decref(first);
    json_decref(parsed);
    json_decref(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct wire_errors errors;
    struct bytes bytes;
    json_t *json = NULL;
    arena_init(&arena);
    wire_errors_init(&errors, &arena);
    const struct wire_message *message =
        fuzz_message(fuzz_first_line(bytes_of(data, size), &bytes));
    void *record = arena_take(&arena, message->size);
    if (wire_parse_json(bytes_text(bytes), &json, &errors) == ERR_OK &&
        wire_from_json(message, json, &arena, record, &errors) == ERR_OK) {
        CHECK(errors.count == 0);
        CHECK(wire_validate(message, record, NULL, NULL));
        check_shown_again(message, record, &arena);
    } else {
        fuzz_check_errors(&errors);
    }
    json_decref(json);
    arena_free(&arena);
    return 0;
}
