#include "seams.h"

#include "base/arena.h"
#include "base/check.h"
#include "catalogue/catalogue.h"
#include "host.h"

/* The linker calls by these names. */
struct store;
void __wrap_random_init(struct random_source *source);
void __real_random_init(struct random_source *source);
enum err __wrap_store_room(const struct store *store);
enum err __real_store_room(const struct store *store);
enum err __wrap_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue);
enum err __real_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue);

/* The catalogue that was loaded last: loading is a function of its texts, and every service, run
 * and restart loads the same ones. */
struct loaded {
    struct arena arena;
    struct text source;
    const struct catalogue *catalogue;
};

static struct {
    struct world *world;
    struct loaded loaded;
} seams;

void seams_begin(struct world *world)
{
    seams.world = world;
}

void seams_end(void)
{
    arena_free(&seams.loaded.arena);
    seams.loaded = (struct loaded){0};
    seams.world = NULL;
}

/* Keys and nonces too come from the run's seed. */
void __wrap_random_init(struct random_source *source)
{
    if (seams.world == NULL) {
        __real_random_init(source);
        return;
    }
    __real_random_init(source);
    source->seeded = 1;
    random_fill(&seams.world->random, source->seed, sizeof source->seed);
}

enum err __wrap_store_room(const struct store *store)
{
    for (size_t i = 0; seams.world != NULL && i < seams.world->host_count; i++) {
        const struct sim_host *host = seams.world->hosts[i];
        if (host != NULL && host_is_up(host) && engine_store(host->engine) == store) {
            return host->disk_is_full ? ERR_FULL : ERR_OK;
        }
    }
    return __real_store_room(store);
}

enum err __wrap_catalogue_load(struct yaml_file *file, struct text source,
                               const struct catalogue_inputs *inputs,
                               const struct catalogue **ret_catalogue)
{
    struct loaded *loaded = &seams.loaded;
    if (loaded->catalogue == NULL || !text_equal(loaded->source, source)) {
        struct yaml_file kept = *file;
        struct catalogue_inputs copies = *inputs;
        arena_free(&loaded->arena);
        arena_init(&loaded->arena);
        kept.arena = &loaded->arena;
        loaded->source = arena_copy_text(&loaded->arena, source);
        struct catalogue_source *procedures =
            arena_take_array(&loaded->arena, inputs->procedure_count, sizeof *procedures);
        for (size_t i = 0; i < inputs->procedure_count; i++) {
            procedures[i].name =
                arena_copy_text(&loaded->arena, text_of(inputs->procedures[i].name)).data;
            procedures[i].text = arena_copy_text(&loaded->arena, inputs->procedures[i].text);
        }
        copies.procedures = procedures;
        enum err err =
            __real_catalogue_load(&kept, loaded->source, &copies, &loaded->catalogue);
        if (err != ERR_OK) {
            *file = kept;
            loaded->catalogue = NULL;
            return err;
        }
    }
    *ret_catalogue = loaded->catalogue;
    return ERR_OK;
}
