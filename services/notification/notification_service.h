/* The notification service as a table; see README.md. */
#pragma once

#include "service/service.h"

extern const struct service notification_service;
