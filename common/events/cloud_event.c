#include "events/cloud_event.h"

#include "events/registry.h"
#include "wire/json.h"

#include <inttypes.h>

bool hall_event_read(struct wire_reader *reader, struct bytes record, struct hall_event *ret_event)
{
    *ret_event = (struct hall_event){.message = NULL};
    if (record_kind_of(record) != RECORD_EVENT ||
        record_read_event(reader, record, &ret_event->envelope) != ERR_OK) {
        return false;
    }
    const struct wire_message *message = hall_event_find(ret_event->envelope.type);
    if (message == NULL) {
        return true; /* of a newer version: told without its fields */
    }
    ret_event->data = arena_take(reader->arena, message->size);
    if (wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &ret_event->envelope.data, message,
                        ret_event->data, NULL) == ERR_OK) {
        ret_event->message = message;
    }
    return true;
}

static void text_set(json_t *json, const char *name, struct text text)
{
    json_object_set_new(json, name, wire_json_text(text));
}

json_t *cloud_event(const struct hall_event *event, int64_t index, struct arena *arena)
{
    const struct event_envelope *envelope = &event->envelope;
    json_t *json = json_object();
    json_object_set_new(json, "specversion", json_string("1.0"));
    json_object_set_new(json, "id", wire_json_id(&envelope->id.uuid));
    text_set(json, "source", arena_print(arena, "/hall/%.*s", TEXT_PRINT(envelope->source)));
    text_set(json, "type",
             arena_print(arena, CLOUD_TYPE_PREFIX "%.*s", TEXT_PRINT(envelope->type)));
    json_object_set_new(json, "time", wire_json_time(envelope->time));
    if (!uuid_is_none(&envelope->case_id.uuid)) {
        json_object_set_new(json, "subject", wire_json_id(&envelope->case_id.uuid));
    }
    text_set(json, "sequence", arena_print(arena, "%020" PRId64, index));
    if (!text_is_empty(envelope->traceparent)) {
        text_set(json, "traceparent", envelope->traceparent);
    }
    if (event->message != NULL) {
        json_object_set_new(json, "datacontenttype", json_string("application/json"));
        json_object_set_new(json, "data", wire_to_json(event->message, event->data, NULL));
    }
    return json;
}
