"""Variants of an index against a plain loop, hand-made ranks, and the promises of the intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.aggregate import aggregate
from dkbm_monitor.indices.base import Base, base_from, base_of
from dkbm_monitor.indices.classing import class_rule
from dkbm_monitor.indices.composite import compute_index
from dkbm_monitor.indices.models import Aggregate, Classes, IndexRecipe, Limit, Missing, Normalise
from dkbm_monitor.indices.normalise import normalise
from dkbm_monitor.indices.ranks import intervals, rank_rows
from dkbm_monitor.indices.robustness import examine, robustness
from dkbm_monitor.indices.sampling import Counts, simulator
from dkbm_monitor.indices.scoring import Scorer, positive
from dkbm_monitor.indices.variants import FACTORS, Choices, plan_of_points, plan_variants
from dkbm_monitor.indices.weights import principal

FOUR = Classes(
    method="limits",
    limits=(Limit(at=-1, equal="above"), Limit(at=1), Limit(at=1.5)),
    names=("hoch", "mittel", "niedrig", "sehr niedrig"),  # type: ignore[arg-type]
)
METHODS = [
    Aggregate(method="arithmetic"),
    Aggregate(method="sum"),
    Aggregate(method="geometric"),
    Aggregate(method="harmonic"),
    Aggregate(method="generalised", power=3.0),
    Aggregate(method="mazziotta_pareto"),
    Aggregate(method="mazziotta_pareto", penalty="minus"),
    Aggregate(method="max"),
    Aggregate(method="count_above", limit=0.7),
    Aggregate(method="copeland"),
]
SCALES = [Normalise(method=one) for one in ("z", "minmax", "percentile_rank", "rank_normal", "robust_z", "borda")]


def made_up(n: int = 40, members: int = 4, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    together = rng.normal(size=(n, 1))
    keys = [f"{one:04d}" for one in range(n)]
    return pd.DataFrame(together + rng.normal(size=(n, members)), keys, [f"m{one}" for one in range(members)])


def base(n: int = 40, members: int = 4, seed: int = 5) -> Base:
    return base_from(made_up(n, members, seed), classes=FOUR)


def counted(n: int = 30, people: int = 200) -> tuple[Base, Counts]:
    rng = np.random.default_rng(8)
    keys, members = [f"{one:04d}" for one in range(n)], ["a", "b", "c"]
    below = np.full((n, 3), people)
    above = rng.binomial(below, rng.beta(4, 12, size=(n, 1)))
    frame = pd.DataFrame(100 * above / below, keys, members)
    return base_from(frame, classes=FOUR), Counts(
        pd.DataFrame(above, keys, members), pd.DataFrame(below, keys, members)
    )


# ranks and intervals


def test_ranks_agree_with_scipy_with_and_without_ties() -> None:
    rng = np.random.default_rng(1)
    x = rng.permuted(np.tile(np.linspace(0.5, 8, 301) ** 2, (50, 1)), axis=1).astype(np.float32)
    tied = np.round(x / 4) * np.float32(-1)
    for one in (x, tied):
        assert (rank_rows(one) == rankdata(-one, method="min", axis=1)).all()


def test_equal_sums_share_a_rank_although_their_last_digits_differ() -> None:
    x = np.array([[0.1 + 0.2, 0.3, 1.0, 0.0, 0.3 + 1e-5]], dtype=np.float32)
    x[0, 0] = np.nextafter(x[0, 1], np.float32(1))
    assert rank_rows(x).tolist() == [[3, 3, 1, 5, 2]]
    assert rank_rows(np.full((1, 4), 7, dtype=np.float32)).tolist() == [[1, 1, 1, 1]]
    assert rank_rows(np.full((1, 4), np.nan, dtype=np.float32)).shape == (1, 4)


def test_intervals_of_ranks_that_can_be_counted_by_hand() -> None:
    # 20 variants of three districts: A first 18 times, twice last; B follows; C is last except when A is.
    ranks = np.array([[1, 2, 3]] * 18 + [[3, 1, 2]] * 2, dtype=np.uint16)
    found = intervals(ranks, level=0.90)
    assert found.low.tolist() == [1, 1, 2]
    assert found.high.tolist() == [3, 2, 3]  # one variant may stay out on each side; the second still counts
    assert found.median.tolist() == [1, 2, 3]
    assert (found.band_low.tolist(), found.band_high.tolist()) == ([1, 2, 3], [1, 2, 3])
    assert (found.least.tolist(), found.most.tolist()) == ([1, 1, 2], [3, 2, 3])


def test_marginal_interval_agrees_with_sorted_ranks() -> None:
    ranks = rank_rows(np.random.default_rng(2).normal(size=(1000, 25)).astype(np.float32) + np.arange(25) / 5)
    ordered = np.sort(ranks, axis=0)
    found = intervals(ranks, level=0.90)
    assert (found.low == ordered[50]).all()
    assert (found.high == ordered[949]).all()
    assert (found.median == ordered[499]).all()


@pytest.mark.parametrize("cells", [80, 1000, 7400])
def test_many_districts_are_summed_up_by_sorting_with_the_same_result(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks = rank_rows(np.random.default_rng(2).normal(size=(300, 100)).astype(np.float32).round(1))
    whole = intervals(ranks)
    monkeypatch.setattr("dkbm_monitor.indices.ranks.CELLS", cells)
    for name, one in vars(whole).items():
        assert (one == getattr(intervals(ranks), name)).all(), name


def test_steps_through_variants_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    score = np.random.default_rng(2).normal(size=(300, 25)).astype(np.float32)
    ranks, whole = rank_rows(score), intervals(rank_rows(score))
    monkeypatch.setattr("dkbm_monitor.indices.ranks.STEP", 70)
    assert (rank_rows(score) == ranks).all()
    assert all(
        (one == other).all() for one, other in zip(vars(whole).values(), vars(intervals(ranks)).values(), strict=True)
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(3, 30), st.integers(20, 200), st.floats(0.5, 0.95), st.integers(0, 99))
def test_intervals_hold_what_they_promise(n: int, variants: int, level: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranks = rank_rows((np.linspace(0, 3, n) + rng.normal(size=(variants, n))).astype(np.float32))
    found = intervals(ranks, level=level)
    assert (((ranks >= found.low) & (ranks <= found.high)).mean(0) >= level - 1e-9).all()
    assert ((ranks >= found.band_low) & (ranks <= found.band_high)).all(1).mean() >= level - 1e-9
    in_order = np.stack([found.least, found.low, found.median, found.high, found.most])
    assert (np.diff(in_order, axis=0) >= 0).all()


# variants against a plain loop


def by_loop(plan, row: int) -> np.ndarray:
    """One variant as a person would compute it, with the functions the recipes use."""
    own, (draw, shrink, normal, how, weight, left) = plan.base, plan.rows[row]
    assert (draw, shrink) == (0, 0)
    z = normalise(own.x, plan.normalise[normal])
    weights = plan.weights[weight].copy()
    if np.isnan(weights).any():
        weights = principal(z).loadings
    needs = ("geometric", "harmonic", "generalised", "mazziotta_pareto")
    same = plan.normalise[normal] == own.part.normalise and plan.aggregate[how] == own.part.aggregate
    if plan.aggregate[how].method in needs and not same:
        z = positive(plan.normalise[normal], z)
    kept = [one for one in range(z.shape[1]) if one != left - 1]
    return aggregate(z[:, kept], weights[kept], plan.aggregate[how])


@pytest.mark.parametrize("how", METHODS, ids=lambda one: one.method)
@pytest.mark.parametrize("scale", SCALES, ids=lambda one: one.method)
def test_every_variant_equals_the_plain_loop(how: Aggregate, scale: Normalise) -> None:
    choices = Choices(normalise=(scale,), aggregate=(how,), weights=("equal", "pca", "dirichlet"))
    plan = plan_variants(base(), choices, n=60, seed=3)
    for chunk in Scorer(plan, budget=20_000).chunks():
        assert not chunk.failed.any()
        for row, score in zip(chunk.rows, chunk.score, strict=True):
            expected = by_loop(plan, row)
            if how.method == "sum" and row:  # a sum is a mean times the number of members: the same order, the same z
                expected = expected / (len(plan.base.members) - (plan.rows[row, 5] > 0))
            assert score - score.mean() == pytest.approx(
                expected - expected.mean(), abs=2e-6 * np.ptp(expected) + 1e-12
            )


def test_available_values_carry_the_weight_of_missing_ones() -> None:
    frame = made_up()
    frame.iloc[3, 1] = frame.iloc[7, 2] = np.nan
    own = base_from(frame, missing=Missing(rule="available"))
    plan = plan_variants(own, Choices(aggregate=(Aggregate(method="geometric"), own.part.aggregate)), n=80)
    (chunk,) = Scorer(plan).chunks()
    fine = chunk.failed == 0
    assert fine.sum() > 60
    for row, score in zip(chunk.rows[fine], chunk.score[fine], strict=True):
        expected = by_loop(plan, row)
        assert score - score.mean() == pytest.approx(expected - expected.mean(), abs=2e-6 * np.ptp(expected))


@pytest.mark.parametrize("factor", range(len(FACTORS)))
def test_each_column_of_points_decides_one_factor(factor: int) -> None:
    own, counts = counted()
    choices = Choices(sampling="beta", shrinkage=("none", "beta_binomial"))
    points = np.full((50, len(FACTORS)), 0.3)
    points[:, factor] = np.linspace(0, 0.999, 50)
    rows = plan_of_points(own, choices, points, counts=counts).rows
    assert [len(np.unique(column)) > 1 for column in rows.T] == [one == factor for one in range(len(FACTORS))]


def test_row_zero_is_the_recipe_itself() -> None:
    own = base_from(made_up(), normalise=Normalise(method="rank"), aggregate=Aggregate(method="harmonic"))
    found = robustness(own, n=200)
    assert (found.plan.rows[0] == 0).all()
    assert found.ranks[0].tolist() == own.rank.tolist()
    assert found.shift[0] == 0


def test_chunks_and_threads_change_nothing() -> None:
    own, counts = counted()
    choices = Choices(sampling="beta", draws=20, shrinkage=("none", "beta_binomial"))
    one = robustness(own, choices, counts=counts, n=400, threads=1)
    other = robustness(own, choices, counts=counts, n=400, threads=2, budget=50_000)
    assert len(Scorer(other.plan, 50_000).batches) > 3
    assert (one.ranks == other.ranks).all()
    assert one.districts.equals(other.districts)


def test_the_seed_decides_and_another_one_differs() -> None:
    one, same, other = (robustness(base(), n=300, seed=seed) for seed in (4, 4, 5))
    assert (one.ranks == same.ranks).all()
    assert (one.plan.rows != other.plan.rows).any()


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_order_of_districts_does_not_matter(seed: int) -> None:
    frame = made_up(seed=seed)
    mixed = frame.sample(frac=1, random_state=seed)
    one = robustness(base_from(frame, classes=FOUR), n=200).districts
    other = robustness(base_from(mixed, classes=FOUR), n=200).districts.loc[one.index]
    ranks = ["rank", "median", "low", "high", "band_low", "band_high", "least", "most"]
    assert (one[ranks] - other[ranks]).abs().max().max() <= 1  # sums in another order may swap two neighbours
    assert np.abs(one["kept"] - other["kept"]).max() < 0.02


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.integers(3, 40))
def test_extremes_hold_the_recipe_and_class_shares_add_up(seed: int, n: int) -> None:
    found = robustness(base(n=n, seed=seed), n=150)
    table = found.districts
    assert ((table["least"] <= table["rank"]) & (table["rank"] <= table["most"])).all()
    assert found.class_shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert table["kept"].between(1 / 150, 1).all()


# classes


def test_kept_classes_counted_by_hand() -> None:
    own = base()
    found = robustness(own, Choices(leave_out=False, weights=("equal",), aggregate=(own.part.aggregate,)), n=50)
    standard = {}
    for one in found.plan.normalise:
        index = normalise(own.x, one).mean(1)
        z = (index - index.mean()) / index.std()
        standard[one.method] = (z >= -1).astype(int) + (z > 1) + (z > 1.5)
    used = found.variants["normalise"].map(standard)
    expected = np.mean([codes == own.codes.to_numpy() for codes in used], axis=0)
    assert found.districts["kept"].to_numpy() == pytest.approx(expected)


def test_classes_by_rank_keep_their_sizes() -> None:
    own = base_from(made_up(), classes=Classes(method="quantiles", k=5))
    found = robustness(own, n=100)
    assert class_rule(own).kind == "sizes"
    assert found.class_shares.sum().to_numpy() == pytest.approx(8.0, abs=0.1)  # equal values share a rank


def test_limits_on_the_recipes_own_scale_become_class_sizes() -> None:
    own = base_from(
        made_up(), normalise=Normalise(method="minmax"), index=Normalise(method="none"),
        classes=Classes(method="limits", limits=(Limit(at=0.6),)),
    )  # fmt: skip
    found = robustness(own, n=100)
    assert found.class_shares["2"].sum() == pytest.approx((own.codes == 1).sum())


def test_no_classes_no_shares() -> None:
    found = robustness(base_from(made_up()), n=50)
    assert found.districts["kept"].isna().all()
    assert found.class_shares.shape == (40, 0)


# variants that cannot be computed


def test_what_cannot_be_computed_is_counted_and_named() -> None:
    choices = Choices(positive_scale=False, aggregate=(Aggregate(method="geometric"), Aggregate(method="arithmetic")))
    found = robustness(base(), choices, n=600)
    table = found.variants
    z = (table["normalise"] != "rank") & (table["aggregate"] == "geometric")
    assert found.n_failed == int(z.sum()) > 200
    assert (table.loc[z, "failed"] == "die Zusammenfassung braucht Werte über null").all()
    assert set(found.failures["normalise"]) == {"z", "minmax", "percentile_rank"}
    assert int(found.failures["n"].sum()) == found.n_failed
    assert len(found.ranks) == 600 - found.n_failed == len(found.rows)
    (note,) = found.notes
    expected = f"{found.n_failed} von 600 Varianten ließen sich nicht berechnen"
    assert note.what == f"{expected}: die Zusammenfassung braucht Werte über null."


def test_a_member_that_shrinks_to_one_value_is_reported() -> None:
    keys, members = [f"{one}" for one in range(12)], ["a", "b", "c"]
    above = np.column_stack([np.tile([19, 20, 21], 4), np.arange(12) * 8, np.arange(12)[::-1] * 7])
    below = np.full((12, 3), 100)
    own = base_from(pd.DataFrame(100.0 * above / below, keys, members))
    counts = Counts(pd.DataFrame(above, keys, members), pd.DataFrame(below, keys, members))
    found = robustness(own, Choices(shrinkage=("none", "beta_binomial")), counts=counts, n=400)
    table = found.variants
    expected = (table["shrinkage"] == "beta_binomial") & (table["leave_out"] != "a")
    assert (table["failed"] == "ein Mitglied hat überall denselben Wert").equals(expected)


def test_a_district_left_with_too_few_values_is_reported() -> None:
    frame = made_up(members=3)
    frame.iloc[3, 1] = frame.iloc[3, 2] = np.nan
    own = base_from(frame, missing=Missing(rule="available", min_share=0.3))
    found = robustness(own, Choices(weights=("equal",)), n=200)
    expected = found.variants["leave_out"] == "m0"
    assert (found.variants["failed"] == "einem Gebiet bleiben zu wenige Werte").equals(expected)


def test_the_least_share_of_weights_holds_in_every_variant() -> None:
    frame = made_up(members=3)
    frame.iloc[3, 1] = np.nan  # 2/3 of the weights are there; without m0 or m2 it is one half
    own = base_from(frame, missing=Missing(rule="available", min_share=0.6))
    found = robustness(own, Choices(weights=("equal",)), n=200)
    expected = found.variants["leave_out"].isin(["m0", "m2"])
    assert (found.variants["failed"] == "einem Gebiet bleiben zu wenige Werte").equals(expected)


def test_scales_made_positive() -> None:
    values = np.array([-1.0, 0.0, 1.0])
    assert positive(Normalise(method="z"), values).tolist() == [90, 100, 110]
    assert positive(Normalise(method="percentile_rank"), np.array([0, 0.5, 1])).tolist() == [1, 50.5, 100]
    assert positive(Normalise(method="minmax", range=(-1, 1)), values).tolist() == [1, 50.5, 100]
    assert positive(Normalise(method="borda"), np.array([0, 1.0])).tolist() == [1, 2]
    assert positive(Normalise(method="rank"), np.array([1.0, 2])).tolist() == [1, 2]


def test_nothing_computable_is_an_error() -> None:
    own = base_from(made_up())
    plan = plan_of_points(
        own, Choices(positive_scale=False, aggregate=(Aggregate(method="harmonic"),)), np.full((20, len(FACTORS)), 0.1)
    )
    with pytest.raises(ProblemsError, match=r"I069.*Keine einzige Variante ließ sich berechnen"):
        examine(plan)


# sampling error


def test_simulated_shares_have_the_mean_and_spread_of_the_posterior() -> None:
    own, counts = counted(people=40)
    made = simulator(own, counts, seed=1, how="beta", shrinks=False)
    drawn = np.array([made.draw(number, shrunk=False) for number in range(1, 801)]) / 100
    a, b = counts.numerator.to_numpy() + 0.5, 40 - counts.numerator.to_numpy() + 0.5
    mean, sd = a / (a + b), np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    assert np.abs((drawn.mean(0) - mean) / (sd / np.sqrt(800))).max() < 4.5
    assert drawn.std(0) / sd == pytest.approx(np.ones(sd.shape), abs=0.15)


def test_draw_zero_is_the_published_table_and_a_number_always_gives_the_same_draw() -> None:
    own, counts = counted()
    made = simulator(own, counts, seed=1, how="binomial", shrinks=False)
    assert (made.draw(0, shrunk=False) == own.x).all()
    assert (made.draw(7, shrunk=False) == made.draw(7, shrunk=False)).all()
    assert (made.draw(7, shrunk=False) != made.draw(8, shrunk=False)).any()


def test_more_people_mean_narrower_intervals() -> None:
    widths = []
    for people in (30, 3000):
        own, counts = counted(people=people)
        choices = Choices(sampling="beta", leave_out=False, weights=("equal",), normalise=(own.part.normalise,))
        table = robustness(own, choices, counts=counts, n=500).districts
        widths.append((table["high"] - table["low"]).mean())
    assert widths[1] < widths[0] / 3


def test_members_without_counts_are_named() -> None:
    own, counts = counted()
    some = Counts(counts.numerator[["a"]], counts.denominator[["a"]])
    found = robustness(own, Choices(sampling="beta"), counts=some, n=50)
    assert [note.what for note in found.notes] == ["Ohne Anzahlen, daher ohne Stichprobenfehler: b, c."]


def test_counts_that_belong_to_something_else_are_refused() -> None:
    own, counts = counted()
    strange = Counts(counts.numerator, counts.denominator, per={"a": 1000.0})
    with pytest.raises(ProblemsError, match=r"I068.*Zähler und Nenner von „a“ ergeben .*, der Index rechnet mit"):
        robustness(own, Choices(sampling="beta"), counts=strange, n=50)
    more = counts.numerator.copy()
    more.iloc[0, 0] = 500
    with pytest.raises(ProblemsError, match=r"I067.*Der Zähler von „a“ \(500\) liegt nicht zwischen 0 und dem Nenner"):
        robustness(own, Choices(sampling="beta"), counts=Counts(more, counts.denominator), n=50)


def test_sampling_without_counts_says_what_is_missing() -> None:
    with pytest.raises(ProblemsError, match=r"I064.*fehlen die Anzahlen"):
        robustness(base(), Choices(sampling="beta"), n=50)


# what cannot be examined


def test_each_unusable_table_gets_its_message() -> None:
    constant, empty = made_up(), made_up()
    constant["m1"], empty["m2"] = 7.0, np.nan
    for frame, message in (
        (constant, r"I062.*„m1“ hat überall denselben Wert \(7,00\)"),
        (empty, "I061.*„m2“ enthält keine einzige Zahl"),
        (made_up(n=2), "I060.*Nur 2 Gebiete haben einen Index.*mindestens 3 Gebiete"),
        (made_up(members=1), "I066.*nur ein Mitglied"),
    ):
        with pytest.raises(ProblemsError, match=message):
            base_from(frame)


def test_all_mistakes_come_together() -> None:
    frame = made_up()
    frame["m1"], frame["m2"] = 7.0, np.nan
    with pytest.raises(ProblemsError) as error:
        base_from(frame)
    assert [one.code for one in error.value.problems] == ["I062", "I061"]


def test_members_that_cancel_out_leave_no_index() -> None:
    frame = made_up(members=2)
    frame["m1"] = -frame["m0"]
    with pytest.raises(ProblemsError, match=r"I063.*in allen Gebieten denselben Wert"):
        base_from(frame)


def test_two_members_cannot_lose_one() -> None:
    with pytest.raises(ProblemsError, match=r"I065.*Mit zwei Mitgliedern lässt sich keines weglassen"):
        robustness(base_from(made_up(members=2)), n=50)


def test_choices_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="needs at least one alternative"):
        Choices(normalise=())
    with pytest.raises(ValueError, match="unknown weighting"):
        Choices(weights=("budget",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 2 variants"):
        plan_variants(base(), n=1)


def test_by_choice_averages_the_variants() -> None:
    found = robustness(base(), n=300)
    table = found.by_choice()
    weights = table[table["factor"] == "weights"]
    assert set(weights["alternative"]) == {"recipe", "dirichlet"}
    assert int(weights["n"].sum()) == 299  # without the recipe itself
    assert np.average(weights["shift"], weights=weights["n"]) == pytest.approx(found.shift[1:].mean())


def test_shift_and_kept_of_each_variant() -> None:
    found = robustness(base(), n=100)
    own = found.base.rank.to_numpy()
    assert found.shift == pytest.approx(np.abs(found.ranks.astype(int) - own).mean(1))
    assert found.kept.mean() == pytest.approx(found.districts["kept"].mean())
    assert found.kept[0] == 1


# in words


def told(ranks: list[list[int]], class_counts: list[list[int]]) -> list[str]:
    n = len(ranks[0])
    found = robustness(base(n=n), n=10)
    wanted = np.array(ranks, dtype=np.uint16)
    counts = np.zeros((4, n), dtype=np.int64)
    own = found.base.codes.to_numpy()
    counts[own, np.arange(n)] = class_counts
    counts[(own + 1) % 4, np.arange(n)] += len(ranks) - np.array(class_counts)
    rows = np.arange(len(ranks))
    return replace(found, ranks=wanted, rows=rows, intervals=intervals(wanted), class_counts=counts).in_words()


def test_sentences_on_ranks_and_classes() -> None:
    still, moving = [[1, 2, 3, 4]] * 20, [[1, 2, 3, 4], [2, 3, 4, 1], [3, 4, 1, 2], [4, 1, 2, 3]] * 5
    assert told(still, [20, 20, 20, 20]) == [
        "Mindestens die Hälfte der Gebiete behält in 90\u00a0% der Varianten ihren Platz.",
        "4 Gebiete behalten ihre Klasse in jeder Variante.",
    ]
    assert told(moving, [20, 9, 10, 11]) == [
        "In 90\u00a0% der Varianten liegt ein mittleres Gebiet innerhalb einer Spanne von 3 Plätzen.",
        "1 Gebiet behält seine Klasse in jeder Variante.",
        "Bei 1 Gebiet ergibt mehr als die Hälfte der Varianten eine andere Klasse.",
    ]
    assert told([[1, 2, 3, 4], [2, 1, 4, 3]] * 10, [9, 9, 19, 19]) == [
        "In 90\u00a0% der Varianten liegt ein mittleres Gebiet innerhalb einer Spanne von 1 Platz.",
        "Kein Gebiet behält seine Klasse in jeder Variante.",
        "Bei 2 Gebieten ergibt mehr als die Hälfte der Varianten eine andere Klasse.",
    ]


# a part of a recipe


def recipe() -> IndexRecipe:
    both = {"de": "x", "en": "x"}
    return IndexRecipe.model_validate(
        {
            "id": "probe", "title": both, "publisher": "x", "description": both, "limits": both, "references": ["x"],
            "evidence": "documented",
            "members": [
                {"id": "a", "title": both},
                {"id": "b", "title": both, "direction": "resource"},
                {"id": "c", "title": both, "transform": "log"},
            ],
            "parts": [
                {
                    "id": "lage", "title": both, "of": ["a", "b", "c"], "index": "z",
                    "weights": {"method": "given", "values": {"a": 2, "b": 1, "c": 1}},
                    "classes": {"method": "limits", "limits": [{"at": 0}]},
                }
            ],
        }
    )  # fmt: skip


def test_a_part_of_a_recipe_brings_its_signs_logarithms_weights_and_classes() -> None:
    rng = np.random.default_rng(4)
    below = np.full((40, 3), 500)
    above = rng.binomial(below, rng.beta(4, 8, size=(40, 1)))
    keys = [f"{one:03d}" for one in range(40)]
    frame = pd.DataFrame(100 * above / below, columns=list("abc")).assign(key=keys)
    frame.loc[5, "b"] = np.nan
    result = compute_index(recipe(), frame, key="key")
    own = base_of(result)
    assert own.members == ("a", "b", "c")
    assert len(own.districts) == 39
    assert "005" not in own.districts
    assert own.weights == pytest.approx([0.5, 0.25, 0.25])
    assert own.score.to_numpy() == pytest.approx(result.parts["lage"].sums.dropna().to_numpy())
    assert own.standardised == pytest.approx(result.parts["lage"].index.dropna().to_numpy())
    assert (own.turn, own.logs) == ({"a": 1.0, "b": -1.0, "c": 1.0}, {"c"})
    tables = [pd.DataFrame(one, keys, list("abc")) for one in (above, below)]
    made = simulator(own, Counts(*tables), seed=1, how="beta", shrinks=False)
    drawn = np.mean([made.draw(number, shrunk=False) for number in range(1, 300)], axis=0)
    assert (np.abs(drawn - own.x).max(0) < [0.6, 0.6, 0.05]).all()
    found = robustness(own, Choices(sampling="beta"), counts=Counts(*tables), n=200)
    assert found.ranks[0].tolist() == own.rank.tolist()
    with pytest.raises(ValueError, match="part 'other' is not in the recipe; it has lage"):
        base_of(result, "other")


def test_one_period_of_several() -> None:
    frame = pd.concat(
        [made_up(seed=one)[["m0", "m1", "m2"]].abs().assign(jahr=year) for one, year in ((1, 2022), (2, 2023))]
    )
    frame = frame.set_axis(["a", "b", "c", "jahr"], axis=1).rename_axis("key").reset_index()
    result = compute_index(recipe(), frame, key="key", period="jahr")
    latest, first = base_of(result), base_of(result, period="2022")
    assert len(latest.districts) == len(first.districts) == 40
    rows = (frame["jahr"] == 2023).to_numpy()
    assert latest.score.to_numpy() == pytest.approx(result.parts["lage"].sums[rows].to_numpy())
    assert (latest.x != first.x).any()
