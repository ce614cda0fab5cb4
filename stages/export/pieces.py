"""Writing pieces: files with their hashes, tensors with theirs, each content once."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stages.core.models import file_sha256
from stages.export.cut import Cut

Entry = dict[str, Any]


def files_piece(name: str, sources: Iterable[Path], fragments: Path) -> Entry:
    """Copy files into the folder of a piece; returns its entry in the manifest."""
    (fragments / name).mkdir()
    copies = [Path(shutil.copyfile(source, fragments / name / source.name)) for source in sources]
    return {"name": name, "part": name.partition("-")[2], "files": [_file(path, fragments) for path in copies]}


class TensorPieces:
    """Writes one piece after another and remembers what was stored, so that nothing is stored twice."""

    def __init__(self, fragments: Path, formats: Sequence[str], tensors: Mapping[str, Any], tied: Mapping[str, str]):
        self.fragments = fragments
        self.formats = formats
        self.tensors = tensors
        self.tied = tied
        self.stored: dict[tuple[str, tuple[int, ...], str], str] = {}

    def write(self, name: str, part: Cut) -> Entry:
        """Write the piece `name` in every format; returns its entry in the manifest."""
        entries = [self._tensor(tensor) for tensor in part.names]
        own = {entry["name"]: self.tensors[entry["name"]] for entry in entries if _is_own(entry)}
        _set_offsets([entry for entry in entries if _is_own(entry)], own)
        paths = [self._save(own, self.fragments / f"{name}.{kind}") for kind in self.formats] if own else []
        files = [_file(path, self.fragments) for path in paths]
        layer = {} if part.layer is None else {"layer": part.layer}
        return {"name": name, "part": part.part, **layer, "files": files, "tensors": entries}

    def _tensor(self, name: str) -> Entry:
        tied_to = self.tied.get(name)
        tensor = self.tensors[tied_to or name]
        kind, shape = str(tensor.dtype).removeprefix("torch."), list(tensor.shape)
        content = hashlib.sha256(tensor_bytes(tensor)).hexdigest()
        entry = {"name": name, "dtype": kind, "shape": shape, "sha256": content}
        if tied_to:
            return {**entry, "tied_to": tied_to}
        first = self.stored.setdefault((kind, tuple(shape), content), name)
        return entry if first == name else {**entry, "same_as": first}

    def _save(self, tensors: Mapping[str, Any], path: Path) -> Path:
        import torch
        from safetensors.torch import save_file

        if path.suffix == ".safetensors":
            save_file(dict(tensors), path)
        elif path.suffix == ".pt":
            torch.save({name: tensor.clone() for name, tensor in tensors.items()}, path)
        else:
            path.write_bytes(b"".join(tensor_bytes(tensor) for tensor in tensors.values()))
        path.chmod(0o644)
        return path


def tensor_bytes(tensor: Any) -> bytes:
    """The tensor's numbers, row by row, little-endian."""
    import torch

    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def _is_own(entry: Entry) -> bool:
    return not entry.keys() & {"tied_to", "same_as"}


def _set_offsets(entries: Iterable[Entry], tensors: Mapping[str, Any]) -> None:
    """Where each tensor begins in the raw format."""
    offset = 0
    for entry in entries:
        entry["offset"] = offset
        offset += tensors[entry["name"]].nbytes


def _file(path: Path, fragments: Path) -> Entry:
    return {"path": path.relative_to(fragments).as_posix(), "bytes": path.stat().st_size, "sha256": file_sha256(path)}
