#include "catalogue/facts.h"

static struct text truth_text(bool truth)
{
    return truth ? TEXT_LITERAL("true") : TEXT_LITERAL("false");
}

/* The value of a choice or a yes-or-no field; absent when it was left out or cannot be read. */
static struct text field_value(const struct form *form, struct text id)
{
    const struct form_entry *entry = form_find(form, id);
    if (entry == NULL) {
        return (struct text){0};
    }
    switch (entry->kind) {
    case FORM_TEXT:
        return entry->text;
    case FORM_PERSONAL:
        return personal_text(entry->personal);
    case FORM_BOOL:
        return truth_text(entry->boolean);
    case FORM_DECIMAL:
    case FORM_NONE:
        break;
    }
    return (struct text){0};
}

static struct text value_of(const struct catalogue_facts *facts, struct text key)
{
    if (text_equal_string(key, "applicant.kind")) {
        return facts->applicant_kind;
    }
    if (text_equal_string(key, "applicant.represented")) {
        return truth_text(facts->applicant_represented);
    }
    return field_value(facts->form, key);
}

bool catalogue_when_holds(const struct catalogue_when *when, const struct catalogue_facts *facts)
{
    for (size_t i = 0; i < when->count; i++) {
        struct text value = value_of(facts, when->conditions[i].key);
        if (value.data == NULL || !text_span_contains(&when->conditions[i].values, value)) {
            return false;
        }
    }
    return true;
}
