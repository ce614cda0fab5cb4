"""Documents with planted facts, and the truth about them: for scoring parsers and extraction exactly, at any size.

    python -m benchmarks.truth OUT --documents 200 --seed 1 --part develop

writes OUT/documents (the corpus: PDF, DOCX, HTML, Markdown, model cards, arXiv records) and OUT/truth (JSON lines, a
file a table). The same seed, part and number give the same bytes of document n, whatever the size of the corpus, on any
machine; nothing is compressed, since compressors differ. `--part score` uses sentences, table layouts and names that
`develop` never shows: rules are written against develop, figures are stated on score.

Which template belongs to which part is a fixed rule (`dice.of_part`): every third of each list only scores.

The text of a document, to which all offsets refer, is the text of its elements in reading order with a blank line
between them; the cells of a table's row are joined by tabs, its rows by line breaks.

| table | a row is | columns |
|---|---|---|
| documents | a document | document (its path), number, kind, part, title, authors, year, bytes, pages, near_duplicate_of (a path), changed_words, layout (PDF: columns; stream: reading, rows or blocks, the order in which it draws; furniture: first or last in it) |
| elements | a block, in reading order | document, order, type (title, heading, paragraph, item, table, caption, code, metadata), level (1, 2 of a heading), text, start, end; PDF: page, box (left, bottom, right, top of its beginning, in points) |
| tables | a table | document, table (number), element (its order), rows, columns, caption, cells (text, row, column, rowspan, colspan, header), html, rules (how it is drawn), split (over columns or pages) |
| mentions | a place that states a fact | id, document, element, start, end (of the raw value), place (prose, table, card, list, code), quote, model (canonical), surface (as named there; empty: by title or heading; it: by a pronoun), parameter (canonical), value (normalised), unit, raw, detail (shots, if said there), agrees (with the table of facts), table, row, column |
| names | a model's name | document, element, start, end, model, surface, how (official, spelling, former) |
| traps | words that seem to state a fact and do not | document, element, start, end, model, parameter, value, raw, why |
| furniture | what is on a page and not in the text | document, page, kind, text |
| families | a family of which the corpus speaks | family (its name), former (name; null: none), owner, models |
| facts | a planted fact of a model that the corpus speaks of | model, parameter, value, unit, mentions (how many) |
| conflicts | a fact with several stated values | model, parameter, true, values (value, mentions) |

A value is a plain decimal number (7240000000, 0.0003; percent as 63.4; context lengths in tokens, 32k being 32768), a
canonical word (RMSNorm, yes), or items joined by commas.

`corpus.edit` alters one value of one document and `corpus.remove` deletes one, for benchmarks of incremental builds.
`benchmarks.truth.score` holds the measures.
"""  # noqa: E501
