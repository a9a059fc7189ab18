/* What the record tells of Finance's accounts at the banks: statements, movements, orders. For
 * glasshall-audit money; one thread. */
#pragma once

#include "events/statements.h"
#include "ledger/bank_moves.h"
#include "ledger/proof.h"

struct bank_record;

struct bank_record *bank_record_make(void);

/* Accepts NULL. */
void bank_record_free(struct bank_record **record);

/* Takes an event of fee's, as the record has them in order; what is not of banks is passed over. */
void bank_record_take(struct bank_record *record, const struct wire_message *message,
                      const void *data);

/* Adds to the proof, behind its turnovers, what was taken. */
void bank_record_prove(struct bank_record *record, struct proof *proof);
