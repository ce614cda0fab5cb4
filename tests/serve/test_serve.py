"""The service over a real Weaviate server: passages with their places, filters, and the same over HTTP."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from serve import Service, open_service
from serve.http import application
from stages.core import weaviate
from stages.core.run.errors import UserError
from tests.index.room import EMBEDDED, needs_server

pytestmark = [needs_server, pytest.mark.xdist_group("serve")]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_passages_come_with_their_places(service: Service) -> None:
    found = service.search("which optimizer is for matrices", limit=2)
    assert len(found) == 2
    assert (found[0].document, found[0].section, found[0].title) == ("muon.md", ["Muon", "Merging"], "Muon")
    assert found[0].text == "Muon is an optimizer for matrices."
    assert found[0].score >= found[1].score
    first, second = service.search("merge_and_unload", limit=2)
    assert first.text.startswith("Call merge_and_unload")
    assert first.score > 2 * second.score, "an identifier counts more than all else"


def test_a_question_finds_what_documents_call_otherwise(service: Service) -> None:
    first, second = service.search("Which spinning is it?", limit=2)
    assert "rotation" in first.text and first.score > 1.5 * second.score


def test_filters_hold_and_unknown_ones_are_named(service: Service) -> None:
    found = service.search("optimizer", filters={"document": ["rope.md", "lora.md"]})
    assert {one.document for one in found} == {"rope.md", "lora.md"}
    assert service.search("optimizer", filters={"kind": "pdf"}) == []
    with pytest.raises(UserError, match="filter 'colour': there are document"):
        service.search("optimizer", filters={"colour": "red"})
    with pytest.raises(UserError, match="no number of a page"):
        service.search("optimizer", filters={"page": "three"})
    with pytest.raises(UserError, match="between 1 and 100"):
        service.search("optimizer", limit=0)
    with pytest.raises(UserError, match="empty"):
        service.search("  ")
    assert service.search("optimizer " * 600)[0].document == "muon.md", "longer than the model reads"


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with served(service) as address:
        yield address


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The address where a service is asked over HTTP."""
    import asyncio

    from aiohttp import web

    loop, ready, port = asyncio.new_event_loop(), threading.Event(), list[int]()
    runner = web.AppRunner(application(service))

    async def start() -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port.append(runner.addresses[0][1])
        ready.set()

    def work() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield f"http://127.0.0.1:{port[0]}"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)


def post(address: str, body: Any, to: str = "search") -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with DIRECT.open(urllib.request.Request(f"{address}/{to}", data), timeout=20) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        text = error.read()
        return error.code, json.loads(text) if text.startswith(b"{") else {}


def test_the_same_over_http(service: Service, address: str) -> None:
    status, held = post(address, {"question": "rotary", "limit": 1, "filters": {"kind": "markdown"}})
    assert status == 200
    assert held["passages"][0]["document"] == service.search("rotary", 1)[0].document == "rope.md"
    for body, said in (
        (b"nonsense", "no JSON"),
        ([], "question"),
        ({"question": 3}, "question"),
        ({"question": "x", "limit": True}, "limit"),
        ({"question": "x", "colour": 1}, "no such key"),
        ({"question": "x", "filters": {"colour": 1}}, "there are document"),
    ):
        status, held = post(address, body)
        assert (status, said in held["error"]) == (400, True), held
    assert post(address, {"question": "x" * 100_000})[0] == 413


def test_a_connection_that_is_lost_is_named(
    service: Service, address: str, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMILL_CACHE", str(build.parent / "cache"))
    with open_service(build) as other:
        lost = other.retriever.collection
    with monkeypatch.context() as patch:
        patch.setattr(service.retriever, "collection", lost)
        status, held = post(address, {"question": "rotary"})
    assert (status, held["error"].partition(":")[0]) == (503, "Weaviate")
    assert post(address, {"question": "rotary"})[0] == 200


def test_a_build_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"conf/serve.yaml: not there; run `dvc repro score`"), open_service(tmp_path):
        pass
    assert weaviate.binary(EMBEDDED["version"]).exists()
