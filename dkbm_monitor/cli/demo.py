"""`dkbm demo`: the whole way on the invented Musterstadt, in one command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import steps
from dkbm_monitor.cli.speech import Command, msgid, option
from dkbm_monitor.core.locale import _

if TYPE_CHECKING:
    from dkbm_monitor.products.demo import Made


@click.command(
    cls=Command,
    help=msgid(
        "Alles einmal vorführen, mit der erfundenen Musterstadt.\n\n"
        "Rechnet alle Kennzahlen, zeichnet Karten und schreibt Tabellen. Braucht weder Internet noch eigene Daten."
    ),
)
@option(
    "--out",
    metavar=msgid("ORDNER"),
    type=click.Path(path_type=Path),
    default=Path("dkbm-demo"),
    help=msgid("Ordner für die Ergebnisse; ohne Angabe dkbm-demo."),
)
def demo(out: Path) -> None:
    from dkbm_monitor.products.demo import make_demo

    with steps() as progress:
        made = make_demo(out, progress=progress)
    click.echo(_("Musterstadt ist eine erfundene Stadt; alle Daten sind erdacht."))
    click.echo(_("Gemacht in {folder}:").format(folder=out))
    _list(made)
    click.echo(_("Neben jeder Tabelle und Karte liegt ihr Laufprotokoll (.run.json): Quellen, Prüfsummen, Regel."))
    click.echo("")
    click.echo(_("Was Sie sehen: Gebiete mit Schraffur sind verborgen oder unbewohnt; die Legende nennt, wie viele."))
    click.echo(_("Als Nächstes:"))
    click.echo(_("  {path} im Browser öffnen").format(path=out / "karte_interaktiv.html"))
    click.echo(_("  dkbm init meine-stadt      einen eigenen Stadtordner anlegen"))
    click.echo(_("  dkbm catalogue list        alle Kennzahlen ansehen"))


def _list(made: Sequence[Made]) -> None:
    width = max(len(one.path.name) for one in made)
    for one in made:
        click.echo(f"  {one.path.name:<{width}}  {one.shows}")
