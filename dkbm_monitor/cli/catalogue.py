"""`dkbm catalogue`: look up, print and export the definitions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import checked_suffix
from dkbm_monitor.cli.speech import Command, Group, argument, msgid, option
from dkbm_monitor.core.locale import _

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
    from dkbm_monitor.town.open import open_town

    return open_town(town).catalogue if town else shipped()
