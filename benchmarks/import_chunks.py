"""Putting chunks into Weaviate against the bare client at its best batch settings, one changed document, and recall.

    python -m benchmarks.import_chunks 20000 [BUILD] [ROUNDS]    documents of one chunk each, made from those of a build

Both go into the same server and the same schema, in turn and in several rounds (3 without a number), of which the
medians count; each makes its collections within its time. The bare client takes objects that are ready in memory, ours
reads tables and checks what it wrote.
Wanted: ours at least 0.95 of the peer's rate; the change under 5 s, with the start of the server; recall at 10 against
exact search at least 0.98.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from pydantic import TypeAdapter

from stages.core import table
from stages.core.collection import CHUNKS, Sources, bring_up_to_date, open_index
from stages.core.collection.objects import contents
from stages.core.collection.schema import create
from stages.core.run.config import check
from stages.core.weaviate import serve
from stages.embed.__main__ import SCHEMA
from stages.index import Config
from stages.index.__main__ import stage
from stages.parse.duplicates import write as write_folded
from stages.parse.parse import FIGURES

BUILD = Path("build")
QUERIES = 200
ROUNDS = 3
PEERS = [(100, 2), (256, 4), (1000, 2)]  # objects in a request, requests at once
MENTIONS = pa.list_(pa.struct([(name, pa.string()) for name in ("entity", "kind", "element")]))


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    chunks = sample(Path(sys.argv[2]) if len(sys.argv) > 2 else BUILD)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else ROUNDS
    with tempfile.TemporaryDirectory() as name, cache(Path(name) / "cache"):
        config = settings()
        before, after = (write(Path(name) / side, chunks, documents, side) for side in ("before", "after"))
        with serve(config.index) as client:
            held = [measured(client, config, before) for _ in range(rounds)]
        rates = {way: statistics.median(one[way] for one in held) for way in held[0]}
        record = Path(name) / "index.json"
        started = time.perf_counter()
        stage(config, **vars(after), index=record)
        changed = time.perf_counter() - started
        found = recall(config, after, record)
    for way, rate in rates.items():
        print(f"{way:<22} {rate:8.0f} chunks/s   {', '.join(f'{one[way]:.0f}' for one in held)}")
    print(f"one changed document   {changed:8.2f} s")
    print(f"recall at 10           {found:8.4f}")
    ours = rates.pop("ours")
    result = {"documents": documents, "peers": rates, "ours": ours, "ratio": ours / max(rates.values())}
    print(json.dumps({**result, "rounds": held, "changed_seconds": changed, "recall_10": found}))


def measured(client: Any, config: Config, sources: Sources) -> dict[str, float]:
    """Objects a second of each way, one after the other, each into collections of its own."""
    for alias in client.alias.list_all():
        client.alias.delete(alias_name=alias)
    client.collections.delete_all()
    rates = {f"bare client, {size}x{at_once}": peer(client, config, sources, size, at_once) for size, at_once in PEERS}
    started = time.perf_counter()
    stated = bring_up_to_date(client, config.index, sources)[CHUNKS.name]
    rates["ours"] = stated["count"] / (time.perf_counter() - started)
    assert stated["count"] == len(sources.documents), "a chunk a document"
    return rates


def peer(client: Any, config: Config, sources: Sources, size: int, at_once: int) -> float:
    """Objects a second of the bare client, whose objects are made before the clock starts."""
    ready = list(contents(CHUNKS, sources).make(set(sources.documents)))
    started = time.perf_counter()
    collection = create(client, "Peer", CHUNKS, config.index)
    with collection.batch.fixed_size(batch_size=size, concurrent_requests=at_once) as batch:
        for one in ready:
            batch.add_object(properties={**one.properties, "digest": "0" * 64}, uuid=one.id, vector=one.vector)
    seconds = time.perf_counter() - started
    assert not collection.batch.failed_objects and len(collection) == len(ready)
    client.collections.delete("Peer")
    return len(ready) / seconds


def recall(config: Config, sources: Sources, record: Path) -> float:
    """Share of the true ten nearest chunks that a search finds."""
    objects = list(contents(CHUNKS, sources).make(set(sources.documents)))
    vectors = np.array([one.vector for one in objects])
    generator = np.random.default_rng(2)
    questions = vectors[generator.choice(len(vectors), QUERIES)] + generator.normal(
        0, 0.02, (QUERIES, vectors.shape[1])
    )
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    hits = 0
    with open_index(config.index, sources, record) as opened:
        for question, nearest in zip(questions, exact, strict=True):
            found = opened.chunks.query.near_vector(question.tolist(), limit=10, return_properties=[]).objects
            hits += len({one.uuid for one in found} & {objects[number].id for number in nearest})
    return hits / (10 * QUERIES)


def sample(build: Path) -> list[dict[str, Any]]:
    """The chunks of the built sample."""
    rows = (
        row
        for path in table.shard_files(build / "chunks")
        for row in pq.read_table(path, columns=["chunks"]).to_pylist()
    )
    return [chunk for row in rows for chunk in row["chunks"]]


def write(folder: Path, chunks: list[dict[str, Any]], documents: int, side: str) -> Sources:
    """Tables of so many documents, each with a chunk of the sample, its vector turned a little; one differs by side."""
    generator = np.random.default_rng(1)
    width = len(chunks[0]["vector"])

    def rows() -> Iterator[tuple[str, dict[str, Any]]]:
        for number in range(documents):
            held = chunks[number % len(chunks)]
            vector = np.array(held["vector"]) + generator.normal(0, 0.02, width)
            text = f"{side} {held['text']}" if number == 7 else held["text"]
            chunk = {**held, "text": text, "vector": (vector / np.linalg.norm(vector)).astype("float32")}
            yield f"{number}.md", {"title": "Title", "kind": "markdown", "chunks": [chunk]}

    keys, shards = [f"{number}.md" for number in range(documents)], max(2, documents // 150)
    folder.mkdir()
    table.write(folder / "chunks", rows(), SCHEMA, shards)
    table.write(
        folder / "elements", ((key, {"licence": "MIT"}) for key in keys), pa.schema([("licence", pa.string())]), shards
    )
    facts = pa.schema([("subject", pa.string()), ("mentions", MENTIONS)])
    table.write(folder / "facts", ((key, {"subject": "Llama", "mentions": []}) for key in keys), facts, shards)
    table.write(folder / "figures", [], FIGURES, shards)
    write_folded([], folder / "duplicates.parquet")
    (folder / "knowledge").mkdir()
    (folder / "knowledge/clusters.json").write_text(json.dumps([{"task": "attention", "documents": keys[::3]}]))
    return Sources.of(folder)


def settings() -> Config:
    values = yaml.safe_load(Path("conf/index/embedded.yaml").read_text())
    return check(TypeAdapter(Config), {"index": {**values, "port": 18179, "grpc_port": 18160}})


@contextmanager
def cache(folder: Path) -> Iterator[None]:
    """A cache folder of its own, so that the server is empty."""
    import os

    os.environ["LITMILL_CACHE"] = str(folder)
    yield


if __name__ == "__main__":
    main()
