"""Where a number comes from: hashes, attribution, and the record of a run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dkbm_monitor.core.files import write_whole

LIBRARIES = ("dkbm-monitor", "pandas", "numpy", "geopandas", "matplotlib")


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_hash(text: str) -> str:
    """Hexadecimal SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> datetime:
    """The time of the run; `SOURCE_DATE_EPOCH` fixes it, so that the same inputs give the same bytes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@dataclass(frozen=True)
class RunRecord:
    """How an output came about: enough to make it again and to notice when it would differ.

    `raw_files` maps the register id of a source to file, sha256 and retrieval date; `definitions` maps an
    indicator id to the hash of its definition; `settings` holds what was asked for; `outputs` maps a file
    name to its sha256. It never holds a value.
    """

    town: str
    invented: bool = False
    raw_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=_versions)
    made: str = field(default_factory=lambda: now().isoformat())

    def with_settings(self, **settings: Any) -> RunRecord:
        """A copy that also holds these settings."""
        return replace(self, settings={**self.settings, **settings})

    def save_beside(self, output: Path) -> Path:
        """Write the record as `<output>.run.json`, with the hash of the output inside."""
        record = replace(self, outputs={output.name: sha256_of(output)})
        path = output.with_name(output.name + ".run.json")
        write_whole(path, (json.dumps(asdict(record), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode())
        return path
