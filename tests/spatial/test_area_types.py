"""Types of districts: found again, neutral in their names, silent about districts without values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from building import make_districts
from spatial.conftest import HIDDEN, value_row

from dkbm_monitor.catalogue.rules import unfair_words
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.spatial.area_types import _chosen, area_types
from dkbm_monitor.spatial.area_words import name_of, type_notes
from dkbm_monitor.spatial.chance import Sampling

FEW = Sampling(draws=20)
BOTH = ["armut", "plaetze"]
CENTRES = {"armut": [10, 10, 40, 40], "plaetze": [20, 80, 20, 80]}
SIZES = [7, 5, 4, 3]
TITLES = {"armut": "Kinder in Familien mit SGB-II-Bezug", "plaetze": "Kita-Plätze", "leer": "Leer", "gleich": "Gleich"}
Make = Callable[..., Release]


def cards() -> dict[str, dict[str, Any]]:
    return {key: {"title": {"de": title, "en": title}} for key, title in TITLES.items()}


def four_kinds() -> list[dict[str, Any]]:
    """19 districts of four clear kinds, two indicators; denominators differ, so that means of shares would be wrong."""
    rng = np.random.default_rng(4)
    kind = np.repeat(range(4), SIZES)
    rows = []
    for number, mine in enumerate(kind):
        people = 100 * (1 + number % 5)
        for indicator in BOTH:
            share = CENTRES[indicator][mine] + rng.uniform(-2, 2)
            rows.append(
                value_row(f"{1 + number // 10}{number % 10}", (people * share / 100, people), indicator=indicator)
            )
    return rows


@pytest.fixture
def town(released: Make) -> Callable[..., Release]:
    def make(*more: dict[str, Any], **options: Any) -> Release:
        return released([*four_kinds(), *more], **options, **cards())

    return make


def test_four_clear_kinds_are_four_types(town: Make) -> None:
    found = area_types(town(), BOTH, sampling=FEW)
    assert found.types["type"].tolist() == ["A", "B", "C", "D"]
    assert found.types["n_districts"].tolist() == SIZES
    assert found.candidates.loc[found.candidates["chosen"], "n_types"].tolist() == [4]
    assert found.rand > 0.95
    assert (found.types["overlap"] > 0.9).all()
    assert found.districts["type"].tolist() == list(np.repeat(["A", "B", "C", "D"], SIZES))
    assert not found.districts["between"].any()
    assert found.problems == ()


def test_names_say_what_is_above_and_below_the_mean(town: Make) -> None:
    names = area_types(town(), BOTH, sampling=FEW).names
    assert names["A"] == "Typ A – unter dem Mittel: Kita-Plätze · Kinder in Familien mit SGB-II-Bezug"
    assert names["B"] == "Typ B – über dem Mittel: Kita-Plätze; unter dem Mittel: Kinder in Familien mit SGB-II-Bezug"
    assert names["D"].startswith("Typ D – über dem Mittel: ")


@pytest.mark.parametrize(
    ("means", "words"),
    [
        ({"X": 0.9}, "Typ B – über dem Mittel: X"),
        ({"X": -0.9}, "Typ B – unter dem Mittel: X"),
        ({"X": 0.9, "Y": -0.6}, "Typ B – über dem Mittel: X; unter dem Mittel: Y"),
        ({"X": 0.4, "Y": -0.4}, "Typ B – nahe am Mittel der Gebiete"),
        ({"V": 0.6, "W": 0.7, "X": 0.8, "Y": -0.9}, "Typ B – über dem Mittel: X · W; unter dem Mittel: Y"),
    ],
)
def test_every_form_of_a_name(means: dict[str, float], words: str) -> None:
    assert name_of("B", means) == words
    assert not unfair_words(words)


def test_the_profile_adds_counts_before_it_divides(town: Make) -> None:
    release = town()
    found = area_types(release, BOTH, sampling=FEW)
    mine = found.districts.loc[found.districts["type"] == "C", "district"]
    rows = release.values[(release.values["indicator"] == "armut") & release.values["district"].isin(mine)]
    profile = found.profile.set_index(["type", "indicator"]).loc[("C", "armut")]
    pooled = 100 * rows["numerator"].sum() / rows["denominator"].sum()
    assert profile["value"] == pytest.approx(pooled)
    assert profile["value"] != pytest.approx(rows["value"].mean(), abs=1e-3)
    assert profile[["median", "lowest", "highest"]].tolist() == pytest.approx(
        [rows["value"].median(), rows["value"].min(), rows["value"].max()]
    )
    z = (rows["value"] - found.table.means["armut"]) / found.table.spreads["armut"]
    assert profile["mean_z"] == pytest.approx(z.mean())


def test_ready_made_rates_are_never_added(town: Make, released: Make) -> None:
    plain = cards() | {"plaetze": {**cards()["plaetze"], "kind": "given", "given": "quote"}}
    profile = area_types(released(four_kinds(), **plain), BOTH, sampling=FEW).profile.set_index("indicator")
    assert profile.loc["plaetze", "value"].isna().all()
    assert profile.loc["plaetze", "median"].notna().all()
    assert profile.loc["armut", "value"].notna().all()


def test_districts_without_a_value_get_no_type_and_keep_the_reason(town: Make) -> None:
    half = [value_row("29", (10, 100), indicator="armut"), value_row("29", HIDDEN, indicator="plaetze")]
    found = area_types(town(*half, uninhabited=["39"]), BOTH, sampling=FEW)
    rows = found.districts.set_index("district")
    assert rows.loc["29", ["type", "status"]].tolist() == ["", "suppressed"]
    assert rows.loc["39", ["type", "status"]].tolist() == ["", "not_applicable"]
    assert "2 Gebiete sind keinem Typ zugeordnet, weil Werte fehlen." in found.notes
    assert set(rows.loc[rows["type"] != "", "status"]) == {"ok"}


def test_the_order_of_rows_changes_nothing(town: Make, released: Make) -> None:
    one = area_types(town(), BOTH, sampling=FEW)
    other = area_types(released(four_kinds()[::-1], **cards()), BOTH, sampling=FEW)
    pd.testing.assert_frame_equal(one.districts, other.districts)
    pd.testing.assert_frame_equal(one.profile, other.profile)
    assert one.rand == other.rand


def test_the_order_of_areas_changes_nothing(town: Make) -> None:
    straight, turned = town(), town()
    keys = straight.districts["g"].names("stadtteil")
    object.__setattr__(turned, "districts", {"g": make_districts({key: key[0] for key in reversed(keys)})})
    one, other = (area_types(which, BOTH, sampling=FEW) for which in (straight, turned))
    pd.testing.assert_frame_equal(one.districts, other.districts)
    assert one.rand == other.rand


@pytest.mark.parametrize(
    ("silhouette", "smallest", "chosen"),
    [
        ([0.5, 0.4, 0.45, 0.3], [1, 3, 3, 9], 6),  # four would be clearest, but one of them is a single district
        ([0.3, 0.4, 0.4, 0.2], [9, 9, 9, 9], 5),  # of two equally clear the fewer
        ([0.3, 0.5, 0.4, 0.2], [1, 2, 1, 1], 5),  # only special cases: the clearest
    ],
)
def test_the_clearest_number_without_tiny_types_is_chosen(
    silhouette: list[float], smallest: list[int], chosen: int
) -> None:
    tried = pd.DataFrame({"n_types": [4, 5, 6, 7], "silhouette": silhouette, "smallest": smallest})
    assert _chosen(tried) == chosen


def test_the_number_of_types_can_be_given(town: Make) -> None:
    found = area_types(town(), BOTH, n_types=2, sampling=FEW)
    assert len(found.types) == 2
    assert found.candidates["n_types"].tolist() == [2]


def test_an_odd_district_is_called_a_special_case(town: Make) -> None:
    odd = [value_row("29", (900, 1000), indicator=key) for key in BOTH]
    found = area_types(town(*odd), BOTH, n_types=5, sampling=FEW)
    assert [str(one) for one in found.problems if one.code == "G018"] == [
        "[G018] E: Typ E besteht aus einem einzigen Gebiet: ein Sonderfall, der anders ist als alle übrigen."
    ]


def test_types_of_noise_are_called_unstable(released: Make) -> None:
    rng = np.random.default_rng(2)
    many = [f"k{number}" for number in range(6)]
    rows = [
        value_row(f"{1 + n // 10}{n % 10}", (rng.uniform(1, 99), 100), indicator=key) for n in range(40) for key in many
    ]
    found = area_types(released(rows), many, n_types=5, sampling=FEW)
    assert found.rand < 0.6
    assert "G019" in {one.code for one in found.problems}
    assert "entsteht bei anderer Auswahl der Gebiete nicht wieder" in str(found.problems[-1])


def test_absolute_numbers_are_questioned(released: Make) -> None:
    counted = cards() | {"plaetze": {**cards()["plaetze"], "kind": "count", "numerator": "plaetze"}}
    found = area_types(released(four_kinds(), **counted), BOTH, sampling=FEW)
    assert [one.code for one in found.problems] == ["G017"]
    assert "„Kita-Plätze“ ist eine absolute Zahl" in str(found.problems[0])


@pytest.mark.parametrize(
    ("rand", "words"),
    [(0.9, "fast dieselben Typen"), (0.7, "ähnliche Typen"), (-0.1, "andere Typen (Übereinstimmung 0,00")],
)
def test_notes_say_how_sure_the_types_are(rand: float, words: str) -> None:
    notes = type_notes(rand, 0, stable=0.75, dissolved=0.6)
    assert words in notes[2]
    assert len(notes) == 3


def test_types_are_not_for_tracking(town: Make) -> None:
    notes = area_types(town(), BOTH, sampling=FEW).notes
    assert any("nicht, um Entwicklungen zu verfolgen" in note for note in notes)
    assert any("keine Reihenfolge" in note for note in notes)


def test_all_mistakes_in_the_choice_are_named_together(town: Make) -> None:
    lacking = [value_row("10", HIDDEN, indicator="leer"), value_row("11", HIDDEN, indicator="leer")]
    same = [value_row(f"1{n}", (5, 10), indicator="gleich") for n in range(4)]
    with pytest.raises(ProblemsError) as caught:
        area_types(town(*lacking, *same), [*BOTH, "leer", "gleich"])
    assert [str(one) for one in caught.value.problems] == [
        "[G013] leer: Die Kennzahl „leer“ hat auf der Ebene „stadtteil“ keinen einzigen Wert. Weglassen, oder eine "
        "gröbere Ebene wählen.",
        "[G014] gleich: Die Kennzahl „gleich“ hat überall denselben Wert und unterscheidet keine Gebiete. Weglassen.",
    ]
    with pytest.raises(ProblemsError) as caught:
        area_types(town(), ["armut", "armut", "plaetz"])
    assert [one.code for one in caught.value.problems] == ["G001", "G012"]
    assert "Meinten Sie „plaetze“?" in str(caught.value)
    with pytest.raises(ProblemsError, match=r"G011.*mindestens zwei Kennzahlen"):
        area_types(town(), ["armut"])


def test_too_few_districts_are_explained(released: Make) -> None:
    rows = [row for row in four_kinds() if row["district"] < "17"]
    with pytest.raises(ProblemsError, match=r"G016.*Für 4 Typen reichen die Gebiete nicht: 7 haben alle Werte"):
        area_types(released(rows, **cards()), BOTH)
    with pytest.raises(ProblemsError, match=r"G015.*1 Typen sind nicht möglich"):
        area_types(released(rows, **cards()), BOTH, n_types=1)


def test_each_indicator_is_of_its_latest_period(town: Make) -> None:
    later = [row | {"period": "2024/25"} for row in four_kinds() if row["indicator"] == "armut"]
    found = area_types(town(*later), BOTH, sampling=FEW)
    assert found.table.periods == {"armut": "2024/25", "plaetze": "2023"}
    earlier = area_types(town(*later), BOTH, period=2023, sampling=FEW)
    assert earlier.table.periods == {"armut": "2023", "plaetze": "2023"}


def test_a_place_or_time_without_values_is_named(town: Make) -> None:
    with pytest.raises(ProblemsError, match=r"G003.*„2019“ und davor.*Vorhanden: 2023"):
        area_types(town(), BOTH, period="2019")
    with pytest.raises(ProblemsError, match=r"G003.*„gestern“"):
        area_types(town(), BOTH, period="gestern")
    with pytest.raises(ProblemsError, match=r"G002.*Meinten Sie „stadtteil“"):
        area_types(town(), BOTH, level="stadteil")
