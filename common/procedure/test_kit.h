/* For the tests of this part: a vocabulary that permit.yaml and joint_review.yaml can be read with,
 * written by hand. */
#pragma once

#include "procedure/vocabulary.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* clang-format off */
static const char *const kit_roles[] = {
    "applicant", "representative", "holder", "window_clerk", "reviewer", "co_reviewer",
    "field_checker", "approver", "agency_head", "government_head", "hall_manager", "asker",
    "hearing_chair", "interested_party", "legal_counsel",
};

static const struct wire_enum_value kit_outcomes[] = {{"grant", "yes"}, {"refuse", "no"}};
static const struct wire_enum kit_outcome_enum = {"outcome", kit_outcomes, COUNT(kit_outcomes)};

#define KIT_FIELD(field_name, field_type) \
    {.name = field_name, .name_size = sizeof(field_name) - 1, .type = field_type}
static const struct wire_field kit_fields[] = {
    {.name = "outcome", .name_size = 7, .type = WIRE_ENUM, .enumeration = &kit_outcome_enum},
    KIT_FIELD("missing", WIRE_TEXTS),      KIT_FIELD("note", WIRE_TEXT),
    KIT_FIELD("period_workdays", WIRE_INT), KIT_FIELD("ground", WIRE_PUBLIC_TEXT),
    KIT_FIELD("reasons", WIRE_TEXT),       KIT_FIELD("right_agency", WIRE_PUBLIC_TEXT),
    KIT_FIELD("materials", WIRE_TEXTS),    KIT_FIELD("opinion", WIRE_PUBLIC_TEXT),
    KIT_FIELD("text", WIRE_TEXT),          KIT_FIELD("conditions", WIRE_TEXT),
    KIT_FIELD("site_check", WIRE_BOOL),    KIT_FIELD("cause", WIRE_PUBLIC_TEXT),
    KIT_FIELD("until", WIRE_DATE),         KIT_FIELD("points", WIRE_TEXTS),
    KIT_FIELD("officers", WIRE_TEXTS),     KIT_FIELD("findings", WIRE_TEXT),
    KIT_FIELD("passed", WIRE_BOOL),        KIT_FIELD("valid_until", WIRE_DATE),
    KIT_FIELD("delivery", WIRE_PUBLIC_TEXT), KIT_FIELD("assignee", WIRE_PUBLIC_TEXT),
    KIT_FIELD("parties", WIRE_LIST),       KIT_FIELD("question", WIRE_TEXT),
    KIT_FIELD("held_on", WIRE_DATE),       KIT_FIELD("place", WIRE_TEXT),
    KIT_FIELD("change", WIRE_TEXT),        KIT_FIELD("compensation", WIRE_TEXT),
    KIT_FIELD("remedy", WIRE_PUBLIC_TEXT), KIT_FIELD("done", WIRE_BOOL),
};
static const struct wire_message kit_action = {
    .name = "kit.action", .fields = kit_fields, .field_count = COUNT(kit_fields)};

#define KIT_EVENTS(E)                                                                              \
    E("intake.case_submitted.v1")         E("intake.case_accepted.v1")                             \
    E("intake.supplement_requested.v1")   E("intake.supplement_received.v1")                       \
    E("intake.case_not_accepted.v1")      E("intake.case_deemed_accepted.v1")                      \
    E("intake.case_withdrawn.v1")         E("approval.case_withdrawn.v1")                          \
    E("intake.task_reassigned.v1")        E("approval.task_reassigned.v1")                         \
    E("fee.task_reassigned.v1")           E("intake.case_expedited.v1")                            \
    E("approval.case_expedited.v1")       E("fee.case_expedited.v1")                               \
    E("intake.case_corrected.v1")         E("approval.case_corrected.v1")                          \
    E("fee.case_corrected.v1")            E("intake.appeal_filed.v1")                              \
    E("approval.appeal_filed.v1")         E("audit.remedy_registered.v1")                          \
    E("approval.clock_stopped.v1")                                                                 \
    E("approval.decision_set_aside.v1")   E("intake.decision_set_aside.v1")                        \
    E("approval.third_party_told.v1")     E("approval.hearing_offered.v1")                         \
    E("approval.hearing_announced.v1")    E("approval.hearing_requested.v1")                       \
    E("approval.hearing_waived.v1")       E("approval.hearing_closed.v1")                          \
    E("approval.change_requested.v1")     E("approval.change_decided.v1")                          \
    E("approval.renewal_requested.v1")    E("approval.renewal_decided.v1")                         \
    E("approval.renewal_deemed.v1")       E("approval.permit_revoked.v1")                          \
    E("approval.permit_retracted.v1")     E("approval.permit_cancelled.v1")                        \
    E("approval.task_claimed.v1")         E("approval.review_group_opened.v1")                     \
    E("approval.clock_overdue.v1")        E("approval.opinion_given.v1")                           \
    E("approval.case_suspended.v1")       E("approval.case_resumed.v1")                            \
    E("approval.clock_extended.v1")       E("approval.review_group_completed.v1")                  \
    E("approval.meeting_called.v1")       E("approval.site_check_recorded.v1")                     \
    E("approval.case_returned.v1")        E("approval.case_escalated.v1")                          \
    E("approval.decision_made.v1")        E("approval.result_issued.v1")                           \
    E("approval.result_delivered.v1")     E("fee.case_cleared.v1")                                 \
    E("fee.bill_lapsed.v1")               E("fee.bill_issued.v1")                                  \
    E("audit.finding_raised.v1")          E("notification.message_queued.v1")                      \
    E("notification.escalation_sent.v1")  E("notification.publication_scheduled.v1")
#define KIT_EVENT(type) &(const struct wire_message){.name = type, .kind = WIRE_KIND_EVENT},
static const struct wire_message *const kit_events[] = {KIT_EVENTS(KIT_EVENT)};
/* clang-format on */

static const struct wire_vocabulary kit_event_vocabulary = {"kit", kit_events, COUNT(kit_events)};
static const struct wire_vocabulary *const kit_event_vocabularies[] = {&kit_event_vocabulary};

struct fixture {
    struct arena arena;
    struct yaml_file file;
    struct procedure_vocabulary vocabulary;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    yaml_file_init(&f->file, "demo.yaml", &f->arena);
    f->vocabulary = (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
        .roles = kit_roles,
        .role_count = COUNT(kit_roles),
        .fields = &kit_action,
        .events = kit_event_vocabularies,
        .event_vocabulary_count = 1,
    };
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* One of the shipped procedures; it must be sound. */
static const struct procedure *shipped(struct fixture *f, const char *name)
{
    const struct procedure *procedure = NULL;
    struct bytes bytes;
    struct text path = arena_print(&f->arena, "deploy/catalogue/procedures/%s.yaml", name);
    assert_int_equal(ERR_OK, file_read(path.data, 1 << 20, &f->arena, &bytes, NULL));
    enum err err = procedure_load(&f->file, bytes_text(bytes), &f->vocabulary, &procedure);
    assert_string_equal(yaml_errors_text(&f->file, &f->arena).data, "");
    assert_int_equal(ERR_OK, err);
    return procedure;
}
