"""Keys are text: periods, official municipality keys, age bands.

A period is a calendar year (`2023`) or a Schuljahr (`2022/23`). Sums and comparisons go by the year in which
it begins; the label travels along.
"""

from __future__ import annotations

import re

YEAR = re.compile(r"^(?P<year>(?:19|20)\d{2})$")
SCHULJAHR = re.compile(r"^(?P<year>(?:19|20)\d{2})\s?/\s?(?P<next>\d{2}|\d{4})$")
AGE_BAND = re.compile(r"^(?P<first>\d{1,3})(?:-(?P<last>\d{1,3})|(?P<open>\+))?$")
OLDEST = 150  # end of an open age band; nobody is older


def period(text: str) -> str:
    """The period in its one spelling, or `ValueError`.

    >>> period("2022/2023"), period(" 2023 ")
    ('2022/23', '2023')
    """
    found = str(text).strip()
    if YEAR.match(found):
        return found
    school = SCHULJAHR.match(found)
    if school and int(school["next"][-2:]) == (int(school["year"]) + 1) % 100:
        return f"{school['year']}/{school['next'][-2:]}"
    msg = f"period '{text}' is neither a year (2023) nor a Schuljahr (2022/23)"
    raise ValueError(msg)


def year_of(text: str) -> int:
    """The year in which a period begins.

    >>> year_of("2022/23")
    2022
    """
    return int(period(text)[:4])


def shifted(text: str, years: int) -> str:
    """The period `years` later, in the same spelling.

    >>> shifted("2022/23", -2)
    '2020/21'
    """
    year = year_of(text) + years
    return f"{year}/{(year + 1) % 100:02d}" if "/" in text else str(year)


def is_ags(text: str) -> bool:
    """True for an eight-digit Amtlicher Gemeindeschlüssel written as text."""
    return bool(re.fullmatch(r"\d{8}", text))


def age_band(text: str) -> tuple[int, int] | None:
    """First and last age of a band, or None when the text is no age band.

    >>> age_band("6-14"), age_band("65+"), age_band("3"), age_band("total")
    ((6, 14), (65, 150), (3, 3), None)
    """
    found = AGE_BAND.match(text)
    if not found:
        return None
    first = int(found["first"])
    if found["open"]:
        return first, OLDEST
    return first, int(found["last"] or first)
