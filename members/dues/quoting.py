"""What the dues of a month come to (domain.md §3.3). Nothing of it is stored: incomes do not belong in the portal."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db import models

from branches.rules.models import Rule
from branches.rules.services import rules_on

FEN = Decimal("0.01")
BASE_MOST = Decimal("9999999.99")  # yuan; more is a slip of the keys


class Kind(models.TextChoices):
    """What the base is: it decides the table."""

    WAGE = "WAGE", "工资或经营收入"
    PENSION = "PENSION", "离退休金"


FIXED = ("DUES_FARMER_LEAST", "DUES_FARMER_MOST", "DUES_NO_INCOME")  # amounts a month, whatever the income


class Quote(NamedTuple):
    """`step` is the row of the table that holds (its value in percent), `amount` in yuan with two decimals."""

    step: Rule
    amount: Decimal


def quote(base, kind=Kind.WAGE, on=None):
    """The dues of a monthly base in yuan after tax: one rate on the whole of it, rounded half up to the fen."""
    step = rules_on(on).step(f"DUES_{kind}", base)
    return Quote(step, (base * step.value / 100).quantize(FEN, ROUND_HALF_UP))
