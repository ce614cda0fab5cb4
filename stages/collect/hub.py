"""Files of model repositories on the Hugging Face hub, each at one commit.

The hub's API says what a query finds and which commit a revision is; that is kept while `refreshed` is the same, and
for ever where a commit was given. The files' addresses name the commit, so each is fetched once. The library knows the
shape of the API's replies and the addresses of files; the requests are our own client's, which holds limits, rates and
the cache. A token comes from $HF_TOKEN alone.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from stages.collect import Hub, HubQuery
from stages.collect.content import Rows, origin
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN
from stages.collect.urls import answer_row
from stages.collect.web import Answer, Web
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

COMMIT = re.compile(r"[0-9a-f]{40}")
REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
PAGE = 100  # models that the API lists at once, with the names of their files


def hub_rows(hub: Hub, max_bytes: int) -> Rows:
    """Yield (key, row) for each file of each model that the globs take; a model that is not there gets a row."""
    if not hub.models and not hub.queries:
        raise UserError("corpus.hub: names no model and no query; put some into params.yaml or conf/corpus/hub.yaml")
    web, token = Web(hub), os.environ.get("HF_TOKEN", "")
    for name in hub.models:
        yield from _named(hub, name, web, token, max_bytes)
    for query in hub.queries:
        for model in _found(hub, query, web, token):
            yield from _files(hub, model, web, token, max_bytes)


def _named(hub: Hub, name: str, web: Web, token: str, max_bytes: int) -> Rows:
    from huggingface_hub import ModelInfo

    repository, _, revision = name.partition("@")
    if not REPOSITORY.fullmatch(repository):
        raise UserError(f"corpus.hub.models: {name!r} is no model; write owner/name or owner/name@revision")
    url = f"{hub.endpoint}/api/models/{repository}" + (f"/revision/{quote(revision, safe='')}" if revision else "")
    answer = web.get(url, pinned=bool(COMMIT.fullmatch(revision)), token=token)
    if answer.reason:
        place = origin("hub", name, repository, revision or None)
        yield f"hub:{name}", row(UNKNOWN, place, reason=answer.reason, detail=answer.detail)
    else:
        yield from _files(hub, ModelInfo(**_json(answer)), web, token, max_bytes)


def _found(hub: Hub, query: HubQuery, web: Web, token: str) -> Iterator[ModelInfo]:
    """The models of a query, page by page."""
    from huggingface_hub import ModelInfo

    facts = {"search": query.search, "author": query.author, "filter": list(query.tags), "sort": "downloads"}
    wanted = {**facts, "direction": -1, "limit": min(query.limit, PAGE), "full": "true"}
    url = f"{hub.endpoint}/api/models?" + urlencode({key: value for key, value in wanted.items() if value}, doseq=True)
    left = query.limit
    while url and left > 0:
        page = web.page(url, token=token)
        models = _json(page)
        yield from (ModelInfo(**model) for model in models[:left])
        left -= len(models)
        url = page.record.following


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.raw())
    except ValueError:
        raise UserError(f"{answer.record.url}: no reply of the hub's API; check corpus.hub.endpoint") from None


def _files(hub: Hub, model: ModelInfo, web: Web, token: str, max_bytes: int) -> Rows:
    from huggingface_hub import hf_hub_url

    if not model.sha:
        place = origin("hub", model.id, model.id)
        yield f"hub:{model.id}", row(UNKNOWN, place, reason="not found", detail="the hub names no commit of it")
        return
    names = sorted(file.rfilename for file in model.siblings or [])
    for name in names:
        if any(fnmatchcase(name, glob) for glob in hub.files):
            url = hf_hub_url(model.id, name, revision=model.sha, endpoint=hub.endpoint)
            answer = web.get(url, limit=max_bytes, pinned=True, token=token)
            place = origin("hub", name, model.id, model.sha)
            yield f"hub:{model.id}/{name}", answer_row(answer, place, licence=_licence(model))


def _licence(model: ModelInfo) -> str | None:
    """The licence that the model's card states, as the hub repeats it among the tags."""
    stated = (tag.removeprefix("license:") for tag in model.tags or [] if tag.startswith("license:"))
    return next(stated, None)
