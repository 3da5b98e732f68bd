"""Raw files counted at institutions, and of library, courses and leisure."""

from __future__ import annotations

from childhood import KITA_YEARS
from figures import Figures
from files import Raw
from lifelong import PROGRAMMES
from plan import YEARS
from raw_schools import SEX, school_year
from schools import GRADES, SCHOOL_YEARS
from wide import Wide


def add_places(raw: Raw, figures: Figures) -> None:
    """Everything at institutions and in leisure."""
    _kitas(raw, figures)
    _school_sites(raw, figures)
    _sites(raw, figures)
    _courses(raw, figures)
    _library(raw, figures)
    _leisure(raw, figures)


def _kitas(raw: Raw, figures: Figures) -> None:
    columns = {
        "Plätze unter 3": ("kita_plaetze", ("0-2",)),
        "Plätze ab 3": ("kita_plaetze", ("3-5",)),
        "Kinder unter 3": ("kita_kinder_am_ort", ("0-2",)),
        "Kinder ab 3": ("kita_kinder_am_ort", ("3-5",)),
        "Fachkräfte (VZÄ)": ("kita_fachkraefte", ()),
    }
    dims = {"kita_plaetze": ("age",), "kita_kinder_am_ort": ("age",)}
    Wide(
        "kita_standorte",
        "Plätze, Kinder und Fachkräfte in Kitas nach Standort 2016–2024",
        "jugend",
        "schulort",
        columns,
        dims,
        KITA_YEARS,
        encoding="cp850",
        digits={"Fachkräfte (VZÄ)": 1},
        label=lambda year: f"1.3.{year}",
        periods=str,
        when="Stichtag",
        notes="Zeichensatz cp850; gezählt am Standort der Kita, nicht am Wohnort der Kinder.",
    ).add(raw, figures)


def _school_sites(raw: Raw, figures: Figures) -> None:
    columns = {f"Schüler Jg {grade}": ("schueler_am_ort", (grade,)) for grade in GRADES}
    columns |= {f"Klassen Jg {grade}": ("klassen", (grade,)) for grade in GRADES if grade != "11-13"}
    columns |= {"Ganztagsplätze": ("ganztagsplaetze", ()), "Schulsozialarbeit (VZÄ)": ("schulsozialarbeit_stellen", ())}
    dims = {"schueler_am_ort": ("grade",), "klassen": ("grade",)}
    Wide(
        "schulstandorte",
        "Schülerinnen und Schüler, Klassen und Stellen am Schulstandort 2015/16–2024/25",
        "schule",
        "schulort",
        columns,
        dims,
        SCHOOL_YEARS,
        label=school_year,
        when="Schuljahr",
        digits={"Schulsozialarbeit (VZÄ)": 2},
        notes="Gezählt am Schulstandort: nicht mit der Bevölkerung am Wohnort zu einer Quote zu verrechnen.",
    ).add(raw, figures)


def _sites(raw: Raw, figures: Figures) -> None:
    texts = {
        "Kitas": "kita",
        "Schulen": "school",
        "Bibliotheken": "library",
        "VHS": "adult_education",
        "Musikschule": "music_school",
        "Jugendtreffs": "youth",
    }
    columns = {text: ("bildungseinrichtungen", (kind,)) for text, kind in texts.items()}
    columns |= {"Plätze Jugendtreffs": ("jugend_plaetze", ()), "UE VHS": ("vhs_unterrichtseinheiten", ())}
    Wide(
        "standorte",
        "Bildungseinrichtungen, Jugendplätze und Unterrichtseinheiten 2015–2024",
        "statistik",
        "schulort",
        columns,
        {"bildungseinrichtungen": ("type",)},
        YEARS,
    ).add(raw, figures)
    ground = {"Nettospielfläche m²": ("spielplatzflaeche", ())}
    Wide(
        "spielplaetze",
        "Nutzbare Spielplatzfläche 2015–2024",
        "gruen",
        "schulort",
        ground,
        {},
        YEARS,
        encoding="utf-8",
    ).add(raw, figures)


def _courses(raw: Raw, figures: Figures) -> None:
    titles = dict(
        zip(PROGRAMMES, ("Gesellschaft", "Kultur", "Gesundheit", "Sprachen", "Beruf", "Grundbildung"), strict=True)
    )
    columns = {
        f"{titles[kind]} {age}": ("vhs_belegungen", (age, kind)) for kind in PROGRAMMES for age in ("18-64", "65+")
    }
    Wide(
        "vhs_belegungen",
        "Kursbelegungen der Volkshochschule nach Wohnadresse 2015–2024",
        "kultur",
        "wohnort",
        columns,
        {"vhs_belegungen": ("age", "programme")},
        YEARS,
    ).add(raw, figures)


def _library(raw: Raw, figures: Figures) -> None:
    columns = {f"aktiv {age}": ("bibliothek_nutzende", (age,)) for age in ("0-5", "6-12", "13-17", "18-64", "65+")}
    columns |= {"Kinder 6-12 im Umkreis": ("kinder_bibliothek_1000m", ())}
    Wide(
        "bibliothek",
        "Aktive Nutzende der Stadtbibliothek und Kinder in Fußweite 2015–2024",
        "kultur",
        "wohnort",
        columns,
        {"bibliothek_nutzende": ("age",)},
        YEARS,
    ).add(raw, figures)


def _leisure(raw: Raw, figures: Figures) -> None:
    columns = {f"Musikschule {sex}": ("musikschule_schueler", (SEX[sex],)) for sex in SEX}
    columns |= {"Ferienangebote": ("ferienangebot_teilnehmende", ()), "Bildungsberatungen": ("bildungsberatungen", ())}
    notes = (
        "2020 sind telefonische Beratungen ohne Adresse bei der Geschäftsstelle in der Altstadt (0101) "
        "gebucht: ein Ausschlag, der nichts über die Altstadt sagt."
    )
    Wide(
        "freizeit_beratung",
        "Musikschule, Ferienangebote und Bildungsberatung 2015–2024",
        "kultur",
        "wohnort",
        columns,
        {"musikschule_schueler": ("sex",)},
        YEARS,
        notes=notes,
    ).add(raw, figures)
