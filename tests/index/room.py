"""What the tests of the index stand on: small tables of all that it is made from, and settings of its server."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pytest
import yaml
from pydantic import TypeAdapter

from stages.core import table
from stages.core.collection import Sources
from stages.core.run.config import check
from stages.core.weaviate import binary
from stages.core.weaviate.process import HOST
from stages.embed.__main__ import SCHEMA as CHUNKS
from stages.index import Config
from stages.index.__main__ import stage
from stages.parse.duplicates import write as write_folded
from stages.parse.parse import FIGURES

ROOT = Path(__file__).parents[2]
EMBEDDED: dict[str, Any] = yaml.safe_load((ROOT / "conf/index/embedded.yaml").read_text())
needs_server = pytest.mark.skipif(
    not binary(EMBEDDED["version"]).exists(), reason="no Weaviate server; run `make setup`"
)
ELEMENTS = pa.schema([("licence", pa.string())])
MENTION = pa.struct([(name, pa.string()) for name in ("entity", "kind", "element")])
FACTS = pa.schema([("subject", pa.string()), ("mentions", pa.list_(MENTION))])
SHARDS = 2
Texts = dict[str, list[str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def settings(**changes: Any) -> Config:
    ports = {"port": free_port(), "grpc_port": free_port()}
    return check(TypeAdapter(Config), {"index": {**EMBEDDED, **ports, **changes}})


def servers(folder: Path) -> list[psutil.Process]:
    """Weaviate servers whose data lies in `folder`."""
    found = []
    for one in psutil.process_iter(["name", "status"]):
        with suppress(psutil.Error):  # gone, or a zombie that nobody reaps
            ours = one.info["name"].startswith("weaviate") and one.info["status"] != psutil.STATUS_ZOMBIE
            if ours and one.environ().get("PERSISTENCE_DATA_PATH", "").startswith(str(folder)):
                found.append(one)
    return found


@dataclass(frozen=True)
class Build:
    """A folder like build/ with the tables that the index is made from."""

    folder: Path

    @property
    def sources(self) -> Sources:
        return Sources.of(self.folder)

    @property
    def record(self) -> Path:
        return self.folder / "index.json"

    def index(self, config: Config) -> dict[str, Any]:
        """Run the stage; what index.json says then."""
        stage(config, **vars(self.sources), index=self.record)
        return dict(json.loads(self.record.read_text()))


def build(folder: Path, texts: Texts, *folded: str, task: str = "attention", pictures: tuple[str, ...] = ()) -> Build:
    """A build of documents with these texts as chunks; `folded` are near-duplicates, `pictures` have a figure."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(key, {"title": key, "kind": "markdown", "chunks": list(map(chunk, held))}) for key, held in texts.items()]
    table.write(folder / "chunks", rows, CHUNKS, SHARDS)
    table.write(folder / "elements", ((key, {"licence": "MIT"}) for key in texts), ELEMENTS, SHARDS)
    around(folder, list(texts), *folded, task=task, pictures=pictures)
    return Build(folder)


def around(
    folder: Path, keys: list[str], *folded: str, task: str = "attention", pictures: tuple[str, ...] = ()
) -> None:
    """What a build has beside chunks and elements: facts, figures, near-duplicates and clusters."""
    mention = {"entity": "Llama", "kind": "model", "element": "e1"}
    facts = ((key, {"subject": "", "mentions": [mention]}) for key in keys)
    table.write(folder / "facts", facts, FACTS, SHARDS)
    figure = {"id": "f1", "element": "e1", "media_type": "image/png", "data": b"png", "page": 3, "caption": "A mask"}
    table.write(folder / "figures", ((key, {"figures": [figure]}) for key in pictures), FIGURES, SHARDS)
    write_folded(
        [{"document": key, "duplicate_of": "a.md", "likeness": 1.0} for key in folded], folder / "duplicates.parquet"
    )
    (folder / "knowledge").mkdir(exist_ok=True)
    clusters = [{"task": task, "documents": sorted(keys)}, {"task": "", "documents": []}]
    (folder / "knowledge/clusters.json").write_text(json.dumps(clusters))


def chunk(text: str) -> dict[str, Any]:
    vector = [0.1 + text.count(letter) for letter in "agmrsu"]
    own = {"id": text[:16], "text": text, "section": ["A", "B"], "page": 3 if "page" in text else None}
    return {**own, "elements": ["e1"], "vector": vector}
