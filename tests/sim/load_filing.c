/* Filing: cases with their forms and files. */
#include "load.h"

#include "base/check.h"
#include "checks.h"
#include "events/gateway.h"
#include "service/uploads.h"

#include <stdio.h>
#include <string.h>

enum { ASPHALT_M2 = 12, PAVEMENT_M2 = 3 };

/* -- forms and files -------------------------------------------------------------------------- */

bool upload_make(struct world *world, const uint8_t session[KEY_BYTES], struct upload_id *ret_id)
{
    static const char content[] = "a paper of the case";
    struct sim_host *intake = host_find(world, "intake");
    const struct upload_sink *sink = intake->service->uploads;
    struct upload_begin begin = {.id = 1,
                                 .session = bytes_of(session, KEY_BYTES),
                                 .media_type = TEXT_LITERAL("application/pdf"),
                                 .size_max = sizeof content};
    struct upload_outcome outcome;
    void *file = NULL;
    if (!host_is_up(intake)) {
        return false;
    }
    void *memory = intake->service->upload_memory(engine_memory(intake->engine));
    if (world->year == NULL) {
        host_uploads_tidy(world, intake); /* a year does so once a week */
    }
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
        if (!upload_make(world, c->session, &claim->upload)) {
            return false;
        }
    }
    return true;
}

/* The gateway notes the session that the person files in. While it is away it takes nobody in; here
 * that keeps nobody from filing, for what it would check is not simulated. */
void session_open(struct world *world, const uint8_t session[KEY_BYTES], struct arena *arena)
{
    struct buffer buffer;
    struct bytes answered;
    struct open_session open = {.kind = PRINCIPAL_FILER,
                                .session = bytes_of(session, KEY_BYTES),
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
    (void)host_call(world, host_find(world, "gateway"), &call, arena, &answered);
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
    session_open(world, c->session, arena);
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
