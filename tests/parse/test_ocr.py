"""OCR: a page that is a picture comes out as a born-digital page does; limits hold, and nothing is fetched."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.parse import builders
from tests.parse.builders import show
from tests.parse.conftest import PARSER

SCANS = replace(PARSER, strategy="structured", ocr="missing", ocr_dpi=150)
PARAGRAPHS = [
    ["The attention layer rotates each query and key by an angle that grows", "with the position of its token."],
    ["A model of seven billion weights was trained on two trillion tokens", "in twenty days."],
]
CELLS = [["Model", "Layers", "Heads"], ["Alpha", "32", "16"], ["Beta", "48", "24"], ["Gamma", "80", "64"]]


def printed() -> bytes:
    """A page with a title, a heading, two paragraphs and a grid of cells."""
    ink = show(20, 72, 770, "On Angles of Keys") + show(13, 72, 740, "1 Method", bold=True)
    for number, lines in enumerate(PARAGRAPHS):
        ink += "".join(show(10, 72, 720 - 32 * number - 12 * at, line) for at, line in enumerate(lines))
    for y, row in enumerate(CELLS):
        for x, text in enumerate(row):
            ink += f"{72 + 90 * x} {640 - 18 * y} 90 18 re S\n" + show(9, 76 + 90 * x, 645 - 18 * y, text)
    return builders.pages([ink.encode()])


def drawn(raw: bytes, dpi: int = 150) -> Image.Image:
    """The first page as its printer would put it on paper."""
    import pypdfium2

    return pypdfium2.PdfDocument(raw)[0].render(scale=dpi / 72, grayscale=True).to_pil()


def scanned(*pages: Image.Image, dpi: int = 150) -> bytes:
    sink = io.BytesIO()
    pages[0].save(sink, "PDF", resolution=dpi, save_all=True, append_images=list(pages[1:]))
    return sink.getvalue()


def saved(page: Image.Image, kind: str, **options: Any) -> bytes:
    sink = io.BytesIO()
    page.save(sink, kind, **options)
    return sink.getvalue()


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return drawn(printed()).crop((0, 0, 1240, 600))  # where there is ink: a page of white takes time, too


@pytest.fixture(scope="module")
def elements(page: Image.Image) -> list[dict[str, Any]]:
    from tests.parse.conftest import Parse

    result = Parse()("scan.pdf", scanned(page), SCANS)
    assert result["quarantine"] is None and result["figures"] is None, result["quarantine"]
    return result["elements"]["elements"]


def test_the_words_of_a_scan_are_read(elements) -> None:
    wanted = re.findall(r"\w+", " ".join(["On Angles of Keys 1 Method", *map(" ".join, [*PARAGRAPHS, *CELLS])]))
    found = re.findall(r"\w+", " ".join(element["text"] for element in elements))
    assert sum(word in found for word in wanted) >= 0.95 * len(wanted)


def test_a_scan_has_headings_paragraphs_and_cells(elements) -> None:
    kinds = [(element["type"], element["text"]) for element in elements]
    assert kinds[:2] == [("Title", "On Angles of Keys"), ("Title", "1 Method")]
    assert kinds[2:4] == [("NarrativeText", " ".join(lines)) for lines in PARAGRAPHS]
    assert [kind for kind, _ in kinds[4:]] == ["Table"]
    assert kinds[-1][1] == "\n".join(" | ".join(row) for row in CELLS)
    assert elements[-1]["html"].count("<td>") == 9
    assert elements[-1]["section"] == ["On Angles of Keys", "1 Method"] and elements[-1]["page"] == 1


def test_boxes_are_those_of_the_page_as_printed(parse, elements) -> None:
    born = parse("a.pdf", printed(), replace(SCANS, ocr="never"))["elements"]["elements"]
    assert [element["text"] for element in born] == [element["text"] for element in elements]
    for one, other in zip(born, elements, strict=True):
        assert one["box"] == pytest.approx(other["box"], abs=4)


def test_a_scan_on_its_side_and_askew_is_read_the_same(parse, page, elements) -> None:
    turned = page.rotate(1.2, fillcolor=255, resample=Image.Resampling.BICUBIC).transpose(Image.Transpose.ROTATE_90)
    found = parse("scan.pdf", scanned(turned), SCANS)["elements"]["elements"]
    assert [element["text"] for element in found] == [element["text"] for element in elements]
    left, top, right, bottom = found[0]["box"]
    assert bottom - top > 3 * (right - left) and right < 90  # it stands on end, at the left edge


def test_only_pages_without_text_are_read(parse, page) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for raw in (
        builders.pages([show(10, 72, 720, "Prose with its text layer.").encode()]),
        scanned(Image.new("L", (400, 600), 255)),
    ):
        writer.append(PdfReader(io.BytesIO(raw)))
    sink = io.BytesIO()
    writer.write(sink)
    result = parse("a.pdf", sink.getvalue(), replace(SCANS, strategy="structured"))
    assert [element["text"] for element in result["elements"]["elements"]] == ["Prose with its text layer."]


def test_a_blank_scan_has_no_text(parse) -> None:
    assert parse.reason("blank.pdf", scanned(Image.new("L", (600, 800), 250)), SCANS)[0] == "no text"


def test_without_ocr_the_reason_names_it(parse, page) -> None:
    for name, raw, reason in (("a.pdf", scanned(page), "no text"), ("a.png", saved(page, "PNG"), "picture")):
        found, detail = parse.reason(name, raw, replace(SCANS, ocr="never"))
        assert found == reason and "`parser: ocr`" in detail


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_pictures_are_documents_of_a_page(parse, kind: str) -> None:
    line = drawn(builders.pages([show(12, 72, 800, "Rotary angles grow with the position.").encode()])).crop(
        (0, 0, 900, 160)
    )
    held = line.convert("LA") if kind == "PNG" else line
    result = parse("whatever", saved(held, kind, dpi=(150, 150)), SCANS)["elements"]
    assert (result["kind"], result["media_type"]) == ("picture", f"image/{kind.lower()}")
    assert [(held["text"], held["page"]) for held in result["elements"]] == [
        ("Rotary angles grow with the position.", 1)
    ]
    assert result["elements"][0]["box"][0] == pytest.approx(72, abs=2)


def test_bombs_of_pixels_are_refused_before_they_are_decoded(parse) -> None:
    bomb = Image.new("1", (30_000, 30_000))
    held = io.BytesIO()
    bomb.save(held, "PNG")
    wide = builders.pages([b""]).replace(b"[0 0 595 842]", b"[0 0 14000 14000]")
    for name, raw in (("a.png", held.getvalue()), ("a.pdf", wide), ("b.pdf", scanned(bomb))):
        reason, detail = parse.reason(name, raw, SCANS)
        assert reason == "too many pixels" and "ocr_pixels" in detail


def test_what_is_no_picture_is_quarantined(parse, page) -> None:
    assert parse.reason("a.png", saved(page, "PNG")[:300], SCANS)[0] == "broken picture"


def test_the_same_bytes_with_the_network_cut_off(page, tmp_path: Path) -> None:
    (tmp_path / "line.png").write_bytes(saved(page.crop((0, 0, 700, 300)), "PNG"))
    program = f"""
import stages.core.run.offline, hashlib, json, socket
def refuse(*_): raise AssertionError("a call home")
socket.socket.connect = socket.getaddrinfo = refuse
from tests.parse.conftest import Parse
from tests.parse.test_ocr import SCANS
raw = open({str(tmp_path / "line.png")!r}, "rb").read()
for _ in range(2):
    held = Parse()("a.png", raw, SCANS)
    assert held["elements"], held["quarantine"]
    del held["elements"]["signature"]
    print(json.dumps(held["elements"]))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == second and "On Angles of Keys" in first
