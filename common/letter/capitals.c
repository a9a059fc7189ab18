#include "letter/capitals.h"

#include "base/check.h"

enum { GROUP = 10000, GROUPS_MAX = 4 };

static const char *const digits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

/* A number of at most four digits, without noughts before or behind it. */
static struct text group_capitals(struct arena *arena, int64_t group)
{
    static const char *const places[] = {"仟", "佰", "拾", ""};
    static const int64_t weights[] = {1000, 100, 10, 1};
    struct text text = TEXT_LITERAL("");
    bool owes_nought = false;
    for (size_t i = 0; i < 4; i++) {
        int64_t digit = group / weights[i] % 10;
        if (digit == 0) {
            owes_nought = text.size > 0;
            continue;
        }
        text = arena_print(arena, "%.*s%s%s%s", TEXT_PRINT(text), owes_nought ? digits[0] : "",
                           digits[digit], places[i]);
        owes_nought = false;
    }
    return text;
}

/* Whole yuan, in groups of four digits; empty for none. */
static struct text yuan_capitals(struct arena *arena, int64_t yuan)
{
    static const char *const units[GROUPS_MAX] = {"", "万", "亿", "万亿"};
    struct text text = TEXT_LITERAL("");
    int64_t weight = (int64_t)GROUP * GROUP * GROUP;
    for (int i = GROUPS_MAX - 1; i >= 0; i--) {
        int64_t group = yuan / weight % GROUP;
        bool follows = text.size > 0;
        if (group > 0) {
            /* A nought where the groups do not meet: the one before was empty or ended in one, or
             * this one begins with one. */
            bool has_gap = follows && (group < GROUP / 10 || yuan / weight / GROUP % 10 == 0);
            struct text words = group_capitals(arena, group);
            text = arena_print(arena, "%.*s%s%.*s%s", TEXT_PRINT(text), has_gap ? digits[0] : "",
                               TEXT_PRINT(words), units[i]);
        }
        weight /= GROUP;
    }
    return text;
}

struct text money_capitals(struct arena *arena, int64_t fen)
{
    CHECK(fen >= -CAPITALS_FEN_MAX && fen <= CAPITALS_FEN_MAX);
    const char *sign = fen < 0 ? "负" : "";
    int64_t sum = fen < 0 ? -fen : fen;
    int64_t yuan = sum / 100;
    int64_t jiao = sum / 10 % 10;
    int64_t rest = sum % 10;
    if (sum == 0) {
        return TEXT_LITERAL("零元整");
    }
    struct text text = arena_print(arena, "%s", sign);
    if (yuan > 0) {
        text = arena_print(arena, "%.*s%.*s元", TEXT_PRINT(text),
                           TEXT_PRINT(yuan_capitals(arena, yuan)));
    }
    if (jiao > 0) {
        text = arena_print(arena, "%.*s%s角", TEXT_PRINT(text), digits[jiao]);
    } else if (yuan > 0 && rest > 0) {
        text = arena_print(arena, "%.*s%s", TEXT_PRINT(text), digits[0]);
    }
    return rest > 0 ? arena_print(arena, "%.*s%s分", TEXT_PRINT(text), digits[rest])
                    : arena_print(arena, "%.*s整", TEXT_PRINT(text));
}
