from .compute.indicators import compute as compute
from .disclosure.primary import release as release
from .disclosure.release import Release as Release
from .town.open import Town as Town
from .town.open import open_town as open_town

__all__ = ["Release", "Town", "compute", "open_town", "release"]
