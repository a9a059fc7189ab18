/* A double-entry ledger in the manner of TigerBeetle: accounts and immutable transfers.
 *
 * A transfer debits one account and credits another, at once, or held first and then posted or
 * released. Its id is its key: the same id moves money once. Transfers are never changed or
 * deleted; a correction is another transfer. Those of one draft are linked: all of them succeed or
 * none does. Amounts are whole fen; an account keeps four sums that only grow when posted, never a
 * difference (https://docs.tigerbeetle.com/reference/account, /reference/transfer).
 *
 * decide makes a draft, which looks at every rule; its transfers travel in an event; apply moves
 * the accounts. The ledger keeps every balance that ever was, by time, and what moved between each
 * two accounts for each reason, by day of the books.
 *
 * The draft belongs to one decision, the rest to whoever has the state: writer or reader. */
#pragma once

#include "events/ledger.h"
#include "service/service.h"

enum { LEDGER_TRANSFERS_MAX = 64, LEDGER_NAME_MAX = 80 };

/* What an account may not do. What is held counts as gone. */
enum ledger_limit {
    LEDGER_FREE,
    LEDGER_NEVER_CREDIT, /* credits never exceed debits: what one has, or is owed */
    LEDGER_NEVER_DEBIT,  /* debits never exceed credits: what one owes */
};

/* Accounts are named `kind:detail`; the kind decides the limit. */
struct ledger_kind {
    const char *name;
    enum ledger_limit limit;
};

struct ledger {
    size_t accounts;  /* table: name -> ledger_balance */
    size_t transfers; /* table: id -> ledger_transfer_row */
    size_t entries;   /* table: name, time, seq, place -> id and the balance after it */
    size_t turnovers; /* table: debit, credit, code, day -> fen posted up to that day's end */
    const struct ledger_kind *kinds;
    size_t kind_count;
};

/* All fields are at least 0. */
struct ledger_balance {
    int64_t debits_posted_fen;
    int64_t debits_held_fen;
    int64_t credits_posted_fen;
    int64_t credits_held_fen;
};

/* Posted debits less posted credits. */
int64_t ledger_net(const struct ledger_balance *balance);

/* clang-format off */
#define LEDGER_TRANSFER_ROW(F, S)                                                                  \
    F(S, transfer,    RECORD(transfer),  REQUIRED, "as it was made")                               \
    F(S, is_resolved, BOOL,              OPTIONAL, "it was held, and was posted or released")      \
    F(S, event_id,    ID(event_id),      REQUIRED, "the event that told it")                       \
    F(S, time,        TIME,              REQUIRED, "when")                                         \
    F(S, seq,         INT(1, INT64_MAX), REQUIRED, "place of the event in the log")

#define LEDGER_ROWS(M)                                                                             \
    M(ROW, ledger_transfer_row, LEDGER_TRANSFER_ROW, "ledger.transfer", "A transfer.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(ledger_rows, LEDGER_ROWS)

/* -- deciding ------------------------------------------------------------------------------- */

enum ledger_result {
    LEDGER_OK,
    LEDGER_EXISTS,   /* the very same transfer was made before: nothing is left to do */
    LEDGER_CONFLICT, /* another transfer has this id */
    LEDGER_NO_KIND,  /* an account of a kind that there is not */
    LEDGER_SAME,     /* debit and credit are one account */
    LEDGER_EXCEEDED, /* an account would break its limit */
    LEDGER_OVERFLOW, /* a sum would leave its range, or there are too many transfers */
    LEDGER_NOT_HELD, /* what is to be posted or released is not held, not so much, or not there */
};

struct ledger_seen {
    struct text name;
    struct ledger_balance balance; /* as it will be after the draft */
};

/* Transfers being put together. The first failure is kept and all that follows ignored. */
struct ledger_draft {
    const struct ledger *ledger;
    struct state *state;
    struct decision *decision; /* for ids; NULL: each transfer brings its own */
    struct arena *arena;
    struct date day;
    struct transfer_list list;
    struct ledger_seen *seen;
    size_t seen_count;
    enum ledger_result result;
    struct text account; /* which one broke its limit, or has no kind */
};

/* Begins a draft for the books of `day`. */
void ledger_draft_begin(struct ledger_draft *draft, const struct ledger *ledger,
                        struct decision *decision, struct date day);

/* The account `kind:detail`, in the draft's arena. */
struct text ledger_name(struct arena *arena, const char *kind, struct text detail);

/* Moves `amount_fen`, nothing when it is 0. What moves between the same two accounts for the same
 * reason is one transfer. */
void ledger_move(struct ledger_draft *draft, enum transfer_code code, struct text debit,
                 struct text credit, int64_t amount_fen);

/* Adds a transfer as it is; without an id it gets one, and its day is the draft's. */
void ledger_add(struct ledger_draft *draft, struct transfer transfer);

/* Posts `amount_fen` of what `held` holds and releases the rest; 0 releases all. */
void ledger_resolve(struct ledger_draft *draft, const struct transfer_id *held, int64_t amount_fen);

/* Says why a draft failed, in plain words. */
const char *ledger_result_text(enum ledger_result result);

/* -- applying ------------------------------------------------------------------------------- */

/* Moves the accounts. Ids that were moved before are passed over. Days of the books never go back:
 * a transfer whose day does is counted on the latest between its accounts. Only in apply. */
void ledger_apply(const struct ledger *ledger, struct state *state, const struct event *event,
                  const struct transfer_list *transfers);

/* -- looking -------------------------------------------------------------------------------- */

/* All zero for an account that nothing ever moved. */
struct ledger_balance ledger_balance_of(const struct ledger *ledger, struct state *state,
                                        struct text name);

/* The balance as it was at the end of `time` (milliseconds). */
struct ledger_balance ledger_balance_at(const struct ledger *ledger, struct state *state,
                                        struct text name, int64_t time);

bool ledger_transfer_load(const struct ledger *ledger, struct state *state,
                          const struct transfer_id *id, struct ledger_transfer_row *ret_row);

/* Calls `visit` for the accounts behind `after` in order of their names until it returns false. */
void ledger_visit_accounts(const struct ledger *ledger, struct state *state, struct text after,
                           bool (*visit)(void *context, struct text name,
                                         const struct ledger_balance *balance),
                           void *context);

/* One side of a transfer, in the order of time. */
struct ledger_entry {
    struct text account;
    struct transfer_id id;
    int64_t time;
    uint64_t seq;
    uint8_t place;
    bool is_debit;
    struct ledger_balance after;
};

/* Calls `visit` for the entries of `name` behind (`account`, `time`, `seq`, `place`) of `after`,
 * which may be NULL, until it returns false. A name that ends with `*` stands for all accounts that
 * begin so, one after the other. */
void ledger_visit_entries(const struct ledger *ledger, struct state *state, struct text name,
                          const struct ledger_entry *after,
                          bool (*visit)(void *context, const struct ledger_entry *entry),
                          void *context);

/* What was posted between two accounts for one reason, in the books up to the end of a day. */
struct ledger_turnover {
    struct text debit;
    struct text credit;
    enum transfer_code code;
    int64_t before_fen; /* up to the end of the day before */
    int64_t upto_fen;   /* up to the end of the day */
};

/* Calls `visit` for every pair and reason that ever moved up to `day`, until it returns false. */
void ledger_visit_turnovers(const struct ledger *ledger, struct state *state, struct date day,
                            bool (*visit)(void *context, const struct ledger_turnover *turnover),
                            void *context);
