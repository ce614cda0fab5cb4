"""Whether the spellings of a model's name end as one entity, and those of two models as two: B-cubed.

    python -m benchmarks.resolve [--gold ../shared/corpus] [--documents 240] [--seed 1] [--develop] [--misses FILE]

gold: the names in the gold tables, each as it stands, with hyphens, with spaces, in lower case, and with an owner or
`-hf` as on a hub; found is the entity that extract reads and organize merges by.
generated: every name in documents of `benchmarks.truth`, read in its document; `former` names are those that a model
had before. A name that extract does not find is an entity of its own. Every name that ends elsewhere than most of its
model is listed in FILE. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.elements import parsed
from benchmarks.truth.corpus import read_truth, write_corpus
from stages.core.spelling import same
from stages.extract import Extractor
from stages.extract.document import facts_of
from stages.extract.lexicon import Lexicon, build_lexicon
from stages.extract.names import find_mentions
from stages.score.gold import b_cubed, read_gold
from tests.knowledge import shipped

Pairs = list[tuple[str, str, str]]
"""Entity found, true entity, surface."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resolve", description="Names to entities, by B-cubed.")
    parser.add_argument("--gold", type=Path, default=Path("../shared/corpus"), help="a corpus with gold/ in it")
    parser.add_argument("--misses", type=Path, default=Path(tempfile.gettempdir()) / "litmill-resolve-misses.txt")
    parser.add_argument("--documents", type=int, default=240, help="generated documents; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--develop", action="store_true", help="the generator's part to develop on")
    options = parser.parse_args()
    extractor = Extractor(method="rules", registry=True, sentence_characters=600, seconds=0, memory=0, llm=None)
    lexicon = build_lexicon(shipped(), extractor)
    results: dict[str, Any] = {}
    lines: list[str] = []
    if options.gold.exists():
        results["gold"] = _scored("gold", list(gold_names(options.gold, lexicon)), lines)
    if options.documents:
        pairs = list(generated_names(options, lexicon))
        results["generated"] = _scored("generated", [pair[:3] for pair in pairs], lines)
        now = [pair[:3] for pair in pairs if pair[3] != "former"]
        results["generated without former names"] = b_cubed((found, true) for found, true, _ in now)
    options.misses.write_text("\n".join([*lines, ""]), encoding="utf-8")
    for name, value in results.items():
        print(f"{name:<32} {json.dumps(value)}")
    print(json.dumps(results))


def gold_names(corpus: Path, lexicon: Lexicon) -> Iterator[tuple[str, str, str]]:
    tables = ("parameters", "model_zoo_tables")
    names = sorted({row.model for table in tables for row in read_gold(corpus / f"gold/{table}.csv")})
    for name in names:
        slug = name.replace(" ", "-")
        for surface in dict.fromkeys([name, slug, name.replace("-", " "), slug.lower(), f"owner/{slug}", f"{slug}-hf"]):
            yield resolved(surface, lexicon), name, surface


def resolved(surface: str, lexicon: Lexicon) -> str:
    """What a name that stands alone is merged by: that of the model it names, else its own words."""
    name = surface.rpartition("/")[2].removesuffix("-hf")
    found = find_mentions(surface, lexicon)
    whole = len(found) == 1 and found[0].kind == "model" and found[0].end == len(surface)
    return same(found[0].entity) if whole else same(name)


def generated_names(options: argparse.Namespace, lexicon: Lexicon) -> Iterator[tuple[str, str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        part = "develop" if options.develop else "score"
        write_corpus(out, documents=options.documents, seed=options.seed, part=part)
        names = list(read_truth(out, "names"))
        documents = [row["document"] for row in read_truth(out, "documents")]
        rows = {row["document"]: facts_of(lexicon, row)["facts"] for row in parsed(out / "documents", documents)}
    for row in names:
        facts = rows.get(row["document"])
        surface = " ".join(row["surface"].split())
        held = Counter(
            mention["entity"]
            for mention in (facts or {"mentions": []})["mentions"]
            if " ".join(mention["surface"].split()) == surface
        )
        found = same(held.most_common(1)[0][0]) if held else f"not found: {surface}"
        yield found, row["model"], f"{row['surface']} ({row['document']})", row["how"]


def _scored(name: str, pairs: Pairs, lines: list[str]) -> dict[str, float]:
    most: dict[str, Counter[str]] = defaultdict(Counter)
    for found, true, _ in pairs:
        most[true][found] += 1
    for found, true, surface in pairs:
        usual = most[true].most_common(1)[0][0]
        if found != usual:
            lines.append(f"{name}: {surface} | {true} | found {found}, mostly {usual}")
    return b_cubed((found, true) for found, true, _ in pairs)


if __name__ == "__main__":
    main()
