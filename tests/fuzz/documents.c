#include "documents.h"

#include "base/check.h"
#include "yaml/yaml.h"

#include <string.h>

/* Whether a line that names a document begins at `at`. */
static bool is_separator(struct text input, size_t at)
{
    return (at == 0 || input.data[at - 1] == '\n') &&
           text_starts_with(text_after(input, at), "%% ");
}

/* Names are made by the caller in a hall, so they are text here as well. */
static const char *document_name(struct text name, struct arena *arena)
{
    size_t characters = 0;
    return utf8_count(name, &characters) ? arena_copy_text(arena, name).data : "not text";
}

static size_t document_end(struct text input, size_t from)
{
    size_t end = from;
    while (end < input.size && !is_separator(input, end)) {
        end++;
    }
    return end;
}

void fuzz_documents_cut(struct bytes input, struct arena *arena, struct fuzz_documents *ret_list)
{
    struct text rest = bytes_text(input);
    size_t end = document_end(rest, 0);
    *ret_list = (struct fuzz_documents){.items = {{"", {rest.data, end}}}, .count = 1};
    while (end < rest.size && ret_list->count < FUZZ_DOCUMENTS_MAX) {
        struct text body = {0};
        struct text head = text_split(text_after(rest, end), '\n', &body);
        struct fuzz_document *document = &ret_list->items[ret_list->count++];
        document->name = document_name(text_after(head, strlen("%% ")), arena);
        rest = body;
        end = ret_list->count < FUZZ_DOCUMENTS_MAX ? document_end(rest, 0) : rest.size;
        document->text = (struct text){rest.data, end};
    }
}

struct text fuzz_document_find(const struct fuzz_documents *list, const char *name)
{
    for (size_t i = 1; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0) {
            return list->items[i].text;
        }
    }
    return (struct text){0};
}

void fuzz_check_yaml(const struct yaml_file *file, bool accepted, struct arena *arena)
{
    size_t characters = 0;
    CHECK(accepted == (file->error_count == 0));
    CHECK(utf8_count(yaml_errors_text(file, arena), &characters));
    CHECK(accepted || characters > 0);
}
