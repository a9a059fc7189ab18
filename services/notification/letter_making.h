/* A letter on its way to paper, for letter_work.c and letter_text.c. */
#pragma once

#include "notification.h"

#include "letter/letter.h"
#include "service/host.h"

struct making {
    struct worker *worker;
    struct letter_row row;
    const struct letter_template *template;
    const struct catalogue *catalogue;
    const struct catalogue_item *item;
    struct bytes public_key;     /* of the subject */
    struct opened_values opened; /* of the letter's values, in their order */
};

/* The letter in words; what it points to lives in the worker's arena and in the rules. */
struct letter letter_compose(const struct making *making);
