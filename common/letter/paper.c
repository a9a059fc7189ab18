#include "letter/paper.h"

#include "base/check.h"
#include "base/datetime.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct paper_style foot_style = {.size = 9, .leading = 1.2, .align = PAPER_CENTRED};

/* -- pages ---------------------------------------------------------------------------------- */

static cairo_status_t out_write(void *context, const unsigned char *data, unsigned int size)
{
    struct paper *paper = context;
    buffer_append(paper->out, data, size);
    return paper->out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* A zero-terminated copy, to be freed. */
static char *string_of(struct text text)
{
    char *string = strndup(text.size == 0 ? "" : text.data, text.size);
    CHECK(string != NULL);
    return string;
}

/* Nothing of the clock: cairo would otherwise write the present moment. */
static void metadata_set(cairo_surface_t *surface, const struct letter *letter)
{
    char *title = string_of(letter->title);
    char made[TIME_TEXT_BYTES + 1];
    char seconds[TIME_TEXT_BYTES + 1];
    time_format(letter->made_ms, made);
    (void)snprintf(seconds, sizeof seconds, "%.19sZ", made); /* without the milliseconds */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, seconds);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Glasshall");
    free(title);
}

void paper_open(struct paper *paper, const struct letter_fonts *fonts, PangoContext *context,
                const struct letter *letter, int page_count, struct buffer *out)
{
    *paper = (struct paper){
        .context = context,
        .family = fonts->family,
        .number = letter->number,
        .y = PAPER_TOP,
        .page = 1,
        .page_count = page_count,
        .out = out,
    };
    paper->surface =
        cairo_pdf_surface_create_for_stream(out_write, paper, PAPER_WIDTH, PAPER_HEIGHT);
    cairo_pdf_surface_restrict_to_version(paper->surface, CAIRO_PDF_VERSION_1_5);
    metadata_set(paper->surface, letter);
    paper->cairo = cairo_create(paper->surface);
    pango_cairo_update_context(paper->cairo, context);
}

/* "SL20260000001    第1页共2页". */
static void foot_set(struct paper *paper)
{
    char foot[200];
    (void)snprintf(foot, sizeof foot, "%.*s    第%d页共%d页",
                   TEXT_PRINT(utf8_cut(paper->number, 80)), paper->page, paper->page_count);
    (void)paper_text_at(paper, text_of(foot), &foot_style, PAPER_LEFT,
                        PAPER_HEIGHT - PAPER_BOTTOM / 2 - foot_style.size, PAPER_INNER);
}

bool paper_close(struct paper *paper)
{
    foot_set(paper);
    cairo_show_page(paper->cairo);
    cairo_destroy(paper->cairo);
    cairo_surface_finish(paper->surface);
    bool is_made = cairo_surface_status(paper->surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(paper->surface);
    return is_made;
}

bool paper_need(struct paper *paper, double height)
{
    if (paper->y + height <= PAPER_HEIGHT - PAPER_BOTTOM || paper->y <= PAPER_TOP) {
        return false;
    }
    foot_set(paper);
    cairo_show_page(paper->cairo);
    paper->page++;
    paper->y = PAPER_TOP;
    return true;
}

/* -- text ----------------------------------------------------------------------------------- */

/* What people typed may hold control characters, for which no font has a form. */
static char *printable_of(struct text text)
{
    char *string = string_of(text);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char letter = (unsigned char)string[i];
        if ((letter < ' ' && letter != '\n') || letter == 0x7F) {
            string[i] = ' ';
        }
    }
    return string;
}

static PangoAlignment alignment_of(enum paper_align align)
{
    if (align == PAPER_CENTRED) {
        return PANGO_ALIGN_CENTER;
    }
    return align == PAPER_RIGHT_ALIGNED ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static PangoLayout *layout_make(struct paper *paper, struct text text,
                                const struct paper_style *style, double width)
{
    PangoLayout *layout = pango_layout_new(paper->context);
    PangoFontDescription *font = pango_font_description_new();
    char *string = printable_of(text);
    pango_font_description_set_family(font, paper->family);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, alignment_of(style->align));
    pango_layout_set_justify(layout, style->align == PAPER_JUSTIFIED);
    pango_layout_set_indent(layout, (int)(style->indent * PANGO_SCALE));
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_text(layout, string, -1);
    paper->lacks_letters |= pango_layout_get_unknown_glyphs_count(layout) > 0;
    pango_font_description_free(font);
    free(string);
    return layout;
}

static double line_height(const struct paper_style *style)
{
    return style->size * style->leading;
}

double paper_text_height(struct paper *paper, struct text text, const struct paper_style *style,
                         double width)
{
    PangoLayout *layout = layout_make(paper, text, style, width);
    int lines = pango_layout_get_line_count(layout);
    g_object_unref(layout);
    return lines * line_height(style);
}

/* Sets one line in the middle of its height; `top` is where that begins. */
static void line_show(struct paper *paper, PangoLayoutIter *iter, const struct paper_style *style,
                      double x, double top)
{
    PangoRectangle extents;
    pango_layout_iter_get_line_extents(iter, NULL, &extents);
    double baseline = (double)(pango_layout_iter_get_baseline(iter) - extents.y) / PANGO_SCALE;
    double height = (double)extents.height / PANGO_SCALE;
    cairo_move_to(paper->cairo, x + (double)extents.x / PANGO_SCALE,
                  top + (line_height(style) - height) / 2 + baseline);
    pango_cairo_show_layout_line(paper->cairo, pango_layout_iter_get_line_readonly(iter));
}

double paper_text_at(struct paper *paper, struct text text, const struct paper_style *style,
                     double x, double y, double width)
{
    PangoLayout *layout = layout_make(paper, text, style, width);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    double height = 0;
    do {
        line_show(paper, iter, style, x, y + height);
        height += line_height(style);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    g_object_unref(layout);
    return height;
}

void paper_flow(struct paper *paper, struct text text, const struct paper_style *style, double x,
                double width)
{
    PangoLayout *layout = layout_make(paper, text, style, width);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        (void)paper_need(paper, line_height(style));
        line_show(paper, iter, style, x, paper->y);
        paper->y += line_height(style);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    g_object_unref(layout);
}

void paper_rule(struct paper *paper, double x1, double y1, double x2, double y2, double width)
{
    cairo_set_line_width(paper->cairo, width);
    cairo_move_to(paper->cairo, x1, y1);
    cairo_line_to(paper->cairo, x2, y2);
    cairo_stroke(paper->cairo);
}
