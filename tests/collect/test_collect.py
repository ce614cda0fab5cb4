"""Collect: every document gets a row, with the kind that its content tells."""

from __future__ import annotations

import io
import os
import socket
import zipfile
from pathlib import Path

import pytest

from stages.collect import Config, Corpus
from stages.collect.collect import stage
from stages.collect.kinds import kind_of
from stages.core.run.errors import UserError
from stages.core.table import read, shard_files


def corpus(**changes: object) -> Corpus:
    values: dict = {"include": ["*"], "exclude": [], "packages": [], "families": [], "max_bytes": 1000, "shards": 4}
    return Corpus(**{**values, **changes})


def collect(folder: Path, out: Path, **changes: object) -> dict[str, dict]:
    metrics = stage(Config(corpus=corpus(**changes), documents=str(folder)), corpus=out)
    rows = {row["document"]: row for row in read(out)}
    assert metrics["documents"] == len(rows) == sum(metrics["kinds"].values())
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    held = tmp_path / "documents"
    (held / "notes").mkdir(parents=True)
    (held / "notes" / "rope.md").write_text("# RoPE\n\nIt rotates.\n")
    return held


def docx() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return sink.getvalue()


ATOM = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>%s</id></entry></feed>'


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("a.pdf", b"no PDF inside", "pdf"),
        ("paper", b"%PDF-1.7 ...", "pdf"),
        ("a.bin", docx(), "docx"),
        ("a.zip", b"PK\x03\x04 broken", "unknown"),
        ("page.txt", b"\xef\xbb\xbf <!DOCTYPE html><p>x", "html"),
        ("a.md", b"# Title", "markdown"),
        ("a.md", b"---\nlicense: mit\n---\n# Model", "card"),
        ("a.md", b"\xef\xbb\xbf---\r\nlicense: mit\r\n---\r\n# Model", "card"),
        ("a.md", b"---\n\nA rule, then text.\n\n---\n", "markdown"),
        ("a.md", b"\x00\x01\x02", "unknown"),
        ("a.xml", ATOM % b"http://arxiv.org/abs/2106.09685", "arxiv"),
        ("a.xml", ATOM % b"http://example.org/feed/arxiv.org", "unknown"),
        ("configuration_x.py", b"class XConfig: ...", "config"),
        ("setup.py", b"", "unknown"),
        ("a.mdx", b"# Title", "markdown"),
        ("a.tex", b"\\documentclass{article}", "latex"),
        ("a.tex", b"\x00\x01", "unknown"),
        ("m/config.json", b'{"model_type": "llama"}', "json"),
        ("m/config.json", b"[1, 2]", "unknown"),
        ("m/config.json", b"{", "unknown"),
        ("m/other.json", b"{}", "unknown"),
    ],
)
def test_kind_is_told_by_content_then_by_name(name: str, raw: bytes, kind: str) -> None:
    assert kind_of(name, raw)[0] == kind


def test_every_document_gets_a_row(folder: Path, tmp_path: Path) -> None:
    (folder / "empty.md").touch()
    (folder / "void").mkdir()
    (folder / "large.pdf").write_bytes(b"%PDF-" + bytes(2000))
    (folder / "what.xyz").write_bytes(b"?")
    (folder / ".hidden.md").write_text("# No")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("# No")
    os.mkfifo(folder / "pipe.md")
    rows = collect(folder, tmp_path / "out")
    assert sorted(rows) == ["empty.md", "large.pdf", "notes/rope.md", "pipe.md", "void/", "what.xyz"]
    assert rows["void/"]["media_type"] == "inode/directory"
    assert rows["large.pdf"]["reason"] == "too large"
    assert (rows["large.pdf"]["bytes"], rows["large.pdf"]["raw"]) == (2005, b"")
    assert rows["pipe.md"]["reason"] == "not a file"
    assert rows["empty.md"]["reason"] is None
    assert rows["notes/rope.md"]["raw"].startswith(b"# RoPE")
    origin = {"source": "folder", "path": "notes/rope.md", "package": None, "version": None}
    assert rows["notes/rope.md"]["origin"] == origin


def test_links_stay_in_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "in.md").symlink_to(folder / "notes" / "rope.md")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    (folder / "ring.md").symlink_to(folder / "ring.md")
    (folder / "up").symlink_to(folder)
    rows = collect(folder, tmp_path / "out")
    assert {name: row["reason"] for name, row in rows.items()} == {
        "out.md": "link out of the folder",
        "in.md": None,
        "gone.md": "unreadable",
        "ring.md": "unreadable",
        "up": "link to a folder",
        "notes/rope.md": None,
    }
    assert all(b"Secret" not in row["raw"] for row in rows.values())


def test_globs_choose(folder: Path, tmp_path: Path) -> None:
    (folder / "notes" / "alibi.md").write_text("# ALiBi")
    (folder / "page.html").write_text("<html>")
    assert list(collect(folder, tmp_path / "a", include=["notes/r*"])) == ["notes/rope.md"]
    assert set(collect(folder, tmp_path / "b", exclude=["*.md"])) == {"page.html"}


def test_bytes_depend_on_content_alone(tmp_path: Path) -> None:
    texts = {f"{number}.md": f"# Note {number}" for number in range(12)}
    for name, order in (("a", list(texts)), ("b", list(reversed(texts)))):
        (tmp_path / name).mkdir()
        for file in order:
            (tmp_path / name / file).write_text(texts[file])
            os.utime(tmp_path / name / file, (0, len(name)))
    collect(tmp_path / "a", tmp_path / "one")
    collect(tmp_path / "b", tmp_path / "two")
    one, two = shard_files(tmp_path / "one"), shard_files(tmp_path / "two")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_installed_documents_carry_package_version_and_licence(folder: Path, tmp_path: Path) -> None:
    rows = collect(folder, tmp_path / "out", packages=["peft"], families=["llama", "qwen3*"])
    llama = rows["installed/transformers/models/llama/configuration_llama.py"]
    assert llama["kind"] == "config"
    assert llama["origin"]["path"] == "transformers/models/llama/configuration_llama.py"
    assert llama["origin"]["package"] == "transformers"
    assert llama["origin"]["version"].startswith("5.")
    assert "Apache" in llama["licence"]
    assert b"Parameter-Efficient" in rows["installed/peft/README.md"]["raw"]
    assert "installed/transformers/models/qwen3_moe/configuration_qwen3_moe.py" in rows


def test_over_500_families(folder: Path, tmp_path: Path) -> None:
    rows = collect(folder, tmp_path / "out", families=["*"])
    assert sum(row["kind"] == "config" for row in rows.values()) > 500
    assert "installed/transformers/models/auto/configuration_auto.py" not in rows


def test_nothing_is_asked_of_the_network_by_default(
    folder: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert len(collect(folder, tmp_path / "out", packages=["peft"], families=["llama"])) == 3
    assert not cache.exists()


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.touch(), lambda path: (path / "void").mkdir(parents=True)]
)
def test_no_documents_is_one_clear_line(tmp_path: Path, make) -> None:
    make(tmp_path / "documents")
    with pytest.raises(UserError, match=r"^documents: .*params\.yaml$"):
        collect(tmp_path / "documents", tmp_path / "out")


def test_the_name_of_installed_documents_is_kept(folder: Path, tmp_path: Path) -> None:
    (folder / "installed").mkdir()
    (folder / "installed" / "x.md").write_text("# X")
    with pytest.raises(UserError, match="rename that folder"):
        collect(folder, tmp_path / "out")
