/* Filling in what an action carries, by the dictionary of fields: a value for each type, and for
 * the fields that are codes, one of the codes that the catalogue has. */
#include "year.h"

#include "base/check.h"
#include "events/approval.h"

#include <string.h>

enum {
    AHEAD_DAYS_MAX = 20,
    FAR_DAYS_MAX = 300,
    INT_MAX_DRAWN = 20,
    PAST_ONE_IN = 12,
    LIST_MAX_DRAWN = 3,
    RELATIONS_MAX = 200
};

static struct text text_pick(struct filling *f, const struct text *texts, size_t count)
{
    return count == 0 ? TEXT_LITERAL("none") : texts[random_below(&f->world->random, count)];
}

static struct text span_pick(struct filling *f, const struct text_span *span)
{
    return text_pick(f, span->items, span->count);
}

static const struct catalogue_item *any_item(struct filling *f)
{
    const struct catalogue *catalogue = f->world->rules->catalogue;
    return f->c->item != NULL
               ? f->c->item
               : &catalogue->items[random_below(&f->world->random, catalogue->item_count)];
}

/* -- codes ----------------------------------------------------------------------------------------
 */

static struct text pick_ground(struct filling *f)
{
    const struct catalogue_head *head = &f->world->rules->catalogue->head;
    for (size_t i = 0; i < head->ground_list_count; i++) {
        const struct catalogue_ground_list *list = &head->grounds[i];
        if (text_equal(list->kind, any_item(f)->kind) && list->count > 0) {
            return list->items[random_below(&f->world->random, list->count)].code;
        }
    }
    return TEXT_LITERAL("none");
}

static struct text pick_cause(struct filling *f)
{
    return span_pick(f, &any_item(f)->limits.excluded);
}

static struct text pick_department(struct filling *f)
{
    const struct catalogue_head *head = &f->world->rules->catalogue->head;
    return head->units[random_below(&f->world->random, head->unit_count)].code;
}

static struct text pick_reply_kind(struct filling *f)
{
    const struct catalogue_head *head = &f->world->rules->catalogue->head;
    return head->reply_kind_count == 0
               ? TEXT_LITERAL("none")
               : head->reply_kinds[random_below(&f->world->random, head->reply_kind_count)].code;
}

static struct text pick_window(struct filling *f)
{
    const struct catalogue_head *head = &f->world->rules->catalogue->head;
    return head->windows[random_below(&f->world->random, head->window_count)].code;
}

/* An open item, of `department` where that is given. */
static struct text open_item_draw(struct filling *f, struct text department)
{
    const struct catalogue *catalogue = f->world->rules->catalogue;
    struct text drawn = {0};
    uint64_t open = 0;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const struct catalogue_item *item = &catalogue->items[i];
        bool fits = item->open &&
                    (text_is_empty(department) || text_equal(item->department->code, department));
        open += fits ? 1 : 0;
        if (fits && random_below(&f->world->random, open) == 0) {
            drawn = item->code;
        }
    }
    return drawn;
}

/* Who begins something about an item does so about one of his own department, where it has any. */
static struct text pick_item(struct filling *f)
{
    struct text own = open_item_draw(f, f->department);
    return text_is_empty(own) ? open_item_draw(f, (struct text){0}) : own;
}

/* A material of the item that the applicant hands in. */
static struct text pick_material(struct filling *f)
{
    const struct catalogue_item *item = any_item(f);
    size_t first = (size_t)random_below(&f->world->random, item->material_count + 1);
    for (size_t i = 0; i < item->material_count; i++) {
        const struct catalogue_item_material *material =
            &item->materials[(first + i) % item->material_count];
        if (material->material->from_register == NULL) {
            return material->material->code;
        }
    }
    return TEXT_LITERAL("none");
}

/* An officer who is named: the gateway then tells the service what his account holds. */
static struct text officer_name(struct filling *f, unsigned which)
{
    bool is_officer = !text_is_empty(f->role);
    struct principal officer =
        staff_officer(f->world, is_officer ? f->role : TEXT_LITERAL("handler"),
                      is_officer ? f->department : TEXT_LITERAL("HALL"), which);
    struct principal_list *witnesses = f->witnesses;
    for (size_t i = 0; i < witnesses->count; i++) {
        if (text_equal(witnesses->items[i].login, officer.login)) {
            return officer.login;
        }
    }
    if (witnesses->count < WITNESSES_MAX) {
        witnesses->items[witnesses->count++] = officer;
    }
    return officer.login;
}

static struct text pick_officer(struct filling *f)
{
    return officer_name(f, (unsigned)random_below(&f->world->random, OFFICERS_EACH));
}

/* Takes the relations, beside that of who filed, that a procedure speaks of. */
static void relations_take(struct filling *f, const struct procedure *procedure, struct text *found,
                           size_t *count)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct text_span *by = &procedure->transitions[i].by;
        for (size_t k = 0; k < by->count && *count < RELATIONS_MAX; k++) {
            if (catalogue_role(f->world->rules->catalogue, by->items[k]) == NULL) {
                found[(*count)++] = by->items[k];
            }
        }
    }
}

/* Who somebody may be to the case: by the sub-cases of its procedure, where it has any. */
static struct text pick_relation(struct filling *f)
{
    struct text found[RELATIONS_MAX];
    size_t count = 0;
    const struct procedure *procedure = f->now->procedure;
    for (size_t i = 0; i < procedure->state_count; i++) {
        const struct procedure *units =
            catalogue_procedure(f->world->rules->catalogue, procedure->states[i].parallel);
        if (units != NULL) {
            relations_take(f, units, found, &count);
        }
    }
    if (count == 0 || chance(f->world, 4)) {
        relations_take(f, procedure, found, &count);
    }
    return text_pick(f, found, count);
}

static struct text pick_power(struct filling *f)
{
    (void)f;
    return TEXT_LITERAL("decide");
}

static struct text pick_point(struct filling *f)
{
    const struct catalogue_head *head = &f->world->rules->catalogue->head;
    size_t count = head->collection_point_count;
    return count == 0 ? (struct text){0}
                      : head->collection_points[between(f->world, 0, (int64_t)count - 1)].code;
}

/* Fields that are codes, by their names; other public texts are words. */
static const struct {
    const char *name;
    struct text (*pick)(struct filling *f);
} codes[] = {
    {"ground", pick_ground},
    {"cause", pick_cause},
    {"department", pick_department},
    {"members", pick_department},
    {"reply_kind", pick_reply_kind},
    {"window", pick_window},
    {"item", pick_item},
    {"items", pick_item},
    {"missing", pick_material},
    {"code", pick_material},
    {"assignee", pick_officer},
    {"officers", pick_officer},
    {"officer", pick_officer},
    {"deputy", pick_officer},
    {"login", pick_officer},
    {"relation", pick_relation},
    {"power", pick_power},
    {"collection_point", pick_point},
};

static struct text public_text(struct filling *f, const struct wire_field *field)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(field->name, codes[i].name) == 0) {
            return codes[i].pick(f);
        }
    }
    return utf8_cut(TEXT_LITERAL("the county office"), (size_t)field->max);
}

/* -- by type --------------------------------------------------------------------------------------
 */

static struct personal personal_text_draw(struct filling *f, const struct wire_field *field)
{
    static const struct text sentences[] = {
        {"for good reasons", 16},
        {"as the papers show", 18},
        {"情况属实", 12},
    };
    return personal_of(utf8_cut(text_pick(f, sentences, 3), (size_t)field->max));
}

/* A day in the next weeks, or the next months, now and then one that has passed. */
static struct date date_draw(struct filling *f)
{
    struct world *world = f->world;
    struct date today = zone_date(calendar_zone(world->rules->calendar), world->wall_ms);
    int64_t days =
        chance(world, PAST_ONE_IN) ? -between(world, 1, 5) : between(world, 0, AHEAD_DAYS_MAX);
    return date_add_days(today, (int)days);
}

static int64_t number_draw(struct filling *f, const struct wire_field *field)
{
    int64_t low = field->min > 1 ? field->min : 1;
    int64_t high = field->max < INT_MAX_DRAWN ? field->max : INT_MAX_DRAWN;
    return high <= low ? low : between(f->world, low, high);
}

/* The first of the values is the usual one. */
static int enum_draw(struct filling *f, const struct wire_field *field)
{
    return chance(f->world, 2) ? 1 : (int)between(f->world, 1, (int64_t)field->enumeration->count);
}

static struct text_list texts_draw(struct filling *f, const struct wire_field *field)
{
    struct text_list list = {
        .items = arena_take_array(&f->world->year->arena, LIST_MAX_DRAWN, sizeof *list.items)};
    size_t wanted = (size_t)between(f->world, 1, LIST_MAX_DRAWN);
    for (size_t i = 0; i < wanted; i++) {
        struct text drawn = public_text(f, field);
        bool is_there = false;
        for (size_t k = 0; k < list.count; k++) {
            is_there |= text_equal(list.items[k], drawn);
        }
        if (!is_there) {
            list.items[list.count++] = drawn;
        }
    }
    return list;
}

/* The members of a record that must be there, the others now and then. */
static void record_fill(struct filling *f, const struct wire_message *message, void *record)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->presence == REQUIRED || chance(f->world, 3)) {
            field_fill(f, field, record);
        }
    }
}

struct any_list {
    void *items;
    size_t count;
};

static void list_fill(struct filling *f, const struct wire_field *field, void *place)
{
    struct any_list *list = place;
    size_t size = field->record->size;
    size_t most = field->list_max < LIST_MAX_DRAWN ? field->list_max : LIST_MAX_DRAWN;
    list->count = (size_t)between(f->world, 1, (int64_t)most);
    list->items = arena_take_array(&f->world->year->arena, list->count, size);
    for (size_t i = 0; i < list->count; i++) {
        record_fill(f, field->record, (char *)list->items + i * size);
    }
}

/* The part of the item's form that this role fills in. */
static struct form form_draw(struct filling *f)
{
    const struct catalogue_item *item = any_item(f);
    struct form form = {.items = arena_take_array(&f->world->year->arena, item->field_count + 1,
                                                  sizeof *form.items)};
    for (size_t i = 0; i < item->field_count; i++) {
        if (text_equal(item->fields[i].filled_by, f->role)) {
            form.items[form.count++] = form_entry_draw(f->world, &item->fields[i]);
        }
    }
    return form;
}

static void id_fill(struct filling *f, const struct wire_field *field, void *place)
{
    if (strcmp(field->name, "upload") == 0 &&
        !upload_make(f->world, f->principal->session.data, place)) {
        memset(place, 0, sizeof(struct upload_id)); /* intake is away */
    }
}

/* What a value of that type takes in a record. */
static size_t value_size(const struct wire_field *field)
{
    static const size_t sizes[] = {
        [WIRE_PUBLIC_TEXT] = sizeof(struct text),
        [WIRE_TEXT] = sizeof(struct personal),
        [WIRE_BYTES] = sizeof(struct bytes),
        [WIRE_BOOL] = sizeof(bool),
        [WIRE_INT] = sizeof(int64_t),
        [WIRE_FEN] = sizeof(int64_t),
        [WIRE_DECIMAL] = sizeof(struct decimal),
        [WIRE_TIME] = sizeof(int64_t),
        [WIRE_DATE] = sizeof(struct date),
        [WIRE_ENUM] = sizeof(int),
        [WIRE_ID] = sizeof(struct uuid),
        [WIRE_HASH] = sizeof(struct hash),
        [WIRE_LIST] = sizeof(struct any_list),
        [WIRE_TEXTS] = sizeof(struct text_list),
        [WIRE_BLOBS] = sizeof(struct bytes_list),
        [WIRE_FORM] = sizeof(struct form),
        [WIRE_ANY] = sizeof(struct wire_any),
    };
    return field->type == WIRE_RECORD ? field->record->size : sizes[field->type];
}

void field_clear(const struct wire_field *field, void *record)
{
    memset(wire_place(field, record), 0, value_size(field));
}

void field_fill(struct filling *f, const struct wire_field *field, void *record)
{
    void *place = wire_place(field, record);
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        *(struct text *)place = public_text(f, field);
        break;
    case WIRE_TEXT:
        *(struct personal *)place = personal_text_draw(f, field);
        break;
    case WIRE_BOOL:
        *(bool *)place = chance(f->world, 2);
        break;
    case WIRE_INT:
    case WIRE_FEN:
        *(int64_t *)place = number_draw(f, field);
        break;
    case WIRE_DECIMAL:
        *(struct decimal *)place = decimal_of(number_draw(f, field));
        break;
    case WIRE_TIME:
        *(int64_t *)place = f->world->wall_ms + between(f->world, 1, AHEAD_DAYS_MAX) * MS_PER_DAY;
        break;
    case WIRE_DATE:
        *(struct date *)place = date_draw(f);
        break;
    case WIRE_ENUM:
        *(int *)place = enum_draw(f, field);
        break;
    case WIRE_ID:
        id_fill(f, field, place);
        break;
    case WIRE_RECORD:
        record_fill(f, field->record, place);
        break;
    case WIRE_LIST:
        list_fill(f, field, place);
        break;
    case WIRE_TEXTS:
        *(struct text_list *)place = texts_draw(f, field);
        break;
    case WIRE_FORM:
        *(struct form *)place = form_draw(f);
        break;
    case WIRE_BYTES:
    case WIRE_HASH:
    case WIRE_BLOBS:
    case WIRE_ANY:
        break; /* nobody types these */
    }
}
