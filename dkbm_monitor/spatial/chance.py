"""What chance does to a measure of segregation: the value of a random allocation, and an interval by bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import special

from dkbm_monitor.spatial.evenness import Measure

Floats = npt.NDArray[np.float64]

CELLS_AT_ONCE = 2_000_000  # keeps the memory of the draws below some 100 MB, whatever the number of districts
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Sampling:
    """How often chance is asked, and from which seed; the same seed gives the same interval."""

    draws: int = 1000
    seed: int = 20240101

    def __post_init__(self) -> None:
        if self.draws < 1:
            msg = f"a bootstrap needs at least one draw, not {self.draws}"
            raise ValueError(msg)

    def generator(self, *names: str) -> np.random.Generator:
        """A generator for one series: its numbers do not depend on what else is computed in the same run."""
        return np.random.default_rng([self.seed, crc32(" ".join(names).encode())])


def dissimilarity_by_chance(counts: Floats) -> Floats:
    """Dissimilarity to be expected if everybody were allocated to the districts at random, places kept.

    The count of a group in one district is then hypergeometric, and the expected distance from its mean is known
    exactly (Ramasubban (1958), Biometrika 45, 549-556), so no simulation is needed. `counts` as in `evenness`.

    >>> float(dissimilarity_by_chance(np.array([[2.0, 0.0], [1.0, 3.0]])).round(4))
    0.3
    """
    whole = np.rint(counts)
    places, groups = whole.sum(axis=-2), whole.sum(axis=-1)
    people = groups.sum(axis=-1)
    distance = hypergeometric_distance(people[..., None, None], groups[..., None], places[..., None, :])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = groups / people[..., None]
        expected = distance.sum(axis=(-2, -1)) / (2 * people * (shares * (1 - shares)).sum(axis=-1))
    return np.asarray(np.where((groups > 0).all(axis=-1), expected, np.nan), dtype="float64")


def hypergeometric_distance(people: Floats, group: Floats, places: Floats) -> Floats:
    """Mean absolute deviation of the number of group members among `places` of `people`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.floor(places * group / people) + 1
        chance = np.exp(
            _log_choose(group, above) + _log_choose(people - group, places - above) - _log_choose(people, places)
        )
        distance = 2 * above * (people - group - places + above) / people * chance
    possible = (above <= np.minimum(group, places)) & (places - above <= people - group)
    return np.asarray(np.where(possible, distance, 0.0), dtype="float64")


def _log_choose(whole: Floats, part: Floats) -> Floats:
    return np.asarray(special.gammaln(whole + 1) - special.gammaln(part + 1) - special.gammaln(whole - part + 1))


def redrawn(counts: Floats, measures: Mapping[str, Measure], sampling: Sampling, *names: str) -> dict[str, Floats]:
    """Each measure for `sampling.draws` towns in which every group was drawn again with its own probabilities.

    `counts` is one town: groups × districts.
    """
    rng = sampling.generator(*names)
    chunk = max(1, CELLS_AT_ONCE // counts.size)
    sizes = [min(chunk, sampling.draws - start) for start in range(0, sampling.draws, chunk)]
    found: dict[str, list[Floats]] = {name: [] for name in measures}
    for size in sizes:
        drawn = _drawn(counts, size, rng)
        for name, measure in measures.items():
            found[name].append(measure(drawn))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _drawn(counts: Floats, size: int, rng: np.random.Generator) -> Floats:
    """`size` × groups × districts, drawn at once."""
    groups = counts.sum(axis=-1)
    drawn = rng.multinomial(np.rint(groups).astype("int64"), counts / groups[:, None], size=(size, len(groups)))
    return drawn.astype("float64")


def interval(value: float, draws: Floats) -> tuple[float, float]:
    """Bounds of the underlying value, 95 %.

    A drawn town is, on average, less even than the one it was drawn from, by as much as the observed town is less
    even than the probabilities behind it. The bounds are therefore mirrored at the value (basic bootstrap; Davison
    & Hinkley (1997), Bootstrap Methods, ch. 5.2): they may lie below the observed value where groups are small.
    """
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [1 - tail, tail])
    return float(np.clip(2 * value - low, 0, 1)), float(np.clip(2 * value - high, 0, 1))
