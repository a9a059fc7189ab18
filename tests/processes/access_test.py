"""Who may come in, and what is nobody else's business."""

import unittest

from cases import (FOOD_WAY, food_filing, lead, offered, road_filing)
from checks import HallTest, Problem, send_raw
from suite import catalogue_files

NOBODYS_ID = "019cac0f-2680-7014-a1d2-72775e5ee8ae"


class Access(HallTest):
    def filed(self):
        citizen = self.hall.filing()
        return citizen, citizen.file_case(road_filing(citizen)).data

    def test_the_case_of_another_citizen_is_not_there(self):
        citizen, filed = self.filed()
        other, _ = self.filed()
        for path in ("", "/timeline", "/materials/0", "/clocks/notice/recompute"):
            with self.subTest(path=path), self.refused(404, "not-found"):
                other.get(f"/v1/cases/{filed['id']}{path}")
        with self.refused(404, "not-found"):
            other.act(filed["id"], "withdraw")
        with self.refused(404, "not-found"):
            other.get(f"/v1/inbox?case={filed['id']}")
        # The same words as for a case that does not exist.
        told = []
        for case_id in (filed["id"], NOBODYS_ID):
            with self.assertRaises(Problem) as caught:
                other.case(case_id)
            told.append((caught.exception.detail, caught.exception.title))
        self.assertEqual(told[0], told[1])
        self.assertEqual("submitted", citizen.case(filed["id"]).data["status"])

    def test_a_case_of_another_department_is_refused_to_officers(self):
        citizen, filed = self.filed()
        stranger = self.staff.food_reviewer
        self.timeline_with(citizen, filed["id"], "intake.case_submitted.v1")  # all have heard of it
        for path in ("", "/timeline", "/materials/0", "/clocks/notice/recompute"):
            with self.subTest(path=path), self.refused(403, "forbidden"):
                stranger.get(f"/v1/cases/{filed['id']}{path}")
        with self.refused(403, "forbidden"):
            stranger.act(filed["id"], "accept")
        self.assertEqual([], [event for event in citizen.timeline(filed["id"])
                              if event["actor"].get("login") == "reviewer.msa"])

    def test_a_role_of_the_public_opens_no_case_wherever_it_is_held(self):
        citizen, filed = self.filed()
        self.timeline_with(citizen, filed["id"], "intake.case_submitted.v1")
        for department in ("HALL", "UMB"):
            person = self.suite.officer("public", department)
            for path in ("", "/timeline", "/materials/0"):
                with self.subTest(path=path), self.refused(403, "forbidden"):
                    person.get(f"/v1/cases/{filed['id']}{path}")
            with self.refused(404, "not-found"):
                person.get(f"/v1/inbox?case={filed['id']}")

    def test_an_auditor_reads_every_case_and_changes_none(self):
        _, filed = self.filed()
        self.assertEqual([], offered(self.staff.auditor.case(filed["id"]).data))
        with self.refused(403, "forbidden"):
            self.staff.auditor.act(filed["id"], "accept")

    def test_actions_belong_to_the_role_that_the_procedure_names(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.act(case_id, "accept")
        with self.refused(403, "forbidden"):
            firm.act(case_id, "accept")
        with self.refused(403, "forbidden"):
            self.suite.admin.act(case_id, "accept")
        lead(FOOD_WAY, self.staff, case_id, "accepted")
        self.in_state(firm, case_id, "accepted")
        with self.refused(403, "forbidden"):
            self.staff.food_checker.act(case_id, "take")

    def test_an_action_that_is_not_allowed_now_names_those_that_are(self):
        citizen, filed = self.filed()
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.clerk.act(filed["id"], "deliver", {"delivery": "hand"})
        self.assertEqual(sorted(set(offered(self.staff.clerk.case(filed["id"]).data))),
                         sorted(caught[0].allowed_actions))
        self.assertEqual(["accept", "correct", "refuse_acceptance", "request_materials"],
                         sorted(caught[0].allowed_actions))
        with self.refused(409, "not-allowed-now") as caught:
            citizen.act(filed["id"], "no_such_action")
        self.assertEqual(["correct", "withdraw"], sorted(caught[0].allowed_actions))

    def test_an_action_on_a_case_that_is_not_there_is_not_found(self):
        with self.refused(404, "not-found"):
            self.staff.clerk.act(NOBODYS_ID, "accept")

    # -- sessions ------------------------------------------------------------------------------

    def test_a_session_that_was_never_opened_is_refused(self):
        for token in ("x", "A" * 43, "", "Ünïcode".encode().decode("latin-1")):
            with self.subTest(token=token):
                status, headers, problem = send_raw(self.suite, "GET", "/v1/me", token=token)
                self.assertEqual((401, "/problems/unauthenticated", "Bearer"),
                                 (status, problem["type"], headers["WWW-Authenticate"]))
        status, _, _ = send_raw(self.suite, "GET", "/v1/items", Authorization="Basic eDp5")
        self.assertEqual(401, status)

    def test_a_session_that_was_closed_is_over(self):
        session = self.hall.filing()
        self.assertEqual("filer", session.get("/v1/me").data["kind"])
        self.assertEqual(204, session.delete("/v1/sessions/current").status)
        with self.refused(401, "unauthenticated"):
            session.get("/v1/me")

    def test_a_wrong_password_is_refused_without_saying_what_is_wrong(self):
        self.assertIsNotNone(self.staff.clerk)
        told = []
        for login in ("window-clerk.hall", "nobody.hall"):
            with self.refused(401, "unauthenticated") as caught:
                self.hall.sign_in(login, "a wrong password")
            told.append(caught[0].detail)
        self.assertEqual(told[0], told[1])

    def test_sign_in_takes_one_way_at_a_time(self):
        for body in ({"account": "a"}, {"password": "p" * 12}, {"number": "20260302-000001-5"},
                     {"code": "x"}, {"account": "a", "number": "n", "code": "c"}):
            with self.subTest(body=body), self.refused(422, "invalid-fields"):
                self.hall.visitor().post("/v1/sessions", body)

    # -- accounts ------------------------------------------------------------------------------

    def account(self, login, **changes):
        return {"login": login, "badge": "New", "password": "a long password",
                "grants": [{"role": "window_clerk", "department": "HALL"}], **changes}

    def test_accounts_are_made_by_the_administrator_only(self):
        with self.refused(403, "forbidden"):
            self.staff.clerk.post("/v1/accounts", self.account("x.hall"))
        with self.refused(403, "forbidden"):
            self.staff.clerk.get("/v1/accounts")
        with self.refused(403, "forbidden"):
            self.hall.filing().get("/v1/accounts")
        with self.refused(401, "unauthenticated"):
            self.hall.visitor().get("/v1/accounts")

    def test_a_sign_in_name_is_given_once(self):
        self.suite.admin.post("/v1/accounts", self.account("once.hall"))
        with self.refused(409, "conflict"):
            self.suite.admin.post("/v1/accounts", self.account("once.hall"))

    def test_a_short_password_and_an_unknown_role_are_refused(self):
        with self.refused(422, "invalid-fields", "/password"):
            self.suite.admin.post("/v1/accounts", self.account("short.hall", password="short"))

    def test_a_change_of_an_account_names_the_version_it_changes(self):
        made = self.suite.admin.post("/v1/accounts", self.account("version.hall"))
        path = f"/v1/accounts/{made.data['id']}"
        with self.refused(428, "precondition-missing"):
            self.suite.admin.patch(path, {"badge": "Other"}, if_match=None)
        tag = f'"i0.a{made.data["version"]}.f0"'
        changed = self.suite.admin.patch(path, {"badge": "Other"}, if_match=tag).data
        self.assertEqual(("Other", made.data["version"] + 1), (changed["badge"],
                                                               changed["version"]))
        with self.refused(412, "stale"):
            self.suite.admin.patch(path, {"badge": "Third"}, if_match=tag)

    def test_whoever_is_disabled_is_out_at_once(self):
        made = self.suite.admin.post("/v1/accounts", self.account("gone.hall")).data
        session = self.hall.sign_in("gone.hall", "a long password")
        self.assertEqual("gone.hall", session.get("/v1/me").data["login"])
        self.suite.admin.patch(f"/v1/accounts/{made['id']}", {"disabled": True},
                               if_match=f'"i0.a{made["version"]}.f0"')
        with self.refused(401, "unauthenticated"):
            session.get("/v1/me")
        with self.refused(401, "unauthenticated"):
            self.hall.sign_in("gone.hall", "a long password")

    def test_the_record_and_the_clock_are_not_for_everybody(self):
        for session in (self.staff.clerk, self.suite.admin):
            with self.refused(403, "forbidden"):
                session.get("/v1/audit/events")
        with self.refused(403, "forbidden"):
            self.staff.clerk.post("/v1/clock", {"now": "2026-03-02T10:00:00+08:00"})
        with self.refused(403, "forbidden"):
            self.staff.clerk.post("/v1/catalogue/versions", {"files": catalogue_files()})


class Expiry(HallTest):
    shared = False
    settings = {"options": {"gateway": ["--staff-session", "12h"]}}

    def test_a_session_is_over_when_its_time_is(self):
        citizen = self.hall.filing()
        clerk = self.staff.clerk
        self.suite.move_clock("2026-03-02T20:59:00+08:00")
        self.assertEqual("staff", clerk.get("/v1/me").data["kind"])
        self.suite.move_clock("2026-03-02T21:00:00+08:00")
        with self.refused(401, "unauthenticated"):
            clerk.get("/v1/me")
        self.assertEqual("filer", citizen.get("/v1/me").data["kind"])
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        with self.refused(401, "unauthenticated"):
            citizen.get("/v1/me")


class Guessing(HallTest):
    shared = False
    settings = {"options": {"gateway": ["--behind-proxy"]}}

    def track(self, client, number, code):
        body = f'{{"number":"{number}","code":"{code}"}}'.encode()
        return send_raw(self.suite, "POST", "/v1/track", body, X_Forwarded_For=client)

    def test_codes_are_guessed_a_few_times_per_client_and_nobody_else_is_locked_out(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        answers = [self.track("192.0.2.1", filed["number"], f"0000-0000-{guess:04d}")
                   for guess in range(14)]
        statuses = [status for status, _, _ in answers]
        self.assertEqual({404, 429}, set(statuses))
        self.assertEqual([404] * 10, statuses[:10])
        status, headers, problem = answers[-1]
        self.assertEqual((429, "/problems/too-many"), (status, problem["type"]))
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        # The guesser is refused even with the right code; everybody else comes in.
        self.assertEqual(429, self.track("192.0.2.1", filed["number"], filed["code"])[0])
        self.assertEqual(200, self.track("192.0.2.2", filed["number"], filed["code"])[0])
        status, _, _ = send_raw(self.suite, "POST", "/v1/sessions",
                                b'{"account":"admin","password":"guess guess"}',
                                X_Forwarded_For="192.0.2.1")
        self.assertEqual(429, status)

    def test_a_right_code_takes_nothing_from_the_tries(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        statuses = [self.track("192.0.2.3", filed["number"], filed["code"])[0]
                    for _ in range(20)]
        self.assertEqual([200] * 20, statuses)


if __name__ == "__main__":
    unittest.main()
