#include "fuzz.h"

#include "base/check.h"
#include "bus/messages.h"
#include "clock/records.h"
#include "events/registry.h"

static const struct wire_vocabulary *const lower_vocabularies[] = {
    &record_vocabulary,
    &bus_vocabulary,
    &clock_vocabulary,
};
enum { LOWER_COUNT = sizeof lower_vocabularies / sizeof lower_vocabularies[0] };

static const struct wire_vocabulary *vocabulary_at(size_t index)
{
    return index < LOWER_COUNT ? lower_vocabularies[index] : hall_vocabularies[index - LOWER_COUNT];
}

const struct wire_message *fuzz_message_named(struct text name)
{
    for (size_t i = 0; i < LOWER_COUNT + hall_vocabulary_count; i++) {
        const struct wire_message *message = wire_find(vocabulary_at(i), name);
        if (message != NULL) {
            return message;
        }
    }
    return NULL;
}

/* The message at `index` when all stand in one row, which begins again behind its end. */
static const struct wire_message *message_at(size_t index)
{
    for (size_t i = 0;; i = (i + 1) % (LOWER_COUNT + hall_vocabulary_count)) {
        const struct wire_vocabulary *vocabulary = vocabulary_at(i);
        if (index < vocabulary->count) {
            return vocabulary->messages[index];
        }
        index -= vocabulary->count;
    }
}

const struct wire_message *fuzz_message(struct text name)
{
    const struct wire_message *message = fuzz_message_named(name);
    size_t sum = name.size;
    for (size_t i = 0; i < name.size; i++) {
        sum += (uint8_t)name.data[i];
    }
    return message != NULL ? message : message_at(sum);
}

struct text fuzz_first_line(struct bytes input, struct bytes *ret_rest)
{
    struct text rest = {0};
    struct text line = text_split(bytes_text(input), '\n', &rest);
    *ret_rest = text_bytes(rest);
    return line;
}

void fuzz_check_errors(const struct wire_errors *errors)
{
    CHECK(errors->count > 0);
    for (size_t i = 0; i < errors->count; i++) {
        size_t characters = 0;
        CHECK(utf8_count(errors->items[i].pointer, &characters));
        CHECK(utf8_count(errors->items[i].detail, &characters) && characters > 0);
    }
}
