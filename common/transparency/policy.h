/* A trust policy (C2SP tlog-policy): which log, which witnesses, and how many of them it takes.
 *
 *   log <verifier key> [url]
 *   witness <name> <verifier key> [url]
 *   group <name> all|any|<k> <member>...      members are witnesses or groups that stand before it
 *   quorum <name>|none
 *
 * Lines that are empty or begin with # say nothing. Any thread once it is read. */
#pragma once

#include "base/arena.h"
#include "transparency/note.h"

enum {
    POLICY_BYTES_MAX = 64 * 1024,
    POLICY_LOGS_MAX = 8,
    POLICY_NODES_MAX = 64, /* witnesses and groups together */
};

/* A witness, or a group of what stands before it. */
struct policy_node {
    struct text name;
    bool is_group;
    struct note_verifier verifier; /* of a witness */
    struct text url;               /* of a witness; may be absent */
    unsigned threshold;            /* of a group: how many of its members it takes */
    unsigned member_count;
    unsigned char members[POLICY_NODES_MAX]; /* of a group: indexes of nodes */
};

struct policy {
    struct note_verifier logs[POLICY_LOGS_MAX];
    struct text log_urls[POLICY_LOGS_MAX];
    size_t log_count;
    struct policy_node nodes[POLICY_NODES_MAX];
    size_t node_count;
    int quorum; /* index of a node; -1: none is needed */
};

/* Reads a policy; texts live in `arena`. ERR_INVALID with line and reason. */
enum err policy_read(struct text text, struct arena *arena, struct policy *ret_policy,
                     struct reason *reason);

/* The log of that verifier name, NULL when the policy has none. */
const struct note_verifier *policy_log(const struct policy *policy, struct text origin);

/* True when enough of the witnesses signed the note: `signed_by` says so of each node that is one.
 * Without a quorum it is always enough. */
bool policy_is_met(const struct policy *policy, const bool signed_by[POLICY_NODES_MAX]);

/* The same from the note's own signatures. */
bool policy_accepts(const struct policy *policy, const struct note *note);
