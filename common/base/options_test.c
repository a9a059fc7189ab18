/* Settings: where a value comes from, which one wins, and what is told when it is wrong. */
#include "base/options.h"
#include "base/test_kit.h"

static const struct option_spec specs[] = {
    {.name = "data", .type = OPTION_PATH, .doc = "folder of the data"},
    {.name = "zone", .type = OPTION_TEXT, .default_value = "Asia/Shanghai", .doc = "time zone"},
    {.name = "stream-window",
     .type = OPTION_NUMBER,
     .default_value = "4096",
     .doc = "records in flight",
     .min = 1,
     .max = 65536},
    {.name = "offset", .type = OPTION_NUMBER, .doc = "any number"},
    {.name = "patience", .type = OPTION_MS, .default_value = "2s", .doc = "how long to wait"},
    {.name = "map-size", .type = OPTION_BYTES, .default_value = "1g", .doc = "size of the map"},
    {.name = "trace", .type = OPTION_FLAG, .doc = "tell more"},
    {.name = "channel",
     .type = OPTION_CHOICE,
     .default_value = "online",
     .doc = "how people come",
     .choices = "online|window|post"},
};

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct options options;
    struct reason reason;
};

static void forget_environment(void)
{
    static const char *const names[] = {"GLASSHALL_CONFIG", "GLASSHALL_STREAM_WINDOW",
                                        "GLASSHALL_PATIENCE", "GLASSHALL_TRACE", "GLASSHALL_ZONE"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(0, unsetenv(names[i]));
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    forget_environment();
    folder_begin(&f->folder);
    arena_init(&f->arena);
    options_init(&f->options, "glasshall-fee");
    options_add(&f->options, specs, COUNT(specs));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    forget_environment();
    options_free(&f->options);
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

#define ARGUMENTS_MAX 20

/* Reads the words of `line` as the command line. */
static enum err given(struct fixture *f, const char *line)
{
    char *arguments[ARGUMENTS_MAX] = {(char *)(uintptr_t) "glasshall-fee"};
    int count = 1;
    struct text rest = text_of(line);
    while (rest.size > 0) {
        struct text word = arena_copy_text(&f->arena, text_split(rest, ' ', &rest));
        arguments[count++] = (char *)(uintptr_t)word.data;
        assert_true(count < ARGUMENTS_MAX);
    }
    return options_read(&f->options, count, arguments, &f->reason);
}

/* Makes a settings file and says so on the command line, before `line`. */
static enum err given_file(struct fixture *f, const char *content, const char *line)
{
    const char *path = path_in(&f->folder, "settings", &f->arena);
    file_make(path, text_bytes(text_of(content)));
    return given(f, arena_print(&f->arena, "--config %s %s", path, line).data);
}

static void assert_refused(struct fixture *f, enum err err, const char *expected)
{
    assert_int_equal(ERR_INVALID, err);
    assert_string_equal(f->reason.text, expected);
}

/* The reason names the file; FILE stands for its path. */
static void assert_file_refused(struct fixture *f, const char *content, const char *expected)
{
    options_free(&f->options);
    options_init(&f->options, "glasshall-fee");
    options_add(&f->options, specs, COUNT(specs));
    enum err err = given_file(f, content, "");
    assert_refused(f, err, arena_print(&f->arena, "%s/settings %s", f->folder.path, expected).data);
}

static void without_any_setting_the_defaults_hold(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, given(f, ""));
    assert_null(options_text(&f->options, "data"));
    assert_null(options_text(&f->options, "config"));
    assert_string_equal(options_text(&f->options, "zone"), "Asia/Shanghai");
    assert_int_equal(4096, options_number(&f->options, "stream-window"));
    assert_int_equal(0, options_number(&f->options, "offset"));
    assert_int_equal(2000, options_number(&f->options, "patience"));
    assert_int_equal(1 << 30, options_number(&f->options, "map-size"));
    assert_false(options_flag(&f->options, "trace"));
    assert_string_equal(options_text(&f->options, "channel"), "online");
    assert_false(f->options.help_wanted);
    assert_int_equal(0, f->options.word_count);
}

static void a_flag_may_carry_its_value_or_be_followed_by_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, given(f, "--data /var/hall --stream-window=7 --trace export --zone= "
                                      "--offset -3 --help today"));
    assert_string_equal(options_text(&f->options, "data"), "/var/hall");
    assert_int_equal(7, options_number(&f->options, "stream-window"));
    assert_true(options_flag(&f->options, "trace"));
    assert_string_equal(options_text(&f->options, "zone"), "");
    assert_int_equal(-3, options_number(&f->options, "offset"));
    assert_true(f->options.help_wanted);
    assert_int_equal(2, f->options.word_count);
    assert_string_equal(f->options.words[0], "export");
    assert_string_equal(f->options.words[1], "today");
}

static void times_and_sizes_have_units(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *given;
        const char *name;
        int64_t value;
    } cases[] = {
        {"--patience 250ms", "patience", 250},           {"--patience 5m", "patience", 300000},
        {"--patience 1h", "patience", 3600000},          {"--map-size 512", "map-size", 512},
        {"--map-size 64k", "map-size", 65536},           {"--map-size 16m", "map-size", 16777216},
        {"--map-size 2g", "map-size", INT64_C(2) << 30},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(ERR_OK, given(f, cases[i].given));
        assert_int_equal(cases[i].value, options_number(&f->options, cases[i].name));
    }
}

static void flags_win_over_the_environment_and_that_over_the_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, setenv("GLASSHALL_STREAM_WINDOW", "20", 1));
    assert_int_equal(0, setenv("GLASSHALL_PATIENCE", "20s", 1));
    assert_int_equal(ERR_OK, given_file(f,
                                        "stream-window = 30\n"
                                        "patience = 30s\n"
                                        "zone = UTC\n",
                                        "--stream-window 10"));
    assert_int_equal(10, options_number(&f->options, "stream-window"));
    assert_int_equal(20000, options_number(&f->options, "patience"));
    assert_string_equal(options_text(&f->options, "zone"), "UTC");
    assert_string_equal(options_text(&f->options, "channel"), "online");
}

static void a_file_speaks_to_every_program_and_in_sections_to_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, given_file(f,
                                        "; what all programs share\n"
                                        "# another remark\n"
                                        "zone = UTC\n"
                                        "channel=post\n"
                                        "[glasshall-intake]\n"
                                        "zone = Asia/Macau\n"
                                        "vault = of intake alone\n"
                                        "[glasshall-fee]\n"
                                        "channel: window\n",
                                        ""));
    assert_string_equal(options_text(&f->options, "zone"), "UTC");
    assert_string_equal(options_text(&f->options, "channel"), "window");
}

static void the_environment_may_name_the_file(void **state)
{
    struct fixture *f = *state;
    const char *path = path_in(&f->folder, "settings", &f->arena);
    file_make(path, text_bytes(TEXT_LITERAL("zone = UTC\n")));
    assert_int_equal(0, setenv("GLASSHALL_CONFIG", path, 1));
    assert_int_equal(ERR_OK, given(f, ""));
    assert_string_equal(options_text(&f->options, "zone"), "UTC");
}

static void what_is_wrong_on_the_command_line_is_told(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *given;
        const char *expected;
    } cases[] = {
        {"--streamwindow 1", "command line: there is no option \"streamwindow\" (see --help)"},
        {"--window", "command line: there is no option \"window\" (see --help)"},
        {"--", "command line: there is no option \"\" (see --help)"},
        {"--data", "the option --data needs a value"},
        {"--offset 12x", "command line: offset is \"12x\", but must be a whole number"},
        {"--offset=", "command line: offset is \"\", but must be a whole number"},
        {"--offset +1", "command line: offset is \"+1\", but must be a whole number"},
        {"--offset 1.5", "command line: offset is \"1.5\", but must be a whole number"},
        {"--offset 0x10", "command line: offset is \"0x10\", but must be a whole number"},
        {"--offset 9223372036854775808",
         "command line: offset is \"9223372036854775808\", but must be a whole number"},
        {"--stream-window 0",
         "command line: stream-window is \"0\", but must be between 1 and 65536"},
        {"--stream-window 65537",
         "command line: stream-window is \"65537\", but must be between 1 and 65536"},
        {"--patience 5", "command line: patience is \"5\", but must be a time such as 250ms, 2s, "
                         "5m or 1h"},
        {"--patience 9223372036854775807h",
         "command line: patience is \"9223372036854775807h\", but must be a time such as 250ms, "
         "2s, 5m or 1h"},
        {"--map-size 1t", "command line: map-size is \"1t\", but must be a size such as 512, 64k, "
                          "16m or 2g"},
        {"--map-size 9223372036854775807k",
         "command line: map-size is \"9223372036854775807k\", but must be a size such as 512, "
         "64k, 16m or 2g"},
        {"--trace=yes", "command line: trace is \"yes\", but must be on or off"},
        {"--channel phone",
         "command line: channel is \"phone\", but must be one of online|window|post"},
        {"--channel online|window",
         "command line: channel is \"online|window\", but must be one of online|window|post"},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "there are too many arguments"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum err err = given(f, cases[i].given);
        assert_refused(f, err, cases[i].expected);
    }
}

static void what_is_wrong_in_the_environment_names_the_variable(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, setenv("GLASSHALL_STREAM_WINDOW", "many", 1));
    assert_refused(
        f, given(f, ""),
        "GLASSHALL_STREAM_WINDOW: stream-window is \"many\", but must be a whole number");
    assert_int_equal(0, unsetenv("GLASSHALL_STREAM_WINDOW"));
    assert_int_equal(0, setenv("GLASSHALL_TRACE", "1", 1));
    assert_refused(f, given(f, ""), "GLASSHALL_TRACE: trace is \"1\", but must be on or off");
}

static void what_is_wrong_in_the_file_names_file_and_line(void **state)
{
    struct fixture *f = *state;
    assert_file_refused(f, "zone = UTC\nzones = UTC\n",
                        "line 2: settings file: there is no option \"zones\" (see --help)");
    assert_file_refused(f, "zone = UTC\n\nstream-window = 0\n",
                        "line 3: settings file: stream-window is \"0\", but must be between 1 and "
                        "65536");
    assert_file_refused(f, "zone = UTC\nnonsense\n", "line 2 is not `name = value`");
    assert_file_refused(f, "[glasshall-fee\nzone = UTC\n", "line 1 is not `name = value`");
    assert_file_refused(f, "zone = UTC\nzone = UTC\n",
                        "line 2: settings file: \"zone\" stands twice (an indented line belongs to "
                        "the one above it)");
    assert_file_refused(f, "zone = UTC\n  channel = post\n",
                        "line 2: settings file: \"zone\" stands twice (an indented line belongs to "
                        "the one above it)");
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_NOT_FOUND, given(f, "--config /no/such/file"));
    assert_string_equal(f->reason.text, "cannot read the settings file /no/such/file");
}

static void a_wrong_default_is_told_as_such(void **state)
{
    struct fixture *f = *state;
    static const struct option_spec wrong = {
        .name = "wrong", .type = OPTION_NUMBER, .default_value = "none", .doc = "wrong"};
    options_add(&f->options, &wrong, 1);
    assert_refused(f, given(f, ""), "default: wrong is \"none\", but must be a whole number");
}

static void help_tells_every_option_its_type_and_default(void **state)
{
    struct fixture *f = *state;
    char *page = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&page, &size);
    options_help(&f->options, "[options]", stream);
    assert_int_equal(0, fclose(stream));
    static const char *const expected[] = {
        "usage: glasshall-fee [options]\n",
        "  --config PATH\n        file with settings, `name = value` a line, [program] sections\n",
        "  --data PATH\n        folder of the data\n",
        "  --stream-window NUMBER\n        records in flight (default 4096)\n",
        "  --patience TIME\n        how long to wait (default 2s)\n",
        "  --map-size SIZE\n        size of the map (default 1g)\n",
        "  --trace on|off\n        tell more\n",
        "  --channel online|window|post\n        how people come (default online)\n",
    };
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_non_null(strstr(page, expected[i]));
    }
    free(page);
}

static void asking_for_an_option_that_was_not_declared_is_a_bug(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, given(f, ""));
    assert_check_fails((void)options_text(&f->options, "dta"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(without_any_setting_the_defaults_hold),
        CASE(a_flag_may_carry_its_value_or_be_followed_by_it),
        CASE(times_and_sizes_have_units),
        CASE(flags_win_over_the_environment_and_that_over_the_file),
        CASE(a_file_speaks_to_every_program_and_in_sections_to_one),
        CASE(the_environment_may_name_the_file),
        CASE(what_is_wrong_on_the_command_line_is_told),
        CASE(what_is_wrong_in_the_environment_names_the_variable),
        CASE(what_is_wrong_in_the_file_names_file_and_line),
        CASE(a_file_that_cannot_be_read_is_told),
        CASE(a_wrong_default_is_told_as_such),
        CASE(help_tells_every_option_its_type_and_default),
        CASE(asking_for_an_option_that_was_not_declared_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
