/* Files of a case: GET /v1/cases/{id}/materials/{n}. The reading is recorded before the first byte
 * goes out; then the pieces are asked for, and the whole is told. */
#include "routes/handlers.h"

#include "crypto/blob.h"
#include "routes/pages.h"
#include "routes/visit.h"

#include <inttypes.h>
#include <string.h>

enum { PIECES_AT_ONCE = 4, FILE_BYTES_MAX = 32 << 20 };

struct file_visit {
    struct case_id id;
    int64_t index;
    int64_t next; /* the next piece to ask for */
    bool is_whole;
    const char *media_type;
    size_t size;
    uint8_t *bytes; /* of the whole file */
    size_t filled;
};

static void pieces_ask(struct visit *visit);

/* The first piece says how large the file is. */
static bool file_begin(struct visit *visit, struct file_visit *file,
                       const struct material_chunk *chunk)
{
    if (chunk->size < 0 || chunk->size > FILE_BYTES_MAX) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the file is too large to be shown");
        return false;
    }
    file->size = (size_t)chunk->size;
    file->bytes = arena_take(&visit->http->arena, file->size + 1);
    file->media_type = arena_copy_text(&visit->http->arena, chunk->media_type).data;
    return true;
}

static bool piece_take(struct file_visit *file, const struct material_chunk *chunk)
{
    if (file->filled + chunk->data.size > file->size) {
        return false;
    }
    if (chunk->data.size > 0) {
        memcpy(file->bytes + file->filled, chunk->data.data, chunk->data.size);
    }
    file->filled += chunk->data.size;
    file->is_whole = file->filled == file->size;
    return file->is_whole || chunk->data.size > 0;
}

static void file_tell(struct visit *visit, const struct file_visit *file)
{
    exchange_add_header(visit->http, "Content-Disposition", "attachment");
    exchange_answer(visit->http, 200, file->media_type, bytes_of(file->bytes, file->size));
}

static void pieces_here(struct visit *visit)
{
    struct file_visit *file = visit->page;
    for (size_t i = 0; i < visit->ask_count && !file->is_whole; i++) {
        const struct ask *ask = &visit->asks[i];
        const struct material_chunk *chunk = ask->answer;
        if (ask->problem != PROBLEM_NONE || chunk == NULL) {
            visit_refuse_ask(visit, ask);
            return;
        }
        if (file->bytes == NULL && !file_begin(visit, file, chunk)) {
            return;
        }
        if (!piece_take(file, chunk)) {
            exchange_refuse(visit->http, PROBLEM_INTERNAL, "the stored file is not as it was");
            return;
        }
    }
    if (file->is_whole) {
        file_tell(visit, file);
    } else {
        pieces_ask(visit);
    }
}

/* One piece first: it says how many there are to expect. */
static void pieces_ask(struct visit *visit)
{
    struct file_visit *file = visit->page;
    int64_t count = file->bytes == NULL ? 1 : PIECES_AT_ONCE;
    int64_t known = file->bytes == NULL ? 1 : (int64_t)(file->size / BLOB_CHUNK_BYTES) + 1;
    visit_begin_asks(visit, pieces_here);
    for (int64_t i = 0; i < count && file->next < known; i++) {
        struct ask_material question = {
            .case_id = file->id, .index = file->index, .chunk = file->next++};
        visit_ask(visit, "intake", &ask_material_message, &question, &material_chunk_message);
    }
    if (visit->ask_count == 0) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the stored file is not as it was");
    }
}

static void reading_recorded(struct visit *visit)
{
    if (!visit_refused(visit)) {
        pieces_ask(visit);
    }
}

/* The number of a path: 0 to 999; -1 when it is none. */
static int64_t index_of(struct text text)
{
    int64_t index = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || text.size > 3) {
            return -1;
        }
        index = index * 10 + (text.data[i] - '0');
    }
    return index;
}

void get_material(struct visit *visit)
{
    struct file_visit *file = arena_take(&visit->http->arena, sizeof *file);
    file->index = index_of(visit->parameters[1]);
    if (!visit_id(visit, 0, &file->id.uuid)) {
        return;
    }
    if (file->index < 0) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such file");
        return;
    }
    struct read_material command = {.case_id = file->id, .index = file->index};
    visit->page = file;
    visit_begin_asks(visit, reading_recorded);
    visit_ask(visit, "intake", &read_material_message, &command, NULL);
}
