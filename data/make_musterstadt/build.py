"""Build the town folder of the Musterstadt from nothing but the plan and the seed."""

from __future__ import annotations

from pathlib import Path

import layers
import numpy as np
import register
import townfile
from childhood import put_childhood
from figures import Figures
from files import Raw
from lifelong import put_lifelong
from people import make_people
from places import put_places
from raw_childhood import add_childhood
from raw_homes import add_homes
from raw_places import add_places
from raw_register import add_residents
from raw_schools import add_schools
from raw_welfare import add_welfare
from residents import put_residents
from schools import put_schools
from shapes import make_shapes
from sites import make_sites
from welfare import put_welfare


def contents() -> dict[str, bytes]:
    """Path below the town folder -> bytes of every file."""
    shapes = make_shapes()
    areas_km2 = np.array([round(shape.area / 1e6, 6) for shape in shapes.blocks])
    people = make_people(areas_km2)
    sites = make_sites(people, shapes.blocks)
    figures = Figures()
    put_residents(figures, people, areas_km2)
    put_welfare(figures, people)
    put_childhood(figures, people)
    put_schools(figures, people)
    put_lifelong(figures, people, shapes.blocks, sites)
    put_places(figures, people, sites)
    raw = Raw()
    for add in (add_residents, add_homes, add_welfare, add_childhood, add_schools, add_places):
        add(raw, figures)
    return {
        "town.yml": townfile.text(),
        "register.yml": register.text(raw).encode(),
        "districts/stadtteile_2015.geojson": layers.districts(shapes, "2015"),
        "districts/stadtteile_2021.geojson": layers.districts(shapes, "2021"),
        "districts/umsteigeschluessel_2015_2021.csv": layers.crosswalk(shapes, people),
        "districts/gewaesser.geojson": layers.waters(shapes),
        "districts/umland.geojson": layers.neighbours(shapes),
        "points/einrichtungen.geojson": layers.points(sites),
        **{f"raw/{file.name}": file.content for file in raw.files},
    }


def build(folder: Path) -> list[Path]:
    """Write the town folder; hands back the files written. Files that no longer belong to it are removed."""
    wanted = {folder / name: content for name, content in contents().items()}
    for part in ("raw", "districts", "points"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / part).iterdir()):
            if path not in wanted:
                path.unlink()
    for path, content in wanted.items():
        path.write_bytes(content)
    return list(wanted)
