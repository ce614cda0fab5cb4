"""The stage function: check piece after piece, put the model together, load it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from stages.assemble import Config
from stages.assemble.manifest import Manifest, Piece, read_manifest
from stages.assemble.read import checked_bytes, present, raw_bytes, tensor_contents
from stages.assemble.write import ModelFile
from stages.core.models import file_sha256, load_model, settle_torch
from stages.core.run import reads, writes
from stages.core.run.errors import UserError

NAMED = 5  # missing pieces that a message names


def stage(config: Config, *, fragments: Path = reads("fragments"), model: Path = writes("model")) -> dict[str, Any]:
    """Write model/ and return counts of pieces and tensors, and the SHA-256 of model.safetensors."""
    manifest = read_manifest(fragments)
    model.mkdir(parents=True)
    put_together(manifest, fragments, model)
    return {
        "pieces": len(manifest.pieces),
        "tensors": sum(len(piece.tensors or ()) for piece in manifest.pieces),
        "tensors_checked": check_loaded(manifest, model),
        "sha256": file_sha256(model / "model.safetensors"),
    }


def put_together(manifest: Manifest, fragments: Path, model: Path) -> None:
    """Fill `model` with every piece in order; pieces that are missing are named when all others have been checked."""
    missing = [piece.name for piece in manifest.pieces if piece.files and not present(piece, fragments)]
    with ModelFile(model / "model.safetensors", manifest) as file:
        for number, piece in enumerate(manifest.pieces, start=1):
            if piece.name not in missing:
                _put(piece, fragments, model, file)
            _say(piece, number, len(manifest.pieces), missing)
        if missing:
            listed = ", ".join(missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
            count = f"{len(missing)} of {len(manifest.pieces)} pieces"
            raise UserError(f"{fragments}: {count} are missing: {listed}; fetch them and run again")
        for tensor in (tensor for piece in manifest.pieces for tensor in piece.tensors or ()):
            if tensor.same_as:
                file.copy(tensor, tensor.same_as)


def _put(piece: Piece, fragments: Path, model: Path, file: ModelFile) -> None:
    for held in present(piece, fragments):
        content = checked_bytes(piece, held, fragments)
        if piece.tensors is None:
            target = model / PurePosixPath(held.path).name
            if target.exists():
                raise UserError(f"piece {piece.name}: {held.path}: another piece has a file of that name; refused")
            target.write_bytes(content)
            continue
        contents = tensor_contents(piece, held, content)
        for tensor in piece.tensors:
            if tensor.offset is not None:
                file.put(tensor, contents[tensor.name])


def _say(piece: Piece, number: int, total: int, missing: list[str]) -> None:
    state = "missing" if piece.name in missing else f"checked, {len(piece.tensors or piece.files)} in place"
    lacking = f", {len(missing)} missing" if missing else ""
    print(f"assemble: {number}/{total} {piece.name}: {state}; {total - number} to come{lacking}", file=sys.stderr)


def check_loaded(manifest: Manifest, model: Path) -> int:
    """Load the model as anyone would and compare its tensors with the manifest. Returns how many were compared.

    Raises UserError where Transformers does not load it, or would make up a tensor that no piece holds.
    """
    settle_torch(1)
    try:
        loaded = load_model(model).state_dict()
    except (ValueError, OSError, RuntimeError) as error:
        said = " ".join(str(error).split())[:200]
        raise UserError(f"the pieces do not make a model that Transformers loads: {said}; fetch them again") from None
    stated = {tensor.name: tensor for piece in manifest.pieces for tensor in piece.tensors or ()}
    if lacking := sorted(loaded.keys() - stated.keys()):
        raise UserError(f"{len(lacking)} tensors are in no piece of the manifest, such as {lacking[0]}; fetch it again")
    shared = sorted(stated.keys() & loaded.keys())
    for name in shared:
        found = hashlib.sha256(raw_bytes(loaded[name])).hexdigest()
        assert found == stated[name].sha256, f"{name} changed while it was put together"
    assert shared, "the loaded model has none of the manifest's tensors"
    return len(shared)
