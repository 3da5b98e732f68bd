"""Fixtures of all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import pytest
from building import make_districts, make_measure

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.core.locale import set_language
from dkbm_monitor.districts.districts import Districts


@pytest.fixture(autouse=True)
def _german() -> Iterable[None]:
    """Every test starts in German, whatever the one before spoke."""
    set_language("de")
    yield
    set_language("de")


@pytest.fixture
def small() -> Districts:
    """Three districts in two Bezirke: 11 and 12 in 1, 21 in 2."""
    return make_districts({"11": "1", "12": "1", "21": "2"})


@pytest.fixture
def computed() -> Callable[..., pd.DataFrame]:
    """Compute indicators from observations in one call."""

    def run(
        indicators: Indicator | list[Indicator],
        observations: pd.DataFrame,
        districts: Districts | Mapping[str, Districts],
        *,
        measures: Iterable[Measure] = (),
        breakdowns: Iterable[str] = (),
    ) -> pd.DataFrame:
        cards = [indicators] if isinstance(indicators, Indicator) else indicators
        known = {one.id: one for one in (*(make_measure(name) for name in ("teil", "ganzes")), *measures)}
        areas = {"g": districts} if isinstance(districts, Districts) else districts
        return compute_plan(plan_for(cards, known, list(breakdowns)), observations, areas)

    return run
