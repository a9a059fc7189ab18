/* What something is called in the languages of the hall. Pure, any thread. */
#pragma once

#include "base/bytes.h"

/* The languages, numbered from 1 as the members of an enum on the wire are, in the order of the
 * vocabulary's `language` (zh-Hans, zh-Hant, en): a value read from a message that is not absent
 * (0) may be cast to this enum. */
enum name_language { NAME_ZH_HANS = 1, NAME_ZH_HANT, NAME_EN };

enum { NAME_LANGUAGES = 3 };

/* One name in each of them. */
struct names {
    struct text zh_hans;
    struct text zh_hant;
    struct text en;
};

/* The name in `language`, which must be one of the three (CHECK): which one stands in for a
 * language that was not given is the caller's business. */
struct text names_in(const struct names *names, enum name_language language);
