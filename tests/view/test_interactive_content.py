"""What the page is given: classes and reasons per district, numbers only where they may be seen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactive_release import KEYS, NAMES, indicator, numbers, small_release

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.interactive import interactive
from dkbm_monitor.view.interactive_columns import ColumnPool, flag_signs, packed

BOTH = ["sprachfoerderbedarf", "kita_besuch"]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return small_release(tmp_path)


@pytest.fixture
def content(release: Release) -> dict:
    return interactive(release, BOTH).content()


def unpacked(text: str) -> list[int | None]:
    return [None if n == 0 else n - 1 if n > 0 else n for n in numbers(text)]


@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9))))
def test_a_column_survives_being_packed(column: list[int | None]) -> None:
    found = np.array([np.nan if n is None else float(n) for n in column], dtype=float)
    assert unpacked(packed(found)) == column


def test_equal_columns_are_written_once() -> None:
    pool = ColumnPool()
    assert [pool.add(np.array(column)) for column in ([1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [np.nan, np.nan])] == [
        0, 1, 0, None,
    ]  # fmt: skip


def test_flags_share_one_alphabet_over_all_views() -> None:
    known: dict[str, str] = {}
    assert flag_signs(["", "small_denominator"], known) == " B"
    assert flag_signs(["small_denominator", "pooled"], known) == "BC"
    assert flag_signs(["", ""], known) == ""


def test_every_district_has_a_class_or_the_reason_why_it_has_none(content: dict) -> None:
    codes = content["indicators"][0]["views"]["2023"]["codes"]
    assert len(codes) == len(NAMES)
    by_key = dict(zip(KEYS, codes, strict=True))
    assert [by_key[key] for key in ("03", "05", "07")] == ["x", "u", "m"]
    assert all(by_key[key].isdigit() for key in KEYS if key not in ("03", "05", "07"))


def test_where_a_value_is_hidden_no_column_holds_a_number(content: dict) -> None:
    view = content["indicators"][0]["views"]["2023"]
    for name in ("value", "low", "high", "part", "base"):
        column = unpacked(content["columns"][view[name]])
        assert [column[KEYS.index(key)] for key in ("03", "05", "07")] == [None, None, None]


def test_a_number_left_in_a_hidden_row_is_still_not_written(release: Release) -> None:
    secret = 987_654
    values = release.values.copy()
    hidden = values["status"] == "suppressed"
    values.loc[hidden, ["numerator", "denominator", "low", "high"]] = secret
    content = interactive(small_with(release, values), "sprachfoerderbedarf").content()
    assert packed(np.array([secret])) not in "".join(content["columns"])
    assert str(secret) not in json.dumps(content)


def small_with(release: Release, values: pd.DataFrame) -> Release:
    return replace(release, values=values)


def test_counts_and_value_of_a_district_can_be_read_back(content: dict) -> None:
    # Altdorf (01) in 2023: 6 + 3 = 9 of 60 children, 15.0 %.
    view = content["indicators"][0]["views"]["2023"]
    found = [unpacked(content["columns"][view[name]])[0] for name in ("value", "part", "base")]
    assert found == [150, 9, 60]


def test_both_periods_share_their_classes(content: dict, release: Release) -> None:
    only_one = interactive(release, "sprachfoerderbedarf", period=2022).content()
    labels = [one["label"] for one in content["indicators"][0]["classes"]]
    assert [one["label"] for one in only_one["indicators"][0]["classes"]] == labels


def test_bounds_may_be_given(release: Release) -> None:
    spec = interactive(release, BOTH).classes(bounds=(0, 25, 50, 100))
    labels = [one["label"] for one in spec.content()["indicators"][0]["classes"]]
    assert labels == ["0 bis unter 25", "25 bis unter 50", "50 bis 100"]


@pytest.mark.parametrize("bounds", [(1,), (5, 5), (9, 1)])
def test_bounds_must_rise(release: Release, bounds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="bounds must rise"):
        interactive(release, BOTH).classes(bounds=bounds)


def test_too_many_classes_are_refused_at_once(release: Release) -> None:
    with pytest.raises(ValueError, match="k must lie between"):
        interactive(release, BOTH).classes(k=40)


def test_a_verb_leaves_the_map_it_started_from(release: Release) -> None:
    before = interactive(release, BOTH)
    before.classes(k=3).titled("Anders").tall("300px")
    assert (before.cut.k, before.heading, before.height) == (5, "", "640px")


def test_colours_follow_the_polarity(content: dict) -> None:
    burden, resource = ([one["fill"] for one in each["classes"]] for each in content["indicators"])
    assert not set(burden) & set(resource)


def test_an_indicator_without_any_value_is_all_reasons(release: Release) -> None:
    values = release.values[release.values["district"].isin(["03", "05"])]
    one = interactive(small_with(release, values), "sprachfoerderbedarf").content()["indicators"][0]
    assert one["classes"] == []
    assert one["views"]["2023"]["codes"] == "mmxmummmmmmm"
    assert one["views"]["2023"]["town"] is None


def test_counts_are_told_as_the_kind_of_indicator_asks(tmp_path: Path) -> None:
    mean = indicator(id="kinder_je_gruppe", kind="mean", decimals=2)
    count = indicator(id="kinder", kind="count", denominator=[])
    cards = {"sprachfoerderbedarf": indicator(), "kinder_je_gruppe": mean, "kinder": count}
    release = small_release(tmp_path)
    frames = [
        release.values[release.values["indicator"] == "sprachfoerderbedarf"].assign(indicator=one) for one in cards
    ]
    told = replace(release, values=pd.concat(frames), indicators=cards)
    views = interactive(told, list(cards)).content()["indicators"]
    assert [view["counted"] for view in views] == ["{part} von {base}", "Grundlage: {base}", ""]
    assert [view["views"]["2023"]["town"]["code"].isdigit() for view in views] == [True, True, False]
    assert "part" not in views[1]["views"]["2023"]
    assert not {"part", "base"} & set(views[2]["views"]["2023"])


def test_an_invented_town_says_so(content: dict) -> None:
    assert content["invented"] == "Erfundene Stadt: alle Daten sind erdacht."


def test_source_gebietsstand_and_rule_stand_below_the_map(content: dict) -> None:
    foot = " | ".join(content["indicators"][0]["views"]["2023"]["foot"])
    assert "Quelle: Gesundheitsamt Probestadt, dl-de/by-2-0" in foot
    assert "Gebietsstand Stadtteile 2021" in foot
    assert "Die Zahlen 1 und 2 sind verborgen" in foot


def test_flags_become_sentences(content: dict) -> None:
    view = content["indicators"][0]["views"]["2023"]
    sign = view["flags"][KEYS.index("08")]
    assert content["flags"][sign] == ["Wenig belastbar (kleine Grundgesamtheit)"]
    assert sign in content["weak"]


def test_english_is_spoken_when_asked(release: Release) -> None:
    with speaking("en"):
        assert interactive(release, BOTH).content()["language"] == "en"


def test_a_period_still_to_come_is_not_shown_first(release: Release) -> None:
    values = release.values.copy()
    late = values["period"] == "2023"
    values.loc[late, ["value", "numerator", "denominator", "low", "high"]] = np.nan
    values.loc[late, "status"] = "pending"
    content = interactive(small_with(release, values), "sprachfoerderbedarf").content()
    assert (content["periods"], content["start"]) == (["2022", "2023"], "2022")
