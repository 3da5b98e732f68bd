"""The command `dkbm` and the errors it shows. Commands import what they need, so that `--help` starts at once."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from dkbm_monitor.cli.speech import Group, Option, msgid
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import ProblemsError, Severity


class Root(Group):
    """The outermost group: mistakes a user can mend are shown as messages, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; show problems and exit with code 1 where there are any."""
        try:
            return super().invoke(ctx)
        except ProblemsError as error:
            show_problems(error)
            ctx.exit(1)
        except BrokenPipeError:
            raise  # the reader of our output has seen enough; click ends quietly
        except OSError as error:
            click.echo(_system_message(error), err=True)
            ctx.exit(1)


def show_problems(error: ProblemsError) -> None:
    """Print every problem to stderr, one paragraph each, with its weight in front."""
    words = {Severity.ERROR: _("Fehler"), Severity.WARNING: _("Warnung"), Severity.NOTE: _("Hinweis")}
    for problem in error.problems:
        click.echo(f"{words[problem.severity]} {problem}", err=True)


def _system_message(error: OSError) -> str:
    """What the operating system refused, said in the user's language."""
    name = os.fspath(error.filename) if isinstance(error.filename, str | os.PathLike) else ""
    reasons = {
        PermissionError: _("Die Datei ist schreibgeschützt oder gerade in einem anderen Programm geöffnet."),
        FileNotFoundError: _("Die Datei oder der Ordner fehlt."),
        IsADirectoryError: _("Dort liegt ein Ordner, erwartet wird eine Datei."),
        NotADirectoryError: _("Dort liegt eine Datei, erwartet wird ein Ordner."),
        FileExistsError: _("Dort liegt schon eine Datei dieses Namens."),
    }
    reason = next((text for kind, text in reasons.items() if isinstance(error, kind)), error.strerror or str(error))
    return f"{_('Fehler')} [P001] {name}: {reason}" if name else f"{_('Fehler')} [P001] {reason}"


def _show_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        click.echo(f"dkbm {version('dkbm-monitor')}")
        ctx.exit()


@click.group(
    cls=Root,
    help=msgid(
        "Kleinräumiges Bildungsmonitoring: von amtlichen Zahlen zur Karte.\n\n"
        "Erste Schritte: „dkbm demo“ rechnet mit der erfundenen Musterstadt, „dkbm init ORDNER“ legt einen eigenen "
        "Stadtordner an, „dkbm check ORDNER“ prüft ihn."
    ),
    params=[
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help=msgid("Die Version zeigen."),
        )
    ],
)
def dkbm() -> None:
    pass


def _add_commands() -> None:
    from dkbm_monitor.cli import audit, catalogue, check, compute, demo, explain, fetch, index, init, maps

    for command in (
        demo.demo,
        init.init,
        check.check,
        audit.audit,
        compute.compute,
        explain.explain,
        maps.map_command,
        catalogue.catalogue,
        index.index,
        fetch.fetch,
    ):
        dkbm.add_command(command)


_add_commands()


def main() -> None:
    """Entry point of the command `dkbm`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # An old Windows console knows neither the minus sign nor the no-break space: print, do not stop.
            stream.reconfigure(errors="replace")
    dkbm(prog_name="dkbm")
