#include "provider_words.h"

#include "wire/json.h"

#include <string.h>

enum { ID_BYTES_MAX = 39, NOTICE_BYTES_MAX = 100, REDIRECT_BYTES_MAX = 1000 };

static bool is_plain(char letter)
{
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || strchr("_-.:", letter) != NULL;
}

bool provider_id_is_sound(struct text id, size_t size_max)
{
    for (size_t i = 0; i < id.size; i++) {
        if (id.data[i] == '\0' || !is_plain(id.data[i])) {
            return false;
        }
    }
    return id.size > 0 && id.size <= size_max;
}

/* Printable ASCII without what could end an attribute or a header line. */
static bool redirect_is_sound(struct text url, bool loopback)
{
    bool has_scheme = (text_starts_with(url, "https://") && url.size > strlen("https://")) ||
                      (loopback && text_starts_with(url, "http://"));
    for (size_t i = 0; i < url.size; i++) {
        unsigned char letter = (unsigned char)url.data[i];
        if (letter <= ' ' || letter >= 0x7F || strchr("\"'<>\\^`{|}", letter) != NULL) {
            return false;
        }
    }
    return has_scheme && url.size <= REDIRECT_BYTES_MAX;
}

/* The text at `name`, in `arena`; absent when there is none. */
static struct text text_at(const json_t *object, const char *name, struct arena *arena)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        return (struct text){0};
    }
    struct text text = {.data = json_string_value(value), .size = json_string_length(value)};
    return arena_copy_text(arena, text);
}

static enum provider_status status_of(struct text name)
{
    for (size_t i = 0; i < provider_status_enum.count; i++) {
        if (text_equal_string(name, provider_status_enum.values[i].name)) {
            return (enum provider_status)(i + 1);
        }
    }
    return provider_status_absent;
}

/* An amount that is no whole number in bounds is none: what came is then not what was asked for. */
static int64_t amount_of(const json_t *object)
{
    const json_t *value = json_object_get(object, "amount");
    int64_t amount = json_is_integer(value) ? json_integer_value(value) : 0;
    return amount >= 1 && amount <= FEN_MAX ? amount : 0;
}

static struct text currency_of(const json_t *object, struct arena *arena)
{
    struct text currency = text_at(object, "currency", arena);
    for (size_t i = 0; i < currency.size; i++) {
        if (currency.data[i] < 'A' || currency.data[i] > 'Z') {
            return (struct text){0};
        }
    }
    return currency.size == 3 ? currency : (struct text){0};
}

static bool word_take(const json_t *object, bool loopback, struct arena *arena,
                      struct intent_id *ret_intent, struct provider_word *ret_word)
{
    struct text redirect = text_at(object, "redirect", arena);
    struct provider_word word = {
        .id = text_at(object, "id", arena),
        .status = status_of(text_at(object, "status", arena)),
        .amount_fen = amount_of(object),
        .currency = currency_of(object, arena),
    };
    if (!provider_id_is_sound(word.id, ID_BYTES_MAX) || word.status == provider_status_absent) {
        return false;
    }
    if (redirect_is_sound(redirect, loopback)) {
        word.redirect = redirect;
    }
    if (!uuid_parse(text_at(object, "intent", arena), &ret_intent->uuid)) {
        *ret_intent = (struct intent_id){0};
    }
    *ret_word = word;
    return true;
}

/* The JSON object that `text` is, to be given back; NULL when it is none. */
static json_t *object_parse(struct text text)
{
    json_t *json = NULL;
    if (wire_parse_json(text, &json, NULL) != ERR_OK) {
        return NULL;
    }
    if (!json_is_object(json)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

bool provider_word_read(struct text json, bool loopback, struct arena *arena,
                        struct intent_id *ret_intent, struct provider_word *ret_word)
{
    json_t *object = object_parse(json);
    bool is_read = object != NULL && word_take(object, loopback, arena, ret_intent, ret_word);
    json_decref(object);
    return is_read;
}

bool provider_notice_read(struct text json, bool loopback, struct arena *arena,
                          struct provider_notice *ret_notice)
{
    json_t *object = object_parse(json);
    if (object == NULL) {
        return false;
    }
    *ret_notice = (struct provider_notice){.id = text_at(object, "id", arena)};
    ret_notice->is_word = word_take(json_object_get(object, "data"), loopback, arena,
                                    &ret_notice->intent_id, &ret_notice->word);
    json_decref(object);
    return true;
}
