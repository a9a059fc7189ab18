/* QR codes (ISO/IEC 18004) as vectors: a square for each dark module. */
#include "letter/paper.h"

#include <qrencode.h>

enum { QUIET_MODULES = 4, DARK = 1 };

bool paper_code(struct paper *paper, struct arena *arena, struct text text, double x, double y,
                double side)
{
    /* The smallest version that fits, at 15 % of correction. */
    QRcode *code = QRcode_encodeString8bit(arena_copy_text(arena, text).data, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return false;
    }
    double module = side / (code->width + 2 * QUIET_MODULES);
    for (int row = 0; row < code->width; row++) {
        for (int column = 0; column < code->width; column++) {
            if ((code->data[row * code->width + column] & DARK) != 0) {
                cairo_rectangle(paper->cairo, x + (column + QUIET_MODULES) * module,
                                y + (row + QUIET_MODULES) * module, module, module);
            }
        }
    }
    cairo_fill(paper->cairo);
    QRcode_free(code);
    return true;
}
