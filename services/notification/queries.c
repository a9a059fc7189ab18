/* The inbox: what the hall told somebody about a case. */
#include "notification.h"

#include <string.h>

/* Who reads an inbox. */
struct inbox_reader {
    struct reading *reading;
    enum standing standing;
    bool is_party;
};

/* A party that signs in reads what was written to it, and nothing else. */
static bool is_party(const struct reading *reading, const struct contact_row *contact)
{
    return reading->principal->kind == PRINCIPAL_STAFF &&
           contact_has_party(contact, reading->principal->login);
}

enum standing contact_standing(struct state *state, const struct principal *principal,
                               const struct case_id *id, const struct contact_row *contact)
{
    const struct notification *notification = state->memory;
    const struct hall_rules *rules =
        rules_of(notification->shelf, state, contact->catalogue_version);
    struct case_row concerned = {.session = contact->session, .parties = contact->units};
    return matter_standing_of(rules, contact->item, id, &concerned, principal);
}

/* Who filed reads what was written to him, a party what was written to it, who handles the case
 * all. */
static bool is_for_reader(const struct inbox_reader *reader, const struct message_row *row)
{
    switch (reader->standing) {
    case STANDING_CONCERNED:
        return true;
    case STANDING_FILER:
        return text_is_empty(row->party);
    default:
        return reader->is_party && text_equal(row->party, reader->reading->principal->login);
    }
}

static void message_add(const struct inbox_reader *reader, const struct uuid *id,
                        struct inbox_told *told)
{
    struct reading *reading = reader->reading;
    struct message_row row;
    struct key key = key_of_uuid(id);
    if (!state_get(reading->state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, &row) ||
        !is_for_reader(reader, &row)) {
        return;
    }
    const struct message_template *template = message_template_of(reading->state, &row);
    if (template == NULL) {
        return;
    }
    told->messages.items[told->messages.count++] = (struct inbox_message){
        .id = {*id},
        .at = row.at,
        .channel = row.channel,
        .status = row.status,
        .party = row.party,
        .title = message_text(&template->title, row.language, &row.parameters, reading->arena),
        .text = message_text(&template->text, row.language, &row.parameters, reading->arena),
    };
}

/* Walks the messages of a case from the latest back: ids grow with time. */
static void inbox_read(const struct inbox_reader *reader, const struct ask_inbox *asked,
                       struct inbox_told *told)
{
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&asked->case_id.uuid);
    struct key behind = prefix;
    static const struct uuid last = {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    key_add_uuid(&behind, &last);
    store_cursor_open(&cursor, reader->reading->state->txn, TABLE_INBOX);
    bool more =
        store_seek(&cursor, key_bytes(&behind)) ? store_previous(&cursor) : store_last(&cursor);
    while (more && key_has_prefix(cursor.key, &prefix) &&
           told->messages.count < (size_t)asked->limit) {
        struct uuid id;
        memcpy(id.bytes, cursor.key.data + UUID_BYTES, UUID_BYTES);
        message_add(reader, &id, told);
        more = store_previous(&cursor);
    }
    store_cursor_close(&cursor);
}

enum verdict query_inbox(struct reading *reading, const void *question)
{
    const struct ask_inbox *asked = question;
    struct key key = key_of_uuid(&asked->case_id.uuid);
    struct contact_row contact;
    struct inbox_told *told = arena_take(reading->arena, sizeof *told);
    struct inbox_reader reader = {.reading = reading};
    bool is_known =
        state_get(reading->state, TABLE_CONTACTS, key_bytes(&key), &contact_row_message, &contact);
    if (is_known) {
        reader.standing =
            contact_standing(reading->state, reading->principal, &asked->case_id, &contact);
        reader.is_party = is_party(reading, &contact);
    }
    if (!is_known || !(reader.standing == STANDING_FILER || reader.standing == STANDING_CONCERNED ||
                       reader.is_party)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    told->messages.items =
        arena_take_array(reading->arena, (size_t)asked->limit, sizeof *told->messages.items);
    inbox_read(&reader, asked, told);
    return reading_answer(reading, &inbox_told_message, told);
}
