"""Random edit scripts on a folder of generated documents: each edit changes one file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

TEXT = (".md", ".html")  # formats that are edited as text
WORD = re.compile(r"\b(?:the|a|an|and|of|in|to|with|for|by|as|on)\b")
DIGIT = re.compile(r"(?<![\w.#-])\d+(?![\w-])")
PROSE = re.compile(r"^(?![#|`<{\s-])[A-Z].{60,}$", re.MULTILINE)
PARAGRAPH = re.compile(r"<p>([^<]{60,})</p>")

Edit = Callable[[Path, Path, random.Random], bool]


def write_script(draw: random.Random, most: int = 3) -> list[str]:
    """The kinds of edits of a script; half of the scripts have edits that may change nothing."""
    kinds = list(HARMLESS) if draw.random() < 0.3 else list(EDITS)
    return [draw.choice(kinds) for _ in range(draw.randint(1, most))]


def run_script(kinds: list[str], documents: Path, spare: Path, draw: random.Random) -> list[str]:
    """Make the edits; `spare` has documents to add. Returns those that were possible."""
    return [kind for kind in kinds if EDITS[kind](documents, spare, draw)]


def number(documents: Path, spare: Path, draw: random.Random) -> bool:
    """Another number stands in a sentence."""
    return _in_prose(documents, draw, DIGIT, lambda found: str(int(found) + draw.randint(1, 9)))


def sentence(documents: Path, spare: Path, draw: random.Random) -> bool:
    """A sentence reads otherwise."""
    return _in_prose(documents, draw, WORD, lambda found: f"{found} rather")


def elsewhere(documents: Path, spare: Path, draw: random.Random) -> bool:
    """A paragraph of nothing but prose is new at the end of a document."""
    path = _text(documents, draw)
    said = f"Nothing of weight was changed by reader {draw.randint(100, 999)} of these notes in the end."
    held = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        at = held.rfind("</body>")
        path.write_text(f"{held[:at]}<p>{said}</p>\n{held[at:]}", encoding="utf-8")
    else:
        path.write_text(f"{held.rstrip()}\n\n{said}\n", encoding="utf-8")
    return True


def white_space(documents: Path, spare: Path, draw: random.Random) -> bool:
    """White space that says nothing: between paragraphs, at the end of lines, between words."""
    path = _text(documents, draw)
    held = path.read_text(encoding="utf-8")
    found = list((PARAGRAPH if path.suffix == ".html" else PROSE).finditer(held))
    if not found:
        return False
    place = draw.choice(found)
    at = held.index(" ", place.start() + 10)
    wide = f"{held[:at]}  {held[at + 1 :]}"
    wide = (
        wide.replace("</p>\n", "</p>\n\n\n") if path.suffix == ".html" else re.sub(r"\n\n(?=[A-Z])", "\n\n\n\n", wide)
    )
    path.write_text(wide + "\n\n", encoding="utf-8")
    return True


def rename(documents: Path, spare: Path, draw: random.Random) -> bool:
    """A file has another name, in the same folder or in a new one."""
    path = draw.choice(_files(documents))
    name = f"{draw.choice('abyz')}-{draw.randint(0, 10**6)}{path.suffix}"
    new = path.parent / draw.choice([".", f"moved{draw.randint(0, 9)}"]) / name
    new.parent.mkdir(exist_ok=True)
    path.rename(new)
    return True


def add(documents: Path, spare: Path, draw: random.Random) -> bool:
    """A document is new."""
    path = draw.choice(_files(spare))
    new = documents / path.parent.relative_to(spare) / f"new-{draw.randint(0, 10**6)}{path.suffix}"
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(path.read_bytes())
    return True


def delete(documents: Path, spare: Path, draw: random.Random) -> bool:
    """A document is gone."""
    draw.choice(_files(documents)).unlink()
    return True


HARMLESS: dict[str, Edit] = {"white space": white_space, "rename": rename}
EDITS: dict[str, Edit] = {
    "number": number,
    "sentence": sentence,
    "elsewhere": elsewhere,
    **HARMLESS,
    "add": add,
    "delete": delete,
}


def _in_prose(documents: Path, draw: random.Random, what: re.Pattern[str], other: Callable[[str], str]) -> bool:
    path = _text(documents, draw)
    held = path.read_text(encoding="utf-8")
    paragraphs = list((PARAGRAPH if path.suffix == ".html" else PROSE).finditer(held))
    places = [match for one in paragraphs for match in what.finditer(held, *one.span())]
    if not places:
        return False
    place = draw.choice(places)
    path.write_text(held[: place.start()] + other(place[0]) + held[place.end() :], encoding="utf-8")
    return True


def _text(documents: Path, draw: random.Random) -> Path:
    return draw.choice([path for path in _files(documents) if path.suffix in TEXT])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
