"""Read the layers of a Gebietsstand from GeoPackage, GeoJSON or Shapefile, with keys, parents and repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity, did_you_mean
from dkbm_monitor.districts.districts import Districts, assemble
from dkbm_monitor.districts.models import Gebietsstand, Level

if TYPE_CHECKING:
    import geopandas as gpd

SLIVER = 1.0  # m²: a smaller hole in a joined area is no lake
TRUE_WORDS = frozenset({"1", "true", "ja", "wahr", "yes", "x", "unbewohnt"})


def read_districts(folder: Path, gebietsstand: Gebietsstand, *, ags: str, name: str, crs: str) -> Districts:
    """The areas of one Gebietsstand, attributes only. Raises `ProblemsError` with every error of its layers."""
    problems: list[Problem] = []
    tables: dict[str, pd.DataFrame] = {}
    for level in gebietsstand.levels:
        if level.dissolve and level.dissolve.from_level not in tables:
            continue  # the finer level has failed and said why
        try:
            tables[level.id] = _dissolved_table(level, tables) if level.dissolve else _layer_table(folder, level)
        except ProblemsError as error:
            problems.extend(error.problems)
    if not problems:
        problems.extend(_problems_of(gebietsstand, tables))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ProblemsError(problems)
    found = assemble(gebietsstand, tables, ags=ags, name=name)
    return replace(found, crs=crs, folder=folder, problems=tuple(problems))


def _layer_table(folder: Path, level: Level) -> pd.DataFrame:
    rows = _read(folder, level, geometry=False)
    wanted = {
        level.key,
        *([level.name] if level.name else []),
        *(parent.column for parent in level.parents.values() if parent.column),
        *([level.uninhabited_column] if level.uninhabited_column else []),
    }
    lacking = [
        Problem(
            "D002",
            Place(level.file, column=column),
            column,
            _("Die Spalte „{column}“ fehlt in der Ebene.").format(column=column),
            did_you_mean(column, rows.columns) or _("Vorhanden: {columns}.").format(columns=", ".join(rows.columns)),
        )
        for column in sorted(wanted - set(rows.columns))
    ]
    if lacking:
        raise ProblemsError(lacking)
    key = _keys(rows[level.key], level)
    table = pd.DataFrame({"district": key, "name": rows[level.name].astype("str") if level.name else key})
    table["inhabited"] = ~_uninhabited(rows, key, level)
    for above, parent in level.parents.items():
        source = _keys(rows[parent.column], None) if parent.column else key.str[: parent.digits]
        table[f"parent:{above}"] = source
    return table.astype({"district": "str", "name": "str"})


def _dissolved_table(level: Level, finer: dict[str, pd.DataFrame]) -> pd.DataFrame:
    assert level.dissolve is not None
    below = finer[level.dissolve.from_level]
    column = f"parent:{level.id}"
    if column not in below:
        what = _("Ebene „{below}“ nennt kein übergeordnetes Gebiet der Ebene „{id}“.").format(
            below=level.dissolve.from_level, id=level.id
        )
        raise ProblemsError([Problem("D003", Place("town.yml", key=level.id), level.id, what)])
    groups = below.groupby(column, sort=True)
    table = pd.DataFrame({"district": sorted(below[column].dropna().unique())})
    table["name"] = [level.dissolve.names.get(key, key) for key in table["district"]]
    table["inhabited"] = table["district"].map(groups["inhabited"].any())
    for above, parent in level.parents.items():
        if parent.digits is None:
            what = _("Eine zusammengefasste Ebene kennt ihr übergeordnetes Gebiet nur über „digits“.")
            raise ProblemsError([Problem("D003", Place("town.yml", key=level.id), above, what)])
        table[f"parent:{above}"] = table["district"].str[: parent.digits]
    return table.astype({"district": "str", "name": "str"})


def _keys(raw: pd.Series[Any], level: Level | None) -> pd.Series[str]:
    """Keys as text; a whole number read as a float loses its `.0`, a declared width is filled with zeros."""
    text = raw.astype("str").str.strip().str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return text.str.zfill(level.width) if level is not None and level.width else text


def _uninhabited(rows: pd.DataFrame, key: pd.Series[str], level: Level) -> pd.Series[bool]:
    listed = key.isin(level.uninhabited)
    if not level.uninhabited_column:
        return listed
    marked = rows[level.uninhabited_column].astype("str").str.strip().str.lower().isin(TRUE_WORDS)
    return listed | marked


def _read(folder: Path, level: Level, *, geometry: bool) -> Any:
    import pyogrio  # noqa: PLC0415 - GDAL only when a layer is read

    path = folder / level.file
    if not path.exists():
        what = _("Die Datei der Ebene „{id}“ fehlt.").format(id=level.id)
        near = did_you_mean(path.name, [one.name for one in path.parent.glob("*")]) if path.parent.is_dir() else ""
        raise ProblemsError([Problem("D001", Place(level.file), level.id, what, near)])
    try:
        return pyogrio.read_dataframe(path, layer=level.layer or None, read_geometry=geometry)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        what = _("Die Ebene lässt sich nicht lesen: {reason}.").format(reason=str(error).rstrip("."))
        raise ProblemsError([Problem("D004", Place(level.file), level.id, what)]) from None


def _problems_of(gebietsstand: Gebietsstand, tables: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    for level in gebietsstand.levels:
        table = tables[level.id]
        place = Place(level.file or "town.yml", key=level.id)
        if table.empty:
            yield Problem("D005", place, level.id, _("Die Ebene enthält kein Gebiet."))
        for key, names in table[table["district"].duplicated(keep=False)].groupby("district")["name"]:
            what = _("Schlüssel {key} steht {n}-mal: {names}.").format(key=key, n=len(names), names=", ".join(names))
            hint = _("Jedes Gebiet braucht einen eigenen Schlüssel; vermutlich ist einer davon falsch.")
            yield Problem("D006", place, str(key), what, hint)
        for unknown in sorted(set(level.uninhabited) - set(table["district"])):
            what = _("Das als unbewohnt genannte Gebiet {key} gibt es nicht.").format(key=unknown)
            yield Problem("D008", place, unknown, what, did_you_mean(unknown, table["district"]))
        for above in level.parents:
            known = set(tables[above]["district"])
            orphans = table[~table[f"parent:{above}"].isin(known)]
            columns = (orphans["district"], orphans["name"], orphans[f"parent:{above}"])
            for key, name, parent in zip(*columns, strict=True):
                what = _("{name} ({key}) gehört zu „{parent}“, das es auf der Ebene „{above}“ nicht gibt.").format(
                    name=name, key=key, parent=parent, above=above
                )
                yield Problem("D007", place, str(key), what, did_you_mean(str(parent), known))


def geometry_of(districts: Districts, wanted: str) -> gpd.GeoDataFrame:
    """Polygons of one level in the town's CRS, in the order of `Districts.of_level`."""
    attributes = districts.of_level(wanted)[["district", "name", "inhabited"]]
    level = districts.level(wanted)
    if wanted == TOWN or (level is not None and level.dissolve):
        shapes = _dissolved(districts, wanted)
    else:
        assert level is not None
        shapes = _layer_geometry(districts, level)
    return (
        shapes.merge(attributes, on="district", validate="1:1")
        .set_index("district")
        .loc[attributes["district"].to_list()]
        .reset_index()[["district", "name", "inhabited", "geometry"]]
    )


def _layer_geometry(districts: Districts, level: Level) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415

    raw = _read(districts.folder, level, geometry=True)
    geometry = gpd.GeoSeries(raw.geometry.to_numpy(), crs=level.crs or raw.crs)
    shapes = gpd.GeoDataFrame({"district": _keys(raw[level.key], level)}, geometry=geometry)
    shapes = shapes.to_crs(districts.crs)
    return shapes.set_geometry(shapes.geometry.make_valid())


def _dissolved(districts: Districts, wanted: str) -> gpd.GeoDataFrame:
    """The areas of a level joined from the level it is made of (the town: from its coarsest level)."""
    level = districts.level(wanted)
    below = level.dissolve.from_level if level and level.dissolve else districts.levels[-2]
    shapes = districts.geometry(below)
    parents = districts.parent_of(below, wanted)
    joined = _joined(shapes.assign(above=shapes["district"].map(parents)))
    return joined.reset_index()[["above", "geometry"]].rename(columns={"above": "district"})


def _joined(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas joined by `above`: fast where neighbours share every corner of their border, else thoroughly."""
    import shapely  # noqa: PLC0415

    # Berlin's old LOR is no coverage: 04020208 and 04061757 overlap by a hair (seen 2026-11).
    fits = shapely.coverage_is_valid(shapes.geometry.to_numpy())
    joined = shapes.dissolve("above", method="coverage" if fits else "unary")
    return joined.set_geometry(joined.geometry.map(_without_slivers))


def _without_slivers(shape: Any) -> Any:
    """The shape without holes that are only gaps between badly fitting borders."""
    import shapely  # noqa: PLC0415

    parts = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= SLIVER])
        for part in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def geometry_problems(districts: Districts) -> Iterator[Problem]:
    """Repairs made on reading and what is odd about the polygons; for `dkbm check`."""
    import geopandas as gpd  # noqa: PLC0415

    for level in districts.gebietsstand.levels:
        if level.dissolve:
            continue
        raw = _read(districts.folder, level, geometry=True)
        keys = _keys(raw[level.key], level)
        place = Place(level.file, key=level.id)
        if raw.crs is None and not level.crs:
            what = _("Die Ebene nennt kein Koordinatensystem.")
            hint = _("Bitte „crs“ an der Ebene angeben, z. B. EPSG:25832.")
            yield Problem("D010", place, level.id, what, hint)
        empty = raw.geometry.isna() | raw.geometry.is_empty
        for key in keys[empty]:
            yield Problem("D011", place, key, _("Gebiet {key} hat keine Fläche.").format(key=key))
        broken = ~empty & ~raw.geometry.is_valid
        reasons = gpd.GeoSeries(raw.geometry[broken]).is_valid_reason()
        for key, reason in zip(keys[broken], reasons, strict=True):
            what = _("Die Umrisslinie von {key} ist fehlerhaft ({reason}) und wird beim Lesen repariert.").format(
                key=key, reason=reason
            )
            yield Problem("D012", place, key, what, severity=Severity.NOTE)
        if not empty.any():
            yield from _misfits(raw.geometry.make_valid().to_numpy(), keys, place)


def _misfits(shapes: Any, keys: pd.Series[str], place: Place) -> Iterator[Problem]:
    """One note naming the areas whose borders do not fit those of their neighbours."""
    import shapely  # noqa: PLC0415

    edges = shapely.coverage_invalid_edges(shapes)
    misfit = ~shapely.is_empty(edges)
    if misfit.any():
        what = _("Hier passen die Grenzen benachbarter Gebiete nicht genau aufeinander: {keys}.").format(
            keys=", ".join(keys[misfit])
        )
        hint = _("Beim Zusammenfassen werden haarfeine Lücken geschlossen; die Dateien bleiben unverändert.")
        yield Problem("D013", place, place.key, what, hint, Severity.NOTE)
