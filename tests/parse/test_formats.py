"""Each format to elements: types, sections, tables, what a document states about itself, and nothing that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.parse import builders

SENTENCE = "The attention layer rotates each query and key by an angle that grows with the position."


def of(elements: list[dict[str, Any]], kind: str) -> list[str]:
    return [element["text"] for element in elements if element["type"] == kind]


def test_addresses_behind_headings_are_no_words_of_them(parse) -> None:
    text = f"# Overview[[overview]]\n\n{SENTENCE} [[words]]\n\n## Use it {{#use-it}}\n\n## A [[kept]] one\n\nEnd.\n"
    elements = parse.elements("a.md", text)
    assert of(elements, "Title") == ["Overview", "Use it", "A [[kept]] one"]
    assert f"{SENTENCE} [[words]]" in of(elements, "NarrativeText")


def test_markdown(parse) -> None:
    text = (
        f"# RoPE\n\n{SENTENCE}\n\n## Values\n\n| Model | base |\n|---|---|\n| Llama 2 | 10,000 |\n\n"
        "```python\nx = 1\n```\n\n- one\n"
    )
    elements = parse.elements("rope.md", text)
    assert [element["type"] for element in elements] == [
        "Title",
        "NarrativeText",
        "Title",
        "Table",
        "CodeSnippet",
        "ListItem",
    ]
    assert elements[0]["section"] == [] and elements[1]["section"] == ["RoPE"]
    assert elements[3]["section"] == ["RoPE", "Values"]
    assert elements[3]["text"] == "Model | base\nLlama 2 | 10,000"
    assert elements[3]["html"].startswith("<table>")
    assert parse("rope.md", text)["elements"]["title"] == "RoPE"


def test_html_scripts_are_dropped(parse) -> None:
    page = f"""<?xml version="1.0" encoding="utf-8"?><html><head><title>Norms | Site</title><script>evil()</script>
      <style>p {{}}</style></head><body><h1>Site</h1><h1>Norms</h1>
      <p onclick="evil()">{SENTENCE}</p><script>evil()</script>
      <table><tr><th>a</th></tr><tr><td>1<script>evil()</script></td></tr></table></body></html>"""
    result = parse("page.xhtml", page)
    assert "evil" not in str(result)
    assert result["elements"]["title"] == "Norms"
    assert SENTENCE in of(result["elements"]["elements"], "NarrativeText")


def test_html_in_its_own_charset(parse) -> None:
    page = '<html><meta charset="iso-8859-15"><p>Die Größe beträgt fünf € je Stück, sagt der Text.</p></html>'
    assert parse.elements("a.html", page.encode("iso-8859-15"))[0]["text"].startswith("Die Größe beträgt fünf €")


def test_card_front_matter_is_an_element_and_gives_the_licence(parse) -> None:
    result = parse("card.md", f"---\nlicense: mit\nmodel_name: X\n---\n# Model X\n\n{SENTENCE}\n")
    elements = result["elements"]["elements"]
    assert (elements[0]["type"], elements[0]["text"]) == ("FrontMatter", "license: mit\nmodel_name: X")
    assert (result["elements"]["title"], result["elements"]["licence"]) == ("Model X", "mit")


def test_card_with_broken_or_dangerous_yaml_is_text(parse) -> None:
    for yaml in ("license: [mit", "license: !!python/object/apply:os.system ['true']", "? a: b"):
        result = parse("card.md", f"---\n{yaml}\n---\n# Model\n\n{SENTENCE}\n")
        assert result["elements"]["elements"][0]["text"] == yaml
        assert result["elements"]["licence"] is None


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>query</title><entry><id>http://arxiv.org/abs/2106.09685</id>
<published>2021-06-17T00:00:00Z</published><title>LoRA:
  Low-Rank Adaptation</title><summary>  {0}
  {0}

  {0}</summary><author><name>Edward J. Hu</name></author><category term="cs.CL"/></entry></feed>"""


def test_arxiv_record(parse) -> None:
    result = parse("a.xml", ATOM.format(SENTENCE))
    elements = result["elements"]["elements"]
    assert result["elements"]["title"] == elements[0]["text"] == "LoRA: Low-Rank Adaptation"
    assert of(elements, "NarrativeText") == [f"{SENTENCE} {SENTENCE}", SENTENCE]
    assert "authors: Edward J. Hu\ncategories: cs.CL" in of(elements, "FrontMatter")[0]
    assert all(element["section"] == ["LoRA: Low-Rank Adaptation"] for element in elements[1:])


def test_arxiv_entities_read_no_file(parse, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    entity = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    reason, detail = parse.reason("a.xml", entity + ATOM.format("&x; " + SENTENCE))
    assert (reason, "document type" in detail) == ("broken XML", True)


def test_configuration_is_read_not_run(parse) -> None:
    source = '''"""OpenAI GPT-2 model configuration"""
raise SystemExit("run")

@auto_docstring(checkpoint="openai/gpt2")
class GPT2Config(PreTrainedConfig):
    r"""
    n_inner (`int`, *optional*):
        Width of the feed-forward layer, which is four times the width of the model if it is not given.

    ```python
    >>> GPT2Config()
    ```"""

    model_type = "gpt2"
    plan = {"a": "b"}
    vocab_size: int = 50257
    n_inner: int | None = (
        None
    )
    untold: int

    def __post_init__(self): ...

class Helper: ...
'''
    result = parse("configuration_gpt2.py", source)
    elements = result["elements"]["elements"]
    assert result["elements"]["title"] == "GPT-2"
    assert of(elements, "ConfigClass") == [
        '@auto_docstring(checkpoint="openai/gpt2")\nclass GPT2Config(PreTrainedConfig):\n    model_type = "gpt2"\n'
        "    vocab_size: int = 50257\n    n_inner: int | None = (\n        None\n    )"
    ]
    assert of(elements, "NarrativeText")[0].startswith("n_inner (`int`, *optional*): Width")
    assert elements[-1]["section"] == ["OpenAI GPT-2 model configuration", "GPT2Config"]
    assert parse.reason("configuration_x.py", "class X:")[0] == "broken Python"
    assert parse.reason("configuration_x.py", "x = 1")[0] == "no configuration"


def test_docx(parse) -> None:
    elements = parse.elements("a.docx", builders.docx("Evaluation", SENTENCE, [["task", "shots"], ["MMLU", "5"]]))
    assert of(elements, "Title") == ["Evaluation", "Part"]
    assert of(elements, "Table") == ["task | shots\nMMLU | 5"]
    assert of(elements, "ListItem") == ["a point"]
    assert all(element["section"] == ["Evaluation", "Part"] for element in elements[2:])


def test_pdf_headings_stand_above_text(parse) -> None:
    raw = builders.pdf(
        [
            [(20, "Attention in a Nutshell"), (10, SENTENCE), (12, "Heads"), (12, "Layers")],
            [(12, "2 Method"), (10, SENTENCE)],
        ]
    )
    result = parse("a.pdf", raw)
    elements = result["elements"]["elements"]
    assert result["elements"]["title"] == "Attention in a Nutshell"
    assert of(elements, "Title") == ["Attention in a Nutshell", "2 Method"]
    assert [element["page"] for element in elements] == [1, 1, 1, 1, 2, 2]


def test_pdf_outline_wins(parse) -> None:
    raw = builders.pdf([[(20, "Paper"), (12, "1 Start"), (10, SENTENCE), (12, "where it ends"), (10, SENTENCE)]])
    elements = parse.elements("a.pdf", builders.with_outline(raw, [("Start", 0, None), ("where it ends", 0, 0)]))
    assert of(elements, "Title") == ["1 Start", "where it ends"]
    assert [element["section"] for element in elements] == [
        [],
        [],
        ["1 Start"],
        ["1 Start"],
        ["1 Start", "where it ends"],
    ]


def test_pdf_pictures_with_their_captions(parse) -> None:
    page = builders.pdf([[(10, SENTENCE), (10, "Figure 1: A red square that says nothing at all about attention.")]])
    raw = builders.with_pictures(page, [(100, 80), (10, 100), (100, 80)])
    result = parse("a.pdf", raw)
    (figure,) = result["figures"]["figures"]  # one is too small, one is the first again
    caption = result["elements"]["elements"][1]
    assert caption["type"] == "FigureCaption"
    assert (figure["page"], figure["element"], figure["caption"]) == (1, caption["id"], caption["text"])
    assert figure["data"].startswith((b"\x89PNG", b"\xff\xd8"))
