"""What a question is about: models, other entities and parameters, found by the lexicon that extract uses."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from litmill.ask.known import Known
from litmill.documents import BUILD
from stages.core.run.config import load
from stages.core.run.errors import UserError
from stages.core.spelling import fold
from stages.extract import Config
from stages.extract.labels import label
from stages.extract.lexicon import Lexicon, build_lexicon
from stages.extract.lexicon import fold as plain
from stages.extract.names import Mention, find_mentions
from stages.extract.trie import any_case

SHORT = 3  # labels of tables with fewer characters, such as r, are no words of a question
NEAR = 5


@dataclass(frozen=True)
class Question:
    """Names and parameters of a question, in its order."""

    subjects: list[Mention]
    """Models; their `entity` is the canonical name, which the corpus need not have."""
    others: list[Mention]
    """Components, data sets and other entities that are no models."""
    parameters: list[str]
    """Canonical parameter names."""


def understand(text: str, known: Known) -> Question:
    """Read a question. Raises UserError, with the nearest names, where it names nothing that is known."""
    config, _ = load(Config, BUILD / "conf" / "extract.yaml")
    lexicon = build_lexicon(config.knowledge, config.extractor)
    mentions = [held for held in _mentions(text, lexicon, known) if not _is_label(text[held.start : held.end], lexicon)]
    rest = "".join(" " if _covered(at, mentions) else character for at, character in enumerate(text))
    subjects = [held for held in mentions if held.kind == "model"]
    others = [held for held in mentions if held.kind != "model"]
    if not mentions:
        raise UserError(f"no name of a model or component in {text!r}{_nearest(text, known)}")
    return Question(_once(subjects), _once(others), _parameters(rest, lexicon))


def _mentions(text: str, lexicon: Lexicon, known: Known) -> list[Mention]:
    """Names of the lexicon, and those that only the corpus has; of two that overlap, the longer one."""
    found = [*find_mentions(text, lexicon), *_of_corpus(text, known)]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda held: (held.start - held.end, fold(held.entity) not in known.ids)):
        if not any(mention.start < held.end and held.start < mention.end for held in kept):
            kept.append(mention)
    return sorted(kept, key=lambda held: held.start)


def _of_corpus(text: str, known: Known) -> list[Mention]:
    """Entities of the corpus by their names as they are written there, in any case."""
    names = {plain(held["name"]): held for held in known.entities.values()}
    pattern = re.compile(rf"(?<![\w.])({any_case(names)})(?!\w|-\d|\.\d)")
    found = []
    for match in pattern.finditer(text):
        held: Any = names.get(plain(match[0]))
        if held:
            found.append(Mention(held["name"], held["kind"], match.start(), match.end(), held["family"], "as named"))
    return found


def _is_label(surface: str, lexicon: Lexicon) -> bool:
    """Whether a name is what a parameter is called, such as the optimizer or the vocabulary."""
    return bool(label(surface, lexicon))


def _covered(at: int, mentions: list[Mention]) -> bool:
    return any(held.start <= at < held.end for held in mentions)


def _parameters(text: str, lexicon: Lexicon) -> list[str]:
    """Parameters by their names, labels and the words of prose, the longest first, in the question's order."""
    called: dict[str, str] = {}
    for name, parameter in lexicon.parameters.items():
        for called_so in (name, *parameter.labels, *parameter.fields, *parameter.prose):
            if len(called_so) >= SHORT:
                called.setdefault(plain(called_so), name)
    pattern = re.compile(rf"(?<!\w)({any_case(called)})s?(?!\w)")
    return list(dict.fromkeys(called[plain(match[1])] for match in pattern.finditer(text)))


def _once(mentions: list[Mention]) -> list[Mention]:
    return list({held.entity: held for held in reversed(mentions)}.values())[::-1]


def _nearest(text: str, known: Known) -> str:
    """Names of the corpus that are like a run of the question's words."""
    names = {fold(held["name"]): str(held["name"]) for held in known.entities.values()}
    words = re.findall(r"[\w.+\-]+", text)
    runs = [fold("".join(words[at : at + size])) for size in (3, 2, 1) for at in range(len(words) - size + 1)]
    close = [
        names[held] for run in runs if len(run) > SHORT for held in difflib.get_close_matches(run, names, cutoff=0.75)
    ]
    return f"; did you mean {', '.join(map(repr, list(dict.fromkeys(close))[:NEAR]))}?" if close else ""
