"""A table meets a recipe: columns are found, cells become numbers, and every mistake is reported at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.core.problems import Place, Problem, Severity, did_you_mean, raise_errors
from dkbm_monitor.indices.models import NEEDS_SPREAD, IndexRecipe
from dkbm_monitor.indices.numbers import Decimal, Numbers, as_numbers, decimal_sign
from dkbm_monitor.sources.words import clean

FEWEST = 30  # districts below which classes by standard deviations mean little (DOMAIN B.7)


@dataclass(frozen=True)
class Prepared:
    """What a recipe needs of a table. Rows keep the table's order.

    `values` has one float column per member id (as delivered, not yet turned); `reason` is empty for districts in
    the calculation and says otherwise why not; `weights` is the weight column, where the recipe has one.
    """

    key_name: str
    keys: pd.Series[str]
    periods: pd.Series[str] | None
    values: pd.DataFrame
    reason: pd.Series[str]
    weights: pd.Series[float] | None
    notes: tuple[Problem, ...]


def prepare(
    recipe: IndexRecipe,
    table: pd.DataFrame,
    *,
    key: str,
    columns: Mapping[str, str] | None = None,
    exclude: Mapping[str, Sequence[str]] | None = None,
    period: str | None = None,
    name: str = "",
    decimal: Decimal | None = None,
) -> Prepared:
    """Find the columns of `table` that a recipe needs; raises `ProblemsError` with everything that is wrong.

    The table's index holds the row numbers that messages name. `columns` maps members to headers where they differ,
    `exclude` columns to values whose rows stay out of the calculation. Cells may be numbers or text.
    """
    work = _Preparing(recipe, table, name, decimal)
    keys = work.keys(key, period)
    headers = work.headers_of_members(columns or {})
    reason = work.reasons({**recipe.inclusion.exclude, **(exclude or {})}, exclude or {})
    work.sniff([*headers.values(), recipe.inclusion.population, recipe.weight_column])
    reason = work.too_few_people(reason)
    values = work.member_values(headers, reason)
    weights = work.weight_column(reason)
    periods = None if period is None or period not in table else _text_of(table[period])
    work.spread_problems(values, reason, periods)
    work.base_problems(periods)
    notes = raise_errors(work.problems)
    return Prepared(key, keys, periods, values, reason, weights, tuple(notes))


class _Preparing:
    """One table on its way; problems gather."""

    def __init__(self, recipe: IndexRecipe, table: pd.DataFrame, name: str, decimal: Decimal | None) -> None:
        self.recipe, self.name, self.decimal = recipe, name, decimal
        doubled = table.columns.duplicated(keep=False)
        self.table = _with_texts(table.loc[:, ~table.columns.duplicated()])
        self.problems: list[Problem] = []
        self._doubled = {str(one) for one in table.columns[doubled]}
        self._by_lower = {clean(str(one)).lower(): str(one) for one in reversed(list(table.columns))}

    def _say(
        self,
        code: str,
        what: str,
        hint: str = "",
        *,
        row: int | None = None,
        column: str = "",
        weight: Severity = Severity.ERROR,
    ) -> None:
        self.problems.append(Problem(code, Place(self.name, row, column), column or self.name, what, hint, weight))

    def _header(self, wanted: str) -> str | None:
        """A header of the table, capitals not minding; one that stands twice is reported."""
        found = wanted if wanted in self.table.columns else self._by_lower.get(clean(wanted).lower())
        if found in self._doubled:
            self._doubled.discard(str(found))
            what = _("Die Überschrift „{column}“ steht mehrfach; welche Spalte gemeint ist, bleibt offen.")
            self._say("I009", what.format(column=found), _("Bitte eine der Spalten umbenennen."), column=str(found))
        return found

    def _unknown_column(self, code: str, what: str, wanted: str, advice: str = "") -> None:
        headers = [str(one) for one in self.table.columns]
        shown = ", ".join(headers[:12]) + (" …" if len(headers) > 12 else "")
        hint = did_you_mean(wanted, headers) or _("Vorhanden sind: {headers}.").format(headers=shown)
        self._say(code, what.format(column=wanted), f"{advice} {hint}".strip(), column=wanted)

    def keys(self, key: str, period: str | None) -> pd.Series[str]:
        """The keys as text, checked: there, filled, each once (each once a period, where there is one)."""
        for one in (key, period):
            if one is not None and (one not in self.table.columns or self._header(one) is None):
                self._unknown_column("I010", _("Die Spalte „{column}“ gibt es nicht."), one)
        if key not in self.table.columns:
            return pd.Series("", index=self.table.index, dtype="str")
        keys = _text_of(self.table[key])
        empty = list(keys.index[keys == ""])
        if empty:
            what = plural("{n} Zeile hat keinen Schlüssel", "{n} Zeilen haben keinen Schlüssel", len(empty))
            self._say("I011", what + f" ({_rows(empty)}).", _("Summenzeilen bitte vorher entfernen."), column=key)
        place = pd.DataFrame({"key": keys, "period": self.table.get(period, "")})
        twice = place[place.duplicated(keep=False) & (keys != "")]
        for name, rows in list(twice.groupby("key", sort=False).groups.items())[:20]:
            what = _("Der Schlüssel „{key}“ steht mehrfach ({rows}).").format(key=name, rows=_rows(list(rows)))
            hint = _("Jedes Gebiet darf nur einmal vorkommen; es würde sonst doppelt gezählt.")
            self._say("I012", what, hint, row=int(list(rows)[1]), column=key)
        return keys

    def headers_of_members(self, columns: Mapping[str, str]) -> dict[str, str]:
        """The header of each member's column."""
        known = {one.id: one for one in self.recipe.members}
        mapped = {}
        for member, header in columns.items():
            if member.lower() not in known:
                what = _("Das Rezept „{recipe}“ hat kein Mitglied „{member}“.")
                hint = did_you_mean(member, known) or _("Mitglieder sind: {names}.").format(names=", ".join(known))
                self._say("I013", what.format(recipe=self.recipe.id, member=member), hint, column=header)
            mapped[member.lower()] = header
        found: dict[str, str] = {}
        for member, card in known.items():
            wanted = [mapped[member]] if member in mapped else [member, *card.aliases]
            place = next((one for one in map(self._header, wanted) if one is not None), None)
            if place is None:
                what = _("Für das Mitglied „{member}“ ({title}) fehlt die Spalte „{{column}}“.")
                shown = what.format(member=member, title=card.title)
                advice = _("Bitte mit --map {member}=SPALTE angeben.").format(member=member)
                self._unknown_column("I014", shown, wanted[0], advice)
            else:
                found[member] = place
        return found

    def reasons(self, rules: Mapping[str, Sequence[str]], asked: Mapping[str, Sequence[str]]) -> pd.Series[str]:
        """Why a row stays out, by the values of some columns."""
        reason = pd.Series("", index=self.table.index, dtype="str")
        for column, texts in rules.items():
            header = self._header(column)
            if header is None:
                if column in asked:
                    self._unknown_column("I015", _("Zum Ausschließen gibt es keine Spalte „{column}“."), column)
                continue
            cells = _text_of(self.table[header])
            for text in texts:
                hit = cells.str.lower().map(partial(_is_like, clean(text).lower())) | _same_number(cells, text)
                if not hit.any() and column in asked:
                    what = _("In der Spalte steht nirgends „{text}“; es wird deshalb nichts ausgeschlossen.")
                    hint = did_you_mean(text, cells.unique())
                    self._say("I016", what.format(text=text), hint, column=header, weight=Severity.WARNING)
                reason = reason.mask(hit & (reason == ""), f"{header}={text}")
        return reason

    def sniff(self, headers: Sequence[str]) -> None:
        """Decide once for the whole table what a comma and a point mean."""
        cells = [self.table[one] for header in headers if header and (one := self._header(header)) is not None]
        texts = [column for column in cells if not pd.api.types.is_numeric_dtype(column)]
        sign, sure = decimal_sign(texts)
        if self.decimal is None and not sure:
            what = _("Ob der Punkt in den Zahlen Dezimalpunkt oder Tausenderpunkt ist, lässt sich nicht erkennen.")
            hint = _("Er gilt als Dezimalpunkt; sonst bitte --decimal komma angeben.")
            self._say("I017", what, hint, weight=Severity.WARNING)
        self.decimal = self.decimal or sign

    def _numbers(self, header: str, ignored: pd.Series[bool], codes: Sequence[float] = ()) -> Numbers:
        read = as_numbers(self.table[header], self.decimal or ".", codes)
        bad = read.bad[~ignored.reindex(read.bad).to_numpy()] if len(read.bad) else read.bad
        if len(bad):
            samples = ", ".join(f"„{text}“" for text in self.table.loc[bad, header].astype("str").unique()[:3])
            what = plural("{n} Zelle ist keine Zahl", "{n} Zellen sind keine Zahlen", len(bad))
            hint = _("Bitte durch eine Zahl ersetzen oder leer lassen.")
            self._say("I018", f"{what}: {samples} ({_rows(list(bad))}).", hint, row=int(bad[0]), column=header)
        return read

    def too_few_people(self, reason: pd.Series[str]) -> pd.Series[str]:
        """Districts below the recipe's population stay out; says so, or says that it could not be checked."""
        rule = self.recipe.inclusion
        header = self._header(rule.population) if rule.population else None
        if not rule.min_population:
            return reason
        if header is None:
            what = _("Die Spalte „{column}“ mit der Bevölkerungszahl fehlt; Gebiete unter {n} bleiben in der Rechnung.")
            what = what.format(column=rule.population, n=number(rule.min_population))
            self._say("I019", what, _("Bitte mit --exclude ausschließen."), weight=Severity.NOTE)
            return reason
        people = self._numbers(header, reason != "", rule.missing_codes).values
        few = (people < rule.min_population) & (reason == "")
        if few.any():
            what = plural(
                "{n} Gebiet mit zu kleiner Bevölkerung bleibt außen vor",
                "{n} Gebiete mit zu kleiner Bevölkerung bleiben außen vor",
                int(few.sum()),
            )
            what += " " + _("(weniger als {n}).").format(n=number(rule.min_population))
            self._say("I019", what, column=header, weight=Severity.NOTE)
        return reason.mask(few, f"{header}<{rule.min_population:g}")

    def member_values(self, headers: Mapping[str, str], reason: pd.Series[str]) -> pd.DataFrame:
        """Numbers of every member; nothing for districts outside the calculation."""
        out = pd.DataFrame(index=self.table.index)
        used = reason == ""
        codes = self.recipe.inclusion.missing_codes
        for member, header in headers.items():
            read = self._numbers(header, ~used, codes)
            out[member] = read.values.where(used)
            lacking = int((used & out[member].isna()).sum())
            if used.any() and lacking == int(used.sum()):
                what = _("Die Spalte des Mitglieds „{member}“ enthält keine einzige Zahl.").format(member=member)
                self._say("I020", what, _("Bitte mit --map die richtige Spalte angeben."), column=header)
        if not used.any() and len(out):
            self._say("I022", _("Kein Gebiet bleibt in der Rechnung; alle sind ausgeschlossen."))
        self._gaps(out[used])
        self._all_zero(out, used)
        return out

    def _gaps(self, values: pd.DataFrame) -> None:
        """Say in how many districts of the calculation a value is missing, and of which members."""
        gaps = values.isna()
        n = int(gaps.any(axis=1).sum())
        if n:
            what = plural("In {n} Gebiet fehlt ein Wert", "In {n} Gebieten fehlt ein Wert", n)
            rules = {part.missing.rule for part in self.recipe.all_parts}
            hint = _("Ohne alle Werte gibt es keinen Index.") if rules == {"exclude"} else ""
            self._say("I021", f"{what} ({', '.join(gaps.columns[gaps.any()])}).", hint, weight=Severity.NOTE)

    def _all_zero(self, values: pd.DataFrame, used: pd.Series[bool]) -> None:
        zero = used & (values == 0).all(axis=1) if values.shape[1] > 1 else used & False
        if zero.any():
            what = plural(
                "{n} Gebiet hat in allen Mitgliedern genau 0",
                "{n} Gebiete haben in allen Mitgliedern genau 0",
                int(zero.sum()),
            )
            hint = _("Ältere Tabellen schreiben 0 für Gebiete ohne Berechnung; diese bitte mit --exclude ausschließen.")
            rows = _rows(list(zero.index[zero]))
            self._say("I023", f"{what} ({rows}).", hint, weight=Severity.WARNING)

    def weight_column(self, reason: pd.Series[str]) -> pd.Series[float] | None:
        """The column of weights, where the recipe uses one."""
        wanted = self.recipe.weight_column
        if not wanted or not any(part.normalise.weighted for part in self.recipe.all_parts):
            return None
        header = self._header(wanted)
        if header is None:
            self._unknown_column("I024", _("Die Spalte „{column}“ mit den Gewichten fehlt."), wanted)
            return None
        weights = self._numbers(header, reason != "").values
        if bool(((weights < 0) | weights.isna())[reason == ""].any()):
            self._say("I024", _("Gewichte dürfen nicht fehlen und nicht negativ sein."), column=header)
        return weights.fillna(0.0)

    def base_problems(self, periods: pd.Series[str] | None) -> None:
        """Say if the period that everything is measured against is not in the table."""
        base = self.recipe.reference.base
        if base is None or (periods is not None and base in set(periods)):
            return
        what = _("Der Basiszeitraum {period} des Rezepts kommt in der Tabelle nicht vor.").format(period=base)
        hint = _("Bitte mit --period die Spalte mit dem Zeitraum angeben.") if periods is None else ""
        self._say("I028", what, hint)

    def spread_problems(self, values: pd.DataFrame, reason: pd.Series[str], periods: pd.Series[str] | None) -> None:
        """Say which members do not vary, and where there are too few districts."""
        used = values[reason == ""]
        needing = {
            one for part in self.recipe.all_parts if part.normalise.method in NEEDS_SPREAD for one in part.inputs
        }
        for member in used.columns:
            known = used[member].dropna()
            if member in needing and len(known) and known.min() == known.max():
                what = _("Das Mitglied „{member}“ hat überall denselben Wert ({value}); es unterscheidet kein Gebiet.")
                shown = what.format(member=member, value=number(float(known.iloc[0]), 2))
                self._say("I025", shown, _("Es lässt sich nicht standardisieren; bitte die Spalte prüfen."))
        sd_classes = any(_is_in_sds(part) for part in self.recipe.all_parts)
        n = len(used) if periods is None else int(periods[used.index].value_counts().min() if len(used) else 0)
        if sd_classes and 0 < n < FEWEST:
            what = plural("Nur {n} Gebiet ist in der Rechnung.", "Nur {n} Gebiete sind in der Rechnung.", n)
            hint = _("Klassen nach Standardabweichungen sind unter {n} Gebieten wenig belastbar.").format(n=FEWEST)
            self._say("I026", what, hint, weight=Severity.NOTE)


def _with_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every column that is not numeric as text, empty where nothing was delivered."""
    texts = {name: column for name, column in table.items() if not pd.api.types.is_numeric_dtype(column)}
    return table.assign(**{str(name): column.astype("str").fillna("") for name, column in texts.items()})


def _text_of(column: pd.Series) -> pd.Series[str]:
    """The cells as clean text, empty where nothing was delivered."""
    return column.astype("str").where(column.notna(), "").map(clean)


def _is_like(pattern: str, cell: str) -> bool:
    """True for equal texts; a star at the end of the pattern stands for anything that follows."""
    return cell.startswith(pattern[:-1]) if pattern.endswith("*") else cell == pattern


def _same_number(cells: pd.Series[str], text: str) -> pd.Series[bool]:
    """True where cell and text are the same number, however written (2 and 2.0)."""
    wanted = pd.to_numeric(pd.Series([text]), errors="coerce").iloc[0]
    same: pd.Series[bool] = pd.to_numeric(cells, errors="coerce") == wanted
    return same


def _is_in_sds(part: object) -> bool:
    classes, index = getattr(part, "classes", None), getattr(part, "index", None)
    if classes is None or index is None:
        return False
    return classes.method == "sd" or (classes.method == "limits" and index.method in ("z", "robust_z"))


def _rows(rows: Sequence[object], most: int = 8) -> str:
    """Row numbers within a sentence."""
    shown = ", ".join(str(one) for one in rows[:most])
    text = _("Zeile {rows}") if len(rows) == 1 else _("Zeilen {rows}")
    return text.format(rows=shown + (" …" if len(rows) > most else ""))
