"""Figures on schools by home address, on leaving school, on training and university."""

from __future__ import annotations

import numpy as np
from chance import BURDEN, Chance
from childhood import LANGUAGES, other_language
from figures import Figures
from people import FOREIGN, Counts, People
from plan import BLOCKS, YEARS
from residents import SEXES, of_ages

GRADES = {
    "1-4": (6, 9, 0.975),
    "5-6": (10, 11, 0.975),
    "7-9": (12, 14, 0.97),
    "10": (15, 15, 0.95),
    "11-13": (16, 18, 0.0),
}
SCHULARTEN = ("grundschule", "hauptschule", "realschule", "gesamtschule", "gymnasium", "foerderschule")
SECONDARY = ("hauptschule", "realschule", "gesamtschule", "gymnasium")
CERTIFICATES = ("none", "hauptschule", "mittlerer", "fachhochschulreife", "hochschulreife")
SECTORS = ("dual", "school_based", "transition")
SCHOOL_YEARS = YEARS  # 2024 is the school year 2024/25
Pupils = dict[tuple[str, str, str, str], np.ndarray]  # grade, Schulart, language, sex


def put_schools(figures: Figures, people: People) -> None:
    """Everything at school and just after it."""
    chance, later = Chance("schule"), Chance("abgang")
    for year in SCHOOL_YEARS:
        stock = people.stock[year]
        pupils = _pupils(year, stock, chance)
        for (grade, kind, language, sex), counts in pupils.items():
            figures.put("schueler", year, counts, grade, kind, language, sex)
        _put_entry(figures, year, stock, chance)
        _put_primary(figures, year, pupils, chance)
        _put_needs(figures, year, pupils, chance)
        _put_transition(figures, year, stock, chance)
        _put_training(figures, year, stock, later)
    for year in YEARS:
        _put_leavers(figures, year, people.stock[year], later)


def of_pupils(pupils: Pupils, grades: tuple[str, ...], kinds: tuple[str, ...] = SCHULARTEN, sex: str = "") -> Counts:
    """Pupils of some grades and kinds of school together."""
    parts = [
        counts
        for (grade, kind, _, who), counts in pupils.items()
        if grade in grades and kind in kinds and sex in ("", who)
    ]
    return np.sum(parts, axis=0)


def _mix(year: int, sex: int, language: int, special: float) -> list[np.ndarray]:
    """Weights of Hauptschule, Realschule, Gesamtschule, Gymnasium, Förderschule by block."""
    since = year - YEARS[0]
    gym = 0.43 * np.exp(-0.36 * BURDEN + (0.10 if sex else -0.05) - 0.25 * language)
    return [
        0.055 * np.exp(0.45 * BURDEN - 0.05 * since),
        0.20 * np.exp(0.05 * BURDEN - 0.015 * since),
        0.30 * np.exp(0.12 * BURDEN + 0.02 * since),
        gym,
        special * np.exp(0.36 * BURDEN + (-0.25 if sex else 0.12)),
    ]


def _pupils(year: int, stock: Counts, chance: Chance) -> Pupils:
    pupils: Pupils = {}
    nobody = np.zeros(len(BLOCKS), np.int64)
    for grade, (first, last, attending) in GRADES.items():
        speech = other_language(stock, first, last)
        upper = (
            chance.share("oberstufe", 0.47, -0.30, year, trend=0.01, noise=0.07)
            if grade == "11-13"
            else np.full(len(BLOCKS), attending)
        )
        for sex, name in enumerate(SEXES):
            here = chance.some(of_ages(stock[:, :, sex].sum(1), first, last), upper)
            for number, (language, some) in enumerate(
                zip(LANGUAGES, chance.split(here, [1 - speech, speech]), strict=True)
            ):
                weights = _mix(year, sex, number, 0.030)
                if grade == "1-4":
                    kinds = dict(
                        zip(
                            ("foerderschule", "grundschule"),
                            chance.split(some, [0.018 * np.exp(0.3 * BURDEN), np.full(len(BLOCKS), 1.0)]),
                            strict=True,
                        )
                    )
                elif grade == "11-13":
                    kinds = dict(
                        zip(
                            ("gesamtschule", "gymnasium"),
                            chance.split(some, [0.45 * weights[2], weights[3]]),
                            strict=True,
                        )
                    )
                else:
                    kinds = dict(zip((*SECONDARY, "foerderschule"), chance.split(some, weights), strict=True))
                for kind in SCHULARTEN:
                    pupils[grade, kind, language, name] = kinds.get(kind, nobody)
    return pupils


def _put_entry(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    for sex, name in enumerate(SEXES):
        starting = chance.some(stock[:, :, sex, 6].sum(1), np.full(len(BLOCKS), 0.985))
        early = 0.028 * np.exp(-0.12 * BURDEN - 0.03 * (year - 2015)) * (1.2 if sex else 0.8)
        late = 0.052 * np.exp(0.22 * BURDEN + 0.03 * (year - 2015)) * (0.75 if sex else 1.2)
        parts = chance.split(starting, [early, late, np.full(len(BLOCKS), 0.92)])
        for timing, counts in zip(("early", "late", "regular"), parts, strict=True):
            figures.put("einschulungen", year, counts, timing, name)


def _put_primary(figures: Figures, year: int, pupils: Pupils, chance: Chance) -> None:
    figures.put(
        "schueler_zustaendige_schule",
        year,
        chance.some(of_pupils(pupils, ("1-4",)), chance.share("zustaendig", 0.76, -0.12, year, trend=-0.01)),
    )
    for name in SEXES:
        share = chance.share("ganztag", 0.43, 0.06, year, trend=0.075, noise=0.2)
        figures.put("schueler_ganztag", year, chance.some(of_pupils(pupils, ("1-4",), sex=name), share), name)


def _put_needs(figures: Figures, year: int, pupils: Pupils, chance: Chance) -> None:
    lower = ("1-4", "5-6", "7-9", "10")
    everyone = of_pupils(pupils, lower)
    figures.put(
        "lernmittelbefreite", year, chance.some(everyone, chance.share("lernmittel", 0.155, 0.50, year, trend=0.012))
    )
    special = of_pupils(pupils, lower, ("foerderschule",))
    regular = chance.some(everyone - special, chance.share("inklusion", 0.036, 0.26, year, trend=0.045))
    for place, counts in (("regular_school", regular), ("special_school", special)):
        for focus, some in zip(("lse", "other"), chance.split(counts, [0.64, 0.36]), strict=True):
            figures.put("schueler_foerderbedarf", year, some, place, focus)
    for name, base in zip(SEXES, (0.021, 0.016), strict=True):
        share = chance.share("wiederholung", base, 0.22, year, shocks={2020: -0.6, 2021: 0.15})
        figures.put("wiederholungen", year, chance.some(of_pupils(pupils, lower, sex=name), share), name)
    climbing = of_pupils(pupils, ("7-9",), ("gymnasium", "realschule"))
    figures.put(
        "schulformwechsel_ab",
        year,
        chance.some(climbing, chance.share("wechsel", 0.026, 0.20, year, shocks={2020: -0.5})),
    )


def _put_transition(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    speech = other_language(stock, 9, 10)
    for sex, name in enumerate(SEXES):
        fourth = chance.some(stock[:, :, sex, 9].sum(1), np.full(len(BLOCKS), 0.94))
        for kind, counts in zip(SECONDARY, chance.split(fourth, _mix(year, sex, 0, 0.0)[:4]), strict=True):
            figures.put("empfehlungen", year, counts, kind, name)
        going = chance.some(stock[:, :, sex, 10].sum(1), np.full(len(BLOCKS), 0.97))
        for number, (language, some) in enumerate(
            zip(LANGUAGES, chance.split(going, [1 - speech, speech]), strict=True)
        ):
            for kind, counts in zip(
                (*SECONDARY, "foerderschule"), chance.split(some, _mix(year, sex, number, 0.028)), strict=True
            ):
                figures.put("uebergaenge", year, counts, kind, name, language)


def _put_leavers(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    for sex, name in enumerate(SEXES):
        for nationality, origins, lift in (("german", slice(0, FOREIGN), 0.0), ("foreign", slice(FOREIGN, None), 0.55)):
            ages = stock[:, origins, sex].sum(1)
            leaving = chance.some(of_ages(ages, 16, 18), np.full(len(BLOCKS), 0.315))
            level, girls = BURDEN + lift, 0.12 if sex else -0.08
            weights = [
                0.062 * np.exp(0.42 * level - girls),
                0.15 * np.exp(0.32 * level - girls),
                np.full(len(BLOCKS), 0.40),
                np.full(len(BLOCKS), 0.05),
                0.36 * np.exp(-0.42 * level + girls),
            ]
            for certificate, counts in zip(CERTIFICATES, chance.split(leaving, weights), strict=True):
                figures.put("schulabgaenge", year, counts, certificate, name, nationality)


def _put_training(figures: Figures, year: int, stock: Counts, chance: Chance) -> None:
    by_sex = stock.sum(1)
    calm = np.array([{"uni": 0.4, "gruender": 0.8}.get(block.kind, 1.0) for block in BLOCKS])
    study = np.array([{"uni": 0.62, "gruender": 0.33, "kern": 0.33}.get(block.kind, 0.13) for block in BLOCKS])
    for sex, name in enumerate(SEXES):
        new = chance.some(of_ages(by_sex[:, sex], 16, 20), 0.175 * calm)
        weights = [
            0.47 * np.exp(-0.10 * BURDEN) * (0.8 if sex else 1.15),
            np.full(len(BLOCKS), 0.36 if sex else 0.15),
            0.25 * np.exp(0.30 * BURDEN),
        ]
        for sector, counts in zip(SECTORS, chance.split(new, weights), strict=True):
            figures.put("berufsbildung_anfaenge", year, counts, sector, name)
        share = np.round(study * np.exp(-0.08 * BURDEN), 6)
        figures.put("studierende", year, chance.some(of_ages(by_sex[:, sex], 18, 29), share), name)
