"""Run the worked examples of a definition through the real computing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import Example, ExampleResult, Indicator
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.core.frames import OBSERVATION_COLUMNS, TOTAL, TOWN, Observations, Values
from dkbm_monitor.core.status import WITH_VALUE, Status
from dkbm_monitor.districts.districts import Districts, assemble
from dkbm_monitor.districts.models import Gebietsstand, Level

AGS = "99999999"


def run_example(indicator: Indicator, example: Example, catalogue: Catalogue) -> list[str]:
    """Sentences about what did not come out as the example states; an empty list means that it holds.

    Expected values are compared at the indicator's own number of decimals.
    """
    districts = _districts(example)
    plan = plan_for([indicator], catalogue.measures)
    values = compute_plan(plan, _observations(example), {"example": districts})
    return [text for wanted in example.expect if (text := _mismatch(indicator, wanted, values))]


def _districts(example: Example) -> Districts:
    keys = sorted({one.district for one in example.given} - {TOWN})
    table = pd.DataFrame({"district": keys, "name": keys, "inhabited": True}, dtype=object)
    level = Level(id="gebiet", title="Gebiet", plural="Gebiete", file="-", key="-")
    stand = Gebietsstand(id="example", levels=(level,))
    return assemble(stand, {"gebiet": table.astype({"inhabited": bool})}, ags=AGS, name="Beispielstadt")


def _observations(example: Example) -> Observations:
    dims = sorted({dim for one in example.given for dim in one.cell})
    rows = [
        {
            "measure": one.measure,
            "gebietsstand": "example",
            "level": TOWN if one.district == TOWN else "gebiet",
            "district": AGS if one.district == TOWN else one.district,
            "period": one.period,
            "value": np.nan if one.value is None else one.value,
            "status": one.status or _plain_status(one.value),
            "mark": "",
            "source": "example",
            "row": number,
            "column": "",
            **{dim: one.cell.get(dim, TOTAL) for dim in dims},
        }
        for number, one in enumerate(example.given, start=1)
    ]
    return pd.DataFrame(rows, columns=[*OBSERVATION_COLUMNS, *dims])


def _plain_status(value: float | None) -> str:
    if value is None:
        return Status.MISSING
    return Status.ZERO if value == 0 else Status.OK


def _mismatch(indicator: Indicator, wanted: ExampleResult, values: Values) -> str:
    key = AGS if wanted.district == TOWN else wanted.district
    rows = values[(values["district"] == key) & (values["period"] == wanted.period) & (values["breakdown"] == TOTAL)]
    where = f"{wanted.district}, {wanted.period}"
    if len(rows) != 1:
        return f"{where}: expected one value, found {len(rows)}"
    found = rows.iloc[0]
    status = wanted.status or (None if wanted.value is not None else Status.MISSING)
    if status is not None and found["status"] != status:
        return f"{where}: expected status {status}, found {found['status']} ({found['value']})"
    if wanted.value is None:
        return ""
    if found["status"] not in set(map(str, WITH_VALUE)):
        return f"{where}: expected {wanted.value}, found none ({found['status']})"
    off = abs(float(found["value"]) - wanted.value)
    return (
        ""
        if off <= 0.5 * 10**-indicator.decimals + 1e-9
        else f"{where}: expected {wanted.value}, found {found['value']}"
    )
