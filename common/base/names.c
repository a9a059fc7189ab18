#include "base/names.h"

#include "base/check.h"

struct text names_in(const struct names *names, enum name_language language)
{
    switch (language) {
    case NAME_ZH_HANS:
        return names->zh_hans;
    case NAME_ZH_HANT:
        return names->zh_hant;
    case NAME_EN:
        return names->en;
    }
    UNREACHABLE();
}
