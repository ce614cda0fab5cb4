"""The stage function: merge the adapter, cut the model, write the pieces and, last, the manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from stages.core.models import settle_torch
from stages.core.run import reads, writes
from stages.core.run.progress import track
from stages.export import Config
from stages.export.cut import Cut, cut
from stages.export.merge import merge
from stages.export.pieces import Entry, TensorPieces, files_piece

CONFIG = ("config.json", "generation_config.json")
NOT_TOKENIZER = ("model.safetensors", "prompt.json")
VERSION = 1


def stage(
    config: Config,
    *,
    base: Path = reads("base"),
    adapter: Path = reads("adapter"),
    fragments: Path = writes("fragments"),
) -> dict[str, Any]:
    """Write fragments/ and return counts of pieces, tensors and bytes."""
    settle_torch(config.threads)
    fragments.mkdir(parents=True)
    merged = fragments / ".merged"
    tensors, tied = merge(base, adapter, merged)
    pieces = [files_piece("00-config", [merged / name for name in CONFIG if (merged / name).exists()], fragments)]
    shutil.rmtree(merged)
    tokenizer = sorted(path for path in base.iterdir() if path.is_file() and path.name not in {*CONFIG, *NOT_TOKENIZER})
    pieces.append(files_piece("01-tokenizer", tokenizer, fragments))
    parts = cut([*tensors, *tied], config.fragments.rules)
    writer = TensorPieces(fragments, config.fragments.formats, tensors, tied)
    names = _names(parts, first=len(pieces))
    for name, part in track(list(zip(names, parts, strict=True)), total=len(parts), what="export", unit="pieces"):
        pieces.append(writer.write(name, part))
    _write_manifest(pieces, config, fragments)
    return _metrics(pieces, len(tensors) + len(tied))


def _names(parts: list[Cut], first: int) -> list[str]:
    """03-attention-00: place in the order, part, layer."""
    width = max(2, len(str(first + len(parts) - 1)))
    layers = [part.layer for part in parts if part.layer is not None]
    layer_width = max(2, len(str(max(layers, default=0))))
    return [
        f"{number:0{width}}-{part.part}" + ("" if part.layer is None else f"-{part.layer:0{layer_width}}")
        for number, part in enumerate(parts, start=first)
    ]


def _write_manifest(pieces: list[Entry], config: Config, fragments: Path) -> None:
    manifest = {"version": VERSION, "formats": list(config.fragments.formats), "pieces": pieces}
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (fragments / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _metrics(pieces: list[Entry], tensors: int) -> dict[str, Any]:
    entries = [entry for piece in pieces for entry in piece.get("tensors", ())]
    assert len({entry["name"] for entry in entries}) == len(entries) == tensors, "a tensor was lost or stored twice"
    shared = sum(bool(entry.keys() & {"same_as", "tied_to"}) for entry in entries)
    return {
        "pieces": len(pieces),
        "tensors": tensors,
        "tensors_shared": shared,
        "tensors_in_other": sum(len(piece["tensors"]) for piece in pieces if piece["part"] == "other"),
        "bytes": sum(file["bytes"] for piece in pieces for file in piece["files"]),
    }
