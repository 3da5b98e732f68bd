"""What is found while one raw file is read: problems gathered under its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dkbm_monitor.core.locale import plural
from dkbm_monitor.core.problems import Place, Problem, Severity

MOST = 30  # of one sort are listed one by one; the rest is counted
SHOWN = 8  # names listed within one sentence


@dataclass
class Findings:
    """Problems of one raw file. `source` is its id in the register."""

    file: str
    source: str = ""
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, what: str, hint: str = "", *, row: int | None = None, column: str = "", subject: str = ""
    ) -> None:
        """Note an error."""
        self.problems.append(Problem(code, Place(self.file, row, column), subject or self.source, what, hint))

    def warn(self, code: str, what: str, hint: str = "", *, row: int | None = None, column: str = "") -> None:
        """Note something that needs a look."""
        place = Place(self.file, row, column)
        self.problems.append(Problem(code, place, self.source, what, hint, Severity.WARNING))

    def note(self, code: str, what: str, hint: str = "", *, row: int | None = None, column: str = "") -> None:
        """Note something worth knowing."""
        place = Place(self.file, row, column)
        self.problems.append(Problem(code, place, self.source, what, hint, Severity.NOTE))

    def shorten(self, code: str) -> None:
        """Keep the first problems of a sort that fills the list, and count the rest."""
        mine = [problem for problem in self.problems if problem.code == code]
        if len(mine) > MOST:
            gone = {id(problem) for problem in mine[MOST:]}
            self.problems = [problem for problem in self.problems if id(problem) not in gone]
            self.add_rest(code, len(gone))

    def add_rest(self, code: str, n: int) -> None:
        """Note how many more problems of a sort were found than are listed."""
        rest = plural("{n} weiterer Befund dieser Art", "{n} weitere Befunde dieser Art", n)
        self.add(code, rest + ".")


def listed(names: Sequence[str], most: int = SHOWN) -> str:
    """Names as a list within a sentence, long lists cut with a count of the rest.

    >>> listed(["a", "b"]), listed(["a", "b", "c"], 1)
    ('„a“, „b“', '„a“ und 2 weitere')
    """
    text = ", ".join(f"„{name}“" for name in names[:most])
    rest = len(names) - most
    return text + (" " + plural("und {n} weitere", "und {n} weitere", rest) if rest > 0 else "")
