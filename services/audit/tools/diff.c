/* glasshall-audit diff: two records side by side, each a mirror or a data folder.
 *
 * Says where they part, what each has there, and whether one begins with the other. Exit 0: they
 * are the same, or one goes on where the other ends; 1: they part, or one of them is damaged. */
#include "tools.h"
#include "walk.h"

#include "base/encoding.h"
#include "wire/json.h"

#include <inttypes.h>

struct side {
    const char *folder;
    struct walk walk;
    bool is_at_end;
};

struct comparison {
    struct side sides[2];
    struct arena arena;
    struct wire_reader reader;
    struct hasher hasher;
    uint64_t same;   /* entries that both have, from the first on */
    bool parts;      /* behind them each has another entry */
    bool is_damaged; /* an entry of one of them is not proved */
};

static const struct option_spec diff_options[] = {
    {.name = "json", .type = OPTION_FLAG, .doc = "print what was found as JSON"},
};

/* -- comparing ------------------------------------------------------------------------------ */

static bool side_next(struct comparison *comparison, struct side *side)
{
    side->is_at_end = !walk_next(&side->walk);
    if (!side->is_at_end && !(side->walk.is_proved && side->walk.is_readable)) {
        fprintf(stderr, "diff: entry %" PRIu64 " of %s is damaged; see glasshall-audit verify\n",
                side->walk.stored.seq, side->folder);
        comparison->is_damaged = true;
    }
    return !side->is_at_end;
}

static void records_compare(struct comparison *comparison)
{
    struct side *left = &comparison->sides[0];
    struct side *right = &comparison->sides[1];
    bool both = true;
    while (both && !comparison->is_damaged) {
        bool has_left = side_next(comparison, left);
        bool has_right = side_next(comparison, right);
        both = has_left && has_right;
        if (both && !comparison->is_damaged) {
            comparison->parts = !bytes_equal(left->walk.stored.bytes, right->walk.stored.bytes);
            both = !comparison->parts;
            comparison->same += both ? 1 : 0;
            walk_progress(&left->walk, "diff");
        }
    }
}

/* -- telling -------------------------------------------------------------------------------- */

static json_t *entry_json(struct comparison *comparison, const struct side *side)
{
    const struct walk *walk = &side->walk;
    struct event_envelope envelope;
    struct hash leaf = merkle_leaf(&comparison->hasher, walk->entry.record);
    json_t *json = json_object();
    json_object_set_new(json, "source", wire_json_text(walk->entry.source));
    json_object_set_new(json, "seq", json_integer((json_int_t)walk->entry.seq));
    json_object_set_new(
        json, "leaf",
        wire_json_text(hex_text(&comparison->arena, bytes_of(leaf.bytes, HASH_BYTES))));
    if (record_kind_of(walk->entry.record) != RECORD_EVENT ||
        record_read_event(&comparison->reader, walk->entry.record, &envelope) != ERR_OK) {
        json_object_set_new(json, "type", json_string("mark"));
        return json;
    }
    json_object_set_new(json, "type", wire_json_text(envelope.type));
    json_object_set_new(json, "id", wire_json_id(&envelope.id.uuid));
    json_object_set_new(json, "time", wire_json_time(envelope.time));
    if (!uuid_is_none(&envelope.case_id.uuid)) {
        json_object_set_new(json, "case", wire_json_id(&envelope.case_id.uuid));
    }
    return json;
}

/* What they are to each other. */
enum relation { DAMAGED, DIFFER, SAME, FIRST_BEGINS_SECOND, SECOND_BEGINS_FIRST };
static const char *const relation_names[] = {"damaged", "differ", "same", "first_begins_second",
                                             "second_begins_first"};

static enum relation relation_of(const struct comparison *comparison)
{
    const struct side *sides = comparison->sides;
    if (comparison->is_damaged) {
        return DAMAGED;
    }
    if (comparison->parts) {
        return DIFFER;
    }
    if (sides[0].walk.end == sides[1].walk.end) {
        return SAME;
    }
    return sides[0].walk.end < sides[1].walk.end ? FIRST_BEGINS_SECOND : SECOND_BEGINS_FIRST;
}

static json_t *comparison_json(struct comparison *comparison)
{
    json_t *json = json_object();
    json_t *sides = json_array();
    json_object_set_new(json, "relation", json_string(relation_names[relation_of(comparison)]));
    json_object_set_new(json, "same", json_integer((json_int_t)comparison->same));
    if (comparison->parts) {
        json_object_set_new(json, "differs_at", json_integer((json_int_t)comparison->same + 1));
    }
    for (size_t i = 0; i < 2; i++) {
        const struct side *side = &comparison->sides[i];
        json_t *told = json_object();
        json_object_set_new(told, "folder", json_string(side->folder));
        json_object_set_new(told, "size", json_integer((json_int_t)side->walk.end));
        if (comparison->parts) {
            json_object_set_new(told, "entry", entry_json(comparison, side));
        }
        json_array_append_new(sides, told);
    }
    json_object_set_new(json, "records", sides);
    return json;
}

static void text_print(const json_t *json)
{
    const json_t *told = NULL;
    size_t i = 0;
    json_array_foreach(json_object_get(json, "records"), i, told)
    {
        const json_t *entry = json_object_get(told, "entry");
        printf("%s: %" JSON_INTEGER_FORMAT " entries\n",
               json_string_value(json_object_get(told, "folder")),
               json_integer_value(json_object_get(told, "size")));
        if (entry != NULL) {
            printf("  %" JSON_INTEGER_FORMAT ": ",
                   json_integer_value(json_object_get(json, "differs_at")));
            (void)json_dumpf(entry, stdout, JSON_COMPACT);
            printf("\n");
        }
    }
}

static void beginning_print(const struct side *shorter, const struct side *longer)
{
    printf("%s begins %s: it lacks the last %" PRIu64 "\n", shorter->folder, longer->folder,
           longer->walk.end - shorter->walk.end);
}

static void relation_print(const struct comparison *comparison)
{
    const struct side *sides = comparison->sides;
    switch (relation_of(comparison)) {
    case DAMAGED:
        printf("DAMAGED: the first %" PRIu64 " entries are the same\n", comparison->same);
        break;
    case DIFFER:
        printf("THEY DIFFER from entry %" PRIu64 " on: the first %" PRIu64 " are the same\n",
               comparison->same + 1, comparison->same);
        break;
    case SAME:
        printf("the same %" PRIu64 " entries\n", comparison->same);
        break;
    case FIRST_BEGINS_SECOND:
        beginning_print(&sides[0], &sides[1]);
        break;
    case SECOND_BEGINS_FIRST:
        beginning_print(&sides[1], &sides[0]);
        break;
    }
}

static int comparison_tell(struct comparison *comparison, bool as_json)
{
    json_t *json = comparison_json(comparison);
    if (as_json) {
        tool_print_json(json);
    } else {
        text_print(json);
        relation_print(comparison);
        json_decref(json);
    }
    return comparison->parts || comparison->is_damaged ? TOOL_FOUND : TOOL_OK;
}

static int diff_run(const struct options *options)
{
    struct comparison comparison = {.same = 0};
    struct reason reason = {""};
    int code = TOOL_FAILED;
    size_t opened = 0;
    arena_init(&comparison.arena);
    wire_reader_init(&comparison.reader, &comparison.arena);
    hasher_init(&comparison.hasher);
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < 2; i++) {
        struct side *side = &comparison.sides[i];
        side->folder = options->words[i];
        err = walk_open_folder(&side->walk, side->folder, options, &reason);
        opened += err == ERR_OK ? 1 : 0;
    }
    if (err == ERR_OK) {
        records_compare(&comparison);
        code = comparison_tell(&comparison, options_flag(options, "json"));
    } else {
        code = tool_refuse("diff", err, &reason);
    }
    while (opened > 0) {
        walk_close(&comparison.sides[--opened].walk);
    }
    hasher_free(&comparison.hasher);
    wire_reader_free(&comparison.reader);
    arena_free(&comparison.arena);
    return code;
}

int diff_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "diff",
        .usage = "A B [options], each a mirror or a data folder",
        .options = diff_options,
        .option_count = sizeof diff_options / sizeof diff_options[0],
        .walks_folders = true,
        .word_count = 2,
        .run = diff_run,
    };
    return tool_main(&tool, argc, argv);
}
