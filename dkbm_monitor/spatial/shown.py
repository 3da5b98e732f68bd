"""What the analyses of this package need of a release: values that may be shown, with their definitions and areas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.catalogue.words import category_name, dimension_name
from dkbm_monitor.core.frames import TOTAL, Values
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.districts.districts import Districts


class Shown(Protocol):
    """A release, by its shape: this floor stands beside the disclosure floor and does not import it."""

    @property
    def values(self) -> Values:
        """Protected values; what is hidden carries no number."""

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions by id."""

    @property
    def districts(self) -> Mapping[str, Districts]:
        """Areas by Gebietsstand id."""


def unknown(code: str, what: str, found: str, known: Collection[str], subject: str = "") -> Problem:
    """A problem that names what was asked for and what there is."""
    near = did_you_mean(found, known)
    there = _("Vorhanden: {known}.").format(known=", ".join(known)) if len(known) <= 12 else ""
    return Problem(
        code, Place(key=found), subject or found, what.format(found=found), " ".join(filter(None, [near, there]))
    )


def unknown_indicators(release: Shown, wanted: Iterable[str]) -> list[Problem]:
    """A problem for each id that is not part of the release."""
    what = _("Die Kennzahl „{found}“ ist nicht Teil dieser Freigabe.")
    return [unknown("G001", what, one, release.indicators) for one in wanted if one not in release.indicators]


def rows_of(
    release: Shown,
    indicator: str,
    *,
    levels: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> Values:
    """Rows of one indicator with text columns as plain text; what was asked for and is not there is a problem."""
    if lacking := unknown_indicators(release, [indicator]):
        raise ProblemsError(lacking)
    rows = release.values[release.values["indicator"] == indicator]
    text = ["breakdown", "gebietsstand", "level", "district", "period", "status", "flags", "sources"]
    rows = rows.astype(dict.fromkeys(text, "str"))
    raise_if_any(
        [
            *_lacking(
                "G002", _("Die Ebene „{found}“ gibt es für diese Kennzahl nicht."), levels, rows["level"].unique()
            ),
            *_lacking(
                "G003", _("Den Zeitraum „{found}“ gibt es für diese Kennzahl nicht."), periods, rows["period"].unique()
            ),
        ]
    )
    return rows if periods is None else rows[rows["period"].isin([str(one) for one in periods])]


def raise_if_any(problems: Sequence[Problem]) -> None:
    """Raise `ProblemsError` with all of them, if there are any."""
    if problems:
        raise ProblemsError(list(problems))


def oldest_first(periods: Iterable[str]) -> list[str]:
    """Each period once, by the year in which it begins."""
    known = periods.unique() if isinstance(periods, pd.Series) else periods
    return sorted(set(known), key=lambda one: (year_of(one), one))


def title_of(indicator: Indicator, breakdown: str = TOTAL) -> str:
    """What is counted, with the breakdown cell in words."""
    if breakdown == TOTAL:
        return str(indicator.title)
    cuts = [cut.partition("=") for cut in breakdown.split(",")]
    words = ", ".join(f"{dimension_name(dim.strip())}: {category_name(one)}" for dim, _sign, one in cuts)
    return f"{indicator.title} ({words})"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries with text keys."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _lacking(code: str, what: str, wanted: Sequence[str] | None, there: Iterable[str]) -> list[Problem]:
    known = sorted(set(there))
    return [unknown(code, what, str(one), known) for one in wanted or () if str(one) not in known]
