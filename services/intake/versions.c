/* Versions of the catalogue on their way into force (domain 4.5). The procedure item_version says
 * who and when; here stands what only intake knows: which files a version is made of, which version
 * it was made from, and that one follows on the other without a gap or an overlap. */
#include "intake.h"

#include "catalogue/disclosures.h"

#include <inttypes.h>

const char version_procedure[] = "item_version";

enum { ERRORS_MAX = 20, ERROR_BYTES_MAX = 600 };

/* -- rows ----------------------------------------------------------------------------------- */

static struct key version_key(int64_t version)
{
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)version);
    return key;
}

bool version_row(struct state *state, int64_t version, struct catalogue_row *ret_row)
{
    struct key key = version_key(version);
    return state_get(state, TABLE_CATALOGUES, key_bytes(&key), &catalogue_row_message, ret_row);
}

static void version_put(struct state *state, int64_t version, const struct catalogue_row *row)
{
    struct key key = version_key(version);
    state_put(state, TABLE_CATALOGUES, key_bytes(&key), &catalogue_row_message, row);
}

int64_t version_next(struct state *state)
{
    struct store_cursor cursor;
    int64_t last = 0;
    store_cursor_open(&cursor, state->txn, TABLE_CATALOGUES);
    if (store_last(&cursor) && cursor.key.size == 8) {
        last = (int64_t)read_be64(cursor.key.data);
    }
    store_cursor_close(&cursor);
    return last + 1;
}

/* The number under which a matter goes on: its latest files; 0 when it is no version's. */
static int64_t version_of(struct state *state, const struct case_id *id,
                          struct catalogue_row *ret_row)
{
    for (int64_t version = version_next(state) - 1; version > 0; version--) {
        if (version_row(state, version, ret_row) && uuid_equal(&ret_row->case_id.uuid, &id->uuid)) {
            return version;
        }
    }
    return 0;
}

static int64_t active_version(struct state *state)
{
    const struct intake *intake = state->memory;
    return rules_active_version(intake->shelf, state);
}

static bool is_version_move(const struct move *move)
{
    return text_equal_string(move->procedure->name, version_procedure);
}

static bool leaves(const struct move *move, const char *event)
{
    return text_equal_string(move->transition->emits, event);
}

/* -- what follows on what --------------------------------------------------------------------- */

/* True when a version made from `base` can still follow on it: it is in force, or on its way. */
static bool can_follow(struct state *state, int64_t base)
{
    static const char *const on_its_way[] = {"legal_check", "fee_check", "approved"};
    struct catalogue_row row;
    struct matter matter;
    if (base == active_version(state)) {
        return true;
    }
    if (!version_row(state, base, &row) || row.replaced_by != 0 ||
        !matter_load(&intake_flow, state, &row.case_id, &matter)) {
        return false;
    }
    for (size_t i = 0; i < sizeof on_its_way / sizeof on_its_way[0]; i++) {
        if (text_equal_string(matter.row.state, on_its_way[i])) {
            return true;
        }
    }
    return false;
}

/* True when the files are still those that were checked, and this program finds them sound. */
static bool is_sound(struct move *move, int64_t version, const struct catalogue_row *row,
                     struct text *ret_errors)
{
    struct decision *decision = move->decision;
    const struct intake *intake = decision->state->memory;
    struct hash hash = version_hash(decision->state, version);
    *ret_errors = TEXT_LITERAL("its parts are not those that were handed in");
    return hash_equal(&hash, &row->sha256) &&
           rules_check(intake->shelf, decision->state, version, decision->now_ms, decision->arena,
                       ret_errors) == ERR_OK;
}

/* Nothing is lost: a version comes into force only behind the one it was made from. */
static struct text fact_succession(struct move *move)
{
    struct state *state = move->decision->state;
    struct catalogue_row row;
    struct text errors;
    int64_t version = version_of(state, &move->matter->id, &row);
    if (version == 0 || row.base != active_version(state)) {
        return TEXT_LITERAL("overtaken");
    }
    return is_sound(move, version, &row, &errors) ? TEXT_LITERAL("sound") : TEXT_LITERAL("unsound");
}

static void disclosures_look(void *context, const struct hall_rules *rules)
{
    bool *complete = context;
    *complete = true;
    for (size_t i = 0; i < rules->catalogue->item_count; i++) {
        *complete = *complete && catalogue_undisclosed(&rules->catalogue->items[i]) == NULL;
    }
}

static struct text fact_disclosures(struct move *move)
{
    struct state *state = move->decision->state;
    const struct intake *intake = state->memory;
    struct catalogue_row row;
    bool complete = false;
    int64_t version = version_of(state, &move->matter->id, &row);
    if (version != 0) {
        (void)rules_look(intake->shelf, state, version, move->decision->arena, disclosures_look,
                         &complete);
    }
    return complete ? TEXT_LITERAL("complete") : TEXT_LITERAL("incomplete");
}

struct text version_fact(struct move *move, struct text name)
{
    if (!is_version_move(move)) {
        return (struct text){0};
    }
    if (text_equal_string(name, "disclosures")) {
        return fact_disclosures(move);
    }
    return text_equal_string(name, "succession") ? fact_succession(move) : (struct text){0};
}

/* -- checking moves --------------------------------------------------------------------------- */

static struct date today_of(const struct move *move)
{
    struct zone zone = calendar_zone(move->matter->rules->calendar);
    return zone_date(zone, move->decision->now_ms);
}

/* Files come with the command that brings them, and are checked there. */
static enum verdict drafted_check(struct move *move)
{
    const struct request *request = move->decision->request;
    if (request != NULL && text_equal_string(request->name, draft_catalogue_message.name)) {
        return VERDICT_OK;
    }
    return refuse(move->decision, PROBLEM_FORBIDDEN,
                  "the files of a version are handed in at /v1/catalogue/versions");
}

static enum verdict submitted_check(struct move *move)
{
    struct state *state = move->decision->state;
    struct catalogue_row row;
    if (version_of(state, &move->matter->id, &row) == 0 || !can_follow(state, row.base)) {
        return refuse(move->decision, PROBLEM_CONFLICT,
                      "version %" PRId64 " has come into force since this draft was made from "
                      "version %" PRId64 ": put its changes into the files and hand them in again",
                      active_version(state), row.base);
    }
    if (move->fields->effective_on.days <= today_of(move).days) {
        field_error(move->decision, TEXT_LITERAL("effective_on"),
                    "must be a later day than today: a version begins with its day");
    }
    return VERDICT_OK;
}

static enum verdict halted_check(struct move *move)
{
    struct catalogue_row row;
    int64_t version = version_of(move->decision->state, &move->matter->id, &row);
    const struct intake *intake = move->decision->state->memory;
    const struct hall_rules *rules = rules_of(intake->shelf, move->decision->state, version);
    const struct text_list *items = &move->fields->items;
    for (size_t i = 0; rules != NULL && i < items->count; i++) {
        const struct catalogue_item *item = catalogue_item(rules->catalogue, items->items[i]);
        if (item == NULL || (item->procedure != NULL && item->procedure->of_hall)) {
            field_error(move->decision, TEXT_LITERAL("items"),
                        "names what is no item of this version");
            break;
        }
    }
    if (move->fields->until.days != 0 && move->fields->until.days < today_of(move).days) {
        field_error(move->decision, TEXT_LITERAL("until"), "must be a day from today on");
    }
    return VERDICT_OK;
}

enum verdict version_move_check(struct move *move)
{
    enum verdict verdict = VERDICT_OK;
    if (!is_version_move(move)) {
        return VERDICT_OK;
    }
    if (leaves(move, "item_drafted")) {
        verdict = drafted_check(move);
    } else if (leaves(move, "item_submitted")) {
        verdict = submitted_check(move);
    } else if (leaves(move, "item_halted")) {
        verdict = halted_check(move);
    }
    return verdict;
}

/* -- coming into force ------------------------------------------------------------------------ */

/* The matter of the version before ends; cases that were accepted under it keep it. */
void version_end_before(struct decision *decision)
{
    struct catalogue_row row;
    struct matter *before = arena_take(decision->arena, sizeof *before);
    if (version_row(decision->state, active_version(decision->state), &row) &&
        matter_load(&intake_flow, decision->state, &row.case_id, before)) {
        (void)flow_signal(&intake_flow, decision, before, "version_replaced");
    }
}

static void activated_follow(struct move *move)
{
    struct decision *decision = move->decision;
    struct catalogue_row row;
    int64_t version = version_of(decision->state, &move->matter->id, &row);
    if (version == 0) {
        return; /* the first one: its own decision says the rest */
    }
    struct activate_catalogue files = {
        .version = version, .parts = row.parts, .sha256 = row.sha256};
    struct catalogue_activated activated = version_activation(decision, &files);
    emit(decision, NULL, &catalogue_activated_message, &activated);
    version_end_before(decision);
}

/* The errors that a check gave, a text a line. */
static struct text_list errors_of(struct text errors, struct arena *arena)
{
    struct text_list list = {.items = arena_take_array(arena, ERRORS_MAX, sizeof(struct text))};
    struct text rest = errors;
    while (rest.data != NULL && rest.size > 0 && list.count < ERRORS_MAX) {
        struct text line = text_split(rest, '\n', &rest);
        if (line.size > 0) {
            list.items[list.count++] = utf8_cut(line, ERROR_BYTES_MAX);
        }
    }
    return list;
}

/* Its day came, but not its turn: says why. */
static void held_back_tell(struct move *move)
{
    struct decision *decision = move->decision;
    struct catalogue_row row;
    struct text errors = {0};
    int64_t version = version_of(decision->state, &move->matter->id, &row);
    struct catalogue_held_back held_back = {
        .version = version, .obstacle = OBSTACLE_LATE, .active = active_version(decision->state)};
    if (version == 0) {
        return;
    }
    if (text_equal_string(move->matter->row.state, "approved")) {
        held_back.obstacle = OBSTACLE_OVERTAKEN;
        if (row.base == held_back.active) {
            held_back.obstacle = OBSTACLE_UNSOUND;
            (void)is_sound(move, version, &row, &errors);
            held_back.errors = errors_of(errors, decision->arena);
        }
    }
    emit(decision, &move->matter->id, &catalogue_held_back_message, &held_back);
}

void version_after_move(struct move *move, const struct case_moved *moved)
{
    (void)moved;
    if (!is_version_move(move)) {
        return;
    }
    if (leaves(move, "item_activated")) {
        activated_follow(move);
    } else if (leaves(move, "item_returned") && move->transition->trigger == TRIGGER_CLOCK_OVER) {
        held_back_tell(move);
    }
}

void version_begin_at_once(struct decision *decision, const struct catalogue_activated *activated)
{
    const struct intake *intake = decision->state->memory;
    struct case_id id;
    struct flow_beginning beginning = {
        .rules = rules_of(intake->shelf, decision->state, activated->version),
        .procedure = text_of(version_procedure),
        .signal = "first_version",
        .fields = {.catalogue_version = activated->version},
        .subject = activated->subject,
        .public_key = activated->public_key,
    };
    struct catalogue_drafted drafted = {
        .version = activated->version,
        .base = active_version(decision->state),
        .parts = activated->parts,
        .sha256 = activated->sha256,
    };
    if (beginning.rules != NULL && flow_open_on(&intake_flow, decision, &beginning, &id)) {
        emit(decision, &id, &catalogue_drafted_message, &drafted);
    }
}

/* -- drafting --------------------------------------------------------------------------------- */

static enum verdict base_find(struct decision *decision, const struct draft_catalogue *draft,
                              int64_t *ret_base)
{
    struct wire_path at = {.name = TEXT_LITERAL("base")};
    *ret_base = draft->base == 0 ? active_version(decision->state) : draft->base;
    if (can_follow(decision->state, *ret_base)) {
        return VERDICT_OK;
    }
    wire_errors_add(&decision->errors, &at,
                    "must be the version in force, or one that is being checked or is approved");
    return refuse_fields(decision);
}

static enum verdict matter_begin(struct decision *decision, const struct draft_catalogue *draft,
                                 struct case_id *ret_id)
{
    struct matter_open *open = arena_take(decision->arena, sizeof *open);
    *open = (struct matter_open){
        .procedure = text_of(version_procedure),
        .action = TEXT_LITERAL("register"),
        .fields = {.catalogue_version = draft->version, .note = draft->note},
    };
    enum verdict verdict = flow_open(&intake_flow, decision, open);
    if (verdict == VERDICT_OK) {
        *ret_id = ((const struct matter_opened *)decision->answer.data)->case_id;
    }
    return verdict;
}

/* Other files for a draft: its matter goes on under their number. */
static enum verdict matter_correct(struct decision *decision, const struct draft_catalogue *draft,
                                   struct case_id *ret_id)
{
    struct catalogue_row row;
    struct wire_path at = {.name = TEXT_LITERAL("replaces")};
    if (!version_row(decision->state, draft->replaces, &row) || row.replaced_by != 0) {
        wire_errors_add(&decision->errors, &at, "is not the number of a draft");
        return refuse_fields(decision);
    }
    struct case_act *act = arena_take(decision->arena, sizeof *act);
    *act = (struct case_act){
        .case_id = row.case_id,
        .action = TEXT_LITERAL("correct"),
        .fields = {.catalogue_version = draft->version, .note = draft->note},
    };
    *ret_id = row.case_id;
    return flow_act(&intake_flow, decision, act);
}

enum verdict decide_draft_catalogue(struct decision *decision, const void *command)
{
    const struct draft_catalogue *draft = command;
    struct activate_catalogue files = {
        .version = draft->version, .parts = draft->parts, .sha256 = draft->sha256};
    struct catalogue_drafted drafted = {.version = draft->version,
                                        .parts = draft->parts,
                                        .sha256 = draft->sha256,
                                        .replaces = draft->replaces};
    struct case_id id = {0};
    enum verdict verdict = version_check(decision, draft->version);
    if (verdict == VERDICT_OK) {
        verdict = base_find(decision, draft, &drafted.base);
    }
    if (verdict == VERDICT_OK) {
        verdict = version_files_check(decision, &files);
    }
    if (verdict == VERDICT_OK) {
        verdict = draft->replaces == 0 ? matter_begin(decision, draft, &id)
                                       : matter_correct(decision, draft, &id);
    }
    if (verdict == VERDICT_OK) {
        emit(decision, &id, &catalogue_drafted_message, &drafted);
    }
    return verdict;
}

/* -- applying --------------------------------------------------------------------------------- */

void apply_catalogue_drafted(struct state *state, const struct event *event)
{
    const struct catalogue_drafted *drafted = event->data;
    struct catalogue_row row = {
        .case_id = event->envelope->case_id,
        .base = drafted->base,
        .parts = drafted->parts,
        .sha256 = drafted->sha256,
        .drafted_at = event->envelope->time,
    };
    struct catalogue_row before;
    version_put(state, drafted->version, &row);
    if (drafted->replaces != 0 && version_row(state, drafted->replaces, &before)) {
        before.replaced_by = drafted->version;
        version_put(state, drafted->replaces, &before);
    }
}

void apply_catalogue_held_back(struct state *state, const struct event *event)
{
    const struct catalogue_held_back *held_back = event->data;
    struct catalogue_row row;
    if (version_row(state, held_back->version, &row)) {
        row.held_back = (struct catalogue_hold){.obstacle = held_back->obstacle,
                                                .active = held_back->active,
                                                .errors = held_back->errors};
        version_put(state, held_back->version, &row);
    }
}

/* One ends at the very moment in which the next begins. */
void version_apply_activated(struct state *state, const struct event *event)
{
    const struct catalogue_activated *activated = event->data;
    int64_t before = active_version(state);
    struct catalogue_row row;
    if (before != 0 && version_row(state, before, &row)) {
        row.active_until = event->envelope->time;
        row.halt = (struct catalogue_halt){0};
        version_put(state, before, &row);
    }
    if (version_row(state, activated->version, &row)) {
        row.active_from = event->envelope->time;
        version_put(state, activated->version, &row);
    }
}

static struct catalogue_halt halt_of(const struct action_fields *fields, struct arena *arena)
{
    struct catalogue_halt halt = {.items = fields->items, .until = fields->until};
    if (halt.items.count == 0) {
        halt.items.items = arena_take(arena, sizeof(struct text));
        halt.items.items[halt.items.count++] = TEXT_LITERAL("*");
    }
    return halt;
}

void version_apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct text type = event->envelope->type;
    struct catalogue_row row;
    if (!text_starts_with(type, "intake.item_")) {
        return;
    }
    int64_t version = version_of(state, &event->envelope->case_id, &row);
    if (version == 0) {
        return;
    }
    if (text_equal_string(type, intake_item_submitted_message.name)) {
        row.effective_on = moved->fields.effective_on;
        row.held_back = (struct catalogue_hold){0};
    } else if (text_equal_string(type, intake_item_returned_message.name)) {
        row.effective_on = (struct date){0};
    } else if (text_equal_string(type, intake_item_halted_message.name)) {
        row.halt = halt_of(&moved->fields, state->arena);
    } else if (text_equal_string(type, intake_item_resumed_message.name)) {
        row.halt = (struct catalogue_halt){0};
    }
    version_put(state, version, &row);
}

bool version_halts(struct state *state, int64_t version, struct text item,
                   struct catalogue_halt *ret_halt)
{
    struct catalogue_row row;
    if (!version_row(state, version, &row)) {
        return false;
    }
    *ret_halt = row.halt;
    for (size_t i = 0; i < row.halt.items.count; i++) {
        if (text_equal(row.halt.items.items[i], item) ||
            text_equal_string(row.halt.items.items[i], "*")) {
            return true;
        }
    }
    return false;
}
