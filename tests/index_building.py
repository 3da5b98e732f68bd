"""Recipes for tests, from a few words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dkbm_monitor.indices.models import IndexRecipe


def words(text: str) -> dict[str, str]:
    return {"de": text, "en": text}


def member(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": words(id), **more}


def part(id: str, of: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "title": words(id), "of": of, **more}


def recipe_data(members: list[Any], parts: list[Any], **more: Any) -> dict[str, Any]:
    base = {
        "id": "probe",
        "title": words("Probe"),
        "publisher": "Test",
        "description": words("Probe."),
        "limits": words("Keine."),
        "evidence": "documented",
        "references": ["Test"],
        "members": [one if isinstance(one, dict) else member(one) for one in members],
        "parts": parts,
    }
    return {**base, **more}


def make_recipe(members: list[Any], parts: list[Any], **more: Any) -> IndexRecipe:
    return IndexRecipe.model_validate(recipe_data(members, parts, **more))


def keyed(columns: dict[str, list[Any]]) -> pd.DataFrame:
    """A table with a text key and row numbers from 2, as a file would have."""
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"key": [f"{one:04d}" for one in range(1, n + 1)], **columns}, index=range(2, n + 2))
