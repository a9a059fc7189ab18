#include "letter/letter.h"

#include "base/file.h"
#include "base/test_kit.h"

#include <pthread.h>
#include <spawn.h>

static const char font_file[] = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";
static const char family[] = "WenQuanYi Micro Hei";

enum { LINES_MAX = 64 };

struct fixture {
    struct arena arena;
    struct letter_fonts *fonts;
    struct reason reason;
    struct test_folder folder;
    char pdf[100]; /* where the letter is put for poppler */
    struct letter_cells rows[LINES_MAX];
    struct letter letter;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    arena_init(&fixture->arena);
    folder_begin(&fixture->folder);
    (void)snprintf(fixture->pdf, sizeof fixture->pdf, "%s/letter.pdf", fixture->folder.path);
    assert_int_equal(ERR_OK,
                     letter_fonts_open(font_file, family, &fixture->fonts, &fixture->reason));
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    letter_fonts_close(&fixture->fonts);
    folder_end(&fixture->folder);
    arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

static const struct letter_column columns[] = {
    {TEXT_LITERAL("项目编码"), 2, false},
    {TEXT_LITERAL("收入项目名称"), 4, false},
    {TEXT_LITERAL("金额（元）"), 1.5, true},
};
static const struct letter_fact facts[] = {
    {TEXT_LITERAL("缴款人"), TEXT_LITERAL("林望舒")},
    {TEXT_LITERAL("合计（大写）"), TEXT_LITERAL("叁仟陆佰零伍元整")},
};
static const struct text paragraphs[] = {
    TEXT_LITERAL("你（单位）提出的申请，经审查，符合法定条件，决定准予许可。"),
};
static const struct text notes[] = {TEXT_LITERAL("电子票据与纸质票据具有同等法律效力。")};

/* A letter with `lines` lines in its table. */
static const struct letter *letter_of(struct fixture *fixture, size_t lines)
{
    for (size_t i = 0; i < lines; i++) {
        fixture->rows[i] = (struct letter_cells){
            .cells = {arena_print(&fixture->arena, "FEE-%02zu", i),
                      TEXT_LITERAL("挖掘修复费（沥青车行道），城市道路管理处"),
                      arena_print(&fixture->arena, "%zu.00", 100 + i)}};
    }
    fixture->letter = (struct letter){
        .title = TEXT_LITERAL("非税收入票据"),
        .number = TEXT_LITERAL("FS20260000001"),
        .facts = facts,
        .fact_count = COUNT(facts),
        .table = {columns, COUNT(columns), fixture->rows, lines},
        .paragraphs = paragraphs,
        .paragraph_count = COUNT(paragraphs),
        .signer = TEXT_LITERAL("示范市城市管理局"),
        .day = TEXT_LITERAL("2026年3月2日"),
        .check_address = TEXT_LITERAL("https://hall.example/verify/receipt/FS20260000001?c=0123"),
        .check_words = TEXT_LITERAL("扫码查验"),
        .notes = notes,
        .note_count = COUNT(notes),
        .made_ms = INT64_C(1772413200000),
    };
    return &fixture->letter;
}

static struct bytes rendered(struct fixture *fixture, const struct letter *letter)
{
    struct bytes pdf = {0};
    assert_int_equal(
        ERR_OK, letter_render(fixture->fonts, letter, &fixture->arena, &pdf, &fixture->reason));
    assert_true(pdf.size > 5 && memcmp(pdf.data, "%PDF-", 5) == 0);
    return pdf;
}

/* What one of poppler's programs says about the file. */
static const char *told_by(struct fixture *fixture, struct bytes pdf, const char *const arguments[])
{
    const char *told_path = path_in(&fixture->folder, "told", &fixture->arena);
    posix_spawn_file_actions_t actions;
    struct bytes told;
    pid_t child = 0;
    int status = -1;
    assert_int_equal(ERR_OK, file_replace(fixture->pdf, pdf, 0600, &fixture->reason));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, told_path,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(0, posix_spawnp(&child, arguments[0], &actions, NULL,
                                     (char *const *)(uintptr_t)arguments, environ));
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
    assert_int_equal(ERR_OK, file_read(told_path, 1 << 20, &fixture->arena, &told, NULL));
    return arena_copy_text(&fixture->arena, bytes_text(told)).data;
}

static const char *text_of_pdf(struct fixture *fixture, struct bytes pdf)
{
    const char *const arguments[] = {"pdftotext", "-layout", fixture->pdf, "-", NULL};
    return told_by(fixture, pdf, arguments);
}

static int count_of(const char *text, const char *word)
{
    int count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        count++;
    }
    return count;
}

static void what_was_set_can_be_read(void **state)
{
    struct fixture *fixture = *state;
    const char *text = text_of_pdf(fixture, rendered(fixture, letter_of(fixture, 2)));
    static const char *const expected[] = {
        "非税收入票据", "FS20260000001", "缴款人",       "林望舒",           "叁仟陆佰零伍元整",
        "FEE-00",       "101.00",        "决定准予许可", "示范市城市管理局", "2026年3月2日",
        "盖章处",       "扫码查验",      "同等法律效力", "第1页共1页"};
    for (size_t i = 0; i < COUNT(expected); i++) {
        if (strstr(text, expected[i]) == NULL) {
            fail_msg("%s is not in:\n%s", expected[i], text);
        }
    }
}

static void sixty_four_lines_go_over_pages_with_a_head_on_each(void **state)
{
    struct fixture *fixture = *state;
    struct bytes pdf = rendered(fixture, letter_of(fixture, LINES_MAX));
    const char *text = text_of_pdf(fixture, pdf);
    assert_int_equal(LINES_MAX, count_of(text, "城市道路管理处"));
    for (size_t i = 0; i < LINES_MAX; i++) {
        assert_int_equal(1, count_of(text, arena_print(&fixture->arena, "FEE-%02zu", i).data));
    }
    int pages = count_of(text, "页共");
    assert_true(pages >= 2 && pages <= 4);
    for (int page = 1; page <= pages; page++) {
        const char *foot = arena_print(&fixture->arena, "第%d页共%d页", page, pages).data;
        assert_int_equal(1, count_of(text, foot));
    }
    assert_int_equal(pages, count_of(text, "项目编码"));
    assert_int_equal(1, count_of(text, "盖章处"));
}

static void a_paragraph_longer_than_a_page_goes_on_on_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct letter letter = *letter_of(fixture, 0);
    struct text long_text = TEXT_LITERAL("");
    for (int i = 0; i < 120; i++) {
        long_text = arena_print(&fixture->arena, "%.*s第%d条理由：现场没有洁净用水。\n",
                                TEXT_PRINT(long_text), i);
    }
    letter.paragraphs = &long_text;
    const char *text = text_of_pdf(fixture, rendered(fixture, &letter));
    assert_int_equal(120, count_of(text, "洁净用水"));
    assert_true(count_of(text, "页共") >= 3);
}

static void the_font_is_embedded_and_no_other_is_used(void **state)
{
    struct fixture *fixture = *state;
    const char *const arguments[] = {"pdffonts", fixture->pdf, NULL};
    const char *told = told_by(fixture, rendered(fixture, letter_of(fixture, 3)), arguments);
    int fonts = count_of(told, "\n") - 2; /* behind a head of two lines */
    assert_true(fonts >= 1);
    assert_int_equal(fonts, count_of(told, "WenQuanYiMicroHei"));
    assert_int_equal(fonts, count_of(told, "yes yes yes")); /* embedded, subset, with characters */
}

/* -- the same bytes -------------------------------------------------------------------------- */

/* Renders in a process of its own, where time, zone and language are others. */
static void render_elsewhere(struct fixture *fixture, const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct letter_fonts *fonts = NULL;
        struct bytes pdf;
        (void)setenv("TZ", "America/New_York", 1);
        (void)setenv("LANG", "de_DE.UTF-8", 1);
        (void)setenv("LC_ALL", "de_DE.UTF-8", 1);
        (void)setenv("HOME", "/nonexistent", 1);
        (void)sleep(2);
        bool is_made = letter_fonts_open(font_file, family, &fonts, NULL) == ERR_OK &&
                       letter_render(fonts, letter_of(fixture, LINES_MAX), &fixture->arena, &pdf,
                                     NULL) == ERR_OK &&
                       file_replace(path, pdf, 0600, NULL) == ERR_OK;
        _exit(is_made ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
}

static void the_same_letter_is_the_same_bytes_in_another_process_at_another_time(void **state)
{
    struct fixture *fixture = *state;
    const char *path = arena_print(&fixture->arena, "%s/other.pdf", fixture->folder.path).data;
    struct bytes other;
    render_elsewhere(fixture, path);
    struct bytes here = rendered(fixture, letter_of(fixture, LINES_MAX));
    struct bytes again = rendered(fixture, letter_of(fixture, LINES_MAX));
    assert_bytes(again, here.data, here.size);
    assert_int_equal(ERR_OK, file_read(path, 8 << 20, &fixture->arena, &other, &fixture->reason));
    assert_bytes(other, here.data, here.size);
}

struct renderer {
    const struct letter_fonts *fonts;
    const struct letter *letter;
    struct bytes expected;
    bool is_equal;
    pthread_t thread;
};

static void *render_beside_others(void *context)
{
    struct renderer *renderer = context;
    struct arena arena;
    struct bytes pdf;
    arena_init(&arena);
    renderer->is_equal = true;
    for (int i = 0; i < 5; i++) {
        renderer->is_equal &=
            letter_render(renderer->fonts, renderer->letter, &arena, &pdf, NULL) == ERR_OK &&
            bytes_equal(pdf, renderer->expected);
    }
    arena_free(&arena);
    return NULL;
}

static void threads_that_share_fonts_do_not_disturb_each_other(void **state)
{
    struct fixture *fixture = *state;
    struct renderer renderers[4];
    struct letter letter = *letter_of(fixture, 20);
    struct bytes expected = rendered(fixture, &letter);
    for (size_t i = 0; i < COUNT(renderers); i++) {
        renderers[i] = (struct renderer){fixture->fonts, &letter, expected, false, 0};
        assert_int_equal(
            0, pthread_create(&renderers[i].thread, NULL, render_beside_others, &renderers[i]));
    }
    for (size_t i = 0; i < COUNT(renderers); i++) {
        assert_int_equal(0, pthread_join(renderers[i].thread, NULL));
        assert_true(renderers[i].is_equal);
    }
}

static void the_day_of_creation_is_the_letters_own(void **state)
{
    struct fixture *fixture = *state;
    struct letter letter = *letter_of(fixture, 1);
    struct bytes first = rendered(fixture, &letter);
    const char *const arguments[] = {"env", "TZ=UTC", "pdfinfo", "-isodates", fixture->pdf, NULL};
    assert_non_null(
        strstr(told_by(fixture, first, arguments), "CreationDate:    2026-03-02T01:00:00Z"));
    letter.made_ms += 1000;
    struct bytes second = rendered(fixture, &letter);
    assert_true(first.size != second.size || memcmp(first.data, second.data, first.size) != 0);
}

/* -- what cannot be set ---------------------------------------------------------------------- */

static void a_character_that_the_font_lacks_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct letter letter = *letter_of(fixture, 0);
    struct bytes pdf;
    letter.lead = TEXT_LITERAL("𰻝先生："); /* biang, of Unicode 13 */
    assert_int_equal(ERR_INVALID, letter_render(fixture->fonts, &letter, &fixture->arena, &pdf,
                                                &fixture->reason));
    assert_string_equal("the font lacks a character of the letter", fixture->reason.text);
}

static void control_characters_are_blanks(void **state)
{
    struct fixture *fixture = *state;
    struct letter letter = *letter_of(fixture, 0);
    letter.lead = TEXT_LITERAL("林\t望\r舒\x01：");
    const char *text = text_of_pdf(fixture, rendered(fixture, &letter));
    assert_non_null(strstr(text, "林望舒："));
}

static void a_font_that_is_not_there_or_none_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct letter_fonts *fonts = NULL;
    assert_int_equal(ERR_NOT_FOUND,
                     letter_fonts_open("/nonexistent.ttf", family, &fonts, &fixture->reason));
    assert_int_equal(ERR_INVALID,
                     letter_fonts_open("/etc/passwd", family, &fonts, &fixture->reason));
    assert_int_equal(ERR_INVALID,
                     letter_fonts_open(font_file, "Another", &fonts, &fixture->reason));
    assert_null(fonts);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(what_was_set_can_be_read),
        TEST(sixty_four_lines_go_over_pages_with_a_head_on_each),
        TEST(a_paragraph_longer_than_a_page_goes_on_on_the_next),
        TEST(the_font_is_embedded_and_no_other_is_used),
        TEST(the_same_letter_is_the_same_bytes_in_another_process_at_another_time),
        TEST(threads_that_share_fonts_do_not_disturb_each_other),
        TEST(the_day_of_creation_is_the_letters_own),
        TEST(a_character_that_the_font_lacks_is_refused),
        TEST(control_characters_are_blanks),
        TEST(a_font_that_is_not_there_or_none_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
