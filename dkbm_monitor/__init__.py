"""dkbm_monitor: education indicators per city district, from public statistics to maps a council can trust.

The names below are loaded when first used, so that importing the package costs next to nothing.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
