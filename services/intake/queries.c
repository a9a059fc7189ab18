/* Questions: the catalogue, a case as filed, a file, a case by number and code. */
#include "intake.h"

#include "base/encoding.h"
#include "matter/calendars.h"

#include <string.h>

enum { MATERIALS_MAX = 80, CODE_DIGITS = 12 };

enum verdict query_catalogue_part(struct reading *reading, const void *question)
{
    const struct ask_catalogue_part *asked = question;
    const struct intake *intake = reading->state->memory;
    struct catalogue_part_registered part;
    struct catalogue_part_told *told = arena_take(reading->arena, sizeof *told);
    told->parts = rules_part_count(intake->shelf, reading->state, asked->version);
    if (!rules_part(intake->shelf, reading->state, asked->version, asked->index, &part)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such part");
    }
    told->file = part.file;
    told->name = part.name;
    told->text = part.text;
    return reading_answer(reading, &catalogue_part_told_message, told);
}

/* -- a case as filed ------------------------------------------------------------------------------
 */

/* What the events that brought something for a case say, gathered. */
struct gathered {
    struct case_submitted submitted;
    struct material_filed materials[MATERIALS_MAX];
    size_t material_count;
};

static void materials_add(struct gathered *gathered, const struct material_filed_list *list)
{
    for (size_t i = 0; i < list->count && gathered->material_count < MATERIALS_MAX; i++) {
        gathered->materials[gathered->material_count++] = list->items[i];
    }
}

/* Reads one of the events from the log. */
static bool event_gather(struct state *state, uint64_t seq, struct gathered *gathered)
{
    struct log_record record;
    struct event_envelope envelope;
    struct case_moved moved;
    if (!log_read(state->txn, TABLE_LOG, seq, &record)) {
        return false;
    }
    struct bytes kept = arena_copy_bytes(state->arena, record.bytes);
    if (record_read_event(&state->reader, kept, &envelope) != ERR_OK) {
        return false;
    }
    if (text_equal_string(envelope.type, case_submitted_message.name)) {
        bool read = wire_unpack_any(&state->reader, WIRE_SKIP_UNKNOWN, &envelope.data,
                                    &case_submitted_message, &gathered->submitted, NULL) == ERR_OK;
        if (read) {
            materials_add(gathered, &gathered->submitted.materials);
        }
        return read;
    }
    bool read = wire_unpack_any(&state->reader, WIRE_SKIP_UNKNOWN, &envelope.data,
                                &case_moved_message, &moved, NULL) == ERR_OK;
    if (read) {
        materials_add(gathered, &moved.materials);
        gathered->submitted.form =
            form_with(&gathered->submitted.form, &moved.fields.form, state->arena);
    }
    return read;
}

static bool filed_gather(struct state *state, const struct case_id *id, struct gathered *gathered)
{
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&id->uuid);
    bool good = true;
    gathered->material_count = 0;
    store_cursor_open(&cursor, state->txn, TABLE_FILED);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    bool any = false;
    while (good && more && key_has_prefix(cursor.key, &prefix)) {
        good =
            cursor.value.size == 8 && event_gather(state, read_be64(cursor.value.data), gathered);
        any = true;
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    if (!good) {
        store_fail(state->txn, ERR_CORRUPT);
    }
    return good && any;
}

static void shared_add(struct state *state, const struct case_id *id,
                       struct material_shown_list *materials)
{
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&id->uuid);
    store_cursor_open(&cursor, state->txn, TABLE_SHARED);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix) && materials->count < MATERIALS_MAX) {
        struct shared_row row;
        struct text code =
            bytes_text(bytes_of(cursor.key.data + prefix.size, cursor.key.size - prefix.size - 1));
        if (!state_row(state, cursor.value, &shared_row_message, &row)) {
            break;
        }
        materials->items[materials->count] = (struct material_shown){
            .index = (int64_t)materials->count,
            .code = arena_copy_text(state->arena, code),
            .source = row.source,
            .status = row.status,
        };
        materials->count++;
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

static struct material_shown_list materials_shown(struct reading *reading, const struct case_id *id,
                                                  const struct gathered *gathered)
{
    struct material_shown_list list = {
        .items = arena_take_array(reading->arena, MATERIALS_MAX, sizeof *list.items)};
    for (; list.count < gathered->material_count; list.count++) {
        const struct material_filed *filed = &gathered->materials[list.count];
        list.items[list.count] = (struct material_shown){
            .index = (int64_t)list.count,
            .code = filed->code,
            .size = filed->size,
            .media_type = filed->media_type,
            .filename = filed->filename,
            .sha256 = filed->sha256,
            .status = TEXT_LITERAL("filed"),
        };
    }
    shared_add(reading->state, id, &list);
    return list;
}

/* Leaves of a case what somebody may see from whom the procedure conceals who filed it: the kind of
 * applicant, and of the form what the procedure shows. A file may show the person, so none is
 * listed; the number of another case leads to one. */
static void filer_conceal(const struct procedure *procedure, struct case_filed_part *part)
{
    struct form shown = {.items = part->form.items};
    for (size_t i = 0; i < part->form.count; i++) {
        if (text_span_contains(&procedure->shows, part->form.items[i].name)) {
            shown.items[shown.count++] = part->form.items[i];
        }
    }
    part->form = shown;
    part->materials.count = 0;
    part->missing.count = 0;
    part->applicant = (struct applicant){
        .kind = part->applicant.kind,
        .name = part->applicant.name, /* sealed: the vault does not open it for this caller */
        .represented = part->applicant.represented,
    };
}

/* Loads a case for a caller; VERDICT_PROBLEM when he may not see it. */
static enum verdict case_look(struct reading *reading, const struct case_id *id,
                              struct matter *ret_matter)
{
    if (!matter_load(&intake_flow, reading->state, id, ret_matter)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    enum standing standing = matter_standing(ret_matter, reading->principal);
    if (standing == STANDING_UNCONCERNED) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "this case is not of your department");
    }
    return standing == STANDING_NONE
               ? reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case")
               : VERDICT_OK;
}

enum verdict query_case(struct reading *reading, const void *question)
{
    const struct ask_case *asked = question;
    struct matter matter;
    struct gathered *gathered = arena_take(reading->arena, sizeof *gathered);
    enum verdict verdict = case_look(reading, &asked->case_id, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    bool of_hall = matter.procedure->of_hall; /* begun by an officer: nobody filed anything */
    if (!of_hall && !filed_gather(reading->state, &asked->case_id, gathered)) {
        return reading_refuse(reading, PROBLEM_INTERNAL, "the case cannot be read");
    }
    bool has_it = text_equal_string(matter.row.owner, "intake");
    struct case_filed_part *part = arena_take(reading->arena, sizeof *part);
    *part = (struct case_filed_part){
        .case_id = asked->case_id,
        .number = matter.row.number,
        .item = matter.row.item,
        .catalogue_version = matter.row.catalogue_version,
        .owner = matter.row.owner,
        .state = matter.row.state,
        .version = matter.row.version,
        .subject = matter.row.subject,
        .received = matter.row.received,
        .channel = gathered->submitted.channel,
        .applicant = gathered->submitted.applicant,
        .form = gathered->submitted.form,
        .materials = materials_shown(reading, &asked->case_id, gathered),
        .missing = matter.row.missing,
        .ground = matter.row.ground,
        .remedies = matter_remedies(&matter, matter.row.ground, (struct text){0}, reading->arena),
        .of_hall = of_hall,
        .ownership = ownership_of(reading->state, &matter),
        .calendar = calendar_version(matter.clocks.calendar),
    };
    if (has_it) {
        part->clocks = matter_clocks(&matter.row, reading->arena);
        struct onlooker onlooker = {
            .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
        part->actions = matter_actions(&intake_flow, &matter, &onlooker, reading->arena);
    }
    (void)erasure_of(reading->state, matter.row.subject, &part->erasure);
    if (matter_standing(&matter, reading->principal) == STANDING_PARTY) {
        filer_conceal(matter.procedure, part);
    }
    return reading_answer(reading, &case_filed_part_message, part);
}

/* -- files ---------------------------------------------------------------------------------- */

/* Who may read the files of a case: who filed it and who handles it. PROBLEM_NONE, or why not. */
static enum problem_type files_problem(enum standing standing)
{
    switch (standing) {
    case STANDING_FILER:
    case STANDING_CONCERNED:
        return PROBLEM_NONE;
    case STANDING_PARTY:
    case STANDING_UNCONCERNED:
        return PROBLEM_FORBIDDEN;
    case STANDING_NONE:
        return PROBLEM_NOT_FOUND;
    }
    return PROBLEM_NOT_FOUND;
}

enum verdict decide_read_material(struct decision *decision, const void *command)
{
    const struct read_material *asked = command;
    struct matter matter;
    struct gathered *gathered = arena_take(decision->arena, sizeof *gathered);
    enum problem_type problem = matter_load(&intake_flow, decision->state, &asked->case_id, &matter)
                                    ? files_problem(matter_standing(&matter, decision->principal))
                                    : PROBLEM_NOT_FOUND;
    if (problem == PROBLEM_FORBIDDEN) {
        return refuse(decision, problem, "the files of this case are not yours to read");
    }
    if (problem != PROBLEM_NONE || !filed_gather(decision->state, &asked->case_id, gathered) ||
        (size_t)asked->index >= gathered->material_count) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such file");
    }
    struct material_read read = {.index = asked->index,
                                 .code = gathered->materials[asked->index].code};
    emit(decision, &asked->case_id, &material_read_message, &read);
    return VERDICT_OK;
}

/* The key of a blob, unsealed; false when its subject was erased. */
static bool blob_key(const struct intake *intake, const struct material_filed *filed,
                     struct arena *arena, uint8_t key[SEAL_KEY_BYTES])
{
    struct bytes digits;
    return intake->vault != NULL && vault_unseal(intake->vault, filed->key.value, arena, &digits) &&
           hex_decode(bytes_text(digits), key, SEAL_KEY_BYTES);
}

enum verdict query_material(struct reading *reading, const void *question)
{
    const struct ask_material *asked = question;
    const struct intake *intake = reading->state->memory;
    struct matter matter;
    struct gathered *gathered = arena_take(reading->arena, sizeof *gathered);
    uint8_t key[SEAL_KEY_BYTES];
    enum verdict verdict = case_look(reading, &asked->case_id, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (files_problem(matter_standing(&matter, reading->principal)) != PROBLEM_NONE) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "the files of this case are not yours to read");
    }
    if (!filed_gather(reading->state, &asked->case_id, gathered) ||
        (size_t)asked->index >= gathered->material_count) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such file");
    }
    const struct material_filed *filed = &gathered->materials[asked->index];
    struct material_chunk *chunk = arena_take(reading->arena, sizeof *chunk);
    *chunk = (struct material_chunk){
        .media_type = filed->media_type, .size = filed->size, .filename = filed->filename};
    bool is_own = matter_standing(&matter, reading->principal) == STANDING_FILER;
    if (erasure_withholds(reading->state, matter.row.subject, is_own) ||
        !blob_key(intake, filed, reading->arena, key)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "the file was erased, or is only stored");
    }
    enum err err = blob_read(intake->files.folder, &filed->sealed, key, (uint64_t)asked->chunk,
                             reading->arena, &chunk->data);
    if (err == ERR_CORRUPT) {
        return reading_refuse(reading, PROBLEM_INTERNAL, "the stored file was changed");
    }
    if (err != ERR_OK && err != ERR_NOT_FOUND) {
        return reading_refuse(reading, PROBLEM_INTERNAL, "the stored file cannot be read");
    }
    return reading_answer(reading, &material_chunk_message, chunk);
}

/* -- number and code ------------------------------------------------------------------------ */

enum verdict query_find_by_number(struct reading *reading, const void *question)
{
    const struct find_by_number *asked = question;
    const struct intake *intake = reading->state->memory;
    struct key key = key_of_text(asked->number);
    struct bytes value;
    uint64_t code = 0;
    struct case_found *found = arena_take(reading->arena, sizeof *found);
    if (intake->vault == NULL || !base32_decode(asked->code, CODE_DIGITS, &code) ||
        !store_get(reading->state->txn, TABLE_NUMBERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "number and code open no case");
    }
    memcpy(found->case_id.uuid.bytes, value.data, UUID_BYTES);
    if (vault_code(intake->vault, &found->case_id.uuid) != code) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "number and code open no case");
    }
    return reading_answer(reading, &case_found_message, found);
}
