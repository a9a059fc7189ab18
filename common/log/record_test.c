/* Records: which kind they are, what they must carry, what a newer version may add. */
#include "base/test_kit.h"
#include "log/record.h"
#include "wire/validate.h"

struct fixture {
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, RECORD_BYTES_MAX);
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

static struct bytes packed(struct fixture *f, const struct wire_message *message,
                           const void *record)
{
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, message, record);
    assert_false(f->buffer.failed);
    return arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
}

/* An event whose data is a mark, since any message will do. */
static const struct log_mark data = {.stream = TEXT_LITERAL("fee"), .upto = 7};

static struct event_envelope an_event(void)
{
    static const uint8_t salt[SALT_BYTES] = {1, 2, 3};
    return (struct event_envelope){
        .id = {{{1}}},
        .source = TEXT_LITERAL("intake"),
        .type = TEXT_LITERAL("intake.case_submitted.v1"),
        .time = INT64_C(1772236800000),
        .case_id = {{{2}}},
        .actor = {.kind = ACTOR_STAFF, .login = TEXT_LITERAL("wang")},
        .salt = {salt, sizeof salt},
        .data = {.message = &log_mark_message, .data = &data},
    };
}

/* Turns the map of `bytes` into one of `count` entries more, with the header of a larger map; the
 * caller has put the entries into `more`. */
static struct bytes with_entries(struct fixture *f, struct bytes bytes, uint8_t count,
                                 struct bytes more)
{
    assert_int_equal(0x80, bytes.data[0] & 0xF0);
    uint8_t *longer = arena_take(&f->arena, bytes.size + 2 + more.size);
    longer[0] = 0xDE;
    write_be16(longer + 1, (uint16_t)((bytes.data[0] & 0x0F) + count));
    memcpy(longer + 3, bytes.data + 1, bytes.size - 1);
    memcpy(longer + 2 + bytes.size, more.data, more.size);
    return bytes_of(longer, bytes.size + 2 + more.size);
}

/* -- kinds ------------------------------------------------------------------------------------- */

static void events_and_marks_are_told_apart_by_their_first_key(void **state)
{
    struct fixture *f = *state;
    struct event_envelope event = an_event();
    assert_int_equal(RECORD_EVENT, record_kind_of(packed(f, &event_envelope_message, &event)));
    assert_int_equal(RECORD_MARK, record_kind_of(packed(f, &log_mark_message, &data)));
}

static void a_mark_is_these_bytes(void **state)
{
    struct fixture *f = *state;
    static const uint8_t expected[] = "\x82\xA6"
                                      "stream"
                                      "\xA3"
                                      "fee"
                                      "\xA4"
                                      "upto"
                                      "\x07";
    assert_bytes(packed(f, &log_mark_message, &data), expected, sizeof expected - 1);
}

static void a_newer_event_may_have_more_than_fifteen_fields(void **state)
{
    struct fixture *f = *state;
    static const uint8_t more[] = "\xA1"
                                  "a\x01\xA1"
                                  "b\x02\xA1"
                                  "c\x03\xA1"
                                  "d\x04\xA1"
                                  "e\x05\xA1"
                                  "f\x06\xA1"
                                  "g\x07\xA1"
                                  "h\x08";
    struct event_envelope event = an_event();
    struct event_envelope back;
    struct bytes bytes = with_entries(f, packed(f, &event_envelope_message, &event), 8,
                                      bytes_of(more, sizeof more - 1));
    assert_int_equal(16, read_be16(bytes.data + 1));
    assert_int_equal(RECORD_EVENT, record_kind_of(bytes));
    assert_int_equal(ERR_OK, record_read_event(&f->reader, bytes, &back));
    assert_text(back.type, "intake.case_submitted.v1");
    struct log_mark mark;
    bytes = with_entries(f, packed(f, &log_mark_message, &data), 0, bytes_of("", 0));
    assert_int_equal(RECORD_MARK, record_kind_of(bytes));
    assert_int_equal(ERR_OK, record_read_mark(&f->reader, bytes, &mark));
    assert_int_equal(7, mark.upto);
}

static void anything_else_is_no_record(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_LITERAL(""),
        TEXT_LITERAL("\x82"),
        TEXT_LITERAL("\x82\xA2id"), /* cut short */
        TEXT_LITERAL("\x82\xA6strea"),
        TEXT_LITERAL("\xDE"),
        TEXT_LITERAL("\xDE\x00\x10"),
        TEXT_LITERAL("\xDE\x00\x10\xA2id"),
        TEXT_LITERAL("\x92\xA2id....................."), /* an array */
        TEXT_LITERAL("\x82\xA2if....................."), /* another key */
        TEXT_LITERAL("\x82\xA3idx...................."),
        TEXT_LITERAL("\x82\xC4\x02id.................."), /* a key of bytes */
        TEXT_LITERAL("\xDF\x00\x00\x00\x02\xA2id......"), /* a map of 2^16 and more */
        TEXT_LITERAL("\xA2id......................"),
        TEXT_LITERAL("{\"id\": 1, \"stream\": \"x\"}"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t *exact = malloc(bad[i].size + 1); /* so that a read too far is found */
        memcpy(exact, bad[i].data, bad[i].size);
        if (record_kind_of(bytes_of(exact, bad[i].size)) != RECORD_BAD) {
            fail_msg("case %zu", i);
        }
        free(exact);
    }
}

/* -- reading ----------------------------------------------------------------------------------- */

static void an_event_is_read_and_its_data_once_its_table_is_known(void **state)
{
    struct fixture *f = *state;
    struct event_envelope event = an_event();
    struct event_envelope back;
    struct log_mark inner;
    struct bytes bytes = packed(f, &event_envelope_message, &event);
    assert_int_equal(ERR_OK, record_read_event(&f->reader, bytes, &back));
    assert_true(uuid_equal(&event.id.uuid, &back.id.uuid));
    assert_text(back.source, "intake");
    assert_true(back.time == event.time);
    assert_int_equal(0, back.effective_at);
    assert_int_equal(ACTOR_STAFF, back.actor.kind);
    assert_text(back.actor.login, "wang");
    assert_bytes(back.salt, event.salt.data, SALT_BYTES);
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_SKIP_UNKNOWN, &back.data,
                                             &log_mark_message, &inner, NULL));
    assert_int_equal(7, inner.upto);
}

static void an_event_lacks_nothing_that_every_event_must_have(void **state)
{
    struct fixture *f = *state;
    for (int missing = 0; missing < 7; missing++) {
        struct event_envelope event = an_event();
        struct event_envelope back;
        event.id = missing == 0 ? (struct event_id){0} : event.id;
        event.source = missing == 1 ? (struct text){0} : event.source;
        event.type = missing == 2 ? (struct text){0} : event.type;
        event.time = missing == 3 ? 0 : event.time;
        event.actor.kind = missing == 4 ? actor_kind_absent : event.actor.kind;
        event.salt = missing == 5 ? (struct bytes){0} : event.salt;
        event.source = missing == 6 ? TEXT_LITERAL("a source of 21 letter") : event.source;
        assert_int_equal(
            ERR_INVALID,
            record_read_event(&f->reader, packed(f, &event_envelope_message, &event), &back));
    }
}

static void a_mark_names_a_stream_and_a_place_in_it(void **state)
{
    struct fixture *f = *state;
    struct log_mark back;
    const struct log_mark bad[] = {
        {.upto = 7}, {.stream = TEXT_LITERAL("fee")}, {.stream = TEXT_LITERAL("fee"), .upto = -1}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(
            ERR_INVALID,
            record_read_mark(&f->reader, packed(f, &log_mark_message, &bad[i]), &back));
    }
    assert_int_equal(ERR_OK,
                     record_read_mark(&f->reader, packed(f, &log_mark_message, &data), &back));
    assert_text(back.stream, "fee");
}

static void a_record_cut_short_anywhere_is_refused(void **state)
{
    struct fixture *f = *state;
    struct event_envelope event = an_event();
    struct event_envelope back;
    struct bytes bytes = packed(f, &event_envelope_message, &event);
    for (size_t size = 0; size < bytes.size; size++) {
        assert_int_equal(ERR_INVALID,
                         record_read_event(&f->reader, bytes_of(bytes.data, size), &back));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(events_and_marks_are_told_apart_by_their_first_key),
        CASE(a_mark_is_these_bytes),
        CASE(a_newer_event_may_have_more_than_fifteen_fields),
        CASE(anything_else_is_no_record),
        CASE(an_event_is_read_and_its_data_once_its_table_is_known),
        CASE(an_event_lacks_nothing_that_every_event_must_have),
        CASE(a_mark_names_a_stream_and_a_place_in_it),
        CASE(a_record_cut_short_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
