/* Orders to a bank to pay: pain.001.001.09, written into a buffer.
 *
 * The same payments give the same bytes. Each transfer is to be booked as an entry of its own
 * (BtchBookg false), so that its end-to-end id comes back in the bank's statement. Pure functions,
 * any thread. */
#pragma once

#include "base/buffer.h"
#include "base/datetime.h"
#include "base/err.h"

/* A bank: its BIC, a number of its own (a clearing code), or both. */
struct credit_transfer_agent {
    struct text bic;
    struct text other_id;
};

/* Who pays or is paid, and where. An account number that is no valid IBAN is written as the bank's
 * own. */
struct credit_transfer_party {
    struct text name;    /* up to 140 characters */
    struct text account; /* up to 34 characters */
    struct credit_transfer_agent agent;
};

struct credit_transfer {
    struct text end_to_end_id; /* up to 35 characters; comes back in the statement */
    int64_t amount_fen;        /* above zero */
    struct credit_transfer_party creditor;
    struct text creditor_reference; /* ISO 11649 (reference.h), absent when there is none */
    struct text remittance;         /* free text, up to 140 characters, absent when there is none */
};

/* What leaves one account on one day. */
struct credit_transfer_group {
    struct text group_id; /* up to 35 characters */
    struct date execution_day;
    struct credit_transfer_party debtor;
    const struct credit_transfer *transfers; /* one at least */
    size_t count;
};

struct credit_transfer_message {
    struct text message_id; /* up to 35 characters */
    int64_t created_ms;
    struct text initiator;                      /* name, up to 140 characters */
    char currency[4];                           /* three capitals and a zero byte */
    const struct credit_transfer_group *groups; /* one at least */
    size_t count;
};

/* Writes `message` behind what `buffer` holds. ERR_INVALID when a value does not fit the format,
 * with its element and the number of its transfer, ERR_TOO_LARGE when the buffer's bound is passed;
 * the buffer then holds a part, to be thrown away. */
enum err transfers_write(const struct credit_transfer_message *message, struct buffer *buffer,
                         struct reason *reason);
