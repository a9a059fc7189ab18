/* Load: people who file cases and officers who work on them, over the bus.
 *
 * Each request is an errand: it carries an idempotency key, goes again when no reply comes, and
 * ends with an answer. What people were told is kept as promises, to be held against what the
 * services know in the end. Officers look at the hall's index of cases (approval's query, which may
 * be behind) and pick one of the things that may be done in that state, at times a wrong one. */
#pragma once

#include "bus.h"
#include "events/fee.h"
#include "events/intake.h"
#include "host.h"

enum { CASES_MAX = 20, POWERS = 2, ERRANDS_MAX = 64, KEY_BYTES = 16, VERSIONS = 64 };

/* One person's case. */
struct sim_case {
    struct case_id id; /* none until the filing was answered */
    char number[48];
    char code[24]; /* as told with the number */
    bool is_joint; /* UMB-P-001, else MSA-P-001 */
    bool is_complete;
    uint8_t session[KEY_BYTES];
    uint8_t filing_key[KEY_BYTES];
    struct bytes filing; /* the request, once it was answered; owned */
    int64_t filing_id;
    int64_t filed_ms;         /* wall time */
    bool is_busy;             /* an errand of it is under way */
    int64_t rest_ms;          /* nobody looks at it before (wall time) */
    bool is_over;             /* it came to an end, as far as people know */
    int64_t known[HOSTS_MAX]; /* how far each log is known to whoever acts on it */
};

/* A request on its way. */
struct errand {
    bool is_used;
    int64_t id;
    size_t case_index;
    const char *what; /* the command or the action, for the trace */
    size_t to;
    struct bytes request; /* owned; the same bytes each time */
    bool is_filing;
    bool is_legal;    /* picked by what the index offered, not at random */
    int64_t begun_ms; /* wall time */
    int64_t sent_ms;  /* boot time */
    unsigned times;
};

struct load {
    struct sim_case cases[CASES_MAX + 1]; /* behind them the hall's own matters */
    bool has_power[POWERS];               /* the approvers' delegations were answered */
    bool has_drawer;                      /* the cashier's drawer is open */
    size_t case_count;
    size_t case_limit; /* how many this run files */
    struct errand errands[ERRANDS_MAX];
    int64_t last_id;
    int64_t catalogue_version; /* that was handed in last */
    int64_t priced;            /* versions with a price of their own */
    int64_t prices[VERSIONS];  /* how many thousand fen are added to the first price, by version */
    int version_stage;         /* of the version on its way: what is to be done next */
    struct case_id version_id; /* its matter */
    uint8_t version_keys[4][KEY_BYTES];
    uint64_t answered;
    uint64_t refused;
    struct arena arena; /* of one look */
};

struct load *load_open(struct world *world);
void load_close(struct load **load);

/* Hands in the next version of the catalogue through intake's own commands: the first one is in
 * force at once, a later one is drafted, checked and approved, and its day comes by itself. False
 * when intake failed meanwhile: called again, it goes on where it was. */
bool load_catalogue(struct world *world);

/* Hands in a calendar alone, with a day off that nobody knew of; it counts at once. False when it
 * was refused, for an order halts items, or intake failed. */
bool load_holiday(struct world *world);

/* People do something: read replies, send again, file, act. */
void load_step(struct world *world);
void load_replies(struct world *world);

/* True while an errand is under way. */
bool load_is_busy(const struct world *world);

/* -- between the load's own files ----------------------------------------------------------- */

/* Who asks, and what. */
struct asking {
    struct principal principal;
    struct principal witnesses[2];
    size_t witness_count;
    const char *to; /* the service */
    const char *what;
    const struct wire_message *message;
    const void *body;
    bool is_filing;
    bool is_legal;
    const uint8_t *key; /* NULL: a fresh one */
};

/* Sends `asking` on behalf of a case as an errand of its own. */
void errand_begin(struct world *world, size_t case_index, const struct asking *asking);

/* An officer of `role` in `department`; `which` tells several of them apart. */
struct principal officer(struct arena *arena, const char *role, const char *department, int which);
struct principal filer(const struct sim_case *c);

/* Puts a file into intake as the upload thread does; false while intake is away. */
bool upload_make(struct world *world, const uint8_t session[KEY_BYTES], struct upload_id *ret_id);

/* Tells the gateway of the session that somebody files in. */
void session_open(struct world *world, const uint8_t session[KEY_BYTES], struct arena *arena);

/* Files the case; sends the same request once more, which must be told the same again. */
void case_file(struct world *world, size_t case_index);
void filing_repeat(struct world *world, size_t case_index);

/* The heads delegate to their approvers what these decide, and the cashier opens the drawer, again
 * until it is answered. */
void powers_delegate(struct world *world);
void power_told(struct world *world, const struct errand *errand);

/* The filing was answered. */
void filing_told(struct world *world, struct sim_case *c, const struct reply *reply);

/* Does something on the case: what its state offers, now and then anything. */
void case_act_somehow(struct world *world, size_t case_index);

/* What the replies' events say of a case. */
void case_told(struct world *world, struct errand *errand, const struct reply *reply);
