"""What several commands share: opening a town, progress, and names that are checked before work begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dkbm_monitor.cli.speech import argument, msgid, option
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean

if TYPE_CHECKING:
    from dkbm_monitor.disclosure.release import Release
    from dkbm_monitor.town.models import Audience
    from dkbm_monitor.town.open import Town

town_argument = argument("town", metavar=msgid("STADTORDNER"), type=click.Path(path_type=Path))
audience_option = option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="public",
    help=msgid("Für wen: public (Öffentlichkeit, Vorgabe) oder internal (Verwaltung)."),
)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A function that names the step being worked on, on stderr, with its seconds; silent when nobody watches."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda text: bar.update(task, description=text)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show one step on stderr while the block runs."""
    with steps() as show:
        show(text)
        yield


def opened(folder: Path) -> Town:
    """The town of a folder, read completely."""
    from dkbm_monitor.town.open import open_town

    with progress(_("Stadtordner wird gelesen …")):
        town = open_town(folder)
        len(town.observations)  # the raw files are read when first asked for: now, while the bar runs
        return town


def released(
    town: Town,
    indicators: Sequence[str],
    *,
    audience: Audience,
    levels: Sequence[str] = (),
    periods: Sequence[str] = (),
    breakdowns: Sequence[str] = (),
) -> Release:
    """Computed and released values; an empty wish means: everything there is. Unknown names are reported."""
    from dkbm_monitor.compute.indicators import compute
    from dkbm_monitor.disclosure.primary import release

    levels = [level_id(town, one) for one in levels]
    check_breakdowns(town, indicators, breakdowns)
    with progress(_("Kennzahlen werden berechnet …")):
        values = compute(
            town, list(indicators) or None, levels=levels or None, periods=list(periods) or None, breakdowns=breakdowns
        )
        return release(values, town, audience=audience)


def level_id(town: Town, wanted: str) -> str:
    """The id of a level given by id, title or plural; what is unknown is handed on as it is, for its own message."""
    levels = [level for one in town.file.gebietsstaende for level in one.levels]
    words = {word.lower(): level.id for level in levels for word in (level.plural, level.title, level.id)}
    return words.get(wanted.lower(), wanted)


def check_breakdowns(town: Town, indicators: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise `ProblemsError` for a breakdown that none of the indicators' cards allows."""
    cards = [card for key, card in town.catalogue.indicators.items() if not indicators or key in indicators]
    known = sorted({name for card in cards for name in card.breakdowns})
    if unknown := [one for one in wanted if one not in known]:
        what = _("Nach „{name}“ kann keine der gewählten Kennzahlen gegliedert werden.")
        raise ProblemsError([_unknown("P002", what.format(name=one), one, known) for one in unknown])


def _unknown(code: str, what: str, found: str, known: Sequence[str]) -> Problem:
    choices = _("Möglich sind: {allowed}.").format(allowed=", ".join(known)) if known else ""
    return Problem(code, Place(key=found), found, what, did_you_mean(found, known) or choices)


def period_of(text: str) -> str:
    """A period in its one spelling; raises `ProblemsError` for anything else."""
    from dkbm_monitor.core.keys import period

    try:
        return period(text)
    except ValueError:
        what = _("„{text}“ ist kein Zeitraum.").format(text=text)
        hint = _("Möglich sind ein Jahr (2023) oder ein Schuljahr (2022/23).")
        raise ProblemsError([Problem("P003", Place(key=text), text, what, hint)]) from None


def checked_suffix(path: Path, allowed: Sequence[str]) -> Path:
    """The path; raises `ProblemsError` before any work is done if its ending is none we can write."""
    if path.suffix.lower() in allowed:
        return path
    what = _("Dateien mit der Endung „{suffix}“ können nicht geschrieben werden.").format(suffix=path.suffix)
    hint = _("Möglich sind: {allowed}.").format(allowed=", ".join(allowed))
    raise ProblemsError([Problem("P004", Place(str(path)), path.suffix, what, hint)])


def two_columns(rows: Sequence[tuple[str, str]], indent: str = "  ") -> None:
    """A label and a text beside it, the text wrapped to the width of the window."""
    import shutil
    import textwrap

    left = max((len(label) for label, _text in rows), default=0) + 2
    width = max(min(shutil.get_terminal_size((100, 24)).columns, 110) - left - len(indent), 40)
    for label, text in rows:
        lines = [line for part in text.splitlines() for line in textwrap.wrap(part, width)] or [""]
        click.echo(f"{indent}{label:<{left}}{lines[0]}")
        for line in lines[1:]:
            click.echo(f"{indent}{'':<{left}}{line}")
