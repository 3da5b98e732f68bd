"""Which choice matters most: variance-based sensitivity, first order and total, with bootstrap intervals.

First order: the share of the variance that fixing one choice would take away on average. Total: the share that stays
if all others were fixed, that is the choice with all its interactions. Estimators: Saltelli et al. (2010), Variance
based sensitivity analysis of model output, Computer Physics Communications 181, 259-270, table 2: (b) for the first
order, (f), after Jansen, for the total. Several outputs at once are pooled by their variances (Gamboa et al. 2014,
Sensitivity analysis for multidimensional and functional outputs, Electronic Journal of Statistics 8, 575-603).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number, with_unit
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.ranks import rank_rows
from dkbm_monitor.indices.sampling import Counts
from dkbm_monitor.indices.scoring import FINE, Scorer
from dkbm_monitor.indices.variants import FACTORS, Choices, Plan, plan_of_points

Floats = npt.NDArray[np.float64]
Model = Callable[[Floats], Floats]
LEVEL = 0.95
CLEAR = 0.05  # a total share below this is called without weight


@dataclass(frozen=True)
class Sobol:
    """Sensitivity of an output to its factors.

    `table`: one row a factor with `first`, `first_low`, `first_high`, `total`, `total_low`, `total_high`. `n` is the
    number of base points used, `dropped` the number left out because a variant at one of their points could not be
    computed, `variance` the variance of the output (summed over outputs).
    """

    table: pd.DataFrame
    n: int
    dropped: int
    variance: float
    notes: tuple[Problem, ...] = ()

    @property
    def interactions(self) -> float:
        """Share of the variance that no single choice explains on its own."""
        return float(max(0.0, 1.0 - self.table["first"].sum()))

    def in_words(self) -> list[str]:
        """What matters most and least, in sentences."""
        return _sentences(self)


def points(factors: int, n: int, *, seed: int = 1) -> Floats:
    """Saltelli's design: blocks A, B and A with column i from B, stacked; (n·(factors+2), factors).

    The base points are a scrambled Sobol sequence; `n` should be a power of two.
    """
    from scipy.stats import qmc  # noqa: PLC0415 - scipy.stats takes half a second to load

    sequence = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng([seed, 3]))
    drawn = sequence.random_base2(int(np.log2(n))) if n & (n - 1) == 0 else sequence.random(n)
    a, b = drawn[:, :factors], drawn[:, factors:]
    mixed = np.repeat(a[None], factors, axis=0)
    for one in range(factors):
        mixed[one, :, one] = b[:, one]
    return np.vstack([a, b, mixed.reshape(-1, factors)])


def sobol(
    output: Floats, names: Sequence[str], *, n: int, bootstrap: int = 500, seed: int = 1, level: float = LEVEL
) -> Sobol:
    """Sensitivity from the output at `points`, one row a point; a row with NaN drops its base point."""
    k = len(names)
    y = np.asarray(output, float).reshape(k + 2, n, -1)
    good = np.isfinite(y).all((0, 2))
    terms = _terms(y[:, good])
    draws = np.random.default_rng([seed, 4]).integers(0, int(good.sum()), size=(bootstrap, int(good.sum())))
    weights = np.apply_along_axis(np.bincount, 1, draws, minlength=int(good.sum())).astype(float)
    point, spread = _indices(terms, np.ones((1, int(good.sum()))))[:, 0], _indices(terms, weights)
    tail = (1 - level) / 2
    low, high = np.quantile(spread, [tail, 1 - tail], axis=1)
    table = pd.DataFrame(
        {
            "first": point[0],
            "first_low": low[0],
            "first_high": high[0],
            "total": point[1],
            "total_low": low[1],
            "total_high": high[1],
        },
        index=pd.Index(list(names), name="factor"),
    )
    variance = float(y[:2, good].reshape(-1, y.shape[2]).var(0).sum())
    return Sobol(table, int(good.sum()), int((~good).sum()), variance)


def _terms(y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """What each base point adds to numerators and variance: (n, factors) twice, then (n,) and (n, outputs)."""
    a, b, mixed = y[0], y[1], y[2:]
    middle = y[:2].reshape(-1, y.shape[2]).mean(0)
    a, b, mixed = a - middle, b - middle, mixed - middle
    first = (b[None] * (mixed - a[None])).sum(2).T
    total = 0.5 * ((a[None] - mixed) ** 2).sum(2).T
    return first, total, 0.5 * (a**2 + b**2).sum(1), 0.5 * (a + b)


def _indices(terms: tuple[Floats, Floats, Floats, Floats], weights: Floats) -> Floats:
    """First order and total for each row of point weights: (2, rows, factors)."""
    first, total, squares, means = terms
    n = weights.sum(1, keepdims=True)
    variance = (weights @ squares)[:, None] / n - (((weights @ means) / n) ** 2).sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([weights @ first / n / variance, weights @ total / n / variance])


def sobol_of(model: Model, names: Sequence[str], *, n: int = 1024, bootstrap: int = 500, seed: int = 1) -> Sobol:
    """Sensitivity of any function of points in the unit cube (rows: points)."""
    return sobol(model(points(len(names), n, seed=seed)), names, n=n, bootstrap=bootstrap, seed=seed)


def sensitivity(
    base: Base,
    choices: Choices | None = None,
    *,
    counts: Counts | None = None,
    n: int = 512,
    bootstrap: int = 500,
    seed: int = 1,
    district: str = "",
) -> Sobol:
    """How much each choice moves the ranks of all districts, or of one `district`."""
    chosen = choices or Choices()
    whole = plan_of_points(base, chosen, np.full((1, len(FACTORS)), 0.5), counts=counts, seed=seed)
    varied = whole.varied
    if not varied:
        what = _("Keine Entscheidung hat mehr als eine Möglichkeit; es gibt nichts zu vergleichen.")
        raise ProblemsError([Problem("I076", Place(key=base.part.id), base.part.id, what)])
    plan = plan_of_points(base, chosen, _spread(points(len(varied), n, seed=seed), varied), counts=counts, seed=seed)
    ranks = _ranks(plan, district)
    found = sobol(ranks, varied, n=n, bootstrap=bootstrap, seed=seed) if np.isfinite(ranks).any() else None
    if found is None or found.n < 2 or found.variance == 0:
        what = _("Aus diesen Varianten lässt sich kein Einfluss berechnen: Es bleiben {n} brauchbare Punkte.")
        shown = what.format(n=number(found.n if found else 0))
        raise ProblemsError([Problem("I077", Place(key=base.part.id), base.part.id, shown)])
    return Sobol(found.table, found.n, found.dropped, found.variance, tuple(_dropped(base, found)))


def _spread(inner: Floats, varied: Sequence[str]) -> Floats:
    """Points of the varied factors among all factors."""
    wide = np.full((len(inner), len(FACTORS)), 0.5)
    wide[:, [FACTORS.index(one) for one in varied]] = inner
    return wide


def _ranks(plan: Plan, district: str) -> Floats:
    """Ranks of all districts, or of one; NaN for variants that could not be computed."""
    keys = plan.base.districts
    if district and district not in keys:
        msg = f"district '{district}' has no index in this examination"
        raise ValueError(msg)
    which = [keys.index(district)] if district else list(range(len(keys)))
    out = np.empty((len(plan), len(which)), dtype=np.float32)
    for chunk in Scorer(plan).chunks():
        ranks = rank_rows(chunk.score)[:, which].astype(np.float32)
        out[chunk.rows] = np.where((chunk.failed == FINE)[:, None], ranks, np.nan)
    return out.astype(np.float64)


def _dropped(base: Base, found: Sobol) -> list[Problem]:
    if not found.dropped:
        return []
    what = _("{n} von {all} Punkten blieben außer Betracht, weil sich dort eine Variante nicht berechnen ließ.")
    shown = what.format(n=number(found.dropped), all=number(found.dropped + found.n))
    return [Problem("I078", Place(key=base.part.id), base.part.id, shown, severity=Severity.WARNING)]


def factor_names() -> dict[str, str]:
    """The choices, in words that fit after „die Wahl“."""
    return {
        "sampling": _("Zufall kleiner Zahlen (Stichprobenfehler)"),
        "shrinkage": _("Glättung kleiner Gebiete"),
        "normalise": _("Normierung"),
        "aggregate": _("Zusammenfassung"),
        "weights": _("Gewichtung"),
        "leave_out": _("Auswahl der Mitglieder"),
    }


def _sentences(found: Sobol) -> list[str]:
    names = factor_names()
    table = found.table.sort_values("total", ascending=False)
    named = [names.get(str(one), str(one)) for one in table.index]
    share = with_unit(100 * float(table["total"].iloc[0]), "%")
    said = []
    if len(table) > 1 and table["total_low"].iloc[0] <= table["total_high"].iloc[1]:
        what = _("Am stärksten wirken {first} und {second}; welche von beiden stärker, bleibt offen.")
        said.append(what.format(first=named[0], second=named[1]))
    else:
        what = _("Am stärksten wirkt: {first}. Daran hängen {share} der Unterschiede zwischen den Varianten.")
        said.append(what.format(first=named[0], share=share))
    weak = [name for name, high in zip(named, table["total_high"], strict=True) if high < CLEAR]
    if weak:
        said.append(_("Kaum ins Gewicht fällt: {names}.").format(names=", ".join(weak)))
    if found.interactions > 0.1:
        what = _("{share} der Unterschiede entstehen erst im Zusammenspiel mehrerer Entscheidungen.")
        said.append(what.format(share=with_unit(100 * found.interactions, "%")))
    return said
