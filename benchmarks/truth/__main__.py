"""Write a corpus with its truth (see `benchmarks.truth`). The last line is JSON: rows by table, and seconds."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from benchmarks.truth.corpus import write_corpus
from benchmarks.truth.dice import PARTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth", description="Documents with planted facts.")
    parser.add_argument("out", type=Path, help="folder to write; documents/ and truth/ are made in it")
    parser.add_argument("--documents", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--part", choices=PARTS, default=PARTS[0], help="templates to develop on, or those that only score"
    )
    options = parser.parse_args()
    if (options.out / "truth").exists():
        parser.error(f"{options.out} holds a corpus already: name another folder, or delete it")
    started = time.perf_counter()
    counts = write_corpus(options.out, documents=options.documents, seed=options.seed, part=options.part)
    print(json.dumps({**counts, "seconds": round(time.perf_counter() - started, 1)}))


if __name__ == "__main__":
    main()
