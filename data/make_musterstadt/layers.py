"""Map layers as GeoJSON with rounded coordinates, and the crosswalk of the Gebietsreform."""

from __future__ import annotations

import json
from typing import Any

import shapely
from people import People
from plan import BEZIRKE, BLOCKS, CRS, UMLAND, UNINHABITED, keys_of_blocks, names
from shapes import Shapes
from sites import Site

Feature = dict[str, Any]


def geojson(name: str, features: list[Feature]) -> bytes:
    """A layer in the town's metric CRS, one feature a line."""
    head = {
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{CRS}"}},
    }
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return (json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + lines + "\n]}\n").encode()


def feature(shape: shapely.Geometry, **properties: object) -> Feature:
    """One area or point with whole metres."""
    geometry = json.loads(shapely.to_geojson(shape))
    geometry["coordinates"] = _whole(geometry["coordinates"])
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _whole(numbers: Any) -> Any:
    return [_whole(one) for one in numbers] if isinstance(numbers, list) else round(numbers)


def districts(shapes: Shapes, stand: str) -> bytes:
    """The Stadtteile of a Gebietsstand."""
    found = []
    for key, name in names(stand).items():
        parts = [shape for shape, mine in zip(shapes.blocks, keys_of_blocks(stand), strict=True) if mine == key]
        area = shapely.normalize(shapely.coverage_union_all(parts))
        found.append(
            feature(
                area,
                schluessel=key,
                name=name,
                bezirk=BEZIRKE[key[:2]],
                unbewohnt="ja" if key == UNINHABITED else "nein",
            )
        )
    return geojson(f"stadtteile_{stand}", found)


def waters(shapes: Shapes) -> bytes:
    """River, harbour basins, lake."""
    return geojson("gewaesser", [feature(shapely.normalize(area), name=name) for name, area in shapes.waters])


def neighbours(shapes: Shapes) -> bytes:
    """Neighbouring towns."""
    return geojson(
        "umland",
        [feature(shapely.normalize(area), name=name) for (name, _, _), area in zip(UMLAND, shapes.umland, strict=True)],
    )


def points(sites: list[Site]) -> bytes:
    """Institutions."""
    found = []
    for site in sites:
        block = BLOCKS[site.block]
        found.append(
            feature(
                shapely.Point(site.x, site.y),
                id=site.id,
                art=site.kind,
                name=site.name,
                traeger=site.agency,
                stadtteil=block.new,
                plaetze=site.places or None,
                plaetze_u3=site.places_u3 if site.kind in ("kita", "tagespflege") else None,
                seit=site.opened if site.opened > 2000 else None,
            )
        )
    return geojson("einrichtungen", found)


NOTES = {
    "0109": "zusammengelegt",
    "0409": "zusammengelegt",
    "0305": "geteilt",
    "0705": "geteilt",
    "0806": "geteilt",
    "0901": "geteilt",
    ("0301", "0201"): "Grenze verlegt, Gebietsteil wechselt den Bezirk",
    ("0601", "0602"): "Grenze verlegt",
}


def crosswalk(shapes: Shapes, people: People) -> bytes:
    """Umsteigeschlüssel: what share of the people and of the area of an old Stadtteil went where."""
    stock = people.stock[2020].sum((1, 2, 3))
    old, new = keys_of_blocks("2015"), keys_of_blocks("2021")
    lines = ["src,tgt,weight_population,weight_area,note"]
    for source in names("2015"):
        mine = [place for place, key in enumerate(old) if key == source]
        people_in, area_in = stock[mine].sum(), sum(shapes.blocks[place].area for place in mine)
        for target in dict.fromkeys(new[place] for place in mine):
            part = [place for place in mine if new[place] == target]
            area = sum(shapes.blocks[place].area for place in part) / area_in
            share = stock[part].sum() / people_in if people_in else area
            note = NOTES.get((source, target)) or NOTES.get(target) or NOTES.get(source, "")
            lines.append(f"{source},{target},{share:.6f},{area:.6f},{note}")
    return ("\n".join(lines) + "\n").encode()
