/* How far each caller was told of every service's log (DESIGN I8): what he asks next must not be
 * answered from an earlier state.
 *
 * Kept per session, in memory, the least used forgotten first; a client may carry its own in the
 * header Hall-Position, which is opaque to it. One thread. */
#pragma once

#include "routes/visit.h"

enum { POSITIONS_MAX = 8 };

struct positions;

struct positions *positions_open(void);
void positions_close(struct positions **positions);

/* Fills the visit's positions from its session and its Hall-Position. */
void positions_recall(struct visit *visit);

/* Remembers the visit's positions for its session and tells them to the client. */
void positions_tell(struct visit *visit);
