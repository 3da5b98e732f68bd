"""An index examined: do its members belong together, what really weighs, on whom does it hang; a verdict in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number, plural, with_unit
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.indices import cronbach
from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.cronbach import Components
from dkbm_monitor.indices.influence import district_influence, effective_weights, normalised, remove_one

Floats = npt.NDArray[np.float64]
TOO_HIGH = 0.9  # two members that say nearly the same count twice
ALPHA_FAIR, ALPHA_GOOD = 0.7, 0.9  # usual marks (Nunnally 1978); above the second members largely repeat each other
KMO_FAIR = 0.6  # below it Kaiser (1974) calls the matrix mediocre or worse
MANY = 2000  # districts above which leaving out each of them takes minutes


@dataclass(frozen=True)
class Flag:
    """A pair of members that deserves a look."""

    kind: Literal["too_high", "negative"]
    first: str
    second: str
    r: float


@dataclass(frozen=True)
class Audit:
    """What an examination of an index found; tables carry members or districts as index.

    `correlations` are those of the normalised members; `alpha` holds for the normalised members as the recipe adds
    them, `alpha_standardised` for equal spreads, `alpha_without` if one member were dropped (NaN with two members).
    `kmo` and `kmo_members` are NaN where members depend on each other exactly. `influence` is None above
    `MANY` districts. `n` counts the districts with all members, on which correlations, alpha, KMO and components rest.
    """

    base: Base
    n: int
    correlations: pd.DataFrame
    flags: tuple[Flag, ...]
    alpha: float
    alpha_standardised: float
    alpha_without: pd.Series[float]
    kmo: float
    kmo_members: pd.Series[float]
    components: Components
    weights: pd.DataFrame
    removed: pd.DataFrame
    influence: pd.DataFrame | None
    notes: tuple[Problem, ...]

    @property
    def loadings(self) -> pd.DataFrame:
        """Loadings of the members on the components, the largest component first."""
        names = [str(one + 1) for one in range(len(self.components.eigenvalues))]
        return pd.DataFrame(self.components.loadings, index=pd.Index(self.base.members, name="member"), columns=names)

    def verdict(self) -> list[str]:
        """The findings in plain sentences."""
        return [*_together(self), *_pairs(self), *_weighing(self), *_removing(self), *_single(self)]


def audit(base: Base) -> Audit:
    """Examine an index."""
    z = normalised(base)
    whole = z[~np.isnan(z).any(1)]
    members = pd.Index(base.members, name="member")
    correlated = cronbach.correlations(whole)
    overall, each = cronbach.kmo(whole)
    without = [_alpha_without(whole, number) for number in range(len(members))]
    return Audit(
        base=base,
        n=len(whole),
        correlations=pd.DataFrame(correlated, index=members, columns=list(members)),
        flags=tuple(_flags(base.members, correlated)),
        alpha=cronbach.alpha(whole),
        alpha_standardised=cronbach.alpha_standardised(whole),
        alpha_without=pd.Series(without, index=members),
        kmo=overall,
        kmo_members=pd.Series(each, index=members),
        components=cronbach.components(whole),
        weights=effective_weights(base),
        removed=remove_one(base),
        influence=district_influence(base) if len(base.districts) <= MANY else None,
        notes=tuple(_notes(base, len(whole), overall)),
    )


def _alpha_without(z: Floats, number: int) -> float:
    return cronbach.alpha(np.delete(z, number, axis=1)) if z.shape[1] > 2 else float("nan")


def _flags(members: tuple[str, ...], r: Floats) -> list[Flag]:
    found = []
    for i, j in zip(*np.triu_indices(len(members), 1), strict=True):
        if r[i, j] > TOO_HIGH:
            found.append(Flag("too_high", members[i], members[j], float(r[i, j])))
        elif r[i, j] < 0:
            found.append(Flag("negative", members[i], members[j], float(r[i, j])))
    return found


def _notes(base: Base, whole: int, overall: float) -> list[Problem]:
    name, found = base.part.id, []

    def note(code: str, what: str) -> None:
        found.append(Problem(code, Place(key=name), name, what, severity=Severity.NOTE))

    if whole < len(base.districts):
        what = _("Zusammenhänge beruhen auf {n} von {all} Gebieten; den übrigen fehlt mindestens ein Wert.")
        note("I080", what.format(n=number(whole), all=number(len(base.districts))))
    if np.isnan(overall):
        note("I081", _("Ein Mitglied ergibt sich rechnerisch aus den anderen; das KMO-Maß ist nicht bestimmt."))
    if len(base.districts) > MANY:
        what = _("Bei mehr als {n} Gebieten wird der Einfluss einzelner Gebiete nicht berechnet.")
        note("I082", what.format(n=number(MANY)))
    return found


# The verdict: one function a topic, each returns whole sentences.


def _together(found: Audit) -> list[str]:
    """Whether the members measure one thing."""
    share = with_unit(100 * float(found.components.explained[0]), "%")
    shown = number(round(found.alpha_standardised, 2) + 0.0, 2)  # never a minus before nought
    if found.alpha_standardised >= ALPHA_GOOD:
        what = _("Die Mitglieder messen fast dasselbe (Cronbachs Alpha {alpha}).")
    elif found.alpha_standardised >= ALPHA_FAIR:
        what = _("Die Mitglieder passen zusammen (Cronbachs Alpha {alpha}).")
    else:
        what = _(
            "Die Mitglieder messen Verschiedenes (Cronbachs Alpha {alpha}); "
            "ein gemeinsamer Index verdeckt, worin sich die Gebiete unterscheiden."
        )
    said = [what.format(alpha=shown)]
    said.append(
        _("Eine einzige gemeinsame Größe erklärt {share} der Unterschiede zwischen den Gebieten.").format(share=share)
    )
    if found.kmo < KMO_FAIR:
        what = _("Für Gewichte aus den Daten (Hauptkomponente) eignen sich die Mitglieder kaum (KMO-Maß {kmo}).")
        said.append(what.format(kmo=number(found.kmo, 2)))
    return said


def _pairs(found: Audit) -> list[str]:
    """Pairs that repeat or contradict each other."""
    high = [one for one in found.flags if one.kind == "too_high"]
    negative = [one for one in found.flags if one.kind == "negative"]
    said = []
    if high:
        what = _("Beinahe dasselbe sagen: {pairs}. Was sie gemeinsam zeigen, zählt im Index mehrfach.")
        said.append(what.format(pairs=_listed(high)))
    if negative:
        what = _(
            "Gegenläufig sind: {pairs}. Im Index heben sie einander teilweise auf; bitte auch die Richtung prüfen."
        )
        said.append(what.format(pairs=_listed(negative)))
    return said


def _listed(flags: list[Flag], most: int = 4) -> str:
    shown = [
        _("{first} und {second} (r = {r})").format(first=one.first, second=one.second, r=number(one.r, 2))
        for one in sorted(flags, key=lambda one: -abs(one.r))[:most]
    ]
    more = len(flags) - most
    if more > 0:
        shown.append(plural("{n} weiteres Paar", "{n} weitere Paare", more))
    return "; ".join(shown)


def _weighing(found: Audit) -> list[str]:
    """Whether effective weights follow the given ones."""
    table = found.weights
    given = table["weight"].abs() / table["weight"].abs().sum()
    apart = (table["share"] - given).abs()
    top = str(apart.idxmax())
    if apart.max() < 0.1:
        return [_("Was jedes Mitglied zum Index beiträgt, entspricht ungefähr seinem Gewicht.")]
    what = _("Das Mitglied „{member}“ hat {given} des Gewichts, trägt aber {share} der Unterschiede im Index.")
    given_pct, share_pct = (with_unit(100 * float(one[top]), "%") for one in (given, table["share"]))
    return [what.format(member=top, given=given_pct, share=share_pct)]


def _removing(found: Audit) -> list[str]:
    """What leaving out one member does."""
    table = found.removed
    if len(table) < 3:
        return []
    if table["kept"].isna().all():
        top = str(table["mean_shift"].idxmax())
        what = _(
            "Am meisten hängt an „{member}“: "
            "Ohne dieses Mitglied rückt ein Gebiet im Mittel um {shift} Plätze auf oder ab."
        )
        return [what.format(member=top, shift=number(float(table["mean_shift"].max()), 1))]
    top = str(table["kept"].idxmin())
    share = with_unit(100 * float(table["kept"].min()), "%")
    what = _("Am meisten hängt an „{member}“: Ohne dieses Mitglied behalten {share} der Gebiete ihre Klasse.")
    return [what.format(member=top, share=share)]


def _single(found: Audit) -> list[str]:
    """Single districts that move the classes of others."""
    if found.influence is None or found.base.part.classes is None:
        return []
    top = str(found.influence["class_changes"].idxmax())
    n = int(found.influence["class_changes"].max())
    if not n:
        return [_("Kein einzelnes Gebiet bestimmt die Klassen der anderen.")]
    others = plural("{n} anderes Gebiet die Klasse wechseln", "{n} andere Gebiete die Klasse wechseln", n)
    what = _("Den größten Einfluss auf andere hat das Gebiet {district}: Fiele es weg, würden {others}.")
    if n == 1:
        what = _("Den größten Einfluss auf andere hat das Gebiet {district}: Fiele es weg, würde {others}.")
    return [what.format(district=top, others=others)]
