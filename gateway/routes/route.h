/* The route table: every address of the hall, once.
 *
 * Requests are matched with it, and the OpenAPI document is made from it: what a route takes and
 * gives are field tables, so that program and document cannot part. */
#pragma once

#include "http/exchange.h"

enum { ROUTE_PARAMETERS_MAX = 3, ROUTE_QUERIES_MAX = 8 };

/* The last part of a path may stand for all that follows, slashes too. */
#define ROUTE_REST "{rest}"

struct upload_way;
struct visit;

/* Who may come in at all; what he may do there the services decide. */
enum route_access {
    ROUTE_OPEN,   /* everybody */
    ROUTE_CALLER, /* anybody with a session */
    ROUTE_STAFF,  /* officers */
};

enum route_flags {
    ROUTE_GIVES_FILE = 1, /* the answer is a file as it was handed in */
    ROUTE_IF_MATCH = 2,   /* a change that must name the version it changes */
    ROUTE_ANEW = 4,       /* asked again, it does the same again, and that harms nothing */
    ROUTE_TAKES_ANY = 8,  /* the body goes on as it came */
};

/* A value of the query string. */
struct route_query {
    const char *name;
    const char *doc;
};

struct route {
    enum http_method method;
    int status;       /* of success */
    const char *path; /* "/v1/cases/{id}/actions/{action}" */
    const char *name; /* operationId */
    const char *doc;
    enum route_access access;
    unsigned flags;
    void (*run)(struct visit *visit);
    const struct upload_way *takes;    /* the body is a file and goes on piece by piece; or NULL */
    const struct wire_message *body;   /* NULL: takes none, or another media type */
    const struct wire_message *answer; /* NULL: nothing, or another media type */
    const char *gives;                 /* media type where it is neither JSON nor a file */
    const struct route_query *queries; /* ends with an entry without name */
};

extern const struct route route_table[];
extern const size_t route_count;

/* The route for method and path. NULL with `ret_methods` (in `arena`, "GET, POST") when only other
 * methods are known there, or NULL with NULL when nothing is. Fills the path's parameters. */
const struct route *route_find(enum http_method method, struct text path, struct arena *arena,
                               struct text parameters[ROUTE_PARAMETERS_MAX],
                               const char **ret_methods);

const char *http_method_name(enum http_method method);

/* Reads a body as the route's `body`, into `arena`. PROBLEM_MALFORMED when it is no JSON,
 * PROBLEM_INVALID_FIELDS when fields are wrong, with every error in `errors`. No body is an empty
 * object. */
enum problem_type route_read_body(const struct route *route, struct text source,
                                  struct arena *arena, void **ret_record,
                                  struct wire_errors *errors);
