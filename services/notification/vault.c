/* The vault: sealed values opened for work that needs them, and forgotten with the work. */
#include "notification.h"

#include "service/asking.h"

enum { VAULT_WAIT_MS = 3000 };

enum err vault_ask(struct worker *worker, const struct case_id *case_id, const char *purpose,
                   struct sealed_value_list values, struct opened_values *ret_opened)
{
    static struct role_grant grant = {.role = {"system_timer", 12}, .department = {"*", 1}};
    struct open_values question = {
        .case_id = *case_id,
        .purpose = text_of(purpose),
        .values = values,
    };
    struct principal principal = {.kind = PRINCIPAL_STAFF,
                                  .login = TEXT_LITERAL("notification"),
                                  .badge = TEXT_LITERAL("notification"),
                                  .grants = {&grant, 1}};
    return worker_ask(worker, "intake", &principal, &open_values_message, &question, VAULT_WAIT_MS,
                      &opened_values_message, ret_opened);
}
