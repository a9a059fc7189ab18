/* Paper: the pages that a letter is laid out on, for the files of this folder. A place on the page
 * is told in points (1/72 inch) from its upper left corner. */
#pragma once

#include "letter/letter.h"

#include "base/buffer.h"

#include <pango/pangocairo.h>

/* A4. */
#define PAPER_WIDTH  595.276
#define PAPER_HEIGHT 841.89
#define PAPER_LEFT   68.0
#define PAPER_RIGHT  68.0
#define PAPER_TOP    72.0
#define PAPER_BOTTOM 72.0
#define PAPER_INNER  (PAPER_WIDTH - PAPER_LEFT - PAPER_RIGHT)

struct letter_fonts {
    void *config; /* fontconfig's, with the one file in it */
    char family[64];
};

enum paper_align { PAPER_LEFT_ALIGNED, PAPER_CENTRED, PAPER_RIGHT_ALIGNED, PAPER_JUSTIFIED };

struct paper_style {
    double size;    /* of the letters */
    double leading; /* distance of lines, relative to the size */
    double indent;  /* of a paragraph's first line */
    enum paper_align align;
};

struct paper {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoContext *context;
    const char *family;
    struct text number; /* at the foot */
    double y;           /* where the next thing goes */
    int page;           /* this one, from 1 */
    int page_count;     /* as an earlier layout found, or a guess */
    bool lacks_letters; /* the font had not all that was to be set */
    struct buffer *out;
};

/* Begins a document on its first page. `page_count` is told at the foot of each. */
void paper_open(struct paper *paper, const struct letter_fonts *fonts, PangoContext *context,
                const struct letter *letter, int page_count, struct buffer *out);

/* Ends the last page and the document; false when it could not be made. */
bool paper_close(struct paper *paper);

/* Goes on on a new page unless `height` more points fit on this one. True when it did. */
bool paper_need(struct paper *paper, double height);

/* How high `text` is when set `width` wide. */
double paper_text_height(struct paper *paper, struct text text, const struct paper_style *style,
                         double width);

/* Sets `text` at a place, without looking at the end of the page; returns its height. */
double paper_text_at(struct paper *paper, struct text text, const struct paper_style *style,
                     double x, double y, double width);

/* Sets `text` from the present place on, over as many pages as it takes, and moves the place. */
void paper_flow(struct paper *paper, struct text text, const struct paper_style *style, double x,
                double width);

/* A straight line. */
void paper_rule(struct paper *paper, double x1, double y1, double x2, double y2, double width);

/* -- table.c -------------------------------------------------------------------------------- */
void paper_table(struct paper *paper, const struct letter_table *table);

/* -- code.c --------------------------------------------------------------------------------- */

/* Draws `text` as a QR code of `side` points with its quiet zone; false when it is too long. */
bool paper_code(struct paper *paper, struct arena *arena, struct text text, double x, double y,
                double side);
