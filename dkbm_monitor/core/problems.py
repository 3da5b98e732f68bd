"""Problems a user can mend: what was found, where, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from dkbm_monitor.core.locale import _


class Severity(StrEnum):
    """How much a problem weighs: errors stop the work, warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Place:
    """Where a problem sits. Rows and columns count as the user's own program counts them, from 1."""

    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [
            self.file,
            _("Zeile {row}").format(row=self.row) if self.row is not None else "",
            _("Spalte „{column}“").format(column=self.column) if self.column else "",
            self.key,
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Problem:
    """One finding about a user's files.

    `code` is stable and documented in `docs/fehler.md`; `subject` names the thing concerned (a district, a
    measure, an indicator); `what` says what was found and `hint` what would be right, both in the user's
    language.
    """

    code: str
    place: Place
    subject: str
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"[{self.code}] {where}{self.what}{hint}"

    def as_record(self) -> dict[str, Any]:
        """The problem as plain data, for JSON."""
        return asdict(self)


@dataclass
class ProblemsError(Exception):
    """Raised when a user's input cannot be used; carries every problem found, not only the first."""

    problems: Sequence[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


T = TypeVar("T")


class Gathered:
    """Problems of several steps: a step that fails leaves its problems here, and the next one goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def of(self, step: Callable[[], T]) -> T | None:
        """Result of a step, or None if it raised `ProblemsError`."""
        try:
            return step()
        except ProblemsError as error:
            self.problems.extend(error.problems)
            return None


def raise_errors(problems: Iterable[Problem]) -> list[Problem]:
    """Raise `ProblemsError` with all problems if one of them is an error; otherwise hand them back."""
    found = list(problems)
    if any(problem.severity is Severity.ERROR for problem in found):
        raise ProblemsError(found)
    return found


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty text when none is near.

    >>> did_you_mean("Nordstatd", ["Nordstadt", "Altdorf"])
    'Meinten Sie „Nordstadt“?'
    """
    by_lower = {str(word).lower(): str(word) for word in known}
    near = get_close_matches(found.lower(), list(by_lower), n=1, cutoff=0.6)
    return _("Meinten Sie „{word}“?").format(word=by_lower[near[0]]) if near else ""
