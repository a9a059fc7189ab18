/* What may be done against a refusal (L21), as the catalogue lists it: the same for every office.
 */
#include "matter/internal.h"

/* For what a decision that cites this ground, or is a reply of this kind, stands. */
static struct text use_of(const struct matter *matter, struct text ground, struct text reply_kind)
{
    const struct catalogue *catalogue = matter->rules->catalogue;
    const struct catalogue_reply_kind *kind = catalogue_reply_kind(catalogue, reply_kind);
    const struct catalogue_ground *cited = catalogue_ground(catalogue, matter->item->kind, ground);
    if (kind != NULL) {
        return kind->withholds ? TEXT_LITERAL("refusal") : (struct text){0};
    }
    return cited == NULL ? (struct text){0} : cited->use;
}

static struct remedy remedy_make(const struct catalogue_remedy *listed)
{
    return (struct remedy){
        .kind = (enum remedy_kind)wire_enum_value(&remedy_kind_enum, listed->code),
        .value = listed->within.value,
        .unit = (enum limit_unit)wire_enum_value(&limit_unit_enum, listed->within.unit),
        .basis = listed->basis,
        .body = (enum remedy_body)wire_enum_value(&remedy_body_enum, listed->body),
    };
}

struct remedy_list matter_remedies(const struct matter *matter, struct text ground,
                                   struct text reply_kind, struct arena *arena)
{
    const struct catalogue_head *head = &matter->rules->catalogue->head;
    struct text use = use_of(matter, ground, reply_kind);
    struct remedy_list list = {.items =
                                   arena_take_array(arena, head->remedy_count, sizeof *list.items)};
    for (size_t i = 0; i < head->remedy_count; i++) {
        if (!text_is_empty(use) && text_span_contains(&head->remedies[i].uses, use)) {
            list.items[list.count++] = remedy_make(&head->remedies[i]);
        }
    }
    return list;
}
