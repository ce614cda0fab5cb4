"""The documents that clusters are scored on, under names that say nothing, and what is known of each."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

TOPICS = Path(__file__).with_name("topics.yaml")
ABSTRACTS = "arxiv/abstracts.jsonl"
FOLDERS = ("markdown/", "model_cards/")
LEAST = 5  # documents of a folder that counts as a topic by its own name
TAGS = re.compile(r"\A---\n(?:.*\n)*?tags:[ ]*(.+)\n")
LANGUAGE = re.compile(r"/(?:es|ja|ko|pt-br|vi|zh|en|chinese|japanese)/")


@dataclass(frozen=True)
class Known:
    """A document, and its topics: the task of its folder, the folder itself, its tags; what it lacks is empty."""

    name: str
    text: str
    repository: str
    task: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """The tags of an abstract."""

    @property
    def part(self) -> str:
        """`develop` or `score`: by the hash of what the document says, so that it is the same for all time."""
        return "score" if hashlib.sha256(self.text.encode()).digest()[0] % 2 else "develop"


def known_documents(corpus: Path) -> list[Known]:
    """Markdown, model cards and abstracts of the shared corpus. The last are made Markdown: a title and a paragraph."""
    told = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    silent = set(told["no_subject"])
    return [*_files(corpus, told["folders"], silent), *_abstracts(corpus, silent)]


def _files(corpus: Path, folders: dict[str, str], silent: set[str]) -> Iterator[Known]:
    for row in _rows(corpus / "MANIFEST.csv"):
        if row["path"].startswith(FOLDERS):
            repository = row["source"].rpartition("/")[2]
            place = f"{repository}/{row['original']}"
            text = (corpus / row["path"]).read_text(encoding="utf-8", errors="replace")
            held = TAGS.match(text)
            yield Known(
                name=f"{row['path'].partition('/')[0]}/{_blind(place)}{Path(row['path']).suffix}",
                text=text,
                repository=repository,
                task=next((task for pattern, task in folders.items() if fnmatch(place, pattern)), ""),
                folder=LANGUAGE.sub("/", place).rpartition("/")[0],
                tags=tuple(tag for tag in re.split(r"[,\s]+", held[1]) if tag not in silent) if held else (),
            )


def _abstracts(corpus: Path, silent: set[str]) -> Iterator[Known]:
    tags = {row["key"]: row["tags"].split("|") for row in _rows(corpus / "gold/topics.csv")}
    for line in (corpus / ABSTRACTS).read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        yield Known(
            name=f"abstracts/{_blind(row['key'])}.md",
            text=f"# {row['title']}\n\n{row['abstract']}\n",
            repository="abstracts",
            topics=tuple(tag for tag in tags[row["key"]] if tag and tag not in silent),
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _blind(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:12]
