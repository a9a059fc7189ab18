/* The sender: carries the record's events to endpoints of partner systems (Standard Webhooks).
 *
 *   FOLDER.keys/webhooks   the key that every endpoint's secrets are derived from. Mode 0600.
 *
 * No secret is kept anywhere: it is derived from this key, the endpoint's id and the number of the
 * secret, by the writer when it is told and by workers when they sign. So none stands in an event,
 * the state, a backup of either, or a reply that is kept. Without the key nothing goes out, and
 * everything waits. Any thread once it is open. */
#pragma once

#include "audit.h"

struct webhook_sender;
struct worker;

/* Reads the key, or makes it while there is no endpoint. */
enum err webhook_sender_open(const struct service_start *start, struct webhook_sender **ret_sender,
                             struct reason *reason);
void webhook_sender_close(struct webhook_sender **sender);

/* False without a key, or without a sender (a replay). */
bool webhook_sender_can_sign(const struct webhook_sender *sender);

/* True when endpoints may be on this machine. */
bool webhook_sender_allows_loopback(const struct webhook_sender *sender);

/* A secret of an endpoint as it is told: whsec_ and base64. */
struct text webhook_secret(const struct webhook_sender *sender, const struct webhook_id *id,
                           int64_t number, struct arena *arena);

/* Carries what is next to an endpoint, a bounded number of events, and reports how far it came. */
void perform_deliver(struct worker *worker, const struct work_order *order, const void *payload);
