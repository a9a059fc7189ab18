/* What the record says of the rules by which supervision judges: the versions of the catalogue, put
 * together again from their parts, and the item and version that each case goes by. One thread. */
#pragma once

#include "matter/rules.h"

#include "events/cloud_event.h"

enum { RULE_VERSIONS_MAX = 64, RULE_FILES_MAX = 100, ITEM_BYTES = 4 * 40 + 1 };

/* A version of the catalogue. */
struct rule_version {
    int64_t version;
    struct arena arena;
    struct rules_file files[RULE_FILES_MAX];
    struct buffer texts[RULE_FILES_MAX];
    size_t file_count;
    bool is_loaded; /* it was tried; `is_sound` says how that went */
    bool is_sound;
    struct hall_rules rules;
};

/* What a case goes by. */
struct ruled_case {
    struct uuid id;
    int64_t version;
    char item[ITEM_BYTES];
};

struct rule_book {
    struct rule_version *versions[RULE_VERSIONS_MAX];
    size_t version_count;
    struct ruled_case *cases; /* in the order of their ids */
    size_t case_count;
    size_t case_room;
};

/* Takes what an event says of rules and cases; most say nothing. */
void rule_book_take(struct rule_book *book, const struct hall_event *event);

/* The transition that a step of a case tells of; NULL when it tells of none. */
const struct procedure_transition *rule_book_transition(struct rule_book *book,
                                                        const struct uuid *case_id,
                                                        const struct case_step *step);
void rule_book_free(struct rule_book *book);
