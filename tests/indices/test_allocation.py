"""A budget handed out once per variant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dkbm_monitor.core.locale import number
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.allocation import Key, _whole, allocate, sides
from dkbm_monitor.indices.base import Base, base_from
from dkbm_monitor.indices.models import Aggregate, Classes, Limit, Normalise
from dkbm_monitor.indices.robustness import Robustness, examine, robustness
from dkbm_monitor.indices.variants import FACTORS, Choices, plan_of_points

TWO = Classes(method="limits", limits=(Limit(at=0.0),), names=("wenig", "viel"))  # type: ignore[arg-type]


def own(n: int = 30, seed: int = 2) -> Base:
    rng = np.random.default_rng(seed)
    together = rng.normal(size=(n, 1))
    keys = [f"{one:03d}" for one in range(n)]
    return base_from(pd.DataFrame(together + rng.normal(size=(n, 4)), keys, list("abcd")), classes=TWO)


def found(n: int = 200) -> Robustness:
    return robustness(own(), n=n)


def test_by_class_counted_by_hand() -> None:
    examined = found()
    handed = allocate(examined, Key(total=1200, by="class", class_weights={"viel": 1.0}))
    n_high = int((examined.base.codes == 1).sum())
    expected = np.where(examined.base.codes == 1, 1200 / n_high, 0.0)
    assert handed.table()["amount"].to_numpy() == pytest.approx(expected)
    assert handed.amounts.sum(1) == pytest.approx(1200, rel=1e-5)


def test_the_recipe_row_follows_the_published_class_even_on_a_limit() -> None:
    base = own()
    codes = base.codes.copy()
    codes.iloc[0] = 1 - codes.iloc[0]  # as if rounding had put this district on the other side
    handed = allocate(robustness(replace(base, codes=codes), n=20), Key(100, by="class", class_weights={"viel": 1}))
    assert ((handed.table()["amount"] > 0).to_numpy() == (codes == 1).to_numpy()).all()


def test_by_index_follows_the_standardised_index_and_the_size() -> None:
    examined = found()
    size = pd.Series(np.arange(1.0, 31.0), index=examined.base.districts)
    handed = allocate(examined, Key(total=500, above=0.5, size=size.sample(frac=1, random_state=1)))
    score = examined.base.score.to_numpy()
    need = np.maximum((score - score.mean()) / score.std() - 0.5, 0) * size.to_numpy()
    assert handed.table()["amount"].to_numpy() == pytest.approx(500 * need / need.sum(), rel=1e-4)


def test_whole_posts_by_largest_remainders() -> None:
    # Hare-Niemeyer by hand: quotas 4.16, 3.38, 2.46 of ten posts.
    assert _whole(np.array([[4.16, 3.38, 2.46]]), 10).tolist() == [[4.0, 3.0, 3.0]]
    assert _whole(np.array([[1.5, 1.5, 1.0]]), 4).tolist() == [[2.0, 1.0, 1.0]]
    assert _whole(np.array([[3.0, 0.0, 1.0]]), 4).tolist() == [[3.0, 0.0, 1.0]]


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 60), st.integers(0, 100), st.booleans())
def test_every_variant_hands_out_exactly_the_total(total: int, seed: int, whole: bool) -> None:
    handed = allocate(robustness(own(seed=seed), n=40), Key(total=total, unit="Stellen", whole=whole))
    assert handed.amounts.sum(1) == pytest.approx(total, rel=1e-5)
    assert (handed.amounts >= 0).all()
    if whole:
        assert (handed.amounts == np.round(handed.amounts)).all()
    assert handed.moved[0] == 0
    assert ((handed.moved >= 0) & (handed.moved <= 1 + 1e-6)).all()


def test_spread_and_sentence() -> None:
    handed = allocate(found(), Key(total=1000))
    table = handed.table()
    assert (table["least"] <= table["low"] + 1e-6).all()
    assert (table["high"] <= table["most"] + 1e-6).all()
    assert (table["spread"] == table["high"] - table["low"]).all()
    half, most = (number(100 * one, 1) for one in np.quantile(handed.moved, [0.5, 0.95]))
    assert handed.in_words() == (
        f"In der Hälfte der Varianten gingen höchstens {half}\u00a0% des Budgets an andere Gebiete als nach dem "
        f"Rezept, in 95 von 100 Varianten höchstens {most}\u00a0%."
    )


def test_variants_that_fail_hand_out_nothing() -> None:
    aggregates = (Aggregate(method="arithmetic"), Aggregate(method="geometric"))
    examined = robustness(
        own(), Choices(positive_scale=False, normalise=(Normalise(method="z"),), aggregate=aggregates)
    )
    handed = allocate(examined, Key(total=10))
    assert examined.n_failed > 0
    assert len(handed.amounts) == len(examined.rows)
    assert np.isfinite(handed.amounts).all()


def test_variants_in_which_nobody_gets_anything_are_counted() -> None:
    base = own(n=12, seed=11)
    z = np.sort(base.standardised)
    examined = robustness(base, n=300)
    handed = allocate(examined, Key(total=10, above=float(z[-1]) - 0.02))
    assert handed.idle > 0
    assert handed.idle + len(handed.amounts) == len(examined.rows)


def test_sides_of_a_limit() -> None:
    examined = found()
    table = sides(examined, first=10)
    assert table["share_inside"].sum() == pytest.approx(10.0, abs=0.05)
    assert table["inside"].sum() == 10
    inside = (examined.ranks <= 10).mean(0)
    for key, row in table.iterrows():
        expected = inside[examined.base.districts.index(str(key))]
        assert row["stays"] == pytest.approx(expected if row["inside"] else 1 - expected)
        assert row["changes"] == (row["stays"] < 1)
    assert table["stays"].is_monotonic_increasing
    by_class = sides(examined, classes=["viel"])
    assert by_class["inside"].sum() == (examined.base.codes == 1).sum()
    assert by_class["stays"].loc["003"] == pytest.approx(examined.districts["kept"].loc["003"])
    with pytest.raises(ValueError, match="either first"):
        sides(examined)


def test_messages() -> None:
    examined = found(n=20)
    with pytest.raises(ProblemsError, match=r"I075.*„vil“ gibt es nicht\. Meinten Sie „viel“\?"):
        allocate(examined, Key(total=1, by="class", class_weights={"vil": 1}))
    with pytest.raises(ProblemsError, match=r"I075.*Klassen: wenig, viel\."):
        sides(examined, classes=["zzzzzzz"])
    with pytest.raises(ProblemsError, match=r"I073.*Für 29 Gebiete fehlt die Größe \(001, 002, .* …\)\."):
        allocate(examined, Key(total=1, size=pd.Series({"000": 3.0})))
    with pytest.raises(ProblemsError, match=r"I072.*Nach dem Rezept bekäme kein Gebiet etwas"):
        allocate(examined, Key(total=1, above=50))
    bare = robustness(base_from(own().values), n=20)
    with pytest.raises(ProblemsError, match=r"I074.*keine Klassen"):
        allocate(bare, Key(total=1, by="class", class_weights={}))
    plan = plan_of_points(own(), Choices(), np.full((20, len(FACTORS)), 0.7))
    with pytest.raises(ValueError, match="must be the recipe"):
        allocate(examine(plan), Key(total=1))
