"""The reader on files of four publishers, as they were published. Figures: see the origin named at each."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dkbm_monitor.core.problems import Problem
from dkbm_monitor.sources.models import Source, TableMap
from dkbm_monitor.sources.tables import read_source

REAL = Path(__file__).parents[2].parent / "shared" / "real"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="the folder with real data is not here"),
]

MUENCHEN = {str(number): str(number) for number in range(1, 26)}
KONSTANZ = ("altstadt", "paradies", "petershausenwest", "petershausenost", "koenigsbau", "allmannsdorf", "staad",
            "fuerstenberg", "wollmatingen", "industriegebiet", "egg", "litzelstetten", "dingelsdorf", "dettingen",
            "wallhausen")  # fmt: skip


def read(file: str, known: dict[str, dict[str, str]], **table: Any) -> tuple[pd.DataFrame, list[Problem]]:
    source = Source.model_validate(
        {
            "id": "probe",
            "file": file,
            "title": file,
            "publisher": "Amt",
            "licence": {"name": "siehe README"},
            "attribution": "Amt",
            "retrieved": date(2024, 1, 1),
            "sha256": "0" * 64,
            "spatial_principle": "wohnort",
            "table": "t",
        }
    )
    blocks = {("g", level): names for level, names in known.items()}
    return read_source(REAL, source, TableMap.model_validate(table), blocks, lambda _period: "g")


def hamburg() -> tuple[pd.DataFrame, list[Problem]]:
    features = json.loads((REAL / "hamburg" / "stadtteile_104.geojson").read_text(encoding="utf-8"))["features"]
    names = [next(v for k, v in one["properties"].items() if "name" in k.lower()) for one in features]
    bezirke = ("Hamburg-Mitte", "Altona", "Eimsbüttel", "Hamburg-Nord", "Wandsbek", "Bergedorf", "Harburg")
    known = {
        "stadtteil": {name: name for name in names},
        "bezirk": {name: name for name in bezirke},
        "stadt": {"02000000": "Hamburg"},
    }
    return read(
        "hamburg/Stadtteilprofile_2014.csv",
        known,
        encoding="utf-8",
        thousands=" ",
        district={
            "column": "Stadtgebiet",
            "level": "stadtteil",
            "by": "name",
            "totals": {"Hamburg": "stadt", **{name: "bezirk" for name in bezirke if name not in names}},
        },
        period={"value": "2014"},
        columns=[
            {"column": "Bevölkerung", "measure": "bevoelkerung"},
            {"column": "Unter 18-Jährige", "measure": "kinder"},
            {"column": "Bevölkerung mit Migrations-hintergrund", "measure": "mh"},
        ],
        ignore=["*"],
    )


def test_hamburg_blanks_signs_and_merged_districts() -> None:
    observations, problems = hamburg()
    # Four rows name several Stadtteile at once (README of the real data, trap 4).
    unknown = [problem.subject for problem in problems if problem.code == "T020"]
    assert [name for name in unknown if " und " in name] == [
        "Kleiner Grasbrook und Steinwerder",
        "Waltershof und Finkenwerder",
        "Neuland und Gut Moor",
        "Moorburg und Altenwerder",
    ]
    first = observations[(observations["district"] == "Hamburg-Altstadt")].set_index("measure")["value"]
    assert first.to_dict() == {"bevoelkerung": 1675.0, "kinder": 162.0, "mh": 664.0}
    town = observations[(observations["level"] == "stadt") & (observations["measure"] == "bevoelkerung")]
    assert town["value"].tolist() == [1788994.0]


def test_muenchen_rows_of_one_kind_with_their_quotes_and_blanks() -> None:
    observations, problems = read(
        "muenchen/indikatorenatlas2014bevoelkerungauslaenderinnenanteil.csv",
        {"stadtbezirk": MUENCHEN, "stadt": {"09162000": "München"}},
        encoding="utf-8",
        delimiter=",",
        thousands="",
        district={"column": "NUMMER", "level": "stadtbezirk", "drop": {"99": "nicht zuzuordnen"}},
        period={"column": "JAHR"},
        rows={"INDIKATOR_AUSPRAEGUNG": "gesamt", "GLIEDERUNG": "Stadtbezirk"},
        columns=[
            {"column": "INDIKATOR_WERT", "measure": "auslaenderanteil"},
            {"column": "BASISWERT_1", "measure": "auslaender"},
            {"column": "BASISWERT_2", "measure": "bevoelkerung"},
        ],
        ignore=["*"],
    )
    assert [problem for problem in problems if problem.severity != "note"] == []
    wide = observations.pivot(index=["district", "period"], columns="measure", values="value")
    # The publisher's ratio follows from its own base values within rounding (README: known to be reproducible).
    assert (100 * wide["auslaender"] / wide["bevoelkerung"] - wide["auslaenderanteil"]).abs().max() <= 0.051
    assert wide.loc[("11", "2006")].to_dict() == {"auslaenderanteil": 34.9, "auslaender": 23355, "bevoelkerung": 66992}


def test_konstanz_districts_as_columns() -> None:
    observations, problems = read(
        "konstanz/nach_stadtteilen.csv",
        {"stadtteil": {name: name for name in KONSTANZ}, "stadt": {"08335043": "Konstanz"}},
        delimiter=",",
        district={"level": "stadtteil"},
        period={"column": "jahr"},
        columns=[{"column": "{district}", "measure": "bevoelkerung"}],
    )
    assert problems == []
    start = observations[observations["period"] == "1995"].set_index("district")["value"]
    assert (start["altstadt"], start["wallhausen"]) == (10815.0, 1144.0)
    assert observations["district"].nunique() == 15


def test_konstanz_school_years() -> None:
    observations, problems = read(
        "konstanz/schulen.csv",
        {"stadt": {"08335043": "Konstanz"}},
        delimiter=",",
        district={"level": "stadt"},
        period={"column": "jahr"},
        columns=[{"column": "grund", "measure": "grundschueler"}],
        ignore=["*"],
    )
    assert problems == []
    assert (observations["period"].iloc[0], observations["value"].iloc[0]) == ("2000/01", 2556.0)


def test_berlin_mss_excluded_areas_are_not_applicable() -> None:
    raw = pd.read_csv(REAL / "berlin" / "mss" / "mss2021_indexind_wfs.csv", dtype=str)
    keys = raw["PLR_ID"].str.zfill(8)
    observations, problems = read(
        "berlin/mss/mss2021_indexind_wfs.csv",
        {"plr": dict(zip(keys, raw["PLR_NAME"], strict=True)), "stadt": {"11000000": "Berlin"}},
        delimiter=",",
        decimal=".",
        thousands="",
        district={"column": "PLR_ID", "level": "plr", "width": 8},
        period={"value": "2020"},
        signs={"-9999": "not_applicable", "": "missing"},
        columns=[{"column": "S1", "measure": "s1"}, {"column": "S3", "measure": "s3"}],
        ignore=["*"],
    )
    assert problems == []
    # 536 of 542 Planungsräume are part of the calculation (MSS 2021; README: 536/536 classes).
    status = observations[observations["measure"] == "s1"]["status"].value_counts()
    assert (status["not_applicable"], status["ok"] + status["zero"]) == (6, 536)
    assert observations["value"].min() >= 0
