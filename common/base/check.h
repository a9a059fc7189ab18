/* Assertions for what must be true inside the program.
 *
 * CHECK states a fact the code relies on. It stays on in every build: a broken fact ends the
 * process, which starts again from what is durable. It is never reached by bytes from outside:
 * those are validated first and refused with an error (see err.h). Any thread. */
#pragma once

#include <stdbool.h>

/* Ends the process when `condition` is false, naming the place. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) {                                                   \
            check_failed(#condition, __FILE__, __LINE__);                                          \
        }                                                                                          \
    } while (false)

/* A place the program cannot come to. */
#define UNREACHABLE() check_failed("unreachable", __FILE__, __LINE__)

/* Writes what failed and where to standard error and aborts. Never returns. */
_Noreturn void check_failed(const char *condition, const char *file, int line);
