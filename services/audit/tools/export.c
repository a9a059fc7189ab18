/* glasshall-audit export: events as CloudEvents 1.0, from a store or a mirror.
 *
 * The same form as GET /v1/audit/events (events/cloud_event.h): a line each, or one batch. */
#include "period.h"
#include "tools.h"
#include "walk.h"

#include "base/check.h"
#include "events/cloud_event.h"

#include <inttypes.h>

struct export
{
    struct walk walk;
    struct arena arena; /* of the entry being looked at */
    struct wire_reader reader;
    struct period period;
    struct case_id case_id; /* none: all */
    struct text type;
    struct text department;
    bool is_batch;
    uint64_t told;
};

static const struct option_spec export_options[] = {
    {.name = "batch",
     .type = OPTION_FLAG,
     .doc = "one JSON array (application/cloudevents-batch+json) instead of a line each"},
    {.name = "case", .type = OPTION_TEXT, .doc = "only events of the case with this id"},
    {.name = "type",
     .type = OPTION_TEXT,
     .doc = "only events of this type, with or without " CLOUD_TYPE_PREFIX},
    {.name = "department", .type = OPTION_TEXT, .doc = "only what officers of this department did"},
};

static bool is_wanted(const struct export *export, const struct event_envelope *envelope)
{
    return period_has(&export->period, envelope->time) &&
           (uuid_is_none(&export->case_id.uuid) ||
            uuid_equal(&export->case_id.uuid, &envelope->case_id.uuid)) &&
           (text_is_empty(export->type) || text_equal(export->type, envelope->type)) &&
           (text_is_empty(export->department) ||
            text_equal(export->department, envelope->actor.department));
}

/* Prints an event; false when nobody takes it. */
static bool event_tell(struct export *export, const struct hall_event *event)
{
    const char *before = !export->is_batch ? "" : export->told == 0 ? "[\n" : ",\n";
    json_t *json = cloud_event(event, (int64_t) export->walk.stored.seq, &export->arena);
    CHECK(json != NULL);
    bool is_told = fputs(before, stdout) != EOF && json_dumpf(json, stdout, JSON_COMPACT) == 0 &&
                   (export->is_batch || fputs("\n", stdout) != EOF);
    json_decref(json);
    export->told++;
    return is_told;
}

/* Goes through all entries; false, and why is told, when it could not go on. */
static int entries_tell(struct export *export)
{
    bool is_told = true;
    while (is_told && walk_next(&export->walk)) {
        struct hall_event event;
        arena_reset(&export->arena);
        walk_progress(&export->walk, "export");
        if (!export->walk.is_proved || !export->walk.is_readable) {
            fprintf(stderr,
                    "export: WRONG: entry %" PRIu64 " is damaged; see glasshall-audit verify\n",
                    export->walk.stored.seq);
            return TOOL_FOUND;
        }
        if (hall_event_read(&export->reader, export->walk.entry.record, &event) &&
            is_wanted(export, &event.envelope)) {
            is_told = event_tell(export, &event);
        }
    }
    if (export->is_batch && is_told) {
        is_told = fputs(export->told == 0 ? "[]\n" : "\n]\n", stdout) != EOF;
    }
    if (!is_told || fflush(stdout) != 0) {
        fprintf(stderr, "export: the output cannot be written\n");
        return TOOL_FAILED;
    }
    return TOOL_OK;
}

static enum err filters_read(const struct options *options, struct export *export,
                             struct reason *reason)
{
    const char *case_id = options_text(options, "case");
    export->is_batch = options_flag(options, "batch");
    export->department = text_of(options_text(options, "department"));
    export->type = text_of(options_text(options, "type"));
    if (text_starts_with(export->type, CLOUD_TYPE_PREFIX)) {
        export->type = text_after(export->type, sizeof CLOUD_TYPE_PREFIX - 1);
    }
    if (case_id != NULL && !uuid_parse(text_of(case_id), &export->case_id.uuid)) {
        return reason_set(reason, ERR_INVALID, "--case must be the id of a case");
    }
    return period_read(options, &export->period, reason);
}

static int export_run(const struct options *options)
{
    struct export export = {.told = 0};
    struct reason reason = {""};
    enum err err = filters_read(options, &export, &reason);
    if (err == ERR_OK) {
        err = walk_open(&export.walk, options, &reason);
    }
    if (err != ERR_OK) {
        return tool_refuse("export", err, &reason);
    }
    arena_init(&export.arena);
    wire_reader_init(&export.reader, &export.arena);
    int code = entries_tell(&export);
    wire_reader_free(&export.reader);
    arena_free(&export.arena);
    walk_close(&export.walk);
    return code;
}

int export_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "export",
        .usage = "[options]",
        .options = export_options,
        .option_count = sizeof export_options / sizeof export_options[0],
        .walks = true,
        .has_period = true,
        .run = export_run,
    };
    return tool_main(&tool, argc, argv);
}
