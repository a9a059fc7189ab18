#include "clock/explain.h"

#include "base/buffer.h"
#include "base/check.h"

#include <inttypes.h>
#include <string.h>

enum { SENTENCE_BYTES_MAX = 8192, MONTHS = 12, DAYS_OF_WEEK = 7 };

/* One row a sentence: simplified, traditional, English. {basis} brings its own brackets. */
static const char *const templates[SENTENCES][NAME_LANGUAGES] = {
    [SENTENCE_START] =
        {
            "{from}起算，当日不计入；期限为{amount}{basis}。",
            "{from}起算，當日不計入；期限為{amount}{basis}。",
            "Started on {from}; that day is not counted. The limit is {amount}{basis}.",
        },
    [SENTENCE_START_HOURS] =
        {
            "{from}起算；期限为{amount}{basis}，昼夜连续计算。",
            "{from}起算；期限為{amount}{basis}，晝夜連續計算。",
            "Started on {from}. The limit is {amount}{basis}, counted day and night.",
        },
    [SENTENCE_START_WORK_HOURS] =
        {
            "{from}起算；期限为{amount}{basis}，只计工作日的开放时间（{hours}）。",
            "{from}起算；期限為{amount}{basis}，只計工作日的開放時間（{hours}）。",
            "Started on {from}. The limit is {amount}{basis}, counted while the hall is open on "
            "working days ({hours}).",
        },
    [SENTENCE_START_UNTIL] =
        {
            "{from}起算；期限至指定的{to}当日结束{basis}。",
            "{from}起算；期限至指定的{to}當日結束{basis}。",
            "Started on {from}. It runs until the end of a day that was named: {to}{basis}.",
        },
    [SENTENCE_RESTART] =
        {
            "{from}重新起算{basis}，此前的期间不再计入；期限仍为{amount}。",
            "{from}重新起算{basis}，此前的期間不再計入；期限仍為{amount}。",
            "Restarted on {from}{basis}: nothing before it counts, and the whole limit of "
            "{amount} runs again.",
        },
    [SENTENCE_OPENING] =
        {
            "当时大厅不开放，自{to}开门起计时。",
            "當時大廳不開放，自{to}開門起計時。",
            "The hall was closed then; time counts from the next opening, {to}.",
        },
    [SENTENCE_PAUSE] =
        {
            "{from}至{to}暂停{basis}，顺延{amount}。",
            "{from}至{to}暫停{basis}，順延{amount}。",
            "Paused from {from} to {to}{basis}, which adds {amount}.",
        },
    [SENTENCE_PAUSE_OPEN] =
        {
            "{from}起暂停{basis}：此后的日子在恢复时顺延。",
            "{from}起暫停{basis}：此後的日子在恢復時順延。",
            "Paused since {from}{basis}: the days after it are added when the clock resumes.",
        },
    [SENTENCE_EXTENSION] =
        {
            "{from}批准延长{amount}{basis}，合计{total}。",
            "{from}批准延長{amount}{basis}，合計{total}。",
            "Extended on {from} by {amount}{basis}: {total} in all.",
        },
    [SENTENCE_EXTENSION_ON] =
        {
            "批准延长{amount}{basis}，自原届满之日{from}起续算。",
            "批准延長{amount}{basis}，自原屆滿之日{from}起續算。",
            "Extended by {amount}{basis}, counted on from {from}, when it was due before.",
        },
    [SENTENCE_HOLIDAY] =
        {
            "{name}：{from}至{to}放假，除周末外{amount}不计入。",
            "{name}：{from}至{to}放假，除週末外{amount}不計入。",
            "{name}, {from} to {to}: {amount} not counted.",
        },
    [SENTENCE_HOLIDAY_DAY] =
        {
            "{name}：{from}放假，不计入。",
            "{name}：{from}放假，不計入。",
            "{name}, {from}: not counted.",
        },
    [SENTENCE_MAKE_UP] =
        {
            "{from}（{weekday}）调休上班，计入。",
            "{from}（{weekday}）調休上班，計入。",
            "{from} is a {weekday} that works in exchange for a holiday: counted.",
        },
    [SENTENCE_OMITTED] =
        {
            "其后的节假日和调休不再逐一列出。",
            "其後的節假日和調休不再逐一列出。",
            "Later holidays and exchanged days are not listed one by one.",
        },
    [SENTENCE_COUNT_WORKDAYS] =
        {
            "自{from}次日起数{amount}，至{to}；周末和节假日不计入。",
            "自{from}次日起數{amount}，至{to}；週末和節假日不計入。",
            "Counting {amount} from the day after {from}, weekends and holidays left out, leads to "
            "{to}.",
        },
    [SENTENCE_COUNT_DAYS] =
        {
            "自{from}次日起数{amount}，至{to}。",
            "自{from}次日起數{amount}，至{to}。",
            "Counting {amount} from the day after {from} leads to {to}.",
        },
    [SENTENCE_MOVED] =
        {
            "{from}不是工作日（{name}），顺延至其后第一个工作日{to}。",
            "{from}不是工作日（{name}），順延至其後第一個工作日{to}。",
            "{from} is no working day ({name}); the limit ends on the next one, {to}.",
        },
    [SENTENCE_PROVISIONAL] =
        {
            "{from}至{to}的放假安排尚未公布，暂只除去周末和固定日期的法定节假日；届满之日为暂定。",
            "{from}至{to}的放假安排尚未公佈，暫只除去週末和固定日期的法定節假日；屆滿之日為暫定。",
            "No holiday notice covers {from} to {to}: only weekends and statutory days with a "
            "fixed "
            "date are left out, and the due day is provisional.",
        },
    [SENTENCE_RECOUNT] =
        {
            "{from}起适用新的节假日安排（日历第{total}版）重新计算：届满之日由{name}改为{to}。",
            "{from}起適用新的節假日安排（日曆第{total}版）重新計算：屆滿之日由{name}改為{to}。",
            "Counted again on {from}, when a new calendar (version {total}) came into use: it was "
            "due on {name} and is now due on {to}.",
        },
    [SENTENCE_RECOUNT_SAME] =
        {
            "{from}起适用新的节假日安排（日历第{total}版）重新计算：届满之日仍为{to}。",
            "{from}起適用新的節假日安排（日曆第{total}版）重新計算：屆滿之日仍為{to}。",
            "Counted again on {from}, when a new calendar (version {total}) came into use: it is "
            "due on {to} as before.",
        },
    [SENTENCE_STOP] =
        {
            "{from}停止计时{basis}。",
            "{from}停止計時{basis}。",
            "Stopped on {from}{basis}.",
        },
    [SENTENCE_RESULT] =
        {
            "期限于{to}届满。",
            "期限於{to}屆滿。",
            "The limit ends on {to}.",
        },
    [SENTENCE_RESULT_PAUSED] =
        {
            "暂停期间没有届满之日；不计本次暂停，期限于{to}届满。",
            "暫停期間沒有屆滿之日；不計本次暫停，期限於{to}屆滿。",
            "While it is paused it is not due; without this pause it would end on {to}.",
        },
};

/* The one of three words that is in `language`. */
static const char *word_in(const char *const words[NAME_LANGUAGES], enum name_language language)
{
    CHECK(language >= NAME_ZH_HANS && language <= NAME_EN);
    return words[language - NAME_ZH_HANS];
}

/* -- filling -------------------------------------------------------------------------------- */

static void put_basis(struct buffer *buffer, enum name_language language, struct text basis)
{
    if (!text_is_empty(basis)) {
        buffer_append_string(buffer, language == NAME_EN ? " (" : "（");
        buffer_append_text(buffer, basis);
        buffer_append_string(buffer, language == NAME_EN ? ")" : "）");
    }
}

static void put_word(struct buffer *buffer, enum name_language language, struct text place,
                     const struct sentence_words *words)
{
    const struct {
        const char *place;
        struct text word;
    } places[] = {
        {"from", words->from},       {"to", words->to},     {"amount", words->amount},
        {"total", words->total},     {"name", words->name}, {"hours", words->hours},
        {"weekday", words->weekday},
    };
    if (text_equal_string(place, "basis")) {
        put_basis(buffer, language, words->basis);
        return;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (text_equal_string(place, places[i].place)) {
            CHECK(!text_is_empty(places[i].word));
            buffer_append_text(buffer, places[i].word);
            return;
        }
    }
    UNREACHABLE();
}

struct text sentence_text(enum sentence sentence, enum name_language language,
                          const struct sentence_words *words, struct arena *arena)
{
    struct buffer buffer;
    struct text rest = text_of(word_in(templates[sentence], language));
    buffer_init(&buffer, SENTENCE_BYTES_MAX);
    while (!text_is_empty(rest)) {
        buffer_append_text(&buffer, text_split(rest, '{', &rest));
        if (!text_is_empty(rest)) {
            struct text place = text_split(rest, '}', &rest);
            put_word(&buffer, language, place, words);
        }
    }
    CHECK(!buffer.failed);
    struct text text = arena_copy_text(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

/* -- words ---------------------------------------------------------------------------------- */

struct text day_words(enum name_language language, struct date date, struct arena *arena)
{
    static const char *const months[MONTHS] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil civil = date_civil(date);
    if (language == NAME_EN) {
        return arena_print(arena, "%d %s %d", civil.day, months[civil.month - 1], civil.year);
    }
    return arena_print(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

struct text moment_words(enum name_language language, struct date date, int minute,
                         struct arena *arena)
{
    struct text day = day_words(language, date, arena);
    return arena_print(arena, "%.*s%s%02d:%02d", TEXT_PRINT(day), language == NAME_EN ? ", " : "",
                       minute / 60, minute % 60);
}

struct text amount_words(enum name_language language, enum limit_unit unit, int64_t value,
                         struct arena *arena)
{
    static const char *const units[][NAME_LANGUAGES] = {
        [LIMIT_WORKDAY] = {"个工作日", "個工作日", " working day"},
        [LIMIT_CALENDAR_DAY] = {"个自然日", "個自然日", " calendar day"},
        [LIMIT_MONTH] = {"个月", "個月", " month"},
        [LIMIT_HOUR] = {"小时", "小時", " hour"},
        [LIMIT_WORK_HOUR] = {"个工作小时", "個工作小時", " work hour"},
    };
    bool is_plural = language == NAME_EN && value != 1;
    return arena_print(arena, "%" PRId64 "%s%s", value, word_in(units[unit], language),
                       is_plural ? "s" : "");
}

struct text weekdays_words(enum name_language language, int64_t count, struct arena *arena)
{
    const char *word = language != NAME_EN ? "天" : count == 1 ? " weekday" : " weekdays";
    return arena_print(arena, "%" PRId64 "%s", count, word);
}

struct text duration_words(enum name_language language, int64_t ms, struct arena *arena)
{
    static const char *const minute_words[NAME_LANGUAGES] = {"分钟", "分鐘", " minute"};
    int64_t minutes = ms / MS_PER_MINUTE;
    bool is_plural = language == NAME_EN && minutes % 60 != 1;
    struct text hours = amount_words(language, LIMIT_HOUR, minutes / 60, arena);
    struct text rest = arena_print(arena, "%" PRId64 "%s%s", minutes % 60,
                                   word_in(minute_words, language), is_plural ? "s" : "");
    if (minutes % 60 == 0) {
        return hours;
    }
    return minutes < 60 ? rest
                        : arena_print(arena, "%.*s%s%.*s", TEXT_PRINT(hours),
                                      language == NAME_EN ? " " : "", TEXT_PRINT(rest));
}

struct text both_words(enum name_language language, struct text first, struct text second,
                       struct arena *arena)
{
    static const char *const joints[NAME_LANGUAGES] = {"又", "又", " and "};
    return arena_print(arena, "%.*s%s%.*s", TEXT_PRINT(first), word_in(joints, language),
                       TEXT_PRINT(second));
}

struct text weekday_words(enum name_language language, enum weekday weekday)
{
    static const char *const names[DAYS_OF_WEEK][2] = {
        {"星期一", "Monday"},   {"星期二", "Tuesday"}, {"星期三", "Wednesday"},
        {"星期四", "Thursday"}, {"星期五", "Friday"},  {"星期六", "Saturday"},
        {"星期日", "Sunday"},
    };
    return text_of(names[weekday][language == NAME_EN ? 1 : 0]);
}

struct text weekend_words(enum name_language language)
{
    static const char *const names[NAME_LANGUAGES] = {"周末", "週末", "a weekend"};
    return text_of(word_in(names, language));
}
