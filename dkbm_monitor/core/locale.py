"""Language of texts, numbers and dates: German by default, English by option.

Texts go through gettext; the German text itself is the message id. Numbers and dates go through Babel. The
language is a context variable, so two threads can speak differently.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CATALOGUES = Path(__file__).parent.parent / "text"
NO_BREAK = "\u00a0"
EN_DASH = "\u2013"

_language: ContextVar[Language] = ContextVar("dkbm_language", default="de")


def language() -> Language:
    """The language texts are made in just now."""
    return _language.get()


def set_language(wanted: Language) -> None:
    """Speak `wanted` from now on in this context. Raises `ValueError` for a language without a catalogue."""
    if wanted not in LANGUAGES:
        msg = f"language '{wanted}' is not available; choose one of {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    _language.set(wanted)


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Speak `wanted` inside a `with` block."""
    before = language()
    set_language(wanted)
    try:
        yield
    finally:
        set_language(before)


@cache
def _catalogue(wanted: Language) -> _gettext.NullTranslations:
    return _gettext.translation("dkbm", CATALOGUES, [wanted], fallback=wanted == "de")


def _(text: str) -> str:
    """The text in the current language. `text` is the German original."""
    return _catalogue(language()).gettext(text)


def plural(one: str, many: str, n: int) -> str:
    """The text that fits `n`, with `{n}` filled in German or English digits.

    >>> plural("{n} Stadtteil", "{n} Stadtteile", 1200)
    '1.200 Stadtteile'
    """
    return _catalogue(language()).ngettext(one, many, n).format(n=number(n))


def number(value: float, decimals: int = 0) -> str:
    """A number with grouping and a fixed number of decimals.

    >>> number(1234.5, 1)
    '1.234,5'
    """
    from babel.numbers import format_decimal  # noqa: PLC0415 - 60 ms, only texts with numbers pay

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=language())).replace("-", "\u2212")


def with_unit(value: float, unit: str, decimals: int = 0) -> str:
    """A number followed by its unit, joined by a no-break space.

    >>> with_unit(43.44, "%", 1)
    '43,4\\xa0%'
    """
    return number(value, decimals) + (NO_BREAK + unit if unit else "")


def day(value: date) -> str:
    """A date written out for readers.

    >>> day(date(2024, 3, 1))
    '01.03.2024'
    """
    from babel.dates import format_date  # noqa: PLC0415

    return str(format_date(value, format="dd.MM.yyyy" if language() == "de" else "d MMMM yyyy", locale=language()))
