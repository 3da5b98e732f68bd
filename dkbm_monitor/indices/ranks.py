"""Ranks of thousands of variants at once, and the intervals they form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ranks = npt.NDArray[np.unsignedinteger[Any]]  # uint16 while it suffices
Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
CELLS = 4_000_000  # entries of a table of districts by ranks, or ranks sorted at once
STEP = 200_000  # ranks looked at in one go: few enough to stay in the processor's cache
LEVELS = 2**22 - 1  # steps into which the range of a row is divided
NEAR = 2  # values so many steps apart share a rank


def rank_type(n: int) -> type[np.uint16] | type[np.uint32]:
    """The smallest whole number that holds ranks up to `n`."""
    return np.uint16 if n < 2**16 else np.uint32


def rank_rows(score: Singles) -> Ranks:
    """Rank within each row: 1 is the highest value; values nearer than 5e-7 of the row's range share the better rank.

    Float32 sums of equal numbers differ in their last digit, hence the tolerance. Value and column number go into one
    whole number (32 bits up to 1023 columns, else 64): a plain sort brings both home, many times faster than sorting
    indirectly.

    >>> rank_rows(np.array([[0.5, 2.0, 2.0, -1.0]], dtype=np.float32)).tolist()
    [[3, 1, 1, 4]]
    """
    n = score.shape[1]
    ranks: Ranks = np.empty(score.shape, dtype=rank_type(n))
    step = max(STEP // n, 1)
    for first in range(0, len(score), step):
        _rank_block(score[first : first + step], ranks[first : first + step])
    return ranks


def _rank_block(score: Singles, ranks: Ranks) -> None:
    """Ranks of some rows, written to `ranks`."""
    n = score.shape[1]
    shift = n.bit_length()
    wide = np.uint32 if shift <= 10 else np.uint64
    keys: Ranks = _steps_from_top(score).view(np.uint32).astype(wide, copy=False)
    keys <<= shift
    keys |= np.arange(n, dtype=keys.dtype)
    keys.sort(axis=1)
    place: Ranks = np.broadcast_to(np.arange(1, n + 1, dtype=rank_type(n)), score.shape)
    near = np.diff(keys >> shift, axis=1) <= NEAR
    tied = near.any(1)
    if tied.any():
        place = place.copy()
        place[tied] = _shared(near[tied])
    keys &= (1 << shift) - 1
    columns = keys.astype(np.int64)
    columns += (np.arange(len(score)) * n)[:, None]
    ranks.reshape(-1)[columns.ravel()] = place.ravel()


def _steps_from_top(score: Singles) -> npt.NDArray[np.int32]:
    """Distance of each value from the highest of its row, in whole steps of the range."""
    top = score.max(axis=1, keepdims=True)
    with np.errstate(all="ignore"):  # rows without values, or with a single one, have no range
        unit = np.float32(LEVELS) / (top - score.min(axis=1, keepdims=True))
        steps = (top - score) * np.where(np.isfinite(unit), unit, np.float32(0))
        whole: Counts = np.nan_to_num(steps, copy=False).astype(np.int32)
    return whole


def _shared(near: npt.NDArray[np.bool_]) -> Ranks:
    """Places of sorted values where those near the one before share its place."""
    fresh = np.concatenate([np.ones((len(near), 1), dtype=bool), ~near], axis=1)
    n = fresh.shape[1]
    places = np.where(fresh, np.arange(1, n + 1), 0)
    shared: Ranks = np.maximum.accumulate(places, axis=1).astype(rank_type(n))
    return shared


@dataclass(frozen=True)
class Intervals:
    """Ranks of each district over all variants.

    `low` to `high` holds the level's share of the district's own variants (at least), `band_low` to `band_high` the
    level's share of the variants with all districts at once.
    """

    median: Numbers
    low: Numbers
    high: Numbers
    band_low: Numbers
    band_high: Numbers
    least: Numbers
    most: Numbers


def intervals(ranks: Ranks, *, level: float = 0.90) -> Intervals:
    """Marginal and simultaneous intervals of (variants, districts).

    The simultaneous band follows Besag et al. (1995), Bayesian computation and stochastic systems, Statistical
    Science 10, 3-41: the narrowest band of equal tail shares in all districts that holds the level's share of whole
    variants.
    """
    n, variants = ranks.shape[1], len(ranks)
    outside = int(np.floor(variants * (1.0 - level) / 2.0 + 1e-9))  # variants an interval leaves out on each side
    place = int(np.floor(variants * (1.0 - level) + 1e-9))
    summary = _by_table if n * n <= CELLS else _by_sorting
    return summary(ranks, outside, place)


def _by_table(ranks: Ranks, outside: int, place: int) -> Intervals:
    """Few districts: from a table of how often each district has each rank."""
    variants = len(ranks)
    table = _table(ranks)
    upto, onward = _cumulated(table, variants)
    allowed = _allowed(_depth(ranks, np.minimum(upto, onward)), place)
    return Intervals(
        median=1 + (upto < (variants + 1) // 2).sum(1),
        low=1 + (upto <= outside).sum(1),
        high=(onward > outside).sum(1),
        band_low=1 + (upto < allowed).sum(1),
        band_high=(onward >= allowed).sum(1),
        least=1 + (upto <= 0).sum(1),
        most=(onward > 0).sum(1),
    )


def _by_sorting(ranks: Ranks, outside: int, place: int) -> Intervals:
    """Many districts: from their sorted ranks, some districts at a time."""
    variants, n = ranks.shape
    step = max(CELLS // variants, 1)
    blocks = [slice(first, first + step) for first in range(0, n, step)]
    depth = np.full(variants, variants, dtype=np.int32)
    for block in blocks:
        np.minimum(depth, _depth_by_sorting(ranks[:, block]), out=depth)
    allowed = _allowed(depth, place)
    rows = [(variants + 1) // 2 - 1, outside, variants - 1 - outside, allowed - 1, variants - allowed, 0, variants - 1]
    found = np.concatenate([np.sort(ranks[:, block].T, axis=1)[:, rows] for block in blocks]).astype(np.int64)
    return Intervals(*found.T)


def _depth_by_sorting(ranks: Ranks) -> Counts:
    """How deep inside the bundle each variant runs, over some districts."""
    columns = np.ascontiguousarray(ranks.T)
    order = np.argsort(columns, axis=1, kind="stable")
    known = np.take_along_axis(columns, order, 1)
    variants = known.shape[1]
    places = np.arange(variants)
    fresh = np.ones(known.shape, dtype=bool)
    fresh[:, 1:] = known[:, 1:] != known[:, :-1]
    first = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)
    ends = np.concatenate([fresh[:, 1:], np.ones((len(known), 1), dtype=bool)], axis=1)
    last = np.minimum.accumulate(np.where(ends, places, variants)[:, ::-1], axis=1)[:, ::-1]
    inside = np.empty(known.shape, dtype=np.int32)
    np.put_along_axis(inside, order, np.minimum(last + 1, variants - first).astype(np.int32), 1)
    depth: Counts = inside.min(0)
    return depth


def _allowed(depth: Counts, place: int) -> int:
    """The depth that all but `place` variants reach."""
    return int(np.partition(depth, place)[place])


def _cumulated(table: Counts, variants: int) -> tuple[Counts, Counts]:
    """How many variants give each district this rank or a better one, and this or a worse one."""
    upto: Counts = np.cumsum(table, axis=1, dtype=np.int32)
    return upto, variants - upto + table


def _table(ranks: Ranks) -> Counts:
    """How often each district (row) has each rank (column, from 1)."""
    n = ranks.shape[1]
    offset = (np.arange(n, dtype=np.int64) * n - 1)[None, :]
    counts = np.zeros(n * n, dtype=np.int64)
    rows = max(STEP // n, 1)
    for start in range(0, len(ranks), rows):
        counts += np.bincount((ranks[start : start + rows] + offset).ravel(), minlength=n * n)
    return counts.reshape(n, n).astype(np.int32)


def _depth(ranks: Ranks, inside: Counts) -> Counts:
    """How deep inside the bundle each variant runs: the smaller tail at its most extreme district, in variants."""
    offset = (np.arange(ranks.shape[1], dtype=np.int64) * inside.shape[1] - 1)[None, :]
    out = np.empty(len(ranks), dtype=np.int32)
    flat = np.ascontiguousarray(inside).ravel()
    rows = max(STEP // ranks.shape[1], 1)
    for start in range(0, len(ranks), rows):
        out[start : start + rows] = flat[ranks[start : start + rows] + offset].min(1)
    return out
