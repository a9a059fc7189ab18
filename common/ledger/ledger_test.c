/* The ledger against a naive model: random transfers, held, posted, released, linked, repeated. */
#include "ledger/ledger.h"

#include "base/check.h"
#include "base/test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TABLE_ACCOUNTS, TABLE_TRANSFERS, TABLE_ENTRIES, TABLE_TURNOVERS, TABLE_END };

static const struct ledger_kind kinds[] = {
    {"asset", LEDGER_NEVER_CREDIT}, {"debt", LEDGER_NEVER_DEBIT}, {"any", LEDGER_FREE}};

static const struct ledger ledger = {
    .accounts = TABLE_ACCOUNTS,
    .transfers = TABLE_TRANSFERS,
    .entries = TABLE_ENTRIES,
    .turnovers = TABLE_TURNOVERS,
    .kinds = kinds,
    .kind_count = sizeof kinds / sizeof kinds[0],
};

static const struct store_table tables[] = {
    {"accounts", 0}, {"transfers", 0}, {"entries", 0}, {"turnovers", 0}};

struct fixture {
    struct test_folder folder;
    struct store *store;
    struct store_txn *txn;
    struct arena arena;
    struct state state;
    struct decision decision;
    struct random_source random;
    struct uuid_generator ids;
    struct event_envelope envelope;
    uint64_t seq;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    CHECK(f != NULL);
    folder_begin(&f->folder);
    struct store_options options = {
        .folder = f->folder.path, .map_bytes = 256 << 20, .without_sync = true};
    if (store_open(&options, tables, TABLE_END, &f->store, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    assert_int_equal(store_begin_write(f->store, &f->txn), ERR_OK);
    arena_init(&f->arena);
    state_init(&f->state, &f->arena, NULL);
    f->state.txn = f->txn;
    f->state.writable = true;
    random_init_seeded(&f->random, 7);
    f->decision = (struct decision){.state = &f->state,
                                    .arena = &f->arena,
                                    .now_ms = INT64_C(1800000000000),
                                    .random = &f->random,
                                    .ids = &f->ids};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    state_free(&f->state);
    store_abort(&f->txn);
    store_close(&f->store);
    arena_free(&f->arena);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static struct ledger_draft draft_of(struct fixture *f, int32_t day)
{
    struct ledger_draft draft;
    ledger_draft_begin(&draft, &ledger, &f->decision, (struct date){day});
    return draft;
}

/* Applies a draft that holds, as the next event. */
static void book(struct fixture *f, const struct ledger_draft *draft)
{
    assert_int_equal(draft->result, LEDGER_OK);
    f->seq++;
    f->decision.now_ms += 1000;
    f->envelope.id.uuid = uuid_next(&f->ids, f->decision.now_ms, &f->random);
    f->envelope.time = f->decision.now_ms;
    struct event event = {.envelope = &f->envelope, .seq = f->seq};
    ledger_apply(&ledger, &f->state, &event, &draft->list);
    assert_int_equal(store_error(f->txn), ERR_OK);
}

static int64_t net_of(struct fixture *f, const char *name)
{
    struct ledger_balance balance = ledger_balance_of(&ledger, &f->state, text_of(name));
    return ledger_net(&balance);
}

/* Gives the asset account `name` something to move. */
static void endow(struct fixture *f, const char *name, int64_t amount_fen)
{
    struct ledger_draft draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, text_of(name), TEXT_LITERAL("any:world"), amount_fen);
    book(f, &draft);
}

static void test_money_moves_between_two_accounts(void **state)
{
    struct fixture *f = *state;
    struct ledger_draft draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("asset:a"), TEXT_LITERAL("debt:b"), 70);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("asset:a"), TEXT_LITERAL("debt:b"), 30);
    assert_int_equal(draft.list.count, 1);
    book(f, &draft);
    assert_int_equal(net_of(f, "asset:a"), 100);
    assert_int_equal(net_of(f, "debt:b"), -100);
}

static void test_limits_hold(void **state)
{
    struct fixture *f = *state;
    endow(f, "asset:a", 100);
    struct ledger_draft draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:x"), TEXT_LITERAL("asset:a"), 101);
    assert_int_equal(draft.result, LEDGER_EXCEEDED);
    assert_text(draft.account, "asset:a");
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("debt:b"), TEXT_LITERAL("any:x"), 1);
    assert_int_equal(draft.result, LEDGER_EXCEEDED);
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:x"), TEXT_LITERAL("asset:a"), 100);
    book(f, &draft);
    assert_int_equal(net_of(f, "asset:a"), 0);
}

static void test_transfers_of_a_draft_succeed_or_fail_together(void **state)
{
    struct fixture *f = *state;
    endow(f, "asset:a", 100);
    struct ledger_draft draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:x"), TEXT_LITERAL("asset:a"), 60);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:y"), TEXT_LITERAL("asset:a"), 60);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:z"), TEXT_LITERAL("asset:a"), 1);
    assert_int_equal(draft.result, LEDGER_EXCEEDED);
    assert_int_equal(net_of(f, "asset:a"), 100);
}

static void test_what_is_held_is_gone_until_it_is_posted_or_released(void **state)
{
    struct fixture *f = *state;
    endow(f, "asset:a", 100);
    struct transfer hold = {.debit = TEXT_LITERAL("any:x"),
                            .credit = TEXT_LITERAL("asset:a"),
                            .amount_fen = 80,
                            .code = TRANSFER_SETTLEMENT,
                            .step = TRANSFER_HOLD};
    struct ledger_draft draft = draft_of(f, 100);
    ledger_add(&draft, hold);
    book(f, &draft);
    struct transfer_id held = draft.list.items[0].id;
    assert_int_equal(net_of(f, "asset:a"), 100);

    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_REFUND, TEXT_LITERAL("any:x"), TEXT_LITERAL("asset:a"), 21);
    assert_int_equal(draft.result, LEDGER_EXCEEDED);

    draft = draft_of(f, 100);
    ledger_resolve(&draft, &held, 81);
    assert_int_equal(draft.result, LEDGER_NOT_HELD);

    draft = draft_of(f, 101);
    ledger_resolve(&draft, &held, 50);
    ledger_resolve(&draft, &held, 1);
    assert_int_equal(draft.result, LEDGER_NOT_HELD);

    draft = draft_of(f, 101);
    ledger_resolve(&draft, &held, 50);
    book(f, &draft);
    assert_int_equal(net_of(f, "asset:a"), 50);
    struct ledger_balance balance = ledger_balance_of(&ledger, &f->state, TEXT_LITERAL("asset:a"));
    assert_int_equal(balance.credits_held_fen, 0);

    draft = draft_of(f, 101);
    ledger_resolve(&draft, &held, 0);
    assert_int_equal(draft.result, LEDGER_NOT_HELD);
}

static void test_an_id_moves_money_once(void **state)
{
    struct fixture *f = *state;
    struct transfer notice = {.id = {{{1, 2, 3}}},
                              .debit = TEXT_LITERAL("asset:a"),
                              .credit = TEXT_LITERAL("debt:b"),
                              .amount_fen = 5,
                              .code = TRANSFER_UNMATCHED};
    struct ledger_draft draft = draft_of(f, 100);
    ledger_add(&draft, notice);
    book(f, &draft);
    struct ledger_draft again = draft_of(f, 107);
    ledger_add(&again, notice);
    assert_int_equal(again.result, LEDGER_EXISTS);
    notice.amount_fen = 6;
    again = draft_of(f, 107);
    ledger_add(&again, notice);
    assert_int_equal(again.result, LEDGER_CONFLICT);
    book(f, &draft); /* applied twice, it moves nothing */
    assert_int_equal(net_of(f, "asset:a"), 5);
}

static void test_what_cannot_be_booked_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ledger_draft draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("nothing:a"), TEXT_LITERAL("any:b"), 1);
    assert_int_equal(draft.result, LEDGER_NO_KIND);
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("asset:"), TEXT_LITERAL("any:b"), 1);
    assert_int_equal(draft.result, LEDGER_NO_KIND);
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("any:b"), TEXT_LITERAL("any:b"), 1);
    assert_int_equal(draft.result, LEDGER_SAME);
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("any:a"), TEXT_LITERAL("any:b"), -1);
    assert_int_equal(draft.result, LEDGER_OVERFLOW);
    draft = draft_of(f, 100);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("any:a"), TEXT_LITERAL("any:b"), FEN_MAX);
    ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("any:a"), TEXT_LITERAL("any:b"), 1);
    assert_int_equal(draft.result, LEDGER_OVERFLOW);
}

/* The largest amounts there are, over and over: the sums end before they wrap. */
static void test_sums_never_wrap(void **state)
{
    struct fixture *f = *state;
    size_t booked = 0;
    for (;;) {
        struct ledger_draft draft = draft_of(f, 100);
        ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("any:a"), TEXT_LITERAL("any:b"),
                    FEN_MAX);
        if (draft.result == LEDGER_OVERFLOW) {
            break;
        }
        book(f, &draft);
        assert_true(++booked < 10000);
    }
    assert_int_equal(booked, INT64_MAX / FEN_MAX);
}

static void test_balances_of_the_past(void **state)
{
    struct fixture *f = *state;
    int64_t before = f->decision.now_ms;
    endow(f, "asset:a", 100);
    int64_t then = f->decision.now_ms;
    endow(f, "asset:a", 11);
    endow(f, "asset:aa", 1);
    struct ledger_balance balance =
        ledger_balance_at(&ledger, &f->state, TEXT_LITERAL("asset:a"), then);
    assert_int_equal(ledger_net(&balance), 100);
    balance = ledger_balance_at(&ledger, &f->state, TEXT_LITERAL("asset:a"), before);
    assert_int_equal(ledger_net(&balance), 0);
    balance = ledger_balance_at(&ledger, &f->state, TEXT_LITERAL("asset:a"), then + 5000);
    assert_int_equal(ledger_net(&balance), 111);
}

/* -- against a naive model ------------------------------------------------------------------ */

enum { MODEL_ACCOUNTS = 9, MODEL_STEPS = 4000, MODEL_HELD = 4096 };

struct model {
    int64_t posted[MODEL_ACCOUNTS]; /* debits less credits */
    int64_t held[MODEL_ACCOUNTS];   /* debits held */
    int64_t held_out[MODEL_ACCOUNTS];
    int64_t moved[MODEL_ACCOUNTS][MODEL_ACCOUNTS]; /* posted, debit and credit */
    struct model_held {
        struct transfer_id id;
        size_t debit;
        size_t credit;
        int64_t amount;
        bool open;
    } open[MODEL_HELD];
    size_t open_count;
};

static const char *const model_names[MODEL_ACCOUNTS] = {
    "asset:a", "asset:b", "asset:ab", "debt:a", "debt:b", "debt:c", "any:a", "any:b", "any:c"};

static bool model_allows(const struct model *model, size_t debit, size_t credit, int64_t amount)
{
    if (debit == credit) {
        return false;
    }
    bool debit_ok =
        debit < 3 || debit > 5 || model->posted[debit] + model->held[debit] + amount <= 0;
    bool credit_ok = credit > 2 || model->posted[credit] - model->held_out[credit] - amount >= 0;
    return debit_ok && credit_ok;
}

static void model_hold(struct model *model, size_t debit, size_t credit, int64_t amount)
{
    model->held[debit] += amount;
    model->held_out[credit] += amount;
}

static void model_post(struct model *model, size_t debit, size_t credit, int64_t amount)
{
    model->posted[debit] += amount;
    model->posted[credit] -= amount;
    model->moved[debit][credit] += amount;
}

struct turnover_sums {
    int64_t moved[MODEL_ACCOUNTS][MODEL_ACCOUNTS];
};

static size_t model_index(struct text name)
{
    for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
        if (text_equal_string(name, model_names[i])) {
            return i;
        }
    }
    fail();
    return 0;
}

static bool turnover_sum(void *context, const struct ledger_turnover *turnover)
{
    struct turnover_sums *sums = context;
    assert_true(turnover->before_fen <= turnover->upto_fen);
    sums->moved[model_index(turnover->debit)][model_index(turnover->credit)] += turnover->upto_fen;
    return true;
}

struct account_sums {
    struct ledger_balance all;
    size_t count;
};

static bool account_sum(void *context, struct text name, const struct ledger_balance *balance)
{
    struct account_sums *sums = context;
    (void)name;
    assert_true(balance->debits_posted_fen >= 0 && balance->debits_held_fen >= 0);
    assert_true(balance->credits_posted_fen >= 0 && balance->credits_held_fen >= 0);
    sums->all.debits_posted_fen += balance->debits_posted_fen;
    sums->all.debits_held_fen += balance->debits_held_fen;
    sums->all.credits_posted_fen += balance->credits_posted_fen;
    sums->all.credits_held_fen += balance->credits_held_fen;
    sums->count++;
    return true;
}

static void model_compare(struct fixture *f, const struct model *model)
{
    struct account_sums sums = {0};
    for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
        struct ledger_balance balance =
            ledger_balance_of(&ledger, &f->state, text_of(model_names[i]));
        assert_int_equal(ledger_net(&balance), model->posted[i]);
        assert_int_equal(balance.debits_held_fen, model->held[i]);
        assert_int_equal(balance.credits_held_fen, model->held_out[i]);
    }
    ledger_visit_accounts(&ledger, &f->state, (struct text){0}, account_sum, &sums);
    assert_int_equal(sums.all.debits_posted_fen, sums.all.credits_posted_fen);
    assert_int_equal(sums.all.debits_held_fen, sums.all.credits_held_fen);
}

/* One held transfer, some of them posted or released: what is open is in the held sums. */
static void model_resolve(struct fixture *f, struct model *model, int32_t day)
{
    struct model_held *held = &model->open[random_below(&f->random, model->open_count)];
    int64_t amount = (int64_t)random_below(&f->random, (uint64_t)held->amount + 2);
    bool possible = held->open && amount <= held->amount;
    struct ledger_draft draft = draft_of(f, day);
    ledger_resolve(&draft, &held->id, amount);
    assert_int_equal(draft.result == LEDGER_OK, possible);
    if (!possible) {
        return;
    }
    book(f, &draft);
    held->open = false;
    model_hold(model, held->debit, held->credit, -held->amount);
    model_post(model, held->debit, held->credit, amount);
}

static void model_move(struct fixture *f, struct model *model, int32_t day)
{
    size_t debit = random_below(&f->random, MODEL_ACCOUNTS);
    size_t credit = random_below(&f->random, MODEL_ACCOUNTS);
    int64_t amount = 1 + (int64_t)random_below(&f->random, 1000);
    bool holds = random_below(&f->random, 3) == 0;
    bool possible = model_allows(model, debit, credit, amount);
    struct ledger_draft draft = draft_of(f, day);
    ledger_add(&draft, (struct transfer){
                           .debit = text_of(model_names[debit]),
                           .credit = text_of(model_names[credit]),
                           .amount_fen = amount,
                           .code = holds ? TRANSFER_SETTLEMENT : TRANSFER_PAYMENT,
                           .step = holds ? TRANSFER_HOLD : transfer_step_absent,
                       });
    assert_int_equal(draft.result == LEDGER_OK, possible);
    if (!possible) {
        return;
    }
    book(f, &draft);
    if (random_below(&f->random, 10) == 0) {
        f->seq--; /* a transfer that comes again moves nothing */
        book(f, &draft);
    }
    if (!holds) {
        model_post(model, debit, credit, amount);
    } else if (model->open_count < MODEL_HELD) {
        model_hold(model, debit, credit, amount);
        model->open[model->open_count++] =
            (struct model_held){draft.list.items[0].id, debit, credit, amount, true};
    }
}

static void test_random_transfers_agree_with_a_naive_model(void **state)
{
    struct fixture *f = *state;
    struct model *model = calloc(1, sizeof *model);
    CHECK(model != NULL);
    for (int step = 0; step < MODEL_STEPS; step++) {
        int32_t day = 100 + step / 100;
        if (model->open_count > 0 && random_below(&f->random, 4) == 0) {
            model_resolve(f, model, day);
        } else {
            model_move(f, model, day);
        }
        if (step % 50 == 0) {
            model_compare(f, model);
            state_free(&f->state);
            arena_reset(&f->arena);
            state_init(&f->state, &f->arena, NULL);
            f->state.txn = f->txn;
            f->state.writable = true;
        }
    }
    model_compare(f, model);
    struct turnover_sums sums = {0};
    ledger_visit_turnovers(&ledger, &f->state, (struct date){1000}, turnover_sum, &sums);
    assert_memory_equal(sums.moved, model->moved, sizeof sums.moved);
    free(model);
}

struct day_sum {
    int64_t before;
    int64_t upto;
};

static bool day_add(void *context, const struct ledger_turnover *turnover)
{
    struct day_sum *sum = context;
    sum->before += turnover->before_fen;
    sum->upto += turnover->upto_fen;
    return true;
}

static void test_turnovers_by_day(void **state)
{
    struct fixture *f = *state;
    for (int32_t day = 100; day < 110; day += 3) {
        struct ledger_draft draft = draft_of(f, day);
        ledger_move(&draft, TRANSFER_PAYMENT, TEXT_LITERAL("asset:a"), TEXT_LITERAL("any:b"), 10);
        book(f, &draft);
    }
    struct day_sum sum = {0};
    ledger_visit_turnovers(&ledger, &f->state, (struct date){103}, day_add, &sum);
    assert_int_equal(sum.before, 10);
    assert_int_equal(sum.upto, 20);
    sum = (struct day_sum){0};
    ledger_visit_turnovers(&ledger, &f->state, (struct date){105}, day_add, &sum);
    assert_int_equal(sum.before, 20);
    assert_int_equal(sum.upto, 20);
    sum = (struct day_sum){0};
    ledger_visit_turnovers(&ledger, &f->state, (struct date){99}, day_add, &sum);
    assert_int_equal(sum.upto, 0);
}

struct walk {
    struct ledger_entry last;
    size_t count;
};

static bool entry_count(void *context, const struct ledger_entry *entry)
{
    struct walk *walk = context;
    assert_true(walk->count == 0 || entry->time >= walk->last.time);
    walk->last = *entry;
    walk->count++;
    return walk->count % 2 != 0;
}

static void test_entries_are_told_in_pages(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        endow(f, "asset:a", 10);
    }
    struct walk walk = {0};
    ledger_visit_entries(&ledger, &f->state, TEXT_LITERAL("asset:a"), NULL, entry_count, &walk);
    assert_int_equal(walk.count, 2);
    struct ledger_entry after = walk.last;
    ledger_visit_entries(&ledger, &f->state, TEXT_LITERAL("asset:a"), &after, entry_count, &walk);
    assert_int_equal(walk.count, 4);
    after = walk.last;
    ledger_visit_entries(&ledger, &f->state, TEXT_LITERAL("asset:a"), &after, entry_count, &walk);
    assert_int_equal(walk.count, 5);
    assert_int_equal(ledger_net(&walk.last.after), 50);
    assert_true(walk.last.is_debit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_money_moves_between_two_accounts),
        TEST(test_limits_hold),
        TEST(test_transfers_of_a_draft_succeed_or_fail_together),
        TEST(test_what_is_held_is_gone_until_it_is_posted_or_released),
        TEST(test_an_id_moves_money_once),
        TEST(test_what_cannot_be_booked_is_refused),
        TEST(test_sums_never_wrap),
        TEST(test_balances_of_the_past),
        TEST(test_random_transfers_agree_with_a_naive_model),
        TEST(test_turnovers_by_day),
        TEST(test_entries_are_told_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
