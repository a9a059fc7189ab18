/* A letter put into words: its template with the values filled in, the lines of a receipt as a
 * table, the address where it is checked. */
#include "notification.h"

#include "letter/letter.h"
#include "letter_making.h"

#include <inttypes.h>

/* -- words ---------------------------------------------------------------------------------- */

static struct text value_find(const void *context, struct text name)
{
    const struct making *m = context;
    const struct letter_issued *letter = &m->row.letter;
    for (size_t i = 0; i < letter->words.count; i++) {
        if (text_equal(letter->words.items[i].name, name)) {
            return letter->words.items[i].value;
        }
    }
    for (size_t i = 0; i < letter->values.count && i < m->opened.values.count; i++) {
        if (text_equal(letter->values.items[i].name, name)) {
            return bytes_text(m->opened.values.items[i].text);
        }
    }
    return (struct text){0};
}

/* True when every parameter of `text` has a value: what has not is left out. */
static bool has_values(const struct making *m, struct text text)
{
    struct text rest = text;
    (void)text_split(rest, '{', &rest);
    while (rest.data != NULL) {
        if (text_is_empty(value_find(m, text_split(rest, '}', &rest)))) {
            return false;
        }
        (void)text_split(rest, '{', &rest);
    }
    return true;
}

static struct text filled(const struct making *m, struct text text)
{
    return template_fill(text, value_find, m, m->worker->arena);
}

static size_t facts_fill(const struct making *m, const struct letter_template_facts *facts,
                         const struct letter_fact **ret_facts)
{
    struct letter_fact *items = arena_take_array(m->worker->arena, facts->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < facts->count; i++) {
        if (has_values(m, facts->items[i].value)) {
            items[count++] = (struct letter_fact){.label = facts->items[i].label,
                                                  .value = filled(m, facts->items[i].value)};
        }
    }
    *ret_facts = items;
    return count;
}

static size_t texts_fill(const struct making *m, const struct text_span *texts,
                         const struct text **ret_texts)
{
    struct text *items = arena_take_array(m->worker->arena, texts->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        if (has_values(m, texts->items[i])) {
            items[count++] = filled(m, texts->items[i]);
        }
    }
    *ret_texts = items;
    return count;
}

/* -- lines ---------------------------------------------------------------------------------- */

/* What is paid back stands there as less than nothing. */
static struct text money_text(const struct making *m, int64_t fen)
{
    bool is_back = m->row.letter.kind == LETTER_RED_RECEIPT;
    return arena_print(m->worker->arena, "%s%" PRId64 ".%02" PRId64, is_back ? "-" : "", fen / 100,
                       fen % 100);
}

static struct text fee_text(const struct making *m, const struct letter_line *line)
{
    const struct catalogue_fee *fee = catalogue_fee(m->item, line->fee);
    struct text name = fee == NULL ? line->fee : fee->names.zh_hans;
    return line->waived_fen == 0
               ? name
               : arena_print(m->worker->arena, "%.*s\n（另减免%" PRId64 ".%02" PRId64 "元）",
                             TEXT_PRINT(name), line->waived_fen / 100, line->waived_fen % 100);
}

static struct text payee_text(const struct making *m, const struct letter_line *line)
{
    const struct catalogue_charging_unit *unit = catalogue_charging_unit(m->catalogue, line->payee);
    return unit == NULL ? line->payee : unit->names.zh_hans;
}

static struct text quantity_text(const struct making *m, const struct letter_line *line)
{
    char *text = arena_take(m->worker->arena, DECIMAL_TEXT_BYTES);
    decimal_format(line->quantity, text);
    return text_of(text);
}

static struct text price_text(const struct making *m, const struct letter_line *line)
{
    return line->each_fen == 0 ? TEXT_LITERAL("分档")
                               : arena_print(m->worker->arena, "%" PRId64 ".%02" PRId64,
                                             line->each_fen / 100, line->each_fen % 100);
}

static struct letter_cells cells_of(const struct making *m, const struct letter_line *line)
{
    return (struct letter_cells){.cells = {
                                     line->fee,
                                     fee_text(m, line),
                                     payee_text(m, line),
                                     quantity_text(m, line),
                                     price_text(m, line),
                                     money_text(m, line->amount_fen),
                                 }};
}

static struct letter_table table_of(const struct making *m)
{
    static const struct letter_column columns[] = {
        {TEXT_LITERAL("项目编码"), 3.2, false},  {TEXT_LITERAL("收入项目名称"), 3.2, false},
        {TEXT_LITERAL("执收单位"), 2.3, false},  {TEXT_LITERAL("数量"), 1.1, true},
        {TEXT_LITERAL("标准（元）"), 1.7, true}, {TEXT_LITERAL("金额（元）"), 1.7, true},
    };
    const struct letter_line_list *lines = &m->row.letter.lines;
    struct letter_cells *rows = arena_take_array(m->worker->arena, lines->count, sizeof *rows);
    for (size_t i = 0; i < lines->count; i++) {
        rows[i] = cells_of(m, &lines->items[i]);
    }
    return (struct letter_table){.columns = columns,
                                 .column_count = sizeof columns / sizeof columns[0],
                                 .rows = rows,
                                 .row_count = m->template->has_lines ? lines->count : 0};
}

/* -- the whole ------------------------------------------------------------------------------ */

/* "https://hall.example/verify/decision/JD20260000001?c=7K2M...". */
static struct text check_address(const struct making *m)
{
    const struct notification *notification = m->worker->memory;
    const struct letter_issued *letter = &m->row.letter;
    return arena_print(m->worker->arena, "%s/verify/%.*s/%.*s?c=%.*s", notification->public_address,
                       TEXT_PRINT(wire_enum_name(&letter_kind_enum, (int)letter->kind)),
                       TEXT_PRINT(letter->number), TEXT_PRINT(m->row.code));
}

struct letter letter_compose(const struct making *m)
{
    const struct letter_template *template = m->template;
    const struct letter_issued *issued = &m->row.letter;
    struct arena *arena = m->worker->arena;
    struct letter letter = {
        .title = issued->title,
        .number = arena_print(arena, "编号：%.*s", TEXT_PRINT(issued->number)),
        .lead = has_values(m, template->lead) ? filled(m, template->lead) : (struct text){0},
        .table = table_of(m),
        .signer = issued->unit,
        .day = day_words(arena, issued->day),
        .check_address = check_address(m),
        .check_words = arena_print(arena, "扫码查验\n校验码 %.*s", TEXT_PRINT(m->row.code)),
        .made_ms = m->row.at,
    };
    letter.fact_count = facts_fill(m, &template->facts, &letter.facts);
    letter.sum_count = facts_fill(m, &template->sums, &letter.sums);
    letter.paragraph_count = texts_fill(m, &template->paragraphs, &letter.paragraphs);
    letter.note_count = texts_fill(m, &template->notes, &letter.notes);
    return letter;
}
