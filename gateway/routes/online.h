/* Paying a bill on line: POST /v1/bills/{id}/payments with the method `online`. */
#pragma once

#include "routes/visit.h"

enum { CALLBACK_BYTES_MAX = 20480 };

/* Opens a payment of that bill at that provider, and answers with it. */
void online_open(struct visit *visit, const struct bill_id *bill_id, struct text provider);
