/* Matching a request with the route table. */
#include "routes/route.h"

#include "wire/json.h"

#include <string.h>

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "OTHER"};
    return names[method];
}

/* The part of a path that stands for a parameter, as "{kind}.pdf" says; absent when what stands
 * behind the braces does not. */
static struct text parameter_of(struct text wanted, struct text given)
{
    struct text behind = {0};
    (void)text_split(wanted, '}', &behind);
    if (given.size <= behind.size ||
        !text_equal(text_after(given, given.size - behind.size), behind)) {
        return (struct text){0};
    }
    return (struct text){.data = given.data, .size = given.size - behind.size};
}

static bool path_matches(const char *pattern, struct text path,
                         struct text parameters[ROUTE_PARAMETERS_MAX])
{
    struct text left = text_of(pattern);
    struct text right = path;
    size_t count = 0;
    if (right.size == 0 || right.data[0] != '/') {
        return false;
    }
    left = text_after(left, 1);
    right = text_after(right, 1);
    while (left.data != NULL && right.data != NULL) {
        struct text wanted = text_split(left, '/', &left);
        if (text_equal_string(wanted, ROUTE_REST)) {
            parameters[count] = right;
            return count < ROUTE_PARAMETERS_MAX && right.size > 0;
        }
        struct text given = text_split(right, '/', &right);
        bool is_parameter = wanted.size > 0 && wanted.data[0] == '{';
        struct text parameter = is_parameter ? parameter_of(wanted, given) : given;
        if (is_parameter ? text_is_empty(parameter) : !text_equal(wanted, given)) {
            return false;
        }
        if (is_parameter && count < ROUTE_PARAMETERS_MAX) {
            parameters[count++] = parameter;
        }
    }
    return left.data == NULL && right.data == NULL;
}

/* True when the pattern is written out to its end; such a route goes before one with parameters. */
static bool is_literal(const char *pattern)
{
    return strchr(pattern, '{') == NULL;
}

static bool literal_matches(struct text path)
{
    for (size_t i = 0; i < route_count; i++) {
        if (is_literal(route_table[i].path) && text_equal_string(path, route_table[i].path)) {
            return true;
        }
    }
    return false;
}

const struct route *route_find(enum http_method method, struct text path, struct arena *arena,
                               struct text parameters[ROUTE_PARAMETERS_MAX],
                               const char **ret_methods)
{
    const char *methods = NULL;
    unsigned named = 0; /* methods: several routes may fit, "{date}.pdf" and "{date}" */
    bool only_literal = literal_matches(path);
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        if ((only_literal && !is_literal(route->path)) ||
            !path_matches(route->path, path, parameters)) {
            continue;
        }
        if (route->method == method) {
            return route;
        }
        if ((named & 1u << route->method) != 0) {
            continue;
        }
        named |= 1u << route->method;
        methods = arena_print(arena, "%s%s%s", methods == NULL ? "" : methods,
                              methods == NULL ? "" : ", ", http_method_name(route->method))
                      .data;
    }
    *ret_methods = methods;
    return NULL;
}

enum problem_type route_read_body(const struct route *route, struct text source,
                                  struct arena *arena, void **ret_record,
                                  struct wire_errors *errors)
{
    json_t *json = NULL;
    void *record = arena_take(arena, route->body->size);
    if (source.size == 0) {
        source = TEXT_LITERAL("{}");
    }
    if (wire_parse_json(source, &json, errors) != ERR_OK) {
        return PROBLEM_MALFORMED;
    }
    enum err err = wire_from_json(route->body, json, arena, record, errors);
    json_decref(json);
    *ret_record = record;
    return err == ERR_OK ? PROBLEM_NONE : PROBLEM_INVALID_FIELDS;
}
