"""How well a computed index agrees with the published one: cell by cell, and in a sentence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.indices.composite import IndexResult
from dkbm_monitor.indices.numbers import as_numbers, decimal_sign
from dkbm_monitor.sources.words import clean

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Agreement:
    """`cells` has one row per district and compared column: key, column, ours, published, difference, verdict.

    The verdict is `equal`, `different`, `only_ours` or `only_published`; cells that are empty on both sides are left
    out. `difference` is a number where both sides are numbers.
    """

    cells: pd.DataFrame
    tolerance: float

    @property
    def summary(self) -> pd.DataFrame:
        """One row per column: how many cells were compared, how many agree, the largest difference."""
        grouped = self.cells.groupby("column", sort=False)
        return pd.DataFrame(
            {
                "compared": grouped.size(),
                "equal": grouped["verdict"].agg(lambda one: int((one == "equal").sum())),
                "one_sided": grouped["verdict"].agg(lambda one: int(one.str.startswith("only").sum())),
                "largest_difference": grouped["difference"].agg(lambda one: one.abs().max()),
            }
        ).reset_index()

    @property
    def is_complete(self) -> bool:
        """True where every cell agrees."""
        return bool((self.cells["verdict"] == "equal").all()) and len(self.cells) > 0

    @property
    def sentences(self) -> list[str]:
        """The result in words, one sentence a column."""
        return [_sentence(row) for row in self.summary.to_dict("records")]

    def __str__(self) -> str:
        return "\n".join(self.sentences)


def agreement(
    result: IndexResult,
    published: pd.DataFrame,
    key: str,
    columns: Mapping[str, str],
    *,
    tolerance: float = TOLERANCE,
) -> Agreement:
    """Compare columns of an index with a published table.

    `columns` maps columns of the index (`status_class`, `imd_index`, `group` …) to headers of `published`, whose
    districts are named by its column `key`. Numbers agree within `tolerance`; classes agree by name or by one of the
    codes the recipe declares. Raises `ProblemsError` for columns that do not exist.
    """
    ours = result.table()
    wrong = [*_unknown(columns, ours), *_unknown([key, *columns.values()], published)]
    if wrong:
        raise ProblemsError(wrong)
    own_key = result.prepared.key_name
    theirs = published.assign(_key=published[key].astype("str").map(clean)).drop_duplicates("_key").set_index("_key")
    mine = ours.assign(_key=ours[own_key]).set_index("_key")
    keys = pd.Index(dict.fromkeys([*mine.index, *theirs.index]))
    cells = [
        _compare(result, one, mine[one].reindex(keys), theirs[header].reindex(keys), tolerance)
        for one, header in columns.items()
    ]
    return Agreement(pd.concat(cells, ignore_index=True), tolerance)


def _unknown(wanted: Iterable[str], table: pd.DataFrame) -> list[Problem]:
    known = [str(one) for one in table.columns]
    lacking = [one for one in wanted if one not in known]
    what = _("Zum Vergleichen gibt es keine Spalte „{column}“.")
    return [
        Problem("I030", Place(column=one), one, what.format(column=one), did_you_mean(one, known)) for one in lacking
    ]


def _compare(result: IndexResult, name: str, ours: pd.Series, published: pd.Series, tolerance: float) -> pd.DataFrame:
    """The cells of one column."""
    codes = result.recipe.inclusion.missing_codes
    if name.endswith("_class") or name == "group":
        mine = ours.fillna("").astype("str")
        theirs = _texts(published, [f"{one:g}" for one in codes])
        theirs = theirs.replace(_names_of_codes(result, name))
        if names := _names(result, name):  # publishers write words where there is no class
            theirs = theirs.where(theirs.isin(names), "")
        difference = pd.Series(np.nan, index=ours.index)
        equal, has_mine, has_theirs = mine == theirs, mine != "", theirs != ""
    else:
        mine, theirs = ours, _numbers(published, codes)
        difference = ours.astype("float64") - theirs.astype("float64")
        equal, has_mine, has_theirs = difference.abs() <= tolerance, mine.notna(), theirs.notna()
    verdict = np.select(
        [~has_mine & ~has_theirs, ~has_theirs, ~has_mine, equal],
        ["", "only_ours", "only_published", "equal"],
        "different",
    )
    frame = pd.DataFrame(
        {"key": ours.index, "column": name, "ours": mine, "published": theirs, "difference": difference},
    ).assign(verdict=verdict)
    return frame[frame["verdict"] != ""].astype({"ours": object, "published": object})


def _numbers(column: pd.Series, codes: Sequence[float]) -> pd.Series:
    """Published numbers, from numbers or from German or English text."""
    text = column if pd.api.types.is_numeric_dtype(column) else column.astype("str").fillna("")
    sign = "." if pd.api.types.is_numeric_dtype(text) else decimal_sign([text])[0]
    return as_numbers(text, sign, codes).values


def _texts(column: pd.Series, empty: list[str]) -> pd.Series[str]:
    """Classes as text: whole numbers without `.0`, signs for nothing empty."""
    texts = column.astype("str").fillna("").map(clean).str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)
    return texts.where(~texts.isin([*empty, "nan", "None", "<NA>"]), "")


def _names(result: IndexResult, name: str) -> set[str]:
    """All classes, or all groups; none where classes bear no names."""
    how = result.recipe.typology
    if name == "group" and how:
        return {row + column for row in how.row_signs for column in how.column_signs}
    part = result.parts.get(name.removesuffix("_class"))
    classes = part.part.classes if part else None
    return {one.name for one in classes.names} if classes else set()


def _names_of_codes(result: IndexResult, name: str) -> dict[str, str]:
    """Other signs of a class -> its name."""
    part = result.parts.get(name.removesuffix("_class"))
    classes = part.part.classes if part else None
    return {code: one.name for one in classes.names for code in one.codes} if classes else {}


def _sentence(row: Mapping[Hashable, object]) -> str:
    compared, equal = int(str(row["compared"])), int(str(row["equal"]))
    largest = float(str(row["largest_difference"]))
    what = f"{row['column']}: "
    if equal == compared:
        what += plural("das eine Gebiet stimmt überein", "alle {n} Gebiete stimmen überein", compared)
    else:
        text = _("{equal} von {compared} Gebieten stimmen überein ({share} %)")
        share = number(100 * equal / compared, 2)
        what += text.format(equal=number(equal), compared=number(compared), share=share)
    if one_sided := int(str(row["one_sided"])):
        text = plural("{n} steht nur auf einer Seite", "{n} stehen nur auf einer Seite", one_sided)
        what += f"; {text}"
    if largest == largest:
        what += "; " + _("größter Unterschied {value}").format(value=f"{largest:.2g}")
    return what + "."
