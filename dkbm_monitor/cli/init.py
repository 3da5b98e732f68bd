"""`dkbm init`: a commented town folder to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from dkbm_monitor.cli.speech import Command, argument, msgid
from dkbm_monitor.core.locale import _


@click.command(
    cls=Command,
    help=msgid(
        "Einen Stadtordner mit Beispiel und Erläuterungen anlegen.\n\n"
        "Der Ordner besteht die Prüfung, so wie er ist. Kommentare in den Dateien sagen, was Sie wie ersetzen."
    ),
)
@argument("folder", metavar=msgid("ORDNER"), type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    from dkbm_monitor.products.starter import make_town_folder

    made = make_town_folder(folder)
    click.echo(_("Angelegt in {folder}:").format(folder=folder))
    for path in made:
        click.echo(f"  {path.relative_to(folder.resolve()).as_posix()}")
    click.echo(
        _("Als Nächstes: „dkbm check {folder}“ prüft den Ordner; LIESMICH.md sagt, wie es weitergeht.").format(
            folder=folder
        )
    )
