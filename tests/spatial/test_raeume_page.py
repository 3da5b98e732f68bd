"""The examples of the handbook page run as they stand there, on the invented town."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "raeume.md").read_text("utf-8")
    found: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, found)
    table = found["ergebnis"].table
    assert (table["status"] == "ok").all()
    assert table["dissimilarity"].between(0.1, 0.4).all()
    assert found["typen"].names["A"].startswith("Typ A – ")
    assert found["nah"].in_words()[0].startswith("Nordstadt und ")
