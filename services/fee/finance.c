/* Who is of Finance: by a role there, or by the same role in the hall. */
#include "money.h"

bool finance_holds(const struct principal *principal, struct text role, struct text *ret_department)
{
    static const char *const departments[] = {"FIN", "HALL"};
    for (size_t i = 0; i < sizeof departments / sizeof departments[0]; i++) {
        if (principal_holds(principal, role, text_of(departments[i]))) {
            *ret_department = text_of(departments[i]);
            return true;
        }
    }
    return false;
}

enum verdict finance_check(struct decision *decision, const char *why)
{
    const struct text role = TEXT_LITERAL("finance_officer");
    struct text department;
    if (!finance_holds(decision->principal, role, &department)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "%s", why);
    }
    decision->actor.role = role;
    decision->actor.department = department;
    return VERDICT_OK;
}

enum verdict money_readers_check(struct reading *reading)
{
    struct text department;
    if (finance_holds(reading->principal, TEXT_LITERAL("finance_officer"), &department) ||
        finance_holds(reading->principal, TEXT_LITERAL("auditor"), &department)) {
        return VERDICT_OK;
    }
    return reading_refuse(reading, PROBLEM_FORBIDDEN,
                          "the books are shown to finance officers and auditors");
}
