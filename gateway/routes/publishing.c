#include "routes/publishing.h"

#include "catalogue/parts.h"
#include "crypto/sha256.h"

enum { PARTS_AT_ONCE = 8 };

void publishing_begin(struct publishing *publishing, const struct catalogue_told *told)
{
    if (told != NULL) {
        publishing->version = told->version;
        publishing->calendar = told->calendar;
        publishing->active = told->sha256;
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

/* -- registering ---------------------------------------------------------------------------- */

static void activated_here(struct visit *visit)
{
    struct publishing *publishing = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    const struct catalogue_activated *activated =
        ask_event(visit, &visit->asks[0], &catalogue_activated_message, NULL);
    publishing->calendar =
        activated == NULL || activated->calendar == 0 ? publishing->version : activated->calendar;
    LOG_INFO(visit->gateway->logger, "gateway.catalogue_activated",
             log_number("version", publishing->version),
             log_number("calendar", publishing->calendar));
    publishing->then(visit, publishing);
}

static void parts_send(struct visit *visit);

static void parts_here(struct visit *visit)
{
    const struct publishing *publishing = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    if (publishing->sent < publishing->count) {
        parts_send(visit);
        return;
    }
    struct activate_catalogue command = {
        .version = publishing->version,
        .parts = (int64_t)publishing->count,
        .sha256 = publishing->sha256,
    };
    visit_begin_asks(visit, activated_here);
    visit_ask(visit, "intake", &activate_catalogue_message, &command, NULL);
}

static void parts_send(struct visit *visit)
{
    struct publishing *publishing = visit->page;
    visit_begin_asks(visit, parts_here);
    for (int i = 0; i < PARTS_AT_ONCE && publishing->sent < publishing->count; i++) {
        struct catalogue_part_registered *part = &publishing->parts[publishing->sent++];
        part->version = publishing->version;
        visit_ask(visit, "intake", &register_part_message, part, NULL);
    }
}

static struct hash parts_hash(const struct publishing *publishing)
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

void publishing_go(struct visit *visit, struct publishing *publishing,
                   void (*then)(struct visit *visit, const struct publishing *publishing))
{
    publishing->sha256 = parts_hash(publishing);
    publishing->then = then;
    if (publishing->version > 0 && hash_equal(&publishing->active, &publishing->sha256)) {
        then(visit, publishing);
        return;
    }
    visit->page = publishing;
    publishing->version++;
    parts_send(visit);
}
