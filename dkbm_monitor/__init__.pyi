from .compute.certainty import class_certainty as class_certainty
from .compute.certainty import exceedance as exceedance
from .compute.compare import compare_with_parent as compare_with_parent
from .compute.compare import compare_with_period as compare_with_period
from .compute.compare import compare_with_town as compare_with_town
from .compute.detectable import detectable as detectable
from .compute.detectable import detectable_sentence as detectable_sentence
from .compute.funnel import funnel as funnel
from .compute.funnel import funnel_lines as funnel_lines
from .compute.indicators import compute as compute
from .compute.shrink import shrink as shrink
from .compute.shrink import told_apart_note as told_apart_note
from .compute.standardise import standardise as standardise
from .compute.trend import trend as trend
from .compute.trendwords import change_sentence as change_sentence
from .compute.trendwords import change_words as change_words
from .compute.trendwords import trend_sentence as trend_sentence
from .compute.trendwords import trend_words as trend_words
from .core.locale import set_language as set_language
from .core.problems import ProblemsError as ProblemsError
from .disclosure.primary import release as release
from .disclosure.release import Release as Release
from .indices.agreement import agreement as agreement
from .indices.composite import compute_index as compute_index
from .products.demo import embedded_town as embedded_town
from .products.explain import explain as explain
from .products.starter import make_town_folder as make_town_folder
from .products.tablefile import named as named
from .products.tablefile import save_values as save_values
from .spatial.area_types import area_types as area_types
from .spatial.multigroup import multigroup_segregation as multigroup_segregation
from .spatial.neighbours import neighbours as neighbours
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
    "agreement",
    "area_types",
    "as_table_rows",
    "change_sentence",
    "change_words",
    "check_town",
    "class_certainty",
    "compare_with_parent",
    "compare_with_period",
    "compare_with_town",
    "compute",
    "compute_index",
    "detectable",
    "detectable_sentence",
    "embedded_town",
    "exceedance",
    "explain",
    "funnel",
    "funnel_lines",
    "interactive",
    "make_town_folder",
    "map",
    "multigroup_segregation",
    "named",
    "neighbours",
    "open_town",
    "release",
    "save_values",
    "segregation",
    "segregation_change",
    "set_language",
    "shrink",
    "similar_districts",
    "standardise",
    "told_apart_note",
    "trend",
    "trend_sentence",
    "trend_words",
]
