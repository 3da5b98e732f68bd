"""Plain counts of one measure on every level, for rules that need to know how many people live somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Measure
from dkbm_monitor.compute.selection import Quantity, code, select
from dkbm_monitor.compute.sums import add_cells, keys_of, roll_up
from dkbm_monitor.core.frames import Observations
from dkbm_monitor.districts.districts import Districts

COLUMNS = ["gebietsstand", "level", "district", "year", "count"]


def totals(
    observations: Observations, measure: str, measures: Mapping[str, Measure], districts: Mapping[str, Districts]
) -> pd.DataFrame:
    """How much of a measure there is: `gebietsstand, level, district, year, count`, known counts only."""
    rows = observations[observations["measure"] == measure]
    frames = list(_by_level(rows, measure, measures, districts))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _by_level(
    rows: Observations, measure: str, measures: Mapping[str, Measure], districts: Mapping[str, Districts]
) -> Iterator[pd.DataFrame]:
    keys = keys_of(districts)
    coded = code(rows, keys)
    tables = add_cells(coded, select(coded, [Quantity(measure)], measures), 1, keys)
    for gebietsstand, areas in districts.items():
        for level in areas.levels:
            table = roll_up(tables, areas, level, np.array([True]))
            if table is not None:
                year, district = np.nonzero(~np.isnan(table.value[0]))
                yield pd.DataFrame(
                    {
                        "gebietsstand": gebietsstand,
                        "level": level,
                        "district": np.array(table.districts, dtype=object)[district],
                        "year": np.array(table.years)[year],
                        "count": table.value[0][year, district],
                    }
                )
