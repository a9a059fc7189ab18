/* Several YAML documents in one input, so that a corpus file can be read and written by people:
 *
 *     the first document
 *     %% a name
 *     the document of that name
 *
 * Pure; the texts are views of the input, the names are copied. */
#pragma once

#include "base/arena.h"

enum { FUZZ_DOCUMENTS_MAX = 8 };

struct fuzz_document {
    const char *name; /* the first one has none */
    struct text text;
};

struct fuzz_documents {
    struct fuzz_document items[FUZZ_DOCUMENTS_MAX];
    size_t count; /* one at least */
};

/* Cuts `input`; what comes behind FUZZ_DOCUMENTS_MAX documents belongs to the last one. */
void fuzz_documents_cut(struct bytes input, struct arena *arena, struct fuzz_documents *ret_list);

/* The document of that name; an absent text when there is none. */
struct text fuzz_document_find(const struct fuzz_documents *list, const char *name);

struct yaml_file;

/* A refusal must say where and why, in well-formed text; what is accepted has no errors (CHECK). */
void fuzz_check_yaml(const struct yaml_file *file, bool accepted, struct arena *arena);
