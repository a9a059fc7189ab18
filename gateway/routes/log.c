/* The public log: checkpoint, keys, tiles, and the proofs of a case's events.
 *
 * What others fetch here they check themselves; a full tile never changes and may be kept for
 * ever. */
#include "routes/handlers.h"
#include "routes/visit.h"

#include "events/audit.h"
#include "transparency/tile.h"

#include <inttypes.h>
#include <string.h>

enum { PROOFS_MAX = 50 };

static const char kept_for_ever[] = "public, max-age=31536000, immutable";
static const char kept_for_seconds[] = "public, max-age=2";

/* -- GET /v1/log/checkpoint, /v1/log/vkey --------------------------------------------------- */

static void log_text_here(struct visit *visit)
{
    const struct log_text *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the log cannot be read");
        return;
    }
    exchange_keep(visit->http, kept_for_seconds);
    exchange_answer(visit->http, 200, "text/plain; charset=utf-8", text_bytes(told->text));
}

static void log_text_ask(struct visit *visit, enum log_text_kind kind)
{
    struct ask_log_text question = {.kind = kind};
    visit_begin_asks(visit, log_text_here);
    visit_ask(visit, "audit", &ask_log_text_message, &question, &log_text_message);
}

void get_log_checkpoint(struct visit *visit)
{
    log_text_ask(visit, LOG_CHECKPOINT);
}

void get_log_keys(struct visit *visit)
{
    log_text_ask(visit, LOG_KEYS);
}

/* -- GET /v1/log/tile/{rest} ---------------------------------------------------------------- */

struct tile_visit {
    struct tile tile;
    struct bytes pieces[TILE_HASHES]; /* of the entries, as they came */
    size_t piece_count;
    size_t bytes;  /* of all pieces */
    int64_t known; /* entries so far */
};

static void tile_answer(struct visit *visit, const struct tile *tile, struct bytes bytes)
{
    exchange_keep(visit->http,
                  tile->is_entries ? "private, max-age=31536000, immutable" : kept_for_ever);
    exchange_answer(visit->http, 200, "application/octet-stream", bytes);
}

static void tile_here(struct visit *visit)
{
    const struct tile_visit *page = visit->page;
    const struct log_tile *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the tile cannot be read");
        return;
    }
    tile_answer(visit, &page->tile, told->hashes);
}

static void entries_ask(struct visit *visit);

static struct bytes pieces_join(struct arena *arena, const struct tile_visit *page)
{
    uint8_t *whole = arena_take(arena, page->bytes);
    size_t filled = 0;
    for (size_t i = 0; i < page->piece_count; i++) {
        memcpy(whole + filled, page->pieces[i].data, page->pieces[i].size);
        filled += page->pieces[i].size;
    }
    return bytes_of(whole, filled);
}

/* The entries of a tile may be more than one answer holds: what is missing is asked for. */
static void entries_here(struct visit *visit)
{
    struct tile_visit *page = visit->page;
    const struct log_entries *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL || page->known + told->count > (int64_t)page->tile.width) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the entries cannot be read");
        return;
    }
    page->pieces[page->piece_count++] = told->entries;
    page->bytes += told->entries.size;
    page->known += told->count;
    if (page->known < (int64_t)page->tile.width) {
        entries_ask(visit);
        return;
    }
    tile_answer(visit, &page->tile, pieces_join(&visit->http->arena, page));
}

static void entries_ask(struct visit *visit)
{
    const struct tile_visit *page = visit->page;
    struct ask_log_entries question = {.index = (int64_t)page->tile.index,
                                       .width = (int64_t)page->tile.width,
                                       .after = page->known};
    visit_begin_asks(visit, entries_here);
    visit_ask(visit, "audit", &ask_log_entries_message, &question, &log_entries_message);
}

void get_log_tile(struct visit *visit)
{
    struct tile_visit *page = arena_take(&visit->http->arena, sizeof *page);
    visit->page = page;
    if (!tile_parse(visit->parameters[0], &page->tile) ||
        page->tile.index > INT64_MAX / TILE_HASHES) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND,
                        "tiles are at tile/L/N, tile/L/N.p/W and tile/entries/N (C2SP tlog-tiles)");
        return;
    }
    if (page->tile.is_entries) {
        entries_ask(visit);
        return;
    }
    struct ask_log_tile question = {.level = page->tile.level,
                                    .index = (int64_t)page->tile.index,
                                    .width = (int64_t)page->tile.width};
    visit_begin_asks(visit, tile_here);
    visit_ask(visit, "audit", &ask_log_tile_message, &question, &log_tile_message);
}

/* -- GET /v1/cases/{id}/proof --------------------------------------------------------------- */

static void proofs_here(struct visit *visit)
{
    const struct case_proofs *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the proofs cannot be read");
        return;
    }
    size_t count = told->proofs.count;
    if (told->more && count > 0) {
        visit_link_next(visit, arena_print(&visit->http->arena, "%" PRId64,
                                           told->proofs.items[count - 1].index));
    }
    visit_answer(visit, 200, &case_proofs_message, told);
}

void get_case_proof(struct visit *visit)
{
    struct ask_case_proofs question = {.limit = 0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_id(visit, 0, &question.case_id.uuid) ||
        !visit_limit(visit, PROOFS_MAX, PROOFS_MAX, &question.limit)) {
        return;
    }
    question.after = cursor.data == NULL ? 0 : number_read(cursor);
    if (question.after < 0) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, proofs_here);
    visit_ask(visit, "audit", &ask_case_proofs_message, &question, &case_proofs_message);
}
