/* The rules a hall works by at one time: a version of the catalogue with its procedures and
 * calendar, loaded, and the shelf on which a service keeps the versions it needs.
 *
 * The rules come through intake's events, in parts; each service keeps the parts in two of its
 * tables and loads a version when it first needs it. A version never changes once it is active, and
 * cases keep the version they were filed under. Loaded rules may be read by any thread for as long
 * as the shelf is open. */
#pragma once

#include "catalogue/catalogue.h"
#include "catalogue/letters.h"
#include "catalogue/templates.h"
#include "clock/clock.h"
#include "events/intake.h"
#include "service/service.h"

/* One version, loaded. */
struct hall_rules {
    int64_t version;
    const struct catalogue *catalogue;
    const struct calendar *calendar;
    struct opening_hours hours;
    struct message_templates templates; /* none when the version has no messages */
    struct letter_templates letters;    /* likewise */
    struct clock_context clocks;        /* of calendar and hours */
};

/* Where a service keeps the parts. */
struct rules_tables {
    size_t parts;    /* version u64, index u64 -> part */
    size_t versions; /* "active" -> the active version; version u64 -> how many parts it has */
};

/* One file of a version. */
struct rules_file {
    struct text name; /* "catalogue.yaml", "procedures/permit.yaml" */
    struct text text;
};

/* Loads a version from its files; the rules live in `arena`. ERR_INVALID when something is wrong:
 * file, line and field, an error a line, in `ret_errors` (may be NULL). */
enum err rules_load(const struct rules_file *files, size_t count, int64_t version,
                    struct arena *arena, struct hall_rules *ret_rules, struct text *ret_errors);

struct rules_shelf;

struct rules_shelf *rules_shelf_open(struct rules_tables tables);
void rules_shelf_close(struct rules_shelf **shelf);

/* The subject to whom the texts of the hall's own matters are sealed, and its public key in
 * `arena`; 0 and nothing before a catalogue is active. */
void rules_hall_subject(struct rules_shelf *shelf, struct state *state, struct arena *arena,
                        int64_t *ret_subject, struct bytes *ret_public_key);
struct rules_tables rules_shelf_tables(const struct rules_shelf *shelf);

/* True when a file of that name of a version is its calendar. */
bool rules_is_calendar(struct text file);

/* Drops what was loaded since the last commit: the batch that brought it was undone. */
void rules_shelf_forget(struct rules_shelf *shelf);

/* Keeps what was loaded: the batch that brought it is durable. */
void rules_shelf_keep(struct rules_shelf *shelf);

/* The same as a service's functions (service.h), for one whose memory is its shelf and nothing
 * else. */
void rules_memory_close(void *memory);
void rules_memory_forget(void *memory);
void rules_memory_committed(void *memory, uint64_t seq);
struct rules_shelf *rules_memory_shelf(void *memory);

/* The rules of `version`, loading them when they are not on the shelf; NULL when the state does not
 * have that version. */
const struct hall_rules *rules_of(struct rules_shelf *shelf, struct state *state, int64_t version);

/* The active rules, NULL before the first catalogue. */
const struct hall_rules *rules_active(struct rules_shelf *shelf, struct state *state);
int64_t rules_active_version(struct rules_shelf *shelf, struct state *state);

/* Hash over the parts of the active rules; zeros when there are none. */
struct hash rules_active_hash(struct rules_shelf *shelf, struct state *state);

/* Part `index` of a version; false when there is none. */
bool rules_part(struct rules_shelf *shelf, struct state *state, int64_t version, int64_t index,
                struct catalogue_part_registered *ret_part);

/* How many parts are registered for a version. */
int64_t rules_part_count(struct rules_shelf *shelf, struct state *state, int64_t version);

/* The appliers of intake's two events: the same in every service. */
void rules_apply_part(struct rules_shelf *shelf, struct state *state, const struct event *event);
void rules_apply_activated(struct rules_shelf *shelf, struct state *state,
                           const struct event *event);

/* Loads the parts registered for `version` without putting them on the shelf, and says what is
 * wrong with them: file, line and field, an error a line, in `arena`. ERR_OK when they may become
 * active at `now_ms`. */
enum err rules_check(struct rules_shelf *shelf, struct state *state, int64_t version,
                     int64_t now_ms, struct arena *arena, struct text *ret_errors);

/* Loads the parts registered for `version` without putting them on the shelf, and lets `look` see
 * what they say; the rules are gone when it returns. False, without a call, when they are not
 * sound.
 */
bool rules_look(struct rules_shelf *shelf, struct state *state, int64_t version,
                struct arena *arena, void (*look)(void *context, const struct hall_rules *rules),
                void *context);
