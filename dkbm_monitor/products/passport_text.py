"""A passport in words: ten steps, counted, each a heading and a few lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.catalogue.words import category_name, dimension_name
from dkbm_monitor.core.locale import _, day, number, plural
from dkbm_monitor.core.status import Status
from dkbm_monitor.products.explain import Passport
from dkbm_monitor.products.rawcells import RawRow
from dkbm_monitor.products.tablefile import status_words, town_label
from dkbm_monitor.view.labels import hidden_words, invented_words, title, value_words

PARTS = ("numerator", "denominator", "compared_numerator", "compared_denominator")
WIDTH, INDENT = 100, 3
SHOWN_ROWS = 20  # of each quantity; all of them are in the record
Step = tuple[str, list[str]]


def as_text(passport: Passport) -> str:
    """The ten steps of a number, for reading."""
    parts = [_headline(passport)]
    for place, (heading, lines) in enumerate(steps(passport), start=1):
        parts.append("\n".join([f"{place}. {heading}", *(_wrapped(line) for line in lines)]))
    return "\n\n".join(parts)


def _wrapped(line: str) -> str:
    """A line of a step, broken at the edge of an ordinary window; what follows the break is set in further."""
    inside = len(line) - len(line.lstrip())
    first, later = " " * (INDENT + inside), " " * (INDENT + inside + 2)
    wrapper = textwrap.TextWrapper(WIDTH, initial_indent=first, subsequent_indent=later)
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.fill(line.strip())


def _headline(passport: Passport) -> str:
    what = title(passport.indicator, passport.period, breakdown=passport.breakdown)
    lines = [
        f"{what}: {passport.area.name}",
        shown_value(passport),
        invented_words(invented=passport.release.invented),
    ]
    return "\n".join(lines).rstrip()


def shown_value(passport: Passport) -> str:
    """The value with its unit, or why there is none."""
    if passport.value is None:
        return status_words()[passport.status]
    return value_words(passport.value, passport.indicator)


def steps(passport: Passport) -> Iterator[Step]:
    """Title and lines of each of the ten steps."""
    yield _("Was die Kennzahl sagt"), _definition(passport.indicator)
    yield _("Woher die Zahlen kommen"), _sources(passport)
    yield _("Was in den Rohdaten steht"), _rows(passport)
    yield _("Ist die Rohdatei unverändert?"), _integrity(passport)
    yield _("Was gezählt wurde"), _counts(passport)
    yield _("Wie gerechnet wird"), [passport.formula, *_division(passport)]
    yield _("Wie sicher der Wert ist"), _interval(passport)
    yield _("Was zu beachten ist"), _flags(passport)
    yield _("Was gezeigt werden darf"), _release(passport)
    yield _("Im Vergleich und im Katalog"), _comparison(passport)


def _definition(card: Indicator) -> list[str]:
    return [str(card.definition), _("Grenzen: {text}").format(text=card.limits)]


def _sources(passport: Passport) -> list[str]:
    lines: list[str] = []
    for source in passport.sources:
        lines.append(f"{source['title']} ({source['publisher']}, {source['licence']})")
        received = day(date.fromisoformat(source["retrieved"]))
        lines.append("  " + _("Datei {file}, erhalten am {day}").format(file=source["file"], day=received))
        lines.append("  " + _("Prüfsumme {sha256}").format(sha256=source["sha256"]))
        lines.append("  " + source["attribution"])
    return lines or [_("Es liegen keine Rohdaten vor.")]


def _rows(passport: Passport) -> list[str]:
    lines = [_mask_words(passport)] if passport.masked else []
    parts = dict.fromkeys((row.part, row.measure) for row in passport.rows)
    for part, measure in parts:
        name = _("Veröffentlichter Wert") if passport.indicator.kind == "given" else part_word(part)
        lines.append(f"{name}: {measure}")
        lines.extend(_cells([row for row in passport.rows if (row.part, row.measure) == (part, measure)]))
    return lines or [_("Es liegen keine Rohdaten vor.")]


def _cells(rows: Sequence[RawRow]) -> Iterator[str]:
    """A heading for each file, a line for each of the first cells, and how many more there are."""
    file = ""
    for row in rows[:SHOWN_ROWS]:
        if row.file != file:
            file = row.file
            yield f"  {file}"
        yield f"    {_row_line(row)}"
    if len(rows) > SHOWN_ROWS:
        more = plural("… und {n} weitere Zelle", "… und {n} weitere Zellen", len(rows) - SHOWN_ROWS)
        yield f"    {more} " + _("(alle zeigt --json)")


def part_word(part: str) -> str:
    """The name of a part of an indicator."""
    return {
        "numerator": _("Zähler"),
        "denominator": _("Nenner"),
        "compared_numerator": _("Zähler der Vergleichsgruppe"),
        "compared_denominator": _("Nenner der Vergleichsgruppe"),
    }[part]


def _row_line(row: RawRow) -> str:
    place = _("Zeile {row}, Spalte „{column}“").format(row=row.row, column=row.column)
    what = ", ".join(word for word in (row.district, row.period, _cell_words(row)) if word)
    shown = _("verborgen") if row.text is None else f"„{row.text}“"
    return f"{place} ({what}): {shown}"


def _cell_words(row: RawRow) -> str:
    cells = (word.partition("=") for word in row.cell.split())
    return ", ".join(f"{dimension_name(dim)} {category_name(category)}" for dim, _sign, category in cells)


def _mask_words(passport: Passport) -> str:
    return {
        "value_hidden": _("Der Wert ist verborgen, deshalb auch die Zahlen, aus denen er entsteht."),
        "area_hidden": _("Für mindestens eines der Gebiete ist der Wert verborgen, deshalb sind es alle Rohzahlen."),
        "small_cell": _("Mindestens eine der Rohzahlen ist zu klein oder geheim, deshalb sind alle verborgen."),
        "small_rest": _("Mindestens ein Rest (Nenner minus Zähler) ist zu klein, deshalb sind alle verborgen."),
    }[passport.masked or "value_hidden"]


def _integrity(passport: Passport) -> list[str]:
    changed = [source["file"] for source in passport.sources if source["unchanged"] == "false"]
    if changed:
        return [_("Nein: {files} hat nicht mehr die Prüfsumme aus dem Register.").format(files=", ".join(changed))]
    return [_("Ja, die Prüfsumme stimmt mit dem Register überein.")] if passport.sources else [_("Keine Datei.")]


def _counts(passport: Passport) -> list[str]:
    if passport.value is None:
        return [status_words()[passport.status]]
    if passport.indicator.kind == "given":
        return [_("Der Herausgeber liefert einen fertigen Wert; gezählt wurde dort.")]
    counts = ((part, getattr(passport, part)) for part in PARTS)
    lines = [f"{part_word(part)}: {_count(count)}" for part, count in counts if count is not None]
    return lines or [_("Es liegen keine Rohdaten vor.")]


def _count(count: float) -> str:
    return number(count, 0 if count == int(count) else 2)


def _division(passport: Passport) -> list[str]:
    card = passport.indicator
    words = {
        "count": _("Die Zählung selbst."),
        "change": _("Veränderung gegenüber dem Stand vor {years} Jahren."),
        "gap": _("Quote der Gruppe minus Quote der Vergleichsgruppe, in Punkten."),
        "given": _("Fertige Quote des Herausgebers, nicht nachgerechnet und nicht zusammengezählt."),
    }
    lines = [words[card.kind].format(years=card.change_years or 0)] if card.kind in words else []
    divides = card.kind in ("share", "rate", "mean") and passport.value is not None
    if divides and passport.numerator is not None and passport.denominator is not None:
        lines.append(
            _("{numerator} : {denominator} × {per} = {value}").format(
                numerator=_count(passport.numerator),
                denominator=_count(passport.denominator),
                per=_count(card.per),
                value=shown_value(passport),
            )
        )
    return [*lines, str(card.aggregation)]


def _interval(passport: Passport) -> list[str]:
    card = passport.indicator
    if passport.low is None or passport.high is None:
        return [_("Für diesen Wert wird kein Vertrauensbereich angegeben.")]
    method = {
        "share": _("nach Wilson"),
        "gap": _("nach Newcombe"),
        "change": _("nach Newcombe"),
        "rate": _("nach der Poisson-Verteilung, exakt"),
    }.get(card.kind, "")
    low, high = (number(bound, card.decimals) for bound in (passport.low, passport.high))
    words = _("95-%-Vertrauensbereich {method}: {low} bis {high}.").format(method=method, low=low, high=high)
    return [words.replace("  ", " ")]


def flag_words() -> dict[str, str]:
    """What each flag of a value means, in a sentence."""
    return {
        "small_denominator": _("Der Nenner ist klein; der Wert ist wenig belastbar."),
        "pooled": _("Mehrere Jahrgänge sind zusammengezählt; der Zeitraum nennt den letzten."),
        "published": _("Die Summe stammt vom Herausgeber, weil Teilgebiete fehlen."),
        "above_whole": _("Der Zähler ist größer als der Nenner; bitte die Quellen prüfen."),
        "break": _("Ab diesem Zeitraum ist die Reihe nicht mit früheren vergleichbar."),
        "no_interval": _("Ein Vertrauensbereich ist hier nicht möglich."),
    }


def _flags(passport: Passport) -> list[str]:
    words = flag_words()
    return [words.get(flag, flag) for flag in passport.flags] or [_("Nichts Besonderes.")]


def _release(passport: Passport) -> list[str]:
    release = passport.release
    verdict = {
        Status.SUPPRESSED: _("Dieser Wert wird deshalb verborgen."),
        Status.SECRET: _("Diesen Wert hält schon der Herausgeber geheim."),
    }.get(Status(passport.status), _("Dieser Wert darf gezeigt werden.") if passport.value is not None else "")
    audience = _("Öffentlichkeit") if release.audience == "public" else _("Verwaltung")
    least = hidden_words(release, passport.indicator.id) or _("Keine Zahl ist verborgen")
    lines = [_("Für: {audience}. {least}.").format(audience=audience, least=least), verdict]
    return [line for line in [*lines, _("Grund der Regel: {reason}").format(reason=release.reason)] if line]


def _comparison(passport: Passport) -> list[str]:
    card = passport.indicator
    town = status_words()[passport.town_status]
    if passport.town_value is not None:
        town = value_words(passport.town_value, card)
    return [
        _("{town} insgesamt: {value}").format(town=town_label(passport.release), value=town),
        _("Definition {id}, Fassung {hash}").format(id=card.id, hash=passport.definition[:12]),
    ]


def as_record(passport: Passport) -> dict[str, Any]:
    """The passport as plain data. Hidden texts and counts are null."""
    names = ("status", "value", *PARTS, "low", "high", "masked", "town_value", "town_status")
    return {
        "town": passport.release.town,
        "invented": passport.release.invented,
        "indicator": passport.indicator.id,
        "title": str(passport.indicator.title),
        "level": passport.area.level,
        "district": passport.area.key,
        "name": passport.area.name,
        "gebietsstand": passport.area.gebietsstand,
        "period": passport.period,
        "breakdown": passport.breakdown,
        "audience": passport.release.audience,
        **{name: getattr(passport, name) for name in names},
        "flags": list(passport.flags),
        "definition": passport.definition,
        "formula": passport.formula,
        "rule": dict(passport.release.run.rule),
        "sources": [dict(source) for source in passport.sources],
        "rows": [row.as_record() for row in passport.rows],
    }
