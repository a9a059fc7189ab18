/* A hall in one process: the engines of five services over stores in a temporary folder, their
 * streams carried by hand, the time moved by hand. What happened to the case that is looked at is
 * kept as events.
 *
 * Nothing here knows a procedure. Anything that cannot be is a failed CHECK. One thread. */
#pragma once

#include "events/intake.h"
#include "service/engine.h"

enum hall_service { AT_INTAKE, AT_APPROVAL, AT_FEE, AT_NOTIFICATION, AT_AUDIT, HALL_SERVICES };

/* An event of the case that is looked at. */
struct seen_event {
    enum hall_service service;
    struct text type;
    int64_t time_ms;
    bool is_move;
    struct case_moved moved;         /* is_move */
    struct case_submitted submitted; /* of intake.case_submitted */
    struct bytes bill_id;            /* of fee.bill_issued */
};

enum { SEEN_EVENTS_MAX = 64 };

struct hall {
    char folder[64];
    struct logger logger;
    struct engine *engines[HALL_SERVICES];
    struct stream_producer producers[HALL_SERVICES];
    uint64_t seen_to[HALL_SERVICES];
    struct arena arena; /* of the hall's life */
    struct arena batch;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t now_ms;
    int64_t uploads;

    struct case_id looked_at;
    bool looks_at_new; /* the next case that is filed is the one */
    struct seen_event *seen;
    size_t seen_count;
};

/* A text of the catalogue that is replaced before it is published; NULL: published as it stands. */
struct catalogue_change {
    const char *from;
    const char *to;
};

/* Opens a hall whose clock stands at `now_ms`, with the catalogue of `folder` published. */
void hall_open(struct hall *hall, const char *folder, const struct catalogue_change *change,
               int64_t now_ms);
void hall_close(struct hall *hall);

/* What `name` stands for in this hall: "reviewer.UMB" is an officer with that role there,
 * "reviewer.UMB.2" a second one, "applicant" who filed, "stranger" somebody with another session,
 * "nobody" no session. False when the name is none of these. */
bool hall_principal(struct hall *hall, struct text name, struct principal *ret_principal);

/* Sends a command, lets everybody follow, and gives the reply. The clock goes on by a second.
 * Witnesses are the officers that `officers` names, as far as they exist. */
struct reply hall_command(struct hall *hall, enum hall_service service,
                          const struct principal *principal, const struct text_list *officers,
                          const struct wire_message *message, const void *body);

/* Moves the clock to `time_ms` and lets everything happen that is due by then. */
void hall_wait_until(struct hall *hall, int64_t time_ms);

/* The same, but nothing is let follow and the clock stands still: for what must be refused. The
 * reply holds until the next one. */
struct reply hall_try(struct hall *hall, enum hall_service service,
                      const struct principal *principal, const struct wire_message *message,
                      const void *body);

/* An upload of `who` that waits to be claimed. */
struct upload_id hall_upload(struct hall *hall, const struct principal *who);

const char *hall_service_name(enum hall_service service);
