"""The plan of the invented town: its building blocks, their names, characters and keys.

A *block* is a piece of town that lies in one Stadtteil before the Gebietsreform of 2021 and in one after it.
Blocks live only inside this generator: people are modelled by block, so that both Gebietsstände hold the same
people. The places were drawn once and stand here as a table: no outline depends on chance in a library.
"""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20240201
YEARS = tuple(range(2015, 2025))
TARGET = 340_000  # inhabitants on 31.12.2024, before the small quirks of the raw files
AGS = "99000000"
CRS = 25832
CENTRE = (546_000.0, 5_768_000.0)  # where the invented town lies, EPSG:25832
RIVER_NAME = "Mühre"

# The river in kilometres from the centre, from where it enters to where it leaves.
RIVER = (
    (4.6, -15.0), (4.4, -12.6), (3.4, -10.4), (1.6, -7.6), (2.3, -4.9), (0.7, -2.7), (1.15, -0.6), (0.1, 1.3),
    (0.55, 3.4), (-1.3, 5.6), (-1.5, 8.3), (-3.0, 11.4), (-3.4, 15.0),
)  # fmt: skip

BEZIRKE = {
    "01": "Mitte",
    "02": "Nord",
    "03": "Nordost",
    "04": "Ost",
    "05": "Südost",
    "06": "Süd",
    "07": "Südwest",
    "08": "West",
    "09": "Nordwest",
}

# How many people live on a square kilometre, by character of a block.
DENSITY = {
    "kern": 6600,
    "gruender": 13500,
    "uni": 9500,
    "zeile": 4700,
    "gross": 6600,
    "efh": 1900,
    "neubau": 1250,
    "dorf": 480,
    "hafen": 0,
    "aue": 0,  # set by hand: 180 people
}


@dataclass(frozen=True)
class Block:
    """One block: where it lies, what it is like, and its Stadtteil before and after the reform."""

    x: float  # kilometres from the centre
    y: float
    kind: str
    burden: float  # social gradient, about -2 (well off) to +2
    old: str
    old_name: str
    new: str
    new_name: str


def _same(x: float, y: float, kind: str, burden: float, key: str, name: str) -> Block:
    return Block(x, y, kind, burden, key, name, key, name)


BLOCKS = (
    # 01 Mitte, west of the river
    _same(-0.15, 0.43, "kern", 0.1, "0101", "Altstadt"),
    Block(-0.36, -0.52, "kern", -0.1, "0102", "Domhof", "0109", "Domviertel"),
    Block(-1.15, -0.49, "kern", 0.0, "0103", "Gerberviertel", "0109", "Domviertel"),
    _same(-0.82, 1.30, "gruender", 0.5, "0104", "Neustadt"),
    _same(-1.13, 0.45, "gruender", 0.9, "0105", "Bahnhofsviertel"),
    _same(0.48, -0.87, "gruender", -0.5, "0106", "Schlossviertel"),
    _same(-0.56, -1.58, "uni", -0.2, "0107", "Universitätsviertel"),
    _same(0.22, -2.16, "gruender", -0.9, "0108", "Parkviertel"),
    # 02 Nord, east bank, harbour and former shipyards
    _same(0.88, 2.72, "gruender", 2.0, "0201", "Nordstadt"),
    _same(0.65, 1.98, "gruender", 1.6, "0202", "Werftviertel"),
    _same(0.95, 4.03, "hafen", 1.5, "0203", "Hafen"),
    _same(0.98, 5.31, "zeile", 1.4, "0204", "Schleusenfeld"),
    _same(-0.05, 5.69, "zeile", 1.0, "0205", "Nordufer"),
    _same(2.58, 4.80, "zeile", 0.9, "0206", "Hollerbeck"),
    _same(3.15, 7.31, "dorf", -0.1, "0207", "Groß Immenrode"),
    # 03 Nordost
    Block(1.55, 3.20, "zeile", 1.6, "0301", "Ziegelfeld", "0201", "Nordstadt"),  # changes its Bezirk
    _same(2.25, 2.72, "zeile", 1.3, "0301", "Ziegelfeld"),
    _same(3.30, 2.20, "zeile", 0.8, "0302", "Lindenhöhe"),
    _same(3.98, 4.18, "efh", 0.3, "0303", "Brackenfeld"),
    _same(6.34, 3.43, "dorf", -0.2, "0304", "Ostheide"),
    Block(5.19, 7.31, "dorf", -0.4, "0305", "Falkenrath", "0306", "Falkenrath-Dorf"),
    Block(6.40, 6.46, "efh", -0.1, "0305", "Falkenrath", "0307", "Falkenrath-Siedlung"),
    # 04 Ost
    _same(0.57, 1.13, "gruender", 0.9, "0401", "Brückenvorstadt"),
    _same(1.05, 0.33, "gruender", 0.4, "0402", "Oststadt"),
    Block(1.28, 1.26, "gruender", 1.1, "0403", "Glasmacherviertel", "0409", "Manufakturviertel"),
    Block(1.47, 2.07, "zeile", 1.5, "0404", "Kattunviertel", "0409", "Manufakturviertel"),
    _same(2.40, 1.20, "zeile", 0.9, "0405", "Kapellenberg"),
    _same(4.35, 1.15, "gross", 1.4, "0406", "Hirtenrode"),
    _same(6.94, 0.60, "dorf", -0.4, "0407", "Wendelsen"),
    _same(5.24, -0.90, "efh", -0.3, "0408", "Steinlohe"),
    # 05 Südost
    _same(1.87, 0.01, "zeile", 0.0, "0501", "Weinbergviertel"),
    _same(3.45, -0.50, "zeile", 0.2, "0502", "Rosenkamp"),
    _same(2.08, -1.53, "efh", -1.0, "0503", "Mühlengrund"),
    _same(2.74, -3.08, "efh", -1.3, "0504", "Königswiesen"),
    _same(6.01, -2.81, "dorf", -0.9, "0505", "Eschenrode"),
    _same(3.81, -5.24, "dorf", -1.1, "0506", "Hoher Forst"),
    # 06 Süd
    _same(-1.61, -1.68, "gruender", -0.7, "0601", "Südstadt"),
    Block(-2.69, -1.70, "zeile", -0.3, "0601", "Südstadt", "0602", "Kreuzkamp"),  # changes its Stadtteil
    _same(-2.16, -3.06, "efh", -1.1, "0602", "Kreuzkamp"),
    _same(-0.13, -3.42, "efh", -1.6, "0603", "Uferwiesen"),
    _same(-4.66, -4.15, "efh", -0.9, "0604", "Tannenkamp"),
    _same(-6.13, -4.80, "dorf", -0.8, "0605", "Ollenrode"),
    _same(-2.31, -5.38, "dorf", -1.4, "0606", "Ermsloh"),
    _same(0.86, -6.22, "aue", -0.8, "0607", "Auenwerder"),
    # 07 Südwest
    _same(-2.26, -0.41, "zeile", 0.3, "0701", "Stadtfeld"),
    _same(-3.86, 0.05, "zeile", 0.5, "0702", "Hasenwinkel"),
    _same(-5.64, 0.24, "efh", 0.0, "0703", "Dornhagen"),
    _same(-8.56, 0.30, "dorf", -0.5, "0704", "Klein Dornhagen"),
    Block(-5.30, -2.00, "neubau", -0.5, "0705", "Bruchfelde", "0706", "Bruchfelde-Neustadt"),
    Block(-8.62, -1.23, "dorf", -0.3, "0705", "Bruchfelde", "0707", "Bruchfelde-Moor"),
    Block(-7.79, -3.45, "dorf", -0.6, "0705", "Bruchfelde", "0708", "Bruchfelde-Dorf"),
    # 08 West
    _same(-2.41, 0.83, "gruender", 0.6, "0801", "Weststadt"),
    _same(-3.58, 1.65, "gross", 1.8, "0802", "Neuland"),
    _same(-2.52, 2.37, "zeile", 0.9, "0803", "Birkenkamp"),
    _same(-4.33, 2.85, "zeile", 0.8, "0804", "Rodenkamp"),
    _same(-5.82, 3.77, "efh", -0.2, "0805", "Espenrode"),
    Block(-5.54, 1.82, "efh", 0.2, "0806", "Westerhagen", "0807", "Westerhagen"),
    Block(-8.44, 1.86, "dorf", -0.4, "0806", "Westerhagen", "0808", "Oberhagen"),
    # 09 Nordwest
    Block(-0.58, 2.34, "zeile", -0.2, "0901", "Gartenstadt", "0907", "Gartenstadt-Ost"),
    Block(-1.54, 1.86, "efh", -0.4, "0901", "Gartenstadt", "0908", "Gartenstadt-West"),
    _same(-0.53, 3.73, "zeile", 0.2, "0902", "Fischerwinkel"),
    _same(-1.37, 3.13, "zeile", -0.1, "0903", "Klinikviertel"),
    _same(-3.40, 3.44, "efh", -0.3, "0904", "Sonnenhang"),
    _same(-1.61, 4.78, "efh", -0.5, "0905", "Mühlbrook"),
    _same(-4.01, 5.27, "dorf", -0.6, "0906", "Vogelsang"),
)  # fmt: skip

UNINHABITED = "0203"
TINY = "0607"
TINY_POPULATION = 180

# Neighbouring towns, faint context of maps: name and place in kilometres from the centre.
UMLAND = (
    ("Altenrode", -1.5, 11.5),
    ("Hainlohe", 8.5, 10.0),
    ("Wendhagen", 12.0, 1.5),
    ("Lohrode", 9.5, -8.0),
    ("Bad Mühren", 1.0, -12.0),
    ("Kirchloh", -9.0, -9.0),
    ("Moorfelde", -13.0, 0.0),
    ("Rehborst", -8.5, 8.5),
)


def names(stand: str) -> dict[str, str]:
    """Key -> name of the Stadtteile of a Gebietsstand ("2015" or "2021"), in order of keys."""
    pairs = {(block.old, block.old_name) if stand == "2015" else (block.new, block.new_name) for block in BLOCKS}
    return dict(sorted(pairs))


def keys_of_blocks(stand: str) -> list[str]:
    """Key of the Stadtteil of each block, in the order of BLOCKS."""
    return [block.old if stand == "2015" else block.new for block in BLOCKS]


def stand_of(year: int) -> str:
    """The Gebietsstand that holds for a year."""
    return "2015" if year <= 2020 else "2021"
