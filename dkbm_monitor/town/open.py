"""Open a town folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from dkbm_monitor.catalogue.loader import Catalogue, read_catalogue, shipped
from dkbm_monitor.core.frames import Observations
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Gathered, Place, Problem, ProblemsError, raise_errors
from dkbm_monitor.core.yamlfile import read_model
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.layers import read_districts
from dkbm_monitor.sources.models import Register
from dkbm_monitor.sources.tables import read_all
from dkbm_monitor.town.models import TownFile

TOWN_FILE = "town.yml"
REGISTER_FILE = "register.yml"
CATALOGUE_FOLDER = "catalogue"


@dataclass(frozen=True)
class Town:
    """One town folder, opened: what it declares, its areas, its catalogue. Raw files are read when asked for."""

    folder: Path
    file: TownFile
    register: Register
    catalogue: Catalogue
    districts: Mapping[str, Districts]

    @property
    def name(self) -> str:
        """The town's name."""
        return self.file.name

    @property
    def levels(self) -> list[str]:
        """Ids of all levels of all Gebietsstände, fine to coarse, the town last."""
        return list(dict.fromkeys(level for one in self.districts.values() for level in one.levels))

    @cached_property
    def reading(self) -> tuple[Observations, list[Problem]]:
        """Every observation of the registered raw files, and every problem met while reading them."""
        known = {
            (gebietsstand, level): districts.names(level)
            for gebietsstand, districts in self.districts.items()
            for level in districts.levels
        }
        return read_all(self.folder, self.register, known, self._gebietsstand_of)

    @property
    def observations(self) -> Observations:
        """What the publishers counted; raises `ProblemsError` if a raw file cannot be read as declared."""
        observations, problems = self.reading
        raise_errors(problems)
        return observations

    def _gebietsstand_of(self, period: str) -> str | None:
        found = self.file.gebietsstand_for(period)
        return found.id if found else None


def open_town(folder: str | Path) -> Town:
    """Open a town folder. Raises `ProblemsError` with the mistakes of all its declaring files at once."""
    path = Path(folder)
    if not (path / TOWN_FILE).is_file():
        what = _("In „{folder}“ liegt keine {file}; das ist kein Stadtordner.").format(folder=path, file=TOWN_FILE)
        hint = _("Einen neuen Stadtordner legt an: dkbm init ORDNER.")
        raise ProblemsError([Problem("S001", Place(str(path)), str(path), what, hint)])
    gathered = Gathered()
    file = gathered.of(lambda: read_model(path / TOWN_FILE, TownFile))
    register = gathered.of(lambda: read_model(path / REGISTER_FILE, Register))
    catalogue = gathered.of(lambda: shipped().overlaid(read_catalogue(path / CATALOGUE_FOLDER)))
    districts = gathered.of(lambda: _all_districts(path, file)) if file else None
    if not (file and register and catalogue and districts):
        raise ProblemsError(gathered.problems)
    return Town(path, file, register, catalogue, districts)


def _all_districts(folder: Path, file: TownFile) -> dict[str, Districts]:
    gathered = Gathered()
    found = {
        one.id: gathered.of(partial(read_districts, folder, one, ags=file.ags, name=file.name, crs=file.crs))
        for one in file.gebietsstaende
    }
    if gathered.problems:
        raise ProblemsError(gathered.problems)
    return {key: one for key, one in found.items() if one is not None}
