"""The long tables that travel through the house, and their checks.

Plain pandas frames; what must travel with a number is a column.

**Observations**: what a publisher counted. One row per measure, breakdown cell, district and period.

**Values**: what we computed. One row per indicator, breakdown, district and period. `numerator` and `denominator`
are counts; a difference also carries the counts it was compared with (of the other group, or of the earlier period).
"""

from __future__ import annotations

from typing import TypeAlias

import pandas as pd

from dkbm_monitor.core.status import WITH_VALUE

Observations: TypeAlias = pd.DataFrame
Values: TypeAlias = pd.DataFrame

TOTAL = "total"  # a breakdown column holds this where the row is not broken down
TOWN = "stadt"  # id of the level that is the whole town; its one district has the town's AGS as key

OBSERVATION_COLUMNS = (
    "measure",
    "gebietsstand",
    "level",
    "district",
    "period",
    "value",
    "status",
    "mark",
    "source",
    "row",
    "column",
)
VALUE_COLUMNS = (
    "indicator",
    "breakdown",
    "gebietsstand",
    "level",
    "district",
    "period",
    "value",
    "numerator",
    "denominator",
    "compared_numerator",
    "compared_denominator",
    "low",
    "high",
    "status",
    "flags",
    "sources",
)
NUMBER_COLUMNS = [
    "value",
    "numerator",
    "denominator",
    "compared_numerator",
    "compared_denominator",
    "low",
    "high",
]
VALUE_KEY = ["indicator", "breakdown", "gebietsstand", "level", "district", "period"]


def breakdowns_of(observations: Observations) -> list[str]:
    """Names of the breakdown columns of an observations frame, in order."""
    return [column for column in observations.columns if column not in OBSERVATION_COLUMNS]


def empty_observations() -> Observations:
    """An observations frame without rows."""
    frame = pd.DataFrame({column: pd.Series(dtype="str") for column in OBSERVATION_COLUMNS})
    return frame.astype({"value": "float64", "row": "int64"})


def check_status(frame: pd.DataFrame) -> None:
    """Raise `ValueError` unless a value is NaN exactly where its status says so."""
    carries = frame["status"].astype("str").isin({str(status) for status in WITH_VALUE}).to_numpy()
    wrong = frame.loc[carries == frame["value"].isna().to_numpy()]
    if len(wrong):
        first = wrong.iloc[0].to_dict()
        msg = f"{len(wrong)} rows have a value where the status says none, or none where it says one: {first}"
        raise ValueError(msg)


def check_values(values: Values) -> Values:
    """Raise `ValueError` unless the frame is a Values frame with unique keys; hand it back otherwise."""
    lacking = [column for column in VALUE_COLUMNS if column not in values.columns]
    if lacking:
        msg = f"a Values frame needs the columns {', '.join(lacking)}"
        raise ValueError(msg)
    twice = values.duplicated(VALUE_KEY)
    if twice.any():
        msg = f"{int(twice.sum())} values share a key, first: {values.loc[twice, VALUE_KEY].iloc[0].to_dict()}"
        raise ValueError(msg)
    check_status(values)
    return values


def is_flagged(values: Values, flag: str) -> pd.Series[bool]:
    """True for rows whose `flags` (words joined by blanks) contain `flag`."""
    words = values["flags"].astype("str")
    return (" " + words + " ").str.contains(f" {flag} ", regex=False)
