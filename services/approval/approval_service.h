/* The approval service as a table; see README.md. */
#pragma once

#include "service/service.h"

extern const struct service approval_service;
