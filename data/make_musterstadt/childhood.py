"""Figures on early childhood: welcome visits, day care by home address, school entry examination."""

from __future__ import annotations

import numpy as np
from chance import Chance
from figures import Figures
from people import FOREIGN, GERMAN_MIGRATION, Counts, People
from plan import BLOCKS, YEARS
from residents import SEXES, of_ages

KITA_YEARS = YEARS[1:]
ESU_YEARS = tuple(year for year in YEARS if year != 2020)  # 2020: pandemic, no examinations
CARE = ("kita", "childminder")
HOURS = ("up_to_35", "over_35")
LANGUAGES = ("german", "other")


def put_childhood(figures: Figures, people: People) -> None:
    """Everything before school."""
    visits, kita, esu = Chance("willkommen"), Chance("kita"), Chance("esu")
    for year in YEARS:
        share = visits.share("besuch", 0.66, 0.05, year, trend=0.02, shocks={2020: -0.9, 2021: -0.5})
        figures.put("willkommensbesuche", year, visits.some(people.births[year], share))
    for year in KITA_YEARS:
        _put_care(figures, year, people.stock[year - 1], kita)
    for year in ESU_YEARS:
        _put_examination(figures, year, people.stock[year - 1], esu)


def other_language(stock: Counts, first: int, last: int) -> np.ndarray:
    """Share of children who mostly speak another language than German at home, by block."""
    ages = of_ages(stock.sum(2), first, last)
    speaking = 0.78 * ages[:, FOREIGN] + 0.40 * ages[:, GERMAN_MIGRATION]
    return np.round(speaking / np.maximum(ages.sum(1), 1), 6)


def _put_care(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    """Children in care on 1 March: the register of the last day of the year before."""
    all_ages = stock.sum((1, 2))
    language = other_language(stock, 0, 5)
    attending = np.zeros(len(BLOCKS), np.int64)
    for text, first, last, base, slope, trend, minder in (
        ("0", 0, 0, 0.020, -0.10, 0.0, 0.55),
        ("1", 1, 1, 0.40, -0.17, 0.045, 0.24),
        ("2", 2, 2, 0.64, -0.16, 0.045, 0.12),
        ("3-5", 3, 5, 0.935, -0.14, -0.005, 0.005),
    ):
        share = chance.share(f"besuch_{text}", base, slope, year, trend=trend, noise=0.08)
        children = chance.some(of_ages(all_ages, first, last), share)
        attending = attending + children
        for speech, part in zip(LANGUAGES, chance.split(children, [1 - 0.9 * language, 0.9 * language]), strict=True):
            for care, some in zip(CARE, chance.split(part, [1 - minder, minder]), strict=True):
                long = chance.share("stunden", 0.52, -0.05, year, trend=0.02)
                for hours, few in zip(HOURS, chance.split(some, [1 - long, long]), strict=True):
                    figures.put("kita_kinder", year, few, text, care, hours, speech)
    figures.put(
        "kita_eingliederungshilfe",
        year,
        chance.some(attending, chance.share("eingliederung", 0.031, 0.16, year, trend=0.025)),
    )


def _put_examination(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    """School starters of a year: those aged five at the end of the year before."""
    speech = other_language(stock, 5, 5) - 0.22
    total = np.zeros(len(BLOCKS), np.int64)
    heavy_all = np.zeros(len(BLOCKS), np.int64)
    recent = dict.fromkeys((2021, 2022, 2023, 2024), 0.1)
    for sex, name in enumerate(SEXES):
        seen = chance.some(stock[:, :, sex, 5].sum(1), np.full(len(BLOCKS), 0.965))
        total = total + seen
        figures.put("esu_untersuchte", year, seen, name)
        base = 0.205 if sex == 0 else 0.155
        share = chance.share("sprache", base, 0.34, year, trend=0.022, noise=0.10, shocks=recent)
        share = np.clip(share + 0.38 * speech, 0.02, 0.8)
        figures.put("esu_sprachfoerderbedarf", year, chance.some(seen, share), name)
        moving = chance.share("visuomotorik", 0.135 if sex == 0 else 0.085, 0.26, year, trend=0.012, shocks=recent)
        figures.put("esu_visuomotorik", year, chance.some(seen, moving), name)
        heavy = chance.some(
            seen, chance.share("gewicht", 0.098, 0.27, year, shocks={2021: 0.22, 2022: 0.16, 2023: 0.08})
        )
        heavy_all = heavy_all + heavy
        figures.put("esu_uebergewicht", year, heavy, name)
    figures.put("esu_adipositas", year, chance.some(heavy_all, chance.share("adipositas", 0.38, 0.10, year)))
    shown = chance.some(total, chance.share("heft", 0.905, -0.20, year))
    figures.put("esu_heft_vorgelegt", year, shown)
    figures.put(
        "esu_u_vollstaendig",
        year,
        chance.some(shown, chance.share("u_hefte", 0.87, -0.16, year, shocks={2021: -0.15, 2022: -0.1})),
    )
    known = chance.some(total, chance.share("dauer", 0.945, -0.12, year))
    figures.put("esu_kita_dauer_bekannt", year, known)
    figures.put(
        "esu_kita_3_jahre", year, chance.some(known, chance.share("drei_jahre", 0.735, -0.36, year, trend=0.02))
    )
