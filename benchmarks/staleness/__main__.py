"""Is staleness exact: are the pages that are new after an edit those whose evidence changed, and no others?

    python -m benchmarks.staleness [scripts: 50] [--first 0] [--documents 60] [--seed 1]

Generated documents (benchmarks/truth, part `score`) are built from collect to synthesize. Each script makes one to
three random edits: a number or a sentence changed, a paragraph added elsewhere, white space, a rename, a document new
or gone (benchmarks/staleness/edits.py). Then the build is brought up to date over what it held. A script is exact if

    the pages with a new basis (what whoever keeps something made of a page asks by) are those that show something
    else or quote from other surroundings: words, values, quotes, elements, found here by comparing rows without paths
    each of them cites, now or before, an element that is new or gone, or tells of the build itself
    every page that cited an element that is gone is among them
    a rename or white space alone makes none
    organize and synthesize, done from nothing in another folder, give the same bytes; in every 25th script all stages
    are done from nothing, all tables are compared, and `litmill verify` finds nothing on the pages

index.json (which counts the chunks) is written here, without a Weaviate server. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.staleness.builds import Build, differing, served
from benchmarks.staleness.edits import HARMLESS, run_script, write_script
from benchmarks.staleness.pages import faults, problems
from benchmarks.truth.corpus import DOCUMENTS, write_corpus

WHOLE = 25  # of so many scripts one is built from nothing by all stages


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.staleness", description="Pages written anew by edits.")
    parser.add_argument("scripts", nargs="?", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="go on from this script where a run ended")
    parser.add_argument("--documents", type=int, default=60, help="generated documents")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    edits, exact, anew = Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)):
        base, spare = prepared(Path(folder), options.documents, options.seed)
        for script in range(options.first, options.first + options.scripts):
            seed, whole = options.seed * 1000 + script, script % WHOLE == 0
            made, found, written = measured(base, spare, Path(folder), seed, whole=whole)
            edits.update(made)
            exact += not found
            anew += written
            print(f"{script}: {', '.join(made)}: {written} pages; {'; '.join(found) or 'exact'}", flush=True)
    print(json.dumps({"scripts": options.scripts, "exact": exact, "pages_written": anew, "edits": edits}))


def prepared(folder: Path, documents: int, seed: int) -> tuple[Build, Path]:
    """A build of generated documents, and a folder of others to add."""
    write_corpus(folder / "generated", documents=documents, seed=seed, part="score")
    write_corpus(folder / "spare", documents=12, seed=seed + 1, part="score")
    base = Build.of(folder / "base", folder / "generated" / DOCUMENTS)
    base.make()
    return base, folder / "spare" / DOCUMENTS


def measured(base: Build, spare: Path, folder: Path, seed: int, *, whole: bool) -> tuple[list[str], list[str], int]:
    """One script: the edits that were made, what is not exact, and how many pages were written anew."""
    draw = random.Random(seed)
    after = base.copy(folder / "kept")
    made = run_script(write_script(draw), after.documents, spare, draw)
    after.make()
    clean = after.clean(folder / "clean", whole=whole)
    found, written = problems(base.path, after.path, harmless=set(made) <= set(HARMLESS))
    found += faults(after.path) if whole else []
    found += [f"{name} differs from a clean build" for name in differing(after.path, clean.path)]
    after.remove()
    clean.remove()
    return made, found, written


if __name__ == "__main__":
    main()
