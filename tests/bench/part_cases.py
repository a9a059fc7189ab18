"""Whole cases of MSA-P-001: filed, accepted, taken, reviewed, checked on the site, decided; the
zero bill clears itself, the applicant is told, all of it is archived."""

import json
import secrets
import subprocess

import machine
from places import BINARIES
from real import RealHall, food_filing
from report import number, table, target

PROGRAM = BINARIES / "bench-cases"
MATERIALS = ("M-FORM", "M-LAYOUT", "M-FSRULES")
TEAMS = 8
UPLOAD_LANES = 32
PAPER = b"%PDF-1.4\n% a paper of a few bytes\n%%EOF\n".decode()
JSON = "application/json"


class Settings:
    def __init__(self, quick):
        self.cases = 600 if quick else 3000  # three files each; 16384 uploads may wait
        self.lanes = (64,) if quick else (64, 128)


class Teams:
    """Officers' sessions by role, a team for every eighth lane."""

    def __init__(self, real):
        self.tokens = {}
        for team in range(TEAMS):
            for role, department in (("window_clerk", "HALL"), ("reviewer", "MSA"),
                                     ("field_checker", "MSA"), ("approver", "MSA")):
                session = real.officer(role, department, f"{role.replace('_', '-')}-{team}")
                self.tokens.setdefault(role, []).append(session.token)
        real.officer("field_checker", "MSA", "second-checker")


def generate(real, plan):
    """Runs the load generator; what it printed."""
    path = real.folder / "plan.json"
    path.write_text(json.dumps(plan, ensure_ascii=False))
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True)
    told = json.loads(done.stdout) if done.stdout else {}
    if done.returncode != 0:
        lines = done.stderr.splitlines()
        raise RuntimeError(f"{told.get('failed')} rounds failed:\n" + "\n".join(lines[:5]))
    return told


def upload(real, token, count):
    """So many files, handed in; their ids."""
    step = {"path": "/v1/blobs", "type": "application/pdf", "body": PAPER, "tokens": [token],
            "keep": "upload"}
    return generate(real, {"port": real.port, "run": secrets.token_hex(6), "lanes": UPLOAD_LANES,
                           "rounds": count, "steps": [step], "words": []})


def steps_of(filer, teams):
    """The steps of a case, each by the officers who may do it."""
    def act(action, role, fields):
        return {"path": f"/v1/cases/{{id}}/actions/{action}", "type": JSON,
                "body": json.dumps(fields), "tokens": teams.tokens[role]}

    claims = [{"code": code, "upload": "{word}", "filename": f"{code}.pdf"} for code in MATERIALS]
    return [
        {"path": "/v1/cases", "type": JSON, "tokens": [filer], "keep": "id",
         "body": json.dumps(food_filing(claims), ensure_ascii=False)},
        act("accept", "window_clerk", {}),
        act("take", "reviewer", {}),
        act("review", "reviewer", {"opinion": "agree", "text": "All in order", "site_check": True}),
        act("record", "field_checker", {"officers": ["field-checker-0", "second-checker"],
                                        "findings": "As on the plan", "passed": True}),
        act("decide", "approver", {"outcome": "grant"}),
    ]


def status_counts(session, ids):
    """In which state the last cases are: the zero bill has cleared itself when it is `issuing`."""
    counts = {}
    for case_id in ids:
        status = session.case(case_id).data["status"]
        counts[status] = counts.get(status, 0) + 1
    return counts


def run(real, teams, lanes, count):
    filer = real.hall.filing().token
    uploads = upload(real, filer, count * len(MATERIALS))
    real.wait_level(with_work=True)
    usage = machine.Usage(real.pids())
    told = generate(real, {"port": real.port, "run": secrets.token_hex(6), "lanes": lanes,
                           "rounds": count, "steps": steps_of(filer, teams),
                           "words": uploads["kept"]})
    told["client_cpu_us"] = told["cpu_us"]
    told["rest_s"] = real.wait_level(with_work=True)
    told.update(usage.end(count))
    told["lanes"] = lanes
    told["uploads_per_s"] = len(uploads["kept"]) * 1e6 / uploads["took_us"]
    clerk = real.officer("window_clerk", "HALL", "window-clerk-0")
    told["states"] = status_counts(clerk, told["kept"][:: max(1, count // 50)])
    return told


def measure(quick, say):
    settings = Settings(quick)
    results = []
    with RealHall() as real:
        teams = Teams(real)
        run(real, teams, settings.lanes[0], 100)  # warm
        for lanes in settings.lanes:
            say(f"cases: {settings.cases} with {lanes} at once")
            results.append(run(real, teams, lanes, settings.cases))
    return results


# -- telling ---------------------------------------------------------------------------------------


def decided_per_s(result):
    return result["done"] * 1e6 / result["took_us"]


def settled_per_s(result):
    return result["done"] / (result["took_us"] / 1e6 + result["rest_s"])


def report(results):
    rows = []
    for result in results:
        client_cpus = result["client_cpu_us"] / result["took_us"]
        rows.append([f"{result['lanes']} at once, {result['done']:,} cases",
                     number(decided_per_s(result)), number(settled_per_s(result)),
                     number(result["requests"] * 1e6 / result["took_us"]),
                     number(result["p50_us"] / 1000), number(result["p99_us"] / 1000),
                     result["retries"], f"{100 * client_cpus:.0f} %",
                     number(sum(result["cpu_us"].values())), number(result["flushes"])])
    text = "## Whole cases\n\n" + table(
        ["whole cases", "decided/s", "settled/s", "requests/s", "p50 ms", "p99 ms", "asked again",
         "client, of a CPU", "CPU us a case", "flushes a case"], rows)
    last = results[-1]
    by_process = ", ".join(f"{name} {number(value)}" for name, value in last["cpu_us"].items())
    text += f"\nCPU us a case by process: {by_process}. Uploads beforehand: "
    text += f"{number(last['uploads_per_s'])}/s. States of 50 cases afterwards: "
    text += ", ".join(f"{count} {state}" for state, count in last["states"].items()) + ".\n\n"
    return text + target("whole cases a second", max(map(settled_per_s, results)), 1000)
