/* glasshall-audit replay: every service rebuilt from the record alone, and compared.
 *
 * Each service's own program rebuilds its state (--replay) into an empty folder and prints the
 * digests of its tables; the live store's digests, taken before, must be the same (I4). A service
 * may run on meanwhile: it is rebuilt up to the record at which its digests were taken. Where a
 * table differs, the first key that does is named, and the record that gave it its value.
 *
 * From a mirror (--from) everything is rebuilt as well, and held against the stores of --data where
 * that is given: those of a running hall, or a backup. */
#include "difference.h"
#include "tools.h"
#include "walk.h"

#include "audit/audit_service.h"
#include "base/check.h"
#include "base/file.h"
#include "log/record_file.h"
#include "service/engine.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXPORT_TRIES = 20, RETRY_MS = 500 };

/* A service to be rebuilt. */
struct subject {
    const char *name;
    bool is_there; /* its store was found */
    struct digests live;
    struct digests rebuilt;
    uint64_t recorded; /* how far the exported record has it */
};

struct rebuild {
    const struct options *options;
    struct programs programs;
    const char *data; /* folder of the stores to compare with; NULL: there are none */
    uint64_t entries; /* of the record that was exported */
    struct arena arena;
    struct subject *subjects;
    size_t subject_count;
};

static const struct option_spec rebuild_options[] = {
    {.name = "programs",
     .type = OPTION_PATH,
     .doc = "folder of the services' programs (default: where this one is)"},
    {.name = "work",
     .type = OPTION_PATH,
     .doc = "an empty folder to rebuild in, which is then kept (default: a temporary one)"},
};

/* -- the record as a file ------------------------------------------------------------------- */

static struct subject *subject_find(struct rebuild *rebuild, struct text name)
{
    for (size_t i = 0; i < rebuild->subject_count; i++) {
        if (text_equal_string(name, rebuild->subjects[i].name)) {
            return &rebuild->subjects[i];
        }
    }
    return NULL;
}

static enum err entries_write(struct rebuild *rebuild, struct walk *walk, struct record_file *file,
                              struct reason *reason)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && walk_next(walk)) {
        if (!walk->is_proved || !walk->is_readable) {
            return reason_set(reason, ERR_CORRUPT,
                              "entry %" PRIu64 " of the record is damaged; run verify",
                              walk->stored.seq);
        }
        struct record_file_entry entry = {
            .source = walk->entry.source, .seq = walk->entry.seq, .bytes = walk->entry.record};
        struct subject *subject = subject_find(rebuild, entry.source);
        err = record_file_write(file, &entry, reason);
        if (subject != NULL) {
            subject->recorded = entry.seq;
        }
        walk_progress(walk, "replay");
    }
    return err;
}

/* Digests of audit's own tables, in the snapshot that was exported. */
static void own_digests(struct rebuild *rebuild, struct walk *walk)
{
    struct subject *archivist = subject_find(rebuild, TEXT_LITERAL(ARCHIVIST));
    CHECK(archivist != NULL);
    struct digests *live = &archivist->live;
    *live = (struct digests){.seq = (int64_t)log_end(walk->txn, TABLE_LOG).seq};
    for (size_t i = 0; i < store_table_count(walk->store); i++) {
        const struct store_table *table = store_table_at(walk->store, i);
        if ((table->flags & STORE_UNDIGESTED) == 0) {
            struct hash digest = store_digest(walk->txn, i, &walk->hasher);
            digests_add(live, &rebuild->arena, table->name, store_count(walk->txn, i), &digest);
        }
    }
}

static enum err export_once(struct rebuild *rebuild, struct reason *reason)
{
    struct walk walk;
    struct record_file file = {0};
    enum err err = walk_open(&walk, rebuild->options, reason);
    if (err != ERR_OK) {
        return err;
    }
    err = record_file_create(&file, rebuild->programs.record, reason);
    if (err == ERR_OK) {
        err = entries_write(rebuild, &walk, &file, reason);
        enum err closed = record_file_close(&file, reason);
        err = err == ERR_OK ? closed : err;
    }
    if (err == ERR_OK && !walk.is_mirror) {
        own_digests(rebuild, &walk);
    }
    rebuild->entries = walk.stored.seq;
    walk_close(&walk);
    return err;
}

/* The service that audit has not yet taken everything of; NULL when there is none. */
static const struct subject *behind(const struct rebuild *rebuild)
{
    for (size_t i = 0; i < rebuild->subject_count; i++) {
        const struct subject *subject = &rebuild->subjects[i];
        if (subject->is_there && strcmp(subject->name, ARCHIVIST) != 0 &&
            subject->recorded < (uint64_t)subject->live.seq) {
            return subject;
        }
    }
    return NULL;
}

/* Exports the record once it has everything that the live digests rest on; a mirror does not grow
 * by itself. */
static enum err record_export(struct rebuild *rebuild, struct reason *reason)
{
    bool is_fixed = options_text(rebuild->options, "from") != NULL;
    enum err err = ERR_BEHIND;
    for (int tries = 0; err == ERR_BEHIND && tries < (is_fixed ? 1 : EXPORT_TRIES); tries++) {
        if (tries > 0) {
            (void)usleep(RETRY_MS * 1000);
        }
        err = export_once(rebuild, reason);
        const struct subject *missing = behind(rebuild);
        if (err == ERR_OK && missing != NULL) {
            err = reason_set(reason, ERR_BEHIND,
                             "%s has %s only up to %" PRIu64 " of %" PRId64 "; %s",
                             is_fixed ? options_text(rebuild->options, "from") : "audit",
                             missing->name, missing->recorded, missing->live.seq,
                             is_fixed ? "bring it up to date (glasshall-audit mirror)"
                                      : "is audit running and ready?");
        }
    }
    if (err == ERR_OK) {
        printf("record    %" PRIu64 " entries\n", rebuild->entries);
    }
    return err;
}

/* -- comparing ------------------------------------------------------------------------------ */

static bool table_tell(struct rebuild *rebuild, const struct subject *subject,
                       const struct table_digest *live)
{
    const struct table_digest *rebuilt = digests_find(&subject->rebuilt, live->table);
    if (rebuilt != NULL && rebuilt->rows == live->rows &&
        text_equal(rebuilt->sha256, live->sha256)) {
        return true;
    }
    printf("%-13s DIFFERS at %" PRId64 ": table %.*s has %" PRId64 " rows, %.*s\n", subject->name,
           subject->live.seq, TEXT_PRINT(live->table), live->rows, TEXT_PRINT(live->sha256));
    if (rebuilt == NULL) {
        printf("              the rebuilt store has no such table\n");
        return false;
    }
    printf("              rebuilt from the record: %" PRId64 " rows, %.*s\n", rebuilt->rows,
           TEXT_PRINT(rebuilt->sha256));
    struct differing differing = {.programs = &rebuild->programs,
                                  .data = rebuild->data,
                                  .service = subject->name,
                                  .seq = subject->live.seq};
    difference_tell(&differing, live->table);
    return false;
}

/* Prints how a service came out; true when it is the same. */
static bool subject_tell(struct rebuild *rebuild, const struct subject *subject)
{
    bool is_same = true;
    if (subject->live.seq != subject->rebuilt.seq) {
        printf("%-13s DIFFERS: its log ends at %" PRId64 ", the rebuilt one at %" PRId64 "\n",
               subject->name, subject->live.seq, subject->rebuilt.seq);
        return false;
    }
    for (size_t i = 0; i < subject->live.count; i++) {
        is_same = table_tell(rebuild, subject, &subject->live.tables[i]) && is_same;
    }
    if (is_same) {
        printf("%-13s %8" PRId64 " records, %zu tables, the same\n", subject->name,
               subject->live.seq, subject->live.count);
    }
    return is_same;
}

/* Audit's store holds the record itself: it is compared when it holds just this one. */
static enum err archivist_ask(struct rebuild *rebuild, struct subject *subject,
                              struct reason *reason)
{
    bool is_of_mirror = subject->live.count == 0;
    enum err err = is_of_mirror ? program_digest(&rebuild->programs, subject->name, rebuild->data,
                                                 &subject->live, reason)
                                : ERR_OK;
    const struct table_digest *record = digests_find(&subject->live, TEXT_LITERAL("record"));
    if (err == ERR_OK && (record == NULL || record->rows != (int64_t)rebuild->entries)) {
        printf("%-13s has another number of entries than the mirror, not compared\n",
               subject->name);
        subject->is_there = false;
    }
    return err;
}

/* Rebuilds a service and holds it against its store where there is one. */
static enum err subject_compare(struct rebuild *rebuild, struct subject *subject, bool *ret_same,
                                struct reason *reason)
{
    bool is_archivist = strcmp(subject->name, ARCHIVIST) == 0;
    const char *folder =
        arena_print(&rebuild->arena, "%s/%s", rebuild->programs.work, subject->name).data;
    *ret_same = true;
    if (is_archivist && subject->is_there) {
        enum err err = archivist_ask(rebuild, subject, reason);
        if (err != ERR_OK || !subject->is_there) {
            return err;
        }
    }
    if (!subject->is_there && rebuild->data != NULL) {
        printf("%-13s not at hand, not compared\n", subject->name);
        return ERR_OK;
    }
    enum err err = program_rebuild(&rebuild->programs, subject->name, folder,
                                   is_archivist ? 0 : subject->live.seq, &subject->rebuilt, reason);
    if (err != ERR_OK) {
        return err;
    }
    if (subject->is_there) {
        *ret_same = subject_tell(rebuild, subject);
    } else {
        printf("%-13s %8" PRId64 " records, %zu tables, rebuilt\n", subject->name,
               subject->rebuilt.seq, subject->rebuilt.count);
    }
    return ERR_OK;
}

static enum err subjects_compare(struct rebuild *rebuild, bool *ret_same, struct reason *reason)
{
    enum err err = ERR_OK;
    *ret_same = true;
    for (size_t i = 0; err == ERR_OK && i < rebuild->subject_count; i++) {
        bool is_same = false;
        err = subject_compare(rebuild, &rebuild->subjects[i], &is_same, reason);
        *ret_same = *ret_same && is_same;
    }
    return err;
}

/* -- the whole ------------------------------------------------------------------------------ */

static enum err folders_find(struct rebuild *rebuild, struct reason *reason)
{
    char path[PATH_MAX] = "";
    const char *programs = options_text(rebuild->options, "programs");
    const char *work = options_text(rebuild->options, "work");
    if (programs == NULL) {
        ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
        char *slash = size > 0 ? strrchr(path, '/') : NULL;
        if (slash == NULL) {
            return reason_set(reason, ERR_NOT_FOUND, "say with --programs where they are");
        }
        *slash = '\0';
        programs = path;
    }
    rebuild->programs.folder = arena_print(&rebuild->arena, "%s", programs).data;
    if (work == NULL) {
        const char *temporary = getenv("TMPDIR");
        (void)snprintf(path, sizeof path, "%s/glasshall-replay-XXXXXX",
                       temporary == NULL ? "/tmp" : temporary);
        if (mkdtemp(path) == NULL) {
            return reason_set(reason, ERR_DENIED, "cannot make a temporary folder: %s", path);
        }
        work = path;
    } else if (folder_make(work, reason) != ERR_OK) {
        return ERR_DENIED;
    }
    rebuild->programs.work = arena_print(&rebuild->arena, "%s", work).data;
    rebuild->programs.record = arena_print(&rebuild->arena, "%s/record", work).data;
    return ERR_OK;
}

static enum err live_read(struct rebuild *rebuild, struct reason *reason)
{
    for (size_t i = 0; rebuild->data != NULL && i < rebuild->subject_count; i++) {
        struct subject *subject = &rebuild->subjects[i];
        const char *store =
            arena_print(&rebuild->arena, "%s/%s/store.mdb", rebuild->data, subject->name).data;
        subject->is_there = access(store, R_OK) == 0;
        if (subject->is_there && strcmp(subject->name, ARCHIVIST) != 0) {
            enum err err = program_digest(&rebuild->programs, subject->name, rebuild->data,
                                          &subject->live, reason);
            if (err != ERR_OK) {
                return err;
            }
        }
    }
    return ERR_OK;
}

/* What is left to say once everything was looked at. */
static int rebuild_end(const struct rebuild *rebuild, bool is_same)
{
    if (rebuild->data == NULL) {
        puts("everything can be rebuilt from the record; --data names stores to compare it with");
        return TOOL_OK;
    }
    puts(is_same ? "the record gives what the services hold"
                 : "THE RECORD DOES NOT GIVE WHAT THE SERVICES HOLD");
    return is_same ? TOOL_OK : TOOL_FOUND;
}

static int rebuild_run(const struct options *options)
{
    struct subject subjects[ENGINE_STREAMS_MAX + 1] = {{.name = ARCHIVIST}};
    struct rebuild rebuild = {.options = options, .subjects = subjects, .subject_count = 1};
    struct reason reason = {""};
    bool same = false;
    for (const char *const *name = audit_service.streams; *name != NULL; name++) {
        subjects[rebuild.subject_count++].name = *name;
    }
    arena_init(&rebuild.arena);
    rebuild.data = walk_data(options);
    rebuild.programs.arena = &rebuild.arena;
    rebuild.programs.map_bytes = options_number(options, "map-size");
    enum err err = folders_find(&rebuild, &reason);
    if (err == ERR_OK) {
        err = live_read(&rebuild, &reason);
    }
    if (err == ERR_OK) {
        err = record_export(&rebuild, &reason);
    }
    if (err == ERR_OK) {
        err = subjects_compare(&rebuild, &same, &reason);
    }
    int code = err == ERR_OK ? rebuild_end(&rebuild, same) : tool_refuse("replay", err, &reason);
    if (rebuild.programs.work != NULL && options_text(options, "work") == NULL) {
        programs_clear(rebuild.programs.work);
    }
    arena_free(&rebuild.arena);
    return code;
}

int rebuild_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "replay",
        .usage = "[options]",
        .options = rebuild_options,
        .option_count = sizeof rebuild_options / sizeof rebuild_options[0],
        .walks = true,
        .run = rebuild_run,
    };
    return tool_main(&tool, argc, argv);
}
