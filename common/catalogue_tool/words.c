#include "catalogue_tool/words.h"

#include "clock/explain.h"

#include <inttypes.h>

/* Simplified, traditional, English. */
static const char *const words[WORDS][NAME_LANGUAGES] = {
    [WORD_RULES] = {"管理办法", "管理辦法", "Management rules"},
    [WORD_SERVICE] = {"服务事项", "服務事項", "Service item"},
    [WORD_AUTHORITY] = {"审批权限", "審批權限", "Who decides"},
    [WORD_PROCEDURE] = {"办事程序", "辦事程序", "Procedure"},
    [WORD_MATERIALS] = {"申报材料目录", "申報材料目錄", "Materials"},
    [WORD_LIMITS] = {"办结时限", "辦結時限", "Time limits"},
    [WORD_FEES] = {"收费标准及依据", "收費標準及依據", "Fees and their basis"},
    [WORD_CONTACT] = {"负责人和窗口电话", "負責人和窗口電話", "Contact"},
    [WORD_VERSION] = {"目录版本", "目錄版本", "catalogue version"},
    [WORD_IN_FORCE] = {"生效日期", "生效日期", "in force from"},
    [WORD_OPEN] = {"已开通办理", "已開通辦理", "open"},
    [WORD_NOT_OPEN] = {"尚未开通办理", "尚未開通辦理", "not open yet"},
    [WORD_ARTICLES] = {"条款", "條款", "articles"},
    [WORD_DEPARTMENT] = {"主办部门", "主辦部門", "Department"},
    [WORD_CO_DEPARTMENTS] = {"会办部门", "會辦部門", "Taking part"},
    [WORD_APPLICANTS] = {"服务对象", "服務對象", "Who may apply"},
    [WORD_CHANNELS] = {"办理渠道", "辦理渠道", "How to apply"},
    [WORD_CONDITIONS] = {"受理条件", "受理條件", "Conditions"},
    [WORD_RESULTS] = {"办理结果", "辦理結果", "Results"},
    [WORD_VALIDITY] = {"有效期", "有效期", "valid"},
    [WORD_SPECIALS] = {"特别规定", "特別規定", "Special rules"},
    [WORD_DECIDES] = {"决定机关", "決定機關", "Decided by"},
    [WORD_CHARGING_UNIT] = {"相关费用的收费单位", "相關費用的收費單位",
                            "the charging unit of the fee concerned"},
    [WORD_DELEGATED] = {"是否授权窗口", "是否授權窗口", "Delegated to the window"},
    [WORD_DECIDERS] = {"程序中作出决定的人员", "程序中作出決定的人員",
                       "In the procedure the decision is made by"},
    [WORD_YES] = {"是", "是", "yes"},
    [WORD_NO] = {"否", "否", "no"},
    [WORD_BY] = {"办理人员", "辦理人員", "By"},
    [WORD_LIMIT] = {"时限", "時限", "Limit"},
    [WORD_NO_LIMIT] = {"不设时限", "不設時限", "no limit"},
    [WORD_COUNTING] = {"计时方式", "計時方式", "How it counts"},
    [WORD_WITHIN_PROMISE] = {"计入承诺时限", "計入承諾時限", "inside the promised limit"},
    [WORD_WHEN_OVER] = {"逾期后", "逾期後", "When it is over"},
    [WORD_REPORTED] = {"记为逾期并上报", "記為逾期並上報", "it is reported as overdue"},
    [WORD_STATE] = {"办件状态", "辦件狀態", "The case is then"},
    [WORD_OPTIONAL] = {"仅在需要时进行", "僅在需要時進行", "Only where it is needed"},
    [WORD_STAFF] = {"最少参加人数", "最少參加人數", "Officers at least"},
    [WORD_TOGETHER] = {"同时进行", "同時進行", "Together with"},
    [WORD_BLOCKS] = {"须先于", "須先於", "Must be over before"},
    [WORD_OTHER_CLOCKS] = {"其他时限", "其他時限", "Other limits that run"},
    [WORD_RUNS_IN] = {"适用状态", "適用狀態", "while the case is"},
    [WORD_NAMED_DAY] = {"至指定日期", "至指定日期", "until the day that is named"},
    [WORD_ENDS] = {"可能的结局", "可能的結局", "How it can end"},
    [WORD_NO_PROCEDURE] = {"程序尚未公布", "程序尚未公佈",
                           "The procedure has not been published yet"},
    [WORD_REQUIRED] = {"必交", "必交", "required"},
    [WORD_REQUIRED_WHEN] = {"下列情形必交", "下列情形必交", "required when"},
    [WORD_WELCOME] = {"可交可不交", "可交可不交", "not required"},
    [WORD_WHEN] = {"适用情形", "適用情形", "when"},
    [WORD_IS] = {"为", "為", " is "},
    [WORD_OR] = {"或", "或", " or "},
    [WORD_AND] = {"，且", "，且", " and "},
    [WORD_COPIES] = {"份数", "份數", "copies"},
    [WORD_REGISTER] = {"由大厅向该库查询，不向申请人索取", "由大廳向該庫查詢，不向申請人索取",
                       "the hall asks this register, never the applicant"},
    [WORD_BEFORE_STAGE] = {"提交时间：该环节开始前", "提交時間：該環節開始前",
                           "handed in before the stage"},
    [WORD_SENSITIVE] = {"敏感材料，另行保管", "敏感材料，另行保管", "sensitive, kept apart"},
    [WORD_APPLICANT_KIND] = {"申请人类别", "申請人類別", "the applicant"},
    [WORD_REPRESENTED] = {"由他人代理", "由他人代理", "represented by somebody"},
    [WORD_STATUTORY] = {"法定时限", "法定時限", "By law"},
    [WORD_LAW_HAS_NONE] = {"法律未作规定", "法律未作規定", "the law states none"},
    [WORD_LOCAL] = {"地方规定时限", "地方規定時限", "By local rule"},
    [WORD_PROMISED] = {"承诺时限", "承諾時限", "Promised"},
    [WORD_MAIN] = {"总时限", "總時限", "the limit of the whole"},
    [WORD_EXTENSION] = {"可延长", "可延長", "Extension"},
    [WORD_GRANTED_BY] = {"批准人", "批准人", "granted by"},
    [WORD_ACKNOWLEDGE] = {"确认收到", "確認收到", "Acknowledgement"},
    [WORD_FEEDBACK] = {"反馈", "反饋", "Feedback"},
    [WORD_NOTICE] = {"最短公示期", "最短公示期", "Shortest public notice"},
    [WORD_DELIVER] = {"送达时限", "送達時限", "Delivery"},
    [WORD_SUPPLEMENT] = {"补正期限", "補正期限", "To hand in what is missing"},
    [WORD_PAYMENT] = {"缴费期限", "繳費期限", "To pay"},
    [WORD_AT_MOST] = {"最长", "最長", "at most "},
    [WORD_EXCLUDED] = {"不计入时限的情形", "不計入時限的情形", "The clock stops for"},
    [WORD_YUAN] = {"元", "元", " yuan"},
    [WORD_FREE] = {"不收费", "不收費", "nothing is charged"},
    [WORD_FOR_EACH] = {"计费数量", "計費數量", "for each unit of"},
    [WORD_ABOVE] = {"以上", "以上", "above"},
    [WORD_RISING] = {"每再增加", "每再增加", "rising for each further"},
    [WORD_RISING_BY] = {"加收", "加收", "by"},
    [WORD_ONLY_LAST_STEP] = {"只按所在档次计费", "只按所在檔次計費",
                             "only the step reached is charged"},
    [WORD_EACH_AT_ITS_STEP] = {"分档累计计费", "分檔累計計費",
                               "each unit is charged at the price of its step"},
    [WORD_BILL] = {"开单时间", "開單時間", "billed"},
    [WORD_PAYEE] = {"收费单位", "收費單位", "paid to"},
    [WORD_BASIS] = {"依据", "依據", "basis"},
    [WORD_WAIVERS] = {"减免对象", "減免對象", "waived or reduced for"},
    [WORD_WINDOW] = {"窗口", "窗口", "Window"},
    [WORD_PHONE] = {"电话", "電話", "telephone"},
    [WORD_LEADER] = {"分管领导", "分管領導", "Leader in charge"},
    [WORD_COMPLAINTS] = {"投诉电话", "投訴電話", "Complaints"},
};

/* What the codes of a catalogue mean that have no names of their own there. */
static const struct {
    const char *code;
    const char *words[NAME_LANGUAGES];
} codes[] = {
    {"online", {"网上", "網上", "online"}},
    {"window", {"窗口", "窗口", "at a window"}},
    {"kiosk", {"自助终端", "自助終端", "at a terminal"}},
    {"hotline", {"热线电话", "熱線電話", "by telephone"}},
    {"post", {"邮寄", "郵寄", "by post"}},
    {"electronic", {"电子件", "電子件", "electronic"}},
    {"original", {"原件", "原件", "original"}},
    {"copy", {"复印件", "複印件", "copy"}},
    {"electronic_licence", {"电子证照", "電子證照", "electronic licence"}},
    {"document", {"文书", "文書", "document"}},
    {"number", {"编号", "編號", "number"}},
    {"message", {"消息", "消息", "message"}},
    {"physical_card", {"实体证件", "實體證件", "card"}},
    {"publication", {"公开发布", "公開發佈", "publication"}},
    {"plaque", {"牌匾", "牌匾", "plaque"}},
    {"accepted", {"受理时", "受理時", "when the case is accepted"}},
    {"granted", {"准予时", "准予時", "when it is granted"}},
    {"requested", {"由工作人员提出时", "由工作人員提出時", "when an officer asks for it"}},
    {"true", {"是", "是", "yes"}},
    {"false", {"否", "否", "no"}},
};

struct text word_in(enum word word, enum name_language language)
{
    return text_of(words[word][language - NAME_ZH_HANS]);
}

struct text code_words(struct text code, enum name_language language)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (text_equal_string(code, codes[i].code)) {
            return text_of(codes[i].words[language - NAME_ZH_HANS]);
        }
    }
    return code;
}

struct text limit_words(struct stated_limit limit, enum name_language language, struct arena *arena)
{
    if (limit.unit.data == NULL) {
        return (struct text){0};
    }
    int unit = wire_enum_value(&limit_unit_enum, limit.unit);
    return amount_words(language, (enum limit_unit)unit, limit.value, arena);
}

struct text yuan_words(int64_t fen, enum name_language language, struct arena *arena)
{
    enum { FEN_PER_YUAN = 100 };
    return arena_print(arena, "%" PRId64 ".%02" PRId64 "%.*s", fen / FEN_PER_YUAN,
                       fen % FEN_PER_YUAN, TEXT_PRINT(word_in(WORD_YUAN, language)));
}

struct text in_brackets(struct text text, enum name_language language, struct arena *arena)
{
    if (text_is_empty(text)) {
        return TEXT_LITERAL("");
    }
    return language == NAME_EN ? arena_print(arena, " (%.*s)", TEXT_PRINT(text))
                               : arena_print(arena, "（%.*s）", TEXT_PRINT(text));
}

struct text joined(struct text first, struct text next, enum name_language language,
                   struct arena *arena)
{
    if (text_is_empty(first)) {
        return next;
    }
    return arena_print(arena, "%.*s%s%.*s", TEXT_PRINT(first), language == NAME_EN ? ", " : "，",
                       TEXT_PRINT(next));
}
