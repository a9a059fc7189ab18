/* Every way in which a catalogue can be wrong: the shipped one with a text replaced, and the lines
 * that must come of it. Line numbers are those of deploy/catalogue/catalogue.yaml. */
#include "catalogue/test_kit.h"

/* The shipped source with the first `old` behind `after` replaced by `new`. */
static struct text changed(struct fixture *f, const char *after, const char *old, const char *new)
{
    struct text source = f->files.catalogue.text;
    const char *from = strstr(source.data, after);
    assert_non_null(from);
    const char *place = strstr(from, old);
    assert_non_null(place);
    return arena_print(&f->arena, "%.*s%s%s", (int)(place - source.data), source.data, new,
                       place + strlen(old));
}

static void assert_errors(struct fixture *f, struct text source, const char *expected)
{
    const struct catalogue *catalogue = NULL;
    struct yaml_file file;
    yaml_file_init(&file, "catalogue.yaml", &f->arena);
    enum err err = catalogue_load(&file, source, &f->inputs, &catalogue);
    assert_string_equal(yaml_errors_text(&file, &f->arena).data, expected);
    assert_int_equal(ERR_INVALID, err);
    assert_null(catalogue);
}

struct broken {
    const char *after;
    const char *old;
    const char *new;
    const char *expected;
};

static void every_break_is_told(struct fixture *f, const struct broken *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_errors(f, changed(f, cases[i].after, cases[i].old, cases[i].new), cases[i].expected);
    }
}

static void the_head_must_be_whole_and_known(void **state)
{
    static const struct broken cases[] = {
        {"schema", "schema: catalogue/1", "schema: catalogue/2",
         "catalogue.yaml:28: schema: must be catalogue/1\n"},
        {"\njurisdiction", "en: Demo City", "en: \"\"",
         "catalogue.yaml:29: jurisdiction.names.en: must say something\n"},
        {"\ncurrency", "code: CNY", "code: USD", "catalogue.yaml:32: currency.code: must be CNY\n"},
        {"\nlanguages", "[zh-Hans, zh-Hant, en]", "[zh-Hans, en]",
         "catalogue.yaml:33: languages: must be [zh-Hans, zh-Hant, en]\n"},
        {"\nhours", "Asia/Shanghai", "Europe/Berlin",
         "catalogue.yaml:36: hours.time_zone: must be a zone with a fixed distance from UTC, such "
         "as Asia/Shanghai\n"},
        {"\nhours", "17:30", "17:00",
         "catalogue.yaml:36: hours.work_hours_per_day: must be the sum of the opening hours, which "
         "is 450 minutes\n"},
        {"\nhours", "\"13:00\"", "\"1 pm\"",
         "catalogue.yaml:36: hours.open[1]: must be a time of day such as \"08:30\"\n"},
        {"\nretention", "years: 10", "years: 101",
         "catalogue.yaml:34: retention.years: must be a whole number between 0 and 100\n"},
        {"\ndepartments", "  - {code: PSB",
         "  - {code: UMB, names: {zh-Hans: 甲, zh-Hant: 甲, en: A}}\n  - {code: PSB",
         "catalogue.yaml:56: departments[2]: \"UMB\" stands twice in this list\n"},
        {"\nroles", "group: clerk", "group: clerks",
         "catalogue.yaml:74: roles[4].group: \"clerks\" is not a role group; did you mean "
         "\"clerk\"?\n"},
        {"\nregistries", "keeper: PSB", "keeper: PSA",
         "catalogue.yaml:157: registries[0].keeper: \"PSA\" is not a department; did you mean "
         "\"PSB\"?\n"},
        {"\nwindows", "serves: [fee]", "serves: [fees]",
         "catalogue.yaml:282: windows[1].serves[0]: \"fees\" is not a department, a body, fee or "
         "\"*\"\n"},
        {"\nmaterials", "registry: population", "registry: populations",
         "catalogue.yaml:290: materials[1].registry: \"populations\" is not a register; did you "
         "mean \"population\"?\n"},
        {"id: M-POA", "source: applicant", "source: applicant, registry: households",
         "catalogue.yaml:292: materials[3].registry: goes with source: shared only\n"},
        {"code: WV-OTHER", ", max_percent: 50", "",
         "catalogue.yaml:323: waiver_codes[2].max_percent: must be given\n"},
        {"NA-NOT-NEEDED", "use: non_acceptance", "use: non_aceptance",
         "catalogue.yaml:327: grounds.permit[0].use: must be one of non_acceptance, refusal, "
         "abandonment, return, withholding, outcome, revocation, retraction, cancellation, "
         "strike\n"},
        {"code: partial", "OGI-SECRET", "OGI-SECRETS",
         "catalogue.yaml:440: reply_kinds[2].grounds[0]: \"OGI-SECRETS\" is not a ground of "
         "disclosure_request; did you mean \"OGI-SECRET\"?\n"},
        {"code: partial", ", withholds: true", "",
         "catalogue.yaml:440: reply_kinds[2].withholds: must be given\n"},
        {"\nremedies", "code: review", "code: reviews",
         "catalogue.yaml:1459: remedies[0].code: must be one of review, suit\n"},
        {"\nremedies", "[non_acceptance, refusal,", "[non_acceptance, refused,",
         "catalogue.yaml:1459: remedies[0].uses[1]: must be one of non_acceptance, refusal, "
         "abandonment, return, withholding, outcome, revocation, retraction, cancellation, "
         "strike\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void money_goes_through_known_accounts(void **state)
{
    static const struct broken cases[] = {
        {"\ntransit_account", "refund]", "hall]",
         "catalogue.yaml:264: transit_account.allowed_outflow[2]: must be one of treasury, "
         "fiscal_special_account, refund\n"},
        {"\ntransit_account", "cash_to: A", "cash_to: D",
         "catalogue.yaml:264: transit_account.cash_to: \"D\" is not an account of bank_accounts; "
         "did you mean "
         "\"A\"?\n"},
        {"\ntransit_account", "DEMBCNBJ", "DEMB-NBJ",
         "catalogue.yaml:264: transit_account.bank_accounts[1].bank: must be the BIC of a bank: 8 "
         "or "
         "11 letters and digits\n"},
        {"\ncharging_units", "settles_to: {number", "settles_to: {numbr",
         "catalogue.yaml:266: charging_units[0].settles_to.number: must be given\n"
         "catalogue.yaml:266: charging_units[0].settles_to.numbr: is not known here; did you mean "
         "\"number\"?\n"},
        {"\ncharging_units", "department: UMB", "department: UMBB",
         "catalogue.yaml:266: charging_units[0].department: \"UMBB\" is not a department; did you "
         "mean \"UMB\"?\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void collection_points_take_what_they_may(void **state)
{
    static const struct broken cases[] = {
        {"code: CP01", "unit: CU02", "unit: CU22",
         "catalogue.yaml:1475: collection_points[0].unit: \"CU22\" is not a charging unit; did you "
         "mean \"CU02\"?\n"},
        {"code: CP01", "takes_for: [CU02]", "takes_for: [CU02, CU01]",
         "catalogue.yaml:1475: collection_points[0].takes_for[1]: \"CU01\" takes no money outside "
         "the hall; its grassroots would have to be true\n"},
        {"code: CU02", "methods: [cash, transfer]", "methods: [transfer]",
         "catalogue.yaml:1475: collection_points[0].takes_for[0]: \"CU02\" cannot be paid by cash: "
         "it is none of its methods\n"
         "catalogue.yaml:1476: collection_points[1].takes_for[0]: \"CU02\" cannot be paid by cash: "
         "it is none of its methods\n"},
        {"code: CP01", "items: [PSB-C-001]", "items: [PSB-C-002]",
         "catalogue.yaml:1475: collection_points[0].items[0]: \"PSB-C-002\" is not an item; did "
         "you "
         "mean \"PSB-C-001\"?\n"},
        {"code: CP01", "items: [PSB-C-001]", "items: [UMB-P-001]",
         "catalogue.yaml:1475: collection_points[0].items[0]: \"UMB-P-001\" charges nothing for a "
         "unit of takes_for\n"},
        {"code: CP01", "methods: [cash]", "methods: [online]",
         "catalogue.yaml:1475: collection_points[0].methods[0]: must be one of cash, transfer\n"
         "catalogue.yaml:1475: collection_points[0].takes_for[0]: \"CU02\" cannot be paid by "
         "online: "
         "it is none of its methods\n"},
        {"code: CP01", "deposits_to: B", "deposits_to: D",
         "catalogue.yaml:1475: collection_points[0].deposits_to: \"D\" is not an account of "
         "transit_account.bank_accounts; did you mean \"A\"?\n"},
        {"code: CP01", ", since: \"2026-01-01\"", "",
         "catalogue.yaml:1475: collection_points[0].since: must be given\n"},
        {"\ncollection_points", "code: CP01", "code: PSB",
         "catalogue.yaml:1475: collection_points[0].code: \"PSB\" is a department or body "
         "already\n"},
        {"\ncollection_points", "code: CP02", "code: CP01",
         "catalogue.yaml:1476: collection_points[1]: \"CP01\" stands twice in this list\n"},
        {"code: CP02", "open_on: [tuesday", "open_on: [tuesdays",
         "catalogue.yaml:1476: collection_points[1].open_on[0]: must be one of monday, tuesday, "
         "wednesday, thursday, friday, saturday, sunday\n"},
        {"code: CP02", "2026-03-05", "2026-02-30",
         "catalogue.yaml:1476: collection_points[1].closed_on[0]: must be a date such as "
         "2026-02-28\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void payment_providers_must_be_whole(void **state)
{
    static const struct broken cases[] = {
        {"\npayment_providers", "signature: standard_webhooks", "signature: none",
         "catalogue.yaml:1465: payment_providers[0].signature: must be one of standard_webhooks, "
         "stripe, github\n"},
        {"\npayment_providers", ", bank_account: A", "",
         "catalogue.yaml:1465: payment_providers[0].bank_account: must be given\n"},
        {"\npayment_providers", "signature: standard_webhooks}",
         "signature: github}\n  - {code: DEMOPAY, bank_account: B, signature: stripe, names: "
         "{zh-Hans: a, zh-Hant: a, en: a}}",
         "catalogue.yaml:1466: payment_providers[1]: \"DEMOPAY\" stands twice in this list\n"},
        {"\npayment_providers", "bank_account: A", "bank_account: D",
         "catalogue.yaml:1465: payment_providers[0].bank_account: \"D\" is not an account of "
         "transit_account.bank_accounts; did you mean \"A\"?\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void each_of_the_eight_disclosures_must_be_there(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "    rules: {zh-Hans: 联合办理事项管理办法, zh-Hant: 聯合辦理事項管理辦法",
         "    rules: {zh-Hans: 联合办理事项管理办法",
         "catalogue.yaml:462: items[0].rules.zh-Hant: must be given\n"},
        {"UMB-P-001", "en: Permit to excavate an urban road", "en: \"\"",
         "catalogue.yaml:457: items[0].names.en: must say something\n"},
        {"UMB-P-001", "    authority: {", "    authorities: {",
         "catalogue.yaml:453: items[0].authority: must be given\n"
         "catalogue.yaml:463: items[0].authorities: is not known here\n"},
        {"HALL-O-001", "basis: confirmed at once, status: demo", "status: demo",
         "catalogue.yaml:1183: items[14].limits.promised.basis: must be given\n"},
        {"UMB-P-001",
         "      promised: {value: 12, unit: workday, basis: local promise, status: "
         "demo}\n",
         "", "catalogue.yaml:504: items[0].limits.promised: must be given\n"},
        {"UMB-P-001", "      statutory: {value: 45", "      # {value: 45",
         "catalogue.yaml:505: items[0].limits.statutory: must be given\n"},
        {"FEE-ROAD-WALK", "basis: 城市道路管理条例 37; the standard is set by the province, ", "",
         "catalogue.yaml:513: items[0].fees[1].basis: must be given\n"},
        {"FEE-ROAD-WALK", "basis: 城市道路管理条例 37; the standard is set by the province",
         "basis: \"\"", "catalogue.yaml:513: items[0].fees[1].basis: must say something\n"},
        {"UMB-P-001", ", complaints_phone: (000) 0000-0900", "",
         "catalogue.yaml:521: items[0].contact.complaints_phone: must be given\n"},
        {"UMB-P-001", "leader_phone: (000) 0000-0200", "leader_phone: \"\"",
         "catalogue.yaml:521: items[0].contact.leader_phone: must be a number that people can "
         "call\n"},
        {"HALL-V-001", "      - {id: M-FACT, form: electronic, copies: 1, required: false}",
         "      []", "catalogue.yaml:1433: items[19].materials: must have 1 to 1000 entries\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void codes_that_do_not_exist_are_told_with_the_nearest(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "kind: permit", "kind: permits",
         "catalogue.yaml:454: items[0].kind: \"permits\" is not a kind of matter with grounds; did "
         "you mean \"permit\"?\n"},
        {"MSA-P-001", "department: MSA", "department: MSB",
         "catalogue.yaml:528: items[1].department: \"MSB\" is not a department; did you mean "
         "\"PSB\"?\n"},
        {"UMB-P-001", "legal_person]\n    channels", "legal_persons]\n    channels",
         "catalogue.yaml:460: items[0].applicants[1]: \"legal_persons\" is not a kind of "
         "applicant; did you mean \"legal_person\"?\n"
         "catalogue.yaml:487: items[0].materials[2].when.applicant.kind: \"legal_person\" is not a "
         "value it can have; did you mean \"legal_persons\"?\n"},
        {"UMB-P-001", "channels: [window, online, post]", "channels: [window, fax]",
         "catalogue.yaml:461: items[0].channels[1]: must be one of online, window, kiosk, hotline, "
         "post\n"},
        {"UMB-P-001", "choices: [water", "choices: [watter",
         "catalogue.yaml:474: items[0].form[2].choices[0]: \"watter\" is not a choice with a name; "
         "did you mean \"water\"?\n"},
        {"id: site, names: {zh-Hans: 现场勘查（两人以上）", "roles: [field_checker]",
         "roles: [field_cheker]",
         "catalogue.yaml:498: items[0].stages[3].roles[0]: \"field_cheker\" is not a role or "
         "relation; did you mean \"field_checker\"?\n"},
        {"UMB-P-001", "clock: supplement_notice", "clock: suplement_notice",
         "catalogue.yaml:495: items[0].stages[0].clock: \"suplement_notice\" is not a kind of "
         "clock; did you mean \"supplement_notice\"?\n"},
        {"UMB-P-001", "blocks: issue", "blocks: issuing",
         "catalogue.yaml:501: items[0].stages[6].blocks: \"issuing\" is not a stage of this "
         "item\n"},
        {"UMB-P-001", "department: PSB, parallel", "department: MSA, parallel",
         "catalogue.yaml:497: items[0].stages[2].department: \"MSA\" is neither the item's "
         "department nor one of its co_departments\n"},
        {"UMB-P-001", "{id: M-DESIGN,", "{id: M-DESIGNS,",
         "catalogue.yaml:491: items[0].materials[6].id: \"M-DESIGNS\" is not a material; did you "
         "mean \"M-DESIGN\"?\n"},
        {"UMB-P-001", "excluded: [hearing,", "excluded: [hearings,",
         "catalogue.yaml:508: items[0].limits.excluded[0]: \"hearings\" is not a cause that may "
         "stop a clock; did you mean \"hearing\"?\n"},
        {"UMB-P-001", "payee: CU01", "payee: CU21",
         "catalogue.yaml:512: items[0].fees[0].payee: \"CU21\" is not a charging unit; did you "
         "mean \"CU01\"?\n"},
        {"FEE-ID-RENEW", "WV-DIBAO", "WV-DIBOA",
         "catalogue.yaml:670: items[3].fees[0].waivers[0]: \"WV-DIBOA\" is not a waiver code; did "
         "you mean \"WV-DIBAO\"?\n"},
        {"UMB-P-001", "contact: {window: W01", "contact: {window: W11",
         "catalogue.yaml:521: items[0].contact.window: \"W11\" is not a window; did you mean "
         "\"W01\"?\n"},
        {"UMB-P-001", "approver: government_head", "approver: goverment_head",
         "catalogue.yaml:506: items[0].limits.extension.approver: \"goverment_head\" is not a role "
         "or relation; did you mean \"government_head\"?\n"},
        {"FIN-W-001", "applies_to: [PSB-C-001]", "applies_to: [PSB-C-002]",
         "catalogue.yaml:726: items[4].applies_to[0]: \"PSB-C-002\" is not an item; did you mean "
         "\"PSB-C-001\"?\n"},
        {"GOO-D-001", "reply_kinds: [already_public", "reply_kinds: [already_publik",
         "catalogue.yaml:780: items[5].reply_kinds[0]: \"already_publik\" is not a kind of reply; "
         "did you mean \"already_public\"?\n"},
        {"GOO-N-001", "classes: [A_solved", "classes: [A_solve",
         "catalogue.yaml:1061: items[11].results[0].classes[0]: \"A_solve\" is not a ground of use "
         "outcome for npc_motion\n"},
        {"GOO-D-001", "filled_by: disclosure_officer", "filled_by: disclosure_oficer",
         "catalogue.yaml:754: items[5].form[7].filled_by: \"disclosure_oficer\" is not a role or "
         "relation; did you mean \"disclosure_officer\"?\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void conditions_must_be_askable(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "when: {closed_road: true}", "when: {close_road: true}",
         "catalogue.yaml:490: items[0].materials[5].when.close_road: \"close_road\" is not a field "
         "of the form, applicant.kind or applicant.represented; did you mean \"closed_road\"?\n"},
        {"UMB-P-001", "when: {closed_road: true}", "when: {closed_road: yes}",
         "catalogue.yaml:490: items[0].materials[5].when.closed_road: \"yes\" is not a value it "
         "can have\n"},
        {"UMB-P-001", "when: {closed_road: true}", "when: {road_name: Main}",
         "catalogue.yaml:490: items[0].materials[5].when.road_name: is text or a number: "
         "conditions compare choices and yes-or-no fields\n"},
        {"UMB-P-001", "required: conditional, when: {closed_road: true}", "required: conditional",
         "catalogue.yaml:490: items[0].materials[5].when: must be given\n"},
        {"UMB-P-001", "required: conditional, when: {closed_road: true}",
         "required: true, when: {closed_road: true}",
         "catalogue.yaml:490: items[0].materials[5].when: goes with required: conditional only\n"},
        {"PSB-C-001", "when: {reason: [expiry, name_change]}", "when: {reason: [expired]}",
         "catalogue.yaml:670: items[3].fees[0].when.reason: \"expired\" is not a value it can "
         "have; did you mean \"expiry\"?\n"},
        {"PSB-C-001", "{id: reason, type: choice, required: true, personal: false",
         "{id: reason, type: choice, required: true, personal: true",
         "catalogue.yaml:670: items[3].fees[0].when.reason: is personal, so only its sealed value "
         "is kept and nobody can compare it after filing; mark the field personal: false, or ask "
         "something else\n"
         "catalogue.yaml:671: items[3].fees[1].when.reason: is personal, so only its sealed value "
         "is kept and nobody can compare it after filing; mark the field personal: false, or ask "
         "something else\n"
         "catalogue.yaml:630: items[3].machine: the procedure certificate reads \"reason\" from "
         "the "
         "form, which must have a field of that name that is not personal\n"},
        {"MSA-P-001", "when: {applicant.represented: true}",
         "when: {applicant.kind: natural_person}",
         "catalogue.yaml:557: items[1].materials[4].when.applicant.kind: \"natural_person\" is not "
         "a value it can have\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void forms_must_fit_their_types(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "max_length: 100, ", "",
         "catalogue.yaml:473: items[0].form[1].max_length: must be given\n"},
        {"UMB-P-001", "min: 0, max: 10000", "min: 20000, max: 10000",
         "catalogue.yaml:475: items[0].form[3].max: must not be less than min\n"},
        {"id: from, type", "personal: false", "personal: false, min: 1",
         "catalogue.yaml:477: items[0].form[5].min: goes with type: decimal or integer only\n"},
        {"id: purpose", "type: choice", "type: choise",
         "catalogue.yaml:474: items[0].form[2].type: must be one of text, address, choice, "
         "decimal, integer, date, boolean\n"
         "catalogue.yaml:474: items[0].form[2].max_length: must be given\n"
         "catalogue.yaml:474: items[0].form[2].choices: goes with type: choice only\n"},
        {"id: charge_by", "required: false", "required: true",
         "catalogue.yaml:754: items[5].form[7].required: must be false: who files is never asked "
         "for what another role fills in\n"},
        {"id: pavement_m2", "id: pavement_m2", "id: asphalt_m2",
         "catalogue.yaml:476: items[0].form[4]: \"asphalt_m2\" stands twice in this list\n"
         "catalogue.yaml:513: items[0].fees[1].quantity: \"pavement_m2\" is not a field of the "
         "form, or 1\n"},
        {"id: location, type", "id: location", "id: place_of_works",
         "catalogue.yaml:489: items[0].materials[4].id: comes from the register "
         "planning_approvals, which is asked by location: the form has no such field\n"
         "catalogue.yaml:490: items[0].materials[5].id: comes from the register "
         "government_approvals, which is asked by location: the form has no such field\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void promises_must_hold(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "promised: {value: 12", "promised: {value: 46",
         "catalogue.yaml:505: items[0].limits.promised: is longer than statutory: 46 workday "
         "against 45 workday; promise at most 45 workday\n"},
        {"FIN-W-001", "promised: {value: 5", "promised: {value: 11",
         "catalogue.yaml:716: items[4].limits.promised: is longer than local: 11 workday against "
         "10 workday; promise at most 10 workday\n"},
        {"UMB-P-001", "{value: 3, unit: workday}, clock: stage, min_staff: 2",
         "{value: 6, unit: workday}, clock: stage, min_staff: 2",
         "catalogue.yaml:494: items[0].stages: take 104 work hours together, but limits.promised "
         "is 96 work hours\n"},
        /* Stages of one group run together: only the longest counts. */
        {"UMB-P-001", "{value: 5, unit: workday}, clock: stage, department: PSB",
         "{value: 8, unit: workday}, clock: stage, department: PSB",
         "catalogue.yaml:494: items[0].stages: take 104 work hours together, but limits.promised "
         "is 96 work hours\n"},
        {"HOT-H-001", "{value: 6, unit: calendar_day}", "{value: 7, unit: calendar_day}",
         "catalogue.yaml:997: items[10].stages: take 170 hours together, but limits.promised is "
         "168 hours\n"},
        /* An optional stage may take the extension besides. */
        {"HALL-Q-001", "{value: 5, unit: workday}, clock: stage, optional: true",
         "{value: 6, unit: workday}, clock: stage, optional: true",
         "catalogue.yaml:913: items[8].stages[2]: is longer than limits.promised and "
         "limits.extension together\n"},
        {"UMB-P-001", "max: {value: 30, unit: workday}, basis: local rule on",
         "max: {value: 3, unit: workday}, basis: local rule on",
         "catalogue.yaml:509: items[0].limits.supplement.max: must be in the unit of default and "
         "not less than it\n"},
        {"FIN-W-001", "limit: null, why: done at once by the system when the waiver is confirmed",
         "limit: null", "catalogue.yaml:712: items[4].stages[3].why: must be given\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

/* Only limits in different units are brought here; those of more than `context` do not fit. */
static bool fits_up_to(void *context, struct stated_limit promise, struct stated_limit law)
{
    assert_false(text_equal(promise.unit, law.unit));
    return promise.value <= *(const int *)context;
}

static void a_promise_in_another_unit_is_put_to_the_calendar(void **state)
{
    struct fixture *f = *state;
    int longest = 14;
    f->inputs.promise_fits = fits_up_to;
    f->inputs.context = &longest;
    assert_errors(f, f->files.catalogue.text,
                  "catalogue.yaml:663: items[3].limits.promised: is longer than statutory: 20 "
                  "workday against 60 calendar_day; promise at most 14 workday\n"
                  "catalogue.yaml:824: items[6].limits.promised: is longer than statutory: 15 "
                  "workday against 60 calendar_day; promise at most 14 workday\n");
    longest = 0;
    assert_errors(f, f->files.catalogue.text,
                  "catalogue.yaml:663: items[3].limits.promised: is longer than statutory: 20 "
                  "workday against 60 calendar_day; promise it in calendar_day as the law does\n"
                  "catalogue.yaml:824: items[6].limits.promised: is longer than statutory: 15 "
                  "workday against 60 calendar_day; promise it in calendar_day as the law does\n"
                  "catalogue.yaml:960: items[9].limits.promised: is longer than statutory: 10 "
                  "workday against 60 calendar_day; promise it in calendar_day as the law "
                  "does\n");
}

static void schedules_must_be_well_formed(void **state)
{
    static const struct broken cases[] = {
        {"FEE-OGI-ITEM", "{up_to: 30, each_fen: 10000}", "{up_to: 10, each_fen: 10000}",
         "catalogue.yaml:778: items[5].fees[0].steps[1].up_to: must be more than in the step "
         "before\n"},
        {"FEE-OGI-ITEM", "{up_to: null, each_fen: 20000", "{up_to: 40, each_fen: 20000",
         "catalogue.yaml:778: items[5].fees[0].steps[2].up_to: must be a number, and null in the "
         "last step only\n"},
        {"FEE-OGI-ITEM", "{up_to: 10, each_fen: 0}", "{up_to: null, each_fen: 0}",
         "catalogue.yaml:778: items[5].fees[0].steps[0].up_to: must be a number, and null in the "
         "last step only\n"},
        {"FEE-OGI-ITEM", "every: 10, add_fen: 10000", "every: 10",
         "catalogue.yaml:778: items[5].fees[0].steps[2].add_fen: must be given\n"},
        {"FEE-OGI-ITEM", "charge: last, ", "",
         "catalogue.yaml:778: items[5].fees[0].charge: must be given\n"},
        {"FEE-OGI-ITEM", "charge: last", "amount_fen: 5, charge: last",
         "catalogue.yaml:778: items[5].fees[0].amount_fen: and steps exclude each other\n"},
        {"id: pages", "type: integer", "type: decimal",
         "catalogue.yaml:779: items[5].fees[1].quantity: must be an integer field: steps count "
         "whole units\n"},
        {"id: asphalt_m2", "personal: false", "personal: true",
         "catalogue.yaml:512: items[0].fees[0].quantity: is personal, so only its sealed value is "
         "kept and nobody can count with it after filing; mark the field personal: false\n"},
        {"id: asphalt_m2", "min: 0", "min: -1",
         "catalogue.yaml:512: items[0].fees[0].quantity: may be negative: give the field a min of "
         "0 or more\n"},
        {"FEE-ROAD-ASPHALT", "quantity: asphalt_m2", "quantity: road_name",
         "catalogue.yaml:512: items[0].fees[0].quantity: must be a decimal or integer field of the "
         "form, or 1\n"},
        {"FEE-ROAD-ASPHALT", "payee: CU01", "payee: null",
         "catalogue.yaml:512: items[0].fees[0].payee: must be given\n"},
        {"FEE-ROAD-ASPHALT", "amount_fen: 25000", "amount_fen: 250.5",
         "catalogue.yaml:512: items[0].fees[0].amount_fen: must be a whole number between 0 and "
         "1000000000000000\n"},
        {"code: FEE-ROAD-WALK", "code: FEE-ROAD-WALK", "code: FEE-ROAD-ASPHALT",
         "catalogue.yaml:513: items[0].fees[1]: \"FEE-ROAD-ASPHALT\" stands twice in this list\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void items_and_procedures_must_fit_each_other(void **state)
{
    static const struct broken cases[] = {
        {"UMB-P-001", "{id: site,", "{id: inspection,",
         "catalogue.yaml:498: items[0].stages[3]: \"inspection\" is named by no state of the "
         "procedure permit: name it in the stages of one, or say optional: true\n"},
        {"UMB-P-001", "{id: accept,", "{id: intake,",
         "catalogue.yaml:495: items[0].stages[0]: \"intake\" is named by no state of the procedure "
         "permit: name it in the stages of one, or say optional: true\n"
         "catalogue.yaml:456: items[0].machine: the clock \"notice\" of the procedure permit needs "
         "a stage of that name, which this item does not state\n"},
        {"UMB-P-001", "      payment: {", "      # {",
         "catalogue.yaml:456: items[0].machine: the clock \"payment_period\" of the procedure "
         "permit needs limits.payment, which this item does not state\n"},
        {"MSA-P-001", "      deliver: {", "      # {",
         "catalogue.yaml:526: items[1].machine: the clock \"deliver\" of the procedure permit "
         "needs limits.deliver, which this item does not state\n"},
        {"MSA-R-001", "machine: filing", "machine: joint_review",
         "catalogue.yaml:584: items[2].machine: \"joint_review\" is the procedure of a sub-case, "
         "not of an item\n"},
        {"UMB-P-001", "{id: site, names: {zh-Hans: 现场勘查（两人以上）",
         "{id: decide, names: {zh-Hans: 现场勘查（两人以上）",
         "catalogue.yaml:500: items[0].stages[5]: \"decide\" stands twice in this list\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void keys_that_are_not_known_are_refused_everywhere(void **state)
{
    static const struct broken cases[] = {
        {"schema", "schema: catalogue/1", "schema: catalogue/1\nspare: 1",
         "catalogue.yaml:29: spare: is not known here\n"},
        {"HALL-A-001", "slots: {length_minutes: 30", "slots: {length: 30, length_minutes: 30",
         "catalogue.yaml:1150: items[13].slots.length: is not known here\n"},
        {"UMB-P-001", "evaluation: {enabled: true", "evaluation: {enabled: true, score: 1",
         "catalogue.yaml:520: items[0].evaluation.score: is not known here; did you mean "
         "\"scale\"?\n"},
        {"UMB-P-001", "publicity: {guide: true", "publicity: {guide: true, decisions: 1",
         "catalogue.yaml:519: items[0].publicity.decisions: is not known here; did you mean "
         "\"decision\"?\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void particulars_are_checked_too(void **state)
{
    static const struct broken cases[] = {
        {"SUP-J-001", "anonymous_code_bits: 128", "anonymous_code_bits: 60",
         "catalogue.yaml:882: items[7].privacy.anonymous_code_bits: must be a whole number between "
         "128 and 256\n"},
        {"EVA-E-001", "total: 22", "total: 23",
         "catalogue.yaml:1224: items[15].categories.total: must be the sum of the counts of the "
         "classes\n"},
        {"HALL-Q-001", "\"14:30\"", "\"24:30\"",
         "catalogue.yaml:925: items[8].daily_checks[2]: must be a time of day such as \"08:30\"\n"},
        {"MSA-P-001", "apply_until: {value: 15", "apply_until: {value: 95",
         "catalogue.yaml:576: items[1].renewal.apply_until: must be nearer to the expiry than "
         "apply_from\n"},
        {"EVA-E-001", "unit: workday, objection: investigate_before_award",
         "unit: workday, objection: wait",
         "catalogue.yaml:1245: items[15].publicity.preview.objection: must be one of "
         "answer_before_final, investigate_before_award, investigate_before_hire\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void several_errors_are_told_at_once_and_procedures_under_their_own_name(void **state)
{
    struct fixture *f = *state;
    struct catalogue_source procedures[CATALOGUE_PROCEDURES_MAX];
    size_t at = 0;
    memcpy(procedures, f->files.procedures, f->files.procedure_count * sizeof procedures[0]);
    while (strcmp(procedures[at].name, "procedures/permit.yaml") != 0) {
        at++;
    }
    const char *permit = procedures[at].text.data;
    const char *place = strstr(permit, "by: [applicant, representative, window_clerk]");
    procedures[at].text =
        arena_print(&f->arena, "%.*sby: [applicants]%s", (int)(place - permit), permit,
                    place + strlen("by: [applicant, representative, window_clerk]"));
    f->inputs.procedures = procedures;
    assert_errors(f, changed(f, "UMB-P-001", "department: UMB", "department: UMP"),
                  "procedures/permit.yaml:98: transitions[0].by[0]: \"applicants\" is not a role "
                  "or relation of the catalogue; did you mean \"applicant\"?\n"
                  "catalogue.yaml:458: items[0].department: \"UMP\" is not a department; did you "
                  "mean \"UMB\"?\n");
}

static void a_state_of_sub_cases_needs_their_procedure(void **state)
{
    struct fixture *f = *state;
    struct catalogue_source procedures[CATALOGUE_PROCEDURES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < f->files.procedure_count; i++) {
        if (strcmp(f->files.procedures[i].name, "procedures/joint_review.yaml") != 0) {
            procedures[count++] = f->files.procedures[i];
        }
    }
    f->inputs.procedures = procedures;
    f->inputs.procedure_count = count;
    assert_errors(f, f->files.catalogue.text,
                  "procedures/permit.yaml:39: states.joint_review.parallel: \"joint_review\" is "
                  "not a procedure with sub_case: true\n");
}

static void a_state_names_a_department_of_the_catalogue(void **state)
{
    struct fixture *f = *state;
    struct catalogue_source procedures[CATALOGUE_PROCEDURES_MAX];
    size_t at = 0;
    memcpy(procedures, f->files.procedures, f->files.procedure_count * sizeof procedures[0]);
    while (strcmp(procedures[at].name, "procedures/drawer.yaml") != 0) {
        at++;
    }
    const char *drawer = procedures[at].text.data;
    const char *place = strstr(drawer, "department: FIN");
    procedures[at].text = arena_print(&f->arena, "%.*sdepartment: FUN%s", (int)(place - drawer),
                                      drawer, place + strlen("department: FIN"));
    f->inputs.procedures = procedures;
    assert_errors(f, f->files.catalogue.text,
                  "procedures/drawer.yaml:17: states.open.department: \"FUN\" is not a department "
                  "or body\n");
}

static void what_is_no_yaml_is_told(void **state)
{
    struct fixture *f = *state;
    assert_errors(f, TEXT_LITERAL("items: [1, 2\n"),
                  "catalogue.yaml:2: is not valid YAML: did not find expected ',' or ']', while "
                  "parsing a flow sequence\n");
    assert_errors(f, TEXT_LITERAL("- a list\n"),
                  "catalogue.yaml:1: must be a map of keys and "
                  "values\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_head_must_be_whole_and_known),
        CASE(payment_providers_must_be_whole),
        CASE(collection_points_take_what_they_may),
        CASE(money_goes_through_known_accounts),
        CASE(each_of_the_eight_disclosures_must_be_there),
        CASE(codes_that_do_not_exist_are_told_with_the_nearest),
        CASE(conditions_must_be_askable),
        CASE(forms_must_fit_their_types),
        CASE(promises_must_hold),
        CASE(a_promise_in_another_unit_is_put_to_the_calendar),
        CASE(schedules_must_be_well_formed),
        CASE(items_and_procedures_must_fit_each_other),
        CASE(keys_that_are_not_known_are_refused_everywhere),
        CASE(particulars_are_checked_too),
        CASE(several_errors_are_told_at_once_and_procedures_under_their_own_name),
        CASE(a_state_of_sub_cases_needs_their_procedure),
        CASE(a_state_names_a_department_of_the_catalogue),
        CASE(what_is_no_yaml_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
