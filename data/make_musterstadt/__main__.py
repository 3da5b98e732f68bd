"""Write the town folder: `python data/make_musterstadt [FOLDER]`."""

import sys
from pathlib import Path

from build import build

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "musterstadt"
files = build(folder)
print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.2f} MB in {folder}")
