/* Where the figures of a proof come from: the accounts whose entries they are, and for which
 * reasons these moved. */
#include "ledger/proof.h"

#include "ledger/internal.h"

#include <stddef.h>

enum { FIGURES_MAX = 400 };

/* A figure of the hall. */
static const struct {
    const char *name;
    size_t offset; /* in struct proof_told */
    const char *accounts;
    const char *codes; /* absent: whatever moved */
    bool is_debit;
} figures[] = {
#define FIGURE(name) #name, offsetof(struct proof_told, name##_fen)
    {FIGURE(charged), "receivable:*", "charge", true},
    {FIGURE(paid), "receivable:*", "payment,match", false},
    {FIGURE(waived), "receivable:*", "waiver", false},
    {FIGURE(void), "receivable:*", "void_charge", false},
    {FIGURE(outstanding), "receivable:*", NULL, true},
    {FIGURE(suspense), "suspense:*", NULL, false},
    {FIGURE(drawers), "drawer:*", NULL, true},
    {FIGURE(transit), "transit:*", NULL, true},
    {FIGURE(settled), "transit:*", "settlement,return", false},
    {FIGURE(refunded), "refund_due:*", "refund", true},
    {FIGURE(refund_due), "refund_due:*", NULL, false},
    {FIGURE(floats), "float:*", NULL, true},
    {FIGURE(over_short), "over_short:*", NULL, true},
#undef FIGURE
};

static void figure_add(struct proof *proof, struct proof_figure figure, struct text accounts,
                       const char *codes)
{
    struct proof_figure_list *list = &proof->told.figures;
    char until[DATE_TEXT_BYTES + 1];
    if (list->count == FIGURES_MAX) {
        return;
    }
    date_format(proof->told.date, until);
    figure.entries = arena_print(
        proof->arena, "/v1/fee/entries?account=%.*s%s%s&until=%s&moved=true", TEXT_PRINT(accounts),
        codes == NULL ? "" : "&code=", codes == NULL ? "" : codes, until);
    list->items[list->count++] = figure;
}

void proof_figures_end(struct proof *proof)
{
    const struct proof_told *told = &proof->told;
    proof->told.figures.items =
        arena_take_array(proof->arena, FIGURES_MAX, sizeof *told->figures.items);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        struct proof_figure figure = {
            .figure = text_of(figures[i].name),
            .amount_fen = *(const int64_t *)((const char *)told + figures[i].offset),
            .side = figures[i].is_debit ? TEXT_LITERAL("debit") : TEXT_LITERAL("credit"),
        };
        figure_add(proof, figure, text_of(figures[i].accounts), figures[i].codes);
    }
    for (size_t i = 0; i < told->units.count; i++) {
        const struct proof_unit *unit = &told->units.items[i];
        struct text account = arena_print(proof->arena, "receivable:%.*s", TEXT_PRINT(unit->unit));
        figure_add(
            proof,
            (struct proof_figure){
                .figure = arena_print(proof->arena, "outstanding %.*s", TEXT_PRINT(unit->unit)),
                .amount_fen = unit->outstanding_fen,
                .side = TEXT_LITERAL("debit"),
            },
            account, NULL);
    }
    for (size_t i = 0; i < told->banks.count; i++) {
        const struct proof_bank *bank = &told->banks.items[i];
        struct text accounts = arena_print(proof->arena, "transit:%.*s:*", TEXT_PRINT(bank->bank));
        figure_add(proof,
                   (struct proof_figure){
                       .figure = arena_print(proof->arena, "transit %.*s", TEXT_PRINT(bank->bank)),
                       .amount_fen = bank->transit_fen,
                       .side = TEXT_LITERAL("debit"),
                   },
                   accounts, NULL);
    }
}
