"""The adding can be done elsewhere: by a database, from a file, with the same values in the end."""

import duckdb
import numpy as np
import pandas as pd
from building import make_districts, make_indicator, make_measure, make_observations

from dkbm_monitor.compute.indicators import values_from_tables
from dkbm_monitor.compute.offer import offer_of
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.compute.selection import code, select
from dkbm_monitor.compute.sums import tables_from_long
from dkbm_monitor.core.status import RANK

ADDING = """
    SELECT s.quantity, o.gebietsstand, o.level, s.year, o.district,
           sum(o.value) AS value, max(o.rank) AS rank, count(*) AS n_cells
    FROM read_parquet(?) o JOIN selection s USING (measure, gebietsstand, level, period, age)
    GROUP BY ALL HAVING count(*) = any_value(s.n_needed)
"""


def test_a_database_over_a_parquet_file_adds_to_the_same_values(computed, tmp_path) -> None:
    random = np.random.default_rng(7)
    districts = make_districts({f"{a}{b}": str(a) for a in range(1, 5) for b in range(1, 6)})
    fine = list(districts.of_level("stadtteil")["district"])
    rows = [
        {"measure": measure, "district": key, "period": period, "age": age, "value": int(random.integers(0, 90))}
        for measure in ("teil", "ganzes")
        for key in fine
        for period in ("2022", "2023")
        for age in ("0-2", "3-5", "6-9")
    ]
    rows[5] |= {"value": None, "status": "secret"}
    del rows[17]
    observations = make_observations(rows)
    ages = {"age": {"first": 0, "last": 5}}
    card = make_indicator(
        numerator={"measure": "teil", "where": ages}, denominator={"measure": "ganzes", "where": ages}
    )
    plan = plan_for([card], {name: make_measure(name) for name in ("teil", "ganzes")})
    keys = {("g", level): tuple(districts.of_level(level)["district"]) for level in districts.levels}
    coded = code(observations, keys)
    pairs = select(coded, plan.quantities, plan.measures)
    needed = pairs.join(coded.groups, on="group")
    selection = needed.assign(
        n_needed=needed.groupby(["quantity", "gebietsstand", "level", "year"])["group"].transform("size")
    )
    path = tmp_path / "beobachtungen.parquet"
    ranks = observations["status"].map({str(status): rank for status, rank in RANK.items()})
    observations.assign(rank=ranks).to_parquet(path)
    with duckdb.connect() as database:
        database.register("selection", selection.drop(columns="kept").astype({"age": str, "period": str}))
        sums = database.execute(ADDING, [str(path)]).df()
    tables = tables_from_long(sums, len(plan.quantities), coded.years, keys)
    elsewhere = values_from_tables(plan, tables, offer_of(coded, pairs, observations), {"g": districts})
    pd.testing.assert_frame_equal(elsewhere, computed(card, observations, districts))
