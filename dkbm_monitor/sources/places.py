"""Areas as a raw file names them, met with the areas of the town."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.coded import LEFT_OUT, Coded
from dkbm_monitor.sources.findings import Findings, listed
from dkbm_monitor.sources.models import DistrictKey
from dkbm_monitor.sources.words import clean

Known: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]
FEW = 5  # unknown areas are named one by one, unless more than this and more than half of all


@dataclass(frozen=True)
class Area:
    """One area of the town."""

    level: str
    key: str


@dataclass(frozen=True)
class Unmet:
    """A text that is no area: dropped on purpose with a reason, or unknown with a hint."""

    reason: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Located:
    """Level and district of every cell; `on_purpose` is true for cells of areas that are to be dropped."""

    level: Coded
    district: Coded
    on_purpose: npt.NDArray[np.bool_]


@dataclass
class AreaFinder:
    """Finds the area a text means, in one Gebietsstand."""

    district: DistrictKey
    known: Known
    _names: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._recode = {clean(text): word for text, word in self.district.recode.items()}
        self._totals = {clean(text): level for text, level in self.district.totals.items()}
        self._drop = {clean(text): reason for text, reason in self.district.drop.items()}
        self._special = self._recode.keys() | self._totals.keys() | self._drop.keys()

    def plain(self, texts: Mapping[int, str], gebietsstand: str) -> dict[int, str]:
        """The texts that are keys of the declared level as they stand: all of them, in most files."""
        if self.district.by != "key":
            return {}
        keys, width = self.known.get((gebietsstand, self.district.level), {}), self.district.width or 0
        return {
            one: text
            for one, text in texts.items()
            if text in keys and text not in self._special and len(text) >= width
        }

    def find(self, text: str, gebietsstand: str) -> Area | Unmet:
        """The area meant by a tidy text."""
        if text in self._drop:
            return Unmet(self._drop[text] or _("ohne Angabe eines Grundes"))
        word = self._recode.get(text, text)
        if text in self._totals:
            return self._total(word, gebietsstand, self._totals[text])
        level = self.district.level
        found = self._by_key(word, gebietsstand, level) if self.district.by == "key" else ""
        return Area(level, found) if found else self._by_name(word, gebietsstand, level)

    def _total(self, word: str, gebietsstand: str, level: str) -> Area | Unmet:
        if level == TOWN:
            return Area(TOWN, next(iter(self.known.get((gebietsstand, TOWN), {"": ""}))))
        key = self._by_key(word, gebietsstand, level)
        return Area(level, key) if key else self._by_name(word, gebietsstand, level, anyway=True)

    def _by_key(self, word: str, gebietsstand: str, level: str) -> str:
        keys = self.known.get((gebietsstand, level), {})
        bare = re.sub(r"^(\d+)[.,]0$", r"\1", word)
        filled = bare.zfill(self.district.width) if self.district.width else bare
        return next((key for key in (filled, bare, word) if key in keys), "")

    def _by_name(self, word: str, gebietsstand: str, level: str, *, anyway: bool = False) -> Area | Unmet:
        keys = self._keys_of_names(gebietsstand, level).get(word, [])
        if self.district.by == "key" and not anyway:
            return Unmet(hint=self._hint(word, gebietsstand, level))
        if len(keys) == 1:
            return Area(level, keys[0])
        if keys:
            hint = _("Den Namen tragen {keys}; bitte unter „recode“ auf den Schlüssel oder mit „by: key“ zuordnen.")
            return Unmet(hint=hint.format(keys=listed(keys)))
        key = self._by_key(word, gebietsstand, level)
        return Area(level, key) if key else Unmet(hint=self._hint(word, gebietsstand, level))

    def _keys_of_names(self, gebietsstand: str, level: str) -> dict[str, list[str]]:
        block = (gebietsstand, level)
        if block not in self._names:
            names: dict[str, list[str]] = {}
            for key, name in self.known.get(block, {}).items():
                names.setdefault(clean(name), []).append(key)
            self._names[block] = names
        return self._names[block]

    def _hint(self, word: str, gebietsstand: str, level: str) -> str:
        """What the text may have meant: a key without its zeros, the name instead of the key, the nearest name."""
        keys = self.known.get((gebietsstand, level), {})
        names = self._keys_of_names(gebietsstand, level)
        width = self.lost_zeros([word], gebietsstand, level)
        if width:
            return zeros_hint(width)
        if word in names and self.district.by == "key":
            return _("Das ist ein Name, kein Schlüssel: bitte „by: name“ angeben.")
        near = did_you_mean(word, keys if self.district.by == "key" else names)
        return near or _("Pseudogebiete bitte unter „drop“ mit Grund nennen, Summenzeilen unter „totals“.")

    def lost_zeros(self, words: Iterable[str], gebietsstand: str, level: str) -> int:
        """The width to which keys must be filled to be known, 0 if that does not help."""
        keys = self.known.get((gebietsstand, level), {})
        widths = {len(key) for key in keys}
        digits = [word for word in words if word.isdigit()]
        return next((one for one in sorted(widths) if digits and all(word.zfill(one) in keys for word in digits)), 0)

    def elsewhere(self, words: Iterable[str], gebietsstand: str) -> str:
        """Where most of the texts are known instead: another level or another Gebietsstand."""
        wanted = set(words)
        for (other, level), keys in self.known.items():
            met = len(wanted & keys.keys()) + len(wanted & {clean(name) for name in keys.values()})
            if met * 2 > len(wanted) and (other, level) != (gebietsstand, self.district.level):
                return _("Die Angaben passen zur Ebene „{level}“ im Gebietsstand „{stand}“.").format(
                    level=level, stand=other
                )
        return ""


def zeros_hint(width: int) -> str:
    """A hint for keys whose leading zeros were lost."""
    return _("Die führenden Nullen sind verloren gegangen: bitte „width: {width}“ angeben.").format(width=width)


@dataclass(frozen=True)
class Sites:
    """For every cell of a table: the text that names its area, its Gebietsstand, whether it holds anything, its row."""

    text: Coded
    gebietsstand: Coded
    filled: npt.NDArray[np.bool_]
    row: npt.NDArray[np.int64]


def locate(sites: Sites, finder: AreaFinder, findings: Findings) -> Located:
    """Meet every text with an area, each distinct pair of Gebietsstand and text once."""
    size = len(sites.text.labels)
    inside = (sites.gebietsstand.codes >= 0) & (sites.text.codes >= 0)
    pair = np.where(inside, sites.gebietsstand.codes.astype("int64") * size + sites.text.codes, LEFT_OUT)
    counts = np.bincount(pair[inside], minlength=1)
    plain, met = _met(np.flatnonzero(counts).tolist(), sites, finder)
    if any(isinstance(area, Unmet) for area in met.values()):
        _say_unmet(met, len(plain), pair, sites, finder, findings)
    areas = {one: area for one, area in met.items() if isinstance(area, Area)}
    dropped = [one for one, area in met.items() if isinstance(area, Unmet) and area.reason]
    level = Coded.of([finder.district.level] * len(plain) + [area.level for area in areas.values()])
    key = Coded.of([*plain.values(), *(area.key for area in areas.values())])
    levels, keys = (np.full(len(counts) + 1, LEFT_OUT, dtype="int32") for _side in range(2))
    found = [*plain, *areas]
    levels[found], keys[found] = level.codes, key.codes
    on_purpose = np.isin(pair, dropped) if dropped else np.zeros(len(pair), dtype=bool)
    return Located(Coded(levels[pair], level.labels), Coded(keys[pair], key.labels), on_purpose)


def _met(pairs: Sequence[int], sites: Sites, finder: AreaFinder) -> tuple[dict[int, str], dict[int, Area | Unmet]]:
    """Pairs whose text is a key as it stands, and what every other pair is."""
    size = len(sites.text.labels)
    plain: dict[int, str] = {}
    met: dict[int, Area | Unmet] = {}
    for number, gebietsstand in enumerate(sites.gebietsstand.labels):
        texts = {one: sites.text.labels[one - number * size] for one in pairs if 0 <= one - number * size < size}
        simple = finder.plain(texts, gebietsstand)
        plain |= simple
        met |= {one: finder.find(text, gebietsstand) for one, text in texts.items() if one not in simple}
    return plain, met


def _say_unmet(
    met: Mapping[int, Area | Unmet],
    n_plain: int,
    pair: npt.NDArray[np.int64],
    sites: Sites,
    finder: AreaFinder,
    findings: Findings,
) -> None:
    size = len(sites.text.labels)
    unmet = {one: area for one, area in met.items() if isinstance(area, Unmet)}
    filled = np.bincount(pair[(pair >= 0) & sites.filled], minlength=max(met) + 1)
    first = _first_rows(pair, sites.row, unmet)
    unknown: dict[str, list[int]] = {}
    for one, area in unmet.items():
        if area.reason:
            _say_dropped(sites.text.labels[one % size], area.reason, first[one], findings)
        elif filled[one]:
            unknown.setdefault(sites.gebietsstand.labels[one // size], []).append(one)
    for gebietsstand, pairs in unknown.items():
        words = {one: sites.text.labels[one % size] for one in pairs}
        known = n_plain + sum(isinstance(area, Area) for area in met.values())
        if _level_is_unknown(gebietsstand, finder, findings):
            continue
        if len(pairs) >= FEW and len(pairs) > known:
            _say_most_unknown(list(words.values()), len(pairs) + known, gebietsstand, finder, findings)
            continue
        for one, word in words.items():
            _say_unknown(word, gebietsstand, unmet[one].hint, first[one], findings)
    findings.shorten("T020")
    findings.shorten("T022")


def _first_rows(pair: npt.NDArray[np.int64], row: npt.NDArray[np.int64], wanted: Iterable[int]) -> dict[int, int]:
    distinct, place = np.unique(pair, return_index=True)
    first = dict(zip(distinct.tolist(), row[place].tolist(), strict=True))
    return {one: first[one] for one in wanted}


def _say_dropped(word: str, reason: str, row: int, findings: Findings) -> None:
    what = _("„{word}“ wird nicht mitgezählt: {reason}.").format(word=word, reason=reason.rstrip("."))
    findings.note("T025", what, row=row)


def _say_unknown(word: str, gebietsstand: str, hint: str, row: int, findings: Findings) -> None:
    if not word:
        what = _("Die Zeile nennt kein Gebiet, enthält aber Werte.")
        findings.add("T022", what, _("Ist es eine Summenzeile, fehlt hier ihr Text."), row=row)
        return
    what = _("Das Gebiet „{word}“ gibt es im Gebietsstand „{stand}“ nicht.").format(word=word, stand=gebietsstand)
    findings.add("T020", what, hint, row=row, subject=word)


def _level_is_unknown(gebietsstand: str, finder: AreaFinder, findings: Findings) -> bool:
    levels = [level for stand, level in finder.known if stand == gebietsstand]
    wanted = [finder.district.level, *finder.district.totals.values()]
    unknown = [level for level in dict.fromkeys(wanted) if level not in levels]
    for level in unknown:
        what = _("Die Ebene „{level}“ gibt es im Gebietsstand „{stand}“ nicht.").format(level=level, stand=gebietsstand)
        hint = did_you_mean(level, levels) or _("Vorhanden: {levels}.").format(levels=listed(levels))
        findings.add("T024", what, hint, subject=level)
    return finder.district.level in unknown


def _say_most_unknown(words: list[str], total: int, gebietsstand: str, finder: AreaFinder, findings: Findings) -> None:
    what = plural("Von {n} Gebiet", "Von {n} Gebieten", total) + " "
    what += _("gibt es {unknown} im Gebietsstand „{stand}“, Ebene „{level}“, nicht: {words}.").format(
        unknown=len(words), stand=gebietsstand, level=finder.district.level, words=listed(words, 3)
    )
    width = finder.lost_zeros(words, gebietsstand, finder.district.level)
    known = list(finder.known.get((gebietsstand, finder.district.level), {}).items())
    examples = [key if finder.district.by == "key" else name for key, name in known[:3]]
    hint = zeros_hint(width) if width else finder.elsewhere(words, gebietsstand)
    findings.add("T020", what, hint or _("Erwartet wird zum Beispiel {examples}.").format(examples=listed(examples)))
