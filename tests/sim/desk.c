/* A visit to a case: somebody asks what he may do, picks one of the things, fills it in and does
 * it; what is refused he tries again with other values. */
#include "year.h"

#include "base/check.h"
#include "checks.h"
#include "events/approval.h"
#include "events/fee.h"
#include "service/problem.h"
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES_MAX = 12,
    TRIES_SURE =
        200, /* where nothing is said against the values: then it was not for lack of luck */
    REPEATS_MAX = 40,
    PEOPLE_ASKED_MAX = 6,
    DEADLINE_MS = 1000,
    NOT_TODAY_PERCENT = 80, /* of a slow officer */
    MEDDLING_ONE_IN = 60,
    ACTS_ENOUGH = 15, /* afterwards a case that waits for something is left alone, mostly */
    STIRRED_ONE_IN = 30,
    AFTER_END_ONE_IN = 6,
    ASIDE_ONE_IN = 25, /* what all matters have, and what ends a good state, is done now and then */
};

/* -- commands --------------------------------------------------------------------------------- */

static struct log_position_seen_list positions_of(struct world *world, const struct year_case *c)
{
    struct log_position_seen_list list = {
        .items = arena_take_array(&world->year->arena, HOSTS_MAX, sizeof *list.items)};
    for (size_t i = 0; i < world->host_count; i++) {
        if (c->known[i] > 0) {
            list.items[list.count++] = (struct log_position_seen){
                .source = text_of(world->hosts[i]->service->name), .seq = c->known[i]};
        }
    }
    return list;
}

static struct bytes request_pack(struct world *world, const struct year_case *c,
                                 const struct commission *commission)
{
    struct arena *arena = &world->year->arena;
    struct buffer buffer;
    uint8_t hashes[2][KEY_BYTES];
    random_fill(&world->random, hashes, sizeof hashes);
    struct request request = {
        .id = ++world->year->last_id,
        .name = text_of(commission->message->name),
        .deadline_ms = DEADLINE_MS,
        .principal = *commission->principal,
        .positions = positions_of(world, c),
        .idempotency = {.key = bytes_of(hashes[0], KEY_BYTES),
                        .body = bytes_of(hashes[1], KEY_BYTES)},
        .body = {.message = commission->message, .data = commission->body},
    };
    if (commission->witnesses != NULL) {
        request.witnesses = *commission->witnesses;
    }
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    CHECK(!buffer.failed);
    struct bytes packed = arena_copy_bytes(arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    return packed;
}

static bool reply_read(struct world *world, struct bytes answered, struct reply *ret_reply)
{
    struct wire_reader reader;
    wire_reader_init(&reader, &world->year->arena);
    CHECK(wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, answered, ret_reply,
                      NULL) == ERR_OK);
    wire_reader_free(&reader);
    checks_reply(world, ret_reply);
    enum problem_type type = problem_type_of(ret_reply->problem.type);
    return text_is_empty(ret_reply->problem.type) || type == PROBLEM_ELSEWHERE ||
           problem_kind(type)->status != 503;
}

/* What must never be answered to somebody who is in the right place. */
static void reply_judge(struct world *world, const struct commission *commission,
                        const struct reply *reply)
{
    enum problem_type type = problem_type_of(reply->problem.type);
    if (text_is_empty(reply->problem.type)) {
        return;
    }
    if (type == PROBLEM_INTERNAL || type == PROBLEM_DAMAGED || type == PROBLEM_MALFORMED) {
        world_fail(world, "reply", "%s is answered %.*s: %.*s", commission->message->name,
                   TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail));
    }
    if (type == PROBLEM_NOT_FOUND) {
        world_fail(world, "I8", "%s does not find a case that was told to exist (%s)",
                   commission->to->service->name, commission->message->name);
    }
}

bool commission_do(struct world *world, struct year_case *c, const struct commission *commission,
                   struct reply *ret_reply)
{
    struct call call = {.request = request_pack(world, c, commission)};
    struct bytes answered;
    *ret_reply = (struct reply){0};
    for (int i = 0; i < REPEATS_MAX; i++) {
        if (host_call(world, commission->to, &call, &world->year->arena, &answered) &&
            reply_read(world, answered, ret_reply)) {
            size_t place = commission->to->place;
            c->known[place] = ret_reply->seq > c->known[place] ? ret_reply->seq : c->known[place];
            reply_judge(world, commission, ret_reply);
            return true;
        }
        hall_level(world); /* it died, or cannot write, or is behind: later, the same once more */
    }
    if (world->is_calm) {
        world_fail(world, "liveness", "%s does not answer %s: %.*s %.*s",
                   commission->to->service->name, commission->message->name,
                   TEXT_PRINT(ret_reply->problem.type), TEXT_PRINT(ret_reply->problem.detail));
    }
    return false;
}

/* -- paying ----------------------------------------------------------------------------------- */

/* Pays what is open, in cash or by a transfer; false when nothing is. */
static bool case_pay(struct world *world, struct year_case *c)
{
    struct arena *arena = &world->year->arena;
    struct sim_host *fee = host_find(world, "fee");
    struct ask_bills question = {.case_id = c->id};
    struct principal cashier =
        staff_officer(world, TEXT_LITERAL("cashier"), TEXT_LITERAL("HALL"), 0);
    struct principal bank =
        staff_officer(world, TEXT_LITERAL("bank_link"), TEXT_LITERAL("HALL"), 0);
    const void *answer = NULL;
    bool paid = false;
    if (!host_ask(fee, &cashier, &ask_bills_message, &question, arena, &answer)) {
        return false;
    }
    const struct bills_told *told = answer;
    for (size_t i = 0; i < told->bills.count; i++) {
        const struct bill_shown *bill = &told->bills.items[i];
        bool is_cash = chance(world, 2);
        struct reply reply;
        struct bill_named named = {.bill_id = bill->id};
        struct record_payment payment = {.bills = {.items = &named, .count = 1},
                                         .method = is_cash ? METHOD_CASH : METHOD_TRANSFER,
                                         .amount_fen = bill->amount_fen};
        if (bill->status != BILL_ISSUED) {
            continue;
        }
        if (!is_cash) {
            payment.reference = arena_print(arena, "BANK-%.*s", TEXT_PRINT(bill->number));
        }
        struct commission commission = {.principal = is_cash ? &cashier : &bank,
                                        .to = fee,
                                        .message = &record_payment_message,
                                        .body = &payment};
        paid |= commission_do(world, c, &commission, &reply) && text_is_empty(reply.problem.type);
    }
    return paid;
}

/* -- one action ---------------------------------------------------------------------------------
 */

/* An action that somebody tries: what it carries changes from try to try where it was refused. */
struct trying {
    struct world *world;
    struct year_case *c;
    const struct standing_now *now;
    const struct candidate *candidate;
    const struct action_offered *offered;
    unsigned which; /* of the officers */
    struct action_fields fields;
    struct principal_list witnesses;
};

struct principal person_of(struct world *world, const struct year_case *c,
                           const struct candidate *candidate, unsigned which)
{
    if (text_is_empty(candidate->role)) {
        return (struct principal){
            .kind = PRINCIPAL_FILER, .session = bytes_of(c->session, KEY_BYTES), .case_id = c->id};
    }
    return staff_officer(world, candidate->role, candidate->department, which);
}

static bool list_has(const struct text_list *list, struct text name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i], name)) {
            return true;
        }
    }
    return false;
}

/* Gives a field a value, or leaves it out; what is needed is never left out. */
static void field_set(struct trying *trying, const struct wire_field *field, bool is_given)
{
    struct principal person = person_of(trying->world, trying->c, trying->candidate, trying->which);
    struct filling filling = {.world = trying->world,
                              .c = trying->c,
                              .now = trying->now,
                              .principal = &person,
                              .role = trying->candidate->role,
                              .department = trying->candidate->department,
                              .witnesses = &trying->witnesses};
    struct text name = {field->name, field->name_size};
    bool is_needed = list_has(&trying->offered->needs, name);
    bool may_be = list_has(&trying->offered->may, name);
    field_clear(field, &trying->fields);
    if (is_needed || (may_be && is_given)) {
        field_fill(&filling, field, &trying->fields);
    }
}

/* All that is needed, and some of what may be given. */
static void fields_fill(struct trying *trying)
{
    for (size_t i = 0; i < action_fields_message.field_count; i++) {
        field_set(trying, &action_fields_message.fields[i], chance(trying->world, 3));
    }
}

/* The second person of another office, where the procedure asks for one. */
static void seconds_add(struct trying *trying)
{
    const struct standing_now *now = trying->now;
    struct principal_list *witnesses = &trying->witnesses;
    for (size_t i = 0; i < now->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &now->procedure->transitions[i];
        bool is_meant = transition->from == now->state_index && transition->with.count > 0 &&
                        text_equal(transition->trigger_name, trying->offered->action);
        if (is_meant && witnesses->count < WITNESSES_MAX) {
            witnesses->items[witnesses->count++] =
                staff_officer(trying->world, transition->with.items[0], TEXT_LITERAL("HALL"), 0);
        }
    }
}

/* Colleagues stand by: some actions take two. */
static void witnesses_begin(struct trying *trying)
{
    struct principal_list *witnesses = &trying->witnesses;
    *witnesses =
        (struct principal_list){.items = arena_take_array(&trying->world->year->arena,
                                                          WITNESSES_MAX, sizeof *witnesses->items)};
    for (unsigned i = 0; i < OFFICERS_EACH && !text_is_empty(trying->candidate->role); i++) {
        witnesses->items[witnesses->count++] =
            staff_officer(trying->world, trying->candidate->role, trying->candidate->department, i);
    }
    seconds_add(trying);
}

/* What was refused is changed: the fields that were named get other values, or come, or go. Where
 * it was not about them everything is filled in anew. */
static void refusal_mend(struct trying *trying, const struct reply *reply)
{
    static const char prefix[] = "/fields/";
    bool is_about_fields = problem_type_of(reply->problem.type) == PROBLEM_INVALID_FIELDS;
    bool named = false;
    for (size_t i = 0; is_about_fields && i < reply->problem.errors.count; i++) {
        struct text pointer = reply->problem.errors.items[i].pointer;
        size_t index = 0;
        struct text rest;
        if (!text_starts_with(pointer, prefix)) {
            continue;
        }
        struct text name = text_split(text_after(pointer, sizeof prefix - 1), '/', &rest);
        const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
        if (field != NULL) {
            bool was_given = !wire_is_absent(field, &trying->fields);
            field_set(trying, field, !was_given || chance(trying->world, 2));
            named = true;
        }
    }
    if (!named || chance(trying->world, 6)) {
        fields_fill(trying);
    }
}

/* One try; true when it was done. */
static bool action_try(struct trying *trying, struct reply *reply)
{
    struct world *world = trying->world;
    struct principal person = person_of(world, trying->c, trying->candidate, trying->which);
    struct case_act act = {
        .case_id = trying->c->id, .action = trying->offered->action, .fields = trying->fields};
    struct commission commission = {.principal = &person,
                                    .witnesses = &trying->witnesses,
                                    .to = trying->now->owner,
                                    .message = &case_act_message,
                                    .body = &act};
    if (!commission_do(world, trying->c, &commission, reply)) {
        return false;
    }
    if (text_is_empty(reply->problem.type)) {
        return true;
    }
    trace(world, "people", "%.*s %.*s: %.*s %.*s", TEXT_PRINT(trying->offered->action),
          TEXT_PRINT(trying->now->state_name), TEXT_PRINT(reply->problem.type),
          TEXT_PRINT(reply->problem.detail));
    for (size_t i = 0; i < reply->problem.errors.count; i++) {
        trace(world, "people", "  %.*s %.*s", TEXT_PRINT(reply->problem.errors.items[i].pointer),
              TEXT_PRINT(reply->problem.errors.items[i].detail));
    }
    tally_add(world->tally, reply->problem.type);
    world->year->refusals++;
    return false;
}

/* The next colleague who is there tries. */
static void colleague_ask(struct trying *trying)
{
    const struct candidate *candidate = trying->candidate;
    for (unsigned i = 1; i < OFFICERS_EACH; i++) {
        unsigned which = (trying->which + i) % OFFICERS_EACH;
        struct principal officer = person_of(trying->world, trying->c, candidate, which);
        if (!staff_is_away(trying->world, officer.login)) {
            trying->which = which;
            return;
        }
    }
}

static void refusal_keep(struct offer_line *line, const struct reply *reply)
{
    const struct problem_field_list *errors = &reply->problem.errors;
    struct problem_field first = errors->count > 0 ? errors->items[0] : (struct problem_field){0};
    (void)snprintf(line->refusal, sizeof line->refusal, "%.*s %.*s %.*s %.*s",
                   TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail),
                   TEXT_PRINT(first.pointer), TEXT_PRINT(first.detail));
}

/* That the case does not allow it, whatever the action carries. */
static bool is_of_case(const struct reply *reply)
{
    enum problem_type type = problem_type_of(reply->problem.type);
    return type == PROBLEM_NOT_ALLOWED_NOW || type == PROBLEM_CONFLICT;
}

static enum visit_end action_done(struct trying *trying, struct offer_line *line)
{
    line->done++;
    trying->c->acts++;
    trying->world->year->acts++;
    trace(trying->world, "people", "%.*s in %.*s by %.*s is done",
          TEXT_PRINT(trying->offered->action), TEXT_PRINT(trying->now->state_name),
          TEXT_PRINT(trying->candidate->role));
    return VISIT_DONE;
}

/* Tries again and again with other values. An action that no values help, for the case does not
 * allow it, was offered in vain: that ends a run without faults, in which nothing happens between
 * the offer and the act. */
static enum visit_end action_do(struct trying *trying)
{
    struct world *world = trying->world;
    struct offer_line *line =
        offer_note(world, trying->now, trying->offered->action, trying->candidate->role);
    bool is_in_vain = true;
    line->chosen++;
    line->is_read = !trying->now->tells_actions;
    witnesses_begin(trying);
    fields_fill(trying);
    for (int i = 0; i < TRIES_MAX || (is_in_vain && i < TRIES_SURE); i++) {
        struct reply reply = {0};
        line->tries++;
        if (action_try(trying, &reply)) {
            return action_done(trying, line);
        }
        is_in_vain &= is_of_case(&reply);
        refusal_keep(line, &reply);
        if (problem_type_of(reply.problem.type) == PROBLEM_FORBIDDEN) {
            colleague_ask(trying);
        }
        refusal_mend(trying, &reply);
    }
    line->given_up++;
    line->in_vain += is_in_vain ? 1 : 0;
    world->year->given_up++;
    if (is_in_vain && !line->is_read && !world->year->plan.with_faults) {
        offer_fail(world, line);
    }
    return VISIT_REFUSED;
}

/* -- choosing -----------------------------------------------------------------------------------
 */

/* One of what was offered, by weight; NULL when nothing was. */
static const struct action_offered *offer_draw(struct world *world, const struct standing_now *now,
                                               const struct action_offered_list *offered)
{
    const struct action_offered *drawn = NULL;
    unsigned sum = 0;
    for (size_t i = 0; i < offered->count; i++) {
        unsigned weight = action_weight(now, offered->items[i].action);
        weight = weight == 0 ? 1 : weight;
        sum += weight;
        if (random_below(&world->random, sum) < weight) {
            drawn = &offered->items[i];
        }
    }
    return drawn;
}

/* Takes one of the candidates out of the list, by weight. */
static struct candidate candidate_draw(struct world *world, struct candidate *candidates,
                                       size_t *count)
{
    size_t drawn = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < *count; i++) {
        sum += candidates[i].weight;
        if (random_below(&world->random, sum) < candidates[i].weight) {
            drawn = i;
        }
    }
    struct candidate candidate = candidates[drawn];
    candidates[drawn] = candidates[--*count];
    return candidate;
}

/* Whether this person does anything today, and which of the officers it is. */
static bool is_willing(struct world *world, const struct year_case *c,
                       const struct candidate *candidate, unsigned *ret_which)
{
    *ret_which = 0;
    if (text_is_empty(candidate->role)) {
        return !c->is_silent;
    }
    if (!office_is_open(world) ||
        !staff_present(world, candidate->role, candidate->department, ret_which)) {
        return false;
    }
    bool is_left = staff_is_slow(world, candidate->role, candidate->department, *ret_which) &&
                   random_below(&world->random, 100) < NOT_TODAY_PERCENT;
    world->year->left_lying += is_left ? 1 : 0;
    return !is_left;
}

static bool is_cashier(const struct candidate *candidate)
{
    return text_equal_string(candidate->role, "cashier");
}

/* Somebody tries what nobody offered to him: any action of the procedure. */
static void meddle(struct world *world, struct year_case *c, const struct standing_now *now)
{
    const struct procedure *procedure = now->procedure;
    const struct procedure_transition *any =
        &procedure->transitions[random_below(&world->random, procedure->transition_count)];
    struct candidate candidates[CANDIDATES_MAX];
    size_t count = candidates_find(world, c, now, candidates);
    if (count == 0 || any->trigger != TRIGGER_ACTION || now->owner == host_find(world, "fee")) {
        return;
    }
    struct action_offered offered = {.action = any->trigger_name};
    struct reply reply;
    struct candidate candidate = candidate_draw(world, candidates, &count);
    struct trying trying = {
        .world = world, .c = c, .now = now, .candidate = &candidate, .offered = &offered};
    witnesses_begin(&trying);
    (void)action_try(&trying, &reply);
}

static enum visit_end people_ask(struct world *world, struct year_case *c, struct standing_now *now)
{
    struct candidate candidates[CANDIDATES_MAX];
    size_t count = candidates_find(world, c, now, candidates);
    enum visit_end end = VISIT_NOTHING;
    for (int asked = 0; count > 0 && asked < PEOPLE_ASKED_MAX; asked++) {
        unsigned which = 0;
        struct candidate candidate = candidate_draw(world, candidates, &count);
        if (!is_willing(world, c, &candidate, &which)) {
            end = VISIT_NOT_TODAY;
            continue;
        }
        if (is_cashier(&candidate) && case_pay(world, c)) {
            return VISIT_DONE;
        }
        struct action_offered_list offered = offers_ask(world, c, now, &candidate, which);
        const struct action_offered *drawn = offer_draw(world, now, &offered);
        bool is_aside = drawn != NULL && (now->is_arrived || !action_is_own(now, drawn->action));
        if (drawn != NULL && (!is_aside || chance(world, ASIDE_ONE_IN))) {
            struct trying trying = {.world = world,
                                    .c = c,
                                    .now = now,
                                    .candidate = &candidate,
                                    .offered = drawn,
                                    .which = which};
            return action_do(&trying);
        }
    }
    return end;
}

/* Now and then somebody appeals, say; what is set aside has to be done once more. */
static enum visit_end after_end(struct world *world, struct year_case *c, struct standing_now *now)
{
    bool is_stirred = chance(world, AFTER_END_ONE_IN) && people_ask(world, c, now) == VISIT_DONE;
    bool is_at_end = !is_stirred || !case_look(world, c, now) || now->state->is_end;
    return is_at_end ? VISIT_OVER : VISIT_DONE;
}

enum visit_end desk_visit(struct world *world, struct year_case *c)
{
    struct standing_now now;
    if (!case_look(world, c, &now)) {
        return VISIT_NOT_TODAY; /* who knows it is away, or has not heard of it yet */
    }
    if (now.state->is_end) {
        return after_end(world, c, &now);
    }
    bool has_had_its_course = c->acts >= ACTS_ENOUGH && !chance(world, STIRRED_ONE_IN);
    if (now.is_waiting && (has_had_its_course || world->year->is_quiet)) {
        return VISIT_RESTING; /* a permit in force, say */
    }
    if (chance(world, MEDDLING_ONE_IN)) {
        meddle(world, c, &now);
        return VISIT_NOT_TODAY;
    }
    enum visit_end end = people_ask(world, c, &now);
    return end != VISIT_DONE && now.is_arrived ? VISIT_RESTING : end;
}
