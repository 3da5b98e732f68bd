"""Bytes of a text file into text: the declared encoding, or the one it must have been."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.findings import Findings

KNOWN = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "cp850",
    "cp437",
    "latin-1",
    "iso-8859-1",
    "iso-8859-15",
    "utf-16",
    "mac-roman",
)
EIGHT_BIT = ("cp1252", "cp850", "mac-roman")  # what German offices send, most frequent first
SAMPLE = 5000  # characters beyond ASCII that are looked at
LETTERS = frozenset("äöüÄÖÜßéèáàâêëçñôîïóúåøæ")
SYMBOLS = frozenset("€§°²³½¼–—„“”‚‘’…µ©®«»\u00a0\u202f\u2009")  # never between two letters
SOFT = "\u00ad"


def decoded(raw: bytes, encoding: str, findings: Findings) -> str:
    """The text of a file without byte order mark; never fails, but says what it had to assume."""
    declared = _known(encoding, findings)
    actual = _by_mark(raw) or declared
    try:
        text = raw.decode(actual)
    except UnicodeDecodeError as error:
        guess = _guess(raw)
        _say_wrong(findings, encoding, guess, raw.count(b"\n", 0, error.start) + 1)
        return raw.decode(guess, errors="replace").removeprefix("\ufeff")
    if actual == declared and not text.isascii():
        better = _better(raw, text, declared)
        if better:
            _say_wrong(findings, encoding, better, None)
            text = raw.decode(better)
    elif actual != declared and codecs.lookup(declared).name not in ("utf-8", "utf-8-sig"):
        _say_wrong(findings, encoding, actual, None)
    return text.removeprefix("\ufeff")


def _known(encoding: str, findings: Findings) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        what = _("Die Kodierung „{encoding}“ gibt es nicht.").format(encoding=encoding)
        hint = did_you_mean(encoding, KNOWN) or _("Üblich sind utf-8, cp1252 und cp850.")
        findings.add("T004", what, hint)
        return "utf-8"
    return encoding


def _by_mark(raw: bytes) -> str:
    """The encoding a byte order mark states."""
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _say_wrong(findings: Findings, declared: str, guess: str, row: int | None) -> None:
    what = _("Die Datei ist nicht in {declared} gespeichert; sie sieht nach {guess} aus.").format(
        declared=declared, guess=guess
    )
    hint = _("Bitte in der Zuordnung „encoding: {guess}“ angeben und die Namen prüfen.").format(guess=guess)
    findings.add("T004", what, hint, row=row)


def _guess(raw: bytes) -> str:
    """The most plausible encoding of bytes."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return max(EIGHT_BIT, key=lambda one: _plausibility(raw.decode(one, errors="replace")))
    return "utf-8"


def _plausibility(text: str) -> float:
    """Share of the characters beyond ASCII that stand where a German table may hold them."""
    found = list(islice(re.finditer(r"[^\x00-\x7f]", text), SAMPLE))
    return sum(_fits(text, one.start()) for one in found) / len(found) if found else 1.0


def _fits(text: str, place: int) -> bool:
    letter = text[place]
    if letter in SYMBOLS:
        around = text[max(place - 1, 0) : place + 2]
        return not (len(around) == 3 and around[0].isalpha() and around[2].isalpha())
    return letter in LETTERS or letter == SOFT


def _better(raw: bytes, text: str, declared: str) -> str:
    """Another encoding that fits clearly better, or an empty text.

    Every byte is a letter in an 8-bit encoding, so a wrong one does not fail: it only looks wrong.
    """
    if codecs.lookup(declared).name.startswith("utf"):
        return ""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        guess = _guess(raw)
        clearly = _plausibility(text) < 0.5 < 0.9 <= _plausibility(raw.decode(guess, errors="replace"))
        return guess if clearly else ""
    return "utf-8"
