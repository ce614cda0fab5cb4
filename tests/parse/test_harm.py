"""Documents that would do harm are parsed or quarantined: none runs, hangs, grows, or asks for anything outside."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from stages.collect.document import row
from stages.collect.kinds import kind_of
from stages.core.table.child import Child, Ended
from stages.parse import Parser, library
from stages.parse.document import parse_document
from tests.parse import harm
from tests.parse.conftest import SETTINGS

pytestmark = pytest.mark.xdist_group("harm")
ASKED = 77  # exit code of a process that asked for something outside


def parsed_alone(task: tuple[str, str, str]) -> dict[str, Any]:
    """Parse a document of harm.py where sockets, programs and files elsewhere end the process."""
    group, name, strategy = task
    library.load_pdf()
    socket.socket.connect = socket.getaddrinfo = lambda *_: os._exit(ASKED)  # type: ignore[method-assign,assignment]
    os.system = os.execvp = lambda *_: os._exit(ASKED)  # type: ignore[assignment]
    raw = getattr(harm, group)[name]
    origin = {"source": "folder", "path": name, "package": None, "version": None}
    document = {"document": name, **row(kind_of(name, raw), origin, raw)}
    parser = Parser(**SETTINGS | {"strategy": strategy, "seconds": 0, "memory": 0})
    return parse_document(document, parser=parser)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """The process that parse computes a document in, with less memory and time than it gives."""
    held = Child(parsed_alone, seconds=120, memory=1500)
    yield held
    held.end()


def cases(group: dict[str, bytes]) -> list[tuple[str, str]]:
    """Each document, a PDF by both strategies."""
    return [(n, s) for n in group for s in (("structured", "fast") if n.endswith(".pdf") else ("structured",))]


@pytest.mark.parametrize(("name", "strategy"), cases(harm.PARSED))
def test_what_would_run_or_fetch_is_read_and_asks_nobody(child: Child, name: str, strategy: str) -> None:
    payloads = child.call(("PARSED", name, strategy))
    assert payloads["quarantine"] is None
    text = "\n".join(element["text"] for element in payloads["elements"]["elements"])
    assert harm.SENTENCE in " ".join(text.split())
    assert "root:" not in text


@pytest.mark.parametrize(("name", "strategy"), [*cases(harm.LOOPS), *cases(harm.NESTED)])
def test_what_loops_or_nests_is_parsed_or_quarantined(child: Child, name: str, strategy: str) -> None:
    group = "LOOPS" if name in harm.LOOPS else "NESTED"
    try:
        payloads = child.call((group, name, strategy))
    except Ended as ended:
        pytest.fail(f"{ended}")
    assert (payloads["quarantine"] is None) != (payloads["elements"] is None)
    assert "root:x" not in str(payloads)
