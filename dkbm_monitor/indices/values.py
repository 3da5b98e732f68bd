"""The values of a town as the table a recipe works on: one row a district, one column a member."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dkbm_monitor.core.frames import TOTAL, TOWN, Values
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity, did_you_mean
from dkbm_monitor.core.status import Status
from dkbm_monitor.indices.models import IndexRecipe

KEY = "district"


def indicators_of(recipe: IndexRecipe, given: Mapping[str, str]) -> dict[str, str]:
    """The indicator behind each member, `given` before the recipe's own; raises `ProblemsError` where one is open."""
    members = {one.id: one for one in recipe.members}
    problems = []
    for name in given:
        if name.lower() not in members:
            what = _("Das Rezept „{recipe}“ hat kein Mitglied „{member}“.").format(recipe=recipe.id, member=name)
            problems.append(Problem("I013", Place(key=name), name, what, did_you_mean(name, members)))
    lower = {name.lower(): indicator for name, indicator in given.items()}
    found = {name: lower.get(name) or card.indicator for name, card in members.items()}
    for name in [name for name, indicator in found.items() if not indicator]:
        what = _("Für das Mitglied „{member}“ ({title}) nennt das Rezept keine Kennzahl.")
        hint = _("Bitte mit --map {member}=KENNZAHL angeben.").format(member=name)
        shown = what.format(member=name, title=members[name].title)
        problems.append(Problem("I031", Place(key=recipe.id), name, shown, hint))
    if problems:
        raise ProblemsError(problems)
    return found


def table_of_values(
    values: Values, indicators: Mapping[str, str], *, level: str, period: str | None = None
) -> tuple[pd.DataFrame, str, list[Problem]]:
    """One row a district of `level`, one column a member; the period shown; and notes on hidden values.

    Without `period`, the latest in which every member has values. Raises `ProblemsError` if there is none.
    """
    rows = values[(values["level"] == level) & (values["breakdown"] == TOTAL)]
    rows = rows[rows["indicator"].isin(set(indicators.values()))]
    chosen = _period(rows, indicators, period)
    rows = rows[rows["period"].astype("str") == chosen]
    wide = rows.astype({"indicator": "str", KEY: "str"}).pivot(index=KEY, columns="indicator", values="value")
    table = pd.DataFrame({member: wide.get(one) for member, one in indicators.items()}, index=wide.index)
    table = table.reset_index().set_axis(pd.RangeIndex(1, len(wide) + 1), axis=0)
    return table, chosen, _hidden(rows)


def _period(rows: Values, indicators: Mapping[str, str], wanted: str | None) -> str:
    known = rows[rows["value"].notna()]
    by_member = [set(known.loc[known["indicator"] == one, "period"].astype("str")) for one in indicators.values()]
    shared = sorted(set.intersection(*by_member), key=lambda one: (year_of(one), one)) if by_member else []
    if wanted in shared:
        return str(wanted)
    if shared and wanted is None:
        return shared[-1]
    empty = [member for member, found in zip(indicators, by_member, strict=True) if not found]
    if wanted:
        what = _("Im Zeitraum {period} haben nicht alle Mitglieder Werte.").format(period=wanted)
    else:
        what = _("In keinem Zeitraum haben alle Mitglieder Werte.")
    hint = _("Ganz ohne Werte: {members}.").format(members=", ".join(empty)) if empty else ""
    if shared:
        hint = _("Möglich sind: {allowed}.").format(allowed=", ".join(shared))
    raise ProblemsError([Problem("I033", Place(key=wanted or ""), wanted or "", what, hint)])


def _hidden(rows: Values) -> list[Problem]:
    """How many districts have no index because a value is hidden."""
    hidden = rows["status"].astype("str").isin([str(Status.SUPPRESSED), str(Status.SECRET)])
    n = rows.loc[hidden, KEY].nunique()
    if not n:
        return []
    what = plural(
        "In {n} Gebiet ist ein Wert zum Schutz kleiner Zahlen verborgen.",
        "In {n} Gebieten ist ein Wert zum Schutz kleiner Zahlen verborgen.",
        n,
    )
    return [Problem("I034", Place(), "", what, severity=Severity.NOTE)]


def finest_level(values: Values, order: list[str]) -> str:
    """The finest level below the town that has values; `order` runs from fine to coarse."""
    there = set(values["level"].astype("str"))
    return next((one for one in order if one in there and one != TOWN), TOWN)
