#include "matter/row.h"

#include "base/check.h"

#include <string.h>

WIRE_DEFINE_VOCABULARY(row_vocabulary, ROW_VOCABULARY)

enum { CLOCKS_MAX = 32, MADE_MAX = 16 };

struct case_row row_of_submitted(const struct case_submitted *submitted, int64_t received_ms,
                                 const char *owner, struct arena *arena)
{
    struct case_row row = {
        .number = submitted->number,
        .item = submitted->item,
        .catalogue_version = submitted->catalogue_version,
        .owner = text_of(owner),
        .state = submitted->step.to,
        .version = 1,
        .subject = submitted->subject,
        .session = submitted->session,
        .received = received_ms,
        .applicant_kind = submitted->applicant.kind,
        .represented = submitted->applicant.represented,
        .missing = submitted->missing,
        .channel = submitted->channel,
        .signed_for = submitted->signed_for,
    };
    size_t count = submitted->step.clocks.count;
    row.clocks.items = arena_take_array(arena, count, sizeof *row.clocks.items);
    row.clocks.count = count;
    for (size_t i = 0; i < count; i++) {
        row.clocks.items[i] = submitted->step.clocks.items[i];
    }
    return row;
}

struct case_row row_of_head(const struct case_head *head, const char *owner)
{
    return (struct case_row){
        .number = head->number,
        .item = head->item,
        .catalogue_version = head->catalogue_version,
        .owner = text_of(owner),
        .subject = head->subject,
        .session = head->session,
        .received = head->received,
        .applicant_kind = head->applicant_kind,
        .represented = head->represented,
        .channel = head->channel,
        .department = head->department,
        .parent = head->parent,
        .opened_by = head->opened_by,
        .parties = head->parties,
        .public_key = head->public_key,
        .did = head->did,
        .made = head->made,
        .says = head->says,
    };
}

struct case_head row_head(const struct case_row *row)
{
    return (struct case_head){
        .number = row->number,
        .item = row->item,
        .catalogue_version = row->catalogue_version,
        .department = row->department,
        .parent = row->parent,
        .received = row->received,
        .subject = row->subject,
        .session = row->session,
        .applicant_kind = row->applicant_kind,
        .represented = row->represented,
        .channel = row->channel,
        .opened_by = row->opened_by,
        .parties = row->parties,
        .public_key = row->public_key,
        .did = row->did,
        .made = row->made,
        .says = row->says,
    };
}

/* -- what the form says ----------------------------------------------------------------------- */

enum { SAYS_MAX = 16, PARTIES_MAX = 24, DID_MAX = 24 };

static void says_set(struct form *says, const struct form_entry *entry)
{
    for (size_t i = 0; i < says->count; i++) {
        if (text_equal(says->items[i].name, entry->name)) {
            says->items[i] = *entry;
            return;
        }
    }
    if (says->count < SAYS_MAX) {
        says->items[says->count++] = *entry;
    }
}

/* A unit that is asked again is the party that it was. */
static bool party_known(const struct party_list *parties, const struct party *party)
{
    for (size_t i = 0; i < parties->count; i++) {
        const struct party *other = &parties->items[i];
        bool is_unit = !text_is_empty(party->department) || !text_is_empty(party->login);
        if (is_unit && text_equal(party->relation, other->relation) &&
            text_equal(party->department, other->department) &&
            text_equal(party->login, other->login)) {
            return true;
        }
    }
    return false;
}

static void party_add(struct party_list *parties, const struct party *party, struct arena *arena)
{
    struct party *items = arena_take_array(arena, parties->count + 1, sizeof *items);
    if (parties->count == PARTIES_MAX || party_known(parties, party)) {
        return;
    }
    if (parties->count > 0) {
        memcpy(items, parties->items, parties->count * sizeof *items);
    }
    items[parties->count] = *party;
    parties->items = items;
    parties->count++;
}

void row_read_form(struct case_row *row, const struct procedure *procedure, const struct form *form,
                   struct arena *arena)
{
    struct form says = {.items = arena_take_array(arena, SAYS_MAX, sizeof *says.items),
                        .count = row->says.count};
    if (row->says.count > 0) {
        memcpy(says.items, row->says.items, row->says.count * sizeof *says.items);
    }
    for (size_t i = 0; i < form->count; i++) {
        const struct form_entry *entry = &form->items[i];
        if (entry->kind != FORM_PERSONAL && procedure_reads_form(procedure, entry->name)) {
            says_set(&says, entry);
        }
    }
    row->says = says;
    for (size_t i = 0; i < procedure->party_count; i++) {
        const struct form_entry *entry = form_find(form, procedure->parties[i].form_field);
        if (entry != NULL && entry->kind == FORM_TEXT) {
            struct party party = {.relation = procedure->parties[i].relation,
                                  .department = entry->text};
            party_add(&row->parties, &party, arena);
        }
    }
}

/* -- who did what --------------------------------------------------------------------------- */

struct text row_did(const struct case_row *row, struct text action)
{
    for (size_t i = row->did.count; i > 0; i--) {
        struct text login = {0};
        if (text_equal(text_split(row->did.items[i - 1], ' ', &login), action)) {
            return login;
        }
    }
    return (struct text){0};
}

bool row_done(const struct case_row *row, struct text action)
{
    for (size_t i = 0; i < row->did.count; i++) {
        struct text login = {0};
        if (text_equal(text_split(row->did.items[i], ' ', &login), action)) {
            return true;
        }
    }
    return false;
}

/* The list stands in the order in which things were done last. */
bool row_did_after(const struct case_row *row, struct text action, struct text other)
{
    bool is_done = false;
    for (size_t i = 0; i < row->did.count; i++) {
        struct text login = {0};
        struct text name = text_split(row->did.items[i], ' ', &login);
        is_done = text_equal(name, action) || (is_done && !text_equal(name, other));
    }
    return is_done;
}

/* The list with `action` done by `login` as the last of that action. */
static struct text_list did_note(const struct text_list *did, struct text action, struct text login,
                                 struct arena *arena)
{
    struct text_list list = {.items = arena_take_array(arena, DID_MAX, sizeof(struct text))};
    for (size_t i = 0; i < did->count; i++) {
        struct text who;
        if (!text_equal(text_split(did->items[i], ' ', &who), action)) {
            list.items[list.count++] = did->items[i];
        }
    }
    if (list.count < DID_MAX) {
        list.items[list.count++] = arena_print(arena, "%.*s%s%.*s", TEXT_PRINT(action),
                                               text_is_empty(login) ? "" : " ", TEXT_PRINT(login));
    }
    return list;
}

const struct clock *row_clock(const struct case_row *row, struct text name)
{
    for (size_t i = 0; i < row->clocks.count; i++) {
        if (text_equal(row->clocks.items[i].name, name)) {
            return &row->clocks.items[i];
        }
    }
    return NULL;
}

/* Puts a clock into the row: in the place of the one of that name, of one that ended, or behind. */
static void clock_set(struct clock_list *clocks, const struct clock *clock)
{
    struct clock *place = NULL;
    for (size_t i = 0; i < clocks->count; i++) {
        if (text_equal(clocks->items[i].name, clock->name)) {
            place = &clocks->items[i];
        }
    }
    for (size_t i = 0; place == NULL && clocks->count == CLOCKS_MAX && i < clocks->count; i++) {
        place = clocks->items[i].phase == CLOCK_ENDED ? &clocks->items[i] : NULL;
    }
    if (place == NULL) {
        CHECK(clocks->count < CLOCKS_MAX);
        place = &clocks->items[clocks->count++];
    }
    *place = *clock;
}

static struct clock_list clocks_advance(const struct case_row *row, const struct case_moved *moved,
                                        struct arena *arena)
{
    struct clock_list clocks = {
        .items = arena_take_array(arena, CLOCKS_MAX, sizeof *clocks.items),
        .count = row->clocks.count,
    };
    if (row->clocks.count > 0) {
        memcpy(clocks.items, row->clocks.items, row->clocks.count * sizeof *clocks.items);
    }
    for (size_t i = 0; i < moved->step.clocks.count; i++) {
        clock_set(&clocks, &moved->step.clocks.items[i]);
    }
    return clocks;
}

/* A window that has closed makes nobody late, and the state that is entered may have an answer to
 * it where the one before had none (a permit that expired before it was paid for): it closes there
 * anew, and its timer is set again. */
static void windows_close_anew(struct clock_list *clocks)
{
    for (size_t i = 0; i < clocks->count; i++) {
        if (clocks->items[i].kind == CLOCK_KIND_WINDOW) {
            clocks->items[i].overdue = false;
        }
    }
}

/* `clock_warned` and `clock_overdue` say which clock they are about. */
static void notice_take(struct case_row *row, const struct event_envelope *envelope,
                        const struct case_moved *moved)
{
    struct text kind = {0};
    (void)text_split(envelope->type, '.', &kind);
    for (size_t i = 0; i < row->clocks.count; i++) {
        struct clock *clock = &row->clocks.items[i];
        if (!text_equal(clock->name, moved->clock)) {
            continue;
        }
        clock->warned = true;
        clock->overdue |= text_starts_with(kind, "clock_overdue");
    }
}

static struct text_list made_add(const struct text_list *made, struct text what,
                                 struct arena *arena)
{
    struct text_list list = {.items = arena_take_array(arena, made->count + 1, sizeof(struct text)),
                             .count = made->count};
    for (size_t i = 0; i < made->count; i++) {
        list.items[i] = made->items[i];
    }
    if (list.count < MADE_MAX) {
        list.items[list.count++] = what;
    }
    return list;
}

void row_take_parties(struct case_row *row, const struct action_fields *fields, struct arena *arena)
{
    for (size_t i = 0; i < fields->parties.count; i++) {
        party_add(&row->parties, &fields->parties.items[i], arena);
    }
    for (size_t i = 0; i < fields->members.count; i++) {
        struct party member = {.relation = TEXT_LITERAL("meeting_member"),
                               .department = fields->members.items[i]};
        party_add(&row->parties, &member, arena);
    }
}

/* What the action named besides: parties, members of a meeting, values of the form. */
static void fields_take(struct case_row *next, const struct procedure *procedure,
                        const struct action_fields *fields, struct arena *arena)
{
    row_take_parties(next, fields, arena);
    if (fields->form.count > 0) {
        row_read_form(next, procedure, &fields->form, arena);
    }
}

/* Which decision an appeal is against, and what falls with it when it is set aside. */
static void decision_follow(struct case_row *next, const struct case_moved *moved)
{
    const struct case_step *step = &moved->step;
    if (step->decision) {
        next->decided = step->from;
    } else if (text_equal_string(step->action, "appeal")) {
        next->appealed = next->decided;
    } else if (text_equal_string(step->action, "set_aside")) {
        bool falls = text_equal(next->document_by, step->to);
        next->document = falls ? (struct text){0} : next->document;
        next->document_by = falls ? (struct text){0} : next->document_by;
        next->decided = (struct text){0};
        next->appealed = (struct text){0};
    }
}

struct case_row row_advance(const struct case_row *row, const struct procedure *procedure,
                            const struct event_envelope *envelope, const struct case_moved *moved,
                            const char *owner, struct arena *arena)
{
    struct case_row next = *row;
    fields_take(&next, procedure, &moved->fields, arena);
    if (procedure_remembers(procedure, moved->step.action)) {
        next.did = did_note(&row->did, moved->step.action, envelope->actor.login, arena);
    }
    next.first = row->first || text_equal_string(moved->step.action, "expedite");
    next.owner = text_of(owner);
    next.state = moved->step.to;
    next.version = row->version + 1;
    next.clocks = clocks_advance(row, moved, arena);
    if (!text_equal(row->state, next.state)) {
        windows_close_anew(&next.clocks);
    }
    if (!text_is_empty(moved->clock)) {
        notice_take(&next, envelope, moved);
    }
    if (moved->step.units.count > 0) {
        next.units = moved->step.units;
    }
    if (!text_is_empty(moved->step.back)) {
        next.back = moved->step.back;
    }
    if (moved->step.once) {
        next.made = made_add(&row->made, moved->step.action, arena);
    }
    if (moved->public_key.size > 0) {
        next.public_key = moved->public_key;
    }
    if (moved->remedies.count > 0) {
        next.ground = moved->fields.ground;
    }
    decision_follow(&next, moved);
    if (!text_is_empty(moved->number)) {
        next.document = moved->number;
        next.document_by = next.decided;
    }
    if (moved->materials.count > 0) {
        next.missing = moved->missing;
    }
    if (moved->fields.missing.count > 0) {
        next.missing = moved->fields.missing;
        next.asked_before = true;
    }
    if (!text_is_empty(moved->fields.assignee)) {
        next.assignee = moved->fields.assignee;
    } else if (text_equal_string(moved->step.action, "take")) {
        next.assignee = envelope->actor.login;
    }
    return next;
}

enum light row_light(const struct case_row *row, int64_t now_ms, int64_t *ret_due_ms)
{
    enum light worst = LIGHT_GREEN;
    *ret_due_ms = 0;
    for (size_t i = 0; i < row->clocks.count; i++) {
        const struct clock *clock = &row->clocks.items[i];
        if (clock->phase != CLOCK_RUNNING || clock->kind == CLOCK_KIND_PERSON) {
            continue;
        }
        enum light light = clock_light(clock, now_ms);
        worst = light > worst ? light : worst;
        if (*ret_due_ms == 0 || clock->due < *ret_due_ms) {
            *ret_due_ms = clock->due;
        }
    }
    return worst;
}
