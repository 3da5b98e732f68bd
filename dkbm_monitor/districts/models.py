"""How a town declares its areas: Gebietsstände, their levels, where keys, names and parents come from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.keys import period, year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.core.yamlfile import Strict

Period = Annotated[str, BeforeValidator(lambda text: period(str(text)))]


class Dissolve(Strict):
    """A level made by joining the areas of a finer one."""

    from_level: str = Field(description="Ebene, deren Gebiete zusammengefasst werden.")
    names: dict[str, str] = Field(default_factory=dict, description="Schlüssel -> Name.")
    name_column: str = Field("", description="Spalte der feineren Ebene, die den Namen enthält.")


class ParentKey(Strict):
    """Where the key of the area above comes from."""

    digits: int | None = Field(None, ge=1, le=14, description="Die ersten n Stellen des eigenen Schlüssels.")
    column: str = Field("", description="Spalte mit dem Schlüssel des übergeordneten Gebiets.")

    @model_validator(mode="after")
    def _one_way(self) -> ParentKey:
        if (self.digits is None) == (not self.column):
            msg = _("Ein übergeordnetes Gebiet braucht entweder „digits“ oder „column“.")
            raise ValueError(msg)
        return self


class Level(Strict):
    """One level of areas within a Gebietsstand."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Kennung, z. B. stadtteil.")
    title: str = Field(description="Einzahl, z. B. Stadtteil.")
    plural: str = Field(description="Mehrzahl, z. B. Stadtteile.")
    file: str = Field("", description="GeoPackage, GeoJSON oder Shapefile im Stadtordner.")
    layer: str = Field("", description="Name der Ebene in der Datei; leer: die erste.")
    crs: str = Field("", description="Koordinatensystem, falls die Datei keines oder ein falsches nennt.")
    key: str = Field("", description="Spalte mit dem Schlüssel.")
    name: str = Field("", description="Spalte mit dem Namen.")
    width: int | None = Field(None, ge=1, le=14, description="Schlüssel auf so viele Stellen auffüllen.")
    parents: dict[str, ParentKey] = Field(
        default_factory=dict, description="Übergeordnete Ebene -> Herkunft ihres Schlüssels."
    )
    uninhabited: tuple[str, ...] = Field((), description="Schlüssel unbewohnter Gebiete.")
    uninhabited_column: str = Field("", description="Spalte, die unbewohnte Gebiete mit 1/true/ja kennzeichnet.")
    dissolve: Dissolve | None = Field(None, description="Ebene durch Zusammenfassen bilden.")

    @model_validator(mode="after")
    def _one_origin(self) -> Level:
        if self.id == TOWN:
            msg = _("Die Ebene „stadt“ entsteht von selbst und wird nicht angegeben.")
            raise ValueError(msg)
        if bool(self.file) == bool(self.dissolve):
            msg = _("Ebene „{id}“ braucht entweder „file“ oder „dissolve“.").format(id=self.id)
            raise ValueError(msg)
        if self.file and not self.key:
            msg = _("Ebene „{id}“ braucht „key“: die Spalte mit dem Schlüssel.").format(id=self.id)
            raise ValueError(msg)
        return self


class Gebietsstand(Strict):
    """One state of a town's boundaries and the periods it holds for; levels go from fine to coarse."""

    id: str = Field(description="Kennung, z. B. 2021.")
    title: str = Field("", description="Wie Karten ihn nennen, z. B. „LOR 2021“.")
    first: Period | None = Field(None, description="Erster Zeitraum; fehlt er: seit jeher.")
    last: Period | None = Field(None, description="Letzter Zeitraum; fehlt er: bis heute.")
    attribution: str = Field("", description="Quellenvermerk der Geometrien, wie ihn die Lizenz verlangt.")
    levels: tuple[Level, ...] = Field(min_length=1, description="Ebenen von fein nach grob.")

    @model_validator(mode="after")
    def _ids_once(self) -> Gebietsstand:
        ids = [level.id for level in self.levels]
        if len(set(ids)) != len(ids):
            msg = _("Gebietsstand „{id}“ nennt eine Ebene zweimal.").format(id=self.id)
            raise ValueError(msg)
        for place, level in enumerate(self.levels):
            for above in level.parents:
                if above not in ids[place + 1 :]:
                    msg = _("Ebene „{id}“: „{above}“ ist keine gröbere Ebene dieses Gebietsstands. {hint}").format(
                        id=level.id, above=above, hint=did_you_mean(above, ids[place + 1 :])
                    )
                    raise ValueError(msg)
            below = level.dissolve.from_level if level.dissolve else None
            if below is not None and below not in ids[:place]:
                msg = _("Ebene „{id}“: „{below}“ ist keine feinere Ebene dieses Gebietsstands. {hint}").format(
                    id=level.id, below=below, hint=did_you_mean(below, ids[:place])
                )
                raise ValueError(msg)
        return self

    def holds_for(self, wanted: str) -> bool:
        """True if this Gebietsstand covers the period."""
        year = year_of(wanted)
        return (self.first is None or year_of(self.first) <= year) and (self.last is None or year <= year_of(self.last))

    def __str__(self) -> str:
        return self.title or self.id
