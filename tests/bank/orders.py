"""Orders to pay as a bank takes them: pain.001.001.09, read strictly.

What is wrong anywhere refuses the whole file, as banks do: another version, a number or sum of
transfers that is not that of the file, an id that stands twice, an amount that is none.
"""

import dataclasses
import datetime
import re
import xml.etree.ElementTree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAMES = {"p": NAMESPACE}


class OrderRefused(Exception):
    """Why an order file is not taken."""


@dataclasses.dataclass
class Transfer:
    end_to_end_id: str
    amount_fen: int
    currency: str
    creditor_name: str
    creditor_account: str
    reference: str
    text: str


@dataclasses.dataclass
class Group:
    group_id: str
    execution_day: datetime.date
    debtor_account: str
    transfers: list


@dataclasses.dataclass
class Order:
    message_id: str
    groups: list


def fen_of(text):
    """A positive amount as whole fen."""
    if not re.fullmatch(r"[0-9]{1,16}(\.[0-9]{1,2})?", text):
        raise OrderRefused("an amount is no amount")
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _text(node, path, default=None):
    found = node.find(path, NAMES)
    if found is None or found.text is None:
        if default is None:
            raise OrderRefused(f"{path} is missing")
        return default
    return found.text


def _account(node, path):
    """An account's IBAN, or the bank's own number."""
    return _text(node, f"{path}/p:Id/p:IBAN", "") or _text(node, f"{path}/p:Id/p:Othr/p:Id")


def _transfer(node):
    amount = node.find("p:Amt/p:InstdAmt", NAMES)
    if amount is None:
        raise OrderRefused("InstdAmt is missing")
    return Transfer(_text(node, "p:PmtId/p:EndToEndId"), fen_of(amount.text or ""),
                    amount.get("Ccy", ""), _text(node, "p:Cdtr/p:Nm"), _account(node, "p:CdtrAcct"),
                    _text(node, "p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref", ""),
                    _text(node, "p:RmtInf/p:Ustrd", ""))


def _totals_check(node, transfers):
    if int(_text(node, "p:NbOfTxs")) != len(transfers):
        raise OrderRefused("NbOfTxs is not the number of transfers")
    if fen_of(_text(node, "p:CtrlSum")) != sum(transfer.amount_fen for transfer in transfers):
        raise OrderRefused("CtrlSum is not the sum of the transfers")


def _group(node):
    if _text(node, "p:PmtMtd") != "TRF":
        raise OrderRefused("PmtMtd is not TRF")
    transfers = [_transfer(one) for one in node.findall("p:CdtTrfTxInf", NAMES)]
    _totals_check(node, transfers)
    day = datetime.date.fromisoformat(_text(node, "p:ReqdExctnDt/p:Dt"))
    return Group(_text(node, "p:PmtInfId"), day, _account(node, "p:DbtrAcct"), transfers)


def orders_read(xml_bytes):
    """An order file; OrderRefused with the reason."""
    if b"<!DOCTYPE" in xml_bytes:
        raise OrderRefused("there is a DOCTYPE")
    try:
        root = xml.etree.ElementTree.fromstring(xml_bytes)
    except xml.etree.ElementTree.ParseError as error:
        raise OrderRefused(f"is no XML: {error}") from error
    if root.tag != f"{{{NAMESPACE}}}Document":
        raise OrderRefused("is not pain.001.001.09")
    body = root.find("p:CstmrCdtTrfInitn", NAMES)
    if body is None:
        raise OrderRefused("CstmrCdtTrfInitn is missing")
    groups = [_group(node) for node in body.findall("p:PmtInf", NAMES)]
    transfers = [transfer for group in groups for transfer in group.transfers]
    _totals_check(body.find("p:GrpHdr", NAMES), transfers)
    ids = [transfer.end_to_end_id for transfer in transfers]
    if len(set(ids)) != len(ids):
        raise OrderRefused("an EndToEndId stands twice")
    return Order(_text(body, "p:GrpHdr/p:MsgId"), groups)
