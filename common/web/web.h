/* A call over HTTP (libcurl): one request, one whole answer of bounded size, or none.
 *
 * Redirects are not followed and proxies not used. The calling thread waits, at most `timeout_ms`.
 * Any thread, after web_start. */
#pragma once

#include "base/arena.h"

/* Once per process, before the first call and after the last. */
void web_start(void);
void web_end(void);

/* Where a call may lead. */
enum web_flags {
    WEB_LOOPBACK = 1, /* to this machine too, and then without TLS: demonstrations, tests */
    WEB_STRANGER = 2, /* a stranger named the address: not to private networks */
};

enum { WEB_HEADERS_MAX = 8 };

struct web_call {
    const char *url;
    struct text body;                     /* absent: GET, otherwise POST */
    const char *headers[WEB_HEADERS_MAX]; /* "Accept: text/plain"; absent ones behind the last */
    const char *authorities;              /* file of certificates; NULL: the system's */
    int64_t timeout_ms;
    size_t answer_bytes_max;
    unsigned flags;
    bool (*is_ending)(void *context); /* true: give up at once; NULL: never */
    void *context;
};

struct web_answer {
    int status;        /* of HTTP; 0: there is no whole answer */
    struct text body;  /* in the arena */
    struct text media; /* its Content-Type; absent where there is none */
    int64_t wait_s;    /* its Retry-After, in seconds; 0 where there is none */
    const char *why;   /* why there is none; static */
};

struct web_answer web_fetch(const struct web_call *call, struct arena *arena);
