"""Makes a started hall ready for work: passwords, the wait, catalogue, accounts.

    prepare.py passwords DATA URL             thinks up the passwords of the demo accounts
    prepare.py wait DATA URL SECONDS          until every service is ready, telling who is not
    prepare.py catalogue DATA URL FOLDER      loads the first catalogue; hands in a changed one as a draft
    prepare.py approve DATA URL [DAY]         takes the newest draft through all hands, for DAY
    prepare.py accounts DATA URL              makes the demo accounts that are not there yet

Everything may be run again: what is there stays as it is. Called by deploy/up, but for approve,
which plays three officers of a demonstration.
"""

import hashlib
import json
import os
import secrets
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hall import Hall, Problem, Unreachable

HERE = Path(__file__).parent
ADMIN = "admin"


class Failure(Exception):
    """Something a person has to look at; the text says what to do."""


# -- accounts ------------------------------------------------------------------------------------


def accounts_path(data):
    return Path(data) / "demo-accounts.json"


def accounts_load(data):
    """The demo accounts by login, with their passwords."""
    try:
        kept = json.loads(accounts_path(data).read_text())
    except FileNotFoundError:
        raise Failure(f"{accounts_path(data)} is not there; run deploy/up first") from None
    return {account["login"]: account for account in kept["accounts"]}


def private_write(path, value):
    """Writes JSON that only the owner may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def passwords(data, url):
    """Keeps the passwords there are; the first administrator's also where the gateway reads it."""
    path = accounts_path(data)
    known = accounts_load(data) if path.exists() else {}
    roster = json.loads((HERE / "accounts.json").read_text())
    for account in roster:
        kept = known.get(account["login"], {})
        account["password"] = kept.get("password") or secrets.token_urlsafe(15)
    private_write(path, {"gateway": url, "accounts": roster})
    admin = next(account for account in roster if account["login"] == ADMIN)
    private_write(Path(data) / "first-admin.json",
                  {name: admin[name] for name in ("login", "badge", "password")})


def administrator(data, url):
    admin = accounts_load(data)[ADMIN]
    try:
        return Hall(url).sign_in(ADMIN, admin["password"])
    except Problem as problem:
        if problem.status != 401:
            raise
        raise Failure(f"the password in {accounts_path(data)} is not the administrator's: the "
                      "file was replaced or the password changed. Put the right one there") \
            from None


def accounts(data, url):
    session = administrator(data, url)
    there = {account["login"] for account in session.pages("/v1/accounts")}
    made = []
    for account in accounts_load(data).values():
        if account["login"] not in there:
            session.post("/v1/accounts", account, key=f"demo-account-{account['login']}")
            made.append(account["login"])
    (Path(data) / "first-admin.json").unlink(missing_ok=True)
    print(f"{len(made)} accounts made, {len(there)} were there")


# -- readiness -----------------------------------------------------------------------------------


def missing_services(hall):
    """A sentence about who is not ready yet; empty when all are."""
    try:
        page = hall.readiness()
    except Unreachable:
        return "gateway (not listening yet)"
    return ", ".join(f"{service['service']} ({'; '.join(service['reasons']) or 'starting'})"
                     for service in page["services"] if not service["ready"])


def wait(data, url, seconds):
    hall = Hall(url)
    began = time.monotonic()
    told = None
    while missing := missing_services(hall):
        passed = time.monotonic() - began
        if missing != told:
            print(f"{passed:4.1f} s  waiting for {missing}", flush=True)
            told = missing
        if stopped := sorted((Path(data) / "pid").glob("*.gave-up")):
            raise Failure(f"{', '.join(path.stem for path in stopped)}: started in vain")
        if passed > float(seconds):
            raise Failure(f"not ready after {seconds} s: {missing}")
        time.sleep(0.2)
    print(f"{time.monotonic() - began:4.1f} s  all services are ready")


# -- catalogue -----------------------------------------------------------------------------------


def catalogue_files(folder):
    paths = sorted(path for path in Path(folder).rglob("*.yaml"))
    return [{"name": path.relative_to(folder).as_posix(), "text": path.read_text()}
            for path in paths]


def officer(data, url, login):
    """The session of a demo officer; None when the hall's accounts do not have it."""
    account = accounts_load(data).get(login)
    return account and Hall(url).sign_in(login, account["password"])


def catalogue(data, url, folder):
    """Loads it when the hall has none; when the files are others than those last handed in, drafts
    the next version, which is in force once it was checked and approved and its day has come."""
    files = catalogue_files(folder)
    digest = hashlib.sha256(json.dumps(files).encode()).hexdigest()
    stamp = Path(data) / "catalogue.sha256"
    active = Hall(url).visitor().get("/v1/items").data["catalogue_version"]
    if active > 0 and (not stamp.exists() or stamp.read_text() == digest):
        print(f"version {active} is in force; the files are those last handed in")
        return
    session = administrator(data, url) if active == 0 else officer(data, url, "information")
    if session is None:
        print(f"the files of {folder} are others than those of version {active}: hand them in as "
              "an information officer, with POST /v1/catalogue/versions")
        return
    # Without a key: what was cut off halfway is begun again under the same version.
    told = session.post("/v1/catalogue/versions", {"files": files}, key=None).data
    stamp.write_text(digest)
    print(f"version {told['version']}, {told['status']}: {len(files)} files, {told['parts']} parts")
    if told["status"] == "draft":
        print(f"version {active} stays in force. Next: submit by the information officer, advise by "
              f"counsel,\ndecide by Finance, each at /v1/catalogue/versions/{told['version']}"
              f"/actions/...; in a demonstration\n{HERE / 'prepare.py'} approve {data} {url}")


def newest_draft(session):
    for version in session.pages("/v1/catalogue/versions"):
        if version["status"] == "draft" and "replaced_by" not in version:
            return version["version"]
    raise Failure("there is no draft; change the files, then run deploy/up")


def approve(data, url, day=None):
    """What three people do in a hall that is none for show: author, counsel and Finance."""
    hall_zone = timezone(timedelta(hours=8))
    day = day or (datetime.now(hall_zone) + timedelta(days=1)).date().isoformat()
    author, counsel, finance = (officer(data, url, login)
                                for login in ("information", "counsel", "finance"))
    if None in (author, counsel, finance):
        raise Failure(f"{accounts_path(data)} lacks information, counsel or finance")
    version = newest_draft(author)
    place = f"/v1/catalogue/versions/{version}/actions"
    author.post(f"{place}/submit", {"effective_on": day})
    counsel.post(f"{place}/advise", {"opinion": "agree", "text": "For a demonstration: lawful"})
    finance.post(f"{place}/decide", {"outcome": "grant"})
    print(f"version {version} is approved; it is in force from {day}, 00:00 in the hall")


# -- powers --------------------------------------------------------------------------------------


def holders(roster, role):
    """(login, department) of every grant of a role."""
    return [(account["login"], grant["department"]) for account in roster.values()
            for grant in account["grants"] if grant["role"] == role]


def delegate(head, approver, item, today):
    """Delegates the decision of an item, unless it is delegated; true when it was not."""
    known = head.pages(f"/v1/delegations?officer={approver}&item={item}")
    if any(one["status"] != "ended" for one in known):
        return False
    try:
        head.post("/v1/delegations", {
            "officer": approver, "item": item, "power": "decide", "valid_from": today.isoformat(),
            "valid_until": f"{today.year + 1}-12-31"})
    except Problem as problem:
        if problem.pointers() != ["/power"]:
            raise
        return False  # nobody decides this item by a power of his own
    return True


def powers(data, url):
    """Every approver of the demo decides what his department decides: its head says so."""
    roster = accounts_load(data)
    today = datetime.now(timezone(timedelta(hours=8))).date()
    heads = {department: login for login, department in holders(roster, "agency_head")}
    made = 0
    for approver, department in holders(roster, "approver"):
        head = officer(data, url, heads[department])
        items = [item["code"] for item in head.pages(f"/v1/items?department={department}")
                 if item["open"] and item["department"] == department]
        made += sum(delegate(head, approver, item, today) for item in items)
    print(f"{made} powers delegated")


def main(arguments):
    tasks = {"passwords": passwords, "wait": wait, "catalogue": catalogue, "accounts": accounts,
             "powers": powers, "approve": approve}
    try:
        tasks[arguments[0]](*arguments[1:])
    except (Failure, Problem, Unreachable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
