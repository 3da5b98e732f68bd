"""The project's own files agree with each other and with what is installed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SLOW = ("pandas", "matplotlib", "folium", "requests", "geopandas", "pyogrio", "mapclassify", "pyarrow", "pydantic")


def _project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _environment() -> dict[str, object]:
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def test_environment_and_pyproject_name_the_same_packages_and_ranges() -> None:
    project = _project()
    extras = project["optional-dependencies"]
    declared = {*project["dependencies"], *(one for name, extra in extras.items() if name != "all" for one in extra)}
    (from_pip,) = [one["pip"] for one in _environment()["dependencies"] if isinstance(one, dict)]
    assert set(from_pip) == declared | {"-e .[all]"}


def test_the_extra_all_holds_every_other_extra() -> None:
    extras = _project()["optional-dependencies"]
    (everything,) = extras["all"]
    inside = set(re.search(r"\[(.*)\]", everything)[1].split(","))
    assert inside == set(extras) - {"all"}


def test_environment_asks_for_the_same_python_and_no_default_channel() -> None:
    environment = _environment()
    assert f"python{_project()['requires-python']}" in environment["dependencies"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_version_is_the_same_everywhere() -> None:
    import dkbm_monitor

    assert dkbm_monitor.__version__ == _project()["version"]


def test_importing_the_package_loads_nothing_slow() -> None:
    loaded = _modules_after("import dkbm_monitor")
    assert not loaded & set(SLOW), "imported at once: " + ", ".join(loaded & set(SLOW))


def test_the_command_loads_nothing_slow_before_it_knows_what_to_do() -> None:
    loaded = _modules_after("import dkbm_monitor.cli")
    assert not loaded & {*SLOW, "rich", "babel", "numpy", "yaml"}


def _modules_after(statement: str) -> set[str]:
    """Top-level modules of a fresh interpreter after a statement."""
    code = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md", "LICENSE", ".ci/run"])
def test_project_files_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_links_inside_the_project_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists()
    ]
    assert not broken


def test_readme_shows_the_two_commands() -> None:
    text = README.read_text("utf-8")
    assert "python -m pip install . && dkbm demo" in text
    assert re.search(r"<!-- test command -->\n```bash\n[^\n]*pip install[^\n]*pytest[^\n]*\n```\n<!-- end -->", text)


def test_ci_runs_the_command_of_the_readme() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- test command -->" in text
    for step in ("ruff check", "ruff format --check", "mypy", "lint-imports", "nbconvert"):
        assert step in text


def test_every_problem_code_is_explained_once() -> None:
    used = _codes_in_source()
    explained = re.findall(r"^\| ([A-Z]\d{3}) \|", (ROOT / "docs" / "fehler.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(set(explained)), "a code stands twice"
    assert set(explained) == used


def _codes_in_source() -> set[str]:
    """Every problem code written in the package: a letter and three digits as a whole string or in brackets."""
    pattern = re.compile(r"[\"\[]([A-Z]\d{3})[\"\]]")
    files = (ROOT / "dkbm_monitor").rglob("*.py")
    return {code for path in files for code in pattern.findall(path.read_text("utf-8"))}
