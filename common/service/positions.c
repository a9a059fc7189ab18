#include "service/positions.h"

/* The place of `source` among the service's streams, -1 when it is none of them. */
static int stream_index(const struct service *service, struct text source)
{
    const char *const *name = service->streams;
    for (int i = 0; name != NULL && name[i] != NULL; i++) {
        if (text_equal_string(source, name[i])) {
            return i;
        }
    }
    return -1;
}

enum positions_reach positions_reach(const struct positions_known *known,
                                     const struct request *request)
{
    enum positions_reach reach = POSITIONS_REACHED;
    for (size_t i = 0; i < request->positions.count; i++) {
        const struct log_position_seen *position = &request->positions.items[i];
        uint64_t seq = (uint64_t)position->seq;
        if (text_equal_string(position->source, known->service->name)) {
            if (seq > known->own) {
                return POSITIONS_OWN_BEHIND;
            }
            continue;
        }
        int index = stream_index(known->service, position->source);
        if (index >= 0 && known->streams[index] < seq) {
            reach = POSITIONS_BEHIND;
        }
    }
    return reach;
}
