/* What stands in a letter: names of the hall's, days, sums and numbers as words, and what somebody
 * typed as values that stay sealed. Letters are in Chinese, the language of the office. */
#include "notification.h"

#include "letter/capitals.h"

#include <inttypes.h>

enum { WORDS_MAX = 40, VALUES_MAX = 8, WORD_BYTES_MAX = 4000 };

struct writing {
    struct decision *decision;
    const struct event *event;
    const struct contact_row *contact;
    const struct hall_rules *rules;
    const struct catalogue_item *item;
    struct letter_issued *letter;
};

struct text day_words(struct arena *arena, struct date day)
{
    struct civil civil = date_civil(day);
    return arena_print(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

/* -- words ---------------------------------------------------------------------------------- */

static void word_add(struct writing *w, const char *name, struct text value)
{
    struct letter_word_list *words = &w->letter->words;
    if (!text_is_empty(value) && words->count < WORDS_MAX) {
        words->items[words->count++] = (struct letter_word){.name = text_of(name), .value = value};
    }
}

static void day_add(struct writing *w, const char *name, struct date day)
{
    if (day.days != 0) {
        word_add(w, name, day_words(w->decision->arena, day));
    }
}

static void value_add(struct writing *w, const char *name, struct personal value)
{
    struct letter_value_list *values = &w->letter->values;
    if (value.value.size > 0 && values->count < VALUES_MAX) {
        values->items[values->count++] =
            (struct letter_value){.name = text_of(name), .value = value};
    }
}

/* Where a name of a unit stands alone, people want to know of which city. */
static struct text of_city(const struct writing *w, struct text name)
{
    return arena_print(w->decision->arena, "%.*s%.*s",
                       TEXT_PRINT(w->rules->catalogue->head.jurisdiction.names.zh_hans),
                       TEXT_PRINT(name));
}

/* The names of what is missing, one a line. */
static void missing_add(struct writing *w, const struct text_list *codes)
{
    struct text list = {0};
    for (size_t i = 0; i < codes->count; i++) {
        const struct catalogue_material *material =
            catalogue_material(w->rules->catalogue, codes->items[i]);
        struct text name = material == NULL ? codes->items[i] : material->names.zh_hans;
        list = arena_print(w->decision->arena, "%.*s%s%zu. %.*s", TEXT_PRINT(list),
                           i == 0 ? "" : "\n", i + 1, TEXT_PRINT(name));
    }
    word_add(w, "missing", list);
}

/* The promise, or the person's own time, as the step has started it. */
static void due_add(struct writing *w, const struct clock_list *clocks)
{
    const struct clock *told = NULL;
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock *clock = &clocks->items[i];
        bool is_told = clock->kind == CLOCK_KIND_PROMISED || clock->kind == CLOCK_KIND_PERSON;
        if (clock->phase == CLOCK_RUNNING && is_told) {
            told = clock;
        }
    }
    if (told != NULL) {
        day_add(w, "due", told->due_day);
    }
}

static struct text unit_words(enum limit_unit unit)
{
    switch (unit) {
    case LIMIT_WORKDAY:
        return TEXT_LITERAL("个工作日");
    case LIMIT_CALENDAR_DAY:
        return TEXT_LITERAL("日");
    case LIMIT_MONTH:
        return TEXT_LITERAL("个月");
    default:
        return TEXT_LITERAL("小时");
    }
}

/* "可以自收到本决定之日起60日内申请行政复议（行政复议法 20）；..." (L21). */
static void remedies_add(struct writing *w, const struct remedy_list *remedies)
{
    struct arena *arena = w->decision->arena;
    struct text list = {0};
    for (size_t i = 0; i < remedies->count; i++) {
        const struct remedy *remedy = &remedies->items[i];
        list = arena_print(
            arena, "%.*s%s可以自收到本决定之日起%" PRId64 "%.*s内%s（%.*s）", TEXT_PRINT(list),
            i == 0 ? "" : "，也", remedy->value, TEXT_PRINT(unit_words(remedy->unit)),
            remedy->kind == REMEDY_SUIT ? "向人民法院提起行政诉讼" : "向本级人民政府申请行政复议",
            TEXT_PRINT(remedy->basis));
    }
    word_add(w, "remedies", list);
}

/* What became of a request for information, or of a complaint. */
static void reply_add(struct writing *w, const struct action_fields *fields)
{
    const struct catalogue_reply_kind *kind =
        catalogue_reply_kind(w->rules->catalogue, fields->reply_kind);
    if (kind != NULL) {
        word_add(w, "reply", kind->names.zh_hans);
        word_add(w, "reply_article", kind->article);
    }
    value_add(w, "text", fields->text);
    value_add(w, "facts_found", fields->facts_found);
    value_add(w, "responsibility", fields->responsibility);
    value_add(w, "rule", fields->rule);
    value_add(w, "correction", fields->correction);
}

static void moved_add(struct writing *w, const struct case_moved *moved)
{
    const struct action_fields *fields = &moved->fields;
    const struct catalogue_ground *ground =
        catalogue_ground(w->rules->catalogue, w->item->kind, fields->ground);
    missing_add(w, &fields->missing);
    due_add(w, &moved->step.clocks);
    if (ground != NULL) {
        word_add(w, "ground", ground->names.zh_hans);
        word_add(w, "article", ground->article);
    }
    remedies_add(w, &moved->remedies);
    word_add(w, "right_agency", fields->right_agency);
    word_add(w, "document", moved->number);
    day_add(w, "until", fields->until);
    day_add(w, "valid_until", fields->valid_until);
    value_add(w, "reasons", fields->reasons);
    value_add(w, "note", fields->note);
    value_add(w, "conditions", fields->conditions);
    if (w->event->message == &approval_reply_made_message ||
        w->event->message == &approval_complaint_resolved_message) {
        reply_add(w, fields);
    }
}

/* The day on which what was granted expires: as the clock has it that the step started, else as it
 * was decided. */
static struct date expiry_of(const struct clock_list *clocks, struct date decided)
{
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock *clock = &clocks->items[i];
        if (clock->phase == CLOCK_RUNNING && text_equal_string(clock->name, "expiry")) {
            return clock->due_day;
        }
    }
    return decided;
}

/* A licence says what was decided before, where the step that makes it does not say otherwise. */
static void decided_add(struct writing *w, const struct case_moved *moved)
{
    const struct contact_row *contact = w->contact;
    if (w->letter->kind != LETTER_LICENCE) {
        return;
    }
    if (moved->fields.conditions.value.size == 0) {
        value_add(w, "conditions", contact->conditions);
    }
    if (text_is_empty(moved->number)) {
        word_add(w, "document", contact->document);
    }
    if (moved->fields.valid_until.days == 0) {
        day_add(w, "valid_until", expiry_of(&moved->step.clocks, contact->valid_until));
    }
}

/* -- receipts ------------------------------------------------------------------------------- */

/* What was paid for; of one charging unit alone, or of all of them where `unit` is absent. */
static struct letter_line_list lines_of(struct arena *arena, const struct bill_line_list *paid,
                                        struct text unit)
{
    struct letter_line_list lines = {.items =
                                         arena_take_array(arena, paid->count, sizeof *lines.items)};
    for (size_t i = 0; i < paid->count; i++) {
        const struct bill_line *line = &paid->items[i];
        if (!text_is_empty(unit) && !text_equal(line->payee, unit)) {
            continue;
        }
        lines.items[lines.count++] = (struct letter_line){
            .fee = line->fee,
            .quantity = line->quantity,
            .each_fen = line->each_fen,
            .amount_fen = line->amount_fen - line->waived_fen,
            .waived_fen = line->waived_fen,
            .payee = line->payee,
        };
    }
    return lines;
}

/* How it was paid, in words; absent where that was not told. */
static struct text method_words(enum payment_method method)
{
    static const struct {
        const char *name;
        const char *words;
    } methods[] = {{"cash", "现金"}, {"transfer", "转账"}, {"online", "网上支付"}};
    struct text name = wire_enum_name(&payment_method_enum, (int)method);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (text_equal_string(name, methods[i].name)) {
            return text_of(methods[i].words);
        }
    }
    return (struct text){0};
}

static void sum_add(struct writing *w, int64_t fen)
{
    struct arena *arena = w->decision->arena;
    int64_t size = fen < 0 ? -fen : fen;
    word_add(
        w, "amount",
        arena_print(arena, "%s%" PRId64 ".%02" PRId64, fen < 0 ? "-" : "", size / 100, size % 100));
    word_add(w, "amount_words", money_capitals(arena, fen));
}

/* Where no cash is taken nobody writes a receipt by hand: others tell the payment. The hall checks:
 * `checked` says what it held against what. */
static void signers_add(struct writing *w, struct text issuer, const char *checked)
{
    word_add(w, "issuer", text_is_empty(issuer) ? TEXT_LITERAL("非税收入电子票据系统") : issuer);
    word_add(w, "checker", arena_print(w->decision->arena, "非税收入电子票据系统（%s）", checked));
}

static void receipt_add(struct writing *w, const struct fee_receipt_issued *receipt)
{
    struct paid_row paid;
    word_add(w, "receipt", receipt->number);
    sum_add(w, receipt->amount_fen);
    value_add(w, "payer", receipt->payer);
    if (!paid_get(w->decision->state, &receipt->bill_id, &paid)) {
        return;
    }
    w->letter->lines = lines_of(w->decision->arena, &paid.lines, (struct text){0});
    word_add(w, "bill", paid.number);
    word_add(w, "method", method_words(paid.method));
    word_add(w, "reference", paid.reference);
    signers_add(w, paid.issuer, "账单与收款自动核对一致");
}

static int64_t lines_sum_fen(const struct letter_line_list *lines)
{
    int64_t sum_fen = 0;
    for (size_t i = 0; i < lines->count; i++) {
        sum_fen += lines->items[i].amount_fen;
    }
    return sum_fen;
}

/* What is paid back, in red: less than nothing. It has the lines of the unit that pays it back
 * where it is all of them, else the sum alone. Once nothing is left of what was received, the
 * receipt is taken back; until then it stands for the rest. */
static void red_receipt_add(struct writing *w, const struct case_moved *moved)
{
    int64_t fen = moved->fields.amount_fen;
    struct paid_row paid;
    sum_add(w, -fen);
    if (!paid_get(w->decision->state, &moved->bill, &paid)) {
        return;
    }
    struct letter_line_list lines = lines_of(w->decision->arena, &paid.lines, moved->fields.unit);
    if (lines_sum_fen(&lines) == fen) {
        w->letter->lines = lines;
    }
    if (paid.refunded_fen == paid.received_fen) {
        w->letter->ends = paid.receipt;
    }
    word_add(w, "original", paid.receipt);
    word_add(w, "bill", paid.number);
    value_add(w, "payer", paid.payer);
    signers_add(w, w->event->envelope->actor.badge, "退还与批准金额自动核对一致");
}

/* -- the whole ------------------------------------------------------------------------------ */

/* The licence is called what the item says that it results in. */
static void item_add(struct writing *w)
{
    const struct catalogue_item *item = w->item;
    const struct catalogue_head *head = &w->rules->catalogue->head;
    word_add(w, "item", item->names.zh_hans);
    if (item->result_count > 0) {
        word_add(w, "result", item->results[0].names.zh_hans);
    }
    word_add(w, "department", of_city(w, item->department->names.zh_hans));
    word_add(w, "hall",
             arena_print(w->decision->arena, "%.*s政务服务大厅",
                         TEXT_PRINT(head->jurisdiction.names.zh_hans)));
}

static struct text word_find(const void *context, struct text name)
{
    const struct letter_word_list *words = context;
    for (size_t i = 0; i < words->count; i++) {
        if (text_equal(words->items[i].name, name)) {
            return words->items[i].value;
        }
    }
    return (struct text){0};
}

void letter_words_fill(struct decision *decision, const struct event *event,
                       const struct contact_row *contact, const struct hall_rules *rules,
                       const struct letter_template *template, struct letter_issued *letter)
{
    struct arena *arena = decision->arena;
    struct writing w = {
        .decision = decision,
        .event = event,
        .contact = contact,
        .rules = rules,
        .item = catalogue_item(rules->catalogue, contact->item),
        .letter = letter,
    };
    letter->words.items = arena_take_array(arena, WORDS_MAX, sizeof *letter->words.items);
    letter->values.items = arena_take_array(arena, VALUES_MAX, sizeof *letter->values.items);
    word_add(&w, "number", contact->number);
    word_add(&w, "letter", letter->number);
    day_add(&w, "day", letter->day);
    day_add(&w, "received", zone_date(calendar_zone(rules->calendar), contact->received));
    item_add(&w);
    value_add(&w, "name", contact->name);
    if (event->message == &fee_receipt_issued_message) {
        receipt_add(&w, event->data);
    } else if (event->message->fields == case_moved_message.fields) {
        moved_add(&w, event->data);
        decided_add(&w, event->data);
    }
    if (letter->kind == LETTER_RED_RECEIPT) {
        red_receipt_add(&w, event->data);
    }
    letter->title = template_fill(template->title, word_find, &letter->words, arena);
    letter->unit = template_fill(template->signer, word_find, &letter->words, arena);
}
