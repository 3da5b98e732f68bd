"""The page on certainty names only what there is."""

import re
from pathlib import Path

import dkbm_monitor as dkbm
from dkbm_monitor.compute.certainty import CERTAIN, CERTAINTY_COLUMNS
from dkbm_monitor.compute.detectable import POWER
from dkbm_monitor.compute.funnel import ALARM, WARNING, Position
from dkbm_monitor.compute.shrink import SHRUNK_COLUMNS
from dkbm_monitor.compute.trendwords import CLEAR, Change, words

PAGE = (Path(__file__).parents[2] / "docs" / "sicherheit.md").read_text("utf-8")


def test_every_function_on_the_page_exists() -> None:
    called = set(re.findall(r"dkbm\.(\w+)", PAGE)) - {"py"}
    assert {"shrink", "funnel", "detectable", "standardise", "class_certainty"} <= called
    assert called <= set(dkbm.__all__)


def test_the_page_names_the_columns_and_the_words() -> None:
    for name in (*SHRUNK_COLUMNS, *(str(one) for one in Position if one != "not_tested"), "class_uncertain"):
        assert f"`{name}`" in PAGE
    assert all(words(one) in PAGE for one in Change)
    assert "class_uncertain" in CERTAINTY_COLUMNS


def test_the_figures_on_the_page_are_those_of_the_code() -> None:
    assert (CERTAIN, POWER, CLEAR, WARNING, ALARM) == (0.8, 0.8, 0.1, 0.95, 0.998)
    assert "**80 %**" in PAGE
    assert "„ein Zehntel“" in PAGE
