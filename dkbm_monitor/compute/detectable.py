"""How large must a change be before a district of that size can show it, and when would a target become visible?

Two periods are compared with the two-sided test of `compare_with_period`. A change counts as detectable if the test
finds it with probability `POWER`. Source of the formula: Fleiss, J. L., Levin, B. & Paik, M. C. (2003), Statistical
Methods for Rates and Proportions, 3rd ed., chapter 4 (without continuity correction, as R's `power.prop.test`); for
rates the same with a Poisson variance. Rough where fewer than about five cases are expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute import kinds
from dkbm_monitor.compute.amounts import amount
from dkbm_monitor.compute.compare import SIGNIFICANCE
from dkbm_monitor.compute.evidence import Evidence, Floats, Mask, evidence
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.keys import shifted
from dkbm_monitor.core.locale import _, with_unit

POWER = 0.8
HORIZON = 30  # years looked ahead; a target that needs longer is no help to anybody
STEPS = 60  # halvings of an interval: beyond the precision of a float
DETECTABLE_COLUMNS = ("smallest_rise", "smallest_fall")
TARGET_COLUMNS = ("target_change", "visible_after", "visible_in")


def power_of(before: Floats, n_before: Floats, after: Floats, n_after: Floats, is_share: Mask) -> Floats:
    """Probability that the test finds the change, if it is real; shares and rates as fractions."""
    return _power(before, n_before, after, n_after, is_share, SIGNIFICANCE)


def _power(
    before: Floats, n_before: Floats, after: Floats, n_after: Floats, is_share: Mask, significance: float
) -> Floats:
    pooled = (n_before * before + n_after * after) / (n_before + n_after)
    needed = -special.ndtri(significance / 2) * np.sqrt(_chance(pooled, is_share) * (1 / n_before + 1 / n_after))
    spread = np.sqrt(_chance(before, is_share) / n_before + _chance(after, is_share) / n_after)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = special.ndtr((np.abs(after - before) - needed) / spread)
    return np.where((spread == 0) & (after != before), 1.0, np.where(after == before, significance / 2, found))


def _chance(value: Floats, is_share: Mask) -> Floats:
    return np.where(is_share, np.maximum(value * (1 - value), 0.0), value)


def smallest_change(
    before: Floats,
    n_before: Floats,
    n_after: Floats,
    is_share: Mask,
    *,
    direction: Literal[1, -1],
    power: float = POWER,
    significance: float = SIGNIFICANCE,
) -> Floats:
    """Size of the smallest rise (`direction=1`) or fall (-1) that is found with probability `power`.

    As a positive fraction; NaN where even the largest possible change would not be found.
    """
    room = _room(before, n_before, n_after, is_share, direction)

    def found(change: Floats) -> Mask:
        after = before + direction * change
        enough: Mask = _power(before, n_before, after, n_after, is_share, significance) >= power
        return enough

    low, high = np.zeros_like(room), room.copy()
    for _halving in range(STEPS):
        middle = (low + high) / 2
        enough = found(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(found(room), high, np.nan)


def _room(before: Floats, n_before: Floats, n_after: Floats, is_share: Mask, direction: int) -> Floats:
    """How far a value can go: a fall ends at 0, a rise of a share at 1; a rate may rise as far as need be."""
    if direction < 0:
        return before.copy()
    unit = 1 / n_before + 1 / n_after
    return np.where(is_share, 1 - before, 100 * (np.sqrt(before * unit) + unit))


def years_until_visible(
    before: Floats,
    n_before: Floats,
    yearly: Floats,
    change: Floats,
    is_share: Mask,
    *,
    reached_after: int = 1,
    window: int | None = None,
    power: float = POWER,
    significance: float = SIGNIFICANCE,
) -> Floats:
    """Years after which a change (a fraction, signed) would be found; NaN if not within `HORIZON` or impossible.

    The change builds up evenly over `reached_after` years and then stays. Each year adds `yearly` people; all years
    since are added up, or the latest `window` of them. The mean effect of the years added is what can be seen.
    """
    after = before + change
    possible = (after >= 0) & ((after <= 1) | ~is_share) & (change != 0)
    change = np.where(possible, change, np.nan)
    out = np.full(len(before), np.nan)
    for year in range(1, HORIZON + 1):
        first = 1 if window is None else max(1, year - window + 1)
        effect = np.minimum(np.arange(first, year + 1) / reached_after, 1.0).mean()
        n_after = yearly * (year - first + 1)
        found = _power(before, n_before, before + effect * change, n_after, is_share, significance) >= power
        out = np.where(np.isnan(out) & found, float(year), out)
    return out


def detectable(
    values: Values,
    indicators: Mapping[str, Indicator],
    *,
    target: float | Mapping[str, float] | None = None,
    reached_after: int = 1,
    window: int | None = None,
    power: float = POWER,
    significance: float = SIGNIFICANCE,
) -> pd.DataFrame:
    """Values with the columns of `DETECTABLE_COLUMNS`, and with a target those of `TARGET_COLUMNS`.

    `smallest_rise` and `smallest_fall` say, in the indicator's unit, what could be shown between the row's period and
    a later one with as many people; missing where nothing could, or where a value is hidden or has no counts.
    `target` is a change in the indicator's unit (-5: five points down), one for all or one per indicator.
    `visible_after` is the number of years until it could be shown, `visible_in` the period; both missing if it
    could not within `HORIZON` years. Years are added up, which is right where each year brings new people (school
    entrants, leavers); where the same people are counted every year (residents, recipients) set `window=1`, for they
    tell little new. The test is for one district; testing many at once needs larger changes.
    """
    counts = evidence(values, indicators)
    before = kinds.ratio(counts.numerator, counts.denominator)
    n = counts.denominator
    out = values.copy()
    for column, direction in (("smallest_rise", 1), ("smallest_fall", -1)):
        change = smallest_change(
            before,
            n,
            n,
            counts.is_share,
            direction=1 if direction > 0 else -1,
            power=power,
            significance=significance,
        )
        out[column] = counts.per * change
    if target is None:
        return out
    wanted = _wanted(values, target)
    years = years_until_visible(
        before,
        n,
        n / _pooled(values, indicators),
        wanted / counts.per,
        counts.is_share,
        reached_after=reached_after,
        window=window,
        power=power,
        significance=significance,
    )
    return _with_target(out, counts, wanted, years)


def _wanted(values: Values, target: float | Mapping[str, float]) -> Floats:
    if not isinstance(target, Mapping):
        return np.full(len(values), float(target))
    return np.asarray(values["indicator"].astype("str").map(dict(target)), dtype="float64")


def _pooled(values: Values, indicators: Mapping[str, Indicator]) -> Floats:
    pooled = {key: float(card.pool_years) for key, card in indicators.items()}
    return np.asarray(values["indicator"].astype("str").map(pooled), dtype="float64")


def _with_target(out: pd.DataFrame, counts: Evidence, wanted: Floats, years: Floats) -> pd.DataFrame:
    visible = np.isfinite(years)
    out["target_change"] = np.where(counts.usable, wanted, np.nan)
    out["visible_after"] = pd.array(
        [int(year) if known else None for year, known in zip(years, visible, strict=True)], dtype="Int64"
    )
    periods = out["period"].astype("str")
    out["visible_in"] = pd.array(
        [shifted(one, int(year)) if known else None for one, year, known in zip(periods, years, visible, strict=True)],
        dtype="str",
    )
    return out


def detectable_sentence(row: Mapping[str, Any], indicator: Indicator) -> str:
    """A row of `detectable` as one plain sentence, two with a target; empty where there are no counts."""
    if pd.isna(row["denominator"]) or pd.isna(row["low"]):
        return ""
    known = [(_("ein Anstieg"), row["smallest_rise"]), (_("ein Rückgang"), row["smallest_fall"])]
    each = [
        _("{change} um mindestens {amount}").format(change=change, amount=amount(float(size), indicator, round_up=True))
        for change, size in known
        if pd.notna(size)
    ]
    if each:
        said = _("Von einem Zeitraum zum anderen ist hier erst {changes} verlässlich nachweisbar.").format(
            changes=_(" oder ").join(each)
        )
    else:
        said = _("Von einem Zeitraum zum anderen ist hier keine Veränderung verlässlich nachweisbar.")
    return f"{said} {_target_sentence(row, indicator)}".strip()


def _target_sentence(row: Mapping[str, Any], indicator: Indicator) -> str:
    wanted = row.get("target_change")
    if wanted is None or pd.isna(wanted) or wanted == 0:
        return ""
    change = _("Ein Rückgang") if wanted < 0 else _("Ein Anstieg")
    size = amount(float(wanted), indicator)
    reached = float(row["value"]) + float(wanted)
    if reached < 0 or (indicator.kind == "share" and reached > indicator.per):
        value = with_unit(float(row["value"]), str(indicator.unit), indicator.decimals)
        return _("{change} um {amount} ist bei einem Wert von {value} nicht möglich.").format(
            change=change, amount=size, value=value
        )
    if pd.isna(row["visible_after"]):
        return _("{change} um {amount} wäre bei diesen Fallzahlen auch nach {years} Jahren nicht sichtbar.").format(
            change=change, amount=size, years=HORIZON
        )
    return _("{change} um {amount} würde frühestens {period} sichtbar.").format(
        change=change, amount=size, period=row["visible_in"]
    )
