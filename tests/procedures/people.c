/* Who is meant by the names of the tables (README.md, "Who"). */
#include "hall.h"

#include "base/check.h"

#include <string.h>

enum { GRANTS_MAX = 4 };

static const char session_of_filer[] = "the filer's own ";
static const char session_of_stranger[] = "somebody else's ";
static const char session_of_officer[] = "an officer's own";

static bool is_one_of(struct text name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal_string(name, names[i])) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof(names)[0])

bool is_filer_name(struct text name)
{
    static const char *const filers[] = {"applicant",   "holder", "requester",
                                         "complainant", "payer",  "representative"};
    return IS_ONE_OF(name, filers);
}

bool is_person_name(struct text name)
{
    static const char *const persons[] = {"third_party", "interested_party", "stranger", "nobody"};
    return is_filer_name(name) || IS_ONE_OF(name, persons);
}

static struct principal filer(const char *session)
{
    return (struct principal){.kind = PRINCIPAL_FILER, .session = bytes_of(session, 16)};
}

/* "unit_concerned.UMB" is an officer of UMB who has nothing but that relation to the case. */
static struct role_grant grant_of(struct text part)
{
    static const char *const relations[] = {"unit_concerned", "co_author", "meeting_member"};
    struct text department = {0};
    struct text number = {0};
    struct text role = text_split(part, '.', &department);
    department = text_split(department, '.', &number);
    return (struct role_grant){.role = IS_ONE_OF(role, relations) ? TEXT_LITERAL("handler") : role,
                               .department = department};
}

/* An officer; "A+B" holds the roles of both. */
static bool officer(struct hall *hall, struct text name, struct principal *ret_principal)
{
    struct role_grant_list grants = {
        .items = arena_take_array(&hall->arena, GRANTS_MAX, sizeof *grants.items)};
    for (struct text rest = name; rest.size > 0;) {
        CHECK(grants.count < GRANTS_MAX);
        struct role_grant grant = grant_of(text_split(rest, '+', &rest));
        if (text_is_empty(grant.department)) {
            return false;
        }
        grants.items[grants.count++] = grant;
    }
    *ret_principal = (struct principal){.kind = PRINCIPAL_STAFF,
                                        .login = name,
                                        .badge = name,
                                        .session = bytes_of(session_of_officer, 16),
                                        .grants = grants};
    return true;
}

bool hall_principal(struct hall *hall, struct text name, struct principal *ret_principal)
{
    if (is_filer_name(name)) {
        *ret_principal = filer(session_of_filer);
        return true;
    }
    if (text_equal_string(name, "stranger")) {
        *ret_principal = filer(session_of_stranger);
        return true;
    }
    if (text_equal_string(name, "nobody")) {
        *ret_principal = (struct principal){.kind = PRINCIPAL_NOBODY};
        return true;
    }
    if (is_person_name(name)) { /* known by an account alone */
        *ret_principal = (struct principal){
            .kind = PRINCIPAL_STAFF, .login = name, .session = bytes_of(session_of_officer, 16)};
        return true;
    }
    return officer(hall, name, ret_principal);
}

struct text hall_officer(struct hall *hall, struct text who, struct text department)
{
    static const struct {
        const char *role;
        const char *department;
    } places[] = {
        {"window_clerk", "HALL"}, {"hall_manager", "HALL"}, {"cashier", "HALL"},
        {"bank_link", "HALL"},    {"co_reviewer", "PSB"},   {"supervisor", "SUP"},
        {"auditor", "*"},         {"government_head", "*"}, {"hotline_operator", "HOT"},
    };
    if (is_person_name(who) || memchr(who.data, '.', who.size) != NULL) {
        return who;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (text_equal_string(who, places[i].role)) {
            department = text_of(places[i].department);
        }
    }
    return arena_print(&hall->arena, "%.*s.%.*s", TEXT_PRINT(who), TEXT_PRINT(department));
}
