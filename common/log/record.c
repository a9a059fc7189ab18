#include "log/record.h"

#include <string.h>

WIRE_DEFINE_ENUM(actor_kind, ACTOR_KIND_VALUES)
WIRE_DEFINE_VOCABULARY(record_vocabulary, RECORD_VOCABULARY)

/* The size of the header of the map that `bytes` begin with: up to 15 entries fit into one byte, a
 * newer envelope may have more (map 16). 0 when it is no map. */
static size_t map_header_size(struct bytes bytes)
{
    if (bytes.size == 0) {
        return 0;
    }
    return (bytes.data[0] & 0xF0) == 0x80 ? 1 : bytes.data[0] == 0xDE ? 3 : 0;
}

enum record_kind record_kind_of(struct bytes bytes)
{
    /* A map whose first key is a short string: the table puts id and stream first. */
    static const uint8_t event_key[] = {0xA2, 'i', 'd'};
    static const uint8_t mark_key[] = {0xA6, 's', 't', 'r', 'e', 'a', 'm'};
    size_t header = map_header_size(bytes);
    if (header == 0 || bytes.size < header + sizeof mark_key) {
        return RECORD_BAD;
    }
    const uint8_t *key = bytes.data + header;
    if (memcmp(key, event_key, sizeof event_key) == 0) {
        return RECORD_EVENT;
    }
    return memcmp(key, mark_key, sizeof mark_key) == 0 ? RECORD_MARK : RECORD_BAD;
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
