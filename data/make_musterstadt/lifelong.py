"""Figures on learning through life, by home address: library, courses, music, holidays, advice."""

from __future__ import annotations

import numpy as np
import shapely
from chance import BURDEN, Chance
from figures import Figures
from people import People
from plan import BLOCKS, YEARS
from residents import SEXES, of_ages
from sites import Site

PROGRAMMES = ("society", "culture", "health", "languages", "work", "basic_education")
SHUT = {2020: -0.75, 2021: -0.6, 2022: -0.2}
WALK = 800  # metres as the crow flies that make about 1,000 m on foot


def put_lifelong(figures: Figures, people: People, shapes: list[shapely.Polygon], sites: list[Site]) -> None:
    """Everything outside school."""
    near = _near_library(shapes, sites)
    chance = Chance("lebenslang")
    for year in YEARS:
        stock = people.stock[year].sum((1, 2))
        _put_courses(figures, year, stock, chance)
        _put_library(figures, year, stock, chance, near)
        children = of_ages(stock, 6, 12)
        figures.put(
            "ferienangebot_teilnehmende",
            year,
            chance.some(children, chance.share("ferien", 0.135, 0.14, year, shocks=SHUT)),
        )
        for sex, name in enumerate(SEXES):
            young = of_ages(people.stock[year][:, :, sex].sum(1), 6, 17)
            share = chance.share("musik", 0.050 + 0.018 * sex, -0.42, year, shocks={2020: -0.1, 2021: -0.2})
            figures.put("musikschule_schueler", year, chance.some(young, share), name)
        adults = of_ages(stock, 18, 100)
        rate = 0.0062 * np.exp(0.12 * BURDEN + {2020: -0.5, 2021: -0.25}.get(year, 0.02 * (year - 2015)))
        advised = chance.rng.poisson(adults * rate)
        figures.put("bildungsberatungen", year, _by_telephone(advised, chance) if year == 2020 else advised)


def _by_telephone(advised: np.ndarray, chance: Chance) -> np.ndarray:
    """A quirk put in on purpose: in 2020 calls without an address were booked at the office in the Altstadt."""
    calls = chance.rng.binomial(advised, 0.42)
    booked = advised - calls
    booked[[block.new_name for block in BLOCKS].index("Altstadt")] += calls.sum()
    return booked


def _put_courses(figures: Figures, year: int, stock: np.ndarray, chance: Chance) -> None:
    for text, first, last, rate in (("18-64", 18, 64, 0.042), ("65+", 65, 100, 0.048)):
        mean = of_ages(stock, first, last) * rate * np.exp(-0.22 * BURDEN + SHUT.get(year, 0.0))
        booked = chance.rng.poisson(mean)
        basic = 0.02 * np.exp(0.5 * BURDEN)
        weights = [0.08, 0.17, 0.30 * np.exp(-0.1 * BURDEN), 0.30 * np.exp(0.15 * BURDEN), 0.09, basic]
        full = [np.broadcast_to(weight, BURDEN.shape) for weight in weights]
        for programme, counts in zip(PROGRAMMES, chance.split(booked, full), strict=True):
            figures.put("vhs_belegungen", year, counts, text, programme)


def _put_library(figures: Figures, year: int, stock: np.ndarray, chance: Chance, near: np.ndarray) -> None:
    for text, first, last, base in (
        ("0-5", 0, 5, 0.06),
        ("6-12", 6, 12, 0.27),
        ("13-17", 13, 17, 0.12),
        ("18-64", 18, 64, 0.055),
        ("65+", 65, 100, 0.05),
    ):
        share = chance.share("bibliothek", base, -0.16, year, trend=-0.012, shocks=SHUT)
        figures.put(
            "bibliothek_nutzende", year, chance.some(of_ages(stock, first, last), share * (0.8 + 0.45 * near)), text
        )
    figures.put("kinder_bibliothek_1000m", year, chance.some(of_ages(stock, 6, 12), near))


def _near_library(shapes: list[shapely.Polygon], sites: list[Site]) -> np.ndarray:
    """Share of a block within walking distance of a library; people live denser near the middle of things."""
    rings = shapely.union_all(
        [shapely.Point(site.x, site.y).buffer(WALK, quad_segs=8) for site in sites if site.kind == "bibliothek"]
    )
    share = np.array([shape.intersection(rings).area / shape.area for shape in shapes])
    crowd = np.array([1.6 if block.kind in ("dorf", "efh", "aue") else 1.15 for block in BLOCKS])
    return np.round(np.clip(share * crowd, 0, 1), 3)
