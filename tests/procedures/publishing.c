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

/* What is being published. */
struct publishing {
    struct hall *hall;
    struct principal publisher;
    const struct catalogue_change *change;
    struct hasher hasher;
    int64_t parts;
};

/* A refused catalogue ends the test with what intake says of it. */
static void expect_success(const struct reply *reply)
{
    if (text_is_empty(reply->problem.type)) {
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
        .version = 1,
        .index = publishing->parts++,
        .file = file,
        .name = file,
        .text = text_bytes(text),
    };
    hash_add(&publishing->hasher, part.text);
    struct reply reply = hall_command(publishing->hall, AT_INTAKE, &publishing->publisher, &nobody,
                                      &register_part_message, &part);
    expect_success(&reply);
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
static void file_register(struct publishing *publishing, const char *folder, struct text name)
{
    struct arena *arena = &publishing->hall->arena;
    struct bytes bytes;
    struct text path = arena_print(arena, "%s/%.*s", folder, TEXT_PRINT(name));
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

static void procedures_register(struct publishing *publishing, const char *folder)
{
    struct dirent **entries = NULL;
    struct arena *arena = &publishing->hall->arena;
    struct text path = arena_print(arena, "%s/procedures", folder);
    int count = scandir(path.data, &entries, is_yaml, alphasort);
    CHECK(count > 0);
    for (int i = 0; i < count; i++) {
        file_register(publishing, folder, arena_print(arena, "procedures/%s", entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
}

void catalogue_publish(struct hall *hall, const char *folder, const struct catalogue_change *change)
{
    const struct text_list nobody = {0};
    struct publishing publishing = {.hall = hall, .change = change};
    CHECK(hall_principal(hall, TEXT_LITERAL("publisher.*"), &publishing.publisher));
    hasher_init(&publishing.hasher);
    hash_begin(&publishing.hasher);
    file_register(&publishing, folder, TEXT_LITERAL("catalogue.yaml"));
    file_register(&publishing, folder, TEXT_LITERAL("calendar-cn.yaml"));
    file_register(&publishing, folder, TEXT_LITERAL("templates/messages.yaml"));
    procedures_register(&publishing, folder);
    struct activate_catalogue activate = {
        .version = 1, .parts = publishing.parts, .sha256 = hash_end(&publishing.hasher)};
    hasher_free(&publishing.hasher);
    struct reply reply = hall_command(hall, AT_INTAKE, &publishing.publisher, &nobody,
                                      &activate_catalogue_message, &activate);
    expect_success(&reply);
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
    CHECK(claims_add(intake->claims, &intake->upload_random, &claim) == ERR_OK);
    return (struct upload_id){claim.upload_id};
}
