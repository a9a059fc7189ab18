/* Writing a page: lines, lists, and the names behind codes. */
#include "catalogue_tool/explain_internal.h"

enum { INDENT = 3 };

static const char *colon(const struct page *page)
{
    return page->language == NAME_EN ? ": " : "：";
}

void page_section(struct page *page, int number, enum word word)
{
    buffer_print(page->out, "\n%d. %.*s\n", number, TEXT_PRINT(page_word(page, word)));
}

void page_text(struct page *page, int depth, struct text text)
{
    if (!text_is_empty(text)) {
        buffer_print(page->out, "%*s%.*s\n", depth * INDENT, "", TEXT_PRINT(text));
    }
}

void page_bullet(struct page *page, int depth, struct text text)
{
    buffer_print(page->out, "%*s- %.*s\n", depth * INDENT, "", TEXT_PRINT(text));
}

void page_line(struct page *page, int depth, enum word label, struct text text)
{
    if (!text_is_empty(text)) {
        page_text(page, depth, page_labelled(page, label, text));
    }
}

void page_head(struct page *page, int depth, enum word label)
{
    buffer_print(page->out, "%*s%.*s%s\n", depth * INDENT, "", TEXT_PRINT(page_word(page, label)),
                 page->language == NAME_EN ? ":" : "：");
}

struct text page_name(const struct page *page, const struct names *names)
{
    return names_in(names, page->language);
}

struct text page_word(const struct page *page, enum word word)
{
    return word_in(word, page->language);
}

struct text page_labelled(const struct page *page, enum word label, struct text text)
{
    return arena_print(page->arena, "%.*s%s%.*s", TEXT_PRINT(page_word(page, label)), colon(page),
                       TEXT_PRINT(text));
}

struct text page_join(const struct page *page, struct text first, struct text next)
{
    return joined(first, next, page->language, page->arena);
}

struct text page_limit(const struct page *page, struct stated_limit limit, struct text basis)
{
    struct text words = limit_words(limit, page->language, page->arena);
    if (words.data == NULL) {
        return words;
    }
    return arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(words),
                       TEXT_PRINT(in_brackets(basis, page->language, page->arena)));
}

static struct text role_name(const struct page *page, struct text code)
{
    const struct catalogue_role *role = catalogue_role(page->catalogue, code);
    const struct catalogue_name *relation = catalogue_relation(page->catalogue, code);
    return role != NULL       ? page_name(page, &role->names)
           : relation != NULL ? page_name(page, &relation->names)
                              : code;
}

struct text page_roles(const struct page *page, const struct text_span *roles)
{
    struct text list = {0};
    for (size_t i = 0; i < roles->count; i++) {
        list = page_join(page, list, role_name(page, roles->items[i]));
    }
    return list;
}

struct text page_units(const struct page *page, const struct text_span *units)
{
    struct text list = {0};
    for (size_t i = 0; i < units->count; i++) {
        list = page_join(page, list,
                         page_unit(page, catalogue_unit(page->catalogue, units->items[i])));
    }
    return list;
}

struct text page_unit(const struct page *page, const struct catalogue_unit *unit)
{
    return unit == NULL ? (struct text){0} : page_name(page, &unit->names);
}

/* -- conditions ----------------------------------------------------------------------------- */

static struct text condition_key(const struct page *page, struct text key)
{
    const struct catalogue_field *field = catalogue_field(page->item, key);
    if (field != NULL) {
        return page_name(page, &field->names);
    }
    return page_word(page, text_equal_string(key, "applicant.kind") ? WORD_APPLICANT_KIND
                                                                    : WORD_REPRESENTED);
}

static struct text condition_value(const struct page *page, struct text key, struct text value)
{
    const struct catalogue_head *head = &page->catalogue->head;
    const struct names *choice = catalogue_choice_names(page->catalogue, value);
    for (size_t i = 0; text_equal_string(key, "applicant.kind") && i < head->applicant_kind_count;
         i++) {
        if (text_equal(head->applicant_kinds[i].code, value)) {
            return page_name(page, &head->applicant_kinds[i].names);
        }
    }
    return choice != NULL ? page_name(page, choice) : code_words(value, page->language);
}

static struct text condition_words(const struct page *page,
                                   const struct catalogue_condition *condition)
{
    struct text words =
        arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(condition_key(page, condition->key)),
                    TEXT_PRINT(page_word(page, WORD_IS)));
    for (size_t i = 0; i < condition->values.count; i++) {
        struct text value = condition_value(page, condition->key, condition->values.items[i]);
        struct text or = i == 0 ? TEXT_LITERAL("") : page_word(page, WORD_OR);
        words = arena_print(page->arena, "%.*s%.*s%.*s", TEXT_PRINT(words), TEXT_PRINT(or),
                            TEXT_PRINT(value));
    }
    return words;
}

struct text page_when(const struct page *page, const struct catalogue_when *when)
{
    struct text words = {0};
    for (size_t i = 0; i < when->count; i++) {
        struct text condition = condition_words(page, &when->conditions[i]);
        words = i == 0 ? condition
                       : arena_print(page->arena, "%.*s%.*s%.*s", TEXT_PRINT(words),
                                     TEXT_PRINT(page_word(page, WORD_AND)), TEXT_PRINT(condition));
    }
    return words;
}
