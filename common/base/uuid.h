/* UUIDs (RFC 9562) and the generator of ids that grow.
 *
 * A version 7 id begins with milliseconds, then a counter, then random bits: ids made later sort
 * later, which is what an append-ordered store wants. Any thread for values, one for a generator.
 */
#pragma once

#include "base/bytes.h"
#include "base/random.h"

enum { UUID_BYTES = 16, UUID_TEXT_BYTES = 36 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* True for the all-zero id, which stands for "no id". */
bool uuid_is_none(const struct uuid *uuid);
bool uuid_equal(const struct uuid *left, const struct uuid *right);

/* Writes the 36 characters of the canonical lower-case form and a zero byte. */
void uuid_format(const struct uuid *uuid, char text[UUID_TEXT_BYTES + 1]);

/* Reads the canonical form (either case). False when it is anything else. */
bool uuid_parse(struct text text, struct uuid *ret_uuid);

/* Makes version 7 ids that grow strictly within one generator. */
struct uuid_generator {
    int64_t last_ms;
    uint32_t counter;
};

/* The next id: its time is the later of `now_ms` and the last id's, so that a clock set back does
 * not make ids go back. `now_ms` is in milliseconds since 1970. */
struct uuid uuid_next(struct uuid_generator *generator, int64_t now_ms,
                      struct random_source *random);
