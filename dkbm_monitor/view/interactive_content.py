"""The content of an interactive map as plain data: what the page's script reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import TOTAL, TOWN
from dkbm_monitor.core.locale import language
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.view import interactive_words as words
from dkbm_monitor.view import labels
from dkbm_monitor.view.blanks import FILLS, Blank
from dkbm_monitor.view.classes import Classes, class_breaks
from dkbm_monitor.view.interactive_columns import NO_FLAG, SIGNS, ColumnPool, aligned, codes, flag_signs, shown
from dkbm_monitor.view.painting import BLANK_BORDER
from dkbm_monitor.view.palette import BORDER, INK, OUTLINE, line_on, ramp
from dkbm_monitor.view.reference import unit_head, unit_of, unit_of_one
from dkbm_monitor.view.topology import topology_of

if TYPE_CHECKING:
    from dkbm_monitor.view.interactive import InteractiveMap

OVER_TILES = 0.72  # opacity of districts over a tile server's pictures


@dataclass
class _Builder:
    """One map being put together; columns and flags are shared by all its views."""

    spec: InteractiveMap
    pool: ColumnPool = field(default_factory=ColumnPool)
    flags: dict[str, str] = field(default_factory=dict)

    @property
    def districts(self) -> Districts:
        return self.spec.release.districts[self.spec.choice.gebietsstand]

    def areas(self) -> pd.DataFrame:
        return self.districts.of_level(self.spec.choice.level)

    def indicator(self, one: Indicator) -> dict[str, Any]:
        """One indicator: its classes, and a view for each period."""
        choice = self.spec.choice
        rows = self.spec.release.of(one.id)
        rows = rows[rows["gebietsstand"] == choice.gebietsstand]
        classes = self.classes_of(one, rows[rows["level"] == choice.level])
        rows = rows[rows["period"].isin(choice.periods)]
        colours = ramp(one.polarity, classes.n) if classes.n else []
        views = {
            str(period): self.view(one, of_period, classes)
            for period, of_period in rows.groupby("period", sort=True, observed=True)
            if (of_period["level"] == choice.level).any()
        }
        return {
            "id": one.id,
            "title": str(one.title),
            "unit": unit_of(one),
            "unit_one": unit_of_one(one),
            "decimals": one.decimals,
            "counted": words.counted_text(one),
            "heading": unit_head(one),
            "note": words.hint(one),
            "classes": [
                {"label": label, "fill": colour, "line": line_on(colour)}
                for label, colour in zip(classes.labels(), colours, strict=True)
            ],
            "views": views,
        }

    def classes_of(self, one: Indicator, rows: pd.DataFrame) -> Classes:
        """Classes over all periods of the Gebietsstand, as on printed maps; empty areas do not pull them to zero."""
        if self.spec.bounds:
            return Classes(self.spec.bounds, one.decimals)
        areas = self.areas()
        empty = areas.loc[~areas["inhabited"].astype(bool), "district"]
        nobody = rows["district"].isin(empty) & (rows["value"] == 0)
        cut = self.spec.cut
        return class_breaks(rows.loc[~nobody, "value"], k=cut.k, scheme=cut.scheme, decimals=one.decimals)

    def view(self, one: Indicator, rows: pd.DataFrame, classes: Classes) -> dict[str, Any]:
        """One indicator in one period."""
        choice, release = self.spec.choice, self.spec.release
        drawn = rows[rows["level"] == choice.level]
        found = aligned(drawn, self.areas())
        signs = codes(found, classes.assign(found["value"]))
        period = str(rows["period"].iloc[0])
        columns = {
            "value": self.pool.add(shown(found, "value", signs), one.decimals),
            "low": self.pool.add(shown(found, "low", signs), one.decimals),
            "high": self.pool.add(shown(found, "high", signs), one.decimals),
            "part": self.pool.add(shown(found, "numerator", signs)) if "{part}" in words.counted_text(one) else None,
            "base": self.pool.add(shown(found, "denominator", signs)) if words.counted_text(one) else None,
        }
        return {
            "codes": signs,
            **{name: column for name, column in columns.items() if column is not None},
            "flags": flag_signs(found["flags"].to_list(), self.flags),
            "town": self.town(one, rows[rows["level"] == TOWN], classes),
            "title": self.spec.heading or labels.title(one, period),
            "subtitle": labels.subtitle(one, period),
            "foot": labels.footer(release, one, rows, period=period, gebietsstand=choice.gebietsstand),
            "alt": self.alt(one, period, found, rows),
        }

    def alt(self, one: Indicator, period: str, found: pd.DataFrame, rows: pd.DataFrame) -> str:
        """The view in a few sentences; areas without a row count as areas without a value."""
        town = rows.loc[rows["level"] == TOWN, "value"]
        choice = self.spec.choice
        full = found.assign(gebietsstand=choice.gebietsstand, level=choice.level, period=period, breakdown=TOTAL)
        return labels.alt_text(self.spec.release, one, full, town=float(town.iloc[0]) if len(town) else np.nan)

    def town(self, one: Indicator, rows: pd.DataFrame, classes: Classes) -> dict[str, Any] | None:
        """The value of the whole town, if the release holds it."""
        if rows.empty:
            return None
        found = rows.head(1).assign(inhabited=True)
        sign = codes(found, classes.assign(found["value"]))
        numbers = {name: shown(found, name, sign)[0] for name in ("value", "low", "high")}
        whole = {
            name: None if np.isnan(number) else round(float(number) * 10**one.decimals)
            for name, number in numbers.items()
        }
        if one.kind == "count" and sign.isdigit():
            sign = ""  # the sum of all districts has no place among the classes of single ones
        return {"code": sign, "part": None, "base": None, **whole}


def content_of(spec: InteractiveMap) -> dict[str, Any]:
    """Everything the page shows. Geometry is written once, each different column once."""
    builder = _Builder(spec)
    choice, release = spec.choice, spec.release
    level = builder.districts.level(choice.level)
    assert level is not None
    shapes = builder.districts.geometry(choice.level)
    indicators = [builder.indicator(release.indicators[one]) for one in choice.indicators]
    areas = builder.areas()
    return {
        "language": language(),
        "topology": topology_of(shapes.geometry).payload(),
        "keys": areas["district"].to_list(),
        "names": areas["name"].to_list(),
        "place": level.title,
        "eyebrow": labels.SEPARATOR.join((release.town, labels.level_words(level))),
        "invented": labels.invented_words(invented=release.invented),
        "indicators": indicators,
        "periods": list(choice.periods),
        "start": _start(indicators[0]["views"]),
        "columns": builder.pool.texts,
        "flags": {sign: words.flag_sentences(flags) for flags, sign in builder.flags.items() if sign != NO_FLAG},
        "weak": "".join(sign for flags, sign in builder.flags.items() if "small_denominator" in flags.split()),
        "reasons": {SIGNS[blank]: _reason(blank) for blank in Blank},
        "texts": words.page_texts(release, level),
        "look": _look(spec),
    }


def _start(views: dict[str, Any]) -> str:
    """The latest period in which some district has a value; else the latest."""
    filled = [period for period, view in views.items() if any(sign.isdigit() for sign in view["codes"])]
    return (filled or list(views))[-1]


def _reason(blank: Blank) -> dict[str, str]:
    fill = FILLS[blank]
    return {
        "face": fill.face,
        "pattern": fill.pattern,
        "line": fill.line,
        "label": labels.reason_words(blank),
        "words": words.card_words(blank),
    }


def _look(spec: InteractiveMap) -> dict[str, Any]:
    return {
        "border": BORDER,
        "blank_border": BLANK_BORDER,
        "outline": OUTLINE,
        "ink": INK,
        "opacity": OVER_TILES if spec.tile_server else 1,
    }
