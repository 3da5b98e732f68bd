"""What could somebody compute who has everything that was published?

A path of its own, apart from the protection: the attacker's equations are built from published frames only (numbers,
statuses, flags), never from the truth, and over several releases at once. A hidden count is reported when the interval
that the attacker finds is narrower than the rule allows and touches the numbers the rule wants hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.core.frames import Values, is_flagged
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.attacker import TOLERANCE, ContradictionError, attack_on
from dkbm_monitor.disclosure.families import Families, families_of, sums_of
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.town.models import RuleFor

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PLACE = ["gebietsstand", "level", "district"]
CELL = ["family", *PLACE, "year"]
COLUMNS = [*PLACE, "year", "counted", "low", "high", "needed"]
NOTHING = pd.DataFrame(columns=[*COLUMNS, "narrow"]).astype({"narrow": bool})
WITHOUT_ONE = frozenset({"gap", "change", "rate"})  # not applicable does not mean that all their counts are zero


@dataclass(frozen=True)
class Audit:
    """Hidden counts with what the attacker finds; `narrow` are those the rule does not allow.

    `intervals` has one row per hidden count of people: place, year, an indicator that shows it, lowest and highest
    possible value, and the width the rule asks for. It is for the keepers of the data only and no product shows it.
    `contradiction` is true where the published figures do not fit together; then nothing was computed.
    """

    intervals: pd.DataFrame
    contradiction: bool = False

    @property
    def narrow(self) -> pd.DataFrame:
        """Counts that can be worked out too closely."""
        return self.intervals[self.intervals["narrow"]].drop(columns="narrow").reset_index(drop=True)

    @property
    def passed(self) -> bool:
        """True where nothing hidden can be worked out."""
        return not self.contradiction and not self.intervals["narrow"].any()


def audit(
    published: Sequence[Values],
    rule: RuleFor,
    indicators: Mapping[str, Indicator],
    measures: Mapping[str, Measure],
    districts: Mapping[str, Districts],
    *,
    truth: Values | None = None,
) -> Audit:
    """Attack all these released frames together. Where two of them differ in a number, the first one counts.

    An interval is followed only until it is known to be wide enough, so a wide one may be given shorter than it is.
    With `truth` (the computed values) narrow intervals around counts that are not sensitive are left out; without it
    they are reported as well, as nobody outside can tell them apart.
    """
    values = pd.concat([_texts(one) for one in published], ignore_index=True)
    if not (values["status"] == Status.SUPPRESSED).any():
        return Audit(NOTHING)
    items = sorted(set(zip(values["indicator"], values["breakdown"], strict=True)))
    families = families_of(items, indicators, measures)
    cells, rests = _cells(values, families, indicators, districts)
    equations, flexible = _equations(cells, rests, families, districts)
    trusted = ~(cells["counted"].isin(set(values.loc[is_flagged(values, "above_whole"), "indicator"]))).to_numpy()
    no_rest = (cells["family"] < len(families.expressions)).to_numpy()
    balance = _can_be_negative(cells, families)
    # Where parts exceed their whole somewhere, an attacker cannot rely on rests not being negative.
    for positive in (~balance & (no_rest | trusted), ~balance & no_rest):
        try:
            minimum = _minimum(cells, families, rule)
            found = _judged(*_attacked(cells, equations, flexible, positive, minimum), minimum, families, rule)
        except ContradictionError:
            continue
        if truth is not None:
            real = _cells(_texts(truth), families, indicators, districts)[0]
            found = _only_sensitive(found, real, rule)
        return Audit(found[[*COLUMNS, "narrow"]])
    return Audit(NOTHING, contradiction=True)


def _attacked(
    cells: pd.DataFrame, equations: sparse.csr_array, flexible: Mask, positive: Mask, enough: Floats
) -> tuple[pd.DataFrame, Floats, Floats]:
    """The hidden cells with the least and the greatest value they can have."""
    known = cells["value"].notna().to_numpy()
    truth = np.nan_to_num(cells["value"].to_numpy())
    nothing = np.zeros(len(flexible))  # an equation of a published total has an unknown rest
    system = sparse.csr_array(sparse.hstack([equations, sparse.diags_array(-flexible.astype("float64")).tocsr()]))
    given = _given_away(system, known, flexible, truth)
    attack, unknowns, pinned = attack_on(
        system,
        np.concatenate([known, ~flexible]),
        given,
        np.concatenate([np.where(positive, 0.0, -np.inf), nothing]),
        np.full(len(cells) + len(nothing), np.inf),
        np.concatenate([cells["people"].to_numpy(dtype=bool), nothing > 0]),
    )
    # A count hidden in one row may stand in the open in another: below the minimum, that gives it away outright.
    asked = ~known | (truth < enough - TOLERANCE)
    wanted = np.flatnonzero(cells["hidden"].to_numpy() & cells["people"].to_numpy(dtype=bool) & asked)
    low, high = np.zeros(len(wanted)), np.zeros(len(wanted))
    free = ~pinned[wanted]
    low[free], high[free] = attack.intervals(np.searchsorted(unknowns, wanted[free]), enough[wanted[free]])
    low[~free] = high[~free] = given[wanted[~free]]
    return cells.iloc[wanted], low, high


def _texts(values: Values) -> Values:
    words = ["indicator", "breakdown", *PLACE, "period", "status", "flags"]
    return values.astype(dict.fromkeys(words, "str"))


def _cells(
    values: Values, families: Families, indicators: Mapping[str, Indicator], districts: Mapping[str, Districts]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every count once, with its value where any row shows it; and the rests of shares with their part and whole."""
    year = values["period"].map({one: year_of(one) for one in values["period"].unique()})
    total = is_flagged(values, "published")
    empty = [
        (stand, str(level), str(district))
        for stand, areas in districts.items()
        for level, district in areas.frame.loc[~areas.frame["inhabited"], ["level", "district"]].to_numpy()
    ]
    rows, pairs = [], []
    for (indicator, breakdown), here in values.groupby(["indicator", "breakdown"], sort=False):
        item = (str(indicator), str(breakdown))
        idle = here["status"] == Status.NOT_APPLICABLE
        if indicators[item[0]].kind in WITHOUT_ONE:
            idle &= pd.MultiIndex.from_frame(here[PLACE]).isin(empty)
        here = here[~idle]
        base = here[PLACE].assign(
            hidden=here["status"] == Status.SUPPRESSED, total=total[here.index], counted=item[0], year=year[here.index]
        )
        for part in families.parts[item]:
            rows.append(
                base.assign(
                    family=part.family, year=base["year"] - part.back, value=here[part.column], people=part.sensitive
                )
            )
        sensitive = {part.column: part.sensitive for part in families.parts[item]}
        for pair in families.pairs[item]:
            pairs.append(
                base.assign(
                    part=pair.part,
                    whole=pair.whole,
                    year=base["year"] - pair.back,
                    whole_year=base["year"] - pair.whole_back,
                    people=sensitive[pair.above],
                )
            )
    found = pd.concat(rows, ignore_index=True)
    how = {"value": "first", "hidden": "any", "total": "any", "people": "any", "counted": "first"}
    cells = found.groupby(CELL, sort=False, as_index=False).agg(how)
    rests = pd.concat(pairs, ignore_index=True).drop_duplicates(["part", "whole", *PLACE, "year"]) if pairs else None
    return _with_rests(cells, rests, len(families.expressions))


def _with_rests(cells: pd.DataFrame, rests: pd.DataFrame | None, first: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells with the rests of shares behind them, and the numbers of rest, part and whole."""
    if rests is None or rests.empty:
        return cells, pd.DataFrame(columns=["rest", "part", "whole"], dtype="int64")
    numbered = cells[[*CELL, "value", "hidden"]].assign(number=np.arange(len(cells)))
    at = {}
    for name, when in (("part", "year"), ("whole", "whole_year")):
        wanted = rests[[name, *PLACE, when]].set_axis(CELL, axis=1)
        at[name] = wanted.merge(numbered, on=CELL, how="left", validate="many_to_one").set_index(rests.index)
    pair = pd.MultiIndex.from_frame(rests[["part", "whole"]])
    family = first + pd.factorize(pair)[0]
    more = rests[[*PLACE, "year", "counted", "people"]].assign(
        family=family,
        part_family=rests["part"],
        whole_family=rests["whole"],
        value=at["whole"]["value"] - at["part"]["value"],
        hidden=at["whole"]["value"].isna() | at["part"]["value"].isna(),
        total=False,
    )
    more["hidden"] &= rests["hidden"]
    together = pd.concat([cells, more], ignore_index=True)
    ties = pd.DataFrame(
        {
            "rest": len(cells) + np.arange(len(more)),
            "part": at["part"]["number"].to_numpy(),
            "whole": at["whole"]["number"].to_numpy(),
        }
    )
    return together, ties.astype("int64")


def _equations(
    cells: pd.DataFrame, rests: pd.DataFrame, families: Families, districts: Mapping[str, Districts]
) -> tuple[sparse.csr_array, Mask]:
    """Equations as a matrix, and which of them leave an unknown rest."""
    numbered = cells[[*CELL, "total"]].assign(number=np.arange(len(cells)))
    entries: list[pd.DataFrame] = []
    flexible: list[Mask] = []
    count = 0

    def add(table: pd.DataFrame, open_ones: Mask) -> None:
        nonlocal count
        entries.append(table.assign(equation=table["equation"] + count))
        flexible.append(open_ones)
        count += len(open_ones)

    if len(rests):
        long = rests.assign(equation=np.arange(len(rests))).melt("equation", value_name="number")
        long["sign"] = long["variable"].map({"rest": 1.0, "part": 1.0, "whole": -1.0})
        add(long[["equation", "number", "sign"]], np.zeros(len(rests), dtype=bool))
    for stand, areas in districts.items():
        for table, open_ones in _levels(numbered[numbered["gebietsstand"] == stand], areas):
            add(table, open_ones)
    for members in sums_of(families):
        table, open_ones = _sums(numbered, members)
        add(table, open_ones)
    all_of_them = pd.concat(entries, ignore_index=True)
    matrix = sparse.csr_array(
        (all_of_them["sign"].to_numpy(), (all_of_them["equation"].to_numpy(), all_of_them["number"].to_numpy())),
        shape=(count, len(cells)),
    )
    return matrix, np.concatenate(flexible)


def _levels(cells: pd.DataFrame, areas: Districts) -> list[tuple[pd.DataFrame, Mask]]:
    """Areas against the areas below them, for every pair of levels that nest; a withheld area leaves a rest open."""
    out = []
    for low_at, low in enumerate(areas.levels):
        for high in areas.levels[low_at + 1 :]:
            above = areas.parent_of(low, high)
            below = cells[cells["level"] == low]
            if not above or below.empty:
                continue
            wanted = below.assign(level=high, district=below["district"].map(above), child=below["number"])
            joined = wanted.drop(columns=["number", "total"]).merge(cells, on=CELL, validate="many_to_one")
            if joined.empty:
                continue
            parents, equation = np.unique(joined["number"].to_numpy(), return_inverse=True)
            total = cells.set_index("number")["total"].reindex(parents).to_numpy(dtype=bool)
            children = pd.DataFrame({"equation": equation, "number": joined["child"].to_numpy(), "sign": -1.0})
            heads = pd.DataFrame({"equation": np.arange(len(parents)), "number": parents, "sign": 1.0})
            out.append((pd.concat([heads, children], ignore_index=True), total))
    return out


def _sums(cells: pd.DataFrame, members: Sequence[tuple[int, int, float]]) -> tuple[pd.DataFrame, Mask]:
    """One relation between families, at every place and year that has all of them."""
    joined: pd.DataFrame | None = None
    for at, (family, back, _sign) in enumerate(members):
        mine = cells[cells["family"] == family]
        mine = mine.assign(year=mine["year"] + back)[[*PLACE, "year", "number"]].rename(columns={"number": f"n{at}"})
        joined = mine if joined is None else joined.merge(mine, on=[*PLACE, "year"], validate="one_to_one")
    assert joined is not None
    parts = [
        pd.DataFrame({"equation": np.arange(len(joined)), "number": joined[f"n{at}"].to_numpy(), "sign": sign})
        for at, (_family, _back, sign) in enumerate(members)
    ]
    return pd.concat(parts, ignore_index=True), np.zeros(len(joined), dtype=bool)


def _can_be_negative(cells: pd.DataFrame, families: Families) -> Mask:
    """Balances, and rests that were seen to be negative."""
    balance = {number for number, one in enumerate(families.listed) if any(sign < 0 for _q, _b, sign in one)}
    mask: Mask = (cells["family"].isin(balance) | (cells["value"] < -TOLERANCE)).to_numpy()
    return mask


def _given_away(system: sparse.csr_array, known: Mask, flexible: Mask, truth: Floats) -> Floats:
    """Values that follow one after the other from equations with a single unknown."""
    known = np.concatenate([known, ~flexible])
    value = np.concatenate([truth, np.zeros(len(flexible))])
    pattern = abs(system)
    while True:
        unknown = (pattern @ (~known).astype("float64")).round()
        single = np.flatnonzero(unknown == 1)
        if not len(single):
            return value
        part = system[single].tocoo()
        right = -(system[single] @ np.where(known, value, 0.0))
        solved = ~known[part.col]
        value[part.col[solved]] = right[part.row[solved]] / part.data[solved]
        known[part.col[solved]] = True


def _minimum(cells: pd.DataFrame, families: Families, rule: RuleFor) -> Floats:
    """The smallest number that may be shown, for each cell."""
    n = len(families.expressions)
    least = np.array([families.minimum(family, rule.min_count) for family in range(n)], dtype="float64")
    family = cells["family"].to_numpy()
    is_rest = family >= n
    minimum = least[np.where(is_rest, 0, family)]
    if is_rest.any():
        part, whole = cells.loc[is_rest, ["part_family", "whole_family"]].to_numpy().astype("int64").T
        minimum[is_rest] = np.maximum(least[part], least[whole])
    return minimum


def _judged(
    cells: pd.DataFrame, low: Floats, high: Floats, minimum: Floats, families: Families, rule: RuleFor
) -> pd.DataFrame:
    """The intervals with the verdict."""
    minimum = minimum[cells.index.to_numpy()]
    is_rest = (cells["family"] >= len(families.expressions)).to_numpy()
    needed = minimum if rule.protection is None else np.full(len(minimum), float(rule.protection))
    zero = np.where(is_rest, rule.full_is_sensitive, rule.zero_is_sensitive)
    touches = (low < minimum - TOLERANCE) & (high >= np.where(zero, 0.0, 1.0) - TOLERANCE)
    out = cells[[*CELL, "counted"]].assign(low=low, high=high, needed=needed, minimum=minimum, zero=zero)
    out["narrow"] = touches & (high - low < needed - TOLERANCE)
    return out[~is_rest | rule.complement].reset_index(drop=True)


def _only_sensitive(found: pd.DataFrame, real: pd.DataFrame, rule: RuleFor) -> pd.DataFrame:
    """The intervals, those around counts that the rule lets pass no longer marked narrow."""
    joined = found.merge(real[[*CELL, "value"]], on=CELL, how="left", validate="one_to_one")
    small_places = rule.min_population > 0  # there larger counts are sensitive, too
    few = (joined["value"] > 0) & ((joined["value"] < joined["minimum"]) | small_places)
    few |= joined["value"].isna() | (joined["zero"] & (joined["value"] == 0))
    return found.assign(narrow=found["narrow"] & few.to_numpy())
