#include "money_banks.h"

#include "base/check.h"
#include "events/moves.h"

#include <stdlib.h>

/* A movement that was told of (`bank_day` absent), or that a statement shows, in the order told. */
struct sight {
    struct bank_move move;
    struct date bank_day;
    size_t place;
};

struct file {
    struct statement_id id;
    struct statement_part_list parts;
    bool is_booked;
};

struct order {
    struct settlement_id id;
    struct text bank;
    struct text end_to_end;
    int64_t amount_fen;
    struct date ordered_on;
    struct date resolved_on;
};

struct received {
    struct payment_id id;
    struct text reference;
};

/* A row of items that grows; they live in memory of their own. */
struct row {
    void *items;
    size_t count;
    size_t room;
};

struct bank_record {
    struct arena arena; /* of the texts */
    struct row sights;
    struct row files;
    struct row orders;
    struct row received;
};

struct bank_record *bank_record_make(void)
{
    struct bank_record *record = calloc(1, sizeof *record);
    CHECK(record != NULL);
    arena_init(&record->arena);
    return record;
}

void bank_record_free(struct bank_record **record)
{
    if (*record == NULL) {
        return;
    }
    arena_free(&(*record)->arena);
    free((*record)->sights.items);
    free((*record)->files.items);
    free((*record)->orders.items);
    free((*record)->received.items);
    free(*record);
    *record = NULL;
}

/* A place for one more item of `size` bytes. */
static void *row_add(struct row *row, size_t size)
{
    if (row->count == row->room) {
        row->room = row->room == 0 ? 64 : row->room * 2;
        row->items = reallocarray(row->items, row->room, size);
        CHECK(row->items != NULL);
    }
    return (char *)row->items + size * row->count++;
}

/* -- statements ----------------------------------------------------------------------------- */

static struct file *file_find(struct bank_record *record, const struct statement_id *id)
{
    struct file *files = record->files.items;
    for (size_t i = 0; i < record->files.count; i++) {
        if (uuid_equal(&files[i].id.uuid, &id->uuid)) {
            return &files[i];
        }
    }
    return NULL;
}

static void file_accept(struct bank_record *record, const struct fee_statement_accepted *accepted)
{
    struct file *file = file_find(record, &accepted->statement_id);
    if (file == NULL) {
        file = row_add(&record->files, sizeof *file);
    }
    *file = (struct file){.id = accepted->statement_id};
    file->parts.items =
        arena_take_array(&record->arena, accepted->parts.count, sizeof *file->parts.items);
    for (size_t i = 0; i < accepted->parts.count; i++) {
        struct statement_part *part = &file->parts.items[file->parts.count++];
        *part = accepted->parts.items[i];
        part->bank = arena_copy_text(&record->arena, part->bank);
        part->account = (struct text){0};
        part->currency = (struct text){0};
    }
}

static void sight_add(struct bank_record *record, const struct bank_move *move,
                      struct date bank_day)
{
    if (text_is_empty(move->bank) || text_is_empty(move->reference)) {
        return;
    }
    size_t place = record->sights.count;
    struct sight *sight = row_add(&record->sights, sizeof *sight);
    *sight = (struct sight){.move = *move, .bank_day = bank_day, .place = place};
    sight->move.bank = arena_copy_text(&record->arena, move->bank);
    sight->move.reference = arena_copy_text(&record->arena, move->reference);
}

/* A statement shows a movement under the bank's reference, or under the hall's order. */
static void entries_take(struct bank_record *record, const struct fee_statement_entries_read *read)
{
    const struct file *file = file_find(record, &read->statement_id);
    for (size_t i = 0; file != NULL && i < read->entries.count; i++) {
        const struct bank_entry *entry = &read->entries.items[i];
        bool shows = entry->outcome != ENTRY_ANNOUNCED && entry->outcome != ENTRY_DIFFERING;
        if (!shows || entry->part < 0 || (size_t)entry->part >= file->parts.count) {
            continue;
        }
        struct text bank = file->parts.items[entry->part].bank;
        sight_add(record, &(struct bank_move){.bank = bank, .reference = entry->reference},
                  entry->day);
        sight_add(record, &(struct bank_move){.bank = bank, .reference = entry->order}, entry->day);
    }
}

/* -- orders --------------------------------------------------------------------------------- */

static void orders_take(struct bank_record *record, const struct fee_settlement_ordered *ordered)
{
    for (size_t i = 0; i < ordered->orders.count; i++) {
        const struct settlement_order *order = &ordered->orders.items[i];
        *(struct order *)row_add(&record->orders, sizeof(struct order)) = (struct order){
            .id = ordered->settlement_id,
            .bank = arena_copy_text(&record->arena, ordered->bank),
            .end_to_end = arena_copy_text(&record->arena, order->end_to_end),
            .amount_fen = order->amount_fen,
            .ordered_on = ordered->day,
        };
    }
}

/* Resolves an order in the books of `day` (absent: it was resolved before); NULL when the record
 * tells of none. */
static struct order *order_resolve(struct bank_record *record, const struct settlement_id *id,
                                   struct text end_to_end, const struct transfer_list *transfers)
{
    struct order *orders = record->orders.items;
    for (size_t i = record->orders.count; i > 0; i--) {
        struct order *order = &orders[i - 1];
        if (uuid_equal(&order->id.uuid, &id->uuid) && text_equal(order->end_to_end, end_to_end)) {
            if (transfers->count > 0) {
                order->resolved_on = transfers->items[0].day;
            }
            return order;
        }
    }
    return NULL;
}

/* What the bank showed of an order is known by the settlement too. */
static void made_take(struct bank_record *record, const struct fee_settlement_made *made)
{
    const struct order *order =
        order_resolve(record, &made->settlement_id, made->end_to_end, &made->transfers);
    if (order != NULL && made->bank_day.days != 0) {
        sight_add(record, &(struct bank_move){.bank = order->bank, .reference = order->end_to_end},
                  made->bank_day);
    }
}

/* -- movements ------------------------------------------------------------------------------ */

static void payment_take(struct bank_record *record, const struct fee_payment_recorded *recorded)
{
    if (!text_is_empty(recorded->reference)) {
        *(struct received *)row_add(&record->received, sizeof(struct received)) = (struct received){
            recorded->payment_id, arena_copy_text(&record->arena, recorded->reference)};
    }
}

/* The reference by which the payment came that the event sends back; absent when it sends none. */
static struct text came_by(const struct bank_record *record, const struct wire_message *message,
                           const void *data)
{
    const struct received *received = record->received.items;
    if (message != &fee_payment_returned_message) {
        return (struct text){0};
    }
    const struct case_moved *moved = data;
    for (size_t i = record->received.count; i > 0; i--) {
        if (uuid_equal(&received[i - 1].id.uuid, &moved->fields.payment.uuid)) {
            return received[i - 1].reference;
        }
    }
    return (struct text){0};
}

static void moves_take(struct bank_record *record, const struct wire_message *message,
                       const void *data)
{
    size_t index = 0;
    size_t count = 0;
    const struct wire_field *field = wire_field_find(message, TEXT_LITERAL("transfers"), 0, &index);
    if (field == NULL || field->record != &transfer_message) {
        return;
    }
    const struct transfer *transfers = wire_list_items(field, data, &count);
    struct bank_telling telling = {message, data, came_by(record, message, data)};
    for (size_t i = 0; i < count; i++) {
        struct bank_move move;
        if (bank_move_of(&telling, &transfers[i], &record->arena, &move)) {
            sight_add(record, &move, (struct date){0});
        }
    }
}

void bank_record_take(struct bank_record *record, const struct wire_message *message,
                      const void *data)
{
    moves_take(record, message, data);
    if (message == &fee_payment_recorded_message) {
        payment_take(record, data);
    } else if (message == &fee_statement_accepted_message) {
        file_accept(record, data);
    } else if (message == &fee_statement_entries_read_message) {
        entries_take(record, data);
    } else if (message == &fee_statement_booked_message) {
        const struct fee_statement_booked *booked = data;
        struct file *file = file_find(record, &booked->statement_id);
        if (file != NULL) {
            file->is_booked = true;
        }
    } else if (message == &fee_settlement_ordered_message) {
        orders_take(record, data);
    } else if (message == &fee_settlement_made_message) {
        made_take(record, data);
    } else if (message == &fee_settlement_rejected_message) {
        const struct fee_settlement_rejected *rejected = data;
        (void)order_resolve(record, &rejected->settlement_id, rejected->end_to_end,
                            &rejected->transfers);
    }
}

/* -- proving -------------------------------------------------------------------------------- */

/* All that was told of one movement, in the order told. */
static int sight_compare(const void *left, const void *right)
{
    const struct sight *a = left;
    const struct sight *b = right;
    int order = text_compare(a->move.bank, b->move.bank);
    order = order != 0 ? order : text_compare(a->move.reference, b->move.reference);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/* Movements by the day of the books. */
static int movement_compare(const void *left, const void *right)
{
    const struct sight *a = left;
    const struct sight *b = right;
    int order = text_compare(a->move.bank, b->move.bank);
    order = order != 0
                ? order
                : (a->move.day.days > b->move.day.days) - (a->move.day.days < b->move.day.days);
    return order != 0 ? order : text_compare(a->move.reference, b->move.reference);
}

/* Puts together what was told of each movement: parts of it add up; what a statement shows before
 * anything was told of it is another's. Returns how many there are. */
static size_t sights_join(struct sight *sights, size_t count)
{
    size_t joined = 0;
    for (size_t i = 0; i < count; i++) {
        const struct sight *next = &sights[i];
        struct sight *last = joined == 0 ? NULL : &sights[joined - 1];
        bool is_same = last != NULL && text_equal(last->move.bank, next->move.bank) &&
                       text_equal(last->move.reference, next->move.reference);
        bool is_shown = next->bank_day.days != 0;
        if (is_same && is_shown) {
            last->bank_day = next->bank_day;
        } else if (is_same) {
            last->move.amount_fen += next->move.amount_fen;
        } else if (!is_shown) {
            sights[joined++] = *next;
        }
    }
    return joined;
}

static void movements_prove(struct bank_record *record, struct proof *proof)
{
    struct sight *sights = record->sights.items;
    if (record->sights.count == 0) {
        return;
    }
    qsort(sights, record->sights.count, sizeof *sights, sight_compare);
    size_t count = sights_join(sights, record->sights.count);
    qsort(sights, count, sizeof *sights, movement_compare);
    for (size_t i = 0; i < count; i++) {
        const struct bank_move *move = &sights[i].move;
        struct proof_item item = {
            .reference = move->reference,
            .code = move->code,
            .amount_fen = move->amount_fen,
            .day = move->day,
            .bank_day = sights[i].bank_day,
        };
        proof_movement(proof, move->bank, &item);
    }
    record->sights.count = count;
}

void bank_record_prove(struct bank_record *record, struct proof *proof)
{
    const struct file *files = record->files.items;
    const struct order *orders = record->orders.items;
    for (size_t i = 0; i < record->files.count; i++) {
        for (size_t k = 0; files[i].is_booked && k < files[i].parts.count; k++) {
            proof_statement(proof, &files[i].parts.items[k]);
        }
    }
    movements_prove(record, proof);
    for (size_t i = 0; i < record->orders.count; i++) {
        struct proof_item item = {
            .reference = orders[i].end_to_end,
            .code = TRANSFER_SETTLEMENT,
            .amount_fen = -orders[i].amount_fen,
            .day = orders[i].ordered_on,
        };
        proof_order(proof, orders[i].bank, &item, orders[i].resolved_on);
    }
}
