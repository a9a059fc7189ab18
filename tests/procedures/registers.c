/* What registers answer: they stand outside the hall, so the tables say it ("register:ID=yes"). */
#include "course.h"

#include "events/intake.h"

#include <string.h>

/* "yes" or "no" for that register, by the last word that tells of it; absent: it is silent. */
static struct text answer_of(const struct course *course, struct text source)
{
    struct text answer = {0};
    const struct words setups[] = {words_of(course->item->setup, ' '),
                                   words_of(course->plan.setup, ' ')};
    for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++) {
        for (size_t k = 0; k < setups[i].count; k++) {
            struct text value = {0};
            struct text word = setups[i].items[k];
            bool tells = text_starts_with(word, "register:");
            struct text name = text_split(text_after(word, strlen("register:")), '=', &value);
            answer = tells && text_equal(name, source) ? value : answer;
        }
    }
    return answer;
}

/* The order for the `index`-th material of a filing has the id of its event, moved on. */
static struct event_id order_id(const struct seen_event *filed, size_t index)
{
    struct event_id id = {filed->id};
    id.uuid.bytes[UUID_BYTES - 1] ^= (uint8_t)(index + 1);
    return id;
}

void registers_answer(struct course *course, const struct seen_event *filed)
{
    const struct case_submitted *submitted = &filed->submitted;
    for (size_t i = 0; i < submitted->shared.count; i++) {
        const struct material_shared *shared = &submitted->shared.items[i];
        struct text answer = answer_of(course, shared->source);
        struct report_register report = {
            .case_id = course->id,
            .code = shared->code,
            .source = shared->source,
            .answered = true,
            .found = text_equal_string(answer, "yes"),
            .order_due = filed->time_ms,
            .order_id = order_id(filed, i),
        };
        if (answer.data != NULL) {
            hall_report(course->hall, &report_register_message, &report);
        }
    }
}
