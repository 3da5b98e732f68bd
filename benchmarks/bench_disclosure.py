"""How fast a town is protected and audited, and how many cells the heuristic loses against the exact optimum.

Run: python benchmarks/bench_disclosure.py [TOWN FOLDER]
     python benchmarks/bench_disclosure.py aim [DISTRICTS [YEARS [SHARES]]]

The second makes up a large town: 542 districts on 4 levels, 10 years, 30 shares and the 30 counts above them or the
changes of those. Its release and audit shall take less than a minute together. It has no breakdowns, no published
totals and no gaps.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

import dkbm_monitor as dkbm
from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.disclosure.audit import audit
from dkbm_monitor.disclosure.cells import System
from dkbm_monitor.disclosure.protect import protect
from dkbm_monitor.disclosure.sensitive import hidden_by
from dkbm_monitor.districts.districts import Districts, assemble
from dkbm_monitor.districts.models import Gebietsstand, Level, ParentKey
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town.models import DisclosureRule, RuleFor

MUSTERSTADT = Path(__file__).parents[1] / "data" / "musterstadt"
LEAST = 5  # smallest count that may be shown


def small_table(chance: np.random.Generator, groups: int = 3, size: int = 4) -> System:
    """One count in districts, groups of districts and the town, every cell a row of its own."""
    fine = chance.poisson(6, groups * size).astype("float64")
    coarse = fine.reshape(groups, size).sum(axis=1)
    truth = np.concatenate([fine, coarse, [fine.sum()]])
    equations = np.zeros((groups + 1, len(truth)))
    for group in range(groups):
        equations[group, group * size : (group + 1) * size] = -1
        equations[group, groups * size + group] = 1
    equations[groups, groups * size : -1], equations[groups, -1] = -1, 1
    n = len(truth)
    return System(
        truth=truth,
        lower=np.zeros(n),
        upper=np.full(n, np.inf),
        whole=np.ones(n, dtype=bool),
        need=np.where((truth > 0) & (truth < LEAST), float(LEAST), 0.0),
        shows=sparse.csr_array(sparse.eye_array(n)),
        equations=sparse.csr_array(equations),
        rests=np.zeros((0, 3), dtype="int64"),
        coarseness=np.zeros(n, dtype="int64"),
        place=np.arange(n),
    )


def loss(tables: int = 200) -> None:
    """Cells hidden by the heuristic and by the exact optimum on the same small tables."""
    chance = np.random.default_rng(2026)
    lost: dict[Literal["exact", "heuristic"], int] = {"exact": 0, "heuristic": 0}
    for _number in range(tables):
        system = small_table(chance)
        weights = np.repeat([1.0, 8.0, 512.0], [12, 3, 1])
        for method in lost:
            found = protect(system, system.need > 0, weights, method=method)
            assert not len(found.narrow)
            lost[method] += int((found.hidden & ~(system.need > 0)).sum())
    print(
        f"{tables} small tables, cells hidden to protect others: {lost}, ratio {lost['heuristic'] / lost['exact']:.2f}"
    )


def whole_town(folder: Path) -> None:
    """Seconds for computing, releasing and auditing everything a town has."""
    town = dkbm.open_town(folder)
    len(town.observations)
    marks = [time.perf_counter()]
    values = dkbm.compute(town)
    marks.append(time.perf_counter())
    release = dkbm.release(values, town)
    marks.append(time.perf_counter())
    known = town.catalogue
    found = audit([release.values], release.rule, known.indicators, known.measures, town.districts, truth=values)
    marks.append(time.perf_counter())
    steps = ", ".join(f"{name} {later - one:.1f} s" for name, one, later in zip(STEPS, marks, marks[1:], strict=False))
    print(f"{town.name}: {len(values)} rows: {steps}; audit passed: {found.passed}")


LEVELS = {"planungsraum": 542, "bezirksregion": 143, "prognoseraum": 58, "bezirk": 12}
POPULATIONS = 5  # so many populations are shared by all shares
CHANGES = 3  # every third count is shown as a change, which ties the years together
AIM = 60  # seconds


def large_town(districts: int, years: int, shares: int) -> Any:
    """A made-up town: districts of some thousand people, parts between one in a thousand and four in ten of them."""
    chance = np.random.default_rng(542)
    areas = nested({level: max(1, round(n * districts / LEVELS["planungsraum"])) for level, n in LEVELS.items()})
    keys = areas.frame.loc[areas.frame["level"] == "planungsraum", "district"].tolist()
    people = np.maximum(chance.lognormal(7.6, 0.9, (POPULATIONS, len(keys))).round(), 30).astype("int64")
    counts: dict[str, Any] = {
        f"people_{one}": np.repeat(people[one][None], years, axis=0) for one in range(POPULATIONS)
    }
    for number, rate in enumerate(np.geomspace(0.001, 0.4, shares)):
        local = np.minimum(rate * chance.lognormal(0, 0.5, len(keys)), 0.9)
        counts[f"part_{number}"] = chance.binomial(people[number % POPULATIONS], local, (years, len(keys)))
    rule = RuleFor(min_count=LEAST)
    return SimpleNamespace(
        name="Made-up town",
        file=SimpleNamespace(
            disclosure=DisclosureRule(reason="made up for this benchmark", public=rule, internal=rule), invented=True
        ),
        catalogue=Catalogue({name: measure(name) for name in counts}, {one.id: one for one in cards(shares)}),
        districts={"g": areas},
        register=Register(),
        observations=pd.concat([observed(name, table, keys) for name, table in counts.items()], ignore_index=True),
    )


def nested(sizes: dict[str, int]) -> Districts:
    """Areas of levels that nest, neighbours by number in the same area above."""
    names = list(sizes)
    levels, tables = [], {}
    for at, (level, n) in enumerate(sizes.items()):
        above = names[at + 1] if at + 1 < len(names) else None
        table = pd.DataFrame({"district": [f"{level[0]}{at}{one:04d}" for one in range(n)], "inhabited": True})
        table["name"] = table["district"]
        if above:
            parent = np.arange(n) * sizes[above] // n
            table[f"parent:{above}"] = [f"{above[0]}{at + 1}{one:04d}" for one in parent]
        parents = {above: ParentKey(column="-")} if above else {}
        levels.append(Level(id=level, title=level, plural=level, file="-", key="-", parents=parents))
        tables[level] = table
    return assemble(Gebietsstand(id="g", levels=tuple(levels)), tables, ags="99000000", name="Made-up town")


def measure(name: str) -> Measure:
    """A measure that counts people."""
    said = {"de": name, "en": name}
    return Measure(id=name, title=said, definition=said, spatial_principle="wohnort", reference_date="31.12.")


def cards(shares: int) -> list[Indicator]:
    """Each share, and the count above its line, or how it changed, as an indicator of its own."""
    said = {"de": "-", "en": "-"}
    texts = ("title", "definition", "purpose", "limits", "unit", "aggregation")
    same = {
        **dict.fromkeys(texts, said),
        **{"area": "a", "polarity": "context", "spatial_principle": "wohnort", "reference_date": "31.12."},
        **{"sources": ["-"], "examples": []},
    }
    out = []
    for one in range(shares):
        share = {"kind": "share", "numerator": f"part_{one}", "denominator": f"people_{one % POPULATIONS}"}
        out.append(Indicator.model_validate({**same, **share, "id": f"share_{one}"}))
        other: dict[str, Any] = {"kind": "change", "change_years": 1} if one % CHANGES == 0 else {"kind": "count"}
        other |= {"numerator": f"part_{one}", "id": f"{other['kind']}_{one}"}
        out.append(Indicator.model_validate({**same, **other}))
    return out


def observed(name: str, table: np.ndarray[Any, Any], keys: list[str]) -> pd.DataFrame:
    """One count of all districts (across) and years (down) as observations."""
    n = table.size
    value = table.ravel().astype("float64")
    return pd.DataFrame(
        {
            "measure": name,
            "gebietsstand": "g",
            "level": "planungsraum",
            "district": np.tile(keys, len(table)),
            "period": np.repeat([str(2015 + year) for year in range(len(table))], len(keys)),
            "value": value,
            "status": np.where(value == 0, "zero", "ok"),
            "mark": "",
            "source": "-",
            "row": np.arange(2, n + 2),
            "column": name,
        }
    )


def aim(districts: int = 542, years: int = 10, shares: int = 30) -> None:
    """Seconds of release and audit at the scale that shall stay below a minute, and what is hidden."""
    town = large_town(districts, years, shares)
    known = town.catalogue
    marks = [time.perf_counter()]
    values = compute_plan(plan_for(known.indicators.values(), known.measures), town.observations, town.districts)
    marks.append(time.perf_counter())
    release = dkbm.release(values, town)
    marks.append(time.perf_counter())
    said = f"{districts} districts, {years} years, {2 * shares} indicators, {len(values)} rows"
    few = int(hidden_by(values, release.rule, known.indicators, known.measures).sum())
    hidden = int((release.values["status"] == "suppressed").sum())
    print(f"{said}: compute {marks[1] - marks[0]:.1f} s, release {marks[2] - marks[1]:.1f} s", flush=True)
    how = release.run.settings["protection"]
    print(f"rows hidden: {few} by the rule, {hidden - few} to protect them ({100 * hidden / len(values):.1f} %); {how}")
    found = audit([release.values], release.rule, known.indicators, known.measures, town.districts, truth=values)
    marks.append(time.perf_counter())
    both = marks[3] - marks[1]
    print(f"audit {marks[3] - marks[2]:.1f} s, passed: {found.passed}; release and audit {both:.1f} s, aim {AIM} s")


STEPS = ("compute", "release (computing everything included)", "audit")

if __name__ == "__main__":
    if sys.argv[1:2] == ["aim"]:
        aim(*(int(one) for one in sys.argv[2:5]))
        sys.exit()
    loss()
    whole_town(Path(sys.argv[1]) if len(sys.argv) > 1 else MUSTERSTADT)
