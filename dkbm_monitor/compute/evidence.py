"""The counts behind the values of a frame, as arrays: what every statement about certainty starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import Values

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Groups = npt.NDArray[np.integer]

# Districts of one such group are read together: one indicator and breakdown, one level, one period.
SERIES = ["indicator", "breakdown", "gebietsstand", "level", "period"]


@dataclass(frozen=True)
class Evidence:
    """Counts of each row; NaN where a value is hidden, unknown, or has no counts chance could be read from."""

    numerator: Floats
    denominator: Floats
    per: Floats
    is_share: Mask
    is_rate: Mask

    @property
    def usable(self) -> Mask:
        """True for rows that have counts."""
        mask: Mask = self.is_share | self.is_rate
        return mask


def evidence(values: Values, indicators: Mapping[str, Indicator]) -> Evidence:
    """Counts of the rows of a frame. Only shares and rates of counts carry an interval, so only they enter."""
    name = values["indicator"].astype("str")
    kind = name.map({key: card.kind for key, card in indicators.items()}).to_numpy(dtype=object)
    per = np.asarray(name.map({key: card.per for key, card in indicators.items()}), dtype="float64")
    denominator: Floats = values["denominator"].to_numpy(dtype="float64")
    carries = values["low"].notna().to_numpy() & (denominator > 0)
    is_share, is_rate = carries & (kind == "share"), carries & (kind == "rate")
    numerator = np.where(is_share | is_rate, values["numerator"].to_numpy(dtype="float64"), np.nan)
    return Evidence(numerator, np.where(is_share | is_rate, denominator, np.nan), per, is_share, is_rate)


def numbered(rows: pd.DataFrame, key: list[str]) -> Groups:
    """For each row the number of its group, counted from 0 in the order of appearance."""
    return rows.groupby(key, observed=True, sort=False, dropna=False).ngroup().to_numpy()


def added(group: Groups, terms: Floats) -> Floats:
    """Sum of the terms of its group, for each row."""
    return np.bincount(group, weights=terms).astype("float64")[group] if len(group) else terms
