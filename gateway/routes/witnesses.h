/* Officers whom a body names, as the accounts have them: the services hold them against it. */
#pragma once

#include "events/matter.h"
#include "routes/visit.h"

/* Adds the account of that sign-in name, where there is one that is not disabled. Who has none is
 * left out: the service says so. */
void witness_add(struct visit *visit, struct principal_list *list, struct text login);

/* The officers whom the fields of an action name. */
struct principal_list witnesses_of(struct visit *visit, const struct action_fields *fields);

/* Those of up to two sign-in names; an absent one is nobody. */
struct principal_list witnesses_named(struct visit *visit, struct text first, struct text second);
