"""Types of districts that resemble each other in several indicators.

Ward's method finds a start on z-values, k-means refines it. Types describe one point in time and are no tool for
tracking: Berlin replaced clusters by an index in 2007 for that reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.core.status import RANK, Status
from dkbm_monitor.spatial import clustering
from dkbm_monitor.spatial.area_words import name_of, type_notes
from dkbm_monitor.spatial.chance import Sampling
from dkbm_monitor.spatial.shown import Shown
from dkbm_monitor.spatial.standardised import StandardisedTable, standardised

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

FEWEST, MOST = 4, 7  # as many types as can be told apart and remembered
LEAST_MEMBERS = 3  # a type of one or two districts is a special case, not a type
STABLE = 0.75  # Hennig (2007): from here on a group is found again
DISSOLVED = 0.6  # below, it should not be interpreted
SUMMED = ("share", "rate", "mean")


@dataclass(frozen=True)
class AreaTypes:
    """Districts by type, with everything that led there.

    `districts` has a row for each district: `type` (a letter; empty where not assigned), `silhouette` (how clearly it
    belongs there, -1 to 1), `status` (`ok`, or why it has no type) and `between` (nearer to another type). `profile`
    has a row for each type and indicator: mean z-value, the value of all its districts together (counts added
    first; NaN where counts do not add up), median, lowest and highest value. `types` has a row for each type: name,
    number of districts, overlap with the type found again in resampled districts. `candidates` shows the numbers of
    types tried. Letters go by size and mean nothing else.
    """

    table: StandardisedTable
    types: pd.DataFrame
    districts: pd.DataFrame
    profile: pd.DataFrame
    candidates: pd.DataFrame
    stability: clustering.Stability
    sampling: Sampling
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> Mapping[str, str]:
        """Letter -> neutral name."""
        return dict(zip(self.types["type"], self.types["name"], strict=True))

    @property
    def rand(self) -> float:
        """Mean adjusted Rand index over the resampled districts: 1 for types found again exactly."""
        return float(self.stability.rand.mean())

    @property
    def notes(self) -> tuple[str, ...]:
        """What must stand beside these types."""
        n_without = int((self.districts["type"] == "").sum())
        return type_notes(self.rand, n_without, stable=STABLE, dissolved=DISSOLVED)


def area_types(
    release: Shown,
    indicators: Sequence[str],
    *,
    n_types: int | None = None,
    period: str | int | None = None,
    level: str | None = None,
    sampling: Sampling = Sampling(draws=100),  # noqa: B008 - frozen
) -> AreaTypes:
    """Group the districts of a level by several indicators; without `n_types` the clearest of four to seven types.

    Districts that lack a value of one indicator get no type and keep the reason. Raises `ProblemsError` for unknown,
    empty or constant indicators and for too few districts.
    """
    table = standardised(release, indicators, period=period, level=level)
    complete = table.z.notna().all(axis=1)
    points = table.z[complete].to_numpy()
    tried = _numbers(n_types, len(points))
    groupings = {number: clustering.grouped(points, number) for number in tried}
    candidates = pd.DataFrame([_candidate(points, number, labels) for number, labels in groupings.items()])
    chosen = _chosen(candidates)
    labels = groupings[chosen]
    rng = sampling.generator("area types", table.gebietsstand, table.level, *indicators)
    found_again = clustering.stability(points, labels, sampling.draws, rng)
    profile = _profile(table, complete, labels)
    types = _types(table, profile, labels, found_again)
    return AreaTypes(
        table=table,
        types=types,
        districts=_districts(table, complete, points, labels),
        profile=profile,
        candidates=candidates.assign(chosen=candidates["n_types"] == chosen),
        stability=found_again,
        sampling=sampling,
        problems=(*_counts_among(table), *_special(types), *_unstable(types)),
    )


def _numbers(n_types: int | None, n_districts: int) -> list[int]:
    """Numbers of types to try; each type must be able to have a few districts."""
    asked = list(range(FEWEST, MOST + 1)) if n_types is None else [n_types]
    if n_types is not None and not 2 <= n_types <= len(ascii_uppercase):
        what = _("{n} Typen sind nicht möglich; sinnvoll sind vier bis sieben.").format(n=n_types)
        raise ProblemsError([Problem("G015", Place(), "", what)])
    tried = [number for number in asked if number * LEAST_MEMBERS <= n_districts]
    if not tried:
        what = _("Für {n} Typen reichen die Gebiete nicht: {found} haben alle Werte, gebraucht werden {least}.")
        what = what.format(n=asked[0], found=n_districts, least=asked[0] * LEAST_MEMBERS)
        hint = _("Weniger Typen oder Kennzahlen wählen, oder eine feinere Ebene.")
        raise ProblemsError([Problem("G016", Place(), "", what, hint)])
    return tried


def _candidate(points: Floats, number: int, labels: Labels) -> dict[str, float]:
    spread = points - clustering.centres(points, labels)[labels]
    return {
        "n_types": number,
        "silhouette": float(clustering.silhouettes(points, labels).mean()),
        "smallest": int(np.bincount(labels).min()),
        "explained": 1 - float((spread**2).sum() / ((points - points.mean(axis=0)) ** 2).sum()),
    }


def _chosen(candidates: pd.DataFrame) -> int:
    """The clearest number of types among those without tiny ones; fewer types where equal."""
    large = candidates[candidates["smallest"] >= LEAST_MEMBERS]
    best = (large if len(large) else candidates).sort_values(["silhouette", "n_types"], ascending=[False, True])
    return int(best["n_types"].iloc[0])


def _profile(table: StandardisedTable, complete: pd.Series[bool], labels: Labels) -> pd.DataFrame:
    """One row per type and indicator: mean z-value, value from added counts, median, lowest and highest value."""
    letters = np.array(list(ascii_uppercase))[labels]

    def by_type(frame: pd.DataFrame, how: str) -> pd.DataFrame:
        return frame[complete].groupby(letters).agg(how)

    above, below = by_type(table.numerators, "sum"), by_type(table.denominators, "sum")
    countable = (table.numerators.notna() & table.denominators.notna())[complete].groupby(letters).all()
    is_summed = pd.Series({key: card.kind in SUMMED for key, card in table.indicators.items()})
    per = pd.Series({key: card.per for key, card in table.indicators.items()})
    parts = {
        "mean_z": by_type(table.z, "mean"),
        "value": (per * above / below.where(below > 0)).where(countable & is_summed),
        "median": by_type(table.values, "median"),
        "lowest": by_type(table.values, "min"),
        "highest": by_type(table.values, "max"),
    }
    long = {name: part.rename_axis(index="type", columns="indicator").stack() for name, part in parts.items()}
    order = pd.MultiIndex.from_product([sorted(set(letters)), list(table.indicators)], names=["type", "indicator"])
    profile: pd.DataFrame = pd.concat(long, axis=1).reindex(order).reset_index()
    return profile


def _types(
    table: StandardisedTable, profile: pd.DataFrame, labels: Labels, found_again: clustering.Stability
) -> pd.DataFrame:
    titles = {key: str(card.title) for key, card in table.indicators.items()}
    rows = []
    for number, (letter, mine) in enumerate(profile.groupby("type", sort=True)):
        means = dict(zip(mine["indicator"].map(titles), mine["mean_z"], strict=True))
        overlap = float(found_again.overlap[:, number].mean())
        size = int((labels == number).sum())
        rows.append({"type": letter, "name": name_of(str(letter), means), "n_districts": size, "overlap": overlap})
    return pd.DataFrame(rows)


def _districts(table: StandardisedTable, complete: pd.Series[bool], points: Floats, labels: Labels) -> pd.DataFrame:
    """Every district of the level, with its type or the reason why it has none."""
    ranks = table.statuses.map(lambda status: RANK[Status(status)])
    worst = ranks.max(axis=1).map({rank: str(status) for status, rank in RANK.items()})
    frame = pd.DataFrame({"name": table.names, "type": "", "silhouette": np.nan, "status": worst, "between": False})
    clear = clustering.silhouettes(points, labels)
    frame.loc[complete, "type"] = np.array(list(ascii_uppercase))[labels]
    frame.loc[complete, "silhouette"] = clear
    frame.loc[complete, "between"] = clear < 0
    frame.loc[complete, "status"] = str(Status.OK)
    return frame.rename_axis("district").reset_index()


def _counts_among(table: StandardisedTable) -> list[Problem]:
    """Absolute numbers group districts by their size, which is seldom meant."""
    what = _("„{title}“ ist eine absolute Zahl: Große Gebiete gelten dadurch als einander ähnlich.")
    hint = _("Besser einen Anteil oder eine Rate wählen.")
    absolute = {key: card for key, card in table.indicators.items() if card.kind == "count"}
    return [
        Problem("G017", Place(key=key), key, what.format(title=card.title), hint, Severity.WARNING)
        for key, card in absolute.items()
    ]


def _special(types: pd.DataFrame) -> list[Problem]:
    """A very small type is a district unlike all others."""
    found = types[types["n_districts"] < LEAST_MEMBERS]
    return [
        Problem("G018", Place(key=str(letter)), str(letter), _few_words(str(letter), int(n)), "", Severity.WARNING)
        for letter, n in zip(found["type"], found["n_districts"], strict=True)
    ]


def _few_words(letter: str, n: int) -> str:
    if n == 1:
        text = _("Typ {letter} besteht aus einem einzigen Gebiet: ein Sonderfall, der anders ist als alle übrigen.")
    else:
        text = _("Typ {letter} besteht aus nur {n} Gebieten: Sonderfälle, die anders sind als alle übrigen.")
    return text.format(letter=letter, n=n)


def _unstable(types: pd.DataFrame) -> list[Problem]:
    """A type that is not found again in resampled districts."""
    what = _("Typ {letter} entsteht bei anderer Auswahl der Gebiete nicht wieder und sollte nicht gedeutet werden.")
    found = types.loc[(types["overlap"] < DISSOLVED) & (types["n_districts"] >= LEAST_MEMBERS), "type"]
    return [
        Problem("G019", Place(key=letter), letter, what.format(letter=letter), "", Severity.WARNING) for letter in found
    ]
