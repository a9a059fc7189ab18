/* Letters: what the hall says in writing, as PDF pages of A4 in Chinese.
 *
 * A letter is data: a title, facts, lines, paragraphs. letter_render lays it out on as many pages
 * as it takes and says it in PDF, the font embedded. It knows no kind of letter and no case.
 *
 * The same letter gives the same bytes, whenever, wherever and by whichever process it is rendered,
 * as long as the font file and the libraries are the same (README.md names them). For that nothing
 * is taken from the clock, the environment or the machine's list of fonts.
 *
 * letter_render may run on several threads, sharing fonts; a page takes some five milliseconds, the
 * first one of a process more. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* -- fonts ---------------------------------------------------------------------------------- */

struct letter_fonts;

/* Opens the font file that letters are set in, and no other: `family` is the one of its families
 * that is used. ERR_NOT_FOUND when there is no such file, ERR_INVALID when it is no font or has no
 * such family. */
enum err letter_fonts_open(const char *file, const char *family, struct letter_fonts **ret_fonts,
                           struct reason *reason);

/* Accepts NULL. */
void letter_fonts_close(struct letter_fonts **fonts);

/* -- a letter ------------------------------------------------------------------------------- */

enum { LETTER_COLUMNS_MAX = 8 };

/* A line with a label before its value. */
struct letter_fact {
    struct text label;
    struct text value;
};

struct letter_column {
    struct text title;
    double share;   /* of the width, relative to the others */
    bool is_number; /* set to the right */
};

/* A row is one cell for each column. */
struct letter_cells {
    struct text cells[LETTER_COLUMNS_MAX];
};

struct letter_table {
    const struct letter_column *columns; /* at most LETTER_COLUMNS_MAX */
    size_t column_count;
    const struct letter_cells *rows;
    size_t row_count;
};

/* From top to bottom. A text that is empty, and a list without entries, leave nothing out but
 * themselves. Text may have line ends. */
struct letter {
    struct text title;
    struct text number; /* also at the foot of each page */
    struct text lead;   /* to whom it is */
    const struct letter_fact *facts;
    size_t fact_count;
    struct letter_table table; /* its head is repeated on each page; a row stays on one */
    const struct letter_fact *sums;
    size_t sum_count;
    const struct text *paragraphs;
    size_t paragraph_count;
    struct text signer; /* who issues it: with the place for the seal and the day */
    struct text day;
    struct text check_address; /* where it can be checked: told as a QR code */
    struct text check_words;   /* beside the code */
    const struct text *notes;  /* in small print */
    size_t note_count;
    int64_t made_ms; /* the document's day of creation, whenever it is rendered */
};

/* The letter as PDF, in `arena`. ERR_INVALID when the font lacks a character of it: nothing is
 * printed in another's place. ERR_TOO_LARGE when it would be larger than any letter of the hall. */
enum err letter_render(const struct letter_fonts *fonts, const struct letter *letter,
                       struct arena *arena, struct bytes *ret_pdf, struct reason *reason);
