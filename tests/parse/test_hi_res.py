"""Strategy `hi_res`: unstructured's own code with a layout model from a package, our OCR and our tables; no network."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.parse.conftest import PARSER

pytestmark = pytest.mark.xdist_group("hi_res")  # its models are loaded once
PROGRAM = """
import stages.core.run.offline, json, socket
def refuse(*_): raise OSError("a call home")
socket.socket.connect = socket.getaddrinfo = refuse
from dataclasses import replace
from tests.parse.conftest import PARSER, Parse
from tests.parse.test_ocr import drawn, printed, scanned

parser = replace(PARSER, strategy="hi_res", ocr_dpi=150)
raw = scanned(drawn(printed()).crop((0, 0, 1240, 600)))
print(json.dumps(Parse()("a.pdf", raw, parser)["elements"]["elements"]))
for key, name in (("hi_res_layout", "yolox"), ("hi_res_layout", "none.onnx"), ("hi_res_tables", "someone/some-model")):
    print(json.dumps(Parse()("a.pdf", raw, replace(parser, **{key: name}))["quarantine"]))
"""


@pytest.fixture(scope="module")
def said() -> list:
    import json

    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "["))]


def test_a_scan_has_elements_cells_and_places(said) -> None:
    elements = said[0]
    text = " ".join(element["text"] for element in elements)
    assert "rotates each query and key by an angle" in text and "two trillion tokens" in text
    (table,) = [element for element in elements if element["type"] == "Table"]
    assert "<td>48</td>" in table["html"] and "Beta | 48 | 24" in table["text"]
    left, top, right, bottom = table["box"]
    assert left == pytest.approx(72, abs=12) and top == pytest.approx(184, abs=15) and bottom < 290 and right < 370


@pytest.mark.parametrize(
    ("place", "key", "name"),
    [(1, "hi_res_layout", "yolox"), (2, "hi_res_layout", "none.onnx"), (3, "hi_res_tables", "someone/some-model")],
)
def test_a_model_that_is_not_there_is_named(said, place: int, key: str, name: str) -> None:
    assert said[place]["reason"] == "no model"
    assert key in said[place]["detail"] and name in said[place]["detail"]


def test_other_parsers_load_none_of_it() -> None:
    from tests.parse.conftest import Parse

    result = Parse()("a.md", "# A\n\nIt rotates.", replace(PARSER, strategy="structured"))
    assert result["elements"] and "stages.parse.hi_res_parts" not in sys.modules
