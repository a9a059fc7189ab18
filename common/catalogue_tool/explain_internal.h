/* Internal to this folder: a page being written, and its sections. */
#pragma once

#include "catalogue_tool/explain.h"
#include "catalogue_tool/words.h"

struct page {
    const struct folder *folder;
    const struct catalogue *catalogue;
    const struct catalogue_item *item;
    enum name_language language;
    struct arena *arena;
    struct buffer *out;
};

/* -- writing (page.c) ----------------------------------------------------------------------- */

/* "4. Procedure". */
void page_section(struct page *page, int number, enum word word);

/* "   Label: text", indented by `depth`; nothing where there is no text. */
void page_line(struct page *page, int depth, enum word label, struct text text);

/* "   Label:", above a list. */
void page_head(struct page *page, int depth, enum word label);

/* "   text" and "   - text". */
void page_text(struct page *page, int depth, struct text text);
void page_bullet(struct page *page, int depth, struct text text);

struct text page_name(const struct page *page, const struct names *names);
struct text page_word(const struct page *page, enum word word);

/* "Label: text". */
struct text page_labelled(const struct page *page, enum word label, struct text text);

/* `first`, then `next` behind a comma. */
struct text page_join(const struct page *page, struct text first, struct text next);

/* "5 working days (basis)"; absent for a limit without unit. */
struct text page_limit(const struct page *page, struct stated_limit limit, struct text basis);

/* The names of roles and relations, of units, of a unit. */
struct text page_roles(const struct page *page, const struct text_span *roles);
struct text page_units(const struct page *page, const struct text_span *units);
struct text page_unit(const struct page *page, const struct catalogue_unit *unit);

/* A condition in words; absent where there is none. */
struct text page_when(const struct page *page, const struct catalogue_when *when);

/* -- sections ------------------------------------------------------------------------------- */

void page_procedure(struct page *page); /* explain_procedure.c */
void page_fees(struct page *page);      /* explain_fees.c */
