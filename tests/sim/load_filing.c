/* Filing: the catalogue first, then cases with their forms and files. */
#include "load.h"

#include "base/check.h"
#include "base/file.h"
#include "catalogue/parts.h"
#include "checks.h"
#include "crypto/sha256.h"
#include "events/gateway.h"
#include "service/problem.h"
#include "service/uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20, ASPHALT_M2 = 12, PAVEMENT_M2 = 3 };

/* -- the catalogue ---------------------------------------------------------------------------- */

static const char calendar_file[] = "calendar-cn.yaml";

static const char *const rules_files[] = {
    "catalogue.yaml",          calendar_file,
    "procedures/permit.yaml",  "procedures/joint_review.yaml",
    "templates/messages.yaml",
};

/* Publishing: parts one after the other, then the word that makes them the catalogue. */
struct publishing {
    struct world *world;
    struct arena arena;
    struct hasher hasher;
    int64_t version;
    int64_t count;
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
    wire_reader_free(&reader);
    if (text_is_empty(reply.problem.type)) {
        return true;
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
        .principal = officer(&p->arena, "admin", "*", 0),
        .body = {.message = message, .data = command},
    };
    if (p->failed) {
        return;
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

/* Later versions ask another price: `joint_bill_fen` says which. */
static void price_change(struct text catalogue, int64_t version)
{
    static const char fee[] = "quantity: asphalt_m2, amount_fen: 2";
    char *found = memmem(catalogue.data, catalogue.size, fee, sizeof fee - 1);
    if (found == NULL) {
        return;
    }
    found[sizeof fee - 1] = (char)('4' + version); /* 25000, 26000 ... */
}

int64_t joint_bill_fen(int64_t version)
{
    return ASPHALT_M2 * (24000 + 1000 * version) + PAVEMENT_M2 * INT64_C(12000);
}

static struct bytes file_take(struct world *world, const char *name, struct arena *arena)
{
    struct bytes bytes;
    struct text path = arena_print(arena, "deploy/catalogue/%s", name);
    if (file_read(path.data, FILE_BYTES_MAX, arena, &bytes, NULL) != ERR_OK) {
        world_fail(world, "catalogue", "cannot read %s: run from the top folder", path.data);
    }
    return bytes;
}

/* Where `what` begins in a text that has it. */
static size_t place_in(struct text text, const char *what)
{
    const char *found = memmem(text.data, text.size, what, strlen(what));
    CHECK(found != NULL);
    return (size_t)(found - text.data);
}

/* The calendar with one more day off in 2026, and one working day less. */
static struct text day_off_add(struct text calendar, struct date day, struct arena *arena)
{
    static const char count_name[] = "workday_count: ";
    char text[DATE_TEXT_BYTES + 1];
    date_format(day, text);
    size_t year = place_in(calendar, "\n  2026:");
    struct text rest = text_after(calendar, year);
    size_t holidays = year + place_in(rest, "    makeup_workdays");
    size_t count = year + place_in(rest, count_name) + strlen(count_name);
    int64_t workdays = strtoll(calendar.data + count, NULL, 10);
    return arena_print(arena,
                       "%.*s      - {name: {zh-Hans: x, zh-Hant: x, en: Storm}, from: %s, to: %s}\n"
                       "%.*s%" PRId64 "%.*s",
                       (int)holidays, calendar.data, text, text, (int)(count - holidays),
                       calendar.data + holidays, workdays - 1,
                       TEXT_PRINT(text_after(calendar, count + 3)));
}

/* Each version after the first announces a day off late: every second Wednesday that is still
 * ahead, so that a process reads few calendars. */
static void late_day_choose(struct world *world, int64_t version)
{
    enum { AHEAD_DAYS = 2, EVERY_DAYS = 14 };
    struct date *late = world->load->late;
    struct date day = zone_date((struct zone){.offset_minutes = 8 * 60}, world->wall_ms);
    struct date last = date_of(2026, 8, 31);
    if (version < 2 || day.days > last.days || late[version].days > day.days) {
        return; /* the one that was chosen for a publication that failed is still ahead */
    }
    struct date next = date_of(2026, 3, 11);
    while (next.days < day.days + AHEAD_DAYS || next.days <= late[version - 1].days) {
        next = date_add_days(next, EVERY_DAYS);
    }
    late[version] = next;
}

static struct text calendar_of(struct world *world, int64_t version, struct arena *arena)
{
    struct text calendar = bytes_text(file_take(world, calendar_file, arena));
    for (int64_t i = 1; i <= version; i++) {
        if (world->load->late[i].days != 0) {
            calendar = day_off_add(calendar, world->load->late[i], arena);
        }
    }
    return calendar;
}

struct text load_calendar(struct world *world, struct arena *arena)
{
    return calendar_of(world, world->load->catalogue_version, arena);
}

static void file_publish(struct publishing *p, const char *name)
{
    struct bytes bytes = file_take(p->world, name, &p->arena);
    struct yaml_file source;
    struct catalogue_parts parts;
    if (strcmp(name, calendar_file) == 0) {
        late_day_choose(p->world, p->version);
        bytes = text_bytes(calendar_of(p->world, p->version, &p->arena));
    }
    if (strcmp(name, "catalogue.yaml") != 0) {
        part_publish(p, text_of(name), text_of(name), bytes_text(bytes));
        return;
    }
    price_change(bytes_text(bytes), p->version);
    yaml_file_init(&source, name, &p->arena);
    CHECK(catalogue_cut(&source, bytes_text(bytes), &parts) == ERR_OK);
    for (size_t i = 0; i < parts.count; i++) {
        part_publish(p, text_of(name), parts.items[i].name, parts.items[i].source);
    }
}

bool load_catalogue(struct world *world)
{
    struct publishing p = {.world = world, .version = world->load->catalogue_version + 1};
    arena_init(&p.arena);
    hasher_init(&p.hasher);
    hash_begin(&p.hasher);
    trace(world, "people", "publish catalogue %d", (int)p.version);
    for (size_t i = 0; i < sizeof rules_files / sizeof rules_files[0]; i++) {
        file_publish(&p, rules_files[i]);
    }
    struct catalogue_activated activated = {
        .version = p.version, .parts = p.count, .sha256 = hash_end(&p.hasher)};
    publish_call(&p, &activate_catalogue_message, &activated);
    world->load->catalogue_version += p.failed ? 0 : 1;
    hasher_free(&p.hasher);
    arena_free(&p.arena);
    return !p.failed;
}

/* -- forms and files -------------------------------------------------------------------------- */

bool upload_make(struct world *world, const struct sim_case *c, struct upload_id *ret_id)
{
    static const char content[] = "a paper of the case";
    struct sim_host *intake = host_find(world, "intake");
    const struct upload_sink *sink = intake->service->uploads;
    struct upload_begin begin = {.id = 1,
                                 .session = bytes_of(c->session, KEY_BYTES),
                                 .media_type = TEXT_LITERAL("application/pdf"),
                                 .size_max = sizeof content};
    struct upload_outcome outcome;
    void *file = NULL;
    if (!host_is_up(intake)) {
        return false;
    }
    void *memory = engine_memory(intake->engine);
    sink->tidy(memory, world->wall_ms);
    CHECK(sink->begin(memory, &begin, &file) == PROBLEM_NONE);
    CHECK(sink->write(memory, file, bytes_of(content, sizeof content)) == PROBLEM_NONE);
    CHECK(sink->finish(memory, file, &outcome) == PROBLEM_NONE);
    *ret_id = outcome.upload_id;
    return true;
}

struct form_line {
    const char *name;
    enum form_kind kind;
    const char *text;
    int64_t number;
};

static const struct form_line joint_form[] = {
    {"location", FORM_PERSONAL, "People's Road 12", 0},
    {"road_name", FORM_PERSONAL, "People's Road", 0},
    {"purpose", FORM_PERSONAL, "water", 0},
    {"asphalt_m2", FORM_DECIMAL, NULL, ASPHALT_M2},
    {"pavement_m2", FORM_DECIMAL, NULL, PAVEMENT_M2},
    {"from", FORM_PERSONAL, "2026-04-01", 0},
    {"to", FORM_PERSONAL, "2026-04-10", 0},
    {"closed_road", FORM_BOOL, NULL, 0},
    {"emergency", FORM_BOOL, NULL, 0},
    {"works", FORM_PERSONAL, "a new water pipe", 0},
    {"contact_name", FORM_PERSONAL, "Wang", 0},
    {"contact_phone", FORM_PERSONAL, "555-0100", 0},
    {NULL, FORM_NONE, NULL, 0},
};

static const struct form_line single_form[] = {
    {"request", FORM_PERSONAL, "new", 0},
    {"premises_name", FORM_PERSONAL, "Noodle house", 0},
    {"premises_address", FORM_PERSONAL, "Market Street 3", 0},
    {"business_form", FORM_PERSONAL, "catering", 0},
    {"food_items", FORM_PERSONAL, "noodles", 0},
    {"floor_area_m2", FORM_DECIMAL, NULL, 80},
    {"safety_manager", FORM_PERSONAL, "Li", 0},
    {"contact_name", FORM_PERSONAL, "Li", 0},
    {"contact_phone", FORM_PERSONAL, "555-0101", 0},
    {NULL, FORM_NONE, NULL, 0},
};

/* `is_free`: nothing is dug up, so that the bill is of zero. */
static struct form form_make(struct arena *arena, const struct form_line *lines, bool is_free)
{
    struct form form = {.items = arena_take_array(arena, 16, sizeof *form.items)};
    for (const struct form_line *line = lines; line->name != NULL; line++) {
        struct form_entry *entry = &form.items[form.count++];
        entry->name = text_of(line->name);
        entry->kind = line->kind;
        entry->decimal = decimal_of(is_free && lines == joint_form ? 0 : line->number);
        if (line->kind == FORM_PERSONAL) {
            entry->personal = personal_of(text_of(line->text));
        }
    }
    return form;
}

static const char *const joint_materials[] = {"M-FORM", "M-DESIGN", "M-TRAFFIC", "M-RESTORE"};
static const char *const single_materials[] = {"M-FORM", "M-LAYOUT", "M-FSRULES"};

/* All papers of the item, without the first when the filing is incomplete. */
static bool materials_make(struct world *world, const struct sim_case *c,
                           struct material_claim_list *list)
{
    const char *const *codes = c->is_joint ? joint_materials : single_materials;
    size_t count = c->is_joint ? 4 : 3;
    list->items = arena_take_array(&world->load->arena, count, sizeof *list->items);
    for (size_t i = c->is_complete ? 0 : 1; i < count; i++) {
        struct material_claim *claim = &list->items[list->count++];
        claim->code = text_of(codes[i]);
        claim->filename = personal_of(TEXT_LITERAL("paper.pdf"));
        if (!upload_make(world, c, &claim->upload)) {
            return false;
        }
    }
    return true;
}

/* The gateway notes the session that the person files in. While it is away it takes nobody in; here
 * that keeps nobody from filing, for what it would check is not simulated. */
static void session_open(struct world *world, const struct sim_case *c)
{
    struct buffer buffer;
    struct bytes answered;
    struct open_session open = {.kind = PRINCIPAL_FILER,
                                .session = bytes_of(c->session, KEY_BYTES),
                                .expires = world->wall_ms + between(world, 1, 40) * MS_PER_HOUR};
    struct request request = {
        .id = 1,
        .name = text_of(open_session_message.name),
        .deadline_ms = 1000,
        .principal = {.kind = PRINCIPAL_SYSTEM},
        .body = {.message = &open_session_message, .data = &open},
    };
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    struct call call = {.request = buffer_bytes(&buffer), .is_internal = true};
    (void)host_call(world, host_find(world, "gateway"), &call, &world->load->arena, &answered);
    buffer_free(&buffer);
}

void case_file(struct world *world, size_t case_index)
{
    struct sim_case *c = &world->load->cases[case_index];
    struct arena *arena = &world->load->arena;
    struct file_case *command = arena_take(arena, sizeof *command);
    *c = (struct sim_case){.is_joint = chance(world, 2), .is_complete = !chance(world, 3)};
    random_fill(&world->random, c->session, KEY_BYTES);
    random_fill(&world->random, c->filing_key, KEY_BYTES);
    session_open(world, c);
    *command = (struct file_case){
        .item = c->is_joint ? TEXT_LITERAL("UMB-P-001") : TEXT_LITERAL("MSA-P-001"),
        .applicant = {.kind = TEXT_LITERAL("legal_person"),
                      .name = personal_of(TEXT_LITERAL("Water Company")),
                      .id_number = personal_of(TEXT_LITERAL("91320000MA1MTESTX0")),
                      .phone = personal_of(TEXT_LITERAL("555-0100")),
                      .language = LANGUAGE_EN},
        .form = form_make(arena, c->is_joint ? joint_form : single_form, chance(world, 4)),
        .channel = CHANNEL_ONLINE,
    };
    if (chance(world, 2)) {
        command->applicant.email = personal_of(TEXT_LITERAL("office@example.org"));
    }
    struct asking asking = {.principal = filer(c),
                            .to = "intake",
                            .what = "file_case",
                            .message = &file_case_message,
                            .body = command,
                            .is_filing = true,
                            .key = c->filing_key};
    if (!materials_make(world, c, &command->materials)) {
        world->load->case_count--; /* another time */
        return;
    }
    c->is_busy = true;
    errand_begin(world, case_index, &asking);
}

/* The number and code that open the case: the same however often they are told. */
void filing_told(struct world *world, struct sim_case *c, const struct reply *reply)
{
    struct wire_reader reader;
    struct event_envelope envelope;
    struct case_submitted submitted;
    struct filed filed;
    wire_reader_init(&reader, &world->load->arena);
    CHECK(reply->events.count == 1);
    CHECK(wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &reply->answer, &filed_message, &filed,
                          NULL) == ERR_OK);
    CHECK(record_read_event(&reader, reply->events.items[0], &envelope) == ERR_OK);
    CHECK(wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &envelope.data, &case_submitted_message,
                          &submitted, NULL) == ERR_OK);
    bool is_new = uuid_is_none(&c->id.uuid);
    if (!is_new && (!uuid_equal(&c->id.uuid, &envelope.case_id.uuid) ||
                    !text_equal_string(filed.code, c->code))) {
        world_fail(world, "I2", "a repeated filing of %s was told another case or code", c->number);
    }
    c->id = envelope.case_id;
    (void)snprintf(c->code, sizeof c->code, "%.*s", TEXT_PRINT(filed.code));
    (void)snprintf(c->number, sizeof c->number, "%.*s", TEXT_PRINT(submitted.number));
    trace(world, "people", is_new ? "filed as %s" : "told %s again", c->number);
    wire_reader_free(&reader);
}
