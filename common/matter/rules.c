#include "matter/rules.h"

#include "base/check.h"
#include "crypto/seal.h"
#include "events/registry.h"
#include "matter/calendars.h"
#include "procedure/vocabulary.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { VERSIONS_MAX = 64, PROCEDURES_MAX = 64, FILES_MAX = 100 };

static const char catalogue_file[] = "catalogue.yaml";
static const char calendar_prefix[] = "calendar";
static const char procedure_prefix[] = "procedures/";
static const char templates_file[] = "templates/messages.yaml";

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

bool rules_is_calendar(struct text file)
{
    return text_starts_with(file, calendar_prefix);
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

/* The sources sorted into what they are, in the arena that the rules will live in. */
struct rules_texts {
    struct text catalogue;
    struct text calendar;
    const char *calendar_name;
    struct text templates;
    struct catalogue_source procedures[PROCEDURES_MAX];
    size_t procedure_count;
};

static void texts_sort(const struct rules_file *files, size_t count, struct arena *arena,
                       struct rules_texts *texts)
{
    *texts = (struct rules_texts){.calendar_name = "calendar.yaml"};
    for (size_t i = 0; i < count; i++) {
        struct text name = files[i].name;
        struct text text = arena_copy_text(arena, files[i].text);
        if (text_equal_string(name, catalogue_file)) {
            texts->catalogue = text;
        } else if (rules_is_calendar(name)) {
            texts->calendar = text;
            texts->calendar_name = arena_copy_text(arena, name).data;
        } else if (text_equal_string(name, templates_file)) {
            texts->templates = text;
        } else if (text_starts_with(name, procedure_prefix) &&
                   texts->procedure_count < PROCEDURES_MAX) {
            texts->procedures[texts->procedure_count++] =
                (struct catalogue_source){.name = arena_copy_text(arena, name).data, .text = text};
        }
    }
}

static struct clock_limit clock_limit_of(struct stated_limit limit)
{
    return (struct clock_limit){limit.value,
                                (enum limit_unit)wire_enum_value(&limit_unit_enum, limit.unit)};
}

static bool promise_fits(void *context, struct stated_limit promise, struct stated_limit law)
{
    return clock_promise_agrees(clock_limit_of(promise), clock_limit_of(law), context, NULL);
}

static enum err hours_read(struct yaml_file *file, struct text source,
                           const struct calendar *calendar, struct opening_hours *ret_hours)
{
    const struct yaml_node *root = NULL;
    struct yaml_map map;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    const struct yaml_node *node = yaml_get(&map, "hours", YAML_REQUIRED);
    return node == NULL
               ? ERR_INVALID
               : opening_hours_load(file, node, TEXT_LITERAL("hours"), calendar, ret_hours);
}

/* The hall's own facts, signals, fields and events: what its procedures may name. */
static struct procedure_vocabulary hall_vocabulary(void)
{
    return (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
        .fields = &action_fields_message,
        .events = hall_vocabularies,
        .event_vocabulary_count = hall_vocabulary_count,
    };
}

/* Adds those errors of `hours` about whose place `file` says nothing yet: the catalogue's own
 * reader looks at its hours too. */
static void hours_errors_add(struct yaml_file *file, const struct yaml_file *hours)
{
    for (size_t i = 0; i < hours->error_count && i < YAML_ERRORS_MAX; i++) {
        const struct yaml_error *error = &hours->errors[i];
        bool is_told = false;
        for (size_t k = 0; k < file->error_count && k < YAML_ERRORS_MAX; k++) {
            is_told |= strcmp(file->errors[k].file_name, error->file_name) == 0 &&
                       file->errors[k].line == error->line;
        }
        if (!is_told) {
            yaml_error(file, error->line, error->field, "%.*s", TEXT_PRINT(error->detail));
        }
    }
}

/* Loads texts into `rules`, all in the arena of `file`. A calendar that is wrong does not keep the
 * faults of the catalogue from being told, though limits in other units are not compared then. */
static enum err catalogue_and_calendar_load(struct yaml_file *file, const struct rules_texts *texts,
                                            struct hall_rules *rules)
{
    size_t errors_before = file->error_count;
    struct procedure_vocabulary *vocabulary = arena_take(file->arena, sizeof *vocabulary);
    struct yaml_file hours;
    bool is_counted = false;
    *vocabulary = hall_vocabulary();
    yaml_file_init(&hours, catalogue_file, file->arena);
    file->name = texts->calendar_name;
    if (texts->calendar.data == NULL) {
        yaml_error(file, 1, TEXT_LITERAL(""), "is missing: limits are counted in its working days");
    } else if (calendar_load(file, texts->calendar, rules->version, &rules->calendar) == ERR_OK) {
        rules->clocks.calendar = rules->calendar;
        rules->clocks.hours = &rules->hours;
        is_counted = hours_read(&hours, texts->catalogue, rules->calendar, &rules->hours) == ERR_OK;
    }
    file->name = catalogue_file;
    struct catalogue_inputs inputs = {
        .procedures = texts->procedures,
        .procedure_count = texts->procedure_count,
        .vocabulary = vocabulary,
        .promise_fits = is_counted ? promise_fits : NULL,
        .context = &rules->clocks,
    };
    (void)catalogue_load(file, texts->catalogue, &inputs, &rules->catalogue);
    hours_errors_add(file, &hours);
    return file->error_count == errors_before ? ERR_OK : ERR_INVALID;
}

static bool event_exists(struct text type)
{
    return hall_event_find(type) != NULL;
}

static enum err messages_load(struct yaml_file *file, const struct rules_texts *texts,
                              struct hall_rules *rules)
{
    if (text_is_empty(texts->templates)) {
        return ERR_OK;
    }
    file->name = templates_file;
    enum err err = templates_load(file, texts->templates, event_exists, &rules->templates);
    /* A catalogue that is wrong has its own errors; its kinds are not known. */
    return err == ERR_OK && rules->catalogue != NULL
               ? templates_kinds_check(file, &rules->templates, rules->catalogue)
               : err;
}

enum err rules_load(const struct rules_file *files, size_t count, int64_t version,
                    struct arena *arena, struct hall_rules *ret_rules, struct text *ret_errors)
{
    struct rules_texts *texts = arena_take(arena, sizeof *texts);
    struct hall_rules rules = {.version = version};
    struct yaml_file file;
    texts_sort(files, count, arena, texts);
    yaml_file_init(&file, catalogue_file, arena);
    *ret_rules = rules;
    enum err rules_err = catalogue_and_calendar_load(&file, texts, ret_rules);
    enum err messages_err = messages_load(&file, texts, ret_rules);
    if (rules_err == ERR_OK && messages_err == ERR_OK) {
        return ERR_OK;
    }
    if (ret_errors != NULL) {
        *ret_errors = yaml_errors_text(&file, arena);
    }
    return ERR_INVALID;
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
