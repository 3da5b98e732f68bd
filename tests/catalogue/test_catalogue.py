from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from building import make_indicator, make_measure

from dkbm_monitor.catalogue import fieldguide
from dkbm_monitor.catalogue.loader import Catalogue, definition_hash, read_catalogue, shipped
from dkbm_monitor.catalogue.models import AREAS, Indicator, Text
from dkbm_monitor.catalogue.rules import check_catalogue
from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError


def test_the_shipped_catalogue_is_large_enough_and_covers_every_area_and_kind() -> None:
    cards = shipped().indicators.values()
    assert len(cards) >= 60
    assert {card.area for card in cards} == set(AREAS)
    assert {card.kind for card in cards} == {"share", "rate", "mean", "count", "change", "gap", "given"}


def test_the_shipped_catalogue_breaks_no_rule() -> None:
    assert [str(problem) for problem in check_catalogue(shipped())] == []


@pytest.mark.parametrize("card", shipped().indicators.values(), ids=shipped().indicators)
def test_a_shipped_definition_is_complete_in_both_languages(card: Indicator) -> None:
    texts = [getattr(card, name) for name in type(card).model_fields if isinstance(getattr(card, name), Text)]
    assert len(texts) >= 6
    for text in texts:
        assert text.de.strip()
        assert text.en.strip()
    for text in (card.title, card.definition, card.purpose, card.limits):
        assert text.de != text.en
    assert shipped().places[card.id] == f"{AREAS[card.area]}/{card.id}.yml"


def test_titles_are_unique() -> None:
    titles = Counter(card.title.de for card in shipped().indicators.values())
    assert [title for title, n in titles.items() if n > 1] == []


def catalogue_of(*cards, measures=("teil", "ganzes")) -> Catalogue:
    known = [one if not isinstance(one, str) else make_measure(one) for one in measures]
    return Catalogue(
        {one.id: one for one in known},
        {card.id: card for card in cards},
        {card.id: f"{AREAS[card.area]}/{card.id}.yml" for card in cards},
    )


PART = make_measure("teil", part_of="ganzes", breakdowns={"sex": ("male", "female")})
WHOLE = make_measure("ganzes")


def found(*cards, measures=(PART, WHOLE)) -> list[str]:
    return [
        f"{problem.what} {problem.hint}".strip() for problem in check_catalogue(catalogue_of(*cards, measures=measures))
    ]


def test_a_consistent_definition_breaks_no_rule() -> None:
    assert found(make_indicator()) == []


def test_an_unknown_measure_is_named_with_its_neighbour() -> None:
    texts = found(make_indicator(numerator="tiel"))
    assert "Die Messgröße „tiel“ ist nicht definiert. Meinten Sie „teil“?" in texts


def test_unknown_breakdowns_and_categories_are_named() -> None:
    texts = found(
        make_indicator("a1", numerator={"measure": "teil", "where": {"sexx": "male"}}),
        make_indicator("a2", numerator={"measure": "teil", "where": {"sex": "femal"}}),
    )
    assert "Die Messgröße „teil“ ist nicht nach „sexx“ gegliedert. Meinten Sie „sex“?" in texts
    assert "„femal“ ist keine Ausprägung von „sex“ der Messgröße „teil“. Meinten Sie „female“?" in texts


def test_mixed_spatial_principles_are_refused() -> None:
    measures = (PART, make_measure("ganzes", spatial_principle="schulort"))
    [text] = found(make_indicator(), measures=measures)
    assert text.startswith("Zähler und Nenner folgen nicht demselben räumlichen Prinzip")


def test_supply_per_resident_is_the_exception() -> None:
    measures = (make_measure("teil", spatial_principle="schulort"), WHOLE)
    assert found(make_indicator(kind="rate", spatial_principle="schulort"), measures=measures) == []


def test_a_related_indicator_must_exist() -> None:
    [text] = found(make_indicator("anteil", related=("anteill",)))
    assert text == "Die verwandte Kennzahl „anteill“ gibt es nicht. Meinten Sie „anteil“?"


def test_the_share_of_people_with_migration_history_is_never_judged() -> None:
    people = make_measure("leute", breakdowns={"migration": ("with", "without")})
    parts = {"numerator": {"measure": "leute", "where": {"migration": "with"}}, "denominator": "leute"}
    [text] = found(make_indicator(polarity="burden", **parts), measures=(people,))
    assert text.endswith("Bitte „polarity: context“ setzen.")
    assert found(make_indicator(polarity="context", **parts), measures=(people,)) == []


def test_what_is_cut_already_is_no_breakdown() -> None:
    [text] = found(make_indicator(numerator={"measure": "teil", "where": {"sex": "male"}}, breakdowns=("sex",)))
    assert text.startswith("Die Kennzahl wählt selbst nach „sex“ aus")


def test_a_share_needs_a_part_of_its_whole() -> None:
    [text] = found(make_indicator(), measures=("teil", "ganzes"))
    assert text.startswith("„teil“ ist kein Teil von „ganzes“.")


def test_ready_rates_are_never_computed_with() -> None:
    measures = (make_measure("teil", additive=False, part_of="ganzes"), WHOLE)
    assert found(make_indicator(), measures=measures) == [
        "„teil“ ist eine fertige Quote; mit ihr wird nicht gerechnet."
    ]
    assert found(make_indicator(kind="given", given="ganzes"), measures=measures) == [
        "„ganzes“ ist eine Zählung und keine fertige Quote."
    ]


def test_a_wrong_folder_is_named() -> None:
    card = make_indicator()
    catalogue = Catalogue({"teil": PART, "ganzes": WHOLE}, {card.id: card}, {card.id: f"{AREAS['c']}/anteil.yml"})
    assert [problem.code for problem in check_catalogue(catalogue)] == ["K108"]


def test_unfair_words_are_marked_with_a_better_one() -> None:
    limits = {"de": "In sozial schwachen Familien höher.", "en": "x"}
    [text] = found(make_indicator(limits=limits))
    assert text.startswith("„sozial schwach“ in „limits“ urteilt über Menschen oder Orte. Besser: von Armut betroffen")


def test_the_circle_of_parts_ends() -> None:
    measures = (make_measure("teil", part_of="ganzes"), make_measure("ganzes", part_of="teil"))
    assert found(make_indicator(), measures=measures) == []


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_the_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    measure = (
        "{id: teil, title: {de: a, en: a}, definition: {de: a, en: a}, spatial_principle: wohnort, reference_date: x}"
    )
    write(tmp_path, "a.yml", f"measures:\n  - {measure}\n")
    write(
        tmp_path,
        "b.yml",
        f"measures:\n  - {measure}\n  - {measure.replace('wohnort', 'wohnorrt').replace('teil', 'Teil')}\n",
    )
    write(tmp_path, "c.yml", f"measures:\n  - {measure}\n")
    with pytest.raises(ProblemsError) as caught:
        read_catalogue(tmp_path)
    text = str(caught.value)
    assert "b.yml, Zeile 3" in text
    assert "„wohnorrt“ ist hier nicht möglich. Meinten Sie „wohnort“?" in text
    assert "„Teil“ ist keine Kennung" in text
    assert "[K002] c.yml: „teil“ ist schon in a.yml definiert." in text


def test_a_kind_says_which_parts_it_needs_and_which_it_has_not() -> None:
    with pytest.raises(ValueError, match="„gap“ braucht: compared_denominator, compared_numerator"):
        make_indicator(kind="gap")
    with pytest.raises(ValueError, match="„count“ hat kein: denominator"):
        make_indicator(kind="count", numerator="teil", denominator="ganzes")


def test_an_unknown_indicator_is_named_with_its_neighbour() -> None:
    with pytest.raises(
        ProblemsError, match=r"„sprachförderbedarf“ steht nicht im Katalog. Meinten Sie „sprachfoerderbedarf“"
    ):
        shipped().indicator("sprachförderbedarf")


def test_the_hash_changes_with_the_definition_but_not_with_its_examples() -> None:
    card = shipped().indicator("sprachfoerderbedarf")
    assert definition_hash(card) == definition_hash(card.model_copy(update={"examples": ()}))
    assert definition_hash(card) != definition_hash(card.model_copy(update={"pool_years": 1}))


def test_the_schema_has_german_hover_texts_and_knows_the_short_forms() -> None:
    schema = fieldguide.json_schema()
    fields = schema["$defs"]["Indicator"]["properties"]
    assert fields["min_denominator"]["description"].startswith("Unter diesem Nenner")
    assert {"type": "string"} in fields["numerator"]["anyOf"]
    assert [name for name, one in fields.items() if "description" not in one] == []


def test_a_card_tells_the_formula_in_words() -> None:
    lines = dict(fieldguide.card(shipped().indicator("sprachfoerderbedarf"), shipped()))
    assert "÷" in lines["Berechnung"]
    assert lines["Jahrgänge"].startswith("3 Jahrgänge")
    with speaking("en"):
        assert "title" not in dict(fieldguide.card(shipped().indicator("sprachfoerderbedarf"), shipped()))


def test_the_excel_file_holds_every_card_and_is_the_same_twice(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        fieldguide.export_excel(shipped(), tmp_path / name)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Lies mich", "Kennzahlen", "Messgrößen"]
    assert book["Kennzahlen"].max_row == len(shipped().indicators) + 1
    assert book["Kennzahlen"].freeze_panes == "D2"
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
