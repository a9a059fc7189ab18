#include "log/record.h"

#include <string.h>

WIRE_DEFINE_ENUM(actor_kind, ACTOR_KIND_VALUES)
WIRE_DEFINE_VOCABULARY(record_vocabulary, RECORD_VOCABULARY)

enum record_kind record_kind_of(struct bytes bytes)
{
    /* A small map whose first key is a short string: the table puts id and stream first. */
    static const uint8_t event_key[] = {0xA2, 'i', 'd'};
    static const uint8_t mark_key[] = {0xA6, 's', 't', 'r', 'e', 'a', 'm'};
    if (bytes.size < 1 + sizeof mark_key || (bytes.data[0] & 0xF0) != 0x80) {
        return RECORD_BAD;
    }
    if (memcmp(bytes.data + 1, event_key, sizeof event_key) == 0) {
        return RECORD_EVENT;
    }
    return memcmp(bytes.data + 1, mark_key, sizeof mark_key) == 0 ? RECORD_MARK : RECORD_BAD;
}

enum err record_read_event(struct wire_reader *reader, struct bytes bytes,
                           struct event_envelope *ret_envelope)
{
    return wire_unpack(reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &event_envelope_message, bytes,
                       ret_envelope, NULL);
}

enum err record_read_mark(struct wire_reader *reader, struct bytes bytes, struct log_mark *ret_mark)
{
    return wire_unpack(reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &log_mark_message, bytes, ret_mark,
                       NULL);
}
