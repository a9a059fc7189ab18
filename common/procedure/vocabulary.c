#include "procedure/vocabulary.h"

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

#define GROUND_USES                                                                                \
    "non_acceptance", "refusal", "abandonment", "return", "withholding", "outcome", "revocation",  \
        "retraction", "cancellation", "strike"

const char *const hall_ground_uses[] = {GROUND_USES};
const size_t hall_ground_use_count = sizeof hall_ground_uses / sizeof hall_ground_uses[0];

/* clang-format off */
const struct procedure_fact hall_procedure_facts[] = {
    {.name = "materials", .values = VALUES("complete", "missing"),
     .refusal = "required materials are missing: ask for all of them at once, or take them in"},
    {.name = "list", .values = VALUES("allowed", "used_up"),
     .refusal = "what is missing is told once (行政许可法 32): decide on what is there, or give the "
                "new facts that call for more as reasons"},
    {.name = "ground", .of_action = true, .field = "ground",
     .values = VALUES("none", GROUND_USES),
     .refusal = "give a ground that the catalogue lists for this kind of matter and this decision"},
    {.name = "joint", .values = VALUES("yes", "no"),
     .refusal = "this is done differently for a joint item: its units are assigned, a single item "
                "is taken"},
    {.name = "site_check", .of_action = true, .field = "site_check",
     .values = VALUES("needed", "not_needed"),
     .refusal = "say whether a site check is needed, as far as the item leaves it open"},
    {.name = "pause_cause", .of_action = true, .field = "cause",
     .values = VALUES("listed", "unlisted"),
     .refusal = "the clock stops only for a cause that the item lists; name one of these"},
    {.name = "extension_head", .values = VALUES("yes", "no"),
     .refusal = "only the head whom the item names may extend the limit; ask that head"},
    {.name = "officers", .of_action = true, .field = "officers",
     .values = VALUES("enough", "too_few"),
     .refusal = "name as many different officers as the stage asks for"},
    {.name = "authority", .of_person = true, .values = VALUES("delegated", "not_delegated"),
     .refusal = "the power to decide this item is not delegated to this person now; pass it to the "
                "one who holds it"},
    {.name = "licence", .values = VALUES("made", "not_made"),
     .refusal = "the licence is made once, before it is handed over"},
    {.name = "opinion_ground", .of_action = true, .field = "ground",
     .values = VALUES("given", "missing"),
     .refusal = "an objection needs a ground that the catalogue lists; give its code"},
    {.name = "arrival", .values = VALUES("received", "to_confirm"),
     .refusal = "what comes by web, telephone or ordinary mail is confirmed with the sender first"},
    {.name = "own", .of_person = true, .values = VALUES("yes", "no"),
     .refusal = "this is somebody else's; only the one who began it may do that"},
    {.name = "concerned", .of_person = true, .values = VALUES("yes", "no"),
     .refusal = "the unit complained about has no part in deciding; pass it to somebody else"},
    {.name = "party", .values = VALUES("third_party", "co_author"),
     .refusal = "only those who were asked may answer"},
    {.name = "counsel", .of_action = true, .field = "reply_kind",
     .values = VALUES("needed", "not_needed", "unknown"),
     .refusal = "give a kind of reply that the catalogue lists"},
    {.name = "reply", .of_action = true, .field = "ground",
     .values = VALUES("sound", "unsound"),
     .refusal = "this kind of reply cites one of the grounds that the catalogue lists for it, and "
                "no other kind cites one"},
    {.name = "advice", .of_action = true, .field = "reply_kind",
     .values = VALUES("enough", "missing"),
     .refusal = "counsel has to advise before a reply of this kind; return it, so that counsel is "
                "asked"},
    {.name = "charge", .of_action = true, .field = "charge_by",
     .values = VALUES("sound", "unsound"),
     .refusal = "charge by request, with the number of requests this month, or by page, with the "
                "number of pages: never both, and not where the schedule asks for nothing"},
    {.name = "consulted", .of_action = true, .field = "parties",
     .values = VALUES("sound", "unsound"),
     .refusal = "name at least one third_party or co_author, and for each its department, its "
                "sign-in name, or the name of somebody outside"},
    {.name = "waiver_class", .values = VALUES("proved", "unproved"),
     .refusal = "no register proves an exemption by law; propose what Finance is to decide"},
    {.name = "waivable", .values = VALUES("yes", "no"),
     .refusal = "nothing of the bill can be waived: it was taken back, lapsed or settled, or lists "
                "no such waiver; propose to refuse it, or refuse it"},
    {.name = "books", .values = VALUES("balanced", "differing"),
     .refusal = "the books of the day say otherwise"},
    {.name = "counter", .values = VALUES("enough", "too_little"),
     .refusal = "cash that came in cash goes back over the counter of a cashier whose open drawer "
                "holds so much of this unit's: all else is paid by Finance"},
    {.name = "bank", .values = VALUES("enough", "too_little"),
     .refusal = "the money is not at the bank yet: it is paid at the counter, or once the cash was "
                "taken to the bank"},
    {.name = "takings", .values = VALUES("some", "none"),
     .refusal = "counted cash goes to the bank; there is none in this drawer"},
    {.name = "renewal_window", .values = VALUES("open", "closed"),
     .refusal = "a renewal is asked for while the permit runs, in the time that its guide states"},
    {.name = "hearing_notice", .of_action = true, .field = "held_on",
     .values = VALUES("enough", "short", "late"),
     .refusal = "must be seven days from today at the earliest, and within the twenty working days "
                "in which the hearing is held (行政许可法 47, 48)"},
    {.name = "hearing_held", .of_action = true, .field = "held_on",
     .values = VALUES("held", "not_held"),
     .refusal = "must be a day from the one that was told until today"},
    {.name = "disclosures", .values = VALUES("complete", "incomplete"),
     .refusal = "the draft is not complete and sound yet: check it and upload it again"},
    {.name = "succession", .values = VALUES("sound", "overtaken", "unsound"),
     .refusal = "the version does not follow on the one in force, or is not sound any more"},
};

const struct procedure_signal hall_procedure_signals[] = {
    {"unit_asked",       "the parent asked a unit for its opinion"},
    {"reviews_agreed",   "all units have given their opinions and none objects"},
    {"reviews_disputed", "a unit objects, or was silent past its time"},
    {"meeting_resolved", "a joint meeting resolved what was open"},
    {"consultations_done", "all who were asked have answered, or were silent to the end"},
    {"bills_cleared",    "every bill of the case is paid, waived or zero"},
    {"books_opened",     "the first money of a day moved"},
    {"unmatched_money",  "money came in without a bill, or more than was due"},
    {"point_silent",     "a collection point took nothing on a day on which it was open"},
    {"refund_asked",     "the payer, or an officer of the case, asked for money back"},
    {"refund_found",     "the charging unit itself found that money is to be paid back"},
    {"refund_owed",      "the law gives back what was paid"},
    {"absent",           "somebody on duty is away without having said so"},
    {"deputy_away",      "the post's B is away too"},
    {"first_version",    "the hall's first catalogue was loaded"},
    {"version_replaced", "the next version of the catalogue came into force"},
};
/* clang-format on */

const size_t hall_procedure_fact_count =
    sizeof hall_procedure_facts / sizeof hall_procedure_facts[0];
const size_t hall_procedure_signal_count =
    sizeof hall_procedure_signals / sizeof hall_procedure_signals[0];
