"""What docs/index.md promises holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from dkbm_monitor.catalogue.loader import shipped
from dkbm_monitor.core.yamlfile import as_model, parse
from dkbm_monitor.indices.models import Aggregate, Classes, IndexRecipe, Method, Weights
from dkbm_monitor.indices.recipes import names

PAGE = (Path(__file__).parents[2] / "docs" / "index.md").read_text("utf-8")


def test_the_example_recipe_is_valid_and_its_indicators_exist() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    data, lines = parse(text, "index.md")
    recipe = as_model(data, IndexRecipe, "index.md", lines)
    assert {one.indicator for one in recipe.members} <= set(shipped().indicators)
    assert [one.id for one in recipe.all_parts] == ["lage", "foerderung", "teilhabe"]


def test_every_method_and_every_recipe_is_on_the_page() -> None:
    methods = [*get_args(Method)]
    for model in (Aggregate, Weights, Classes):
        methods += get_args(model.model_fields["method"].annotation)
    missing = [one for one in [*methods, *names()] if f"`{one}`" not in PAGE]
    assert missing == []
