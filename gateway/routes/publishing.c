#include "routes/publishing.h"

#include "catalogue/parts.h"
#include "crypto/sha256.h"

enum { PARTS_AT_ONCE = 8 };

void publishing_begin(struct publishing *publishing, const struct catalogue_told *told)
{
    if (told != NULL) {
        publishing->active = told->version;
        publishing->calendar = told->calendar;
        publishing->active_sha256 = told->sha256;
        publishing->version = told->next;
    }
}

bool publishing_add(struct visit *visit, struct publishing *publishing, struct text file,
                    struct text name, struct text text)
{
    if (publishing->count == RULES_PARTS_MAX) {
        exchange_refuse(visit->http, PROBLEM_TOO_LARGE, "the catalogue has too many parts");
        return false;
    }
    publishing->parts[publishing->count] = (struct catalogue_part_registered){
        .index = (int64_t)publishing->count,
        .file = file,
        .name = name,
        .text = text_bytes(text),
    };
    publishing->count++;
    return true;
}

bool publishing_add_file(struct visit *visit, struct publishing *publishing, struct text file,
                         struct text text)
{
    struct text rest = text;
    while (rest.size > 0) {
        size_t size = rest.size;
        if (size > CATALOGUE_PART_BYTES_MAX) {
            size = CATALOGUE_PART_BYTES_MAX;
            while (size > 0 && rest.data[size - 1] != '\n') {
                size--;
            }
        }
        if (size == 0) {
            exchange_refuse(visit->http, PROBLEM_TOO_LARGE, "%.*s is too large", TEXT_PRINT(file));
            return false;
        }
        if (!publishing_add(visit, publishing, file, file, (struct text){rest.data, size})) {
            return false;
        }
        rest = text_after(rest, size);
    }
    return true;
}

struct hash publishing_hash(const struct publishing *publishing)
{
    struct hasher hasher;
    hasher_init(&hasher);
    hash_begin(&hasher);
    for (size_t i = 0; i < publishing->count; i++) {
        hash_add(&hasher, publishing->parts[i].text);
    }
    struct hash hash = hash_end(&hasher);
    hasher_free(&hasher);
    return hash;
}

/* -- registering ---------------------------------------------------------------------------- */

/* The version being registered, and the visit's own page meanwhile. */
struct registering {
    struct publishing *publishing;
    void *page;
};

static void parts_send(struct visit *visit);

static void parts_here(struct visit *visit)
{
    const struct registering *registering = visit->page;
    const struct publishing *publishing = registering->publishing;
    if (visit_refused(visit)) {
        return;
    }
    if (publishing->sent < publishing->count) {
        parts_send(visit);
        return;
    }
    visit->page = registering->page;
    publishing->then(visit);
}

static void parts_send(struct visit *visit)
{
    const struct registering *registering = visit->page;
    struct publishing *publishing = registering->publishing;
    visit_begin_asks(visit, parts_here);
    for (int i = 0; i < PARTS_AT_ONCE && publishing->sent < publishing->count; i++) {
        struct catalogue_part_registered *part = &publishing->parts[publishing->sent++];
        part->version = publishing->version;
        visit_ask(visit, "intake", &register_part_message, part, NULL);
    }
}

void publishing_register(struct visit *visit, struct publishing *publishing,
                         void (*then)(struct visit *visit))
{
    struct registering *registering = arena_take(&visit->http->arena, sizeof *registering);
    *registering = (struct registering){.publishing = publishing, .page = visit->page};
    publishing->sha256 = publishing_hash(publishing);
    publishing->then = then;
    visit->page = registering;
    parts_send(visit);
}
