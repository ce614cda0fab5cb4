"""The stage: nothing is lost, nothing ends the build, and an incremental build equals a clean one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stages.collect import Config as CollectConfig
from stages.collect import Corpus
from stages.collect.collect import stage as collect
from stages.core.run import execute
from stages.core.table import engine, read, shard_files
from stages.parse import document
from stages.parse.parse import stage
from tests.parse import builders
from tests.parse.conftest import SETTINGS

SENTENCE = "The optimizer keeps two moments for each weight and divides the first by the root of the second."
BROKEN = {
    "empty.md": (b"", "empty file"),
    "blank.md": (b" \n", "no text"),
    "broken.pdf": (b"%PDF-1.4\nnothing", "broken PDF"),
    "cut.pdf": (builders.pdf([[(10, SENTENCE)]])[:200], "broken PDF"),
    "broken.docx": (b"PK\x03\x04", "broken DOCX"),
    "broken.xml": (b'<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/</id>', "broken XML"),
    "what.xyz": (b"?", "unknown type"),
    "locked.pdf": (builders.encrypted(builders.pdf([[(10, SENTENCE)]])), "encrypted PDF"),
    "script.html": (b"<html><script>run()</script></html>", "no text"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_parsed_is_quarantined(parse, name: str) -> None:
    raw, wanted = BROKEN[name]
    reason, detail = parse.reason(name, raw)
    assert reason == wanted
    assert detail and "\n" not in detail and "object at 0x7" not in detail


def test_a_scan_without_text_is_quarantined(parse) -> None:
    raw = builders.with_pictures(builders.pdf([[]]), [(100, 100)])
    assert parse.reason("scan.pdf", raw)[0] in ("no text", "broken PDF")


def test_a_document_that_ended_its_process_says_what_it_was() -> None:
    origin = {"source": "folder", "path": "a.md", "package": None, "version": None}
    row = {"document": "a.md", "origin": origin, "media_type": "text/markdown", "bytes": 3, "raw": b"abc"}
    payloads = document.quarantined(row, "crashed", "its process ended by SIGSEGV")
    assert payloads["elements"] is payloads["figures"] is None
    assert payloads["quarantine"]["reason"] == "crashed" and payloads["quarantine"]["origin"] == origin


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    """A project with a folder of documents, in which stages run as they do in a build."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "documents"
    (folder / "void").mkdir(parents=True)
    for name, (raw, _) in BROKEN.items():
        (folder / name).write_bytes(raw)
    caption = "Figure 1: A square, which says nothing about the optimizer of the model."
    page = builders.pdf([[(10, SENTENCE), (10, caption)]])
    (folder / "figure.pdf").write_bytes(builders.with_pictures(page, [(80, 80)]))
    for number in range(6):
        (folder / f"note{number}.md").write_text(f"# Note {number}\n\n{SENTENCE}\n")
    corpus = {"include": ["*"], "exclude": [], "packages": [], "families": [], "max_bytes": 10**6, "shards": 4}
    conf = tmp_path / "build" / "conf"
    conf.mkdir(parents=True)
    (conf / "collect.yaml").write_text(json.dumps({"corpus": corpus, "documents": "documents", "libraries": {}}))
    (conf / "parse.yaml").write_text(json.dumps({"parser": SETTINGS, "libraries": {}}))
    return tmp_path


def contents(project: Path) -> dict[str, bytes]:
    tables = ("elements", "figures", "quarantine")
    return {
        f"{name}/{path.name}": path.read_bytes() for name in tables for path in shard_files(project / "build" / name)
    }


def test_counts_add_up_and_an_incremental_build_equals_a_clean_one(project: Path, monkeypatch) -> None:
    collected = execute("collect", collect)
    monkeypatch.setattr(engine, "LIGHT", 0)
    metrics = execute("parse", stage)  # in worker processes
    monkeypatch.setattr(engine, "FEW", 100)  # from here on in this one, which is quicker and must not matter
    assert metrics["documents"] == collected["documents"] == 17
    assert (metrics["parsed"], metrics["quarantined"], metrics["figures"]) == (7, 10, 1)
    assert metrics["reasons"]["empty folder"] == 1
    kept = {path.name: path.stat().st_ino for path in shard_files(project / "build/elements")}

    (project / "documents" / "note0.md").write_text(f"# Note 0, again\n\n{SENTENCE}\n")
    (project / "documents" / "note1.md").unlink()
    execute("collect", collect)
    execute("parse", stage)
    incremental = contents(project)
    now = {path.name: path.stat().st_ino for path in shard_files(project / "build/elements")}
    assert 0 < sum(kept[name] == inode for name, inode in now.items()) < 4  # links, and files that were written
    titles = [row["title"] for row in read(project / "build/elements", ["title"])]
    assert "Note 0, again" in titles and "Note 1" not in titles

    for lost in (("elements", "figures", "quarantine"), ("elements",), ("figures",)):
        for name in lost:
            shutil.rmtree(project / "build" / name)
        execute("parse", stage)
        assert contents(project) == incremental, lost


def test_parsing_loads_no_torch_and_calls_nobody() -> None:
    program = """
import stages.core.run.offline, socket, sys
def refuse(*_): raise AssertionError("a call home")
socket.socket.connect = socket.getaddrinfo = refuse
from stages.parse import library
from tests.parse import builders
assert library.markdown("# A\\n\\nIt rotates the queries.")
assert library.pdf(builders.pdf([[(10, "It rotates the queries.")]]))
assert "torch" not in sys.modules, "torch"
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Thank you" not in done.stdout + done.stderr


def test_collect_config_is_the_shipped_shape() -> None:
    import yaml

    root = Path(__file__).parents[2] / "conf"
    common = yaml.safe_load((root / "config.yaml").read_text())["corpus"]
    folder = yaml.safe_load((root / "corpus" / "folder.yaml").read_text())
    CollectConfig(corpus=Corpus(**{**common, **folder}), documents="corpus")
