"""Chance with a memory: shares that differ by block in a lasting way and follow the social gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from people import Array, Counts
from plan import BLOCKS, SEED, YEARS

BURDEN: Array = np.array([block.burden for block in BLOCKS])


class Chance:
    """Draws whole persons. One stream for each subject, so that a new figure leaves the others as they were."""

    def __init__(self, subject: str) -> None:
        """Begin the stream of a subject."""
        self.rng = np.random.RandomState(
            SEED + sum(ord(letter) * 31**place % 100_003 for place, letter in enumerate(subject))
        )
        self._lasting: dict[str, Array] = {}

    def share(
        self,
        name: str,
        base: float,
        slope: float,
        year: int,
        *,
        trend: float = 0.0,
        noise: float = 0.12,
        shocks: dict[int, float] | None = None,
    ) -> Array:
        """A probability for each block: `base` where burden is 0, `slope` per unit of burden on the logit scale."""
        if name not in self._lasting:
            self._lasting[name] = self.rng.normal(0, noise, len(BLOCKS))
        level = np.log(base / (1 - base)) + slope * BURDEN + self._lasting[name]
        level = level + trend * (year - YEARS[0]) + (shocks or {}).get(year, 0.0)
        return np.round(1 / (1 + np.exp(-level)), 6)

    def some(self, among: Counts, share: Array) -> Counts:
        """How many of these: binomial, block by block; `share` may lack trailing axes."""
        wide = np.reshape(share, share.shape + (1,) * (among.ndim - share.ndim))
        return self.rng.binomial(among, np.clip(np.broadcast_to(wide, among.shape), 0, 1))

    def split(self, among: Counts, shares: Sequence[Array | float]) -> list[Counts]:
        """Divide counts into kinds, the last one taking the rest; shares need not add up to one."""
        wide = [
            np.broadcast_to(np.reshape(one, np.shape(one) + (1,) * (among.ndim - np.ndim(one))), among.shape)
            for one in shares
        ]
        left, weight, out = among, np.sum(wide, axis=0), []
        for one in wide[:-1]:
            taken = self.rng.binomial(left, np.clip(one / np.where(weight > 0, weight, 1), 0, 1))
            out.append(taken)
            left, weight = left - taken, weight - one
        return [*out, left]
