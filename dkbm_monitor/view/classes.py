"""Classes of a map: few, readable limits, cut once over everything that is to be compared.

Values are cut as they are printed: a district that reads "15,0" stands in the class "15 bis unter 20", whatever
its further decimals say. Limits may move a little to become round numbers, never so far that a class loses its
districts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.locale import NO_BREAK, _, number

Scheme = Literal["quantiles", "natural", "equal", "sd", "headtail"]
SCHEMES: tuple[Scheme, ...] = ("quantiles", "natural", "equal", "sd", "headtail")

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_CLASSES = 9
ROUND_STEPS = (5, 2, 1)  # a limit is the rounder the larger the step it is a multiple of
EVEN_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # widths of equal classes a reader can add up
MAY_MOVE = 0.06  # share of all values that a limit may pass over on its way to a round number
NO_CLASS = -1


@dataclass(frozen=True)
class Classes:
    """Ordered classes by their limits, both ends included.

    A class holds its lower limit and not its upper one; the last class holds both. No value at all makes no
    class: `bounds` is empty then.
    """

    bounds: tuple[float, ...]
    decimals: int = 1
    scheme: Scheme = "quantiles"

    @property
    def n(self) -> int:
        """Number of classes."""
        return max(len(self.bounds) - 1, 0)

    def assign(self, values: npt.ArrayLike) -> Integers:
        """Number of the class of each value, from 0; -1 for NaN. Values beyond the ends take the end classes."""
        found = np.round(np.asarray(values, dtype=np.float64), self.decimals)
        codes = np.searchsorted(np.asarray(self.bounds[1:-1]), found, side="right").astype(np.int64)
        codes[np.isnan(found)] = NO_CLASS
        return codes if self.n else np.full(found.shape, NO_CLASS, dtype=np.int64)

    def counts(self, values: npt.ArrayLike) -> list[int]:
        """How many values fall into each class."""
        codes = self.assign(values)
        return [int((codes == code).sum()) for code in range(self.n)]

    def labels(self, unit: str = "", decimals: int | None = None) -> list[str]:
        """What each class is called: "10 bis unter 15", the last "20 bis 34"; "3" where only one number is in it."""
        texts = self.bound_texts(decimals)
        tail = NO_BREAK + unit if unit else ""
        pairs = enumerate(pairwise(texts))
        names = [_one_class(low, high, last=place == self.n - 1) for place, (low, high) in pairs]
        return [(texts[place] if self._is_single(place) else name) + tail for place, name in enumerate(names)]

    def _is_single(self, place: int) -> bool:
        """True for a class of whole numbers that holds only one of them."""
        low, high = self.bounds[place : place + 2]
        return self.decimals == 0 and high - low == 1 and place < self.n - 1

    def bound_texts(self, decimals: int | None = None) -> list[str]:
        """The limits as text, all with as many decimals as the finest of them needs."""
        wanted = self.needed_decimals if decimals is None else decimals
        return [number(bound, wanted) for bound in self.bounds]

    @property
    def needed_decimals(self) -> int:
        """Fewest decimals with which every limit is printed exactly."""
        exact = (d for d in range(self.decimals) if all(round(bound, d) == bound for bound in self.bounds))
        return next(exact, self.decimals)


def _one_class(low: str, high: str, *, last: bool) -> str:
    if low == high:
        return low
    text = _("{low} bis {high}") if last else _("{low} bis unter {high}")
    return text.format(low=low, high=high)


def class_breaks(values: npt.ArrayLike, *, k: int = 5, scheme: Scheme = "quantiles", decimals: int = 1) -> Classes:
    """Cut pooled values into at most `k` classes with readable limits.

    Pass the values of every period and district that shares the scale. Fewer distinct values than classes give
    one class per value. Classes are never empty, except with `equal`, where equal widths matter more.
    """
    if not 1 <= k <= MOST_CLASSES:
        msg = f"k must lie between 1 and {MOST_CLASSES}, not {k}"
        raise ValueError(msg)
    if scheme not in SCHEMES:
        msg = f"scheme '{scheme}' is unknown; choose one of {', '.join(SCHEMES)}"
        raise ValueError(msg)
    found = np.asarray(values, dtype=np.float64).ravel()
    found = np.round(found[~np.isnan(found)], decimals)
    if not len(found):
        return Classes((), decimals, scheme)
    # Whole numbers of the last printed digit: rounding and comparing are exact there.
    units = np.rint(found * 10.0**decimals).astype(np.int64)
    limits = _equal(units, k) if scheme == "equal" else _rounded(units, _starts(units, k, scheme))
    return Classes(tuple(float(np.round(limit / 10.0**decimals, decimals)) for limit in limits), decimals, scheme)


def _starts(units: Integers, k: int, scheme: Scheme) -> list[int]:
    """Where among the sorted distinct values each class after the first begins."""
    distinct, counts = np.unique(units, return_counts=True)
    wanted = min(k, len(distinct))
    if wanted == 1:
        return []
    if scheme == "quantiles":
        return _quantile_starts(counts, wanted)
    if scheme == "natural":
        return _natural_starts(distinct, counts, wanted)
    if scheme == "sd":
        return _value_starts(distinct, _sd_limits(units, wanted), side="left")
    return _value_starts(distinct, _headtail_limits(units, wanted), side="right")


def _quantile_starts(counts: Integers, k: int) -> list[int]:
    """Classes of about equal size that keep equal values together: what is left is shared out again each time."""
    below = np.concatenate([[0], np.cumsum(counts)])
    starts: list[int] = []
    at = 0
    for left in range(k, 1, -1):
        target = below[at] + (below[-1] - below[at]) / left
        nearest = int(np.abs(below - target).argmin())
        at = min(max(nearest, at + 1), len(counts) - left + 1)
        starts.append(at)
    return starts


def _sd_limits(units: Integers, k: int) -> Numbers:
    steps = np.arange(k - 1) - (k - 2) / 2
    limits: Numbers = units.mean() + steps * units.std()
    return limits


def _headtail_limits(units: Integers, k: int) -> Numbers:
    """Means of what lies above the mean before; each splits a long tail once more."""
    limits: list[float] = []
    head = units
    while len(limits) < k - 1 and len(np.unique(head)) > 1:
        limits.append(float(head.mean()))
        head = head[head > limits[-1]]
    return np.array(limits)


def _natural_starts(distinct: Integers, counts: Integers, k: int) -> list[int]:
    """Fisher's exact grouping: the smallest sum of squared distances from the class means.

    Row `i` of `best` is the cost of the first `i` distinct values in the classes made so far.
    """
    weight = np.concatenate([[0], np.cumsum(counts)]).astype(np.float64)
    total = np.concatenate([[0], np.cumsum(counts * distinct)]).astype(np.float64)
    square = np.concatenate([[0], np.cumsum(counts * distinct.astype(np.float64) ** 2)])
    best = np.concatenate([[0], square[1:] - total[1:] ** 2 / weight[1:]])
    choices: list[Integers] = []
    for made in range(1, k):
        costs, choice = best.copy(), np.zeros(len(best), dtype=np.int64)
        for end in range(made + 1, len(best)):
            cut = np.arange(made, end)
            sums, sizes = total[end] - total[cut], weight[end] - weight[cut]
            found = best[cut] + (square[end] - square[cut]) - sums**2 / sizes
            choice[end] = cut[int(found.argmin())]
            costs[end] = found.min()
        best = costs
        choices.append(choice)
    starts = [len(distinct)]
    for choice in reversed(choices):
        starts.append(int(choice[starts[-1]]))
    return starts[:0:-1]


def _value_starts(distinct: Integers, limits: Numbers, *, side: Literal["left", "right"]) -> list[int]:
    places = np.unique(np.searchsorted(distinct, limits, side=side))
    return [int(place) for place in places if 0 < place < len(distinct)]


def _rounded(units: Integers, starts: list[int]) -> list[int]:
    """Both ends and the limits between classes, each the roundest number that still separates them."""
    distinct, counts = np.unique(units, return_counts=True)
    if len(distinct) == 1:
        return [int(distinct[0])] * 2
    below = np.concatenate([[0], np.cumsum(counts)])
    fences = [0, *starts, len(distinct)]
    inner: list[int] = []
    for before, start, after in zip(fences, starts, fences[2:], strict=False):
        first, last = _window(below, before, start, after)
        inner.append(_roundest(int(distinct[first - 1]) + 1, int(distinct[last]), int(distinct[start])))
    return [_low_end(distinct, inner), *inner, _high_end(distinct, inner)]


def _window(below: Integers, before: int, start: int, after: int) -> tuple[int, int]:
    """Between which distinct values a limit may move, so that it passes few values and empties no class."""
    slack = MAY_MOVE * below[-1]
    first = last = start
    while first - 1 > (before + start) // 2 and below[start] - below[first - 1] <= slack:
        first -= 1
    while last + 1 <= (start + after - 1) // 2 and below[last + 1] - below[start] <= slack:
        last += 1
    return first, last


def _roundest(low: int, high: int, near: int) -> int:
    """The roundest whole number from `low` to `high`; among equally round ones the nearest to `near`."""
    step = 10 ** (len(str(max(abs(low), abs(high)))) + 1)
    while step > 1:
        for digit in ROUND_STEPS:
            size = step * digit // 10
            multiples = np.arange(-(-low // size), high // size + 1) * size if size else np.empty(0)
            if len(multiples):
                return int(multiples[np.abs(multiples - near).argmin()])
        step //= 10
    return near


def _low_end(distinct: Integers, inner: Sequence[int]) -> int:
    lowest = int(distinct[0])
    width = (inner[0] if inner else int(distinct[-1])) - lowest
    unit = _common_step(inner)
    floor = min(lowest - width // 2, lowest // unit * unit)
    return _roundest(max(floor, 0) if lowest >= 0 else floor, lowest, lowest)


def _high_end(distinct: Integers, inner: Sequence[int]) -> int:
    highest = int(distinct[-1])
    width = highest - (inner[-1] if inner else int(distinct[0]))
    unit = _common_step(inner)
    ceiling = max(highest + width // 4, -(-highest // unit) * unit)
    return _roundest(highest, min(ceiling, 0) if highest <= 0 else ceiling, highest)


def _common_step(limits: Sequence[int]) -> int:
    """The largest power of ten of which every limit is a multiple: the ends need no finer digit than that."""
    step = 1
    while any(limits) and all(limit % (step * 10) == 0 for limit in limits):
        step *= 10
    return step


def _equal(units: Integers, k: int) -> list[int]:
    """Equal widths of a round size, from a multiple of that size on."""
    low, high = int(units.min()), int(units.max())
    if low == high or k == 1:
        return [low, high]
    for size in _even_sizes((high - low) / k):
        first = low // size * size
        needed = -(-(high - first) // size)
        if needed <= k:
            return [first + place * size for place in range(needed + 1)]
    msg = "no round width covers the values"
    raise AssertionError(msg)


def _even_sizes(smallest: float) -> Iterable[int]:
    power = 10 ** max(int(np.floor(np.log10(max(smallest, 1)))), 0)
    sizes = (step * power * scale for scale in (1, 10, 100) for step in EVEN_STEPS)
    return (int(size) for size in sizes if size >= smallest and size == int(size))
