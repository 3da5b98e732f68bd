"""Figures on benefits, work and support for families."""

from __future__ import annotations

import numpy as np
from chance import Chance
from figures import Figures
from people import AGES, FOREIGN, Counts, People
from plan import BLOCKS, YEARS
from residents import SEXES, of_ages

# The ups and downs of a whole town: 2016 asylum, 2020 pandemic, 2022 refugees from Ukraine.
CYCLE = {
    2015: 0.02,
    2016: 0.10,
    2017: 0.12,
    2018: 0.05,
    2019: -0.02,
    2020: 0.05,
    2021: 0.0,
    2022: 0.12,
    2023: 0.13,
    2024: 0.10,
}
WORKLESS = {2020: 0.17, 2021: 0.08, 2022: 0.04, 2023: 0.08, 2024: 0.12}


def put_welfare(figures: Figures, people: People) -> None:
    """Everything from employment agency, jobcentre, social and youth welfare office."""
    support, work, youth = Chance("sgb2"), Chance("arbeit"), Chance("jugendamt")
    for year in YEARS:
        stock = people.stock[year]
        teens = _put_support(figures, year, stock, support)
        _put_work(figures, year, stock, work)
        _put_young(figures, year, stock, work)
        _put_family(figures, year, stock, youth, teens)


def _put_support(figures: Figures, year: int, stock: Counts, chance: Chance) -> Counts:
    """SGB II by person; returns recipients aged 6 to 17 by block."""
    base = chance.share("sgb2", 0.066, 0.56, year, shocks=CYCLE)
    odds = (base / (1 - base))[:, None, None, None] * np.array([0.72, 1.5, 2.6])[None, :, None, None]
    odds = odds * np.interp(AGES[:65], (0, 14, 18, 25, 40, 64), (1.9, 1.75, 1.2, 0.95, 0.95, 0.75))
    share = np.round(np.broadcast_to(odds / (1 + odds), stock[..., :65].shape), 6)
    drawing = chance.rng.binomial(stock[..., :65], share)
    figures.put("sgb2_leistungsberechtigte", year, drawing.sum((1, 2, 3)))
    for sex, name in enumerate(SEXES):
        figures.put("sgb2_leistungsberechtigte", year, drawing[:, :, sex].sum((1, 2)), name)
    figures.put("sgb2_leistungsberechtigte", year, drawing[:, :FOREIGN].sum((1, 2, 3)), "german")
    figures.put("sgb2_leistungsberechtigte", year, drawing[:, FOREIGN].sum((1, 2)), "foreign")
    children, entitled = stock.sum((1, 2))[:, :15], drawing.sum((1, 2))
    more = chance.rng.binomial(children - entitled[:, :15], 0.004)
    for text, first, last in (("0-2", 0, 2), ("3-5", 3, 5), ("6-14", 6, 14)):
        figures.put("kinder_sgb2", year, of_ages(entitled[:, :15] + more, first, last), text)
    people_below_65 = of_ages(stock.sum((1, 2)), 0, 64)
    figures.put("bevoelkerung_unter_65", year, people_below_65)  # base of the published rate
    return of_ages(entitled, 6, 17)


def _put_work(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    by_sex = stock.sum(1)
    total = 0
    for sex, name in enumerate(SEXES):
        for text, first, last, base in (("15-24", 15, 24, 0.036), ("25-54", 25, 54, 0.062), ("55-64", 55, 64, 0.058)):
            share = chance.share("arbeitslose", base * (1.08 if sex == 0 else 0.92), 0.42, year, shocks=WORKLESS)
            out = chance.some(of_ages(by_sex[:, sex], first, last), share)
            figures.put("arbeitslose", year, out, name, text)
            total = total + out
        share = chance.share(f"sv_{name}", 0.63 if sex == 0 else 0.575, -0.13, year, trend=0.014, noise=0.05)
        working = chance.some(of_ages(by_sex[:, sex], 18, 64), share)
        level = np.array([block.burden for block in BLOCKS])
        academic = (
            0.23
            * np.exp(-0.33 * level)
            * np.array([1.9 if block.kind in ("uni", "gruender") else 1.0 for block in BLOCKS])
        )
        kinds = chance.split(
            working, [0.105 * np.exp(0.3 * level), np.full(len(BLOCKS), 0.58), academic, np.full(len(BLOCKS), 0.06)]
        )
        for text, counts in zip(("none", "vocational", "academic", "unknown"), kinds, strict=True):
            figures.put("sv_beschaeftigte", year, counts, name, text)
        young = of_ages(by_sex[:, sex], 15, 24)
        learning = chance.some(
            young, chance.share(f"azubi_{name}", 0.105 if sex == 0 else 0.08, 0.08, year) * _not_students()
        )
        figures.put("auszubildende", year, learning, name)
        old = by_sex[:, sex, 65:].sum(1)
        figures.put(
            "grundsicherung_alter",
            year,
            chance.some(old, chance.share("grusi", 0.033 if sex == 0 else 0.036, 0.52, year, trend=0.02)),
            name,
        )
    assert isinstance(total, np.ndarray)
    long = chance.some(total, chance.share("langzeit", 0.37, 0.10, year, shocks={2021: 0.25, 2022: 0.2}))
    figures.put("langzeitarbeitslose", year, long)


def _not_students() -> np.ndarray:
    return np.array([{"uni": 0.35, "gruender": 0.75}.get(block.kind, 1.0) for block in BLOCKS])


def _put_young(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    by_sex = stock.sum(1)
    for sex, name in enumerate(SEXES):
        out = chance.some(
            of_ages(by_sex[:, sex], 15, 24),
            chance.share("ohne_anschluss", 0.034, 0.40, year, shocks=WORKLESS) * _not_students(),
        )
        figures.put("junge_ohne_anschluss", year, out, name)
        asking = chance.some(
            of_ages(by_sex[:, sex], 16, 20),
            chance.share("bewerbende", 0.115, 0.22, year, trend=-0.025) * _not_students(),
        )
        figures.put("ausbildung_bewerbende", year, asking, name)
        figures.put(
            "ausbildung_unversorgte",
            year,
            chance.some(asking, chance.share("unversorgt", 0.10, 0.16, year, shocks={2020: 0.3, 2021: 0.25})),
            name,
        )


def _put_family(figures: Figures, year: int, stock: Counts, chance: Chance, teens: Counts) -> None:
    all_ages = stock.sum((1, 2))
    below_21, school_age = of_ages(all_ages, 0, 20), of_ages(all_ages, 6, 17)
    supported = chance.some(below_21, chance.share("hze", 0.020, 0.44, year, trend=0.012))
    for text, counts in zip(
        ("ambulatory", "day_care", "residential"), chance.split(supported, [0.5, 0.12, 0.38]), strict=True
    ):
        figures.put("hilfen_zur_erziehung", year, counts, text)
    figures.put(
        "erziehungsberatungen",
        year,
        chance.some(below_21, chance.share("eb", 0.024, 0.06, year, trend=0.01, shocks={2020: -0.2, 2021: 0.05})),
    )
    others = chance.some(school_age - teens, chance.share("but_andere", 0.035, 0.45, year, trend=0.05))
    figures.put("but_berechtigte", year, teens + others)
    figures.put(
        "but_nutzende",
        year,
        chance.some(
            teens + others, chance.share("but_nutzung", 0.36, -0.03, year, trend=0.05, shocks={2020: -0.35, 2021: -0.2})
        ),
    )
