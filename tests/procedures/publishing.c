#include "publishing.h"

#include "base/check.h"
#include "base/file.h"
#include "crypto/sha256.h"
#include "intake/intake.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 4 << 20, PART_BYTES = 40 * 1024 };

static const struct catalogue_change changes[] = {
    /* The single item's site check becomes optional, or goes. */
    {"catalogue:optional", false,
     "limit: {value: 3, unit: workday}, clock: stage, min_staff: 2}\n      - {id: decide, names: "
     "{zh-Hans: 决定",
     "limit: {value: 3, unit: workday}, clock: stage, min_staff: 2, optional: true}\n"
     "      - {id: decide, names: {zh-Hans: 决定"},
    {"catalogue:none", false, "- {id: site, names: {zh-Hans: 现场核查（两人以上）", "#- {"},
    {"catalogue:no-phone", true, "phone: (000) 0000-0401", "phone: \"00\""},
    {"catalogue:no-basis", true, "promised: {value: 7, unit: workday, basis: local promise, ",
     "promised: {value: 7, unit: workday, "},
    {"catalogue:unlisted-fee", true, "bill_at: granted, basis: 行政许可法 58", "bill_at: granted"},
};

const struct catalogue_change *catalogue_change_find(struct text word)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (text_equal_string(word, changes[i].word)) {
            return &changes[i];
        }
    }
    return NULL;
}

/* What is being published, and the reply to the last part. */
struct publishing {
    struct hall *hall;
    struct principal publisher;
    const struct catalogue_change *change;
    struct hasher hasher;
    int64_t version;
    int64_t parts;
    struct reply reply;
};

static bool is_refused(const struct reply *reply)
{
    return !text_is_empty(reply->problem.type);
}

/* A refused catalogue ends the test with what intake says of it. */
static void expect_success(const struct reply *reply)
{
    if (!is_refused(reply)) {
        return;
    }
    (void)fprintf(stderr, "%.*s: %.*s\n", TEXT_PRINT(reply->problem.type),
                  TEXT_PRINT(reply->problem.detail));
    for (size_t i = 0; i < reply->problem.errors.count; i++) {
        (void)fprintf(stderr, "  %.*s\n", TEXT_PRINT(reply->problem.errors.items[i].detail));
    }
    exit(2);
}

static void part_register(struct publishing *publishing, struct text file, struct text text)
{
    const struct text_list nobody = {0};
    struct register_part part = {
        .version = publishing->version,
        .index = publishing->parts++,
        .file = file,
        .name = file,
        .text = text_bytes(text),
    };
    if (is_refused(&publishing->reply)) {
        return;
    }
    hash_add(&publishing->hasher, part.text);
    publishing->reply = hall_command(publishing->hall, AT_INTAKE, &publishing->publisher, &nobody,
                                     &register_part_message, &part);
}

/* The file with the change made; the change must find its place in the catalogue. */
static struct text changed(struct publishing *publishing, struct text name, struct text text)
{
    const struct catalogue_change *change = publishing->change;
    if (change == NULL || !text_equal_string(name, "catalogue.yaml")) {
        return text;
    }
    const char *at = memmem(text.data, text.size, change->from, strlen(change->from));
    CHECK(at != NULL);
    size_t before = (size_t)(at - text.data);
    size_t behind = before + strlen(change->from);
    return arena_print(&publishing->hall->arena, "%.*s%s%.*s", (int)before, text.data, change->to,
                       (int)(text.size - behind), text.data + behind);
}

/* Registers a file in parts that end with lines. */
static void file_register(struct publishing *publishing, struct text name)
{
    struct arena *arena = &publishing->hall->arena;
    struct bytes bytes;
    struct text path = arena_print(arena, "%s/%.*s", publishing->hall->catalogue, TEXT_PRINT(name));
    CHECK(file_read(path.data, FILE_BYTES_MAX, arena, &bytes, NULL) == ERR_OK);
    struct text rest = changed(publishing, name, bytes_text(bytes));
    while (rest.size > 0) {
        size_t size = rest.size < PART_BYTES ? rest.size : PART_BYTES;
        while (size < rest.size && rest.data[size - 1] != '\n') {
            size--;
        }
        CHECK(size > 0);
        part_register(publishing, name, (struct text){rest.data, size});
        rest = text_after(rest, size);
    }
}

static int is_yaml(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".yaml") == 0 ? 1 : 0;
}

static void procedures_register(struct publishing *publishing)
{
    struct dirent **entries = NULL;
    struct arena *arena = &publishing->hall->arena;
    struct text path = arena_print(arena, "%s/procedures", publishing->hall->catalogue);
    int count = scandir(path.data, &entries, is_yaml, alphasort);
    CHECK(count > 0);
    for (int i = 0; i < count; i++) {
        file_register(publishing, arena_print(arena, "procedures/%s", entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
}

/* Registers all files; their hash. */
static struct hash files_register(struct publishing *publishing)
{
    hasher_init(&publishing->hasher);
    hash_begin(&publishing->hasher);
    file_register(publishing, TEXT_LITERAL("catalogue.yaml"));
    file_register(publishing, TEXT_LITERAL("calendar-cn.yaml"));
    file_register(publishing, TEXT_LITERAL("templates/messages.yaml"));
    file_register(publishing, TEXT_LITERAL("templates/letters.yaml"));
    procedures_register(publishing);
    struct hash hash = hash_end(&publishing->hasher);
    hasher_free(&publishing->hasher);
    return hash;
}

void catalogue_publish(struct hall *hall, const struct catalogue_change *change)
{
    const struct text_list nobody = {0};
    struct publishing publishing = {.hall = hall, .change = change, .version = 1};
    CHECK(hall_principal(hall, TEXT_LITERAL("publisher.*"), &publishing.publisher));
    struct hash hash = files_register(&publishing);
    expect_success(&publishing.reply);
    struct activate_catalogue activate = {.version = 1, .parts = publishing.parts, .sha256 = hash};
    struct reply reply = hall_command(hall, AT_INTAKE, &publishing.publisher, &nobody,
                                      &activate_catalogue_message, &activate);
    expect_success(&reply);
    hall->versions = 1;
}

struct reply catalogue_draft(struct hall *hall, const struct principal *who,
                             const struct catalogue_change *change, struct draft_catalogue *draft)
{
    const struct text_list nobody = {0};
    struct publishing publishing = {
        .hall = hall, .publisher = *who, .change = change, .version = hall->versions + 1};
    draft->sha256 = files_register(&publishing);
    draft->version = publishing.version;
    draft->parts = publishing.parts;
    if (!is_refused(&publishing.reply)) {
        publishing.reply =
            hall_command(hall, AT_INTAKE, who, &nobody, &draft_catalogue_message, draft);
        hall->versions += is_refused(&publishing.reply) ? 0 : 1;
    }
    return publishing.reply;
}

/* -- uploads -------------------------------------------------------------------------------- */

struct upload_id hall_upload(struct hall *hall, const struct principal *who)
{
    struct intake *intake = engine_memory(hall->engines[AT_INTAKE]);
    struct upload_claim claim = {.made_ms = hall->now_ms, .media_type = "application/pdf"};
    CHECK(who->session.size == sizeof claim.session);
    memcpy(claim.session, who->session.data, sizeof claim.session);
    claim.facts.size = 1;
    write_be64(claim.facts.sealed.bytes, (uint64_t)++hall->uploads);
    write_be64(claim.facts.plain.bytes, (uint64_t)hall->uploads);
    CHECK(claims_add(intake->files.claims, &intake->files.random, &claim) == ERR_OK);
    return (struct upload_id){claim.upload_id};
}
