"""A PDF page's content stream read in one pass: what shows text is run, what only draws is stepped over.

pdfminer reads a stream a token at a time through layers of Python, which is half of the time of a page. Here one
regular expression cuts the whole stream; pdfminer's own interpreter then runs the operators that matter to text, as it
always does. A stream with a procedure in it is left to pdfminer altogether. docs/parsing.md says why the text is the
same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value
from pdfminer.psparser import ESC_STRING, HEX_PAIR, KWD, LIT, SPC, PSKeyword
from unstructured.partition.pdf_image.pdfminer_utils import CustomPDFPageInterpreter

TOKEN = re.compile(
    rb"""(?P<number>[-+]?(?:\d+\.?\d*|\.\d+))
    |(?P<keyword>[A-Za-z][^#/%\[\]()<>{}\s]*)
    |\((?P<string>[^()\\]*)\)
    |(?P<opening>\[|<<)
    |(?P<closing>\]|>>)
    |/(?P<name>[^/%\[\]()<>{}\s]*)
    |<(?P<hexadecimal>[0-9a-fA-F\s]*)>?
    |(?P<nested>\()
    |%[^\r\n]*|[-+]\.?|[.>\0\s]
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
INLINE = re.compile(rb"BI\b(.*?)\bID\s.*?EI(?=\s)", re.DOTALL)  # a picture that stands in the stream itself
ENDING = re.compile(rb"[()\\]")
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
WORDS = {b"true": True, b"false": False, b"BI": KWD(b"EI")}
HEX = re.compile(rb"#([0-9a-fA-F]{0,2})")
TEXT = ["BT", "ET", "Tf", "Tj", "TJ", "'", '"', "Td", "TD", "Tm", "T*", "Tc", "Tw", "Tz", "TL", "Ts", "Tr"]
TEXT += ["q", "Q", "cm", "Do"]
PATHS = ["m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "EI"]


class Unusual(Exception):
    """A stream that is left to pdfminer."""


class Interpreter(CustomPDFPageInterpreter):
    """pdfminer's interpreter with another reader of streams."""

    paths = False
    """Run what paints on the page itself, too. Within a figure it is always run: there it parts words."""
    do_TJ = PDFPageInterpreter.do_TJ  # unstructured's notes each letter's render mode, which `fast` does not use

    def do_EI(self) -> None:  # type: ignore[override]
        """A picture in the stream."""
        self.device.render_image("", None)  # type: ignore[arg-type]

    def execute(self, streams: Sequence[object]) -> None:
        valid = self._valid(streams)
        try:
            program = list(tokens(b"\n".join(stream.get_data() for stream in valid)))
        except Unusual:
            super().execute(streams)
            return
        known = self._operators()
        operands: list[Any] = []
        for token in program:
            if not isinstance(token, PSKeyword):
                operands.append(token)
            elif token in known:
                run, count = known[token]
                taken = operands[-count:] if count else []
                if len(taken) == count:
                    run(*taken)
                del operands[len(operands) - len(taken) :]
            elif hasattr(self, _method(token.name.decode("latin-1"))):
                operands.clear()

    def _valid(self, streams: Sequence[object]) -> list[Any]:
        """The streams that are not being run already: a form may name itself."""
        self.stream_ids.clear()
        held: list[Any] = [stream_value(stream) for stream in streams]
        valid = [stream for stream in held if stream.objid is not None and stream.objid not in self.parent_stream_ids]
        self.stream_ids.update(stream.objid for stream in valid)
        return valid

    def _operators(self) -> dict[PSKeyword, tuple[Any, int]]:
        names = TEXT + PATHS if self.parent_stream_ids or self.paths else TEXT
        runs = {name: getattr(self, _method(name)) for name in names}
        return {KWD(name.encode()): (run, run.__code__.co_argcount - 1) for name, run in runs.items()}


def _method(operator: str) -> str:
    return "do_" + operator.replace("*", "_a").replace('"', "_w").replace("'", "_q")


def tokens(data: bytes) -> Iterator[Any]:
    """Operands and operators of a stream as pdfminer makes them, arrays and dictionaries put together."""
    held: list[list[Any]] = []
    for token in _flat(data):
        if token is _OPEN:
            held.append([])
        elif token is _CLOSE:
            if held:
                token = held.pop()
                if held:
                    held[-1].append(token)
                else:
                    yield token
        elif held:
            held[-1].append(token)
        else:
            yield token


_OPEN, _CLOSE = object(), object()


def _flat(data: bytes) -> Iterator[Any]:
    at, size, match = 0, len(data), TOKEN.match
    while at < size:
        found = match(data, at)
        assert found, at
        at, kind = found.end(), found.lastgroup
        if kind == "number":
            text = found[0]
            yield float(text) if b"." in text else int(text)
        elif kind == "keyword":
            if found[0] == b"BI":
                at = _after_picture(data, found.start())
            yield WORDS[found[0]] if found[0] in WORDS else KWD(found[0])
        elif kind == "string":
            yield found["string"]
        elif kind == "opening":
            yield _OPEN
        elif kind == "closing":
            yield _CLOSE
        elif kind == "name":
            yield _name(found["name"])
        elif kind == "hexadecimal":
            yield HEX_PAIR.sub(lambda pair: bytes((int(pair[0], 16),)), SPC.sub(b"", found["hexadecimal"]))
        elif kind == "nested":
            text, at = _string(data, at)
            yield text
        elif kind == "other":
            if found[0] in b"{}":
                raise Unusual
            yield KWD(found[0])


def _after_picture(data: bytes, start: int) -> int:
    found = INLINE.match(data, start)
    if not found or b"85" in found[1]:  # ASCII85, which ends in another way
        raise Unusual
    return found.end()


def _name(raw: bytes) -> Any:
    if b"#" in raw:
        raw = HEX.sub(lambda code: bytes((int(code[1], 16),)) if code[1] else b"", raw)
    try:
        return LIT(raw.decode())
    except UnicodeDecodeError:
        return LIT(raw)


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    """A string with escapes or brackets in it, and where it ends."""
    depth, at = 1, start
    while depth:
        found = ENDING.search(data, at)
        if not found:
            raise Unusual
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        at = found.end() + (found[0] == b"\\")
    return ESCAPED.sub(_unescape, data[start : at - 1]), at


def _unescape(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes((int(found[1], 8) & 255,))
    return bytes((ESC_STRING[found[2]],)) if found[2] in ESC_STRING else b""
