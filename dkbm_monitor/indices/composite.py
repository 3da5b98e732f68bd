"""An index from a prepared table, step by step; every step is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.indices import aggregate as aggregation
from dkbm_monitor.indices import classify
from dkbm_monitor.indices.models import NEEDED, Classes, IndexRecipe, Limit, Normalise, Part
from dkbm_monitor.indices.normalise import normalise, rank
from dkbm_monitor.indices.numbers import Decimal
from dkbm_monitor.indices.prepare import Prepared, prepare
from dkbm_monitor.indices.recipes import recipe_of
from dkbm_monitor.indices.weights import weights_of

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PartResult:
    """One part, computed. All frames and series carry the table's index.

    `inputs` holds the values as they entered, turned so that high means the same everywhere; `normalised` what
    became of them; `sums` their aggregate; `index` the result; `codes` the class from 0 up (-1: none).
    `weights` has a row per period ("" where there is only one), as have `limits` and `explained` (share of variance
    of a principal component).
    """

    part: Part
    inputs: pd.DataFrame
    normalised: pd.DataFrame
    weights: pd.DataFrame
    sums: pd.Series[float]
    index: pd.Series[float]
    codes: pd.Series[int]
    limits: Mapping[str, tuple[Limit, ...]]
    explained: Mapping[str, float]

    @property
    def classes(self) -> pd.Series[str]:
        """Names of the classes; empty where there is no index."""
        names = class_names(self.part.classes)
        found = [names[code] if 0 <= code < len(names) else "" for code in self.codes]
        return pd.Series(found, index=self.codes.index, dtype="str")


@dataclass(frozen=True)
class IndexResult:
    """A computed index with all its steps. `parts` stand in the order in which they were computed."""

    recipe: IndexRecipe
    prepared: Prepared
    parts: Mapping[str, PartResult]
    group: pd.Series[str] | None

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was noticed about the table."""
        return self.prepared.notes

    @property
    def n_with_index(self) -> int:
        """Number of districts that have an index in at least one part."""
        return int(np.logical_or.reduce([one.index.notna().to_numpy() for one in self.parts.values()]).sum())

    @property
    def included(self) -> pd.Series[bool]:
        """True for districts in the calculation."""
        return self.prepared.reason == ""

    def table(self) -> pd.DataFrame:
        """The documented output: key, members, sum, index and class of each part, group."""
        from dkbm_monitor.indices.output import output_table  # noqa: PLC0415 - it reads this module's types

        return output_table(self)


def compute_index(
    recipe: IndexRecipe | str | Path,
    table: pd.DataFrame,
    *,
    key: str,
    columns: Mapping[str, str] | None = None,
    exclude: Mapping[str, Sequence[str]] | None = None,
    period: str | None = None,
    name: str = "",
    decimal: Decimal | None = None,
) -> IndexResult:
    """Compute a recipe (its id, its file, or the recipe itself) on a table with one row a district.

    `key` names the column of district keys, `columns` maps members to headers where they differ, `exclude` maps
    columns to values whose rows stay out, `period` names a column of periods. Raises `ProblemsError` with all that
    is wrong with the table.
    """
    card = recipe if isinstance(recipe, IndexRecipe) else recipe_of(recipe)
    prepared = prepare(
        card, table, key=key, columns=columns, exclude=exclude, period=period, name=name, decimal=decimal
    )
    return compute_prepared(card, prepared)


def compute_prepared(recipe: IndexRecipe, prepared: Prepared) -> IndexResult:
    """Compute a recipe on what `prepare` found."""
    known = _turned(recipe, prepared.values)
    parts: dict[str, PartResult] = {}
    for part in recipe.all_parts:
        parts[part.id] = _part(recipe, prepared, part, known)
        known[part.id] = np.asarray(parts[part.id].index, dtype="float64")
    _refuse_empty(recipe, prepared, parts)
    return IndexResult(recipe, prepared, parts, _groups(recipe, parts))


def _turned(recipe: IndexRecipe, values: pd.DataFrame) -> dict[str, Floats]:
    """Members as arrays, logarithms taken, turned to the orientation of the index."""
    turned = {}
    for member in recipe.members:
        x = values[member.id].to_numpy(float)
        if member.transform == "log":
            with np.errstate(invalid="ignore", divide="ignore"):
                x = np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), np.nan)
        turned[member.id] = x if member.direction == recipe.orientation else -x
    return turned


def _bounds(recipe: IndexRecipe, part: Part) -> dict[str, Floats]:
    """Declared bounds of the members, turned as their values are; low and high change places with the sign."""
    needed = NEEDED.get(part.normalise.method, ())
    members = [recipe.member(one) for one in part.inputs] if needed else []
    turned: dict[str, list[float]] = {field: [] for field in needed}
    other = {"low": "high", "high": "low"}
    for member in members:
        same = member.direction == recipe.orientation
        for field in needed:
            value = float(getattr(member, field if same else other.get(field, field)))
            if member.transform == "log":
                value = float(np.log(value))
            turned[field].append(value if same else -value)
    return {field: np.array(found) for field, found in turned.items()}


def _part(recipe: IndexRecipe, prepared: Prepared, part: Part, known: Mapping[str, Floats]) -> PartResult:
    x = np.column_stack([known[one] for one in part.inputs])
    made = _Steps(len(x), x.shape[1])
    for label, rows, reference in _runs(recipe, prepared):
        made.add(label, rows, _run(recipe, part, x, rows, reference, prepared))
    index = prepared.values.index
    return PartResult(
        part=part,
        inputs=pd.DataFrame(x, index=index, columns=list(part.inputs)),
        normalised=pd.DataFrame(made.normalised, index=index, columns=list(part.inputs)),
        weights=pd.DataFrame(made.weights, index=list(part.inputs)).T,
        sums=pd.Series(made.sums, index=index),
        index=pd.Series(made.index, index=index),
        codes=pd.Series(made.codes, index=index),
        limits=made.limits,
        explained=made.explained,
    )


class _Steps:
    """Results of the runs over periods, each in its rows."""

    def __init__(self, n: int, members: int) -> None:
        self.normalised = np.full((n, members), np.nan)
        self.sums, self.index = np.full(n, np.nan), np.full(n, np.nan)
        self.codes = np.full(n, -1, dtype=np.int64)
        self.weights: dict[str, Floats] = {}
        self.limits: dict[str, tuple[Limit, ...]] = {}
        self.explained: dict[str, float] = {}

    def add(self, label: str, rows: Mask, run: _Run) -> None:
        self.normalised[rows], self.sums[rows], self.index[rows] = run.normalised, run.sums, run.index
        self.codes[rows], self.weights[label], self.limits[label] = run.codes, run.weights, run.limits
        if run.explained is not None:
            self.explained[label] = run.explained


@dataclass(frozen=True)
class _Run:
    normalised: Floats
    sums: Floats
    index: Floats
    codes: npt.NDArray[np.int64]
    weights: Floats
    limits: tuple[Limit, ...]
    explained: float | None


def _runs(recipe: IndexRecipe, prepared: Prepared) -> list[tuple[str, Mask, Mask]]:
    """Rows that are computed together, with the rows they are measured against."""
    used = (prepared.reason == "").to_numpy()
    if prepared.periods is None:
        return [("", used, used)]
    periods = prepared.periods.to_numpy(str)
    if recipe.reference.set == "pooled":
        return [("", used, used)]
    runs = []
    for label in sorted(set(periods[used])):
        rows = used & (periods == label)
        base = recipe.reference.base
        runs.append((label, rows, used & (periods == base) if base else rows))
    return runs


def _run(recipe: IndexRecipe, part: Part, x: Floats, rows: Mask, reference: Mask, prepared: Prepared) -> _Run:
    """Normalise, weigh, aggregate, standardise, classify: one part over the rows of one run."""
    both = rows | reference
    own, ref = rows[both], reference[both]
    values = _complete_rows(x[both], part)
    row_weights: Floats | None = None
    if prepared.weights is not None:
        row_weights = np.asarray(prepared.weights, dtype="float64")[both]
    measured = _measured(values, part.normalise, own, ref, row_weights, _bounds(recipe, part))
    weights, explained = weights_of(part.weights, part.inputs, measured[ref])
    if part.missing.rule == "mean":
        measured = aggregation.filled(measured)
    sums = aggregation.aggregate(measured, weights, part.aggregate)
    sums = np.where(aggregation.complete(measured, weights, part.missing), sums, np.nan)
    if part.index_by_period and prepared.periods is not None:
        return _by_period(part, prepared.periods.to_numpy(str)[both], measured, sums, (weights, explained))
    index = _measured(sums[:, None], part.index, own, ref, row_weights, {})[:, 0]
    codes, limits = _classes(part, index, own, ref)
    return _Run(measured[own], sums[own], index[own], codes[own], weights, limits, explained)


def _by_period(
    part: Part, periods: npt.NDArray[np.str_], measured: Floats, sums: Floats, weighed: tuple[Floats, float | None]
) -> _Run:
    """Index and classes of each period for itself, where the steps before took all periods together."""
    index, codes = np.full(len(sums), np.nan), np.full(len(sums), -1, dtype=np.int64)
    for period in np.unique(periods):
        rows = periods == period
        index[rows] = normalise(sums[rows][:, None], part.index)[:, 0]
        everywhere = np.ones(int(rows.sum()), dtype=bool)
        codes[rows], _limits = _classes(part, index[rows], everywhere, everywhere)
    return _Run(measured, sums, index, codes, weighed[0], (), weighed[1])


def _complete_rows(x: Floats, part: Part) -> Floats:
    """Under the rule `exclude` a district that lacks a value enters no mean and no spread."""
    if part.missing.rule != "exclude":
        return x
    return np.where(np.isnan(x).any(-1, keepdims=True), np.nan, x)


def _measured(
    x: Floats, how: Normalise, own: Mask, ref: Mask, weights: Floats | None, bounds: Mapping[str, Floats]
) -> Floats:
    """Normalised values of all rows against the reference rows; where both are the same rows, ranks keep ties."""
    if (own == ref).all():
        return normalise(x, how, bounds=bounds, weights=weights)
    among = x[ref]
    ref_weights = weights[ref] if weights is not None else None
    return normalise(x, how, bounds=bounds, weights=ref_weights, reference=among)


def _classes(part: Part, index: Floats, own: Mask, ref: Mask) -> tuple[npt.NDArray[np.int64], tuple[Limit, ...]]:
    how = part.classes
    if how is None:
        return np.full(len(index), -1, dtype=np.int64), ()
    if how.method in ("ceil", "floor"):
        return _rank_classes(part, how, np.where(own, index, np.nan)), ()
    limits = classify.limits_of(index, how, index[ref])
    return classify.by_limits(index, limits), limits


def _rank_classes(part: Part, how: Classes, index: Floats) -> npt.NDArray[np.int64]:
    ranks = index if part.index.method == "rank" else rank(index[:, None], ties="min")[:, 0]
    return classify.by_rank(ranks, how.k or 1, floor=how.method == "floor")


def _refuse_empty(recipe: IndexRecipe, prepared: Prepared, parts: Mapping[str, PartResult]) -> None:
    """A part without a single index is an error of the table or the recipe, never a quiet empty column."""
    found = []
    for name, one in parts.items():
        if one.index.isna().all():
            what = _("Für den Teil „{part}“ ergibt sich für kein Gebiet ein Index.").format(part=name)
            hint = _("Bitte prüfen, ob jedes Mitglied Werte hat und ob sie sich unterscheiden.")
            found.append(Problem("I027", Place(key=recipe.id), name, what, hint))
    if found:
        raise ProblemsError(found)


def class_names(classes: Classes | None) -> list[str]:
    """Names of the classes from low to high; numbers from 1 where none are declared."""
    if classes is None:
        return []
    return [one.name for one in classes.names] or [str(one + 1) for one in range(classes.count)]


def _groups(recipe: IndexRecipe, parts: Mapping[str, PartResult]) -> pd.Series[str] | None:
    """The typology: sign of the row class followed by sign of the column class."""
    how = recipe.typology
    if how is None:
        return None
    rows, columns = parts[how.rows].codes, parts[how.columns].codes
    signs = [
        how.row_signs[row] + how.column_signs[column] if row >= 0 and column >= 0 else ""
        for row, column in zip(rows, columns, strict=True)
    ]
    return pd.Series(signs, index=rows.index, dtype="str")
