#include "matter/rules.h"

#include "base/check.h"
#include "crypto/seal.h"
#include "matter/calendars.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { VERSIONS_MAX = 64, FILES_MAX = 100 };

/* A version on the shelf, with the memory it lives in. */
struct loaded {
    struct hall_rules rules;
    struct arena arena;
    bool is_fresh; /* loaded since the last commit */
    struct loaded *next_forgotten;
};

struct rules_shelf {
    struct rules_tables tables;
    pthread_mutex_t lock;
    struct loaded *versions[VERSIONS_MAX];
    size_t version_count;
    struct loaded *forgotten; /* off the shelf, but a reader may still look at them */
};

struct rules_shelf *rules_shelf_open(struct rules_tables tables)
{
    struct rules_shelf *shelf = calloc(1, sizeof *shelf);
    CHECK(shelf != NULL);
    shelf->tables = tables;
    pthread_mutex_init(&shelf->lock, NULL);
    return shelf;
}

struct rules_tables rules_shelf_tables(const struct rules_shelf *shelf)
{
    return shelf->tables;
}

static void loaded_free(struct loaded *loaded)
{
    arena_free(&loaded->arena);
    free(loaded);
}

void rules_shelf_close(struct rules_shelf **shelf)
{
    struct rules_shelf *closing = *shelf;
    *shelf = NULL;
    if (closing == NULL) {
        return;
    }
    for (size_t i = 0; i < closing->version_count; i++) {
        loaded_free(closing->versions[i]);
    }
    while (closing->forgotten != NULL) {
        struct loaded *loaded = closing->forgotten;
        closing->forgotten = loaded->next_forgotten;
        loaded_free(loaded);
    }
    pthread_mutex_destroy(&closing->lock);
    free(closing);
}

void rules_shelf_forget(struct rules_shelf *shelf)
{
    size_t kept = 0;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < shelf->version_count; i++) {
        if (shelf->versions[i]->is_fresh) {
            shelf->versions[i]->next_forgotten = shelf->forgotten;
            shelf->forgotten = shelf->versions[i];
        } else {
            shelf->versions[kept++] = shelf->versions[i];
        }
    }
    shelf->version_count = kept;
    pthread_mutex_unlock(&shelf->lock);
}

void rules_shelf_keep(struct rules_shelf *shelf)
{
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < shelf->version_count; i++) {
        shelf->versions[i]->is_fresh = false;
    }
    pthread_mutex_unlock(&shelf->lock);
}

void rules_memory_close(void *memory)
{
    struct rules_shelf *shelf = memory;
    rules_shelf_close(&shelf);
}

void rules_memory_forget(void *memory)
{
    rules_shelf_forget(memory);
}

void rules_memory_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(memory);
}

struct rules_shelf *rules_memory_shelf(void *memory)
{
    return memory;
}

/* -- parts --------------------------------------------------------------------------------------
 */

static struct key part_key(int64_t version, int64_t index)
{
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)version);
    key_add_u64(&key, (uint64_t)index);
    return key;
}

static const uint8_t active_key[] = "active";
static const uint8_t hash_key[] = "active hash";
static const uint8_t subject_key[] = "hall subject";

static bool number_get(struct state *state, size_t table, struct bytes key, int64_t *ret_number)
{
    struct bytes value;
    if (!store_get(state->txn, table, key, &value) || value.size != 8) {
        return false;
    }
    *ret_number = (int64_t)read_be64(value.data);
    return true;
}

static void number_put(struct state *state, size_t table, struct bytes key, int64_t number)
{
    uint8_t value[8];
    write_be64(value, (uint64_t)number);
    store_put(state->txn, table, key, bytes_of(value, sizeof value));
}

int64_t rules_active_version(struct rules_shelf *shelf, struct state *state)
{
    int64_t version = 0;
    (void)number_get(state, shelf->tables.versions, bytes_of(active_key, sizeof active_key),
                     &version);
    return version;
}

struct hash rules_active_hash(struct rules_shelf *shelf, struct state *state)
{
    struct hash hash = {{0}};
    struct bytes value;
    if (store_get(state->txn, shelf->tables.versions, bytes_of(hash_key, sizeof hash_key),
                  &value) &&
        value.size == HASH_BYTES) {
        memcpy(hash.bytes, value.data, HASH_BYTES);
    }
    return hash;
}

int64_t rules_part_count(struct rules_shelf *shelf, struct state *state, int64_t version)
{
    struct key key = key_make();
    int64_t count = 0;
    key_add_u64(&key, (uint64_t)version);
    (void)number_get(state, shelf->tables.versions, key_bytes(&key), &count);
    return count;
}

bool rules_part(struct rules_shelf *shelf, struct state *state, int64_t version, int64_t index,
                struct catalogue_part_registered *ret_part)
{
    struct key key = part_key(version, index);
    return state_get(state, shelf->tables.parts, key_bytes(&key),
                     &catalogue_part_registered_message, ret_part);
}

void rules_apply_part(struct rules_shelf *shelf, struct state *state, const struct event *event)
{
    const struct catalogue_part_registered *part = event->data;
    struct key key = part_key(part->version, part->index);
    state_put(state, shelf->tables.parts, key_bytes(&key), &catalogue_part_registered_message,
              part);
    key.size = 8; /* the version alone */
    number_put(state, shelf->tables.versions, key_bytes(&key), part->index + 1);
}

void rules_apply_activated(struct rules_shelf *shelf, struct state *state,
                           const struct event *event)
{
    const struct catalogue_activated *activated = event->data;
    number_put(state, shelf->tables.versions, bytes_of(active_key, sizeof active_key),
               activated->version);
    store_put(state->txn, shelf->tables.versions, bytes_of(hash_key, sizeof hash_key),
              bytes_of(activated->sha256.bytes, HASH_BYTES));
    if (activated->public_key.size == SEAL_PUBLIC_KEY_BYTES) {
        uint8_t value[8 + SEAL_PUBLIC_KEY_BYTES];
        write_be64(value, (uint64_t)activated->subject);
        memcpy(value + 8, activated->public_key.data, SEAL_PUBLIC_KEY_BYTES);
        store_put(state->txn, shelf->tables.versions, bytes_of(subject_key, sizeof subject_key),
                  bytes_of(value, sizeof value));
    }
    calendars_apply_activated(shelf, state, event);
}

void rules_hall_subject(struct rules_shelf *shelf, struct state *state, struct arena *arena,
                        int64_t *ret_subject, struct bytes *ret_public_key)
{
    struct bytes value;
    *ret_subject = 0;
    *ret_public_key = (struct bytes){0};
    if (store_get(state->txn, shelf->tables.versions, bytes_of(subject_key, sizeof subject_key),
                  &value) &&
        value.size == 8 + SEAL_PUBLIC_KEY_BYTES) {
        uint8_t *key = arena_take(arena, SEAL_PUBLIC_KEY_BYTES);
        memcpy(key, value.data + 8, SEAL_PUBLIC_KEY_BYTES);
        *ret_subject = (int64_t)read_be64(value.data);
        *ret_public_key = bytes_of(key, SEAL_PUBLIC_KEY_BYTES);
    }
}

/* -- loading ------------------------------------------------------------------------------------
 */

/* A file of a version, put together from its parts. */
struct rules_source {
    struct text name;
    struct buffer text;
};

struct rules_sources {
    struct rules_source items[FILES_MAX];
    size_t count;
};

static struct rules_source *source_find(struct rules_sources *sources, struct text name,
                                        struct arena *arena)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (text_equal(sources->items[i].name, name)) {
            return &sources->items[i];
        }
    }
    if (sources->count == FILES_MAX) {
        return NULL;
    }
    struct rules_source *source = &sources->items[sources->count++];
    source->name = arena_copy_text(arena, name);
    buffer_init(&source->text, YAML_SOURCE_BYTES_MAX);
    return source;
}

static void sources_free(struct rules_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        buffer_free(&sources->items[i].text);
    }
    sources->count = 0;
}

/* Puts the files of a version together, names and texts in `arena`. */
static void sources_read(struct rules_shelf *shelf, struct state *state, int64_t version,
                         struct arena *arena, struct rules_sources *sources)
{
    int64_t count = rules_part_count(shelf, state, version);
    sources->count = 0;
    for (int64_t index = 0; index < count; index++) {
        struct catalogue_part_registered part;
        if (!rules_part(shelf, state, version, index, &part)) {
            continue;
        }
        struct rules_source *source = source_find(sources, part.file, arena);
        if (source != NULL) {
            buffer_append(&source->text, part.text.data, part.text.size);
        }
    }
}

/* Loads a version from its parts into a new place; NULL with the errors in `arena` when it is not
 * sound. */
static struct loaded *version_load(struct rules_shelf *shelf, struct state *state, int64_t version,
                                   struct arena *arena, struct text *ret_errors)
{
    struct loaded *loaded = calloc(1, sizeof *loaded);
    struct rules_sources *sources = arena_take(arena, sizeof *sources);
    struct rules_file *files = arena_take_array(arena, FILES_MAX, sizeof *files);
    struct text errors = {0};
    CHECK(loaded != NULL);
    arena_init(&loaded->arena);
    loaded->is_fresh = true;
    sources_read(shelf, state, version, arena, sources);
    for (size_t i = 0; i < sources->count; i++) {
        files[i] = (struct rules_file){.name = sources->items[i].name,
                                       .text = buffer_text(&sources->items[i].text)};
    }
    enum err err =
        rules_load(files, sources->count, version, &loaded->arena, &loaded->rules, &errors);
    sources_free(sources);
    if (err != ERR_OK) {
        if (ret_errors != NULL) {
            *ret_errors = arena_copy_text(arena, errors);
        }
        loaded_free(loaded);
        return NULL;
    }
    return loaded;
}

static const struct hall_rules *shelf_find(const struct rules_shelf *shelf, int64_t version)
{
    for (size_t i = 0; i < shelf->version_count; i++) {
        if (shelf->versions[i]->rules.version == version) {
            return &shelf->versions[i]->rules;
        }
    }
    return NULL;
}

const struct hall_rules *rules_of(struct rules_shelf *shelf, struct state *state, int64_t version)
{
    pthread_mutex_lock(&shelf->lock);
    const struct hall_rules *rules = shelf_find(shelf, version);
    if (rules == NULL && version > 0 && shelf->version_count < VERSIONS_MAX) {
        struct loaded *loaded = version_load(shelf, state, version, state->arena, NULL);
        if (loaded != NULL) {
            shelf->versions[shelf->version_count++] = loaded;
            rules = &loaded->rules;
        }
    }
    pthread_mutex_unlock(&shelf->lock);
    return rules;
}

const struct hall_rules *rules_active(struct rules_shelf *shelf, struct state *state)
{
    return rules_of(shelf, state, rules_active_version(shelf, state));
}

enum err rules_check(struct rules_shelf *shelf, struct state *state, int64_t version,
                     int64_t now_ms, struct arena *arena, struct text *ret_errors)
{
    struct loaded *loaded = version_load(shelf, state, version, arena, ret_errors);
    if (loaded == NULL) {
        return ERR_INVALID;
    }
    struct text objection = calendars_objection(shelf, state, &loaded->rules, now_ms, arena);
    loaded_free(loaded);
    if (ret_errors != NULL) {
        *ret_errors = objection;
    }
    return text_is_empty(objection) ? ERR_OK : ERR_INVALID;
}

bool rules_look(struct rules_shelf *shelf, struct state *state, int64_t version,
                struct arena *arena, void (*look)(void *context, const struct hall_rules *rules),
                void *context)
{
    struct loaded *loaded = version_load(shelf, state, version, arena, NULL);
    if (loaded == NULL) {
        return false;
    }
    look(context, &loaded->rules);
    loaded_free(loaded);
    return true;
}
