"""Where the user's documents may lie: not where the build writes, since a stage would then read what it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stages.compose.files import Files, given
from stages.compose.params import PARAMS
from stages.core.run.errors import UserError


def check_documents(root: Path, documents: str, files: Files, overrides: dict[str, Any]) -> None:
    """Raise UserError for a folder that is build/, lies in it or holds it, as the project's root does."""
    file = PARAMS if given(overrides, ["documents"]) else files.holding(["documents"])
    if "\0" in documents or not documents.strip():
        raise UserError(f"{file}: documents: found {documents!r}, expected a folder or an archive of your documents")
    build, place = (root / "build").resolve(), (root / documents).resolve()
    if place.is_relative_to(build) or build.is_relative_to(place):
        allowed = "a folder or archive that is not build/, not in it, and does not hold it"
        raise UserError(f"{file}: documents: found {documents!r}; allowed is {allowed}, such as 'corpus'")
