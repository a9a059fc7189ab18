#include "rule_book.h"

#include "base/check.h"
#include "events/moves.h"
#include "matter/flow.h"
#include "yaml/yaml.h"

#include <stdlib.h>
#include <string.h>

enum { CASES_FIRST = 1024 };

/* -- versions ------------------------------------------------------------------------------- */

static struct rule_version *version_find(struct rule_book *book, int64_t number)
{
    for (size_t i = 0; i < book->version_count; i++) {
        if (book->versions[i]->version == number) {
            return book->versions[i];
        }
    }
    return NULL;
}

static struct rule_version *version_make(struct rule_book *book, int64_t number)
{
    struct rule_version *version = version_find(book, number);
    if (version != NULL || book->version_count == RULE_VERSIONS_MAX) {
        return version;
    }
    version = calloc(1, sizeof *version);
    CHECK(version != NULL);
    arena_init(&version->arena);
    version->version = number;
    book->versions[book->version_count++] = version;
    return version;
}

/* The text that this part of a file is added to. */
static struct buffer *text_of_file(struct rule_version *version, struct text name)
{
    for (size_t i = 0; i < version->file_count; i++) {
        if (text_equal(version->files[i].name, name)) {
            return &version->texts[i];
        }
    }
    if (version->file_count == RULE_FILES_MAX) {
        return NULL;
    }
    struct buffer *text = &version->texts[version->file_count];
    buffer_init(text, YAML_SOURCE_BYTES_MAX);
    version->files[version->file_count++].name = arena_copy_text(&version->arena, name);
    return text;
}

static void part_take(struct rule_book *book, const struct catalogue_part_registered *part)
{
    struct rule_version *version = version_make(book, part->version);
    struct buffer *text = version == NULL ? NULL : text_of_file(version, part->file);
    if (text != NULL) {
        buffer_append(text, part->text.data, part->text.size);
    }
}

/* The rules of a version; NULL when the record has none that are sound. */
static const struct hall_rules *rules_find(struct rule_book *book, int64_t number)
{
    struct rule_version *version = version_find(book, number);
    if (version == NULL) {
        return NULL;
    }
    if (!version->is_loaded) {
        for (size_t i = 0; i < version->file_count; i++) {
            version->files[i].text = buffer_text(&version->texts[i]);
        }
        version->is_sound = rules_load(version->files, version->file_count, number, &version->arena,
                                       &version->rules, NULL) == ERR_OK;
        version->is_loaded = true;
    }
    return version->is_sound ? &version->rules : NULL;
}

/* -- cases ---------------------------------------------------------------------------------- */

/* Where the case stands among the others, or would. */
static size_t case_place(const struct rule_book *book, const struct uuid *id)
{
    size_t low = 0;
    size_t high = book->case_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(book->cases[middle].id.bytes, id->bytes, UUID_BYTES) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void case_take(struct rule_book *book, const struct uuid *id, struct text item,
                      int64_t version)
{
    size_t place = case_place(book, id);
    if (place == book->case_count || !uuid_equal(&book->cases[place].id, id)) {
        if (book->case_count == book->case_room) {
            book->case_room = book->case_room == 0 ? CASES_FIRST : 2 * book->case_room;
            book->cases = reallocarray(book->cases, book->case_room, sizeof *book->cases);
            CHECK(book->cases != NULL);
        }
        memmove(&book->cases[place + 1], &book->cases[place],
                (book->case_count - place) * sizeof *book->cases);
        book->case_count++;
    }
    struct ruled_case *ruled = &book->cases[place];
    *ruled = (struct ruled_case){.id = *id, .version = version};
    (void)snprintf(ruled->item, sizeof ruled->item, "%.*s", TEXT_PRINT(item));
}

/* -- the whole ------------------------------------------------------------------------------ */

void rule_book_take(struct rule_book *book, const struct hall_event *event)
{
    const struct uuid *id = &event->envelope.case_id.uuid;
    if (event->message == &catalogue_part_registered_message) {
        part_take(book, event->data);
    } else if (event->message == &case_submitted_message) {
        const struct case_submitted *submitted = event->data;
        case_take(book, id, submitted->item, submitted->catalogue_version);
    } else if (event->message != NULL &&
               wire_find(&moves_vocabulary, event->envelope.type) != NULL) {
        const struct case_head *head = &((const struct case_moved *)event->data)->head;
        if (!text_is_empty(head->number)) {
            case_take(book, id, head->item, head->catalogue_version);
        }
    }
}

const struct procedure_transition *rule_book_transition(struct rule_book *book,
                                                        const struct uuid *case_id,
                                                        const struct case_step *step)
{
    size_t place = case_place(book, case_id);
    if (place == book->case_count || !uuid_equal(&book->cases[place].id, case_id)) {
        return NULL;
    }
    const struct ruled_case *ruled = &book->cases[place];
    const struct hall_rules *rules = rules_find(book, ruled->version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, text_of(ruled->item));
    return item == NULL || item->procedure == NULL
               ? NULL
               : matter_transition(rules, item->procedure, step);
}

void rule_book_free(struct rule_book *book)
{
    for (size_t i = 0; i < book->version_count; i++) {
        for (size_t k = 0; k < book->versions[i]->file_count; k++) {
            buffer_free(&book->versions[i]->texts[k]);
        }
        arena_free(&book->versions[i]->arena);
        free(book->versions[i]);
    }
    free(book->cases);
    *book = (struct rule_book){.cases = NULL};
}
