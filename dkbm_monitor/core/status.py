"""Why a value is there, or why it is not.

A missing value always has a reason; a suppressed one is never a zero.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt


class Status(StrEnum):
    """State of one observed or computed value.

    The members stand in order of rank: a sum is as good as its worst part, so the status of a sum is the
    highest-ranked status among its parts. `NOT_APPLICABLE` ranks lowest: an uninhabited district takes
    nothing away from its town.
    """

    NOT_APPLICABLE = "not_applicable"  # the cell makes no sense (sign x, uninhabited district)
    ZERO = "zero"  # exactly nothing there (sign -)
    OK = "ok"
    ROUNDED = "rounded"  # rounded by the publisher
    UNRELIABLE = "unreliable"  # withheld by the publisher as too uncertain (sign /)
    SUPPRESSED = "suppressed"  # hidden by our own disclosure rule
    SECRET = "secret"  # hidden by the publisher (sign .)
    PENDING = "pending"  # not yet published (sign ...)
    MISSING = "missing"  # nothing was delivered


ORDER: tuple[Status, ...] = tuple(Status)
RANK: dict[Status, int] = {status: rank for rank, status in enumerate(ORDER)}
WITH_VALUE: frozenset[Status] = frozenset({Status.ZERO, Status.OK, Status.ROUNDED})

_NAMES = np.array([str(status) for status in ORDER], dtype=object)
_HAS_VALUE = np.array([status in WITH_VALUE for status in ORDER])


def ranks_of(statuses: npt.ArrayLike) -> npt.NDArray[np.int8]:
    """Ranks of an array of status texts. Unknown texts raise `KeyError`."""
    ranks = {str(status): rank for status, rank in RANK.items()}
    return np.array([ranks[str(status)] for status in np.asarray(statuses)], dtype=np.int8)


def statuses_of(ranks: npt.NDArray[np.integer]) -> npt.NDArray[np.object_]:
    """Status texts of an array of ranks."""
    names: npt.NDArray[np.object_] = _NAMES[ranks]
    return names


def has_value(ranks: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """True where the rank stands for a status that carries a number."""
    mask: npt.NDArray[np.bool_] = _HAS_VALUE[ranks]
    return mask
