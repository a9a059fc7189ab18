/* Reading a statement: what its source files share.
 *
 * statement.c turns the parser's events into a walk over shapes, shapes.c says which element stands
 * where in what order, takes.c what the text of each means, sums.c whether all of it agrees. */
#pragma once

#include "base/arena.h"
#include "iso20022/statement.h"

#include <libxml/parser.h>

struct reader;

/* The versions of the message, as bits. */
enum version { VERSION_02 = 1, VERSION_08 = 2, VERSION_BOTH = 3 };

/* How often an element stands in its place. */
enum occurs { ONE, OPTIONAL, MANY, ANY };

/* A child of a shape. It is a shape itself, or text that is taken, or passed over whole. */
struct place {
    const char *name;
    enum occurs occurs;
    enum version versions;
    const struct shape *shape;
    /* False after a fault. */
    bool (*take)(struct reader *reader, struct text text);
    size_t characters_max;
    bool has_currency;
};

/* What stands in an element: its children in their order, or exactly one of them. */
struct shape {
    const char *name;
    const struct place *places;
    size_t count;
    bool is_choice;
    bool (*opens)(struct reader *reader);
    bool (*closes)(struct reader *reader);
};

/* The file itself. */
extern const struct shape file_shape;

/* An element that is open. */
struct frame {
    const struct shape *shape;
    size_t next;  /* the place that was filled last */
    int filled;   /* how often it was */
    int64_t line; /* where the element began */
};

enum { LEAF_BYTES_MAX = 4 * 500, CURRENCY_SIZE = 3 };

/* Which balance it is; those that the account is not judged by are passed over. */
enum balance_kind { BALANCE_OTHER, BALANCE_OPENING, BALANCE_PREVIOUS, BALANCE_CLOSING };

/* A balance being read. */
struct balance {
    enum balance_kind kind;
    struct statement_balance value;
    bool is_credit;
};

/* A number of entries and a sum as the bank tells them; -1 where it does not. */
struct told {
    int64_t count;
    int64_t fen;
};

/* What a bank may tell above the entries, and what is counted to hold against it. */
struct summary {
    struct told all;
    struct told credits;
    struct told debits;
    int64_t net_fen; /* -1 where it is not told */
    bool has_net_direction;
    bool net_is_credit;
    int64_t line;
};

/* References that have been seen, by their hashes. */
struct seen {
    uint8_t *hashes; /* `capacity` of SEEN_HASH_BYTES, zeros where there is none */
    size_t count;
    size_t capacity;
    uint8_t key[16];
};

struct reader {
    xmlParserCtxtPtr parser;
    const struct statement_calls *calls;
    struct statement_fault *fault;
    enum err err; /* ERR_OK, or why it stopped */
    enum version version;
    const char *namespace_uri;

    struct frame frames[STATEMENT_DEPTH_MAX];
    size_t depth;
    size_t passed_over; /* open elements inside one that is passed over, itself included */
    const struct place *leaf;
    int64_t leaf_line;
    char text[LEAF_BYTES_MAX];
    size_t text_size;
    char currency[CURRENCY_SIZE]; /* of the amount being read */

    struct arena message_arena;   /* one file */
    struct arena statement_arena; /* one statement */
    struct arena batch_arena;     /* one batch of entries */

    struct text message_id;
    struct statement_head head;
    bool has_begun; /* the head was handed out */
    bool has_opening;
    bool has_previous;
    bool has_closing;
    bool has_period;
    struct statement_balance opening;  /* OPBD */
    struct statement_balance previous; /* PRCD */
    struct balance balance;
    struct summary summary;
    struct told *told;   /* the part of the summary being read */
    struct told credits; /* counted, whatever their status */
    struct told debits;
    struct statement_totals totals;

    struct statement_entry entries[STATEMENT_BATCH_MAX];
    size_t entry_count;
    struct statement_entry *entry; /* being read */
    bool has_booking_day;
    bool has_value_day;
    bool references_differ;
    struct seen entry_references;
    struct seen bank_references;
};

/* Ends the reading with a reason at `line`; false. Only the first one counts. */
bool fault_at(struct reader *reader, int64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The line of the text or element at hand. */
int64_t line_of(const struct reader *reader);

/* -- takes.c: what texts mean; `opens` and `closes` of shapes --------------------------------- */
bool take_message_id(struct reader *reader, struct text text);
bool take_moment(struct reader *reader, struct text text);
bool take_statement_id(struct reader *reader, struct text text);
bool take_sequence_number(struct reader *reader, struct text text);
bool take_first_day(struct reader *reader, struct text text);
bool take_last_day(struct reader *reader, struct text text);
bool take_iban(struct reader *reader, struct text text);
bool take_account(struct reader *reader, struct text text);
bool take_currency(struct reader *reader, struct text text);
bool take_balance_code(struct reader *reader, struct text text);
bool take_balance_amount(struct reader *reader, struct text text);
bool take_balance_direction(struct reader *reader, struct text text);
bool take_balance_day(struct reader *reader, struct text text);
bool take_told_count(struct reader *reader, struct text text);
bool take_told_sum(struct reader *reader, struct text text);
bool take_net(struct reader *reader, struct text text);
bool take_net_direction(struct reader *reader, struct text text);
bool take_entry_reference(struct reader *reader, struct text text);
bool take_entry_amount(struct reader *reader, struct text text);
bool take_entry_direction(struct reader *reader, struct text text);
bool take_reversal(struct reader *reader, struct text text);
bool take_status(struct reader *reader, struct text text);
bool take_booking_day(struct reader *reader, struct text text);
bool take_value_day(struct reader *reader, struct text text);
bool take_bank_reference(struct reader *reader, struct text text);
bool take_transaction_amount(struct reader *reader, struct text text);
bool take_direction(struct reader *reader, struct text text);
bool take_end_to_end_id(struct reader *reader, struct text text);
bool take_creditor_reference(struct reader *reader, struct text text);
bool take_remittance(struct reader *reader, struct text text);

bool statement_opens(struct reader *reader);
bool balance_opens(struct reader *reader);
bool summary_opens(struct reader *reader);
bool all_told_opens(struct reader *reader);
bool credits_told_opens(struct reader *reader);
bool debits_told_opens(struct reader *reader);
bool entry_opens(struct reader *reader);
bool transaction_opens(struct reader *reader);

/* -- sums.c: whether it agrees ---------------------------------------------------------------- */
bool balance_closes(struct reader *reader);
bool entry_closes(struct reader *reader);
bool statement_closes(struct reader *reader);

/* Hands out the head, once what stands above the entries is complete. */
bool statement_begin(struct reader *reader);

/* -- seen.c ----------------------------------------------------------------------------------- */
void seen_init(struct seen *seen);
void seen_free(struct seen *seen);

/* Forgets all. */
void seen_clear(struct seen *seen);

/* Notes `text`; false when it was seen before. */
bool seen_add(struct seen *seen, struct text text);
