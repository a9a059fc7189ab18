/* The daily proof on paper: every figure, what must be equal and whether it is, what stands at the
 * banks and what is under way, and how far the record was counted. In Chinese, the language of the
 * office. The same proof is the same file. */
#include "memory.h"
#include "money.h"

#include "base/encoding.h"
#include "letter/letter.h"

#include <inttypes.h>

enum { PAPER_BYTES_MAX = 786432, ROWS_MAX = 120, ITEMS_OF_BANK_MAX = 20 };

/* A proof on its way to paper. */
struct papering {
    struct arena *arena;
    const struct proof_told *told;
    struct letter_cells *rows;
    size_t row_count;
};

static struct text yuan(struct arena *arena, int64_t fen)
{
    int64_t size = fen < 0 ? -fen : fen;
    return arena_print(arena, "%s%" PRId64 ".%02" PRId64, fen < 0 ? "-" : "", size / 100,
                       size % 100);
}

static struct text day_words(struct arena *arena, struct date day)
{
    struct civil civil = date_civil(day);
    return arena_print(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

/* -- figures -------------------------------------------------------------------------------- */

static size_t figures_set(const struct papering *p, struct letter_fact *facts)
{
    const struct proof_told *told = p->told;
    const struct {
        const char *label;
        int64_t fen;
    } figures[] = {
        {"应收（已开单）", told->charged_fen},
        {"实收", told->paid_fen},
        {"待收", told->outstanding_fen},
        {"减免", told->waived_fen},
        {"作废、失效", told->void_fen},
        {"无单待查款", told->suspense_fen},
        {"钱箱现金", told->drawers_fen},
        {"待缴过渡户", told->transit_fen},
        {"已缴国库、专户", told->settled_fen},
        {"已退付", told->refunded_fen},
        {"待退付", told->refund_due_fen},
        {"备用金", told->floats_fen},
        {"清点差额（短为正）", told->over_short_fen},
    };
    size_t count = 0;
    facts[count++] =
        (struct letter_fact){TEXT_LITERAL("账目日期"), day_words(p->arena, told->date)};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        facts[count++] = (struct letter_fact){
            text_of(figures[i].label),
            arena_print(p->arena, "¥%.*s", TEXT_PRINT(yuan(p->arena, figures[i].fen)))};
    }
    return count;
}

/* -- the table ------------------------------------------------------------------------------ */

static void row_add(struct papering *p, struct text what, struct text left, struct text right,
                    const char *result)
{
    if (p->row_count < ROWS_MAX) {
        p->rows[p->row_count++] =
            (struct letter_cells){.cells = {what, left, right, text_of(result)}};
    }
}

/* A rule in the words of the office; its own where there are none for it. */
static struct text rule_words(const struct proof_check *check)
{
    static const struct {
        const char *rule;
        const char *words;
    } rules[] = {
        {"charged = paid + outstanding + waived + void", "应收＝实收＋待收＋减免＋作废失效"},
        {"paid + suspense = drawers + transit + settled + refunded",
         "实收＋无单款＝钱箱＋过渡户＋已缴＋已退"},
        {"change handed out = change in drawers + short", "发出备用金＝钱箱备用金＋短款"},
        {"transit = at the bank - before + under way - ahead",
         "过渡户＝银行余额－期初＋在途－银行先到"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (text_equal_string(check->rule, rules[i].rule)) {
            return text_of(rules[i].words);
        }
    }
    return check->rule;
}

static void checks_set(struct papering *p)
{
    for (size_t i = 0; i < p->told->checks.count; i++) {
        const struct proof_check *check = &p->told->checks.items[i];
        bool is_cash = text_equal_string(check->way, "cash");
        struct text of = text_is_empty(check->unit) ? check->bank : check->unit;
        struct text what = text_is_empty(of)
                               ? rule_words(check)
                               : arena_print(p->arena, "%.*s（%.*s%s）",
                                             TEXT_PRINT(rule_words(check)), TEXT_PRINT(of),
                                             text_is_empty(check->way) ? ""
                                             : is_cash                 ? " 现金"
                                                                       : " 转账");
        row_add(p, what, yuan(p->arena, check->left_fen), yuan(p->arena, check->right_fen),
                check->holds ? "相等" : "不相等");
    }
}

static const char *code_words(enum transfer_code code)
{
    switch (code) {
    case TRANSFER_PAYMENT:
        return "缴款";
    case TRANSFER_UNMATCHED:
        return "无单款";
    case TRANSFER_DEPOSIT:
        return "缴存现金";
    case TRANSFER_SETTLEMENT:
        return "上缴";
    case TRANSFER_RETURN:
        return "国库退回";
    case TRANSFER_REFUND:
        return "退付";
    case TRANSFER_SEND_BACK:
        return "原路退回";
    default: /* moves between places of the hall alone */
        return "其他";
    }
}

/* Under way and ordered stand in the books, at the left; ahead at the bank, at the right. */
static void item_set(struct papering *p, const struct proof_item *item)
{
    static const char *const places[] = {
        [PLACE_UNDER_WAY] = "在途", [PLACE_AHEAD] = "银行先到", [PLACE_ORDERED] = "已发指令未执行"};
    struct text fen = yuan(p->arena, item->amount_fen);
    bool in_books = item->place != PLACE_AHEAD;
    bool at_bank = item->place != PLACE_UNDER_WAY;
    row_add(
        p, arena_print(p->arena, "　%s %.*s", code_words(item->code), TEXT_PRINT(item->reference)),
        in_books ? fen : (struct text){0}, at_bank ? fen : (struct text){0}, places[item->place]);
}

static void bank_set(struct papering *p, const struct proof_bank *bank)
{
    static const char *const standings[] = {
        [BANK_AGREES] = "相符", [BANK_DIFFERS] = "不符", [BANK_UNTOLD] = "当日对账单未到"};
    bool is_known = bank->statement_day.days != 0;
    struct text what =
        is_known ? arena_print(p->arena, "收缴账户 %.*s：过渡户／银行余额（%.*s）",
                               TEXT_PRINT(bank->bank),
                               TEXT_PRINT(day_words(p->arena, bank->statement_day)))
                 : arena_print(p->arena, "收缴账户 %.*s：过渡户／银行余额", TEXT_PRINT(bank->bank));
    row_add(p, what, yuan(p->arena, bank->transit_fen),
            is_known ? yuan(p->arena, bank->statement_fen) : (struct text){0},
            standings[bank->standing]);
    if (bank->before_fen != 0) {
        row_add(p, TEXT_LITERAL("　期初余额（不属本账）"), (struct text){0},
                yuan(p->arena, bank->before_fen), "");
    }
    for (size_t i = 0; i < bank->items.count && i < ITEMS_OF_BANK_MAX; i++) {
        item_set(p, &bank->items.items[i]);
    }
    if (bank->more_items || bank->items.count > ITEMS_OF_BANK_MAX) {
        row_add(p, TEXT_LITERAL("　其余各笔见电子证明；合计数包括全部"), (struct text){0},
                (struct text){0}, "");
    }
    if (is_known) {
        row_add(p, TEXT_LITERAL("　合计：在途／银行先到"), yuan(p->arena, bank->under_way_fen),
                yuan(p->arena, bank->ahead_fen), "");
    }
    row_add(p, TEXT_LITERAL("　合计：已发指令未执行／差额"), yuan(p->arena, bank->ordered_fen),
            is_known ? yuan(p->arena, bank->difference_fen) : (struct text){0}, "");
}

/* -- the whole ------------------------------------------------------------------------------ */

/* How far it was counted, for who counts again from the record. */
static struct text position_words(const struct papering *p)
{
    const struct proof_told *told = p->told;
    char day[DATE_TEXT_BYTES + 1];
    char chain[2 * HASH_BYTES + 1] = "";
    date_format(told->date, day);
    hex_encode(bytes_of(told->upto_chain.bytes, HASH_BYTES), chain);
    return arena_print(p->arena,
                       "本证明计至审计记录中收费服务日志第 %" PRId64 " 条，该处链值为 %s。"
                       "凭审计记录可重新计算：glasshall-audit money --date %s --upto %" PRId64 "。",
                       told->upto_seq, chain, day, told->upto_seq);
}

static struct text result_words(const struct proof_told *told)
{
    bool is_untold = false;
    for (size_t i = 0; i < told->banks.count; i++) {
        is_untold |= told->banks.items[i].standing == BANK_UNTOLD;
    }
    if (!told->holds) {
        return TEXT_LITERAL("结论：有不相等之处，见上表。");
    }
    return is_untold
               ? TEXT_LITERAL("结论：账内各项相等；当日对账单未到的账户，对银行余额不作结论。")
               : TEXT_LITERAL("结论：各项相等。");
}

static enum err paper_make(const struct letter_fonts *fonts, struct papering *p, struct text hall,
                           struct bytes *ret_pdf, struct reason *reason)
{
    static const struct letter_column columns[] = {
        {TEXT_LITERAL("应当相等的"), 4.4, false},
        {TEXT_LITERAL("账上（元）"), 1.8, true},
        {TEXT_LITERAL("对方（元）"), 1.8, true},
        {TEXT_LITERAL("结果"), 1.6, false},
    };
    struct letter_fact facts[20];
    p->rows = arena_take_array(p->arena, ROWS_MAX, sizeof *p->rows);
    checks_set(p);
    for (size_t i = 0; i < p->told->banks.count; i++) {
        bank_set(p, &p->told->banks.items[i]);
    }
    if (p->row_count == ROWS_MAX) {
        p->rows[ROWS_MAX - 1] =
            (struct letter_cells){.cells = {TEXT_LITERAL("其余从略，见电子证明")}};
    }
    struct text paragraphs[] = {result_words(p->told), position_words(p)};
    struct letter letter = {
        .title = TEXT_LITERAL("非税收入资金日证明"),
        .number = arena_print(p->arena, "计至：fee %" PRId64, p->told->upto_seq),
        .facts = facts,
        .fact_count = figures_set(p, facts),
        .table = {columns, sizeof columns / sizeof columns[0], p->rows, p->row_count},
        .paragraphs = paragraphs,
        .paragraph_count = sizeof paragraphs / sizeof paragraphs[0],
        .signer = hall,
        .day = day_words(p->arena, p->told->date),
        .made_ms = (int64_t)p->told->date.days * 24 * 60 * 60 * 1000, /* never now */
    };
    return letter_render(fonts, &letter, p->arena, ret_pdf, reason);
}

enum verdict query_proof_paper(struct reading *reading, const void *question)
{
    const struct ask_proof_paper *asked = question;
    const struct fee_memory *fee = reading->state->memory;
    struct proof_paper *paper = arena_take(reading->arena, sizeof *paper);
    struct reason reason = {""};
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    const struct hall_rules *rules = money_rules(reading->state);
    if (fee->fonts == NULL || rules == NULL) {
        return reading_refuse(reading, PROBLEM_AWAY, "no proof is put on paper here: %s",
                              rules == NULL ? "there are no rules yet" : fee->no_fonts.text);
    }
    struct papering papering = {.arena = reading->arena,
                                .told = proof_make(reading->state, asked->date)};
    struct text hall = arena_print(reading->arena, "%.*s政务服务大厅",
                                   TEXT_PRINT(rules->catalogue->head.jurisdiction.names.zh_hans));
    if (paper_make(fee->fonts, &papering, hall, &paper->pdf, &reason) != ERR_OK ||
        paper->pdf.size > PAPER_BYTES_MAX) {
        return reading_refuse(reading, PROBLEM_CONFLICT, "the proof cannot be put on paper: %s",
                              reason.text);
    }
    return reading_answer(reading, &proof_paper_message, paper);
}
