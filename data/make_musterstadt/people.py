"""The people of the invented town, year by year: they age, are born, die, move in, about and out.

Everything is counted in whole persons by block, origin, sex and single year of age, so that every figure made
later adds up. `RandomState` is used on purpose: its stream of numbers is frozen for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from plan import BLOCKS, DENSITY, SEED, TINY, TINY_POPULATION, YEARS

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

ORIGINS = ("german", "german_migration", "foreign")
GERMAN, GERMAN_MIGRATION, FOREIGN = range(3)
MALE, FEMALE = range(2)
OLDEST = 100
AGES = np.arange(OLDEST + 1)
OUTSIDE = len(BLOCKS)  # index of "not in town" in tables of moves
MOVE_AGES = ((0, 5), (6, 17), (18, 24), (25, 64), (65, OLDEST))
SHAPE = (len(BLOCKS), len(ORIGINS), 2, OLDEST + 1)

START = 325_500  # inhabitants on 31.12.2014
# Net migration over the town's border, year by year: 2015 and 2022 stand out, as in real towns.
NET = dict(zip(YEARS, (5200, 2700, 1900, 1700, 1600, 900, 1200, 5200, 2300, 1900), strict=True))
FERTILITY = dict(zip(YEARS, (1.0, 1.06, 1.05, 1.05, 1.03, 1.02, 1.06, 0.97, 0.91, 0.89), strict=True))

# Who wants to live where: factor on the usual number of arrivals, by character of a block and stage of life.
LIKING = {  #        child  teen  student adult(25-34) adult(35-44) 45-64  65+
    "kern": (0.7, 0.7, 1.7, 1.5, 0.8, 0.9, 1.0),
    "gruender": (0.8, 0.7, 1.6, 1.6, 0.9, 0.8, 0.6),
    "uni": (0.4, 0.4, 5.0, 1.5, 0.5, 0.4, 0.5),
    "zeile": (1.0, 1.0, 0.9, 1.0, 1.0, 1.0, 1.2),
    "gross": (1.3, 1.5, 0.9, 1.0, 1.1, 1.0, 0.9),
    "efh": (1.5, 1.4, 0.35, 0.7, 1.6, 1.2, 1.1),
    "neubau": (3.0, 2.0, 0.5, 1.9, 3.0, 1.2, 0.7),
    "dorf": (1.4, 1.3, 0.3, 0.6, 1.5, 1.3, 1.0),
    "hafen": (0.0,) * 7,
    "aue": (1.0, 1.0, 0.4, 0.7, 1.2, 1.3, 1.0),
}
STAGES = ((0, 5), (6, 17), (18, 24), (25, 34), (35, 44), (45, 64), (65, OLDEST))
STAGE_OF = np.searchsorted([last for _, last in STAGES], AGES)


@dataclass(frozen=True)
class People:
    """What happened in the town: stock at the end of each year and the events within it."""

    stock: dict[int, Counts]  # year -> block x origin x sex x age, 31.12.; also the year before the first
    births: dict[int, Counts] = field(default_factory=dict)  # year -> block
    deaths: dict[int, Counts] = field(default_factory=dict)
    moves: dict[int, Counts] = field(default_factory=dict)  # year -> from x to x MOVE_AGES, last index: outside


def make_people(areas_km2: Array) -> People:
    """Let the town live from the end of 2014 to the end of 2024."""
    rng = np.random.RandomState(SEED + 1)
    usual = _usual(areas_km2, rng)
    now = _start(usual, rng)
    people = People({YEARS[0] - 1: now})
    for year in YEARS:
        now, people.deaths[year] = _die_and_age(now, rng)
        now, people.births[year] = _be_born(now, year, rng)
        now = _become_german(now, rng)
        now, people.moves[year] = _move(now, year, usual, rng)
        people.stock[year] = now
    return people


def _burden() -> Array:
    return np.array([block.burden for block in BLOCKS])


def _usual(areas_km2: Array, rng: np.random.RandomState) -> Array:
    """Usual number of inhabitants of each block."""
    density = np.array([DENSITY[block.kind] for block in BLOCKS], float)
    wanted = density * areas_km2 * np.exp(rng.normal(0, 0.12, len(BLOCKS)))
    wanted *= (START - TINY_POPULATION) / wanted.sum()
    wanted[[block.new == TINY for block in BLOCKS]] = TINY_POPULATION
    return wanted


def _pyramid() -> Array:
    """Age and sex of a usual German city around 2014, as weights: a dent after the 1970s, a bulge at 50."""
    at = (0, 5, 10, 15, 18, 22, 27, 33, 40, 45, 50, 55, 62, 68, 74, 80, 86, 92, 97, 100)
    weight = (
        10.9,
        10.0,
        9.4,
        9.4,
        11.3,
        17.0,
        17.5,
        15.0,
        12.6,
        14.0,
        15.8,
        14.2,
        12.3,
        10.4,
        11.2,
        7.9,
        3.9,
        1.3,
        0.25,
        0.05,
    )
    both = np.interp(AGES, at, weight)
    female = 0.485 + np.clip(AGES - 55, 0, None) * 0.0052
    return np.stack([both * (1 - female), both * female])


def _start(usual: Array, rng: np.random.RandomState) -> Counts:
    pyramid = _pyramid()
    liking = np.array([[LIKING[block.kind][stage] for stage in STAGE_OF] for block in BLOCKS])
    liking = np.where(liking > 0, np.clip(liking, 0.4, 2.6), 0)
    by_age = pyramid[None] * liking[:, None, :] ** 0.8
    total = by_age.sum((1, 2), keepdims=True)
    by_age = np.where(total > 0, by_age / np.where(total > 0, total, 1), 0) * usual[:, None, None]
    return rng.poisson(by_age[:, None] * _origins()[:, :, None, :])


def _origins() -> Array:
    """Share of each origin by block and age: more in burdened blocks, more among the young."""
    level = _burden()[:, None] + 2
    foreign = np.clip(
        (0.012 + 0.044 * level) * np.interp(AGES, (0, 18, 28, 45, 65, 85), (0.8, 0.9, 1.7, 1.3, 0.7, 0.3)), 0, 0.6
    )
    migration = np.clip(
        (0.045 + 0.032 * level) * np.interp(AGES, (0, 10, 20, 35, 60, 85), (2.9, 2.6, 1.6, 0.9, 0.8, 0.5)), 0, 0.62
    )
    rest = 1 - foreign - migration
    short = np.clip(rest, 0.08, None)
    whole = foreign + migration + short
    return np.stack([short / whole, migration / whole, foreign / whole], axis=1)


def _die_and_age(now: Counts, rng: np.random.RandomState) -> tuple[Counts, Counts]:
    base = np.stack([0.000044 * np.exp(0.0935 * AGES), 0.0000172 * np.exp(0.1015 * AGES)])
    base[:, 0] = 0.0028
    risk = np.clip(base[None] * (1 + 0.11 * _burden())[:, None, None], 0, 0.6)
    gone = rng.binomial(now, np.broadcast_to(risk[:, None], SHAPE))
    left = now - gone
    older = np.zeros_like(left)
    older[..., 1:] = left[..., :-1]
    older[..., OLDEST] += left[..., OLDEST]
    return older, gone.sum((1, 2, 3))


def _be_born(now: Counts, year: int, rng: np.random.RandomState) -> tuple[Counts, Counts]:
    curve = np.exp(-0.5 * ((AGES - 31.2) / 5.4) ** 2) * ((AGES >= 15) & (AGES <= 49))
    curve /= curve.sum()
    # Students have fewer children: women near the university count less.
    calm = np.array([0.45 if block.kind == "uni" else 1.0 for block in BLOCKS])
    total = (1.27 + 0.10 * _burden()) * FERTILITY[year] * calm
    rate = total[:, None, None] * np.array([1.0, 1.08, 1.3])[None, :, None] * curve
    children = rng.poisson(now[:, :, FEMALE] * rate).sum(2)
    mixed, passed = rng.binomial(children[:, GERMAN], 0.09), rng.binomial(children[:, FOREIGN], 0.58)
    born = np.stack([children[:, 0] - mixed, children[:, 1] + mixed + passed, children[:, 2] - passed], axis=1)
    boys = rng.binomial(born, 0.513)
    after = now.copy()
    after[..., 0] = np.stack([boys, born - boys], axis=2)
    return after, born.sum(1)


def _become_german(now: Counts, rng: np.random.RandomState) -> Counts:
    changed = rng.binomial(now[:, FOREIGN], 0.019)
    after = now.copy()
    after[:, FOREIGN] -= changed
    after[:, GERMAN_MIGRATION] += changed
    return after


def _move(now: Counts, year: int, usual: Array, rng: np.random.RandomState) -> tuple[Counts, Counts]:
    """Moves out of town, about town and into town, in this order; who goes, and where to."""
    out_rate = np.interp(
        AGES, (0, 6, 17, 20, 24, 30, 40, 60, 80), (0.040, 0.022, 0.025, 0.075, 0.125, 0.095, 0.04, 0.014, 0.012)
    )
    about_rate = np.interp(
        AGES, (0, 6, 16, 20, 26, 33, 45, 65, 80), (0.085, 0.05, 0.035, 0.13, 0.15, 0.11, 0.05, 0.025, 0.04)
    )
    settled = np.array([_settled(block.kind) for block in BLOCKS])[:, None, None, None]
    leaving = rng.binomial(now, np.broadcast_to(out_rate * settled, SHAPE))
    changing = rng.binomial(now - leaving, np.broadcast_to(about_rate * settled, SHAPE))
    arriving = _arrivals(int(leaving.sum()) + NET[year], rng)
    moves = np.zeros((OUTSIDE + 1, OUTSIDE + 1, len(MOVE_AGES)), np.int64)
    after = now - leaving - changing
    for group in (changing, arriving):
        origin_block, origin, sex, age = (np.repeat(index, group[group > 0]) for index in np.nonzero(group))
        goal = _goals(origin, age, year, usual, rng)
        np.add.at(after, (goal, origin, sex, age), 1)
        start = origin_block if group is changing else np.full_like(origin_block, OUTSIDE)
        np.add.at(moves, (start, goal, _move_age(age)), 1)
    away = np.nonzero(leaving)
    np.add.at(moves, (away[0], OUTSIDE, _move_age(away[3])), leaving[away])
    return after, moves


def _settled(kind: str) -> float:
    return {"uni": 1.35, "gruender": 1.15, "kern": 1.1, "gross": 1.05, "efh": 0.72, "dorf": 0.68, "aue": 0.7}.get(
        kind, 1.0
    )


def _move_age(age: Counts) -> Counts:
    return np.searchsorted([last for _, last in MOVE_AGES], age)


def _arrivals(n: int, rng: np.random.RandomState) -> Counts:
    """People who come from elsewhere; their block is decided later, so they stand in the first one."""
    young = np.interp(
        AGES, (0, 6, 15, 18, 20, 24, 29, 36, 45, 65, 90), (4.2, 2.6, 2.6, 13, 23, 17, 12, 7, 3.6, 1.3, 0.4)
    )
    share = np.stack([young, young]) / (2 * young.sum())
    mix = np.array([0.57, 0.12, 0.31])
    group = np.zeros(SHAPE, np.int64)
    group[0] = rng.poisson(n * mix[:, None, None] * share[None])
    return group


def _goals(origin: Counts, age: Counts, year: int, usual: Array, rng: np.random.RandomState) -> Counts:
    liking = np.array([LIKING[block.kind] for block in BLOCKS])
    pull = usual[:, None] * liking
    new_town = [block.kind == "neubau" for block in BLOCKS]
    pull[new_town] *= 0.6 if year < 2017 else 1.7
    pull[[block.new == TINY for block in BLOCKS]] *= 0.68
    # Rents sort: who is new in the country finds a flat where flats are cheap.
    sorting = np.exp(np.outer(_burden(), (-0.16, 0.12, 0.44)))
    draws = rng.uniform(size=age.size)
    stage = STAGE_OF[age]
    goal = np.zeros(age.size, np.int64)
    for number in range(len(STAGES)):
        for kind in range(len(ORIGINS)):
            mine = (stage == number) & (origin == kind)
            borders = np.cumsum(pull[:, number] * sorting[:, kind])
            goal[mine] = np.searchsorted(borders / borders[-1], draws[mine], side="right")
    return goal
