"""Changes in words, from tests and never from signs.

A word is used only for a change the test has found. Of those, *deutlich* says that the change is at least a tenth of
the value at the start even at the cautious end of its interval, *leicht* that it is less than that even at the
generous end; in between, and where there is no interval, the plain word stands. What a change means depends on
the indicator's polarity; context is never judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator, Polarity
from dkbm_monitor.compute.amounts import amount
from dkbm_monitor.compute.compare import Verdict, compare_with_period
from dkbm_monitor.compute.evidence import Floats, Mask
from dkbm_monitor.compute.trend import LEAST_PERIODS, SERIES, Direction, trend
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.keys import shifted, year_of
from dkbm_monitor.core.locale import _, plural, with_unit

CLEAR = 0.1  # of the value at the start


class Change(StrEnum):
    """What may be said of a change."""

    CLEAR_RISE = "clear_rise"
    RISE = "rise"
    SLIGHT_RISE = "slight_rise"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    SLIGHT_FALL = "slight_fall"
    FALL = "fall"
    CLEAR_FALL = "clear_fall"
    NOT_TESTED = "not_tested"


RISES = frozenset({Change.CLEAR_RISE, Change.RISE, Change.SLIGHT_RISE})
FALLS = frozenset({Change.CLEAR_FALL, Change.FALL, Change.SLIGHT_FALL})


def words(change: Change | str) -> str:
    """The words for a change: `deutlich gestiegen`, `keine nachweisbare Veränderung`."""
    return {
        Change.CLEAR_RISE: _("deutlich gestiegen"),
        Change.RISE: _("gestiegen"),
        Change.SLIGHT_RISE: _("leicht gestiegen"),
        Change.NO_DETECTABLE_CHANGE: _("keine nachweisbare Veränderung"),
        Change.SLIGHT_FALL: _("leicht gesunken"),
        Change.FALL: _("gesunken"),
        Change.CLEAR_FALL: _("deutlich gesunken"),
        Change.NOT_TESTED: _("nicht prüfbar"),
    }[Change(change)]


def meaning(change: Change | str, polarity: Polarity) -> str:
    """One sentence on what a change found means; empty where none was found. Context is never judged."""
    rise = Change(change) in RISES
    if not rise and Change(change) not in FALLS:
        return ""
    if polarity == "burden":
        return (
            _("Das weist auf eine wachsende Belastung hin.")
            if rise
            else _("Das weist auf eine nachlassende Belastung hin.")
        )
    if polarity == "resource":
        return (
            _("Das weist auf eine wachsende Stärke hin.") if rise else _("Das weist auf eine nachlassende Stärke hin.")
        )
    if polarity == "context":
        return _("Die Angabe beschreibt den Rahmen und wird nicht gewertet.")
    return _("Ob das erwünscht ist, hängt vom Ziel ab.")


def changes(
    difference: Floats, interval: tuple[Floats, Floats], start: Floats, *, tested: Mask, found: Mask, clear: float
) -> np.ndarray:
    """What may be said of each difference from a value at the start, by whether the test could be made and found it.

    Where there is no interval (NaN) the plain word stands.
    """
    rise, (low, high) = difference > 0, interval
    near = np.where(np.sign(low) == np.sign(high), np.minimum(np.abs(low), np.abs(high)), 0.0)
    far = np.maximum(np.abs(low), np.abs(high))
    limit = clear * np.abs(start)
    is_clear, is_slight = (near >= limit) & (near > 0), far < limit
    named = [
        (~tested, Change.NOT_TESTED),
        (~found, Change.NO_DETECTABLE_CHANGE),
        (rise & is_clear, Change.CLEAR_RISE),
        (rise & is_slight, Change.SLIGHT_RISE),
        (rise, Change.RISE),
        (is_clear, Change.CLEAR_FALL),
        (is_slight, Change.SLIGHT_FALL),
    ]
    masks, names = zip(*named, strict=True)
    return np.select(masks, [str(name) for name in names], str(Change.FALL))


def trend_words(values: Values, indicators: Mapping[str, Indicator], *, clear: float = CLEAR) -> pd.DataFrame:
    """What `trend` says of each series, with the columns `change` (see `Change`) and `words`.

    The change judged is that of the whole time from the first period to the last.
    """
    table = trend(values, indicators)
    years = {one: year_of(one) for one in pd.unique(pd.concat([table["first"], table["last"]]))}
    span = (table["last"].map(years) - table["first"].map(years)).to_numpy(dtype="float64")
    start = _starts(values, table)
    slope, low, high = (table[one].to_numpy(dtype="float64") for one in ("slope", "slope_low", "slope_high"))
    direction = table["direction"]
    table["change"] = changes(
        slope,
        (span * low, span * high),
        start,
        tested=(direction != str(Direction.NOT_TESTED)).to_numpy(),
        found=direction.isin([str(Direction.RISING), str(Direction.FALLING)]).to_numpy(),
        clear=clear,
    )
    table["words"] = _in_words(table["change"])
    return table


def _starts(values: Values, table: pd.DataFrame) -> Floats:
    """The value of each series in its first period."""
    known = values[[*SERIES, "period", "value"]].astype(dict.fromkeys([*SERIES, "period"], "str"))
    wanted = table[[*SERIES, "first"]].astype("str").rename(columns={"first": "period"})
    return wanted.merge(known, on=[*SERIES, "period"], how="left", validate="1:1")["value"].to_numpy(dtype="float64")


def _in_words(change: pd.Series[str]) -> pd.Series[str]:
    return change.map({str(one): words(one) for one in Change}).astype("str")


def change_words(
    values: Values, indicators: Mapping[str, Indicator], *, years: int, clear: float = CLEAR
) -> pd.DataFrame:
    """What `compare_with_period` says of each value, with the columns `earlier` (period), `change` and `words`.

    Pooled periods that share years are no independent samples; they are not called tested.
    """
    table = compare_with_period(values, indicators, years=years)
    earlier = {one: shifted(one, -years) for one in table["period"].astype("str").unique()}
    table["earlier"] = table["period"].astype("str").map(earlier)
    difference, low, high, start = (
        table[one].to_numpy(dtype="float64")
        for one in ("difference", "difference_low", "difference_high", "reference_value")
    )
    verdict = table["verdict"]
    overlapping = {key for key, card in indicators.items() if card.pool_years > years}
    table["change"] = changes(
        difference,
        (low, high),
        start,
        tested=(verdict != str(Verdict.NOT_TESTED)).to_numpy() & ~table["indicator"].isin(overlapping).to_numpy(),
        found=verdict.isin([str(Verdict.ABOVE), str(Verdict.BELOW)]).to_numpy(),
        clear=clear,
    )
    table["words"] = _in_words(table["change"])
    return table


def trend_sentence(row: Mapping[str, Any], indicator: Indicator) -> str:
    """A row of `trend_words` as one or two plain sentences."""
    change = Change(row["change"])
    first, last = str(row["first"]), str(row["last"])
    if change is Change.NOT_TESTED:
        return _why_no_trend(int(row["n_periods"]), indicator)
    if change is Change.NO_DETECTABLE_CHANGE:
        return _("Von {first} bis {last} ist keine Veränderung nachweisbar.").format(first=first, last=last)
    said = _("Der Wert ist von {first} bis {last} {words}, im Mittel um {amount} im Jahr.").format(
        first=first, last=last, words=words(change), amount=amount(float(row["slope"]), indicator)
    )
    return f"{said} {meaning(change, indicator.polarity)}"


def _why_no_trend(n_periods: int, indicator: Indicator) -> str:
    if n_periods >= LEAST_PERIODS:
        return _("Die Entwicklung lässt sich mit diesen Angaben nicht prüfen.")
    if indicator.pool_years > 1:
        return plural(
            "Für eine Aussage zur Entwicklung liegt erst {n} Zeitraum ohne gemeinsame Jahre vor; "
            "nötig sind mindestens drei.",
            "Für eine Aussage zur Entwicklung liegen erst {n} Zeiträume ohne gemeinsame Jahre vor; "
            "nötig sind mindestens drei.",
            n_periods,
        )
    return plural(
        "Für eine Aussage zur Entwicklung liegt erst {n} vergleichbarer Zeitraum vor; nötig sind mindestens drei.",
        "Für eine Aussage zur Entwicklung liegen erst {n} vergleichbare Zeiträume vor; nötig sind mindestens drei.",
        n_periods,
    )


def change_sentence(row: Mapping[str, Any], indicator: Indicator) -> str:
    """A row of `change_words` as one or two plain sentences."""
    change, unit = Change(row["change"]), str(indicator.unit)
    last, first = str(row["period"]), str(row["earlier"])
    if change is Change.NOT_TESTED:
        return _why_no_comparison(row, first, last, indicator)
    before, after = (with_unit(float(row[one]), unit, indicator.decimals) for one in ("reference_value", "value"))
    if change is Change.NO_DETECTABLE_CHANGE:
        return _("Zwischen {first} ({before}) und {last} ({after}) ist keine Veränderung nachweisbar.").format(
            first=first, before=before, last=last, after=after
        )
    if before == after:
        said = _("Der Wert ist von {first} bis {last} {words}, um {amount}.").format(
            first=first, last=last, words=words(change), amount=amount(float(row["difference"]), indicator)
        )
    else:
        said = _("Der Wert ist von {before} ({first}) auf {after} ({last}) {words}.").format(
            before=before, first=first, after=after, last=last, words=words(change)
        )
    return f"{said} {meaning(change, indicator.polarity)}"


def _why_no_comparison(row: Mapping[str, Any], first: str, last: str, indicator: Indicator) -> str:
    for period, value in ((last, row["value"]), (first, row["reference_value"])):
        if pd.isna(value):
            return _("Ein Vergleich ist nicht möglich, weil für {period} kein Wert gezeigt werden kann.").format(
                period=period
            )
    if year_of(last) - year_of(first) < indicator.pool_years:
        return _(
            "Die Werte für {first} und {last} fassen zum Teil dieselben Jahre zusammen und lassen sich deshalb nicht "
            "vergleichen."
        ).format(first=first, last=last)
    return _("Bei dieser Kennzahl lässt sich nicht prüfen, ob die Veränderung über Zufall hinausgeht.")
