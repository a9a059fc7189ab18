/* One HTTP request and its answer.
 *
 * The server (http/server.h) makes an exchange when the headers of a request have come and forgets
 * it when the answer has gone. Whoever handles it reads the request here and answers once, at once
 * or later; until then the connection is put aside and costs no thread. Everything an exchange
 * needs lives in its arena. The server's thread only. */
#pragma once

#include "base/arena.h"
#include "base/buffer.h"
#include "service/problem.h"

#include <jansson.h>

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

enum { TRACEPARENT_BYTES = 55, EXCHANGE_HEADERS_MAX = 12 };

struct http_header {
    const char *name;
    const char *value;
};

/* Where an exchange stands. */
enum exchange_phase {
    EXCHANGE_READING,  /* the body is coming in */
    EXCHANGE_RUNNING,  /* it is being handled */
    EXCHANGE_ANSWERED, /* the answer is there */
};

struct server;

struct exchange {
    struct server *server;
    void *connection; /* of libmicrohttpd */
    struct arena arena;
    enum http_method method;
    struct text path;
    const char *client; /* the address it came from, for limits */

    char traceparent[TRACEPARENT_BYTES + 1]; /* the caller's, or one made here */
    bool is_traced;                          /* false: nothing may tie it to others (tip-offs) */

    /* the body: set the bound in `begin`; more than that is answered 413 */
    size_t body_bytes_max;
    bool streams; /* the body goes to `data` piece by piece instead of into `body` */
    struct buffer body;
    bool body_is_too_large;
    size_t unread_bytes; /* that came after the answer was known */

    enum exchange_phase phase;
    bool is_suspended;
    bool is_gone; /* the client hung up: nothing more can be told */
    int status;
    struct http_header headers[EXCHANGE_HEADERS_MAX];
    size_t header_count;
    bool is_kept; /* others may keep the answer: its own headers say how long */
    struct bytes content;

    void *work; /* of whoever handles it */
    struct exchange *next_free;
};

/* A header of the request, or a value of its query (`?limit=10`), unescaped; absent when there is
 * none. */
struct text exchange_header(const struct exchange *exchange, const char *name);
struct text exchange_query(const struct exchange *exchange, const char *name);

/* Calls `visit` for every value of the query until it returns false. */
void exchange_query_visit(const struct exchange *exchange,
                          bool (*visit)(void *context, struct text name, struct text value),
                          void *context);

/* The 32 hexadecimal digits that name this request in logs and problems. */
struct text exchange_trace_id(const struct exchange *exchange);

/* Adds a header to the answer; both must live in the arena or be static. */
void exchange_add_header(struct exchange *exchange, const char *name, const char *value);

/* Lets everybody keep the answer, as the Cache-Control given says (RFC 9111). */
void exchange_keep(struct exchange *exchange, const char *cache_control);

/* -- answers; each exactly once ------------------------------------------------------------- */

void exchange_answer(struct exchange *exchange, int status, const char *media_type,
                     struct bytes content);
void exchange_answer_empty(struct exchange *exchange, int status);

/* Both take `json` over. */
void exchange_answer_json(struct exchange *exchange, int status, json_t *json);
void exchange_answer_media(struct exchange *exchange, int status, const char *media_type,
                           json_t *json);

/* application/problem+json (RFC 9457). Of `problem`, what is absent is left out. */
void exchange_answer_problem(struct exchange *exchange, const struct problem *problem);

/* The same from its parts; `format` gives the detail. */
void exchange_refuse(struct exchange *exchange, enum problem_type type, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with every bad field. */
void exchange_refuse_fields(struct exchange *exchange, const struct wire_errors *errors);
