#include "digests.h"

#include "base/encoding.h"

#include <jansson.h>
#include <string.h>

static bool table_read(const char *name, const json_t *value, struct arena *arena,
                       struct digests *digests)
{
    const json_t *rows = json_object_get(value, "rows");
    const char *sha256 = json_string_value(json_object_get(value, "sha256"));
    if (!json_is_integer(rows) || sha256 == NULL || digests->count == DIGEST_TABLES_MAX) {
        return false;
    }
    digests->tables[digests->count++] = (struct table_digest){
        .table = arena_copy_text(arena, text_of(name)),
        .rows = json_integer_value(rows),
        .sha256 = arena_copy_text(arena, text_of(sha256)),
    };
    return true;
}

enum err digests_parse(struct text json, struct arena *arena, struct digests *ret_digests,
                       struct reason *reason)
{
    json_error_t error;
    json_t *root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, &error);
    json_t *tables = json_object_get(root, "tables");
    struct digests digests = {.seq = json_integer_value(json_object_get(root, "seq"))};
    bool sound = json_is_object(tables);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(tables, name, value)
    {
        sound = sound && table_read(name, value, arena, &digests);
    }
    json_decref(root);
    if (!sound) {
        return reason_set(reason, ERR_INVALID, "the program printed no digests");
    }
    *ret_digests = digests;
    return ERR_OK;
}

void digests_add(struct digests *digests, struct arena *arena, const char *table, uint64_t rows,
                 const struct hash *digest)
{
    char *digits = arena_take(arena, 2 * HASH_BYTES + 1);
    hex_encode(bytes_of(digest->bytes, HASH_BYTES), digits);
    digests->tables[digests->count++] = (struct table_digest){
        .table = text_of(table), .rows = (int64_t)rows, .sha256 = text_of(digits)};
}

const struct table_digest *digests_find(const struct digests *digests, struct text name)
{
    for (size_t i = 0; i < digests->count; i++) {
        if (text_equal(digests->tables[i].table, name)) {
            return &digests->tables[i];
        }
    }
    return NULL;
}
