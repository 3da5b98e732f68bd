"""Every worked example of the shipped catalogue, run through the real computing."""

import pytest

from dkbm_monitor.catalogue.loader import shipped
from dkbm_monitor.catalogue.models import Example, Indicator
from dkbm_monitor.compute.examples import run_example

CASES = [(card, example) for card in shipped().indicators.values() for example in card.examples]


@pytest.mark.parametrize(("card", "example"), CASES, ids=[f"{card.id}: {example.name}" for card, example in CASES])
def test_example_holds(card: Indicator, example: Example) -> None:
    assert run_example(card, example, shipped()) == []


def test_a_wrong_example_does_not_hold() -> None:
    card, example = CASES[0]
    wrong = example.model_copy(
        update={"expect": tuple(one.model_copy(update={"value": (one.value or 0) + 1}) for one in example.expect)}
    )
    assert run_example(card, wrong, shipped())


@pytest.mark.parametrize("card", shipped().indicators.values(), ids=shipped().indicators)
def test_every_definition_has_an_example_of_the_whole_town(card: Indicator) -> None:
    districts = {result.district for example in card.examples for result in example.expect}
    assert "stadt" in districts or card.kind == "given"
