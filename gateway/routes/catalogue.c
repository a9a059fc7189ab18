/* A new catalogue: POST /v1/catalogue/versions. Its files are cut into parts that fit into events;
 * intake checks them as a whole before they become the active rules. */
#include "routes/handlers.h"

#include "catalogue/parts.h"
#include "crypto/sha256.h"
#include "routes/pages.h"
#include "routes/visit.h"

enum { PARTS_AT_ONCE = 8 };

struct publishing {
    const struct catalogue_ask *asked;
    struct catalogue_part_registered parts[RULES_PARTS_MAX];
    size_t count;
    size_t sent;
    int64_t version;
    struct hash sha256;
};

/* -- cutting -------------------------------------------------------------------------------- */

static bool part_add(struct publishing *publishing, struct text file, struct text name,
                     struct text text)
{
    if (publishing->count == RULES_PARTS_MAX) {
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

/* The catalogue itself is cut by items; the errors say why it cannot be. */
static bool catalogue_add(struct visit *visit, struct publishing *publishing,
                          const struct catalogue_file *file)
{
    struct arena *arena = &visit->http->arena;
    struct yaml_file source;
    struct catalogue_parts parts;
    yaml_file_init(&source, arena_copy_text(arena, file->name).data, arena);
    if (catalogue_cut(&source, file->text, &parts) != ERR_OK) {
        struct text errors = yaml_errors_text(&source, arena);
        exchange_refuse(visit->http, PROBLEM_INVALID_FIELDS, "%.*s",
                        TEXT_PRINT(utf8_cut(errors, 500)));
        return false;
    }
    for (size_t i = 0; i < parts.count; i++) {
        if (!part_add(publishing, file->name, parts.items[i].name, parts.items[i].source)) {
            exchange_refuse(visit->http, PROBLEM_TOO_LARGE, "the catalogue has too many parts");
            return false;
        }
    }
    return true;
}

/* Another file is one part, or several that end at the end of a line. */
static bool file_add(struct visit *visit, struct publishing *publishing,
                     const struct catalogue_file *file)
{
    struct text rest = file->text;
    while (rest.size > 0) {
        size_t size = rest.size;
        if (size > CATALOGUE_PART_BYTES_MAX) {
            size = CATALOGUE_PART_BYTES_MAX;
            while (size > 0 && rest.data[size - 1] != '\n') {
                size--;
            }
        }
        struct text part = {.data = rest.data, .size = size};
        if (size == 0 || !part_add(publishing, file->name, file->name, part)) {
            exchange_refuse(visit->http, PROBLEM_TOO_LARGE, "%.*s is too large",
                            TEXT_PRINT(file->name));
            return false;
        }
        rest = text_after(rest, size);
    }
    return true;
}

static bool files_cut(struct visit *visit, struct publishing *publishing)
{
    const struct catalogue_ask *asked = publishing->asked;
    struct hasher hasher;
    for (size_t i = 0; i < asked->files.count; i++) {
        const struct catalogue_file *file = &asked->files.items[i];
        bool is_catalogue = text_equal_string(file->name, "catalogue.yaml");
        if (!(is_catalogue ? catalogue_add(visit, publishing, file)
                           : file_add(visit, publishing, file))) {
            return false;
        }
    }
    hasher_init(&hasher);
    hash_begin(&hasher);
    for (size_t i = 0; i < publishing->count; i++) {
        hash_add(&hasher, publishing->parts[i].text);
    }
    publishing->sha256 = hash_end(&hasher);
    hasher_free(&hasher);
    return true;
}

/* -- registering ---------------------------------------------------------------------------- */

static void page_tell(struct visit *visit)
{
    const struct publishing *publishing = visit->page;
    struct catalogue_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct catalogue_page){
        .version = publishing->version,
        .parts = (int64_t)publishing->count,
        .sha256 = publishing->sha256,
    };
    visit_answer(visit, 201, &catalogue_page_message, page);
}

static void activated_here(struct visit *visit)
{
    const struct publishing *publishing = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    LOG_INFO(visit->gateway->logger, "gateway.catalogue_activated",
             log_number("version", publishing->version));
    page_tell(visit);
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

/* What is active already is not published again: so this address may be asked twice. */
static void version_here(struct visit *visit)
{
    struct publishing *publishing = visit->page;
    const struct catalogue_told *told = visit->asks[0].answer;
    if (visit_refused(visit) || !files_cut(visit, publishing)) {
        return;
    }
    if (publishing->count == 0) {
        exchange_refuse(visit->http, PROBLEM_INVALID_FIELDS, "the files are empty");
        return;
    }
    publishing->version = told == NULL ? 0 : told->version;
    if (publishing->version > 0 && hash_equal(&told->sha256, &publishing->sha256)) {
        page_tell(visit);
        return;
    }
    publishing->version++;
    parts_send(visit);
}

void post_catalogue(struct visit *visit)
{
    struct publishing *publishing = arena_take(&visit->http->arena, sizeof *publishing);
    struct ask_catalogue question = {.publishing = true};
    publishing->asked = visit_body(visit);
    if (publishing->asked != NULL) {
        visit->page = publishing;
        visit_begin_asks(visit, version_here);
        visit_ask(visit, "intake", &ask_catalogue_message, &question, &catalogue_told_message);
    }
}
