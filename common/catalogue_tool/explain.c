/* The eight disclosures but procedure and fees, which have files of their own. */
#include "catalogue_tool/explain.h"

#include "catalogue_tool/deciders.h"
#include "catalogue_tool/explain_internal.h"
#include "clock/explain.h"

#include <inttypes.h>

/* -- 1 to 3: rules, item, authority --------------------------------------------------------- */

static void head_write(struct page *page)
{
    const struct catalogue_head *head = &page->catalogue->head;
    const struct catalogue_item *item = page->item;
    struct text day = day_words(page->language, head->effective_from, page->arena);
    struct text version = arena_print(page->arena, "%.*s %" PRId64,
                                      TEXT_PRINT(page_word(page, WORD_VERSION)), head->version);
    struct text about = page_name(page, &head->jurisdiction.names);
    about = page_join(page, about, version);
    about = page_join(page, about, page_labelled(page, WORD_IN_FORCE, day));
    about = page_join(page, about, page_word(page, item->open ? WORD_OPEN : WORD_NOT_OPEN));
    buffer_print(page->out, "%.*s  %.*s\n%.*s\n", TEXT_PRINT(item->code),
                 TEXT_PRINT(page_name(page, &item->names)), TEXT_PRINT(about));
}

static void rules_write(struct page *page)
{
    const struct catalogue_item *item = page->item;
    page_section(page, 1, WORD_RULES);
    page_text(page, 1, page_name(page, &item->rules));
    for (size_t i = 0; i < item->law_count; i++) {
        const struct catalogue_law *law = &item->laws[i];
        struct text articles = {0};
        for (size_t k = 0; k < law->articles.count; k++) {
            articles = page_join(page, articles, law->articles.items[k]);
        }
        struct text words = page_name(page, &law->law);
        if (articles.data != NULL) {
            words = page_join(page, words,
                              arena_print(page->arena, "%.*s %.*s",
                                          TEXT_PRINT(page_word(page, WORD_ARTICLES)),
                                          TEXT_PRINT(articles)));
        }
        page_bullet(page, 1, words);
    }
}

static struct text applicants_words(struct page *page)
{
    const struct catalogue_head *head = &page->catalogue->head;
    struct text list = {0};
    for (size_t i = 0; i < head->applicant_kind_count; i++) {
        if (text_span_contains(&page->item->applicants, head->applicant_kinds[i].code)) {
            list = page_join(page, list, page_name(page, &head->applicant_kinds[i].names));
        }
    }
    return list;
}

static void names_write(struct page *page, enum word label, const struct names *names, size_t count)
{
    if (count > 0) {
        page_head(page, 1, label);
    }
    for (size_t i = 0; i < count; i++) {
        page_bullet(page, 1, page_name(page, &names[i]));
    }
}

static void results_write(struct page *page)
{
    const struct catalogue_item *item = page->item;
    page_head(page, 1, WORD_RESULTS);
    for (size_t i = 0; i < item->result_count; i++) {
        const struct catalogue_result *result = &item->results[i];
        struct text words = page_name(page, &result->names);
        struct text form = code_words(result->form, page->language);
        words = arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(words),
                            TEXT_PRINT(in_brackets(form, page->language, page->arena)));
        if (!text_is_empty(result->validity)) {
            words = page_join(page, words, page_labelled(page, WORD_VALIDITY, result->validity));
        }
        page_bullet(page, 1, words);
    }
}

static void service_write(struct page *page)
{
    const struct catalogue_item *item = page->item;
    struct text channels = {0};
    for (size_t i = 0; i < item->channels.count; i++) {
        channels = page_join(page, channels, code_words(item->channels.items[i], page->language));
    }
    page_section(page, 2, WORD_SERVICE);
    page_line(page, 1, WORD_DEPARTMENT, page_unit(page, item->department));
    page_line(page, 1, WORD_CO_DEPARTMENTS, page_units(page, &item->co_departments));
    page_line(page, 1, WORD_APPLICANTS, applicants_words(page));
    page_line(page, 1, WORD_CHANNELS, channels);
    names_write(page, WORD_CONDITIONS, item->conditions, item->condition_count);
    results_write(page);
    names_write(page, WORD_SPECIALS, item->specials, item->special_count);
}

static void authority_write(struct page *page)
{
    const struct catalogue_authority *authority = &page->item->authority;
    struct text_span deciders = deciders_of(page->item, page->arena);
    page_section(page, 3, WORD_AUTHORITY);
    page_line(page, 1, WORD_DECIDES,
              authority->decides == NULL ? page_word(page, WORD_CHARGING_UNIT)
                                         : page_unit(page, authority->decides));
    page_text(page, 1, page_name(page, &authority->rule));
    page_line(page, 1, WORD_DELEGATED,
              page_word(page, authority->delegated_to_window ? WORD_YES : WORD_NO));
    page_line(page, 1, WORD_DECIDERS, page_roles(page, &deciders));
}

/* -- 5: materials --------------------------------------------------------------------------- */

static struct text need_words(struct page *page, const struct catalogue_item_material *asked)
{
    if (asked->need == MATERIAL_WELCOME) {
        return page_word(page, WORD_WELCOME);
    }
    if (asked->need == MATERIAL_REQUIRED) {
        return page_word(page, WORD_REQUIRED);
    }
    return page_labelled(page, WORD_REQUIRED_WHEN, page_when(page, &asked->when));
}

static void material_write(struct page *page, const struct catalogue_item_material *asked)
{
    const struct catalogue_register *from = asked->material->from_register;
    struct text words = code_words(asked->form, page->language);
    words = page_join(
        page, words,
        page_labelled(page, WORD_COPIES, arena_print(page->arena, "%" PRId64, asked->copies)));
    words = page_join(page, words, need_words(page, asked));
    page_bullet(page, 1,
                arena_print(page->arena, "%.*s%.*s",
                            TEXT_PRINT(page_name(page, &asked->material->names)),
                            TEXT_PRINT(in_brackets(words, page->language, page->arena))));
    if (from != NULL) {
        page_text(page, 2,
                  arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(page_name(page, &from->names)),
                              TEXT_PRINT(in_brackets(page_word(page, WORD_REGISTER), page->language,
                                                     page->arena))));
    }
    if (asked->stage.data != NULL) {
        page_line(page, 2, WORD_BEFORE_STAGE,
                  page_name(page, &catalogue_stage(page->item, asked->stage)->names));
    }
    if (asked->sensitive) {
        page_text(page, 2, page_word(page, WORD_SENSITIVE));
    }
}

/* -- 6: limits ------------------------------------------------------------------------------ */

static void limit_write(struct page *page, enum word label, const struct catalogue_limit *limit)
{
    page_line(page, 1, label, page_limit(page, limit->limit, limit->basis));
}

static void period_write(struct page *page, enum word label, const struct catalogue_period *period)
{
    struct text usual = page_limit(page, period->usual, period->basis);
    struct text max = limit_words(period->max, page->language, page->arena);
    if (usual.data != NULL) {
        page_line(
            page, 1, label,
            page_join(page, usual,
                      arena_print(page->arena, "%.*s%.*s",
                                  TEXT_PRINT(page_word(page, WORD_AT_MOST)), TEXT_PRINT(max))));
    }
}

static void excluded_write(struct page *page)
{
    const struct text_span *excluded = &page->item->limits.excluded;
    if (excluded->count > 0) {
        page_head(page, 1, WORD_EXCLUDED);
    }
    for (size_t i = 0; i < excluded->count; i++) {
        const struct catalogue_pause_cause *cause =
            catalogue_pause_cause(page->catalogue, excluded->items[i]);
        page_bullet(
            page, 1,
            arena_print(page->arena, "%.*s%.*s", TEXT_PRINT(page_name(page, &cause->names)),
                        TEXT_PRINT(in_brackets(cause->article, page->language, page->arena))));
    }
}

static void limits_write(struct page *page)
{
    const struct catalogue_limits *limits = &page->item->limits;
    page_section(page, 6, WORD_LIMITS);
    if (limits->statutory.limit.unit.data == NULL) {
        page_line(page, 1, WORD_STATUTORY, page_word(page, WORD_LAW_HAS_NONE));
    }
    limit_write(page, WORD_STATUTORY, &limits->statutory);
    limit_write(page, WORD_LOCAL, &limits->local);
    limit_write(page, WORD_PROMISED, &limits->promised);
    limit_write(page, WORD_EXTENSION, &limits->extension);
    if (limits->extension.limit.unit.data != NULL) {
        struct text approver = limits->extension.approver;
        page_line(page, 2, WORD_GRANTED_BY,
                  page_roles(page, &(struct text_span){.items = &approver, .count = 1}));
    }
    limit_write(page, WORD_ACKNOWLEDGE, &limits->acknowledge);
    limit_write(page, WORD_FEEDBACK, &limits->feedback);
    limit_write(page, WORD_NOTICE, &limits->minimum_notice);
    limit_write(page, WORD_DELIVER, &limits->deliver);
    period_write(page, WORD_SUPPLEMENT, &limits->supplement);
    period_write(page, WORD_PAYMENT, &limits->payment);
    excluded_write(page);
}

/* -- 8: contact ----------------------------------------------------------------------------- */

static void contact_write(struct page *page)
{
    const struct catalogue_contact *contact = &page->item->contact;
    struct text leader = page_name(page, &contact->leader);
    page_section(page, 8, WORD_CONTACT);
    page_line(page, 1, WORD_WINDOW,
              page_join(page, page_name(page, &contact->window->names),
                        page_labelled(page, WORD_PHONE, contact->phone)));
    page_line(page, 1, WORD_LEADER,
              page_join(page, leader, page_labelled(page, WORD_PHONE, contact->leader_phone)));
    page_line(page, 1, WORD_COMPLAINTS, contact->complaints_phone);
}

bool explain_item(const struct folder *folder, struct text code, enum name_language language,
                  struct arena *arena, struct buffer *out)
{
    struct page page = {
        .folder = folder,
        .catalogue = folder->rules.catalogue,
        .item = catalogue_item(folder->rules.catalogue, code),
        .language = language,
        .arena = arena,
        .out = out,
    };
    if (page.item == NULL) {
        return false;
    }
    head_write(&page);
    rules_write(&page);
    service_write(&page);
    authority_write(&page);
    page_procedure(&page);
    page_section(&page, 5, WORD_MATERIALS);
    for (size_t i = 0; i < page.item->material_count; i++) {
        material_write(&page, &page.item->materials[i]);
    }
    limits_write(&page);
    page_fees(&page);
    contact_write(&page);
    return true;
}
