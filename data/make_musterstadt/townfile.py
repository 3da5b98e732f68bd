"""Write town.yml, commented in German."""

from __future__ import annotations

from plan import AGS, BEZIRKE, CRS

TEXT = """\
# Die erfundene Musterstadt: Name, Gebiete, Regel für kleine Zahlen.
# Geschrieben von data/make_musterstadt; Stadt, Namen und Zahlen sind erfunden.

name: Musterstadt
ags: "{ags}"            # die Länderkennung 99 gibt es nicht
invented: true             # jede Ausgabe weist darauf hin
crs: EPSG:{crs}            # metrisch, für Flächen und Entfernungen

# Zum 1.1.2021 hat die Stadt ihre Stadtteile neu geschnitten. Jeder Zeitraum wird in den Gebieten gezeigt, die
# damals galten. Was woraus wurde, steht in districts/umsteigeschluessel_2015_2021.csv. Die Schlüssel 0201,
# 0301, 0601 und 0602 gelten vorher wie nachher, obwohl sich die Grenzen dieser Gebiete geändert haben.
gebietsstaende:
{stands}
# Kleine Zahlen: Öffentlich gilt die strengere Regel; intern arbeiten Statistikstelle und Fachämter damit.
disclosure:
  reason: >-
    Dienstanweisung Statistik der Musterstadt vom 01.02.2024 (erfunden): Angaben zu weniger als fünf Personen
    werden nicht veröffentlicht, Gebiete unter 300 Einwohnerinnen und Einwohnern nicht ausgewiesen.
  population_measure: bevoelkerung
  public:
    min_count: 5           # kleinste Zahl über null, die gezeigt wird
    complement: true       # auch der Rest (Nenner minus Zähler) muss so groß oder null sein
    min_population: 300    # betrifft Auenwerder (0607)
  internal:
    min_count: 3

spike_share: 0.25          # Prüfung: ein Gebiet trägt plötzlich mehr als ein Viertel einer Messgröße

notes: >-
  Erfundene Stadt zum Ausprobieren. Unbewohnt ist der Hafen (0203); Auenwerder (0607) hat rund 180 Menschen.
  Bekannte Eigenheiten der Rohdateien stehen in register.yml unter „notes“.
"""

STAND = """\
  - id: "{stand}"
    title: {title}
    {bound}
    levels:
      - id: stadtteil
        title: Stadtteil
        plural: Stadtteile
        file: districts/stadtteile_{stand}.geojson
        key: schluessel
        name: name
        uninhabited_column: unbewohnt
        parents:
          bezirk: {{digits: 2}}      # die ersten zwei Stellen des Schlüssels
      - id: bezirk
        title: Bezirk
        plural: Bezirke
        dissolve:                  # Bezirke entstehen aus ihren Stadtteilen
          from_level: stadtteil
          names:
{names}
"""


def text() -> bytes:
    """The whole file."""
    names = "\n".join(f'            "{key}": {name}' for key, name in BEZIRKE.items())
    old = STAND.format(stand="2015", title="Stadtteile bis 2020", bound='first: "2015"\n    last: "2020"', names=names)
    new = STAND.format(stand="2021", title="Stadtteile ab 2021", bound='first: "2021"', names=names)
    return TEXT.format(ags=AGS, crs=CRS, stands=old + new).encode()
