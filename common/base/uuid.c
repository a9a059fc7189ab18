#include "base/uuid.h"

#include "base/check.h"
#include "base/encoding.h"

#include <string.h>

enum { COUNTER_BITS = 22, COUNTER_START_BITS = 16 };

bool uuid_is_none(const struct uuid *uuid)
{
    static const struct uuid none;
    return memcmp(uuid, &none, sizeof none) == 0;
}

bool uuid_equal(const struct uuid *left, const struct uuid *right)
{
    return memcmp(left, right, sizeof *left) == 0;
}

void uuid_format(const struct uuid *uuid, char text[UUID_TEXT_BYTES + 1])
{
    static const size_t group_bytes[] = {4, 2, 2, 2, 6};
    const uint8_t *next = uuid->bytes;
    char *out = text;
    for (size_t group = 0; group < sizeof group_bytes / sizeof group_bytes[0]; group++) {
        if (group > 0) {
            *out++ = '-';
        }
        hex_encode(bytes_of(next, group_bytes[group]), out);
        out += 2 * group_bytes[group];
        next += group_bytes[group];
    }
    *out = '\0';
}

bool uuid_parse(struct text text, struct uuid *ret_uuid)
{
    char digits[2 * UUID_BYTES];
    size_t used = 0;
    if (text.size != UUID_TEXT_BYTES) {
        return false;
    }
    for (size_t i = 0; i < UUID_TEXT_BYTES; i++) {
        bool dash_here = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash_here != (text.data[i] == '-')) {
            return false;
        }
        if (!dash_here) {
            digits[used++] = text.data[i];
        }
    }
    struct uuid uuid;
    if (!hex_decode((struct text){digits, sizeof digits}, uuid.bytes, sizeof uuid.bytes)) {
        return false;
    }
    *ret_uuid = uuid;
    return true;
}

/* Moves the generator on: a new millisecond starts the counter at a random low value, within one
 * millisecond it counts up, and when it is used up the next millisecond is borrowed. */
static void generator_advance(struct uuid_generator *generator, int64_t now_ms,
                              struct random_source *random)
{
    uint32_t counter_max = (1u << COUNTER_BITS) - 1;
    if (now_ms > generator->last_ms || generator->counter == counter_max) {
        generator->last_ms = now_ms > generator->last_ms ? now_ms : generator->last_ms + 1;
        generator->counter = (uint32_t)random_below(random, 1u << COUNTER_START_BITS);
        return;
    }
    generator->counter++;
}

struct uuid uuid_next(struct uuid_generator *generator, int64_t now_ms,
                      struct random_source *random)
{
    CHECK(now_ms >= 0 && now_ms < (INT64_C(1) << 48));
    generator_advance(generator, now_ms, random);

    struct uuid uuid;
    write_be64(uuid.bytes, (uint64_t)generator->last_ms << 16);
    random_fill(random, uuid.bytes + 8, 8);
    /* 12 high bits of the counter behind the version, 10 low ones behind the variant. */
    uint32_t high = generator->counter >> 10;
    uint32_t low = generator->counter & 0x3FF;
    uuid.bytes[6] = (uint8_t)(0x70 | (high >> 8));
    uuid.bytes[7] = (uint8_t)(high & 0xFF);
    uuid.bytes[8] = (uint8_t)(0x80 | (low >> 4));
    uuid.bytes[9] = (uint8_t)((low & 0x0F) << 4 | (uuid.bytes[9] & 0x0F));
    return uuid;
}
