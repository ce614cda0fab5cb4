"""The manifest of fragments, read as something that a stranger may have written."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from annotated_types import Ge
from pydantic import TypeAdapter, ValidationError

from stages.core.run.config import check, config
from stages.core.run.errors import UserError

SIZES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip


@config
class File:
    """A file of a piece."""

    path: str
    bytes: Annotated[int, Ge(0)]
    sha256: str


@config
class Tensor:
    """A tensor of a piece: stored at `offset` of its data, or the same as another one."""

    name: str
    dtype: str
    shape: list[Annotated[int, Ge(0)]]
    sha256: str
    offset: Annotated[int, Ge(0)] | None = None
    same_as: str | None = None
    tied_to: str | None = None

    @property
    def nbytes(self) -> int:
        count = SIZES[self.dtype]
        for size in self.shape:
            count *= size
        return count

    @property
    def content(self) -> tuple[str, list[int], str]:
        return self.dtype, self.shape, self.sha256


@config
class Piece:
    """One piece: files to copy as they are, or tensors in one file of each format."""

    name: str
    part: str
    files: list[File]
    layer: int | None = None
    tensors: list[Tensor] | None = None


@config
class Manifest:
    """All pieces in their order."""

    version: int
    formats: list[str]
    pieces: list[Piece]


def read_manifest(fragments: Path) -> Manifest:
    """The manifest in `fragments`, checked. Raises UserError naming the piece at fault."""
    path = fragments / "manifest.json"
    try:
        manifest = check(TypeAdapter(Manifest), json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"{path}: not there; give a folder that the stage export wrote") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not readable as JSON ({error}); fetch it again") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: {where}: {first['msg'].lower()}; fetch it again") from None
    if manifest.version != 1:
        raise UserError(f"{path}: version {manifest.version} is not known here, 1 is; use a newer Litmill")
    _check_pieces(manifest)
    return manifest


def _check_pieces(manifest: Manifest) -> None:
    known: dict[str, Tensor] = {}
    for piece in manifest.pieces:
        for file in piece.files:
            _check_path(piece, file.path)
        for tensor in piece.tensors or ():
            if tensor.dtype not in SIZES or tensor.name in known:
                raise UserError(f"piece {piece.name}: tensor {tensor.name!r}: listed twice, or of an unknown dtype")
            known[tensor.name] = tensor
    for piece in manifest.pieces:
        for tensor in piece.tensors or ():
            _check_reference(piece, tensor, known)


def _check_path(piece: Piece, path: str) -> None:
    pure = PurePosixPath(path)
    plain = not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and ":" not in path and path
    if not plain or pure.name in ("model.safetensors", "", "."):
        raise UserError(f"piece {piece.name}: path {path!r} does not lead to a file of the fragments; refused")


def _check_reference(piece: Piece, tensor: Tensor, known: dict[str, Tensor]) -> None:
    homes = [home for home in (tensor.offset, tensor.same_as, tensor.tied_to) if home is not None]
    if len(homes) != 1 or (tensor.offset is not None and not piece.files):
        raise UserError(f"piece {piece.name}: it is not said where tensor {tensor.name!r} is stored; fetch it again")
    if tensor.offset is not None and tensor.nbytes > max(file.bytes for file in piece.files):
        raise UserError(f"piece {piece.name}: tensor {tensor.name!r} is larger than its file; fetch it again")
    target: Any = tensor.same_as or tensor.tied_to
    if target is None:
        return
    other = known.get(target)
    if other is None or other.same_as or other.tied_to or other.content != tensor.content:
        raise UserError(f"piece {piece.name}: tensor {tensor.name!r} is said to equal {target!r}, which is not so")
