"""Chance in the values themselves: simulated data sets that could have been counted just as well.

A share of 3 in 12 would rarely come out as 3 in 12 again. Draws come from the posterior of the share (Jeffreys'
prior), or from the binomial distribution around the counted share; the shrunk alternative pulls shares towards the
mean of all districts by the beta-binomial model and draws from its posterior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.indices.base import Base

Floats = npt.NDArray[np.float64]
JEFFREYS = 0.5
CLOSE = 0.005  # relative difference between a value and its counts that rounding explains


@dataclass(frozen=True)
class Counts:
    """Numerators and denominators behind members that are shares: keys as index, one column a member.

    `per` is 100 for per cent. Members without columns here keep their published values in every draw.
    """

    numerator: pd.DataFrame
    denominator: pd.DataFrame
    per: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Simulator:
    """Draws data sets of a base. Number 0 is the published one; every other number always gives the same draw."""

    base: Base
    above: Floats
    below: Floats
    known: npt.NDArray[np.bool_]
    per: Floats
    prior: Floats
    seed: int
    how: Literal["none", "beta", "binomial"]

    def draw(self, number: int, *, shrunk: bool) -> Floats:
        """Turned values (districts, members) of one simulated data set."""
        if number == 0 and not shrunk:
            return self.base.x
        share = self._shares(number, shrunk)
        return np.where(self.known, self._turned(share * self.per), self.base.x)

    def _shares(self, number: int, shrunk: bool) -> Floats:
        a, b = self.prior if shrunk else np.full((2, len(self.per)), JEFFREYS)
        above, below = self.above, self.below
        if number and self.how == "binomial":
            above = self._random(number).binomial(below.astype(np.int64), above / below).astype(float)
        if number and self.how == "beta":
            drawn: Floats = self._random(number).beta(_finite(above + a), _finite(below - above + b))
            return np.where(np.isinf(a), self._pooled, drawn)
        if not shrunk:
            return above / below
        with np.errstate(invalid="ignore"):
            return np.where(np.isinf(a), self._pooled, (above + a) / (below + a + b))

    @property
    def _pooled(self) -> Floats:
        """Share over all districts: where they do not differ beyond chance, all fall together on it."""
        share: Floats = (self.above * self.known).sum(0) / np.maximum((self.below * self.known).sum(0), 1.0)
        return share

    def _random(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, 2, number])

    def _turned(self, raw: Floats) -> Floats:
        logs = np.array([one in self.base.logs for one in self.base.members])
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(logs, np.where(raw > 0, np.log(np.where(raw > 0, raw, 1.0)), np.nan), raw)
        turned: Floats = values * np.array([self.base.turn[one] for one in self.base.members])
        return turned

    @property
    def without_counts(self) -> tuple[str, ...]:
        """Members whose values carry no sampling error, because no counts were given."""
        some = np.atleast_1d(self.known.any(0))
        return tuple(one for one, known in zip(self.base.members, some, strict=True) if not known)


def simulator(
    base: Base, counts: Counts | None, *, seed: int, how: Literal["none", "beta", "binomial"], shrinks: bool
) -> Simulator:
    """Prepare draws; raises `ProblemsError` where counts cannot belong to the values."""
    shape = base.x.shape
    if counts is None:
        nothing = np.ones(shape)
        return Simulator(base, nothing, nothing, nothing < 0, np.ones(shape[1]), np.ones((2, shape[1])), seed, how)
    above = _aligned(counts.numerator, base)
    below = _aligned(counts.denominator, base)
    per = np.array([counts.per.get(one, 100.0) for one in base.members])
    found = _problems(base, above, below)
    if found:
        raise ProblemsError(found)
    known = (below > 0) & ~np.isnan(above)
    above, below = np.where(known, above, 0.0), np.where(known, below, 1.0)
    made = Simulator(base, above, below, known, per, np.ones((2, shape[1])), seed, how)
    _refuse_strangers(made)
    return Simulator(base, above, below, known, per, _priors(above, below, known), seed, how) if shrinks else made


def _aligned(table: pd.DataFrame, base: Base) -> Floats:
    keyed = table.set_axis([str(one) for one in table.index], axis=0)
    return keyed.reindex(index=list(base.districts), columns=list(base.members)).to_numpy(float)


def _finite(parameters: Floats) -> Floats:
    return np.where(np.isinf(parameters), 1.0, parameters)


def _priors(above: Floats, below: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    from dkbm_monitor.compute.shrinkage import beta_prior  # noqa: PLC0415 - scipy.optimize is needed only here

    pairs = [
        beta_prior(above[known[:, m], m], below[known[:, m], m]) if known[:, m].any() else (1.0, 1.0)
        for m in range(above.shape[1])
    ]
    return np.array(pairs, dtype=float).T


def _problems(base: Base, above: Floats, below: Floats) -> list[Problem]:
    with np.errstate(invalid="ignore"):
        wrong = (above < 0) | (below < 0) | (above > below)
    found = []
    for row, column in np.argwhere(wrong):
        member, key = base.members[column], base.districts[row]
        what = _("Der Zähler von „{member}“ ({above}) liegt nicht zwischen 0 und dem Nenner ({below}).")
        shown = what.format(member=member, above=number(above[row, column]), below=number(below[row, column]))
        found.append(Problem("I067", Place(column=member, key=key), member, shown))
    return found


def _refuse_strangers(made: Simulator) -> None:
    """Counts that give other values than the index uses would simulate something else."""
    ours = np.where(made.known, made._turned(made.above / made.below * made.per), made.base.x)
    scale = np.nanmax(np.abs(made.base.x), axis=0)
    off = np.abs(ours - made.base.x) > CLOSE * np.where(scale > 0, scale, 1.0)
    found = []
    for column in np.flatnonzero(off.any(0)):
        row, member = int(np.flatnonzero(off[:, column])[0]), made.base.members[column]
        what = _("Zähler und Nenner von „{member}“ ergeben {found}, der Index rechnet mit {right}.").format(
            member=member, found=number(float(ours[row, column]), 3), right=number(made.base.x[row, column], 3)
        )
        hint = _("Bitte die Spalten prüfen, und ob der Wert in Prozent steht (per).")
        found.append(Problem("I068", Place(column=member, key=made.base.districts[row]), member, what, hint))
    if found:
        raise ProblemsError(found)
