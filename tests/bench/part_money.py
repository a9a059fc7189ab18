"""Money: payments over HTTP against the bare skeleton, in turns by the same client; postings inside a
service against LMDB alone."""

import itertools
import json
import secrets
import shutil
import subprocess
import tempfile

import machine
from part_cases import generate, upload
from places import BINARIES
from real import RealHall
from report import median, number, table
from skeleton import Skeleton

import cases  # of tests/processes
from suite import CATALOGUE

PROGRAM = BINARIES / "bench-postings"
JSON = "application/json"
METHODS = ("cash", "transfer")
CASHIERS = 8
BILL_FEN = 4000  # PSB-C-001, a card that was lost
PAPERS = ("M-FORM", "M-PHOTO")
MAKING_LANES = 64
WARM_COUNT = 64


class Settings:
    def __init__(self, quick):
        self.pairs = 1 if quick else 3
        self.payments = 600 if quick else 2000
        self.payments_with_letters = 100 if quick else 500
        self.lanes = (64,) if quick else (64, 256)
        self.batches = 200 if quick else 2000
        self.batch_sizes = (1, 64) if quick else (1, 16, 64, 256)


class HallWithoutLetters(RealHall):
    """The same hall, but nothing is printed: making a receipt's PDF takes far longer than paying."""

    def publish_catalogue(self, folder=CATALOGUE):
        copy = self.folder / "catalogue"
        shutil.copytree(folder, copy)
        (copy / "templates" / "letters.yaml").write_text("letters: []\n")
        return super().publish_catalogue(copy)


# -- bills -----------------------------------------------------------------------------------------


def card_filing():
    """A filing of PSB-C-001 by somebody without an e-mail address: messages go to the inbox."""
    person = {key: value for key, value in cases.CARDHOLDER.items() if key != "email"}
    claims = [{"code": code, "upload": "{word}", "filename": f"{code}.pdf"} for code in PAPERS]
    return {"item": "PSB-C-001", "applicant": person, "channel": "window",
            "form": {"reason": "lost", "temporary_card": False, "contact_phone": "13900000528",
                     "registered_address": "7 Mulberry Lane, Demo City"},
            "materials": claims}


def bills_make(real, clerk, count):
    """So many bills that wait to be paid, each of a case of its own; their ids."""
    uploads = upload(real, clerk.token, count * len(PAPERS))
    steps = [{"path": "/v1/cases", "type": JSON, "tokens": [clerk.token], "keep": "id",
              "body": json.dumps(card_filing(), ensure_ascii=False)},
             {"path": "/v1/cases/{id}/actions/accept", "type": JSON, "tokens": [clerk.token],
              "body": "{}"}]
    made = generate(real, {"port": real.port, "run": secrets.token_hex(6), "lanes": MAKING_LANES,
                           "rounds": count, "steps": steps, "words": uploads["kept"]})
    real.wait_level(with_work=True)
    bills = [clerk.case(case_id).data["bills"][0] for case_id in made["kept"]]
    assert all(bill["amount_fen"] == BILL_FEN for bill in bills), bills[0]
    return [bill["id"] for bill in bills]


# -- payments --------------------------------------------------------------------------------------


class Tills:
    """Who takes money: the sessions for each method."""

    def __init__(self, real):
        cashiers = [real.officer("cashier", "HALL", f"cashier-{n}") for n in range(CASHIERS)]
        self.tokens = {"cash": [session.token for session in cashiers],
                       "transfer": [real.officer("bank_link", "HALL").token]}
        self.clerk = real.officer("window_clerk", "HALL")
        self.auditor = real.officer("auditor", "*")


def payment_step(method, tokens):
    """The request that pays a bill. A transfer has a reference of its own before the bill."""
    fields = {"method": method, "amount_fen": BILL_FEN}
    if method == "transfer":
        fields.update(reference="{word}", bills=[{"bill_id": "{word}"}])
    return {"path": "/v1/payments" if method == "transfer" else "/v1/bills/{word}/payments",
            "type": JSON, "body": json.dumps(fields), "tokens": tokens}


def words_of(method, bills):
    if method == "cash":
        return bills
    run = secrets.token_hex(4)
    return [word for n, bill in enumerate(bills) for word in (f"{run}-{n}", bill)]


def pay(side, method, tokens, lanes, bills):
    """Pays each bill once, `lanes` at a time: what the client and the kernel counted."""
    plan = {"port": side.port, "run": secrets.token_hex(6), "lanes": lanes, "rounds": len(bills),
            "steps": [payment_step(method, tokens)], "words": words_of(method, bills)}
    usage = machine.Usage(side.pids())
    told = generate(side, plan)
    told["client_cpu"] = told["cpu_us"] / told["took_us"]
    told.update(usage.end(told["done"]))  # `cpu_us` is of the processes from here on
    told["per_s"] = told["done"] * 1e6 / told["took_us"]
    return told


def run_skeleton(method, tokens, lanes, bills):
    with Skeleton() as bare:
        pay(bare, method, tokens, lanes, bills[:WARM_COUNT])
        before = bare.counts()
        told = pay(bare, method, tokens, lanes, bills)
        after = bare.counts()
    told["events_per_commit"] = ((after["events"] - before["events"]) /
                                 max(1, after["commits"] - before["commits"]))
    return told


def run_hall(real, method, tokens, lanes, bills):
    before = real.metrics()
    told = pay(real, method, tokens, lanes, bills)
    after = real.metrics()
    told["settled_s"] = told["took_us"] / 1e6 + real.wait_level(with_work=True)
    batches = after.grown(before, "engine_batches_total", "fee")
    told["events_per_commit"] = after.grown(before, "engine_events_total", "fee") / max(1, batches)
    return told


def taken_fen(auditor):
    """What the accounts say was paid in each way."""
    told = auditor.get("/v1/fee/accounts").data
    assert told["sum_fen"] == 0, told
    sums = dict.fromkeys(METHODS, 0)
    for entry in told["items"]:
        kind = entry["account"].partition(":")[0]
        if kind in ("drawer", "transit"):
            sums["cash" if kind == "drawer" else "transfer"] += entry["balance_fen"]
    return sums


def taken_check(tills, paid):
    """Every fen of so many bills must be there, in each way to pay."""
    taken = taken_fen(tills.auditor)
    if any(taken[method] != paid[method] * BILL_FEN for method in METHODS):
        raise RuntimeError(f"{paid} bills of {BILL_FEN} fen were paid, and there is {taken}")


def pair_run(real, asked, bare_first):
    """The same bills at both, one after the other: (skeleton, hall)."""
    if bare_first:
        bare = run_skeleton(*asked)
        return bare, run_hall(real, *asked)
    hall = run_hall(real, *asked)
    return run_skeleton(*asked), hall


def measure_payments(settings, say):
    """Pairs of (skeleton, hall) by method and lanes; which of them goes first changes every time."""
    pairs = {}
    with HallWithoutLetters() as real:
        tills = Tills(real)
        for method in METHODS:  # what is loaded once is loaded
            bills = bills_make(real, tills.clerk, WARM_COUNT)
            run_hall(real, method, tills.tokens[method], 8, bills)
        for number_of_pair in range(settings.pairs):
            for method, lanes in itertools.product(METHODS, settings.lanes):
                say(f"money: {settings.payments} bills, then paid by {method}, {lanes} at once")
                bills = bills_make(real, tills.clerk, settings.payments)
                pair = pair_run(real, (method, tills.tokens[method], lanes, bills),
                                number_of_pair % 2 == 0)
                pairs.setdefault((method, lanes), []).append(pair)
        count = settings.pairs * len(settings.lanes) * settings.payments + WARM_COUNT
        taken_check(tills, dict.fromkeys(METHODS, count))
    return pairs


def measure_with_letters(settings, say):
    """The hall alone, with the letters of the catalogue."""
    count = settings.payments_with_letters
    say(f"money: {count} bills paid in cash, with their letters")
    with RealHall() as real:
        tills = Tills(real)
        bills = bills_make(real, tills.clerk, count)
        told = run_hall(real, "cash", tills.tokens["cash"], settings.lanes[0], bills)
        taken_check(tills, {"cash": count, "transfer": 0})
    return told


# -- postings --------------------------------------------------------------------------------------


def post(batch, batches):
    folder = tempfile.mkdtemp(prefix="glasshall-bench-")
    try:
        flushes, _ = machine.disks()
        told = json.loads(subprocess.check_output([PROGRAM, folder, str(batch), str(batches)]))
        told["flushes"] = (machine.disks()[0] - flushes) / 2 / told["postings"]  # of both sides
        return told
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure_postings(settings, say):
    runs = {}
    for batch in settings.batch_sizes:
        say(f"money: {settings.batches} batches of {batch} postings")
        runs[batch] = [post(batch, settings.batches) for _ in range(settings.pairs)]
    return runs


def measure(quick, say):
    settings = Settings(quick)
    return {"postings": measure_postings(settings, say),
            "payments": measure_payments(settings, say),
            "with_letters": measure_with_letters(settings, say)}


# -- telling ---------------------------------------------------------------------------------------


def ratios(pairs):
    return [hall["per_s"] / bare["per_s"] for bare, hall in pairs]


def payments_table(payments):
    rows = []
    for (method, lanes), pairs in payments.items():
        for index, (bare, hall) in enumerate(pairs):
            rows.append([f"{method}, {lanes} connections, pair {index + 1}", number(bare["per_s"]),
                         number(hall["per_s"]), f"{ratios(pairs)[index]:.2f}"])
        rows.append([f"**{method}, {lanes} connections, median**",
                     number(median([bare["per_s"] for bare, _ in pairs])),
                     number(median([hall["per_s"] for _, hall in pairs])),
                     f"**{median(ratios(pairs)):.2f}**"])
    return table(["payments/s", "skeleton", "hall", "ratio"], rows)


def details_table(payments):
    figures = [
        ("p50, ms", lambda run: run["p50_us"] / 1000),
        ("p99, ms", lambda run: run["p99_us"] / 1000),
        ("events a commit of the writer", lambda run: run["events_per_commit"]),
        ("disk flushes a payment", lambda run: run["flushes"]),
        ("KiB written to disk a payment", lambda run: run["written"] / 1024),
        ("CPU of all processes, us a payment", lambda run: sum(run["cpu_us"].values())),
        ("client, of a CPU", lambda run: run["client_cpu"]),
        ("asked again", lambda run: run["retries"]),
    ]
    rows = [[title, *[number(median([what(run) for run in side]))
                      for pairs in payments.values() for side in zip(*pairs)]]
            for title, what in figures]
    head = ["median"] + [f"{side}, {method}, {lanes}" for method, lanes in payments
                         for side in ("skeleton", "hall")]
    return table(head, rows)


def postings_table(postings):
    rows = []
    for batch, runs in postings.items():
        rates = [(run["postings"] * 1e6 / run["bare_us"], run["postings"] * 1e6 / run["ledger_us"])
                 for run in runs]
        cpu = [run[side] / run["postings"] for side in ("bare_cpu_us", "ledger_cpu_us")
               for run in runs]
        rows.append([f"{batch} a commit", *[number(median(side)) for side in zip(*rates)],
                     f"**{median([ledger / bare for bare, ledger in rates]):.2f}**",
                     number(median(cpu[:len(runs)])), number(median(cpu[len(runs):])),
                     number(median([run["flushes"] for run in runs]))])
    return table(["postings/s, median", "LMDB alone", "ledger", "ratio", "CPU us, LMDB alone",
                  "CPU us a posting", "disk flushes a posting"], rows)


def report(measured):
    payments = measured["payments"]
    printed = measured["with_letters"]
    text = "## Money\n\n" + payments_table(payments) + "\n" + details_table(payments) + "\n"
    text += "Settled a second, with all that follows a payment in every service but its letters: "
    text += ", ".join(
        f"{number(median([hall['done'] / hall['settled_s'] for _, hall in pairs]))} "
        f"({method}, {lanes} connections)" for (method, lanes), pairs in payments.items())
    text += f". With letters: {number(printed['per_s'])} payments/s in cash, p99 "
    text += f"{number(printed['p99_us'] / 1000)} ms, and "
    text += f"{number(printed['done'] / printed['settled_s'])} settled/s with their receipts made. "
    text += "The accounts had every fen.\n\n"
    return text + postings_table(measured["postings"])
