/* Matters of the hall itself: an officer begins them by an action of their procedure. */
#include "year.h"

#include "base/check.h"
#include "tally.h"

#include <string.h>

/* Somebody who is refused tries something else at once: of the items, say, not all are delegated.
 */
enum { TRIES_A_VISIT = 5 };

static bool is_machine(const struct world *world, const struct procedure *procedure)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        if (catalogue->items[i].procedure == procedure) {
            return true;
        }
    }
    return false;
}

/* The transition by which an officer begins the procedure; NULL when items or cases begin it, and
 * where files are handed in first: publishing.c does that. */
static const struct procedure_transition *beginning_of(const struct world *world,
                                                       const struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool is_of_files =
            text_span_contains(&transition->needs, TEXT_LITERAL("catalogue_version"));
        if (transition->from < 0 && transition->trigger == TRIGGER_ACTION &&
            !is_machine(world, procedure) && !is_of_files) {
            return transition;
        }
    }
    return NULL;
}

size_t openings_count(const struct world *world)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    size_t count = 0;
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        count += beginning_of(world, catalogue->procedures[i]) != NULL ? 1 : 0;
    }
    return count;
}

void opening_draw(struct world *world, struct year_case *c)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    uint64_t count = 0;
    *c = (struct year_case){0};
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        const struct procedure *procedure = catalogue->procedures[i];
        if (beginning_of(world, procedure) != NULL && random_below(&world->random, ++count) == 0) {
            c->begun_by = procedure;
        }
    }
    CHECK(c->begun_by != NULL);
    c->item = catalogue_item(catalogue, c->begun_by->name);
    random_fill(&world->random, c->session, KEY_BYTES);
}

/* A text of the command, by the name of its field. */
static void text_set(const struct wire_message *message, void *command, const char *name,
                     struct text text)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(message, text_of(name), 0, &index);
    CHECK(field != NULL && field->type == WIRE_PUBLIC_TEXT);
    *(struct text *)wire_place(field, command) = text;
}

static void fields_fill(struct filling *filling, const struct procedure_transition *beginning,
                        const struct wire_message *message, void *command)
{
    size_t index = 0;
    const struct wire_field *carried = wire_field_find(message, TEXT_LITERAL("fields"), 0, &index);
    CHECK(carried != NULL && carried->record == &action_fields_message);
    struct action_fields *fields = wire_place(carried, command);
    for (size_t i = 0; i < action_fields_message.field_count; i++) {
        const struct wire_field *field = &action_fields_message.fields[i];
        struct text name = {field->name, field->name_size};
        bool is_needed = text_span_contains(&beginning->needs, name);
        if (is_needed || (text_span_contains(&beginning->may, name) && chance(filling->world, 3))) {
            field_fill(filling, field, fields);
        }
    }
}

/* Where a role is held: cashiers work at the hall and at collection points, others in the units. */
static struct text place_draw(struct world *world, struct text role)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    const struct catalogue_head *head = &catalogue->head;
    const struct catalogue_role *kind = catalogue_role(catalogue, role);
    if (kind == NULL || !text_equal_string(kind->group, "cashier")) {
        return head->units[random_below(&world->random, head->unit_count)].code;
    }
    size_t place = (size_t)random_below(&world->random, head->collection_point_count + 1);
    return place == head->collection_point_count ? TEXT_LITERAL("HALL")
                                                 : head->collection_points[place].code;
}

/* A role that may begin it, and where it is held. */
static struct candidate officer_draw(struct world *world,
                                     const struct procedure_transition *beginning)
{
    struct text role = beginning->by.items[random_below(&world->random, beginning->by.count)];
    return (struct candidate){.role = role, .department = place_draw(world, role)};
}

static bool opened_take(struct world *world, struct year_case *c, const struct reply *reply)
{
    struct wire_reader reader;
    struct event_envelope envelope;
    if (!text_is_empty(reply->problem.type)) {
        const struct problem_field_list *errors = &reply->problem.errors;
        trace(world, "people", "opening of %.*s: %.*s %.*s %.*s", TEXT_PRINT(c->begun_by->name),
              TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail),
              TEXT_PRINT(errors->count > 0 ? errors->items[0].detail : (struct text){0}));
        tally_add(world->tally, reply->problem.type);
        return false;
    }
    wire_reader_init(&reader, &world->year->arena);
    CHECK(reply->events.count > 0);
    CHECK(record_read_event(&reader, reply->events.items[0], &envelope) == ERR_OK);
    c->id = envelope.case_id;
    wire_reader_free(&reader);
    return true;
}

static bool opening_try(struct world *world, struct year_case *c)
{
    const struct wire_message *message = wire_find(&matter_vocabulary, TEXT_LITERAL("matter.open"));
    const struct procedure_transition *beginning = beginning_of(world, c->begun_by);
    struct candidate officer = officer_draw(world, beginning);
    struct principal person = person_of(world, c, &officer, 0);
    struct standing_now now = {.procedure = c->begun_by};
    struct reply reply;
    CHECK(message != NULL); /* procedures that the hall begins came with this command */
    void *command = arena_take(&world->year->arena, message->size);
    struct principal_list witnesses = {
        .items = arena_take_array(&world->year->arena, WITNESSES_MAX, sizeof *witnesses.items)};
    struct filling filling = {.world = world,
                              .c = c,
                              .now = &now,
                              .principal = &person,
                              .role = officer.role,
                              .department = officer.department,
                              .witnesses = &witnesses};
    text_set(message, command, "procedure", c->begun_by->name);
    text_set(message, command, "action", beginning->trigger_name);
    text_set(message, command, "department", officer.department);
    fields_fill(&filling, beginning, message, command);
    struct commission commission = {
        .principal = &person,
        .witnesses = &witnesses,
        .to = host_find(world, procedure_owner_name(procedure_decider(c->begun_by, beginning))),
        .message = message,
        .body = command};
    return commission_do(world, c, &commission, &reply) && opened_take(world, c, &reply);
}

bool opening_make(struct world *world, struct year_case *c)
{
    for (int i = 0; i < TRIES_A_VISIT; i++) {
        if (opening_try(world, c)) {
            return true;
        }
    }
    return false;
}
