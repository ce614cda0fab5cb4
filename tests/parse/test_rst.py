"""reStructuredText: structure, cells, code; what Sphinx adds keeps its text; nothing is included, run or left raw."""

from __future__ import annotations

from pathlib import Path

TEXT = """
RoPE
====

.. image:: https://example.org/badge.png
   :alt: build status

It rotates :class:`~torch.nn.Linear` and :ref:`each key <keys>` of `a layer <https://example.org>`_, as ``code`` says.

Values
------

* one

  * deeper
* two

term
   its definition

.. versionadded:: 1.2
   A base *larger* than before.

.. autoclass:: rope.Rotary
   :members:

.. code-block:: python

   x = 1

.. doctest::

   >>> 1 + 1

.. math:: a^2 + b^2

.. list-table:: Bases
   :header-rows: 1

   * - Model
     - base
   * - Llama <2>
     - 10,000

+---+---+
| both  |
+---+---+
| x | y |
+   +---+
|   | z |
+---+---+

-f FILE  read from it
"""


def found(parse, text: str = TEXT) -> list[tuple[str, str]]:
    return [(element["type"], element["text"]) for element in parse.elements("a.rst", text)]


def test_each_part_is_what_it_is(parse) -> None:
    assert found(parse) == [
        ("Title", "RoPE"),
        ("NarrativeText", "build status"),
        ("NarrativeText", "It rotates torch.nn.Linear and each key of a layer, as code says."),
        ("Title", "Values"),
        ("ListItem", "one"),
        ("ListItem", "deeper"),
        ("ListItem", "two"),
        ("ListItem", "term its definition"),
        ("NarrativeText", "1.2 A base larger than before."),
        ("NarrativeText", "rope.Rotary"),
        ("CodeSnippet", "x = 1"),
        ("CodeSnippet", ">>> 1 + 1"),
        ("Formula", "a^2 + b^2"),
        ("FigureCaption", "Bases"),
        ("Table", "Model | base\nLlama <2> | 10,000"),
        ("Table", "both\nx | y\nz"),
        ("ListItem", "-f FILE read from it"),
    ]


def test_sections_and_cells(parse) -> None:
    elements = parse.elements("a.rst", TEXT)
    assert [element["section"] for element in elements[2:5]] == [["RoPE"], ["RoPE"], ["RoPE", "Values"]]
    first, second = [element["html"] for element in elements if element["type"] == "Table"]
    assert "<th>base</th>" in first and "<td>Llama &lt;2&gt;</td>" in first
    assert '<td colspan="2">both</td>' in second and '<td rowspan="2">x</td>' in second


def test_nothing_is_included_or_raw(parse, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("SECRET")
    text = f"""It keeps its own words.

.. include:: {secret}

.. literalinclude:: {secret}

.. csv-table:: t
   :file: {secret}

.. raw:: html

   <script>EVIL</script>

.. raw:: html
   :file: {secret}
"""
    result = str(parse("a.rst", text)["elements"]["elements"])
    assert "its own words" in result and "SECRET" not in result and "EVIL" not in result


def test_what_is_broken_keeps_its_text(parse) -> None:
    text = "A `broken link and |nothing| here.\n\nTitle\n==\n\nAnd a paragraph below it.\n\n.. figure::\n"
    words = " ".join(text for _, text in found(parse, text))
    assert "broken link and |nothing| here." in words and "And a paragraph below it." in words


def test_deep_nesting_ends_in_quarantine_or_elements(parse) -> None:
    result = parse("a.rst", "".join(f"{'  ' * at}* item {at}\n\n" for at in range(1500)))
    assert (result["elements"] is None) != (result["quarantine"] is None)


def test_the_readme_of_an_installed_library_is_taken() -> None:
    from stages.collect.installed import readme_rows

    ((key, row),) = readme_rows(["scikit-learn"])
    assert (key, row["kind"], row["media_type"]) == ("installed/scikit-learn/README.rst", "rst", "text/x-rst")
