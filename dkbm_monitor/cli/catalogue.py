"""`dkbm catalogue`: look up, print and export the definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import checked_suffix, two_columns
from dkbm_monitor.cli.speech import Group, argument, msgid, option
from dkbm_monitor.core.locale import _, plural

if TYPE_CHECKING:
    from dkbm_monitor.catalogue.loader import Catalogue

town_option = option(
    "--town",
    metavar=msgid("STADTORDNER"),
    type=click.Path(path_type=Path),
    help=msgid("Auch die eigenen Kennzahlen dieses Stadtordners."),
)


@click.group(cls=Group, help=msgid("Den Katalog der Kennzahlen ansehen und ausgeben."))
def catalogue() -> None:
    pass


def _catalogue_of(town: Path | None) -> Catalogue:
    from dkbm_monitor.catalogue.loader import shipped

    if town is None:
        return shipped()
    from dkbm_monitor.town.open import open_town

    return open_town(town).catalogue


@catalogue.command(name="list", help=msgid("Alle Kennzahlen auflisten, nach Bereichen."))
@option("--measures", is_flag=True, help=msgid("Stattdessen die Messgrößen: was gezählt wird."))
@town_option
def list_command(measures: bool, town: Path | None) -> None:
    from dkbm_monitor.catalogue.fieldguide import rows_for_list

    known = _catalogue_of(town)
    if measures:
        two_columns([(card.id, str(card.title)) for card in known.measures.values()])
        click.echo(plural("{n} Messgröße", "{n} Messgrößen", len(known.measures)))
        return
    rows = rows_for_list(known)
    for area in dict.fromkeys(row["area"] for row in rows):
        click.echo(area)
        two_columns([(row["id"], f"{row['title']} ({row['unit']})") for row in rows if row["area"] == area])
    click.echo(plural("{n} Kennzahl", "{n} Kennzahlen", len(rows)))


@catalogue.command(help=msgid("Eine Kennzahl vorstellen: Definition, Zweck, Grenzen, Rechenweg."))
@argument("indicator", metavar=msgid("KENNZAHL"))
@town_option
def show(indicator: str, town: Path | None) -> None:
    from dkbm_monitor.catalogue.fieldguide import card

    known = _catalogue_of(town)
    two_columns(card(known.indicator(indicator), known), indent="")


@catalogue.command(help=msgid("Den Katalog als Excel-Datei ausgeben."))
@argument("out", metavar=msgid("DATEI"), type=click.Path(path_type=Path))
@town_option
def export(out: Path, town: Path | None) -> None:
    from dkbm_monitor.catalogue.fieldguide import export_excel
    from dkbm_monitor.core.files import replacing

    checked_suffix(out, (".xlsx",))
    known = _catalogue_of(town)
    with replacing(out) as unfinished:
        export_excel(known, unfinished)
    click.echo(_("Katalog geschrieben: {path}").format(path=out))


@catalogue.command(help=msgid("Das JSON-Schema ausgeben, mit dem Editoren beim Schreiben von Kennzahlen helfen."))
@option(
    "--out", metavar=msgid("DATEI"), type=click.Path(path_type=Path), help=msgid("Datei; ohne Angabe auf den Schirm.")
)
def schema(out: Path | None) -> None:
    from dkbm_monitor.catalogue.fieldguide import json_schema, write_schema
    from dkbm_monitor.core.files import replacing

    if out is None:
        click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return
    with replacing(out) as unfinished:
        write_schema(unfinished)
    click.echo(_("Schema geschrieben: {path}").format(path=out))
