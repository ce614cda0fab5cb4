"""Reading a piece: its bytes are hashed before anything looks into them, and nothing in them is run."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stages.assemble.manifest import File, Piece
from stages.core.run.errors import UserError

Contents = dict[str, bytes]
UNREADABLE = (ValueError, TypeError, AttributeError, RuntimeError, EOFError, pickle.UnpicklingError)


def present(piece: Piece, fragments: Path) -> list[File]:
    """The files to read of a piece: all that are copied, or the first format that is there; empty if it is missing."""
    there = [file for file in piece.files if (fragments / file.path).is_file()]
    if piece.tensors is None:
        return there if len(there) == len(piece.files) else []
    return there[:1]


def checked_bytes(piece: Piece, file: File, fragments: Path) -> bytes:
    """The bytes of a file, which have the length and the SHA-256 that the manifest states."""
    content = (fragments / file.path).read_bytes()
    if len(content) != file.bytes:
        raise UserError(f"piece {piece.name}: {file.path} has {len(content)} bytes, not {file.bytes}; fetch it again")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise UserError(f"piece {piece.name}: {file.path} is damaged (its SHA-256 is another); fetch it again")
    return content


def tensor_contents(piece: Piece, file: File, content: bytes) -> Contents:
    """The raw bytes of each tensor that the piece stores; dtype, shape and SHA-256 are those of the manifest."""
    from safetensors import SafetensorError

    kind = Path(file.path).suffix
    if kind not in READERS:
        raise UserError(f"piece {piece.name}: {file.path}: format {kind!r} is not one of {', '.join(sorted(READERS))}")
    try:
        contents = READERS[kind](piece, content)
    except (*UNREADABLE, SafetensorError) as error:
        raise UserError(f"piece {piece.name}: {file.path}: {' '.join(str(error).split())[:200]}; refused") from None
    for tensor in piece.tensors or ():
        if tensor.offset is None:
            continue
        held = contents.get(tensor.name, b"")
        if len(held) != tensor.nbytes or hashlib.sha256(held).hexdigest() != tensor.sha256:
            raise UserError(f"piece {piece.name}: tensor {tensor.name!r} is not what the manifest says; fetch it again")
    return contents


def _safetensors(piece: Piece, content: bytes) -> Contents:
    from safetensors.torch import load

    return _raw(piece, load(content))


def _pt(piece: Piece, content: bytes) -> Contents:
    import torch

    return _raw(piece, torch.load(io.BytesIO(content), weights_only=True, map_location="cpu"))


def _bin(piece: Piece, content: bytes) -> Contents:
    stored = [tensor for tensor in piece.tensors or () if tensor.offset is not None]
    return {tensor.name: content[tensor.offset : tensor.offset + tensor.nbytes] for tensor in stored}  # type: ignore[operator]


def _raw(piece: Piece, tensors: dict[str, Any]) -> Contents:
    """Raw bytes of the tensors; one of another dtype or shape than stated is an error."""
    stated = {tensor.name: tensor for tensor in piece.tensors or ()}
    contents = {}
    for name, tensor in tensors.items():
        kind, shape = str(tensor.dtype).removeprefix("torch."), list(tensor.shape)
        wanted = stated.get(name)
        if wanted is None or (wanted.dtype, wanted.shape) != (kind, shape):
            raise ValueError(f"tensor {name!r} is {kind} {shape}, which the manifest does not state")
        contents[name] = raw_bytes(tensor)
    return contents


def raw_bytes(tensor: Any) -> bytes:
    """The tensor's numbers, row by row, little-endian."""
    import torch

    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


READERS: dict[str, Callable[[Piece, bytes], Contents]] = {".safetensors": _safetensors, ".pt": _pt, ".bin": _bin}
