"""Archives: read member by member, never unpacked; what would do harm is a row with its reason."""

from __future__ import annotations

import gzip
import io
import json
import stat
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stages.collect import archive
from tests.collect.conftest import Collect


def zipped(members: dict[str, bytes], deflated: bool = True) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as held:
        for name, raw in members.items():
            held.writestr(name, raw)
    return sink.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as held:
        for name, raw in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            held.addfile(info, io.BytesIO(raw))
    return sink.getvalue()


def rows_of(name: str, raw: bytes, tmp_path: Path, collect: Collect, **changes: Any) -> dict[str, dict[str, Any]]:
    (tmp_path / name).write_bytes(raw)
    return collect(str(tmp_path / name), **{"include": ["*"], **changes})


NOTES = {"notes/rope.md": b"# RoPE", "papers/a.pdf": b"%PDF-1.7", ".git/config": b"x", "__MACOSX/notes/._a.md": b"x"}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.zip", zipped),
        ("a.tar", tarred),
        ("a.tar.gz", lambda members: tarred(members, "w:gz")),
        ("a.tar.bz2", lambda members: tarred(members, "w:bz2")),
        ("a.tar.xz", lambda members: tarred(members, "w:xz")),
    ],
)
def test_documents_of_an_archive(name: str, make: Any, tmp_path: Path, collect: Collect) -> None:
    rows = rows_of(name, make(NOTES), tmp_path, collect)
    assert {key: (row["kind"], row["raw"]) for key, row in rows.items()} == {
        "notes/rope.md": ("markdown", b"# RoPE"),
        "papers/a.pdf": ("pdf", b"%PDF-1.7"),
    }
    assert rows["papers/a.pdf"]["origin"]["source"] == "archive"
    assert list(rows_of(name, make({"./a.md": b"# A"}), tmp_path, collect)) == ["./a.md" if name == "a.zip" else "a.md"]
    assert list(rows_of(name, make(NOTES), tmp_path, collect, include=["*.md"])) == ["notes/rope.md"]


HARM = {
    "../up.md": b"x",
    "/abs.md": b"x",
    "a/../../b.md": b"x",
    "C:/c.md": b"x",
    "..\\d.md": b"x",
    "good.md": b"# Good",
}


@pytest.mark.parametrize(("name", "make"), [("a.zip", zipped), ("a.tar", tarred)])
def test_paths_out_of_the_archive(name: str, make: Any, tmp_path: Path, collect: Collect) -> None:
    before = {path for path in tmp_path.rglob("*.md")}
    rows = rows_of(name, make(HARM), tmp_path, collect)
    assert len(rows) == len(HARM)
    assert {row["reason"] for key, row in rows.items() if key != "good.md"} == {"path out of the archive"}
    assert rows["good.md"]["reason"] is None
    assert {path for path in tmp_path.rglob("*.md")} == before


def test_names_that_are_no_utf8(tmp_path: Path, collect: Collect) -> None:
    raw = tarred({"caf\udce9.md": b"# Caf"})
    assert list(rows_of("a.tar", raw, tmp_path, collect)) == ["caf\\xe9.md"]


ODD = [
    ("same.md", b"# First"), ("same.md", b"# Second"), ("Same.md", b"# Case"), ("n" * 296 + ".md", b"# Long"),
    ("a/" * 150 + "deep.md", b"# Deep"), ("con\\aux.md", b"# Windows"), ("tab\tand\nline.md", b"# Lines"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_odd_names_are_kept_apart_and_a_second_of_one_name_is_counted(
    name: str, tmp_path: Path, collect: Collect
) -> None:
    sink = io.BytesIO()
    if name == "a.zip":
        with zipfile.ZipFile(sink, "w") as held, pytest.warns(UserWarning, match="Duplicate name"):
            for path, raw in ODD:
                held.writestr(path, raw)
    else:
        with tarfile.open(fileobj=sink, mode="w") as held_tar:
            for path, raw in ODD:
                info = tarfile.TarInfo(path)
                info.size = len(raw)
                held_tar.addfile(info, io.BytesIO(raw))
    rows = rows_of(name, sink.getvalue(), tmp_path, collect)
    assert collect.metrics["named_twice"] == 1
    assert {key: row["raw"] for key, row in rows.items()} == dict([ODD[0], *ODD[2:]])
    assert not any(row["reason"] for row in rows.values())


def test_a_name_with_a_null_byte_or_of_another_system(tmp_path: Path, collect: Collect) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as held:
        info = tarfile.TarInfo("x.md")
        info.pax_headers = {"path": "a\0.md"}
        held.addfile(info)
    rows = rows_of("a.tar", sink.getvalue(), tmp_path, collect)
    assert {row["reason"] for row in rows.values()} == {"path out of the archive"}
    raw = zipped({"cafe.md": b"# Caf"}).replace(b"cafe.md", b"caf\x82.md")
    assert list(rows_of("a.zip", raw, tmp_path, collect)) == ["caf\u00e9.md"]


def test_archives_in_archives_are_listed_and_not_opened(tmp_path: Path, collect: Collect) -> None:
    inner = tarred({"deep.md": b"# Deep"}, "w:gz")
    for level in range(20):
        inner = zipped({f"{level}.tgz": inner}) if level % 2 else tarred({f"{level}.zip": inner}, "w:gz")
    rows = rows_of("a.zip", inner, tmp_path, collect, packages=["peft"])
    assert rows["19.tgz"]["reason"] == "archive"
    assert [key for key in rows if not key.startswith("installed/")] == ["19.tgz"]


def test_half_a_gigabyte_of_one_line_is_not_held(tmp_path: Path, collect: Collect) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    record = json.dumps({"id": "1", "title": "T", "abstract": "It says so."}).encode()
    for name, start in (("line.md", b"# "), ("line.jsonl", b"["), ("second.jsonl", record + b"\n")):
        with (folder / name).open("wb") as file:
            file.write(start)
            file.truncate(500_000_000)
    tracemalloc.start()
    rows = collect(str(folder), include=["*"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {key: row["reason"] for key, row in rows.items()} == {
        "line.md": "too large", "line.jsonl": "too large",
        "second.jsonl#1": None, "second.jsonl#line-2": "not a record",
    }  # fmt: skip
    assert peak < 50_000_000


def test_links_and_devices_are_not_followed(tmp_path: Path, collect: Collect) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as held:
        for name, kind in (("l.md", tarfile.SYMTYPE), ("h.md", tarfile.LNKTYPE), ("p.md", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            held.addfile(info)
    rows = rows_of("a.tar", sink.getvalue(), tmp_path, collect)
    assert {key: row["reason"] for key, row in rows.items()} == {"l.md": "link", "h.md": "link", "p.md": "not a file"}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as held_zip:
        link = zipfile.ZipInfo("l.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        held_zip.writestr(link, "/etc/passwd")
    rows = rows_of("a.zip", sink.getvalue(), tmp_path, collect)
    assert (rows["l.md"]["reason"], rows["l.md"]["raw"]) == ("link", b"")


def test_a_zip_bomb_is_not_inflated(tmp_path: Path, collect: Collect) -> None:
    bomb = zipped({"bomb.md": bytes(300_000_000), "good.md": b"# Good"})
    tracemalloc.start()
    rows = rows_of("a.zip", bomb, tmp_path, collect, max_bytes=500_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows["bomb.md"]["reason"] == "archive bomb"
    assert rows["good.md"]["reason"] is None
    assert peak < 50_000_000


def test_a_member_larger_than_it_says_is_bounded(tmp_path: Path, collect: Collect) -> None:
    raw = bytearray(zipped({"a.md": b"y" * 50_000}, deflated=False))
    for place in (raw.find(b"PK\3\4") + 22, raw.find(b"PK\1\2") + 24):
        raw[place : place + 4] = (100).to_bytes(4, "little")
    rows = rows_of("a.zip", bytes(raw), tmp_path, collect, max_bytes=1000)
    assert rows["a.md"]["reason"] in ("unreadable", "too large") and rows["a.md"]["raw"] == b""


def test_a_tar_bomb_is_not_read_on(tmp_path: Path, collect: Collect) -> None:
    members = {"good.md": b"# Good", "bomb.md": bytes(250_000_000), "after.md": b"# After"}
    rows = rows_of("a.tgz", gzip.compress(tarred(members)), tmp_path, collect)
    assert {key: row["reason"] for key, row in rows.items()} == {"good.md": None, "a.tgz": "archive bomb"}


def test_a_large_header_of_a_tar_is_refused(tmp_path: Path, collect: Collect) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 150_000_000
    raw = header.tobuf(tarfile.USTAR_FORMAT) + bytes(150_000_000)
    tracemalloc.start()
    rows = rows_of("a.tgz", gzip.compress(raw), tmp_path, collect)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows["a.tgz"]["reason"] == "broken archive"
    assert peak < 50_000_000


def test_the_total_of_an_archive_is_bounded(tmp_path: Path, collect: Collect, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive, "TOTAL", 25_000)
    for name, make in (("a.zip", zipped), ("a.tar", tarred)):
        rows = rows_of(name, make({f"{n}.md": bytes([65 + n]) * 10_000 for n in range(4)}), tmp_path, collect)
        assert rows[name]["reason"] == "archive bomb"
        assert len(rows) == 3


def test_encrypted_broken_and_nested(tmp_path: Path, collect: Collect) -> None:
    raw = bytearray(zipped({"a.md": b"# A"}))
    raw[raw.find(b"PK\1\2") + 8] |= 1
    assert rows_of("e.zip", bytes(raw), tmp_path, collect)["a.md"]["reason"] == "encrypted"
    for name in ("b.zip", "b.tar", "b.tar.gz"):
        assert (
            rows_of(name, b"PK\3\4 broken" if name == "b.zip" else b"broken", tmp_path, collect, packages=["peft"])[
                name
            ]["reason"]
            == "broken archive"
        )
    damaged = zipped({"a.md": b"# A" * 100, "b.md": b"# B"}).replace(b"\x53", b"\x54", 1)
    rows = rows_of("d.zip", damaged, tmp_path, collect)
    assert (rows["a.md"]["reason"], rows["b.md"]["reason"]) == ("unreadable", None)
    rows = rows_of("n.zip", zipped({"in.zip": zipped({"deep.md": b"# Deep"}), "a.md": b"# A"}), tmp_path, collect)
    assert {key: row["reason"] for key, row in rows.items()} == {"in.zip": "archive", "a.md": None}


def test_records_line_by_line(tmp_path: Path, collect: Collect) -> None:
    """Bulk metadata in the folder: a document a line, whatever the size of the file."""
    folder = tmp_path / "documents"
    folder.mkdir()
    records = [
        {"key": f"k{n}", "year": "2023", "title": f"Paper {n}", "abstract": f"It says {n}."} for n in range(3000)
    ]
    lines = [json.dumps(record) for record in records]
    lines[7] = "no JSON"
    lines[9] = json.dumps({**records[9], "key": "k\ud800\x00nine", "title": "\udfff\x01 T"})
    (folder / "papers.jsonl").write_text("\n".join(lines) + "\n\n" + json.dumps({**records[0], "key": "last"}))
    (folder / "other.jsonl").write_text('{"a": 1}\n')
    rows = collect(str(folder), include=["*"])
    assert len(rows) == 3002
    assert rows["papers.jsonl#k5"]["kind"] == "arxiv"
    assert b"<title>Paper 5</title>" in rows["papers.jsonl#k5"]["raw"]
    assert rows["papers.jsonl#line-8"]["reason"] == "not a record"
    assert b"<title>T</title>" in rows["papers.jsonl#knine"]["raw"]
    assert rows["papers.jsonl#last"]["reason"] is None
    assert rows["other.jsonl"]["kind"] == "unknown"
