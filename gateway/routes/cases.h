/* A case put together from the parts that intake, approval and fee have of it, and audit where it
 * has the case. */
#pragma once

#include "routes/pages.h"
#include "routes/rules.h"
#include "routes/visit.h"

/* The parts, at one point: none of them is behind what another rests on. */
struct case_parts {
    struct case_id id;
    const struct case_filed_part *filed;
    const struct case_handled_part *handled;
    const struct bills_told *bills;
    struct case_audited_part audited;
    struct case_versions versions;
    const char *owner;
    struct text state;
    bool is_end;
    const struct hall_rules *rules;
    const struct catalogue_item *item;
};

/* Fetches the parts of a case on behalf of `principal`, the rules it goes by and the calendars its
 * clocks were counted with, then calls `then`. A problem is answered. The visit's asks are used. */
void case_parts_fetch(struct visit *visit, const struct principal *principal,
                      const struct case_id *id,
                      void (*then)(struct visit *visit, struct case_parts *parts));

/* Fills the page of a case for this caller; sealed values stay so. */
void case_page_fill(struct visit *visit, struct case_page *page, const struct case_parts *parts);

/* The clocks of the case: those of its owner. */
const struct clock_list *case_parts_clocks(const struct case_parts *parts);

/* The state in words; absent when the rules have none. */
struct text case_parts_state_name(const struct case_parts *parts, enum language language);

/* True when the client has this version already (If-None-Match). */
bool case_parts_known(struct visit *visit, const struct case_parts *parts);
