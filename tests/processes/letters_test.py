"""Letters: what the hall says in writing, as PDF that can be read, checked and kept."""

import hashlib
import struct
import unittest

from cases import (FOOD_WAY, PERSON, ROAD_WAY, act_when_ready, card_filing, changed, food_filing,
                   hand_over, lead, pay_when_due, publish_version, road_filing)
from checks import HallTest, Problem, eventually, send_raw
from concerns import (FOUR, Officers, complaint_filing, reply, request_filing, resolve,
                      to_resolution, to_review)
from papers_read import codes_of, text_of, words_of

ADDRESS = "https://hall.example"
VAULT_HEAD_BYTES, VAULT_SLOT_BYTES = 4096, 128


class LetterTest(HallTest):
    settings = {"options": {"notification": ["--public-address", ADDRESS]}}

    def listed(self, session, case_id):
        """The letters of a case, once all are made: (kind, n) -> letter."""
        told = eventually(lambda: session.get(f"/v1/cases/{case_id}/letters").data["items"],
                          lambda items: items and all(one["status"] == "made" for one in items))
        return {(one["kind"], one["n"]): one for one in told}

    def letters_with(self, session, case_id, *wanted):
        """The same, once those of these kinds are there."""
        eventually(lambda: session.get(f"/v1/cases/{case_id}/letters").data["items"],
                   lambda items: sorted(wanted) == sorted(one["kind"] for one in items))
        return self.listed(session, case_id)

    def letter(self, session, case_id, kind, n=None):
        return session.get(f"/v1/cases/{case_id}/letters/{kind}.pdf" + (f"?n={n}" if n else ""))

    def assert_says(self, pdf, *words):
        told = words_of(pdf)
        for word in words:
            self.assertIn("".join(word.split()), told)

    def check(self, code):
        """What the check says to whoever follows the QR code."""
        path, _, query = code.removeprefix(f"{ADDRESS}/verify/").partition("?")
        return self.hall.visitor().get(f"/v1/letters/{path.split('/')[1]}?{query}").data

    def road_permit(self, **filing):
        self.citizen = self.hall.filing()
        self.filed = self.citizen.file_case(road_filing(self.citizen, **filing)).data
        lead(ROAD_WAY, self.staff, self.filed["id"])
        return self.filed["id"]


class Permit(LetterTest):
    """The letters of one permit, from the acceptance to the licence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.citizen = cls.suite.hall.filing()
        cls.filed = cls.citizen.file_case(road_filing(cls.citizen)).data
        cls.case_id = cls.filed["id"]
        for state, work in ROAD_WAY[:-1]:
            done = work(cls.staff, cls.case_id)
            if state == "fee_due":
                cls.paid = done

    def setUp(self):
        super().setUp()
        self.letters = self.letters_with(self.citizen, self.case_id, "acceptance", "decision", "licence",
                                         "receipt")

    def pdf(self, kind):
        answer = self.letter(self.citizen, self.case_id, kind)
        self.assertEqual("application/pdf", answer.headers["Content-Type"])
        return answer.data

    def test_each_is_listed_with_number_day_unit_and_the_hash_of_its_file(self):
        self.assertEqual([("acceptance", 1), ("decision", 1), ("receipt", 1), ("licence", 1)],
                         list(self.letters))
        for (kind, _), letter in self.letters.items():
            prefix = {"acceptance": "SL", "decision": "JD", "receipt": "FS", "licence": "XK"}[kind]
            self.assertRegex(letter["number"], f"^{prefix}2026[0-9]{{7}}$")
            self.assertEqual(("2026-03-02", True), (letter["day"], letter["stands"]))
            answer = self.letter(self.citizen, self.case_id, kind)
            self.assertEqual((hashlib.sha256(answer.data).hexdigest(), len(answer.data)),
                             (letter["sha256"], letter["size"]))
            self.assertEqual(f'"{letter["sha256"]}"', answer.etag)
            self.assertEqual(f'inline; filename="{letter["number"]}.pdf"',
                             answer.headers["Content-Disposition"])
            self.assertEqual(304, self.citizen.get(
                f"/v1/cases/{self.case_id}/letters/{kind}.pdf", if_none_match=answer.etag).status)
        self.assertEqual("示范市城市管理局", self.letters["decision", 1]["unit"])

    def test_the_acceptance_names_the_case_and_the_day_that_is_promised(self):
        self.assert_says(self.pdf("acceptance"), "受理通知书", "林望舒：", "挖掘城市道路许可",
                         self.filed["number"], "决定予以受理", "承诺于2026年3月18日前",
                         "示范市城市管理局", "2026年3月2日", "盖章处")

    def test_the_receipt_has_every_field_that_the_law_asks_for(self):
        """L56: name, code, item, standard, number, sum, payer, date, issuer, checker."""
        number = self.paid["receipt"]
        text = text_of(self.pdf("receipt"))
        facts = {line.split()[0]: line.split()[1] for line in text.splitlines()
                 if len(line.split()) == 2}
        self.assertIn("非税收入统一票据（电子）", text)
        self.assertEqual(("00000126", number, "林望舒", "2026年3月2日", "叁仟陆佰零伍元整",
                          "¥3605.00", "现金"),
                         (facts["票据代码"], facts["票据号码"], facts["缴款人"], facts["开票日期"],
                          facts["金额合计（大写）"], facts["金额合计（小写）"], facts["缴款方式"]))
        self.assertRegex(text, "开票人 +HALL cashier cashier.hall")
        self.assertRegex(text, "复核人 +非税收入电子票据系统")
        self.assertRegex(text, "FEE-ROAD-WALK +挖掘修复费（人行道） +城市道路管理处 +4 +120.00 +480.00")
        self.assert_says(self.pdf("receipt"), "FEE-ROAD-ASPHALT", "12.5", "250.00", "3125.00",
                         "同等法律效力")

    def test_the_decision_and_the_licence_say_what_was_granted(self):
        document = self.citizen.case(self.case_id).data["document"]
        self.assert_says(self.pdf("decision"), "准予行政许可决定书", "林望舒：", "决定准予行政许可")
        self.assert_says(self.pdf("licence"), "挖掘城市道路许可证", document, "被许可人林望舒")

    def test_the_code_on_each_leads_to_its_check_which_tells_nothing_personal(self):
        for kind, _ in self.letters:
            letter = self.letters[kind, 1]
            [code] = codes_of(self.pdf(kind))
            self.assertRegex(code, f"^{ADDRESS}/verify/{kind}/{letter['number']}"
                                   "\\?c=[0-9A-HJKMNP-TV-Z]{12}$")
            self.assertEqual({"kind": kind, "number": letter["number"], "title": letter["title"],
                              "day": "2026-03-02", "unit": letter["unit"], "stands": True},
                             self.check(code))

    def test_the_same_letter_is_the_same_bytes_each_time_and_without_a_name_in_its_data(self):
        first = self.pdf("receipt")
        self.assertEqual(first, self.pdf("receipt"))
        self.assertEqual(first, self.letter(self.staff.auditor, self.case_id, "receipt").data)
        self.assertNotIn(PERSON["name"].encode(), first)  # text stands in compressed streams

    def test_who_filed_and_who_handles_the_case_read_them_and_nobody_else(self):
        path = f"/v1/cases/{self.case_id}/letters"
        for reader in (self.citizen, self.opened(self.filed), self.staff.road_reviewer,
                       self.staff.cashier, self.staff.auditor):
            self.assertEqual(4, len(reader.get(path).data["items"]))
            self.assertTrue(self.letter(reader, self.case_id, "licence").data.startswith(b"%PDF-"))
        for address in (path, f"{path}/licence.pdf"):
            with self.refused(403, "forbidden"):
                self.staff.food_reviewer.get(address)
            with self.refused(404, "not-found"):
                self.hall.filing().get(address)
            with self.refused(401, "unauthenticated"):
                self.hall.visitor().get(address)

    def readings(self, purpose):
        return [event for event in self.staff.auditor.timeline(self.case_id)
                if event["type"] == "intake.personal_data_read.v1"
                and event["data"]["purpose"] == purpose]

    def test_an_officer_who_reads_one_leaves_an_event_and_its_owner_does_not(self):
        made = self.readings("to write a letter")
        self.assertEqual(4, len(made))
        before = len(self.readings("to read a letter"))
        self.letter(self.citizen, self.case_id, "decision")
        self.assertEqual(before, len(self.readings("to read a letter")))
        self.letter(self.staff.road_reviewer, self.case_id, "decision")
        read = eventually(lambda: self.readings("to read a letter"),
                          lambda found: len(found) == before + 1)
        self.assertEqual("UMB reviewer reviewer.umb", read[-1]["actor"]["badge"])

    def test_what_is_not_there_is_told_plainly(self):
        for address in (f"/v1/cases/{self.case_id}/letters/not_accepted.pdf",
                        f"/v1/cases/{self.case_id}/letters/poem.pdf",
                        f"/v1/cases/{self.case_id}/letters/licence",
                        f"/v1/cases/{self.case_id}/letters/.pdf",
                        f"/v1/cases/{self.case_id}/letters/licence.pdf?n=2",
                        "/v1/cases/0192aaaa-0000-7000-8000-000000000000/letters"):
            with self.subTest(address=address), self.refused(404, "not-found"):
                self.citizen.get(address)
        for n in ("0", "x", "-1", "1001"):
            with self.subTest(n=n), self.refused(400, "malformed"):
                self.citizen.get(f"/v1/cases/{self.case_id}/letters/licence.pdf?n={n}")
        with self.refused(400, "malformed"):
            self.hall.visitor().get(f"/v1/letters/{self.letters['licence', 1]['number']}")

    def test_numbers_run_without_gaps_by_kind(self):
        def last(kind, case_id, session):
            return int(self.listed(session, case_id)[kind, 1]["number"][6:])
        numbers = []
        for _ in range(3):
            citizen = self.hall.filing()
            case_id = citizen.file_case(food_filing(citizen)).data["id"]
            act_when_ready(self.staff.clerk, case_id, "accept")
            self.letters_with(citizen, case_id, "acceptance")
            numbers.append(last("acceptance", case_id, citizen))
        self.assertEqual([numbers[0], numbers[0] + 1, numbers[0] + 2], numbers)
        self.assertEqual("FS20260000001", self.letters["receipt", 1]["number"])
        self.assertEqual("JD20260000001", self.letters["decision", 1]["number"])


class Refusals(LetterTest):
    def test_the_one_notice_lists_all_that_is_missing(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen, ("M-FORM",))).data["id"]
        self.staff.clerk.act(case_id, "request_materials", {
            "missing": ["M-DESIGN", "M-TRAFFIC"], "note": "The plan must show the pipes"})
        letters = self.letters_with(citizen, case_id, "missing_materials")
        self.assertRegex(letters["missing_materials", 1]["number"], "^BZ2026[0-9]{7}$")
        pdf = self.letter(citizen, case_id, "missing_materials").data
        self.assert_says(pdf, "补正材料一次性告知书", "林望舒：",
                         "1. 挖掘位置图和施工设计文件", "2. 交通组织方案", "The plan must show the pipes", "不再要求补交其他材料")
        self.assertNotIn("{", text_of(pdf))

    def test_a_case_that_is_not_accepted_gets_ground_agency_and_remedies(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        self.staff.clerk.act(case_id, "refuse_acceptance", {
            "ground": "NA-OTHER-AGENCY", "reasons": "The road is the county's",
            "right_agency": "某县交通局"})
        self.letters_with(citizen, case_id, "not_accepted")
        pdf = self.letter(citizen, case_id, "not_accepted").data
        self.assert_says(pdf, "不予受理决定书", "决定不予受理", "The road is the county's",
                         "该事项由某县交通局负责", "60日内", "申请行政复议", "6个月内",
                         "提起行政诉讼")

    def refused_permit(self, firm):
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, "decision_due")
        act_when_ready(self.staff.food_approver, case_id, "decide", {
            "outcome": "refuse", "ground": "RF-SITE", "reasons": "No clean water\nand no drain"})
        return case_id

    def test_a_refusal_has_ground_reasons_and_remedies(self):
        firm = self.hall.filing()
        case_id = self.refused_permit(firm)
        self.letters_with(firm, case_id, "acceptance", "decision")
        pdf = self.letter(firm, case_id, "decision").data
        self.assert_says(pdf, "不予许可决定书", "Harbour Kitchen Ltd", "No clean water", "and no drain",
                         "60日内", "6个月内", "示范市市场监督管理局")

    def test_a_decision_that_is_set_aside_stands_no_longer_and_the_next_one_does(self):
        firm = self.hall.filing()
        case_id = self.refused_permit(firm)
        counsel = self.suite.officer("legal_counsel", "MSA")
        self.letters_with(firm, case_id, "acceptance", "decision")
        [first_code] = codes_of(self.letter(firm, case_id, "decision").data)
        self.assertIs(True, self.check(first_code)["stands"])
        firm.act(case_id, "appeal", {"remedy": "review"})
        act_when_ready(counsel, case_id, "set_aside",
                       {"remedy": "review", "reasons": "The facts do not bear it"})
        fallen = eventually(lambda: self.check(first_code), lambda told: not told["stands"])
        self.assertEqual("2026-03-02", fallen["ended_on"])
        act_when_ready(self.staff.food_approver, case_id, "decide", {"outcome": "grant"})
        hand_over(self.staff.clerk, case_id)
        letters = self.letters_with(firm, case_id, "acceptance", "decision", "decision", "licence")
        self.assertEqual([False, True], [letters["decision", n].get("stands", False)
                                         for n in (1, 2)])
        self.assert_says(self.letter(firm, case_id, "decision").data, "准予行政许可决定书")
        self.assert_says(self.letter(firm, case_id, "decision", 1).data, "不予许可决定书")
        self.assert_says(self.letter(firm, case_id, "decision", 2).data, "准予行政许可决定书")

    def test_a_licence_that_was_taken_away_stands_no_longer_until_that_is_set_aside(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id)
        self.letters_with(firm, case_id, "acceptance", "decision", "licence")
        [code] = codes_of(self.letter(firm, case_id, "licence").data)
        act_when_ready(self.staff.food_head, case_id, "revoke",
                       {"ground": "RV-UNLAWFUL-GRANT", "reasons": "The plan was false"})
        eventually(lambda: self.check(code), lambda told: not told["stands"])
        firm.act(case_id, "appeal", {"remedy": "suit"})
        act_when_ready(self.suite.officer("legal_counsel", "MSA"), case_id, "set_aside",
                       {"remedy": "suit", "reasons": "The plan was true"})
        eventually(lambda: self.check(code), lambda told: told["stands"])


class Units(LetterTest):
    """A receipt for several charging units."""

    shared = False

    def test_the_receipt_names_the_unit_of_each_line(self):
        fee = "amount_fen: 12000, bill_at: granted, basis: 城市道路管理条例 37; the standard is set " \
              "by the province, status: demo, payee: "
        files = changed("catalogue.yaml", fee + "CU01", fee + "CU07")
        publish_version(self.suite, self.staff, files, "2026-03-03")
        case_id = self.road_permit()
        self.letters_with(self.citizen, case_id, "acceptance", "decision", "licence", "receipt")
        text = text_of(self.letter(self.citizen, case_id, "receipt").data)
        self.assertRegex(text, "挖掘修复费（人行道） +环境卫生管理站 +4 +120.00 +480.00")
        self.assertRegex(text, "城市道路管理处 +12.5 +250.00 +3125.00")
        self.assert_says(self.letter(self.citizen, case_id, "receipt").data, "叁仟陆佰零伍元整")


class RedReceipts(LetterTest):
    """What is paid back, in red: under fee's number, once the money has left."""

    shared = False

    def pay_back(self, refund, unit_officer, payer):
        """Takes a refund through all hands; the number of its red receipt."""
        approver = self.suite.officer("approver", "FIN")
        unit_officer.act(refund, "review", {"opinion": "agree"})
        approver.act(refund, "decide", {"outcome": "grant"})
        return payer.act(refund, "pay_refund").data["document"]

    def stands(self, letters, kind, n=1):
        return letters[kind, n].get("stands", False)

    def test_what_the_law_gives_back_takes_the_receipt_back_with_its_lines(self):
        clerk = self.staff.clerk
        case_id = clerk.file_case(card_filing(clerk)).data["id"]
        act_when_ready(clerk, case_id, "accept")
        paid = pay_when_due(self.staff.cashier, case_id)
        act_when_ready(self.staff.card_approver, case_id, "decide", {
            "outcome": "refuse", "ground": "RF-IDENTITY", "reasons": "Another name"})
        before = self.letters_with(clerk, case_id, "acceptance", "receipt", "decision")
        self.assertTrue(self.stands(before, "receipt"))  # nothing was paid back yet
        [refund] = eventually(
            lambda: [one["id"] for one in self.staff.auditor.pages("/v1/fee/refunds")
                     if one["case_id"] == case_id], bool)
        number = self.pay_back(refund, self.suite.officer("finance_officer", "PSB"),
                               self.staff.cashier)
        self.assertRegex(number, "^FSR2026[0-9]{7}$")
        letters = self.letters_with(clerk, case_id, "acceptance", "receipt", "decision",
                                    "red_receipt")
        red = letters["red_receipt", 1]
        self.assertEqual((number, True), (red["number"], red["stands"]))
        self.assertFalse(self.stands(letters, "receipt"))
        pdf = self.letter(clerk, case_id, "red_receipt").data
        self.assert_says(pdf, "（红字）", f"红字票据号码{number}", f"原票据号码{paid['receipt']}", "郁明澜",
                         "负贰拾元整", "¥-20.00", "-20.00", "开票人HALL cashier cashier.hall")
        [code] = codes_of(self.letter(clerk, case_id, "receipt").data)
        self.assertIs(False, self.check(code)["stands"])
        [code] = codes_of(pdf)
        self.assertTrue(code.startswith(f"{ADDRESS}/verify/red_receipt/{number}?c="))
        self.assertEqual({"kind": "red_receipt", "number": number, "title": red["title"],
                          "day": "2026-03-02", "unit": "示范市政务服务大厅", "stands": True}, self.check(code))

    def test_the_receipt_stands_for_the_rest_until_nothing_is_left(self):
        case_id = self.road_permit()
        bill = self.citizen.case(case_id).data["bills"][0]
        finder = self.suite.officer("finance_officer", "UMB", "finder")
        numbers = []
        for amount_fen, kinds in ((60500, ["red_receipt"]), (300000, ["red_receipt"] * 2)):
            refund = finder.post(f"/v1/payments/{bill['payment']}/refund", {
                "reasons": "Two days fewer", "amount_fen": amount_fen}).data["id"]
            numbers.append(self.pay_back(refund, self.suite.officer("finance_officer", "UMB"),
                                         self.staff.cashier))
            letters = self.letters_with(self.citizen, case_id, "acceptance", "decision", "licence",
                                        "receipt", *kinds)
            self.assertEqual(len(kinds) == 1, self.stands(letters, "receipt"))
        self.assertEqual(numbers, [letters["red_receipt", n]["number"] for n in (1, 2)])
        self.assertEqual(int(numbers[0][3:]) + 1, int(numbers[1][3:]))
        for n, number, sum_text in ((1, numbers[0], "¥-605.00"), (2, numbers[1], "¥-3000.00")):
            pdf = self.letter(self.citizen, case_id, "red_receipt", n).data
            self.assert_says(pdf, number, bill["receipt"], sum_text)
            self.assertNotIn("FEE-ROAD-WALK", text_of(pdf))  # of which line it is nobody can say
        self.assertEqual(pdf, self.letter(self.staff.auditor, case_id, "red_receipt").data)


class Replies(LetterTest):
    """What a request for information, and a complaint, are answered in writing."""

    def setUp(self):
        super().setUp()
        self.staff = Officers(self.suite)

    def requested(self, kind, **fields):
        requester = self.hall.filing()
        case_id = requester.file_case(request_filing(requester)).data["id"]
        to_review(self.staff, case_id)
        reply(self.staff, case_id, kind, **fields)
        letters = self.letters_with(requester, case_id, "decision")
        self.assertEqual("政府信息公开申请答复书", letters["decision", 1]["title"])
        return requester, case_id, self.letter(requester, case_id, "decision").data

    def test_a_reply_names_its_kind_and_article_and_what_is_supplied(self):
        _, _, pdf = self.requested("disclose", text="The contracts are enclosed")
        self.assert_says(pdf, "许云舟：", "予以公开（政府信息公开条例36(2)）", "The contracts are enclosed")
        self.assertNotIn("不服本答复", words_of(pdf))
        self.assertNotIn("{", text_of(pdf))

    def test_a_refusal_names_ground_reasons_and_both_remedies_until_it_is_set_aside(self):
        requester, case_id, pdf = self.requested("refuse", ground="OGI-SECRET",
                                                 reasons="A state secret")
        self.assert_says(pdf, "不予公开（政府信息公开条例36(3)）", "依据：", "A state secret", "不服本答复的",
                         "60日内", "申请行政复议", "6个月内", "提起行政诉讼")
        [code] = codes_of(pdf)
        self.assertIs(True, self.check(code)["stands"])
        act_when_ready(requester, case_id, "appeal", {"remedy": "review"})
        act_when_ready(self.staff.counsel, case_id, "set_aside",
                       {"remedy": "review", "reasons": "It is no secret"})
        eventually(lambda: self.check(code), lambda told: not told["stands"])

    def complained(self):
        complainant = self.hall.filing()
        case_id = complainant.file_case(complaint_filing(complainant)).data["id"]
        to_resolution(self.staff, case_id)
        return complainant, case_id

    def test_a_complaint_that_is_founded_gets_all_four_and_the_unit_does_not_read_them(self):
        complainant, case_id = self.complained()
        resolve(self.staff.hall_manager, case_id)
        self.letters_with(complainant, case_id, "decision")
        pdf = self.letter(complainant, case_id, "decision").data
        self.assert_says(pdf, "投诉处理结果告知书", "沈知秋：", *FOUR.values())
        self.assertNotIn("{", text_of(pdf))
        # Somebody of the unit who also handles complaints at the hall stays somebody of the unit.
        self.suite.account("two-houses", ("reviewer", "UMB"), ("handler", "HALL"),
                           ("hall_manager", "HALL"))
        seconded = self.hall.sign_in("two-houses", self.suite.passwords["two-houses"])
        for officer in (self.staff.unit_officer, self.staff.unit_head, seconded):
            for path in (f"/v1/cases/{case_id}/letters",
                         f"/v1/cases/{case_id}/letters/decision.pdf"):
                with self.assertRaises(Problem) as caught:
                    officer.get(path)
                self.assertIn(caught.exception.status, (403, 404))

    def test_one_that_is_unfounded_gets_reasons_and_the_day_until_which_a_review_may_be_asked_for(self):
        complainant, case_id = self.complained()
        act_when_ready(self.staff.hall_manager, case_id, "resolve", {
            "founded": False, "ground": "CP-UNFOUNDED", "reasons": "The window was staffed"})
        self.letters_with(complainant, case_id, "decision")
        self.assert_says(self.letter(complainant, case_id, "decision").data, "投诉处理结果告知书",
                         "The window was staffed", "可以在2026年4月1日前申请复查一次")


class Checks(LetterTest):
    shared = False

    def test_a_number_alone_or_with_a_wrong_code_opens_nothing_and_guessing_is_limited(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        number = self.letters_with(citizen, case_id, "acceptance")["acceptance", 1]["number"]
        [code] = codes_of(self.letter(citizen, case_id, "acceptance").data)
        right = code.rpartition("=")[2]
        lower = self.hall.visitor().get(f"/v1/letters/{number}?c={right.lower()}")
        self.assertEqual(number, lower.data["number"])
        wrong = ("0" if right[0] != "0" else "1") + right[1:]
        outcomes = []
        for _ in range(40):
            status, headers, _ = send_raw(self.suite, "GET", f"/v1/letters/{number}?c={wrong}")
            outcomes.append(status)
            if status == 429:
                self.assertRegex(headers["Retry-After"], "^[0-9]+$")
                break
        self.assertEqual({404, 429}, set(outcomes))
        self.assertEqual(429, outcomes[-1])


class Making(LetterTest):
    """What happens when a letter cannot be made, or the one who makes it dies."""

    shared = False

    def accepted(self, **filing):
        self.citizen = self.hall.filing()
        case_id = self.citizen.file_case(food_filing(self.citizen, **filing)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        return case_id

    def test_a_letter_is_the_same_bytes_after_a_kill_and_one_caused_meanwhile_is_made(self):
        case_id = self.accepted()
        self.letters_with(self.citizen, case_id, "acceptance")
        before = self.letter(self.citizen, case_id, "acceptance").data
        self.suite.kill("notification")
        for state, work in FOOD_WAY[1:-2]:
            work(self.staff, case_id)
        with self.refused(503, "service-away"):
            self.letter(self.citizen, case_id, "acceptance")
        self.suite.restart("notification")
        self.letters_with(self.citizen, case_id, "acceptance", "decision")
        self.assertEqual(before, self.letter(self.citizen, case_id, "acceptance").data)
        for _ in range(3):  # wherever it stands in its work
            other = self.accepted()
            self.suite.kill("notification")
            self.suite.restart("notification")
            self.letters_with(self.citizen, other, "acceptance")
            self.assert_says(self.letter(self.citizen, other, "acceptance").data, "受理通知书")

    def test_a_letter_that_cannot_be_set_is_told_tried_again_and_given_up_visibly(self):
        firm = {"kind": "legal_person", "name": "\U00030EDD面馆", "id_type": "uscc",
                "id_number": "91000000DEMO000017", "phone": "13900000345",
                "email": "office@harbour-kitchen.example", "language": "zh-Hans"}
        case_id = self.accepted(applicant=firm)

        def status():
            [letter] = self.citizen.get(f"/v1/cases/{case_id}/letters").data["items"]
            return letter["status"], letter.get("why")
        self.timeline_with(self.staff.auditor, case_id, "notification.letter_delayed.v1")
        eventually(status, lambda told: told == ("delayed",
                                                 "the font lacks a character of the letter"))
        with self.refused(409, "conflict") as caught:
            self.letter(self.citizen, case_id, "acceptance")
        self.assertEqual(60, caught[0].retry_after_s)
        self.citizen = None
        filed = self.staff.clerk.case(case_id).data
        for moment in ("2026-03-02T09:01:30+08:00", "2026-03-02T09:07:00+08:00",
                       "2026-03-02T09:38:00+08:00", "2026-03-02T11:40:00+08:00",
                       "2026-03-02T16:45:00+08:00", "2026-03-03T02:50:00+08:00",
                       "2026-03-03T17:00:00+08:00"):
            self.suite.move_clock(moment)
        told = self.timeline_with(self.staff.clerk, filed["id"], "notification.letter_failed.v1")
        self.assertEqual(7, [one["type"] for one in told].count("notification.letter_delayed.v1"))
        # Who asks for it now has it tried again: the hall may have put the cause right.
        with self.refused(409, "conflict") as caught:
            self.letter(self.staff.clerk, case_id, "acceptance")
        self.assertEqual(1, caught[0].retry_after_s)
        told = self.timeline_with(self.staff.clerk, filed["id"],
                                  "notification.letter_wanted_again.v1",
                                  *["notification.letter_delayed.v1"] * 8)
        self.assertEqual("it was given up", next(
            one["data"]["why"] for one in told
            if one["type"] == "notification.letter_wanted_again.v1"))

    def test_a_file_that_is_lost_or_changed_is_made_again_byte_by_byte(self):
        case_id = self.accepted()
        letter = self.letters_with(self.citizen, case_id, "acceptance")["acceptance", 1]
        before = self.letter(self.citizen, case_id, "acceptance").data
        folder = self.suite.data / "notification" / "letters"
        for damage in (lambda path: path.unlink(),
                       lambda path: path.write_bytes(path.read_bytes()[:-9] + bytes(9))):
            [path] = [path for path in folder.rglob("*") if path.is_file()]
            self.suite.kill("notification")
            damage(path)
            self.suite.restart("notification")
            with self.refused(409, "conflict") as caught:
                self.letter(self.citizen, case_id, "acceptance")
            self.assertEqual(1, caught[0].retry_after_s)
            again = self.letters_with(self.citizen, case_id, "acceptance")["acceptance", 1]
            self.assertEqual(letter, again)  # the same hash, the same number
            self.assertEqual(before, self.letter(self.citizen, case_id, "acceptance").data)
            if path.exists():
                path.unlink()

    def test_while_the_vault_is_away_a_letter_waits_and_none_can_be_read(self):
        case_id = self.accepted()
        self.letters_with(self.citizen, case_id, "acceptance")
        self.suite.kill("intake")
        with self.refused(503, "service-away"):
            self.letter(self.citizen, case_id, "acceptance")
        self.suite.restart("intake")
        self.assertTrue(self.letter(self.citizen, case_id, "acceptance").data)

    def test_once_a_person_is_erased_no_letter_to_him_can_be_read(self):
        case_id = self.accepted()
        self.letters_with(self.citizen, case_id, "acceptance")
        number = self.listed(self.citizen, case_id)["acceptance", 1]["number"]
        self.assertEqual(0, self.suite.stop_one("intake"))
        vault = self.suite.data / "intake" / "vault.keys"
        subject = 2  # the first is the hall's own
        with open(vault, "r+b") as file:
            head = file.read(16)
            self.assertEqual((b"GHVAULT\0", 1, VAULT_SLOT_BYTES),
                             (head[:8], *struct.unpack("<II", head[8:])))
            file.seek(VAULT_HEAD_BYTES + VAULT_SLOT_BYTES * (subject - 1))
            file.write(bytes(VAULT_SLOT_BYTES))
        self.suite.restart("intake")
        for reader in (self.citizen, self.staff.clerk):
            with self.refused(404, "not-found") as caught:
                self.letter(reader, case_id, "acceptance")
            self.assertIn("erased", caught[0].detail)
            told = reader.get(f"/v1/cases/{case_id}/letters").data
            self.assertEqual(([number], ["/items/0/sha256"]),
                             ([one["number"] for one in told["items"]], told["withheld"]))

    def test_the_record_is_rebuilt_with_letters_in_it(self):
        case_id = self.accepted()
        self.letters_with(self.citizen, case_id, "acceptance")
        self.assertEqual({service: 0 for service in self.suite.processes}, self.suite.stop())
        code, said = self.suite.tool("audit", "verify", "--data", self.suite.data)
        self.assertEqual(0, code, said)


if __name__ == "__main__":
    unittest.main()
