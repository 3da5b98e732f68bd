from .compute.compare import compare_with_parent as compare_with_parent
from .compute.compare import compare_with_period as compare_with_period
from .compute.compare import compare_with_town as compare_with_town
from .compute.indicators import compute as compute
from .compute.trend import trend as trend
from .core.locale import set_language as set_language
from .core.problems import ProblemsError as ProblemsError
from .disclosure.primary import release as release
from .disclosure.release import Release as Release
from .products.demo import embedded_town as embedded_town
from .products.explain import explain as explain
from .products.starter import make_town_folder as make_town_folder
from .products.tablefile import named as named
from .products.tablefile import save_values as save_values
from .spatial.area_types import area_types as area_types
from .spatial.multigroup import multigroup_segregation as multigroup_segregation
from .spatial.segregation import segregation as segregation
from .spatial.segregation_change import segregation_change as segregation_change
from .spatial.similar import similar_districts as similar_districts
from .town.check import as_table_rows as as_table_rows
from .town.check import check_town as check_town
from .town.open import Town as Town
from .town.open import open_town as open_town
from .view.interactive import interactive as interactive
from .view.maps import map as map

__all__ = [
    "ProblemsError",
    "Release",
    "Town",
    "area_types",
    "as_table_rows",
    "check_town",
    "compare_with_parent",
    "compare_with_period",
    "compare_with_town",
    "compute",
    "embedded_town",
    "explain",
    "interactive",
    "make_town_folder",
    "map",
    "multigroup_segregation",
    "named",
    "open_town",
    "release",
    "save_values",
    "segregation",
    "segregation_change",
    "set_language",
    "similar_districts",
    "trend",
]
