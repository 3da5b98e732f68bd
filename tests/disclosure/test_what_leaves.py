"""A hidden number is in no product; and no product changes when only hidden numbers change.

The second is the stronger test: it also finds a number that is packed, rounded or turned into a colour.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest

from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.products.explain import explain
from dkbm_monitor.products.starter import make_town_folder
from dkbm_monitor.products.tablefile import save_values
from dkbm_monitor.town.open import Town, open_town
from dkbm_monitor.view.interactive import interactive
from dkbm_monitor.view.maps import map as static_map

SHARE = "lesepatenschaften"
CHILDREN = {"Altstadt": 90_001, "Nordviertel": 87_771, "Seeufer": 93_339, "Neubruch": 61_213}
MENTORED = {"Altstadt": 4242, "Nordviertel": 31_113, "Seeufer": 41_117, "Neubruch": 32_239}
MOVED = {**MENTORED, "Altstadt": 4303, "Nordviertel": 31_052}  # sums stay, what is hidden differs
HIDDEN = (4242, 90_001 - 4242, 31_113, 87_771 - 31_113, 4242 / 90_001 * 100, 31_113 / 87_771 * 100)
SHOWN = 41_117
BANDS = ("0 bis 2", "3 bis 5", "6 bis 9", "10 bis 14", "15 bis 17", "18 bis 64", "65 und mehr")
PLACES = ("Altstadt", "Nordviertel", "Seeufer", "Mitte", "Beispielstadt")
PRODUCTS = ("m.png", "m.svg", "m.pdf", "m.html", "t.csv", "t.xlsx", "t.parquet", "passports.txt", "passports.json")


def town_of(folder: Path, mentored: dict[str, int], *, least: int = 5000) -> Town:
    """The starter town with large numbers; its own measure may be shown from `least` children on."""
    make_town_folder(folder)
    old = {one: sha256_of(folder / "raw" / f"{one}.csv") for one in ("bevoelkerung", "lesepaten")}
    people = [
        ";".join(["Stadtteil", "Name", "Jahr", *(f"{band} Jahre" for band in BANDS)]),
        *(
            ";".join([key, name, "2023", *(str(n if band == "6 bis 9" else n + 5001) for band in BANDS)])
            for key, (name, n) in zip(("11", "12", "21", "22"), CHILDREN.items(), strict=True)
        ),
    ]
    (folder / "raw" / "bevoelkerung.csv").write_text("\n".join(people), "utf-8-sig")
    children = ["Stadtteil;Jahr;Kinder", *(f"{name};2023;{n}" for name, n in mentored.items())]
    (folder / "raw" / "lesepaten.csv").write_text("\n".join(children), "cp1252")
    register = (folder / "register.yml").read_text("utf-8")
    for one, before in old.items():
        register = register.replace(before, sha256_of(folder / "raw" / f"{one}.csv"))
    (folder / "register.yml").write_text(register, "utf-8")
    own = folder / "catalogue" / "eigene.yml"
    strict = own.read_text("utf-8").replace("    part_of: bev", f"    min_count: {least}\n    part_of: bev", 1)
    own.write_text(strict, "utf-8")
    return open_town(folder)


def write_all(town: Town, out: Path) -> None:
    """Every product of the town for the public, run records beside them."""
    out.mkdir()
    public = release(compute(town), town)
    alone = release(compute(town, [SHARE]), town)
    for name in ("m.png", "m.svg", "m.pdf"):
        static_map(alone, SHARE, period="2023").save(out / name)
    interactive(public, sorted(public.indicators)).save(out / "m.html")
    for name in ("t.csv", "t.xlsx", "t.parquet"):
        save_values(public, out / name)
    passports = [explain(town, SHARE, place, "2023") for place in PLACES]
    (out / "passports.txt").write_text("\n".join(one.as_text() for one in passports), "utf-8")
    (out / "passports.json").write_text(json.dumps([one.as_record() for one in passports]), "utf-8")


def unpacked(path: Path) -> bytes:
    """What a file says, archives and streams opened."""
    raw = path.read_bytes()
    match path.suffix:
        case ".xlsx":
            with zipfile.ZipFile(path) as archive:
                names = sorted(archive.namelist())
                return b"\n".join(archive.read(name) for name in names if name != "docProps/core.xml")
        case ".parquet":
            return raw + pd.read_parquet(path).to_csv().encode()
        case ".pdf":
            return raw + b"\n".join(_inflated(raw))
        case _:
            return raw


def _inflated(raw: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            found.append(stream)
    return found


def spellings(number: float) -> list[bytes]:
    """How a number could be written: whole with and without thousands signs, parts with point and comma."""
    if isinstance(number, int):
        signs = ("", ".", ",", " ", "\u202f", "\xa0", "\u2009")
        written = [f"{number:,}".replace(",", sign) for sign in signs]
    else:
        digits = f"{number:.8f}"[:-4]  # cut off, not rounded, so that it begins the number with all its digits
        written = [digits, digits.replace(".", ",")]
    return [one.encode() for one in written]


def says(content: bytes, number: float) -> bool:
    """True where the number stands in the content, not as part of a longer one; a comma before it may part columns."""
    end = rb"" if isinstance(number, float) else rb"(?!\d)"
    return any(re.search(rb"(?<!\d)(?<!\d\.)" + re.escape(one) + end, content) for one in spellings(number))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Products of three towns: as it is, with other hidden numbers, and with nothing hidden."""
    base = tmp_path_factory.mktemp("products")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        for name, counts, least in (("one", MENTORED, 5000), ("other", MOVED, 5000), ("open", MENTORED, 5)):
            write_all(town_of(base / f"town_{name}", counts, least=least), base / name)
    return base


def every_file(folder: Path) -> dict[str, bytes]:
    return {path.name: unpacked(path) for path in sorted(folder.iterdir())}


def test_there_are_all_products_and_their_run_records(folder: Path) -> None:
    found = set(every_file(folder / "one"))
    assert set(PRODUCTS) | {f"{name}.run.json" for name in PRODUCTS[:7]} == found


@pytest.mark.parametrize("number", HIDDEN)
def test_a_hidden_number_is_in_no_product(folder: Path, number: float) -> None:
    assert [name for name, content in every_file(folder / "one").items() if says(content, number)] == []


def test_the_search_finds_what_is_shown(folder: Path) -> None:
    found = {name for name, content in every_file(folder / "one").items() if says(content, SHOWN)}
    assert {"t.csv", "t.xlsx", "t.parquet", "passports.txt", "passports.json"} <= found


@pytest.mark.parametrize("number", [4242, 31_113, *HIDDEN[4:]])
def test_the_search_finds_the_same_numbers_where_nothing_hides_them(folder: Path, number: float) -> None:
    found = {name for name, content in every_file(folder / "open").items() if says(content, number)}
    assert {"t.csv", "t.xlsx", "t.parquet", "passports.json"} <= found


def without_hashes(content: bytes) -> bytes:
    """The hash of a raw or written file says nothing about a number, and differs with the raw file."""
    return re.sub(rb"[0-9a-f]{64}", b"", content)


@pytest.mark.parametrize("name", [*PRODUCTS, *(f"{one}.run.json" for one in PRODUCTS[:7])])
def test_no_product_changes_when_only_hidden_numbers_change(folder: Path, name: str) -> None:
    one, other = (without_hashes(unpacked(folder / town / name)) for town in ("one", "other"))
    assert one == other


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_changes_when_the_same_numbers_are_shown(folder: Path, name: str) -> None:
    one, other = (without_hashes(unpacked(folder / town / name)) for town in ("one", "open"))
    assert one != other
