"""`dkbm compute`: indicators of a town into a table file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import (
    audience_option,
    checked_suffix,
    opened,
    period_of,
    progress,
    released,
    town_argument,
)
from dkbm_monitor.cli.speech import Command, msgid, option
from dkbm_monitor.core.locale import _, plural

if TYPE_CHECKING:
    from dkbm_monitor.town.models import Audience

SUFFIXES = (".csv", ".parquet", ".xlsx")


@click.command(
    cls=Command,
    help=msgid(
        "Kennzahlen berechnen und als Tabelle schreiben.\n\n"
        "Die Endung der Datei bestimmt das Format: .csv (für deutsches Excel), .xlsx oder .parquet. Kleine Zahlen sind "
        "nach der Regel der Stadt verborgen. Optionen mit [mehrfach] können wiederholt werden."
    ),
)
@town_argument
@option(
    "--indicator",
    "indicators",
    multiple=True,
    metavar=msgid("KENNZAHL"),
    help=msgid("Kennung der Kennzahl [mehrfach]; ohne Angabe alle."),
)
@option(
    "--level",
    "levels",
    multiple=True,
    metavar=msgid("EBENE"),
    help=msgid("Ebene, z. B. stadtteil [mehrfach]; ohne Angabe alle."),
)
@option(
    "--period",
    "periods",
    multiple=True,
    metavar=msgid("ZEITRAUM"),
    help=msgid("Jahr oder Schuljahr, z. B. 2023 oder 2022/23 [mehrfach]; ohne Angabe alle."),
)
@option(
    "--by",
    "breakdowns",
    multiple=True,
    metavar=msgid("GLIEDERUNG"),
    help=msgid("Zusätzlich gegliedert, z. B. sex [mehrfach]."),
)
@audience_option
@option(
    "--out",
    required=True,
    metavar=msgid("DATEI"),
    type=click.Path(path_type=Path),
    help=msgid("Datei mit der Endung .csv, .parquet oder .xlsx."),
)
def compute(
    town: Path,
    indicators: tuple[str, ...],
    levels: tuple[str, ...],
    periods: tuple[str, ...],
    breakdowns: tuple[str, ...],
    audience: Audience,
    out: Path,
) -> None:
    from dkbm_monitor.products.tablefile import save_values

    checked_suffix(out, SUFFIXES)
    wanted = [period_of(text) for text in periods]
    release = released(
        opened(town), indicators, levels=levels, periods=wanted, breakdowns=breakdowns, audience=audience
    )
    with progress(_("Tabelle wird geschrieben …")):
        save_values(release, out)
    click.echo(plural("{n} Wert geschrieben:", "{n} Werte geschrieben:", len(release.values)) + f" {out}")
