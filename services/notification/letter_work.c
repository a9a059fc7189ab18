/* Making a letter: the personal values from the vault, the words from the catalogue, a page of PDF,
 * sealed under a key of its own that only the vault opens. At least once: made again, it is the
 * same file under another key, and the report says which one counts. */
#include "letter_making.h"

#include "base/encoding.h"
#include "crypto/blob.h"

/* What came of an attempt. */
struct attempt {
    const char *why; /* NULL: it was made */
    bool hopeless;
};

/* -- looking -------------------------------------------------------------------------------- */

/* Reads what the letter is made from. */
static struct attempt making_look(struct making *m, const struct letter_id *id)
{
    struct worker *worker = m->worker;
    struct contact_row contact;
    if (!worker_look(worker)) {
        return (struct attempt){.why = "the store cannot be read"};
    }
    const struct notification *notification = worker->memory;
    bool is_known = letter_get(worker->state, id, &m->row) &&
                    contact_get(worker->state, &m->row.case_id, &contact);
    const struct hall_rules *rules =
        is_known ? rules_of(notification->shelf, worker->state, m->row.letter.catalogue_version)
                 : NULL;
    worker_done(worker);
    m->template = rules == NULL ? NULL : letter_named(&rules->letters, m->row.letter.template_name);
    if (m->template == NULL) {
        return (struct attempt){.why = "the letter has no words any more", .hopeless = true};
    }
    m->catalogue = rules->catalogue;
    m->item = catalogue_item(rules->catalogue, contact.item);
    m->public_key = contact.public_key;
    return m->public_key.size == SEAL_PUBLIC_KEY_BYTES
               ? (struct attempt){0}
               : (struct attempt){.why = "nobody has told the key to seal it with"};
}

/* Who was erased gets no letter: there is nobody to address it to. */
static struct attempt values_open(struct making *m)
{
    const struct letter_value_list *values = &m->row.letter.values;
    struct sealed_value_list sealed = {
        .items = arena_take_array(m->worker->arena, values->count, sizeof *sealed.items)};
    for (size_t i = 0; i < values->count; i++) {
        sealed.items[sealed.count++].value = values->items[i].value.value;
    }
    if (sealed.count > 0 &&
        vault_ask(m->worker, &m->row.case_id, "to write a letter", sealed, &m->opened) != ERR_OK) {
        return (struct attempt){.why = "the vault did not answer"};
    }
    for (size_t i = 0; i < m->opened.values.count; i++) {
        if (m->opened.values.items[i].text.size == 0) {
            return (struct attempt){.why = "the person it is to was erased", .hopeless = true};
        }
    }
    return (struct attempt){0};
}

/* -- keeping -------------------------------------------------------------------------------- */

/* Seals the file and puts it into the folder, durably. */
static enum err letter_keep(const struct making *m, struct bytes pdf,
                            const uint8_t key[SEAL_KEY_BYTES], struct random_source *random,
                            struct blob_facts *ret_facts)
{
    const struct notification *notification = m->worker->memory;
    struct blob_writer *writer = NULL;
    enum err err = blob_begin(notification->letters, key, random, &writer);
    if (err == ERR_OK) {
        err = blob_write(writer, pdf);
    }
    if (err != ERR_OK) {
        blob_drop(&writer);
        return err;
    }
    return blob_finish(&writer, ret_facts);
}

static struct personal hex_sealed(const struct making *m, const uint8_t *bytes, size_t size,
                                  struct random_source *random)
{
    struct text digits = hex_text(m->worker->arena, bytes_of(bytes, size));
    return seal_to_public_key(m->public_key.data, (uint64_t)m->row.letter.subject,
                              text_bytes(digits), random, m->worker->arena);
}

/* Renders, keeps, and fills in what is reported of it. */
static struct attempt letter_make(const struct making *m, struct report_letter *report)
{
    const struct notification *notification = m->worker->memory;
    struct random_source *random = arena_take(m->worker->arena, sizeof *random);
    struct letter letter = letter_compose(m);
    struct reason reason = {""};
    struct blob_facts facts;
    struct bytes pdf;
    uint8_t key[SEAL_KEY_BYTES];
    if (letter_render(notification->fonts, &letter, m->worker->arena, &pdf, &reason) != ERR_OK) {
        return (struct attempt){.why = arena_print(m->worker->arena, "%.150s", reason.text).data};
    }
    random_init(random);
    random_fill(random, key, sizeof key);
    if (letter_keep(m, pdf, key, random, &facts) != ERR_OK) {
        return (struct attempt){.why = "the letter could not be kept"};
    }
    report->made = true;
    report->sealed = facts.sealed;
    report->size = (int64_t)facts.size;
    report->sha256 = hex_sealed(m, facts.plain.bytes, HASH_BYTES, random);
    report->key = hex_sealed(m, key, sizeof key, random);
    return (struct attempt){0};
}

void perform_make_letter(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct letter_order *asked = payload;
    const struct notification *notification = worker->memory;
    struct making making = {.worker = worker};
    struct report_letter report = {
        .letter_id = asked->letter_id,
        .attempts = order->attempts,
        .order_due = order->due_ms,
    };
    struct attempt attempt = {.why = "no font is configured"};
    if (notification->fonts != NULL) {
        attempt = making_look(&making, &asked->letter_id);
    }
    if (attempt.why == NULL) {
        attempt = values_open(&making);
    }
    if (attempt.why == NULL) {
        attempt = letter_make(&making, &report);
    }
    report.why = text_of(attempt.why);
    report.hopeless = attempt.hopeless;
    worker_report(worker, &report_letter_message, &report);
}
