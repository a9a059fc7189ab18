/* glasshall-audit replay: every service rebuilt from the record alone, and compared.
 *
 * Each service's own program rebuilds its state (--replay) into an empty folder and prints the
 * digests of its tables; the live store's digests, taken before, must be the same (I4). A service
 * may run on meanwhile: it is rebuilt up to the record at which its digests were taken. */
#include "digests.h"
#include "tools.h"
#include "walk.h"

#include "audit/audit_service.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"
#include "log/record_file.h"
#include "service/engine.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_BYTES_MAX = 64 * 1024, EXPORT_TRIES = 20, RETRY_MS = 500, DESCRIPTORS_MAX = 16 };

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
    const char *programs; /* folder of the services' programs */
    const char *work;     /* folder of this run */
    const char *record;   /* the exported record */
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

/* -- running a program ---------------------------------------------------------------------- */

/* Runs a program with its output going to `path`. */
static enum err program_run(char *const *arguments, const char *path, struct reason *reason)
{
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    int code = posix_spawn(&pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        return reason_set(reason, ERR_NOT_FOUND, "cannot run %s: %s", arguments[0], strerror(code));
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return reason_set(reason, ERR_INVALID, "%s failed; it says why above", arguments[0]);
    }
    return ERR_OK;
}

/* What a program says of its tables: `arguments` end with NULL, the first is its name. */
static enum err digests_ask(struct rebuild *rebuild, char *const *arguments,
                            struct digests *ret_digests, struct reason *reason)
{
    struct bytes output;
    const char *path = arena_print(&rebuild->arena, "%s/output.json", rebuild->work).data;
    enum err err = program_run(arguments, path, reason);
    if (err == ERR_OK) {
        err = file_read(path, OUTPUT_BYTES_MAX, &rebuild->arena, &output, reason);
    }
    if (err == ERR_OK) {
        err = digests_parse(bytes_text(output), &rebuild->arena, ret_digests, reason);
    }
    return err;
}

/* A formatted argument of a program: argv wants its strings writable. */
static char *argument(struct rebuild *rebuild, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static char *argument(struct rebuild *rebuild, const char *format, ...)
{
    char text[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *copy = arena_take(&rebuild->arena, strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    return copy;
}

static enum err live_ask(struct rebuild *rebuild, struct subject *subject, struct reason *reason)
{
    char *arguments[] = {
        argument(rebuild, "%s/glasshall-%s", rebuild->programs, subject->name),
        argument(rebuild, "--digest"),
        argument(rebuild, "--data=%s", walk_data(rebuild->options)),
        argument(rebuild, "--map-size=%s", options_text(rebuild->options, "map-size")),
        NULL,
    };
    return digests_ask(rebuild, arguments, &subject->live, reason);
}

static enum err rebuilt_ask(struct rebuild *rebuild, struct subject *subject, struct reason *reason)
{
    bool is_archivist = strcmp(subject->name, ARCHIVIST) == 0;
    char *arguments[] = {
        argument(rebuild, "%s/glasshall-%s", rebuild->programs, subject->name),
        argument(rebuild, "--replay=%s", rebuild->record),
        argument(rebuild, "--until=%" PRId64, is_archivist ? 0 : subject->live.seq),
        argument(rebuild, "--data=%s/%s", rebuild->work, subject->name),
        argument(rebuild, "--map-size=%s", options_text(rebuild->options, "map-size")),
        NULL,
    };
    return digests_ask(rebuild, arguments, &subject->rebuilt, reason);
}

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
        if (walk_is_milestone(walk)) {
            fprintf(stderr, "replay: %" PRIu64 " of %" PRIu64 " entries exported\n",
                    walk->stored.seq, walk->end);
        }
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
    err = record_file_create(&file, rebuild->record, reason);
    if (err == ERR_OK) {
        err = entries_write(rebuild, &walk, &file, reason);
        enum err closed = record_file_close(&file, reason);
        err = err == ERR_OK ? closed : err;
    }
    if (err == ERR_OK) {
        own_digests(rebuild, &walk);
        printf("record    %" PRIu64 " entries\n", walk.stored.seq);
    }
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

/* Exports the record once it has everything that the live digests rest on. */
static enum err record_export(struct rebuild *rebuild, struct reason *reason)
{
    for (int tries = 0; tries < EXPORT_TRIES; tries++) {
        enum err err = export_once(rebuild, reason);
        const struct subject *missing = behind(rebuild);
        if (err != ERR_OK || missing == NULL) {
            return err;
        }
        (void)reason_set(reason, ERR_BEHIND,
                         "audit has %s only up to %" PRIu64 " of %" PRId64
                         "; is audit running and ready?",
                         missing->name, missing->recorded, missing->live.seq);
        (void)usleep(RETRY_MS * 1000);
    }
    return ERR_BEHIND;
}

/* -- comparing ------------------------------------------------------------------------------ */

/* Prints how a service came out; true when it is the same. */
static bool subject_tell(const struct subject *subject)
{
    const struct table_digest *rebuilt = NULL;
    const struct table_digest *live = digests_differ(&subject->live, &subject->rebuilt, &rebuilt);
    if (subject->live.seq != subject->rebuilt.seq) {
        printf("%-13s DIFFERS: its log ends at %" PRId64 ", the rebuilt one at %" PRId64 "\n",
               subject->name, subject->live.seq, subject->rebuilt.seq);
        return false;
    }
    if (live == NULL) {
        printf("%-13s %8" PRId64 " records, %zu tables, the same\n", subject->name,
               subject->live.seq, subject->live.count);
        return true;
    }
    printf("%-13s DIFFERS at %" PRId64 ": table %.*s has %" PRId64 " rows, %.*s\n", subject->name,
           subject->live.seq, TEXT_PRINT(live->table), live->rows, TEXT_PRINT(live->sha256));
    if (rebuilt == NULL) {
        printf("              the rebuilt store has no such table\n");
    } else {
        printf("              rebuilt from the record: %" PRId64 " rows, %.*s\n", rebuilt->rows,
               TEXT_PRINT(rebuilt->sha256));
    }
    return false;
}

static enum err subjects_compare(struct rebuild *rebuild, bool *ret_same, struct reason *reason)
{
    *ret_same = true;
    for (size_t i = 0; i < rebuild->subject_count; i++) {
        struct subject *subject = &rebuild->subjects[i];
        if (!subject->is_there) {
            printf("%-13s not at hand, not compared\n", subject->name);
            continue;
        }
        enum err err = rebuilt_ask(rebuild, subject, reason);
        if (err != ERR_OK) {
            return err;
        }
        *ret_same = subject_tell(subject) && *ret_same;
    }
    return ERR_OK;
}

/* -- the whole ------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

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
    rebuild->programs = arena_print(&rebuild->arena, "%s", programs).data;
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
    rebuild->work = arena_print(&rebuild->arena, "%s", work).data;
    rebuild->record = arena_print(&rebuild->arena, "%s/record", work).data;
    return ERR_OK;
}

static enum err live_read(struct rebuild *rebuild, struct reason *reason)
{
    for (size_t i = 0; i < rebuild->subject_count; i++) {
        struct subject *subject = &rebuild->subjects[i];
        const char *store =
            argument(rebuild, "%s/%s/store.mdb", walk_data(rebuild->options), subject->name);
        subject->is_there = access(store, R_OK) == 0;
        if (subject->is_there && strcmp(subject->name, ARCHIVIST) != 0) {
            enum err err = live_ask(rebuild, subject, reason);
            if (err != ERR_OK) {
                return err;
            }
        }
    }
    return ERR_OK;
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
    if (err != ERR_OK) {
        fprintf(stderr, "replay: %s\n", reason.text);
    } else {
        puts(same ? "the record gives what the services hold"
                  : "THE RECORD DOES NOT GIVE WHAT THE SERVICES HOLD");
    }
    if (rebuild.work != NULL && options_text(options, "work") == NULL) {
        (void)nftw(rebuild.work, remove_one, DESCRIPTORS_MAX, FTW_DEPTH | FTW_PHYS);
    }
    arena_free(&rebuild.arena);
    return err != ERR_OK ? TOOL_FAILED : same ? TOOL_OK : TOOL_FOUND;
}

int rebuild_main(int argc, char **argv)
{
    struct options options;
    struct reason reason = {""};
    int code = TOOL_FAILED;
    options_init(&options, "audit replay");
    options_add(&options, walk_options, walk_option_count);
    options_add(&options, rebuild_options, sizeof rebuild_options / sizeof rebuild_options[0]);
    if (options_read(&options, argc, argv, &reason) != ERR_OK) {
        fprintf(stderr, "replay: %s\n", reason.text);
    } else if (options.help_wanted) {
        options_help(&options, "[options]", stdout);
        code = TOOL_OK;
    } else {
        setlinebuf(stdout);
        code = rebuild_run(&options);
    }
    options_free(&options);
    return code;
}
