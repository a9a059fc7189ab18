#include "seams.h"

#include "base/arena.h"
#include "base/check.h"
#include "catalogue/catalogue.h"
#include "host.h"
#include "letter/letter.h"

/* What was read from a text: reading is a function of the text, and every service, run and restart
 * reads the same ones. */
struct known {
    struct text source;
    int64_t version; /* 0 where it is no part of what was read */
    const void *value;
};

enum { KNOWN_MAX = 160 };

/* All that one function read. */
struct memory {
    struct known items[KNOWN_MAX];
    size_t count;
};

static struct {
    struct world *world;
    struct arena arena; /* of what was read */
    struct memory trees;
    struct memory calendars;
    struct memory catalogues;
} seams;

void seams_begin(struct world *world)
{
    seams.world = world;
}

void seams_end(void)
{
    arena_free(&seams.arena);
    seams.trees = seams.calendars = seams.catalogues = (struct memory){0};
    seams.world = NULL;
}

static const void *known_find(const struct memory *memory, struct text source, int64_t version)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->items[i].version == version && text_equal(memory->items[i].source, source)) {
            return memory->items[i].value;
        }
    }
    return NULL;
}

static void known_add(struct memory *memory, struct text source, int64_t version, const void *value)
{
    CHECK(memory->count < KNOWN_MAX);
    memory->items[memory->count++] = (struct known){source, version, value};
}

/* The linker calls by these names. */
struct calendar;
void __wrap_random_init(struct random_source *source);
void __real_random_init(struct random_source *source);
enum err __wrap_store_room(const struct store *store);
enum err __real_store_room(const struct store *store);
enum err __wrap_store_commit(struct store_txn **txn);
enum err __real_store_commit(struct store_txn **txn);
enum err __wrap_yaml_parse(struct yaml_file *file, struct text source,
                           const struct yaml_node **ret_root);
enum err __real_yaml_parse(struct yaml_file *file, struct text source,
                           const struct yaml_node **ret_root);
enum err __wrap_calendar_load(struct yaml_file *file, struct text source, int64_t version,
                              const struct calendar **ret_calendar);
enum err __real_calendar_load(struct yaml_file *file, struct text source, int64_t version,
                              const struct calendar **ret_calendar);
enum err __wrap_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue);
enum err __real_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue);

enum err __wrap_letter_fonts_open(const char *file, const char *family,
                                  struct letter_fonts **ret_fonts, struct reason *reason);
void __wrap_letter_fonts_close(struct letter_fonts **fonts);
enum err __wrap_letter_render(const struct letter_fonts *fonts, const struct letter *letter,
                              struct arena *arena, struct bytes *ret_pdf, struct reason *reason);

/* Keys and nonces too come from the run's seed. */
void __wrap_random_init(struct random_source *source)
{
    __real_random_init(source);
    if (seams.world != NULL) {
        source->seeded = 1;
        random_fill(&seams.world->random, source->seed, sizeof source->seed);
    }
}

enum err __wrap_store_room(const struct store *store)
{
    for (size_t i = 0; seams.world != NULL && i < seams.world->host_count; i++) {
        const struct sim_host *host = seams.world->hosts[i];
        if (host_is_up(host) && engine_store(host->engine) == store) {
            return host->disk_is_full ? ERR_FULL : ERR_OK;
        }
    }
    return __real_store_room(store);
}

/* A disk that was found full only by the commit: what LMDB does then is to undo it. */
enum err __wrap_store_commit(struct store_txn **txn)
{
    if (seams.world != NULL && seams.world->commit_fails) {
        store_abort(txn);
        return ERR_FULL;
    }
    return __real_store_commit(txn);
}

enum err __wrap_yaml_parse(struct yaml_file *file, struct text source,
                           const struct yaml_node **ret_root)
{
    const struct yaml_node *root = known_find(&seams.trees, source, 0);
    if (root == NULL) {
        struct yaml_file kept = *file;
        kept.arena = &seams.arena;
        struct text copy = arena_copy_text(&seams.arena, source);
        enum err err = __real_yaml_parse(&kept, copy, &root);
        if (err != ERR_OK) {
            *file = kept;
            return err;
        }
        known_add(&seams.trees, copy, 0, root);
    }
    *ret_root = root;
    return ERR_OK;
}

enum err __wrap_calendar_load(struct yaml_file *file, struct text source, int64_t version,
                              const struct calendar **ret_calendar)
{
    const struct calendar *calendar = known_find(&seams.calendars, source, version);
    if (calendar == NULL) {
        struct yaml_file kept = *file;
        kept.arena = &seams.arena;
        struct text copy = arena_copy_text(&seams.arena, source);
        enum err err = __real_calendar_load(&kept, copy, version, &calendar);
        if (err != ERR_OK) {
            *file = kept;
            return err;
        }
        known_add(&seams.calendars, copy, version, calendar);
    }
    *ret_calendar = calendar;
    return ERR_OK;
}

/* The inputs with all that they point to in the arena of what was read. */
static struct catalogue_inputs inputs_copy(const struct catalogue_inputs *inputs)
{
    struct catalogue_inputs copy = *inputs;
    struct catalogue_source *procedures =
        arena_take_array(&seams.arena, inputs->procedure_count, sizeof *procedures);
    for (size_t i = 0; i < inputs->procedure_count; i++) {
        procedures[i].name =
            arena_copy_text(&seams.arena, text_of(inputs->procedures[i].name)).data;
        procedures[i].text = arena_copy_text(&seams.arena, inputs->procedures[i].text);
    }
    copy.procedures = procedures;
    return copy;
}

enum err __wrap_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue)
{
    const struct catalogue *catalogue = known_find(&seams.catalogues, source, 0);
    if (catalogue == NULL) {
        struct yaml_file kept = *file;
        struct catalogue_inputs copy = inputs_copy(inputs);
        kept.arena = &seams.arena;
        struct text text = arena_copy_text(&seams.arena, source);
        enum err err = __real_catalogue_load(&kept, text, &copy, &catalogue);
        if (err != ERR_OK) {
            *file = kept;
            return err;
        }
        known_add(&seams.catalogues, text, 0, catalogue);
    }
    *ret_catalogue = catalogue;
    return ERR_OK;
}

/* Setting a page takes longer than a whole case does here, and has tests of its own: a letter is
 * its title, number, day and paragraphs. */
enum err __wrap_letter_fonts_open(const char *file, const char *family,
                                  struct letter_fonts **ret_fonts, struct reason *reason)
{
    static char fonts;
    (void)file;
    (void)family;
    (void)reason;
    *ret_fonts = (struct letter_fonts *)(void *)&fonts;
    return ERR_OK;
}

void __wrap_letter_fonts_close(struct letter_fonts **fonts)
{
    *fonts = NULL;
}

enum err __wrap_letter_render(const struct letter_fonts *fonts, const struct letter *letter,
                              struct arena *arena, struct bytes *ret_pdf, struct reason *reason)
{
    struct text page =
        arena_print(arena, "%.*s\n%.*s\n%.*s\n%.*s\n", TEXT_PRINT(letter->title),
                    TEXT_PRINT(letter->number), TEXT_PRINT(letter->lead), TEXT_PRINT(letter->day));
    for (size_t i = 0; i < letter->paragraph_count; i++) {
        page =
            arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(page), TEXT_PRINT(letter->paragraphs[i]));
    }
    (void)fonts;
    (void)reason;
    *ret_pdf = text_bytes(page);
    return ERR_OK;
}
