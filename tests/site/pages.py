"""A few pages that hold markup and script where text is meant to be, and the site of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.table import write
from stages.site import Config, Site
from stages.site.__main__ import stage
from stages.synthesize.page import SCHEMA

CONFIG = Config(site=Site(name="Litmill", colour="indigo", book=[], formats=["pdf"]), language="en")
EVIL = (
    'payload <script>alert(1)</script> [x](javascript:alert(1)) "onmouseover="alert(1) '
    "<img src=x onerror=alert(1)> </title> `*_ &amp;"
)
PIXEL = b"\x89PNG\r\n\x1a\n"
FIGURE = pa.struct(
    [(name, pa.string()) for name in ("id", "element", "media_type", "caption")]
    + [("data", pa.binary()), ("page", pa.int32())]
)


def block(kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "cells": [], "citations": [], "evidence": [], "links": [], **more}


def cell(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "citations": [], "links": [], "entity": "", "parameter": "", **more}


def page(
    title: str, group: str, *blocks: dict[str, Any], about: str = "", digest: str = "", sources: int = 1
) -> dict[str, Any]:
    """A page whose every block may cite number 1 and those after it, a quote of evil.md."""
    quote = {"document": "evil.md", "element": "e", "start": 0, "end": len(EVIL), "quote": EVIL}
    shown = {"title": EVIL, "origin": EVIL, "section": [EVIL], "page": 3, "digest": digest, "sha256": ""}
    held = {"title": title, "group": group, "about": about, "blocks": list(blocks), "files": []}
    return {**held, "citations": [{"number": number} | quote | shown for number in range(1, sources + 1)]}


MANY = 60  # sources that do not fit on a screen
COMPARED = [  # from most to fewest parameters; last one of which nothing is said
    ("Delta", "1.0 trillion", "MIT"),
    ("alpha 10", "8,030,261,248", "Apache-2.0"),
    ("alpha 9", "7.24B", "llama2"),
    ("Beta", "500M", "MIT"),
    ("Gamma", "not said", "Apache-2.0"),
    ("Kappa", "", "MIT"),
]

PAGES = {
    "index": page(
        "Home",
        "overview",
        block("note", "See models.", evidence=["docs/"], links=[{"text": "models", "page": "models"}]),
        block("header", cells=[cell("Page"), cell("Models"), cell("What it tells")]),
        block(
            "row",
            cells=[cell(EVIL, links=[{"text": EVIL, "page": "models"}]), cell("1234"), cell(EVIL)],
            evidence=["docs/"],
        ),
        block("heading", "Documents"),
        block("header", cells=[cell("Group"), cell("Pages")]),
        block(
            "row", cells=[cell("Models", links=[{"text": "Models", "page": "models"}]), cell("1")], evidence=["docs/"]
        ),
        block("heading", "Not read"),
        block("header", cells=[cell("Document"), cell("Reason")]),
        block("note", "All documents could be read.", evidence=["docs/"]),
    ),
    "comparison": page(
        "Models compared",
        "overview",
        block("header", cells=[cell("Model"), cell("parameters"), cell("licence")]),
        *(
            block(
                "row",
                cells=[
                    cell(name),
                    cell(count, citations=[1], parameter="parameters"),
                    cell(licence, parameter="licence"),
                ],
                citations=[1],
            )
            for name, count, licence in COMPARED
        ),
        sources=MANY,
    ),
    "models/evil": page(
        EVIL,
        "models",
        block("sentence", EVIL, citations=[1]),
        block(
            "summary",
            cells=[cell(EVIL, entity="evil"), cell(f"{EVIL} 8", citations=[1], entity="evil", parameter="layers")],
            citations=[1],
        ),
        block("heading", EVIL),
        block("plot", json.dumps({"unit": "models", "bars": [{"label": EVIL, "count": 3}]}), evidence=["docs/"]),
        block("header", cells=[cell(EVIL), cell("Value")]),
        block(
            "row",
            cells=[
                cell(EVIL, links=[{"text": EVIL, "page": "models/evil"}]),
                cell("7", citations=[1], entity="evil", parameter=EVIL),
            ],
            citations=[1],
        ),
        block("note", f"{EVIL} models {EVIL}", evidence=[EVIL], links=[{"text": "models", "page": "models"}]),
        block("diagram", 'flowchart LR\n  a["A #lt;b#gt;"] -->|requires| b["B"]\n'),
        digest="documents/evil-md",
    ),
    "documents/evil-md": page(EVIL, "documents", block("sentence", EVIL, citations=[1]), about="evil.md"),
}


def build(root: Path, pages: dict[str, Any]) -> Path:
    write(root / "docs", pages.items(), SCHEMA, 4)
    figure = {"id": "f", "element": "e", "media_type": "image/png", "caption": EVIL, "data": PIXEL, "page": 1}
    figures = [("evil.md", {"figures": [figure, {**figure, "media_type": "image/svg+xml"}]})]
    write(root / "figures", figures, pa.schema([("figures", pa.list_(FIGURE))]), 4)
    stage(CONFIG, docs=root / "docs", figures=root / "figures", site=root / "site")
    return root / "site"
