"""Collection points: branches post to the same ledger, take what they may, and a day without money is
told."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, pay_when_due, road_filing
from certificate_test import Card
from checks import HallTest, eventually
from suite import CHANGE_FEN

POINT, OTHER = "CP01", "CP02"  # CP01: every working day; CP02: Tuesdays and Thursdays, not on 5 March
DAY = "2026-03-02"  # a Monday
CARD_FEN = 2000
