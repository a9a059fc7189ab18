/* One visit: a request on its way through its route.
 *
 * A route's `run` looks at the request, asks services what it needs, several at once, and names the
 * function that goes on when all have answered. That function answers, or asks again. Nothing
 * blocks. What a visit needs lives in the arena of its exchange. */
#pragma once

#include "events/matter.h"
#include "routes/gateway.h"
#include "routes/route.h"

enum { VISIT_ASKS_MAX = 10, IDEMPOTENCY_KEY_BYTES_MAX = 257 /* with its quotes */ };

/* A question or command to a service, and what came of it. */
struct ask {
    const char *service;
    struct reply reply;               /* events and texts in the visit's arena */
    enum problem_type problem;        /* PROBLEM_NONE: it succeeded */
    const struct wire_message *wants; /* the answer expected; NULL: none */
    void *answer;                     /* a struct of `wants`, NULL when none came */
    bool is_here;
    bool is_command;
    bool is_sent; /* it left this process: a command may have taken effect */
};

/* A case's ETag: a version per part. 0: that service has no part. `matters` is told where matters
 * of the hall stand on the page; nothing is changed on its condition. */
struct case_versions {
    int64_t intake;
    int64_t approval;
    int64_t fee;
    int64_t matters;
};

struct visit {
    struct gateway *gateway;
    struct exchange *http;
    const struct route *route;
    struct text parameters[ROUTE_PARAMETERS_MAX];
    struct principal principal;
    enum language language;
    struct text_list halted; /* items that take no new cases; known with the active rules */
    struct log_position_seen_list positions; /* what the caller was told of, and this visit */
    bool has_if_match;
    struct case_versions if_match;

    struct ask asks[VISIT_ASKS_MAX];
    size_t ask_count;
    size_t asks_pending;
    void (*then)(struct visit *visit);

    void (*wake)(struct visit *visit); /* when `wake_ms` is reached */
    int64_t wake_ms;
    struct visit *next_sleeper;

    int rounds;   /* how often it asked again because somebody was behind */
    void *page;   /* of the route */
    bool is_over; /* the exchange is gone */
};

/* -- the request ---------------------------------------------------------------------------- */

/* Reads the JSON body into a struct of the route's `body`; NULL when it is wrong, and that was
 * answered. */
void *visit_body(struct visit *visit);

/* Reads a parameter of the path as an id; false when it is none, and that was answered (404: what
 * cannot be an id is the id of nothing). */
bool visit_id(struct visit *visit, size_t index, struct uuid *ret_id);

/* A number of decimal digits alone, at most 9 of them; -1 when it is none. */
int64_t number_read(struct text text);

/* A number of the query between 1 and `max`; false when it is wrong, and that was answered. */
bool visit_limit(struct visit *visit, int64_t usual, int64_t max, int64_t *ret_limit);

/* The place in a list that an earlier page told (base64); empty when none is given. False when it
 * is none, and that was answered. */
bool visit_cursor(struct visit *visit, struct bytes *ret_cursor);

/* Milliseconds the caller wants to wait for news (`Prefer: wait=10`), at most a minute. */
int64_t visit_wait_ms(const struct visit *visit);

/* -- asking --------------------------------------------------------------------------------- */

/* Forgets earlier asks; `then` will be called when all that are made until the return to the loop
 * have their replies. */
void visit_begin_asks(struct visit *visit, void (*then)(struct visit *visit));

/* Asks `service` (a command when its message is one). `wants` may be NULL. The ask is filled when
 * the reply is here. */
struct ask *visit_ask(struct visit *visit, const char *service, const struct wire_message *message,
                      const void *data, const struct wire_message *wants);

/* The same with the request's Idempotency-Key, and the version that must still hold (0: any). */
struct ask *visit_command(struct visit *visit, const char *service,
                          const struct wire_message *message, const void *data,
                          const struct wire_message *wants, int64_t if_match,
                          const struct principal_list *witnesses);

/* Asks on behalf of another principal: what the gateway itself has to know. */
struct ask *visit_ask_as(struct visit *visit, const struct principal *principal,
                         const char *service, const struct wire_message *message, const void *data,
                         const struct wire_message *wants);

/* Goes on when nothing is waited for any more: after a route's function, after a reply. */
void visit_continue(struct visit *visit);

/* Calls `wake` after `wait_ms`. */
void visit_sleep(struct visit *visit, int64_t wait_ms, void (*wake)(struct visit *visit));

/* Notes a position for later asks of this visit and for the caller. */
void visit_note_position(struct visit *visit, struct text source, int64_t seq);

/* The first event of a reply that is of `message`, decoded; NULL when there is none. `ret_envelope`
 * may be NULL. */
void *ask_event(struct visit *visit, const struct ask *ask, const struct wire_message *message,
                struct event_envelope *ret_envelope);

/* -- answering ------------------------------------------------------------------------------ */

/* Answers with the problem of the first ask that failed; false when none did. */
bool visit_refused(struct visit *visit);
void visit_refuse_ask(struct visit *visit, const struct ask *ask);

/* Answers with a message as JSON. */
void visit_answer(struct visit *visit, int status, const struct wire_message *message,
                  const void *data);

/* Tells where the next page of a list is (RFC 8288): this address with another cursor. */
void visit_link_next(struct visit *visit, struct text cursor);

/* The same for a place in a list that a service told; nothing where there is no next page. */
void visit_link_after(struct visit *visit, struct bytes place);

/* Tells that an earlier success is told again, where the service did so. */
void visit_tell_repeated(struct visit *visit, const struct ask *ask);

/* The ETag of a case, or of what has one of its parts alone: its text, and it told. */
struct text visit_tag_text(struct visit *visit, const struct case_versions *versions);
void visit_tag(struct visit *visit, const struct case_versions *versions);
