/* glasshall-audit reference: what stands in the record, from the tables that wrote it. */
#include "tools.h"

#include "events/registry.h"
#include "log/record.h"
#include "wire/schema.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_BYTES_MAX = 4 << 20 };

/* The events, and the records their fields are made of. */
static bool is_shown(const struct wire_message *message, const char *wanted)
{
    bool is_kept = message->kind == WIRE_KIND_EVENT || message->kind == WIRE_KIND_RECORD;
    return wanted == NULL ? is_kept : strcmp(message->name, wanted) == 0;
}

static void vocabulary_add(struct buffer *page, const struct wire_vocabulary *vocabulary,
                           const char *wanted)
{
    for (size_t i = 0; i < vocabulary->count; i++) {
        if (is_shown(vocabulary->messages[i], wanted)) {
            wire_document(page, vocabulary->messages[i]);
        }
    }
}

int reference_main(int argc, char **argv)
{
    struct buffer page;
    const char *wanted = argc > 1 ? argv[1] : NULL;
    if (argc > 2 || (wanted != NULL && wanted[0] == '-')) {
        printf("usage: audit reference [TYPE]\n\nPrints what events hold, as Markdown: all, "
               "or one, such as intake.case_accepted.v1.\n");
        return argc == 2 && strcmp(wanted, "--help") == 0 ? TOOL_OK : TOOL_FAILED;
    }
    buffer_init(&page, PAGE_BYTES_MAX);
    vocabulary_add(&page, &record_vocabulary, wanted);
    for (size_t i = 0; i < hall_vocabulary_count; i++) {
        vocabulary_add(&page, hall_vocabularies[i], wanted);
    }
    bool found = page.size > 0;
    bool is_told = found && fwrite(page.data, 1, page.size, stdout) == page.size;
    if (!found) {
        fprintf(stderr, "reference: there is no event or record called %s\n", wanted);
    }
    buffer_free(&page);
    return is_told ? TOOL_OK : TOOL_FAILED;
}
