/* From the parser's events to a walk over shapes: which element is open, what may come next, whose
 * text this is. libxml2 parses what it is fed and calls back; it builds no tree and opens nothing.
 */
#include "iso20022/internal.h"

#include "base/check.h"

#include <libxml/SAX2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEED_BYTES_MAX = 64 * 1024, NAME_SHOWN_MAX = 35 };

static const char namespace_begin[] = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";

bool fault_at(struct reader *reader, int64_t line, const char *format, ...)
{
    va_list arguments;
    if (reader->err == ERR_OK) {
        reader->err = ERR_INVALID;
        reader->fault->line = line;
        va_start(arguments, format);
        (void)vsnprintf(reader->fault->reason.text, sizeof reader->fault->reason.text, format,
                        arguments);
        va_end(arguments);
        xmlStopParser(reader->parser);
    }
    return false;
}

static int64_t line_now(const struct reader *reader)
{
    const xmlParserInput *input = reader->parser->input;
    return input == NULL || input->line < 1 ? 1 : input->line;
}

int64_t line_of(const struct reader *reader)
{
    if (reader->leaf != NULL) {
        return reader->leaf_line;
    }
    return reader->depth == 0 ? line_now(reader) : reader->frames[reader->depth - 1].line;
}

/* -- elements --------------------------------------------------------------------------------- */

/* What an unknown element may be called in a reason: a short plain name, or nothing of it. */
static const char *shown(const char *name)
{
    size_t size = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    return name[size] == '\0' && size <= NAME_SHOWN_MAX ? name : "an element";
}

static bool is_wanted(const struct place *place, const struct reader *reader)
{
    return (place->versions & reader->version) != 0;
}

static const struct place *place_find(const struct reader *reader, const struct shape *shape,
                                      const char *name)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->places[i].name, name) == 0 && is_wanted(&shape->places[i], reader)) {
            return &shape->places[i];
        }
    }
    return NULL;
}

/* True when nothing between what was filled last and place `until` had to be there. */
static bool nothing_missing(struct reader *reader, const struct frame *frame, size_t until)
{
    const struct shape *shape = frame->shape;
    if (shape->is_choice) {
        return true;
    }
    for (size_t i = frame->next + (frame->filled > 0 ? 1 : 0); i < until; i++) {
        const struct place *place = &shape->places[i];
        if ((place->occurs == ONE || place->occurs == MANY) && is_wanted(place, reader)) {
            return fault_at(reader, line_now(reader), "%s is missing in %s", place->name,
                            shape->name);
        }
    }
    return true;
}

/* Moves the open element on to its child of that name. NULL after a fault. */
static const struct place *place_enter(struct reader *reader, const char *name)
{
    struct frame *frame = &reader->frames[reader->depth - 1];
    const struct shape *shape = frame->shape;
    const struct place *place = place_find(reader, shape, name);
    if (place == NULL) {
        fault_at(reader, line_now(reader), "%s has no place in %s", shown(name), shape->name);
        return NULL;
    }
    size_t index = (size_t)(place - shape->places);
    bool is_again = frame->filled > 0 && index == frame->next;
    if (shape->is_choice && frame->filled > 0) {
        fault_at(reader, line_now(reader), "%s stands beside another in %s, which holds one", name,
                 shape->name);
        return NULL;
    }
    if (is_again && (place->occurs == ONE || place->occurs == OPTIONAL)) {
        fault_at(reader, line_now(reader), "%s stands twice in %s", name, shape->name);
        return NULL;
    }
    if (frame->filled > 0 && index < frame->next) {
        fault_at(reader, line_now(reader), "%s comes too late in %s: the order is fixed", name,
                 shape->name);
        return NULL;
    }
    if (!is_again && !nothing_missing(reader, frame, index)) {
        return NULL;
    }
    frame->filled = is_again ? frame->filled + 1 : 1;
    frame->next = index;
    return place;
}

static bool shape_open(struct reader *reader, const struct shape *shape)
{
    reader->frames[reader->depth++] = (struct frame){.shape = shape, .line = line_now(reader)};
    return shape->opens == NULL || shape->opens(reader);
}

static bool shape_close(struct reader *reader)
{
    struct frame *frame = &reader->frames[reader->depth - 1];
    const struct shape *shape = frame->shape;
    if (shape->is_choice && frame->filled == 0) {
        return fault_at(reader, frame->line, "%s is empty", shape->name);
    }
    if (!nothing_missing(reader, frame, shape->count)) {
        return false;
    }
    if (shape->closes != NULL && !shape->closes(reader)) {
        return false;
    }
    reader->depth--;
    return true;
}

/* -- texts ------------------------------------------------------------------------------------ */

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    while (text.size > 0 && is_blank(text.data[0])) {
        text = text_after(text, 1);
    }
    return text;
}

static bool leaf_close(struct reader *reader)
{
    const struct place *leaf = reader->leaf;
    struct text text = trimmed((struct text){reader->text, reader->text_size});
    size_t characters = 0;
    bool is_good = true;
    if (text.size == 0) {
        is_good = fault_at(reader, reader->leaf_line, "%s is empty", leaf->name);
    } else if (!utf8_count(text, &characters) || characters > leaf->characters_max) {
        is_good = fault_at(reader, reader->leaf_line, "%s has more than %zu characters", leaf->name,
                           leaf->characters_max);
    } else {
        is_good = leaf->take(reader, text);
    }
    reader->leaf = NULL;
    return is_good;
}

/* The currency stands as an attribute: three capital letters. */
static bool currency_read(struct reader *reader, const xmlChar **attributes, int count)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **attribute =
            attributes + 5 * i; /* name, prefix, namespace, value, its end */
        if (attribute[2] != NULL || strcmp((const char *)attribute[0], "Ccy") != 0) {
            continue;
        }
        const char *value = (const char *)attribute[3];
        if (attribute[4] - attribute[3] != CURRENCY_SIZE ||
            strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < CURRENCY_SIZE) {
            return fault_at(reader, line_now(reader), "%s has a currency that is none",
                            reader->leaf->name);
        }
        memcpy(reader->currency, value, CURRENCY_SIZE);
        return true;
    }
    return fault_at(reader, line_now(reader), "%s has no currency (Ccy)", reader->leaf->name);
}

/* -- what the parser calls -------------------------------------------------------------------- */

static bool root_check(struct reader *reader, const char *name, const char *uri)
{
    size_t begin_size = sizeof namespace_begin - 1;
    if (strcmp(name, "Document") != 0 || strncmp(uri, namespace_begin, begin_size) != 0) {
        return fault_at(reader, line_now(reader), "is no bank statement of ISO 20022 (camt.053)");
    }
    if (strcmp(uri + begin_size, "08") == 0) {
        reader->version = VERSION_08;
    } else if (strcmp(uri + begin_size, "02") == 0) {
        reader->version = VERSION_02;
    } else {
        return fault_at(reader, line_now(reader),
                        "is camt.053 in another version: 001.02 and 001.08 are read");
    }
    reader->namespace_uri = uri; /* the parser's own string, which lives as long as it does */
    return true;
}

static void on_element(void *context, const xmlChar *name, const xmlChar *prefix,
                       const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                       int attribute_count, int defaulted_count, const xmlChar **attributes)
{
    struct reader *reader = context;
    const char *local = (const char *)name;
    const char *space = uri == NULL ? "" : (const char *)uri;
    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted_count;
    if (reader->err != ERR_OK) {
        return;
    }
    if (reader->depth + reader->passed_over >= STATEMENT_DEPTH_MAX) {
        fault_at(reader, line_now(reader), "is nested deeper than any bank statement");
        return;
    }
    if (reader->passed_over > 0) {
        reader->passed_over++;
        return;
    }
    if (reader->leaf != NULL) {
        fault_at(reader, line_now(reader), "%s holds an element where text belongs",
                 reader->leaf->name);
        return;
    }
    if (reader->depth == 1 && !root_check(reader, local, space)) {
        return;
    }
    if (strcmp(space, reader->namespace_uri) != 0) {
        fault_at(reader, line_now(reader), "%s is of another namespace than the file",
                 shown(local));
        return;
    }
    const struct place *place = place_enter(reader, local);
    if (place == NULL) {
        return;
    }
    if (place->shape != NULL) {
        (void)shape_open(reader, place->shape);
    } else if (place->take != NULL) {
        reader->leaf = place;
        reader->leaf_line = line_now(reader);
        reader->text_size = 0;
        if (place->has_currency) {
            (void)currency_read(reader, attributes, attribute_count);
        }
    } else {
        reader->passed_over = 1;
    }
}

static void on_element_end(void *context, const xmlChar *name, const xmlChar *prefix,
                           const xmlChar *uri)
{
    struct reader *reader = context;
    (void)name, (void)prefix, (void)uri;
    if (reader->err != ERR_OK) {
        return;
    }
    if (reader->passed_over > 0) {
        reader->passed_over--;
    } else if (reader->leaf != NULL) {
        (void)leaf_close(reader);
    } else {
        (void)shape_close(reader);
    }
}

static void on_text(void *context, const xmlChar *data, int size)
{
    struct reader *reader = context;
    if (reader->err != ERR_OK || reader->passed_over > 0) {
        return;
    }
    for (int i = 0; i < size; i++) {
        char letter = (char)data[i];
        if (reader->leaf == NULL) {
            if (!is_blank(letter)) {
                fault_at(reader, line_of(reader), "%s holds text where elements belong",
                         reader->frames[reader->depth - 1].shape->name);
                return;
            }
        } else if (reader->text_size > 0 || !is_blank(letter)) {
            if (reader->text_size == sizeof reader->text) {
                fault_at(reader, reader->leaf_line, "%s has more than %zu characters",
                         reader->leaf->name, reader->leaf->characters_max);
                return;
            }
            reader->text[reader->text_size++] = letter;
        }
    }
}

/* Called for the document type itself, before anything that it declares is read. */
static void on_document_type(void *context, const xmlChar *name, const xmlChar *external_id,
                             const xmlChar *system_id)
{
    struct reader *reader = context;
    (void)name, (void)external_id, (void)system_id;
    fault_at(reader, line_now(reader), "has a document type (DOCTYPE), which no statement needs");
}

/* Called when the XML declaration has been read. */
static void on_document(void *context)
{
    struct reader *reader = context;
    const char *encoding = (const char *)reader->parser->encoding;
    if (encoding != NULL && strcasecmp(encoding, "UTF-8") != 0) {
        fault_at(reader, 1, "is not in UTF-8");
    }
}

/* The parser's own words may quote the file; ours do not. */
static const char *trouble_of(const xmlError *error)
{
    switch (error->code) {
    case XML_ERR_TAG_NAME_MISMATCH:
        return "an element is closed by the end of another";
    case XML_ERR_INVALID_CHAR:
    case XML_ERR_INVALID_ENCODING:
    case XML_ERR_UNSUPPORTED_ENCODING:
    case XML_ERR_INTERNAL_ERROR: /* the parser cannot get on: the same, in small chunks */
        return "holds bytes that are no text in UTF-8";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
        return "names an entity that XML does not know";
    case XML_ERR_DOCUMENT_EMPTY:
        return "is no XML";
    case XML_ERR_DOCUMENT_END:
        return "goes on behind its end";
    default:
        return "is not well-formed XML";
    }
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct reader *reader = context;
    if (error->level >= XML_ERR_ERROR) {
        fault_at(reader, error->line < 1 ? 1 : error->line, "%s", trouble_of(error));
    }
}

/* -- feeding ---------------------------------------------------------------------------------- */

/* UTF-16 and UTF-32 have a zero byte among the first two, or begin with a mark of their own. `at`
 * is where the chunk stands in the file. */
static bool is_utf8_so_far(struct bytes chunk, int64_t at)
{
    for (size_t i = 0; i < chunk.size && at + (int64_t)i < 2; i++) {
        if (chunk.data[i] == 0 || (at == 0 && i == 0 && chunk.data[i] >= 0xFE)) {
            return false;
        }
    }
    return true;
}

static void feed(struct reader *reader, struct bytes chunk)
{
    for (size_t at = 0; at < chunk.size && reader->err == ERR_OK; at += FEED_BYTES_MAX) {
        size_t size = chunk.size - at < FEED_BYTES_MAX ? chunk.size - at : FEED_BYTES_MAX;
        (void)xmlParseChunk(reader->parser, (const char *)chunk.data + at, (int)size, 0);
    }
}

/* What is open at the end of the bytes was cut off, whatever the parser makes of it. */
static void feed_end(struct reader *reader, int64_t size)
{
    int64_t line = line_now(reader);
    if (reader->err != ERR_OK) {
        return;
    }
    (void)xmlParseChunk(reader->parser, NULL, 0, 1);
    bool is_closed = reader->depth == 1 && reader->frames[0].filled == 1;
    if (!is_closed && (reader->err == ERR_OK || reader->err == ERR_INVALID)) {
        reader->err = ERR_OK;
        fault_at(reader, line, "%s", size == 0 ? "is empty" : "is cut off: it ends in the middle");
    }
}

static void read_all(struct reader *reader, const struct statement_source *source)
{
    int64_t size = 0;
    while (reader->err == ERR_OK) {
        struct bytes chunk = {0};
        enum err err = source->read(source->memory, &chunk);
        if (err != ERR_OK) {
            reader->err = err;
            return;
        }
        if (chunk.size == 0) {
            feed_end(reader, size);
            return;
        }
        if (!is_utf8_so_far(chunk, size)) {
            fault_at(reader, 1, "is not in UTF-8");
            return;
        }
        size += (int64_t)chunk.size;
        if (size > STATEMENT_BYTES_MAX) {
            fault_at(reader, line_now(reader), "is larger than a statement may be");
            return;
        }
        feed(reader, chunk);
    }
}

static void reader_init(struct reader *reader, const struct statement_calls *calls,
                        struct statement_fault *fault)
{
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = on_document_type,
        .startDocument = on_document,
        .startElementNs = on_element,
        .endElementNs = on_element_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .serror = on_error,
    };
    xmlInitParser();
    reader->calls = calls;
    reader->fault = fault;
    reader->version = VERSION_BOTH;
    reader->parser = xmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL);
    CHECK(reader->parser != NULL);
    (void)xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET);
    arena_init(&reader->message_arena);
    arena_init(&reader->statement_arena);
    arena_init(&reader->batch_arena);
    seen_init(&reader->entry_references);
    seen_init(&reader->bank_references);
    reader->frames[reader->depth++] = (struct frame){.shape = &file_shape, .line = 1};
}

static void reader_free(struct reader *reader)
{
    if (reader->parser->myDoc != NULL) {
        xmlFreeDoc(reader->parser->myDoc);
    }
    xmlFreeParserCtxt(reader->parser);
    arena_free(&reader->message_arena);
    arena_free(&reader->statement_arena);
    arena_free(&reader->batch_arena);
    seen_free(&reader->entry_references);
    seen_free(&reader->bank_references);
    free(reader);
}

enum err statement_read(const struct statement_source *source, const struct statement_calls *calls,
                        struct statement_fault *ret_fault)
{
    struct statement_fault fault = {0};
    struct reader *reader = calloc(1, sizeof *reader);
    CHECK(reader != NULL);
    reader_init(reader, calls, &fault);
    read_all(reader, source);
    enum err err = reader->err;
    reader_free(reader);
    if (err == ERR_INVALID) {
        *ret_fault = fault;
    }
    return err;
}
