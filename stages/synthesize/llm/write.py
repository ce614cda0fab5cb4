"""Pages by a language model: each section asked for once, what fails once more, and what still fails dropped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stages.core.answers import remembered
from stages.core.llm import Answering, LanguageModel, Message, Unanswered, answering
from stages.core.quotes import Block
from stages.core.run.errors import UserError
from stages.core.run.progress import track
from stages.core.verify import Texts
from stages.synthesize import Writer
from stages.synthesize.llm import ask
from stages.synthesize.llm.check import Claim, claims
from stages.synthesize.llm.outline import Section, outline
from stages.synthesize.page import Page

GROUPS = ("overview", "documents")  # that are lists, or quote a document as it is
MILLION = 1_000_000


class ByModel:
    """Words the sections of pages. What was asked once is kept, by all that an answer depends on."""

    def __init__(self, writer: Writer, texts: Texts) -> None:
        assert writer.llm is not None
        self._writer, self._settings, self._texts = writer, writer.llm, texts
        self._model = answering(writer.llm, writer.adapter)
        self._judge = answering(writer.judge) if writer.judge else None

    def write(self, pages: Sequence[Page]) -> dict[str, Any]:
        """Put the model's sentences into `pages`; returns the counts: sentences, rewritten, dropped, tokens, cost."""
        chosen = [page for page in pages if page.group not in GROUPS]
        found = Counter[str]()
        with ThreadPoolExecutor(self._settings.concurrency) as pool:
            for counts in track(pool.map(self._page, chosen), total=len(chosen), what="write", unit="pages"):
                found += counts
        price = self._writer.price
        cost = (found["read"] * price.read + found["tokens"] * price.written) / MILLION
        dropped = {
            name.partition(": ")[2]: count for name, count in sorted(found.items()) if name.startswith("dropped")
        }
        return {
            "sections": found["sections"],
            "sentences": found["sentences"],
            "rewritten": found["rewritten"],
            "dropped": sum(dropped.values()),
            "dropped_by_reason": dropped,
            "tokens_read": found["read"],
            "tokens_written": found["tokens"],
            "cost": round(cost, 6),
        }

    def _page(self, page: Page) -> Counter[str]:
        """Quoted sentences give way to written ones; a table is led in by them. Where none stands, nothing changes."""
        counts = Counter[str]()
        for section in reversed(list(outline(page.blocks, self._settings.elements or len(page.blocks)))):
            written = [Block("written", one.text, quotes=one.quotes) for one in self._section(page, section, counts)]
            counts.update(sections=1, sentences=len(written))
            if written:
                end = section.end if section.quoted else section.start
                page.blocks[section.start : end] = written
        return counts

    def _section(self, page: Page, section: Section, counts: Counter[str]) -> list[Claim]:
        """The sentences that stand: those of the first answer, and of a second one to those that did not."""
        asked = ask.section(page.title, section, self._settings.characters)
        schema = ask.schema(len(section.evidence))
        said = self._ask(asked, schema, self._model, self._settings, counts)
        first = self._judged(claims(said, section, page.title, self._texts), counts)
        failed = [(one.text, one.reason) for one in first if one.reason]
        if not failed:
            return _once(first)
        more = self._ask(ask.again(asked, said, failed), schema, self._model, self._settings, counts)
        second = self._judged(claims(more, section, page.title, self._texts), counts)
        counts["rewritten"] += len(failed)
        for one in second:
            counts[f"dropped: {one.reason}"] += bool(one.reason)
        return _once([*first, *second])

    def _judged(self, held: list[Claim], counts: Counter[str]) -> list[Claim]:
        """With a judge, what it says does not follow from its quotes does not stand either."""
        return [one if one.reason or self._follows(one, counts) else _lost(one) for one in held]

    def _follows(self, one: Claim, counts: Counter[str]) -> bool:
        if not self._judge or not self._writer.judge:
            return True
        asked = ask.judge(one.text, [quote.text for quote in one.quotes])
        try:
            return json.loads(self._ask(asked, ask.VERDICT, self._judge, self._writer.judge, counts))["follows"] is True
        except (ValueError, LookupError, TypeError):
            return False

    def _ask(
        self, asked: list[Message], schema: Any, model: Answering, settings: LanguageModel, counts: Counter[str]
    ) -> str:
        """An answer, which is counted with its tokens whether it was kept or is new: so counts are the same again."""
        question = {**settings.identity(), "schema": schema, "messages": asked}
        if self._writer.adapter and settings is self._settings:
            question["adapter"] = self._writer.adapter.sha256

        def fresh() -> str:
            reply = model.reply(asked, schema)
            return json.dumps({"text": reply.text, "read": reply.read, "written": reply.written})

        try:
            held = json.loads(remembered(question, fresh, lambda answer: bool(json.loads(answer)["text"])))
        except Unanswered as error:
            raise UserError(f"writer.llm: {error}; what was written is kept, run again to go on") from None
        counts.update(read=held["read"], tokens=held["written"])
        return str(held["text"])


def _lost(one: Claim) -> Claim:
    return Claim(one.text, one.quotes, "the judge finds it not in its quotes")


def _once(held: Sequence[Claim]) -> list[Claim]:
    """Those that stand, each text once."""
    return list({one.text: one for one in held if not one.reason}.values())
