"""The passport of one number: from its definition to the rows of the raw file, and to its release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dkbm_monitor.catalogue.loader import definition_hash
from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.catalogue.words import formula_in_words
from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.core.frames import NUMBER_COLUMNS, TOTAL, TOWN
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.products.areas import Area, find_area
from dkbm_monitor.products.masking import Reason, reason_to_mask
from dkbm_monitor.products.rawcells import RawRow, raw_rows
from dkbm_monitor.products.trace import Target, Trace, plan_of, trace
from dkbm_monitor.sources.models import Source
from dkbm_monitor.town.models import Audience

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


@dataclass(frozen=True)
class Passport:
    """Everything that made one number. What the rule hides is not in here at all.

    Numbers are None where they are hidden or missing; `rows` are the
    raw rows, their texts empty where `masked` gives a reason.
    """

    release: Release
    indicator: Indicator
    area: Area
    period: str
    breakdown: str
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    compared_numerator: float | None
    compared_denominator: float | None
    low: float | None
    high: float | None
    flags: tuple[str, ...]
    sources: tuple[Mapping[str, str], ...]
    rows: tuple[RawRow, ...]
    masked: Reason
    town_value: float | None
    town_status: str
    definition: str
    formula: str
    raw_files_unchanged: bool = True

    def as_text(self) -> str:
        """The ten steps, for reading."""
        from dkbm_monitor.products.passport_text import as_text  # noqa: PLC0415 - texts only when read

        return as_text(self)

    def as_record(self) -> dict[str, Any]:
        """The passport as plain data, for JSON."""
        from dkbm_monitor.products.passport_text import as_record  # noqa: PLC0415

        return as_record(self)


def explain(
    town: Town,
    indicator: str,
    district: str,
    period: str,
    *,
    audience: Audience = "public",
    level: str | None = None,
    breakdown: str = TOTAL,
) -> Passport:
    """The passport of one value. `district` is a key or a name, on any level.

    Raises `ProblemsError` if the indicator, the area or the period is unknown, or if there is no such value.
    """
    card = town.catalogue.indicator(indicator)
    area = find_area(town, district, period, level)
    dims = [word.partition("=")[0] for word in breakdown.split() if "=" in word]
    released = release(compute(town, [indicator], breakdowns=dims), town, audience=audience)
    row = _row(released, area, period, breakdown)
    target = Target(area.gebietsstand, area.level, area.key, year_of(period))
    traces = trace(town, plan_of(town, indicator, breakdown), target)
    masked = reason_to_mask(traces, str(row["status"]), released.values, released.rule, town.catalogue.measures)
    return _passport(town, card, released, area, row, traces, masked)


def _passport(
    town: Town, card: Indicator, released: Release, area: Area, row: pd.Series[Any], traces: list[Trace], masked: Reason
) -> Passport:
    sources = _sources(town, traces)
    whole = _town_row(released, area, str(row["period"]), str(row["breakdown"]))
    return Passport(
        release=released,
        indicator=card,
        area=area,
        period=str(row["period"]),
        breakdown=str(row["breakdown"]),
        status=str(row["status"]),
        flags=tuple(str(row["flags"]).split()),
        sources=tuple(sources),
        rows=tuple(raw_rows(town, traces, hidden=bool(masked))),
        masked=masked,
        town_value=_number(whole, "value"),
        town_status=str(whole["status"]) if whole is not None else "missing",
        definition=definition_hash(card),
        formula=formula_in_words(card, dict(town.catalogue.measures)),
        raw_files_unchanged=all(source["unchanged"] == "true" for source in sources),
        **{name: _number(row, name) for name in NUMBER_COLUMNS},
    )


def _row(released: Release, area: Area, period: str, breakdown: str) -> pd.Series[Any]:
    rows = released.of(released_id(released), breakdown=breakdown)
    here = rows[_is_area(rows, area)]
    labels = here["period"].astype("str")
    found = here[(labels == period) | (labels.str[:4] == period)]
    if len(found):
        return found.iloc[0]
    what = _("Für {name} ({level}) gibt es im Zeitraum {period} keinen Wert dieser Kennzahl.").format(
        name=area.name, level=area.level_title, period=period
    )
    known = ", ".join(sorted(labels.unique()))
    hint = _("Vorhanden: {known}.").format(known=known) if known else ""
    raise ProblemsError([Problem("P009", Place(key=period), period, what, hint)])


def released_id(released: Release) -> str:
    """The one indicator of a release of one indicator."""
    (only,) = released.indicators
    return only


def _is_area(rows: pd.DataFrame, area: Area) -> pd.Series[bool]:
    wanted = {"gebietsstand": area.gebietsstand, "level": area.level, "district": area.key}
    mask = pd.Series(True, index=rows.index)
    for column, text in wanted.items():
        mask &= rows[column].astype("str") == text
    return mask


def _town_row(released: Release, area: Area, period: str, breakdown: str) -> pd.Series[Any] | None:
    rows = released.of(released_id(released), breakdown=breakdown)
    found = rows[(rows["level"] == TOWN) & (rows["gebietsstand"] == area.gebietsstand) & (rows["period"] == period)]
    return found.iloc[0] if len(found) else None


def _number(row: pd.Series[Any] | None, name: str) -> float | None:
    return None if row is None or pd.isna(row[name]) else float(row[name])


def _sources(town: Town, traces: Iterable[Trace]) -> list[Mapping[str, str]]:
    """Register entries behind the rows, each with whether its file still has the registered hash."""
    ids = list(dict.fromkeys(str(one) for item in traces for one in item.rows["source"].unique()))
    entries = {source.id: source for source in town.register.sources}
    return [_source_record(town, entries[one]) for one in ids]


def _source_record(town: Town, source: Source) -> Mapping[str, str]:
    path = town.folder / source.file
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence.name,
        "attribution": source.attribution,
        "file": source.file,
        "sha256": source.sha256,
        "retrieved": source.retrieved.isoformat(),
        "unchanged": "true" if path.is_file() and sha256_of(path) == source.sha256 else "false",
    }
