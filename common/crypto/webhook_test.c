/* Signatures of webhooks: the vectors that are published for each convention, and what strangers,
 * old messages and broken headers get. */
#include "base/buffer.h"
#include "base/test_kit.h"

#include "crypto/webhook.h"

#define STANDARD_BODY "{\"test\": 2432232314}"
#define STRIPE_BODY   "{\"id\":\"evt_1\"}"
#define GITHUB_BODY   "Hello, World!"

static const char standard_signature[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
static const char stripe_signature[] =
    "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
static const char github_signature[] =
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

/* The vector of one style, to be changed by a test. */
struct fixture {
    struct arena arena;
    struct webhook_key keys[3];
    struct webhook_trust trust;
    struct webhook_headers headers;
    struct text body;
    int64_t now_s;
};

static struct fixture *begin(void **state, enum webhook_style style, const char *secret)
{
    struct fixture *fixture = *state;
    assert_true(webhook_key_read(style, text_of(secret), &fixture->keys[0]));
    fixture->trust = (struct webhook_trust){
        .style = style, .keys = fixture->keys, .key_count = 1, .tolerance_s = WEBHOOK_TOLERANCE_S};
    return fixture;
}

static struct fixture *begin_standard(void **state)
{
    struct fixture *fixture =
        begin(state, WEBHOOK_STANDARD, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    fixture->headers = (struct webhook_headers){
        .id = TEXT_LITERAL("msg_p5jXN8AQM9LWM0D4loKWxJek"),
        .timestamp = TEXT_LITERAL("1614265330"),
        .signature = text_of(standard_signature),
    };
    fixture->body = TEXT_LITERAL(STANDARD_BODY);
    fixture->now_s = 1614265330;
    return fixture;
}

static struct fixture *begin_stripe(void **state)
{
    struct fixture *fixture = begin(state, WEBHOOK_STRIPE, "whsec_test");
    fixture->headers = (struct webhook_headers){.signature = text_of(stripe_signature)};
    fixture->body = TEXT_LITERAL(STRIPE_BODY);
    fixture->now_s = 1700000000;
    return fixture;
}

static struct fixture *begin_github(void **state)
{
    struct fixture *fixture = begin(state, WEBHOOK_GITHUB, "It's a Secret to Everybody");
    fixture->headers = (struct webhook_headers){.signature = text_of(github_signature)};
    fixture->body = TEXT_LITERAL(GITHUB_BODY);
    return fixture;
}

static bool is_genuine(const struct fixture *fixture)
{
    return webhook_is_genuine(&fixture->trust, &fixture->headers, text_bytes(fixture->body),
                              fixture->now_s);
}

static bool is_genuine_with(struct fixture *fixture, const char *signature)
{
    fixture->headers.signature = text_of(signature);
    return is_genuine(fixture);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    arena_init(&fixture->arena);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

/* -- the published vectors ------------------------------------------------------------------ */

static void the_published_vectors_are_genuine(void **state)
{
    assert_true(is_genuine(begin_standard(state)));
    assert_true(is_genuine(begin_stripe(state)));
    assert_true(is_genuine(begin_github(state)));
}

static void the_published_vectors_are_what_is_made(void **state)
{
    struct fixture *fixture = begin_standard(state);
    assert_text(webhook_signature(WEBHOOK_STANDARD, &fixture->keys[0], fixture->headers.id,
                                  1614265330, text_bytes(fixture->body), &fixture->arena),
                standard_signature);
    fixture = begin_stripe(state);
    assert_text(webhook_signature(WEBHOOK_STRIPE, &fixture->keys[0], (struct text){0}, 1700000000,
                                  text_bytes(fixture->body), &fixture->arena),
                stripe_signature);
    fixture = begin_github(state);
    assert_text(webhook_signature(WEBHOOK_GITHUB, &fixture->keys[0], (struct text){0}, 0,
                                  text_bytes(fixture->body), &fixture->arena),
                github_signature);
}

/* -- what is signed ------------------------------------------------------------------------- */

static void another_body_is_refused(void **state)
{
    struct fixture *fixture = begin_standard(state);
    fixture->body = TEXT_LITERAL("{\"test\": 2432232315}");
    assert_false(is_genuine(fixture));
    fixture = begin_stripe(state);
    fixture->body = TEXT_LITERAL("{\"id\":\"evt_1\"}\n");
    assert_false(is_genuine(fixture));
    fixture = begin_github(state);
    fixture->body = (struct text){0};
    assert_false(is_genuine(fixture));
}

static void another_id_or_time_is_refused(void **state)
{
    struct fixture *fixture = begin_standard(state);
    fixture->headers.id = TEXT_LITERAL("msg_p5jXN8AQM9LWM0D4loKWxJel");
    assert_false(is_genuine(fixture));
    fixture = begin_standard(state);
    fixture->headers.timestamp = TEXT_LITERAL("1614265331");
    assert_false(is_genuine(fixture));
    fixture = begin_stripe(state);
    assert_false(is_genuine_with(fixture, "t=1700000001,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022"
                                          "bd80ccc78230f3942d632925"));
}

static void a_full_stop_in_the_id_is_refused(void **state)
{
    /* msg.1614265330 . 1614265330 . body reads like msg . 1614265330 . 1614265330.body */
    struct fixture *fixture = begin_standard(state);
    struct text id = TEXT_LITERAL("msg");
    struct text body = TEXT_LITERAL("1614265330.{}");
    struct text signature = webhook_signature(WEBHOOK_STANDARD, &fixture->keys[0], id, 1614265330,
                                              text_bytes(body), &fixture->arena);
    fixture->headers = (struct webhook_headers){
        .id = id, .timestamp = TEXT_LITERAL("1614265330"), .signature = signature};
    fixture->body = body;
    assert_true(is_genuine(fixture));
    fixture->headers.id = TEXT_LITERAL("msg.1614265330");
    fixture->body = TEXT_LITERAL("{}");
    assert_false(is_genuine(fixture));
}

/* -- time ----------------------------------------------------------------------------------- */

static void the_time_may_be_off_by_the_tolerance_and_no_more(void **state)
{
    static const int64_t good[] = {-300, -1, 0, 1, 300};
    static const int64_t bad[] = {-301, 301, -1000000, 1000000};
    struct fixture *fixture = begin_standard(state);
    for (size_t i = 0; i < COUNT(good); i++) {
        fixture->now_s = 1614265330 + good[i];
        assert_true(is_genuine(fixture));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        fixture->now_s = 1614265330 + bad[i];
        assert_false(is_genuine(fixture));
    }
    fixture = begin_stripe(state);
    fixture->trust.tolerance_s = 10;
    fixture->now_s = 1700000010;
    assert_true(is_genuine(fixture));
    fixture->now_s = 1700000011;
    assert_false(is_genuine(fixture));
    fixture->now_s = 1699999989;
    assert_false(is_genuine(fixture));
}

static void a_time_that_is_no_number_is_refused(void **state)
{
    static const char *const times[] = {"",
                                        "-1614265330",
                                        "+1614265330",
                                        " 1614265330",
                                        "1614265330 ",
                                        "1614265330.0",
                                        "0x6037bf32",
                                        "now",
                                        "99999999999999999999999",
                                        "1e9"};
    struct fixture *fixture = begin_standard(state);
    for (size_t i = 0; i < COUNT(times); i++) {
        fixture->headers.timestamp = text_of(times[i]);
        struct text signature =
            webhook_signature(WEBHOOK_STANDARD, &fixture->keys[0], fixture->headers.id, 1614265330,
                              text_bytes(fixture->body), &fixture->arena);
        fixture->headers.signature = signature;
        assert_false(is_genuine(fixture));
    }
}

static void githubs_style_knows_no_time(void **state)
{
    struct fixture *fixture = begin_github(state);
    fixture->now_s = INT64_C(253402300799);
    assert_true(is_genuine(fixture));
}

/* -- keys ----------------------------------------------------------------------------------- */

static void while_a_secret_is_changed_the_old_and_the_new_one_fit(void **state)
{
    struct fixture *fixture = begin_standard(state);
    fixture->keys[1] = fixture->keys[0];
    assert_true(webhook_key_read(WEBHOOK_STANDARD,
                                 TEXT_LITERAL("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"),
                                 &fixture->keys[0]));
    assert_false(is_genuine(fixture));
    fixture->trust.key_count = 2;
    assert_true(is_genuine(fixture));
    fixture->trust.key_count = 0;
    assert_false(is_genuine(fixture));
}

static void any_of_several_signatures_fits(void **state)
{
    struct fixture *fixture = begin_standard(state);
    static const char other[] = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_true(is_genuine_with(
        fixture, arena_print(&fixture->arena, "%s %s", other, standard_signature).data));
    assert_true(is_genuine_with(
        fixture, arena_print(&fixture->arena, "v1a,xx %s v2,??", standard_signature).data));
    assert_false(is_genuine_with(fixture, other));
    fixture = begin_stripe(state);
    assert_true(is_genuine_with(
        fixture, "t=1700000000,v1=00000000000000000000000000000000000000000000000000000000000000"
                 "00,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925,v0=1"));
}

static void secrets_are_read_as_their_style_writes_them(void **state)
{
    struct webhook_key key;
    (void)state;
    assert_true(webhook_key_read(WEBHOOK_STANDARD,
                                 TEXT_LITERAL("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"), &key));
    assert_int_equal(24, key.size);
    assert_int_equal(0x17, key.bytes[23]);
    assert_true(webhook_key_read(WEBHOOK_STRIPE, TEXT_LITERAL("whsec_test"), &key));
    assert_int_equal(10, key.size);
    assert_memory_equal("whsec_test", key.bytes, 10);
}

static void what_is_no_secret_is_not_read(void **state)
{
    static const char *const standard[] = {"",
                                           "whsec_",
                                           "whsec_AAEC",
                                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
                                           "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY",
                                           "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY?",
                                           "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX "};
    char long_secret[WEBHOOK_KEY_BYTES_MAX + 2];
    struct webhook_key key = {.size = 7};
    (void)state;
    for (size_t i = 0; i < COUNT(standard); i++) {
        assert_false(webhook_key_read(WEBHOOK_STANDARD, text_of(standard[i]), &key));
    }
    memset(long_secret, 'A', sizeof long_secret - 1);
    long_secret[sizeof long_secret - 1] = '\0';
    assert_false(webhook_key_read(WEBHOOK_STRIPE, text_of(long_secret), &key));
    assert_false(webhook_key_read(WEBHOOK_GITHUB, TEXT_LITERAL("short"), &key));
    memcpy(long_secret, "whsec_", 6);
    assert_false(webhook_key_read(WEBHOOK_STANDARD, text_of(long_secret), &key));
    assert_int_equal(7, key.size);
}

/* -- broken headers ------------------------------------------------------------------------- */

static void missing_headers_are_refused(void **state)
{
    struct fixture *fixture = begin_standard(state);
    fixture->headers.id = (struct text){0};
    assert_false(is_genuine(fixture));
    fixture = begin_standard(state);
    fixture->headers.timestamp = (struct text){0};
    assert_false(is_genuine(fixture));
    fixture = begin_standard(state);
    fixture->headers.signature = (struct text){0};
    assert_false(is_genuine(fixture));
    assert_false(is_genuine_with(begin_stripe(state), ""));
    assert_false(is_genuine_with(begin_github(state), ""));
}

static void broken_signatures_are_refused(void **state)
{
    static const char *const standard[] = {"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                           "v1",
                                           "v1,",
                                           "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
                                           "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE==",
                                           "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                           "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==",
                                           "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                           "v1,g0hM9SsE+OTPJTGt\xAFtmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                           "v1,,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="};
    static const char *const stripe[] = {
        "t=1700000000",
        "v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925",
        "t=1700000000,v0=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925",
        "t=1,t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925",
        "t=,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925",
        "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d6329",
        "t=1700000000,v1=g89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"};
    static const char *const github[] = {
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700", "sha256="};
    struct fixture *fixture = begin_standard(state);
    for (size_t i = 0; i < COUNT(standard); i++) {
        assert_false(is_genuine_with(fixture, standard[i]));
    }
    fixture = begin_stripe(state);
    for (size_t i = 0; i < COUNT(stripe); i++) {
        assert_false(is_genuine_with(fixture, stripe[i]));
    }
    fixture = begin_github(state);
    for (size_t i = 0; i < COUNT(github); i++) {
        assert_false(is_genuine_with(fixture, github[i]));
    }
}

static void huge_headers_are_refused_and_many_signatures_are_bounded(void **state)
{
    static const char other[] = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ";
    struct fixture *fixture = begin_standard(state);
    struct buffer header;
    buffer_init(&header, 1 << 20);
    for (int i = 0; i < WEBHOOK_SIGNATURES_MAX - 1; i++) {
        buffer_append_string(&header, other);
    }
    buffer_append_string(&header, standard_signature);
    buffer_append_byte(&header, 0);
    assert_true(is_genuine_with(fixture, (const char *)header.data));
    buffer_clear(&header);
    for (int i = 0; i < WEBHOOK_SIGNATURES_MAX; i++) {
        buffer_append_string(&header, other);
    }
    buffer_append_string(&header, standard_signature);
    buffer_append_byte(&header, 0);
    assert_false(is_genuine_with(fixture, (const char *)header.data));
    buffer_clear(&header);
    buffer_append_string(&header, standard_signature);
    while (header.size <= WEBHOOK_HEADER_BYTES_MAX) {
        buffer_append_string(&header, " v2,x");
    }
    buffer_append_byte(&header, 0);
    assert_false(is_genuine_with(fixture, (const char *)header.data));
    buffer_free(&header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_published_vectors_are_genuine),
        CASE(the_published_vectors_are_what_is_made),
        CASE(another_body_is_refused),
        CASE(another_id_or_time_is_refused),
        CASE(a_full_stop_in_the_id_is_refused),
        CASE(the_time_may_be_off_by_the_tolerance_and_no_more),
        CASE(a_time_that_is_no_number_is_refused),
        CASE(githubs_style_knows_no_time),
        CASE(while_a_secret_is_changed_the_old_and_the_new_one_fit),
        CASE(any_of_several_signatures_fits),
        CASE(secrets_are_read_as_their_style_writes_them),
        CASE(what_is_no_secret_is_not_read),
        CASE(missing_headers_are_refused),
        CASE(broken_signatures_are_refused),
        CASE(huge_headers_are_refused_and_many_signatures_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
