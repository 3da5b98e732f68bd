"""Compare values with the town, with the area above, or with an earlier period, and test the difference.

A district is tested against the *rest* of the town (or of its area above): it cannot be compared with a whole that
contains it. Many districts are tested at once, so p values are adjusted over the districts of one indicator, level
and period (Benjamini-Hochberg).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute import kinds
from dkbm_monitor.core.frames import TOWN, Values
from dkbm_monitor.core.keys import shifted
from dkbm_monitor.districts.districts import Districts

Floats = npt.NDArray[np.float64]

SIGNIFICANCE = 0.05  # probability of a false alarm that is accepted, after adjustment

WHOLE = ["reference_value", "whole_numerator", "whole_denominator"]
PLACE = ["indicator", "breakdown", "gebietsstand", "period"]
COMPARISON_COLUMNS = (
    "reference_value",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "p_adjusted",
    "verdict",
)
SERIES = ["indicator", "breakdown", "gebietsstand", "level", "period"]


class Verdict(StrEnum):
    """Outcome of a comparison."""

    ABOVE = "above"
    BELOW = "below"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    NOT_TESTED = "not_tested"  # no counts to test with, or one side unknown


def compare_with_town(values: Values, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Values with the columns of `COMPARISON_COLUMNS`: each area against the rest of the town.

    `reference_value` is the town's value, `difference` the value minus the value of the rest, in the indicator's
    unit, with its 95 % interval. Shares are tested with the pooled z test (interval after Newcombe), rates with the
    conditional binomial test. `values` may come from a release: what is hidden is not compared.
    """
    town = _wholes(values[values["level"] == TOWN], PLACE)
    return _against_rest(values, town, indicators)


def compare_with_parent(
    values: Values, indicators: Mapping[str, Indicator], districts: Mapping[str, Districts], level: str
) -> pd.DataFrame:
    """Like `compare_with_town`, each area against the rest of its area of `level`."""
    above = [
        pd.DataFrame({"gebietsstand": one, "level": fine, "district": list(pairs), "above": list(pairs.values())})
        for one, areas in districts.items()
        for fine in areas.levels
        if fine != level and (pairs := areas.parent_of(fine, level))
    ]
    parents = pd.concat(above) if above else pd.DataFrame(columns=["gebietsstand", "level", "district", "above"])
    rows = _plain(values).merge(parents, on=["gebietsstand", "level", "district"], how="left", validate="m:1")
    wholes = _plain(values[values["level"] == level]).rename(columns={"district": "above"})
    return _against_rest(rows, _wholes(wholes, [*PLACE, "above"]), indicators)


def compare_with_period(values: Values, indicators: Mapping[str, Indicator], *, years: int) -> pd.DataFrame:
    """Each value against its own of `years` before, within the same Gebietsstand.

    The two periods are read as independent samples; pooled periods that share years are therefore not tested.
    `reference_value` is the earlier value.
    """
    key = ["indicator", "breakdown", "gebietsstand", "level", "district", "period"]
    earlier = _wholes(values, key)
    later = {str(one): shifted(str(one), years) for one in values["period"].unique()}
    earlier["period"] = earlier["period"].map(later)
    rows = _plain(values).merge(earlier, on=key, how="left", validate="m:1")
    pooled = rows["indicator"].map({id: card.pool_years for id, card in indicators.items()})
    apart = (pooled <= years).to_numpy()
    above, below = (np.where(apart, rows[name].to_numpy(float), np.nan) for name in WHOLE[1:])
    return _tested(rows, above, below, indicators)


def _plain(values: Values) -> Values:
    """The frame with text columns as plain text, so that categories of two frames can meet."""
    categories = [name for name in values.columns if isinstance(values[name].dtype, pd.CategoricalDtype)]
    return values.astype(dict.fromkeys(categories, "str"))


def _wholes(values: Values, key: list[str]) -> pd.DataFrame:
    numbers = {"value": "reference_value", "numerator": "whole_numerator", "denominator": "whole_denominator"}
    return _plain(values)[[*key, *numbers]].rename(columns=numbers)


def _against_rest(values: Values, wholes: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    key = [column for column in wholes.columns if column not in WHOLE]
    rows = _plain(values).merge(wholes, on=key, how="left", validate="m:1")
    rest_above = (rows["whole_numerator"] - rows["numerator"]).to_numpy(float)
    rest_below = (rows["whole_denominator"] - rows["denominator"]).to_numpy(float)
    has_rest = rest_below > 0  # not so for the whole itself
    return _tested(rows, np.where(has_rest, rest_above, np.nan), np.where(has_rest, rest_below, np.nan), indicators)


def _tested(
    rows: pd.DataFrame, other_above: Floats, other_below: Floats, indicators: Mapping[str, Indicator]
) -> pd.DataFrame:
    above, below = rows["numerator"].to_numpy(float), rows["denominator"].to_numpy(float)
    kind = rows["indicator"].map({key: card.kind for key, card in indicators.items()})
    per = rows["indicator"].map({key: card.per for key, card in indicators.items()}).to_numpy(float)
    is_share = (kind == "share").to_numpy()
    is_rate = (kind == "rate").to_numpy() & rows["low"].notna().to_numpy()
    low, high = kinds.newcombe(above, below, other_above, other_below)
    p_share = kinds.share_difference_p(above, below, other_above, other_below)
    p_rate = kinds.rate_difference_p(above, below, other_above, other_below)
    difference = per * (kinds.ratio(above, below) - kinds.ratio(other_above, other_below))
    out = rows.drop(columns=["whole_numerator", "whole_denominator"])
    out["difference"] = np.where(is_share | is_rate, difference, np.nan)
    out["difference_low"] = np.where(is_share, per * low, np.nan)
    out["difference_high"] = np.where(is_share, per * high, np.nan)
    out["p_value"] = np.select([is_share, is_rate], [p_share, p_rate], np.nan)
    out["p_adjusted"] = adjusted(out)
    out["verdict"] = _verdicts(out)
    return out


def adjusted(rows: pd.DataFrame, key: list[str] = SERIES) -> pd.Series[float]:
    """P values adjusted over the districts of each group of `key`, without a loop over groups."""
    group = rows.groupby(key, observed=True, sort=False).ngroup()
    ordered = pd.DataFrame({"group": group, "p": rows["p_value"]}).sort_values(["group", "p"], na_position="last")
    known = ordered["p"].notna()
    n = known.groupby(ordered["group"]).transform("sum")
    rank = ordered.groupby("group").cumcount() + 1
    scaled = (ordered["p"] * n / rank)[::-1]
    smallest = scaled.groupby(ordered["group"][::-1]).cummin()
    return smallest.clip(upper=1.0).reindex(rows.index)


def _verdicts(rows: pd.DataFrame) -> np.ndarray:
    sure = (rows["p_adjusted"] < SIGNIFICANCE).to_numpy()
    up = (rows["difference"] > 0).to_numpy()
    tested = rows["p_adjusted"].notna().to_numpy()
    named = [(~tested, Verdict.NOT_TESTED), (sure & up, Verdict.ABOVE), (sure & ~up, Verdict.BELOW)]
    masks, names = zip(*named, strict=True)
    return np.select(masks, [str(name) for name in names], str(Verdict.NOT_DISTINGUISHABLE))
