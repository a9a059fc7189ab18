/* Field tables: MessagePack and JSON both ways, bounds, hostile bytes, sealing by the table. */
#include "wire/declare.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "wire/personal.h"
#include "wire/schema.h"
#include "wire/validate.h"

#include "base/encoding.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
#define COLOUR_VALUES(V)                                                                           \
    V(COLOUR_RED,   "red",   "like a red card")                                                    \
    V(COLOUR_GREEN, "green", "like grass")
WIRE_DECLARE_ENUM(colour, COLOUR_VALUES)
WIRE_DEFINE_ENUM(colour, COLOUR_VALUES)
WIRE_DECLARE_ID(thing_id)

#define TEST_PART(F, S)                                                                            \
    F(S, code,   PUBLIC_TEXT(4),  REQUIRED, "a short code")                                        \
    F(S, secret, TEXT(10),        OPTIONAL, "something personal")

#define TEST_THING(F, S)                                                                           \
    F(S, thing_id, ID(thing_id),              REQUIRED, "the thing")                               \
    F(S, name,     TEXT(8),                   REQUIRED, "its owner")                               \
    F(S, note,     PUBLIC_TEXT(8),            OPTIONAL, "a remark")                                \
    F(S, open,     BOOL,                      REQUIRED, "whether it is open")                      \
    F(S, count,    INT(-5, 1000),             REQUIRED, "how many")                                \
    F(S, price,    FEN(0, FEN_MAX),           OPTIONAL, "what it costs")                           \
    F(S, area,     DECIMAL(0, 10000),         REQUIRED, "square metres")                           \
    F(S, at,       TIME,                      REQUIRED, "when")                                    \
    F(S, day,      DATE,                      OPTIONAL, "which day")                               \
    F(S, colour,   ENUM(colour),              REQUIRED, "its colour")                              \
    F(S, digest,   HASH,                      OPTIONAL, "its hash")                                \
    F(S, raw,      BYTES(4),                  OPTIONAL, "a few bytes")                             \
    F(S, part,     RECORD(test_part),         REQUIRED, "its main part")                           \
    F(S, parts,    LIST(test_part, 0, 3),     OPTIONAL, "more parts")                              \
    F(S, tags,     TEXTS(5, 0, 2),            OPTIONAL, "labels")                                  \
    F(S, form,     FORM(4),                   OPTIONAL, "what was asked")

#define TEST_BOX(F, S)                                                                             \
    F(S, kind,    PUBLIC_TEXT(40), REQUIRED, "what is inside")                                     \
    F(S, content, ANY,             REQUIRED, "it")

#define TEST_VOCABULARY(M)                                                                         \
    M(RECORD, test_part,  TEST_PART,  "test.part",     "A part.")                                  \
    M(EVENT,  test_thing, TEST_THING, "test.thing.v1", "A thing.")                                 \
    M(EVENT,  test_box,   TEST_BOX,   "test.box.v1",   "A box.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)
WIRE_DEFINE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)

struct fixture {
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    struct wire_errors errors;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    wire_errors_init(&f->errors, &f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct test_thing sample(struct arena *arena)
{
    struct test_thing thing = {
        .thing_id = {{{1, 2, 3}}},
        .name = personal_of(TEXT_LITERAL("\xE7\x8E\x8B\xE8\x8A\xB3")),
        .open = true,
        .count = -3,
        .area = {125000},
        .at = INT64_C(1771200000123),
        .day = date_of(2026, 2, 28),
        .colour = COLOUR_GREEN,
        .part = {.code = TEXT_LITERAL("A")},
    };
    thing.parts.items = arena_take_array(arena, 2, sizeof *thing.parts.items);
    thing.parts.count = 2;
    thing.parts.items[0].code = TEXT_LITERAL("B");
    thing.parts.items[1].code = TEXT_LITERAL("C");
    thing.parts.items[1].secret = personal_of(TEXT_LITERAL("hidden"));
    thing.form.items = arena_take_array(arena, 3, sizeof *thing.form.items);
    thing.form.count = 3;
    thing.form.items[0] = (struct form_entry){.name = TEXT_LITERAL("street"),
                                              .kind = FORM_PERSONAL,
                                              .personal = personal_of(TEXT_LITERAL("x"))};
    thing.form.items[1] =
        (struct form_entry){.name = TEXT_LITERAL("m2"), .kind = FORM_DECIMAL, .decimal = {5}};
    thing.form.items[2] = (struct form_entry){
        .name = TEXT_LITERAL("purpose"), .kind = FORM_TEXT, .text = TEXT_LITERAL("gas")};
    return thing;
}

static struct bytes packed(struct fixture *f, enum wire_form form, const struct test_thing *thing)
{
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, form, &test_thing_message, thing);
    assert_false(f->buffer.failed);
    return buffer_bytes(&f->buffer);
}

static enum err unpacked(struct fixture *f, enum wire_unknown unknown, struct bytes bytes,
                         struct test_thing *ret_thing)
{
    f->errors.count = 0;
    return wire_unpack(&f->reader, WIRE_MAP, unknown, &test_thing_message, bytes, ret_thing,
                       &f->errors);
}

static void assert_text(struct text actual, const char *expected)
{
    assert_int_equal(actual.size, strlen(expected));
    assert_memory_equal(actual.data, expected, actual.size);
}

static void both_forms_give_the_record_back(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing = sample(&f->arena);
    for (enum wire_form form = WIRE_MAP; form <= WIRE_ROW; form++) {
        struct bytes bytes = arena_copy_bytes(&f->arena, packed(f, form, &thing));
        struct test_thing back;
        assert_int_equal(ERR_OK, wire_unpack(&f->reader, form, WIRE_REFUSE_UNKNOWN,
                                             &test_thing_message, bytes, &back, &f->errors));
        assert_true(uuid_equal(&back.thing_id.uuid, &thing.thing_id.uuid));
        assert_text(personal_text(back.parts.items[1].secret), "hidden");
        assert_int_equal(back.area.units, 125000);
        assert_int_equal(back.day.days, thing.day.days);
        assert_int_equal(back.colour, COLOUR_GREEN);
        assert_int_equal(back.form.items[1].decimal.units, 5);
        assert_int_equal(back.form.items[2].kind, FORM_TEXT);
        struct bytes again = packed(f, form, &back);
        assert_true(bytes_equal(bytes, again));
    }
}

static void absent_optional_fields_are_left_out(void **state)
{
    struct fixture *f = *state;
    struct test_part part = {.code = TEXT_LITERAL("A")};
    wire_pack(&f->buffer, WIRE_MAP, &test_part_message, &part);
    const uint8_t expected[] = {0x81, 0xA4, 'c', 'o', 'd', 'e', 0xA1, 'A'};
    assert_true(bytes_equal(buffer_bytes(&f->buffer), bytes_of(expected, sizeof expected)));
}

/* Appends one unknown member to the packed map. */
static struct bytes with_unknown_member(struct fixture *f, struct bytes bytes)
{
    uint8_t *longer = arena_take(&f->arena, bytes.size + 3);
    memcpy(longer, bytes.data, bytes.size);
    assert_int_equal(longer[0] & 0xF0, 0x80);
    longer[0]++;
    memcpy(longer + bytes.size, "\xA1z\x01", 3);
    return bytes_of(longer, bytes.size + 3);
}

static void unknown_members_are_skipped_or_refused(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing = sample(&f->arena);
    struct test_thing back;
    struct bytes bytes = with_unknown_member(f, packed(f, WIRE_MAP, &thing));
    assert_int_equal(ERR_OK, unpacked(f, WIRE_SKIP_UNKNOWN, bytes, &back));
    assert_int_equal(ERR_INVALID, unpacked(f, WIRE_REFUSE_UNKNOWN, bytes, &back));
    assert_text(f->errors.items[0].detail, "has a field that is not known");
}

static void a_shorter_row_of_an_older_version_is_read(void **state)
{
    struct fixture *f = *state;
    const uint8_t old_row[] = {0x91, 0xA1, 'A'};
    const uint8_t new_row[] = {0x93, 0xA1, 'A', 0xC0, 0xC0};
    struct test_part part;
    assert_int_equal(ERR_OK,
                     wire_unpack(&f->reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, &test_part_message,
                                 bytes_of(old_row, sizeof old_row), &part, NULL));
    assert_text(part.code, "A");
    assert_int_equal(ERR_INVALID,
                     wire_unpack(&f->reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, &test_part_message,
                                 bytes_of(new_row, sizeof new_row), &part, NULL));
}

static void bounds_hold_when_decoding(void **state)
{
    struct fixture *f = *state;
    struct test_thing back;
    struct test_thing thing = sample(&f->arena);
    thing.count = 1001;
    assert_int_equal(ERR_INVALID,
                     unpacked(f, WIRE_SKIP_UNKNOWN, packed(f, WIRE_MAP, &thing), &back));
    assert_text(f->errors.items[0].pointer, "/count");
    thing = sample(&f->arena);
    thing.name = personal_of(TEXT_LITERAL("123456789"));
    assert_int_equal(ERR_INVALID,
                     unpacked(f, WIRE_SKIP_UNKNOWN, packed(f, WIRE_MAP, &thing), &back));
    thing.name = personal_of(TEXT_LITERAL("\xC0\xAF"));
    assert_int_equal(ERR_INVALID,
                     unpacked(f, WIRE_SKIP_UNKNOWN, packed(f, WIRE_MAP, &thing), &back));
    assert_text(f->errors.items[0].detail, "must be valid UTF-8 text without zero bytes");
}

static void truncated_and_trailing_bytes_are_refused(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing = sample(&f->arena);
    struct test_thing back;
    struct bytes bytes = arena_copy_bytes(&f->arena, packed(f, WIRE_MAP, &thing));
    for (size_t size = 0; size < bytes.size; size++) {
        assert_int_equal(ERR_INVALID,
                         unpacked(f, WIRE_SKIP_UNKNOWN, bytes_of(bytes.data, size), &back));
    }
    uint8_t *longer = arena_take(&f->arena, bytes.size + 1);
    memcpy(longer, bytes.data, bytes.size);
    longer[bytes.size] = 0xC0;
    assert_int_equal(ERR_INVALID,
                     unpacked(f, WIRE_SKIP_UNKNOWN, bytes_of(longer, bytes.size + 1), &back));
}

static void claims_larger_than_the_bytes_are_refused_unallocated(void **state)
{
    (void)state;
    const uint8_t array32[] = {0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
    const uint8_t map32[] = {0xDF, 0x7F, 0xFF, 0xFF, 0xFF, 0x01};
    const uint8_t str32[] = {0xDB, 0xFF, 0xFF, 0xFF, 0xFF, 'x'};
    const uint8_t ext[] = {0xD4, 0x01, 0x02};
    const uint8_t real[] = {0xCB, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t nested[WIRE_DEPTH_MAX + 2];
    memset(nested, 0x91, sizeof nested);
    nested[sizeof nested - 1] = 0x01;
    assert_false(wire_bytes_sound(bytes_of(array32, sizeof array32)));
    assert_false(wire_bytes_sound(bytes_of(map32, sizeof map32)));
    assert_false(wire_bytes_sound(bytes_of(str32, sizeof str32)));
    assert_false(wire_bytes_sound(bytes_of(ext, sizeof ext)));
    assert_false(wire_bytes_sound(bytes_of(real, sizeof real)));
    assert_false(wire_bytes_sound(bytes_of(nested, sizeof nested)));
    assert_true(wire_bytes_sound(bytes_of(nested + 1, sizeof nested - 1)));
    assert_false(wire_bytes_sound(bytes_of("", 0)));
}

static void changed_bytes_never_crash_the_decoder(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing = sample(&f->arena);
    struct bytes bytes = arena_copy_bytes(&f->arena, packed(f, WIRE_MAP, &thing));
    struct random_source random;
    random_init_seeded(&random, 7);
    for (int round = 0; round < 20000; round++) {
        struct arena arena;
        arena_init(&arena);
        struct wire_reader reader = {.zone = f->reader.zone, .arena = &arena};
        uint8_t *changed = arena_take(&arena, bytes.size);
        memcpy(changed, bytes.data, bytes.size);
        for (uint64_t n = 1 + random_below(&random, 4); n > 0; n--) {
            changed[random_below(&random, bytes.size)] = (uint8_t)random_below(&random, 256);
        }
        struct test_thing back;
        (void)wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &test_thing_message,
                          bytes_of(changed, bytes.size), &back, NULL);
        arena_free(&arena);
    }
}

static void an_any_is_decoded_when_its_table_is_known(void **state)
{
    struct fixture *f = *state;
    struct test_part part = {.code = TEXT_LITERAL("Q")};
    struct test_box box = {.kind = text_of(test_part_message.name),
                           .content = {.message = &test_part_message, .data = &part}};
    wire_pack(&f->buffer, WIRE_MAP, &test_box_message, &box);
    struct test_box back;
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN,
                                         &test_box_message, buffer_bytes(&f->buffer), &back, NULL));
    struct test_part inner;
    const struct wire_message *table = wire_find(&test_vocabulary, back.kind);
    assert_ptr_equal(table, &test_part_message);
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &back.content, table,
                                             &inner, NULL));
    assert_text(inner.code, "Q");
}

static enum err from_json(struct fixture *f, const char *text, struct test_thing *ret_thing)
{
    json_t *json = NULL;
    f->errors.count = 0;
    enum err err = wire_parse_json(text_of(text), &json, &f->errors);
    if (err != ERR_OK) {
        return err;
    }
    err = wire_from_json(&test_thing_message, json, &f->arena, ret_thing, &f->errors);
    json_decref(json);
    return err;
}

#define GOOD_JSON                                                                                  \
    "{\"thing_id\":\"00010203-0405-7607-8809-0a0b0c0d0e0f\",\"name\":\"Li\",\"open\":false,"       \
    "\"count\":0,\"area\":%s,\"at\":\"2026-02-28T08:00:00+08:00\",\"colour\":\"red\","             \
    "\"part\":{\"code\":\"A\"}}"

static enum err with_area(struct fixture *f, const char *area, struct test_thing *ret_thing)
{
    struct text text = arena_print(&f->arena, GOOD_JSON, area);
    return from_json(f, text.data, ret_thing);
}

static void json_is_read_by_the_table(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing;
    assert_int_equal(ERR_OK, with_area(f, "12.5", &thing));
    assert_int_equal(thing.area.units, 125000);
    assert_int_equal(thing.at, INT64_C(1772236800000));
    assert_int_equal(thing.colour, COLOUR_RED);
    json_t *json = wire_to_json(&test_thing_message, &thing, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "area")), "12.5");
    assert_string_equal(json_string_value(json_object_get(json, "at")), "2026-02-28T00:00:00.000Z");
    assert_null(json_object_get(json, "note"));
    assert_true(json_is_false(json_object_get(json, "open")));
    json_decref(json);
}

static void decimals_have_at_most_four_places(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing;
    assert_int_equal(ERR_OK, with_area(f, "0.1", &thing));
    assert_int_equal(thing.area.units, 1000);
    assert_int_equal(ERR_OK, with_area(f, "\"9999.9999\"", &thing));
    assert_int_equal(thing.area.units, 99999999);
    assert_int_equal(ERR_OK, with_area(f, "9999.9999", &thing));
    assert_int_equal(thing.area.units, 99999999);
    assert_int_equal(ERR_INVALID, with_area(f, "1.00005", &thing));
    assert_int_equal(ERR_INVALID, with_area(f, "0.30000000000000004", &thing));
    assert_int_equal(ERR_INVALID, with_area(f, "\"1.00005\"", &thing));
    assert_int_equal(ERR_INVALID, with_area(f, "\"1e3\"", &thing));
    assert_int_equal(ERR_INVALID, with_area(f, "1e300", &thing));
    assert_int_equal(ERR_INVALID, with_area(f, "10000.0001", &thing));
}

static void every_bad_field_is_reported_at_once(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing;
    const char *text = "{\"thing_id\":\"no\",\"name\":\"123456789\",\"open\":1,\"count\":5000,"
                       "\"area\":true,\"at\":\"yesterday\",\"colour\":\"blue\","
                       "\"part\":{\"code\":\"ABCDE\",\"extra\":1},\"parts\":[{}],\"a/b~\":0}";
    assert_int_equal(ERR_INVALID, from_json(f, text, &thing));
    const char *pointers[] = {"/thing_id",   "/name",         "/open",   "/count",
                              "/area",       "/at",           "/colour", "/part/code",
                              "/part/extra", "/parts/0/code", "/a~1b~0"};
    assert_int_equal(f->errors.count, sizeof pointers / sizeof pointers[0]);
    for (size_t i = 0; i < f->errors.count; i++) {
        assert_text(f->errors.items[i].pointer, pointers[i]);
    }
    assert_text(f->errors.items[6].detail, "must be one of red, green");
}

static void json_that_is_not_json_is_refused(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing;
    assert_int_equal(ERR_INVALID, from_json(f, "{\"a\":1,\"a\":2}", &thing));
    assert_int_equal(ERR_INVALID, from_json(f, "{\"name\":\"\xff\"}", &thing));
    assert_int_equal(ERR_INVALID, from_json(f, "", &thing));
    assert_int_equal(ERR_INVALID, from_json(f, "[1,2", &thing));
    char deep[200];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(ERR_INVALID, from_json(f, deep, &thing));
    assert_text(f->errors.items[0].detail, "is nested deeper than 16 levels");
    assert_int_equal(ERR_INVALID, from_json(f, "{\"name\":\"a\\u0000b\"}", &thing));
}

static bool seal_stub(void *context, const struct wire_path *path, struct personal *personal)
{
    (void)path;
    (*(int *)context)++;
    personal->sealed = true;
    return true;
}

static void personal_values_are_found_by_the_table(void **state)
{
    struct fixture *f = *state;
    struct test_thing thing = sample(&f->arena);
    int found = 0;
    assert_false(wire_is_sealed(&test_thing_message, &thing));
    assert_true(wire_visit_personal(&test_thing_message, &thing, seal_stub, &found));
    assert_int_equal(found, 3); /* the name, a part's secret, a form's street */
    assert_true(wire_is_sealed(&test_thing_message, &thing));
    json_t *withheld = json_array();
    struct wire_view view = {.withheld = withheld};
    json_t *json = wire_to_json(&test_thing_message, &thing, &view);
    assert_null(json_object_get(json, "name"));
    assert_string_equal(json_string_value(json_array_get(withheld, 0)), "/name");
    assert_string_equal(json_string_value(json_array_get(withheld, 1)), "/parts/1/secret");
    assert_string_equal(json_string_value(json_array_get(withheld, 2)), "/form/street");
    json_decref(json);
    json_decref(withheld);
}

static void schemas_and_pages_come_from_the_table(void **state)
{
    struct fixture *f = *state;
    json_t *schemas = json_object();
    wire_schema_add(schemas, &test_thing_message);
    json_t *thing = json_object_get(schemas, "test_thing_v1");
    assert_non_null(thing);
    assert_non_null(json_object_get(schemas, "test_part"));
    assert_int_equal(json_array_size(json_object_get(thing, "required")), 8);
    json_t *count = json_object_get(json_object_get(thing, "properties"), "count");
    assert_int_equal(json_integer_value(json_object_get(count, "maximum")), 1000);
    json_decref(schemas);
    wire_document(&f->buffer, &test_thing_message);
    buffer_append_byte(&f->buffer, 0);
    assert_non_null(
        strstr((const char *)f->buffer.data, "| `colour` | `red`, `green` | required |"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(both_forms_give_the_record_back),
        CASE(absent_optional_fields_are_left_out),
        CASE(unknown_members_are_skipped_or_refused),
        CASE(a_shorter_row_of_an_older_version_is_read),
        CASE(bounds_hold_when_decoding),
        CASE(truncated_and_trailing_bytes_are_refused),
        CASE(claims_larger_than_the_bytes_are_refused_unallocated),
        CASE(changed_bytes_never_crash_the_decoder),
        CASE(an_any_is_decoded_when_its_table_is_known),
        CASE(json_is_read_by_the_table),
        CASE(decimals_have_at_most_four_places),
        CASE(every_bad_field_is_reported_at_once),
        CASE(json_that_is_not_json_is_refused),
        CASE(personal_values_are_found_by_the_table),
        CASE(schemas_and_pages_come_from_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
