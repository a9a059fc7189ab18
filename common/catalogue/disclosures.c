#include "catalogue/disclosures.h"

static bool says_in_all_languages(const struct names *names)
{
    return !text_is_empty(names->zh_hans) && !text_is_empty(names->zh_hant) &&
           !text_is_empty(names->en);
}

/* Rules are published with the law they rest on; a law may be named as a whole. */
static bool has_rules(const struct catalogue_item *item)
{
    return says_in_all_languages(&item->rules) && item->law_count > 0;
}

static bool has_names(const struct catalogue_item *item)
{
    return says_in_all_languages(&item->names);
}

static bool has_authority(const struct catalogue_item *item)
{
    return says_in_all_languages(&item->authority.rule);
}

static bool has_stages(const struct catalogue_item *item)
{
    return item->stage_count > 0;
}

/* Some items ask for no paper; what they ask then stands in their form. */
static bool has_materials(const struct catalogue_item *item)
{
    return item->material_count + item->field_count > 0;
}

static bool has_limits(const struct catalogue_item *item)
{
    const struct catalogue_limit *promised = &item->limits.promised;
    return !text_is_empty(promised->limit.unit) && !text_is_empty(promised->basis);
}

/* What is free is stated as free. */
static bool has_fees(const struct catalogue_item *item)
{
    for (size_t i = 0; i < item->fee_count; i++) {
        if (text_is_empty(item->fees[i].basis)) {
            return false;
        }
    }
    return item->fee_count > 0;
}

/* A telephone number is of digits. */
static bool is_callable(struct text phone)
{
    size_t digits = 0;
    for (size_t i = 0; i < phone.size; i++) {
        digits += phone.data[i] >= '0' && phone.data[i] <= '9' ? 1 : 0;
    }
    return digits >= 3;
}

static bool has_contact(const struct catalogue_item *item)
{
    const struct catalogue_contact *contact = &item->contact;
    return contact->window != NULL && says_in_all_languages(&contact->leader) &&
           is_callable(contact->phone) && is_callable(contact->leader_phone) &&
           is_callable(contact->complaints_phone);
}

const char *catalogue_undisclosed(const struct catalogue_item *item)
{
    static const struct {
        const char *name;
        bool (*is_there)(const struct catalogue_item *item);
    } disclosures[] = {
        {"rules with their legal basis", has_rules},
        {"names", has_names},
        {"authority", has_authority},
        {"stages", has_stages},
        {"materials", has_materials},
        {"limits", has_limits},
        {"fees with their basis", has_fees},
        {"contact", has_contact},
    };
    for (size_t i = 0; i < sizeof disclosures / sizeof disclosures[0]; i++) {
        if (!disclosures[i].is_there(item)) {
            return disclosures[i].name;
        }
    }
    return NULL;
}
