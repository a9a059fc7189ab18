/* Uploads: files on their way in, past the writer (DESIGN: a third pattern).
 *
 * The host's upload thread speaks the protocol of bus/messages.h with many senders at once, gives
 * credit, and hands the bytes to the service's sink. The sink writes them where they belong and
 * says, at the end, under which id a filing may claim them. */
#pragma once

#include "service/problem.h"

enum { UPLOADS_MAX = 256 };

/* What the sink says at the end. */
struct upload_outcome {
    struct upload_id upload_id;
    struct hash sha256; /* of what was received */
    int64_t size;
};

struct upload_sink {
    /* Begins a file; `ret_file` is given back in the other calls. PROBLEM_NONE or why not. */
    enum problem_type (*begin)(void *memory, const struct upload_begin *begin, void **ret_file);

    /* Takes the next bytes. */
    enum problem_type (*write)(void *memory, void *file, struct bytes bytes);

    /* Ends the file: durable when it returns. The file is gone either way. */
    enum problem_type (*finish)(void *memory, void *file, struct upload_outcome *ret_outcome);

    /* Forgets a file that will not be ended. */
    void (*drop)(void *memory, void *file);

    /* Called now and then: time to remove what nobody claimed. */
    void (*tidy)(void *memory, int64_t now_ms);
};
