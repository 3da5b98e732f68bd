"""`dkbm check`: every problem of a town folder, as a table, as JSON, as exit code."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from dkbm_monitor.cli.parts import progress, town_argument
from dkbm_monitor.cli.speech import Command, msgid, option
from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import Problem, ProblemsError, Severity

PIPED_WIDTH = 160  # columns of the table when it goes to a file or another program


@click.command(
    cls=Command,
    help=msgid(
        "Einen Stadtordner prüfen und alle Befunde auf einmal nennen.\n\n"
        "Endet mit 0, wenn kein Fehler gefunden wurde, sonst mit 1. Warnungen und Hinweise sind keine Fehler."
    ),
)
@town_argument
@option("--json", "as_json", is_flag=True, help=msgid("Die Befunde als JSON ausgeben, für andere Programme."))
@click.pass_context
def check(ctx: click.Context, town: Path, as_json: bool) -> None:
    problems = _problems_of(town)
    if as_json:
        click.echo(_as_json(problems))
    else:
        _show(problems)
    ctx.exit(1 if any(problem.severity is Severity.ERROR for problem in problems) else 0)


def _problems_of(folder: Path) -> list[Problem]:
    """Problems of the declaring files, or, if these can be read, of everything in the folder."""
    from dkbm_monitor.town.check import check_town
    from dkbm_monitor.town.open import open_town

    try:
        with progress(_("Stadtordner wird geprüft …")):
            return list(check_town(open_town(folder)))
    except ProblemsError as error:
        return list(error.problems)


def _as_json(problems: Sequence[Problem]) -> str:
    # A console that is not UTF-8 gets escapes, which every JSON reader understands.
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    return json.dumps([problem.as_record() for problem in problems], ensure_ascii=not unicode, indent=2)


def _show(problems: Sequence[Problem]) -> None:
    if problems:
        _show_table(problems)
    click.echo(_summary(problems))


def _show_table(problems: Sequence[Problem]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    table = Table(box=box.ASCII2, show_lines=True)
    for title, share in ((_("Art"), None), (_("Stelle"), 2), (_("Befund"), 4), (_("Abhilfe"), 3)):
        table.add_column(title, ratio=share, overflow="fold")
    words = {Severity.ERROR: _("Fehler"), Severity.WARNING: _("Warnung"), Severity.NOTE: _("Hinweis")}
    for severity in Severity:
        for one in (problem for problem in problems if problem.severity is severity):
            cells = (f"{words[severity]} {one.code}", str(one.place), one.what, one.hint)
            table.add_row(*map(Text, cells))
    console.print(table)


def _summary(problems: Sequence[Problem]) -> str:
    count = Counter(problem.severity for problem in problems)
    parts = [
        plural("{n} Fehler", "{n} Fehler", count[Severity.ERROR]) if count[Severity.ERROR] else _("Kein Fehler"),
        plural("{n} Warnung", "{n} Warnungen", count[Severity.WARNING]) if count[Severity.WARNING] else "",
        plural("{n} Hinweis", "{n} Hinweise", count[Severity.NOTE]) if count[Severity.NOTE] else "",
    ]
    return ", ".join(part for part in parts if part) + "."
