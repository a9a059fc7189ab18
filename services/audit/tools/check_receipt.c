/* glasshall-audit check-receipt: what a filer keeps, held against the log's key, off line.
 *
 * A receipt is what GET /v1/cases/{id}/proof gives: events of a case, each with the proof that it
 * is in the public log; or one tlog-proof (C2SP) with the bytes of its entry in a file beside it.
 * An event is proved when the checkpoint of its proof bears the signature of the given key and the
 * hashes lead from the event's bytes to its root. Nothing else is believed, and nobody is asked. */
#include "log_keys.h"
#include "tools.h"

#include "base/datetime.h"
#include "base/encoding.h"
#include "base/file.h"
#include "events/audit.h"
#include "wire/json.h"

#include <inttypes.h>

enum { RECEIPT_BYTES_MAX = 16 << 20 };

static const char proof_line[] = "c2sp.org/tlog-proof@v1\n";

static const struct option_spec check_receipt_options[] = {
    {.name = "entry",
     .type = OPTION_PATH,
     .doc = "the bytes of the entry, where FILE is one tlog-proof"},
    {.name = "vkey",
     .type = OPTION_TEXT,
     .doc = "the log's verifier key, or a file of such keys: from where it was published, not from "
            "whoever handed over the receipt"},
    {.name = "json", .type = OPTION_FLAG, .doc = "print what was found as JSON"},
};

/* An entry of the receipt, and what was found about it. */
struct finding {
    const struct entry_proof *entry;
    uint64_t number;              /* in the record; 0 when the proof cannot be read */
    struct event_envelope event;  /* its type is empty when it is none */
    struct checkpoint checkpoint; /* that a key signed; its origin is empty when none did */
    struct text signers;          /* names and ids, separated by blanks */
    struct reason wrong;          /* empty: it is proved */
};

struct receipt {
    struct log_keys keys;
    struct arena arena;
    struct wire_reader reader;
    struct case_proofs proofs;
    bool has_numbers; /* the receipt names each entry's number itself */
    struct finding *findings;
    size_t wrong_count;
};

/* -- reading -------------------------------------------------------------------------------- */

static enum err proof_read(struct receipt *receipt, const char *entry_path, struct bytes bytes,
                           struct reason *reason)
{
    struct entry_proof *only = arena_take(&receipt->arena, sizeof *only);
    if (entry_path == NULL) {
        return reason_set(reason, ERR_INVALID,
                          "a tlog-proof proves an entry: name the file of its bytes by --entry");
    }
    only->proof = bytes_text(bytes);
    receipt->proofs.proofs.items = only;
    receipt->proofs.proofs.count = 1;
    return file_read(entry_path, RECORD_BYTES_MAX, &receipt->arena, &only->record, reason);
}

static enum err json_read(struct receipt *receipt, struct bytes bytes, struct reason *reason)
{
    struct wire_errors errors;
    json_t *json = NULL;
    wire_errors_init(&errors, &receipt->arena);
    enum err err = wire_parse_json(bytes_text(bytes), &json, &errors);
    if (err == ERR_OK) {
        err =
            wire_from_json(&case_proofs_message, json, &receipt->arena, &receipt->proofs, &errors);
        json_decref(json);
    }
    if (err != ERR_OK) {
        const struct wire_error *first = &errors.items[0];
        return reason_set(reason, err, "it is no receipt: %.*s %.*s", TEXT_PRINT(first->pointer),
                          TEXT_PRINT(first->detail));
    }
    receipt->has_numbers = true;
    return receipt->proofs.proofs.count > 0
               ? ERR_OK
               : reason_set(reason, ERR_INVALID, "the receipt has no events");
}

static enum err receipt_read(struct receipt *receipt, const struct options *options,
                             struct reason *reason)
{
    struct bytes bytes;
    const char *path = options->words[0];
    enum err err = file_read(path, RECEIPT_BYTES_MAX, &receipt->arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    err = text_starts_with(bytes_text(bytes), proof_line)
              ? proof_read(receipt, options_text(options, "entry"), bytes, reason)
              : json_read(receipt, bytes, reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s", path);
    }
    return err;
}

static enum err receipt_open(struct receipt *receipt, const struct options *options,
                             struct reason *reason)
{
    const char *keys = options_text(options, "vkey");
    if (keys == NULL) {
        return reason_set(reason, ERR_INVALID,
                          "--vkey is missing: without the log's verifier key nothing is proved");
    }
    enum err err = log_keys_given(keys, &receipt->arena, &receipt->keys, reason);
    if (err == ERR_OK) {
        err = receipt_read(receipt, options, reason);
    }
    receipt->findings =
        arena_take_array(&receipt->arena, receipt->proofs.proofs.count, sizeof(struct finding));
    return err;
}

/* -- checking ------------------------------------------------------------------------------- */

/* Names all keys that signed the checkpoint. */
static struct text signers_of(struct receipt *receipt, struct text signed_note)
{
    struct text told = {.data = "", .size = 0};
    struct note *note = arena_take(&receipt->arena, sizeof *note);
    if (!note_read(signed_note, &receipt->arena, note)) {
        return told;
    }
    for (size_t i = 0; i < receipt->keys.count; i++) {
        const struct note_verifier *key = &receipt->keys.items[i];
        struct text id = hex_text(&receipt->arena, bytes_of(key->id, sizeof key->id));
        if (note_verify(note, key, NULL) == NOTE_SIGNED) {
            told = arena_print(&receipt->arena, "%.*s%s%s+%.*s", TEXT_PRINT(told),
                               told.size > 0 ? " " : "", key->name, TEXT_PRINT(id));
        }
    }
    return told;
}

/* Holds an entry against its proof, by the first key that signed the checkpoint. */
static enum err proof_check(struct receipt *receipt, struct finding *finding,
                            const struct proof_file *file)
{
    struct arena *arena = &receipt->arena;
    enum err err = ERR_DENIED;
    for (size_t i = 0; err != ERR_OK && i < receipt->keys.count; i++) {
        struct checkpoint checkpoint;
        err = checkpoint_open(file->checkpoint, &receipt->keys.items[i], arena, &checkpoint,
                              &finding->wrong);
        if (err == ERR_OK) {
            finding->checkpoint = checkpoint;
            return proof_file_check(file, finding->entry->record, &receipt->keys.items[i], arena,
                                    &checkpoint, &finding->wrong);
        }
    }
    return err;
}

static void event_read(struct receipt *receipt, struct finding *finding)
{
    struct event_envelope *event = &finding->event;
    struct bytes record = finding->entry->record;
    if (record_kind_of(record) != RECORD_EVENT ||
        record_read_event(&receipt->reader, record, event) != ERR_OK) {
        *event = (struct event_envelope){.type = {0}};
    }
}

static void entry_check(struct receipt *receipt, struct finding *finding)
{
    struct proof_file file;
    event_read(receipt, finding);
    enum err err = proof_file_read(finding->entry->proof, &receipt->arena, &file, &finding->wrong);
    if (err != ERR_OK) {
        return;
    }
    finding->number = file.index + 1;
    err = proof_check(receipt, finding, &file);
    if (err != ERR_OK) {
        return;
    }
    finding->wrong.text[0] = '\0'; /* of a key that did not sign */
    finding->signers = signers_of(receipt, file.checkpoint);
    if (receipt->has_numbers && (uint64_t)finding->entry->index != finding->number) {
        (void)reason_set(&finding->wrong, ERR_INVALID,
                         "the receipt gives another number than the proof: %" PRId64,
                         finding->entry->index);
    } else if (text_is_empty(finding->event.type)) {
        (void)reason_set(&finding->wrong, ERR_INVALID, "the entry is in the log, but no event");
    }
}

/* -- telling -------------------------------------------------------------------------------- */

static void finding_print(const struct finding *finding)
{
    const struct event_envelope *event = &finding->event;
    bool is_wrong = finding->wrong.text[0] != '\0';
    printf("%s  entry %" PRIu64, is_wrong ? "WRONG " : "proved", finding->number);
    if (!text_is_empty(event->type)) {
        char time[TIME_TEXT_BYTES + 1];
        time_format(event->time, time);
        printf("  %.*s  %s", TEXT_PRINT(event->type), time);
    }
    if (!uuid_is_none(&event->case_id.uuid)) {
        char id[UUID_TEXT_BYTES + 1];
        uuid_format(&event->case_id.uuid, id);
        printf("  case %s", id);
    }
    if (is_wrong) {
        printf("\n        %s\n", finding->wrong.text);
    } else {
        printf("\n        in %.*s at %" PRIu64 " entries, signed by %.*s\n",
               TEXT_PRINT(finding->checkpoint.origin), finding->checkpoint.head.size,
               TEXT_PRINT(finding->signers));
    }
}

static void receipt_print(const struct receipt *receipt)
{
    size_t count = receipt->proofs.proofs.count;
    for (size_t i = 0; i < count; i++) {
        finding_print(&receipt->findings[i]);
    }
    if (receipt->proofs.more || receipt->proofs.waiting > 0) {
        printf("the receipt does not hold all events of the case\n");
    }
    if (receipt->wrong_count == 0) {
        printf("PROVED: all %zu events are in the log\n", count);
    } else {
        printf("NOT PROVED: %zu of %zu events\n", receipt->wrong_count, count);
    }
}

static json_t *finding_json(const struct finding *finding)
{
    const struct event_envelope *event = &finding->event;
    bool is_event = !text_is_empty(event->type);
    bool is_wrong = finding->wrong.text[0] != '\0';
    json_t *case_id =
        uuid_is_none(&event->case_id.uuid) ? json_null() : wire_json_id(&event->case_id.uuid);
    return json_pack("{s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:s?}", "proved", !is_wrong,
                     "number", (json_int_t)finding->number, "type", wire_json_text(event->type),
                     "time", is_event ? wire_json_time(event->time) : json_null(), "source",
                     wire_json_text(event->source), "case", case_id, "origin",
                     wire_json_text(finding->checkpoint.origin), "size",
                     (json_int_t)finding->checkpoint.head.size, "signers",
                     wire_json_text(finding->signers), "wrong",
                     is_wrong ? finding->wrong.text : NULL);
}

static void receipt_tell_json(const struct receipt *receipt)
{
    json_t *events = json_array();
    for (size_t i = 0; i < receipt->proofs.proofs.count; i++) {
        (void)json_array_append_new(events, finding_json(&receipt->findings[i]));
    }
    bool is_whole = !receipt->proofs.more && receipt->proofs.waiting == 0;
    tool_print_json(json_pack("{s:b, s:b, s:o}", "proved", receipt->wrong_count == 0, "whole",
                              is_whole, "events", events));
}

static void receipt_check(struct receipt *receipt, bool as_json)
{
    for (size_t i = 0; i < receipt->proofs.proofs.count; i++) {
        struct finding *finding = &receipt->findings[i];
        finding->entry = &receipt->proofs.proofs.items[i];
        entry_check(receipt, finding);
        receipt->wrong_count += finding->wrong.text[0] != '\0' ? 1 : 0;
    }
    if (as_json) {
        receipt_tell_json(receipt);
    } else {
        receipt_print(receipt);
    }
}

static int check_receipt_run(const struct options *options)
{
    struct receipt receipt = {.wrong_count = 0};
    struct reason reason = {""};
    arena_init(&receipt.arena);
    wire_reader_init(&receipt.reader, &receipt.arena);
    enum err err = receipt_open(&receipt, options, &reason);
    int code = TOOL_FAILED;
    if (err != ERR_OK) {
        code = tool_refuse("check-receipt", err, &reason);
    } else {
        receipt_check(&receipt, options_flag(options, "json"));
        code = receipt.wrong_count == 0 ? TOOL_OK : TOOL_FOUND;
    }
    wire_reader_free(&receipt.reader);
    arena_free(&receipt.arena);
    return code;
}

int check_receipt_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "check-receipt",
        .usage = "FILE [options]",
        .options = check_receipt_options,
        .option_count = sizeof check_receipt_options / sizeof check_receipt_options[0],
        .word_count = 1,
        .run = check_receipt_run,
    };
    return tool_main(&tool, argc, argv);
}
