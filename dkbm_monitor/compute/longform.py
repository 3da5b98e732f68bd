"""Arrays of results into one long Values frame, text columns as categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.compute.evaluate import FLAGS, Result, evaluate
from dkbm_monitor.compute.offer import Offer, sources_of
from dkbm_monitor.compute.plan import Item
from dkbm_monitor.compute.sums import CountTable
from dkbm_monitor.core.frames import NUMBER_COLUMNS, VALUE_COLUMNS, Values
from dkbm_monitor.core.status import ORDER

Shown = tuple[Item, dict[int, str]]  # an item and the years it is shown for, with their labels
Codes = npt.NDArray[np.int64]

TEXT_COLUMNS = ("indicator", "breakdown", "gebietsstand", "level", "district", "period", "sources")
FLAG_WORDS = tuple(
    " ".join(flag for place, flag in enumerate(FLAGS) if bits >> place & 1) for bits in range(1 << len(FLAGS))
)


@dataclass
class LongTable:
    """Collects results block by block; text is kept as codes, so that the frame is made only once."""

    words: Mapping[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in TEXT_COLUMNS})
    columns: Mapping[str, list[npt.NDArray[np.generic]]] = field(
        default_factory=lambda: {name: [] for name in VALUE_COLUMNS}
    )

    def add(self, items: Sequence[Shown], table: CountTable, gebietsstand: str, level: str, offer: Offer) -> None:
        """Evaluate items on one table, formula by formula, and keep the years that are shown."""
        groups: dict[tuple[str, tuple[str, ...]], list[Shown]] = {}
        for item, span in items:
            if not all(table.offered[term.quantity] for part in item.parts.values() for term in part):
                continue  # where one part was never counted, there is nothing to be missing
            groups.setdefault((item.formula, tuple(item.parts)), []).append((item, span))
        for group in groups.values():
            self._add(evaluate([item for item, _span in group], table), group, table, (gebietsstand, level), offer)

    def _add(
        self, result: Result, group: Sequence[Shown], table: CountTable, block: tuple[str, str], offer: Offer
    ) -> None:
        shown = [
            (number, place)
            for number, (_item, span) in enumerate(group)
            for place, year in enumerate(table.years)
            if year in span
        ]
        number, place = (np.array(one, dtype="int64") for one in (zip(*shown, strict=True) if shown else ((), ())))
        items = [(group[one][0], table.years[at], group[one][1]) for one, at in shown]
        text = {
            "indicator": [item.indicator.id for item, _year, _span in items],
            "breakdown": [item.breakdown for item, _year, _span in items],
            "gebietsstand": [block[0]] * len(items),
            "level": [block[1]] * len(items),
            "period": [span[year] for _item, year, span in items],
            "sources": [sources_of(item, block[0], year, offer) for item, year, _span in items],
        }
        for name, texts in text.items():
            self.columns[name].append(np.repeat(self._codes(name, texts), len(table.districts)))
        self.columns["district"].append(np.tile(self._codes("district", table.districts), len(items)))
        for name in NUMBER_COLUMNS:
            self.columns[name].append(getattr(result, name)[number, place].ravel())
        self.columns["status"].append(result.rank[number, place].ravel())
        self.columns["flags"].append(result.flags[number, place].ravel())

    def _codes(self, column: str, texts: Iterable[str]) -> Codes:
        known = self.words[column]
        return np.array([known.setdefault(one, len(known)) for one in texts], dtype="int64")

    def frame(self) -> Values:
        """Everything added so far as a Values frame."""
        labels = {
            **{name: list(words) for name, words in self.words.items()},
            "status": [str(status) for status in ORDER],
            "flags": list(FLAG_WORDS),
        }
        made: dict[str, object] = {}
        for name, parts in self.columns.items():
            joined = np.concatenate(parts) if parts else np.array([], dtype="int64")
            if name in labels:
                made[name] = pd.Categorical.from_codes(joined, labels[name])  # type: ignore[call-overload]
            else:
                made[name] = joined.astype("float64")
        return pd.DataFrame(made, copy=False)  # the arrays are fresh; joining them into one block would copy them
