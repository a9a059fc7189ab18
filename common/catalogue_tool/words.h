/* The words between the data of an explanation, in the languages of the hall, and the data that has
 * words of its own: limits, amounts, codes. Pure; what is printed lives in the arena given. */
#pragma once

#include "base/arena.h"
#include "base/names.h"
#include "procedure/reading.h"

enum word {
    WORD_RULES,
    WORD_SERVICE,
    WORD_AUTHORITY,
    WORD_PROCEDURE,
    WORD_MATERIALS,
    WORD_LIMITS,
    WORD_FEES,
    WORD_CONTACT,
    WORD_VERSION,
    WORD_IN_FORCE,
    WORD_OPEN,
    WORD_NOT_OPEN,
    WORD_ARTICLES,
    WORD_DEPARTMENT,
    WORD_CO_DEPARTMENTS,
    WORD_APPLICANTS,
    WORD_CHANNELS,
    WORD_CONDITIONS,
    WORD_RESULTS,
    WORD_VALIDITY,
    WORD_SPECIALS,
    WORD_DECIDES,
    WORD_CHARGING_UNIT,
    WORD_DELEGATED,
    WORD_DECIDERS,
    WORD_YES,
    WORD_NO,
    WORD_BY,
    WORD_LIMIT,
    WORD_NO_LIMIT,
    WORD_COUNTING,
    WORD_WITHIN_PROMISE,
    WORD_WHEN_OVER,
    WORD_REPORTED,
    WORD_STATE,
    WORD_OPTIONAL,
    WORD_STAFF,
    WORD_TOGETHER,
    WORD_BLOCKS,
    WORD_OTHER_CLOCKS,
    WORD_RUNS_IN,
    WORD_NAMED_DAY,
    WORD_ENDS,
    WORD_NO_PROCEDURE,
    WORD_REQUIRED,
    WORD_REQUIRED_WHEN,
    WORD_WELCOME,
    WORD_WHEN,
    WORD_IS,
    WORD_OR,
    WORD_AND,
    WORD_COPIES,
    WORD_REGISTER,
    WORD_BEFORE_STAGE,
    WORD_SENSITIVE,
    WORD_APPLICANT_KIND,
    WORD_REPRESENTED,
    WORD_STATUTORY,
    WORD_LAW_HAS_NONE,
    WORD_LOCAL,
    WORD_PROMISED,
    WORD_MAIN,
    WORD_EXTENSION,
    WORD_GRANTED_BY,
    WORD_ACKNOWLEDGE,
    WORD_FEEDBACK,
    WORD_NOTICE,
    WORD_DELIVER,
    WORD_SUPPLEMENT,
    WORD_PAYMENT,
    WORD_AT_MOST,
    WORD_EXCLUDED,
    WORD_YUAN,
    WORD_FREE,
    WORD_FOR_EACH,
    WORD_ABOVE,
    WORD_RISING,
    WORD_RISING_BY,
    WORD_ONLY_LAST_STEP,
    WORD_EACH_AT_ITS_STEP,
    WORD_BILL,
    WORD_PAYEE,
    WORD_BASIS,
    WORD_WAIVERS,
    WORD_WINDOW,
    WORD_PHONE,
    WORD_LEADER,
    WORD_COMPLAINTS,
    WORDS,
};

struct text word_in(enum word word, enum name_language language);

/* A code of the catalogue (a channel, a form of paper, a time of billing) in words; the code itself
 * where it has none. */
struct text code_words(struct text code, enum name_language language);

/* "5 working days"; absent for a limit without unit. */
struct text limit_words(struct stated_limit limit, enum name_language language,
                        struct arena *arena);

/* "250.00 yuan". */
struct text yuan_words(int64_t fen, enum name_language language, struct arena *arena);

/* " (basis)" in the brackets of the language; nothing where there is none. */
struct text in_brackets(struct text text, enum name_language language, struct arena *arena);

/* `first`, then `next` behind the comma of the language; `next` alone when nothing stands before.
 */
struct text joined(struct text first, struct text next, enum name_language language,
                   struct arena *arena);
