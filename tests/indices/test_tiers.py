"""Tiers of districts that variants cannot tell apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dkbm_monitor.indices.base import base_from
from dkbm_monitor.indices.ranks import intervals
from dkbm_monitor.indices.robustness import Robustness, robustness
from dkbm_monitor.indices.tiers import alike, before, in_words, tiers


def with_ranks(ranks: list[list[int]]) -> Robustness:
    """An examination whose ranks are given."""
    n = len(ranks[0])
    frame = pd.DataFrame({"a": np.arange(n)[::-1], "b": np.arange(n)[::-1] * 2.0, "c": np.arange(n)[::-1] ** 2})
    frame.index = [f"D{one}" for one in range(1, n + 1)]
    found = robustness(base_from(frame), n=10)
    wanted = np.array(ranks, dtype=np.uint16)
    return replace(found, ranks=wanted, rows=np.arange(len(wanted)), intervals=intervals(wanted))


# 20 variants: D1 and D2 change places in half of them, D3 and D4 in two, nobody crosses from one pair to the other.
HAND = [[1, 2, 3, 4]] * 10 + [[2, 1, 3, 4]] * 8 + [[2, 1, 4, 3]] * 2


def test_tiers_counted_by_hand() -> None:
    found = with_ranks(HAND)
    assert tiers(found).to_dict() == {"D1": 1, "D2": 1, "D3": 2, "D4": 2}
    assert tiers(found, level=0.9).to_dict() == {"D1": 1, "D2": 1, "D3": 2, "D4": 3}
    assert before(found, "D1").to_dict() == {"D1": 0.5, "D2": 0.5, "D3": 1.0, "D4": 1.0}
    assert alike(found, "D4") == ["D3"]
    assert alike(found, "D1") == ["D2"]


def test_sentences() -> None:
    assert in_words(with_ranks(HAND)) == (
        "Von 4 Rängen bleiben 2 Gruppen, zwischen denen die Varianten verlässlich unterscheiden."
    )
    mixed = [[1, 2, 3], [2, 3, 1], [3, 1, 2]]
    assert in_words(with_ranks(mixed)) == (
        "Kein Gebiet lässt sich über alle Varianten hinweg verlässlich vom ersten unterscheiden."
    )


def test_unknown_district() -> None:
    with pytest.raises(ValueError, match="district 'D9' has no index"):
        before(with_ranks(HAND), "D9")


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 500), st.integers(3, 80))
def test_tiers_follow_the_medians_and_the_first_of_a_tier_is_told_apart_from_the_next_tier(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    together = 3 * rng.normal(size=(n, 1))
    found = robustness(base_from(pd.DataFrame(together + rng.normal(size=(n, 4)), columns=list("abcd"))), n=100)
    tier = tiers(found)
    assert sorted(tier.unique()) == list(range(1, tier.max() + 1))
    median = found.districts["median"]
    place = list(zip(found.intervals.median, found.ranks.mean(0), found.base.rank, strict=True))
    for one in range(1, tier.max()):
        assert median[tier == one].max() <= median[tier == one + 1].min()
        upper = [found.base.districts.index(key) for key in tier.index[tier == one]]
        lower = [found.base.districts.index(key) for key in tier.index[tier == one + 1]]
        opener, opener_below = (min(some, key=place.__getitem__) for some in (upper, lower))
        assert (found.ranks[:, opener] < found.ranks[:, opener_below]).mean() >= 0.95
