#include "events/notification.h"

WIRE_DEFINE_ENUM(message_channel, MESSAGE_CHANNEL_VALUES)
WIRE_DEFINE_VOCABULARY(notification_vocabulary, NOTIFICATION_VOCABULARY)
