"""Names of models that do not exist: families, versions, sizes, and the ways in which one name is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.truth.dice import SCORE, dice, of_part


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _words(
    "Kestrel Plover Sirocco Basalt Tamarack Bittern Lanner Gneiss Hoopoe Curlew Dunlin Feldspar Redstart Larch Marram "
    "Nuthatch Oriole Pumice Sandarac Tourmaline Umber Vireo Whinchat Yarrow Alderney Bramble Drongo Egret Fulmar "
    "Gannet Harrier Jacinth Knapweed Lapwing Merganser Noctule Pipit Quillon Rowan Siskin Teasel Verdin Wryneck "
    "Avocet Brambling Chough Dotterel Fieldfare Greywacke Hornbeam Isard Jackdaw Kittiwake Linnet"
)
STARTS = _words(
    "Bal Cor Dra El Fen Gal Hal Ith Jor Kal Lor Mar Nor Or Pel Quor Ras Sel Tar Ul Vel Wen Xan Yor Zel Ab Bri Cal Dor "
    "Em Fal Gri Her Il Jas Kor Lan Mir Nal Os Pra Rho Sar Tov Um Vor Wil Zan"
)
MIDDLES = _words("a e i o u an en ir or ul ae ia ar el is on um ys eth und")
ENDS = _words(
    "dor vex nix ris tan mer lon quil zar beth gar thas wyn rok del fane mund pire sol tara vin dell grim hest jin "
    "kest lith mond nar pell rune stra tius vale wick zeph"
)
PATTERNS = (
    "{f}-{v} {s}",
    "{f} {v} {s}",
    "{f} v{v} {s}",
    "{f}{v}-{s}",
    "{f} {s} v{v}",
    "{f}-{v}-{s}",
    "{f}-{s}",
    "{f}-v{v} {s}",
    "{f}{v} {s}",
)
TUNED = ("Chat", "Instruct", "Thinking", "Assistant", "Dialog", "Coder", "Aligned", "SFT", "Guide")
PACKED = ("Int4", "AWQ", "GPTQ", "4bit", "W4", "Q4")
OWNERS = (
    "aviary",
    "northwind",
    "tidewater",
    "openlattice",
    "meridian-lab",
    "halcyon",
    "brightfield",
    "lowlands-ai",
    "cairn",
)


def base_name(part: str, index: int) -> str:
    """The index-th family name of a part: a word, then made of syllables; no two are equal."""
    words, ends = of_part(WORDS, part), of_part(ENDS, part)
    if index < len(words):
        return words[index]
    count = len(STARTS) * len(MIDDLES) * len(ends)
    place = (index * 7919) % count
    assert index < count, "more families than names"
    rest, end = divmod(place, len(ends))
    start, middle = divmod(rest, len(MIDDLES))
    return STARTS[start] + MIDDLES[middle] + ends[end]


@dataclass(frozen=True)
class Style:
    """How a family writes its names."""

    base: str
    former: str
    owner: str
    pattern: str
    tuned: str
    packed: str

    def name(self, version: str, size: str, variant: str = "", *, former: bool = False) -> str:
        written = self.pattern.format(f=self.former if former else self.base, v=version, s=size)
        joint = "-" if re.search(r"-\{s\}$", self.pattern) else " "
        return f"{written}{joint}{variant}" if variant else written


@lru_cache(maxsize=8192)
def style(seed: int, part: str, index: int) -> Style:
    """The names of the index-th family; a third of the families had another name before."""
    own = dice(seed, part, "style", index)
    former = base_name(part, 2 * index + 1) if own.chance(0.33) else ""
    owner, pattern = own.pick(of_part(OWNERS, part)), own.pick(of_part(PATTERNS, part))
    tuned, packed = own.pick(of_part(TUNED, part)), own.pick(of_part(PACKED, part))
    return Style(base_name(part, 2 * index), former, owner, pattern, tuned, packed)


def spellings(name: str, owner: str, part: str) -> list[str]:
    """Other ways in which documents write a name, all of them found for it alone."""
    joined = name.replace(" ", "-")
    loose = re.sub(r"-(?=\D|\d)", " ", name)
    tight = re.sub(r"(?<=[a-z])[- ]v?(?=\d+(\.\d)?[- ])", "", name, count=1)
    ways = [joined, loose, joined.lower(), tight, f"{owner}/{joined}"]
    held = [way for way in dict.fromkeys(ways) if way != name]
    return held if part != SCORE else [*held, name.upper().replace(" ", "-")]
