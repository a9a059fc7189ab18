/* A hall in one process: the engines of five services over stores in a temporary folder, their
 * streams carried by hand, the time moved by hand. What happened to the matters that are looked at
 * is kept as events.
 *
 * Nothing here knows a procedure. Anything that cannot be is a failed CHECK. One thread. */
#pragma once

#include "events/intake.h"
#include "service/engine.h"

enum hall_service { AT_INTAKE, AT_APPROVAL, AT_FEE, AT_NOTIFICATION, AT_AUDIT, HALL_SERVICES };

/* An event of a matter that is looked at. */
struct seen_event {
    enum hall_service service;
    struct case_id case_id;
    struct uuid id;
    struct text type;
    int64_t time_ms;
    bool is_move;
    struct case_moved moved;         /* is_move */
    struct case_submitted submitted; /* of intake.case_submitted */
    struct bytes bill_id;
    struct bytes payment_id; /* of fee.bill_issued */
    struct text bill_number; /* the same */
};

enum { SEEN_EVENTS_MAX = 512, WATCHED_MAX = 32, DELEGATIONS = 4 };

struct hall {
    char folder[64];
    struct logger logger;
    struct engine *engines[HALL_SERVICES];
    struct stream_producer producers[HALL_SERVICES];
    uint64_t seen_to[HALL_SERVICES];
    bool is_even[HALL_SERVICES]; /* it has consumed all that it received */
    struct arena arena;          /* of the hall's life */
    struct arena batch;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t now_ms;
    int64_t uploads;
    const char *catalogue; /* the folder of its files */
    int64_t versions;      /* how many were handed in */

    /* The matters that are looked at: those that began since the last hall_watch_none. */
    struct case_id watched[WATCHED_MAX];
    size_t watched_count;
    bool watches_books;                      /* the books of a day are among them, if they begin */
    bool watches_points;                     /* and collection points that took nothing on a day */
    struct case_id delegations[DELEGATIONS]; /* power.c */
    struct seen_event *seen;
    size_t seen_count;
};

struct catalogue_change;

/* Opens a hall whose clock stands at `now_ms`, with the catalogue of `folder` published, changed
 * or (NULL) as it stands. */
void hall_open(struct hall *hall, const char *folder, const struct catalogue_change *change,
               int64_t now_ms);
void hall_close(struct hall *hall);

/* What `name` stands for in this hall (README.md, "Who"): "reviewer.UMB" is an officer with that
 * role there, "reviewer.UMB.2" a second one, "applicant" who filed. False when it is nothing. */
bool hall_principal(struct hall *hall, struct text name, struct principal *ret_principal);

/* True when the name is one of those for who filed; for a person without a role. */
bool is_filer_name(struct text name);
bool is_person_name(struct text name);

/* The whole name of "reviewer": the officer of that department, or of where the role sits. */
struct text hall_officer(struct hall *hall, struct text who, struct text department);

/* Forgets what was looked at: what begins from now on is. */
void hall_watch_none(struct hall *hall);

/* Sends a command, lets everybody follow, and gives the reply. The clock goes on by a second.
 * Witnesses are the officers that `officers` names, as far as they exist. */
struct reply hall_command(struct hall *hall, enum hall_service service,
                          const struct principal *principal, const struct text_list *officers,
                          const struct wire_message *message, const void *body);

/* Tells intake what came of its own work; everybody follows. */
void hall_report(struct hall *hall, const struct wire_message *message, const void *body);

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
