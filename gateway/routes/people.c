#include "routes/people.h"

#include "events/intake.h"
#include "routes/positions.h"
#include "wire/json.h"
#include "wire/personal.h"

enum { VALUES_MAX = 200 };

/* The values of a page that are to be opened. */
struct opening {
    struct personal *places[VALUES_MAX];
    struct sealed_value values[VALUES_MAX];
    size_t count;
    void (*then)(struct visit *visit);
    void *page; /* what the visit had before */
};

static bool sealed_collect(void *context, const struct wire_path *path, struct personal *personal)
{
    struct opening *opening = context;
    (void)path;
    if (personal->sealed && personal->value.size > 0 && opening->count < VALUES_MAX) {
        opening->places[opening->count] = personal;
        opening->values[opening->count++].value = personal->value;
    }
    return true;
}

static void values_here(struct visit *visit)
{
    struct opening *opening = visit->page;
    const struct opened_values *opened = visit->asks[0].answer;
    for (size_t i = 0; opened != NULL && i < opened->values.count && i < opening->count; i++) {
        struct bytes plain = opened->values.items[i].text;
        if (plain.data != NULL && plain.size > 0) {
            *opening->places[i] = (struct personal){.value = plain};
        }
    }
    visit->page = opening->page;
    opening->then(visit);
}

void people_open(struct visit *visit, const struct case_id *case_id, const char *purpose,
                 const struct people_part *parts, size_t part_count,
                 void (*then)(struct visit *visit))
{
    struct opening *opening = arena_take(&visit->http->arena, sizeof *opening);
    opening->then = then;
    opening->page = visit->page;
    for (size_t i = 0; i < part_count; i++) {
        (void)wire_visit_personal(parts[i].message, parts[i].record, sealed_collect, opening);
    }
    if (opening->count == 0) {
        then(visit);
        return;
    }
    struct open_values question = {
        .case_id = *case_id,
        .purpose = text_of(purpose),
        .values = {.items = opening->values, .count = opening->count},
    };
    bool is_own = visit->principal.kind != PRINCIPAL_STAFF;
    visit->page = opening;
    visit_begin_asks(visit, values_here);
    visit_ask(visit, "intake", is_own ? &open_own_values_message : &open_values_message, &question,
              &opened_values_message);
}

void people_answer(struct visit *visit, int status, const struct wire_message *message,
                   const void *page)
{
    json_t *withheld = json_array();
    struct wire_view view = {.withheld = withheld};
    json_t *json = wire_to_json(message, page, &view);
    if (json_array_size(withheld) > 0) {
        json_object_set(json, "withheld", withheld);
    }
    json_decref(withheld);
    positions_tell(visit);
    exchange_answer_json(visit->http, status, json);
}
