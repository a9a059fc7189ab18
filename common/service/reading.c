/* Answers to questions; see service.h. */
#include "service/service.h"

#include <stdarg.h>
#include <stdio.h>

enum { DETAIL_BYTES_MAX = 500 };

enum verdict reading_answer(struct reading *reading, const struct wire_message *message,
                            const void *data)
{
    reading->answer = (struct wire_any){.message = message, .data = data};
    return VERDICT_OK;
}

enum verdict reading_refuse(struct reading *reading, enum problem_type type, const char *format,
                            ...)
{
    char detail[DETAIL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    reading->problem_type = type;
    reading->problem_detail = arena_copy_text(reading->arena, text_of(detail));
    return VERDICT_PROBLEM;
}
