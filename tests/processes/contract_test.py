"""The OpenAPI document and the program, held against each other in both directions."""

import json
import re
import unittest

from cases import (ROAD_WAY, act_when_ready, bill_when_due, card_filing, changed, draft_version,
                   lead, road_filing)
from checks import HallTest, eventually, send_raw
from large import large_statement
from papers import pdf
from provider import Providers, sign
from papers_read import codes_of
from schema import Mismatch, validate
from statements import statement_xml
from suite import CATALOGUE, ROOT, catalogue_files

METHODS = ["get", "post", "put", "patch", "delete"]
UNKNOWN = {"no_such_field": 1}


class Example:
    """A request that succeeds, as the document describes it."""

    def __init__(self, session, path, body=None, media_type="application/json", headers=None):
        self.session = session
        self.path = path
        self.body = body
        self.media_type = media_type
        self.headers = headers


class Contract(HallTest):
    @classmethod
    def setUpClass(cls):
        cls.providers = Providers()
        cls.addClassCleanup(cls.providers.close)
        cls.settings = {"options": {"fee": cls.providers.options}}
        super().setUpClass()
        cls.providers.begin(cls.suite)
        cls.document = cls.suite.hall.visitor().get("/openapi.json").data
        cls.prepare_world()

    @classmethod
    def prepare_world(cls):
        """A case with a bill that is due, another one that may be acted on, an account."""
        staff, hall = cls.staff, cls.suite.hall
        cls.citizen = hall.filing()
        cls.filed = cls.citizen.file_case(road_filing(cls.citizen)).data
        lead(ROAD_WAY, staff, cls.filed["id"], "fee_due")
        cls.bill = bill_when_due(staff.cashier, cls.filed["id"])
        cls.payment = cls.citizen.post(f"/v1/bills/{cls.bill['id']}/payments",
                                       {"method": "online", "provider": "DEMOPAY"}).data["payment"]
        cls.wrong, cls.right = (cls.card_bill(staff) for _ in range(2))
        cls.paid = staff.cashier.post(f"/v1/bills/{cls.right['id']}/payments", {
            "method": "cash", "amount_fen": cls.right["amount_fen"]}).data["payment"]
        cls.suite.officer("finance_officer", "FIN")
        cls.other = cls.citizen.file_case(road_filing(cls.citizen)).data
        cls.paid_by_transfer("CONTRACT-A")
        cls.settlement = staff.finance.get(
            "/v1/fee/settlements/"
            + staff.finance.post("/v1/fee/settlements", {}).data["first"]).data
        cls.paid_by_transfer("CONTRACT-B")
        cls.drafted = draft_version(staff.author, changed(
            "catalogue.yaml", "catalogue_version: 1", "catalogue_version: 2"))
        cls.account = cls.suite.admin.post("/v1/accounts", cls.new_account("changed.hall")).data
        cls.webhooks = [f"/v1/audit/webhooks/{told.data['id']}" for told in (
            staff.auditor.post("/v1/audit/webhooks", {"url": "https://partner.invalid/hall"})
            for _ in range(2))]
        cls.statements = [statement_xml(large_statement(2, account, number=1))
                          for account in ("1001000000000001", "2001000000000001")]
        cls.statement = staff.finance.request("POST", "/v1/fee/statements",
                                              body=cls.statements[1],
                                              media_type="application/xml").data
        cls.second = cls.suite.officer("window_clerk", "HALL", "second-clerk")
        cls.owned = [cls.filed_at_the_window() for _ in range(3)]
        for case_id in cls.owned[1:]:
            staff.clerk.post(f"/v1/tasks/{case_id}/offer", {"officer": "second-clerk"})
        staff.food_head.get("/v1/me")
        eventually(lambda: cls.citizen.get(f"/v1/inbox?case={cls.filed['id']}").data["items"],
                   lambda items: len(items) >= 2)

        cls.exception = cls.told_in_dollars()
        cls.check = cls.check_of_a_letter(f"/v1/cases/{cls.filed['id']}/letters")

    @classmethod
    def told_in_dollars(cls):
        """A payment that needs a person."""
        cls.providers["DEMOPAY"].tell("nothing", status="paid", intent=None, id="pi_dollars",
                                      amount=100, currency="USD")
        return cls.staff.finance.get("/v1/fee/exceptions").data["items"][0]["id"]

    @classmethod
    def check_of_a_letter(cls, letters):
        """Where the acceptance of the case is checked, as its code says."""
        items = eventually(lambda: cls.citizen.get(letters).data["items"],
                           lambda items: items and items[0]["status"] == "made")
        [code] = codes_of(cls.citizen.get(f"{letters}/acceptance.pdf").data)
        return f"/v1/letters/{items[0]['number']}?{code.partition('?')[2]}"

    @classmethod
    def paid_by_transfer(cls, reference):
        """A case whose bill a bank told was paid: money in transit."""
        case_id = cls.citizen.file_case(road_filing(cls.citizen)).data["id"]
        lead(ROAD_WAY, cls.staff, case_id, "fee_due")
        bill = bill_when_due(cls.staff.cashier, case_id)
        cls.staff.bank.post(f"/v1/bills/{bill['id']}/payments", {
            "method": "transfer", "amount_fen": bill["amount_fen"], "reference": reference})

    @classmethod
    def filed_at_the_window(cls):
        """A case that the clerk filed, and so owns."""
        clerk = cls.staff.clerk
        return clerk.file_case(road_filing(clerk, codes=(), channel="window")).data["id"]

    @staticmethod
    def new_account(login):
        return {"login": login, "badge": "Somebody new", "password": "a good long one",
                "grants": [{"role": "window_clerk", "department": "HALL"}]}

    def auditor_tag(self, address):
        return self.staff.auditor.get(address).etag

    def examples(self):
        """For every operation of the document a request that it must answer as it says."""
        visitor, citizen, staff, case = (self.hall.visitor(), self.citizen, self.staff,
                                         f"/v1/cases/{self.filed['id']}")
        key = {"number": self.filed["number"], "code": self.filed["code"]}
        account = f"/v1/accounts/{self.account['id']}"
        tag = {"If-Match": f'"i0.a{self.account["version"]}.f0"'}
        leaver = self.hall.filing()
        version = f"/v1/catalogue/versions/{self.drafted['version']}"
        callback = {"type": "payment.open", "data": {}}
        settlement = f"/v1/fee/settlements/{self.settlement['id']}"
        webhook, ended = self.webhooks
        return {
            "listDepartments": Example(visitor, "/v1/departments"),
            "getDepartment": Example(visitor, "/v1/departments/UMB"),
            "listItems": Example(visitor, "/v1/items?kind=permit&limit=1"),
            "getItem": Example(visitor, "/v1/items/UMB-P-001"),
            "listCatalogueVersions": Example(staff.author, "/v1/catalogue/versions?limit=1"),
            "getCatalogueVersion": Example(staff.counsel, version),
            "actOnCatalogueVersion": Example(staff.author, f"{version}/actions/submit",
                                             {"effective_on": "2026-04-01"}),
            "draftCatalogue": Example(staff.author, "/v1/catalogue/versions",
                                      {"files": catalogue_files()}),
            "publishCalendar": Example(staff.author, "/v1/catalogue/calendars", {
                "text": (CATALOGUE / "calendar-cn.yaml").read_text()}),
            "listCalendars": Example(self.suite.admin, "/v1/catalogue/calendars"),
            "uploadFile": Example(citizen, "/v1/blobs", pdf("One", ["line"]), "application/pdf"),
            "fileCase": Example(citizen, "/v1/cases", road_filing(citizen)),
            "searchCases": Example(staff.clerk, "/v1/cases/search",
                                   {"item": "UMB-P-001", "limit": 1}),
            "getCase": Example(citizen, case),
            "actOnCase": Example(citizen, f"/v1/cases/{self.other['id']}/actions/withdraw", {}),
            "recomputeClock": Example(citizen, f"{case}/clocks/deliver/recompute"),
            "readMaterial": Example(citizen, f"{case}/materials/0"),
            "listLetters": Example(citizen, f"{case}/letters"),
            "readLetter": Example(citizen, f"{case}/letters/acceptance.pdf?n=1"),
            "checkLetter": Example(visitor, self.check),
            "erasePerson": Example(citizen, f"/v1/cases/{self.other['id']}/erasure",
                                   {"reasons": "The works are not done after all"}),
            "listErasures": Example(self.suite.officer("data_officer", "HALL"),
                                    "/v1/erasures?limit=2"),
            "exportOwnData": Example(citizen, f"{case}/data"),
            "getTimeline": Example(citizen, f"{case}/timeline?limit=200"),
            "trackCase": Example(visitor, "/v1/track", key),
            "listTasks": Example(staff.clerk, "/v1/tasks?limit=2"),
            "offerMatter": Example(staff.clerk, f"/v1/tasks/{self.owned[0]}/offer",
                                   {"officer": "second-clerk"}),
            "acceptMatter": Example(self.second, f"/v1/tasks/{self.owned[1]}/accept"),
            "returnMatter": Example(self.second, f"/v1/tasks/{self.owned[2]}/return",
                                    {"reasons": "Another window's matter"}),
            "listExpedited": Example(staff.auditor, "/v1/supervision/expedited?limit=2"),
            "delegatePower": Example(staff.road_head, "/v1/delegations", {
                "officer": "approver.umb", "item": "UMB-P-001", "power": "decide",
                "valid_from": "2026-03-02", "valid_until": "2026-03-31"}),
            "listDelegations": Example(staff.road_head, "/v1/delegations?department=UMB"),
            "openShift": Example(staff.clerk, "/v1/shifts", {
                "window": "W01", "badge": "N-001", "deputy": "second-clerk"}),
            "listShifts": Example(visitor, "/v1/shifts?department=HALL"),
            "callMeeting": Example(staff.hall_manager, "/v1/meetings",
                                   {"members": ["UMB"], "agenda": "Works in April"}),
            "nameDeputy": Example(staff.hall_manager, "/v1/deputies", {
                "officer": "window-clerk.hall", "deputy": "second-clerk"}),
            "declareInterest": Example(self.second, "/v1/interests", {"item": "MSA-P-001"}),
            "listPromises": Example(staff.hall_manager, "/v1/promises?limit=2"),
            "listPromises": Example(staff.clerk, "/v1/promises?limit=2"),
            "getDisclosureFigures": Example(visitor, "/v1/statistics/disclosure?year=2026"),
            "listMessages": Example(citizen, f"/v1/inbox?case={self.filed['id']}"),
            "getBill": Example(citizen, f"/v1/bills/{self.bill['id']}"),
            "payBill": Example(staff.cashier, f"/v1/bills/{self.bill['id']}/payments",
                               {"method": "cash", "amount_fen": self.bill["amount_fen"]}),
            "payBills": Example(staff.bank, "/v1/payments", {
                "method": "transfer", "amount_fen": 100, "reference": "CONTRACT-1", "bills": []}),
            "listEntries": Example(staff.auditor, "/v1/fee/entries?account=receivable:CU01&limit=1"),
            "getReconciliation": Example(staff.auditor, "/v1/fee/reconciliation/2026-03-02"),
            "listExceptions": Example(staff.finance, "/v1/fee/exceptions?limit=5"),
            "resolveException": Example(
                staff.finance, f"/v1/fee/exceptions/{self.exception}/resolution",
                {"found": "The provider gave it back"}),
            "listSettlements": Example(staff.finance, "/v1/fee/settlements?limit=1"),
            "orderSettlements": Example(staff.finance, "/v1/fee/settlements", {}),
            "getSettlement": Example(staff.finance, settlement),
            "getSettlementFile": Example(staff.finance, f"{settlement}/file"),
            "answerSettlement": Example(staff.finance, f"{settlement}/answers", {
                "end_to_end": self.settlement["orders"][0]["end_to_end"], "accepted": True,
                "answer": "TREASURY-1"}),
            "closeDay": Example(staff.finance, "/v1/fee/day-close", {"date": "2026-03-02"}),
            "getProof": Example(staff.auditor, "/v1/fee/proof/2026-03-02"),
            "readProof": Example(staff.auditor, "/v1/fee/proof/2026-03-02.pdf"),
            "voidBill": Example(staff.cashier, f"/v1/bills/{self.wrong['id']}/void", {
                "officer": "finance-officer.fin", "reasons": "Made out twice"}),
            "requestRefund": Example(staff.clerk, f"/v1/payments/{self.paid}/refund",
                                     {"reasons": "Charged twice", "amount_fen": 100}),
            "openDrawer": Example(
                self.suite.officer("cashier", "HALL", f"till-{id(leaver)}", drawer=False),
                "/v1/fee/drawers", {"amount_fen": 20000}),
            "listDrawers": Example(staff.auditor, "/v1/fee/drawers?limit=5"),
            "listLedger": Example(staff.auditor, "/v1/fee/accounts"),
            "listRefunds": Example(staff.auditor, "/v1/fee/refunds?limit=5"),
            "uploadStatement": Example(staff.finance, "/v1/fee/statements", self.statements[0],
                                       "application/xml"),
            "listStatements": Example(staff.auditor, "/v1/fee/statements?limit=5"),
            "getStatement": Example(staff.auditor,
                                    f"/v1/fee/statements/{self.statement['id']}"),
            "listEvents": Example(staff.auditor, "/v1/audit/events?limit=5"),
            "getCheckpoint": Example(visitor, "/v1/log/checkpoint"),
            "getLogKeys": Example(visitor, "/v1/log/vkey"),
            "getTile": Example(visitor, "/v1/log/tile/0/000.p/1"),
            "proveCase": Example(citizen, f"{case}/proof"),
            "signIn": Example(visitor, "/v1/sessions", key),
            "signOut": Example(leaver, "/v1/sessions/current"),
            "whoAmI": Example(staff.clerk, "/v1/me"),
            "listAccounts": Example(self.suite.admin, "/v1/accounts?limit=3"),
            "registerWebhook": Example(staff.auditor, "/v1/audit/webhooks",
                                       {"url": "https://partner.invalid/hall"}),
            "listWebhooks": Example(staff.auditor, "/v1/audit/webhooks"),
            "getWebhook": Example(staff.auditor, webhook),
            "changeWebhook": Example(staff.auditor, webhook, {"disabled": True},
                                     headers={"If-Match": self.auditor_tag(webhook)}),
            "endWebhook": Example(staff.auditor, ended),
            "renewWebhookSecret": Example(staff.auditor, f"{webhook}/secret"),
            "createAccount": Example(self.suite.admin, "/v1/accounts",
                                     self.new_account(f"new-{id(leaver)}.hall")),
            "changeAccount": Example(self.suite.admin, account, {"badge": "Another"}, headers=tag),
            "setClock": Example(self.suite.admin, "/v1/clock",
                                {"now": "2026-03-02T09:00:00+08:00"}),
            "getPayment": Example(citizen, f"/v1/payments/{self.payment}"),
            "hearProvider": Example(visitor, "/v1/providers/DEMOPAY/callback", callback,
                                    headers=self.signed(callback)),
            "isAlive": Example(visitor, "/livez"),
            "isReady": Example(visitor, "/readyz"),
            "getMetrics": Example(visitor, "/metrics"),
            "getContract": Example(visitor, "/openapi.json"),
        }

    def signed(self, body):
        """The headers of a provider that sends this."""
        provider = self.providers["DEMOPAY"]
        return sign("standard_webhooks", provider.secret, json.dumps(body).encode(),
                    provider.now_s(), "evt_of_the_contract")

    @staticmethod
    def card_bill(staff):
        """The bill of a card that is asked for at the window."""
        case_id = staff.clerk.file_case(card_filing(staff.clerk)).data["id"]
        act_when_ready(staff.clerk, case_id, "accept")
        return bill_when_due(staff.cashier, case_id)

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield path, method, operation

    # -- document against program ---------------------------------------------------------------

    def test_every_operation_of_the_document_answers_as_the_document_says(self):
        examples = self.examples()
        for path, method, operation in self.operations():
            name = operation["operationId"]
            with self.subTest(operation=name):
                self.assertIn(name, examples, "write an example request for it")
                example = examples.pop(name)
                self.assertTrue(fits(path, example.path), f"{example.path} is not {path}")
                self.check_request(operation, example)
                answer = example.session.request(
                    method.upper(), example.path, body=example.body, headers=example.headers,
                    media_type=example.media_type)
                self.check_response(operation, answer)
        self.assertEqual({}, examples, "examples of what the document does not have")

    def check_request(self, operation, example):
        wanted = operation.get("requestBody")
        self.assertEqual(wanted is not None, example.body is not None)
        if wanted is not None:
            self.assertIn(example.media_type, wanted["content"])
            schema = wanted["content"][example.media_type].get("schema")
            if schema is not None:
                validate(example.body, schema, self.document)

    def check_response(self, operation, answer):
        self.assertIn(str(answer.status), operation["responses"])
        content = operation["responses"][str(answer.status)].get("content")
        if content is None:
            self.assertEqual(b"", answer.data)
            return
        media_type = answer.headers["Content-Type"].split(";")[0]
        self.assertIn(media_type, content)
        if "schema" in content[media_type]:
            validate(answer.data, content[media_type]["schema"], self.document)

    def test_a_refusal_is_as_the_document_says(self):
        schema = self.document["components"]["responses"]["problem"]["content"]
        status, headers, problem = send_raw(self.suite, "POST", "/v1/track", b'{"number":1}')
        self.assertEqual((422, "application/problem+json"), (status, headers["Content-Type"]))
        validate(problem, schema["application/problem+json"]["schema"], self.document)
        self.assertEqual("/v1/track", problem["instance"])

    def test_no_request_body_may_have_unknown_fields(self):
        for path, method, operation in self.operations():
            content = operation.get("requestBody", {}).get("content", {})
            if "schema" not in content.get("application/json", {}):
                continue
            with self.subTest(operation=operation["operationId"]):
                example = self.examples()[operation["operationId"]]
                with self.assertRaisesRegex(Mismatch, "no_such_field: is not declared"):
                    validate({**example.body, **UNKNOWN}, content["application/json"]["schema"],
                             self.document)
                answer = example.session.request(
                    method.upper(), example.path, body={**example.body, **UNKNOWN},
                    headers=example.headers, check=False)
                self.assertEqual(422, answer.status)
                self.assertEqual(["/no_such_field"],
                                 [error["pointer"] for error in answer.data["errors"]])

    def test_every_required_field_is_required(self):
        for path, method, operation in self.operations():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            if schema is None:
                continue
            name = schema["$ref"].split("/")[-1]
            required = self.document["components"]["schemas"][name].get("required", [])
            if not required:
                continue
            with self.subTest(operation=operation["operationId"]):
                example = self.examples()[operation["operationId"]]
                answer = example.session.request(method.upper(), example.path, body={},
                                                 headers=example.headers, check=False)
                self.assertEqual(422, answer.status)
                self.assertEqual({f"/{field}" for field in required},
                                 {error["pointer"] for error in answer.data["errors"]})

    def test_what_needs_a_session_refuses_whoever_has_none(self):
        for path, method, operation in self.operations():
            filled = re.sub(r"\{[a-z]+\}", "00000000-0000-7000-8000-000000000000", path)
            with self.subTest(operation=operation["operationId"]):
                status, headers, _ = send_raw(self.suite, method.upper(), filled, b"")
                if operation["operationId"] == "hearProvider":  # known by its signature
                    self.assertEqual(401, status)
                elif "security" in operation:
                    self.assertEqual((401, "Bearer"), (status, headers["WWW-Authenticate"]))
                else:
                    self.assertNotIn(status, (401, 403, 405))

    # -- program against document ---------------------------------------------------------------

    def test_every_route_of_the_program_is_in_the_document(self):
        source = (ROOT / "gateway" / "routes" / "table.c").read_text()
        routes = re.findall(r'\{HTTP_([A-Z]+), \d+, "([^"]+)", "([A-Za-z]+)"', source)
        self.assertGreater(len(routes), 30)
        told = {(method, path, operation["operationId"])
                for path, method, operation in self.operations()}
        self.assertEqual({(method.lower(), path, name) for method, path, name in routes}, told)

    def test_no_other_method_is_known_at_an_address_of_the_document(self):
        for path, known in self.document["paths"].items():
            filled = re.sub(r"\{[a-z]+\}", "x", path)
            allowed = ", ".join(method.upper() for method in known)
            for method in METHODS:
                if method in known:
                    continue
                with self.subTest(path=path, method=method):
                    status, headers, problem = send_raw(self.suite, method.upper(), filled, b"")
                    self.assertEqual((405, "/problems/method-not-allowed", allowed),
                                     (status, problem["type"], headers["Allow"]))

    def test_what_is_not_in_the_document_is_not_there(self):
        for path in ("/", "/v1", "/v1/cases", "/v1/case", "/v1/items/A/B", "/v2/items",
                     "/favicon.ico", "/v1/items/", "/v1//items", "/v1/cases/../items"):
            with self.subTest(path=path):
                status, _, problem = send_raw(self.suite, "GET", path)
                self.assertIn((status, problem["type"]), ((404, "/problems/not-found"),
                                                          (405, "/problems/method-not-allowed")))

    def test_every_schema_is_used_and_every_reference_leads_somewhere(self):
        text = json.dumps(self.document)
        used = set(re.findall(r'"#/components/schemas/([a-z_0-9]+)"', text))
        self.assertEqual(set(self.document["components"]["schemas"]), used)

    def test_operations_have_names_of_their_own(self):
        names = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(sorted(set(names)), sorted(names))
        self.assertEqual("3.1.0", self.document["openapi"])

    def test_the_copy_in_the_source_is_what_is_served(self):
        copy = ROOT / "gateway" / "openapi.json"
        self.assertTrue(copy.exists(), "run tests/processes/run --update-contract")
        self.assertEqual(json.loads(copy.read_text()), self.document,
                         "the contract changed: look at the difference, then run "
                         "tests/processes/run --update-contract")


def fits(pattern, path):
    regex = re.sub(r"\{[a-z]+\}", "[^/]+", pattern.replace("{rest}", ".+"))
    return re.fullmatch(regex, path.split("?")[0]) is not None


if __name__ == "__main__":
    unittest.main()
