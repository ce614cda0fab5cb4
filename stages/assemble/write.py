"""Writing model.safetensors piece by piece: the manifest gives the header, so no more than a piece is in memory.

The layout is that of https://github.com/huggingface/safetensors#format: 8 bytes with the header's length, the header as
JSON, then the data. Tensors stand in the order of their alignment and name, as the library itself writes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO

from stages.assemble.manifest import SIZES, Manifest, Tensor

CODES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8",
    "bool": "BOOL",
}  # fmt: skip
ALIGNMENT = 8


class ModelFile:
    """model.safetensors while it fills up."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        entries = [tensor for piece in manifest.pieces for tensor in piece.tensors or () if not tensor.tied_to]
        entries.sort(key=lambda tensor: (-SIZES[tensor.dtype], tensor.name))
        header: dict[str, object] = {"__metadata__": {"format": "pt"}}
        self.places: dict[str, tuple[int, int]] = {}
        end = 0
        for tensor in entries:
            begin, end = end, end + tensor.nbytes
            offsets = [begin, end]
            header[tensor.name] = {"dtype": CODES[tensor.dtype], "shape": tensor.shape, "data_offsets": offsets}
            self.places[tensor.name] = (begin, end)
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % ALIGNMENT)
        self.start = 8 + len(text)
        self.size = self.start + end
        self.file: BinaryIO = path.open("w+b")
        self.file.write(len(text).to_bytes(8, "little") + text)
        self.file.truncate(self.size)

    def put(self, tensor: Tensor, content: bytes) -> None:
        """Write the raw bytes of a tensor to its place."""
        begin, end = self.places[tensor.name]
        assert len(content) == end - begin
        self.file.seek(self.start + begin)
        self.file.write(content)

    def copy(self, tensor: Tensor, source: str) -> None:
        """Write a tensor that equals one that was put before."""
        begin, end = self.places[source]
        self.file.seek(self.start + begin)
        self.put(tensor, self.file.read(end - begin))

    def __enter__(self) -> ModelFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
