#include "transparency/policy.h"

#include <stdlib.h>

enum { WORDS_MAX = POLICY_NODES_MAX + 3 };

/* A line taken apart at its blanks. */
struct words {
    struct text items[WORDS_MAX];
    size_t count;
};

static bool words_read(struct text line, struct words *ret_words)
{
    ret_words->count = 0;
    while (line.size > 0) {
        struct text word = text_split(line, ' ', &line);
        if (word.size == 0) {
            continue;
        }
        if (ret_words->count == WORDS_MAX) {
            return false;
        }
        ret_words->items[ret_words->count++] = word;
    }
    return true;
}

static int node_find(const struct policy *policy, struct text name)
{
    for (size_t i = 0; i < policy->node_count; i++) {
        if (text_equal(policy->nodes[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static enum err node_add(struct policy *policy, struct text name, struct policy_node **ret_node,
                         struct reason *reason)
{
    if (text_equal_string(name, "none") || node_find(policy, name) >= 0) {
        return reason_set(reason, ERR_INVALID, "the name %.*s is taken", TEXT_PRINT(name));
    }
    if (policy->node_count == POLICY_NODES_MAX) {
        return reason_set(reason, ERR_TOO_LARGE, "more than %d witnesses and groups",
                          POLICY_NODES_MAX);
    }
    *ret_node = &policy->nodes[policy->node_count];
    **ret_node = (struct policy_node){.name = name};
    return ERR_OK;
}

static enum err log_read(struct policy *policy, const struct words *words, struct reason *reason)
{
    if (words->count < 2 || words->count > 3) {
        return reason_set(reason, ERR_INVALID, "a log has a verifier key and may have an address");
    }
    if (policy->log_count == POLICY_LOGS_MAX) {
        return reason_set(reason, ERR_TOO_LARGE, "more than %d logs", POLICY_LOGS_MAX);
    }
    enum err err = note_verifier_read(words->items[1], &policy->logs[policy->log_count], reason);
    if (err == ERR_OK && policy->logs[policy->log_count].type != NOTE_KEY_LOG) {
        return reason_set(reason, ERR_INVALID, "the key of a log is of type 1");
    }
    if (err == ERR_OK) {
        policy->log_urls[policy->log_count++] =
            words->count == 3 ? words->items[2] : (struct text){0};
    }
    return err;
}

static enum err witness_read(struct policy *policy, const struct words *words,
                             struct reason *reason)
{
    struct policy_node *node;
    if (words->count < 3 || words->count > 4) {
        return reason_set(reason, ERR_INVALID,
                          "a witness has a name and a verifier key, and may have an address");
    }
    enum err err = node_add(policy, words->items[1], &node, reason);
    if (err == ERR_OK) {
        err = note_verifier_read(words->items[2], &node->verifier, reason);
    }
    if (err == ERR_OK && node->verifier.type != NOTE_KEY_WITNESS) {
        return reason_set(reason, ERR_INVALID, "the key of a witness is of type 4");
    }
    if (err == ERR_OK) {
        node->url = words->count == 4 ? words->items[3] : (struct text){0};
        policy->node_count++;
    }
    return err;
}

/* all, any, or a number of them; 0 when it is none. */
static unsigned threshold_read(struct text text, size_t member_count)
{
    unsigned threshold = 0;
    if (text_equal_string(text, "all")) {
        return (unsigned)member_count;
    }
    if (text_equal_string(text, "any")) {
        return 1;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || text.size > 2) {
            return 0;
        }
        threshold = threshold * 10 + (unsigned)(text.data[i] - '0');
    }
    return threshold <= member_count ? threshold : 0;
}

static enum err group_read(struct policy *policy, const struct words *words, struct reason *reason)
{
    struct policy_node *node;
    if (words->count < 4) {
        return reason_set(reason, ERR_INVALID,
                          "a group has a name, all, any or a number, and members");
    }
    enum err err = node_add(policy, words->items[1], &node, reason);
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 3; i < words->count; i++) {
        int member = node_find(policy, words->items[i]);
        if (member < 0) {
            return reason_set(reason, ERR_INVALID, "%.*s does not stand before the group",
                              TEXT_PRINT(words->items[i]));
        }
        if (node->member_count == POLICY_NODES_MAX) {
            return reason_set(reason, ERR_TOO_LARGE, "a group of too many");
        }
        node->members[node->member_count++] = (unsigned char)member;
    }
    node->is_group = true;
    node->threshold = threshold_read(words->items[2], node->member_count);
    if (node->threshold == 0) {
        return reason_set(reason, ERR_INVALID, "a group takes all, any, or 1 to %u of its members",
                          node->member_count);
    }
    policy->node_count++;
    return ERR_OK;
}

static enum err quorum_read(struct policy *policy, const struct words *words, bool *has_quorum,
                            struct reason *reason)
{
    if (words->count != 2 || *has_quorum) {
        return reason_set(reason, ERR_INVALID, "one quorum, of one name or none");
    }
    *has_quorum = true;
    policy->quorum = node_find(policy, words->items[1]);
    if (policy->quorum < 0 && !text_equal_string(words->items[1], "none")) {
        return reason_set(reason, ERR_INVALID, "%.*s does not stand before the quorum",
                          TEXT_PRINT(words->items[1]));
    }
    return ERR_OK;
}

static enum err line_read(struct policy *policy, const struct words *words, bool *has_quorum,
                          struct reason *reason)
{
    struct text kind = words->items[0];
    if (text_equal_string(kind, "log")) {
        return log_read(policy, words, reason);
    }
    if (text_equal_string(kind, "witness")) {
        return witness_read(policy, words, reason);
    }
    if (text_equal_string(kind, "group")) {
        return group_read(policy, words, reason);
    }
    if (text_equal_string(kind, "quorum")) {
        return quorum_read(policy, words, has_quorum, reason);
    }
    return reason_set(reason, ERR_INVALID, "a line begins with log, witness, group or quorum");
}

enum err policy_read(struct text text, struct arena *arena, struct policy *ret_policy,
                     struct reason *reason)
{
    struct words words;
    bool has_quorum = false;
    *ret_policy = (struct policy){.quorum = -1};
    struct text rest = arena_copy_text(arena, text);
    for (unsigned number = 1; rest.size > 0; number++) {
        struct text line = text_split(rest, '\n', &rest);
        if (line.size == 0 || line.data[0] == '#') {
            continue;
        }
        enum err err = words_read(line, &words) && words.count > 0
                           ? line_read(ret_policy, &words, &has_quorum, reason)
                           : reason_set(reason, ERR_INVALID, "too many words, or none");
        if (err != ERR_OK) {
            reason_prefix(reason, "line %u", number);
            return err;
        }
    }
    return has_quorum ? ERR_OK
                      : reason_set(reason, ERR_INVALID, "a policy says its quorum, or quorum none");
}

const struct note_verifier *policy_log(const struct policy *policy, struct text origin)
{
    for (size_t i = 0; i < policy->log_count; i++) {
        if (text_equal_string(origin, policy->logs[i].name)) {
            return &policy->logs[i];
        }
    }
    return NULL;
}

/* Members stand before their group, so one pass in order is enough. */
bool policy_is_met(const struct policy *policy, const bool signed_by[POLICY_NODES_MAX])
{
    bool is_met[POLICY_NODES_MAX];
    for (size_t i = 0; i < policy->node_count; i++) {
        const struct policy_node *node = &policy->nodes[i];
        unsigned members = 0;
        for (unsigned j = 0; j < node->member_count; j++) {
            members += is_met[node->members[j]] ? 1 : 0;
        }
        is_met[i] = node->is_group ? members >= node->threshold : signed_by[i];
    }
    return policy->quorum < 0 || is_met[policy->quorum];
}

bool policy_accepts(const struct policy *policy, const struct note *note)
{
    bool signed_by[POLICY_NODES_MAX] = {false};
    for (size_t i = 0; i < policy->node_count; i++) {
        signed_by[i] = !policy->nodes[i].is_group &&
                       note_verify(note, &policy->nodes[i].verifier, NULL) == NOTE_SIGNED;
    }
    return policy_is_met(policy, signed_by);
}
