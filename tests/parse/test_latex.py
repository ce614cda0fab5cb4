"""LaTeX sources and model configurations: what they state becomes elements; nothing is read from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from stages.parse.configuration import read_json
from stages.parse.language import language
from stages.parse.latex import pieces

ARTICLE = r"""
\documentclass[a4paper]{article}
\newcommand{\model}{Kestrel-2}
\title{A Report on \model}
\author{Ann \and Bob}
\begin{document}
\maketitle
\begin{abstract}
We present \model{}, a model with 7~billion parameters.
\end{abstract}
\section{Architecture \label{sec:a}}
\model uses $d = 4096$ and \emph{grouped} attention.
% a comment \section{Hidden}

A second paragraph --- with 50\% of text.
\begin{equation} y = W x + b \end{equation}
\subsection*{Data}
\begin{itemize} \item web pages \item \textbf{code}: 10\% \end{itemize}
\begin{table}[t]\centering
\caption[short]{Sizes of \model.}
\resizebox{\linewidth}{!}{\begin{tabular}{l|cc} \toprule
Model & \multicolumn{2}{c}{Size <in B>} \\ \cmidrule(lr){2-3}
A & 7B & 32 \\ \bottomrule
\end{tabular}}
\end{table}
\begin{verbatim}
x = "50%"
\end{verbatim}
\[ a = b \]
\input{SECRET}
\end{document}
"""


def test_an_article() -> None:
    found = list(pieces(ARTICLE))
    assert [(piece.type, piece.text) for piece in found if piece.type != "Formula"] == [
        ("Title", "A Report on Kestrel-2"),
        ("FrontMatter", found[1].text),
        ("Title", "Abstract"),
        ("NarrativeText", "We present Kestrel-2, a model with 7 billion parameters."),
        ("Title", "Architecture"),
        ("NarrativeText", "Kestrel-2 uses d = 4096 and grouped attention."),
        ("NarrativeText", "A second paragraph — with 50% of text."),
        ("Title", "Data"),
        ("ListItem", "web pages"),
        ("ListItem", "code: 10%"),
        ("FigureCaption", "Sizes of Kestrel-2."),
        ("Table", "Model | Size <in B>\nA | 7B | 32"),
        ("CodeSnippet", 'x = "50%"'),
    ]
    assert found[1].text.startswith("authors: Ann")
    assert [piece.depth for piece in found if piece.type == "Title"] == [0, 1, 1, 2]
    assert next(piece.text for piece in found if piece.type == "Formula").startswith(r"\begin{equation}")
    (table,) = [piece.html for piece in found if piece.type == "Table"]
    assert table == (
        '<table><tr><th>Model</th><th colspan="2">Size &lt;in B&gt;</th></tr>'
        "<tr><td>A</td><td>7B</td><td>32</td></tr></table>"
    )


def test_nothing_is_read_from_outside(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "SECRET.tex").write_text("SECRET WORDS")
    monkeypatch.chdir(tmp_path)
    assert "SECRET WORDS" not in str(list(pieces(ARTICLE)))


@pytest.mark.parametrize("source", ["", r"\begin{document} {", "$ a", "}}}", r"\section", r"\begin{tabular}{c} & \\"])
def test_broken_sources_are_read_as_far_as_they_go(source: str) -> None:
    list(pieces(source))


def test_a_config_of_a_model() -> None:
    name, fields = read_json('{"architectures": ["KestrelForCausalLM"], "hidden_size": 4096, "rope": {"theta": 1e4}}')
    assert name == "KestrelForCausalLM"
    assert fields.split("\n")[1:] == ["hidden_size: 4096", 'rope: {"theta": 10000.0}']
    with pytest.raises(ValueError):
        read_json("[1]")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The attention layer rotates each query and key by an angle that grows with its position.", "en"),
        ("Die Aufmerksamkeit dreht jede Anfrage um einen Winkel, der mit der Stelle im Text wächst.", "de"),
        ("注意力层会随着位置的增加而旋转每个查询和键。" * 4, "zh"),
        ("Too short.", None),
    ],
)
def test_the_language_of_a_document(text: str, code: str | None) -> None:
    assert (
        language([{"type": "NarrativeText", "text": text}, {"type": "CodeSnippet", "text": "def x(): pass" * 50}])
        == code
    )
