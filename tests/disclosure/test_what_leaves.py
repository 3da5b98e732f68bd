"""A hidden number occurs in no byte of a table file or its run record, unpacked archives included."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from building import make_districts, make_indicator, make_measure, make_observations

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.products.tablefile import save_values
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town.models import DisclosureRule, RuleFor

PLANTED = 4242


class Town:
    """Stands in for an opened town; 4,242 of 90,001 are below a minimum of 5,000."""

    name = "Probestadt"
    districts = {  # noqa: RUF012 - read only
        "g": make_districts({"11": "1", "12": "1", "21": "2"})
    }
    register = Register()
    catalogue = Catalogue({one: make_measure(one) for one in ("teil", "ganzes")}, {"anteil": make_indicator()})

    class file:  # noqa: N801 - named as in Town
        invented = True
        rule = RuleFor(min_count=5000)
        disclosure = DisclosureRule(reason="Beschluss vom 1.2.2024", public=rule, internal=rule)

    observations = make_observations(
        {"measure": measure, "district": key, "value": value}
        for key, pair in {"11": (PLANTED, 90_001), "12": (31_113, 87_771), "21": (41_117, 93_339)}.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


def texts_of(path: Path) -> bytes:
    """Everything in a file: its bytes, and those of its parts where it is an archive."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    if path.suffix == ".parquet":
        return path.read_bytes() + pd.read_parquet(path).to_csv().encode()
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_hidden_number_is_in_no_file(tmp_path: Path, suffix: str) -> None:
    town = Town()
    plan = plan_for(town.catalogue.indicators.values(), town.catalogue.measures)
    released = release(compute_plan(plan, town.observations, town.districts), town)  # type: ignore[arg-type]
    save_values(released, tmp_path / f"werte{suffix}")
    written = {path: texts_of(path) for path in tmp_path.iterdir()}
    assert len(written) == 2  # the table and its run record
    assert any(b"93339" in found for found in written.values())  # what is shown is found, so the search works
    for number in (PLANTED, 90_001 - PLANTED, 31_113):  # the hidden one, its rest, and the one that protects it
        assert not any(str(number).encode() in found for found in written.values())
