"""arXiv: its API, OAI-PMH and bulk metadata give the same entries; LaTeX and PDF are fetched once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest

from stages.collect import Arxiv
from stages.core.run.errors import UserError
from stages.parse.arxiv import records
from tests.collect.conftest import NETWORK, Collect
from tests.collect.servers import Asked, Page, Server
from tests.collect.test_archive import tarred, zipped

NOTHING: dict[str, Any] = {
    "ids": [], "queries": [], "limit": 1000, "oai_sets": [], "oai_from": "", "oai_until": "", "dump": "",
    "categories": [], "full_text": [],
}  # fmt: skip
NUMBERS = range(250)
TITLE, ABSTRACT = "A Study of {n}  &  More", "  We study {n}.\n  It is <small>.\n"


@pytest.fixture
def arxiv(server: Server) -> Callable[..., Arxiv]:
    places = {"api": f"{server.url}/api/query", "oai": f"{server.url}/oai", "files": server.url}
    return lambda **changes: Arxiv(**{**NETWORK, **NOTHING, **places, **changes})


def name(number: int) -> str:
    return f"2401.{number:05d}"


def entry(number: int) -> str:
    return f"""<entry><id>http://arxiv.org/abs/{name(number)}v2</id><updated>2024-02-01T00:00:00Z</updated>
      <published>2024-01-01T00:00:00Z</published><title>{escape(TITLE.format(n=number))}</title>
      <summary>{escape(ABSTRACT.format(n=number))}</summary><author><name>Ada B.</name></author>
      <author><name>C. Dé</name></author>
      <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">9 pages</arxiv:comment>
      <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/></entry>"""


def feed(numbers: list[int], total: int) -> Page:
    body = f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
      <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{total}</opensearch:totalResults>
      {"".join(entry(number) for number in numbers)}</feed>"""
    return Page(body.encode())


def api(asked: Asked) -> Page:
    """What arXiv's API gives for ids or a query; of a query, pages."""
    if "id_list" in asked.query:
        known = [int(held[5:10]) for held in asked.query["id_list"][0].split(",") if held.startswith("2401.")]
        return feed(known, len(known))
    start, size = int(asked.query["start"][0]), int(asked.query["max_results"][0])
    return feed(list(NUMBERS)[start : start + size], len(NUMBERS))


def oai_record(number: int, category: str = "cs.CL math.ST") -> str:
    return f"""<record><header><identifier>oai:arXiv.org:{name(number)}</identifier><datestamp>2024-02-02</datestamp>
      <setSpec>cs</setSpec></header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{name(number)}</id>
      <submitter>Ada</submitter>
      <version version="v1"><date>Mon, 1 Jan 2024 10:00:00 GMT</date><size>9kb</size></version>
      <version version="v2"><date>Thu, 1 Feb 2024 10:00:00 GMT</date></version>
      <title>{escape(TITLE.format(n=number))}</title><authors>Ada B. (MIT, Cambridge), C. Dé and E. F.</authors>
      <categories>{category}</categories><comments>9 pages</comments><license>http://l.org/by/4.0/</license>
      <abstract>{escape(ABSTRACT.format(n=number))}</abstract></arXivRaw></metadata></record>"""


def oai_list(content: str, token: str | None = None) -> Page:
    more = "" if token is None else f"<resumptionToken cursor='0'>{token}</resumptionToken>"
    return Page(
        f"""<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026</responseDate>
        <ListRecords>{content}{more}</ListRecords></OAI-PMH>""".encode(),
        tagged=False,
    )


def oai(asked: Asked) -> Page:
    """Three lists: two records, two more of which one was deleted, one of another category."""
    if "resumptionToken" not in asked.query:
        assert asked.query["set"] == ["cs"] and asked.query["metadataPrefix"] == ["arXivRaw"]
        return oai_list(oai_record(1) + oai_record(2), "a|2")
    if asked.query["resumptionToken"] == ["a|2"]:
        deleted = '<record><header status="deleted"><identifier>x</identifier></header></record>'
        return oai_list(oai_record(3) + deleted, "a|3")
    return oai_list(oai_record(4, "hep-th"), "")


def line(number: int) -> str:
    record = {
        "id": name(number), "title": TITLE.format(n=number), "abstract": ABSTRACT.format(n=number),
        "authors": "Ada B., C. D\\'e", "authors_parsed": [["B.", "Ada", ""], ["Dé", "C.", ""]],
        "categories": "cs.CL stat.ML",
        "comments": "9 pages", "license": "http://l.org/by/4.0/", "update_date": "2024-02-02", "doi": None,
        "versions": [{"version": "v1", "created": "Mon, 1 Jan 2024 10:00:00 GMT"}, {"version": "v2", "created": "?"}],
    }  # fmt: skip
    return json.dumps(record)


def test_ids(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages["/api/query"] = api
    rows = collect(arxiv=arxiv(ids=["2401.00001v2", "2401.00002", "hep-th/9901001"]))
    assert sorted(rows) == ["arxiv:2401.00001", "arxiv:2401.00002", "arxiv:hep-th/9901001"]
    assert rows["arxiv:hep-th/9901001"]["reason"] == "not found"
    row = rows["arxiv:2401.00001"]
    assert (row["kind"], row["origin"]["version"]) == ("arxiv", "v2")
    assert row["origin"]["path"] == "https://arxiv.org/abs/2401.00001v2"


def test_a_query_is_read_page_by_page_up_to_its_limit(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages["/api/query"] = api
    assert len(collect(arxiv=arxiv(queries=["cat:cs.CL"]))) == 250
    assert [held.query["start"][0] for held in server.asked] == ["0", "100", "200"]
    assert server.asked[0].query["search_query"] == ["cat:cs.CL"]
    server.forget()
    assert len(collect(arxiv=arxiv(queries=["cat:cs.CL"]))) == 250
    assert server.asked == []
    assert len(collect(arxiv=arxiv(queries=["cat:cs.CL"], refreshed="again"))) == 250
    assert {held.status for held in server.asked} == {304}
    assert len(collect(arxiv=arxiv(queries=["cat:cs.LG"], limit=120))) == 120


def test_an_empty_page_is_asked_for_again(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages["/api/query"] = [feed([], 3), feed([1, 2, 3], 3)]
    assert len(collect(arxiv=arxiv(queries=["q"]))) == 3
    server.pages["/api/query"] = feed([], 3)
    with pytest.raises(UserError, match="an empty page, where 3 papers are stated; run again later"):
        collect(arxiv=arxiv(queries=["other"]))


def test_an_error_of_the_api_is_one_line(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages["/api/query"] = Page(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#incorrect</id>
        <title>Error</title><summary>unknown field: xyz</summary></entry></feed>"""
    )
    with pytest.raises(UserError, match=r"corpus\.arxiv: unknown field: xyz \(http"):
        collect(arxiv=arxiv(queries=["xyz:1"]))
    with pytest.raises(UserError, match=r"corpus\.arxiv\.ids: 'no id'"):
        collect(arxiv=arxiv(ids=["no id"]))


def test_a_harvest_follows_its_tokens(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages["/oai"] = oai
    rows = collect(arxiv=arxiv(oai_sets=["cs"], oai_from="2024-01-01", categories=["cs.*"]))
    assert sorted(rows) == ["arxiv:2401.00001", "arxiv:2401.00002", "arxiv:2401.00003"]
    assert rows["arxiv:2401.00001"]["licence"] == "http://l.org/by/4.0/"
    assert server.asked[0].query["from"] == ["2024-01-01"]
    server.forget()
    collect(arxiv=arxiv(oai_sets=["cs"], oai_from="2024-01-01", categories=["cs.*"]))
    assert server.asked == []


def test_a_harvest_that_died_goes_on(server: Server, arxiv: Any, collect: Collect) -> None:
    def dying(asked: Asked) -> Page:
        return Page(status=503) if asked.query.get("resumptionToken") == ["a|3"] else oai(asked)

    server.pages["/oai"] = dying
    with pytest.raises(UserError, match=r"/oai\?verb=ListRecords&resumptionToken=a%7C3"):
        collect(arxiv=arxiv(oai_sets=["cs"]))
    server.forget()
    server.pages["/oai"] = oai
    assert len(collect(arxiv=arxiv(oai_sets=["cs"]))) == 4
    assert [held.query.get("resumptionToken") for held in server.asked] == [["a|3"]]


def test_a_token_that_expired_begins_anew(server: Server, arxiv: Any, collect: Collect) -> None:
    wrong = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="%s">expired</error></OAI-PMH>'
    server.pages["/oai"] = [oai_list(oai_record(1), "t"), Page(wrong % b"badResumptionToken")]
    with pytest.raises(UserError, match="badResumptionToken: expired; run again"):
        collect(arxiv=arxiv(oai_sets=["cs"]))
    server.pages["/oai"] = oai
    assert len(collect(arxiv=arxiv(oai_sets=["cs"]))) == 4
    server.pages["/oai"] = Page(wrong % b"noRecordsMatch")
    with pytest.raises(UserError, match="corpus: its sources give no document"):
        collect(arxiv=arxiv(oai_sets=["none"]))


@pytest.mark.parametrize("ending", [".json", ".json.gz", ".zip"])
def test_the_bulk_metadata(ending: str, server: Server, arxiv: Any, collect: Collect) -> None:
    lines = [line(number) for number in range(40)]
    text = "\n".join([*lines[:7], '{"id": "no record"}', *lines[7:]]).encode()
    packed = {".json": text, ".json.gz": gzip.compress(text), ".zip": zipped({"metadata.json": text})}[ending]
    server.pages[f"/dump{ending}"] = Page(packed)
    rows = collect(arxiv=arxiv(dump=f"{server.url}/dump{ending}", categories=["stat.*"]), max_bytes=9_000)
    assert len(rows) == 41 and len(text) > 9_000
    assert rows["arxiv:dump#line-8"]["reason"] == "not a record"
    server.forget()
    collect(arxiv=arxiv(dump=f"{server.url}/dump{ending}"))
    assert server.asked == []


def test_all_routes_give_an_entry_that_parse_reads_alike(server: Server, arxiv: Any, collect: Collect) -> None:
    server.pages |= {"/api/query": api, "/oai": oai, "/dump": Page(f"{line(1)}\n".encode())}
    read = []
    for route in ({"ids": ["2401.00001"]}, {"oai_sets": ["cs"]}, {"dump": f"{server.url}/dump"}):
        (held,) = records(collect(arxiv=arxiv(**route))["arxiv:2401.00001"]["raw"])
        assert (held.title, held.abstract) == ("A Study of 1 & More", "We study 1. It is <small>.")
        read.append(dict(fact.split(": ", 1) for fact in held.facts.splitlines()))
    assert {facts["id"] for facts in read} == {"http://arxiv.org/abs/2401.00001v2"}
    assert {facts["published"][:10] for facts in read} == {"2024-01-01"}
    assert [facts["authors"] for facts in read] == ["Ada B., C. Dé", "Ada B., C. Dé, E. F.", "Ada B., C. Dé"]
    assert [facts["categories"] for facts in read] == ["cs.CL", "cs.CL, math.ST", "cs.CL, stat.ML"]


def test_a_paper_that_two_routes_name_is_taken_once(server: Server, arxiv: Any, collect: Any) -> None:
    server.pages |= {"/api/query": api, "/oai": oai}
    assert len(collect(arxiv=arxiv(ids=["2401.00001"], oai_sets=["cs"]))) == 4
    assert collect.metrics["named_twice"] == 1


def test_full_text_is_fetched_once_a_version(server: Server, arxiv: Any, collect: Collect) -> None:
    source = tarred({"main.tex": b"\\documentclass{a}\\input{b}", "b.tex": b"Body."}, "w:gz")
    server.pages |= {"/api/query": api, "/e-print/2401.00001v2": Page(source), "/pdf/2401.00001v2": Page(b"%PDF-1.7")}
    server.pages["/e-print/2401.00002v2"] = Page(b"%PDF-1.7 alone")
    wanted = {"ids": ["2401.00001v2", "2401.00002v2"], "full_text": ["latex", "pdf"]}
    rows = collect(arxiv=arxiv(**wanted))
    latex = rows["arxiv:2401.00001/latex"]
    assert (latex["kind"], latex["media_type"]) == ("latex", "application/x-tex")
    assert latex["raw"] == b"\\documentclass{a}Body."
    assert rows["arxiv:2401.00001/pdf"]["kind"] == "pdf"
    assert rows["arxiv:2401.00002/latex"]["reason"] == "no LaTeX"
    assert rows["arxiv:2401.00002/pdf"]["reason"] == "not found"
    server.forget()
    collect(arxiv=arxiv(**wanted, refreshed="again"))
    assert [held.path for held in server.asked if held.status != 304] == ["/pdf/2401.00002v2"]
    assert "/e-print/2401.00001v2" not in server.paths()
