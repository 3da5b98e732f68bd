"""Figures from the residents' register: people, households, moves, homes, votes."""

from __future__ import annotations

import numpy as np
from chance import BURDEN, Chance
from figures import Figures, keys_in
from people import AGES, FEMALE, FOREIGN, GERMAN, GERMAN_MIGRATION, MALE, MOVE_AGES, OUTSIDE, Array, Counts, People
from plan import BLOCKS, YEARS, keys_of_blocks, stand_of

SEXES = ("male", "female")
SINGLES = tuple((age, age) for age in range(25))
FINE = (*SINGLES, *((low, low + 4) for low in range(25, 85, 5)), (85, 120))
COARSE = (
    (0, 2),
    (3, 5),
    (6, 9),
    (10, 14),
    (15, 17),
    (18, 19),
    (20, 24),
    (25, 29),
    (30, 44),
    (45, 59),
    (60, 64),
    (65, 74),
    (75, 120),
)
VOTES = (2016, 2021)


def band(first: int, last: int) -> str:
    """Name of an age band: 0, 25-29, 85+."""
    if last >= 100:
        return f"{first}+"
    return str(first) if first == last else f"{first}-{last}"


def of_ages(counts: Counts, first: int, last: int) -> Counts:
    """Counts of an age band, both ends included; ages are the last axis."""
    return counts[..., first : last + 1].sum(-1)


def put_residents(figures: Figures, people: People, areas_km2: Array) -> None:
    """Everything the register knows."""
    for year in YEARS:
        stock = people.stock[year]
        _put_ages(figures, year, stock)
        _put_events(figures, year, people)
    _put_homes(figures, people, areas_km2)
    _put_households(figures, people)
    _put_votes(figures, people)


def _put_ages(figures: Figures, year: int, stock: Counts) -> None:
    figures.put("bevoelkerung", year, stock.sum((1, 2, 3)))
    figures.put("lebensalter_summe", year, (stock.sum((1, 2)) * AGES).sum(1))
    by_sex = stock.sum(1)
    for sex, name in enumerate(SEXES):
        figures.put("bevoelkerung", year, by_sex[:, sex].sum(1), name)
        for first, last in FINE:
            figures.put("bevoelkerung", year, of_ages(by_sex[:, sex], first, last), name, band(first, last))
        for first, last in COARSE:
            ages = of_ages(stock[:, :, sex], first, last)
            german, foreign = ages[:, :FOREIGN].sum(1), ages[:, FOREIGN]
            figures.put("bevoelkerung", year, german, "nationality", "german", name, band(first, last))
            figures.put("bevoelkerung", year, foreign, "nationality", "foreign", name, band(first, last))
            figures.put("bevoelkerung", year, ages[:, GERMAN], "migration", "without", name, band(first, last))
            figures.put(
                "bevoelkerung", year, ages[:, GERMAN_MIGRATION:].sum(1), "migration", "with", name, band(first, last)
            )


def _put_events(figures: Figures, year: int, people: People) -> None:
    births = people.births[year]
    boys = Chance(f"geburten{year}").rng.binomial(births, 0.513)
    figures.put("geburten", year, boys, "male")
    figures.put("geburten", year, births - boys, "female")
    keys = keys_in(year)
    place = np.array([*(keys.index(key) for key in keys_of_blocks(stand_of(year))), len(keys)])
    between = np.zeros((len(keys) + 1, len(keys) + 1, len(MOVE_AGES)), np.int64)
    np.add.at(between, (place[:, None], place[None, :]), people.moves[year])
    inside = np.arange(len(keys) + 1)
    between[inside, inside] = 0  # a move within the Stadtteil does not cross its border
    assert place[OUTSIDE] == len(keys)
    for number, (first, last) in enumerate(MOVE_AGES):
        figures.put_by_district("zuzuege", year, between[:, :-1, number].sum(0), band(first, last))
        figures.put_by_district("fortzuege", year, between[:-1, :, number].sum(1), band(first, last))


def _put_homes(figures: Figures, people: People, areas_km2: Array) -> None:
    chance = Chance("wohnen")
    kinds = [block.kind for block in BLOCKS]
    built = np.array(
        [
            {
                "kern": 0.62,
                "gruender": 0.66,
                "uni": 0.55,
                "zeile": 0.5,
                "gross": 0.45,
                "efh": 0.42,
                "neubau": 0.3,
                "dorf": 0.11,
                "hafen": 0.04,
                "aue": 0.012,
            }[kind]
            for kind in kinds
        ]
    )
    room = np.array(
        [
            {"efh": 50.0, "dorf": 54.0, "aue": 58.0, "neubau": 43.0, "gross": 33.0, "uni": 36.0}.get(kind, 40.0)
            for kind in kinds
        ]
    )
    stay = np.array(
        [
            {"uni": -0.75, "gruender": -0.35, "kern": -0.25, "efh": 0.45, "dorf": 0.55, "neubau": -0.6}.get(kind, 0.0)
            for kind in kinds
        ]
    )
    room = room * np.exp(chance.rng.normal(0, 0.04, len(BLOCKS))) - 1.6 * BURDEN
    for year in YEARS:
        stock = people.stock[year].sum((1, 2))
        usual = 0.5 * stock.sum(1) + 0.5 * people.stock[2020].sum((1, 2, 3))
        figures.put("wohnflaeche", year, np.round(usual * room * (1 + 0.002 * (year - 2015)) / 1000) * 1000)
        growing = 1 + np.array([0.045 if kind == "neubau" else 0.002 for kind in kinds]) * (year - 2015)
        figures.put("siedlungsflaeche", year, np.round(areas_km2 * 100 * built * growing, 1))
        share = chance.share("wohndauer", 0.6, -0.10, year, trend=0.006)
        share = np.round(1 / (1 + (1 / share - 1) * np.exp(-stay)), 6)
        figures.put("wohndauer_5_jahre", year, chance.some(stock[:, 5:].sum(1), share))


def _put_households(figures: Figures, people: People) -> None:
    chance = Chance("haushalte")
    alone = np.array(
        [
            {"uni": 1.1, "kern": 0.75, "gruender": 0.7, "efh": -0.7, "dorf": -0.8, "neubau": -0.6}.get(block.kind, 0.0)
            for block in BLOCKS
        ]
    )
    for year in YEARS:
        stock = people.stock[year].sum((1, 2))
        children, adults = stock[:, :18].sum(1), stock[:, 18:].sum(1)
        families = np.round(children / 1.66).astype(int)
        single = chance.some(families, chance.share("alleinerziehend", 0.205, 0.21, year))
        with_one = np.minimum(single + chance.some(single, np.full(len(BLOCKS), 0.44)), children)
        left = np.maximum(adults - single - 2 * (families - single) - np.round(0.12 * families).astype(int), 0)
        share = chance.share("allein", 0.41, 0.05, year, trend=0.008)
        ones = chance.some(left, np.round(1 / (1 + (1 / share - 1) * np.exp(-alone)), 6))
        others = np.round((left - ones) / 2.12).astype(int)
        figures.put("haushalte", year, families + ones + others)
        figures.put("einpersonenhaushalte", year, ones)
        figures.put("haushalte_mit_kindern", year, families)
        figures.put("haushalte_alleinerziehend", year, single)
        figures.put("kinder_alleinerziehend", year, np.where(single > 0, with_one, 0))


def _put_votes(figures: Figures, people: People) -> None:
    chance = Chance("wahl")
    for year in VOTES:
        stock = people.stock[year].sum(2)
        german = stock[:, :FOREIGN, 16:].sum((1, 2))
        european = chance.some(stock[:, FOREIGN, 16:].sum(1), np.full(len(BLOCKS), 0.34))
        entitled = german + european
        figures.put("wahlberechtigte", year, entitled)
        figures.put(
            "waehlende", year, chance.some(entitled, chance.share("waehlende", 0.52, -0.30, year, trend=-0.006))
        )


def part_of_sex(stock: Counts, sex: int) -> Counts:
    """The stock of one sex, all origins: block x age."""
    assert sex in (MALE, FEMALE)
    return stock[:, :, sex].sum(1)
