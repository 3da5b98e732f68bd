"""Variants of an index: what may be decided otherwise, and the plan that draws thousands of combinations of it.

A plan is a small table of whole numbers: one row a variant, one column a choice (`FACTORS`). Nothing is computed
here; `scoring` turns rows of a plan into index values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.models import Aggregate, Normalise
from dkbm_monitor.indices.sampling import Counts

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]
T = TypeVar("T")
Weighting = Literal["recipe", "equal", "pca", "dirichlet"]
Shrinkage = Literal["none", "beta_binomial"]
Sampling = Literal["none", "beta", "binomial"]
FACTORS = ("sampling", "shrinkage", "normalise", "aggregate", "weights", "leave_out")
KINDS: tuple[Weighting, ...] = get_args(Weighting)  # row 0, 1, 2 of the weights, and all from row 3 on
N_DIRICHLET = 4096  # different random weightings a plan draws from

NORMALISE = (
    Normalise(method="z"),
    Normalise(method="minmax"),
    Normalise(method="percentile_rank"),
)
AGGREGATE = (Aggregate(method="arithmetic"), Aggregate(method="geometric"))


@dataclass(frozen=True)
class Choices:
    """Which decisions are varied; each alternative of a decision is as likely as the others.

    `leave_out` drops one member in turn, and none with the same probability as each of them. `concentration` says how
    near random weights stay to the recipe's (1: any weights, if the recipe weighs equally; more: nearer). `draws` is
    the number of simulated data sets behind the sampling error. With `positive_scale` means that need positive numbers
    get them: standardised values as 100 + 10 z (as in the Mazziotta-Pareto index), shares of a range as 1 to 100;
    without it such variants fail, and are counted.
    """

    normalise: tuple[Normalise, ...] = NORMALISE
    aggregate: tuple[Aggregate, ...] = AGGREGATE
    weights: tuple[Weighting, ...] = ("recipe", "dirichlet")
    leave_out: bool = True
    shrinkage: tuple[Shrinkage, ...] = ("none",)
    sampling: Sampling = "none"
    draws: int = 200
    concentration: float = 4.0
    positive_scale: bool = True

    def __post_init__(self) -> None:
        for name in ("normalise", "aggregate", "weights", "shrinkage"):
            if not getattr(self, name):
                msg = f"choices.{name} needs at least one alternative"
                raise ValueError(msg)
        if self.draws < 1 or self.concentration <= 0:
            msg = "draws must be at least 1 and concentration above 0"
            raise ValueError(msg)
        unknown = set(self.weights) - set(get_args(Weighting))
        if unknown:
            msg = f"unknown weighting {sorted(unknown)}; choose from {', '.join(get_args(Weighting))}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Plan:
    """Thousands of variants. Row 0 is the recipe itself, unless the plan was made from given points.

    `rows` has a column per factor: number of the simulated data set (0: as published), of the shrinkage, of the
    normalisation and the aggregation, row of `weights` (NaN: principal component of that variant's data), and the
    member left out (0: none). The recipe's own methods stand first among their alternatives.
    """

    base: Base
    choices: Choices
    counts: Counts | None
    seed: int
    rows: Whole
    normalise: tuple[Normalise, ...]
    aggregate: tuple[Aggregate, ...]
    shrinkage: tuple[Shrinkage, ...]
    weights: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def described(self) -> pd.DataFrame:
        """The variants in words: one row each, one column a factor."""
        rows, kinds = self.rows, np.array(KINDS)
        left = np.array(["", *self.base.members])
        return pd.DataFrame(
            {
                "sampling": rows[:, 0],
                "shrinkage": np.array(self.shrinkage)[rows[:, 1]],
                "normalise": np.array([one.method for one in self.normalise])[rows[:, 2]],
                "aggregate": np.array([one.method for one in self.aggregate])[rows[:, 3]],
                "weights": kinds[np.minimum(rows[:, 4], len(kinds) - 1)],
                "leave_out": left[rows[:, 5]],
            }
        )

    @property
    def varied(self) -> tuple[str, ...]:
        """The factors that really differ between variants."""
        several = {
            "sampling": self.choices.sampling != "none",
            "shrinkage": len(self.choices.shrinkage) > 1,
            "normalise": len(self.choices.normalise) > 1,
            "aggregate": len(self.choices.aggregate) > 1,
            "weights": self.choices.weights not in (("recipe",), ("equal",), ("pca",)),
            "leave_out": self.choices.leave_out,
        }
        return tuple(one for one in FACTORS if several[one])


def plan_variants(
    base: Base, choices: Choices | None = None, *, counts: Counts | None = None, n: int = 10_000, seed: int = 1
) -> Plan:
    """Draw `n` variants at random; the first is the recipe itself. The same seed draws the same variants."""
    if n < 2:
        msg = "a plan needs at least 2 variants"
        raise ValueError(msg)
    points = np.random.default_rng([seed, 0]).random((n, len(FACTORS)))
    return plan_of_points(base, choices or Choices(), points, counts=counts, seed=seed, recipe_first=True)


def plan_of_points(
    base: Base,
    choices: Choices,
    points: Floats,
    *,
    counts: Counts | None = None,
    seed: int = 1,
    recipe_first: bool = False,
) -> Plan:
    """Variants from points of the unit cube, one column a factor."""
    _check(base, choices, counts)
    normalise = _first(base.part.normalise, choices.normalise)
    aggregate = _first(base.part.aggregate, choices.aggregate)
    shrinkage: tuple[Shrinkage, ...] = _first("none", choices.shrinkage)
    weights = _weight_rows(base, choices, seed)
    rows = np.column_stack(
        [
            1 + _pick(points[:, 0], choices.draws) if choices.sampling != "none" else np.zeros(len(points)),
            _chosen(points[:, 1], shrinkage, choices.shrinkage),
            _chosen(points[:, 2], normalise, choices.normalise),
            _chosen(points[:, 3], aggregate, choices.aggregate),
            _weight_numbers(points[:, 4], choices),
            _pick(points[:, 5], len(base.members) + 1) if choices.leave_out else np.zeros(len(points)),
        ]
    ).astype(np.int32)
    if recipe_first:
        rows[0] = 0
    return Plan(base, choices, counts, seed, rows, normalise, aggregate, shrinkage, weights)


def _check(base: Base, choices: Choices, counts: Counts | None) -> None:
    if counts is None and (choices.sampling != "none" or tuple(choices.shrinkage) != ("none",)):
        what = _("Für Stichprobenfehler und geglättete Werte fehlen die Anzahlen (Zähler und Nenner).")
        hint = _("Bitte Zähler und Nenner je Gebiet und Mitglied angeben oder diese Varianten weglassen.")
        raise ProblemsError([Problem("I064", Place(key=base.part.id), base.part.id, what, hint)])
    if choices.leave_out and len(base.members) < 3:
        what = _("Mit zwei Mitgliedern lässt sich keines weglassen: Übrig bliebe kein Index, sondern eine Kennzahl.")
        hint = _("Bitte ohne Weglassen rechnen (leave_out=False).")
        raise ProblemsError([Problem("I065", Place(key=base.part.id), base.part.id, what, hint)])


def _first(own: T, others: tuple[T, ...]) -> tuple[T, ...]:
    return (own, *(one for one in others if one != own))


def _pick(points: Floats, n: int) -> Whole:
    """Numbers 0 … n-1 from points of [0, 1)."""
    return np.minimum((points * n).astype(np.int32), n - 1)


def _chosen(points: Floats, known: tuple[T, ...], wanted: tuple[T, ...]) -> Whole:
    """Places within `known` of the alternatives wanted; the recipe's own method is only drawn if it is wanted."""
    places = np.array([known.index(one) for one in wanted], dtype=np.int32)
    return places[_pick(points, len(wanted))]


def _weight_rows(base: Base, choices: Choices, seed: int) -> Floats:
    """Recipe, equal, principal component (NaN: follows from the data), then random weights; each adds up to 1."""
    fixed = [base.weights, np.full(len(base.members), 1 / len(base.members)), np.full(len(base.members), np.nan)]
    if "dirichlet" not in choices.weights:
        return np.array(fixed)
    alpha = choices.concentration * len(base.members) * np.maximum(np.abs(base.weights), 1e-6)
    drawn = np.random.default_rng([seed, 1]).dirichlet(alpha, N_DIRICHLET) * np.sign(base.weights + 1e-300)
    return np.vstack([fixed, drawn])


def _weight_numbers(points: Floats, choices: Choices) -> Whole:
    """Which row of weights: first the kind, then, among random weights, which."""
    kinds = choices.weights
    place = points * len(kinds)
    kind = np.minimum(place.astype(np.int32), len(kinds) - 1)
    inside = _pick(place - kind, N_DIRICHLET)
    rows = np.array([KINDS.index(one) for one in kinds], dtype=np.int32)[kind]
    return np.where(rows == 3, 3 + inside, rows).astype(np.int32)
