"""Periods as a raw file writes them, and the Gebietsstand each belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.keys import period
from dkbm_monitor.core.locale import _
from dkbm_monitor.sources.coded import Coded
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import PeriodKey, Source
from dkbm_monitor.sources.words import clean

YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2}(?:\s?/\s?\d{2}(?:\d{2})?)?)(?!\d)")


def read_periods(texts: Coded, key: PeriodKey, rows: npt.NDArray[np.int64], findings: Findings) -> Coded:
    """Periods in their one spelling; what is none is reported and left out."""
    recode = {clean(text): word for text, word in key.recode.items()}
    unread: dict[str, str] = {}

    def spelled(text: str) -> str | None:
        word = recode.get(clean(text), clean(text))
        try:
            return period(re.sub(r"^(\d{4})[.,]0$", r"\1", word))
        except ValueError:
            unread[text] = word
            return None

    found = texts.mapped(spelled)
    for text, word in unread.items():
        places = np.flatnonzero(texts.codes == texts.labels.index(text))
        if word and len(places):
            # A period from the headers has no row of its own.
            row = int(rows[places[0]]) if key.column else None
            _say_no_period(word, row, key.column, findings)
    findings.shorten("T040")
    return found


def _say_no_period(word: str, row: int | None, column: str, findings: Findings) -> None:
    what = _("„{word}“ ist weder ein Jahr (2023) noch ein Schuljahr (2022/23).").format(word=word)
    year = YEAR.search(word)
    hint = (
        _('Bitte unter „recode“ zuordnen, z. B. "{word}": "{year}".').format(word=word, year=year.group(1))
        if year
        else _("Bitte die Angabe „period“ der Zuordnung prüfen.")
    )
    findings.add("T040", what, hint, row=row, column=column)


def gebietsstaende(
    periods: Coded, source: Source, gebietsstand_of: Callable[[str], str | None], findings: Findings
) -> Coded:
    """The Gebietsstand of each period: the one the source states, else the one the town states for the period."""
    if source.gebietsstand:
        return periods.mapped(lambda _period: source.gebietsstand)
    without = [one for one in periods.labels if gebietsstand_of(one) is None]
    for one in without:
        what = _("Für {period} nennt town.yml keinen Gebietsstand.").format(period=one)
        hint = _("Bitte „first“ und „last“ der Gebietsstände prüfen oder an der Quelle „gebietsstand“ angeben.")
        findings.add("T041", what, hint, subject=one)
    return periods.mapped(gebietsstand_of)
