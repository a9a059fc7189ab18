/* Marks: which sealed values of a case who takes part in it may read without learning who filed it,
 * and which who filed it may not read. Everything else is open to who handles the case, and, where
 * it is his own, to who filed it.
 *
 * A value is known by its head, header and nonce, which occur once. */
#include "intake.h"

#include "crypto/seal.h"
#include "wire/personal.h"

enum { HEAD_BYTES = 41 };

static struct key mark_key(const struct case_id *id, struct bytes sealed)
{
    struct key key = key_of_uuid(&id->uuid);
    key_add_bytes(&key, bytes_of(sealed.data, sealed.size < HEAD_BYTES ? sealed.size : HEAD_BYTES));
    return key;
}

enum value_mark mark_of(struct state *state, const struct case_id *id, struct bytes sealed)
{
    struct key key = mark_key(id, sealed);
    struct bytes value;
    return store_get(state->txn, TABLE_MARKS, key_bytes(&key), &value) && value.size == 1
               ? (enum value_mark)value.data[0]
               : MARK_NONE;
}

/* A walk over the personal values of what was filed, or of what an action carried. */
struct marking {
    struct state *state;
    struct case_id id;
    const struct procedure *procedure;
    bool is_answer; /* of somebody else who was asked */
};

/* The field at the top: of the action, or of the form that it carries. */
static struct text field_of(const struct wire_path *path)
{
    const struct wire_path *at = path;
    while (at->parent != NULL && !text_equal_string(at->parent->name, "form")) {
        at = at->parent;
    }
    return at->name;
}

static bool value_mark(void *context, const struct wire_path *path, struct personal *personal)
{
    const struct marking *marking = context;
    struct text field = field_of(path);
    struct key key = mark_key(&marking->id, personal->value);
    uint8_t mark = MARK_NONE;
    if (text_equal_string(field, "parties") ||
        (marking->is_answer && text_equal_string(field, "text"))) {
        mark = MARK_KEPT;
    } else if (text_span_contains(&marking->procedure->shows, field)) {
        mark = MARK_SHOWN;
    }
    if (mark != MARK_NONE && personal->value.size > 0) {
        store_put(marking->state->txn, TABLE_MARKS, key_bytes(&key), bytes_of(&mark, 1));
    }
    return true;
}

void marks_of_submitted(struct state *state, const struct case_id *id,
                        const struct case_submitted *submitted)
{
    struct matter matter;
    struct action_fields filed = {.form = submitted->form};
    if (!matter_rules(&intake_flow, state, submitted->catalogue_version, submitted->item,
                      &matter) ||
        matter.procedure == NULL || matter.procedure->shows.count == 0) {
        return;
    }
    struct marking marking = {.state = state, .id = *id, .procedure = matter.procedure};
    (void)wire_visit_personal(&action_fields_message, &filed, value_mark, &marking);
}

void marks_of_moved(struct state *state, const struct case_id *id, const struct case_moved *moved)
{
    struct matter matter;
    struct action_fields fields = moved->fields;
    if (matter_load(&intake_flow, state, id, &matter)) {
        struct marking marking = {.state = state,
                                  .id = *id,
                                  .procedure = matter.procedure,
                                  .is_answer = !text_is_empty(moved->step.unit)};
        (void)wire_visit_personal(&action_fields_message, &fields, value_mark, &marking);
    }
}
