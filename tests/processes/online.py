"""What the tests of payment on line share: a hall with its providers, and the steps of a payer."""

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from checks import HallTest, eventually
from provider import STYLES, Providers

BILL_FEN = 360500
START = "2026-03-02T09:00:00+08:00"


class OnlineTest(HallTest):
    """A hall with the three providers of the catalogue, each a server of the test."""

    @classmethod
    def connect(cls):
        providers = Providers()
        cls.settings = {"clock": f"virtual:{START}", "options": {"fee": providers.options}}
        return providers

    @classmethod
    def setUpClass(cls):
        if cls.shared:
            cls.providers = cls.connect()
            cls.addClassCleanup(cls.providers.close)
        super().setUpClass()

    def setUp(self):
        if not self.shared:
            self.providers = self.connect()
            self.addCleanup(self.providers.close)
        super().setUp()
        self.providers.begin(self.suite)
        self.provider = self.providers["DEMOPAY"]

    # -- steps -------------------------------------------------------------------------------------

    def billed(self):
        """A road permit that waits for its fee: the payer, the case, the bill."""
        self.citizen = self.hall.filing()
        self.case_id = self.citizen.file_case(road_filing(self.citizen)).data["id"]
        lead(ROAD_WAY, self.staff, self.case_id, "fee_due")
        self.bill = bill_when_due(self.staff.cashier, self.case_id)
        self.assertEqual((BILL_FEN, list(STYLES)),
                         (self.bill["amount_fen"], self.bill["providers"]))
        return self.bill

    def open(self, provider="DEMOPAY", session=None, **fields):
        return (session or self.citizen).post(
            f"/v1/bills/{self.bill['id']}/payments",
            {"method": "online", "provider": provider, **fields}).data["payment"]

    def payment(self, payment_id):
        return self.citizen.get(f"/v1/payments/{payment_id}").data

    def when(self, payment_id, status):
        return eventually(lambda: self.payment(payment_id), lambda told: told["status"] == status)

    def ready(self, provider="DEMOPAY"):
        """A bill with a payment that waits for the payer."""
        self.billed()
        payment_id = self.open(provider)
        self.when(payment_id, "ready")
        return payment_id

    def events(self, case_id=None):
        return [event["type"] for event in self.citizen.timeline(case_id or self.case_id)]

    def count(self, kind):
        return self.events().count(kind)

    def ledger(self):
        return {entry["account"]: entry["balance_fen"]
                for entry in self.staff.auditor.get("/v1/fee/accounts").data["items"]}

    def suspense(self):
        return -sum(balance for account, balance in self.ledger().items()
                    if account.startswith("suspense"))

    def assert_paid_once(self, payment_id):
        self.when(payment_id, "paid")
        case = self.in_state(self.citizen, self.case_id, "issuing")
        self.assertEqual([("paid", False)], [(bill["status"], "providers" in bill)
                                             for bill in case["bills"]])
        self.timeline_with(self.citizen, self.case_id, "fee.case_cleared.v1")
        self.assertEqual((1, 1, 1), (self.count("fee.payment_recorded.v1"),
                                     self.count("fee.receipt_issued.v1"),
                                     self.count("fee.bill_paid.v1")))

    def assert_unpaid(self):
        bill = self.citizen.get(f"/v1/bills/{self.bill['id']}").data
        self.assertEqual("issued", bill["status"])


__all__ = ["BILL_FEN", "START", "OnlineTest"]
