"""Commands that speak German or English: texts are translated when they are shown, not when they are loaded.

click's own words (Usage, Options, its errors) have their own small catalogue, `text/de/LC_MESSAGES/dkbm_click.po`,
which click finds through the gettext of the standard library.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from dkbm_monitor.core.locale import CATALOGUES, LANGUAGES, Language, _, speaking

CLICK_DOMAIN = "dkbm_click"
ENVIRONMENT = "DKBM_LANG"

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def msgid(text: str) -> str:
    """Mark a text for translation later, when it is shown.

    >>> msgid("Stadtordner")
    'Stadtordner'
    """
    return text


def wanted_language(args: Sequence[str]) -> Language:
    """The language asked for anywhere on the command line, else by `DKBM_LANG`, else German.

    >>> wanted_language(["check", "x", "--lang=en"]), wanted_language(["--lang", "en", "demo"])
    ('en', 'en')
    """
    found = os.environ.get(ENVIRONMENT, "")
    for place, word in enumerate(args):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(args):
            found = args[place + 1]
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return next((language for language in LANGUAGES if language == found.lower()), "de")


@contextmanager
def speaking_everywhere(wanted: Language) -> Iterator[None]:
    """Speak `wanted` inside the block, click's own messages included; afterwards all is as before."""
    domain, environment = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(CLICK_DOMAIN, str(CATALOGUES))
    gettext.textdomain(CLICK_DOMAIN)
    os.environ["LANGUAGE"] = wanted
    try:
        with speaking(wanted):
            yield
    finally:
        gettext.textdomain(domain)
        if environment is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = environment


class Option(click.Option):
    """An option whose help and placeholder are translated when they are shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Spelling and translated help; the text itself stays as it was declared."""
        declared = self.help
        self.help = _(declared) if declared else declared
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = declared

    def make_metavar(self, ctx: click.Context) -> str:
        """The translated placeholder."""
        return _(self.metavar) if self.metavar else super().make_metavar(ctx)


class Argument(click.Argument):
    """An argument whose placeholder is translated when it is shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The translated placeholder."""
        return _(self.metavar) if self.metavar else super().make_metavar(ctx)


def _show_help(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _language_option() -> Option:
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES, case_sensitive=False),
        expose_value=False,
        metavar="[de|en]",
        help=msgid("Sprache der Ausgabe: de (Vorgabe) oder en. Auch über die Umgebungsvariable DKBM_LANG."),
    )


def _help_option() -> Option:
    return Option(
        ["-h", "--help"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_help,
        help=msgid("Diese Hilfe zeigen."),
    )


class _Speaking(click.Command):
    """What commands and groups share: translated help, and `--lang` wherever one looks for it."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option with our text."""
        return _help_option()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The declared parameters, then `--lang` and `--help`."""
        return [*self.params, _language_option(), _help_option()]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words after `Usage: dkbm`, translated."""
        words = {"[OPTIONS]": _("[OPTIONEN]"), "COMMAND [ARGS]...": _("BEFEHL ...")}
        return [words.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The translated description."""
        declared = self.help
        self.help = _(declared) if declared else declared
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = declared

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of the translated description."""
        return _(self.help).split("\n\n")[0] if self.help else ""


class Command(_Speaking):
    """A command with translated help."""


class Group(_Speaking, click.Group):
    """A group of commands with translated help."""

    command_class = Command
    group_class = type

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        """Run in the language the command line asks for."""
        import sys

        words = sys.argv[1:] if args is None else list(args)
        with speaking_everywhere(wanted_language(words)):
            return super().main(words, *more, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which one meets them, not by alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name; the error names the nearest one."""
        from dkbm_monitor.core.problems import did_you_mean

        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            what = _("Den Befehl „{name}“ gibt es nicht.").format(name=name)
            hint = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"{what} {hint}".strip())
        return super().resolve_command(ctx, args)


Decorator = Callable[[Decorated], Decorated]


def option(*names: str, **settings: Any) -> Decorator[Any]:
    """`click.option` with translated texts."""
    return click.option(*names, cls=Option, **settings)


def argument(name: str, **settings: Any) -> Decorator[Any]:
    """`click.argument` with a translated placeholder."""
    return click.argument(name, cls=Argument, **settings)
