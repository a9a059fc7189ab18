/* Versions of the catalogue. The files of a new one are cut into parts that fit into events; intake
 * checks them as a whole. The hall's first catalogue is active at once, every later one begins as a
 * draft, and its matter says who does what until it is in force. */
#include "routes/handlers.h"

#include "catalogue/parts.h"
#include "routes/actions.h"
#include "routes/pages.h"
#include "routes/publishing.h"

#include <inttypes.h>

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200 };

/* -- cutting -------------------------------------------------------------------------------- */

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

/* What was asked, and the version on its way. */
struct handing_in {
    const struct catalogue_ask *asked;
    struct publishing publishing;
};

/* -- handing in ----------------------------------------------------------------------------- */

/* Tells of the version that the last question was about. */
static void drafted_tell(struct visit *visit)
{
    const struct catalogue_versions_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL || told->items.count == 0) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the version cannot be read");
        return;
    }
    const struct catalogue_version_told *version = &told->items.items[0];
    struct text place =
        arena_print(&visit->http->arena, "/v1/catalogue/versions/%" PRId64, version->version);
    exchange_add_header(visit->http, "Location", place.data);
    visit_answer(visit, 201, &catalogue_version_told_message, version);
}

static void version_ask(struct visit *visit, int64_t version, void (*then)(struct visit *visit))
{
    struct ask_catalogue_versions question = {.version = version, .limit = 1};
    visit_begin_asks(visit, then);
    visit_ask(visit, "intake", &ask_catalogue_versions_message, &question,
              &catalogue_versions_told_message);
}

static void drafted_here(struct visit *visit)
{
    const struct handing_in *handing = visit->page;
    const struct publishing *publishing = &handing->publishing;
    if (visit_refused(visit)) {
        return;
    }
    LOG_INFO(visit->gateway->logger,
             publishing->active == 0 ? "gateway.catalogue_loaded" : "gateway.catalogue_drafted",
             log_number("version", publishing->version));
    version_ask(visit, publishing->version, drafted_tell);
}

static void draft_send(struct visit *visit)
{
    const struct handing_in *handing = visit->page;
    const struct publishing *publishing = &handing->publishing;
    const struct catalogue_ask *asked = handing->asked;
    struct activate_catalogue activate = {
        .version = publishing->version,
        .parts = (int64_t)publishing->count,
        .sha256 = publishing->sha256,
    };
    struct draft_catalogue draft = {
        .version = activate.version,
        .parts = activate.parts,
        .sha256 = activate.sha256,
        .base = asked->base,
        .replaces = asked->replaces,
        .note = asked->note,
    };
    visit_begin_asks(visit, drafted_here);
    if (publishing->active == 0) {
        visit_ask(visit, "intake", &activate_catalogue_message, &activate, NULL);
    } else {
        visit_ask(visit, "intake", &draft_catalogue_message, &draft, NULL);
    }
}

/* What is there already, in force or on its way, is not drafted again: so this address may be asked
 * twice. */
static void same_here(struct visit *visit)
{
    const struct catalogue_versions_told *told = visit->asks[0].answer;
    if (!visit_refused(visit)) {
        if (told != NULL && told->items.count > 0) {
            drafted_tell(visit);
        } else {
            struct handing_in *handing = visit->page;
            publishing_register(visit, &handing->publishing, draft_send);
        }
    }
}

static void version_here(struct visit *visit)
{
    struct handing_in *handing = visit->page;
    struct publishing *publishing = &handing->publishing;
    if (visit_refused(visit)) {
        return;
    }
    publishing_begin(publishing, visit->asks[0].answer);
    if (!files_cut(visit, publishing, handing->asked)) {
        return;
    }
    if (publishing->active == 0 || handing->asked->replaces != 0) {
        publishing_register(visit, publishing, draft_send);
        return;
    }
    struct hash sha256 = publishing_hash(publishing);
    struct ask_catalogue_versions question = {.sha256 = sha256, .limit = 1};
    visit_begin_asks(visit, same_here);
    visit_ask(visit, "intake", &ask_catalogue_versions_message, &question,
              &catalogue_versions_told_message);
}

void post_catalogue(struct visit *visit)
{
    struct handing_in *handing = arena_take(&visit->http->arena, sizeof *handing);
    struct ask_catalogue question = {.publishing = true};
    handing->asked = visit_body(visit);
    if (handing->asked != NULL) {
        visit->page = handing;
        visit_begin_asks(visit, version_here);
        visit_ask(visit, "intake", &ask_catalogue_message, &question, &catalogue_told_message);
    }
}

/* -- looking and acting ----------------------------------------------------------------------- */

static void versions_here(struct visit *visit)
{
    struct catalogue_versions_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        told = arena_take(&visit->http->arena, sizeof *told);
    }
    if (!text_is_empty(told->next)) {
        visit_link_next(visit, told->next);
    }
    visit_answer(visit, 200, &catalogue_versions_told_message, told);
}

void get_versions(struct visit *visit)
{
    struct ask_catalogue_versions question = {.limit = 0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit)) {
        return;
    }
    question.before = cursor.data == NULL ? 0 : number_read(cursor);
    if (question.before < 0) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, versions_here);
    visit_ask(visit, "intake", &ask_catalogue_versions_message, &question,
              &catalogue_versions_told_message);
}

/* The version that was asked for; NULL when that was answered. */
static const struct catalogue_version_told *version_told(struct visit *visit)
{
    const struct catalogue_versions_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return NULL;
    }
    if (told == NULL || told->items.count == 0) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such version");
        return NULL;
    }
    return &told->items.items[0];
}

static void version_shown(struct visit *visit)
{
    const struct catalogue_version_told *version = version_told(visit);
    if (version != NULL) {
        struct case_versions versions = {.intake = version->part_version};
        visit_tag(visit, &versions);
        visit_answer(visit, 200, &catalogue_version_told_message, version);
    }
}

/* Asks for the version that the path names. */
static void version_of_path_ask(struct visit *visit, void (*then)(struct visit *visit))
{
    int64_t version = number_read(visit->parameters[0]);
    if (version < 1) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such version");
        return;
    }
    version_ask(visit, version, then);
}

void get_version(struct visit *visit)
{
    version_of_path_ask(visit, version_shown);
}

static void version_act(struct visit *visit)
{
    const struct catalogue_version_told *version = version_told(visit);
    if (version == NULL) {
        return;
    }
    if (version->replaced_by != 0) {
        exchange_refuse(visit->http, PROBLEM_CONFLICT,
                        "its files were corrected; the matter goes on as version %" PRId64,
                        version->replaced_by);
        return;
    }
    act_on(visit, &version->id, "intake");
}

void post_version_action(struct visit *visit)
{
    version_of_path_ask(visit, version_act);
}
