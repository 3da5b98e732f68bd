"""Which raw rows of a passport may be read out: hidden is hidden everywhere.

A count that the town's rule hides must not come back through the rows it was added up from. So rows are shown for
all areas and cells of a value, or for none: one masked cell among open ones could be computed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import pandas as pd

from dkbm_monitor.catalogue.models import Measure
from dkbm_monitor.core.frames import Observations, Values, breakdowns_of
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.status import WITH_VALUE, Status
from dkbm_monitor.products.trace import Trace
from dkbm_monitor.town.models import RuleFor

Reason = Literal["", "value_hidden", "area_hidden", "small_cell", "small_rest"]

PAIRS = (("numerator", "denominator"), ("compared_numerator", "compared_denominator"))
AREA = ["level", "district", "period"]


def reason_to_mask(
    traces: Sequence[Trace], value_status: str, areas: Values, rule: RuleFor, measures: Mapping[str, Measure]
) -> Reason:
    """Why the raw rows of a value must stay hidden, or an empty text.

    `areas` are the released values of the same indicator for every area and period the rows may belong to.
    """
    if value_status in (Status.SUPPRESSED, Status.SECRET):
        return "value_hidden"
    if _has_hidden_area(traces, areas):
        return "area_hidden"
    if any(_has_small_cell(trace.rows, rule, measures.get(trace.measure)) for trace in traces):
        return "small_cell"
    if rule.complement and _has_small_rest(traces, rule, measures):
        return "small_rest"
    return ""


def _has_hidden_area(traces: Iterable[Trace], areas: Values) -> bool:
    """True if an area whose counts would be read out has a hidden value in the same year."""
    hidden = areas[areas["status"].isin([Status.SUPPRESSED, Status.SECRET])]
    columns = (hidden[name].astype("str") for name in ("gebietsstand", "level", "district", "period"))
    keys = {(stand, level, key, year_of(text)) for stand, level, key, text in zip(*columns, strict=True)}
    return any(
        (str(stand), str(level), str(key), trace.year) in keys
        for trace in traces
        for stand, level, key in trace.rows[["gebietsstand", "level", "district"]].drop_duplicates().to_numpy()
    )


def _limit(rule: RuleFor, measure: Measure | None) -> int:
    return max(rule.min_count, (measure.min_count or 0) if measure else 0)


def _has_small_cell(rows: Observations, rule: RuleFor, measure: Measure | None) -> bool:
    if measure is not None and not (measure.persons and measure.additive):
        return False
    secret = rows["status"].isin([Status.SECRET, Status.SUPPRESSED])
    carries = rows["status"].isin([str(status) for status in WITH_VALUE])
    small = carries & (rows["value"] < _limit(rule, measure))
    if not rule.zero_is_sensitive:
        small &= rows["value"] != 0
    return bool((secret | small).any())


def _has_small_rest(traces: Sequence[Trace], rule: RuleFor, measures: Mapping[str, Measure]) -> bool:
    """True if denominator minus numerator is a small count for some area, or for some cell of it, in one period."""
    limit = max((_limit(rule, measures.get(trace.measure)) for trace in traces), default=0)
    for above, below in PAIRS:
        top, bottom = _added(traces, above), _added(traces, below)
        if top is None or bottom is None:
            continue
        dims = [name for name in breakdowns_of(top) if name in bottom.columns]
        for key in (AREA, [*AREA, *dims]):
            rest = (bottom.groupby(key)["value"].sum() - top.groupby(key)["value"].sum()).dropna().to_numpy()
            if ((rest > 0) & (rest < limit)).any() or (rule.full_is_sensitive and (rest == 0).any()):
                return True
    return False


def _added(traces: Iterable[Trace], part: str) -> Observations | None:
    frames = [trace.rows.assign(value=trace.rows["value"] * trace.sign) for trace in traces if trace.part == part]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return None
    rows = pd.concat(frames, ignore_index=True)
    return rows.astype(dict.fromkeys([*AREA, *breakdowns_of(rows)], "str"))
