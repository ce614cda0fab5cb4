"""What the server loads: the stages that a changed document starts, their libraries, their models.

Reads the resolved config of those stages, where there is one, and takes a page of our own words through them, so that
patterns are compiled and weights have been touched; what comes out is thrown away.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from stages.core.run.errors import UserError

STAGES = ("collect.collect", "parse.parse", "extract.document", "embed.compute")
LIBRARIES = ("yaml", "pydantic.type_adapter", "pyarrow.parquet", "torch", "tokenizers", "safetensors.torch", "psutil")
PAGE = """# Nobody 2 7B

Nobody 2 7B has 24 layers, a context length of 4k tokens and 12 heads. It uses RMSNorm.

- trained on 2T tokens with AdamW

| model | layers | licence |
|---|---|---|
| Nobody 2 7B | 24 | MIT |

    hidden_size = 512
"""


def load() -> None:
    """Import and load; nothing is written."""
    import stages.core.table.arrow  # noqa: F401
    from stages.parse import language, library

    library.load()
    library.load_miner()
    language.load()
    for name in (*LIBRARIES, *(f"stages.{stage}" for stage in STAGES)):
        import_module(name)
    with suppress(UserError):
        _try(Path("build/conf"))


def _try(conf: Path) -> None:
    """The page through parse, extract and embed, as they are configured. Raises UserError where they are not."""
    from stages import embed, extract, parse
    from stages.core.run.config import load as settings
    from stages.embed.compute import compute
    from stages.extract.__main__ import facts_by
    from stages.parse.document import parse_document

    parser = settings(parse.Config, conf / "parse.yaml")[0].parser
    origin = {"source": "", "path": "page.md", "package": None, "version": None}
    raw = PAGE.encode()
    document: dict[str, Any] = {"document": "page.md", "media_type": "text/markdown", "origin": origin, "licence": None}
    held = {"kind": "markdown", "raw": raw, "bytes": len(raw), "reason": None}
    elements = parse_document(document | held, parser=parser)["elements"]
    assert elements
    row = {**document, **elements}
    extraction = settings(extract.Config, conf / "extract.yaml")[0]
    if extraction.extractor.method == "rules":
        facts_by(extraction)(row)
    embedding = settings(embed.Config, conf / "embed.yaml")[0]
    compute(row, embedder=embedding.embedder, chunking=embedding.chunking)
