/* Which matters of the hall a case has begun, or was begun for: the meetings of a request, the
 * promises of a meeting. */
#include "approval.h"

#include <string.h>

enum { MATTERS_SHOWN_MAX = 64 };

static struct key matters_prefix(const struct case_id *parent)
{
    return key_of_uuid(&parent->uuid);
}

void matters_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *parent = &moved->head.parent;
    if (uuid_is_none(&parent->uuid)) {
        return; /* no case stands behind it, or it has begun before */
    }
    struct key key = matters_prefix(parent);
    key_add_uuid(&key, &event->envelope->case_id.uuid);
    store_put(state->txn, TABLE_MATTERS, key_bytes(&key), bytes_of("", 0));
}

/* Adds a matter to the page, and its version to what the page is known by. */
static void matter_take(struct state *state, struct bytes place, struct case_handled_part *part)
{
    struct matter matter;
    struct case_id id;
    memcpy(id.uuid.bytes, place.data + place.size - UUID_BYTES, UUID_BYTES);
    if (!matter_load(&approval_flow, state, &id, &matter)) {
        return;
    }
    part->matters_version += matter.row.version;
    if (part->matters.count == MATTERS_SHOWN_MAX) {
        return;
    }
    part->matters.items[part->matters.count++] = (struct matter_shown){
        .id = id,
        .number = matter.row.number,
        .item = matter.row.item,
        .department = matter.row.department,
        .status = matter.row.state,
        .is_end = matter.procedure->states[matter.state].is_end,
    };
}

void matters_show(struct state *state, const struct case_id *id, struct case_handled_part *part)
{
    struct store_cursor cursor;
    struct key prefix = matters_prefix(id);
    part->matters.items =
        arena_take_array(state->arena, MATTERS_SHOWN_MAX, sizeof *part->matters.items);
    store_cursor_open(&cursor, state->txn, TABLE_MATTERS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix)) {
        matter_take(state, cursor.key, part);
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}
