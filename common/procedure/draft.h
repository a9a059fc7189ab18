/* Internal to this part: a procedure while it is being read and checked. */
#pragma once

#include "procedure/procedure.h"

struct procedure_draft {
    struct yaml_file *file;
    const struct procedure_vocabulary *vocabulary;
    struct procedure *procedure;
    struct procedure_clock *clocks; /* the same arrays as the procedure's, to be filled */
    struct procedure_state *states;
    struct procedure_transition *transitions;
};

/* Reads the transition that `node` describes, named `field` in errors. */
void procedure_transition_read(struct procedure_draft *draft, const struct yaml_node *node,
                               struct text field, struct procedure_transition *transition);

/* Adds to the errors what makes the table unsound. Only for a table that was read without any. */
void procedure_check_sound(const struct procedure_draft *draft);

/* Reads the name of a signal; an error when there is no such signal. Absent where `key` is. */
struct text procedure_signal_read(const struct procedure_draft *draft, struct yaml_map *map,
                                  const char *key);

/* Checks that the vocabularies declare the event `type`; `field` is where it stands. */
void procedure_check_event(const struct procedure_draft *draft, struct text type, int line,
                           struct text field);

/* Checks that `name` is a field that actions may carry; true when it is, or when the vocabulary
 * does not say which there are. */
bool procedure_check_field(const struct procedure_draft *draft, struct text name, int line,
                           struct text field);

/* How errors name a transition that is common to all matters: "states.submitted.withdraw". */
struct text procedure_common_field(const struct procedure_draft *draft,
                                   const struct procedure_transition *transition);

/* The names of the procedure's clocks or states as strings, for name_unknown. */
const char **procedure_clock_names(const struct procedure_draft *draft);
const char **procedure_state_names(const struct procedure_draft *draft);
