/* A new catalogue: POST /v1/catalogue/versions. Its files are cut into parts that fit into events;
 * intake checks them as a whole before they become the active rules. */
#include "routes/handlers.h"

#include "catalogue/parts.h"
#include "routes/pages.h"
#include "routes/publishing.h"

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
        if (!publishing_add(visit, publishing, file->name, parts.items[i].name,
                            parts.items[i].source)) {
            return false;
        }
    }
    return true;
}

static bool files_cut(struct visit *visit, struct publishing *publishing,
                      const struct catalogue_ask *asked)
{
    for (size_t i = 0; i < asked->files.count; i++) {
        const struct catalogue_file *file = &asked->files.items[i];
        bool is_catalogue = text_equal_string(file->name, "catalogue.yaml");
        if (!(is_catalogue ? catalogue_add(visit, publishing, file)
                           : publishing_add_file(visit, publishing, file->name, file->text))) {
            return false;
        }
    }
    if (publishing->count == 0) {
        exchange_refuse(visit->http, PROBLEM_INVALID_FIELDS, "the files are empty");
        return false;
    }
    return true;
}

static void page_tell(struct visit *visit, const struct publishing *publishing)
{
    struct catalogue_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct catalogue_page){
        .version = publishing->version,
        .parts = (int64_t)publishing->count,
        .sha256 = publishing->sha256,
    };
    visit_answer(visit, 201, &catalogue_page_message, page);
}

static void version_here(struct visit *visit)
{
    const struct catalogue_ask *asked = visit->page;
    struct publishing *publishing = arena_take(&visit->http->arena, sizeof *publishing);
    if (visit_refused(visit)) {
        return;
    }
    publishing_begin(publishing, visit->asks[0].answer);
    if (files_cut(visit, publishing, asked)) {
        publishing_go(visit, publishing, page_tell);
    }
}

void post_catalogue(struct visit *visit)
{
    struct ask_catalogue question = {.publishing = true};
    visit->page = visit_body(visit);
    if (visit->page != NULL) {
        visit_begin_asks(visit, version_here);
        visit_ask(visit, "intake", &ask_catalogue_message, &question, &catalogue_told_message);
    }
}
