"""Papers of arXiv: their records, each as an Atom entry, and their LaTeX or PDF.

Records come from the API (ids and queries), from OAI-PMH (sets, by day) and from the bulk metadata. A paper that
several of them name is taken once. arXiv wants one request every three seconds over one connection; the full text of a
version never changes, so it is fetched once.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import IO, Any
from urllib.parse import urlencode

from stages.collect import Arxiv
from stages.collect.archive import BROKEN
from stages.collect.content import Rows, lines, origin, paper_row
from stages.collect.document import row
from stages.collect.kinds import LATEX, PDF, UNKNOWN, kind_of
from stages.collect.latex import NoLatex, join
from stages.collect.places import opened
from stages.collect.records import ARXIV_ID, OAI, VERSION, Paper, entries, from_line, from_oai, tree
from stages.collect.web import Answer, Web
from stages.core.run.errors import UserError

PAGE = 100  # records that the API gives at once
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


@dataclass(frozen=True)
class Missing:
    """What was named and is no paper."""

    name: str
    reason: str
    detail: str


Found = Iterator[Paper | Missing]


def arxiv_rows(arxiv: Arxiv, max_bytes: int) -> Rows:
    """Yield (key, row) for each paper, and for its full text; an id that arXiv does not know gets a row."""
    if not (arxiv.ids or arxiv.queries or arxiv.oai_sets or arxiv.dump):
        raise UserError("corpus.arxiv: names no paper; put ids, queries, oai_sets or dump into params.yaml")
    web = Web(arxiv)
    for source in (_by_id(arxiv, web), _by_query(arxiv, web), _harvest(arxiv, web), _dump(arxiv, web)):
        for found in source:
            if isinstance(found, Missing):
                place = origin("arxiv", found.name, found.name)
                yield f"arxiv:{found.name}", row(UNKNOWN, place, reason=found.reason, detail=found.detail)
            else:
                yield from _paper_rows(arxiv, found, web, max_bytes)


def _paper_rows(arxiv: Arxiv, paper: Paper, web: Web, max_bytes: int) -> Rows:
    key, page = f"arxiv:{paper.id}", f"https://arxiv.org/abs/{paper.name}"
    yield key, paper_row(paper, origin("arxiv", page, paper.id, paper.version or None))
    for text in arxiv.full_text:
        path = f"{'e-print' if text == 'latex' else 'pdf'}/{paper.name}"
        answer = web.get(f"{arxiv.files}/{path}", limit=max_bytes, pinned=bool(paper.version))
        place = origin("arxiv", f"https://arxiv.org/{path}", paper.id, paper.version or None)
        if answer.reason:
            kind = LATEX if text == "latex" else PDF
            held = row(kind, place, size=answer.record.size, reason=answer.reason, detail=answer.detail)
        else:
            held = _text_row(text, answer, place, paper.licence, max_bytes)
        yield f"{key}/{text}", held


def _text_row(
    text: str, answer: Answer, place: dict[str, str | None], licence: str | None, max_bytes: int
) -> dict[str, Any]:
    raw = answer.raw()
    if text == "pdf":
        return row(kind_of("paper.pdf", raw), place, raw, licence=licence)
    try:
        return row(LATEX, place, join(raw, max_bytes), licence=licence)
    except NoLatex as none:
        reason, detail = none.args
        return row(LATEX, place, size=len(raw), licence=licence, reason=reason, detail=detail)


def _by_id(arxiv: Arxiv, web: Web) -> Found:
    for name in arxiv.ids:
        if not ARXIV_ID.match(VERSION.sub("", name)):
            raise UserError(f"corpus.arxiv.ids: {name!r} is no id; write such as 2106.09685v2 or hep-th/9901001")
    for start in range(0, len(arxiv.ids), PAGE):
        asked = arxiv.ids[start : start + PAGE]
        papers = list(_api(arxiv, web, {"id_list": ",".join(asked), "max_results": len(asked)})[1])
        yield from papers
        known = {name for paper in papers for name in (paper.id, paper.name)}
        for name in asked:
            if name not in known:
                yield Missing(name, "not found", "arXiv's API does not know it")


def _by_query(arxiv: Arxiv, web: Web) -> Found:
    for query in arxiv.queries:
        start, total = 0, arxiv.limit
        while start < min(total, arxiv.limit):
            wanted = {"search_query": query, "start": start, "max_results": min(PAGE, arxiv.limit - start)}
            total, papers = _api(arxiv, web, {**wanted, "sortBy": "submittedDate", "sortOrder": "descending"})
            yield from papers
            start += len(papers)


def _api(arxiv: Arxiv, web: Web, wanted: dict[str, object]) -> tuple[int, list[Paper]]:
    """The number of papers there are, and a page of them. The API sometimes gives an empty page instead."""
    url = f"{arxiv.api}?{urlencode(wanted)}"
    for _ in range(arxiv.retries + 1):
        raw = web.page(url).raw()
        try:
            total = int(tree(raw).findtext(TOTAL) or 0)
            papers = [paper for paper in entries(raw) if paper.title]
        except ValueError as error:
            web.store.forget(url)
            raise UserError(f"{url}: {error}; check corpus.arxiv.api, or run again later") from None
        if papers and "/api/errors" in papers[0].id:
            raise UserError(f"corpus.arxiv: {papers[0].abstract} ({url})")
        if papers or "id_list" in wanted or total <= int(str(wanted["start"])):
            return total, papers
        web.store.forget(url)
    raise UserError(f"{url}: an empty page, where {total} papers are stated; run again later, what came is kept")


def _harvest(arxiv: Arxiv, web: Web) -> Found:
    """The records of the sets, list after list. A harvest that died goes on with the first list that is not here."""
    for name in arxiv.oai_sets:
        limits = {"set": name, "from": arxiv.oai_from, "until": arxiv.oai_until}
        first = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", **{k: v for k, v in limits.items() if v}}
        url = f"{arxiv.oai}?{urlencode(first)}"
        visited: list[str] = []
        while url:
            visited.append(url)
            root = _list(url, web, visited)
            for record in root.iter(f"{OAI}record"):
                yield from _record(arxiv, record)
            token = (root.findtext(f".//{OAI}resumptionToken") or "").strip()
            url = f"{arxiv.oai}?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}" if token else ""


def _record(arxiv: Arxiv, record: Any) -> Found:
    paper = from_oai(record)
    if paper is None:
        header = record.find(f"{OAI}header")
        if header is None or header.get("status") != "deleted":
            name = record.findtext(f"{OAI}header/{OAI}identifier") or "record without a name"
            yield Missing(name, "not a record", "it is not in the format arXivRaw")
    elif _wanted(arxiv, paper):
        yield paper


def _list(url: str, web: Web, visited: list[str]) -> Any:
    try:
        root = tree(web.page(url).raw())
    except ValueError as error:
        web.store.forget(url)
        raise UserError(f"{url}: {error}; check corpus.arxiv.oai, or run again later") from None
    wrong = root.find(f"{OAI}error")
    if wrong is None or wrong.get("code") == "noRecordsMatch":
        return root
    for known in visited:  # a token that expired is of no use, and neither are the lists that led to it
        web.store.forget(known)
    raise UserError(f"{url}: {wrong.get('code')}: {' '.join((wrong.text or '').split())}; run again to harvest anew")


def _dump(arxiv: Arxiv, web: Web) -> Found:
    """The records of the bulk metadata, read line by line as it comes."""
    if arxiv.dump:
        with opened(arxiv.dump, web) as (file, _):
            for number, line in enumerate(_decompressed(arxiv.dump, file), start=1):
                paper = from_line(line)
                if paper is None and line.strip():
                    yield Missing(f"dump#line-{number}", "not a record", "no object with title and abstract")
                elif paper and _wanted(arxiv, paper):
                    yield paper


def _decompressed(url: str, file: IO[bytes]) -> Iterator[bytes]:
    magic = file.read(2)
    file.seek(0)
    try:
        if magic == b"PK":
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    with archive.open(member) as inner:
                        yield from lines(inner)
        elif magic == b"\x1f\x8b":
            with gzip.open(file) as inner:
                yield from lines(inner)  # type: ignore[arg-type]
        else:
            yield from lines(file)
    except BROKEN as error:
        raise UserError(f"{url}: broken archive: {error}; check corpus.arxiv.dump") from None


def _wanted(arxiv: Arxiv, paper: Paper) -> bool:
    globs = arxiv.categories
    return not globs or any(fnmatchcase(name, glob) for name in paper.categories for glob in globs)
