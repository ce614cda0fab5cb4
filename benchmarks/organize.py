"""What organize costs after one document changed, on made-up facts and chunks of growing number.

    python -m benchmarks.organize 2000 20000

Each document has 30 mentions of 4,000 names, 12 parameters, a relation and one chunk, whose vector lies near one of 60
random centres (unit vectors of 384 dimensions): the stage's own work is measured, and parsing and embedding are not.
A clean run, then a document is changed, and the stage runs again, as a process of its own each time: seconds on the
clock, processor time, and peak memory. The peer is the size before: `growth` is of processor time a document, which
ought not to rise. The last line is JSON.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from stages.core import table
from stages.embed.__main__ import SCHEMA as CHUNKS
from stages.extract.document import SCHEMA as FACTS
from stages.parse.duplicates import write as write_folded

NAMES = 4000
PARAMETERS = ("layers", "heads", "hidden size", "vocabulary", "context length", "learning rate")
WORDS = (
    "LoRA",
    "attention",
    "dataset",
    "tokenizer",
    "GPTQ",
    "AdamW",
    "benchmark",
    "rotary",
    "experts",
    "serving",
    "cake",
)
CENTRES = np.random.default_rng(1).standard_normal((60, 384))


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [2000]
    results = {size: measured(size) for size in sizes}
    first, last = results[sizes[0]]["change"]["cpu_s"] / sizes[0], results[sizes[-1]]["change"]["cpu_s"] / sizes[-1]
    print(json.dumps({"sizes": results, "growth": round(last / first, 2)}))


def measured(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "build").mkdir()
        write_folded([], folder / "build/duplicates.parquet")
        write(folder, size, 0)
        run(folder, "compose")
        result: dict[str, Any] = {"clean": run(folder, "organize")}
        write(folder, size, 1)
        result["change"] = run(folder, "organize")
        result["knowledge_mb"] = (
            sum(path.stat().st_size for path in (folder / "build/knowledge").iterdir()) // 1_000_000
        )
    print(json.dumps({size: result}), file=sys.stderr)
    return result


def write(folder: Path, size: int, edition: int) -> None:
    """facts/ and chunks/ of `size` documents; the seventh one's text depends on the edition."""
    shards = 4 if size < 4000 else 64
    keys = [f"{number:06d}.md" for number in range(size)]
    editions = [edition if number == 7 else 0 for number in range(size)]
    table.write(folder / "build/facts", ((key, facts(n)) for n, key in enumerate(keys)), FACTS, shards)
    rows = ((key, chunks(n, e)) for n, (key, e) in enumerate(zip(keys, editions, strict=True)))
    table.write(folder / "build/chunks", rows, CHUNKS, shards)


def facts(number: int) -> dict[str, Any]:
    dice = random.Random(number)
    place = {"element": "e1", "start": 0, "end": 9}
    models = [f"Model{name} {name % 70 + 1}B" for name in dice.choices(range(NAMES), k=30)]
    quote = {"unit": None, "element": "e2", "quote": "32 layers", "start": 3, "end": 12}
    parameters = [
        {
            "subject": dice.choice(models),
            "name": name,
            "value": str(value := dice.randrange(9999)),
            "number": float(value),
        }
        | quote
        for name in PARAMETERS * 2
    ]
    relation = {"subject": models[0], "predicate": "uses", "object": "RoPE", "element": "e", "quote": "q", "start": 0}
    return {
        "title": title(number),
        "kind": "markdown",
        "mentions": [{"entity": name, "kind": "model", "surface": name, **place} for name in models],
        "parameters": parameters,
        "relations": [{**relation, "end": 1}],
        "given_up": None,
    }


def chunks(number: int, edition: int) -> dict[str, Any]:
    dice = random.Random(number)
    noise = np.random.default_rng(number).standard_normal(384)
    vector = CENTRES[dice.randrange(len(CENTRES))] + 0.5 * noise
    words = " ".join(dice.choices(WORDS, k=80))
    chunk = {"id": "1", "text": f"{words} {edition}", "section": [dice.choice(WORDS)], "page": None, "elements": ["e1"]}
    unit = (vector / np.linalg.norm(vector)).tolist()
    return {"title": title(number), "kind": "markdown", "chunks": [{**chunk, "vector": unit}]}


def title(number: int) -> str:
    dice = random.Random(number + 1)
    return f"On {dice.choice(WORDS)} and {dice.choice(WORDS)}, part {number}"


def run(folder: Path, stage: str) -> dict[str, float]:
    """A stage as a process in `folder`: what it took."""
    code = f"import sys, os; os.chdir({str(folder)!r}); sys.argv = ['{stage}']; import runpy; "
    if stage == "compose":
        for name in ("conf", "params.yaml", "requirements.lock", "dvc.yaml", "stages"):
            (folder / name).symlink_to(Path(name).absolute())
        (folder / "corpus").symlink_to(Path("corpus").absolute())
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code += "import atexit, resource as r; "
    code += "atexit.register(lambda: print('PEAK', r.getrusage(r.RUSAGE_SELF).ru_maxrss)); "
    code += f"runpy.run_module('stages.{stage}', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = int(done.stdout.split("PEAK")[1]) / 1e6
    return {"s": round(time.monotonic() - started, 2), "cpu_s": round(used, 2), "peak_gb": round(peak, 2)}


if __name__ == "__main__":
    main()
