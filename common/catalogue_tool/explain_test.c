/* Explaining items: the expectations are written by hand from the shipped catalogue. */
#include "catalogue_tool/explain.h"

#include "catalogue_tool/test_kit.h"

static const char *explained(struct fixture *f, const char *path, const char *code,
                             enum name_language language)
{
    struct folder folder = sound(f, path);
    assert_true(explain_item(&folder, text_of(code), language, &f->arena, &f->page));
    return written(f);
}

/* The page has each of the passages, one after the other. */
static void assert_tells(const char *page, const char *const *passages, size_t count)
{
    const char *at = page;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, passages[i]);
        if (found == NULL) {
            fail_msg("\"%s\" does not stand (there) in\n%s", passages[i], page);
        }
        at = found + strlen(passages[i]);
    }
}

static void a_permit_is_explained_in_english(void **state)
{
    static const char *const passages[] = {
        "UMB-P-001  Permit to excavate an urban road\nDemo City, catalogue version 1, in force "
        "from: 1 Jan 2026, open\n",
        "\n1. Management rules\n   Rules on jointly handled items\n   - Regulations on Urban "
        "Roads, "
        "articles 30, 33, 34, 36, 37\n",
        "\n2. Service item\n   Department: Urban Management Bureau\n   Taking part: Public "
        "Security "
        "Bureau\n   Who may apply: Natural person, Legal person\n   How to apply: at a window, "
        "online, by post\n",
        "   - Urban road excavation permit (electronic licence), valid: as approved\n",
        "\n3. Who decides\n   Decided by: Urban Management Bureau\n",
        "   Delegated to the window: yes\n   In the procedure the decision is made by: Approver "
        "(chief window representative)",
        "\n4. Procedure\n   1) Acceptance\n      By: Window clerk (Urban Management Bureau)\n      "
        "Limit: 5 working days (行政许可法 32(1)(4))\n",
        "      The case is then: Waiting for acceptance\n      When it is over: Accepted\n",
        "   3) Traffic police review\n      By: Reviewer of a co-handling unit (Public Security "
        "Bureau)\n      Limit: 5 working days, inside the promised limit\n",
        "      Together with: Road authority review\n",
        "      Officers at least: 2\n",
        "      Only where it is needed\n",
        "      Must be over before: Issue and delivery\n",
        "   - the limit of the whole: 45 working days (行政许可法 42(2)), Promised: 12 working "
        "days\n",
        "   - To pay: 30 working days (local rule)\n      while the case is: Waiting for payment\n "
        " "
        "    When it is over: Lapsed\n",
        "   - 4 work hours (hall rule on taking up work)\n      while the case is: Accepted\n      "
        "When it is over: it is reported as overdue\n",
        "   How it can end: ",
        "Not accepted, Refused, Lapsed, Withdrawn\n",
        "\n5. Materials\n   - Application form (electronic, copies: 1, required)\n   - Resident "
        "identity card (electronic, copies: 1, required when: the applicant is Natural person)\n   "
        "   Population register (the hall asks this register, never the applicant)\n",
        "   - Approval of the city or county government (electronic, copies: 1, required when: "
        "Road "
        "opened less than five years ago or overhauled less than three years ago is yes)\n",
        "\n6. Time limits\n   By law: 45 working days (行政许可法 42(2))\n   Promised: 12 working "
        "days (local promise)\n   Extension: 15 working days (行政许可法 42(2))\n      granted by: "
        "Head of the government at this level\n",
        "   To hand in what is missing: 10 working days (local rule on 行政许可法 32(1)(4)), at "
        "most "
        "30 working days\n",
        "   The clock stops for:\n   - Hearing (行政许可法 45)\n",
        "\n7. Fees and their basis\n   - Restoration fee, asphalt carriageway, 250.00 yuan\n      "
        "for each unit of: Asphalt carriageway (square metres)\n      billed: when it is granted\n "
        " "
        "    paid to: Urban Roads Office (Urban Management Bureau)\n      basis: "
        "城市道路管理条例 37; the standard is set by the province\n",
        "\n8. Contact\n   Window: General intake window, telephone: (000) 0000-0201\n   Leader in "
        "charge: Deputy director, Urban Management Bureau, telephone: (000) 0000-0200\n   "
        "Complaints: (000) 0000-0900\n",
    };
    assert_tells(explained(*state, shipped, "UMB-P-001", NAME_EN), passages, COUNT(passages));
}

static void the_same_is_told_in_both_ways_of_writing_chinese(void **state)
{
    static const char *const simplified[] = {
        "UMB-P-001  挖掘城市道路许可\n示范市，目录版本 1，生效日期：2026年1月1日，已开通办理\n",
        "\n1. 管理办法\n   联合办理事项管理办法\n   - 城市道路管理条例，条款 30，33，34，36，37\n",
        "\n2. 服务事项\n   主办部门：城市管理局\n   会办部门：公安局\n",
        "\n3. 审批权限\n   决定机关：城市管理局\n",
        "\n4. 办事程序\n   1) 受理\n      办理人员：窗口受理人员（城市管理局）\n      "
        "时限：5个工作日（行政许可法 32(1)(4)）\n",
        "      逾期后：已受理\n",
        "\n5. 申报材料目录\n   - 申请表（电子件，份数：1，必交）\n   - "
        "居民身份证（电子件，份数：1，下列情形必交：申请人类别为自然人）\n",
        "\n6. 办结时限\n   法定时限：45个工作日（行政许可法 42(2)）\n   承诺时限：12个工作日",
        "\n7. 收费标准及依据\n   - 挖掘修复费（沥青车行道），250.00元\n",
        "\n8. 负责人和窗口电话\n   窗口：综合受理窗口，电话：(000) 0000-0201\n",
    };
    static const char *const traditional[] = {
        "UMB-P-001  挖掘城市道路許可\n示範市，目錄版本 1",
        "\n1. 管理辦法\n",
        "\n2. 服務事項\n   主辦部門：城市管理局\n",
        "\n4. 辦事程序\n   1) 受理\n      辦理人員：窗口受理人員（城市管理局）\n",
        "      逾期後：已受理\n",
        "\n5. 申報材料目錄\n   - 申請表（電子件，份數：1，必交）\n",
        "\n6. 辦結時限\n   法定時限：45個工作日（行政许可法 42(2)）\n",
        "\n7. 收費標準及依據\n   - 挖掘修復費（瀝青車行道），250.00元\n",
        "\n8. 負責人和窗口電話\n",
    };
    struct fixture *f = *state;
    assert_tells(explained(f, shipped, "UMB-P-001", NAME_ZH_HANS), simplified, COUNT(simplified));
    buffer_clear(&f->page);
    assert_tells(explained(f, shipped, "UMB-P-001", NAME_ZH_HANT), traditional, COUNT(traditional));
}

static void steps_waivers_and_what_is_free_are_told(void **state)
{
    static const char *const steps[] = {
        "   - Processing fee by request\n      for each unit of: ",
        ", only the step reached is charged\n      - 1–10: 0.00 yuan\n      - 11–30: 100.00 yuan\n",
        "      - 31 above: 200.00 yuan, rising for each further 10 by 100.00 yuan\n      when: ",
        ", each unit is charged at the price of its step\n",
        "      billed: when an officer asks for it\n",
    };
    static const char *const waived[] = {
        "20.00 yuan\n",
        "      waived or reduced for: Urban subsistence allowance recipient, Rural resident in "
        "special hardship, Other resident in real hardship\n",
    };
    static const char *const free_of_charge[] = {"0.00 yuan, nothing is charged\n      basis: "};
    struct fixture *f = *state;
    assert_tells(explained(f, shipped, "GOO-D-001", NAME_EN), steps, COUNT(steps));
    buffer_clear(&f->page);
    assert_tells(explained(f, shipped, "PSB-C-001", NAME_EN), waived, COUNT(waived));
    buffer_clear(&f->page);
    assert_tells(explained(f, shipped, "HALL-Q-001", NAME_EN), free_of_charge, 1);
}

static void an_item_without_procedure_is_explained_by_its_stages(void **state)
{
    static const char *const passages[] = {
        ", not open yet\n",
        "   1) Acceptance\n      By: Window clerk (Market Regulation Administration)\n      Limit: "
        "5 "
        "working days\n",
        "   The procedure has not been published yet\n\n5. Materials\n",
    };
    struct fixture *f = *state;
    change(f, "catalogue.yaml", "code: MSA-P-001", "machine: permit", "machine: other_permit");
    const char *page = explained(f, f->path, "MSA-P-001", NAME_EN);
    assert_tells(page, passages, COUNT(passages));
    assert_null(strstr(page, "Other limits that run"));
    assert_null(strstr(page, "the decision is made by"));
}

static void every_item_is_explained_in_every_language(void **state)
{
    struct fixture *f = *state;
    struct folder folder = sound(f, shipped);
    for (size_t i = 0; i < folder.rules.catalogue->item_count; i++) {
        for (int language = NAME_ZH_HANS; language <= NAME_EN; language++) {
            buffer_clear(&f->page);
            assert_true(explain_item(&folder, folder.rules.catalogue->items[i].code,
                                     (enum name_language)language, &f->arena, &f->page));
            const char *page = written(f);
            for (int section = 1; section <= 8; section++) {
                char heading[8];
                (void)snprintf(heading, sizeof heading, "\n%d. ", section);
                assert_non_null(strstr(page, heading));
            }
            assert_null(strstr(page, "(null)"));
        }
    }
}

static void an_item_that_is_not_there_is_not_explained(void **state)
{
    struct fixture *f = *state;
    struct folder folder = sound(f, shipped);
    assert_false(explain_item(&folder, TEXT_LITERAL("NO-SUCH"), NAME_EN, &f->arena, &f->page));
    assert_int_equal(0, f->page.size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_permit_is_explained_in_english),
        CASE(the_same_is_told_in_both_ways_of_writing_chinese),
        CASE(steps_waivers_and_what_is_free_are_told),
        CASE(an_item_without_procedure_is_explained_by_its_stages),
        CASE(every_item_is_explained_in_every_language),
        CASE(an_item_that_is_not_there_is_not_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
