"""What a definition says: the cards of measures and indicators.

A *measure* is a counted quantity as a publisher delivers it. An *indicator* is computed from measures. The
vocabulary is closed: there are no formulas in strings.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dkbm_monitor.core.keys import age_band, period
from dkbm_monitor.core.locale import _, language
from dkbm_monitor.core.yamlfile import Strict

Area = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]
Kind = Literal["share", "rate", "mean", "count", "change", "gap", "given"]
Polarity = Literal["burden", "resource", "neutral", "context"]
SpatialPrinciple = Literal["wohnort", "schulort"]

AREAS: dict[Area, str] = {
    "a": "a_rahmenbedingungen",
    "b": "b_grundinformationen",
    "c": "c_fruehkindliche_bildung",
    "d": "d_allgemeinbildende_schulen",
    "e": "e_berufliche_bildung",
    "f": "f_hochschulen",
    "g": "g_weiterbildung",
    "h": "h_non_formale_bildung",
    "i": "i_netzwerke_beratung",
}


def _official_id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        msg = _("„{text}“ ist keine Kennung: erlaubt sind Kleinbuchstaben, Ziffern und _ (ä wird ae).").format(
            text=text
        )
        raise ValueError(msg)
    return text


def _period(text: object) -> str:
    return period(str(text))


Id = Annotated[str, AfterValidator(_official_id)]
Period = Annotated[str, BeforeValidator(_period, json_schema_input_type=str | int)]


class Text(Strict):
    """One text in both languages. English is its own text, not a translation word by word."""

    de: str = Field(description="Der Text auf Deutsch.", min_length=1)
    en: str = Field(description="Der Text auf Englisch.", min_length=1)

    def __str__(self) -> str:
        return self.de if language() == "de" else self.en


class Break(Strict):
    """A point in time from which figures can no longer be compared with earlier ones."""

    period: Period = Field(description="Erster Zeitraum nach dem Bruch, z. B. 2017.")
    reason: Text = Field(description="Warum die Reihe hier bricht.")


class Validity(Strict):
    """Periods for which a definition holds."""

    first: Period | None = Field(None, description="Erster Zeitraum, für den die Definition gilt.")
    last: Period | None = Field(None, description="Letzter Zeitraum, für den die Definition gilt.")


class Ages(Strict):
    """Ages in completed years, both ends included; no `last` means: and older."""

    first: int = Field(0, ge=0, le=120, description="Jüngstes Alter, in vollendeten Jahren.")
    last: int | None = Field(None, ge=0, le=120, description="Ältestes Alter; fehlt es, gilt: und älter.")


Selection = Ages | str | tuple[str, ...]


class Measure(Strict):
    """A counted quantity as a publisher delivers it."""

    id: Id = Field(description="Kennung, deutsch, z. B. bevoelkerung.")
    title: Text = Field(description="Was gezählt wird, im Plural: „Kinder mit …“.")
    definition: Text = Field(description="Wer oder was genau gezählt wird, und wer nicht.")
    unit: Text | None = Field(None, description="Einheit einer Zählung, z. B. Personen, Plätze.")
    spatial_principle: SpatialPrinciple = Field(
        description="wohnort: gezählt, wo die Person lebt. schulort: gezählt, wo die Einrichtung liegt."
    )
    reference_date: str = Field(description="Stichtag oder Zeitraum, z. B. 31.12. oder Schuljahr.")
    breakdowns: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Gliederungen und ihre Ausprägungen, z. B. sex: [male, female]. age darf leer bleiben: "
        "Altersgruppen (0-2, 65+) werden aus den Daten gelesen.",
    )
    part_of: Id | None = Field(None, description="Kennung der Messgröße, deren Teil diese ist.")
    additive: bool = Field(True, description="false: fertige Quote eines Herausgebers, nie aufzusummieren.")
    persons: bool = Field(True, description="false: es werden keine Menschen gezählt (Plätze, m², Stunden).")
    min_count: int | None = Field(
        None, ge=2, description="Strengere Mindestzahl für diese Messgröße, z. B. bei Gesundheitsdaten."
    )


class Term(Strict):
    """A measure, cut down to some of its breakdown cells, added or subtracted."""

    measure: Id = Field(description="Kennung der Messgröße.")
    where: dict[str, Selection] = Field(
        default_factory=dict,
        description="Auswahl je Gliederung: age: {first: 0, last: 17}, sex: female oder eine Liste.",
    )
    sign: Literal[1, -1] = Field(1, description="-1 zieht ab (z. B. Fortzüge bei einem Saldo).")
    lag: int = Field(0, ge=0, le=20, description="So viele Jahre vor dem Zeitraum wird gezählt.")


def _as_terms(found: object) -> object:
    """A single term may be written without the dash of a list, and a bare id without a mapping."""
    if isinstance(found, str):
        return [{"measure": found}]
    return [found] if isinstance(found, dict) else found


Terms = Annotated[tuple[Term, ...], BeforeValidator(_as_terms, json_schema_input_type=str | Term | tuple[Term, ...])]


class ExampleCount(Strict):
    """One observation of a worked example."""

    measure: Id
    value: float | None = None
    district: str = "A"
    period: Period = "2023"
    cell: dict[str, str] = Field(default_factory=dict)
    status: str | None = None


class ExampleResult(Strict):
    """What a worked example must come to. `district: stadt` is all districts together."""

    value: float | None
    district: str = "A"
    period: Period = "2023"
    status: str | None = None


class Example(Strict):
    """A worked example, run as a test: its name is a sentence that states what holds."""

    name: str = Field(description="Ein Satz, der sagt, was gilt.", min_length=15)
    given: tuple[ExampleCount, ...] = Field(min_length=1)
    expect: tuple[ExampleResult, ...] = Field(min_length=1)


class Indicator(Strict):
    """A computed quantity: what it means, how it is computed, how it may be read."""

    id: Id = Field(description="Kennung, deutsch, z. B. sprachfoerderbedarf.")
    area: Area = Field(description="Bereich a bis i nach dem Anwendungsleitfaden.")
    title: Text = Field(description="Was gezählt wird: „Kinder mit Sprachförderbedarf“.")
    definition: Text = Field(description="Ein Satz: Anteil welcher Menschen an welchen.")
    purpose: Text = Field(description="Welche Frage der Steuerung die Kennzahl beantworten hilft.")
    limits: Text = Field(description="Was die Kennzahl nicht sagt, und wie man sie falsch liest.")
    kind: Kind = Field(description="Art der Berechnung.")
    numerator: Terms = Field((), description="Zähler.")
    denominator: Terms = Field((), description="Nenner.")
    compared_numerator: Terms = Field((), description="Nur gap: Zähler der Vergleichsgruppe.")
    compared_denominator: Terms = Field((), description="Nur gap: Nenner der Vergleichsgruppe.")
    given: Id | None = Field(None, description="Nur given: Kennung der fertigen Quote.")
    change_years: int | None = Field(None, ge=1, le=20, description="Nur change: über wie viele Jahre.")
    change_of: Literal["count", "share"] = Field(
        "count", description="Nur change: relative Änderung einer Zahl oder Differenz zweier Anteile in Punkten."
    )
    per: float = Field(100, gt=0, description="Bezug: 100 für Prozent, 1000 für Promille, 1 für Verhältnis.")
    unit: Text = Field(description="Einheit, z. B. %.")
    decimals: int = Field(1, ge=0, le=4, description="Nachkommastellen der Anzeige.")
    polarity: Polarity = Field(
        description="burden: hoher Wert zeigt Belastung. resource: hoher Wert zeigt Stärke. neutral: weder noch. "
        "context: beschreibt nur, wird nie gewertet (Migration, Sprache, Alter)."
    )
    min_denominator: int = Field(30, ge=0, description="Unter diesem Nenner gilt ein Wert als wenig belastbar.")
    pool_years: int = Field(1, ge=1, le=10, description="So viele Jahrgänge werden zusammengezählt.")
    breakdowns: tuple[str, ...] = Field((), description="Gliederungen, nach denen ausgewiesen werden kann.")
    spatial_principle: SpatialPrinciple = Field(description="wohnort oder schulort; gilt für Zähler und Nenner.")
    reference_date: str = Field(description="Stichtag oder Zeitraum.")
    aggregation: Text = Field(description="Wie größere Gebiete entstehen.")
    sources: tuple[str, ...] = Field(min_length=1, description="Wo eine Kommune diese Zahlen bekommt.")
    related: tuple[Id, ...] = Field((), description="Verwandte Kennzahlen.")
    official_code: str | None = Field(None, description="Nummer im Anwendungsleitfaden, z. B. D7.1.")
    validity: Validity = Field(default_factory=Validity, description="Zeitraum der Gültigkeit.")
    breaks: tuple[Break, ...] = Field((), description="Brüche der Zeitreihe mit Grund.")
    references: tuple[str, ...] = Field((), description="Literatur, Gesetz, Methodenblatt.")
    examples: tuple[Example, ...] = Field(description="Rechenbeispiele; sie laufen als Tests.")

    @model_validator(mode="after")
    def _parts_fit_kind(self) -> Indicator:
        needed = {
            "share": {"numerator", "denominator"},
            "rate": {"numerator", "denominator"},
            "mean": {"numerator", "denominator"},
            "count": {"numerator"},
            "change": {"numerator", "change_years"} | ({"denominator"} if self.change_of == "share" else set()),
            "gap": {"numerator", "denominator", "compared_numerator", "compared_denominator"},
            "given": {"given"},
        }[self.kind]
        parts = ("numerator", "denominator", "compared_numerator", "compared_denominator", "given", "change_years")
        present = {part for part in parts if getattr(self, part)}
        if lacking := sorted(needed - present):
            msg = _("Eine Kennzahl der Art „{kind}“ braucht: {parts}.").format(kind=self.kind, parts=", ".join(lacking))
            raise ValueError(msg)
        if extra := sorted(present - needed):
            msg = _("Eine Kennzahl der Art „{kind}“ hat kein: {parts}.").format(kind=self.kind, parts=", ".join(extra))
            raise ValueError(msg)
        return self


class CatalogueFile(Strict):
    """Content of one catalogue file: measures, indicators, or both."""

    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()


def ages_of(selection: Ages) -> tuple[int, int]:
    """First and last age of a selection; an open end counts as the oldest age there is."""
    last = selection.last if selection.last is not None else age_band("0+")[1]  # type: ignore[index]
    return selection.first, last
