"""Did segregation rise or fall between two periods, beyond what chance explains?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number, with_unit
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.spatial.chance import CONFIDENCE, redrawn
from dkbm_monitor.spatial.evenness import dissimilarity
from dkbm_monitor.spatial.segregation import GROUP, REST, Segregation
from dkbm_monitor.spatial.shown import oldest_first, unknown

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SegregationChange:
    """Difference of the dissimilarity of two periods on one level, with its 95 % interval.

    Only districts with numbers in both periods are compared; `n_districts` says how many, `first_value` and
    `last_value` are their indices. The periods are read as independent samples. Most people are counted in both, so
    the interval is rather too wide than too narrow.
    """

    title: str
    level: str
    first: str
    last: str
    n_districts: int
    first_value: float
    last_value: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """Later value minus earlier value."""
        return self.last_value - self.first_value

    @property
    def is_detectable(self) -> bool:
        """True if the interval of the difference does not hold zero."""
        return self.low > 0 or self.high < 0

    def in_words(self) -> str:
        """The change in a sentence."""
        if not self.is_detectable:
            text = _("{title}: Zwischen {first} und {last} lässt sich keine Veränderung der Verteilung nachweisen.")
        elif self.difference > 0:
            text = _(
                "{title}: Zwischen {first} und {last} ist die Verteilung ungleicher geworden (von {one} auf {two})."
            )
        else:
            text = _("{title}: Zwischen {first} und {last} ist die Verteilung gleicher geworden (von {one} auf {two}).")
        one, two = number(100 * self.first_value, 1), with_unit(100 * self.last_value, "%", 1)
        return text.format(title=self.title, first=self.first, last=self.last, one=one, two=two)


def segregation_change(found: Segregation, *, level: str, first: str | int, last: str | int) -> SegregationChange:
    """Compare two periods of a result on one level and one Gebietsstand.

    Raises `ProblemsError` if one of them has no index there, or if they lie in different Gebietsstände: other
    boundaries, another index.
    """
    periods = str(first), str(last)
    rows = found.districts[found.districts["level"] == level]
    _check(rows, level, periods)
    stands = set.intersection(*(set(rows.loc[rows["period"] == one, "gebietsstand"]) for one in periods))
    if not stands:
        what = _("{first} und {last} liegen in verschiedenen Gebietsständen; ihre Werte sind nicht vergleichbar.")
        raise ProblemsError([Problem("G022", Place(key=level), level, what.format(first=first, last=last))])
    counts = _both(rows[rows["gebietsstand"] == max(stands)], periods)
    value = dissimilarity(counts)
    draws = [
        redrawn(one, {"d": dissimilarity}, found.sampling, "change", found.indicator, found.breakdown, level, period)[
            "d"
        ]
        for one, period in zip(counts, periods, strict=True)
    ]
    low, high = _interval(float(value[1] - value[0]), draws[1] - draws[0])
    return SegregationChange(
        found.title, level, *periods, counts.shape[-1], float(value[0]), float(value[1]), low, high
    )


def _check(rows: pd.DataFrame, level: str, periods: tuple[str, str]) -> None:
    known = oldest_first(rows["period"])
    what = _("Für „{found}“ gibt es auf dieser Ebene keinen Wert der Segregation.")
    if not known:
        raise ProblemsError([unknown("G002", what, level, [])])
    lacking = [unknown("G003", what, one, known, level) for one in periods if one not in known]
    if lacking:
        raise ProblemsError(lacking)


def _both(rows: pd.DataFrame, periods: tuple[str, str]) -> Floats:
    """Period × group × district, for the districts both periods have."""
    wide = rows.pivot(index="district", columns="period", values=[GROUP, REST]).sort_index()
    parts = [[wide[(group, period)] for group in (GROUP, REST)] for period in periods]
    counts = np.array(parts, dtype="float64")
    return np.asarray(counts[..., ~np.isnan(counts).any(axis=(0, 1))])


def _interval(difference: float, draws: Floats) -> tuple[float, float]:
    """Basic bootstrap as in `chance.interval`, for a number that may be negative."""
    tail = (1 - CONFIDENCE) / 2
    upper, lower = np.quantile(draws, [1 - tail, tail])
    return float(2 * difference - upper), float(2 * difference - lower)
