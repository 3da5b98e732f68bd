"""Static maps: what stands on the sheet, what must never stand there, and what a wrong wish is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.view.maps import DistrictMap, map
from dkbm_monitor.view.names import name_box, placed_names
from dkbm_monitor.view.page import SIZES

ID = "sprachfoerderbedarf"
Grid = Callable[..., Districts]
Maker = Callable[..., Release]


def figure_of(wanted: DistrictMap) -> Figure:
    figure = wanted.draw().get_figure(root=True)
    assert figure is not None
    return figure


def texts_of(wanted: DistrictMap) -> list[str]:
    return [text.get_text() for text in figure_of(wanted).findobj(Text) if text.get_text()]


def boxes_of(figure: Figure) -> dict[str, Bbox]:
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    found = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    return {f"{text.get_text()} #{place}": text.get_window_extent(renderer) for place, text in enumerate(found)}


def assert_nothing_overlaps_or_is_cut(figure: Figure) -> None:
    boxes = boxes_of(figure)
    page = figure.bbox
    for words, box in boxes.items():
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, words
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, words
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        shared = Bbox.intersection(first.padded(-1), second.padded(-1))
        # Boxes hold ascenders and descenders that most lines do not use: a shared rim is no overlap.
        rim = 0.35 * min(first.height, second.height)
        assert shared is None or shared.height <= rim or shared.width <= 1, (one, other)


def test_defaults_are_the_latest_period_and_the_finest_level(mixed_release: Release) -> None:
    wanted = map(mixed_release, ID)
    assert (wanted.period, wanted.level, wanted.gebietsstand) == ("2022/23", "stadtteil", "2021")


def test_the_latest_period_without_values_is_passed_over(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(2, 1), {"2022": [1, 2], "2023": [np.nan, np.nan]}, town=float("nan"))
    assert map(release, ID).period == "2022"


def test_periods_may_be_numbers_or_long_school_years(mixed_release: Release) -> None:
    assert map(mixed_release, ID, period="2021/2022").period == "2021/22"


def test_the_sheet_says_everything(mixed_release: Release) -> None:
    words = " | ".join(texts_of(map(mixed_release, ID)))
    for wanted in (
        "Kinder mit Sprachförderbedarf, Schuljahr 2022/23",
        "Quadratstadt · Stadtteile",
        "Angaben in %",
        "Quadratstadt insgesamt: 21,0\u00a0%",
        "Quelle: Gesundheitsamt Quadratstadt, dl-de/by-2-0",
        "Gebietsstand Stadtteile 2021",
        "Zahlen von 1 bis 4 sind verborgen",
        "Erfundene Stadt: alle Daten sind erdacht.",
        "verborgen, um kleine Zahlen zu schützen",
        "vom Herausgeber geheim gehalten",
        "nicht bewohnt",
        "noch nicht veröffentlicht",
        "keine Angabe",
        "wenig belastbar (kleine Grundgesamtheit)",
        "für 2021/22–2022/23 gelten",
        "0,5\u00a0km",
    ):
        assert wanted in words


def test_legend_counts_match_the_release(mixed_release: Release) -> None:
    scene = map(mixed_release, ID).scene()
    rows = mixed_release.of(ID)
    rows = rows[(rows["period"] == "2022/23") & (rows["level"] == "stadtteil")]
    shown = rows[rows["value"].notna() & (rows["district"] != "0406")]["value"]
    assert sum(scene.class_counts) == len(shown)
    assert sum(scene.class_counts) + sum(scene.blank_counts.values()) == 24
    limits = pd.cut(shown, list(scene.classes.bounds), right=False).value_counts(sort=False)
    assert scene.class_counts == limits.to_list()
    words = texts_of(map(mixed_release, ID))
    assert {"2 Stadtteile", "1 Stadtteil"} <= set(words)
    assert all(str(count) in words for count in scene.class_counts)


def test_years_share_their_classes_unless_told_otherwise(mixed_release: Release) -> None:
    new, old = map(mixed_release, ID), map(mixed_release, ID, period="2021/22")
    assert new.scene().classes == old.scene().classes
    assert new.classes(over="period").scene().classes != old.classes(over="period").scene().classes


def test_an_uninhabited_zero_does_not_pull_the_lowest_limit_down(mixed_release: Release) -> None:
    assert map(mixed_release, ID).scene().classes.bounds[0] >= 10


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_suppressed_values_stand_nowhere_in_the_file(mixed_release: Release, tmp_path: Path, suffix: str) -> None:
    path = map(mixed_release, ID).save(tmp_path / f"karte.{suffix}")
    record = path.with_name(path.name + ".run.json").read_text("utf-8")
    content = path.read_bytes().decode("latin-1") + record
    assert not re.search(r"(33|66)[.,][36]", " ".join(re.findall(r"<!--(.*?)-->", content)) + record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(mpl.rcParams, "svg.fonttype", "none")
        assert not {"33,3", "66,6"} & set(re.findall(r"\d+,\d", " ".join(texts_of(map(mixed_release, ID)))))


def test_numbers_are_german_in_german_and_english_in_english(mixed_release: Release) -> None:
    assert "21,0\u00a0%" in " ".join(texts_of(map(mixed_release, ID)))
    with speaking("en"):
        assert "21.0\u00a0%" in " ".join(texts_of(map(mixed_release, ID)))


@pytest.mark.parametrize("paper", list(SIZES))
def test_nothing_overlaps_or_is_cut_on_any_paper(mixed_release: Release, paper: str) -> None:
    assert_nothing_overlaps_or_is_cut(figure_of(map(mixed_release, ID).size(paper)))


def test_long_words_overlap_nothing(grid_districts: Grid, release_of: Maker) -> None:
    names = [f"Obere Vorstadt-Süd am Ziegeleigraben {place}" for place in range(20)]
    long = "Kinder und Jugendliche mit einem festgestellten Bedarf an sprachlicher Unterstützung vor der Einschulung"
    card = {"title": {"de": long, "en": long}, "definition": {"de": f"{long} {long}.", "en": long}}
    release = release_of(
        grid_districts(5, 4, names=names), {"2023": [1000.5 * place for place in range(20)]}, card=card,
        town=12345.6, invented=True,
    )  # fmt: skip
    for paper in ("A5", "slide"):
        assert_nothing_overlaps_or_is_cut(figure_of(map(release, ID).size(paper)))


@pytest.mark.parametrize("size", [(1, 1), (6, 4), (4, 6), (30, 2)])
def test_the_scale_bar_lies_beside_the_town(grid_districts: Grid, release_of: Maker, size: tuple[int, int]) -> None:
    wide, high = size
    release = release_of(grid_districts(wide, high), {"2023": np.arange(wide * high)})
    figure = figure_of(map(release, ID).size("slide"))
    label = next(text for text in figure.findobj(Text) if text.get_text().endswith("\u00a0km"))
    town = figure.axes[1].transData.transform([(400_000, 5_700_000), (400_000 + 900 * wide, 5_700_000 + 900 * high)])
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    assert Bbox.intersection(label.get_window_extent(renderer), Bbox(town)) is None


def test_names_never_lie_on_each_other() -> None:
    """Four strips, each a little too low for its name: only every other name may reach over the border."""
    strips = np.array([shapely.box(0, 2.4 * place, 100, 2.4 * (place + 1)) for place in range(4)])
    found = placed_names(strips, ["Obere Aue", "Untere Aue", "Alte Aue", "Neue Aue"], metres_per_mm=1, scale=1)
    boxes = [name_box(name, 1) for name in found]
    assert found
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))


def test_names_lie_within_the_map_and_vanish_on_demand(mixed_release: Release) -> None:
    assert sum(text.startswith("Viertel") for text in texts_of(map(mixed_release, ID))) == 24
    assert not any(text.startswith("Viertel") for text in texts_of(map(mixed_release, ID).names(False)))


def test_one_district(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(1, 1), {"2023": [12.5]})
    words = texts_of(map(release, ID))
    assert "12,5" in words
    assert_nothing_overlaps_or_is_cut(figure_of(map(release, ID)))


def test_nothing_but_gaps(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(3, 2), {"2023": [np.nan] * 6}, town=float("nan"))
    words = texts_of(map(release, ID))
    assert "6 Stadtteile" in words
    assert "Für kein Gebiet liegt ein Wert vor." in map(release, ID).alt_text()
    assert_nothing_overlaps_or_is_cut(figure_of(map(release, ID)))


def test_all_districts_equal(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(3, 2), {"2023": [7.0] * 6}, town=7.0)
    assert map(release, ID).scene().class_counts == [6]
    assert "Jedes Gebiet mit einem Wert hat 7,0\u00a0%." in map(release, ID).alt_text()


def test_a_town_of_542_districts(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(271, 2), {"2023": np.linspace(0, 60, 542)})
    figure = figure_of(map(release, ID))
    assert sum(map(release, ID).scene().class_counts) == 542
    assert not any(text.get_text().startswith("Viertel") for text in figure.findobj(Text))


def test_a_level_without_rows_of_a_district_shows_it_as_missing(grid_districts: Grid, release_of: Maker) -> None:
    release = release_of(grid_districts(2, 2), {"2023": [1, 2, 3, 4]})
    release = replace(release, values=release.values.iloc[1:])
    assert map(release, ID).scene().blank_counts == {"missing": 1}


def test_a_name_that_looks_like_code_or_mathematics_is_drawn_as_it_is(grid_districts: Grid, release_of: Maker) -> None:
    names = ["<b>A</b>", "$x^2$", 'Am "Eck"', "Ost & West"]
    release = release_of(grid_districts(2, 2, names=names), {"2023": [1, 2, 3, 4]})
    texts = [text for text in figure_of(map(release, ID)).findobj(Text) if text.get_text()]
    words = "\n".join(text.get_text() for text in texts)
    assert all(name.split()[0] in words for name in names)
    assert not any(text.get_parse_math() for text in texts)


def test_alt_text(mixed_release: Release) -> None:
    assert map(mixed_release, ID).alt_text() == (
        "Karte: Kinder mit Sprachförderbedarf, Schuljahr 2022/23. Quadratstadt, 24 Stadtteile. "
        "Die Werte reichen von 13,1\u00a0% bis 31,1\u00a0%. Gesamtstadt: 21,0\u00a0%. 8 Gebiete sind ohne Wert. "
        "Erfundene Stadt: alle Daten sind erdacht."
    )


def test_svg_carries_title_and_description_for_screen_readers(mixed_release: Release, tmp_path: Path) -> None:
    content = map(mixed_release, ID).save(tmp_path / "karte.svg").read_text("utf-8")
    assert "<title>Kinder mit Sprachförderbedarf, Schuljahr 2022/23</title>" in content
    assert re.search(r"<desc>Karte: .*erdacht\.</desc>", content)
    assert 'role="img" lang="de"' in content


def test_the_run_record_says_what_was_drawn_and_holds_no_value(mixed_release: Release, tmp_path: Path) -> None:
    path = map(mixed_release, ID).classes(k=4, scheme="equal").save(tmp_path / "karte.png")
    record = json.loads(path.with_name("karte.png.run.json").read_text("utf-8"))
    asked = record["settings"]["map"]
    assert (asked["period"], asked["level"], asked["gebietsstand"]) == ("2022/23", "stadtteil", "2021")
    assert asked["classes"] == {"k": 4, "scheme": "equal", "over": "gebietsstand"}
    assert list(record["outputs"]) == ["karte.png"]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_the_same_map_has_the_same_bytes(
    mixed_release: Release, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = map(mixed_release, ID).save(tmp_path / f"a.{suffix}").read_bytes()
    assert first == map(mixed_release, ID).save(tmp_path / f"b.{suffix}").read_bytes()


def test_a_failed_save_leaves_the_old_file_and_no_rubbish(
    mixed_release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "karte.png"
    path.write_text("alt")

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", broken)
    with pytest.raises(OSError, match="disk full"):
        map(mixed_release, ID).save(path)
    assert path.read_text() == "alt"
    assert list(tmp_path.glob("*karte*")) == [path]


def test_half_a_file_never_takes_the_place_of_a_whole_one(
    mixed_release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "karte.png"
    path.write_text("alt")

    def full(self: Path, content: bytes) -> int:
        self.open("wb").write(content[:100])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        map(mixed_release, ID).save(path)
    assert path.read_text() == "alt"
    assert list(tmp_path.glob("*karte*")) == [path]


def test_drawing_changes_no_global_style_and_keeps_no_figure(mixed_release: Release) -> None:
    before = dict(mpl.rcParams)
    map(mixed_release, ID)._repr_png_()
    assert dict(mpl.rcParams) == before
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_verbs_return_copies(mixed_release: Release) -> None:
    first = map(mixed_release, ID)
    other = first.at(period="2021/22").classes(4).titled("Anders", "Ganz anders").size("a5").north_arrow()
    assert (first.period, first.cut.k, first.title, first.paper) == ("2022/23", 5, "", "A4")
    assert {"Anders", "Ganz anders", "N"} <= set(texts_of(other))
    assert other.paper == "A5"


def test_drawing_into_given_axes(mixed_release: Release) -> None:
    figure = Figure(figsize=(6, 4))
    axes = figure.add_axes((0.02, 0.05, 0.6, 0.85))
    assert map(mixed_release, ID).draw(axes) is axes
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "Erfundene Stadt: alle Daten sind erdacht." in words
    assert "verborgen, um kleine Zahlen zu schützen (2 Stadtteile)" in words
    assert "Quelle: Gesundheitsamt Quadratstadt" in words


def test_the_town_itself_can_be_mapped(mixed_release: Release) -> None:
    assert map(mixed_release, ID, level="stadt").scene().class_counts == [1]


@pytest.mark.parametrize(
    ("wish", "code", "says"),
    [
        ({"period": 2019}, "V001", "Vorhanden: 2021/22, 2022/23."),
        ({"level": "stadtteile"}, "V002", "Meinten Sie „stadtteil“?"),
        ({"period": 2019, "level": "kiez"}, "V001", "V002"),
    ],
)
def test_an_unknown_wish_is_answered_with_what_there_is(
    mixed_release: Release, wish: dict[str, Any], code: str, says: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        map(mixed_release, ID, **wish)
    assert f"[{code}]" in str(caught.value)
    assert says in str(caught.value)


def test_an_unknown_indicator_is_answered_with_the_nearest(mixed_release: Release) -> None:
    with pytest.raises(ProblemsError, match="Meinten Sie „sprachfoerderbedarf“"):
        map(mixed_release, "sprachfoederbedarf")


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (lambda m: m.at(gebietsstand="2015"), r"\[V003\].*„2015“.*Vorhanden: 2021\."),
        (lambda m: m.at(breakdown="sex=female"), r"\[V004\].*„sex=female“.*Vorhanden: total\."),
        (lambda m: m.save("karte.jpg"), r"\[V007\].*\.png, \.svg oder \.pdf; „karte\.jpg“ endet anders"),
        (lambda m: m.size("A9"), r"\[V008\].*„A9“.*A5, A4, A3, A0, slide"),
        (lambda m: m.classes(scheme="quantile"), r"\[V009\].*„quantile“.*Meinten Sie „quantiles“"),
        (lambda m: m.classes(k=12), r"\[V010\] 12.*12 Klassen sind nicht möglich.*1 bis 9"),
        (lambda m: m.classes(over="all"), r"\[V011\].*„all“.*gebietsstand, period"),
    ],
)
def test_wrong_wishes(mixed_release: Release, wish: Callable[[DistrictMap], object], says: str) -> None:
    with pytest.raises(ProblemsError, match=says):
        wish(map(mixed_release, ID))


def test_a_period_in_two_gebietsstaende_takes_the_one_that_holds(grid_districts: Grid, release_of: Maker) -> None:
    both = _two_gebietsstaende(grid_districts, release_of, hold=True)
    assert map(both, ID, period=2020).gebietsstand == "neu"


def test_a_period_in_two_gebietsstaende_is_asked_about_when_neither_or_both_hold(
    grid_districts: Grid, release_of: Maker
) -> None:
    both = _two_gebietsstaende(grid_districts, release_of, hold=False)
    with pytest.raises(ProblemsError, match=r"\[V006\].*2020 liegt in mehreren Gebietsständen vor: 2021, neu"):
        map(both, ID, period=2020)
    assert map(both, ID).at(period=2020, gebietsstand="neu").scene().choice.gebietsstand == "neu"


def test_a_gebietsstand_without_values_for_the_period_is_passed_over(grid_districts: Grid, release_of: Maker) -> None:
    both = _two_gebietsstaende(grid_districts, release_of, hold=False)
    mine = (both.values["gebietsstand"] == "2021") & (both.values["period"] == "2020")
    both.values.loc[mine, ["value", "status"]] = [np.nan, str(Status.MISSING)]
    assert map(both, ID, period=2020).gebietsstand == "neu"


def _two_gebietsstaende(grid_districts: Grid, release_of: Maker, *, hold: bool) -> Release:
    old = grid_districts(2, 1)
    state = old.gebietsstand.model_copy(update={"id": "neu", "first": "2020", "last": None})
    ended = old.gebietsstand.model_copy(update={"last": "2019"} if hold else {})
    release = release_of(old, {"2020": [1, 2]})
    later = release_of(old, {"2020": [1, 2], "2021": [3, 4]}).values.assign(gebietsstand="neu")
    districts = {"2021": replace(old, gebietsstand=ended), "neu": replace(old, gebietsstand=state)}
    return replace(release, values=pd.concat([release.values, later], ignore_index=True), districts=districts)
