"""Audit and robustness on the official Berlin index of 2021."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dkbm_monitor.indices.audit import audit
from dkbm_monitor.indices.base import base_of
from dkbm_monitor.indices.composite import IndexResult, compute_index
from dkbm_monitor.indices.ready import read_table
from dkbm_monitor.indices.robustness import robustness
from dkbm_monitor.indices.tiers import tiers

REAL = Path(__file__).parents[3] / "shared" / "real"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the folder of official files is missing: {REAL}"),
]


@pytest.fixture(scope="module")
def mss() -> IndexResult:
    table = read_table(REAL / "berlin" / "mss" / "mss2021_checked.csv")
    exclude = {"kom": ["ungültig (EW unter 300)", "ungültig (Ausreißer)"]}
    return compute_index("mss-2021", table, key="plr_id", exclude=exclude)


def test_correlations_as_published(mss: IndexResult) -> None:
    """DOMAIN B.1: status indicators 0.94 to 0.97; dynamics -0.23, 0.14, 0.75."""
    status, change = (audit(base_of(mss, one)) for one in ("status", "dynamik"))
    pairs = np.triu_indices(3, 1)
    assert np.sort(status.correlations.to_numpy()[pairs]).round(2).tolist() == [0.94, 0.96, 0.97]
    assert np.sort(change.correlations.to_numpy()[pairs]).round(2).tolist() == [-0.23, 0.14, 0.75]
    assert {one.kind for one in status.flags} == {"too_high"}
    assert [(one.first, one.second) for one in change.flags] == [("d1", "d3")]
    assert status.verdict()[0] == "Die Mitglieder messen fast dasselbe (Cronbachs Alpha 0,98)."
    assert change.verdict()[0].startswith("Die Mitglieder messen Verschiedenes")


def test_the_status_is_far_steadier_than_the_dynamics(mss: IndexResult) -> None:
    status, change = (robustness(base_of(mss, one), n=1000) for one in ("status", "dynamik"))
    assert status.n_failed == change.n_failed == 0
    assert (status.class_counts[status.rule.base, np.arange(536)] > 0).all()
    assert status.districts["kept"].mean() > 0.9 > change.districts["kept"].mean()
    assert tiers(status).max() > 2 * tiers(change).max()
    recipe = mss.parts["status"].codes[mss.included].value_counts().sort_index()
    assert recipe.tolist() == [75, 366, 46, 49]
