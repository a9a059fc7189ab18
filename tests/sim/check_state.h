/* What the checkers remember of a run; only for their own files. */
#pragma once

#include "checks.h"
#include "load.h"

enum {
    MODEL_HALL_MATTERS_MAX = 64,
    MODEL_CASES_MAX = 64,
    MODEL_BILLS_MAX = 128,
    MODEL_ACCOUNTS_MAX = 64,
    MODEL_MESSAGES_MAX = 4096,
    NAME_BYTES = 64
};

/* A record as it was seen: its chain, and how far its service had said by then that it knew each
 * log (by place). */
struct seen_record {
    struct hash chain;
    int64_t time_ms; /* of the latest event by then */
    uint64_t knows[HOSTS_MAX];
};

/* A log as far as it was followed. */
struct seen_log {
    struct seen_record *records; /* of seq 0 (nothing) .. seq */
    size_t capacity;
    uint64_t seq;
    struct event_cause last_cause; /* of the last record; seq 0: none */
    uint64_t recorded;             /* how far the archivist's record has it */
};

/* A case as the events tell it. */
struct model_case {
    struct uuid id;
    char number[NAME_BYTES];
    char state[NAME_BYTES];
    int64_t catalogue_version;
    bool is_joint;
    uint8_t key[KEY_BYTES];
    int64_t received_ms;
    int64_t notice_from_ms; /* since when it waits for an answer */
    int64_t asked_ms;       /* when materials were asked for last */
    int64_t decided_ms;
};

struct model_bill {
    struct uuid id;
    struct uuid case_id;
    int64_t amount_fen;
    enum bill_state state;
};

struct model_account {
    char name[NAME_BYTES];
    int64_t balance_fen;
};

/* A message to somebody: queued once, sent or given up once. */
struct model_message {
    struct uuid id;
    bool is_over;
};

struct checks {
    struct seen_log logs[HOSTS_MAX];
    struct log_position record; /* end of the archivist's record as followed */
    struct hasher hasher;
    struct arena arena; /* of one look */
    struct wire_reader reader;

    struct model_case cases[MODEL_CASES_MAX];
    size_t case_count;
    int64_t catalogue_version;                        /* the active one */
    struct uuid hall_matters[MODEL_HALL_MATTERS_MAX]; /* versions and delegations */
    size_t hall_matter_count;
    size_t delegation_count; /* of these, approval's own: they stand in its index of cases */
    struct model_bill bills[MODEL_BILLS_MAX];
    size_t bill_count;
    struct model_account accounts[MODEL_ACCOUNTS_MAX];
    size_t account_count;
    struct model_message messages[MODEL_MESSAGES_MAX];
    size_t message_count;
    int64_t last_receipt;
    int64_t last_bill;
    int64_t last_document;
    uint64_t deemed; /* acceptances by silence, and findings of them */
    uint64_t deemed_found;
};

/* The place of the service of that name; HOSTS_MAX when it is not simulated. */
size_t place_of(const struct world *world, struct text name);

/* Table `name` of a host's store. */
size_t table_of(const struct sim_host *host, const char *name);

/* The model follows an event in the order of the record. */
void model_follow(struct world *world, const struct event_envelope *envelope);

struct model_case *model_case_find(struct checks *checks, const struct uuid *id);
