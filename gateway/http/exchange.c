#include "http/exchange.h"

#include "base/check.h"
#include "http/server.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DETAIL_BYTES_MAX = 600 };

static struct text value_find(const struct exchange *exchange, enum MHD_ValueKind kind,
                              const char *name)
{
    const char *value = NULL;
    size_t size = 0;
    if (MHD_lookup_connection_value_n(exchange->connection, kind, name, strlen(name), &value,
                                      &size) != MHD_YES ||
        value == NULL) {
        return (struct text){0};
    }
    return (struct text){.data = value, .size = size};
}

struct text exchange_header(const struct exchange *exchange, const char *name)
{
    return value_find(exchange, MHD_HEADER_KIND, name);
}

struct text exchange_query(const struct exchange *exchange, const char *name)
{
    return value_find(exchange, MHD_GET_ARGUMENT_KIND, name);
}

struct query_visit {
    bool (*visit)(void *context, struct text name, struct text value);
    void *context;
};

static enum MHD_Result query_step(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    const struct query_visit *visit = context;
    (void)kind;
    return visit->visit(visit->context, text_of(name), text_of(value)) ? MHD_YES : MHD_NO;
}

void exchange_query_visit(const struct exchange *exchange,
                          bool (*visit)(void *context, struct text name, struct text value),
                          void *context)
{
    struct query_visit step = {visit, context};
    (void)MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, query_step, &step);
}

struct text exchange_trace_id(const struct exchange *exchange)
{
    return (struct text){.data = exchange->traceparent + 3, .size = 32};
}

void exchange_add_header(struct exchange *exchange, const char *name, const char *value)
{
    CHECK(exchange->header_count < EXCHANGE_HEADERS_MAX);
    exchange->headers[exchange->header_count++] = (struct http_header){name, value};
}

void exchange_keep(struct exchange *exchange, const char *cache_control)
{
    exchange->is_kept = true;
    exchange_add_header(exchange, "Cache-Control", cache_control);
}

/* -- answers -------------------------------------------------------------------------------- */

void exchange_answer(struct exchange *exchange, int status, const char *media_type,
                     struct bytes content)
{
    CHECK(exchange->phase != EXCHANGE_ANSWERED);
    exchange->phase = EXCHANGE_ANSWERED;
    exchange->status = status;
    exchange->content = content;
    if (media_type != NULL) {
        exchange_add_header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE, media_type);
    }
    if (exchange->is_suspended) {
        server_resume(exchange);
    }
}

void exchange_answer_empty(struct exchange *exchange, int status)
{
    exchange_answer(exchange, status, NULL, (struct bytes){0});
}

/* Collects what jansson writes. */
static int collect(const char *data, size_t size, void *context)
{
    struct buffer *buffer = context;
    buffer_append(buffer, data, size);
    return buffer->failed ? -1 : 0;
}

static struct bytes json_bytes(struct exchange *exchange, json_t *json)
{
    struct buffer buffer;
    buffer_init(&buffer, 64U << 20);
    CHECK(json_dump_callback(json, collect, &buffer, JSON_COMPACT) == 0);
    struct bytes bytes = arena_copy_bytes(&exchange->arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    json_decref(json);
    return bytes;
}

void exchange_answer_media(struct exchange *exchange, int status, const char *media_type,
                           json_t *json)
{
    exchange_answer(exchange, status, media_type, json_bytes(exchange, json));
}

void exchange_answer_json(struct exchange *exchange, int status, json_t *json)
{
    exchange_answer_media(exchange, status, "application/json", json);
}

static json_t *fields_json(const struct problem_field_list *fields)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fields->count; i++) {
        const struct problem_field *field = &fields->items[i];
        json_t *entry = json_object();
        json_object_set_new(
            entry, "pointer",
            json_stringn(field->pointer.size == 0 ? "" : field->pointer.data, field->pointer.size));
        json_object_set_new(entry, "detail", json_stringn(field->detail.data, field->detail.size));
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *texts_json(const struct text_list *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < texts->count; i++) {
        json_array_append_new(list, json_stringn(texts->items[i].data, texts->items[i].size));
    }
    return list;
}

void exchange_answer_problem(struct exchange *exchange, const struct problem *problem)
{
    const struct problem_kind *kind = problem_kind(problem_type_of(problem->type));
    struct text type = arena_print(&exchange->arena, "/problems/%s", kind->name);
    struct text trace = exchange_trace_id(exchange);
    json_t *json = json_object();
    json_object_set_new(json, "type", json_stringn(type.data, type.size));
    json_object_set_new(json, "title", json_string(kind->title));
    json_object_set_new(json, "status", json_integer(kind->status));
    if (!text_is_empty(problem->detail)) {
        json_object_set_new(json, "detail",
                            json_stringn(problem->detail.data, problem->detail.size));
    }
    json_object_set_new(json, "instance", json_stringn(exchange->path.data, exchange->path.size));
    if (problem->errors.count > 0) {
        json_object_set_new(json, "errors", fields_json(&problem->errors));
    }
    bool tells_actions = kind->status == 409 && problem->allowed_actions.count > 0;
    if (tells_actions || problem_type_of(problem->type) == PROBLEM_NOT_ALLOWED_NOW) {
        json_object_set_new(json, "allowed_actions", texts_json(&problem->allowed_actions));
    }
    json_object_set_new(json, "trace_id", json_stringn(trace.data, trace.size));
    if (kind->status == 503 || kind->status == 429) {
        bool has_one = false;
        for (size_t i = 0; i < exchange->header_count; i++) {
            has_one |= strcmp(exchange->headers[i].name, "Retry-After") == 0;
        }
        if (!has_one) {
            exchange_add_header(exchange, "Retry-After", kind->status == 503 ? "1" : "10");
        }
    }
    exchange_answer(exchange, kind->status, "application/problem+json", json_bytes(exchange, json));
}

void exchange_refuse(struct exchange *exchange, enum problem_type type, const char *format, ...)
{
    char detail[DETAIL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    struct problem problem = problem_make(&exchange->arena, type, text_of(detail), NULL);
    exchange_answer_problem(exchange, &problem);
}

void exchange_refuse_fields(struct exchange *exchange, const struct wire_errors *errors)
{
    struct problem problem = problem_make(&exchange->arena, PROBLEM_INVALID_FIELDS,
                                          TEXT_LITERAL("see errors for every field"), errors);
    exchange_answer_problem(exchange, &problem);
}
