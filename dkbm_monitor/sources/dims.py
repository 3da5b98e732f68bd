"""Measures and breakdowns: what the headers of a wide table say, or the rows of a long one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.keys import age_band
from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.coded import Coded
from dkbm_monitor.sources.columns import ValueColumn
from dkbm_monitor.sources.findings import Findings, listed
from dkbm_monitor.sources.models import LongMap
from dkbm_monitor.sources.words import clean

AGE = "age"


def said_by_columns(columns: Sequence[ValueColumn], findings: Findings) -> dict[str, Coded]:
    """Measure and breakdowns of each value column; a column whose age band makes no sense is left out."""
    dims = sorted({dim for column in columns for dim in column.cell})
    said = {dim: [column.cell.get(dim, TOTAL) for column in columns] for dim in dims}
    out = {"measure": Coded.of([column.measure for column in columns])}
    out |= {dim: Coded.of(words) for dim, words in said.items()}
    if AGE in out:
        headers = [column.header for column in columns]
        out[AGE] = _ages(out[AGE], headers, None, findings)
    return out


def said_by_rows(
    long: LongMap,
    keys: Mapping[str, Coded],
    ignore: Sequence[str],
    rows: npt.NDArray[np.int64],
    findings: Findings,
) -> dict[str, Coded]:
    """Measure and breakdowns of each row of a long table."""
    said: dict[str, Coded] = {}
    fixed: dict[str, Mapping[str, str]] = {}
    if long.measure_column:
        texts = keys[long.measure_column]
        fixed = {clean(text): cell for text, cell in long.measure_cells.items()}
        said["measure"] = _measures(long, texts, ignore, rows, findings)
    else:
        texts = Coded.constant("", len(rows))
        said["measure"] = Coded.constant(long.measure, len(rows))
    for dim, column in long.dims.items():
        said[dim] = _recoded(keys[column], long.recode.get(dim, {}))
    for dim in sorted({dim for cell in fixed.values() for dim in cell}):
        said[dim] = _fixed_by_measure(said.get(dim), texts, {text: cell.get(dim) for text, cell in fixed.items()})
    if AGE in said:
        said[AGE] = _ages(said[AGE], [long.dims.get(AGE, long.measure_column)], rows, findings)
    return said


def _recoded(column: Coded, recode: Mapping[str, str]) -> Coded:
    tidy = {clean(text): word for text, word in recode.items()}
    return column.mapped(lambda text: tidy.get(text, text))


def _measures(
    long: LongMap, texts: Coded, ignore: Sequence[str], rows: npt.NDArray[np.int64], findings: Findings
) -> Coded:
    """The measure each row counts; texts without one are reported, unless `ignore` names them."""
    measures = {clean(text): measure for text, measure in long.measures.items()}
    if not measures:
        return texts
    present = [texts.labels[code] for code in np.unique(texts.codes)]
    patterns = [clean(pattern).replace("[", "[[]") for pattern in ignore]
    left = [text for text in present if text not in measures and not any(fnmatchcase(text, one) for one in patterns)]
    if left:
        first = int(rows[np.flatnonzero(texts.codes == texts.labels.index(left[0]))[0]])
        what = plural(
            "{n} Merkmal ist keiner Messgröße zugeordnet", "{n} Merkmale sind keiner Messgröße zugeordnet", len(left)
        )
        absent = [text for text in measures if text not in present]
        hint = did_you_mean(absent[0], left) if absent else ""
        hint = hint or _("Bitte unter „measures“ zuordnen oder unter „ignore“ nennen.")
        findings.warn("T045", f"{what}: {listed(left, 30)}.", hint, row=first, column=long.measure_column)
    return texts.mapped(measures.get)


def _fixed_by_measure(given: Coded | None, texts: Coded, fixed: Mapping[str, str | None]) -> Coded:
    """A breakdown that the text of the measure fixes, elsewhere as its own column says."""
    by_text = texts.mapped(lambda text: fixed.get(text) or "")
    given = given or Coded.constant(TOTAL, len(texts))
    labels = (*given.labels, *by_text.labels)
    codes = np.where(
        np.array([*(bool(label) for label in by_text.labels), False])[by_text.codes],
        by_text.codes + len(given.labels),
        given.codes,
    )
    return Coded(codes, labels).mapped(lambda text: text or TOTAL)


def _ages(column: Coded, headers: Sequence[str], rows: npt.NDArray[np.int64] | None, findings: Findings) -> Coded:
    """Age bands in their one spelling; what is none is reported and left out."""
    spelled = {text: _age(text) for text in column.labels}
    for text in [text for text, band in spelled.items() if band is None]:
        places = np.flatnonzero(column.codes == column.labels.index(text))
        if not len(places):
            continue
        what = _("„{text}“ ist keine Altersgruppe.").format(text=text)
        hint = _("Gemeint sind vollendete Jahre wie 0, 3-5 oder 65+; bitte unter „recode: age“ zuordnen{example}.")
        found = _guess(text)
        hint = hint.format(example=f', z. B. "{text}": "{found}"' if found else "")
        first = int(places[0])
        header = headers[first] if rows is None else headers[0]
        findings.add("T046", what, hint, row=None if rows is None else int(rows[first]), column=header)
    findings.shorten("T046")
    return column.mapped(spelled.get)


def _age(text: str) -> str | None:
    band = re.sub(r"\s*[-–—]\s*", "-", text)
    return band if text == TOTAL or age_band(band) else None


def _guess(text: str) -> str:
    """The band a German wording most likely means; only ever shown in a hint."""
    words = text.lower()
    if met := re.search(r"(\d+)\D+unter (\d+)", words):
        return f"{met[1]}-{int(met[2]) - 1}" if int(met[2]) > int(met[1]) + 1 else met[1]
    if met := re.search(r"unter (\d+)", words):
        return f"0-{int(met[1]) - 1}" if int(met[1]) > 1 else "0"
    if met := re.search(r"(\d+)\D+(?:älter|mehr|aufwärts)", words):
        return f"{met[1]}+"
    if met := re.search(r"^(\d+)(?:\s*(?:-|–|bis)\s*(\d+))?", words):
        return "-".join(part for part in met.groups() if part)
    return ""
