"""An e-print's LaTeX: the main file with those that it names, or the reason why there is none."""

from __future__ import annotations

import gzip
import json

import pytest

from stages.collect.latex import NoLatex, join
from tests.collect.test_archive import tarred

MAIN = rb"""\documentclass{article}
% \input{old}
\begin{document}
50\% more \input{sections/intro} and \include{method.tex}
\input sections/end
\input{missing}
\end{document}
"""
FILES = {
    "z.tex": MAIN,
    "sections/intro.tex": b"Intro. \\input{sections/deep}\n",
    "sections/deep.tex": b"Deep. \\input{z}",
    "sections/end.tex": b"End.",
    "method.tex": b"Method.",
    "old.tex": b"OLD",
    "figure.png": b"\x89PNG" * 100,
}


def eprint(**changes: bytes) -> bytes:
    return tarred({**FILES, **{name.replace("__", "/") + ".tex": raw for name, raw in changes.items()}}, "w:gz")


def test_named_files_are_joined_and_comments_are_not_followed() -> None:
    text = join(eprint(), 100_000)
    assert b"Intro. Deep. \\input{z}\n and Method.\nEnd.\n\\input{missing}" in text
    assert b"% \\input{old}" in text and b"OLD" not in text and b"PNG" not in text


def test_the_main_file() -> None:
    other = b"\\documentclass{letter}" + b"x" * 5000
    assert join(eprint(a=other), 100_000) == other  # the longer one, where nothing else tells
    assert b"Intro." in join(eprint(main=MAIN, a=other), 100_000)
    assert b"Intro." in join(eprint(sub__a=other), 100_000)
    stated = json.dumps({"sources": [{"filename": "z.tex", "usage": "toplevel"}]}).encode()
    for name, said in (("00README.json", stated), ("00README.XXX", b"nohypertex\nz.tex toplevelfile\n")):
        assert b"Intro." in join(tarred({**FILES, "a.tex": other, name: said}), 100_000)


def test_one_file_alone() -> None:
    assert join(gzip.compress(MAIN), 10_000) == MAIN
    assert join(MAIN, 10_000) == MAIN


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"%PDF-1.5 ...", "no LaTeX"),
        (b"just text", "no LaTeX"),
        (gzip.compress(b"just text"), "no LaTeX"),
        (gzip.compress(MAIN)[:-20], "unreadable"),
        (tarred({"a.txt": b"no document"}), "no LaTeX"),
        (tarred({"main.tex": MAIN + b"\\input{a}" * 200, "a.tex": b"x" * 1000}), "too large"),
    ],
)
def test_none(raw: bytes, reason: str) -> None:
    with pytest.raises(NoLatex) as refused:
        join(raw, 100_000)
    assert refused.value.args[0] == reason


def test_files_that_name_one_another_without_end() -> None:
    """Sixteen levels of a thousand empty files each would take for ever."""
    files = {f"l{n}.tex": b"\\input{l%d}" % (n + 1) * 1000 for n in range(16)} | {"l16.tex": b""}
    with pytest.raises(NoLatex, match="files joined"):
        join(tarred({**files, "main.tex": b"\\documentclass{a}\\input{l0}"}), 10**7)
