"""Progress: rate, time left and what is to be noted, in a log and on a terminal."""

from __future__ import annotations

import re

import pytest

from stages.core.run import progress
from stages.core.run.progress import track


def test_a_log_gets_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    seen: list[int] = []
    list(
        track(
            map(seen.append, range(3)), total=3, what="parse", unit="documents", note=lambda: f"{len(seen)} quarantined"
        )
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0] == "parse: 1/3 documents, 1 quarantined"  # one document tells how long it takes to start
    assert re.fullmatch(r"parse: 2/3 documents, [\d.]+/s, \d+ s left, 2 quarantined", lines[1])


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert list(track(range(3), total=3, what="parse", unit="documents", note=lambda: "1 quarantined")) == [0, 1, 2]
    shown = capsys.readouterr().err
    assert "parse: 100%" in shown and "3/3" in shown and "1 quarantined" in shown


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3660, "1 h 1 min")])
def test_time_left_is_easy_to_read(seconds: float, said: str) -> None:
    assert progress._left(seconds) == said
