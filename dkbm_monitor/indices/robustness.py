"""How far an index depends on choices: thousands of variants, their ranks, intervals and classes.

Known limits: a part made of other parts is varied at its own level only; its inner parts stay as the recipe
computes them. Variants standardise over the districts of one period.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number, plural, with_unit
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.classing import ClassRule, class_rule
from dkbm_monitor.indices.ranks import STEP, Intervals, Numbers, Ranks, Singles, intervals, rank_rows, rank_type
from dkbm_monitor.indices.sampling import Counts
from dkbm_monitor.indices.scoring import BUDGET, CONSTANT, FINE, NOT_POSITIVE, Scorer
from dkbm_monitor.indices.variants import Choices, Plan, plan_variants

Floats = npt.NDArray[np.float64]
LEVEL = 0.90


@dataclass(frozen=True)
class Robustness:
    """Ranks and classes of all variants that could be computed.

    `ranks` has a row per computed variant (`rows` are their places in the plan; row 0 is the recipe) and a column per
    district. `failed` has an entry per variant of the plan: 0, or why it could not be computed. `kept` and `shift` are
    the share of districts that keep their class in a variant, and the mean number of ranks they move.
    """

    plan: Plan
    level: float
    rule: ClassRule
    ranks: Ranks
    rows: Numbers
    failed: npt.NDArray[np.int8]
    kept: Floats
    shift: Floats
    intervals: Intervals
    class_counts: Numbers
    notes: tuple[Problem, ...]

    @property
    def base(self) -> Base:
        """The index that was varied."""
        return self.plan.base

    @cached_property
    def districts(self) -> pd.DataFrame:
        """One row a district: its rank, its intervals, its class and the share of variants in which it keeps it.

        `low`/`high` is the interval of this district alone, `band_low`/`band_high` the one that holds for all
        districts together, `least`/`most` the extremes over all variants.
        """
        found = self.intervals
        return pd.DataFrame(
            {
                "rank": self.base.rank,
                "median": found.median,
                "low": found.low,
                "high": found.high,
                "band_low": found.band_low,
                "band_high": found.band_high,
                "least": found.least,
                "most": found.most,
                "class": self._names(self.base.codes),
                "kept": self._kept_by_district(),
            },
            index=pd.Index(self.base.districts, name="district"),
        )

    def _names(self, codes: pd.Series[int]) -> list[str]:
        names = self.base.class_names
        return [names[one] if 0 <= one < len(names) else "" for one in codes]

    def _kept_by_district(self) -> Floats:
        if self.rule.kind == "none":
            return np.full(len(self.base.districts), np.nan)
        own = self.class_counts[self.rule.base, np.arange(len(self.base.districts))]
        kept: Floats = own / len(self.rows)
        return kept

    @cached_property
    def class_shares(self) -> pd.DataFrame:
        """Share of the variants in which a district is in each class; rows add up to 1."""
        names = self.base.class_names or [str(one + 1) for one in range(self.rule.k)]
        shares = pd.DataFrame(self.class_counts.T / len(self.rows), index=list(self.base.districts), columns=names)
        return shares.rename_axis("district")

    @cached_property
    def variants(self) -> pd.DataFrame:
        """Every variant of the plan with its choices, and what became of it."""
        table = self.plan.described()
        table["failed"] = np.array(list(reasons().values()))[self.failed]
        for name, values in (("kept", self.kept), ("shift", self.shift)):
            table[name] = np.nan
            table.loc[self.rows, name] = values
        return table

    @property
    def n_failed(self) -> int:
        """Number of variants that could not be computed."""
        return int((self.failed != FINE).sum())

    @property
    def failures(self) -> pd.DataFrame:
        """Variants that could not be computed: reason, choices, how many."""
        table = self.variants[self.failed != FINE]
        by = ["failed", "normalise", "aggregate", "weights", "shrinkage", "leave_out"]
        counted: pd.DataFrame = table.groupby(by).size().rename("n").reset_index()
        return counted.sort_values("n", ascending=False, ignore_index=True)

    def by_choice(self) -> pd.DataFrame:
        """Mean shift and class-keeping of each alternative of each choice varied; the recipe is not counted."""
        drawn = ~((np.arange(len(self.plan)) == 0) & (self.plan.rows == 0).all(1))
        table = self.variants[(self.failed == FINE) & drawn]
        found = []
        for factor in self.plan.varied:
            if factor != "sampling":
                part = table.groupby(factor)[["shift", "kept"]].mean()
                part["n"] = table.groupby(factor).size()
                found.append(part.reset_index(names="alternative").assign(factor=factor))
        columns = ["factor", "alternative", "n", "shift", "kept"]
        return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)

    def in_words(self) -> list[str]:
        """What the variants say about ranks and classes, in sentences."""
        return [_width(self), *_classes(self)]


def _width(found: Robustness) -> str:
    width = int(np.median(found.intervals.high - found.intervals.low))
    share = with_unit(100 * found.level, "%")
    if not width:
        return _("Mindestens die Hälfte der Gebiete behält in {share} der Varianten ihren Platz.").format(share=share)
    what = _("In {share} der Varianten liegt ein mittleres Gebiet innerhalb einer Spanne von {places}.")
    return what.format(share=share, places=plural("{n} Platz", "{n} Plätzen", width))


def _classes(found: Robustness) -> list[str]:
    """How many districts keep their class in every variant, and how many in less than half of them."""
    if found.rule.kind == "none":
        return []
    kept = found.districts["kept"]
    always, seldom = int((kept > 1 - 1e-12).sum()), int((kept < 0.5).sum())
    said = [
        plural(
            "{n} Gebiet behält seine Klasse in jeder Variante.",
            "{n} Gebiete behalten ihre Klasse in jeder Variante.",
            always,
        )
        if always
        else _("Kein Gebiet behält seine Klasse in jeder Variante.")
    ]
    if seldom:
        said.append(
            plural(
                "Bei {n} Gebiet ergibt mehr als die Hälfte der Varianten eine andere Klasse.",
                "Bei {n} Gebieten ergibt mehr als die Hälfte der Varianten eine andere Klasse.",
                seldom,
            )
        )
    return said


def reasons() -> dict[int, str]:
    """Why a variant could not be computed, in words; 0 is the empty text."""
    return {
        FINE: "",
        CONSTANT: _("ein Mitglied hat überall denselben Wert"),
        NOT_POSITIVE: _("die Zusammenfassung braucht Werte über null"),
        3: _("einem Gebiet bleiben zu wenige Werte"),
    }


def robustness(
    base: Base,
    choices: Choices | None = None,
    *,
    counts: Counts | None = None,
    n: int = 10_000,
    seed: int = 1,
    level: float = LEVEL,
    threads: int = 2,
    budget: int = BUDGET,
) -> Robustness:
    """Compute `n` variants of an index; the first is the recipe itself.

    Memory stays below the ranks (2 bytes a variant and district) plus `budget` bytes a thread, about twice over.
    """
    plan = plan_variants(base, choices, counts=counts, n=n, seed=seed)
    return examine(plan, level=level, threads=threads, budget=budget)


def examine(plan: Plan, *, level: float = LEVEL, threads: int = 2, budget: int = BUDGET) -> Robustness:
    """Compute the variants of a plan."""
    work = _Examination(Scorer(plan, budget), class_rule(plan.base))
    class_counts = work.run(threads)
    fine = np.flatnonzero(work.failed == FINE)
    if len(fine) < 2:
        what = _("Keine einzige Variante ließ sich berechnen.")
        hint = _("Bitte andere Verfahren zulassen (Choices) oder positive_scale einschalten.")
        raise ProblemsError([Problem("I069", Place(key=plan.base.part.id), plan.base.part.id, what, hint)])
    ranks = work.ranks if len(fine) == len(plan) else work.ranks[fine]
    return Robustness(
        plan=plan,
        level=level,
        rule=work.rule,
        ranks=ranks,
        rows=fine,
        failed=work.failed,
        kept=work.kept[fine],
        shift=work.shift[fine],
        intervals=intervals(ranks, level=level),
        class_counts=class_counts,
        notes=tuple(_notes(plan, work)),
    )


class _Examination:
    """Arrays that all chunks fill, each in its own rows."""

    def __init__(self, scorer: Scorer, rule: ClassRule) -> None:
        plan = scorer.plan
        self.scorer, self.rule = scorer, rule
        self.own = plan.base.rank.to_numpy(np.int32)
        self.ranks = np.empty((len(plan), len(self.own)), dtype=rank_type(len(self.own)))
        self.failed = np.zeros(len(plan), dtype=np.int8)
        self.kept, self.shift = np.full(len(plan), np.nan), np.full(len(plan), np.nan)

    def run(self, threads: int) -> Numbers:
        """Fill everything; returns how often each district is in each class."""
        self.without_counts = self.scorer.simulator.without_counts
        nothing = np.zeros((self.rule.k, len(self.own)), dtype=np.int64)
        with ThreadPoolExecutor(max(threads, 1)) as pool:
            return sum(pool.map(self._chunk, self.scorer.batches), start=nothing)

    def _chunk(self, rows: Numbers) -> Numbers:
        """Compute one batch; its ranks and classes are taken in blocks that stay in the processor's cache."""
        chunk = self.scorer.compute(rows)
        step = max(STEP // len(self.own), 1)
        blocks = [slice(first, first + step) for first in range(0, len(rows), step)]
        counts = [self._block(rows[one], chunk.score[one], chunk.failed[one]) for one in blocks]
        return np.sum(counts, axis=0, dtype=np.int64).reshape(self.rule.k, len(self.own))

    def _block(self, rows: Numbers, score: Singles, failed: npt.NDArray[np.int8]) -> Numbers:
        ranks = rank_rows(score)
        codes = self.rule.codes(score, ranks)
        recipe = (self.scorer.plan.rows[rows] == 0).all(1)
        ranks[recipe], codes[recipe] = self.own, self.rule.base
        self.ranks[rows], self.failed[rows] = ranks, failed
        self.shift[rows] = np.abs(ranks.astype(np.int32) - self.own).mean(1)
        if self.rule.k:
            self.kept[rows] = np.count_nonzero(codes == self.rule.base, axis=1) / len(self.own)
        fine = codes if (failed == FINE).all() else codes[failed == FINE]
        return np.array([np.count_nonzero(fine == one, axis=0) for one in range(self.rule.k)], dtype=np.int64)


def _notes(plan: Plan, work: _Examination) -> list[Problem]:
    found = []
    name = plan.base.part.id
    if work.without_counts and plan.choices.sampling != "none":
        what = _("Ohne Anzahlen, daher ohne Stichprobenfehler: {members}.")
        what = what.format(members=", ".join(work.without_counts))
        found.append(Problem("I070", Place(key=name), name, what, severity=Severity.NOTE))
    for code, reason in reasons().items():
        n = int((work.failed == code).sum())
        if code != FINE and n:
            what = _("{n} von {all} Varianten ließen sich nicht berechnen: {reason}.")
            shown = what.format(n=number(n), all=number(len(plan)), reason=reason)
            found.append(Problem("I071", Place(key=name), name, shown, severity=Severity.WARNING))
    return found
