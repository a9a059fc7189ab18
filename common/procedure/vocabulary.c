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
    {.name = "authority", .values = VALUES("delegated", "not_delegated"),
     .refusal = "the power to decide this item is not delegated to this person now; pass it to the "
                "one who holds it"},
    {.name = "licence", .values = VALUES("made", "not_made"),
     .refusal = "the licence is made once, before it is handed over"},
    {.name = "opinion_ground", .of_action = true, .field = "ground",
     .values = VALUES("given", "missing"),
     .refusal = "an objection needs a ground that the catalogue lists; give its code"},
};

const struct procedure_signal hall_procedure_signals[] = {
    {"unit_asked",       "the parent asked a unit for its opinion"},
    {"reviews_agreed",   "all units have given their opinions and none objects"},
    {"reviews_disputed", "a unit objects, or was silent past its time"},
    {"bills_cleared",    "every bill of the case is paid, waived or zero"},
};
/* clang-format on */

const size_t hall_procedure_fact_count =
    sizeof hall_procedure_facts / sizeof hall_procedure_facts[0];
const size_t hall_procedure_signal_count =
    sizeof hall_procedure_signals / sizeof hall_procedure_signals[0];
