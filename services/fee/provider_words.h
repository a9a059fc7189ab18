/* What providers say, read with distrust: JSON of theirs, of which only what is known here is taken
 * and only where it is in bounds. Members that are not known are passed over. Any thread. */
#pragma once

#include "events/intents.h"

/* What a provider tells by itself. */
struct provider_notice {
    struct text id;             /* its id of what it tells; absent where the body has none */
    struct intent_id intent_id; /* zeros: none, or none that could be the hall's */
    struct provider_word word;
    bool is_word; /* it is about a payment, and can be read */
};

/* Reads {"intent", "id", "status", "amount", "currency", "redirect"}; what it points to lives in
 * `arena`. False when it is no such thing. `loopback`: the redirect may be without TLS. */
bool provider_word_read(struct text json, bool loopback, struct arena *arena,
                        struct intent_id *ret_intent, struct provider_word *ret_word);

/* Reads {"id", "data": {...}}, with `data` as above. False when it is no JSON object. */
bool provider_notice_read(struct text json, bool loopback, struct arena *arena,
                          struct provider_notice *ret_notice);

/* True for an id that may stand in an event: 1 to `size_max` letters, digits and marks. */
bool provider_id_is_sound(struct text id, size_t size_max);
