/* glasshall-audit money: the books of a day, added up from the record of events alone.
 *
 *   record    every entry's bytes give its chain: figures from a damaged record prove nothing
 *   once      no transfer's id moves money twice
 *   rules     the daily proof (ledger/proof.h) from what the events' transfers moved, and from what
 *             they tell of the banks' statements */
#include "money_banks.h"
#include "tools.h"
#include "walk.h"

#include "base/check.h"
#include "events/registry.h"
#include "ledger/proof.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = LEDGER_NAME_MAX + 1 };

/* What moved between two accounts for one reason. */
struct flowed {
    char debit[NAME_BYTES];
    char credit[NAME_BYTES];
    enum transfer_code code;
    int64_t before_fen;
    int64_t upto_fen;
};

struct money {
    const struct options *options;
    struct walk walk;
    struct arena arena; /* of the entry being looked at */
    struct wire_reader reader;
    struct date day;
    struct flowed *flows; /* in order */
    size_t flow_count;
    size_t flow_room;
    struct transfer_id *ids;
    size_t id_count;
    size_t id_room;
    struct bank_record *banks;
    uint64_t upto;          /* of fee's log; 0: all of it */
    struct log_position at; /* in fee's log */
    uint64_t events;
    uint64_t problems;
};

static const struct option_spec money_options[] = {
    {.name = "date", .type = OPTION_TEXT, .doc = "the day of the books: 2026-09-18"},
    {.name = "upto",
     .type = OPTION_NUMBER,
     .min = 0,
     .max = INT64_MAX,
     .doc = "the place in the log of fee that a proof names: counts no further (default: all)"},
    {.name = "json", .type = OPTION_FLAG, .doc = "print the proof as GET /v1/fee/proof does"},
};

static void *grown(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return items;
    }
    *room = *room == 0 ? 256 : *room * 2;
    items = reallocarray(items, *room, size);
    CHECK(items != NULL);
    return items;
}

/* -- adding up ------------------------------------------------------------------------------ */

static int flow_compare(const struct flowed *left, const struct flowed *right)
{
    int order = strcmp(left->debit, right->debit);
    order = order != 0 ? order : strcmp(left->credit, right->credit);
    return order != 0 ? order : (int)left->code - (int)right->code;
}

/* Where `wanted` stands among the flows, or would. */
static size_t flow_place(const struct money *money, const struct flowed *wanted)
{
    size_t low = 0;
    size_t high = money->flow_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (flow_compare(&money->flows[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct flowed *flow_of(struct money *money, const struct transfer *transfer)
{
    struct flowed wanted = {.code = transfer->code};
    (void)snprintf(wanted.debit, sizeof wanted.debit, "%.*s", TEXT_PRINT(transfer->debit));
    (void)snprintf(wanted.credit, sizeof wanted.credit, "%.*s", TEXT_PRINT(transfer->credit));
    size_t place = flow_place(money, &wanted);
    if (place < money->flow_count && flow_compare(&money->flows[place], &wanted) == 0) {
        return &money->flows[place];
    }
    money->flows = grown(money->flows, money->flow_count, &money->flow_room, sizeof *money->flows);
    memmove(&money->flows[place + 1], &money->flows[place],
            (money->flow_count - place) * sizeof *money->flows);
    money->flows[place] = wanted;
    money->flow_count++;
    return &money->flows[place];
}

static void transfer_add(struct money *money, const struct transfer *transfer)
{
    bool moves = transfer->step == transfer_step_absent || transfer->step == TRANSFER_POST;
    money->ids = grown(money->ids, money->id_count, &money->id_room, sizeof *money->ids);
    money->ids[money->id_count++] = transfer->id;
    if (!moves || transfer->day.days > money->day.days) {
        return;
    }
    struct flowed *flow = flow_of(money, transfer);
    if (__builtin_add_overflow(flow->upto_fen, transfer->amount_fen, &flow->upto_fen)) {
        printf("WRONG     %s and %s: the sum leaves its range\n", flow->debit, flow->credit);
        money->problems++;
        return;
    }
    if (transfer->day.days < money->day.days) {
        flow->before_fen += transfer->amount_fen;
    }
}

/* What an event tells of the banks, and its transfers, whatever it is: those in its field of that
 * name. */
static void event_add(struct money *money, struct event_envelope *envelope)
{
    const struct wire_message *message = hall_event_find(envelope->type);
    size_t index = 0;
    const struct wire_field *field =
        message == NULL ? NULL : wire_field_find(message, TEXT_LITERAL("transfers"), 0, &index);
    if (message == NULL) {
        return;
    }
    void *data = arena_take(&money->arena, message->size);
    size_t count = 0;
    if (wire_unpack_any(&money->reader, WIRE_SKIP_UNKNOWN, &envelope->data, message, data, NULL) !=
        ERR_OK) {
        printf("WRONG     entry %" PRIu64 " does not hold what its type says\n",
               money->walk.stored.seq);
        money->problems++;
        return;
    }
    bank_record_take(money->banks, message, data);
    if (field == NULL || field->record != &transfer_message) {
        return;
    }
    const struct transfer *transfers = wire_list_items(field, data, &count);
    money->events += count > 0;
    for (size_t i = 0; i < count; i++) {
        transfer_add(money, &transfers[i]);
    }
}

static void entry_add(struct money *money)
{
    const struct walk *walk = &money->walk;
    struct event_envelope envelope;
    arena_reset(&money->arena);
    if (!walk->is_readable || !walk->is_proved) {
        printf("WRONG     entry %" PRIu64 " is damaged; see glasshall-audit verify\n",
               walk->stored.seq);
        money->problems++;
        return;
    }
    if (!text_equal_string(walk->entry.source, "fee") ||
        (money->upto != 0 && walk->entry.seq > money->upto)) {
        return;
    }
    money->at.chain = hash_chain(&money->walk.hasher, &money->at.chain, walk->entry.record);
    money->at.seq = walk->entry.seq;
    if (record_kind_of(walk->entry.record) == RECORD_EVENT &&
        record_read_event(&money->reader, walk->entry.record, &envelope) == ERR_OK) {
        event_add(money, &envelope);
    }
}

static int id_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct transfer_id));
}

static void ids_check(struct money *money)
{
    if (money->id_count > 0) {
        qsort(money->ids, money->id_count, sizeof *money->ids, id_compare);
    }
    for (size_t i = 1; i < money->id_count; i++) {
        if (id_compare(&money->ids[i - 1], &money->ids[i]) == 0) {
            char id[UUID_TEXT_BYTES + 1];
            uuid_format(&money->ids[i].uuid, id);
            printf("WRONG     transfer %s moves money twice\n", id);
            money->problems++;
        }
    }
}

/* -- telling -------------------------------------------------------------------------------- */

static void yuan_print(const char *name, int64_t fen)
{
    printf("%-14s %18" PRId64 ".%02d\n", name, fen / 100,
           (int)(fen % 100 < 0 ? -(fen % 100) : fen % 100));
}

/* The accounts at the banks: what stands there, and what the bank says. */
static void banks_print(const struct proof_bank_list *banks)
{
    for (size_t i = 0; i < banks->count; i++) {
        const struct proof_bank *bank = &banks->items[i];
        char day[DATE_TEXT_BYTES + 1] = "never";
        if (bank->statement_day.days != 0) {
            date_format(bank->statement_day, day);
        }
        printf("%-9.*s bank %.*s: transit %" PRId64 ", told %s: %" PRId64 " less %" PRId64
               ", under way %" PRId64 ", ahead %" PRId64 ", ordered %" PRId64
               ", difference %" PRId64 " fen\n",
               TEXT_PRINT(wire_enum_name(&bank_standing_enum, (int)bank->standing)),
               TEXT_PRINT(bank->bank), bank->transit_fen, day, bank->statement_fen,
               bank->before_fen, bank->under_way_fen, bank->ahead_fen, bank->ordered_fen,
               bank->difference_fen);
        for (size_t k = 0; k < bank->items.count; k++) {
            const struct proof_item *item = &bank->items.items[k];
            printf("          %.*s %.*s %.*s: %" PRId64 " fen\n",
                   TEXT_PRINT(wire_enum_name(&proof_place_enum, (int)item->place)),
                   TEXT_PRINT(wire_enum_name(&transfer_code_enum, (int)item->code)),
                   TEXT_PRINT(item->reference), item->amount_fen);
        }
    }
}

static void proof_print(const struct proof_told *told)
{
    yuan_print("charged", told->charged_fen);
    yuan_print("paid", told->paid_fen);
    yuan_print("outstanding", told->outstanding_fen);
    yuan_print("waived", told->waived_fen);
    yuan_print("void", told->void_fen);
    yuan_print("suspense", told->suspense_fen);
    yuan_print("drawers", told->drawers_fen);
    yuan_print("transit", told->transit_fen);
    yuan_print("settled", told->settled_fen);
    yuan_print("refunded", told->refunded_fen);
    yuan_print("refund due", told->refund_due_fen);
    yuan_print("change", told->floats_fen);
    yuan_print("counted short", told->over_short_fen);
    for (size_t i = 0; i < told->checks.count; i++) {
        const struct proof_check *check = &told->checks.items[i];
        bool is_of_hall = text_is_empty(check->unit) && text_is_empty(check->bank);
        printf("%-9s %.*s%s%.*s%.*s%s%.*s: %" PRId64 " and %" PRId64 " fen\n",
               check->holds ? "holds" : "WRONG", TEXT_PRINT(check->rule), is_of_hall ? "" : ", ",
               TEXT_PRINT(check->unit), TEXT_PRINT(check->bank),
               text_is_empty(check->way) ? "" : " ", TEXT_PRINT(check->way), check->left_fen,
               check->right_fen);
    }
    banks_print(&told->banks);
}

static void proof_dump(const struct proof_told *told)
{
    json_t *json = wire_to_json(&proof_told_message, told, &(struct wire_view){NULL});
    CHECK(json != NULL);
    (void)json_dumpf(json, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(json);
}

static int money_tell(struct money *money)
{
    struct arena arena;
    struct proof proof;
    arena_init(&arena);
    proof_begin(&proof, &arena, money->day);
    for (size_t i = 0; i < money->flow_count; i++) {
        const struct flowed *flow = &money->flows[i];
        struct ledger_turnover turnover = {.debit = text_of(flow->debit),
                                           .credit = text_of(flow->credit),
                                           .code = flow->code,
                                           .before_fen = flow->before_fen,
                                           .upto_fen = flow->upto_fen};
        (void)proof_add(&proof, &turnover);
    }
    bank_record_prove(money->banks, &proof);
    proof_end(&proof);
    proof.told.upto_seq = (int64_t)money->at.seq;
    proof.told.upto_chain = money->at.chain;
    bool holds = proof.told.holds && money->problems == 0;
    if (options_flag(money->options, "json")) {
        proof_dump(&proof.told);
    } else {
        proof_print(&proof.told);
        printf("%s: %" PRIu64 " events with money, %zu transfers, of %" PRIu64 " entries\n",
               holds ? "proved" : "NOT PROVED", money->events, money->id_count,
               money->walk.stored.seq);
    }
    arena_free(&arena);
    return holds ? TOOL_OK : TOOL_FOUND;
}

static int money_run(const struct options *options)
{
    struct money money = {.options = options, .upto = (uint64_t)options_number(options, "upto")};
    struct reason reason = {""};
    const char *date = options_text(options, "date");
    if (date == NULL || !date_parse(text_of(date), &money.day)) {
        fprintf(stderr, "money: --date must be a day such as 2026-09-18\n");
        return TOOL_FAILED;
    }
    enum err err = walk_open(&money.walk, options, &reason);
    if (err != ERR_OK) {
        return tool_refuse("money", err, &reason);
    }
    money.banks = bank_record_make();
    arena_init(&money.arena);
    wire_reader_init(&money.reader, &money.arena);
    while (walk_next(&money.walk)) {
        entry_add(&money);
        walk_progress(&money.walk, "money");
    }
    ids_check(&money);
    int code = money_tell(&money);
    free(money.flows);
    free(money.ids);
    bank_record_free(&money.banks);
    wire_reader_free(&money.reader);
    arena_free(&money.arena);
    walk_close(&money.walk);
    return code;
}

int money_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "money",
        .usage = "--date DAY [options]",
        .options = money_options,
        .option_count = sizeof money_options / sizeof money_options[0],
        .walks = true,
        .run = money_run,
    };
    return tool_main(&tool, argc, argv);
}
