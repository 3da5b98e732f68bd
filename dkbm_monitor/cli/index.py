"""`dkbm index`: official and own index recipes, on any ready table or on a town."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dkbm_monitor.cli.parts import audience_option, opened, period_of, progress, released, town_argument, two_columns
from dkbm_monitor.cli.speech import Group, argument, msgid, option
from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dkbm_monitor.indices.composite import IndexResult
    from dkbm_monitor.indices.models import IndexRecipe
    from dkbm_monitor.town.models import Audience

FOLDER = "indices"  # own recipes inside a town folder
DECIMALS = {"komma": ",", "punkt": "."}


class IndexGroup(Group):
    """A group whose first word may also be a town folder: `dkbm index STADTORDNER REZEPT`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name, or the hidden one for towns with the folder as its first word."""
        if args and self.get_command(ctx, args[0]) is None and _may_be_town(args, self.list_commands(ctx)):
            return "town", of_town, args
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands one can name."""
        return [name for name in super().list_commands(ctx) if name != "town"]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Both forms of the command."""
        return [*super().collect_usage_pieces(ctx), "|", _("STADTORDNER REZEPT --out DATEI")]


def _may_be_town(args: Sequence[str], commands: Sequence[str]) -> bool:
    word = Path(args[0])
    if word.is_dir() or len(word.parts) > 1:
        return True
    from dkbm_monitor.core.problems import did_you_mean

    return len(args) > 1 and not args[1].startswith("-") and not did_you_mean(args[0], commands)


@click.group(
    cls=IndexGroup,
    help=msgid(
        "Indizes nach amtlichen oder eigenen Rezepten berechnen.\n\n"
        "„apply“ rechnet mit jeder fertigen Tabelle (CSV oder Excel); „dkbm index STADTORDNER REZEPT“ mit den "
        "Kennzahlen einer Stadt. REZEPT ist ein Name aus „dkbm index list“ oder eine eigene Datei (.yml)."
    ),
)
def index() -> None:
    pass


recipe_argument = argument("recipe", metavar=msgid("REZEPT"))
german_option = option(
    "--german", is_flag=True, help=msgid("Für deutsches Excel schreiben: Semikolon und Dezimalkomma.")
)
out_option = option(
    "--out", required=True, metavar=msgid("DATEI"), type=click.Path(path_type=Path), help=msgid("Datei (.csv).")
)
compare_option = option(
    "--compare",
    "compared",
    multiple=True,
    metavar=msgid("SPALTE=SPALTE"),
    help=msgid("Mit einer Spalte der Tabelle vergleichen, z. B. status_class=klasse [mehrfach]."),
)


@index.command(name="list", help=msgid("Alle mitgelieferten Rezepte auflisten."))
def list_command() -> None:
    from dkbm_monitor.indices.recipes import shipped
    from dkbm_monitor.indices.words import evidence_words

    for evidence in dict.fromkeys(one.evidence for one in shipped().values()):
        cards = [one for one in shipped().values() if one.evidence == evidence]
        click.echo(evidence_words(cards[0]))
        two_columns([(one.id, str(one.title)) for one in cards])
    click.echo(plural("{n} Rezept", "{n} Rezepte", len(shipped())))


@index.command(help=msgid("Ein Rezept vorstellen: Mitglieder, Rechenweg, Klassen, was nicht belegt ist."))
@recipe_argument
def show(recipe: str) -> None:
    from dkbm_monitor.indices.recipes import recipe_of
    from dkbm_monitor.indices.words import recipe_lines

    two_columns(recipe_lines(recipe_of(recipe)), indent="")


@index.command(
    help=msgid(
        "Ein Rezept auf eine fertige Tabelle anwenden.\n\n"
        "Trennzeichen, Kodierung und Dezimalzeichen werden erkannt. Geschrieben wird eine Zeile je Zeile der Tabelle: "
        "Schlüssel, je Mitglied der normierte Wert, je Teil Summe, Index und Klasse, dazu bei einer Typologie die "
        "Gruppe."
    )
)
@recipe_argument
@option(
    "--table",
    required=True,
    metavar=msgid("DATEI"),
    type=click.Path(path_type=Path),
    help=msgid("CSV-, Excel- (.xlsx) oder Parquet-Datei mit einer Zeile je Gebiet."),
)
@option("--key", required=True, metavar=msgid("SPALTE"), help=msgid("Spalte mit dem Schlüssel des Gebiets."))
@option(
    "--map",
    "mapped",
    multiple=True,
    metavar=msgid("MITGLIED=SPALTE"),
    help=msgid("Welche Spalte ein Mitglied enthält, wenn sie anders heißt [mehrfach]."),
)
@option(
    "--exclude",
    multiple=True,
    metavar=msgid("SPALTE=WERT"),
    help=msgid("Zeilen mit diesem Wert bleiben außerhalb der Rechnung; ein * am Ende steht für beliebiges [mehrfach]."),
)
@option("--period", metavar=msgid("SPALTE"), help=msgid("Spalte mit dem Zeitraum, wenn die Tabelle mehrere enthält."))
@option("--sheet", default="", metavar=msgid("BLATT"), help=msgid("Name des Excel-Blatts; ohne Angabe das erste."))
@option("--header-row", default=1, type=click.IntRange(1), help=msgid("Zeile der Überschriften, gezählt ab 1."))
@option(
    "--decimal",
    type=click.Choice(list(DECIMALS)),
    help=msgid("Dezimalzeichen, falls es sich nicht erkennen lässt: komma oder punkt."),
)
@out_option
@compare_option
@option(
    "--published",
    metavar=msgid("DATEI"),
    type=click.Path(path_type=Path),
    help=msgid("Tabelle, mit der --compare vergleicht; ohne Angabe dieselbe."),
)
@option("--published-key", metavar=msgid("SPALTE"), help=msgid("Schlüssel darin; ohne Angabe wie --key."))
@option(
    "--agreement",
    metavar=msgid("DATEI"),
    type=click.Path(path_type=Path),
    help=msgid("Den Vergleich Zelle für Zelle in diese Datei schreiben (.csv)."),
)
@option("--tolerance", default=1e-6, show_default=True, help=msgid("So weit dürfen verglichene Zahlen abweichen."))
@option("--explain", metavar=msgid("SCHLÜSSEL"), help=msgid("Alle Schritte für ein Gebiet zeigen."))
@german_option
def apply(
    recipe: str,
    table: Path,
    key: str,
    mapped: tuple[str, ...],
    exclude: tuple[str, ...],
    period: str | None,
    sheet: str,
    header_row: int,
    decimal: str | None,
    out: Path,
    compared: tuple[str, ...],
    published: Path | None,
    published_key: str | None,
    agreement: Path | None,
    tolerance: float,
    explain: str | None,
    german: bool,
) -> None:
    from dkbm_monitor.indices.composite import compute_index
    from dkbm_monitor.indices.ready import read_table
    from dkbm_monitor.indices.recipes import recipe_of

    columns, rules = _pairs(mapped, "--map"), _lists(exclude, "--exclude")
    wanted = _pairs(compared, "--compare")
    card = recipe_of(recipe)
    with progress(_("Tabelle wird gelesen und gerechnet …")):
        cells = read_table(table, sheet=sheet, header_row=header_row)
        sign: Any = DECIMALS.get(decimal or "")
        result = compute_index(
            card, cells, key=key, columns=columns, exclude=rules, period=period, name=table.name, decimal=sign
        )
        theirs = read_table(published) if published else cells
        found = _compare(result, theirs, published_key or key, wanted, tolerance)
    steps = _steps(result, explain)
    _write(result, out, german=german, settings={"key": key, "map": columns, "exclude": rules}, table=table)
    _report(result, out)
    if found is not None:
        click.echo(str(found))
        if agreement:
            _save(found.cells, agreement, german=german)
    _show_lines(steps)


def _compare(result: IndexResult, cells: Any, key: str, wanted: dict[str, str], tolerance: float) -> Any:
    from dkbm_monitor.indices.agreement import agreement

    return agreement(result, cells, key, wanted, tolerance=tolerance) if wanted else None


@index.command(
    name="town",
    hidden=True,
    help=msgid(
        "Ein Rezept auf die Kennzahlen eines Stadtordners anwenden.\n\n"
        "Gerechnet wird mit dem, was nach der Regel der Stadt freigegeben ist. Eigene Rezepte liegen im Ordner "
        "indices/."
    ),
)
@town_argument
@recipe_argument
@option("--level", metavar=msgid("EBENE"), help=msgid("Ebene, z. B. stadtteil; ohne Angabe die feinste."))
@option("--period", metavar=msgid("ZEITRAUM"), help=msgid("Ohne Angabe der jüngste mit allen Werten."))
@option(
    "--map",
    "mapped",
    multiple=True,
    metavar=msgid("MITGLIED=KENNZAHL"),
    help=msgid("Welche Kennzahl des Katalogs ein Mitglied liefert [mehrfach]."),
)
@audience_option
@out_option
@option("--explain", metavar=msgid("SCHLÜSSEL"), help=msgid("Alle Schritte für ein Gebiet zeigen."))
@german_option
def of_town(
    town: Path,
    recipe: str,
    level: str | None,
    period: str | None,
    mapped: tuple[str, ...],
    audience: Audience,
    out: Path,
    explain: str | None,
    german: bool,
) -> None:
    from dkbm_monitor.cli.parts import level_id
    from dkbm_monitor.indices.composite import compute_index
    from dkbm_monitor.indices.recipes import recipe_of
    from dkbm_monitor.indices.values import KEY, finest_level, indicators_of, table_of_values
    from dkbm_monitor.products.tablefile import town_label
    from dkbm_monitor.view.labels import invented_words

    card = recipe_of(recipe, folders=[town / FOLDER])
    members = indicators_of(card, _pairs(mapped, "--map"))
    wanted = period_of(period) if period else None
    folder = opened(town)
    people = _population(card, folder.catalogue.indicators)
    asked = list(dict.fromkeys([*members.values(), *people.values()]))
    release = released(folder, asked, audience=audience)
    chosen = level_id(folder, level) if level else finest_level(release.values, folder.levels)
    table, shown, notes = table_of_values(release.values, {**members, **people}, level=chosen, period=wanted)
    result = compute_index(card, table, key=KEY, name=folder.name)
    steps = _steps(result, explain)
    settings = {"level": chosen, "period": shown, "map": members, "audience": audience}
    out_table = result.table().assign(town=town_label(release))
    _save(out_table, out, german=german)
    attributions = release.attributions(release.values)
    definitions = {**release.run.definitions, **_definition(card)}
    _replace_definitions(release.run, definitions).with_settings(
        **settings, recipe=card.id, attributions=attributions, town=town_label(release)
    ).save_beside(out)
    if release.invented:
        click.echo(invented_words(invented=True), err=True)
    _show_notes([*notes, *result.notes])
    click.echo(_("Ebene {level}, Zeitraum {period}").format(level=chosen, period=shown))
    _report(result, out, notes=False)
    _show_lines(steps)


def _population(recipe: IndexRecipe, known: Any) -> dict[str, str]:
    """The column of inhabitants that the inclusion rule asks for, from the catalogue."""
    rule = recipe.inclusion
    return {rule.population: "bevoelkerungszahl"} if rule.min_population and "bevoelkerungszahl" in known else {}


def _definition(recipe: IndexRecipe) -> dict[str, str]:
    from dkbm_monitor.indices.recipes import recipe_hash

    return {f"index:{recipe.id}": recipe_hash(recipe)}


def _replace_definitions(run: Any, definitions: dict[str, str]) -> Any:
    from dataclasses import replace

    return replace(run, definitions=definitions)


def _write(result: IndexResult, out: Path, *, german: bool, settings: dict[str, Any], table: Path) -> None:
    """The table of the index, and its run record beside it."""
    from dkbm_monitor.core.provenance import RunRecord, sha256_of

    _save(result.table(), out, german=german)
    raw = {table.name: {"file": table.name, "sha256": sha256_of(table)}}
    RunRecord(
        town="",
        raw_files=raw,
        definitions=_definition(result.recipe),
        settings={"recipe": result.recipe.id, **settings},
    ).save_beside(out)


def _save(table: Any, out: Path, *, german: bool) -> None:
    from dkbm_monitor.cli.parts import checked_suffix
    from dkbm_monitor.core.files import replacing
    from dkbm_monitor.indices.output import write_table

    checked_suffix(out, (".csv",))
    with replacing(out) as unfinished:
        write_table(table, unfinished, german=german)


def _report(result: IndexResult, out: Path, *, notes: bool = True) -> None:
    """What was noticed, what is not proven, how many districts fell into each class, where the file is."""
    if notes:
        _show_notes(result.notes)
    for text in result.recipe.unverified:
        click.echo(_("Nicht belegt: {text}").format(text=text), err=True)
    for one in result.parts.values():
        if one.part.classes and one.part.classes.names:
            counts = one.classes.value_counts()
            names = [known.name for known in one.part.classes.names]
            shown = ", ".join(f"{name} {int(counts.get(name, 0))}" for name in names)
            click.echo(f"{one.part.title}: {shown}")
    how = result.recipe.typology
    if how and how.attention and result.group is not None:
        n = int(result.group.isin(how.attention.groups).sum())
        doubt = " " + _("(Zuordnung nicht belegt)") if how.attention.evidence == "unverified" else ""
        click.echo(f"{how.attention.title}: {n}{doubt}")
    n = result.n_with_index
    click.echo(plural("{n} Gebiet mit Index:", "{n} Gebiete mit Index:", n) + f" {out}")


def _show_notes(notes: Iterable[Problem]) -> None:
    words = {Severity.WARNING: _("Warnung"), Severity.NOTE: _("Hinweis")}
    for one in notes:
        click.echo(f"{words.get(one.severity, '')} {one}".strip(), err=True)


def _steps(result: IndexResult, key: str | None) -> list[tuple[str, str]]:
    """The steps of one district; an unknown one is reported before anything is written."""
    from dkbm_monitor.indices.words import district_lines

    return district_lines(result, key) if key else []


def _show_lines(lines: list[tuple[str, str]]) -> None:

    two_columns(lines, indent="")


def _lists(words: Sequence[str], name: str) -> dict[str, list[str]]:
    """`a=1 a=2 b=3` by column; raises `ProblemsError` for words without an equals sign."""
    found: dict[str, list[str]] = {}
    wrong = []
    for word in words:
        column, sign, value = word.partition("=")
        if not sign or not column.strip():
            what = _("Nach {option} wird NAME=WERT erwartet, gefunden wurde „{word}“.").format(option=name, word=word)
            wrong.append(Problem("I035", Place(key=name), word, what))
        found.setdefault(column.strip(), []).append(value.strip())
    if wrong:
        raise ProblemsError(wrong)
    return found


def _pairs(words: Sequence[str], name: str) -> dict[str, str]:
    """`a=x b=y` as a mapping; raises `ProblemsError` where one name stands twice."""
    found = _lists(words, name)
    twice = [one for one, values in found.items() if len(values) > 1]
    if twice:
        what = _("Bei {option} steht „{name}“ mehrfach.")
        raise ProblemsError(
            [Problem("I035", Place(key=name), one, what.format(option=name, name=one)) for one in twice]
        )
    return {one: values[0] for one, values in found.items()}
