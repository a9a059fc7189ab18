/* Rules that were loaded once are not loaded again. Every hall has the same files in five services,
 * and reading them took most of this test's time; the linker puts this in front of rules_load
 * (CMakeLists.txt). What differs in one byte is read. */
#include "base/check.h"
#include "crypto/sha256.h"
#include "matter/rules.h"

#include <stdlib.h>

enum { KEPT_MAX = 64 };

struct kept {
    struct hash hash;
    struct arena arena;
    struct hall_rules rules;
};

static struct kept *kept[KEPT_MAX];
static size_t kept_count;

enum err __real_rules_load(const struct rules_file *files, size_t count, int64_t version,
                           struct arena *arena, struct hall_rules *ret_rules,
                           struct text *ret_errors);
enum err __wrap_rules_load(const struct rules_file *files, size_t count, int64_t version,
                           struct arena *arena, struct hall_rules *ret_rules,
                           struct text *ret_errors);

static void text_hash(struct hasher *hasher, struct text text)
{
    uint8_t size[8];
    write_be64(size, text.size);
    hash_add(hasher, bytes_of(size, sizeof size));
    hash_add(hasher, text_bytes(text));
}

static struct hash files_hash(const struct rules_file *files, size_t count, int64_t version)
{
    struct hasher hasher;
    uint8_t number[8];
    hasher_init(&hasher);
    hash_begin(&hasher);
    write_be64(number, (uint64_t)version);
    hash_add(&hasher, bytes_of(number, sizeof number));
    for (size_t i = 0; i < count; i++) {
        text_hash(&hasher, files[i].name);
        text_hash(&hasher, files[i].text);
    }
    struct hash hash = hash_end(&hasher);
    hasher_free(&hasher);
    return hash;
}

/* The clocks point to the hours beside them. */
static void rules_give(const struct kept *from, struct hall_rules *ret_rules)
{
    *ret_rules = from->rules;
    ret_rules->clocks.hours = &ret_rules->hours;
}

enum err __wrap_rules_load(const struct rules_file *files, size_t count, int64_t version,
                           struct arena *arena, struct hall_rules *ret_rules,
                           struct text *ret_errors)
{
    struct hash hash = files_hash(files, count, version);
    for (size_t i = 0; i < kept_count; i++) {
        if (hash_equal(&kept[i]->hash, &hash)) {
            rules_give(kept[i], ret_rules);
            return ERR_OK;
        }
    }
    if (kept_count == KEPT_MAX) {
        return __real_rules_load(files, count, version, arena, ret_rules, ret_errors);
    }
    struct kept *loaded = calloc(1, sizeof *loaded);
    CHECK(loaded != NULL);
    loaded->hash = hash;
    arena_init(&loaded->arena);
    enum err err = __real_rules_load(files, count, version, &loaded->arena, &loaded->rules, NULL);
    if (err != ERR_OK) { /* what is wrong is told from the caller's own memory */
        arena_free(&loaded->arena);
        free(loaded);
        return __real_rules_load(files, count, version, arena, ret_rules, ret_errors);
    }
    kept[kept_count++] = loaded;
    rules_give(loaded, ret_rules);
    return ERR_OK;
}
