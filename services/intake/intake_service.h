/* The intake service as a table; see README.md. */
#pragma once

#include "service/service.h"

extern const struct service intake_service;
