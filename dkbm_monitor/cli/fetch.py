"""`dkbm fetch`: build a town folder from files of a known publisher."""

from __future__ import annotations

from pathlib import Path

import click

from dkbm_monitor.cli.parts import steps
from dkbm_monitor.cli.speech import Command, argument, msgid, option
from dkbm_monitor.core.locale import _, plural


@click.command(
    cls=Command,
    help=msgid(
        "Einen Stadtordner aus Dateien eines bekannten Herausgebers aufbauen.\n\n"
        "REZEPT ist der Name einer mitgelieferten Beschreibung, z. B. berlin. Die Dateien laden Sie vorher herunter; "
        "das Rezept nennt die Adressen."
    ),
)
@argument("recipe", metavar=msgid("REZEPT"))
@option(
    "--from",
    "source_folder",
    required=True,
    metavar=msgid("ORDNER"),
    type=click.Path(path_type=Path),
    help=msgid("Ordner mit den heruntergeladenen Dateien."),
)
@option(
    "--into",
    required=True,
    metavar=msgid("STADTORDNER"),
    type=click.Path(path_type=Path),
    help=msgid("Neuer Stadtordner."),
)
def fetch(recipe: str, source_folder: Path, into: Path) -> None:
    from dkbm_monitor.cli.root import show_problems
    from dkbm_monitor.core.problems import ProblemsError
    from dkbm_monitor.sources.fetch import fetch as fetch_files

    with steps() as show:
        built = fetch_files(
            recipe,
            source_folder=source_folder,
            into=into,
            progress=lambda done, of, name: show(
                _("Datei {done} von {of}: {name}").format(done=done, of=of, name=name)
            ),
        )
    show_problems(ProblemsError(built.problems))  # what could be done without is named, never dropped silently
    click.echo(_("Stadtordner angelegt: {folder}").format(folder=into))
    click.echo(plural("{n} Datei registriert.", "{n} Dateien registriert.", len(built.sources)))
    click.echo(_("Als Nächstes: dkbm check {folder}").format(folder=into))
