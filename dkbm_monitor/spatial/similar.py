"""Districts that resemble a district, with the reasons: where they are alike, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.locale import _, number, with_unit
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.spatial.shown import Shown
from dkbm_monitor.spatial.standardised import LEAST_INDICATORS, StandardisedTable, row_of, standardised

ALIKE = 0.5  # standard deviations: up to here two districts count as alike in an indicator, beyond as different
MOST_REASONS = 3
LEAST_SHARED = 0.5  # share of the district's own indicators that both must have

ALIKE_WORD, DIFFERENT_WORD = "alike", "different"


@dataclass(frozen=True)
class SimilarDistricts:
    """The districts nearest to one district, in the order of their keys: nearness is no ranking.

    `found` has a row for each of them: `district`, `name`, `distance` (root mean square difference of the z-values
    both have) and `n_shared` (indicators both have). `reasons` has a row for each of them and each shared indicator:
    both values, both z-values, their `difference`, whether they are `alike` or `different`, and `named`: the few that
    tell most. `all_distances` holds every district of the level, NaN where too little is known.
    """

    district: str
    name: str
    table: StandardisedTable
    found: pd.DataFrame
    reasons: pd.DataFrame
    all_distances: pd.Series[float]

    def in_words(self) -> list[str]:
        """A sentence for each district found."""
        return [
            self._sentence(str(key), str(name))
            for key, name in zip(self.found["district"], self.found["name"], strict=True)
        ]

    def _sentence(self, district: str, name: str) -> str:
        named = self.reasons[(self.reasons["district"] == district) & self.reasons["named"]]
        alike, different = (self._listed(named[named["verdict"] == one]) for one in (ALIKE_WORD, DIFFERENT_WORD))
        if alike and different:
            text = _("{name} und {other}. Ähnlich: {alike}. Verschieden: {different}.")
        elif alike:
            text = _("{name} und {other}. Ähnlich: {alike}.")
        else:
            text = _("{name} und {other}. In keiner Kennzahl sehr ähnlich. Verschieden: {different}.")
        shared = int(self.found.loc[self.found["district"] == district, "n_shared"].iloc[0])
        words = text.format(name=self.name, other=name, alike=alike, different=different)
        return f"{words} {self._compared(shared)}".strip()

    def _listed(self, rows: pd.DataFrame) -> str:
        pairs = zip(rows["indicator"], rows["own_value"], rows["other_value"], strict=True)
        return " · ".join(_pair(self.table.indicators[key], own, other) for key, own, other in pairs)

    def _compared(self, shared: int) -> str:
        every = len(self.table.indicators)
        if shared == every:
            return ""
        return _("Verglichen sind {n} von {all} Kennzahlen.").format(n=number(shared), all=number(every))


def similar_districts(
    release: Shown,
    district: str,
    indicators: Sequence[str],
    *,
    n: int = 5,
    period: str | int | None = None,
    level: str | None = None,
) -> SimilarDistricts:
    """The `n` districts nearest to `district` (its key, or its name if no other has it) in several indicators.

    Indicators count equally, each in standard deviations; what one of the two lacks is left out of their comparison.
    Raises `ProblemsError` for an unknown district, one without values, and unknown, empty or constant indicators.
    """
    if n < 1:
        msg = f"at least one similar district must be asked for, not {n}"
        raise ValueError(msg)
    table = standardised(release, indicators, period=period, level=level)
    key = _key(table, district)
    own = row_of(table.z, key).notna()
    if own.sum() < LEAST_INDICATORS:
        raise ProblemsError([_too_little(str(table.names[key]), int(own.sum()))])
    distances = _distances(table, key)
    nearest = distances.dropna().sort_values(kind="stable").index[:n].sort_values()
    shared = (table.z.loc[nearest].notna() & own).sum(axis=1)
    found = pd.DataFrame({"name": table.names[nearest], "distance": distances[nearest], "n_shared": shared})
    return SimilarDistricts(
        district=key,
        name=str(table.names[key]),
        table=table,
        found=found.rename_axis("district").reset_index(),
        reasons=_reasons(table, key, nearest),
        all_distances=distances,
    )


def _distances(table: StandardisedTable, key: str) -> pd.Series[float]:
    """Distance of every other district, NaN for those that share too few indicators; order of the keys."""
    own = row_of(table.z, key)
    squares = (table.z - own) ** 2
    enough = squares.notna().sum(axis=1) >= max(LEAST_INDICATORS, LEAST_SHARED * int(own.notna().sum()))
    return (squares.mean(axis=1).where(enough) ** 0.5).drop(key).rename("distance")


def _reasons(table: StandardisedTable, key: str, others: pd.Index[str]) -> pd.DataFrame:
    """Long frame of both districts' values, with the few indicators worth naming marked."""
    z, own_z = table.z.loc[others], row_of(table.z, key)
    parts = {
        "own_value": _like(row_of(table.values, key), z),
        "other_value": table.values.loc[others],
        "own_z": _like(own_z, z),
        "other_z": z,
        "difference": z - own_z,
    }
    long = {name: part.rename_axis(index="district", columns="indicator").stack() for name, part in parts.items()}
    rows: pd.DataFrame = pd.concat(long, axis=1).reset_index().dropna(subset=["difference"])
    alike = rows["difference"].abs() <= ALIKE
    rows["verdict"] = np.where(alike, ALIKE_WORD, DIFFERENT_WORD)
    weight = np.where(alike, (rows["own_z"] + rows["other_z"]).abs() / 2, rows["difference"].abs())
    place = rows.assign(weight=-weight).groupby(["district", "verdict"])["weight"].rank(method="first")
    rows["named"] = place <= MOST_REASONS
    return rows.reset_index(drop=True)


def _like(row: pd.Series[float], frame: pd.DataFrame) -> pd.DataFrame:
    """The row once for each row of the frame."""
    return pd.DataFrame(np.tile(row.to_numpy(), (len(frame), 1)), index=frame.index, columns=frame.columns)


def _pair(card: Indicator, own: float, other: float) -> str:
    """An indicator with both values: "Wohndauer (61,0 und 62,5 %)"."""
    own_text, other_text = number(own, card.decimals), with_unit(other, str(card.unit), card.decimals)
    return _("{title} ({own} und {other})").format(title=card.title, own=own_text, other=other_text)


def _key(table: StandardisedTable, wanted: str) -> str:
    """The key of a district given by key or by a name that occurs once."""
    if wanted in table.names.index:
        return wanted
    named = table.names.index[table.names == wanted]
    if len(named) == 1:
        return str(named[0])
    if len(named) > 1:
        what = _("Den Namen „{found}“ tragen mehrere Gebiete: {keys}.").format(found=wanted, keys=", ".join(named))
        raise ProblemsError([Problem("G020", Place(key=wanted), wanted, what, _("Bitte den Schlüssel angeben."))])
    what = _("Das Gebiet „{found}“ gibt es auf dieser Ebene nicht.").format(found=wanted)
    known: Iterable[str] = [*table.names.index, *table.names]
    raise ProblemsError([Problem("G020", Place(key=wanted), wanted, what, did_you_mean(wanted, known))])


def _too_little(name: str, n: int) -> Problem:
    what = _("Für {name} sind zu wenige der gewählten Kennzahlen gezeigt ({n}), um ähnliche Gebiete zu finden.")
    hint = _("Andere Kennzahlen wählen oder eine gröbere Ebene.")
    return Problem("G021", Place(key=name), name, what.format(name=name, n=number(n)), hint)
