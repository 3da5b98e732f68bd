"""Ten thousand variants of an index beside a plain pandas loop: the same variants, the same run, the same ranks.

    python benchmarks/bench_robustness.py [--variants N] [--districts N] [--members N] [--loop N] [--threads N]

The loop computes the first `--loop` variants only and is scaled up to all of them. Both sides end with the rank of
each district in each variant, marginal 90 % intervals and the share of variants in which it keeps its class; ours adds
simultaneous intervals, and once more with sampling error (200 simulated data sets).
"""

from __future__ import annotations

import argparse
import os
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from dkbm_monitor.indices.base import Base, base_from
from dkbm_monitor.indices.models import Classes, Limit
from dkbm_monitor.indices.robustness import Robustness, examine
from dkbm_monitor.indices.sampling import Counts
from dkbm_monitor.indices.variants import Choices, Plan, plan_variants

AIM_SECONDS = 0.5
LIMITS = (Limit(at=-1, equal="above"), Limit(at=1), Limit(at=1.5))


def invented(districts: int, members: int) -> tuple[Base, Counts]:
    """Shares of invented districts with something in common, and the counts behind them."""
    rng = np.random.default_rng(3)
    below = rng.integers(50, 2000, size=(districts, members))
    share = 0.5 * rng.beta(3, 12, size=(districts, members)) + 0.5 * rng.beta(3, 12, size=(districts, 1))
    above = rng.binomial(below, share)
    keys, names = [f"{one:05d}" for one in range(districts)], [f"m{one}" for one in range(members)]
    frames = [pd.DataFrame(one, keys, names) for one in (100 * above / below, above, below)]
    return base_from(frames[0], classes=Classes(method="limits", limits=LIMITS)), Counts(frames[1], frames[2])


def normalised(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    if method == "z":
        return (frame - frame.mean()) / frame.std(ddof=0)
    if method == "minmax":
        return (frame - frame.min()) / (frame.max() - frame.min())
    return (frame.rank() - 1) / (len(frame) - 1)


def pandas_loop(plan: Plan, n: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The first variants of the plan the plain way, one after the other; normalised tables are prepared once."""
    frame = plan.base.values
    tables = {one.method: normalised(frame, one.method) for one in plan.normalise}
    on_scale = {"z": lambda z: 100 + 10 * z}
    positive = {name: on_scale.get(name, lambda x: 1 + 99 * x)(table) for name, table in tables.items()}
    logs = {name: np.log(table) for name, table in positive.items()}
    own = pd.Series(plan.base.codes.to_numpy(), frame.index)
    ranks, kept = [], []
    for row in plan.rows[:n]:
        _draw, _shrink, normal, how, weight, left = row
        weights = pd.Series(plan.weights[weight], frame.columns)
        if left:
            weights.iloc[left - 1] = 0.0
        weights /= weights.sum()
        name = plan.normalise[normal].method
        if plan.aggregate[how].method == "geometric":
            score = np.exp(logs[name].mul(weights).sum(axis=1))
        else:
            score = tables[name].mul(weights).sum(axis=1)
        index = (score - score.mean()) / score.std(ddof=0)
        codes = (index >= -1).astype(int) + (index > 1) + (index > 1.5)
        ranks.append(score.round(9).rank(method="min", ascending=False))
        kept.append(codes == own)
    table = pd.concat(ranks, axis=1)
    return table, table.quantile([0.05, 0.95], axis=1), pd.concat(kept, axis=1).mean(axis=1)


def fastest(work: Callable[[], Any], runs: int) -> tuple[float, float, Any]:
    """Best wall-clock and best processor seconds (all threads) over the runs, and the last result."""
    wall, used = [], []
    for _run in range(runs):
        start, busy = time.perf_counter(), time.process_time()
        found = work()
        wall.append(time.perf_counter() - start)
        used.append(time.process_time() - busy)
    return min(wall), min(used), found


def peak_megabytes(work: Callable[[], Any]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def agreement(ours: Robustness, ranks: pd.DataFrame) -> tuple[float, float]:
    """Share of equal ranks, and the largest difference."""
    apart = np.abs(ours.ranks[: ranks.shape[1]].astype(float) - ranks.to_numpy().T)
    return float((apart == 0).mean()), float(apart.max())


def main(variants: int, districts: int, members: int, loop: int, threads: int, runs: int) -> None:
    base, counts = invented(districts, members)

    def ours(choices: Choices) -> Robustness:
        return examine(plan_variants(base, choices, counts=counts, n=variants), threads=threads)

    chance = Choices(sampling="beta")
    ours(Choices())  # imports and caches
    wall, used, found = fastest(lambda: ours(Choices()), runs)
    wall_chance, used_chance, _found = fastest(lambda: ours(chance), runs)
    pandas_loop(found.plan, 5)
    loop_wall, loop_used, (ranks, _intervals, kept) = fastest(lambda: pandas_loop(found.plan, loop), 2)
    scale = variants / loop
    same, largest = agreement(found, ranks)
    load = os.getloadavg()[0]
    print(f"{variants} variants, {districts} districts, {members} members, {threads} threads, load {load:.1f}")
    print(f"                           wall clock  processor  (best of {runs}; aim: {AIM_SECONDS} s)")
    print(f"ours                       {wall:8.3f} s {used:8.3f} s")
    print(f"ours, with sampling error  {wall_chance:8.3f} s {used_chance:8.3f} s  (200 simulated data sets)")
    print(f"pandas loop, scaled        {scale * loop_wall:8.1f} s {scale * loop_used:8.1f} s  (from {loop} variants)")
    print(f"variants a second          ours {variants / wall:,.0f}, loop {loop / loop_wall:,.0f} by wall clock")
    by_wall, by_processor = scale * loop_wall / wall, scale * loop_used / used
    print(f"ratio                      {by_wall:.0f} by wall clock, {by_processor:.0f} by processor")
    by_wall, by_processor = scale * loop_wall / wall_chance, scale * loop_used / used_chance
    print(f"ratio with sampling error  {by_wall:.0f} by wall clock, {by_processor:.0f} by processor")
    print(f"memory at its peak         {peak_megabytes(lambda: ours(Choices())):.0f} MB,"
          f" {peak_megabytes(lambda: ours(chance)):.0f} MB with sampling error")  # fmt: skip
    print(f"ranks equal to the loop's  {100 * same:.3f} %, largest difference {largest:.0f}")
    print(f"kept classes differ by     {abs(float(kept.mean()) - float(found.kept[:loop].mean())):.2e}")


OPTIONS = {"variants": 10_000, "districts": 542, "members": 8, "loop": 500, "threads": 2, "runs": 9}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    main(**vars(parser.parse_args()))
