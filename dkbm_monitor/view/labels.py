"""Words around a figure: titles, legend lines and the footer, in German and English.

Everything here is text from a release; nothing is drawn. Static and interactive maps, charts and tables say the
same thing in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.locale import EN_DASH, _, language, number, plural
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.models import Level
from dkbm_monitor.town.models import Audience, RuleFor
from dkbm_monitor.view.blanks import Blank
from dkbm_monitor.view.reference import measured, pooled_words, reference_words, unit_words, year_words

SEPARATOR = " · "
UNIT_SAID = re.compile(r"\bin (Prozent|Prozentpunkten|Jahren|per cent|percentage points|years)$")
INTRODUCTION = re.compile(r"^(Quellen?|Sources?|Geometrien?|Gebietsgrenzen|Boundaries):\s*")


def reason_words(blank: Blank) -> str:
    """Why an area carries no value, as legends say it."""
    return {
        Blank.SUPPRESSED: _("verborgen, um kleine Zahlen zu schützen"),
        Blank.SECRET: _("vom Herausgeber geheim gehalten"),
        Blank.UNRELIABLE: _("vom Herausgeber nicht ausgewiesen, zu unsicher"),
        Blank.UNINHABITED: _("nicht bewohnt"),
        Blank.NOT_APPLICABLE: _("trifft hier nicht zu"),
        Blank.PENDING: _("noch nicht veröffentlicht"),
        Blank.MISSING: _("keine Angabe"),
    }[blank]


def uncertain_words() -> str:
    """What an area with a small denominator is called."""
    return _("wenig belastbar (kleine Grundgesamtheit)")


def area_count(n: int, level: Level | None) -> str:
    """How many areas, in the town's own words: "1 Stadtteil", "3 Stadtteile". English says "areas"."""
    if level is None or language() != "de":
        return plural("{n} Gebiet", "{n} Gebiete", n)
    return f"{number(n)} {level.title if n == 1 else level.plural}"


def level_words(level: Level | None) -> str:
    """What the areas of a level are called together: "Stadtteile"; the town itself: "Gesamtstadt"."""
    return _("Gesamtstadt") if level is None else level.plural


def value_words(value: float, indicator: Indicator) -> str:
    """A value with its unit: "21,0 %"; "k. A." when there is none."""
    if pd.isna(value):
        return _("k. A.")
    return measured(value, indicator)


def title(indicator: Indicator, period: str, *, breakdown: str = TOTAL) -> str:
    """What is counted, for whom and when: "Kinder mit Sprachförderbedarf, Mädchen, 2023"."""
    return ", ".join(
        part for part in (str(indicator.title), breakdown_words(breakdown), year_words(indicator, period)) if part
    )


def subtitle(indicator: Indicator, period: str) -> str:
    """Unit and base, and the years behind a pooled value."""
    base = str(indicator.definition).strip().rstrip(".")
    unit = "" if UNIT_SAID.search(base) else unit_words(indicator)
    parts = [base, unit, pooled_words(indicator, period)]
    return SEPARATOR.join(part for part in parts if part)


def breakdown_words(breakdown: str) -> str:
    """The part of the population a value is about: "weiblich", "Alter 6–14"; nothing for everybody."""
    if breakdown == TOTAL:
        return ""
    cells = (cell.partition("=") for cell in re.split(r"[;,\s]+", breakdown))
    return ", ".join(_cell_words(dimension, category) for dimension, _sign, category in cells)


def _cell_words(dimension: str, category: str) -> str:
    if dimension == "age":
        return _("Alter {band}").format(band=category.replace("-", EN_DASH))
    words = {
        "male": _("männlich"),
        "female": _("weiblich"),
        "german": _("mit deutscher Staatsangehörigkeit"),
        "foreign": _("mit ausländischer Staatsangehörigkeit"),
        "with": _("mit Migrationshintergrund"),
        "without": _("ohne Migrationshintergrund"),
    }
    return words.get(category, category)


def town_words(release: Release) -> str:
    """The town's value in a legend is introduced by its name."""
    return _("{town} insgesamt").format(town=release.town)


def gebietsstand_words(districts: Districts) -> str:
    """The state of the boundaries: "Gebietsstand LOR 2021"."""
    return _("Gebietsstand {name}").format(name=districts.gebietsstand)


def hidden_words(release: Release, indicator: str) -> str:
    """What a release hides of one indicator because numbers are small; nothing where it hides nothing."""
    return rule_words(release.rule, release.min_count(indicator))


def rule_words(rule: RuleFor, min_count: int | None = None) -> str:
    """The small-number rule in one sentence, or nothing when no number is hidden.

    `min_count` is the smallest count shown, where a measure is stricter than the rule.
    """
    counts = _hidden_counts(rule, rule.min_count if min_count is None else min_count)
    if not rule.min_population:
        return counts
    people = number(rule.min_population)
    if not counts:
        return _("Gebiete mit weniger als {people} Menschen sind verborgen").format(people=people)
    return _("{counts}, ebenso Gebiete mit weniger als {people} Menschen").format(counts=counts, people=people)


def _hidden_counts(rule: RuleFor, min_count: int) -> str:
    first, last = int(not rule.zero_is_sensitive), min_count - 1
    if last < first:
        return ""
    if last == first:
        return _("Die Zahl {n} ist verborgen").format(n=number(last))
    if last == first + 1:
        return _("Die Zahlen {first} und {last} sind verborgen").format(first=number(first), last=number(last))
    return _("Zahlen von {first} bis {last} sind verborgen").format(first=number(first), last=number(last))


def source_words(attributions: Iterable[str]) -> str:
    """Attribution texts behind one "Quelle:"; a text that already says so does not say it twice."""
    texts = _own_words(_bare(attributions))
    return _("Quelle: {texts}").format(texts="; ".join(texts)) if texts else ""


def _own_words(texts: list[str]) -> list[str]:
    """Attribution texts in which a beginning that several share ("Musterstadt; …") is said only once."""
    seen: set[str] = set()
    found = []
    for text in texts:
        first, sign, rest = text.partition("; ")
        found.append(rest if sign and first in seen else text)
        seen.add(first)
    return found


def _bare(attributions: Iterable[str]) -> list[str]:
    """Attribution texts, each once, without an introduction or a full stop of their own."""
    texts = [INTRODUCTION.sub("", text).strip().rstrip(".") for text in attributions]
    return [text for text in dict.fromkeys(texts) if text]


def geometry_words(districts: Districts) -> str:
    """Whose outlines a map shows, where their licence asks for it; nothing where it does not."""
    texts = _bare([districts.gebietsstand.attribution])
    return _("Gebietsgrenzen: {texts}").format(texts="; ".join(texts)) if texts else ""


def size_words(indicator: Indicator) -> str:
    """How absolute numbers must not be read; nothing for any other figure."""
    if indicator.kind != "count":
        return ""
    return _("Absolute Zahlen zeigen vor allem, wie groß ein Gebiet ist; zum Vergleichen eignen sich Anteile.")


def invented_words(*, invented: bool) -> str:
    """The note without which no figure of an invented town is shown."""
    return _("Erfundene Stadt: alle Daten sind erdacht.") if invented else ""


def audience_words(audience: Audience) -> str:
    """A note on figures that are not for everybody."""
    return _("Nur für den internen Gebrauch") if audience == "internal" else ""


def footer(release: Release, indicator: Indicator, rows: pd.DataFrame, *, period: str, gebietsstand: str) -> list[str]:
    """The lines below a figure made from `rows`: sources and licences first, then date, areas and rule.

    The note of an invented town is not part of it: it stands apart, where nobody overlooks it.
    """
    districts = release.districts[gebietsstand]
    facts = [
        reference_words(indicator, period),
        gebietsstand_words(districts),
        hidden_words(release, indicator.id),
        audience_words(release.audience),
    ]
    sources = [source_words(release.attributions(rows)), geometry_words(districts)]
    lines = [*sources, SEPARATOR.join(fact for fact in facts if fact)]
    return [line for line in lines if line]


def legend_lines(counts: Mapping[Blank, int], level: Level | None) -> list[tuple[Blank, str, str]]:
    """Reason, its words and its number of areas, for every reason that occurs."""
    present = [blank for blank in Blank if counts.get(blank, 0)]
    return [(blank, reason_words(blank), area_count(counts[blank], level)) for blank in present]


def alt_text(release: Release, indicator: Indicator, rows: pd.DataFrame, *, town: float) -> str:
    """A map of `rows` (one period, one level) in a few sentences, for those who do not see it."""
    one = rows.iloc[0]
    districts = release.districts[str(one["gebietsstand"])]
    level = districts.level(str(one["level"]))
    name = title(indicator, str(one["period"]), breakdown=str(one["breakdown"]))
    found = rows["value"].dropna()
    blank = len(rows) - len(found)
    parts = [
        _("Karte: {title}. {town}, {areas}.").format(title=name, town=release.town, areas=area_count(len(rows), level)),
        _reach_words(found, indicator),
        "" if pd.isna(town) else _("Gesamtstadt: {value}.").format(value=value_words(town, indicator)),
        plural("{n} Gebiet ist ohne Wert.", "{n} Gebiete sind ohne Wert.", blank) if blank else "",
        invented_words(invented=release.invented),
    ]
    return " ".join(part for part in parts if part)


def _reach_words(found: pd.Series[float], indicator: Indicator) -> str:
    if found.empty:
        return _("Für kein Gebiet liegt ein Wert vor.")
    low, high = value_words(found.min(), indicator), value_words(found.max(), indicator)
    if low == high:
        return _("Jedes Gebiet mit einem Wert hat {value}.").format(value=low)
    return _("Die Werte reichen von {low} bis {high}.").format(low=low, high=high)
