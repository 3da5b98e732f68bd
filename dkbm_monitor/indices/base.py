"""One part of an index, ready to be doubted: its districts, its values and how the recipe computes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Text
from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.indices import aggregate as aggregation
from dkbm_monitor.indices import classify, composite
from dkbm_monitor.indices.models import Aggregate, Classes, Missing, Normalise, Part, Weights
from dkbm_monitor.indices.normalise import NOTHING, normalise, rank
from dkbm_monitor.indices.weights import weights_of

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
FEWEST = 3  # districts below which nothing can be said about an index


@dataclass(frozen=True)
class Base:
    """A computed part and its districts, without those that have no index.

    `values` holds the members as they enter, turned so that high means the same everywhere; `turn` says with which
    sign and `logs` whether by logarithm. `score` is the aggregate, `codes` the class from 0 up (-1: no classes),
    `weights` adds up to 1 in absolute terms.
    """

    part: Part
    values: pd.DataFrame
    weights: Floats
    score: pd.Series[float]
    codes: pd.Series[int]
    bounds: Mapping[str, Floats] = field(default_factory=dict)
    turn: Mapping[str, float] = field(default_factory=dict)
    logs: frozenset[str] = frozenset()

    @property
    def members(self) -> tuple[str, ...]:
        """Ids of the members."""
        return tuple(self.values.columns)

    @property
    def districts(self) -> tuple[str, ...]:
        """Keys of the districts."""
        return tuple(self.values.index)

    @property
    def x(self) -> Floats:
        """The values as an array (districts, members)."""
        return self.values.to_numpy(float)

    @property
    def rank(self) -> pd.Series[int]:
        """Place by the index: 1 has the highest value; equal values share the better place."""
        score = np.asarray(self.score, dtype=np.float64)
        places = rank(score[:, None], ties="min", descending=True)[:, 0]
        return pd.Series(places.astype(int), index=self.score.index)

    @property
    def class_names(self) -> list[str]:
        """Names of the classes, from low to high values."""
        return composite.class_names(self.part.classes)

    @property
    def standardised(self) -> Floats:
        """The index in standard deviations from its mean."""
        score = self.score.to_numpy(float)
        z: Floats = (score - score.mean()) / score.std()
        return z


def base_of(result: composite.IndexResult, part: str = "", *, period: str = "") -> Base:
    """A part of a computed index (the last one, if none is named), in one period (the latest)."""
    name = part or list(result.parts)[-1]
    if name not in result.parts:
        msg = f"part '{name}' is not in the recipe; it has {', '.join(result.parts)}"
        raise ValueError(msg)
    found = result.parts[name]
    rows = found.sums.notna()
    label = ""
    if result.prepared.periods is not None:
        label = period or max(result.prepared.periods[rows])
        rows &= result.prepared.periods == label
    keys = result.prepared.keys[rows]
    weights = found.weights.loc[label if label in found.weights.index else ""].to_numpy(float)
    logs = {one.id for one in result.recipe.members if one.transform == "log"}
    turn = {one.id: 1.0 if one.direction == result.recipe.orientation else -1.0 for one in result.recipe.members}
    return _checked(
        Base(
            part=found.part,
            values=found.inputs[rows].set_axis(list(keys), axis=0),
            weights=weights / np.abs(weights).sum(),
            score=pd.Series(found.sums[rows].to_numpy(float), index=list(keys)),
            codes=pd.Series(found.codes[rows].to_numpy(), index=list(keys)),
            bounds=composite._bounds(result.recipe, found.part),
            turn={one: turn.get(one, 1.0) for one in found.part.inputs},
            logs=frozenset(logs),
        )
    )


def base_from(
    values: pd.DataFrame,
    *,
    normalise: Normalise | None = None,
    weights: Mapping[str, float] | None = None,
    aggregate: Aggregate | None = None,
    index: Normalise | None = None,
    missing: Missing | None = None,
    classes: Classes | None = None,
    name: str = "index",
) -> Base:
    """An index straight from a table: keys as index, one column a member, high meaning the same in all of them."""
    members = [str(one) for one in values.columns]
    given = Weights(method="given", values=dict(weights)) if weights else Weights(method="equal")
    part = Part(
        id=name,
        title=Text(de=name, en=name),
        of=tuple(members),
        normalise=normalise or Normalise(method="z"),
        weights=given,
        aggregate=aggregate or Aggregate(method="arithmetic"),
        index=index or Normalise(method="z"),
        missing=missing or Missing(),
        classes=classes,
    )
    raw = pd.DataFrame(values.to_numpy(float), index=[str(one) for one in values.index], columns=members)
    _refuse(_problems(raw, part.id))
    return computed(part, raw)


def computed(part: Part, values: pd.DataFrame) -> Base:
    """Compute a part on its values; districts without index stay out."""
    x = values.to_numpy(float)
    if part.missing.rule == "exclude":
        x = np.where(np.isnan(x).any(-1, keepdims=True), np.nan, x)
    measured = normalise(x, part.normalise)
    weights, _explained = weights_of(part.weights, part.inputs, measured)
    if part.missing.rule == "mean":
        measured = aggregation.filled(measured)
    sums = aggregation.aggregate(measured, weights, part.aggregate)
    sums = np.where(aggregation.complete(measured, weights, part.missing), sums, np.nan)
    index = normalise(sums[:, None], part.index)[:, 0]
    codes = codes_of(part.classes, index)
    known = ~np.isnan(sums)
    keys = values.index[known]
    return _checked(
        Base(
            part=part,
            values=values[known],
            weights=weights / np.abs(weights).sum(),
            score=pd.Series(sums[known], index=keys),
            codes=pd.Series(codes[known], index=keys),
            turn=dict.fromkeys(part.inputs, 1.0),
        )
    )


def codes_of(classes: Classes | None, index: Floats) -> Codes:
    """Classes of one index, by the methods of a recipe."""
    if classes is None:
        return np.full(len(index), -1, dtype=np.int64)
    if classes.method in ("ceil", "floor"):
        return classify.by_rank(rank(index[:, None], ties="min")[:, 0], classes.k or 1, floor=classes.method == "floor")
    return classify.by_limits(index, classify.limits_of(index, classes))


def _checked(base: Base) -> Base:
    _refuse(_problems(base.values, base.part.id))
    if not np.ptp(base.score.to_numpy(float)) > 0:
        what = _("Der Index hat in allen Gebieten denselben Wert.")
        hint = _("Bitte prüfen, ob sich die Mitglieder gegenseitig aufheben.")
        _refuse([Problem("I063", Place(key=base.part.id), base.part.id, what, hint)])
    return base


def _refuse(found: list[Problem]) -> None:
    if found:
        raise ProblemsError(found)


def _problems(values: pd.DataFrame, name: str) -> list[Problem]:
    """Everything that makes an examination of these values pointless."""
    found = []
    if len(values) < FEWEST:
        what = plural("Nur {n} Gebiet hat einen Index.", "Nur {n} Gebiete haben einen Index.", len(values))
        hint = _("Für eine Prüfung braucht es mindestens {n} Gebiete.").format(n=FEWEST)
        found.append(Problem("I060", Place(key=name), name, what, hint))
    if values.shape[1] < 2:
        what = _("Der Index hat nur ein Mitglied; eine Prüfung vergleicht mindestens zwei.")
        found.append(Problem("I066", Place(key=name), name, what))
    return found + [one for member in values.columns if (one := _about(member, values[member], name)) is not None]


def _about(member: str, values: pd.Series[float], name: str) -> Problem | None:
    """What is wrong with one member: no number at all, or the same number everywhere."""
    known = values.dropna()
    place = Place(column=member, key=name)
    if known.empty:
        what = _("Das Mitglied „{member}“ enthält keine einzige Zahl.").format(member=member)
        return Problem("I061", place, member, what, _("Bitte eine andere Spalte angeben oder es weglassen."))
    low, high = float(known.min()), float(known.max())
    if len(known) > 1 and high - low <= NOTHING * max(abs(low), abs(high)):
        what = _("Das Mitglied „{member}“ hat überall denselben Wert ({value}); es unterscheidet kein Gebiet.")
        shown = what.format(member=member, value=number(low, 2))
        return Problem("I062", place, member, shown, _("Bitte die Spalte prüfen oder das Mitglied weglassen."))
    return None
