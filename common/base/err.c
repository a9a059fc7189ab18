#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *err_text(enum err err)
{
    static const char *const texts[] = {
#define X(name, text) [ERR_##name] = text,
        ERR_TABLE(X)
#undef X
    };
    if ((size_t)err >= sizeof texts / sizeof texts[0]) {
        return "unknown error";
    }
    return texts[err];
}

enum err reason_set(struct reason *reason, enum err err, const char *format, ...)
{
    if (reason != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(reason->text, sizeof reason->text, format, arguments);
        va_end(arguments);
    }
    return err;
}

void reason_prefix(struct reason *reason, const char *format, ...)
{
    if (reason == NULL) {
        return;
    }
    struct reason before = *reason;
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(reason->text, sizeof reason->text, format, arguments);
    va_end(arguments);
    if (used >= 0 && (size_t)used < sizeof reason->text) {
        (void)snprintf(reason->text + used, sizeof reason->text - (size_t)used, ": %s",
                       before.text);
    }
}

enum err err_from_errno(int error_number)
{
    switch (error_number) {
    case 0:
        return ERR_OK;
    case ENOENT:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    case EROFS:
        return ERR_READ_ONLY;
    case EBUSY:
    case EAGAIN:
        return ERR_BUSY;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case EINVAL:
        return ERR_INVALID;
    case EFBIG:
    case E2BIG:
        return ERR_TOO_LARGE;
    case ETIMEDOUT:
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}
