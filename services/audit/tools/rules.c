/* glasshall-audit rules: the rules of supervision, run again over a past period.
 *
 * What must be found follows from the record alone: the steps, and the catalogue that was in force
 * for each case. It is held against the findings that are in the record: yellow and red cards,
 * silence that became acceptance, pauses past the time told, and whatever else a procedure calls a
 * finding. A finding belongs to the period in which its cause happened. */
#include "period.h"
#include "places.h"
#include "rule_book.h"
#include "tools.h"
#include "walk.h"

#include "base/check.h"
#include "events/moves.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_BYTES = 4 * 60 + 1, FINDINGS_FIRST = 256 };

/* A finding, as it must be or as it is. */
struct found {
    char source[SOURCE_CHARACTERS + 1];
    int64_t seq; /* of its cause */
    char rule[RULE_BYTES];
    char clock[RULE_BYTES];
    struct uuid case_id;
    int64_t at_ms;  /* when the cause happened; 0: the record has no such event */
    uint64_t index; /* of the cause, or of the finding */
};

struct findings {
    struct found *items;
    size_t count;
    size_t room;
};

struct ruling {
    const struct options *options;
    struct walk walk;
    struct arena arena; /* of the entry being looked at */
    struct wire_reader reader;
    struct period period;
    struct rule_book book;
    struct places times; /* when each event happened */
    struct findings wanted;
    struct findings told;
    uint64_t agreed;
    uint64_t missing;
    uint64_t too_much;
    json_t *lines; /* with --json */
};

static const struct option_spec rules_options[] = {
    {.name = "json", .type = OPTION_FLAG, .doc = "print what was found as JSON"},
};

/* -- what must be found --------------------------------------------------------------------- */

static void found_add(struct ruling *ruling, struct findings *findings,
                      const struct event_envelope *envelope, const struct finding_raised *finding)
{
    if (findings->count == findings->room) {
        findings->room = findings->room == 0 ? FINDINGS_FIRST : 2 * findings->room;
        findings->items = reallocarray(findings->items, findings->room, sizeof *findings->items);
        CHECK(findings->items != NULL);
    }
    struct found *found = &findings->items[findings->count];
    *found = (struct found){
        .seq = finding->seq,
        .case_id = envelope->case_id.uuid,
        .at_ms = places_find(&ruling->times, finding->source, finding->seq),
        .index = ruling->walk.stored.seq,
    };
    (void)snprintf(found->source, sizeof found->source, "%.*s", TEXT_PRINT(finding->source));
    (void)snprintf(found->rule, sizeof found->rule, "%.*s", TEXT_PRINT(finding->rule));
    (void)snprintf(found->clock, sizeof found->clock, "%.*s", TEXT_PRINT(finding->clock));
    bool is_of_period = period_has(&ruling->period, found->at_ms) ||
                        (found->at_ms == 0 && period_has(&ruling->period, envelope->time));
    findings->count += is_of_period ? 1 : 0;
}

/* "order over" is about the limit "order". */
static struct text limit_of(struct text action)
{
    static const char ending[] = " over";
    size_t size = sizeof ending - 1;
    if (action.size > size && memcmp(action.data + action.size - size, ending, size) == 0) {
        action.size -= size;
    }
    return action;
}

/* Supervision's own limits: what it did by itself, without a cause, a limit made it do. */
static bool finding_of_own(const struct event *event, struct finding_raised *ret_finding)
{
    const struct case_moved *moved = event->data;
    const struct event_envelope *envelope = event->envelope;
    bool is_yellow = event->message == &audit_clock_warned_message;
    *ret_finding = (struct finding_raised){
        .rule = is_yellow ? TEXT_LITERAL("yellow_card") : TEXT_LITERAL("red_card"),
        .clock = text_is_empty(moved->clock) ? limit_of(moved->step.action) : moved->clock,
        .source = event->source,
        .seq = (int64_t)event->seq,
    };
    return envelope->actor.kind == ACTOR_SYSTEM && envelope->cause.seq == 0 &&
           !moved->step.beside && event->message != &audit_clocks_recounted_message;
}

static void step_judge(struct ruling *ruling, const struct hall_event *read)
{
    struct finding_raised finding;
    struct event event = {.envelope = &read->envelope,
                          .message = read->message,
                          .data = read->data,
                          .source = ruling->walk.entry.source,
                          .seq = ruling->walk.entry.seq};
    const struct case_moved *moved = read->data;
    bool is_own = text_equal_string(event.source, ARCHIVIST);
    bool is_finding =
        is_own ? finding_of_own(&event, &finding)
               : finding_of_step(&event,
                                 rule_book_transition(&ruling->book, &read->envelope.case_id.uuid,
                                                      &moved->step),
                                 &finding);
    if (is_finding) {
        found_add(ruling, &ruling->wanted, &read->envelope, &finding);
    }
}

static void entry_judge(struct ruling *ruling)
{
    struct hall_event event;
    const struct entry *entry = &ruling->walk.entry;
    bool is_event = hall_event_read(&ruling->reader, entry->record, &event);
    places_add(&ruling->times, entry->source, entry->seq, is_event ? event.envelope.time : 0);
    if (!is_event || event.message == NULL) {
        return;
    }
    rule_book_take(&ruling->book, &event);
    if (event.message == &finding_raised_message) {
        found_add(ruling, &ruling->told, &event.envelope, event.data);
    } else if (wire_find(&moves_vocabulary, event.envelope.type) != NULL) {
        step_judge(ruling, &event);
    }
}

/* -- comparing ------------------------------------------------------------------------------ */

static int found_compare(const void *left, const void *right)
{
    const struct found *a = left;
    const struct found *b = right;
    int order = strcmp(a->source, b->source);
    order = order != 0 ? order : (a->seq > b->seq) - (a->seq < b->seq);
    order = order != 0 ? order : strcmp(a->rule, b->rule);
    order = order != 0 ? order : strcmp(a->clock, b->clock);
    return order != 0 ? order : memcmp(a->case_id.bytes, b->case_id.bytes, UUID_BYTES);
}

static void findings_sort(struct findings *findings)
{
    if (findings->count > 0) {
        qsort(findings->items, findings->count, sizeof *findings->items, found_compare);
    }
}

static void found_tell(struct ruling *ruling, const struct found *found, const char *verdict)
{
    char case_id[UUID_TEXT_BYTES + 1];
    uuid_format(&found->case_id, case_id);
    if (ruling->lines == NULL) {
        printf("%-9s %s, limit %s, case %s, because of %s %" PRId64 " (entry %" PRIu64 ")\n",
               verdict, found->rule, found->clock, case_id, found->source, found->seq,
               found->index);
        return;
    }
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "verdict", verdict, "rule", found->rule,
                  "limit", found->clock, "case", case_id, "source", found->source, "seq",
                  (json_int_t)found->seq, "entry", (json_int_t)found->index);
    if (found->at_ms > 0) {
        json_object_set_new(line, "time", wire_json_time(found->at_ms));
    }
    json_array_append_new(ruling->lines, line);
}

static void findings_compare(struct ruling *ruling)
{
    size_t wanted = 0;
    size_t told = 0;
    findings_sort(&ruling->wanted);
    findings_sort(&ruling->told);
    while (wanted < ruling->wanted.count || told < ruling->told.count) {
        const struct found *left = &ruling->wanted.items[wanted];
        const struct found *right = &ruling->told.items[told];
        int order = wanted == ruling->wanted.count ? 1
                    : told == ruling->told.count   ? -1
                                                   : found_compare(left, right);
        if (order == 0) {
            found_tell(ruling, right, "found");
            ruling->agreed++;
        } else if (order < 0) {
            found_tell(ruling, left, "MISSING");
            ruling->missing++;
        } else {
            found_tell(ruling, right, "TOO MUCH");
            ruling->too_much++;
        }
        wanted += order <= 0 ? 1 : 0;
        told += order >= 0 ? 1 : 0;
    }
}

/* -- the whole ------------------------------------------------------------------------------ */

static int ruling_tell(struct ruling *ruling)
{
    bool agrees = ruling->missing == 0 && ruling->too_much == 0;
    if (ruling->lines != NULL) {
        tool_print_json(json_pack("{s:b, s:I, s:I, s:I, s:O}", "agrees", agrees, "found",
                                  (json_int_t)ruling->agreed, "missing",
                                  (json_int_t)ruling->missing, "too_much",
                                  (json_int_t)ruling->too_much, "findings", ruling->lines));
    } else {
        printf("%s: %" PRIu64 " findings as the rules say, %" PRIu64 " missing, %" PRIu64
               " too much, of %" PRIu64 " entries\n",
               agrees ? "the findings are what the rules say" : "THE FINDINGS DIFFER",
               ruling->agreed, ruling->missing, ruling->too_much, ruling->walk.stored.seq);
    }
    return agrees ? TOOL_OK : TOOL_FOUND;
}

static int entries_judge(struct ruling *ruling)
{
    while (walk_next(&ruling->walk)) {
        arena_reset(&ruling->arena);
        walk_progress(&ruling->walk, "rules");
        if (!ruling->walk.is_proved || !ruling->walk.is_readable) {
            fprintf(stderr,
                    "rules: WRONG: entry %" PRIu64 " is damaged; see glasshall-audit verify\n",
                    ruling->walk.stored.seq);
            return TOOL_FOUND;
        }
        entry_judge(ruling);
    }
    findings_compare(ruling);
    return ruling_tell(ruling);
}

static int rules_run(const struct options *options)
{
    struct ruling ruling = {.options = options};
    struct reason reason = {""};
    enum err err = period_read(options, &ruling.period, &reason);
    if (err == ERR_OK) {
        err = walk_open(&ruling.walk, options, &reason);
    }
    if (err != ERR_OK) {
        return tool_refuse("rules", err, &reason);
    }
    arena_init(&ruling.arena);
    wire_reader_init(&ruling.reader, &ruling.arena);
    ruling.lines = options_flag(options, "json") ? json_array() : NULL;
    int code = entries_judge(&ruling);
    json_decref(ruling.lines);
    rule_book_free(&ruling.book);
    places_free(&ruling.times);
    free(ruling.wanted.items);
    free(ruling.told.items);
    wire_reader_free(&ruling.reader);
    arena_free(&ruling.arena);
    walk_close(&ruling.walk);
    return code;
}

int rules_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "rules",
        .usage = "[--since DATE] [--until DATE] [options]",
        .options = rules_options,
        .option_count = sizeof rules_options / sizeof rules_options[0],
        .walks = true,
        .has_period = true,
        .run = rules_run,
    };
    return tool_main(&tool, argc, argv);
}
