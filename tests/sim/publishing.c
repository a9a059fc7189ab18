/* The shipped catalogue: read for the people of a run, and published through intake's commands. */
#include "load.h"

#include "base/check.h"
#include "base/file.h"
#include "catalogue/folder.h"
#include "catalogue/parts.h"
#include "check_state.h"
#include "crypto/sha256.h"
#include "hall.h"
#include "holidays.h"
#include "matter/rules.h"
#include "service/problem.h"

#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20, FILES_BESIDE = 3 };

static const char folder[] = "deploy/catalogue";
static const char catalogue_file[] = "catalogue.yaml";
static const char calendar_file[] = "calendar-cn.yaml";

/* -- the files -------------------------------------------------------------------------------- */

struct rules_files {
    struct rules_file items[CATALOGUE_PROCEDURES_MAX + FILES_BESIDE];
    size_t count;
};

static void file_add(struct world *world, struct rules_files *files, const char *name,
                     struct arena *arena)
{
    struct bytes bytes;
    struct text path = arena_print(arena, "%s/%s", folder, name);
    if (file_read(path.data, FILE_BYTES_MAX, arena, &bytes, NULL) != ERR_OK) {
        world_fail(world, "catalogue", "cannot read %s: run from the top folder", path.data);
    }
    files->items[files->count++] =
        (struct rules_file){.name = text_of(name), .text = bytes_text(bytes)};
}

/* Puts one piece of text in the place of another, as long, in the files of the rules. */
static void text_change(struct rules_files *files, const char *from, const char *to)
{
    for (size_t i = 0; i < files->count; i++) {
        struct text text = files->items[i].text;
        char *found = memmem(text.data, text.size, from, strlen(from));
        CHECK(strlen(from) == strlen(to));
        if (found != NULL) {
            memcpy(found, to, strlen(to));
            return;
        }
    }
}

/* Rules that the loader takes, though they are wrong. */
static void rules_break(const struct world *world, struct rules_files *files)
{
    if (world->broken == BROKEN_DEAD_END) {
        text_change(files, "if: {licence: not_made}", "if: {licence: made    }");
    } else if (world->broken == BROKEN_IMPOSSIBLE) {
        text_change(files, "if: {ground: non_acceptance}", "if: {ground: strike        }");
    }
}

static void files_read(struct world *world, struct arena *arena, struct rules_files *files)
{
    struct catalogue_files shipped;
    struct reason reason = {""};
    if (catalogue_files_read(folder, arena, &shipped, &reason) != ERR_OK) {
        world_fail(world, "catalogue", "%s: run from the top folder", reason.text);
    }
    files->count = 0;
    file_add(world, files, catalogue_file, arena);
    file_add(world, files, calendar_file, arena);
    for (size_t i = 0; i < shipped.procedure_count; i++) {
        files->items[files->count++] = (struct rules_file){
            .name = text_of(shipped.procedures[i].name), .text = shipped.procedures[i].text};
    }
    file_add(world, files, "templates/messages.yaml", arena);
    file_add(world, files, "templates/letters.yaml", arena);
    rules_break(world, files);
}

void hall_rules_read(struct world *world)
{
    struct rules_files files;
    struct hall_rules *rules = arena_take(&world->arena, sizeof *rules);
    struct text errors = {0};
    files_read(world, &world->arena, &files);
    if (rules_load(files.items, files.count, 1, &world->arena, rules, &errors) != ERR_OK) {
        world_fail(world, "catalogue", "%.*s", TEXT_PRINT(errors));
    }
    world->rules = rules;
    for (size_t i = 0; i < files.count; i++) {
        if (text_equal_string(files.items[i].name, calendar_file)) {
            holidays_open(world, files.items[i].text);
        }
    }
}

/* -- publishing ------------------------------------------------------------------------------- */

/* Publishing: parts one after the other, then the word that makes them a version. */
struct publishing {
    struct world *world;
    struct arena arena;
    struct hasher hasher;
    struct principal who;
    const uint8_t *key;     /* of what must not be done twice; NULL: any */
    struct case_id *ret_id; /* where the matter of the reply's first event goes; NULL: nowhere */
    int64_t version;
    int64_t price; /* load.prices */
    int64_t count;
    bool lapsed; /* done before, or its day came first */
    bool failed; /* intake died or could not write: it begins anew another time */
};

/* True when the reply is a success; a refusal that does not pass by itself ends the run. */
static bool publish_succeeded(struct publishing *p, const char *what, struct bytes answered)
{
    struct reply reply;
    struct wire_reader reader;
    wire_reader_init(&reader, &p->arena);
    CHECK(wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, answered, &reply,
                      NULL) == ERR_OK);
    if (text_is_empty(reply.problem.type) && p->ret_id != NULL) {
        struct event_envelope envelope;
        CHECK(reply.events.count > 0 &&
              record_read_event(&reader, reply.events.items[0], &envelope) == ERR_OK);
        *p->ret_id = envelope.case_id;
    }
    wire_reader_free(&reader);
    if (text_is_empty(reply.problem.type)) {
        return true;
    }
    if (p->version > 1 && problem_kind(problem_type_of(reply.problem.type))->status == 409) {
        trace(p->world, "people", "%s comes too late", what);
        p->lapsed = true;
        return false;
    }
    if (problem_kind(problem_type_of(reply.problem.type))->status != 503) {
        world_fail(p->world, "catalogue", "%s is refused: %.*s", what,
                   TEXT_PRINT(reply.problem.detail));
    }
    return false;
}

static void publish_call(struct publishing *p, const struct wire_message *message,
                         const void *command)
{
    struct bytes answered;
    struct buffer buffer;
    struct request request = {
        .id = 1,
        .name = text_of(message->name),
        .deadline_ms = 1000,
        .principal = p->who,
        .body = {.message = message, .data = command},
    };
    if (p->failed) {
        return;
    }
    if (p->key != NULL) {
        request.idempotency = (struct request_idempotency){.key = bytes_of(p->key, KEY_BYTES),
                                                           .body = bytes_of(p->key, KEY_BYTES)};
    }
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    struct call call = {.request = buffer_bytes(&buffer)};
    p->failed = !host_call(p->world, host_find(p->world, "intake"), &call, &p->arena, &answered) ||
                !publish_succeeded(p, message->name, answered);
    buffer_free(&buffer);
}

static void part_publish(struct publishing *p, struct text file, struct text name, struct text text)
{
    struct catalogue_part_registered part = {.version = p->version,
                                             .index = p->count++,
                                             .file = file,
                                             .name = name,
                                             .text = text_bytes(text)};
    hash_add(&p->hasher, part.text);
    publish_call(p, &register_part_message, &part);
}

/* Later versions ask another price: 25000 fen, 26000 ... a square metre. */
static void price_change(struct text catalogue, int64_t price)
{
    static const char fee[] = "quantity: asphalt_m2, amount_fen: 2";
    char *found = memmem(catalogue.data, catalogue.size, fee, sizeof fee - 1);
    if (found == NULL) {
        return;
    }
    found[sizeof fee - 1] = (char)('4' + price);
}

static void file_publish(struct publishing *p, const struct rules_file *file)
{
    struct yaml_file source;
    struct catalogue_parts parts;
    if (!text_equal_string(file->name, catalogue_file)) {
        bool is_calendar = text_equal_string(file->name, calendar_file);
        part_publish(p, file->name, file->name,
                     is_calendar ? holidays_text(p->world, p->version) : file->text);
        return;
    }
    price_change(file->text, p->price);
    yaml_file_init(&source, catalogue_file, &p->arena);
    CHECK(catalogue_cut(&source, file->text, &parts) == ERR_OK);
    for (size_t i = 0; i < parts.count; i++) {
        part_publish(p, file->name, parts.items[i].name, parts.items[i].source);
    }
}

static struct activate_catalogue files_publish(struct publishing *p)
{
    struct rules_files files;
    hasher_init(&p->hasher);
    hash_begin(&p->hasher);
    files_read(p->world, &p->arena, &files);
    for (size_t i = 0; i < files.count; i++) {
        file_publish(p, &files.items[i]);
    }
    struct activate_catalogue activate = {
        .version = p->version, .parts = p->count, .sha256 = hash_end(&p->hasher)};
    hasher_free(&p->hasher);
    return activate;
}

static void version_draft(struct publishing *p)
{
    p->who = officer(&p->arena, "information_officer", "HALL", 0);
    const uint8_t *key = p->key;
    p->key = NULL; /* parts are registered anew each time */
    struct activate_catalogue files = files_publish(p);
    struct draft_catalogue draft = {
        .version = files.version, .parts = files.parts, .sha256 = files.sha256};
    if (p->lapsed) { /* the draft was made before, but nobody heard of it */
        p->lapsed = p->failed = false;
    }
    p->key = key;
    p->ret_id = &p->world->load->version_id;
    publish_call(p, &draft_catalogue_message, &draft);
    p->ret_id = NULL;
}

static void version_act(struct publishing *p, const char *role, const char *action,
                        const struct action_fields *fields)
{
    struct case_act act = {
        .case_id = p->world->load->version_id, .action = text_of(action), .fields = *fields};
    p->who = officer(&p->arena, role, "HALL", 0);
    publish_call(p, &case_act_message, &act);
}

/* Does the next thing with a version that is on its way. */
static void version_lead(struct publishing *p, int stage)
{
    struct world *world = p->world;
    const struct zone zone = {.offset_minutes = 8 * 60};
    struct action_fields fields = {0};
    switch (stage) {
    case 0:
        version_draft(p);
        return;
    case 1:
        fields.effective_on.days =
            zone_date(zone, world->wall_ms).days + (int32_t)between(world, 1, 4);
        version_act(p, "information_officer", "submit", &fields);
        return;
    case 2:
        fields.opinion = OPINION_AGREE;
        fields.text = personal_of(TEXT_LITERAL("lawful"));
        version_act(p, "legal_counsel", "advise", &fields);
        return;
    default:
        fields.outcome = OUTCOME_GRANT;
        version_act(p, "finance_officer", "decide", &fields);
        return;
    }
}

enum { VERSION_STAGES = 4 };

static void next_publish(struct publishing *p)
{
    struct load *load = p->world->load;
    if (load->version_stage == 0) {
        random_fill(&p->world->random, load->version_keys, sizeof load->version_keys);
    }
    while (load->version_stage < VERSION_STAGES && !p->failed) {
        p->key = load->version_keys[load->version_stage];
        version_lead(p, load->version_stage);
        load->version_stage += p->failed ? 0 : 1;
    }
    if (load->version_stage == VERSION_STAGES || p->lapsed) {
        load->version_stage = 0;
        load->catalogue_version++;
        load->priced++;
    }
}

/* A calendar whose reply was lost may be in force all the same; of one that was refused another
 * takes the number. */
static void numbers_learn(struct world *world)
{
    struct load *load = world->load;
    int64_t active = world->checks->catalogue_version;
    if (load->version_stage == 0) {
        holidays_forget(world, active);
        load->catalogue_version =
            active > load->catalogue_version ? active : load->catalogue_version;
    }
}

bool load_catalogue(struct world *world)
{
    struct load *load = world->load;
    numbers_learn(world);
    struct publishing p = {
        .world = world, .version = load->catalogue_version + 1, .price = load->priced + 1};
    CHECK(p.version < VERSIONS);
    load->prices[p.version] = p.price;
    arena_init(&p.arena);
    p.who = officer(&p.arena, "admin", "*", 0);
    trace(world, "people", "hand in catalogue %d", (int)p.version);
    if (p.version == 1) {
        struct activate_catalogue files = files_publish(&p);
        publish_call(&p, &activate_catalogue_message, &files);
        load->catalogue_version += p.failed ? 0 : 1;
        load->priced += p.failed ? 0 : 1;
    } else {
        next_publish(&p);
    }
    arena_free(&p.arena);
    return !p.failed;
}

bool load_holiday(struct world *world)
{
    struct load *load = world->load;
    int64_t active = world->checks->catalogue_version;
    numbers_learn(world);
    struct publishing p = {
        .world = world, .version = load->catalogue_version + 1, .price = load->prices[active]};
    CHECK(p.version < VERSIONS);
    if (load->version_stage != 0 || !holiday_announce(world, p.version)) {
        return false;
    }
    load->prices[p.version] = p.price;
    arena_init(&p.arena);
    p.who = officer(&p.arena, "information_officer", "HALL", 0);
    trace(world, "people", "announce a day off late: calendar %d", (int)p.version);
    struct activate_catalogue files = files_publish(&p);
    publish_call(&p, &activate_catalogue_message, &files);
    arena_free(&p.arena);
    load->catalogue_version += p.failed ? 0 : 1;
    return !p.failed;
}
