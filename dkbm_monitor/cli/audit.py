"""`dkbm audit`: could anybody work out a hidden number from everything that is published?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.parts import audience_option, opened, progress, town_argument
from dkbm_monitor.cli.speech import Command, msgid, option
from dkbm_monitor.core.locale import _, plural

if TYPE_CHECKING:
    from dkbm_monitor.disclosure.audit import Audit
    from dkbm_monitor.town.models import Audience


@click.command(
    cls=Command,
    help=msgid(
        "Prüfen, ob sich aus allem Gezeigten ein verborgener Wert errechnen lässt.\n\n"
        "Geprüft werden alle Kennzahlen des Stadtordners zusammen mit den eingetragenen früheren Veröffentlichungen. "
        "Die Liste nennt Spannen für verborgene Werte: Sie ist nur für die Statistikstelle. Endet mit 0, wenn nichts "
        "zu errechnen ist, sonst mit 1."
    ),
)
@town_argument
@audience_option
@option(
    "--register",
    "name",
    metavar=msgid("NAME"),
    help=msgid("Diese Veröffentlichung unter einem Namen eintragen, wenn die Prüfung bestanden ist."),
)
@option("--json", "as_json", is_flag=True, help=msgid("Das Ergebnis als JSON ausgeben, für andere Programme."))
@click.pass_context
def audit(ctx: click.Context, town: Path, audience: Audience, name: str | None, as_json: bool) -> None:
    from dkbm_monitor.compute.indicators import compute
    from dkbm_monitor.disclosure.audit import audit as attack
    from dkbm_monitor.disclosure.primary import release
    from dkbm_monitor.disclosure.registry import register, registered

    there = opened(town)
    with progress(_("Veröffentlichung wird geprüft …")):
        values = compute(there)
        shown = release(values, there, audience=audience)
        earlier = registered(town, audience)
        known = there.catalogue
        frames = [shown.values, *(one[one["indicator"].isin(list(known.indicators))] for one in earlier.values())]
        result = attack(frames, shown.rule, known.indicators, known.measures, there.districts, truth=values)
    click.echo(_as_json(result, list(earlier)) if as_json else _in_words(result, list(earlier)))
    if result.passed and name is not None:
        click.echo(_("Eingetragen: {path}").format(path=register(shown, town, name)), err=as_json)
    ctx.exit(0 if result.passed else 1)


def _as_json(result: Audit, earlier: list[str]) -> str:
    narrow = json.loads(result.narrow.to_json(orient="records"))
    record = {
        "passed": result.passed,
        "contradiction": result.contradiction,
        "hidden_counts": len(result.intervals),
        "narrow": narrow,
        "earlier_releases": earlier,
    }
    return json.dumps(record, indent=2)


def _in_words(result: Audit, earlier: list[str]) -> str:
    lines = [
        plural("{n} verborgene Zahl geprüft.", "{n} verborgene Zahlen geprüft.", len(result.intervals)),
        _("Frühere Veröffentlichungen: {names}").format(names=", ".join(earlier) or _("keine eingetragen")),
    ]
    if result.contradiction:
        lines.append(_("Die veröffentlichten Zahlen widersprechen einander; es ließ sich nichts prüfen."))
    elif result.passed:
        lines.append(_("Keine davon lässt sich enger eingrenzen, als die Regel erlaubt."))
    else:
        lines.append(
            plural("{n} davon ist zu eng eingegrenzt:", "{n} davon sind zu eng eingegrenzt:", len(result.narrow))
        )
        for row in result.narrow.itertuples(index=False):
            place = f"{row.counted}, {row.gebietsstand}, {row.level} {row.district}, {row.year}"
            span = _("zwischen {low} und {high}").format(low=f"{row.low:.0f}", high=f"{row.high:.0f}")
            lines.append(f"  {place}: {span}")
    return "\n".join(lines)
