"""Variance-based sensitivity: the Ishigami function, additive models, and which choice moves an index."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.base import base_from
from dkbm_monitor.indices.models import Aggregate, Normalise
from dkbm_monitor.indices.sensitivity import points, sensitivity, sobol, sobol_of
from dkbm_monitor.indices.variants import Choices


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def table(n: int = 40, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    together = rng.normal(size=(n, 1))
    return pd.DataFrame(together + rng.normal(size=(n, 4)), [f"{i:03d}" for i in range(n)], list("abcd"))


def test_ishigami_function() -> None:
    # Analytic, a = 7, b = 0.1: Ishigami and Homma (1990); Saltelli et al. (2008), Global Sensitivity Analysis.
    found = sobol_of(ishigami, ["x1", "x2", "x3"], n=4096).table
    assert found["first"].to_numpy() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found["total"].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    for name, right in (("first", [0.3139, 0.4424, 0.0]), ("total", [0.5576, 0.4424, 0.2437])):
        assert (found[f"{name}_low"] <= np.array(right) + 0.005).all()
        assert (found[f"{name}_high"] >= np.array(right) - 0.005).all()
        assert (found[f"{name}_low"] < found[f"{name}_high"]).all()


def test_an_additive_model_splits_by_squared_weights() -> None:
    # Var = (1 + 4 + 9)/12: shares 1/14, 4/14, 9/14, first order equal to total.
    found = sobol_of(lambda u: u @ np.array([1.0, 2.0, 3.0]), ["a", "b", "c"], n=2048)
    right = np.array([1, 4, 9]) / 14
    assert found.table["first"].to_numpy() == pytest.approx(right, abs=0.01)
    assert found.table["total"].to_numpy() == pytest.approx(right, abs=0.01)
    assert found.interactions < 0.01
    assert found.variance == pytest.approx(14 / 12, rel=0.01)


def test_several_outputs_are_pooled_by_their_variance() -> None:
    # Outputs u1 and 3·u2 have variances in the ratio 1:9, so the factors share 1/10 and 9/10.
    found = sobol_of(lambda u: np.column_stack([u[:, 0], 3 * u[:, 1]]), ["a", "b"], n=2048).table
    assert found["total"].to_numpy() == pytest.approx([0.1, 0.9], abs=0.01)


def test_the_design_mixes_one_column_at_a_time() -> None:
    drawn = points(3, 16).reshape(5, 16, 3)
    a, b = drawn[0], drawn[1]
    for one in range(3):
        others = [column for column in range(3) if column != one]
        assert (drawn[2 + one][:, one] == b[:, one]).all()
        assert (drawn[2 + one][:, others] == a[:, others]).all()


def test_points_that_cannot_be_computed_are_dropped_and_counted() -> None:
    drawn = points(3, 256)
    y = ishigami(drawn)
    y[[3, 256 + 3, 700]] = np.nan  # 700 = block 2, point 188
    found = sobol(y, ["a", "b", "c"], n=256)
    assert (found.n, found.dropped) == (254, 2)
    assert found.table.notna().all().all()


def test_the_only_choice_carries_everything() -> None:
    base = base_from(table())
    found = sensitivity(base, Choices(weights=("equal",), leave_out=False, aggregate=(base.part.aggregate,)), n=64)
    assert list(found.table.index) == ["normalise"]
    assert found.table["total"].iloc[0] == pytest.approx(1.0, abs=0.15)


def test_a_choice_without_effect_has_no_share() -> None:
    # Sum and arithmetic mean put districts in the same order.
    same = Choices(aggregate=(Aggregate(method="sum"), Aggregate(method="arithmetic")))
    found = sensitivity(base_from(table()), same, n=128)
    assert found.table.loc["aggregate", "total"] == pytest.approx(0.0, abs=1e-3)
    assert found.table.loc["leave_out", "total"] > 0.3
    assert "Zusammenfassung" in found.in_words()[1]


def test_one_district_has_its_own_sensitivity() -> None:
    base = base_from(table())
    one, whole = sensitivity(base, district="003", n=64), sensitivity(base, n=64)
    assert one.variance < whole.variance
    with pytest.raises(ValueError, match="district 'xyz' has no index"):
        sensitivity(base, district="xyz", n=64)


def test_the_seed_decides() -> None:
    base = base_from(table())
    one, same, other = (sensitivity(base, n=64, seed=seed).table for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_nothing_to_compare_is_said() -> None:
    base = base_from(table())
    only = Choices(
        normalise=(base.part.normalise,), aggregate=(base.part.aggregate,), weights=("equal",), leave_out=False
    )
    with pytest.raises(ProblemsError, match=r"I076.*es gibt nichts zu vergleichen"):
        sensitivity(base, only)


def test_dropped_points_are_reported_or_refused() -> None:
    base = base_from(table())
    some = Choices(
        positive_scale=False,
        normalise=(Normalise(method="z"), Normalise(method="rank")),
        aggregate=(Aggregate(method="arithmetic"), Aggregate(method="geometric")),
    )
    found = sensitivity(base, some, n=64)
    (note,) = found.notes
    assert found.dropped > 10
    assert note.what == (
        f"{found.dropped} von 64 Punkten blieben außer Betracht, weil sich dort eine Variante nicht berechnen ließ."
    )
    never = Choices(positive_scale=False, normalise=(Normalise(method="z"),), aggregate=(Aggregate(method="harmonic"),))
    with pytest.raises(ProblemsError, match=r"I077.*Es bleiben 0 brauchbare Punkte"):
        sensitivity(base, never, n=32)


def test_sentences_name_what_matters() -> None:
    clear = sobol_of(lambda u: u @ np.array([1.0, 0.01]), ["weights", "normalise"], n=1024)
    assert clear.in_words() == [
        "Am stärksten wirkt: Gewichtung. Daran hängen 100\u00a0% der Unterschiede zwischen den Varianten.",
        "Kaum ins Gewicht fällt: Normierung.",
    ]
    even = sobol_of(lambda u: u.sum(1), ["weights", "normalise"], n=256)
    assert even.in_words()[0] in (
        "Am stärksten wirken Gewichtung und Normierung; welche von beiden stärker, bleibt offen.",
        "Am stärksten wirken Normierung und Gewichtung; welche von beiden stärker, bleibt offen.",
    )
    product = sobol_of(lambda u: (u[:, 0] - 0.5) * (u[:, 1] - 0.5), ["weights", "leave_out"], n=1024)
    words = "\u00a0% der Unterschiede entstehen erst im Zusammenspiel mehrerer Entscheidungen."
    assert product.in_words()[-1].endswith(words)
    assert product.interactions > 0.9
