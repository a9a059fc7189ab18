/* What was said in a case, for its page: drafts and replies, what was found out, meetings, how a
 * complaint was resolved. Derived from events; the last of each kind stands. */
#include "approval.h"

#include <string.h>

enum { ANSWERS_MAX = 24, MEMBERS_MAX = 16 };

/* A step that said something, and the row that keeps it. */
struct saying {
    struct state *state;
    const struct action_fields *fields;
    const struct case_step *step;
    struct text badge;
    struct text department; /* for which the officer acted */
    int64_t at;
    struct words_row *row;
};

static void drafted(const struct saying *s)
{
    s->row->words.draft = (struct draft_shown){.reply_kind = s->fields->reply_kind,
                                               .at = s->at,
                                               .drafter = s->badge,
                                               .ground = s->fields->ground,
                                               .reasons = s->fields->reasons,
                                               .text = s->fields->text};
}

static void advised(const struct saying *s)
{
    struct draft_shown *draft = &s->row->words.draft;
    draft->opinion = s->fields->opinion;
    draft->advice = s->fields->text;
    draft->adviser = s->badge;
    draft->advised_at = s->at;
}

static void replied(const struct saying *s)
{
    s->row->words.reply = (struct reply_shown){.reply_kind = s->fields->reply_kind,
                                               .at = s->at,
                                               .ground = s->fields->ground,
                                               .reasons = s->fields->reasons,
                                               .text = s->fields->text,
                                               .decider = s->badge};
}

/* It stands until another takes its place. */
static void set_aside(const struct saying *s)
{
    struct reply_shown *reply = &s->row->words.reply;
    reply->set_aside = text_is_empty(reply->reply_kind) ? 0 : s->at;
}

static void asked(const struct saying *s)
{
    s->row->words.question = s->fields->question;
    s->row->answers.count = 0; /* to an earlier question */
}

static void found_out(const struct saying *s)
{
    if (s->fields->findings.value.size > 0) {
        s->row->words.investigation = (struct investigation_shown){.findings = s->fields->findings,
                                                                   .at = s->at,
                                                                   .text = s->fields->text,
                                                                   .officer = s->badge};
    }
}

static void resolved(const struct saying *s)
{
    const struct action_fields *fields = s->fields;
    s->row->words.resolution = (struct resolution_shown){
        .founded = fields->founded,
        .at = s->at,
        .ground = fields->ground,
        .reasons = fields->reasons,
        .facts_found = fields->facts_found,
        .responsibility = fields->responsibility,
        .rule = fields->rule,
        .correction = fields->correction,
        .until = fields->until,
        .decider = s->badge,
    };
}

static void verified(const struct saying *s)
{
    struct resolution_shown *resolution = &s->row->words.resolution;
    resolution->findings = s->fields->findings;
    resolution->verifier = s->badge;
    resolution->verified_at = s->at;
}

static void reviewed(const struct saying *s)
{
    s->row->words.review = (struct review_shown){.outcome = s->fields->review_outcome,
                                                 .at = s->at,
                                                 .reasons = s->fields->reasons,
                                                 .decider = s->badge};
}

static void called(const struct saying *s)
{
    s->row->words.meeting = (struct meeting_shown){
        .called_at = s->at, .members = s->fields->members, .agenda = s->fields->agenda};
}

/* What a member said last about taking part. */
static void joined(const struct saying *s)
{
    struct member_shown_list *answers = &s->row->words.meeting.answers;
    struct member_shown_list list = {
        .items = arena_take_array(s->state->arena, MEMBERS_MAX, sizeof *list.items)};
    for (size_t i = 0; i < answers->count; i++) {
        if (!text_equal(answers->items[i].department, s->department)) {
            list.items[list.count++] = answers->items[i];
        }
    }
    if (list.count < MEMBERS_MAX) {
        list.items[list.count++] = (struct member_shown){.department = s->department,
                                                         .joins = s->fields->joins,
                                                         .at = s->at,
                                                         .text = s->fields->text};
    }
    *answers = list;
}

static void met(const struct saying *s)
{
    s->row->words.meeting.points = s->fields->points;
    s->row->words.meeting.resolved_at = s->at;
}

static void answered(const struct saying *s)
{
    struct answer_kept_list list = {
        .items = arena_take_array(s->state->arena, ANSWERS_MAX, sizeof *list.items)};
    for (size_t i = 0; i < s->row->answers.count; i++) {
        if (!text_equal(s->row->answers.items[i].unit, s->step->unit)) {
            list.items[list.count++] = s->row->answers.items[i];
        }
    }
    if (list.count < ANSWERS_MAX) {
        list.items[list.count++] =
            (struct answer_kept){.unit = s->step->unit, .at = s->at, .text = s->fields->text};
    }
    s->row->answers = list;
}

static const struct {
    const struct wire_message *event;
    void (*note)(const struct saying *saying);
} sayings[] = {
    {&approval_reasons_asked_message, asked},
    {&approval_consultation_sent_message, asked},
    {&approval_consultation_answered_message, answered},
    {&approval_reply_drafted_message, drafted},
    {&approval_advice_given_message, advised},
    {&approval_reply_made_message, replied},
    {&approval_decision_set_aside_message, set_aside},
    {&approval_explanation_given_message, answered},
    {&approval_opinion_given_message, found_out},
    {&approval_meeting_called_message, called},
    {&approval_member_answered_message, joined},
    {&approval_meeting_resolved_message, met},
    {&approval_complaint_resolved_message, resolved},
    {&audit_order_verified_message, verified},
    {&approval_review_decided_message, reviewed},
};

void words_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++) {
        if (moved->step.beside || event->message != sayings[i].event) {
            continue;
        }
        struct words_row *row = arena_take(state->arena, sizeof *row);
        struct saying saying = {.state = state,
                                .fields = &moved->fields,
                                .step = &moved->step,
                                .badge = event->envelope->actor.badge,
                                .department = event->envelope->actor.department,
                                .at = event->envelope->time,
                                .row = row};
        if (!state_get(state, TABLE_WORDS, key_bytes(&key), &words_row_message, row)) {
            *row = (struct words_row){0};
        }
        sayings[i].note(&saying);
        state_put(state, TABLE_WORDS, key_bytes(&key), &words_row_message, row);
    }
}

/* -- showing -------------------------------------------------------------------------------- */

/* Who handles the case sees all parties; who is one, only that. */
static void parties_show(struct state *state, const struct matter *matter,
                         struct case_handled_part *part)
{
    const struct party_list *parties = &matter->row.parties;
    struct party_shown *items = arena_take_array(state->arena, parties->count, sizeof *items);
    for (size_t i = 0; i < parties->count; i++) {
        const struct party *party = &parties->items[i];
        items[i] = (struct party_shown){.relation = party->relation,
                                        .department = party->department,
                                        .login = party->login,
                                        .name = party->name,
                                        .contact = party->contact};
    }
    part->parties = (struct party_shown_list){.items = items, .count = parties->count};
}

static void answers_show(const struct words_row *row, struct case_handled_part *part)
{
    for (size_t i = 0; i < row->answers.count; i++) {
        for (size_t k = 0; k < part->units.count; k++) {
            if (text_equal(part->units.items[k].stage, row->answers.items[i].unit)) {
                part->units.items[k].text = row->answers.items[i].text;
                part->units.items[k].answered_at = row->answers.items[i].at;
            }
        }
    }
}

/* Drafts, findings and what others answered are the office's own papers: who filed sees what came
 * of them, and so does who takes part. */
void words_show(struct state *state, const struct matter *matter, enum standing standing,
                struct case_handled_part *part)
{
    struct key key = key_of_uuid(&matter->id.uuid);
    struct words_row row = {0};
    (void)state_get(state, TABLE_WORDS, key_bytes(&key), &words_row_message, &row);
    part->words = row.words;
    part->words.reply.remedies =
        matter_remedies(matter, row.words.reply.ground, row.words.reply.reply_kind, state->arena);
    if (standing == STANDING_CONCERNED) {
        parties_show(state, matter, part);
        answers_show(&row, part);
        return;
    }
    part->words.draft = (struct draft_shown){0};
    part->words.investigation = (struct investigation_shown){0};
    for (size_t i = 0; i < part->words.meeting.answers.count; i++) {
        part->words.meeting.answers.items[i].text = (struct personal){0};
    }
}
