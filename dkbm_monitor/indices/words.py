"""Recipes and their steps in words: for `dkbm index show`, and to follow one district through the calculation."""

from __future__ import annotations

import numpy as np

from dkbm_monitor.core.locale import _, number
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.indices.composite import IndexResult, PartResult, class_names
from dkbm_monitor.indices.models import Classes, IndexRecipe, Limit, Member, Normalise, Part

Lines = list[tuple[str, str]]


def evidence_words(recipe: IndexRecipe) -> str:
    """How sure the recipe itself is."""
    return {
        "reproduced": _("An veröffentlichten Ergebnissen nachgerechnet"),
        "documented": _("Nach der veröffentlichten Beschreibung gebaut"),
        "unverified": _("Einzelne Angaben sind nicht belegt"),
    }[recipe.evidence]


def recipe_lines(recipe: IndexRecipe) -> Lines:
    """A recipe as labels and texts."""
    lines: Lines = [
        (_("Rezept"), f"{recipe.id} – {recipe.title}"),
        (_("Herausgeber"), recipe.publisher),
        (_("Beschreibung"), str(recipe.description)),
        (_("Grenzen"), str(recipe.limits)),
        (_("Beleg"), evidence_words(recipe)),
        *((_("Nicht belegt"), str(one)) for one in recipe.unverified),
        (_("Lesart"), _orientation(recipe)),
    ]
    if recipe.inclusion.min_population:
        text = _("Gebiete mit mindestens {n} Menschen (Spalte „{column}“)")
        inclusion = recipe.inclusion
        lines.append((_("Einbezogen"), text.format(n=number(inclusion.min_population), column=inclusion.population)))
    lines += [(_("Mitglied {id}").format(id=one.id), _member(one, recipe)) for one in recipe.members]
    lines += [(_("Teil {id}").format(id=one.id), part_words(one)) for one in recipe.all_parts]
    if recipe.typology:
        text = _("Klasse von {rows} und Klasse von {columns}: {groups}")
        how = recipe.typology
        groups = ", ".join(row + column for row in how.row_signs for column in how.column_signs)
        lines.append((_("Typologie"), text.format(rows=how.rows, columns=how.columns, groups=groups)))
        if how.attention:
            shown = f"{how.attention.title}: {', '.join(how.attention.groups)}"
            lines.append((_("Hervorgehoben"), shown + _unproven(how.attention.evidence)))
    return lines + [(_("Quelle"), one) for one in recipe.references]


def _unproven(evidence: str) -> str:
    return " " + _("(nicht belegt)") if evidence == "unverified" else ""


def _orientation(recipe: IndexRecipe) -> str:
    if recipe.orientation == "burden":
        return _("Ein hoher Wert zeigt mehr Belastung.")
    return _("Ein hoher Wert zeigt günstigere Bedingungen.")


def _member(member: Member, recipe: IndexRecipe) -> str:
    extras = []
    if member.transform == "log":
        extras.append(_("logarithmiert"))
    if member.direction != recipe.orientation:
        extras.append(_("umgepolt"))
    if member.indicator:
        extras.append(_("Kennzahl {id}").format(id=member.indicator))
    return str(member.title) + (f" ({', '.join(extras)})" if extras else "")


def part_words(part: Part) -> str:
    """One part in a line: inputs, normalisation, weights, aggregation, index, classes."""
    steps = [
        ", ".join(part.inputs),
        normalise_words(part.normalise),
        _weights(part),
        _aggregate(part),
        _("danach {how}").format(how=normalise_words(part.index)) if part.index.method != "none" else "",
        _missing(part),
        _("Klassen: {classes}").format(classes=class_words(part.classes)) if part.classes else "",
    ]
    return "; ".join(one for one in steps if one) + "."


def normalise_words(how: Normalise) -> str:
    """A normalisation in a few words."""
    words = {
        "none": _("unverändert"),
        "z": _("standardisiert (z, geteilt durch {n})").format(n="N" if how.ddof == 0 else "N−1"),
        "robust_z": _("standardisiert mit Median und MAD"),
        "minmax": _("gestreckt zwischen kleinstem und größtem Wert"),
        "scaled": _("gestreckt zwischen festen Grenzen"),
        "goalposts": _("gestreckt zwischen festen Grenzen, jenseits gekappt"),
        "percentile_rank": _("Prozentrang"),
        "rank": _("Rang, 1 für den höchsten Wert") if how.descending else _("Rang, 1 für den niedrigsten Wert"),
        "rank_normal": _("Rang, auf die Normalverteilung übertragen"),
        "borda": _("Zahl der Gebiete darunter (Borda)"),
        "exponential_rank": _("Rang, exponentiell gestreckt auf 0 bis 100"),
        "distance_to_max": _("Abstand zum höchsten Wert"),
        "distance_to_target": _("Weg zum Zielwert"),
        "distance_to_reference": _("Abstand zum Bezugswert"),
        "fraction_of_max": _("Anteil am höchsten Wert"),
    }
    return words[how.method]


def _weights(part: Part) -> str:
    match part.weights.method:
        case "equal":
            return _("gleich gewichtet") if len(part.of) > 1 else ""
        case "pca":
            return _("gewichtet mit der ersten Hauptkomponente")
        case "budget":
            return _("gewichtet nach verteilten Punkten")
        case "given":
            given = ", ".join(f"{name} {number(one, 1)}" for name, one in part.weights.values.items())
            return _("gewichtet mit {weights}").format(weights=given)


def _aggregate(part: Part) -> str:
    how = part.aggregate
    return {
        "sum": _("addiert"),
        "arithmetic": _("arithmetisch gemittelt"),
        "geometric": _("geometrisch gemittelt"),
        "harmonic": _("harmonisch gemittelt"),
        "generalised": _("Potenzmittel mit Exponent {power}").format(power=number(how.power, 2)),
        "mazziotta_pareto": _("nach Mazziotta und Pareto zusammengefasst"),
        "max": _("der höchste Wert zählt"),
        "count_above": _("gezählt, wie viele über {limit} liegen").format(limit=number(how.limit, 2)),
        "copeland": _("im paarweisen Vergleich (Copeland)"),
    }[how.method]


def _missing(part: Part) -> str:
    return {
        "exclude": "",
        "available": _("fehlt ein Wert, zählen die übrigen"),
        "mean": _("fehlt ein Wert, gilt das Mittel der übrigen Gebiete"),
    }[part.missing.rule]


def class_words(classes: Classes) -> str:
    """Classes with their limits, from low to high values."""
    if classes.limits:
        names = class_names(classes)
        unit = " SD" if classes.method == "sd" else ""
        return ", ".join(f"{name} ({_between(classes.limits, place)}{unit})" for place, name in enumerate(names))
    words = {
        "quantiles": _("{k} gleich große Gruppen"),
        "equal_interval": _("{k} gleich breite Klassen"),
        "natural_breaks": _("{k} Klassen mit natürlichen Grenzen"),
        "ceil": _("{k} Gruppen nach Rang (aufgerundet k·Rang/N)"),
        "floor": _("{k} Gruppen nach Rang (abgerundet k·(Rang−1)/N, plus 1)"),
    }
    return words[classes.method].format(k=classes.count)


def _between(limits: tuple[Limit, ...], place: int) -> str:
    """The range of one class, with the exact sign at each end."""
    low = limits[place - 1] if place else None
    high = limits[place] if place < len(limits) else None
    left = f"{_at(low)} {'≤' if low.equal == 'above' else '<'} " if low else ""
    right = f" {'<' if high.equal == 'above' else '≤'} {_at(high)}" if high else ""
    return f"{left}Index{right}"


def _at(limit: Limit) -> str:
    digits = 0 if limit.at == int(limit.at) else 1 if round(limit.at, 1) == limit.at else 4
    return number(limit.at, digits)


def district_lines(result: IndexResult, key: str) -> Lines:
    """One district through every step; raises `ProblemsError` if the table has no such district."""
    keys = result.prepared.keys
    places = np.flatnonzero((keys == key).to_numpy())
    if not len(places):
        what = _("Das Gebiet „{key}“ steht nicht in der Tabelle.").format(key=key)
        raise ProblemsError([Problem("I032", Place(key=key), key, what, did_you_mean(key, keys))])
    lines: Lines = []
    for place in places:
        if reason := str(result.prepared.reason.iloc[place]):
            lines.append((key, _("nicht in der Rechnung ({reason})").format(reason=reason)))
            continue
        for one in result.parts.values():
            lines += _part_lines(one, int(place))
    return lines


def _part_lines(one: PartResult, place: int) -> Lines:
    weights = one.weights.iloc[0]
    period = len(one.weights) == 1
    lines: Lines = []
    for name in one.part.inputs:
        before, after = float(one.inputs[name].iloc[place]), float(one.normalised[name].iloc[place])
        weight = " " + _("(Gewicht {weight})").format(weight=_shown(float(weights[name]))) if period else ""
        lines.append((f"{one.part.id}: {name}", f"{_shown(before)} → {_shown(after)}{weight}"))
    lines.append((f"{one.part.id}_sum", _shown(float(one.sums.iloc[place]))))
    lines.append((f"{one.part.id}_index", _shown(float(one.index.iloc[place]))))
    if one.part.classes:
        lines.append((f"{one.part.id}_class", str(one.classes.iloc[place]) or _("keine")))
    return lines


def _shown(value: float) -> str:
    """Four decimals at most, none for whole numbers."""
    if value != value:
        return _("kein Wert")
    return number(value, 0 if value == round(value) else 4)
