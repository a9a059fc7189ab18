#include "letter/letter.h"

#include "base/check.h"
#include "letter/paper.h"

#include <pango/pangofc-fontmap.h>

enum { PDF_BYTES_MAX = 8 << 20 };

static const struct paper_style title_style = {.size = 22, .leading = 1.6, .align = PAPER_CENTRED};
static const struct paper_style number_style = {
    .size = 11, .leading = 1.6, .align = PAPER_RIGHT_ALIGNED};
static const struct paper_style lead_style = {.size = 13, .leading = 1.8};
static const struct paper_style body_style = {
    .size = 13, .leading = 1.8, .indent = 26, .align = PAPER_JUSTIFIED};
static const struct paper_style fact_style = {.size = 11.5, .leading = 1.7};
static const struct paper_style sign_style = {.size = 13, .leading = 1.8, .align = PAPER_CENTRED};
static const struct paper_style seal_style = {.size = 9, .leading = 1.3, .align = PAPER_CENTRED};
static const struct paper_style note_style = {.size = 8.5, .leading = 1.5};

static const double gap = 10;
static const double rule_width = 0.8;
static const double code_side = 92;
static const double sign_height = 118;
static const double seal_radius = 46;

/* -- parts ---------------------------------------------------------------------------------- */

static void head_set(struct paper *paper, const struct letter *letter)
{
    paper_flow(paper, letter->title, &title_style, PAPER_LEFT, PAPER_INNER);
    paper->y += gap / 2;
    paper_flow(paper, letter->number, &number_style, PAPER_LEFT, PAPER_INNER);
    paper_rule(paper, PAPER_LEFT, paper->y + 2, PAPER_WIDTH - PAPER_RIGHT, paper->y + 2,
               rule_width);
    paper->y += gap;
    if (letter->lead.size > 0) {
        paper_flow(paper, letter->lead, &lead_style, PAPER_LEFT, PAPER_INNER);
    }
}

/* Labels at the left, values beside them. */
static void facts_set(struct paper *paper, const struct letter_fact *facts, size_t count)
{
    const double label_width = 110;
    for (size_t i = 0; i < count; i++) {
        double height = paper_text_height(paper, facts[i].label, &fact_style, label_width);
        (void)paper_need(paper, height);
        (void)paper_text_at(paper, facts[i].label, &fact_style, PAPER_LEFT, paper->y, label_width);
        paper_flow(paper, facts[i].value, &fact_style, PAPER_LEFT + label_width,
                   PAPER_INNER - label_width);
    }
}

static void body_set(struct paper *paper, const struct letter *letter)
{
    facts_set(paper, letter->facts, letter->fact_count);
    if (letter->table.row_count > 0) {
        paper->y += gap / 2;
        paper_table(paper, &letter->table);
        paper->y += gap / 2;
    }
    facts_set(paper, letter->sums, letter->sum_count);
    for (size_t i = 0; i < letter->paragraph_count; i++) {
        paper_flow(paper, letter->paragraphs[i], &body_style, PAPER_LEFT, PAPER_INNER);
    }
}

/* A ring where the seal goes, printed or electronic. */
static void seal_place_set(struct paper *paper, double x, double y)
{
    const double dashes[] = {3, 3};
    cairo_save(paper->cairo);
    cairo_set_source_rgb(paper->cairo, 0.75, 0.1, 0.1);
    cairo_set_line_width(paper->cairo, rule_width);
    cairo_set_dash(paper->cairo, dashes, 2, 0);
    cairo_new_path(paper->cairo);
    cairo_arc(paper->cairo, x, y, seal_radius, 0, 2 * G_PI);
    cairo_stroke(paper->cairo);
    (void)paper_text_at(paper, TEXT_LITERAL("（盖章处）"), &seal_style, x - seal_radius,
                        y + seal_radius / 2, 2 * seal_radius);
    cairo_restore(paper->cairo);
}

/* At the left the code, at the right who issues it, the seal's place and the day: all on one page.
 */
static bool end_set(struct paper *paper, struct arena *arena, const struct letter *letter)
{
    const double right = PAPER_LEFT + PAPER_INNER * 0.45;
    const double right_width = PAPER_INNER * 0.55;
    const double overhang = 20; /* of the words below the code */
    bool is_told = true;
    paper->y += gap;
    (void)paper_need(paper, sign_height);
    if (letter->check_address.size > 0) {
        is_told = paper_code(paper, arena, letter->check_address, PAPER_LEFT, paper->y, code_side);
        (void)paper_text_at(paper, letter->check_words, &seal_style, PAPER_LEFT - overhang,
                            paper->y + code_side, code_side + 2 * overhang);
    }
    if (letter->signer.size > 0) {
        double y = paper->y + 22;
        seal_place_set(paper, right + right_width / 2, paper->y + seal_radius + 8);
        y += paper_text_at(paper, letter->signer, &sign_style, right, y, right_width);
        (void)paper_text_at(paper, letter->day, &sign_style, right, y, right_width);
    }
    paper->y += sign_height;
    return is_told;
}

static void notes_set(struct paper *paper, const struct letter *letter)
{
    paper->y += gap;
    for (size_t i = 0; i < letter->note_count; i++) {
        paper_flow(paper, letter->notes[i], &note_style, PAPER_LEFT, PAPER_INNER);
    }
}

/* -- the whole ------------------------------------------------------------------------------ */

struct layout {
    const struct letter_fonts *fonts;
    const struct letter *letter;
    PangoContext *context;
    struct arena *arena;
};

/* Lays the letter out once, into `out`. */
static enum err lay_out(const struct layout *layout, int page_count, struct buffer *out,
                        int *ret_page_count, struct reason *reason)
{
    struct paper paper;
    paper_open(&paper, layout->fonts, layout->context, layout->letter, page_count, out);
    head_set(&paper, layout->letter);
    body_set(&paper, layout->letter);
    bool is_told = end_set(&paper, layout->arena, layout->letter);
    notes_set(&paper, layout->letter);
    *ret_page_count = paper.page;
    if (!paper_close(&paper) || out->failed) {
        return reason_set(reason, ERR_TOO_LARGE, "the letter cannot be laid out");
    }
    if (!is_told) {
        return reason_set(reason, ERR_TOO_LARGE, "the address of its check fits into no QR code");
    }
    return paper.lacks_letters
               ? reason_set(reason, ERR_INVALID, "the font lacks a character of the letter")
               : ERR_OK;
}

/* Letters are placed where the outlines say, never where a screen would like them. */
static PangoContext *context_make(PangoFontMap *map)
{
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
    return context;
}

enum err letter_render(const struct letter_fonts *fonts, const struct letter *letter,
                       struct arena *arena, struct bytes *ret_pdf, struct reason *reason)
{
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    struct buffer out;
    int page_count = 1;
    CHECK(map != NULL && letter->table.column_count <= LETTER_COLUMNS_MAX);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts->config);
    struct layout layout = {
        .fonts = fonts, .letter = letter, .context = context_make(map), .arena = arena};
    buffer_init(&out, PDF_BYTES_MAX);
    /* Most have one page. Where there are more, once to know how many, once to say so on each. */
    enum err err = lay_out(&layout, 1, &out, &page_count, reason);
    if (err == ERR_OK && page_count > 1) {
        buffer_clear(&out);
        err = lay_out(&layout, page_count, &out, &page_count, reason);
    }
    if (err == ERR_OK) {
        *ret_pdf = arena_copy_bytes(arena, buffer_bytes(&out));
    }
    buffer_free(&out);
    g_object_unref(layout.context);
    g_object_unref(map);
    return err;
}
