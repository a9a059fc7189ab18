/* Files of a case: GET /v1/cases/{id}/materials/{n}. The reading is recorded before the first byte
 * goes out; then the pieces are asked for, and the whole is told. */
#include "routes/handlers.h"

#include "routes/pages.h"
#include "routes/pieces.h"

struct file_visit {
    struct case_id id;
    int64_t index;
    const char *media_type; /* told with the first piece */
};

static void material_ask(struct visit *visit, void *file, int64_t index)
{
    const struct file_visit *material = file;
    struct ask_material question = {
        .case_id = material->id, .index = material->index, .chunk = index};
    visit_ask(visit, "intake", &ask_material_message, &question, &material_chunk_message);
}

static struct piece material_read(struct visit *visit, void *file, const void *answer)
{
    struct file_visit *material = file;
    const struct material_chunk *chunk = answer;
    if (material->media_type == NULL) {
        material->media_type = arena_copy_text(&visit->http->arena, chunk->media_type).data;
    }
    return (struct piece){.size = chunk->size, .data = chunk->data};
}

static void material_tell(struct visit *visit, void *file, struct bytes whole)
{
    const struct file_visit *material = file;
    exchange_add_header(visit->http, "Content-Disposition", "attachment");
    exchange_answer(visit->http, 200, material->media_type, whole);
}

static const struct piece_source materials = {
    .ask = material_ask, .read = material_read, .tell = material_tell};

static void reading_recorded(struct visit *visit)
{
    if (!visit_refused(visit)) {
        pieces_fetch(visit, &materials, visit->page);
    }
}

/* The number of a path: 0 to 999; -1 when it is none. */
static int64_t index_of(struct text text)
{
    return text.size > 3 ? -1 : number_read(text);
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
