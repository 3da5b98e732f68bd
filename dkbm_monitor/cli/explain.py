"""`dkbm explain`: how one number came about, down to the rows of the raw file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import audience_option, opened, period_of, progress, town_argument
from dkbm_monitor.cli.speech import Command, argument, msgid, option
from dkbm_monitor.core.locale import _

if TYPE_CHECKING:
    from dkbm_monitor.town.models import Audience


@click.command(
    cls=Command,
    help=msgid(
        "Zeigen, wie ein Wert zustande kommt: vom Rohdatum bis zur Freigabe.\n\n"
        "GEBIET ist der Schlüssel oder der Name. Was die Regel der Stadt verbirgt, bleibt auch hier verborgen."
    ),
)
@town_argument
@argument("indicator", metavar=msgid("KENNZAHL"))
@argument("district", metavar=msgid("GEBIET"))
@argument("period", metavar=msgid("ZEITRAUM"))
@option("--level", metavar=msgid("EBENE"), help=msgid("Ebene des Gebiets, falls der Schlüssel auf mehreren vorkommt."))
@option("--by", "breakdown", default="total", metavar=msgid("GLIEDERUNG"), help=msgid("Teilgruppe, z. B. sex=female."))
@option("--json", "as_json", is_flag=True, help=msgid("Als JSON ausgeben, für andere Programme."))
@audience_option
def explain(
    town: Path,
    indicator: str,
    district: str,
    period: str,
    level: str | None,
    breakdown: str,
    as_json: bool,
    audience: Audience,
) -> None:
    from dkbm_monitor.products.explain import explain as explained

    wanted = period_of(period)
    folder = opened(town)
    with progress(_("Der Weg der Zahl wird nachgezeichnet …")):
        passport = explained(folder, indicator, district, wanted, audience=audience, level=level, breakdown=breakdown)
    click.echo(json.dumps(passport.as_record(), ensure_ascii=False, indent=2) if as_json else passport.as_text())
