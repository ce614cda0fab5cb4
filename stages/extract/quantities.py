"""What a stretch of text says of parameters: `32 layers`, `a learning rate of 3e-4`, `top-2 routing`, `uses RMSNorm`.

Nothing here knows whose values these are: `prose` and `tables` do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stages.core.knowledge import Parameter
from stages.extract.lexicon import Lexicon, fold
from stages.extract.numbers import NUMBER, NUMBER_PATTERN, RANGE, Value, believed
from stages.extract.trie import any_case
from stages.extract.values import ONE_WORD, devices, list_value, spelled

MANNER = r"(?:about|around|approximately|roughly|nearly|almost|some|only|just|up\sto|as\smuch\sas|a|an|the|its|~|≈|∼)"
SET = r"(?:set|fixed|kept|chosen|equal|limited|held|configured|capped)"
VERB = (
    rf"(?:(?:is|are|was|were|be|been)\s+{SET}(?:\s+(?:to|at|as|by))?|of|is|are|was|were|to|at|as|has|holds|contains|equals?"
    r"|equal\sto|being|stands\sat|amounts\sto|comes\sto|reaches|with)"
)
SYMBOL = r"(?:\s*\([^()\s]{1,12}\)|\s[^\s\w(.,;:]?[^\W\d]{1,2}[^\s\w.,;:]?(?=\s))"
TAIL = r"(?:\s+(?:ratio|value|coefficient|norm|threshold|limit|setting))?"
BLOT = "\ue000"  # stands for each letter of a model's name
OF_MODEL = rf"(?:\s+(?:of|for|in)\s+(?:the\s+)?{BLOT}+)?"
LINK = rf"{TAIL}{OF_MODEL}{SYMBOL}?(?:\s*[:=≈]\s*|\s+{VERB}\s+|\s+)(?:{MANNER}\s*)*"
AMOUNT = re.compile(
    rf"(?P<number>{NUMBER})(?:\s|-)(?:tokens\s)?(?:as\s(?:the|its|a)\s)?(?:(?:identical|parallel|stacked|total|token|tokens|subword|separate|distinct)(?:\s|-))*"
)
LOWERED = re.compile(
    r"\b(?:reduc|decreas|anneal|lower|drop|divid|shrink|halv)\w*\s+(?:the|our|its)?\s*$"
    r"|\bdecay(?:s|ed|ing)?\s+(?:the|our|its)\s*$"
)
SCORED = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,2}\.\d{1,2}|\d{1,2}(?=\s?%)|100(?:\.0)?(?=\s?%))(?!\d|[BMTk]|[.,]\d|\s?points?|-shot)"
)
ELIDED = re.compile(
    rf"{BLOT}\s+(?:has|had|on|with|uses|gives|takes|reaches|its|at)\s+(?:one\s+of\s+|its\s+)?(?P<number>{NUMBER})(?=\s*(?:[.,;]|$))"
)
ADAPTED = re.compile(r"\b(?:LoRA|[Aa]dapters?|[Aa]dapts|[Tt]arget modules)\b")
LISTED = re.compile(rf"(?:{NUMBER}(?:,\s*and\s+|,\s*|\s+and\s+))+\Z")
SOME = re.compile(
    r"\b(?:every|each|(?:fi|ﬁ)rst|last|other|next|another|original|redundant|additional)\s+$", re.IGNORECASE
)
EACH = re.compile(r"\s*(?:per|each|every|a|an)\b")


@dataclass(frozen=True)
class Found:
    """A value of a parameter, where its words begin and end, and where the value itself begins."""

    name: str
    value: Value
    start: int
    end: int
    at: int


def quantities(text: str, lexicon: Lexicon) -> list[Found]:
    """All that `text` states, by place; of overlapping readings the longest."""
    if not any(map(str.isdigit, text)):
        return []
    found = [*_nouns(text, lexicon), *_phrases(text, lexicon), *_devices(text, lexicon), *_scores(text, lexicon)]
    best: dict[int, Found] = {}
    for one in found:
        held = best.get(one.at)
        if held is None or (one.end - one.start) > (held.end - held.start):
            best[one.at] = one
    return sorted(best.values(), key=lambda one: one.at)


def words(text: str, lexicon: Lexicon) -> list[Found]:
    """Words that are values of a parameter: AdamW, SwiGLU; a plain word only beside what the parameter is called."""
    found = []
    for match in _words(_held(lexicon)).finditer(text):
        for name, word in _values(_held(lexicon))[fold(match["word"])]:
            if _distinct(match["word"]) or _beside(text, match, lexicon.parameters[name]):
                found.append(Found(name, Value(word, None), match.start(), match.end(), match.start()))
    return [*found, *_lists(text, lexicon)]


def _nouns(text: str, lexicon: Lexicon) -> Iterator[Found]:
    names, noun = _names(_held(lexicon)), _noun(_held(lexicon))
    behind = _behind()
    for match in noun.finditer(text):
        name = names[fold(match["name"])]
        parameter = lexicon.parameters[name]
        before = _amount(text, match.start())
        if before and SOME.search(text, max(0, before.start() - 20), before.start()):
            continue
        if before and (value := believed(before["number"].strip(), parameter)):
            yield Found(name, value, before.start(), match.end(), before.start())
            yield from _listed(text, name, parameter, before.start())
            continue
        after = behind.match(text, match.end())
        if (
            not after
            or EACH.match(text, match.end())
            or LOWERED.search(text[max(0, match.start() - 40) : match.start()])
        ):
            continue
        value = believed(after["number"].strip(), parameter)
        if value and not RANGE.match(text, after.end()) and not _counted(text, after.end(), noun):
            yield Found(name, value, match.start(), after.end(), after.start("number"))


def _listed(text: str, name: str, parameter: Parameter, end: int) -> Iterator[Found]:
    """The numbers before the last one of a list that is dealt out: `32 and 40 layers, respectively`."""
    listed = LISTED.search(text, 0, end) if "respectively" in text else None
    for match in NUMBER_PATTERN.finditer(listed[0]) if listed else ():
        at = listed.start() + match.start() if listed else 0
        if value := believed(match[0].strip(), parameter):
            yield Found(name, value, at, end, at)


def _amount(text: str, end: int) -> re.Match[str] | None:
    """The number that stands right before `end`."""
    window = max(0, end - 40)
    for match in AMOUNT.finditer(text, window, end):
        if match.end() == end:
            return match
    return None


def _counted(text: str, end: int, noun: re.Pattern[str]) -> bool:
    """Whether the number that ends here counts something else: `heads and 8 experts`."""
    gap = re.compile(r"[\s-]").match(text, end)
    counted = noun.match(text, end + 1) if gap else None
    return bool(counted) and not re.match(r"\s*(?:of|is|=|:)", text[counted.end() :] if counted else "")


def _phrases(text: str, lexicon: Lexicon) -> Iterator[Found]:
    lowered = text.lower()
    for name, pattern, key in _patterns(_held(lexicon)):
        if key in lowered:
            for match in pattern.finditer(text):
                if value := believed(match["number"].strip(), lexicon.parameters[name]):
                    yield Found(name, value, match.start(), match.end(), match.start("number"))


def _devices(text: str, lexicon: Lexicon) -> Iterator[Found]:
    for name, parameter in lexicon.parameters.items():
        if parameter.value == "devices":
            for value, start, end in devices(text, lexicon.devices):
                yield Found(name, value, start, end, start)


def _scores(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Results on benchmarks: all numbers are of the one that is named, or each of its own in the order of both."""
    names = list(_benchmark(_held(lexicon)).finditer(text))
    if not names:
        return
    inside = [(match.start(), match.end()) for match in names]
    scores = [match for match in SCORED.finditer(text) if not any(a <= match.start() < b for a, b in inside)]
    if len(names) not in (1, len(scores)):
        return
    for at, score in enumerate(scores):
        name = _benchmarks(_held(lexicon))[fold(names[at if len(names) > 1 else 0]["name"])]
        yield Found(name, Value(score["number"], float(score["number"])), score.start(), score.end(), score.start())


def _lists(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Lists of words, such as the modules that adapters are attached to."""
    for name, parameter in lexicon.parameters.items():
        if parameter.value == "list" and ADAPTED.search(text):
            runs = _run(tuple(sorted(spelled(parameter)))).finditer(text)
            for run in runs:
                if value := list_value(run[0], parameter):
                    yield Found(name, value, run.start(), run.end(), run.start())


def elided(text: str, found: list[Found], lexicon: Lexicon) -> list[Found]:
    """The second value of `A was trained on 2T tokens, B on 1T`: a number right behind a model's name and a verb."""
    names = {one.name for one in found}
    if len(names) != 1:
        return []
    (name,) = names
    taken = {one.at for one in found}
    held = []
    for match in ELIDED.finditer(text):
        value = believed(match["number"].strip(), lexicon.parameters[name])
        if value and match.start("number") not in taken:
            held.append(Found(name, value, match.start(), match.end(), match.start("number")))
    return held


def _distinct(word: str) -> bool:
    """Whether a word means one thing wherever it stands: it has a capital or a digit inside, or is several words."""
    return bool(re.search(r"[\s\-_\d]|[a-z].*[A-Z]|[A-Z]{2}", word)) or word in ONE_WORD


def _beside(text: str, match: re.Match[str], parameter: Parameter) -> bool:
    """Whether one of the parameter's names stands next to the word: `a cosine schedule`, `activation: gelu`."""
    behind, ahead = _around(tuple(parameter.prose))
    return bool(behind.match(text, match.end()) or ahead.search(text, max(0, match.start() - 40), match.start()))


@dataclass(frozen=True)
class _Held:
    """A lexicon as the key of a cache: one lexicon has one table of parameters."""

    lexicon: Lexicon

    def __hash__(self) -> int:
        return id(self.lexicon.parameters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.lexicon.parameters is self.lexicon.parameters


def _held(lexicon: Lexicon) -> _Held:
    return _Held(lexicon)


@lru_cache(maxsize=4)
def _names(held: _Held) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, parameter in held.lexicon.parameters.items():
        if parameter.value in ("count", "length", "number", "percent"):
            for spelling in parameter.prose:
                names.setdefault(fold(spelling), name)
    return names


@lru_cache(maxsize=4)
def _benchmarks(held: _Held) -> dict[str, str]:
    named = {name: held.lexicon.parameters[name] for name in held.lexicon.parameters}
    scored = {name: parameter for name, parameter in named.items() if parameter.value == "percent"}
    return {fold(spelling): name for name, parameter in scored.items() for spelling in [name, *parameter.labels]}


@lru_cache(maxsize=4)
def _benchmark(held: _Held) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?P<name>{any_case(_benchmarks(held))})(?![\w]|-[A-Z])")


@lru_cache(maxsize=4)
def _noun(held: _Held) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?P<name>{any_case(_names(held))})(?![\w-])")


@lru_cache(maxsize=1)
def _behind() -> re.Pattern[str]:
    return re.compile(rf"{LINK}(?P<number>{NUMBER})(?!\s*%)")


@lru_cache(maxsize=4)
def _patterns(held: _Held) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    found = []
    for name, parameter in held.lexicon.parameters.items():
        for phrase in parameter.phrases:
            literals = re.findall(r"[^\W\d_]+", phrase.lower()) or re.findall(r"[^\s{}*]+", phrase)
            found.append((name, _phrase(phrase), max(literals, key=len)))
    return tuple(found)


def _phrase(phrase: str) -> re.Pattern[str]:
    written = ""
    for token in phrase.replace(" = ", "=").split(" "):
        escaped = re.escape(token).replace("=", r"\s*=\s*").replace(r"\-", r"[\s-]")
        piece = escaped.replace(r"\{\}", rf"(?P<number>{NUMBER})")
        written += r"(?:[^\s.;]+\s+){0,4}?" if token == "*" else rf"{piece}\s+"
    written = re.sub(r"^train", "(?:pre)?train", written).removesuffix(r"\s+")
    return re.compile(rf"(?<![\w]){written}(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=4)
def _values(held: _Held) -> dict[str, list[tuple[str, str]]]:
    values: dict[str, list[tuple[str, str]]] = {}
    for name, parameter in held.lexicon.parameters.items():
        if parameter.value in ("word", "flag"):
            for spelling, word in spelled(parameter).items():
                if parameter.value == "word" or spelling not in ("yes", "no"):
                    values.setdefault(spelling, []).append((name, word))
    return values


@lru_cache(maxsize=4)
def _words(held: _Held) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?P<word>{any_case(_values(held))})(?![\w]|-\w)")


@lru_cache(maxsize=4)
def _run(words: tuple[str, ...]) -> re.Pattern[str]:
    one = rf"`?{any_case(words)}`?(?!\w)"
    return re.compile(rf"(?<!\w){one}(?:(?:,\s*|\s+and\s+|,\s*and\s+){one})*")


@lru_cache(maxsize=64)
def _around(nouns: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    noun = any_case(nouns)
    return re.compile(rf"\s(?:\w+\s)??{noun}\b"), re.compile(rf"\b{noun}\s*(?:of|is|was|:|=)?\s*(?:the\s)?\Z")
