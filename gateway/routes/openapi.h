/* The contract as an OpenAPI 3.1 document, made from the route table and the field tables. */
#pragma once

#include <jansson.h>

/* The whole document; the caller owns it. The same at every call: members stand in the order in
 * which they were added. */
json_t *openapi_document(void);
