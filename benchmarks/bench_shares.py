"""20 shares with Wilson intervals on four levels and ten years from Berlin's 30 population files, reading included.

    python benchmarks/bench_shares.py FOLDER [rounds]

FOLDER holds berlin/population. All contenders read the same files and make the same 20 shares; ours also carries
statuses, sources and flags and checks keys. The peers are written as a practised user of each library would.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.districts.districts import Districts, assemble
from dkbm_monitor.districts.models import Gebietsstand, Level, ParentKey
from dkbm_monitor.sources.models import Register
from dkbm_monitor.sources.tables import read_all

YEARS = range(2015, 2025)
AGES = ["below_6", "6_15", "15_18", "18_27", "27_45", "45_55", "55_65", "above_65"]
BANDS = ["0-5", "6-14", "15-17", "18-26", "27-44", "45-54", "55-64", "65+"]
DIGITS = {"planungsraum": 8, "bezirksregion": 6, "prognoseraum": 4, "bezirk": 2}
MIGRATION = "inhabitants_with_migration_background"
# name -> (numerator columns, denominator columns) in the re-published files
SHARES: dict[str, tuple[list[str], list[str]]] = {
    "migration": ([MIGRATION], ["inhabitants"]),
    "foreign": (["inhabitants_foreigners"], ["inhabitants"]),
    "german": (["inhabitants_germans"], ["inhabitants"]),
    "female": (["inhabitants_female"], ["inhabitants"]),
    **{f"age_{age}": ([f"inhabitants_age_{age}"], ["inhabitants"]) for age in AGES},
    **{f"migration_{age}": ([f"{MIGRATION}_age_{age}"], [f"inhabitants_age_{age}"]) for age in AGES},
}
assert len(SHARES) == 20


def files(folder: Path, table: str) -> list[tuple[int, Path]]:
    return [(year, folder / f"berlin-lor-population-{year}-02-{table}-planning-areas.csv") for year in YEARS]


def wilson(x: np.ndarray, n: np.ndarray, z: float = 1.959963984540054) -> tuple[np.ndarray, np.ndarray]:
    p = x / n
    spread = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (p + z * z / (2 * n) - spread) / (1 + z * z / n), (p + z * z / (2 * n) + spread) / (1 + z * z / n)


def columns_of(table: str) -> list[str]:
    named = {
        "t1": ["inhabitants", MIGRATION, "inhabitants_germans", "inhabitants_foreigners"],
        "t2": [*(f"inhabitants_age_{age}" for age in AGES), "inhabitants_female"],
        "t3": [f"{MIGRATION}_age_{age}" for age in AGES],
    }
    return ["id", *named[table]]


def wide_frame(folder: Path) -> pd.DataFrame:
    tables = []
    for table in ("t1", "t2", "t3"):
        parts = [
            pd.read_csv(path, dtype={"id": str}, usecols=columns_of(table)).assign(year=year)
            for year, path in files(folder, table)
        ]
        tables.append(pd.concat(parts).set_index(["id", "year"]))
    return tables[0].join(tables[1]).join(tables[2]).reset_index()


def pandas_merge(folder: Path) -> int:
    """As notebooks are usually written: for each indicator and level two groupbys and a merge."""
    wide, rows = wide_frame(folder), 0
    for digits in DIGITS.values():
        wide["key"] = wide["id"].str[:digits]
        for above, below in SHARES.values():
            x = wide.groupby(["key", "year"])[above].sum().sum(axis=1).rename("x").reset_index()
            n = wide.groupby(["key", "year"])[below].sum().sum(axis=1).rename("n").reset_index()
            both = x.merge(n, on=["key", "year"])
            both["value"] = 100 * both["x"] / both["n"].replace(0, np.nan)
            both["low"], both["high"] = wilson(both["x"].to_numpy(), both["n"].replace(0, np.nan).to_numpy())
            rows += len(both)
    return rows


def pandas_wide(folder: Path) -> int:
    """One groupby per level, then columns divided by columns."""
    wide, rows = wide_frame(folder), 0
    for digits in DIGITS.values():
        sums = wide.drop(columns="id").groupby([wide["id"].str[:digits], "year"]).sum()
        x = np.stack([sums[above].sum(axis=1) for above, _below in SHARES.values()])
        n = np.stack([sums[below].sum(axis=1).replace(0, np.nan) for _above, below in SHARES.values()])
        low, high = wilson(x, n)
        frame = pd.DataFrame({"x": x.ravel(), "n": n.ravel(), "value": (100 * x / n).ravel(), "low": low.ravel()})
        frame["high"] = high.ravel()
        rows += len(frame)
    return rows


def polars_wide(folder: Path) -> int:
    tables = []
    for table in ("t1", "t2", "t3"):
        parts = [
            pl.read_csv(path, columns=columns_of(table), schema_overrides={"id": pl.String}).with_columns(
                pl.lit(year).alias("year")
            )
            for year, path in files(folder, table)
        ]
        tables.append(pl.concat(parts))
    wide = tables[0].join(tables[1], on=["id", "year"]).join(tables[2], on=["id", "year"])
    rows = 0
    for digits in DIGITS.values():
        sums = wide.group_by(pl.col("id").str.slice(0, digits), "year").agg(pl.exclude("id", "year").sum())
        x = np.stack([sums[above[0]].to_numpy() for above, _below in SHARES.values()]).astype(float)
        n = np.stack([sums[below[0]].to_numpy() for _above, below in SHARES.values()]).astype(float)
        n[n == 0] = np.nan
        low, high = wilson(x, n)
        rows += len(pl.DataFrame({"x": x.ravel(), "n": n.ravel(), "low": low.ravel(), "high": high.ravel()}))
    return rows


def text(words: str) -> dict[str, str]:
    return {"de": words, "en": words}


def our_register(folder: Path) -> Register:
    def column(name: str, **where: str) -> dict[str, object]:
        return {"column": name, "measure": "bevoelkerung", "where": where}

    value_columns = {
        "t1": [
            column("inhabitants"),
            column(MIGRATION, migration="with"),
            column("inhabitants_germans", nationality="german"),
            column("inhabitants_foreigners", nationality="foreign"),
        ],
        "t2": [
            *(column(f"inhabitants_age_{age}", age=band) for age, band in zip(AGES, BANDS, strict=True)),
            column("inhabitants_female", sex="female"),
        ],
        "t3": [
            column(f"{MIGRATION}_age_{age}", age=band, migration="with") for age, band in zip(AGES, BANDS, strict=True)
        ],
    }
    ignore = {
        "t1": ["*_percentage", "inhabitants_germans_*"],
        "t2": ["*_percentage", "inhabitants", "inhabitants_foreigners"],
        "t3": ["*_percentage", "inhabitants", "inhabitants_foreigners", "*_female"],
    }
    tables = {
        name: {
            "delimiter": ",",
            "decimal": ".",
            "thousands": "",
            "district": {"column": "id", "level": "planungsraum"},
            "columns": columns,
            "ignore": ignore[name],
        }
        for name, columns in value_columns.items()
    }
    sources = [
        {
            "id": f"{table}_{year}",
            "file": path.name,
            "title": path.name,
            "publisher": "Amt für Statistik Berlin-Brandenburg",
            "licence": {"name": "CC BY 3.0 DE"},
            "attribution": "Amt für Statistik Berlin-Brandenburg, A I 16",
            "retrieved": "2026-11-01",
            "sha256": "0" * 64,
            "spatial_principle": "wohnort",
            "table": table,
            "period": str(year),
        }
        for table in value_columns
        for year, path in files(folder, table)
    ]
    return Register.model_validate({"tables": tables, "sources": sources})


def our_districts(folder: Path) -> dict[str, Districts]:
    """Both Gebietsstände, from the keys of the files themselves."""
    found = {}
    for name, years in (("alt", range(2015, 2021)), ("neu", range(2021, 2025))):
        keys = sorted(
            {
                key
                for year, path in files(folder, "t1")
                if year in years
                for key in pd.read_csv(path, dtype={"id": str})["id"]
            }
        )
        levels, tables = [], {}
        finer = list(DIGITS)
        for place, level in enumerate(finer):
            above = {coarse: ParentKey(digits=DIGITS[coarse]) for coarse in finer[place + 1 :]}
            levels.append(Level(id=level, title=level, plural=level, file="-", key="-", parents=above))
            mine = sorted({key[: DIGITS[level]] for key in keys})
            table = pd.DataFrame({"district": mine, "name": mine, "inhabited": True})
            for coarse in above:
                table[f"parent:{coarse}"] = table["district"].str[: DIGITS[coarse]]
            tables[level] = table
        found[name] = assemble(Gebietsstand(id=name, levels=tuple(levels)), tables, ags="11000000", name="Berlin")
    return found


def our_indicators() -> list[Indicator]:
    def term(column: str) -> dict[str, object]:
        where: dict[str, object] = {}
        if column.startswith(MIGRATION):
            where["migration"] = "with"
        for age, band in zip(AGES, BANDS, strict=True):
            if column.endswith(f"age_{age}"):
                where["age"] = band
        for end, cut in (
            ("germans", {"nationality": "german"}),
            ("foreigners", {"nationality": "foreign"}),
            ("female", {"sex": "female"}),
        ):
            if column.endswith(end):
                where |= cut
        return {"measure": "bevoelkerung", "where": where}

    same = dict.fromkeys(("title", "definition", "purpose", "limits", "unit", "aggregation"), text("Vergleich"))
    return [
        Indicator.model_validate(
            {
                **same,
                "id": name,
                "area": "a",
                "kind": "share",
                "polarity": "context",
                "numerator": [term(one) for one in above],
                "denominator": [term(one) for one in below],
                "spatial_principle": "wohnort",
                "reference_date": "31.12.",
                "sources": ["A I 16"],
                "examples": [],
            }
        )
        for name, (above, below) in SHARES.items()
    ]


def ours(folder: Path) -> Callable[[Path], int]:
    register, districts = our_register(folder), our_districts(folder)
    people = Measure.model_validate(
        {
            "id": "bevoelkerung",
            "title": text("Bevölkerung"),
            "definition": text("Alle"),
            "spatial_principle": "wohnort",
            "reference_date": "31.12.",
        }
    )
    plan = plan_for(our_indicators(), {"bevoelkerung": people})
    known = {(one, level): areas.names(level) for one, areas in districts.items() for level in areas.levels}

    def run(_folder: Path) -> int:
        observations, problems = read_all(folder, register, known, lambda period: "alt" if period < "2021" else "neu")
        assert not problems, problems[:3]
        return len(compute_plan(plan, observations, districts, list(DIGITS)))

    return run


def main(folder: Path, rounds: int = 7) -> None:
    population = folder / "berlin" / "population"
    contenders = {
        "groupby and merge per indicator": pandas_merge,
        "wide pandas": pandas_wide,
        "wide polars": polars_wide,
        "dkbm_monitor": ours(population),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    rows = {name: run(population) for name, run in contenders.items()}  # warm
    for _round in range(rounds):
        for name, run in contenders.items():
            start = time.perf_counter()
            run(population)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        print(f"{name:34s} {median:6.3f} s (least {min(times[name]):.3f})  {rows[name]:7d} rows")
    for peer, aim in (("wide pandas", " (aim: at most 1.5)"), ("groupby and merge per indicator", "")):
        print(f"ratio to {peer:32s} {medians['dkbm_monitor'] / medians[peer]:6.2f}{aim}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
