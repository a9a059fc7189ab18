#include "routes/openapi.h"

#include "base/check.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/uploads.h"
#include "routes/visit.h"
#include "wire/schema.h"

#include <stdlib.h>
#include <string.h>

static const char about[] =
    "The one window of a government service hall. Times are RFC 3339 in UTC, days those of the "
    "hall's own zone, money is integer fen, ids are UUIDs. Unknown fields are refused. Every POST "
    "takes an Idempotency-Key; where none is listed, asking again does the same again and harms "
    "nothing (another session, another upload, the catalogue that is active already); every answer "
    "of a single resource has an ETag for If-Match and "
    "If-None-Match; Hall-Position, sent back, makes sure that what was written is read.";

/* -- parameters ----------------------------------------------------------------------------- */

static json_t *parameter(const char *place, const char *name, const char *doc, bool required)
{
    json_t *made = json_pack("{s:s,s:s,s:b,s:{s:s}}", "name", name, "in", place, "required",
                             required, "schema", "type", "string");
    if (doc != NULL) {
        json_object_set_new(made, "description", json_string(doc));
    }
    return made;
}

/* The parts of a path in braces. */
static void path_parameters_add(json_t *parameters, const char *path)
{
    const char *at = path;
    while ((at = strchr(at, '{')) != NULL) {
        const char *end = strchr(at, '}');
        CHECK(end != NULL);
        char name[40];
        size_t size = (size_t)(end - at - 1);
        CHECK(size < sizeof name);
        memcpy(name, at + 1, size);
        name[size] = '\0';
        json_array_append_new(parameters, parameter("path", name, NULL, true));
        at = end;
    }
}

static json_t *parameters_of(const struct route *route)
{
    json_t *parameters = json_array();
    path_parameters_add(parameters, route->path);
    for (const struct route_query *query = route->queries; query != NULL && query->name != NULL;
         query++) {
        json_array_append_new(parameters, parameter("query", query->name, query->doc, false));
    }
    if (route->method == HTTP_POST && (route->flags & ROUTE_ANEW) == 0) {
        json_array_append_new(
            parameters, parameter("header", "Idempotency-Key",
                                  "the same key and body give the first success again", false));
    }
    if (route->method != HTTP_GET && strstr(route->path, "{id}") != NULL) {
        json_array_append_new(parameters,
                              parameter("header", "If-Match", "the ETag of what is to be changed",
                                        (route->flags & ROUTE_IF_MATCH) != 0));
    }
    return parameters;
}

/* -- bodies --------------------------------------------------------------------------------- */

static json_t *message_content(const struct wire_message *message, json_t *schemas)
{
    wire_schema_add(schemas, message);
    return json_pack("{s:{s:o}}", "application/json", "schema", wire_schema_ref(message));
}

/* Whatever may be handed in that way. */
static json_t *file_content(const struct upload_way *way)
{
    json_t *content = json_object();
    for (size_t i = 0; i < way->kind_count; i++) {
        json_object_set_new(content, way->kinds[i].media_type, json_object());
    }
    return content;
}

/* What a request must carry; NULL: nothing. */
static json_t *body_content(const struct route *route, json_t *schemas)
{
    if (route->takes != NULL) {
        return file_content(route->takes);
    }
    if ((route->flags & ROUTE_TAKES_ANY) != 0) {
        return json_pack("{s:{}}", "application/json");
    }
    return route->body == NULL ? NULL : message_content(route->body, schemas);
}

/* What a success carries; NULL: nothing. */
static json_t *answer_content(const struct route *route, json_t *schemas)
{
    if ((route->flags & ROUTE_GIVES_FILE) != 0) {
        return file_content(&upload_files);
    }
    if (route->answer != NULL) {
        return message_content(route->answer, schemas);
    }
    return route->gives == NULL ? NULL : json_pack("{s:{}}", route->gives);
}

static json_t *responses_of(const struct route *route, json_t *schemas)
{
    char status[8];
    json_t *responses = json_object();
    json_t *success = json_pack("{s:s}", "description", route->doc);
    (void)snprintf(status, sizeof status, "%d", route->status);
    json_t *content = answer_content(route, schemas);
    if (content != NULL) {
        json_object_set_new(success, "content", content);
    }
    json_object_set_new(responses, status, success);
    json_object_set_new(responses, "default",
                        json_pack("{s:s}", "$ref", "#/components/responses/problem"));
    return responses;
}

static json_t *operation_of(const struct route *route, json_t *schemas)
{
    json_t *operation = json_pack("{s:s,s:s}", "operationId", route->name, "summary", route->doc);
    json_t *parameters = parameters_of(route);
    if (json_array_size(parameters) > 0) {
        json_object_set(operation, "parameters", parameters);
    }
    json_decref(parameters);
    json_t *body = body_content(route, schemas);
    if (body != NULL) {
        json_object_set_new(operation, "requestBody", json_pack("{s:o}", "content", body));
    }
    json_object_set_new(operation, "responses", responses_of(route, schemas));
    if (route->access != ROUTE_OPEN) {
        json_object_set_new(operation, "security", json_pack("[{s:[]}]", "session"));
    }
    return operation;
}

/* -- the document --------------------------------------------------------------------------- */

static const char *method_key(enum http_method method)
{
    static const char *const keys[] = {"get", "post", "put", "patch", "delete"};
    CHECK(method < HTTP_OTHER);
    return keys[method];
}

static json_t *problem_schema(void)
{
    json_t *fault = json_pack("{s:s,s:{s:{s:s},s:{s:s}}}", "type", "object", "properties",
                              "pointer", "type", "string", "detail", "type", "string");
    return json_pack("{s:s,s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s,s:o},"
                     "s:{s:s,s:{s:s}}},s:[s,s,s]}",
                     "type", "object", "properties", "type", "type", "string", "title", "type",
                     "string", "status", "type", "integer", "detail", "type", "string", "instance",
                     "type", "string", "trace_id", "type", "string", "errors", "type", "array",
                     "items", fault, "allowed_actions", "type", "array", "items", "type", "string",
                     "required", "type", "title", "status");
}

static json_t *components_of(json_t *schemas)
{
    json_object_set_new(schemas, "problem", problem_schema());
    return json_pack("{s:o,s:{s:{s:s,s:{s:{s:{s:s}}}}},s:{s:{s:s,s:s}}}", "schemas", schemas,
                     "responses", "problem", "description",
                     "It did not succeed; the type says why, the detail what to do (RFC 9457).",
                     "content", "application/problem+json", "schema", "$ref",
                     "#/components/schemas/problem", "securitySchemes", "session", "type", "http",
                     "scheme", "bearer");
}

json_t *openapi_document(void)
{
    json_t *paths = json_object();
    json_t *schemas = json_object();
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        json_t *path = json_object_get(paths, route->path);
        if (path == NULL) {
            path = json_object();
            json_object_set_new(paths, route->path, path);
        }
        json_object_set_new(path, method_key(route->method), operation_of(route, schemas));
    }
    json_t *document = json_pack("{s:s,s:{s:s,s:s,s:s},s:o,s:o}", "openapi", "3.1.0", "info",
                                 "title", "Glasshall", "version", GLASSHALL_VERSION, "description",
                                 about, "paths", paths, "components", components_of(schemas));
    CHECK(document != NULL);
    return document;
}

void get_openapi(struct visit *visit)
{
    exchange_answer_json(visit->http, 200, openapi_document());
}
