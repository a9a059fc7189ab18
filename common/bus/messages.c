#include "bus/messages.h"

#include <string.h>

WIRE_DEFINE_ENUM(principal_kind, PRINCIPAL_KIND_VALUES)
WIRE_DEFINE_VOCABULARY(bus_vocabulary, BUS_VOCABULARY)

/* Bytes of an integer behind a MessagePack type byte; 0: the type byte is the integer itself. */
static int integer_bytes(uint8_t type)
{
    switch (type) {
    case 0xcc:
        return 1;
    case 0xcd:
        return 2;
    case 0xce:
        return 4;
    case 0xcf:
        return 8;
    default:
        return type < 0x80 ? 0 : -1;
    }
}

bool reply_peek_id(struct bytes frame, int64_t *ret_id)
{
    static const uint8_t name[] = {0xa2, 'i', 'd'};
    uint64_t id = 0;
    size_t at = frame.size > 0 && frame.data[0] == 0xde ? 3 : 1;
    if (frame.size < at + sizeof name + 1 || (at == 1 && (frame.data[0] & 0xf0) != 0x80) ||
        memcmp(frame.data + at, name, sizeof name) != 0) {
        return false;
    }
    at += sizeof name;
    int size = integer_bytes(frame.data[at]);
    if (size < 0 || frame.size - at - 1 < (size_t)size) {
        return false;
    }
    id = size == 0 ? frame.data[at] : 0;
    for (int i = 1; i <= size; i++) {
        id = id << 8 | frame.data[at + (size_t)i];
    }
    if (id > INT64_MAX) {
        return false;
    }
    *ret_id = (int64_t)id;
    return true;
}
