"""Content of `town.yml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dkbm_monitor.core.keys import is_ags
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.yamlfile import Strict
from dkbm_monitor.districts.models import Gebietsstand

Audience = Literal["public", "internal"]


def _ags(text: str) -> str:
    if not is_ags(text):
        msg = _("„{text}“ ist kein Amtlicher Gemeindeschlüssel: acht Ziffern in Anführungszeichen.").format(text=text)
        raise ValueError(msg)
    return text


class RuleFor(Strict):
    """What one audience may see."""

    min_count: int = Field(3, ge=1, description="Kleinste Zahl über null, die gezeigt werden darf.")
    zero_is_sensitive: bool = Field(False, description="true: auch eine Null verrät etwas und wird verborgen.")
    complement: bool = Field(
        True, description="true: auch der Rest (Nenner minus Zähler) muss die Mindestzahl erreichen oder null sein."
    )
    full_is_sensitive: bool = Field(
        False, description="true: auch 100 % werden verborgen, weil dann alle die Eigenschaft haben."
    )
    min_denominator: int = Field(0, ge=0, description="Kleinster Nenner, zu dem eine Quote gezeigt werden darf.")
    min_population: int = Field(
        0, ge=0, description="Gebiete mit weniger Menschen zeigen gar keine Werte; 0 schaltet die Regel ab."
    )
    protection: int | None = Field(
        None,
        ge=1,
        description="So weit müssen die kleinste und die größte mögliche Zahl auseinanderliegen, die sich für einen "
        "verborgenen Wert aus allem Gezeigten errechnen lassen; ohne Angabe so weit wie min_count.",
    )


class DisclosureRule(Strict):
    """The town's rule for small numbers, with the reason for it."""

    reason: str = Field(min_length=10, description="Rechtsgrundlage oder Beschluss, mit Datum.")
    population_measure: str = Field("bevoelkerung", description="Messgröße der Bevölkerung für min_population.")
    public: RuleFor
    internal: RuleFor

    def for_audience(self, audience: Audience) -> RuleFor:
        """The part of the rule that holds for an audience."""
        return self.public if audience == "public" else self.internal


class TownFile(Strict):
    """Content of `town.yml`: name, keys, areas and rules of a town."""

    name: str = Field(min_length=1)
    ags: Annotated[str, AfterValidator(_ags)] = Field(description='Amtlicher Gemeindeschlüssel, z. B. "05913000".')
    invented: bool = Field(False, description="true: die Stadt ist erfunden; jede Ausgabe sagt das.")
    crs: str = Field(description="Metrisches Koordinatensystem, z. B. EPSG:25832.")
    gebietsstaende: tuple[Gebietsstand, ...] = Field(min_length=1)
    disclosure: DisclosureRule
    spike_share: float = Field(
        0.25,
        gt=0,
        le=1,
        description="Prüfung: meldet ein Gebiet, das auf einmal mehr als diesen Anteil einer Messgröße trägt.",
    )
    notes: str = Field("", description="Hinweise für die, die mit dem Ordner arbeiten.")

    @model_validator(mode="after")
    def _one_gebietsstand_a_period(self) -> TownFile:
        for year in range(1990, 2100):
            holding = [one.id for one in self.gebietsstaende if one.holds_for(str(year))]
            if len(holding) > 1:
                msg = _("Für {year} gelten zwei Gebietsstände zugleich: {ids}.").format(
                    year=year, ids=", ".join(holding)
                )
                raise ValueError(msg)
        return self

    def gebietsstand(self, wanted: str) -> Gebietsstand:
        """The Gebietsstand of that id."""
        return next(one for one in self.gebietsstaende if one.id == wanted)

    def gebietsstand_for(self, period: str) -> Gebietsstand | None:
        """The Gebietsstand that holds for a period, or None."""
        return next((one for one in self.gebietsstaende if one.holds_for(period)), None)
