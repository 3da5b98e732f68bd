"""`dkbm map`: one indicator, one period, one map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import (
    audience_option,
    checked_suffix,
    level_id,
    opened,
    period_of,
    progress,
    released,
    town_argument,
)
from dkbm_monitor.cli.speech import Command, argument, msgid, option
from dkbm_monitor.core.locale import _

if TYPE_CHECKING:
    from dkbm_monitor.town.models import Audience

SUFFIXES = (".png", ".svg", ".pdf", ".html")


@click.command(
    name="map",
    cls=Command,
    help=msgid(
        "Eine Karte zeichnen.\n\n"
        "Die Endung der Datei bestimmt die Art: .png, .svg oder .pdf für den Druck, .html für eine interaktive Karte, "
        "die ohne Internet funktioniert."
    ),
)
@town_argument
@argument("indicator", metavar=msgid("KENNZAHL"))
@option(
    "--period", required=True, metavar=msgid("ZEITRAUM"), help=msgid("Jahr oder Schuljahr, z. B. 2023 oder 2022/23.")
)
@option("--level", metavar=msgid("EBENE"), help=msgid("Ebene, z. B. stadtteil; ohne Angabe die feinste."))
@audience_option
@option(
    "--out",
    required=True,
    metavar=msgid("DATEI"),
    type=click.Path(path_type=Path),
    help=msgid("Datei mit der Endung .png, .svg, .pdf oder .html."),
)
def map_command(town: Path, indicator: str, period: str, level: str | None, audience: Audience, out: Path) -> None:
    from dkbm_monitor.view.interactive import interactive
    from dkbm_monitor.view.maps import map as static_map

    checked_suffix(out, SUFFIXES)
    wanted = period_of(period)
    folder = opened(town)
    release = released(folder, [indicator], audience=audience)
    with progress(_("Karte wird gezeichnet …")):
        chosen = level_id(folder, level) if level else None
        drawing = interactive if out.suffix.lower() == ".html" else static_map
        drawing(release, indicator, period=wanted, level=chosen).save(out)
    click.echo(_("Karte geschrieben: {path}").format(path=out))
