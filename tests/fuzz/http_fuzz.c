/* Requests as the gateway reads them (gateway/routes): an address, then a body. Input: a line such
 * as `POST /v1/cases`, a newline, the body.
 *
 * An address finds one route or none, whose parameters are pieces of it. A body that is taken is
 * valid; one that is refused says why, every error with a sentence that can be shown. */
#include "fuzz.h"

#include "base/check.h"
#include "routes/route.h"
#include "wire/validate.h"

#include <string.h>

static enum http_method method_of(struct text name)
{
    for (int method = HTTP_GET; method < HTTP_OTHER; method++) {
        if (text_equal_string(name, http_method_name((enum http_method)method))) {
            return (enum http_method)method;
        }
    }
    return HTTP_OTHER;
}

static void check_parameters(const struct route *route, struct text path,
                             const struct text parameters[ROUTE_PARAMETERS_MAX])
{
    size_t count = 0;
    for (const char *at = route->path; *at != '\0'; at++) {
        count += *at == '{' ? 1 : 0;
    }
    CHECK(count <= ROUTE_PARAMETERS_MAX);
    for (size_t i = 0; i < count; i++) {
        CHECK(parameters[i].size > 0);
        CHECK(parameters[i].data >= path.data &&
              parameters[i].data + parameters[i].size <= path.data + path.size);
        CHECK(memchr(parameters[i].data, '/', parameters[i].size) == NULL);
    }
}

static void check_body(const struct route *route, struct text body, struct arena *arena)
{
    struct wire_errors errors;
    void *record = NULL;
    wire_errors_init(&errors, arena);
    if (route_read_body(route, body, arena, &record, &errors) == PROBLEM_NONE) {
        CHECK(errors.count == 0);
        CHECK(wire_validate(route->body, record, NULL, NULL));
    } else {
        fuzz_check_errors(&errors);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct bytes body;
    struct text parameters[ROUTE_PARAMETERS_MAX] = {{0}};
    const char *methods = NULL;
    arena_init(&arena);
    struct text path = fuzz_first_line(bytes_of(data, size), &body);
    struct text method = text_split(path, ' ', &path);
    const struct route *route = route_find(method_of(method), path, &arena, parameters, &methods);
    if (route != NULL) {
        check_parameters(route, path, parameters);
        if (route->body != NULL) {
            check_body(route, bytes_text(body), &arena);
        }
    }
    arena_free(&arena);
    return 0;
}
