/* A look over MessagePack bytes before msgpack-c allocates for them: it takes memory for as many
 * elements as a header claims, so the claims are held against the bytes that are there first. */
#include "wire/pack.h"

struct walk {
    const uint8_t *next;
    size_t left;
};

/* What a header says: how many bytes of payload follow, and how many nested values after them. */
struct header {
    size_t payload;
    size_t children;
};

static bool take_size(struct walk *walk, size_t width, size_t *ret_size)
{
    if (walk->left < width) {
        return false;
    }
    *ret_size = width == 1   ? walk->next[0]
                : width == 2 ? read_be16(walk->next)
                             : read_be32(walk->next);
    walk->next += width;
    walk->left -= width;
    return true;
}

/* The headers from 0xC0 on, each with what it means; format family of the MessagePack spec. */
static bool read_long_header(struct walk *walk, uint8_t lead, struct header *ret_header)
{
    static const uint8_t fixed_payload[] = {
        [0xCA - 0xC0] = 4, [0xCB - 0xC0] = 8, [0xCC - 0xC0] = 1, [0xCD - 0xC0] = 2,
        [0xCE - 0xC0] = 4, [0xCF - 0xC0] = 8, [0xD0 - 0xC0] = 1, [0xD1 - 0xC0] = 2,
        [0xD2 - 0xC0] = 4, [0xD3 - 0xC0] = 8,
    };
    size_t size = 0;
    switch (lead) {
    case 0xC0: /* nil */
    case 0xC2: /* false */
    case 0xC3: /* true */
        return true;
    case 0xC4: /* bin 8 */
    case 0xD9: /* str 8 */
        return take_size(walk, 1, &ret_header->payload);
    case 0xC5:
    case 0xDA:
        return take_size(walk, 2, &ret_header->payload);
    case 0xC6:
    case 0xDB:
        return take_size(walk, 4, &ret_header->payload);
    case 0xDC: /* array 16, 32 */
        return take_size(walk, 2, &ret_header->children);
    case 0xDD:
        return take_size(walk, 4, &ret_header->children);
    case 0xDE: /* map 16, 32 */
    case 0xDF:
        if (!take_size(walk, lead == 0xDE ? 2 : 4, &size)) {
            return false;
        }
        ret_header->children = 2 * size;
        return true;
    default:
        break;
    }
    if (lead >= 0xCC && lead <= 0xD3) { /* integers; floats have no place in any table */
        ret_header->payload = fixed_payload[lead - 0xC0];
        return true;
    }
    return false; /* never used, ext, or float */
}

static bool read_header(struct walk *walk, struct header *ret_header)
{
    if (walk->left == 0) {
        return false;
    }
    uint8_t lead = *walk->next++;
    walk->left--;
    *ret_header = (struct header){0};
    if (lead < 0x80 || lead >= 0xE0) { /* small integers */
        return true;
    }
    if (lead < 0x90) {
        ret_header->children = 2 * (size_t)(lead & 0x0F);
        return true;
    }
    if (lead < 0xA0) {
        ret_header->children = lead & 0x0F;
        return true;
    }
    if (lead < 0xC0) {
        ret_header->payload = lead & 0x1F;
        return true;
    }
    return read_long_header(walk, lead, ret_header);
}

bool wire_bytes_sound(struct bytes bytes)
{
    struct walk walk = {.next = bytes.data, .left = bytes.size};
    size_t open[WIRE_DEPTH_MAX + 1] = {1}; /* values still to come, per level */
    size_t depth = 0;
    for (;;) {
        while (open[depth] == 0) {
            if (depth == 0) {
                return walk.left == 0;
            }
            depth--;
        }
        open[depth]--;
        struct header header;
        if (!read_header(&walk, &header) || header.payload > walk.left ||
            header.children > walk.left - header.payload) {
            return false;
        }
        walk.next += header.payload;
        walk.left -= header.payload;
        if (header.children > 0) {
            if (depth == WIRE_DEPTH_MAX) {
                return false;
            }
            open[++depth] = header.children;
        }
    }
}
