#include "routes/guesses.h"

#include "events/intake.h"

#include <inttypes.h>

struct guess {
    void (*then)(struct visit *visit, const struct case_id *id);
};

bool guess_allowed(struct visit *visit)
{
    struct gateway *gateway = visit->gateway;
    int64_t wait_ms =
        limits_wait_ms(gateway->limits, LIMIT_GUESSES, visit->http->client, gateway->boot_ms);
    if (wait_ms == 0) {
        return true;
    }
    struct text seconds = arena_print(&visit->http->arena, "%" PRId64, (wait_ms + 999) / 1000);
    exchange_add_header(visit->http, "Retry-After", seconds.data);
    exchange_refuse(visit->http, PROBLEM_TOO_MANY,
                    "too many wrong tries from your address; try again in %.*s seconds",
                    TEXT_PRINT(seconds));
    return false;
}

void guess_wrong(struct visit *visit, enum problem_type type, const char *detail)
{
    struct gateway *gateway = visit->gateway;
    limits_take(gateway->limits, LIMIT_GUESSES, visit->http->client, gateway->boot_ms);
    exchange_refuse(visit->http, type, "%s", detail);
}

static void guess_here(struct visit *visit)
{
    const struct guess *guess = visit->page;
    const struct ask *ask = &visit->asks[0];
    const struct case_found *found = ask->answer;
    if (ask->problem == PROBLEM_NOT_FOUND) {
        guess_wrong(visit, PROBLEM_NOT_FOUND, "number and code open no case");
        return;
    }
    if (visit_refused(visit)) {
        return;
    }
    if (found == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "intake's answer cannot be read");
        return;
    }
    guess->then(visit, &found->case_id);
}

void case_guess(struct visit *visit, struct text number, struct text code,
                void (*then)(struct visit *visit, const struct case_id *id))
{
    const struct find_by_number question = {.number = number, .code = code};
    struct guess *guess = arena_take(&visit->http->arena, sizeof *guess);
    if (!guess_allowed(visit)) {
        return;
    }
    guess->then = then;
    visit->page = guess;
    visit_begin_asks(visit, guess_here);
    visit_ask(visit, "intake", &find_by_number_message, &question, &case_found_message);
}
