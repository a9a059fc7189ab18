/* Actions on cases, and what the gateway learns of them: which service did each of them last. One
 * thread. */
#pragma once

#include "events/matter.h"

struct hints;
struct ask;
struct event_envelope;
struct visit;

struct hints *hints_open(void);
void hints_close(struct hints **hints);

/* The bodies' names for fields stand one level higher than the command's: "/fields/missing" is
 * "/missing" to the client. */
void fields_lift(struct problem *problem);

/* The first event that an action or a beginning left, and what moved by it; false when the
 * service's answer cannot be read, and that was answered. Also tells the client that an earlier
 * success was told again. Both live as long as the visit. */
bool first_move_read(struct visit *visit, const struct ask *ask,
                     struct event_envelope *ret_envelope, const struct case_moved **ret_moved);

/* Does the action that the path names, its fields in the body, on the case `id`, and answers. The
 * `owner` is asked first; NULL: who did such an action last. */
void act_on(struct visit *visit, const struct case_id *id, const char *owner);

/* Begins a matter of the hall at the service that has its first state, and answers. */
void matter_begin(struct visit *visit, const char *service, const struct matter_open *open);

/* Answers with the matter that the first event of the reply began. */
void matter_opened_here(struct visit *visit);
