"""Similar districts: near in what both have, with reasons, and without a ranking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from spatial.conftest import HIDDEN, Counted, value_row

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.spatial.similar import similar_districts

SHARES = {  # shares of 100 in three indicators; 21 is hidden in one, 22 in two
    "11": (10, 20, 30),
    "12": (11, 21, 60),
    "13": (40, 22, 31),
    "21": (10, 20, None),
    "22": (10, None, None),
    "23": (70, 80, 10),
}
ALL = ["a", "b", "c"]
Make = Callable[..., Release]


def rows() -> list[dict[str, Any]]:
    def pair(share: float | None) -> Counted:
        return HIDDEN if share is None else (share, 100)

    return [
        value_row(district, pair(share), indicator=indicator)
        for district, shares in SHARES.items()
        for indicator, share in zip(ALL, shares, strict=True)
    ]


@pytest.fixture
def release(released: Make) -> Release:
    cards = {key: {"title": {"de": f"Anteil {key}", "en": f"Share {key}"}} for key in ALL}
    return released(rows(), **cards)


def test_distances_by_hand(release: Release) -> None:
    found = similar_districts(release, "11", ALL, n=2)
    values = {
        key: np.array([shares[n] for shares in SHARES.values() if shares[n] is not None], dtype=float)
        for n, key in enumerate(ALL)
    }
    spread = [values[key].std() for key in ALL]
    by_hand = np.sqrt((((np.array([11, 21, 60]) - [10, 20, 30]) / spread) ** 2).mean())
    assert found.all_distances["12"] == pytest.approx(by_hand)
    assert found.all_distances["21"] == 0  # alike in both indicators that are shown
    assert found.found.set_index("district")["n_shared"].to_dict() == {"13": 3, "21": 2}


def test_results_stand_in_the_order_of_keys_and_not_of_nearness(release: Release) -> None:
    found = similar_districts(release, "11", ALL, n=3).found
    assert found["district"].tolist() == ["12", "13", "21"]
    assert not found["distance"].is_monotonic_increasing


def test_districts_that_share_too_little_are_not_compared(release: Release) -> None:
    found = similar_districts(release, "11", ALL, n=9)
    assert np.isnan(found.all_distances["22"])  # one of three indicators
    assert "22" not in set(found.found["district"])
    assert "11" not in set(found.found["district"])


def test_reasons_name_where_they_are_alike_and_where_not(release: Release) -> None:
    reasons = similar_districts(release, "11", ALL, n=3).reasons.set_index(["district", "indicator"])
    verdicts = reasons["verdict"]
    assert verdicts[("12", "a")] == verdicts[("12", "b")] == "alike"
    assert verdicts[("12", "c")] == "different"
    assert verdicts[("13", "a")] == "different"
    assert ("21", "c") not in reasons.index
    assert reasons.loc[("13", "a"), ["own_value", "other_value"]].tolist() == [10, 40]


def test_alike_far_from_the_mean_says_more_than_alike_in_the_middle(released: Make) -> None:
    many = [f"k{n}" for n in range(5)]
    shares = {
        "11": [50, 50, 50, 90, 10],
        "12": [50, 50, 50, 90, 10],
        "13": [10, 90, 30, 20, 80],
        "14": [90, 10, 70, 30, 60],
    }
    made = [
        value_row(key, (share, 100), indicator=one)
        for key, all_shares in shares.items()
        for one, share in zip(many, all_shares, strict=True)
    ]
    reasons = similar_districts(released(made), "11", many, n=1).reasons
    named = reasons.loc[reasons["named"], "indicator"].tolist()
    assert len(named) == 3
    assert {"k3", "k4"} <= set(named)


def test_sentences_in_all_branches(release: Release) -> None:
    words = similar_districts(release, "11", ALL, n=3).in_words()
    assert words[0] == (
        "Stadtteil 11 und Stadtteil 12. Ähnlich: Anteil a (10,0 und 11,0\u00a0%) · Anteil b (20,0 und 21,0\u00a0%). "
        "Verschieden: Anteil c (30,0 und 60,0\u00a0%)."
    )
    assert words[2] == (
        "Stadtteil 11 und Stadtteil 21. Ähnlich: Anteil a (10,0 und 10,0\u00a0%) · Anteil b (20,0 und 20,0\u00a0%). "
        "Verglichen sind 2 von 3 Kennzahlen."
    )
    apart = similar_districts(release, "23", ["a", "b"], n=1).in_words()[0]
    assert apart.startswith("Stadtteil 23 und Stadtteil 13. In keiner Kennzahl sehr ähnlich. Verschieden: ")


def test_a_district_is_found_by_its_name(release: Release) -> None:
    assert similar_districts(release, "Stadtteil 12", ALL).district == "12"


def test_an_unknown_district_gets_the_nearest_name(release: Release) -> None:
    with pytest.raises(ProblemsError, match=r"\[G020\] Stadteil 12: .* Meinten Sie „Stadtteil 12“\?"):
        similar_districts(release, "Stadteil 12", ALL)


def test_a_name_that_occurs_twice_asks_for_the_key(release: Release) -> None:
    frame = release.districts["g"].frame
    frame["name"] = frame["name"].replace({"Stadtteil 12": "Stadtteil 11"})
    with pytest.raises(ProblemsError, match=r"tragen mehrere Gebiete: 11, 12\. Bitte den Schlüssel angeben"):
        similar_districts(release, "Stadtteil 11", ALL)


def test_a_district_without_values_is_explained(release: Release) -> None:
    with pytest.raises(ProblemsError, match=r"\[G021\] Stadtteil 22: Für Stadtteil 22 sind zu wenige .* \(1\)"):
        similar_districts(release, "22", ALL)


def test_the_order_of_rows_changes_nothing(release: Release, released: Make) -> None:
    one = similar_districts(release, "11", ALL)
    other = similar_districts(released(rows()[::-1]), "11", ALL)
    assert one.all_distances.equals(other.all_distances)
    assert one.reasons.equals(other.reasons)


def test_asking_for_nothing_is_a_mistake_of_the_caller(release: Release) -> None:
    with pytest.raises(ValueError, match="at least one similar district"):
        similar_districts(release, "11", ALL, n=0)
