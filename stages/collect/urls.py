"""Documents by their addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from stages.collect import Urls
from stages.collect.content import Rows, document, origin
from stages.collect.document import row
from stages.collect.kinds import HTML, UNKNOWN
from stages.collect.web import Answer, Web, check_address
from stages.core.run.errors import UserError


def url_rows(urls: Urls, max_bytes: int) -> Rows:
    """Yield (key, row) for each address; the address is the key. Raises UserError for what is no web address."""
    if not urls.addresses:
        raise UserError("corpus.urls.addresses: names none; put some into params.yaml or conf/corpus/urls.yaml")
    web = Web(urls)
    for url in urls.addresses:
        check_address(url)
        if urlsplit(url).scheme not in ("http", "https"):
            raise UserError(f"corpus.urls.addresses: {url!r} is not http or https; corpus.remote takes other schemes")
        yield url, answer_row(web.get(url, limit=max_bytes, robots=True), origin("urls", url))


def answer_row(answer: Answer, held: dict[str, str | None], *, licence: str | None = None) -> dict[str, Any]:
    """The row of what a server sent, or of the reason why it sent nothing."""
    if answer.reason:
        size = answer.record.size
        return row(UNKNOWN, held, size=size, reason=answer.reason, detail=answer.detail)
    raw = answer.raw()
    name = urlsplit(held["path"] or "").path
    found = document(
        name, held, raw, media_type=answer.record.media_type, licence=licence or answer.record.licence or None
    )
    if found["kind"] == HTML[0] and not found["licence"]:
        found["licence"] = _stated(raw)
    return found


def _stated(raw: bytes) -> str | None:
    """The licence that a page links to (rel=license), as its address."""
    from lxml import etree, html

    try:
        links = html.document_fromstring(raw).xpath("//*[@rel='license' and @href]/@href")
    except (etree.LxmlError, ValueError):
        return None
    return str(links[0]) if links else None
