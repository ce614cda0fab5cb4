"""Search and answers over HTTP: POST /search and POST /answer with a JSON object, GET /health.

    {"question": "...", "limit": 10, "filters": {"kind": ["pdf", "markdown"], "page": 3}}

A mistake is answered with 400 and {"error": "..."}, and with 503 while Weaviate does not answer, 502 where the language
model of `answer: llm` or of a rewriter does not; a body of more than 64 kB with 413. Questions are put one after
another: the embedder has one thread, and a queue is fairer than two that wait for one core.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from aiohttp import web

from serve.service import Service
from stages.core.llm import NoAnswer
from stages.core.run.errors import UserError

LONGEST = 64 * 1024  # bytes of a request
KEYS = {"question": str, "limit": int, "filters": dict}


def application(service: Service) -> web.Application:
    """The application; it does not own the service."""
    worker = ThreadPoolExecutor(1)

    async def run(work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(worker, work, *arguments)

    async def search(request: web.Request) -> web.Response:
        asked = await _asked(request, *KEYS)
        found = await run(service.search, asked["question"], asked.get("limit", 10), asked.get("filters"))
        return web.json_response({"passages": [asdict(one) for one in found]})

    async def answer(request: web.Request) -> web.Response:
        asked = await _asked(request, "question", "filters")
        return web.json_response(asdict(await run(service.answer, asked["question"], asked.get("filters"))))

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def stop(_: web.Application) -> None:
        worker.shutdown()

    app = web.Application(client_max_size=LONGEST, middlewares=[_mistakes])
    app.add_routes([web.post("/search", search), web.post("/answer", answer), web.get("/health", health)])
    app.on_cleanup.append(stop)
    return app


async def _asked(request: web.Request, *keys: str) -> dict[str, Any]:
    """The JSON object of a request. Raises UserError where it is none, or a key is unknown or of another type."""
    try:
        held = json.loads(await request.text())
    except ValueError:
        raise UserError("the body is no JSON") from None
    if not isinstance(held, dict) or not isinstance(held.get("question"), str):
        raise UserError('the body must be {"question": "..."}')
    for key, value in held.items():
        if key not in keys:
            raise UserError(f"{key!r}: no such key; there are {', '.join(keys)}")
        if not isinstance(value, KEYS[key]) or isinstance(value, bool):
            raise UserError(f"{key}: must be of type {KEYS[key].__name__}")
    return held


@web.middleware
async def _mistakes(request: web.Request, handler: Any) -> Any:
    from weaviate.exceptions import WeaviateBaseError

    try:
        return await handler(request)
    except NoAnswer as error:
        return web.json_response({"error": str(error)}, status=502)
    except UserError as error:
        return web.json_response({"error": str(error)}, status=400)
    except WeaviateBaseError as error:
        said = " ".join(str(error).split())[:300]
        return web.json_response({"error": f"Weaviate: {said}; if this lasts, start `litmill serve` again"}, status=503)
