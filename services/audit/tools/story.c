/* glasshall-audit case: the whole story of a case, for a person.
 *
 * Every event in the order of the record, which is that of cause and effect: when, who, what it
 * says, what it did to the limits, what brought it about. Sealed values are named, never shown. */
#include "places.h"
#include "told_event.h"
#include "tools.h"
#include "walk.h"

#include "events/intake.h"
#include "events/moves.h"
#include "wire/json.h"

#include <inttypes.h>
#include <string.h>

struct story {
    const struct options *options;
    struct walk walk;
    struct arena arena; /* of the entry being looked at */
    struct wire_reader reader;
    struct places places; /* of every record, in the record */
    struct zone zone;
    struct text number;     /* asked for; none when the id was */
    struct case_id case_id; /* none until it is known */
    uint64_t told;
    json_t *events; /* with --json */
};

static const struct option_spec story_options[] = {
    {.name = "zone", .type = OPTION_TEXT, .default_value = "Asia/Shanghai", .doc = "of the times"},
    {.name = "json", .type = OPTION_FLAG, .doc = "print the story as JSON"},
};

/* -- finding the case ----------------------------------------------------------------------- */

/* The number that an event gives its case; none in most. */
static struct text number_given(const struct hall_event *event)
{
    if (event->message == &case_submitted_message) {
        return ((const struct case_submitted *)event->data)->number;
    }
    if (event->message != NULL && wire_find(&moves_vocabulary, event->envelope.type) != NULL) {
        return ((const struct case_moved *)event->data)->head.number;
    }
    return (struct text){0};
}

/* Goes through the entries, each proved; false when one is not. */
static bool entry_next(struct story *story, bool *ret_damaged)
{
    arena_reset(&story->arena);
    if (!walk_next(&story->walk)) {
        return false;
    }
    walk_progress(&story->walk, "case");
    if (story->walk.is_proved && story->walk.is_readable) {
        return true;
    }
    fprintf(stderr, "case: WRONG: entry %" PRIu64 " is damaged; see glasshall-audit verify\n",
            story->walk.stored.seq);
    *ret_damaged = true;
    return false;
}

static bool number_find(struct story *story)
{
    struct hall_event event;
    bool is_damaged = false;
    while (uuid_is_none(&story->case_id.uuid) && entry_next(story, &is_damaged)) {
        if (hall_event_read(&story->reader, story->walk.entry.record, &event) &&
            text_equal(number_given(&event), story->number)) {
            story->case_id = event.envelope.case_id;
        }
    }
    return !is_damaged;
}

/* -- telling -------------------------------------------------------------------------------- */

static bool is_shown_elsewhere(const char *name)
{
    return strcmp(name, "step") == 0 || strcmp(name, "public_key") == 0;
}

static struct text member_text(const json_t *value, struct arena *arena)
{
    return told_text(text_of(json_string_value(value)), arena);
}

/* A value as people read it: texts as they are, the rest as JSON. */
static void value_print(const char *name, const json_t *value, struct arena *arena)
{
    printf("      %s: ", name);
    if (json_is_string(value)) {
        printf("%.*s\n", TEXT_PRINT(member_text(value, arena)));
        return;
    }
    (void)json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    printf("\n");
}

/* Prints "word value" where there is a value. */
static void member_print(const json_t *json, const char *name, const char *word,
                         struct arena *arena)
{
    const json_t *value = json_object_get(json, name);
    if (json_is_string(value)) {
        printf("%s%.*s", word, TEXT_PRINT(member_text(value, arena)));
    }
}

static void limit_print(const json_t *clock, struct arena *arena)
{
    bool has_day = json_object_get(clock, "due_day") != NULL;
    member_print(clock, "name", "      limit ", arena);
    member_print(clock, "kind", " (", arena);
    member_print(clock, "phase", ", ", arena);
    member_print(clock, has_day ? "due_day" : "due", "): until ", arena);
    member_print(clock, "basis", ", ", arena);
    printf("\n");
}

static void step_print(const json_t *step, struct arena *arena)
{
    const json_t *clock = NULL;
    size_t i = 0;
    member_print(step, "action", "      step: ", arena);
    member_print(step, "from", ", from ", arena);
    member_print(step, "to", " to ", arena);
    member_print(step, "unit", ", for ", arena);
    member_print(step, "basis", "\n      basis: ", arena);
    printf("\n");
    json_array_foreach(json_object_get(step, "clocks"), i, clock)
    {
        limit_print(clock, arena);
    }
}

static void data_print(json_t *data, const json_t *withheld, struct arena *arena)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_t *step = json_object_get(data, "step");
    if (json_is_object(step)) {
        step_print(step, arena);
    }
    json_object_foreach(data, name, value)
    {
        bool is_empty = json_is_object(value) && json_object_size(value) == 0;
        if (!is_empty && !is_shown_elsewhere(name)) {
            value_print(name, value, arena);
        }
    }
    if (json_array_size(withheld) > 0) {
        value_print("sealed", withheld, arena);
    }
}

/* What brought an event about; 0 when it was nobody else's event. */
static int64_t cause_place(const struct story *story, const struct event_cause *cause)
{
    return cause->seq == 0 ? 0 : places_find(&story->places, cause->source, cause->seq);
}

static void event_print(struct story *story, const struct hall_event *event, json_t *data,
                        const json_t *withheld)
{
    const struct event_envelope *envelope = &event->envelope;
    struct arena *arena = &story->arena;
    int64_t cause = cause_place(story, &envelope->cause);
    printf("\n#%-6" PRIu64 " %.*s  %.*s\n", story->walk.stored.seq,
           TEXT_PRINT(told_time(envelope->time, story->zone, arena)),
           TEXT_PRINT(told_title(event)));
    printf("      %.*s (%.*s %" PRIu64 ")\n", TEXT_PRINT(told_text(envelope->type, arena)),
           TEXT_PRINT(told_text(story->walk.entry.source, arena)), story->walk.entry.seq);
    printf("      by %.*s\n", TEXT_PRINT(told_actor(&envelope->actor, arena)));
    if (envelope->effective_at != 0) {
        printf("      counts from %.*s\n",
               TEXT_PRINT(told_time(envelope->effective_at, story->zone, arena)));
    }
    if (envelope->cause.seq > 0) {
        printf("      because of #%" PRId64 " (%.*s %" PRId64 ")\n", cause,
               TEXT_PRINT(envelope->cause.source), envelope->cause.seq);
    }
    data_print(data, withheld, arena);
}

static void event_keep(struct story *story, const struct hall_event *event, json_t *data,
                       json_t *withheld)
{
    json_t *json = cloud_event(event, (int64_t)story->walk.stored.seq, &story->arena);
    json_t *actor =
        wire_to_json(&event_actor_message, &event->envelope.actor, &(struct wire_view){NULL});
    json_object_set_new(json, "title", wire_json_text(told_title(event)));
    json_object_set_new(json, "seq", json_integer((json_int_t)story->walk.entry.seq));
    json_object_set_new(json, "actor", actor);
    if (event->envelope.cause.seq > 0) {
        json_object_set_new(json, "cause",
                            json_integer(cause_place(story, &event->envelope.cause)));
    }
    json_object_set(json, "data", data);
    json_object_set(json, "sealed", withheld);
    json_array_append_new(story->events, json);
}

static void event_tell(struct story *story, const struct hall_event *event)
{
    json_t *withheld = json_array();
    json_t *data = event->message == NULL ? json_object()
                                          : wire_to_json(event->message, event->data,
                                                         &(struct wire_view){.withheld = withheld});
    if (story->events != NULL) {
        event_keep(story, event, data, withheld);
    } else {
        event_print(story, event, data, withheld);
    }
    json_decref(data);
    json_decref(withheld);
    story->told++;
}

static bool events_tell(struct story *story)
{
    struct hall_event event;
    bool is_damaged = false;
    while (entry_next(story, &is_damaged)) {
        const struct entry *entry = &story->walk.entry;
        places_add(&story->places, entry->source, entry->seq, (int64_t)story->walk.stored.seq);
        if (hall_event_read(&story->reader, entry->record, &event) &&
            uuid_equal(&event.envelope.case_id.uuid, &story->case_id.uuid)) {
            event_tell(story, &event);
        }
    }
    return !is_damaged;
}

/* -- the whole ------------------------------------------------------------------------------ */

static void head_print(const struct story *story)
{
    char id[UUID_TEXT_BYTES + 1];
    uuid_format(&story->case_id.uuid, id);
    if (story->events == NULL) {
        printf("case %s%s%.*s; times of %s\n", id, text_is_empty(story->number) ? "" : ", number ",
               TEXT_PRINT(story->number), options_text(story->options, "zone"));
    }
}

/* A walk over all entries, or the part of it that finds the number. */
static int pass(struct story *story, bool (*look)(struct story *story), struct reason *reason)
{
    enum err err = walk_open(&story->walk, story->options, reason);
    if (err != ERR_OK) {
        return tool_refuse("case", err, reason);
    }
    bool is_whole = look(story);
    walk_close(&story->walk);
    return is_whole ? TOOL_OK : TOOL_FOUND;
}

static int story_tell(struct story *story, struct reason *reason)
{
    int code = TOOL_OK;
    if (uuid_is_none(&story->case_id.uuid)) {
        code = pass(story, number_find, reason);
    }
    if (code == TOOL_OK && !uuid_is_none(&story->case_id.uuid)) {
        head_print(story);
        code = pass(story, events_tell, reason);
    }
    if (code == TOOL_OK && story->told == 0) {
        fprintf(stderr, "case: the record has no case \"%s\"\n", story->options->words[0]);
        code = TOOL_FAILED;
    }
    if (code == TOOL_OK && story->events != NULL) {
        tool_print_json(json_pack("{s:O}", "events", story->events));
    }
    return code;
}

static int story_run(const struct options *options)
{
    struct story story = {.options = options};
    struct reason reason = {""};
    struct text asked = text_of(options->words[0]);
    if (!zone_find(text_of(options_text(options, "zone")), &story.zone)) {
        fprintf(stderr, "case: --zone: %s is not known here\n", options_text(options, "zone"));
        return TOOL_FAILED;
    }
    if (!uuid_parse(asked, &story.case_id.uuid)) {
        story.number = asked;
    }
    arena_init(&story.arena);
    wire_reader_init(&story.reader, &story.arena);
    story.events = options_flag(options, "json") ? json_array() : NULL;
    int code = story_tell(&story, &reason);
    json_decref(story.events);
    places_free(&story.places);
    wire_reader_free(&story.reader);
    arena_free(&story.arena);
    return code;
}

int story_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "case",
        .usage = "NUMBER|ID [options]",
        .options = story_options,
        .option_count = sizeof story_options / sizeof story_options[0],
        .walks = true,
        .word_count = 1,
        .run = story_run,
    };
    return tool_main(&tool, argc, argv);
}
