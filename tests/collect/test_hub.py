"""The hub: by query or by name, pinned to a commit, fetched once; a token goes to the hub alone and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stages.collect import Hub, HubQuery
from stages.core.run.errors import UserError
from tests.collect.conftest import NETWORK, Collect
from tests.collect.servers import Asked, Page, Server

OLD, NEW = "a" * 40, "b" * 40
CARD = b"---\nlicense: mit\n---\n# Model %d\n"
ANY = {"search": "", "author": "", "tags": []}


def model(number: int, commit: str = OLD) -> dict[str, Any]:
    files = ("README.md", "config.json", "model.safetensors", "sub/config.json")
    return {
        "id": f"org/model-{number}", "modelId": f"org/model-{number}", "sha": commit, "private": False,
        "tags": ["text-generation", "license:mit"], "siblings": [{"rfilename": name} for name in files],
        "downloads": 9, "likes": 1, "lastModified": "2026-01-01T00:00:00.000Z", "_id": "x",
    }  # fmt: skip


@pytest.fixture
def hub(server: Server) -> Callable[..., Hub]:
    """A hub of 150 models, each with a card and a configuration."""

    def listing(asked: Asked) -> Page:
        start = int(asked.query.get("cursor", ["0"])[0])
        size = int(asked.query["limit"][0])
        models = [model(number) for number in range(150)][start : start + size]
        following = f'<{server.url}/api/models?limit={size}&cursor={start + size}>; rel="next"'
        headers = {"Link": following} if start + size < 150 else {}
        return Page(json.dumps(models).encode(), headers=headers)

    server.pages["/api/models"] = listing
    for number in range(150):
        for path in ("", f"/revision/{OLD}", "/revision/main"):
            server.pages[f"/api/models/org/model-{number}{path}"] = Page(json.dumps(model(number)).encode())
        place = f"/org/model-{number}/resolve/{OLD}"
        server.pages[f"{place}/README.md"] = Page(CARD % number)
        server.pages[f"{place}/config.json"] = Page(b'{"model_type": "llama", "hidden_size": 64}')
    values = {"models": [], "queries": [], "files": ["README.md", "config.json"], "endpoint": server.url}
    return lambda **changes: Hub(**{**NETWORK, **values, **changes})


def test_by_name(hub: Any, collect: Collect) -> None:
    rows = collect(hub=hub(models=[f"org/model-1@{OLD}", "org/model-2", "org/model-3@main"]))
    assert sorted(rows) == [f"hub:org/model-{n}/{name}" for n in (1, 2, 3) for name in ("README.md", "config.json")]
    card, config = rows["hub:org/model-1/README.md"], rows["hub:org/model-1/config.json"]
    assert (card["kind"], card["licence"], card["raw"]) == ("card", "mit", CARD % 1)
    assert (config["kind"], config["media_type"]) == ("json", "application/json")
    assert {row["origin"]["version"] for row in rows.values()} == {OLD}
    assert (card["origin"]["package"], card["origin"]["path"]) == ("org/model-1", "README.md")


def test_by_query_page_by_page_up_to_its_limit(server: Server, hub: Any, collect: Collect) -> None:
    query = HubQuery(search="", author="org", tags=["text-generation", "pytorch"], limit=120)
    rows = collect(hub=hub(queries=[query], files=["README.md"]))
    assert len(rows) == 120
    asked = [held.query for held in server.asked if held.path == "/api/models"]
    assert len(asked) == 2
    assert (asked[0]["author"], asked[0]["filter"]) == (["org"], ["text-generation", "pytorch"])
    assert "search" not in asked[0]


def test_a_second_collect_asks_nothing(server: Server, hub: Any, collect: Collect) -> None:
    query = HubQuery(**ANY, limit=5)
    first = collect(hub=hub(models=[f"org/model-7@{OLD}"], queries=[query]))
    server.forget()
    assert collect(hub=hub(models=[f"org/model-7@{OLD}"], queries=[query])) == first
    assert server.asked == []
    assert collect(hub=hub(models=[f"org/model-7@{OLD}"], queries=[query], refreshed="again")) == first
    assert server.paths() == server.paths(304) == ["/api/models"]  # what is pinned is not asked for at all


def test_a_new_revision_is_found_when_refreshed(server: Server, hub: Any, collect: Collect) -> None:
    collect(hub=hub(models=["org/model-1", "org/model-2"]))
    server.pages["/api/models/org/model-1"] = Page(json.dumps(model(1, NEW)).encode())
    server.pages[f"/org/model-1/resolve/{NEW}/README.md"] = Page(b"# New")
    server.pages[f"/org/model-1/resolve/{NEW}/config.json"] = Page(b'{"model_type": "llama"}')
    server.forget()
    rows = collect(hub=hub(models=["org/model-1", "org/model-2"], refreshed="again"))
    assert rows["hub:org/model-1/README.md"]["raw"] == b"# New"
    assert rows["hub:org/model-1/README.md"]["origin"]["version"] == NEW
    assert sorted(server.paths(200)) == [
        "/api/models/org/model-1", f"/org/model-1/resolve/{NEW}/README.md", f"/org/model-1/resolve/{NEW}/config.json",
    ]  # fmt: skip


def test_what_cannot_be_had_is_a_row(server: Server, hub: Any, collect: Collect) -> None:
    server.pages["/api/models/org/gated"] = Page(status=401)
    server.pages[f"/org/model-1/resolve/{OLD}/README.md"] = Page(status=403)
    rows = collect(hub=hub(models=["org/none", "org/gated", "org/model-1"]))
    assert {key: row["reason"] for key, row in rows.items()} == {
        "hub:org/none": "not found", "hub:org/gated": "refused by the server",
        "hub:org/model-1/README.md": "refused by the server", "hub:org/model-1/config.json": None,
    }  # fmt: skip


def test_the_token_reaches_the_hub_alone(
    server: Server, hub: Any, collect: Any, cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any, caplog: Any
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    server.pages[f"/org/model-1/resolve/{OLD}/README.md"] = Page(status=302, headers={"Location": f"{elsewhere}/cdn"})
    server.pages["/cdn"] = Page(b"# From elsewhere")
    rows = collect(hub=hub(models=["org/model-1"]))
    assert rows["hub:org/model-1/README.md"]["raw"] == b"# From elsewhere"
    sent = {held.path: held.headers.get("Authorization") for held in server.asked}
    assert sent.pop("/cdn") is None
    assert set(sent.values()) == {"Bearer hf_secret"}
    kept = [path for folder in (cache, collect.path) for path in folder.rglob("*") if path.is_file()]
    assert kept and not any(b"hf_secret" in path.read_bytes() for path in kept)
    assert "hf_secret" not in caplog.text + "".join(capfd.readouterr()) + json.dumps(collect.metrics)


def test_a_hub_that_is_none_is_one_line(server: Server, hub: Any, collect: Collect) -> None:
    with pytest.raises(UserError, match="names no model and no query"):
        collect(hub=hub())
    with pytest.raises(UserError, match="'a b' is no model"):
        collect(hub=hub(models=["a b"]))
    server.pages["/api/models"] = Page(b"<html>")
    with pytest.raises(UserError, match=r"api/models.*no reply of the hub's API"):
        collect(hub=hub(queries=[HubQuery(**ANY, limit=5)]))
    server.pages["/api/models"] = Page(status=404)
    with pytest.raises(UserError, match=r"api/models.*HTTP 404"):
        collect(hub=hub(queries=[HubQuery(**ANY, limit=6)]))
