"""Figures counted where the institution stands: places, staff, pupils, classes, units, playgrounds."""

from __future__ import annotations

import numpy as np
from chance import Chance
from childhood import KITA_YEARS
from figures import Figures
from people import Array, People
from plan import BLOCKS, YEARS
from residents import of_ages
from schools import GRADES, SCHOOL_YEARS
from sites import Site

TYPES = {
    "kita": "kita",
    "tagespflege": "",
    "jugend": "youth",
    "bibliothek": "library",
    "vhs": "adult_education",
    "musikschule": "music_school",
}
CLASS_SIZES = {
    "grundschule": 22.8,
    "gymnasium": 27.4,
    "gesamtschule": 26.2,
    "realschule": 25.6,
    "hauptschule": 19.5,
    "foerderschule": 10.5,
}
ALL_DAY = {
    2015: 0.38,
    2016: 0.41,
    2017: 0.44,
    2018: 0.47,
    2019: 0.50,
    2020: 0.52,
    2021: 0.55,
    2022: 0.58,
    2023: 0.62,
    2024: 0.66,
}


def put_places(figures: Figures, people: People, sites: list[Site]) -> None:
    """Everything counted at institutions."""
    chance = Chance("standorte")
    for year in KITA_YEARS:
        _put_kitas(figures, year, [site for site in sites if site.opened < year], chance)
    for year in SCHOOL_YEARS:
        _put_schools(figures, year, [site for site in sites if site.opened <= year], chance)
    for year in YEARS:
        _put_rest(figures, year, people, [site for site in sites if site.opened <= year], chance)


def by_block(pairs: list[tuple[int, float]]) -> Array:
    """Sums of (block, number) pairs over the blocks."""
    out = np.zeros(len(BLOCKS))
    for block, number in pairs:
        out[block] += number
    return np.round(out, 4)


def _put_kitas(figures: Figures, year: int, sites: list[Site], chance: Chance) -> None:
    kitas = [site for site in sites if site.kind in ("kita", "tagespflege")]
    small = [(site.block, float(site.places_u3)) for site in kitas]
    big = [(site.block, float(site.places - site.places_u3)) for site in kitas]
    figures.put("kita_plaetze", year, by_block(small), "0-2")
    figures.put("kita_plaetze", year, by_block(big), "3-5")
    filled = [(block, float(chance.rng.binomial(int(n), 0.93))) for block, n in small]
    full = [(block, float(chance.rng.binomial(int(n), 0.965))) for block, n in big]
    figures.put("kita_kinder_am_ort", year, by_block(filled), "0-2")
    figures.put("kita_kinder_am_ort", year, by_block(full), "3-5")
    posts = [(block, round(n / 4.3 + m / 8.9, 1)) for (block, n), (_, m) in zip(filled, full, strict=True)]
    figures.put("kita_fachkraefte", year, by_block(posts))


def _put_schools(figures: Figures, year: int, sites: list[Site], chance: Chance) -> None:
    """Pupils at schools: residents of the town plus some from outside, shared out by the size of the schools."""
    rows: dict[str, list[tuple[int, float]]] = {grade: [] for grade in GRADES}
    classes: dict[str, list[tuple[int, float]]] = {grade: [] for grade in GRADES}
    for kind, size in CLASS_SIZES.items():
        schools = [site for site in sites if site.kind == kind]
        weight = np.array([site.places for site in schools], float) * np.exp(chance.rng.normal(0, 0.03, len(schools)))
        for grade in GRADES:
            there = sum(
                figures.of_blocks("schueler", year, grade, kind, language, sex).sum()
                for language in ("german", "other")
                for sex in ("male", "female")
            )
            shares = np.round(there * (1.0 if kind == "grundschule" else 1.05) * weight / weight.sum())
            rows[grade] += [(site.block, float(n)) for site, n in zip(schools, shares, strict=True)]
            classes[grade] += [
                (site.block, float(np.ceil(n / size)) if n else 0.0) for site, n in zip(schools, shares, strict=True)
            ]
    for grade, pairs in rows.items():
        figures.put("schueler_am_ort", year, by_block(pairs), grade)
        if grade != "11-13":
            figures.put("klassen", year, by_block(classes[grade]), grade)
    primary = [site for site in sites if site.kind == "grundschule"]
    figures.put(
        "ganztagsplaetze",
        year,
        by_block([(site.block, round(site.places * ALL_DAY[year] / 25) * 25.0) for site in primary]),
    )
    schools = [site for site in sites if site.kind in CLASS_SIZES]
    posts = [(site.block, _posts(site, year)) for site in schools]
    figures.put("schulsozialarbeit_stellen", year, by_block(posts))


def _posts(site: Site, year: int) -> float:
    """Posts of school social work: more where burdens are higher, growing in steps of a quarter."""
    per_pupil = {"gymnasium": 0.0009, "grundschule": 0.0016}.get(site.kind, 0.0026)
    lift = np.exp(0.35 * BLOCKS[site.block].burden) * (0.7 + 0.06 * (year - 2015))
    return float(np.round(site.places * per_pupil * lift * 4) / 4)


def _put_rest(figures: Figures, year: int, people: People, sites: list[Site], chance: Chance) -> None:
    for kind in ("kita", "school", "library", "adult_education", "music_school", "youth"):
        standing = [(site.block, 1.0) for site in sites if TYPES.get(site.kind, "school") == kind]
        figures.put("bildungseinrichtungen", year, by_block(standing), kind)
    figures.put(
        "jugend_plaetze", year, by_block([(site.block, float(site.places)) for site in sites if site.kind == "jugend"])
    )
    shut = {2020: 0.45, 2021: 0.55, 2022: 0.85}.get(year, 1.0)
    houses = [site for site in sites if site.kind in ("vhs", "bibliothek")]
    units = [(site.block, float(chance.rng.poisson((4200 if site.kind == "vhs" else 260) * shut))) for site in houses]
    figures.put("vhs_unterrichtseinheiten", year, by_block(units))
    children = of_ages(people.stock[2016].sum((1, 2)), 0, 13)
    play = np.array(
        [
            {"gross": 6.4, "zeile": 5.4, "gruender": 3.4, "kern": 2.9, "uni": 3.2, "neubau": 9.5}.get(block.kind, 6.0)
            for block in BLOCKS
        ]
    )
    figures.put("spielplatzflaeche", year, np.round(children * play * (1 + 0.008 * (year - 2015)) / 10) * 10)
