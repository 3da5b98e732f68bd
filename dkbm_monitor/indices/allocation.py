"""What the choices behind an index do to money or posts: spread of a budget key, and who changes sides of a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, plural, with_unit
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.classing import class_rule
from dkbm_monitor.indices.ranks import rank_rows
from dkbm_monitor.indices.robustness import Robustness
from dkbm_monitor.indices.scoring import FINE, Scorer

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Key:
    """How a budget follows an index.

    `by="index"`: in proportion to the part of the standardised index above `above`. `by="class"`: in proportion to
    `class_weights` (class -> weight). Both times multiplied by `size` (children of a district, for instance; 1 where
    nothing is given). `whole` hands out whole units (posts) by largest remainders.
    """

    total: float
    unit: str = "Euro"
    by: Literal["index", "class"] = "index"
    above: float = 0.0
    class_weights: Mapping[str, float] = field(default_factory=dict)
    size: pd.Series[float] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Allocation:
    """The budget of each district in each computed variant.

    `amounts` (variants, districts); its first row is the recipe. Every row adds up to the total. `idle` counts
    variants in which nobody would get anything; they are not among the rows.
    """

    key: Key
    amounts: npt.NDArray[np.float32]
    districts: tuple[str, ...]
    idle: int

    def table(self, *, level: float = 0.90) -> pd.DataFrame:
        """Per district: amount by the recipe, median and interval over the variants, and spread (high - low)."""
        tail = (1 - level) / 2
        low, median, high = np.quantile(self.amounts, [tail, 0.5, 1 - tail], axis=0)
        return pd.DataFrame(
            {
                "amount": self.amounts[0].astype(float),
                "median": median,
                "low": low,
                "high": high,
                "spread": high - low,
                "least": self.amounts.min(0).astype(float),
                "most": self.amounts.max(0).astype(float),
            },
            index=pd.Index(self.districts, name="district"),
        )

    @property
    def moved(self) -> Floats:
        """Share of the total that each variant gives to other districts than the recipe does."""
        away = np.abs(self.amounts - self.amounts[0]).sum(1) / 2
        share: Floats = away.astype(float) / self.key.total
        return share

    def in_words(self) -> str:
        """One sentence: how much of the budget hangs on the choices."""
        half = with_unit(100 * float(np.median(self.moved)), "%", 1)
        most = with_unit(100 * float(np.quantile(self.moved, 0.95)), "%", 1)
        what = _(
            "In der Hälfte der Varianten gingen höchstens {half} des Budgets an andere Gebiete als nach dem Rezept, "
            "in 95 von 100 Varianten höchstens {most}."
        )
        return what.format(half=half, most=most)


def allocate(found: Robustness, key: Key) -> Allocation:
    """Hand out a budget once per computed variant."""
    base = found.base
    if found.plan.rows[0].any():
        msg = "the first variant of the plan must be the recipe; make the plan with plan_variants"
        raise ValueError(msg)
    size = _size(base, key)
    weights = _class_weights(base, key)
    amounts = np.empty((len(found.plan), len(base.districts)), dtype=np.float32)
    some = np.zeros(len(found.plan), dtype=bool)
    for rows, need in _needs(found, key, weights):
        parts = need * size
        all_together = parts.sum(1, keepdims=True)
        some[rows] = all_together[:, 0] > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            shared = key.total * parts / all_together
        amounts[rows] = _whole(shared, round(key.total)) if key.whole else shared
    if not some[0]:
        what = _("Nach dem Rezept bekäme kein Gebiet etwas.")
        hint = _("Bitte Klassengewichte, Größe oder Schwelle prüfen.")
        raise ProblemsError([Problem("I072", Place(key=base.part.id), base.part.id, what, hint)])
    idle = int((~some[found.rows]).sum())
    return Allocation(key, amounts[found.rows[some[found.rows]]], base.districts, idle)


def _needs(found: Robustness, key: Key, weights: Floats) -> Iterator[tuple[npt.NDArray[np.int64], Floats]]:
    """Need of every district in each variant, chunk by chunk."""
    rule = class_rule(found.base)
    for chunk in Scorer(found.plan).chunks():
        if key.by == "class":
            codes = rule.codes(chunk.score, rank_rows(chunk.score))
            codes[(found.plan.rows[chunk.rows] == 0).all(1)] = rule.base
            need = weights[codes]
        else:
            score = chunk.score.astype(float)
            z = (score - score.mean(1, keepdims=True)) / score.std(1, keepdims=True)
            need = np.maximum(z - key.above, 0.0)
        yield chunk.rows, np.where((chunk.failed == FINE)[:, None], need, 0.0)


def _size(base: Base, key: Key) -> Floats:
    if key.size is None:
        return np.ones(len(base.districts))
    named = key.size.set_axis([str(one) for one in key.size.index])
    size: Floats = np.asarray(named.reindex(list(base.districts)), dtype=np.float64)
    if np.isnan(size).any() or (size < 0).any():
        wrong = [one for one, value in zip(base.districts, size, strict=True) if not value >= 0]
        what = plural("Für {n} Gebiet fehlt die Größe", "Für {n} Gebiete fehlt die Größe", len(wrong))
        hint = _("Größen dürfen nicht fehlen und nicht negativ sein.")
        text = f"{what} ({', '.join(wrong[:8])}{' …' if len(wrong) > 8 else ''})."
        raise ProblemsError([Problem("I073", Place(key=base.part.id), base.part.id, text, hint)])
    return size


def _class_weights(base: Base, key: Key) -> Floats:
    """Weight of each class code; -1 (no class) weighs nothing."""
    names = base.class_names
    if key.by != "class":
        return np.zeros(1)
    found = [_unknown(name, base) for name in key.class_weights if name not in names]
    if not names:
        what = _("Der Index hat keine Klassen, nach denen sich ein Budget verteilen ließe.")
        found = [Problem("I074", Place(key=base.part.id), base.part.id, what, _("Bitte nach dem Index verteilen."))]
    if found:
        raise ProblemsError(found)
    return np.array([*(key.class_weights.get(name, 0.0) for name in names), 0.0], dtype=float)


def _unknown(name: str, base: Base) -> Problem:
    what = _("Die Klasse „{name}“ gibt es nicht.").format(name=name)
    hint = did_you_mean(name, base.class_names) or _("Klassen: {names}.").format(names=", ".join(base.class_names))
    return Problem("I075", Place(key=base.part.id), name, what, hint)


def _whole(shared: Floats, total: int) -> Floats:
    """Whole units by largest remainders (Hare-Niemeyer); equal remainders go to the district that stands first."""
    shared = np.nan_to_num(shared)
    units = np.floor(shared + 1e-9)
    left = total - units.sum(1).astype(int)
    order = np.argsort(-(shared - units), axis=1, kind="stable")
    extra = np.arange(shared.shape[1])[None, :] < left[:, None]
    np.put_along_axis(units, order, np.take_along_axis(units, order, 1) + extra, 1)
    return units


def sides(found: Robustness, *, first: int | None = None, classes: Sequence[str] = ()) -> pd.DataFrame:
    """Who is on which side of a limit: the `first` districts by the index, or those in one of `classes`.

    One row a district: its side by the recipe, the share of the variants on that side, and whether it changes sides
    at all; those that change most often stand first.
    """
    if (first is None) == (not classes):
        msg = "give either first=… or classes=…"
        raise ValueError(msg)
    if first is not None:
        inside, own = (found.ranks <= first).mean(0), (found.base.rank <= first).to_numpy()
    else:
        unknown = [_unknown(name, found.base) for name in classes if name not in found.base.class_names]
        if unknown:
            raise ProblemsError(unknown)
        inside = found.class_shares[list(classes)].sum(axis=1).to_numpy()
        own = found.base.codes.isin([found.base.class_names.index(one) for one in classes]).to_numpy()
    stays = np.where(own, inside, 1 - inside)
    table = pd.DataFrame({"inside": own, "share_inside": inside, "stays": stays, "changes": stays < 1 - 1e-12})
    table.index = pd.Index(found.base.districts, name="district")
    return table.sort_values("stays", kind="stable")
