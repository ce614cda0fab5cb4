"""Whether a text is prose or a title: unstructured's answers, with the least of spaCy's work that decides them.

unstructured asks of each text whether it holds two sentences, how many of its words are capitalised, and whether one of
them is a verb, and runs spaCy's whole pipeline to know. The answers below are the same; docs/parsing.md says why:
- cheap rules come first, and the pipeline's dear parts run only where the answer still hangs on them;
- a verb is looked for a window of words at a time: the tagger sees four words to each side and no further;
- sentences are counted only in a text that has words enough for two of the wanted length.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc

SIGHT = 4  # words to each side that the tagger's layers see: four of them, one word each
FIRST, NEXT = 12, 32  # words of a text that are tagged first, and of each window after that
KEPT = 20_000  # texts whose answer a process keeps; cells and labels come again and again
PROSE, TITLE = 3, 5  # words that a sentence of running text, and of a title, has at least
LONGEST_TITLE = 12  # words


def install() -> None:
    """Put the two questions below in the place of unstructured's own, where its partitioners ask them."""
    from unstructured.partition import docx, text
    from unstructured.partition.html import parser

    modules: list[Any] = [docx, text, parser]
    for module in modules:
        module.is_possible_narrative_text = is_prose
    modules[1].is_possible_title = is_title


@lru_cache(KEPT)
def is_prose(text: str) -> bool:
    """unstructured.partition.text_type.is_possible_narrative_text(text)."""
    from unstructured.partition.text_type import under_non_alpha_ratio

    if not text or text.isnumeric() or under_non_alpha_ratio(text):
        return False
    if not _is_capitalised(text) and _has_verb(text):
        return True
    return _has_sentences(text, PROSE)


@lru_cache(KEPT)
def is_title(text: str) -> bool:
    """unstructured.partition.text_type.is_possible_title(text)."""
    from unstructured.nlp.patterns import ENDS_IN_PUNCT_RE
    from unstructured.partition.text_type import under_non_alpha_ratio

    if not text or (text.isupper() and ENDS_IN_PUNCT_RE.search(text)):
        return False
    if len(text.split(" ")) > LONGEST_TITLE or text.endswith(",") or text.isnumeric():
        return False
    return not under_non_alpha_ratio(text) and not _has_sentences(text, TITLE)


def _is_capitalised(text: str) -> bool:
    """More than half of the words that are letters only begin with a capital, or there are none."""
    if text.isupper():
        return True
    words = [token.text for token in _tokens(text) if token.is_alpha]
    return 2 * sum(word.istitle() or word.isupper() for word in words) > len(words) or not words


def _has_verb(text: str) -> bool:
    doc = _tokens(text)
    start, size = 0, FIRST
    while start < len(doc):
        if _verb_in(doc, start, start + size):
            return True
        start, size = start + size, NEXT
    return False


def _verb_in(doc: Doc, start: int, end: int) -> bool:
    """A verb stands from `start` to `end`; the words that the tagger sees around them are given to it, too."""
    tok2vec, softmax, verbs = _tagger()
    before = max(0, start - SIGHT)
    seen = doc[before : min(len(doc), end + SIGHT)].as_doc()
    (vectors,) = tok2vec.predict([seen])
    tags = softmax.predict(vectors[start - before : end - before]).argmax(axis=1)
    return bool(verbs[tags].any())


def _has_sentences(text: str, words: int) -> bool:
    """At least two sentences of so many words. Two that touch share a word at most, so fewer words cannot hold them."""
    from unstructured.partition.text_type import sentence_count

    return len(text.split()) >= 2 * words - 1 and sentence_count(text, words) > 1


def _tokens(text: str) -> Doc:
    """The words of a text, cut off where unstructured cuts what is too long for spaCy."""
    nlp = _nlp()
    if len(text) > nlp.max_length:
        cut = text.rfind(" ", nlp.max_length - 256, nlp.max_length)
        text = text[: cut if cut != -1 else nlp.max_length]
    return nlp.make_doc(text)


def _nlp() -> Any:
    from unstructured.nlp import tokenize

    return tokenize._get_nlp()


@cache
def _tagger() -> tuple[Any, Any, Any]:
    """The layers that make a vector of each word and a tag of each vector, and which of the tags are verbs."""
    import numpy
    from unstructured.partition.text_type import POS_VERB_TAGS

    tagger = _nlp().get_pipe("tagger")
    return (
        _nlp().get_pipe("tok2vec").model,
        tagger.model.layers[-1],
        numpy.isin(tagger.labels, POS_VERB_TAGS),
    )
