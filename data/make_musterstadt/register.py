"""Write register.yml: readable, with comments, hashes computed from the very bytes written."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import yaml
from files import Raw

LICENCE = {"name": "CC0 1.0 – erfundene Daten", "url": "https://creativecommons.org/publicdomain/zero/1.0/deed.de"}
ATTRIBUTION = "Musterstadt – erfundene Stadt, erfundene Daten; {publisher}"
OFFICES = {
    "statistik": "Statistikstelle Musterstadt (erfunden)",
    "agentur": "Agentur für Arbeit Musterstadt (erfunden)",
    "gesundheit": "Gesundheitsamt Musterstadt (erfunden)",
    "jugend": "Jugendamt Musterstadt (erfunden)",
    "soziales": "Sozialamt Musterstadt (erfunden)",
    "schule": "Schulverwaltungsamt Musterstadt (erfunden)",
    "kultur": "Kultur- und Bildungsbetriebe Musterstadt (erfunden)",
    "gruen": "Grünflächenamt Musterstadt (erfunden)",
}
HEAD = """\
# Register der Rohdateien der erfundenen Musterstadt.
#
# Jede Datei unter raw/ ist hier eingetragen: wer sie herausgegeben hat, wann sie geholt wurde, welche Bytes sie hat
# (sha256) und wie sie gelesen wird. An den Dateien selbst wird nie etwas geändert; was an ihnen unordentlich ist,
# wird hier beschrieben. Diese Datei wird von data/make_musterstadt geschrieben.
"""


def district(column: str = "Nr.", **more: Any) -> dict[str, Any]:
    """The usual key column of a column map."""
    return {"column": column, "level": "stadtteil", **more}


def entry(
    id: str, title: str, office: str, principle: str, table: Any, *, retrieved: date, notes: str = "", **more: Any
) -> dict[str, Any]:
    """One entry of the register without file and hash, which `text` adds."""
    publisher = OFFICES[office]
    found: dict[str, Any] = {
        "id": id,
        "file": "",
        "title": title,
        "publisher": publisher,
        "licence": LICENCE,
        "attribution": ATTRIBUTION.format(publisher=publisher.replace(" (erfunden)", "")),
        "retrieved": retrieved,
        **more,
        "sha256": "",
        "spatial_principle": principle,
    }
    if notes:
        found["notes"] = notes
    found["table"] = table
    return found


def text(raw: Raw) -> str:
    """The whole register as YAML."""
    parts = [HEAD, "tables:"]
    for name, fields in raw.tables.items():
        parts += [f"  # {raw.comments[name]}", _indented({name: fields}, 2)]
    parts.append("sources:")
    for file in raw.files:
        digest = hashlib.sha256(file.content).hexdigest()
        for one in file.entries:
            parts += ["", _indented([{**one, "file": f"raw/{file.name}", "sha256": digest}], 2)]
    return "\n".join(parts) + "\n"


class _Plain(yaml.SafeDumper):
    """Writes every mapping in full (no anchors) and short lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _list(dumper: yaml.SafeDumper, data: Any) -> yaml.Node:
    short = all(not isinstance(one, dict | list) for one in data) and sum(len(str(one)) for one in data) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


def _mapping(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    plain = all(not isinstance(one, list) and (not isinstance(one, dict) or _tiny(one)) for one in data.values())
    short = (plain and len(str(data)) < 110 and "column" in data) or _tiny(data)
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=short)


def _tiny(data: dict[str, Any]) -> bool:
    return 0 < len(data) <= 6 and len(str(data)) < 100 and all(isinstance(one, str) for one in data.values())


_Plain.add_representer(list, _list)
_Plain.add_representer(tuple, _list)
_Plain.add_representer(dict, _mapping)


def _indented(data: Any, blanks: int) -> str:
    plain = yaml.dump(data, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=116)
    return "\n".join(" " * blanks + line if line else line for line in plain.rstrip("\n").split("\n"))
