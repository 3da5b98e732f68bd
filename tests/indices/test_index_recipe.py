"""What a recipe may say, and how a wrong one is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from index_building import make_recipe, member, part, recipe_data
from pydantic import ValidationError

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.recipes import SHIPPED, names, recipe_hash, recipe_of, shipped
from dkbm_monitor.indices.words import class_words, recipe_lines

OFFICIAL = {"mss-2013", "mss-2015", "mss-2017", "mss-2019", "mss-2021", "mss-2023", "gesix", "imd-2019", "wimd-2019"}


def test_official_recipes_are_shipped() -> None:
    assert set(names()) >= OFFICIAL | {"gisd", "rise-hamburg", "muenster"}
    assert set(shipped()) == set(names())


def test_every_edition_of_the_mss_has_its_members() -> None:
    four, three = ["s1", "s2", "s3", "s4", "d1", "d2", "d3", "d4"], ["s1", "s3", "s4", "d1", "d3", "d4"]
    expected = dict.fromkeys(["mss-2013", "mss-2015", "mss-2017", "mss-2023"], four)
    expected |= dict.fromkeys(["mss-2019", "mss-2021"], three)
    for name, members in expected.items():
        recipe = recipe_of(name)
        assert [one.id for one in recipe.members] == members
        assert [one.id for one in recipe.parts] == ["status", "dynamik"]


def test_what_is_not_proven_is_marked_and_shown() -> None:
    for name in ("rise-hamburg", "muenster"):
        recipe = recipe_of(name)
        assert recipe.evidence == "unverified"
        shown = [text for label, text in recipe_lines(recipe) if label == "Nicht belegt"]
        assert any("Klassengrenzen" in text for text in shown)


@pytest.mark.parametrize("name", names())
def test_every_recipe_can_be_read_aloud_in_both_languages(name: str) -> None:
    for wanted in ("de", "en"):
        with speaking(wanted):  # type: ignore[arg-type]
            lines = recipe_lines(recipe_of(name))
        assert all(label and text for label, text in lines)


def test_limits_are_spoken_with_their_exact_signs() -> None:
    status, dynamik = recipe_of("mss-2021").parts
    assert status.classes is not None
    assert dynamik.classes is not None
    expected = "hoch (Index < −1), mittel (−1 ≤ Index ≤ 1), niedrig (1 < Index ≤ 1,5), sehr niedrig (1,5 < Index)"
    assert class_words(status.classes) == expected
    assert class_words(dynamik.classes) == "positiv (Index < −1), stabil (−1 ≤ Index ≤ 1), negativ (1 < Index)"


def test_an_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(ProblemsError, match=r"Rezept „mss-2020“ gibt es nicht\. Meinten Sie „mss-20"):
        recipe_of("mss-2020")
    with pytest.raises(ProblemsError, match="Vorhanden sind: gesix, gisd"):
        recipe_of("qqqqq")


def test_a_town_s_own_recipe_comes_first(tmp_path: Path) -> None:
    (tmp_path / "mss-2021.yml").write_text((SHIPPED / "gesix.yml").read_text("utf-8"), "utf-8")
    assert recipe_of("mss-2021", folders=[tmp_path]).id == "gesix"
    assert recipe_of(tmp_path / "mss-2021.yml").id == "gesix"


def test_broken_yaml_is_answered_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "eigen.yml"
    path.write_text("id: eigen\ntitle: [", "utf-8")
    with pytest.raises(ProblemsError, match=r"eigen.yml, Zeile \d.*kein gültiges YAML"):
        recipe_of(path)


def test_all_mistakes_of_a_recipe_are_told_at_once(tmp_path: Path) -> None:
    data = recipe_data(["a"], [part("p", ["a"], normalise={"method": "zz"}, agregate="sum")])
    path = tmp_path / "eigen.yml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(ProblemsError) as caught:
        recipe_of(path)
    assert len(caught.value.problems) == 2
    assert "„zz“ ist hier nicht möglich" in str(caught.value)
    assert "„agregate“ ist hier unbekannt. Meinten Sie „aggregate“?" in str(caught.value)


def test_a_mistake_in_a_nested_part_is_told_once(tmp_path: Path) -> None:
    data = recipe_data(["a"], [part("p", [part("q", ["a"], normalise="zz")])])
    path = tmp_path / "eigen.yml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    with pytest.raises(ProblemsError) as caught:
        recipe_of(path)
    (problem,) = caught.value.problems
    assert problem.place.row == path.read_text("utf-8").split("normalise: zz")[0].count("\n") + 1


WRONG = [
    ([], [part("p", [])], "braucht Mitglieder und Teile"),
    (["a"], [part("p", ["a", "b"])], "Mitglied „b“ gibt es nicht"),
    (["a", "b"], [part("p", ["a"])], "„b“ wird nirgends verwendet"),
    (["a", "a"], [part("p", ["a"])], "mehrfach steht: a"),
    (["a"], [part("a", ["a"])], "mehrfach steht: a"),
    (["a"], [part("p", ["a"], weights={"method": "given", "values": {"b": 1}})], "genau für: a"),
    (["a"], [part("p", ["a"], weights={"method": "given", "values": {"a": 0}})], "nicht alle null"),
    (["a"], [part("p", ["a"], weights="budget")], "mindestens eine Stimme"),
    (["a"], [part("p", ["a"], normalise="goalposts")], "für das Mitglied „a“ die Angabe „low“"),
    (["a"], [part("p", [part("q", ["a"])], normalise="goalposts")], "nicht auf den Teil „q“"),
    (["a"], [part("p", ["a"], normalise={"method": "z", "weighted": True})], "„weight_column“ fehlt"),
    (["a"], [part("p", ["a"], classes={"method": "limits"})], "braucht „limits“"),
    (["a"], [part("p", ["a"], classes={"method": "quantiles"})], "braucht „k“"),
    (["a"], [part("p", ["a"], classes={"method": "quantiles", "k": 2, "names": ["x"]})], "2 Klassen, aber 1 Namen"),
    (["a"], [part("p", ["a"], classes={"method": "sd", "limits": [{"at": 1}, {"at": -1}]})], "müssen aufsteigen"),
]


@pytest.mark.parametrize(("members", "parts", "words"), WRONG)
def test_a_wrong_recipe_is_told_what_is_wrong(members: list[str], parts: list[object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make_recipe(members, parts)


def test_a_typology_needs_classes_and_signs_for_each() -> None:
    cut = {"method": "quantiles", "k": 2}
    parts = [part("p", ["a"], classes=cut), part("q", ["a"])]
    typology = {"rows": "p", "columns": "q", "row_signs": ["1"], "column_signs": ["+"]}
    with pytest.raises(ValidationError) as caught:
        make_recipe(["a"], parts, typology=typology)
    assert "für „p“ genau 2 Zeichen" in str(caught.value)
    assert "den Teil „q“ mit Klassen" in str(caught.value)


def test_the_base_period_belongs_to_the_base_rule() -> None:
    with pytest.raises(ValidationError, match="gehört genau zu"):
        make_recipe(["a"], [part("p", ["a"])], reference={"set": "base"})


def test_ids_are_plain() -> None:
    with pytest.raises(ValidationError, match="keine Kennung"):
        make_recipe([member("A-1")], [part("p", ["A-1"])])
    with pytest.raises(ValidationError, match="kein Rezeptname"):
        make_recipe(["a"], [part("p", ["a"])], id="MSS 2021")


def test_any_change_of_a_recipe_changes_its_hash() -> None:
    one = make_recipe(["a"], [part("p", ["a"])])
    other = make_recipe(["a"], [part("p", ["a"], normalise={"method": "z", "ddof": 1})])
    assert recipe_hash(one) != recipe_hash(other)
    assert recipe_hash(one) == recipe_hash(make_recipe(["a"], [part("p", ["a"])]))
