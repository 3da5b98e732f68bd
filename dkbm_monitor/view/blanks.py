"""Areas without a colour of the scale: for which reason, and how each reason looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from dkbm_monitor.core.status import WITH_VALUE, Status
from dkbm_monitor.view.palette import HATCH, MISSING, PAPER


class Blank(StrEnum):
    """Why an area carries no colour of the scale, in the order in which legends name it."""

    SUPPRESSED = "suppressed"
    SECRET = "secret"
    UNRELIABLE = "unreliable"
    UNINHABITED = "uninhabited"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    MISSING = "missing"


@dataclass(frozen=True)
class Fill:
    """Look of an area without a value: a flat face, and a pattern of lines or dots on it."""

    face: str
    pattern: Literal["", "diagonal", "backward", "crossed", "lines", "dots"] = ""
    line: str = HATCH


# No two reasons look alike: a legend often names several of them side by side.
FILLS: dict[Blank, Fill] = {
    Blank.SUPPRESSED: Fill(PAPER, "diagonal"),
    Blank.SECRET: Fill(PAPER, "backward"),
    Blank.UNRELIABLE: Fill(PAPER, "crossed"),
    Blank.UNINHABITED: Fill(PAPER, "dots"),
    Blank.NOT_APPLICABLE: Fill(PAPER, "lines"),
    Blank.PENDING: Fill(MISSING, "dots"),
    Blank.MISSING: Fill(MISSING),
}


def blank_of(status: Status | str, value: float, *, inhabited: bool) -> Blank | None:
    """The reason why an area is left blank, or None when its value is shown.

    An uninhabited area that counts nobody is shown as uninhabited, not as a zero.
    """
    has_value = Status(status) in WITH_VALUE
    if not inhabited and (not has_value or value == 0):
        return Blank.UNINHABITED
    return None if has_value else Blank(str(status))
