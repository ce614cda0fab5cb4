"""What share of parse and train is our own code, outside unstructured and the Trainer (and, in parse, outside the
libraries that tell languages and near-duplicates; the rules for PDFs count as ours, with pdfminer in them).

    python -m benchmarks.overhead [parse train]        (in a project that is built)

Each stage's work runs in this process on the inputs in build/, with a clock around every call into the library; what
the clock does not see is ours. The last line is JSON: own share of the whole, by stage (the figure to reach is 0.10).
index sends while it makes objects, so benchmarks/import_chunks.py compares it with the bare client as a whole.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from stages.core.run import settle
from stages.core.run.config import load

BUILD = Path("build")


class Clock:
    """Seconds spent in the wrapped calls; a call inside a wrapped call counts once."""

    def __init__(self) -> None:
        self.inside = 0.0
        self._depth = 0

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            started, self._depth = time.perf_counter(), self._depth + 1
            try:
                return call(*args, **kwargs)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.inside += time.perf_counter() - started

        return wrapped

    def wrap(self, owner: Any, *names: str) -> None:
        for name in names:
            setattr(owner, name, self.timed(getattr(owner, name)))

    def wrap_iterator(self, owner: Any, name: str) -> None:
        make = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Iterator[Any]:
            following = self.timed(iter(make(*args, **kwargs)).__next__)
            while True:
                try:
                    yield following()
                except StopIteration:
                    return

        setattr(owner, name, wrapped)


def parse(clock: Clock, folder: Path) -> None:
    from stages.core.table import pack, read
    from stages.parse import Config, document, library
    from stages.parse.parse import ELEMENTS, FIGURES, QUARANTINE

    config, _ = load(Config, BUILD / "conf/parse.yaml")
    clock.wrap(library, "load", "load_miner", "load_pdf", "markdown", "html", "plain", "docx", "pdf")
    imported = clock.timed(import_module)
    clock.wrap(imported("py3langid"), "classify")
    clock.wrap(imported("datasketch").MinHash, "update_batch")
    for row in read(BUILD / "corpus"):
        payloads = document.parse_document(row, parser=config.parser)
        for name, schema in (("elements", ELEMENTS), ("figures", FIGURES), ("quarantine", QUARANTINE)):
            if payload := payloads[name]:
                pack(payload, schema)


def train(clock: Clock, folder: Path) -> None:
    from stages.train import Config
    from stages.train import train as module

    config, _ = load(Config, BUILD / "conf/train.yaml")
    settle("train", config)
    clock.wrap(module, "settle_torch", "prepare", "arguments", "with_adapter")
    make = module.make_trainer

    def make_timed(*args: Any) -> Any:
        trainer = clock.timed(make)(*args)
        clock.wrap(trainer, "train", "save_model")
        return trainer

    setattr(module, "make_trainer", make_timed)  # noqa: B010
    inputs = {"base": "base", "questions": "dataset/questions", "passages": "dataset/passages"}
    paths = {name: BUILD / path for name, path in inputs.items()}
    (folder / ".new").mkdir()
    module.stage(config, **paths, adapter=folder / ".new/adapter", curve=folder / "train.csv")


def main() -> None:
    shares = {}
    for name in sys.argv[1:] or ["parse", "train"]:
        with tempfile.TemporaryDirectory() as folder:
            clock, started = Clock(), time.perf_counter()
            globals()[name](clock, Path(folder))
            total = time.perf_counter() - started
        shares[name] = round(1 - clock.inside / total, 3)
        print(f"{name:<6} {total:6.1f} s, of them {clock.inside:6.1f} s in the library; own share {shares[name]:.1%}")
    print(json.dumps(shares))


if __name__ == "__main__":
    main()
