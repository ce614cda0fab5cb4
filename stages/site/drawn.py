"""Diagrams and plots of pages as drawings for the PDF: laid out by merman, in the letters of the book."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from stages.site.diagrams import LIGHT

FONT, SIZE = "Body", 11.0
ARROW = 6  # points
BAR, NAMES, NUMBERS = 13, 150, 50  # points: height of a bar's row, widths of what stands before and after it


def flow_chart(text: str, width: float, height: float) -> Drawing:
    """A flow chart in Mermaid's language, made small enough for `width` and `height`."""
    import merman

    held = json.loads(merman.Merman().layout_json(text, None))
    layout, said = held["layout"]["FlowchartV2"], held["semantic"]
    bounds = layout["bounds"]
    wide, high = bounds["max_x"] - bounds["min_x"], bounds["max_y"] - bounds["min_y"]
    scale = min(1.0, width / wide, height / high)
    drawing = Drawing(wide * scale, high * scale)
    drawing.scale(scale, scale)

    def at(point: Mapping[str, float]) -> tuple[float, float]:
        return point["x"] - bounds["min_x"], bounds["max_y"] - point["y"]

    kinds = {edge["id"]: edge for edge in said["edges"]}
    for edge in layout["edges"]:
        _line(drawing, [at(point) for point in edge["points"]], kinds[edge["id"]])
    for edge in layout["edges"]:
        if edge["label"]:
            _box(drawing, at(edge["label"]), edge["label"], kinds[edge["id"]]["label"], LIGHT["edgeLabelBackground"])
    labels = {node["id"]: node["label"] for node in said["nodes"]}
    for node in layout["nodes"]:
        _box(drawing, at(node), node, labels[node["id"]], LIGHT["primaryColor"], LIGHT["primaryBorderColor"])
    return drawing


def _line(drawing: Drawing, points: Sequence[tuple[float, float]], edge: Mapping[str, Any]) -> None:
    dash = [2, 2] if edge["stroke"] == "dotted" else None
    flat = [value for point in points for value in point]
    drawing.add(PolyLine(flat, strokeColor=HexColor(LIGHT["lineColor"]), strokeWidth=1, strokeDashArray=dash))
    if edge["type"] == "arrow_point":
        (x0, y0), (x, y) = points[-2:]
        long = max(1e-6, ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5)
        along, up = ARROW * (x - x0) / long, ARROW * (y - y0) / long
        head = [x, y, x - along - up / 2, y - up + along / 2, x - along + up / 2, y - up - along / 2]
        drawing.add(Polygon(head, fillColor=HexColor(LIGHT["lineColor"]), strokeColor=None))


def _box(
    drawing: Drawing, middle: tuple[float, float], size: Mapping[str, float], text: str, fill: str, border: str = ""
) -> None:
    """A box with its text, whose letters are small enough for it."""
    (x, y), wide, high = middle, size["width"], size["height"]
    stroke = HexColor(border) if border else None
    drawing.add(Rect(x - wide / 2, y - high / 2, wide, high, rx=2, ry=2, fillColor=HexColor(fill), strokeColor=stroke))
    letters = min(SIZE, SIZE * (wide - 2) / max(1.0, stringWidth(text, FONT, SIZE)))
    place = (x, y - letters / 3)
    drawing.add(
        String(*place, text, fontName=FONT, fontSize=letters, textAnchor="middle", fillColor=HexColor("#212121"))
    )


def bar_chart(text: str, width: float) -> Drawing:
    """The bars of a block `plot`: {"unit": what is counted, "bars": [{"label": ..., "count": ...}]}."""
    bars = json.loads(text)["bars"]
    drawing = Drawing(width, BAR * len(bars))
    most = max((bar["count"] for bar in bars), default=1)
    for number, bar in enumerate(reversed(bars)):
        y, long = number * BAR, max(1.0, bar["count"] / most * (width - NAMES - NUMBERS))
        letters = min(8.0, 8.0 * (NAMES - 8) / max(1.0, stringWidth(bar["label"], FONT, 8)))
        drawing.add(String(NAMES - 6, y + 4, bar["label"], fontName=FONT, fontSize=letters, textAnchor="end"))
        drawing.add(
            Rect(NAMES, y + 2, long, BAR - 4, fillColor=HexColor(LIGHT["primaryBorderColor"]), strokeColor=None)
        )
        drawing.add(String(NAMES + long + 4, y + 4, f"{bar['count']}", fontName=FONT, fontSize=8))
    return drawing
