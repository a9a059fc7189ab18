/* Answers to questions; see service.h. */
#include "service/service.h"

#include <stdarg.h>

enum verdict reading_answer(struct reading *reading, const struct wire_message *message,
                            const void *data)
{
    reading->answer = (struct wire_any){.message = message, .data = data};
    return VERDICT_OK;
}

enum verdict reading_refuse(struct reading *reading, enum problem_type type, const char *format,
                            ...)
{
    va_list arguments;
    va_start(arguments, format);
    reading->problem_detail = problem_detail(reading->arena, format, arguments);
    va_end(arguments);
    reading->problem_type = type;
    return VERDICT_PROBLEM;
}
