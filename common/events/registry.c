#include "events/registry.h"

#include "events/approval.h"
#include "events/audit.h"
#include "events/fee.h"
#include "events/gateway.h"
#include "events/intake.h"
#include "events/intents.h"
#include "events/ledger.h"
#include "events/moves.h"
#include "events/notification.h"
#include "events/officers.h"
#include "events/recount.h"
#include "events/statements.h"
#include "events/webhooks.h"

const struct wire_vocabulary *const hall_vocabularies[] = {
    &matter_vocabulary,   &moves_vocabulary,         &intake_vocabulary,
    &approval_vocabulary, &fee_vocabulary,           &notification_vocabulary,
    &audit_vocabulary,    &gateway_vocabulary,       &officers_vocabulary,
    &recount_vocabulary,  &recount_steps_vocabulary, &work_kept_vocabulary,
    &ledger_vocabulary,   &statements_vocabulary,    &intents_vocabulary,
    &webhooks_vocabulary,
};
const size_t hall_vocabulary_count = sizeof hall_vocabularies / sizeof hall_vocabularies[0];

const struct wire_message *hall_event_find(struct text type)
{
    for (size_t i = 0; i < hall_vocabulary_count; i++) {
        const struct wire_message *message = wire_find(hall_vocabularies[i], type);
        if (message != NULL && message->kind == WIRE_KIND_EVENT) {
            return message;
        }
    }
    return NULL;
}
