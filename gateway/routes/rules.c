#include "routes/rules.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { VERSIONS_MAX = 64, FILES_MAX = 100, PARTS_AT_ONCE = 8 };

struct kept_rules {
    struct hall_rules rules;
    struct arena arena;
};

struct rules_cache {
    struct kept_rules *versions[VERSIONS_MAX];
    size_t count;
};

/* A version on its way here. */
struct fetch {
    void (*then)(struct visit *visit, const struct hall_rules *rules);
    int64_t version;
    int64_t part_count; /* 0: not yet known */
    int64_t next;       /* the next part to ask for */
    struct rules_file files[FILES_MAX];
    size_t file_count;
    void *page; /* what the visit had before */
};

struct rules_cache *rules_cache_open(void)
{
    struct rules_cache *cache = calloc(1, sizeof *cache);
    CHECK(cache != NULL);
    return cache;
}

void rules_cache_close(struct rules_cache **cache)
{
    struct rules_cache *closing = *cache;
    *cache = NULL;
    for (size_t i = 0; closing != NULL && i < closing->count; i++) {
        arena_free(&closing->versions[i]->arena);
        free(closing->versions[i]);
    }
    free(closing);
}

const struct hall_rules *rules_fetched(const struct rules_cache *cache, int64_t version)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (cache->versions[i]->rules.version == version) {
            return &cache->versions[i]->rules;
        }
    }
    return NULL;
}

/* Goes on with what the visit had before the fetch. */
static void hand_over(struct visit *visit, const struct hall_rules *rules)
{
    struct fetch *fetch = visit->page;
    visit->page = fetch->page;
    fetch->then(visit, rules);
}

/* -- parts ---------------------------------------------------------------------------------- */

/* A part goes behind what is there of its file: parts come in their order. */
static bool part_add(struct fetch *fetch, const struct catalogue_part_told *part,
                     struct arena *arena)
{
    size_t place = 0;
    while (place < fetch->file_count && !text_equal(fetch->files[place].name, part->file)) {
        place++;
    }
    if (place == FILES_MAX) {
        return false;
    }
    if (place == fetch->file_count) {
        fetch->files[fetch->file_count++] = (struct rules_file){.name = part->file};
    }
    struct rules_file *file = &fetch->files[place];
    file->text = arena_print(arena, "%.*s%.*s", TEXT_PRINT(file->text), (int)part->text.size,
                             (const char *)part->text.data);
    return true;
}

static void version_load(struct visit *visit)
{
    struct fetch *fetch = visit->page;
    struct rules_cache *cache = visit->gateway->rules;
    const struct hall_rules *rules = rules_fetched(cache, fetch->version);
    if (rules != NULL) {
        hand_over(visit, rules);
        return;
    }
    struct kept_rules *kept = calloc(1, sizeof *kept);
    CHECK(kept != NULL);
    arena_init(&kept->arena);
    struct text errors = {0};
    if (cache->count == VERSIONS_MAX || rules_load(fetch->files, fetch->file_count, fetch->version,
                                                   &kept->arena, &kept->rules, &errors) != ERR_OK) {
        LOG_ERROR(visit->gateway->logger, "gateway.rules_not_loaded",
                  log_number("version", fetch->version), log_view("errors", errors));
        arena_free(&kept->arena);
        free(kept);
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the catalogue cannot be read here");
        return;
    }
    cache->versions[cache->count++] = kept;
    hand_over(visit, &kept->rules);
}

static void parts_ask(struct visit *visit);

static void parts_here(struct visit *visit)
{
    struct fetch *fetch = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    for (size_t i = 0; i < visit->ask_count; i++) {
        const struct catalogue_part_told *part = visit->asks[i].answer;
        if (part == NULL || !part_add(fetch, part, &visit->http->arena)) {
            exchange_refuse(visit->http, PROBLEM_INTERNAL, "the catalogue cannot be read here");
            return;
        }
        fetch->part_count = part->parts;
    }
    if (fetch->next < fetch->part_count) {
        parts_ask(visit);
    } else {
        version_load(visit);
    }
}

/* Asks for the next parts; for one alone while their number is not known. */
static void parts_ask(struct visit *visit)
{
    struct fetch *fetch = visit->page;
    int64_t end = fetch->part_count == 0 ? 1 : fetch->next + PARTS_AT_ONCE;
    visit_begin_asks(visit, parts_here);
    while (fetch->next < end && (fetch->part_count == 0 || fetch->next < fetch->part_count)) {
        struct ask_catalogue_part question = {.version = fetch->version, .index = fetch->next++};
        visit_ask(visit, "intake", &ask_catalogue_part_message, &question,
                  &catalogue_part_told_message);
    }
}

/* -- versions ------------------------------------------------------------------------------- */

static void version_ensure(struct visit *visit)
{
    struct fetch *fetch = visit->page;
    const struct hall_rules *rules = rules_fetched(visit->gateway->rules, fetch->version);
    if (rules != NULL || fetch->version == 0) {
        hand_over(visit, rules);
        return;
    }
    parts_ask(visit);
}

static void active_here(struct visit *visit)
{
    struct fetch *fetch = visit->page;
    const struct catalogue_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    fetch->version = told == NULL ? 0 : told->version;
    visit->halted = told == NULL ? (struct text_list){0} : told->halted;
    version_ensure(visit);
}

void rules_fetch(struct visit *visit, int64_t version,
                 void (*then)(struct visit *visit, const struct hall_rules *rules))
{
    const struct hall_rules *rules = rules_fetched(visit->gateway->rules, version);
    if (rules != NULL) {
        then(visit, rules);
        return;
    }
    struct fetch *fetch = arena_take(&visit->http->arena, sizeof *fetch);
    fetch->then = then;
    fetch->version = version;
    fetch->page = visit->page;
    visit->page = fetch;
    if (version != 0) {
        version_ensure(visit);
        return;
    }
    struct ask_catalogue question = {0};
    visit_begin_asks(visit, active_here);
    visit_ask(visit, "intake", &ask_catalogue_message, &question, &catalogue_told_message);
}

/* -- several -------------------------------------------------------------------------------- */

struct fetch_all {
    const int64_t *versions;
    size_t count;
    size_t next;
    void (*then)(struct visit *visit);
    void *page; /* what the visit had before */
};

static void next_here(struct visit *visit, const struct hall_rules *rules)
{
    struct fetch_all *all = visit->page;
    (void)rules;
    if (all->next < all->count) {
        rules_fetch(visit, all->versions[all->next++], next_here);
        return;
    }
    visit->page = all->page;
    all->then(visit);
}

void rules_fetch_all(struct visit *visit, const int64_t *versions, size_t count,
                     void (*then)(struct visit *visit))
{
    struct fetch_all *all = arena_take(&visit->http->arena, sizeof *all);
    *all =
        (struct fetch_all){.versions = versions, .count = count, .then = then, .page = visit->page};
    visit->page = all;
    next_here(visit, NULL);
}
