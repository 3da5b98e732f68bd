"""Institutions: where they stand, how many they take, since when. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from people import People
from plan import BLOCKS, SEED

NATURE = (
    "Apfelbaum",
    "Pusteblume",
    "Sonnenblume",
    "Regenbogen",
    "Wirbelwind",
    "Sternschnuppe",
    "Löwenzahn",
    "Kastanie",
    "Wolkenschiff",
    "Igelnest",
    "Schatzkiste",
    "Zaunkönig",
    "Kunterbunt",
    "Drachenfels",
    "Kleeblatt",
    "Eulenbaum",
    "Mühlrad",
    "Seepferdchen",
    "Waldkobold",
    "Spatzennest",
    "Storchennest",
    "Schneckenhaus",
    "Leuchtturm",
    "Purzelbaum",
    "Hummelflug",
)
NAMES_OF_SCHOOLS = (
    "Annemarie Lorenz",
    "Karl Weidner",
    "Sophie Brandis",
    "Martha Ellermann",
    "Johann Reuther",
    "Klara Stolten",
    "Emil Hartwig",
    "Luise Aschenbach",
    "Theodor Vahle",
    "Hedwig Immen",
    "Otto Brackmann",
    "Frieda Lohmann",
    "Anton Kessel",
    "Ida Rosenkamp",
)

# Secondary schools by block number of their Stadtteil (name after 2021): they are fewer and serve the whole town.
SECONDARY = {
    "gymnasium": (
        "Altstadt",
        "Domviertel",
        "Parkviertel",
        "Schlossviertel",
        "Südstadt",
        "Königswiesen",
        "Gartenstadt-Ost",
        "Dornhagen",
        "Kreuzkamp",
        "Steinlohe",
    ),
    "gesamtschule": (
        "Nordstadt",
        "Hirtenrode",
        "Neuland",
        "Bruchfelde-Neustadt",
        "Hollerbeck",
        "Weststadt",
        "Rosenkamp",
        "Klinikviertel",
    ),
    "realschule": ("Neustadt", "Lindenhöhe", "Hasenwinkel", "Oststadt", "Rodenkamp", "Mühlbrook"),
    "hauptschule": ("Schleusenfeld", "Manufakturviertel", "Birkenkamp"),
    "foerderschule": ("Kapellenberg", "Stadtfeld", "Nordufer", "Mühlengrund"),
}
LIBRARIES = (
    "Altstadt",
    "Nordstadt",
    "Hirtenrode",
    "Neuland",
    "Südstadt",
    "Dornhagen",
    "Mühlbrook",
    "Rosenkamp",
    "Brackenfeld",
    "Uferwiesen",
)
ADULT_EDUCATION = ("Altstadt", "Bahnhofsviertel", "Manufakturviertel", "Weststadt", "Klinikviertel")
MUSIC = ("Schlossviertel", "Oststadt", "Südstadt")
YOUTH = (
    "Nordstadt",
    "Werftviertel",
    "Schleusenfeld",
    "Nordufer",
    "Hollerbeck",
    "Ziegelfeld",
    "Lindenhöhe",
    "Brackenfeld",
    "Falkenrath-Siedlung",
    "Manufakturviertel",
    "Hirtenrode",
    "Steinlohe",
    "Rosenkamp",
    "Königswiesen",
    "Südstadt",
    "Uferwiesen",
    "Tannenkamp",
    "Hasenwinkel",
    "Dornhagen",
    "Bruchfelde-Neustadt",
    "Weststadt",
    "Neuland",
    "Neuland",
    "Rodenkamp",
    "Klinikviertel",
    "Fischerwinkel",
    "Bahnhofsviertel",
)
AGENCIES = (
    "Stadt Musterstadt",
    "Stadt Musterstadt",
    "Evangelischer Kirchenkreis",
    "Caritasverband",
    "Elterninitiative",
    "Arbeiterwohlfahrt",
)


@dataclass(frozen=True)
class Site:
    """One institution."""

    id: str
    kind: str  # kita, tagespflege, grundschule, gymnasium, …, jugend, bibliothek, vhs, musikschule
    name: str
    agency: str
    block: int
    x: float
    y: float
    opened: int  # first year it counts
    places: int = 0
    places_u3: int = 0


def make_sites(people: People, shapes: list[shapely.Polygon]) -> list[Site]:
    """Place the institutions inside the outlines of the blocks."""
    rng = np.random.RandomState(SEED + 2)
    inner = [shapely.buffer(shape, -60) for shape in shapes]
    plans = [*_kitas(people, rng), *_primary(people, rng), *_named(rng)]
    return [_site(number, plan, inner, rng) for number, plan in enumerate(plans, start=1)]


Plan = tuple[str, str, str, int, int, int, int]  # kind, name, agency, block, opened, places, of these under 3


def _site(number: int, plan: Plan, inner: list[shapely.Geometry], rng: np.random.RandomState) -> Site:
    kind, name, agency, block, opened, places, places_u3 = plan
    x, y = _place(inner[block], rng)
    return Site(f"E{number:03d}", kind, name, agency, block, x, y, opened, places, places_u3)


def _place(area: shapely.Geometry, rng: np.random.RandomState) -> tuple[float, float]:
    """A point inside the area, nearer to its middle than chance would have it."""
    left, bottom, right, top = area.bounds
    middle = shapely.point_on_surface(area)
    for _ in range(200):
        x, y = rng.uniform(left, right), rng.uniform(bottom, top)
        x, y = 0.65 * x + 0.35 * middle.x, 0.65 * y + 0.35 * middle.y
        if shapely.contains_xy(area, x, y):
            return round(x), round(y)
    return round(middle.x), round(middle.y)


def _opened(rng: np.random.RandomState, late: float) -> int:
    return int(2000 if rng.uniform() > late else rng.randint(2016, 2025))


def _kitas(people: People, rng: np.random.RandomState) -> list[Plan]:
    plans: list[Plan] = []
    stock = people.stock[2024].sum((1, 2))
    for number, block in enumerate(BLOCKS):
        small, big = stock[number, :3].sum(), stock[number, 3:6].sum()
        supply = np.clip(0.98 - 0.055 * block.burden + rng.normal(0, 0.06), 0.72, 1.15)
        count = round((0.38 * small + big) * supply / 78)
        for place in range(max(count, 1 if big > 25 else 0)):
            groups = big * supply / max(count, 1) / 22
            places_big = max(round(groups + rng.normal(0, 0.4)), 1) * 22
            places_u3 = round(0.36 * small * supply / max(count, 1) / 6 + rng.normal(0, 0.4)) * 6
            name = f"Kita {NATURE[(number * 7 + place * 3) % len(NATURE)]} {block.new_name}"
            late = 0.75 if block.kind == "neubau" else 0.16
            places_u3 = max(places_u3, 0)
            plans.append(("kita", name, _agency(rng), number, _opened(rng, late), places_big + places_u3, places_u3))
        for _ in range(round(small * 0.05 / 9)):
            name = f"Großtagespflege {block.new_name} {NATURE[rng.randint(len(NATURE))]}"
            plans.append(("tagespflege", name, "freie Tagespflege", number, _opened(rng, 0.4), 9, 9))
    return plans


def _agency(rng: np.random.RandomState) -> str:
    return AGENCIES[rng.randint(len(AGENCIES))]


def _primary(people: People, rng: np.random.RandomState) -> list[Plan]:
    plans: list[Plan] = []
    for number, block in enumerate(BLOCKS):
        children = people.stock[2024][number, :, :, 6:10].sum()
        count = round(children / 270)
        for place in range(count):
            name = (
                f"Grundschule {block.new_name}"
                if count == 1
                else f"{NATURE[(number + place * 5) % len(NATURE)]}-Grundschule {block.new_name}"
            )
            takes = round(children * 1.12 / count / 25) * 25
            opened = 2018 if block.kind == "neubau" and place else 2000
            plans.append(("grundschule", name, "Stadt Musterstadt", number, opened, takes, 0))
    return plans


TITLES = {
    "gymnasium": "Gymnasium",
    "gesamtschule": "Gesamtschule",
    "realschule": "Realschule",
    "hauptschule": "Hauptschule",
    "foerderschule": "Förderschule",
}
SIZES = {"gymnasium": 1050, "gesamtschule": 1150, "realschule": 620, "hauptschule": 330, "foerderschule": 190}


def _block_of(name: str) -> int:
    return next(number for number, block in enumerate(BLOCKS) if block.new_name == name)


def _named(rng: np.random.RandomState) -> list[Plan]:
    """Institutions that stand where a list says."""
    town, plans = "Stadt Musterstadt", []
    schools = [(kind, name) for kind, names in SECONDARY.items() for name in names]
    for place, (kind, name) in enumerate(schools):
        person = NAMES_OF_SCHOOLS[place % len(NAMES_OF_SCHOOLS)].replace(" ", "-")
        title = f"{person}-{TITLES[kind]}" if place % 3 else f"{TITLES[kind]} {name}"
        size = round(SIZES[kind] * rng.uniform(0.82, 1.18) / 10) * 10
        opened = 2019 if name == "Bruchfelde-Neustadt" else 2000
        plans.append((kind, title, town, _block_of(name), opened, size, 0))
    for name in LIBRARIES:
        title = "Zentralbibliothek" if name == "Altstadt" else f"Stadtteilbibliothek {name}"
        plans.append(("bibliothek", title, town, _block_of(name), 2000, 0, 0))
    plans += [("vhs", f"Volkshochschule, Haus {name}", town, _block_of(name), 2000, 0, 0) for name in ADULT_EDUCATION]
    plans += [("musikschule", f"Musikschule {name}", town, _block_of(name), 2000, 0, 0) for name in MUSIC]
    for place, name in enumerate(YOUTH):
        title = f"Jugendtreff {NATURE[(place * 4 + 2) % len(NATURE)]}"
        plans.append(
            ("jugend", title, _agency(rng), _block_of(name), _opened(rng, 0.15), int(rng.randint(4, 17)) * 10, 0)
        )
    return plans
