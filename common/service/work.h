/* Work: what has to be done outside, as part of the state (DESIGN: perform).
 *
 * apply adds an order; a worker thread finds it when it is due, does it, and reports the outcome by
 * an internal command, whose event's apply removes the order or puts it off. A crash in between
 * means that it is done again: at least once, so every effect outside carries the order's id. */
#pragma once

#include "service/service.h"
#include "service/tables.h"

/* Adds an order whose payload is `payload`, a struct of the work's message. Only in apply. */
void work_add(struct state *state, const struct work_order *order,
              const struct wire_message *message, const void *payload);

/* Removes the order with that due time, kind and id; false when it is gone already. */
bool work_remove(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id);

/* Puts the order off to `again_ms` and counts the attempt; false when it is gone. Only in apply. */
bool work_put_off(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id,
                  int64_t again_ms);

/* True when the order still stands: a report about one that does not is stale. */
bool work_stands(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id);

/* Reads what a cursor found in TABLE_WORK; false when it is corrupt. */
bool work_read(struct state *state, struct bytes key, struct bytes value,
               struct work_order *ret_order);
