#include "routes/pieces.h"

#include "crypto/blob.h"

#include <string.h>

enum { PIECES_AT_ONCE = 4, FILE_BYTES_MAX = 32 << 20 };

struct fetching {
    const struct piece_source *source;
    void *file;
    int64_t next; /* the next piece to ask for */
    bool is_whole;
    size_t size;
    uint8_t *bytes; /* of the whole file */
    size_t filled;
};

static void pieces_ask(struct visit *visit);

/* The first piece says how large the file is. */
static bool file_begin(struct visit *visit, struct fetching *fetching, int64_t size)
{
    if (size < 0 || size > FILE_BYTES_MAX) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the file is too large to be shown");
        return false;
    }
    fetching->size = (size_t)size;
    fetching->bytes = arena_take(&visit->http->arena, fetching->size + 1);
    return true;
}

static bool piece_take(struct fetching *fetching, struct bytes data)
{
    if (fetching->filled + data.size > fetching->size) {
        return false;
    }
    if (data.size > 0) {
        memcpy(fetching->bytes + fetching->filled, data.data, data.size);
    }
    fetching->filled += data.size;
    fetching->is_whole = fetching->filled == fetching->size;
    return fetching->is_whole || data.size > 0;
}

static void piece_refuse(struct visit *visit, const struct fetching *fetching,
                         const struct ask *ask)
{
    if (fetching->source->refuse != NULL) {
        fetching->source->refuse(visit, fetching->file, ask);
    } else {
        visit_refuse_ask(visit, ask);
    }
}

static void pieces_here(struct visit *visit)
{
    struct fetching *fetching = visit->page;
    for (size_t i = 0; i < visit->ask_count && !fetching->is_whole; i++) {
        const struct ask *ask = &visit->asks[i];
        if (ask->problem != PROBLEM_NONE || ask->answer == NULL) {
            piece_refuse(visit, fetching, ask);
            return;
        }
        struct piece piece = fetching->source->read(visit, fetching->file, ask->answer);
        if (fetching->bytes == NULL && !file_begin(visit, fetching, piece.size)) {
            return;
        }
        if (!piece_take(fetching, piece.data)) {
            exchange_refuse(visit->http, PROBLEM_INTERNAL, "the stored file is not as it was");
            return;
        }
    }
    if (fetching->is_whole) {
        fetching->source->tell(visit, fetching->file, bytes_of(fetching->bytes, fetching->size));
    } else {
        pieces_ask(visit);
    }
}

/* One piece first: it says how many there are to expect. */
static void pieces_ask(struct visit *visit)
{
    struct fetching *fetching = visit->page;
    int64_t count = fetching->bytes == NULL ? 1 : PIECES_AT_ONCE;
    int64_t known = fetching->bytes == NULL ? 1 : (int64_t)(fetching->size / BLOB_CHUNK_BYTES) + 1;
    visit_begin_asks(visit, pieces_here);
    for (int64_t i = 0; i < count && fetching->next < known; i++) {
        fetching->source->ask(visit, fetching->file, fetching->next++);
    }
    if (visit->ask_count == 0) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the stored file is not as it was");
    }
}

void pieces_fetch(struct visit *visit, const struct piece_source *source, void *file)
{
    struct fetching *fetching = arena_take(&visit->http->arena, sizeof *fetching);
    fetching->source = source;
    fetching->file = file;
    visit->page = fetching;
    pieces_ask(visit);
}
