"""What an index recipe says: members, normalisation, weights, aggregation, classes. Nothing here computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from dkbm_monitor.catalogue.models import Period, Text
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.core.yamlfile import Strict

Direction = Literal["burden", "resource"]
Evidence = Literal["reproduced", "documented", "unverified"]
Method = Literal[
    "none",
    "z",
    "robust_z",
    "minmax",
    "scaled",
    "goalposts",
    "percentile_rank",
    "rank",
    "rank_normal",
    "borda",
    "exponential_rank",
    "distance_to_max",
    "distance_to_target",
    "distance_to_reference",
    "fraction_of_max",
]
Ties = Literal["average", "min", "max", "dense"]
NEEDED: dict[str, tuple[str, ...]] = {
    "scaled": ("low", "high"),
    "goalposts": ("low", "high"),
    "distance_to_target": ("target",),
    "distance_to_reference": ("reference",),
}
NEEDS_SPREAD = frozenset(
    {
        "z",
        "robust_z",
        "minmax",
        "percentile_rank",
        "rank",
        "rank_normal",
        "borda",
        "exponential_rank",
        "distance_to_max",
        "distance_to_target",
        "distance_to_reference",
    }
)


def _recipe_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        msg = _("„{text}“ ist kein Rezeptname: erlaubt sind Kleinbuchstaben, Ziffern und Bindestriche.")
        raise ValueError(msg.format(text=text))
    return text


def _column_name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        msg = _("„{text}“ ist keine Kennung: erlaubt sind Kleinbuchstaben, Ziffern und _ (ä wird ae).")
        raise ValueError(msg.format(text=text))
    return text


def _by_method(found: object) -> object:
    """`normalise: z` is short for `normalise: {method: z}`."""
    return {"method": found} if isinstance(found, str) else found


def _as_texts(found: object) -> object:
    return [str(one) for one in (found if isinstance(found, list | tuple) else [found])]


RecipeId = Annotated[str, AfterValidator(_recipe_id)]
Name = Annotated[str, AfterValidator(_column_name)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]


class Normalise(Strict):
    """How raw values are made comparable."""

    method: Method = Field(description="Verfahren, z. B. z, minmax, percentile_rank, exponential_rank.")
    ddof: Literal[0, 1] = Field(0, description="z: 0 teilt durch N, 1 durch N-1.")
    weighted: bool = Field(False, description="z: Mittel und Streuung mit der Spalte weight_column gewichtet.")
    range: tuple[float, float] = Field((0.0, 1.0), description="Zielbereich von minmax, scaled und goalposts.")
    ties: Ties = Field("average", description="Welchen Rang gleiche Werte erhalten.")
    descending: bool = Field(False, description="Nur rank: Rang 1 hat der höchste Wert.")
    base: float = Field(23.0, gt=0, description="Nur exponential_rank: Konstante des englischen IMD.")


class Aggregate(Strict):
    """How normalised values become one number."""

    method: Literal[
        "sum",
        "arithmetic",
        "geometric",
        "harmonic",
        "generalised",
        "mazziotta_pareto",
        "max",
        "count_above",
        "copeland",
    ]
    power: float = Field(1.0, description="Nur generalised: Exponent des Mittels (0 ist das geometrische).")
    penalty: Literal["minus", "plus"] = Field("plus", description="Nur mazziotta_pareto: Zu- oder Abschlag.")
    limit: float = Field(1.0, description="Nur count_above: gezählt werden Werte darüber.")


class Weights(Strict):
    """How much each input counts. The scale of weights never matters."""

    method: Literal["equal", "given", "pca", "budget"]
    values: dict[str, float] = Field(default_factory=dict, description="Nur given: Kennung -> Gewicht.")
    votes: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="Nur budget: wer -> Punkte je Kennung; jede Stimme zählt gleich viel."
    )


class Missing(Strict):
    """What happens to a district that lacks a value."""

    rule: Literal["exclude", "available", "mean"] = Field(
        "exclude",
        description="exclude: kein Index. available: aus den vorhandenen Werten. mean: mit dem Mittel der übrigen.",
    )
    min_share: float = Field(0.5, gt=0, le=1, description="Dieser Anteil der Gewichte muss vorhanden sein.")


class Limit(Strict):
    """A class limit and the side to which a value exactly on it belongs."""

    at: float
    equal: Literal["below", "above"] = Field("below", description="below: ein Wert auf der Grenze zählt darunter.")


class ClassName(Strict):
    """A class and the other signs publishers use for it."""

    name: str
    codes: Texts = ()


def _as_name(found: object) -> object:
    return {"name": str(found)} if isinstance(found, str | int) else found


class Classes(Strict):
    """How an index is cut into classes, from low to high values."""

    method: Literal["limits", "sd", "quantiles", "equal_interval", "natural_breaks", "ceil", "floor"] = Field(
        description="limits: feste Grenzen. sd: Grenzen in Standardabweichungen. ceil: aufgerundet k·Rang/N. "
        "floor: abgerundet k·(Rang-1)/N, plus 1."
    )
    limits: tuple[Limit, ...] = ()
    k: int | None = Field(None, ge=2, le=100)
    names: tuple[Annotated[ClassName, BeforeValidator(_as_name)], ...] = ()

    @property
    def count(self) -> int:
        """Number of classes."""
        return len(self.limits) + 1 if self.limits else self.k or 0

    @model_validator(mode="after")
    def _fits(self) -> Classes:
        by_limits = self.method in ("limits", "sd")
        if by_limits and (not self.limits or self.k):
            raise ValueError(_("Dieses Verfahren braucht „limits“ und kein „k“."))
        if not by_limits and (self.limits or not self.k):
            raise ValueError(_("Dieses Verfahren braucht „k“ und keine „limits“."))
        if [one.at for one in self.limits] != sorted({one.at for one in self.limits}):
            raise ValueError(_("Die Grenzen müssen aufsteigen."))
        if self.names and len(self.names) != self.count:
            msg = _("Es gibt {classes} Klassen, aber {names} Namen.").format(classes=self.count, names=len(self.names))
            raise ValueError(msg)
        return self


class Member(Strict):
    """One indicator of an index."""

    id: Name = Field(description="Kennung; so heißt auch die Spalte der Ausgabe.")
    title: Text
    direction: Direction = Field("burden", description="burden: hoher Wert zeigt Belastung. resource: Stärke.")
    indicator: str = Field("", description="Kennzahl des Katalogs, mit der ein Stadtordner diesen Wert liefert.")
    aliases: Texts = Field((), description="Weitere Überschriften, unter denen Tabellen diesen Wert führen.")
    transform: Literal["none", "log"] = "none"
    low: float | None = None
    high: float | None = None
    target: float | None = None
    reference: float | None = None


def _kind_of_input(found: object) -> str:
    return "member" if isinstance(found, str | int) else "part"


# Told apart before it is read, so that a mistake inside a part is not also reported as a wrong member.
Input = Annotated[
    Annotated[str, Tag("member")] | Annotated["Part", Tag("part")],
    Discriminator(_kind_of_input),
]


class Part(Strict):
    """One number made of members or of other parts, to any depth."""

    id: Name
    title: Text
    of: tuple[Input, ...] = Field(description="Kennungen von Mitgliedern oder ganze Teile.")
    normalise: Annotated[Normalise, BeforeValidator(_by_method)] = Normalise(method="z")
    weights: Annotated[Weights, BeforeValidator(_by_method)] = Weights(method="equal")
    aggregate: Annotated[Aggregate, BeforeValidator(_by_method)] = Aggregate(method="sum")
    index: Annotated[Normalise, BeforeValidator(_by_method)] = Field(
        Normalise(method="none"), description="Wie aus der Summe der Index wird; z: noch einmal standardisieren."
    )
    index_by_period: bool = Field(False, description="Summe -> Index je Zeitraum für sich, auch bei set: pooled.")
    missing: Missing = Missing()
    classes: Classes | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Ids of members and parts this part is made of."""
        return tuple(one if isinstance(one, str) else one.id for one in self.of)

    def walk(self) -> Iterator[Part]:
        """This part and all inside it, inner ones first."""
        for one in self.of:
            if isinstance(one, Part):
                yield from one.walk()
        yield self

    @model_validator(mode="after")
    def _weights_fit(self) -> Part:
        given = [self.weights.values] if self.weights.method == "given" else list(self.weights.votes.values())
        if self.weights.method == "budget" and not given:
            raise ValueError(_("Die Gewichte brauchen mindestens eine Stimme unter „votes“."))
        for one in given:
            if set(one) != set(self.inputs):
                msg = _("Gewichte braucht es genau für: {inputs}.").format(inputs=", ".join(self.inputs))
                raise ValueError(msg)
            if min(one.values()) < 0 or sum(one.values()) <= 0:
                raise ValueError(_("Gewichte dürfen nicht negativ und nicht alle null sein."))
        return self


class Inclusion(Strict):
    """Which districts enter the calculation."""

    population: str = Field("", description="Spalte mit der Bevölkerungszahl.")
    min_population: float = Field(0, ge=0, description="Gebiete mit weniger Menschen bleiben außen vor.")
    exclude: dict[str, Texts] = Field(default_factory=dict, description="Spalte -> Werte, die ausschließen.")
    missing_codes: tuple[float, ...] = Field((), description="Zahlen, die für „kein Wert“ stehen, z. B. -9999.")


class Attention(Strict):
    """Groups of a typology that a publisher singles out."""

    title: Text
    groups: Texts
    evidence: Evidence = "documented"


class Typology(Strict):
    """Two classified parts crossed: each pair of classes is one group."""

    rows: Name
    columns: Name
    row_signs: Texts
    column_signs: Texts
    attention: Attention | None = None


class Reference(Strict):
    """Districts against which values are normalised."""

    set: Literal["period", "pooled", "base"] = Field(
        "period", description="period: derselbe Zeitraum. pooled: alle Zeiträume. base: ein fester Zeitraum."
    )
    base: Period | None = None

    @model_validator(mode="after")
    def _base_named(self) -> Reference:
        if (self.set == "base") != (self.base is not None):
            raise ValueError(_("„base“ gehört genau zu „set: base“."))
        return self


class IndexRecipe(Strict):
    """How an index is made, complete enough to make it again."""

    id: RecipeId
    title: Text
    publisher: str
    description: Text
    limits: Text = Field(description="Was der Index nicht sagt.")
    orientation: Direction = Field("burden", description="burden: ein hoher Index zeigt Belastung.")
    evidence: Evidence = Field(
        description="reproduced: an veröffentlichten Ergebnissen nachgerechnet. documented: nach der Beschreibung "
        "gebaut. unverified: einzelne Angaben sind nicht belegt."
    )
    unverified: tuple[Text, ...] = Field((), description="Was nicht belegt ist, je ein Satz.")
    references: tuple[str, ...] = Field(min_length=1)
    inclusion: Inclusion = Inclusion()
    reference: Reference = Reference()
    weight_column: str = Field("", description="Spalte für gewichtetes Mittel und Streuung.")
    members: tuple[Member, ...]
    parts: tuple[Part, ...]
    typology: Typology | None = None

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Every part, inner ones before those that are made of them."""
        return tuple(part for top in self.parts for part in top.walk())

    def member(self, id: str) -> Member:
        """The member with this id."""
        return next(one for one in self.members if one.id == id)

    @model_validator(mode="after")
    def _consistent(self) -> IndexRecipe:
        if found := list(_inconsistencies(self)):
            raise ValueError(" ".join(found))
        return self


def _inconsistencies(recipe: IndexRecipe) -> Iterator[str]:
    parts, members = recipe.all_parts, {one.id: one for one in recipe.members}
    if not parts or not members or not all(part.of for part in parts):
        yield _("Ein Rezept braucht Mitglieder und Teile, und jeder Teil etwas unter „of“.")
        return
    yield from _twice([*members, *(one.id for one in parts)], [*recipe.members, *parts])
    used = {name for part in parts for name in part.inputs}
    top = {one.id for one in parts}
    for name in sorted(used - set(members) - top):
        what = _("Das Mitglied „{name}“ gibt es nicht.").format(name=name)
        yield f"{what} {did_you_mean(name, members)}".strip()
    for name in members:
        if name not in used:
            yield _("Das Mitglied „{name}“ wird nirgends verwendet.").format(name=name)
    for part in parts:
        yield from _lacking_bounds(part, members)
        if part.normalise.weighted and not recipe.weight_column:
            yield _("Der Teil „{name}“ gewichtet, aber „weight_column“ fehlt.").format(name=part.id)
    if (recipe.evidence == "unverified") != bool(recipe.unverified):
        yield _("„unverified“ nennt, was nicht belegt ist, und steht genau bei „evidence: unverified“.")
    if recipe.typology:
        yield from _typology_errors(recipe.typology, {one.id: one for one in parts})


def _twice(ids: list[str], things: list[Any]) -> Iterator[str]:
    if len(set(ids)) < len(things):
        repeated = sorted({one for one in ids if ids.count(one) > 1} or {str(things[0].id)})
        yield _("Kennungen müssen eindeutig sein; mehrfach steht: {names}.").format(names=", ".join(repeated))


def _lacking_bounds(part: Part, members: dict[str, Member]) -> Iterator[str]:
    for name in part.inputs:
        for field in NEEDED.get(part.normalise.method, ()):
            if name in members and getattr(members[name], field) is None:
                what = _("Das Verfahren „{method}“ braucht für das Mitglied „{name}“ die Angabe „{field}“.")
                yield what.format(method=part.normalise.method, name=name, field=field)
            elif name not in members:
                what = _("Das Verfahren „{method}“ passt nur auf Mitglieder, nicht auf den Teil „{name}“.")
                yield what.format(method=part.normalise.method, name=name)


def _typology_errors(typology: Typology, parts: dict[str, Part]) -> Iterator[str]:
    for name, signs in ((typology.rows, typology.row_signs), (typology.columns, typology.column_signs)):
        part = parts.get(name)
        if part is None or part.classes is None:
            yield _("Die Typologie braucht den Teil „{name}“ mit Klassen.").format(name=name)
        elif len(signs) != part.classes.count:
            what = _("Die Typologie braucht für „{name}“ genau {n} Zeichen.")
            yield what.format(name=name, n=part.classes.count)
