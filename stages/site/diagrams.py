"""Mermaid diagrams as SVG files, one for the light and one for the dark scheme. Nothing runs in the reader's browser.

An SVG is shown as an image, in which no script runs, whatever a label holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from stages.core.words import Words
from stages.site.html import url

LIGHT = {"primaryColor": "#eef0fa", "primaryBorderColor": "#5c6bc0", "primaryTextColor": "#212121"}
LIGHT |= {"lineColor": "#5f6368", "edgeLabelBackground": "#ffffff"}
DARK = {"primaryColor": "#2b3047", "primaryBorderColor": "#9fa8da", "primaryTextColor": "#e6e8f0"}
DARK |= {"lineColor": "#a9afc0", "edgeLabelBackground": "#1e2129"}
SCHEMES: dict[str, dict[str, str]] = {"light": LIGHT, "dark": DARK}
FONT = {"fontFamily": "arial", "fontSize": "14px"}
FOLDER = "assets/diagrams"
SMALLEST = 0.65  # of its size, to which a diagram shrinks where there is little room: its letters can still be read
VIEW_BOX = re.compile(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)"')
SHADOW = re.compile(r"filter:\s*drop-shadow\((?:[^()]|\([^()]*\))*\)")


def file_name(text: str, scheme: str) -> str:
    """The file of a diagram within the site."""
    return f"{FOLDER}/{hashlib.sha256(text.encode()).hexdigest()[:16]}-{scheme}.svg"


class Diagrams:
    """Draws the diagrams of a site into its folder; the name of a file is its text's hash."""

    def __init__(self, site: Path, say: Words) -> None:
        import merman

        self.site, self.told = site, escape(say("Diagram"))
        self.renderer = merman.Merman()
        self.files: dict[str, str] = {}

    def draw(self, page: str, text: str) -> str:
        """The HTML that shows the diagram `text` on `page`."""
        images = []
        for scheme, colours in SCHEMES.items():
            svg = self.files[file_name(text, scheme)] = self.svg(text, colours)
            width, height = (round(float(side)) for side in VIEW_BOX.search(svg).groups())  # type: ignore[union-attr]
            source = f"{url(file_name(text, scheme), page)}#only-{scheme}"
            size = f'width="{width}" height="{height}" style="min-width: {round(width * SMALLEST)}px"'
            images.append(f'<img src="{source}" alt="{self.told}" {size} loading="lazy">')
        return f'<div class="diagram">{"".join(images)}</div>'

    def write(self) -> None:
        """Write the files."""
        (self.site / FOLDER).mkdir(parents=True, exist_ok=True)
        for name, svg in self.files.items():
            (self.site / name).write_text(svg, encoding="utf-8")

    def svg(self, text: str, colours: dict[str, Any]) -> str:
        flowchart = {"htmlLabels": False, "wrappingWidth": 400}
        init = {
            "theme": "base",
            "look": "classic",
            "htmlLabels": False,
            "flowchart": flowchart,
            "themeVariables": colours | FONT,
        }
        svg = self.renderer.render_svg(f"%%{{init: {json.dumps(init, sort_keys=True)} }}%%\n{text}", None)
        return tidied(svg)


def tidied(svg: str) -> str:
    """An SVG of its natural size, without shadows, whose line labels hide the line behind them."""
    width, height = VIEW_BOX.search(svg).groups()  # type: ignore[union-attr]
    svg = svg.replace('width="100%"', f'width="{width}" height="{height}"', 1).replace("opacity:0.5;", "opacity:1;")
    return SHADOW.sub("filter:none", svg)
