/* Tables: a head that is repeated on each page, rows that stay on one. */
#include "letter/paper.h"

static const struct paper_style cell_left = {.size = 9.5, .leading = 1.35};
static const struct paper_style cell_right = {
    .size = 9.5, .leading = 1.35, .align = PAPER_RIGHT_ALIGNED};
static const struct paper_style cell_head = {.size = 9.5, .leading = 1.35, .align = PAPER_CENTRED};

static const double padding = 3.5;
static const double rule_width = 0.5;

static double width_of(const struct letter_table *table, size_t column)
{
    double shares = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        shares += table->columns[i].share;
    }
    return PAPER_INNER * table->columns[column].share / shares;
}

static const struct paper_style *style_of(const struct letter_column *column, bool is_head)
{
    if (is_head) {
        return &cell_head;
    }
    return column->is_number ? &cell_right : &cell_left;
}

static double row_height(struct paper *paper, const struct letter_table *table,
                         const struct letter_cells *row, bool is_head)
{
    double height = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        double cell = paper_text_height(paper, row->cells[i], style_of(&table->columns[i], is_head),
                                        width_of(table, i) - 2 * padding);
        height = cell > height ? cell : height;
    }
    return height + 2 * padding;
}

/* Sets a row with the rules around its cells, and moves the place. */
static void row_set(struct paper *paper, const struct letter_table *table,
                    const struct letter_cells *row, bool is_head)
{
    double height = row_height(paper, table, row, is_head);
    double x = PAPER_LEFT;
    double top = paper->y;
    for (size_t i = 0; i < table->column_count; i++) {
        double width = width_of(table, i);
        const struct paper_style *style = style_of(&table->columns[i], is_head);
        (void)paper_text_at(paper, row->cells[i], style, x + padding, top + padding,
                            width - 2 * padding);
        paper_rule(paper, x, top, x, top + height, rule_width);
        x += width;
    }
    paper_rule(paper, x, top, x, top + height, rule_width);
    paper_rule(paper, PAPER_LEFT, top, x, top, rule_width);
    paper_rule(paper, PAPER_LEFT, top + height, x, top + height, rule_width);
    paper->y = top + height;
}

void paper_table(struct paper *paper, const struct letter_table *table)
{
    struct letter_cells head = {0};
    for (size_t i = 0; i < table->column_count; i++) {
        head.cells[i] = table->columns[i].title;
    }
    double head_height = row_height(paper, table, &head, true);
    for (size_t i = 0; i < table->row_count; i++) {
        double height = row_height(paper, table, &table->rows[i], false);
        bool is_first = i == 0;
        if (paper_need(paper, height + (is_first ? head_height : 0)) || is_first) {
            row_set(paper, table, &head, true);
        }
        row_set(paper, table, &table->rows[i], false);
    }
}
