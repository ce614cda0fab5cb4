"""The documents that the environment brings: READMEs of AI libraries, and the model configurations of transformers.

Nothing is imported from these libraries: files and metadata are read.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from stages.collect.content import Rows, origin
from stages.collect.document import row
from stages.collect.files import Files, KeptRows
from stages.collect.kinds import MARKDOWN, PYTHON, RST

CONFIG_CLASS = re.compile(rb"^class \w+Config\((?:.*\b)?(?:PreTrainedConfig|\w+Config)\b", re.MULTILINE)
LICENCE_CLASS = "License :: OSI Approved :: "


def readme_rows(packages: list[str]) -> Rows:
    """Yield (key, row) for the README of each installed distribution."""
    for name in packages:
        held = distribution(name)
        metadata: Any = held.metadata
        text = metadata.get_payload() or metadata.get("Description") or ""
        path = f"{_folder_name(held)}/METADATA"
        kind = RST if (metadata.get("Description-Content-Type") or "").startswith(RST[1]) else MARKDOWN
        yield (
            f"installed/{name}/README{'.rst' if kind is RST else '.md'}",
            row(
                kind,
                origin("installed", path, name, _version(held)),
                text.encode("utf-8", "replace"),
                licence=licence(held),
            ),
        )


def configuration_rows(families: list[str], files: Files) -> KeptRows:
    """Yield (key, row) for each source file of transformers that defines a typed model configuration."""
    if not families:
        return
    held = distribution("transformers")
    version, its_licence = _version(held), licence(held)
    models = Path(str(held.locate_file("transformers/models")))
    for path in sorted(models.glob("*/configuration_*.py")):
        if any(fnmatchcase(path.parent.name, glob) for glob in families):
            name = f"transformers/models/{path.parent.name}/{path.name}"
            rows = _configuration(path, origin("installed", name, "transformers", version), its_licence)
            yield from files.rows(f"installed/{name}", path.stat(), rows)


def _configuration(path: Path, held: dict[str, str | None], its_licence: str | None) -> Rows:
    """The row of one source file, if there is a configuration in it."""
    raw = path.read_bytes()
    if CONFIG_CLASS.search(raw):
        yield f"installed/{held['path']}", row(PYTHON, held, raw, licence=its_licence)


def licence(held: Distribution) -> str | None:
    """The licence as the package states it: an SPDX expression, a short word, or the name of its class."""
    metadata: Any = held.metadata
    expression, word = metadata.get("License-Expression"), (metadata.get("License") or "").strip()
    classes = [name for name in metadata.get_all("Classifier") or [] if name.startswith(LICENCE_CLASS)]
    if expression:
        return expression
    if classes:
        return classes[0].removeprefix(LICENCE_CLASS)
    return word if word and len(word) <= 60 and "\n" not in word else None


def _version(held: Distribution) -> str:
    return held.version.partition("+")[0]  # torch says +cpu or +cu130 of the same release


def _folder_name(held: Distribution) -> str:
    name = re.sub(r"[-_.]+", "_", held.metadata["Name"]).lower()
    return f"{name}-{_version(held)}.dist-info"
