"""The size of a difference in words: points for percentages, never a false zero."""

from __future__ import annotations

import math

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.locale import NO_BREAK, _, number


def amount(difference: float, indicator: Indicator, *, round_up: bool = False) -> str:
    """The size of a difference, without its sign: `1,2 Prozentpunkte`, `3,0 Plätze je 100 Kinder`.

    `round_up` never makes it smaller than it is, for limits that something must reach.
    """
    size = abs(difference)
    step = 10.0**-indicator.decimals
    shown = math.ceil(size / step - 1e-9) * step if round_up else size
    if 0 < shown < step / 2:
        return _("weniger als {amount}").format(amount=_with_unit(step, indicator))
    return _with_unit(shown, indicator)


def _with_unit(size: float, indicator: Indicator) -> str:
    text = number(size, indicator.decimals)
    if str(indicator.unit) != "%":
        return text + NO_BREAK + str(indicator.unit)
    if text == "1":
        return _("1\u00a0Prozentpunkt")
    return _("{n}\u00a0Prozentpunkte").format(n=text)
