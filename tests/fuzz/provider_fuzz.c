/* What payment providers say (fee/provider_words.h). Input: the body of a callback or an answer.
 *
 * Whatever is taken is valid: it may stand in an event as it is. */
#include "fuzz.h"

#include "base/check.h"
#include "fee/provider_words.h"
#include "wire/validate.h"

static void check_word(const struct provider_word *word, bool loopback)
{
    CHECK(wire_validate(&provider_word_message, word, NULL, NULL));
    CHECK(provider_id_is_sound(word->id, 39));
    CHECK(text_is_empty(word->redirect) || text_starts_with(word->redirect, "https://") ||
          (loopback && text_starts_with(word->redirect, "http://")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text json = bytes_text(bytes_of(data, size));
    for (int loopback = 0; loopback < 2; loopback++) {
        struct arena arena;
        struct provider_notice notice;
        struct provider_word word;
        struct intent_id intent;
        arena_init(&arena);
        if (provider_word_read(json, loopback != 0, &arena, &intent, &word)) {
            check_word(&word, loopback != 0);
        }
        if (provider_notice_read(json, loopback != 0, &arena, &notice) && notice.is_word) {
            check_word(&notice.word, loopback != 0);
        }
        arena_free(&arena);
    }
    return 0;
}
