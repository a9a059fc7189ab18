"""Bank statements as XML: camt.053.001.08 and .02, and wrong ones on demand.

    statement_xml(statement)                        what is true
    statement_xml(statement, version="02")
    statement_xml(statement, wrong="closing")       one of WRONGS: what a bank must never send
    large_statement_xml(100000)                     a day of many entries, quickly
"""

from xml.sax.saxutils import escape

from bank import KINDS

WRONGS = {
    "opening": "the opening balance is a fen higher",
    "closing": "the closing balance is a fen higher",
    "summary": "the summary tells a sum that is a fen higher",
    "count": "the summary counts one entry more",
    "currency": "the last entry is in another currency",
    "double": "the last entry stands twice, with the same references",
    "lost": "the last entry is not there, the balances are",
    "negative": "the last amount has a sign",
    "namespace": "another version than was agreed",
    "cut": "the end of the file is missing",
}


def yuan(fen):
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _direction(is_credit):
    return f"<CdtDbtInd>{'CRDT' if is_credit else 'DBIT'}</CdtDbtInd>"


def _balance(code, fen, day, currency):
    return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">'
            f"{yuan(abs(fen))}</Amt>{_direction(fen >= 0)}<Dt><Dt>{day}</Dt></Dt></Bal>\n")


def _told(count, fen):
    return f"<NbOfNtries>{count}</NbOfNtries><Sum>{yuan(fen)}</Sum>"


def _summary(entries, version, wrong):
    credits = [entry.amount_fen for entry in entries if entry.is_credit]
    debits = [entry.amount_fen for entry in entries if not entry.is_credit]
    net = sum(credits) - sum(debits)
    count = len(entries) + (1 if wrong == "count" else 0)
    total = sum(credits) + sum(debits) + (1 if wrong == "summary" else 0)
    if version == "08":
        net_told = f"<TtlNetNtry><Amt>{yuan(abs(net))}</Amt>{_direction(net >= 0)}</TtlNetNtry>"
    else:
        net_told = f"<TtlNetNtryAmt>{yuan(abs(net))}</TtlNetNtryAmt>{_direction(net >= 0)}"
    return ("<TxsSummry>"
            f"<TtlNtries>{_told(count, total)}{net_told}</TtlNtries>"
            f"<TtlCdtNtries>{_told(len(credits), sum(credits))}</TtlCdtNtries>"
            f"<TtlDbtNtries>{_told(len(debits), sum(debits))}</TtlDbtNtries>"
            "</TxsSummry>\n")


def _remittance(entry):
    if not entry.text and not entry.reference:
        return ""
    text = f"<Ustrd>{escape(entry.text)}</Ustrd>" if entry.text else ""
    structured = ""
    if entry.reference:
        structured = ("<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
                      f"<Ref>{escape(entry.reference)}</Ref></CdtrRefInf></Strd>")
    return f"<RmtInf>{text}{structured}</RmtInf>"


def _party(entry, version):
    if not entry.party:
        return ""
    role = "Dbtr" if entry.is_credit else "Cdtr"
    name = f"<Nm>{escape(entry.party)}</Nm>"
    inner = f"<Pty>{name}</Pty>" if version == "08" else name
    return f"<RltdPties><{role}>{inner}</{role}></RltdPties>"


def _details(entry, version, currency):
    amount = f'<Amt Ccy="{currency}">{yuan(entry.amount_fen)}</Amt>{_direction(entry.is_credit)}'
    return ("<NtryDtls><TxDtls>"
            f"<Refs><AcctSvcrRef>{entry.bank_reference}</AcctSvcrRef>"
            f"<EndToEndId>{escape(entry.end_to_end_id or 'NOTPROVIDED')}</EndToEndId></Refs>"
            f"{amount if version == '08' else ''}{_party(entry, version)}{_remittance(entry)}"
            "</TxDtls></NtryDtls>\n")


def _entry(entry, version, currency, sign=""):
    family, sub_family = KINDS[entry.kind]
    domain = "ACMT" if family == "ACMT" else "PMNT"
    status = f"<Cd>{entry.status}</Cd>" if version == "08" else entry.status
    reversal = "<RvslInd>true</RvslInd>" if entry.is_reversal else ""
    return ("<Ntry>\n"
            f"<NtryRef>{entry.number}</NtryRef>"
            f'<Amt Ccy="{currency}">{sign}{yuan(entry.amount_fen)}</Amt>'
            f"{_direction(entry.is_credit)}{reversal}<Sts>{status}</Sts>\n"
            f"<BookgDt><Dt>{entry.day}</Dt></BookgDt><ValDt><Dt>{entry.day}</Dt></ValDt>"
            f"<AcctSvcrRef>{entry.bank_reference}</AcctSvcrRef>\n"
            f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd>"
            f"<SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
            f"{_details(entry, version, currency)}</Ntry>\n")


def _entries(statement, version, wrong):
    currency = statement.account.currency
    for entry in statement.entries[:-1]:
        yield _entry(entry, version, currency)
    for entry in statement.entries[-1:]:
        last = _entry(entry, version, "XTS" if wrong == "currency" else currency,
                      "-" if wrong == "negative" else "")
        yield {"double": last + last, "lost": ""}.get(wrong, last)


def _account(account, version):
    number = account.number
    identity = f"<Othr><Id>{number}</Id></Othr>"
    if number[:2].isalpha():
        identity = f"<IBAN>{number}</IBAN>"
    bic = "BICFI" if version == "08" else "BIC"
    return (f"<Acct><Id>{identity}</Id><Ccy>{account.currency}</Ccy>"
            f"<Ownr><Nm>{escape(account.owner)}</Nm></Ownr>"
            f"<Svcr><FinInstnId><{bic}>{account.bank.bic}</{bic}>"
            f"<Nm>{escape(account.bank.name)}</Nm>"
            f"<Othr><Id>{account.bank.clearing_number}</Id></Othr></FinInstnId></Svcr></Acct>\n")


def _statement(statement, version, wrong):
    currency = statement.account.currency
    day = statement.day
    yield (f"<Stmt><Id>{statement.statement_id}</Id>"
           f"<ElctrncSeqNb>{statement.number}</ElctrncSeqNb>"
           f"<CreDtTm>{day}T23:59:59+08:00</CreDtTm>"
           f"<FrToDt><FrDtTm>{day}T00:00:00+08:00</FrDtTm>"
           f"<ToDtTm>{day}T23:59:59+08:00</ToDtTm></FrToDt>\n")
    yield _account(statement.account, version)
    opening_fen = statement.opening_fen + (1 if wrong == "opening" else 0)
    closing_fen = statement.closing_fen + (1 if wrong == "closing" else 0)
    yield _balance("OPBD", opening_fen, day, currency)
    yield _balance("CLBD", closing_fen, day, currency)
    yield _summary(statement.entries, version, wrong)
    yield from _entries(statement, version, wrong)
    yield "</Stmt>\n"


def statements_xml(statements, version="08", wrong=None):
    """Several statements in one file."""
    if wrong is not None and wrong not in WRONGS:
        raise ValueError(f"no such fault: {wrong}")
    told = "04" if wrong == "namespace" else version
    first = statements[0]
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n'
             f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{told}">'
             "<BkToCstmrStmt>\n"
             f"<GrpHdr><MsgId>{first.statement_id}</MsgId>"
             f"<CreDtTm>{first.day}T23:59:59+08:00</CreDtTm></GrpHdr>\n"]
    for statement in statements:
        parts.extend(_statement(statement, version, wrong))
    parts.append("</BkToCstmrStmt></Document>\n")
    text = "".join(parts).encode()
    return text[:-40] if wrong == "cut" else text


def statement_xml(statement, version="08", wrong=None):
    """One statement as a file."""
    return statements_xml([statement], version, wrong)
